"""Everything held about one person, to see, print and take away: complete because it follows the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.text import capfirst

from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person

_NOT_SAID = {"id", "version", "person", "file"}


def record_of(person: Person) -> dict[str, Any]:
    """Their own fields, then every row that belongs to them, and who looked and when."""
    looks = Entry.objects.filter(person=person.address).select_related("who")
    seen = [{"at": f"{one.at:%Y-%m-%d %H:%M}", "who": str(one.who or ""), "what": one.verb} for one in looks]
    return {**_told([person])[0], "Who looked at this, and who wrote": seen}


def _told(rows: Sequence[models.Model], parent: Any = None) -> list[dict[str, Any]]:
    """Each row's own fields and all that hangs on it; each kind of thing is read once, for all rows together."""
    told = [_own(row, parent) for row in rows]
    at = {row.pk: one for row, one in zip(rows, told, strict=True)}
    for belongs in rows[0]._meta.related_objects if rows else ():
        if belongs.on_delete is models.CASCADE and belongs.related_model is not None:
            name = capfirst(str(belongs.related_model._meta.verbose_name_plural))
            theirs = _rows(belongs.related_model, belongs.field, rows)
            for row, one in zip(theirs, _told(theirs, belongs.field), strict=True):
                at[getattr(row, belongs.field.attname)].setdefault(name, []).append(one)
    return told


def _own(row: models.Model, parent: Any) -> dict[str, Any]:
    said = (one for one in row._meta.fields if one.name not in _NOT_SAID and one != parent)
    values = ((one, getattr(row, one.name)) for one in said)
    return {capfirst(str(one.verbose_name)): str(value) for one, value in values if value not in (None, "")}


def _rows(model: Any, parent: Any, of: Sequence[models.Model]) -> Sequence[models.Model]:
    names = [one.name for one in model._meta.fields if one.is_relation and one != parent and one.name not in _NOT_SAID]
    found = model._default_manager.filter(**{f"{parent.name}__in": of})
    return list(found.select_related(*names) if names else found)
