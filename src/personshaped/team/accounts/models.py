"""People who sign in, the agencies they come from, and what agencies agreed to share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from personshaped.tables import CANONICAL
from personshaped.team.accounts.roles import ROLES, SAYS, Right

_PRICED, _DOORS = CANONICAL["unit_costs"], CANONICAL["front_doors"]


class Agency(models.Model):
    """One organisation; `code` is its name in the study's tables."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Users(UserManager["User"]):
    """Makes accounts. What Django calls a superuser keeps the accounts here, and sees no one's story."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **more: Any
    ) -> User:
        """The account of a keeper."""
        return self.create_user(username, email, password, **{"called": username, "role": "keeper"} | more)


class User(AbstractUser):
    """Someone who works here. `expertise` is what they can be asked in for."""

    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Users] = Users()

    called = models.CharField("what colleagues call them", max_length=60)
    role = models.CharField(max_length=20, choices=[(key, SAYS[key]) for key in ROLES], default="member")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT)
    expertise = models.CharField(max_length=120, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name, verbose_name_plural = "colleague", "colleagues"

    def __str__(self) -> str:
        return self.called or self.username

    def may(self, right: Right) -> bool:
        """Whether this person has a right; nobody who left has any."""
        return self.is_active and right in ROLES.get(self.role, frozenset())


class Moment(models.Model):
    """What every process has to know for a moment: a code that was used, wrong ones counted. Text, never code."""

    key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


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


class FrontDoor(models.Model):
    """One door that exists, used or not: a line of `front_doors`."""

    front_door = models.CharField(max_length=120, unique=True, help_text="as written in the records")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="doors")
    kind = models.CharField(max_length=20, blank=True, choices=[(one, one) for one in _DOORS["kind"].values])
    area = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["front_door"]

    def __str__(self) -> str:
        return self.front_door


class UnitCost(models.Model):
    """One price: a line of `unit_costs`. An empty key stands for any."""

    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    service = models.CharField(max_length=120, blank=True)
    staff_role = models.CharField(max_length=80, blank=True)
    activity = models.CharField(max_length=20, blank=True, choices=[(one, one) for one in _PRICED["activity"].values])
    year = models.PositiveSmallIntegerField(help_text="of the price")
    unit = models.CharField(max_length=10, choices=[(one, one) for one in _PRICED["unit"].values])
    cost = models.DecimalField("cost in £", max_digits=12, decimal_places=2)
    basis = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in _PRICED["basis"].values])
    source = models.CharField(max_length=200, help_text="where the price comes from")

    class Meta:
        ordering: ClassVar = ["agency", "service", "staff_role", "activity", "year"]

    def __str__(self) -> str:
        return f"£{self.cost} per {self.unit}, {self.year}"
