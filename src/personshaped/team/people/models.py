"""One story for a person or family: what matters, what they need, who is with them, what they said.

Only a name (or nickname) and what matters are ever asked for; no other field may become mandatory (a test fails).
Every model a colleague may edit carries `version`, so that nobody's words overwrite another's.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

STAFF = settings.AUTH_USER_MODEL


def story_address() -> str:
    """A random name for a story's address: no address tells who anyone is."""
    return secrets.token_urlsafe(9)


class Household(models.Model):
    """People whose story is told together. It has no name of its own: one would outlive whoever is erased."""

    def __str__(self) -> str:
        return f"number {self.pk}"


class Person(models.Model):
    """A person, by the name they like; `matters` is in their own words."""

    address = models.CharField(max_length=16, unique=True, default=story_address, editable=False)
    called = models.CharField(max_length=120)
    matters = models.TextField()
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    strengths = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    born = models.DateField(null=True, blank=True)
    lives_at = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=80, blank=True)
    study_person = models.CharField(
        max_length=120, blank=True, help_text="person_id in the study, where they are known"
    )
    begun_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["called"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.called

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.address])


class Said(models.Model):
    """Words of the person, or of someone close to them, kept as they were said."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="said")
    words = models.TextField()
    said_by = models.CharField(max_length=60, default="person")
    on = models.DateField()
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return self.words[:60]


class Around(models.Model):
    """Someone or something around the person: family, friend, group, place."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="around")
    called = models.CharField(max_length=120)
    is_to_them = models.CharField("who or what that is to them", max_length=120, blank=True)

    def __str__(self) -> str:
        return self.called


class Need(models.Model):
    """One need in the person's terms. It is open until the person says that it is met; nothing else closes it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="needs")
    words = models.TextField()
    issue = models.CharField(max_length=200, blank=True)
    opened_on = models.DateField()
    owner = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="owns")
    next_step = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["opened_on", "id"]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def last_answer(self) -> Answer | None:
        """The latest answer to "Has it been sorted?"."""
        return next(iter(self.answers.all()), None)  # newest first, and read once where they were read ahead

    @property
    def is_met(self) -> bool:
        """Whether the person's latest answer is that it is sorted."""
        last = self.last_answer
        return last is not None and last.said == Answer.YES


class Answer(models.Model):
    """What the person said when asked: has it been sorted? "We have not asked" is a full answer too."""

    YES, NOT_YET, NOT_ASKED = "yes", "not_yet", "not_asked"
    CHOICES: ClassVar = [
        (YES, "Yes, they say it is sorted"),
        (NOT_YET, "Not yet, they say"),
        (NOT_ASKED, "We have not asked"),
    ]

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="answers")
    said = models.CharField(max_length=10, choices=CHOICES)
    words = models.TextField(blank=True)
    on = models.DateField()
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.need}: {self.said}"


def unmet(needs: models.QuerySet[Need]) -> models.QuerySet[Need]:
    """Those of the needs that are open: nobody was asked, or the latest answer is not that it is sorted."""
    last = Answer.objects.filter(need=models.OuterRef("pk")).values("said")[:1]
    return needs.alias(last_said=Coalesce(models.Subquery(last), models.Value(""))).exclude(last_said=Answer.YES)


class With(models.Model):
    """That a colleague works with a person, and so may see the story. The owner stays; who is asked in may leave."""

    OWNER, ASKED_IN, ALONGSIDE = "owner", "asked_in", "alongside"
    CHOICES: ClassVar = [(OWNER, "with them all the way"), (ASKED_IN, "asked in"), (ALONGSIDE, "alongside")]

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="with_them")
    colleague = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="works_with")
    how = models.CharField(max_length=10, choices=CHOICES, default=OWNER)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["since"]

    def __str__(self) -> str:
        return f"{self.colleague} with {self.person}"


class Correction(models.Model):
    """What the person says is not right in their record, and how they say it. What was written stays beside it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    as_written = models.TextField(blank=True)
    as_they_say = models.TextField()
    on = models.DateField()
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return self.as_they_say[:60]
