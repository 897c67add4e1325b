"""People who sign in, the agencies they come from, and what agencies agreed to share."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from personshaped.team.accounts.roles import ROLES, SAYS, Right


class Agency(models.Model):
    """One organisation; `code` is its name in the study's tables."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Someone who works here. `expertise` is what they can be asked in for."""

    called = models.CharField("what colleagues call them", max_length=60)
    role = models.CharField(max_length=20, choices=[(key, SAYS[key]) for key in ROLES], default="member")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT)
    expertise = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.called or self.username

    def may(self, right: Right) -> bool:
        """Whether this person has a right; nobody who left has any."""
        return self.is_active and right in ROLES.get(self.role, frozenset())


class SharingAgreement(models.Model):
    """That one agency's records may be seen by those who work with a person, under a named agreement."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=120, help_text="the agreement's own reference")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["agency", "-from_date"]

    def __str__(self) -> str:
        return f"{self.agency}: {self.reference}"
