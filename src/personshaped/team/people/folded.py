"""Forms that ask the one or two things that matter first; the rest stands folded until it is needed."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.functional import Promise


class Folded(forms.Form):
    """What is asked first is named in FIRST; MORE says what is under the fold."""

    template_name = "people/folded.html"
    FIRST: ClassVar[tuple[str, ...]] = ()
    MORE: ClassVar[str | Promise] = ""

    @property
    def first(self) -> tuple[str, ...]:
        """The names of the boxes in sight."""
        return self.FIRST

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked first."""
        return [field for field in self.visible_fields() if field.name in self.first]

    @property
    def rest(self) -> list[forms.BoundField]:
        """What comes later."""
        return [field for field in self.visible_fields() if field.name not in self.first]

    @property
    def is_open(self) -> bool:
        """Whether something under the fold is written already, or could not be kept."""
        return any(field.errors or field.value() for field in self.rest)
