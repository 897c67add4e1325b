"""One judgement on one pair. Why is asked for and may stay empty."""

from __future__ import annotations

from django import forms

VERDICTS = (
    ("same", "The same person"),
    ("different", "Not the same person"),
    ("unsure", "Unsure"),
)


class Judged(forms.Form):
    """What was judged; without a verdict the pair is left for later."""

    pair = forms.CharField(max_length=8, widget=forms.HiddenInput())
    verdict = forms.ChoiceField(choices=VERDICTS, required=False)
    why = forms.CharField(max_length=200, required=False)


class TakenBack(forms.Form):
    """Which pair."""

    pair = forms.CharField(max_length=8)
