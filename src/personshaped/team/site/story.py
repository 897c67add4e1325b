"""One person's story, newest first: visits, words, needs, answers, who came in, and what agencies recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from personshaped.errors import PersonshapedError
from personshaped.picture import words
from personshaped.picture.marks import key
from personshaped.study.histories import Recorded, history
from personshaped.team.accounts.models import User
from personshaped.team.people.models import Answer, Person
from personshaped.team.site.picture import shared
from personshaped.team.visits.models import Visit


@dataclass(frozen=True)
class Told:
    """One thing that happened: when, as it is said, by whom, and the text or their words."""

    on: date
    when: str
    mark: SafeString
    who: str
    text: str = ""
    said: str = ""
    visit: Visit | None = None
    also: str = ""
    of_another: bool = False


def story_of(person: Person, by: User, home: Sequence[Person] = ()) -> list[Told]:
    """Everything, newest first; what happened with others of their household stands in it under their names.

    Only the day of most things is kept: of one day, what follows from a visit stands above it, and their words below.
    """
    told = _told(person, by)
    for other in home:
        told += [replace(one, who=f"{other.called} · {one.who}", of_another=True) for one in _told(other, by)]
    return sorted(told, key=lambda one: one.on)[::-1]


def _told(person: Person, by: User) -> list[Told]:
    """What happened with one person, of one day in the order in which it is read from the foot."""
    told = [*reversed(_recorded(person, by)), *reversed(_said(person)), *reversed(_visits(person))]
    return [*told, *_needs(person), *_pulled(person), *_handed(person), *_put_right(person)]


def _made(on: date, shape: str, who: str, *, text: str = "", said: str = "", visit: Visit | None = None) -> Told:
    return Told(on, words.day(on), _drawn(shape), who, text, said, visit)


def _drawn(shape: str) -> SafeString:
    return mark_safe(str(key(shape)))


def _visits(person: Person) -> list[Told]:
    found = []
    for one in person.visits.select_related("kept_by").prefetch_related("recordings"):
        who = ", ".join(filter(None, (one.kept_by.called, one.who_was_there)))
        found.append(_made(one.on, "visit", who, text=one.text, visit=one))
    return found


def _said(person: Person) -> list[Told]:
    """Their words, but for those that stand in a visit or an answer anyway."""
    elsewhere = [one.text for one in person.visits.all()]
    elsewhere += [one.words for one in Answer.objects.filter(need__person=person)]
    return [
        _made(one.on, "asks", one.kept_by.called, said=one.words)
        for one in person.said.select_related("kept_by")
        if not any(one.words in text for text in elsewhere)
    ]


def _needs(person: Person) -> list[Told]:
    found = []
    for need in person.needs.prefetch_related("answers__kept_by"):
        found.append(_made(need.opened_on, "first", "a need they told us about", said=need.words))
        for one in reversed(need.answers.all()):
            shape = "met" if one.said == Answer.YES else "asks"
            who = f"{one.kept_by.called}. {need.words}: has it been sorted? {one.get_said_display()}."
            found.append(_made(one.on, shape, who, said=one.words))
    return found


def _pulled(person: Person) -> list[Told]:
    found = []
    for ask in person.asks.select_related("asked_by", "whom").prefetch_related("brought"):
        who = f"{ask.whom.called} asked in by {ask.asked_by.called}"
        found.append(_made(_day(ask.asked_at), "pull", who, text=ask.words))
        found += [_made(one.on, "do", ask.whom.called, text=one.words) for one in ask.brought.all()]
        if ask.left_at:
            found.append(_made(_day(ask.left_at), "record", f"{ask.whom.called} left; the owner stays"))
    return found


def _handed(person: Person) -> list[Told]:
    taken = person.handovers.exclude(accepted_at=None).select_related("from_whom", "to_whom")
    return [
        _made(
            _day(one.accepted_at), "do", f"{one.to_whom.called} took over from {one.from_whom.called}", text=one.story
        )
        for one in taken
        if one.accepted_at
    ]


def _put_right(person: Person) -> list[Told]:
    """What they say of something that was written; what was written stays where it is."""
    return [
        _made(one.on, "asks", f"They put right what was written; kept by {one.kept_by.called}",
              text=one.as_written, said=one.as_they_say)
        for one in person.corrections.select_related("kept_by")
    ]  # fmt: skip


def _recorded(person: Person, by: User) -> list[Told]:
    if not person.study_person or not settings.STUDY:
        return []
    try:
        rows = history(Path(settings.STUDY), person.study_person, shared(), by.username)
    except PersonshapedError:
        return []
    return told_in_runs(rows)


def told_in_runs(rows: Sequence[Recorded]) -> list[Told]:
    """What agencies recorded, newest first: each asking by itself, what one agency then did as one sentence."""
    return [_run(list(run)) for _, run in groupby(rows, _KeyOfRun())]


ASKS = ("first", "again", "asks", "referral_in", "met")
"""Marks that stand by themselves in a story; what an agency did in a row is told in one sentence."""


class _KeyOfRun:
    """One agency's rows in a row have one key; asking, a met need and whatever holds words begin a key of their own."""

    def __init__(self) -> None:
        self.alone = 0

    def __call__(self, row: Recorded) -> tuple[str, int]:
        if row.words or row.mark in ASKS:
            self.alone += 1
            return row.agency, self.alone
        return row.agency, 0


def _run(rows: list[Recorded]) -> Told:
    """Rows of one agency, newest first, as one thing that happened, told in the order in which they did."""
    last, first = rows[0], rows[-1]
    when = words.when(last.at, last.precision)
    begun = words.when(first.at, first.precision)
    counted = Counter(one.says for one in reversed(rows))
    text = ", ".join(what if times == 1 else f"{what} {times} times" for what, times in counted.items())
    asked = last.mark in ASKS
    return Told(
        last.at.date() if last.at else date.min,
        when if begun == when else f"{begun} – {when}",
        _drawn("refer" if any(one.mark == "refer" for one in rows) else last.mark),
        f"from the records of {words.agency(last.agency)}",
        text[:1].upper() + text[1:] + (f": {last.words}" if last.words and not asked else ""),
        last.words if asked else "",
    )


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
