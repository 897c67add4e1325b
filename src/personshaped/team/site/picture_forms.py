"""What of the picture is asked for: area, agency, issue, period; anything may stay empty."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from personshaped.team.site.picture import Only


class Asked(forms.Form):
    """The filters of an address."""

    area = forms.CharField(max_length=200, required=False)
    agency = forms.CharField(max_length=200, required=False)
    issue = forms.CharField(max_length=200, required=False)
    period = forms.RegexField(r"^\d{4}(-(0[1-9]|1[0-2]))?$", required=False)


class FindFigure(forms.Form):
    """A figure by words of what it says."""

    find = forms.CharField(
        label=_("Find a figure by a word"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off"}),
    )  # fmt: skip


def asked(request: HttpRequest) -> Only:
    """What the address asks for; what cannot be read is left out."""
    form = Asked(request.GET)
    form.is_valid()
    return Only(**{name: form.cleaned_data.get(name, "") for name in ("area", "agency", "issue", "period")})
