"""Whether agencies know a person already: asked of the study by whoever works with them, and said by them alone."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personshaped.errors import PersonshapedError
from personshaped.picture import words
from personshaped.study.known import Likely, Told, likely
from personshaped.team.accounts.findings import findings_folder
from personshaped.team.people.actions import TwoWroteAtOnce, change
from personshaped.team.people.forms import Day, Line
from personshaped.team.people.knowing import person_page
from personshaped.team.people.models import Person
from personshaped.team.site.picture import shared


class Compared(forms.Form):
    """What is compared beside the name; one of the three is enough."""

    born = forms.DateField(label=gettext_lazy("Born"), required=False, widget=Day())
    lives_at = forms.CharField(
        label=gettext_lazy("Where they live"), help_text=gettext_lazy("With the postcode."), required=False,
        max_length=200, widget=Line(),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=40, widget=Line())
    version = forms.IntegerField(widget=forms.HiddenInput())

    def clean_lives_at(self) -> str:
        """A box of postcodes would try many homes at once."""
        lives_at: str = self.cleaned_data["lives_at"]
        if len(Told("", lives_at=lives_at).postcodes) > 1:
            raise forms.ValidationError(_("This holds more than one postcode. Write the one they live at."))
        return lives_at


class Number(forms.Form):
    """Their number in the study, where somebody has it."""

    study_person = forms.CharField(
        label=gettext_lazy("Their number in the study"), required=False, max_length=120, widget=Line()
    )


IDS = "number-%s"
"""The ids of the second form's boxes, apart from the first's."""


@person_page("looked whether agencies know them")
def known(request: HttpRequest, person: Person) -> HttpResponse:
    """Who of the study they may be, at agencies that share; a colleague says who they are, and can take it back."""
    pressed = next((BUTTONS[button] for button in BUTTONS if button in request.POST), _shown)
    return pressed(request, person)


def _shown(
    request: HttpRequest, person: Person, form: Compared | None = None, number: Number | None = None
) -> HttpResponse:
    """The page; a form that could not be kept stands on it as it was filled."""
    found, because, agreements = _likely(request, person)
    shown = {
        "person": person, "form": form or Compared(initial=_told_of(person)), "number": number or Number(auto_id=IDS),
        "enough": _compared(person).enough, "because": because, "agreements": agreements,
        "found": [(one, words.listed(list(one.same)), len(one.agencies)) for one in found],
    }  # fmt: skip
    return render(request, "site/known_in_study.html", shown)


# --- what each button does -------------------------------------------------------------------------------------


def _compare(request: HttpRequest, person: Person) -> HttpResponse:
    """What helps to find them is kept, and compared on the page that follows."""
    form = Compared(request.POST)
    if not form.is_valid():
        return _shown(request, person, form=form)
    told = {name: form.cleaned_data[name] for name in ("born", "lives_at", "phone")}
    return _kept(request, person, form.cleaned_data["version"], "what helps to find them", **told)


def _this_one(request: HttpRequest, person: Person) -> HttpResponse:
    """They are one of those found; of nobody else can that be said here."""
    found, _because, _agreements = _likely(request, person)
    if request.POST["this"] not in {one.person_id for one in found}:
        return _shown(request, person)
    return _say(request, person, request.POST["this"])


def _by_number(request: HttpRequest, person: Person) -> HttpResponse:
    """They are the one of that number."""
    number = Number(request.POST, auto_id=IDS)
    if not number.is_valid() or not number.cleaned_data["study_person"].strip():
        return _shown(request, person, number=number)
    return _say(request, person, number.cleaned_data["study_person"].strip())


def _not_them(request: HttpRequest, person: Person) -> HttpResponse:
    """Those are not their records."""
    return _say(request, person, "")


BUTTONS = {"compare": _compare, "this": _this_one, "number": _by_number, "not_them": _not_them}
"""The page's buttons by name, and what each does; without one the page is shown."""


def _told_of(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in ("born", "lives_at", "phone", "version")}


def _compared(person: Person) -> Told:
    return Told(person.called, person.born, person.lives_at, person.phone)


def _likely(request: HttpRequest, person: Person) -> tuple[tuple[Likely, ...], str, bool]:
    """Who they may be, why nothing can be said, and whether any agency shares."""
    if person.study_person:
        return (), "", True
    try:
        folder, agencies = findings_folder().parent, shared()
        who = request.user.username  # type: ignore[union-attr]
        return likely(folder, _compared(person), agencies, who), "", agencies is None or bool(agencies)
    except PersonshapedError as error:
        return (), str(error), True


def _say(request: HttpRequest, person: Person, study_person: str) -> HttpResponse:
    return _kept(request, person, person.version, "who they are in the study", study_person=study_person)


def _kept(request: HttpRequest, person: Person, version: int, what: str, **fields: object) -> HttpResponse:
    """Kept, unless somebody else wrote meanwhile; then nothing is, and it is said."""
    try:
        change(by=request.user, kept=person, version=version, person=person, what=what, **fields)  # type: ignore[arg-type]
    except TwoWroteAtOnce:
        messages.error(request, _("Someone else wrote here too. Look at what stands now, and say it again."))
    if fields.get("study_person"):
        return redirect(f"{person.get_absolute_url()}#story")
    return redirect(reverse("known-in-study", args=[person.address]))
