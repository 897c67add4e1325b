"""Everything held about one person, to see, print and take away: complete because it follows the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from personshaped.picture import words
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person

_NOT_SAID = {"id", "version", "person", "file", "size", "study_people"}
_CALLED = {
    "said": "What they said", "around": "Around them", "need": "What they need", "answer": "Has it been sorted?",
    "with": "Who is with them", "correction": "What they put right", "visit": "Visits and conversations",
    "recording": "Sound and video", "draft": "Drafts", "ask": "Who was asked in", "brought": "What they brought",
    "handover": "Handed over", "blockage": "What got in the way", "observation": "How things are",
    "standing": "In the triangle of need", "case": "Chosen to set old against new",
}  # fmt: skip
"""What each kind of thing is called to the person; one that is not here is called as the database calls it."""
FIELDS = {
    "address": "This story’s number", "called": "Called", "matters": "What matters to me", "strengths": "Strengths",
    "household": "Household", "next_step": "What happens next", "born": "Born", "lives_at": "Where I live",
    "phone": "Telephone", "area": "Area", "study_person": "My number in the study", "begun_by": "Begun by",
    "begun_at": "Begun", "on": "Day", "at": "Time", "kept_by": "Written by", "words": "Words", "said_by": "Said by",
    "is_to_them": "What that is to me", "issue": "About", "opened_on": "Since", "owner": "Who is with me for it",
    "need": "For the need", "said": "Answer", "colleague": "Who", "how": "How", "since": "Since", "until": "Until",
    "as_written": "What was written", "as_they_say": "What I say it is", "text": "What was written",
    "who_was_there": "Who was there", "kind": "Kind", "asked_by": "Who asked", "whom": "Who was asked",
    "asked_at": "Asked", "accepted_at": "Said yes", "declined_at": "Said no", "left_at": "Left",
    "from_whom": "From", "to_whom": "To", "story": "The story as it was told", "whose": "Whose it is",
    "law": "Law or policy", "instead": "What we did instead", "told": "What I said of it",
    "agreed": "May others read my words?", "shown": "The words that others may read",
    "condition": "What in the system makes it so", "measure": "About", "value": "Number", "chosen": "How",
    "level": "Level", "chosen_on": "Chosen on", "eligible": "Of how many", "declined": "I said no to it",
    "old_from": "The old way, from", "old_to": "The old way, to",
    "new_from": "The new way, from", "new_to": "The new way, to",
}  # fmt: skip
"""What each thing is called to the person."""
IN_MY_WORDS = "In my words"
_THEIRS = ("said", "need", "answer", "observation")
"""Things whose `words` are the person's own; those of others are what a colleague wrote."""
SAID = (IN_MY_WORDS, *(FIELDS[one] for one in ("matters", "as_they_say", "told", "shown")))
LOOKS = "Who looked at this, and who wrote"


NOT_FINISHED = "Not finished: only its writer reads it. Whoever answers for the data hands it over."
"""What stands for another colleague's draft (decision 380)."""


def record_of(person: Person, by: User) -> dict[str, Any]:
    """Their own fields, then every row that belongs to them, and who looked and when, as `by` may read it."""
    looks = Entry.objects.filter(person=person.address).select_related("who").order_by("-pk")
    seen = [{_text(one.at): f"{one.who or 'the application'} {one.verb}"} for one in looks]
    return {**_told([person], by)[0], LOOKS: seen}


@dataclass(frozen=True)
class Part:
    """One thing of a record as it is read: a text, or several things of a kind, each of several parts."""

    name: str
    text: str = ""
    said: bool = False  # in their own words
    several: tuple[tuple[Part, ...], ...] = ()


def as_read(record: Mapping[str, Any]) -> tuple[Part, ...]:
    """The record in parts, for a page."""
    return tuple(
        Part(name, several=tuple(as_read(one) for one in value))
        if isinstance(value, list)
        else Part(name, value, name in SAID)
        for name, value in record.items()
    )


def _told(rows: Sequence[models.Model], by: User, parent: Any = None) -> list[dict[str, Any]]:
    """Each row's own fields and all that hangs on it; each kind of thing is read once, for all rows together."""
    told = [_own(row, by, parent) for row in rows]
    at = {row.pk: one for row, one in zip(rows, told, strict=True)}
    for belongs in rows[0]._meta.related_objects if rows else ():
        if belongs.on_delete is models.CASCADE and belongs.related_model is not None:
            about = belongs.related_model._meta
            name = _CALLED.get(str(about.model_name), capfirst(str(about.verbose_name_plural)))
            theirs = _rows(belongs.related_model, belongs.field, rows)
            for row, one in zip(theirs, _told(theirs, by, belongs.field), strict=True):
                at[getattr(row, belongs.field.attname)].setdefault(name, []).append(one)
        if belongs.many_to_many:  # of what is others' too, that they stand in it and no more of the others
            name = _CALLED[str(belongs.related_model._meta.model_name)]
            for row in rows:
                among = getattr(row, str(belongs.get_accessor_name())).all()
                at[row.pk].update({name: [_own(one, by, None) for one in among]} if among else {})
    return told


def _own(row: models.Model, by: User, parent: Any) -> dict[str, Any]:
    closed = not getattr(row, "is_open_to", lambda _: True)(by)
    fields = [one for one in row._meta.fields if one.name not in _NOT_SAID and one != parent]
    values = {one: NOT_FINISHED if closed and one.name == "text" else _shown(row, one) for one in fields}
    return {_called(row, one): text for one, text in values.items() if text}


def _called(row: models.Model, field: Any) -> str:
    if field.name == "words" and row._meta.model_name in _THEIRS:
        return IN_MY_WORDS
    return FIELDS.get(field.name, capfirst(str(field.verbose_name)))


def _shown(row: models.Model, field: Any) -> str:
    if field.name == "said_by" and row.said_by == "person":
        return "me"
    spelled = getattr(row, f"get_{field.name}_display", None)
    return str(spelled()) if spelled else _text(getattr(row, field.name))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return f"{words.day(timezone.localtime(value).date())}, {timezone.localtime(value):%H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return words.day(value) if isinstance(value, date) else "" if value is None else str(value)


def _rows(model: Any, parent: Any, of: Sequence[models.Model]) -> Sequence[models.Model]:
    names = [one.name for one in model._meta.fields if one.is_relation and one != parent and one.name not in _NOT_SAID]
    found = model._default_manager.filter(**{f"{parent.name}__in": of})
    return list(found.select_related(*names) if names else found)
