"""Writing the same thing at the same time: nobody's words are lost, both texts are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from personshaped.team.people import actions
from personshaped.team.people.models import Person


class Together(forms.Form):
    """A form over fields of one kept thing; `version` is how it stood when it was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


@dataclass(frozen=True)
class Sheet:
    """What stands around such a form: its heading, a lead, the button, and where "back" goes."""

    title: str
    lead: str
    button: str
    back: str


@dataclass(frozen=True)
class Theirs:
    """One field that somebody else wrote meanwhile, as it stands now."""

    label: str
    text: str


def write_together(
    request: HttpRequest, *, kept: models.Model, form: type[Together], what: str, sheet: Sheet, person: Person | None
) -> HttpResponse:
    """Shows a form over `kept` and keeps it; where two wrote at once, shows both texts and asks again."""
    drawn = form(request.POST or None, initial=_standing(kept, form))
    theirs: Sequence[Theirs] = ()
    if request.method == "POST" and drawn.is_valid():
        given = {name: _typed(value) for name, value in drawn.cleaned_data.items() if name != "version"}
        if "both" in request.POST:
            given = both(_standing(kept, form), given, drawn)
        version = drawn.cleaned_data["version"] or 0
        try:
            actions.change(by=request.user, kept=kept, version=version, person=person, what=what, **given)  # type: ignore[arg-type]
        except actions.TwoWroteAtOnce as two:
            theirs = _differing(two.theirs, drawn, given)
            drawn = form(initial=given | {"version": two.theirs.version})  # type: ignore[attr-defined]
        else:
            messages.success(request, _("Kept."))
            return redirect(sheet.back)
    return render(request, "people/together.html", {"form": drawn, "theirs": theirs, "sheet": sheet})


def both(standing: Mapping[str, object], given: Mapping[str, object], form: forms.Form) -> dict[str, object]:
    """ "Keep both": in each box of text what stands, then what was typed; of a day or a choice what was typed."""
    kept = dict(given)
    for name, text in given.items():
        now = standing[name]
        if isinstance(form.fields[name].widget, forms.Textarea) and now and now != text:
            kept[name] = f"{now}\n\n{text}".strip()
    return kept


def _typed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _standing(kept: models.Model, form: type[Together]) -> Mapping[str, object]:
    return {name: getattr(kept, name) for name in form.base_fields}  # type: ignore[attr-defined]


def _differing(now: models.Model, form: Together, given: Mapping[str, object]) -> list[Theirs]:
    return [
        Theirs(str(form.fields[name].label), _in_words(form.fields[name], getattr(now, name)))
        for name, text in given.items()
        if getattr(now, name) != text
    ]


def _in_words(field: forms.Field, value: object) -> str:
    """What stands, as the form would say it: a choice by its name, a day as one writes it."""
    if isinstance(field, forms.ChoiceField):
        return next((str(name) for choice, name in field.choices if choice == value), "")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return "" if value is None else str(value)
