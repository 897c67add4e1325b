"""What got in the way, and the conditions of the system that it shows. A rule or a habit, never a person."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personshaped.team.people.models import Person

STAFF = settings.AUTH_USER_MODEL
KINDS = [
    ("rule", _("a rule")),
    ("budget", _("a budget")),
    ("threshold", _("a threshold")),
    ("contract", _("a contract")),
    ("data_sharing", _("data sharing")),
    ("habit", _("a habit")),
    ("measure", _("a measure or target")),
    ("role", _("what a job is said to be")),
    ("structure", _("how we are organised")),
    ("other", _("something else")),
]
"""As the table `conditions` names them; a test holds the two together."""
AT_A_TAP = [one for one in KINDS if one[0] not in ("measure", "role", "structure")]
"""What a tired colleague chooses from; the rest is seen in the system, and chosen when more is said."""
LAW = [
    ("law", _("The law")),
    ("policy", _("A policy, not the law")),
    ("neither", _("Neither: it is how we do it")),
    ("unknown", _("We do not know")),
]
LAW_SAYS = {
    "law": _("It is the law."),
    "policy": _("Policy, not the law."),
    "neither": _("Not the law."),
    "unknown": _("We do not know whether it is the law."),
}
"""The same as a sentence."""


def in_words(words: str, kind: str) -> str:
    """The words; where it was one tap and no more, what kind of thing it was."""
    if words:
        return words
    if not kind:
        return gettext("Something, not said yet what")
    return gettext("%s, not said yet which") % (kind[:1].upper() + kind[1:])


class Condition(models.Model):
    """What in the system makes it so, as those who studied it wrote it down; blank words until somebody does."""

    words = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=KINDS, blank=True)
    whose = models.CharField(max_length=120, blank=True)
    law = models.CharField(max_length=10, choices=LAW, blank=True)
    thinking = models.TextField(blank=True)
    figures = models.TextField(blank=True, help_text="names of the study's figures that bear on it, separated by ;")
    written_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=date.today)
    withdrawn = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.says

    def get_absolute_url(self) -> str:
        return reverse("condition", args=[self.pk])

    @property
    def says(self) -> str:
        """Its words, or what kind of thing it is."""
        return in_words(self.words, str(self.get_kind_display()))

    @property
    def figure_names(self) -> list[str]:
        """The figures that bear on it, in the order they were added."""
        return [name for name in self.figures.split(";") if name]


class Blockage(models.Model):
    """One time that something stopped help; the words or the kind are enough.

    `told` is what the person said of it. It is shown to others only as `shown`: the words a colleague ticked, with
    the person's agreement (`agreed` is yes).
    """

    YES, NO, NOT_ASKED = "yes", "no", "not_asked"
    AGREED: ClassVar = [(YES, _("Yes, they said so")), (NO, _("No")), (NOT_ASKED, _("We have not asked"))]

    words = models.TextField()
    kind = models.CharField(max_length=20, choices=KINDS, blank=True)
    whose = models.CharField(max_length=120, blank=True)
    law = models.CharField(max_length=10, choices=LAW, blank=True)
    instead = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="blockages")
    told = models.TextField(blank=True)
    agreed = models.CharField(max_length=10, choices=AGREED, default=NOT_ASKED)
    shown = models.TextField(blank=True)
    condition = models.ForeignKey(Condition, null=True, blank=True, on_delete=models.SET_NULL, related_name="blockages")
    said_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=date.today)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]

    def __str__(self) -> str:
        return self.says[:60]

    @property
    def says(self) -> str:
        """Its words, or what kind of thing it was."""
        return in_words(self.words, str(self.get_kind_display()))

    @property
    def may_be_told(self) -> str:
        """The person's words as others may read them; blank without their agreement."""
        return self.shown if self.agreed == self.YES else ""


class TakenUp(models.Model):
    """That somebody took a condition up, and what they said; every answer stays."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="taken_up")
    who = models.CharField(max_length=120)
    said = models.TextField(blank=True)
    on = models.DateField(default=date.today)
    kept_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.who}: {self.said[:60]}"
