"""What may be written about trying things; nothing is mandatory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personshaped.team.experiments.models import CHANGED, CHOSEN, Level
from personshaped.team.people.folded import Folded
from personshaped.team.people.forms import Choose, Day, Line, Notes, OneOf
from personshaped.team.people.models import Person
from personshaped.team.people.together import Together

_NOT_SAID = ("", "–")


class Begin(forms.Form):
    """An experiment begins with one line."""

    called = forms.CharField(label=_("What shall we try?"), max_length=200, widget=Line(), required=False)


class Write(Folded, Together):
    """All of an experiment. What is believed and will be tried is asked first; the rest is folded until it comes."""

    FIRST = ("believe", "will_try")
    MORE = _("How we will know, and what came of it")

    believe = forms.CharField(label=_("What we believe"), widget=Notes(2), required=False)
    will_try = forms.CharField(label=_("What we will try"), widget=Notes(2), required=False)
    will_know = forms.CharField(
        label=_("How we will know, from the person’s point of view"), widget=Notes(2), required=False,
        help_text=_("What would they see, or say?"),
    )  # fmt: skip
    happened = forms.CharField(label=_("What happened"), widget=Notes(3), required=False)
    learned = forms.CharField(label=_("What we learned"), widget=Notes(2), required=False)
    now = forms.CharField(label=_("What we do now"), widget=Notes(2), required=False)
    called = forms.CharField(label=_("In a few words"), max_length=200, widget=Line(), required=False)

    @property
    def is_open(self) -> bool:
        """Whether anything but its name is written, so that the rest stands open."""
        return bool(self.errors) or any(field.value() for field in self.visible_fields() if field.name != "called")

    def clean_called(self) -> str:
        """Without a name it keeps the one it has: lists show it by that."""
        return self.cleaned_data["called"] or str(self.initial.get("called", ""))


class NoteChange(forms.Form):
    """Something changed."""

    text = forms.CharField(label=_("What changed?"), max_length=300, widget=Line(), required=False)
    at = forms.DateField(label=_("From when?"), widget=Day(), required=False)
    kind = forms.ChoiceField(label=_("It is about"), choices=CHANGED, widget=Choose(), required=False)
    agency = forms.CharField(
        label=_("Which agency?"), help_text=_("Blank where it is all of us."), max_length=120, widget=Line(),
        required=False,
    )  # fmt: skip
    area = forms.CharField(label=_("Which area?"), max_length=80, widget=Line(), required=False)


class _Case(Folded):
    """How a case was chosen, and when it was served the old way and the new."""

    MORE = _("When the old way was, when the new, and from how many")

    chosen = forms.ChoiceField(
        label=_("How were they chosen?"), choices=CHOSEN, widget=OneOf(), required=False,
        help_text=_("Cases chosen by chance can speak for the others. Write it as it was."),
    )  # fmt: skip
    old_from = forms.DateField(label=_("The old way, from"), widget=Day(), required=False)
    old_to = forms.DateField(label=_("The old way, to"), widget=Day(), required=False)
    new_from = forms.DateField(label=_("The new way, from"), widget=Day(), required=False)
    new_to = forms.DateField(label=_("The new way, to"), widget=Day(), required=False)
    eligible = forms.IntegerField(
        label=_("How many could have been chosen?"), min_value=0, max_value=100_000_000, required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input ps-day"}),
    )  # fmt: skip
    chosen_on = forms.DateField(label=_("Chosen on"), widget=Day(), required=False)
    declined = forms.TypedChoiceField(
        label=_("Did they say no to taking part?"), widget=OneOf(), required=False, empty_value=False,
        choices=[(False, _("No, they take part")), (True, _("Yes, they said no"))], coerce=lambda said: said == "True",
    )  # fmt: skip


class ChooseCase(_Case):
    """One case for the register. Who, and how they were chosen; the rest when it is known."""

    FIRST = ("people", "chosen")

    people = forms.ModelMultipleChoiceField(
        label=_("Who, of the people you work with?"), queryset=Person.objects.none(), required=False,
        to_field_name="address",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes__input"}),
    )  # fmt: skip
    study_people = forms.CharField(
        label=_("Who, by their numbers in the study"), help_text=_("Separated by ;"), max_length=300, widget=Line(),
        required=False,
    )  # fmt: skip
    field_order = ("people", "study_people", "chosen")

    def __init__(self, *given: Any, people: QuerySet[Person], **rest: Any) -> None:
        super().__init__(*given, **rest)
        self.fields["people"].queryset = people
        if not people.exists():
            self.fields["people"].widget = forms.MultipleHiddenInput()

    @property
    def first(self) -> tuple[str, ...]:
        """Whoever works with nobody names cases by their numbers in the study."""
        return ("study_people", "chosen") if self["people"].is_hidden else self.FIRST


class WriteCase(_Case, Together):
    """A case of the register, written up as its windows become known."""

    FIRST = ("chosen", "old_from", "old_to", "new_from", "new_to")
    MORE = _("From how many, when, and whether they said no")


class NameLevel(forms.Form):
    """One level of the triangle of need."""

    words = forms.CharField(label=_("What do we call this level?"), max_length=60, widget=Line(), required=False)
    means = forms.CharField(label=_("What does it mean here?"), widget=Notes(2), required=False)


class WriteLevel(Together):
    """A level in other words."""

    words = forms.CharField(label=_("What do we call this level?"), max_length=60, widget=Line(), required=False)
    means = forms.CharField(label=_("What does it mean here?"), widget=Notes(2), required=False)

    def clean_words(self) -> str:
        """Without a name it keeps the one it has."""
        return self.cleaned_data["words"] or str(self.initial.get("words", ""))


class Stand(forms.Form):
    """At which level a need stands."""

    level = forms.ModelChoiceField(
        label=_("Where in our triangle does it stand?"), queryset=Level.objects.all(), required=False, widget=Choose(),
        empty_label=_("Nobody says"),
        help_text=_("To see how many people need what. It opens and closes nothing for them."),
    )  # fmt: skip


class DeriveMeasure(forms.Form):
    """A chart to read."""

    chart = forms.ChoiceField(label=_("Which chart shall we read?"), widget=Choose(), required=False)
    follows = forms.CharField(
        label=_("How does it follow from our purpose?"), widget=Notes(2), required=False,
        help_text=_("What would people who need help notice if it changed?"),
    )  # fmt: skip

    def __init__(self, *given: Any, charts: list[tuple[str, str]], **rest: Any) -> None:
        super().__init__(*given, **rest)
        self.fields["chart"].choices = [_NOT_SAID, *charts]
