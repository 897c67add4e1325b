"""Everything held about one person, to see, print and take away: complete because it follows the database itself."""

from __future__ import annotations

from collections.abc import Mapping
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
    return {**_told(person), "Who looked at this, and who wrote": seen}


def _told(row: models.Model) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in row._meta.fields:
        value = getattr(row, field.name)
        if field.name not in _NOT_SAID and value not in (None, ""):
            told[capfirst(str(field.verbose_name))] = str(value)
    for belongs in row._meta.related_objects:
        if belongs.on_delete is models.CASCADE and belongs.related_model is not None:
            rows = belongs.related_model._default_manager.filter(**{belongs.field.name: row})
            if rows:
                name = capfirst(str(belongs.related_model._meta.verbose_name_plural))
                told[name] = [_without_parent(_told(one), belongs.field) for one in rows]
    return told


def _without_parent(told: Mapping[str, Any], field: Any) -> dict[str, Any]:
    parent = capfirst(str(field.verbose_name))
    return {name: value for name, value in told.items() if name != parent}
