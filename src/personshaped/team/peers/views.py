"""Peers: places in alphabetical order, their context, what is between us. Signs are seen by the place itself first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.peers import actions, forms, signs
from personshaped.team.peers.models import Agreement, Place, Tie
from personshaped.team.people.knowing import allowed
from personshaped.team.people.together import Sheet, write_together


@allowed(Right.MEET_PEERS)
def peers(request: HttpRequest) -> HttpResponse:
    """Every place by name; and, to those of an agency, its own early signs."""
    form = forms.Meet(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["called"].strip():
            return redirect(actions.meet(by=request.user, **form.cleaned_data))
        return redirect("peers")
    ours = request.user.agency
    found = signs.signs_of(ours.code) if ours else None
    hears = request.user.may(Right.READ_ALL_WORDS)  # they are words of people whom this colleague may not know
    if hears and any(one.words for one in found or ()):
        trail.record(by=request.user, verb="read words beside early signs", what=f"{len(found or ())} signs")
    shown = {
        "places": Place.objects.all(),
        "form": form,
        "agency": ours,
        "signs": [(signs.question(one), one.words if hears else (), one.near) for one in found or ()],
        "studied": found is not None,
        "asking": Tie.objects.filter(kind="help_asked").select_related("place", "ours"),
    }
    return render(request, "peers/list.html", shown)


@allowed(Right.MEET_PEERS)
def peer(request: HttpRequest, place: int) -> HttpResponse:
    """One place: its context, what is between us, what we promised."""
    one = get_object_or_404(Place, pk=place)
    shown = {
        "peer": one,
        "fact_form": forms.AddFact(auto_id="fact-%s"),
        "tie_form": forms.Meeting(auto_id="tie-%s"),
        "agree_form": forms.Agree(auto_id="agree-%s"),
    }
    return render(request, "peers/peer.html", shown)


@allowed(Right.MEET_PEERS)
def write(request: HttpRequest, place: int) -> HttpResponse:
    """A place in other words."""
    one = get_object_or_404(Place, pk=place)
    sheet = Sheet(one.called, "", _("Keep it"), one.get_absolute_url())
    return write_together(request, kept=one, form=forms.Write, what=f"place {one.pk}", sheet=sheet, person=None)


@require_POST
@allowed(Right.MEET_PEERS)
def add_fact(request: HttpRequest, place: int) -> HttpResponse:
    """One fact of its context."""
    one = get_object_or_404(Place, pk=place)
    form = forms.AddFact(request.POST)
    if form.is_valid() and form.cleaned_data["what"].strip():
        actions.add_fact(by=request.user, place=one, **form.cleaned_data)
    return redirect(one)


@require_POST
@allowed(Right.MEET_PEERS)
def tie(request: HttpRequest, place: int) -> HttpResponse:
    """Help asked or offered, a visit, a board."""
    one = get_object_or_404(Place, pk=place)
    form = forms.Meeting(request.POST)
    if form.is_valid() and (form.cleaned_data["kind"] or form.cleaned_data["words"].strip()):
        actions.tie(by=request.user, place=one, **form.cleaned_data | {"kind": form.cleaned_data["kind"] or "exchange"})
        messages.success(request, _("Kept."))
    return redirect(one)


@require_POST
@allowed(Right.MEET_PEERS)
def agree(request: HttpRequest, place: int) -> HttpResponse:
    """A promise, and what holds it."""
    one = get_object_or_404(Place, pk=place)
    form = forms.Agree(request.POST)
    if form.is_valid() and form.cleaned_data["words"].strip():
        actions.agree(by=request.user, place=one, **form.cleaned_data)
    return redirect(one)


@allowed(Right.MEET_PEERS)
def write_agreement(request: HttpRequest, place: int, agreement: int) -> HttpResponse:
    """The promise as it stands now, and what was learned."""
    one = get_object_or_404(Agreement, pk=agreement, place=place)
    sheet = Sheet(_("What we promised"), "", _("Keep it"), one.place.get_absolute_url())
    return write_together(
        request, kept=one, form=forms.WriteAgreement, what=f"agreement {one.pk}", sheet=sheet, person=None
    )  # fmt: skip
