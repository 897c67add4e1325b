"""Asking someone in is one question; handing over is a name and the story."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import ROLES, Right
from personshaped.team.people.forms import Choose, Notes


class Colleague(forms.ModelChoiceField):
    """One of the people who work here, with what they can be asked for."""

    def label_from_instance(self, obj: User) -> str:
        """Their name and what they know."""
        return f"{obj.called}, {obj.expertise}" if obj.expertise else obj.called


def who_may(right: Right, but: User) -> QuerySet[User]:
    """Everybody else here who has this right."""
    roles = [role for role, rights in ROLES.items() if right in rights]
    return User.objects.filter(is_active=True, role__in=roles).exclude(pk=but.pk).order_by("called")


class AskIn(forms.Form):
    """What do you need to know or do? And whom do you ask?"""

    words = forms.CharField(
        label="What do you need to know or do?", required=False, widget=Notes(2),
        help_text="They see this and your name before they come, so leave names out.",
    )  # fmt: skip
    whom = Colleague(queryset=User.objects.none(), label="Whom do you ask?", required=False, widget=Choose(),
                     empty_label="")  # fmt: skip

    def __init__(self, *args: object, by: User, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["whom"].queryset = who_may(Right.BE_ASKED_IN, by)  # type: ignore[attr-defined]


class Bring(forms.Form):
    """What they know, or did."""

    words = forms.CharField(label="What do you know, or what did you do?", required=False, widget=Notes(3))


class HandOver(forms.Form):
    """To whom, with the story told."""

    whom = Colleague(queryset=User.objects.none(), label="Who will be with them from now on?", required=False,
                     widget=Choose(), empty_label="")  # fmt: skip
    story = forms.CharField(
        label="Tell them the story", required=False, widget=Notes(6),
        help_text="They get everything on the page as well. You stay until they accept.",
    )  # fmt: skip

    def __init__(self, *args: object, by: User, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["whom"].queryset = who_may(Right.BEGIN_STORIES, by)  # type: ignore[attr-defined]
