"""Other places and services, on equal terms. Nothing here is added up by place, ordered by a number or compared."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personshaped.team.accounts.models import Agency

STAFF = settings.AUTH_USER_MODEL
TIES = [
    ("help_asked", _("we asked for help")),
    ("help_given", _("we offered help")),
    ("visit", _("a visit")),
    ("exchange", _("we told each other what we saw")),
    ("review", _("a review between peers")),
    ("board", _("an improvement board")),
]
"""As the table `ties` names them."""


class Place(models.Model):
    """A place, agency or service that learns with us. `agency` where its people sign in here."""

    called = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    agency = models.OneToOneField(Agency, null=True, blank=True, on_delete=models.SET_NULL, related_name="place")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = [Lower("called")]

    def __str__(self) -> str:
        return self.called

    def get_absolute_url(self) -> str:
        return reverse("peer", args=[self.pk])


class Fact(models.Model):
    """One fact of a place's context, with where it comes from: without it no two places can be understood together."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="facts")
    what = models.CharField(max_length=200)
    value = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["what"]

    def __str__(self) -> str:
        return f"{self.what}: {self.value}"


class Board(models.Model):
    """A board of peers that stays with one matter until it is better: who sits on it, what holds it, when it meets."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="boards")
    about = models.TextField(blank=True)
    members = models.TextField(blank=True)
    held_by = models.TextField(blank=True)
    meets_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.about[:60]

    def sitting(self) -> list[str]:
        """Who sits on it, one by one."""
        return [one.strip() for one in self.members.splitlines() if one.strip()]


class Tie(models.Model):
    """One contact between peers, and what was learned; `ours` is the agency of whoever wrote it down.

    A meeting of a board has the board; its `words` are what was agreed.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="ties")
    board = models.ForeignKey(Board, null=True, blank=True, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=12, choices=TIES)
    at = models.DateField(default=date.today)
    words = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    ours = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class Agreement(models.Model):
    """What two places promised each other, what holds it when people change, and who in each holds to it."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="agreements")
    words = models.TextField(blank=True)
    held_by = models.TextField(blank=True)
    here = models.CharField(max_length=120, blank=True)
    there = models.CharField(max_length=120, blank=True)
    again_on = models.DateField(null=True, blank=True)
    learned = models.TextField(blank=True)
    on = models.DateField(default=date.today)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return self.words[:60]
