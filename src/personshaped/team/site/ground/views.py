"""The ground page, the tally, how things are for one person, and trying something about what is in the way."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.blockages import actions as blocking
from personshaped.team.blockages.models import Blockage, Condition
from personshaped.team.people.knowing import allowed, person_page
from personshaped.team.people.models import Person
from personshaped.team.people.together import Sheet, write_together
from personshaped.team.site.ground import actions, forms
from personshaped.team.site.ground.models import Observation, Tally


@allowed(Right.SEE_THE_PICTURE)
def ground(request: HttpRequest) -> HttpResponse:
    """What we are here for, how we work, and the two rules."""
    shown = {"ground": actions.ground(), "may_write": request.user.may(Right.TRY_THINGS)}
    return render(request, "ground/ground.html", shown)


@allowed(Right.TRY_THINGS)
def write(request: HttpRequest) -> HttpResponse:
    """The team writes its own ground; where two wrote at once, both texts are shown."""
    lead = _("In your own words. Everybody who works here can change them.")
    sheet = Sheet(_("Our ground"), lead, _("Keep it"), reverse("ground"))
    return write_together(
        request, kept=actions.ground(), form=forms.WriteGround, what="the ground", sheet=sheet, person=None
    )  # fmt: skip


@require_POST
@allowed(Right.TRY_THINGS)
def try_about_condition(request: HttpRequest, condition: int) -> HttpResponse:
    """What is in the way becomes an experiment, in one click."""
    one = get_object_or_404(Condition, pk=condition)
    return redirect("write-experiment", actions.try_about(by=request.user, condition=one).pk)


@require_POST
@allowed(Right.TRY_THINGS)
def try_about_blockage(request: HttpRequest, blockage: int) -> HttpResponse:
    """The same from what nobody has gathered yet: it stands as a condition of its own from then on."""
    met = get_object_or_404(Blockage, pk=blockage)
    condition = met.condition or blocking.gather(by=request.user, blockage=met, under=None)
    return redirect("write-experiment", actions.try_about(by=request.user, condition=condition).pk)


@allowed(Right.NAME_BLOCKAGES)
def tally(request: HttpRequest) -> HttpResponse:
    """One screen at the point of contact: three buttons, and their words if there is time."""
    form = forms.Hear(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid() and form.cleaned_data["heard"]:
            actions.tally(by=request.user, **form.cleaned_data)
            request.session["door"] = form.cleaned_data["door"].strip()
            messages.success(request, _("Kept."))
        return redirect("tally")
    door = request.session.get("door", "")
    today = timezone.localdate()
    lines = Tally.objects.filter(at__date=today, kept_by=request.user, door=door)
    hours = [
        (hour, [sum(one.heard == kind for one in heard) for kind, _said in Tally.HEARD])
        for hour, found in groupby(reversed(lines), key=lambda one: timezone.localtime(one.at).hour)
        for heard in [list(found)]
    ]
    shown = {"form": forms.Hear(initial={"door": door}), "kinds": Tally.HEARD, "hours": hours, "door": door}
    return render(request, "ground/tally.html", shown | {"last": lines.first()})


@require_POST
@allowed(Right.NAME_BLOCKAGES)
def take_back(request: HttpRequest, line: int) -> HttpResponse:
    """A slip of the finger, taken back by whoever made it."""
    actions.take_back(by=request.user, line=get_object_or_404(Tally, pk=line, kept_by=request.user))
    return redirect("tally")


@person_page("opened how things are")
def observations(request: HttpRequest, person: Person) -> HttpResponse:
    """How things are, as the person, those close to them and those who work there say: each kept apart."""
    form = forms.Observe(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.observe(by=request.user, person=person, **form.cleaned_data):
            messages.success(request, _("Kept, as they said it."))
            return redirect("observations", person.address)
        messages.info(request, _("Nothing was written, so nothing was kept."))
    said = _by_measure(list(person.observations.all()))
    return render(request, "ground/observations.html", {"person": person, "form": form, "said": said})


def _by_measure(kept: list[Observation]) -> list[tuple[str, list[tuple[str, list[Observation]]]]]:
    """Each measure with who said it, and what they said over time; nobody's numbers are put together."""
    voices = [*Observation.SAID_BY, ("", _("not said who"))]
    found = []
    for name, measure in Observation.MEASURES:
        by_voice = [(who, [one for one in kept if (one.measure, one.said_by) == (name, role)]) for role, who in voices]
        by_voice = [(who, values) for who, values in by_voice if values]
        if by_voice:
            found.append((measure, by_voice))
    return found
