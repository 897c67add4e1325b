"""Changes to one person's story. Each view is about one person and records the look (`person_page`)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from personshaped.team.people import actions, forms
from personshaped.team.people.knowing import person_page
from personshaped.team.people.models import Person


@require_POST
@person_page("wrote down a need")
def hear_need(request: HttpRequest, person: Person) -> HttpResponse:
    """They told us about something they need."""
    form = forms.Need(request.POST)
    if form.is_valid() and form.cleaned_data["words"].strip():
        actions.hear_need(by=request.user, person=person, words=form.cleaned_data["words"])
        messages.success(request, "Kept.")
    return redirect(person)


@require_POST
@person_page("kept an answer")
def answer(request: HttpRequest, person: Person, need: int) -> HttpResponse:
    """The person's answer: has it been sorted?"""
    asked = get_object_or_404(person.needs, pk=need)
    form = forms.Sorted(request.POST)
    if form.is_valid() and form.cleaned_data["said"]:
        said, words = form.cleaned_data["said"], form.cleaned_data["words"]
        actions.ask_whether_sorted(by=request.user, need=asked, said=said, words=words)
        messages.success(request, "Kept, in their words.")
    return redirect(person)


@person_page("opened what matters")
def matters(request: HttpRequest, person: Person) -> HttpResponse:
    """What matters, changed with them; where two wrote at once, both texts are shown."""
    form = forms.Matters(request.POST or None, initial={"matters": person.matters, "version": person.version})
    theirs = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["matters"].strip()
        if not said:
            return redirect(person)
        try:
            actions.change_matters(by=request.user, person=person, version=form.cleaned_data["version"], words=said)
            messages.success(request, "Kept, in their words.")
            return redirect(person)
        except actions.TwoWroteAtOnce as both:
            theirs = both.theirs
            form = forms.Matters(initial={"matters": said, "version": both.theirs.version})
    return render(request, "people/matters.html", {"person": person, "form": form, "theirs": theirs})
