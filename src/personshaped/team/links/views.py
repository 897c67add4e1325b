"""Same person? One pair at a time, the least sure first; and what people judged, to take back."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from personshaped.errors import InputError, PersonshapedError
from personshaped.picture import words
from personshaped.settings import Settings
from personshaped.study import pairs
from personshaped.team.accounts.findings import findings_folder
from personshaped.team.accounts.once import once
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.links import forms, shown
from personshaped.team.people.knowing import allowed

LATER = "links_later"
WORDS = dict(forms.VERDICTS)


@allowed(Right.JUDGE_LINKS)
def links(request: HttpRequest) -> HttpResponse:
    """The pair that is least sure and that nobody has judged."""
    try:
        waiting = _waiting(request)
        if not waiting:
            return render(request, "links/done.html")
        return _show(request, waiting[0], len(waiting))
    except PersonshapedError as error:
        return render(request, "links/nothing.html", {"because": error})


@require_POST
@allowed(Right.JUDGE_LINKS)
def judge(request: HttpRequest) -> HttpResponse:
    """Keeps one judgement by this person's name, or leaves the pair for later; then the next."""
    form = forms.Judged(request.POST)
    if not form.is_valid():
        return redirect("links")
    said = form.cleaned_data
    if not said["verdict"]:
        request.session[LATER] = [*request.session.get(LATER, []), said["pair"]][-200:]
        return redirect("links")
    try:
        folder = _folder()
        pair = pairs.named(folder, said["pair"])
        if pair is None:
            raise InputError("That pair is not in the study any more")
        effect = pairs.effect(folder, pair, said["verdict"])
        with transaction.atomic():
            trail.record(by=request.user, verb="judged a link", what=f"pair {pair.name}: {said['verdict']}")
            pairs.judge(folder, pair, said["verdict"], request.user.username, said["why"].strip())
    except PersonshapedError as error:
        messages.error(request, f"We could not keep that: {error}")
        return redirect("links")
    messages.success(request, shown.kept(effect))
    return redirect("links")


@allowed(Right.JUDGE_LINKS)
def judged(request: HttpRequest) -> HttpResponse:
    """What people judged, the latest first, without names."""
    try:
        decided = pairs.in_force(_folder())
    except PersonshapedError as error:
        return render(request, "links/nothing.html", {"because": error})
    trail.record(by=request.user, verb="opened judged links")
    rows = [
        {
            "pair": pairs.name_of(one.a, one.b),
            "agencies": words.listed([words.agency(one.a.agency), words.agency(one.b.agency)]),
            "verdict": "Taken back" if pairs.is_taken_back(one) else WORDS[one.verdict],
            "stands": not pairs.is_taken_back(one),
            "judgement": one,
        }
        for one in reversed(list(decided.values()))
    ]
    return render(request, "links/judged.html", {"rows": rows})


@require_POST
@allowed(Right.JUDGE_LINKS)
def take_back(request: HttpRequest) -> HttpResponse:
    """A judgement taken back: the pair is unsure again, and both lines stay in the file."""
    form = forms.TakenBack(request.POST)
    try:
        folder = _folder()
        decided = pairs.in_force(folder)
        one = next((j for j in decided.values() if pairs.name_of(j.a, j.b) == form.data.get("pair")), None)
        if form.is_valid() and one is not None:
            with transaction.atomic():
                trail.record(by=request.user, verb="took back a link", what=f"pair {form.cleaned_data['pair']}")
                pairs.take_back(folder, one, request.user.username)
            messages.success(request, "Taken back. The pair waits again; both lines are kept.")
    except PersonshapedError as error:
        messages.error(request, f"We could not take that back: {error}")
    return redirect("links-judged")


# --- the pair that is shown ----------------------------------------------------------------------------------


def _folder() -> Path:
    if settings.STUDY is None:
        raise InputError("There is no study")
    folder = Path(settings.STUDY)
    if (folder / "findings" / "run.json").exists():
        findings_folder()  # until its day
    pairs.version(folder)
    return folder


def _waiting(request: HttpRequest) -> list[pairs.Pair]:
    """Those put off come last, in the order they were put off."""
    folder = _folder()
    decided = {key for key, one in pairs.in_force(folder).items() if not pairs.is_taken_back(one)}
    later = {name: at for at, name in enumerate(request.session.get(LATER, []), start=1)}
    waiting = [one for one in _found(folder, pairs.version(folder), _threshold()) if (one.a, one.b) not in decided]
    return sorted(waiting, key=lambda one: later.get(one.name, 0))


def read_ahead() -> None:
    """Finds the pairs that wait, so that the first who comes need not wait for it."""
    folder = _folder()
    _found(folder, pairs.version(folder), _threshold())


@once(2)
def _found(folder: Path, of: float, threshold: float) -> tuple[pairs.Pair, ...]:
    return pairs.waiting(folder, of, threshold)


def _threshold() -> float:
    """The study's threshold for the model, from its run."""
    run = _folder() / "findings" / "run.json"
    said = json.loads(run.read_text(encoding="utf-8")).get("settings", {}) if run.exists() else {}
    return float(said.get("link_threshold", Settings().link_threshold))


def _show(request: HttpRequest, pair: pairs.Pair, left: int) -> HttpResponse:
    folder = _folder()
    with transaction.atomic():
        trail.record(by=request.user, verb="opened a pair of records", what=f"pair {pair.name}")
        sides = pairs.look(folder, pair, request.user.username)
    interactions, demands = pairs.concerned(folder, pair)
    return render(
        request,
        "links/pair.html",
        {
            "pair": pair,
            "left": left,
            "more": left >= pairs.MOST,
            "one": words.agency(pair.a.agency),
            "other": words.agency(pair.b.agency),
            "lines": shown.lines(pair, sides),
            "named": any(side.known for side in sides),
            "sure": shown.sure(pair),
            "stands": pair.verdict == "same",
            "if_same": shown.change(pairs.effect(folder, pair, "same")),
            "if_different": shown.change(pairs.effect(folder, pair, "different")),
            "interactions": words.count(interactions, "contact or piece of work", "contacts and pieces of work"),
            "demands": words.count(demands, "demand"),
            "verdicts": forms.VERDICTS,
        },
    )
