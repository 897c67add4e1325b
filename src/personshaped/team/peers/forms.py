"""What may be written about peers; nothing is mandatory."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.team.peers.models import TIES
from personshaped.team.people.folded import Folded
from personshaped.team.people.forms import Choose, Day, Line, Notes
from personshaped.team.people.together import Together


class Meet(forms.Form):
    """A place that learns with us."""

    called = forms.CharField(label=_("Which place or service?"), max_length=120, widget=Line(), required=False)
    about = forms.CharField(label=_("What is it like there?"), widget=Notes(2), required=False)


class Write(Together):
    """A place, written by those who know it."""

    called = forms.CharField(label=_("Which place or service?"), max_length=120, widget=Line(), required=False)
    about = forms.CharField(label=_("What is it like there?"), widget=Notes(4), required=False)


class AddFact(forms.Form):
    """One fact of its context."""

    what = forms.CharField(label=_("What?"), help_text=_("For example: people over 65; homes for social rent."),
                           max_length=200, widget=Line(), required=False)  # fmt: skip
    value = forms.CharField(label=_("How many, or how?"), max_length=120, widget=Line(), required=False)
    source = forms.CharField(label=_("Where is it from?"), max_length=200, widget=Line(), required=False)


class Meeting(forms.Form):
    """Something between us."""

    kind = forms.ChoiceField(
        label=_("What was it?"), widget=Choose(), required=False,
        choices=[("", _("Choose, or leave it open")), *(one for one in TIES if one[0] != "board")],
    )  # fmt: skip
    words = forms.CharField(label=_("What is needed, or what did we learn?"), widget=Notes(3), required=False)
    at = forms.DateField(label=_("When?"), help_text=_("Blank is today."), widget=Day(), required=False)


class _Board(forms.Form):
    """A board of peers."""

    about = forms.CharField(
        label=_("What is it for?"), widget=Notes(2), required=False,
        help_text=_("What it stays with until it is better, as the people who are served would say it."),
    )  # fmt: skip
    members = forms.CharField(
        label=_("Who sits on it?"), help_text=_("One on each line, and where they are from."), widget=Notes(4),
        required=False,
    )  # fmt: skip
    held_by = forms.CharField(
        label=_("What holds it, beyond good will?"), widget=Notes(2), required=False,
        help_text=_("For example: both councils decided it; it ends when the board says so, and not before."),
    )  # fmt: skip
    meets_on = forms.DateField(label=_("When does it meet next?"), widget=Day(), required=False)


class SetUp(_Board):
    """A new board."""


class WriteBoard(_Board, Together):
    """The board as it stands now."""


class AfterBoard(forms.Form):
    """After a meeting of the board."""

    words = forms.CharField(label=_("What was agreed, and who does it?"), widget=Notes(3), required=False)
    learned = forms.CharField(label=_("What we learned"), widget=Notes(2), required=False)
    at = forms.DateField(label=_("When did it meet?"), help_text=_("Blank is today."), widget=Day(), required=False)
    meets_on = forms.DateField(label=_("When does it meet next?"), widget=Day(), required=False)


class _Agreement(Folded):
    """What we promise each other. The promise and what holds it are asked first."""

    FIRST: ClassVar[tuple[str, ...]] = ("words", "held_by")
    MORE = _("Who holds to it, and when we look again")

    words = forms.CharField(label=_("What do we promise each other?"), widget=Notes(2), required=False)
    held_by = forms.CharField(
        label=_("What holds it, beyond good will?"), widget=Notes(2), required=False,
        help_text=_("For example: both boards decided it; it stands in the contract; a name in each place answers."),
    )  # fmt: skip
    here = forms.CharField(label=_("Who holds to it here?"), max_length=120, widget=Line(), required=False)
    there = forms.CharField(label=_("Who holds to it there?"), max_length=120, widget=Line(), required=False)
    again_on = forms.DateField(label=_("When do we look at it again?"), widget=Day(), required=False)


class Agree(_Agreement):
    """A promise."""


class WriteAgreement(_Agreement, Together):
    """The promise as it stands now, and what was learned."""

    FIRST: ClassVar[tuple[str, ...]] = ("words", "held_by", "learned")
    learned = forms.CharField(label=_("What we learned"), widget=Notes(2), required=False)
