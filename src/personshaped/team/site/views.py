"""The pages that join several apps: home, and one person's story."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.people import actions, forms
from personshaped.team.people.knowing import allowed, person_page, seen_by
from personshaped.team.people.models import Person


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """First the box for their words; then the people we work with, in the order we last met."""
    return _home(request, forms.Begin())


@require_POST
@allowed(Right.BEGIN_STORIES)
def begin(request: HttpRequest) -> HttpResponse:
    """A story begins with a name and what matters, and nothing more."""
    form = forms.Begin(request.POST)
    if not form.is_valid():
        return _home(request, form)
    made = form.cleaned_data
    return redirect(actions.begin_story(by=request.user, called=made["called"], matters=made["matters"]))


def _home(request: HttpRequest, form: forms.Begin) -> HttpResponse:
    people = seen_by(request.user) if request.user.may(Right.WORK_WITH_PEOPLE) else Person.objects.none()
    may_begin = request.user.may(Right.BEGIN_STORIES)
    shown = {"form": form if may_begin else None, "people": people.prefetch_related("said", "needs")}
    return render(request, "site/home.html", shown)


@person_page("opened their story")
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person's story on one page."""
    needs = [(need, forms.Sorted(prefix=None, initial={"said": ""})) for need in person.needs.all()]
    with_them = person.with_them.filter(until__isnull=True).select_related("colleague")
    shown = {"person": person, "needs": needs, "with_them": with_them, "need_form": forms.Need()}
    return render(request, "site/person.html", shown)
