"""Peers: places in alphabetical order, their context, what is between us. Signs are seen by the place itself first."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.peers import actions, forms, signs
from personshaped.team.peers.models import Agreement, Board, Place, Tie
from personshaped.team.people.knowing import allowed
from personshaped.team.people.sent import number
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
        "meeting": Board.objects.filter(meets_on__gte=date.today()).select_related("place").order_by("meets_on", "id"),
    }
    return render(request, "peers/list.html", shown)


@allowed(Right.MEET_PEERS)
def peer(request: HttpRequest, place: int) -> HttpResponse:
    """One place: its context, what is between us, its boards, what we promised."""
    about = _asked(request.user, number(request.GET.get("sign")))  # type: ignore[arg-type]
    begun = forms.Meeting(auto_id="tie-%s", initial={"kind": "help_asked", "words": about} if about else None)
    return _shown(request, get_object_or_404(Place, pk=place), tie_form=begun)


def _asked(user: User, at: int | None) -> str:
    """What the early sign at this place of their own agency's list asks; blank where there is none."""
    found = signs.signs_of(user.agency.code) if user.agency and at else None
    return next((signs.question(one) for n, one in enumerate(found or (), start=1) if n == at), "")


def _after(board: Board, data: QueryDict | None = None) -> forms.AfterBoard:
    """A meeting to write up; a day to meet on that is still to come stands in it."""
    ahead = board.meets_on if board.meets_on and board.meets_on > date.today() else None
    return forms.AfterBoard(data, auto_id=f"met-{board.pk}-%s", initial={"meets_on": ahead})


def _shown(request: HttpRequest, place: Place, **forms_sent: Form) -> HttpResponse:
    """The place with its forms; one that could not be kept stands there as it was sent."""
    afters = [(one, _after(one)) for one in place.boards.all()]
    sent = forms_sent.pop("after", None)
    shown = {
        "peer": place,
        "ties": place.ties.filter(board=None).select_related("ours"),
        "boards": [(one, sent if sent and sent.auto_id == form.auto_id else form) for one, form in afters],
        "fact_form": forms.AddFact(auto_id="fact-%s"),
        "tie_form": forms.Meeting(auto_id="tie-%s"),
        "board_form": forms.SetUp(auto_id="board-%s"),
        "agree_form": forms.Agree(auto_id="agree-%s"),
    }
    return render(request, "peers/peer.html", shown | forms_sent)


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
    form = forms.AddFact(request.POST, auto_id="fact-%s")
    if not form.is_valid():
        return _shown(request, one, fact_form=form)
    if form.cleaned_data["what"].strip():
        actions.add_fact(by=request.user, place=one, **form.cleaned_data)
    return redirect(one)


@require_POST
@allowed(Right.MEET_PEERS)
def tie(request: HttpRequest, place: int) -> HttpResponse:
    """Help asked or offered, a visit."""
    one = get_object_or_404(Place, pk=place)
    form = forms.Meeting(request.POST, auto_id="tie-%s")
    if not form.is_valid():
        return _shown(request, one, tie_form=form)
    if form.cleaned_data["kind"] or form.cleaned_data["words"].strip():
        actions.tie(by=request.user, place=one, **form.cleaned_data | {"kind": form.cleaned_data["kind"] or "exchange"})
        messages.success(request, _("Kept."))
    return redirect(one)


@require_POST
@allowed(Right.MEET_PEERS)
def set_up(request: HttpRequest, place: int) -> HttpResponse:
    """A board of peers: any one thing said of it is enough to begin."""
    one = get_object_or_404(Place, pk=place)
    form = forms.SetUp(request.POST, auto_id="board-%s")
    if not form.is_valid():
        return _shown(request, one, board_form=form)
    if any(form.cleaned_data.values()):
        actions.set_up(by=request.user, place=one, **form.cleaned_data)
        messages.success(request, _("Kept."))
    return redirect(one)


@allowed(Right.MEET_PEERS)
def write_board(request: HttpRequest, place: int, board: int) -> HttpResponse:
    """The board as it stands now."""
    one = get_object_or_404(Board, pk=board, place=place)
    sheet = Sheet(_("Improvement board"), one.place.called, _("Keep it"), one.place.get_absolute_url())
    return write_together(request, kept=one, form=forms.WriteBoard, what=f"board {one.pk}", sheet=sheet, person=None)


@require_POST
@allowed(Right.MEET_PEERS)
def board_met(request: HttpRequest, place: int, board: int) -> HttpResponse:
    """What it agreed and learned, and when it meets next."""
    one = get_object_or_404(Board, pk=board, place=place)
    form = _after(one, request.POST)
    if not form.is_valid():
        return _shown(request, one.place, after=form)
    if form.has_changed():
        actions.board_met(by=request.user, board=one, **form.cleaned_data)
        messages.success(request, _("Kept."))
    return redirect(one.place)


@require_POST
@allowed(Right.MEET_PEERS)
def agree(request: HttpRequest, place: int) -> HttpResponse:
    """A promise, what holds it, and who holds to it."""
    one = get_object_or_404(Place, pk=place)
    form = forms.Agree(request.POST, auto_id="agree-%s")
    if not form.is_valid():
        return _shown(request, one, agree_form=form)
    if form.cleaned_data["words"].strip():
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
