"""A history from case files: its lines as typed, and what the person wanted. Only what the files say is kept."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from personshaped.team.people.models import story_address


class History(models.Model):
    """One person's history; `called` is a name only the one who builds it understands (P1), never a real one."""

    address = models.CharField(max_length=16, unique=True, default=story_address, editable=False)
    called = models.CharField(max_length=60)
    matters = models.TextField(blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="histories")
    alongside = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-begun_at"]
        verbose_name_plural = "histories"

    def __str__(self) -> str:
        return self.called

    def get_absolute_url(self) -> str:
        return reverse("history", args=[self.address])


class Line(models.Model):
    """One thing that happened, in the words of the file; fields are named as the columns of `interactions`."""

    history = models.ForeignKey(History, on_delete=models.CASCADE, related_name="lines")
    seq = models.PositiveIntegerField()
    started_at = models.CharField(max_length=40, blank=True)
    agency = models.CharField(max_length=80, blank=True)
    initiated_by = models.CharField(max_length=20, blank=True)
    activity = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    issue = models.CharField(max_length=200, blank=True)
    need_id = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    referred_to = models.CharField(max_length=80, blank=True)
    need_met = models.CharField(max_length=3, blank=True)
    crisis = models.CharField(max_length=3, blank=True)
    value_work = models.CharField(max_length=3, blank=True)
    minutes = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    documents = models.PositiveIntegerField(null=True, blank=True)
    inferred = models.CharField(max_length=3, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["seq", "id"]

    def __str__(self) -> str:
        return f"line {self.seq}"


class Wanted(models.Model):
    """One thing the person said would help, and what it would cost; fields are the columns of `wanted`."""

    history = models.ForeignKey(History, on_delete=models.CASCADE, related_name="wanted")
    item = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    need_id = models.CharField(max_length=40, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=5, blank=True)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_year = models.PositiveIntegerField(null=True, blank=True)
    alternative_group = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.item
