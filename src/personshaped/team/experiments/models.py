"""Test and learn. An experiment has no status, no deadline and no score: a belief, a try, what was learned."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personshaped.team.people.models import Need, Person

STAFF = settings.AUTH_USER_MODEL
CHANGED = [
    ("method", _("how the work is done")),
    ("recording", _("how it is written down")),
    ("threshold", _("a threshold")),
    ("contract", _("a contract")),
    ("data", _("the data")),
    ("staffing", _("who is here")),
    ("policy", _("a policy")),
]
"""As the table `changes` names them."""
CHOSEN = [
    ("random", _("by chance, from all who could have been")),
    ("typical", _("because they are typical")),
    ("crisis", _("because they were in crisis")),
    ("volunteer", _("because they offered")),
    ("all", _("everybody there was")),
]
"""As the table `cases` names them."""


class Experiment(models.Model):
    """What we believe, what we will try, how we will know, what happened, what we learned."""

    called = models.CharField(max_length=200)
    believe = models.TextField(blank=True)
    will_try = models.TextField(blank=True)
    will_know = models.TextField(blank=True)
    happened = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    now = models.TextField(blank=True)
    begun_on = models.DateField(default=date.today)
    begun_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-begun_on", "-id"]

    def __str__(self) -> str:
        return self.called

    def get_absolute_url(self) -> str:
        return reverse("experiment", args=[self.pk])


class Change(models.Model):
    """Something changed in how things are done or recorded, and from when; charts are read beside it."""

    at = models.DateField()
    kind = models.CharField(max_length=10, choices=CHANGED, default="method")
    text = models.CharField(max_length=300)
    agency = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=80, blank=True)
    experiment = models.ForeignKey(Experiment, null=True, blank=True, on_delete=models.SET_NULL, related_name="changes")
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.text}"


class Case(models.Model):
    """One case studied old against new. How it was chosen is written down, or the comparison cannot be read."""

    people = models.ManyToManyField(Person, blank=True, related_name="cases")
    study_people = models.CharField(max_length=300, blank=True)
    chosen = models.CharField(max_length=10, choices=CHOSEN, blank=True)
    chosen_on = models.DateField(null=True, blank=True)
    eligible = models.PositiveIntegerField(null=True, blank=True)
    declined = models.BooleanField(default=False)
    old_from = models.DateField(null=True, blank=True)
    old_to = models.DateField(null=True, blank=True)
    new_from = models.DateField(null=True, blank=True)
    new_to = models.DateField(null=True, blank=True)
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Level(models.Model):
    """One level of the triangle of need, in the team's own words; `place` 1 stands at the foot."""

    words = models.CharField(max_length=60)
    means = models.TextField(blank=True)
    place = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["place", "id"]

    def __str__(self) -> str:
        return self.words


class Standing(models.Model):
    """At which level of the triangle a need stands, as those who work on it see it. It opens and closes nothing."""

    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="standing")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="standings")

    def __str__(self) -> str:
        return f"{self.need}: {self.level}"


class Measure(models.Model):
    """A chart of the study that the team reads, and how it follows from its purpose."""

    chart = models.CharField(max_length=80)
    follows = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.chart
