"""The audit trail: one line for every look at a person and every change, bound to the line before it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing done: who, when, to whose story, and what. Never edited, never deleted (triggers say so too)."""

    at = models.DateTimeField()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    person = models.CharField(max_length=40, blank=True, db_index=True)
    what = models.CharField(max_length=200, blank=True)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who} {self.verb}"
