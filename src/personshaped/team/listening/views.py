"""Listening, one demand at a time; and where two people differ."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from personshaped.errors import PersonshapedError
from personshaped.picture import words
from personshaped.study.listening import Listening, Shown
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.listening import forms
from personshaped.team.listening.sessions import open_for
from personshaped.team.people.knowing import allowed

PASSED = "listening_passed"
GIVEN = "listening_given"


@allowed(Right.LISTEN)
def listen(request: HttpRequest) -> HttpResponse:
    """The next demand for this person, with what came before it."""
    try:
        session = _session(request)
        shown = session.next()
    except PersonshapedError as error:
        return render(request, "listening/nothing.html", {"because": error})
    if shown is None:
        return render(request, "listening/done.html", {"progress": session.so_far(), "fault": session.fault})
    return _show(request, session, shown)


@require_POST
@allowed(Right.LISTEN)
def answer(request: HttpRequest) -> HttpResponse:
    """Keeps one answer, or leaves the demand for later; then the next."""
    form = forms.Heard(request.POST)
    if not form.is_valid():
        return redirect("listening")
    heard = form.cleaned_data
    session = _session(request)
    try:
        shown = session.shown_again(heard["interaction_id"], heard["drawn"])
        typed, chosen = heard["issue"], request.POST.get("one_of", "")
        said = (typed or chosen) if shown.parted else heard["demand_type"]
        if "later" in request.POST or not said:
            request.session[PASSED] = [*request.session.get(PASSED, []), shown.interaction_id]
            return redirect("listening")
        if shown.parted and typed and chosen and typed.casefold() != chosen.casefold():
            messages.error(request, f"You chose ‘{chosen}’ and wrote ‘{typed}’; choose one, or write one.")
            return _show(request, session, shown)
        if shown.parted:
            session.answer_need(shown, session.need_of(said))
            return _given(request, shown)
        kind = heard["failure_kind"] if heard["demand_type"] == "failure" else ""
        cause = heard["caused_by"] if heard["demand_type"] == "failure" else ""
        session.answer(shown, heard["demand_type"], kind, cause, session.need_of(heard["issue"]))
    except PersonshapedError as error:
        messages.error(request, f"We could not keep that: {error}")
        return redirect("listening")
    return _given(request, shown)


def _given(request: HttpRequest, shown: Shown) -> HttpResponse:
    request.session[GIVEN] = [*request.session.get(GIVEN, []), shown.interaction_id][-50:]
    return redirect("listening")


@require_POST
@allowed(Right.LISTEN)
def undo(request: HttpRequest) -> HttpResponse:
    """Takes back this person's last answer and shows its words again."""
    given = request.session.get(GIVEN, [])
    if not given:
        return redirect("listening")
    session = _session(request)
    session.take_back(given[-1])
    request.session[GIVEN] = given[:-1]
    messages.success(request, "Taken back. Here are the words again.")
    return _show(request, session, session.again(given[-1]))


@allowed(Right.LISTEN)
def agreement(request: HttpRequest) -> HttpResponse:
    """Where two people read the same words and answered differently; shown to both alike."""
    try:
        session = _session(request)
    except PersonshapedError as error:
        return render(request, "listening/nothing.html", {"because": error})
    agreed = session.agreement()
    with transaction.atomic():
        trail.record(by=request.user, verb="opened disagreements")
        for one in agreed.apart:
            trail.record(by=request.user, verb="read where we differ", what=f"demand {one.interaction_id}")
    shown = {"agreed": agreed, "progress": session.so_far(), "fault": session.fault}
    return render(request, "listening/agreement.html", shown)


def _session(request: HttpRequest) -> Listening:
    session = open_for(request.user.username)
    session.passed = frozenset(request.session.get(PASSED, []))
    return session


def _show(request: HttpRequest, session: Listening, shown: Shown) -> HttpResponse:
    with transaction.atomic():
        for demand in shown.suggested.alike_ids if shown.suggested else ():
            trail.record(by=request.user, verb="read beside it", what=f"demand {demand}")
        trail.record(by=request.user, verb="listened", what=f"demand {shown.interaction_id}")
    said = [issue.words for issue in session.book.in_use]
    form = forms.Heard(initial={"interaction_id": shown.interaction_id, "drawn": shown.drawn})
    return render(
        request,
        "listening/listen.html",
        {
            "shown": shown, "agency": words.agency(shown.agency), "form": form, "said": said,
            "types": forms.TYPES, "kinds": forms.KINDS,
            "agencies": sorted(set(session.held.agencies)), "given": request.session.get(GIVEN, []),
            "fault": session.fault, **_split(session, shown),
        },
    )  # fmt: skip


def _split(session: Listening, shown: Shown) -> dict[str, object]:
    """The need of this person's answer that was split since, and what it became, in words; nothing for any other."""
    said = session.parted_into(shown)
    return {} if said is None else {"parted": said[0], "into": said[1]}
