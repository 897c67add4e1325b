"""What was written after being with somebody, what is still being written, and what was recorded."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.people.models import STAFF, Person, story_address


class Visit(models.Model):
    """One visit or conversation, in free text. The person can read it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visits")
    text = models.TextField()
    on = models.DateField()
    who_was_there = models.CharField(max_length=200, blank=True)
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class Draft(models.Model):
    """What a colleague is still writing about a visit: theirs until they add it, and held for whoever asks (380)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    kept_by = models.ForeignKey(STAFF, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kept_by"], name="one_draft_each")]

    def __str__(self) -> str:
        return self.text[:60]

    def is_open_to(self, user: User) -> bool:
        """Whether this colleague reads it: its writer, and whoever answers for the data."""
        return self.kept_by_id == user.pk or user.may(Right.ANSWER_FOR_DATA)


class Recording(models.Model):
    """Sound or video of a visit. The file lies beside the database under a random name, never among static files."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="recordings")
    file = models.CharField(max_length=16, unique=True, default=story_address, editable=False)
    kind = models.CharField(max_length=20)
    size = models.PositiveBigIntegerField()
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind}, {self.size} bytes"

    @property
    def is_video(self) -> bool:
        """Whether there is a picture to it."""
        return self.kind.startswith("video/")

    @property
    def path(self) -> str:
        """Where the file lies."""
        return str(settings.KEEP / "recordings" / self.file)
