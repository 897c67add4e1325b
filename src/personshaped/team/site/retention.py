"""How long stories are kept: what is past its day is laid before whoever answers for the data, and goes by their word.

The day is counted from what was last written about somebody, never from a look. The trail knows it of every kind of
thing: each change has its line there. Nothing is erased by itself: a story that nobody wrote in may be one that nobody
should have left (decision 430).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.cases.models import History
from personshaped.team.cases.views import history_page
from personshaped.team.people.forms import Line
from personshaped.team.people.knowing import LOOKS, allowed, look
from personshaped.team.people.models import Person
from personshaped.team.site.erasing import erase, erase_history
from personshaped.team.site.ground.actions import ground
from personshaped.team.site.ground.models import Ground
from personshaped.team.visits.models import Draft

_SAW = look("saw that it is past its day")


class Years(forms.Form):
    """How long; blank is not decided."""

    years = forms.IntegerField(
        label="Years after something was last written", required=False, min_value=1, max_value=100,
        widget=Line(), help_text="As your retention schedule says. Leave it empty where nothing is decided.",
    )  # fmt: skip


@dataclass(frozen=True)
class Past:
    """One story, and the day of what was last written in it."""

    person: Person
    last: date


def past_their_day(today: date) -> list[Past]:
    """The stories that nobody has written in for as long as they are kept, longest ago first; none undecided."""
    years = ground().keep_years
    if not years:
        return []
    before, last = _years_before(today, years), _last_written()
    stories = (Past(one, timezone.localdate(last.get(one.address, one.begun_at))) for one in Person.objects.all())
    return sorted((one for one in stories if one.last < before), key=lambda one: (one.last, one.person.pk))


@allowed(Right.ANSWER_FOR_DATA)
def kept(request: HttpRequest) -> HttpResponse:
    """How long, and which stories are past it; whose they are is a look."""
    form = Years(request.POST or None, initial={"years": ground().keep_years})
    if request.method == "POST" and form.is_valid():
        _decide(by=request.user, years=form.cleaned_data["years"])  # type: ignore[arg-type]
        messages.success(request, _("Kept."))
        return redirect("kept")
    past = past_their_day(timezone.localdate())
    with transaction.atomic():
        for one in past:
            trail.record(by=request.user, verb=_SAW, person=one.person.address)  # type: ignore[arg-type]
    return render(request, "site/kept.html", {"form": form, "past": past, "years": ground().keep_years})


@require_POST
@allowed(Right.ANSWER_FOR_DATA)
def erase_past(request: HttpRequest) -> HttpResponse:
    """Those ticked, of the stories that are past their day; no other."""
    ticked = set(request.POST.getlist("story"))
    going = [one.person for one in past_their_day(timezone.localdate()) if one.person.address in ticked]
    _erase(going, by=request.user)  # type: ignore[arg-type]
    messages.success(request, ngettext("%d story erased.", "%d stories erased.", len(going)) % len(going))
    return redirect("kept")


@require_POST
@history_page("was about to erase a history")
def erase_whole_history(request: HttpRequest, history: History) -> HttpResponse:
    """A history from case files goes by the word of whoever built it: nobody else knows whose it is."""
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Nothing was erased. Tick that you are sure."))
        return redirect(history)
    trail.record(by=request.user, verb="erased a history", person=history.address)  # type: ignore[arg-type]
    erase_history(history)
    messages.success(request, _("Erased. It stays erased when a backup comes back."))
    return redirect("cases")


@transaction.atomic
def _decide(*, by: User, years: int | None) -> None:
    Ground.objects.filter(pk=ground().pk).update(keep_years=years)
    trail.record(by=by, verb="said how long stories are kept", what=f"{years} years" if years else "not decided")


@transaction.atomic
def _erase(people: Iterable[Person], *, by: User) -> None:
    for person in people:
        trail.record(by=by, verb="erased their record", person=person.address, what="past its day")
        erase(person)


def _last_written() -> dict[str, datetime]:
    """When each story was last written in, by its address. What is still being written has no line in the trail yet."""
    lines = Entry.objects.exclude(person="").exclude(verb__in=LOOKS).order_by().values_list("person")
    drafts = Draft.objects.order_by().values_list("person__address")
    found: dict[str, datetime] = {}
    for address, at in [*lines.annotate(models.Max("at")), *drafts.annotate(models.Max("at"))]:
        found[address] = max(found.get(address, at), at)
    return found


def _years_before(day: date, years: int) -> date:
    """The same day so many years before; the 28th of February where there was no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
