"""Who was asked in, for what, what they brought; and who was asked to take over with the whole story."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from personshaped.team.people.models import STAFF, Need, Person


class Ask(models.Model):
    """One question to one colleague: what do you need to know or do? Whoever asks keeps what they own."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="asks")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks")
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    whom = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="asked_in")
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def is_in(self) -> bool:
        """Whether they are in now."""
        return self.accepted_at is not None and self.left_at is None


class Brought(models.Model):
    """What somebody who was asked in brought: what they know, or did."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="brought")
    words = models.TextField()
    on = models.DateField()
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["on", "id"]

    def __str__(self) -> str:
        return self.words[:60]


class Handover(models.Model):
    """That somebody is asked to be with a person from now on. Nothing changes until they accept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="handovers")
    from_whom = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    to_whom = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="handed")
    story = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]

    def __str__(self) -> str:
        return f"{self.person} to {self.to_whom}"
