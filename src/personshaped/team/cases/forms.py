"""The forms of the case desk; nothing in them is mandatory, and blank stays "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.tables import CANONICAL
from personshaped.team.cases.notes import WHEN
from personshaped.team.people.forms import Choose, Line, Notes, OwnWords
from personshaped.team.people.together import Together

WORDS = {
    "demand": _("demand: somebody asks"), "screen": _("screen: is this for us?"), "assess": _("assess"),
    "do": _("do"), "visit": _("visit: going to see"), "pull": _("pull: expertise comes, the owner stays"),
    "refer": _("refer: passed on"), "enforce": _("enforce: sanction, notice, removal"),
    "nfa": _("no further action"),
}  # fmt: skip


def choices(column: str) -> list[tuple[str, Any]]:
    """Blank, then the words that the tables know, in their order."""
    declared = CANONICAL["interactions"][column]
    words = ("yes", "no") if declared.type == "yesno" else declared.values
    return [("", ""), *((word, WORDS.get(word, word.replace("_", " "))) for word in words)]


def _chosen(label: Any, column: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices(column), widget=Choose(), required=False)


def _text(label: Any, longest: int, suggested: str = "") -> forms.CharField:
    """One line; `suggested` names the list of what was written there before."""
    made = forms.CharField(label=label, max_length=longest, widget=Line(), required=False)
    if suggested:
        made.widget.attrs["list"] = suggested
    return made


def _number(label: Any, digits: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, widget=Line(), max_digits=digits, decimal_places=2, min_value=0, required=False
    )


class Begin(forms.Form):
    """A history begins with a name of one's own."""

    called = forms.CharField(
        label=_("A name only you understand"), help_text=_("P1, or a first name you made up. Never their own."),
        max_length=60, widget=Line(), required=False,
    )  # fmt: skip


class Add(forms.Form):
    """Notes, or a filled sheet."""

    notes = forms.CharField(
        label=_("Notes from the file"), widget=Notes(6), required=False,
        help_text=_("One line for each thing that happened. A line may begin with when, who and what: "
                    "“2009-06 housing, demand: I can’t get up my stairs”; then which need and what came of it: "
                    "“2012 police, refer, R1, to social services: sent on”."),
    )  # fmt: skip
    sheet = forms.FileField(
        label=_("Or a filled sheet"), help_text=_("Excel, as personshaped template writes it, or CSV."),
        required=False, widget=forms.ClearableFileInput(attrs={"class": "govuk-file-upload", "accept": ".xlsx,.csv"}),
    )  # fmt: skip


class Mark(forms.Form):
    """What can be said of one line or of several."""

    agency = _text(_("Agency"), 80, "agencies")
    activity = _chosen(_("What happened"), "activity")
    initiated_by = _chosen(_("Who began it"), "initiated_by")
    need_id = _text(_("Need"), 40, "needs")
    started_at = forms.CharField(
        label=_("When"), max_length=40, widget=Line(), required=False,
        help_text=_("As the file says and no more: 2009, 2009-06, 2009-06-04, 1996/2012."),
    )  # fmt: skip
    outcome = _chosen(_("What came of it"), "outcome")

    def clean_started_at(self) -> str:
        """Kept as typed. Raises ValidationError where it is no date that the study can read."""
        typed: str = self.cleaned_data["started_at"].strip()
        if typed and not WHEN.match(typed):
            raise forms.ValidationError(_("Write when as 2009, 2009-06, 2009-06-04, or 1996/2012 for a span"))
        return typed


class Row(Mark):
    """One row of the sheet: what most lines need, one beside the other."""

    SAME = ('"', "”", "“", "„", "''")
    """What on paper means: as in the line above."""
    LIKE_ABOVE = ("started_at", "agency", "need_id")
    initiated_by = None  # type: ignore[assignment]
    started_at = forms.CharField(label=_("When"), max_length=40, widget=Line(), required=False)
    agency = _text(_("Agency"), 80, "agencies")
    activity = _chosen(_("What happened"), "activity")
    need_id = _text(_("Need"), 40, "needs")
    outcome = _chosen(_("What came of it"), "outcome")
    referred_to = _text(_("Passed on to"), 80, "agencies")
    times = forms.IntegerField(label=_("Times"), min_value=0, max_value=40, widget=Line(), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    field_order = ("started_at", "agency", "activity", "need_id", "outcome", "referred_to", "times", "version")

    def clean_started_at(self) -> str:
        """As in the line above, or kept as typed. Raises ValidationError where it is neither."""
        typed: str = self.cleaned_data["started_at"].strip()
        return typed if typed in self.SAME else super().clean_started_at()

    def marks(self, above: Mapping[str, object]) -> dict[str, object]:
        """What the row says of its line; `above` is what the line above says."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("times", "version")}
        return said | {name: above[name] for name in self.LIKE_ABOVE if said[name] in self.SAME}


class WriteLine(Mark, Together):
    """All of one line."""

    words = forms.CharField(label=_("Quote: what the file says"), widget=OwnWords(2), required=False)
    issue = _text(_("What it is about, to them"), 200)
    reason = _chosen(_("Why not helped"), "reason")
    referred_to = _text(_("Passed on to"), 80, "agencies")
    need_met = _chosen(_("The person says it is met"), "need_met")
    crisis = _chosen(_("A crisis"), "crisis")
    value_work = _chosen(_("Did it do what matters to them?"), "value_work")
    minutes = _number(_("Minutes, all workers together"), 9)
    cost = _number(_("Cost, £ of that year"), 12)
    documents = forms.IntegerField(
        label=_("Documents written"), widget=Line(), min_value=0, max_value=100_000, required=False
    )
    inferred = _chosen(_("You read between the lines"), "inferred")
    SHORT = ("started_at", "agency", "activity", "initiated_by", "need_id", "outcome", "words")

    def short(self) -> list[forms.BoundField]:
        """What most lines need."""
        return [self[name] for name in self.SHORT]

    def rest(self) -> list[forms.BoundField]:
        """What few lines need."""
        return [one for one in self.visible_fields() if one.name not in self.SHORT]


class Wanted(forms.Form):
    """One thing that would help, as the person said."""

    item = _text(_("What would help"), 200)
    words = forms.CharField(label=_("In their words"), widget=OwnWords(2), required=False)
    need_id = _text(_("Need"), 40)
    quantity = _number(_("How much"), 12)
    unit = forms.ChoiceField(
        label=_("Of what"), required=False, widget=Choose(),
        choices=[("", ""), *((one, one) for one in CANONICAL["wanted"]["unit"].values)],
    )  # fmt: skip
    unit_cost = _number(_("£ for each"), 12)
    price_year = forms.IntegerField(
        label=_("In prices of the year"), widget=Line(), min_value=1900, max_value=2200, required=False
    )
    alternative_group = forms.CharField(
        label=_("Either this or"), help_text=_("Give things the same name here where one of them would do."),
        max_length=40, widget=Line(), required=False,
    )  # fmt: skip
