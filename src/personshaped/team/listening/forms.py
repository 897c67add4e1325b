"""One answer about one demand. Only the first question carries anything; the rest may stay empty."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

TYPES = (
    ("value", "First time: value demand"),
    ("failure", "Asking again: failure demand"),
    ("unsure", "Unsure"),
)
KINDS = (
    ("representation", "the same need, still there"),
    ("progress_chase", "chasing"),
    ("rework", "a form, a letter, a mistake here"),
    ("other_agency_error", "another body’s error"),
    ("wrong_door", "the wrong door"),
    ("other", "something else"),
)


class Heard(forms.Form):
    """What was heard. `said_again` offers what others wrote."""

    interaction_id = forms.CharField(widget=forms.HiddenInput())
    drawn = forms.CharField(widget=forms.HiddenInput())
    demand_type = forms.ChoiceField(choices=TYPES, required=False)
    failure_kind = forms.ChoiceField(choices=(("", ""), *KINDS), required=False)
    caused_by = forms.CharField(required=False, max_length=120)
    issue = forms.CharField(required=False, max_length=300)

    def __init__(self, data: object = None, agencies: Sequence[str] = (), **rest: object) -> None:
        super().__init__(data, **rest)
        self.agencies = agencies
