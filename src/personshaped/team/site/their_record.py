"""A person's whole record: to read with them, print, hear, put right, and take away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from personshaped.team.accounts.roles import Right
from personshaped.team.people import actions, forms
from personshaped.team.people.knowing import answered_for, person_page
from personshaped.team.people.models import Person
from personshaped.team.people.record import as_read, record_of
from personshaped.team.visits.models import Recording


@person_page("opened their whole record", answered_for)
def record(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything here about them, to read with them, print, and put right; their text stands beside ours."""
    form = forms.Correct(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["as_they_say"].strip():
        actions.keep_correction(by=request.user, person=person, **form.cleaned_data)
        messages.success(request, "Kept, beside what was written.")
        return redirect("record", person.address)
    shown = {
        "person": person,
        "record": as_read(record_of(person, request.user)),  # type: ignore[arg-type]
        "recordings": Recording.objects.filter(visit__person=person).select_related("visit").order_by("visit__on"),
        "form": form,
        "answers": request.user.may(Right.ANSWER_FOR_DATA),  # type: ignore[union-attr]
    }
    return render(request, "site/record.html", shown)


@person_page("gave them their record", answered_for)
def take_away(request: HttpRequest, person: Person) -> HttpResponse:
    """The same as a file of their own."""
    file = JsonResponse(record_of(person, request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})  # type: ignore[arg-type]
    file["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return file
