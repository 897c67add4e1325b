"""What may be written about peers; nothing is mandatory."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.team.peers.models import TIES
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
        label=_("What was it?"), choices=[("", _("Choose, or leave it open")), *TIES], widget=Choose(), required=False
    )
    words = forms.CharField(label=_("What is needed, or what did we learn?"), widget=Notes(3), required=False)
    at = forms.DateField(label=_("When?"), help_text=_("Blank is today."), widget=Day(), required=False)


class Agree(forms.Form):
    """What we promise each other."""

    words = forms.CharField(label=_("What do we promise each other?"), widget=Notes(2), required=False)
    held_by = forms.CharField(
        label=_("What holds it, beyond good will?"), widget=Notes(2), required=False,
        help_text=_("For example: both boards decided it; it stands in the contract; a name in each place answers."),
    )  # fmt: skip


class WriteAgreement(Together):
    """The agreement, and what was learned."""

    words = forms.CharField(label=_("What do we promise each other?"), widget=Notes(2), required=False)
    held_by = forms.CharField(label=_("What holds it, beyond good will?"), widget=Notes(2), required=False)
    learned = forms.CharField(label=_("What we learned"), widget=Notes(2), required=False)
