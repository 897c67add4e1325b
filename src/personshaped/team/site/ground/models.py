"""The team's ground, the tally at the door, how things are, and what ties a condition to an experiment."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from personshaped.team.blockages.models import Condition
from personshaped.team.experiments.models import Experiment
from personshaped.team.people.models import Person

STAFF = settings.AUTH_USER_MODEL
PRINCIPLES = "\n".join((
    gettext_noop("You understand me and the problems I need help to solve."),
    gettext_noop("We make decisions based on knowledge and evidence, not opinion or standards."),
    gettext_noop("Only do what is needed to create value, enabling the person to gain control."),
    gettext_noop("We take ownership through the end to end journey with the person."),
    gettext_noop("We work as a team, without department barriers."),
    gettext_noop("We are here to learn, and improve."),
))  # fmt: skip
"""Where a team may begin: the operating principles of a locality team in Stoke-on-Trent (seed 002), to be rewritten."""
TWO_RULES = "\n".join((
    gettext_noop("Do not break the law."), gettext_noop("Do not make the person’s situation worse."),
))  # fmt: skip


class Ground(models.Model):
    """One page of the team's own words. There is one of it.

    `keep_years` is for whoever answers for the data: how long after its last words a story is kept.
    """

    purpose = models.TextField(blank=True)
    principles = models.TextField(blank=True, default=PRINCIPLES)
    rules = models.TextField(blank=True, default=TWO_RULES)
    keep_years = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.purpose[:60]

    @property
    def principle_lines(self) -> list[str]:
        """One principle a line."""
        return [line.strip() for line in self.principles.splitlines() if line.strip()]

    @property
    def rule_lines(self) -> list[str]:
        """One rule a line."""
        return [line.strip() for line in self.rules.splitlines() if line.strip()]


class KeptView(models.Model):
    """The picture narrowed as a colleague wants to see it again; `address` is a page of it with its filters."""

    called = models.CharField(max_length=80)
    address = models.CharField(max_length=400)
    kept_by = models.ForeignKey(STAFF, on_delete=models.CASCADE, related_name="kept_views")

    class Meta:
        ordering: ClassVar = [Lower("called"), "id"]

    def __str__(self) -> str:
        return self.called


class TriedFor(models.Model):
    """That an experiment came out of a condition."""

    experiment = models.OneToOneField(Experiment, on_delete=models.CASCADE, related_name="tried_for")
    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="tried")

    def __str__(self) -> str:
        return f"{self.experiment} for {self.condition}"


class Tally(models.Model):
    """One demand heard at a door: whether it was the first time they ask. It names nobody."""

    FIRST, AGAIN, UNSURE = "first", "again", "unsure"
    HEARD: ClassVar = [
        (FIRST, _("Asking for the first time")),
        (AGAIN, _("Asking again")),
        (UNSURE, _("Unsure")),
    ]

    door = models.CharField(max_length=120, blank=True)
    heard = models.CharField(max_length=6, choices=HEARD)
    words = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.door} {self.heard}"


class Observation(models.Model):
    """How something is for one person, as one of those around them says; who says it is always kept apart."""

    MEASURES: ClassVar = [
        ("independence", _("How well they manage by themselves, 0 to 10")),
        ("good_life", _("How good life is, 0 to 10")),
        ("carer_strain", _("How hard caring is, 0 to 10")),
        ("hours_would_do", _("Hours a week that would do")),
        ("hours_delivered", _("Hours a week they get")),
    ]
    HOURS: ClassVar = ("hours_would_do", "hours_delivered")
    MOST, MOST_HOURS = 10, 24 * 7
    """The end of each scale, and the hours of a week."""
    SAID_BY: ClassVar = [
        ("person", _("the person")),
        ("family", _("a carer or family")),
        ("worker", _("a care worker")),
        ("assessor", _("an assessor")),
    ]

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="observations")
    measure = models.CharField(max_length=20, choices=MEASURES)
    value = models.DecimalField(max_digits=7, decimal_places=2)
    said_by = models.CharField(max_length=10, choices=SAID_BY, blank=True)
    words = models.TextField(blank=True)
    on = models.DateField(default=date.today)
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"

    @property
    def number(self) -> str:
        """The value as it was given: 6.5, not 6.50."""
        return f"{self.value.normalize():f}"
