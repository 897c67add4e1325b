"""What is asked of whoever met something in the way: the words, and whatever else is known."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from personshaped.team.blockages.models import KINDS, LAW, Blockage
from personshaped.team.people.forms import Choose, Line, Notes, OneOf, OwnWords
from personshaped.team.people.together import Together

_NOT_SAID = ("", "–")


class Say(forms.Form):
    """Something got in the way: one tap on a kind is enough, and so are the words."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput(), required=False)
    words = forms.CharField(
        label=_("What stopped us?"), help_text=_("A rule or a habit, never a person. Leave names out."),
        widget=Notes(2), required=False,
    )  # fmt: skip


class SayOfPerson(Say):
    """The same, met with one person; their words are shown to nobody else unless they agree."""

    told = forms.CharField(
        label=_("What did they say about it?"), widget=OwnWords(2), required=False,
        help_text=_("Stays on their page. Nobody else sees it unless they agree and you tick the words."),
    )  # fmt: skip


class SayMore(Say):
    """The rest, for whoever said it, when there is a moment; every box may stay blank."""

    field_order: ClassVar = ["words", "kind", "whose", "law", "instead"]
    kind = forms.ChoiceField(
        label=_("What was it?"), choices=[_NOT_SAID, *KINDS], widget=Choose(), required=False
    )  # fmt: skip
    whose = forms.CharField(label=_("Whose is it?"), help_text=_("The body that could change it, if you know."),
                            max_length=120, widget=Line(), required=False)  # fmt: skip
    law = forms.ChoiceField(
        label=_("Is it the law?"), help_text=_("“We do not know” is a full answer."), choices=LAW, widget=OneOf(),
        required=False,
    )  # fmt: skip
    instead = forms.CharField(label=_("What did we do instead?"), widget=Notes(2), required=False)


class Told(forms.Form):
    """What the person said of it, and which of their words others may see."""

    told = forms.CharField(label=_("What they said"), widget=OwnWords(3), required=False)
    agreed = forms.ChoiceField(
        label=_("Do they agree that it is shown, without their name?"), choices=Blockage.AGREED, widget=OneOf(),
        required=False,
    )  # fmt: skip
    shown = forms.CharField(
        label=_("The words to show"), widget=OwnWords(3), required=False,
        help_text=_("Take out whatever tells who they are. Without their agreement nothing is shown."),
    )  # fmt: skip


class Write(Together):
    """A condition of the system."""

    words = forms.CharField(label=_("What in the system makes it so?"), max_length=300, widget=Notes(2), required=False)
    kind = forms.ChoiceField(label=_("What is it?"), choices=[_NOT_SAID, *KINDS], widget=Choose(), required=False)
    whose = forms.CharField(label=_("Who could change it?"), max_length=120, widget=Line(), required=False)
    law = forms.ChoiceField(label=_("Is it the law?"), choices=LAW, widget=OneOf(), required=False)
    thinking = forms.CharField(
        label=_("The thinking behind it, as it is said"), widget=Notes(2), required=False,
        help_text=_("For example: “protect our budget”."),
    )  # fmt: skip


class Gather(forms.Form):
    """Which condition it belongs to."""

    under = forms.TypedChoiceField(
        label=_("It is the same as"), coerce=int, empty_value=None, widget=Choose(), required=False
    )  # fmt: skip

    def __init__(self, *given: object, conditions: list[tuple[int, str]], **rest: object) -> None:
        super().__init__(*given, **rest)
        self.fields["under"].choices = [("", _("Nothing yet: it stands by itself")), *conditions]


class TakeUp(forms.Form):
    """Who is with it now, and what they say."""

    who = forms.CharField(label=_("Who is with it? Say the role."), max_length=120, widget=Line(), required=False)
    said = forms.CharField(label=_("What do you say?"), widget=Notes(2), required=False)


class AddFigure(forms.Form):
    """One of the study's figures."""

    name = forms.ChoiceField(label=_("A figure of the study that bears on it"), widget=Choose(), required=False)

    def __init__(self, *given: object, figures: list[tuple[str, str]], **rest: object) -> None:
        super().__init__(*given, **rest)
        self.fields["name"].choices = [_NOT_SAID, *figures]
