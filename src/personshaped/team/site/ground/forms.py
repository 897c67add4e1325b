"""The team's own words, the tally, and how things are; nothing is mandatory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.team.people.forms import Choose, Day, Line, Notes, OneOf, OwnWords
from personshaped.team.people.together import Together
from personshaped.team.site.ground.models import Observation, Tally

_NOT_SAID = ("", "–")


class WriteGround(Together):
    """Purpose, principles and the two rules."""

    purpose = forms.CharField(
        label=_("What are we here for?"), widget=OwnWords(2), required=False,
        help_text=_("As someone who needs help would say it. Blank is the purpose of the study."),
    )  # fmt: skip
    principles = forms.CharField(
        label=_("How do we work?"), help_text=_("One principle on each line."), widget=Notes(6), required=False
    )
    rules = forms.CharField(label=_("The two rules"), help_text=_("One on each line."), widget=Notes(3), required=False)


class Hear(forms.Form):
    """One demand at the door; the three buttons say what it was."""

    door = forms.CharField(label=_("Which door?"), max_length=120, widget=Line(), required=False)
    words = forms.CharField(label=_("Their words, if you like"), widget=OwnWords(2), required=False)
    heard = forms.ChoiceField(choices=Tally.HEARD, widget=forms.HiddenInput(), required=False)


class Number(forms.DecimalField):
    """A number as people write it: 6, 6.5 or 6,5."""

    def to_python(self, value: Any) -> Decimal | None:
        """The number; a comma is a point."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class Observe(forms.Form):
    """How it is, and who says so. A number needs what it is about; words need nothing."""

    said_by = forms.ChoiceField(label=_("Who says so?"), choices=Observation.SAID_BY, widget=OneOf(), required=False)
    measure = forms.ChoiceField(
        label=_("About what?"), choices=[_NOT_SAID, *Observation.MEASURES], widget=Choose(), required=False
    )  # fmt: skip
    value = Number(
        label=_("The number they gave"), max_digits=7, decimal_places=2, min_value=0, required=False,
        error_messages={
            "invalid": _("Write a number, like 6 or 6.5"), "min_value": _("Write a number that is not below 0"),
        },
        widget=forms.TextInput(attrs={"class": "govuk-input ps-day", "inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    words = forms.CharField(label=_("In their words"), widget=OwnWords(2), required=False)
    on = forms.DateField(label=_("When?"), help_text=_("Blank is today."), widget=Day(), required=False)

    def clean(self) -> dict[str, Any]:
        """A number is of something, and within what that can be."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        value, measure = said.get("value"), said.get("measure")
        most = Observation.MOST_HOURS if measure in Observation.HOURS else Observation.MOST
        if value is not None and not measure:
            self.add_error("measure", _("Choose what the number is about"))
        elif value is not None and value > most:
            self.add_error("value", _("Write a number from 0 to %(most)s") % {"most": most})
        return said
