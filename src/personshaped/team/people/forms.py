"""What is asked of a colleague: as little as can be. Only a name and what matters may be mandatory."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from personshaped.team.people.models import Answer


class OwnWords(forms.Textarea):
    """A box for a person's own words."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__(attrs={"class": "govuk-textarea ps-own-words", "rows": rows})


class Line(forms.TextInput):
    """One line."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-input", "autocomplete": "off"})


class Notes(forms.Textarea):
    """A box for a colleague's own account."""

    def __init__(self, rows: int = 2) -> None:
        super().__init__(attrs={"class": "govuk-textarea", "rows": rows})


class Choose(forms.Select):
    """One of a list."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-select"})


class OneOf(forms.RadioSelect):
    """One of a few, all in sight."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-radios__input"})


class Day(forms.DateInput):
    """A day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-input ps-day"}, format="%Y-%m-%d")


class Begin(forms.Form):
    """The whole of what it takes to begin a story."""

    matters = forms.CharField(
        label="What matters to them?", help_text="Start with their words. You can find out the rest later.",
        widget=OwnWords(2), error_messages={"required": "Write what matters to them, in their words"},
    )  # fmt: skip
    called = forms.CharField(
        label="What do they like to be called?", max_length=120, widget=Line(),
        error_messages={"required": "Write a name or nickname"},
    )  # fmt: skip


class Need(forms.Form):
    """Something they need, in their words."""

    words = forms.CharField(label="What do they need, in their words?", widget=OwnWords(2), required=False)


class Sorted(forms.Form):
    """Has it been sorted?"""

    said = forms.ChoiceField(
        label="Has it been sorted?", choices=Answer.CHOICES, required=False,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios__input"}),
    )  # fmt: skip
    words = forms.CharField(label="In their words", widget=OwnWords(2), required=False)


class Matters(forms.Form):
    """What matters to them, as they say it now."""

    field_order: ClassVar = ["matters"]
    matters = forms.CharField(label="What matters to them, in their words", widget=OwnWords(3), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput())
