"""Everything held about one person, to see, print and take away: complete because it follows the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from personshaped.picture import words
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person

_NOT_SAID = {"id", "version", "person", "file", "size"}
_CALLED = {
    "said": "What they said", "around": "Around them", "need": "What they need", "answer": "Has it been sorted?",
    "with": "Who is with them", "correction": "What they put right", "visit": "Visits and conversations",
    "recording": "Sound and video", "draft": "Drafts", "ask": "Who was asked in", "brought": "What they brought",
    "handover": "Handed over", "blockage": "What got in the way", "observation": "How things are",
}  # fmt: skip
"""What each kind of thing is called to the person; one that is not here is called as the database calls it."""
_FIELDS = {
    "address": "This story’s number",
    "matters": "What matters to me",
    "on": "Day",
    "at": "Time",
    "begun_by": "Begun by",
    "kept_by": "Written by",
}
LOOKS = "Who looked at this, and who wrote"


NOT_FINISHED = "Not finished: only its writer reads it. Whoever answers for the data hands it over."
"""What stands for another colleague's draft (decision 380)."""


def record_of(person: Person, by: User) -> dict[str, Any]:
    """Their own fields, then every row that belongs to them, and who looked and when, as `by` may read it."""
    looks = Entry.objects.filter(person=person.address).select_related("who")
    seen = [{_text(one.at): f"{one.who or 'the application'} {one.verb}"} for one in looks]
    return {**_told([person], by)[0], LOOKS: seen}


@dataclass(frozen=True)
class Part:
    """One thing of a record as it is read: a text, or several things of a kind, each of several parts."""

    name: str
    text: str = ""
    several: tuple[tuple[Part, ...], ...] = ()


def as_read(record: Mapping[str, Any]) -> tuple[Part, ...]:
    """The record in parts, for a page."""
    return tuple(
        Part(name, several=tuple(as_read(one) for one in value)) if isinstance(value, list) else Part(name, value)
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
    return told


def _own(row: models.Model, by: User, parent: Any) -> dict[str, Any]:
    closed = not getattr(row, "is_open_to", lambda _: True)(by)
    fields = [one for one in row._meta.fields if one.name not in _NOT_SAID and one != parent]
    values = {one: NOT_FINISHED if closed and one.name == "text" else _shown(row, one) for one in fields}
    return {_FIELDS.get(one.name, capfirst(str(one.verbose_name))): text for one, text in values.items() if text}


def _shown(row: models.Model, field: Any) -> str:
    spelled = getattr(row, f"get_{field.name}_display", None)
    return str(spelled()) if spelled else _text(getattr(row, field.name))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return f"{words.day(timezone.localtime(value).date())}, {timezone.localtime(value):%H:%M}"
    return words.day(value) if isinstance(value, date) else "" if value is None else str(value)


def _rows(model: Any, parent: Any, of: Sequence[models.Model]) -> Sequence[models.Model]:
    names = [one.name for one in model._meta.fields if one.is_relation and one != parent and one.name not in _NOT_SAID]
    found = model._default_manager.filter(**{f"{parent.name}__in": of})
    return list(found.select_related(*names) if names else found)
