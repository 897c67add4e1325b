"""What is asked of a colleague: as little as can be. Only a name and what matters may be mandatory."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.team.people.folded import Folded
from personshaped.team.people.models import Answer
from personshaped.team.people.together import Together


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
        label=_("What matters to them?"), help_text=_("Start with their words. You can find out the rest later."),
        widget=OwnWords(2), error_messages={"required": _("Write what matters to them, in their words")},
    )  # fmt: skip
    called = forms.CharField(
        label=_("What do they like to be called?"), max_length=120, widget=Line(),
        error_messages={"required": _("Write a name or nickname")},
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


class Find(forms.Form):
    """A name, spelt as well as one can."""

    q = forms.CharField(label=_("Find somebody you work with"), required=False, widget=Line())


class AroundThem(forms.Form):
    """Who or what is around them."""

    called = forms.CharField(label="Who or what is around them?", required=False, max_length=120, widget=Line())
    is_to_them = forms.CharField(label="What is that to them?", required=False, max_length=120, widget=Line())


class About(Folded, Together):
    """What helps to work with them; all of it may stay empty."""

    FIRST = ("next_step", "strengths")
    MORE = "Where they live, and how to reach them"

    next_step = forms.CharField(label="What happens next, who does it, and when?", required=False, widget=Notes())
    strengths = forms.CharField(label="What are they good at? What do they have?", required=False, widget=Notes())
    lives_at = forms.CharField(label="Where they live", required=False, max_length=200, widget=Line())
    phone = forms.CharField(label="Telephone", required=False, max_length=40, widget=Line())
    born = forms.DateField(label="Born", required=False, widget=Day())
    area = forms.CharField(label="Area", required=False, max_length=80, widget=Line())


class NextOfNeed(Together):
    """What happens next about one need."""

    next_step = forms.CharField(label="What happens next, who does it, and when?", required=False, widget=Notes())


class Correct(forms.Form):
    """What is not right, and how they say it."""

    as_written = forms.CharField(label="What is written here that is not right?", required=False, widget=Notes())
    as_they_say = forms.CharField(label="How do they say it is?", required=False, widget=OwnWords(3))
