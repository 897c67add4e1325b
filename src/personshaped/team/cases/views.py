"""The case desk. A history is seen by whoever builds it, and by nobody else; every look is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from markupsafe import Markup

from personshaped.picture import words
from personshaped.picture.charts import NARROW
from personshaped.picture.charts.timeline import timeline
from personshaped.picture.marks import SYMBOLS
from personshaped.picture.svg import PATTERNS
from personshaped.study.one_history import OneHistory
from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.cases import actions, forms, notes, out
from personshaped.team.cases.models import History, Line
from personshaped.team.people.actions import TwoWroteAtOnce, change
from personshaped.team.people.knowing import allowed, once_recorded
from personshaped.team.people.sent import number
from personshaped.team.people.together import both

MOST = 2_000
"""Lines of one history; the longest known has some hundreds."""
ON_A_SHEET = 40
"""Lines that are marked under each other before they are kept."""


def mine(user: User) -> QuerySet[History]:
    """The histories that this colleague builds."""
    return History.objects.filter(Q(begun_by=user) | Q(alongside=user)).distinct()


def history_page(verb: str) -> Callable[..., Callable[..., HttpResponse]]:
    """For a view of one history: only for whoever builds it, once the line in the trail is kept."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @login_required
        def opened(request: HttpRequest, address: str, **rest: Any) -> HttpResponse:
            user: User = request.user  # type: ignore[assignment]
            theirs = mine(user) if user.may(Right.BUILD_HISTORIES) else History.objects.none()
            return once_recorded(view, request, theirs.filter(address=address), verb, rest)

        opened.person_page = verb  # type: ignore[attr-defined]
        return opened

    return around


@allowed(Right.BUILD_HISTORIES)
def cases(request: HttpRequest) -> HttpResponse:
    """The histories one builds, and a new one."""
    return render(request, "cases/list.html", {"histories": mine(request.user), "form": forms.Begin()})  # type: ignore[arg-type]


@require_POST
@allowed(Right.BUILD_HISTORIES)
def begin(request: HttpRequest) -> HttpResponse:
    """A new history."""
    form = forms.Begin(request.POST)
    called = form.cleaned_data["called"] if form.is_valid() else ""
    return redirect(actions.begin(by=request.user, called=called))


@history_page("opened a history")
def history(request: HttpRequest, history: History) -> HttpResponse:
    """The lines in order, one of them open; cycles and cost beside them."""
    return _shown(request, history, None, request.GET.get("line", ""))


@require_POST
@history_page("added to a history")
def add(request: HttpRequest, history: History) -> HttpResponse:
    """Notes or a sheet become lines."""
    form = forms.Add(request.POST, request.FILES)
    lines: list[notes.Cells] = []
    try:
        if form.is_valid() and (sheet := form.cleaned_data["sheet"]):
            lines += notes.from_sheet(sheet.read(notes.LARGEST + 1), sheet.name)
        if form.is_valid() and form.cleaned_data["notes"].strip():
            read = notes.from_prose if "sentences" in request.POST else notes.from_notes
            lines += read(form.cleaned_data["notes"])
    except notes.NotASheet:
        messages.error(request, _("That is no sheet we can read. Use the headings of the sheet, as Excel or CSV."))
        return redirect(history)
    if history.lines.count() + len(lines) > MOST:
        messages.error(request, _("That is more than one person's history holds here."))
    elif lines:
        count = actions.add_lines(by=request.user, history=history, lines=lines)
        messages.success(request, ngettext("%d line added.", "%d lines added.", count) % count)
    return _on_to_mark(history)


@history_page("opened the sheet of a history")
def sheet(request: HttpRequest, history: History) -> HttpResponse:
    """Lines under each other with what most need; all that is said of them is kept by one button."""
    at = number(request.GET.get("from")) or 0
    lines = list(history.lines.filter(seq__gte=at)[:ON_A_SHEET])
    rows = [(line, _row(line), "") for line in lines]
    if request.method == "POST":
        sent = _sent(history, request.POST)
        lines = [line for line, _ in sent]
        rows = [(line, form, "" if line.history_id else _("taken out")) for line, form in sent]
        if all(form.is_valid() for _, form in sent):
            said = _said(history, sent)
            if history.lines.count() + sum(one.times for one in said) > MOST + len(said):
                messages.error(request, _("That is more than one person's history holds here."))
            else:
                now = actions.write_sheet(by=request.user, history=history, rows=said)  # type: ignore[arg-type]
                _tell_gone(request, sent, [one for one in said if one.line in now and now[one.line] is None])
                rows = [(line, _typed(one, line), _stands(line)) for one in said if (line := now.get(one.line))]
                if not rows:
                    return _on_to_mark(history)
    last = history.lines.filter(pk__in=[line.pk for line in lines]).last()
    shown = {"history": history, "rows": rows, "walked": out.walked(history), "at": at,
             "crossed": any(stands for _, _, stands in rows),
             "wrong": [(form, line) for line, form, _ in rows if form.is_bound and form.errors],
             "more": history.lines.filter(seq__gt=last.seq).first() if last else None,
             **_suggested(list(history.lines.all()))}  # fmt: skip
    return render(request, "cases/sheet.html", shown)


def _sent(history: History, post: QueryDict) -> list[tuple[Line, forms.Row]]:
    """The rows in the order they were sent. A line that was taken out meanwhile is of no history, and has no words."""
    there = {one.pk: one for one in history.lines.all()}
    keys = [number(name.removesuffix("-version")) for name in post if name.endswith("-version")]
    return [
        (there.get(key) or Line(pk=key, seq=number(post.get(f"{key}-seq")) or 0), forms.Row(post, prefix=str(key)))
        for key in keys
        if key is not None
    ]


def _tell_gone(request: HttpRequest, sent: list[tuple[Line, forms.Row]], gone: list[actions.Row]) -> None:
    """What was typed of a line that somebody took out meanwhile is said once more: it is kept nowhere."""
    numbers = {line.pk: line.seq for line, _ in sent}
    for one in gone:
        typed = [*one.marks.values(), f"× {one.times}" if one.times > 1 else ""]
        if one.times and any(typed):
            says = _("Line %(n)d was taken out meanwhile; your sheet says of it: %(said)s")
            messages.error(request, says % {"n": numbers[one.line], "said": ", ".join(map(str, filter(None, typed)))})


def _row(line: Line) -> forms.Row:
    return forms.Row(prefix=str(line.pk), initial={name: getattr(line, name, None) for name in forms.Row.base_fields})


def _typed(said: actions.Row, now: Line) -> forms.Row:
    """What was said, over the line as it stands now: sent again, it is kept. “As above” is in words by then."""
    times = None if said.times == 1 else said.times
    return forms.Row(prefix=str(now.pk), initial={**said.marks, "times": times, "version": now.version})


def _stands(line: Line) -> str:
    """What is said of the line by now, in one line."""
    said = [getattr(line, name) for name in forms.Row.base_fields if name not in ("times", "version")]
    return ", ".join(filter(None, said)) or _("not marked")


def _said(history: History, sent: list[tuple[Line, forms.Row]]) -> list[actions.Row]:
    """What each row says of its line; “as above” is what the row above says."""
    before = history.lines.filter(seq__lt=sent[0][0].seq).last() if sent else None
    above: dict[str, object] = {name: getattr(before, name, "") for name in forms.Row.LIKE_ABOVE}
    said = []
    for line, form in sent:
        marks, times = form.marks(above), form.cleaned_data["times"]
        said.append(actions.Row(line.pk, form.cleaned_data["version"] or 0, marks, 1 if times is None else times))
        above = above if times == 0 else marks  # what is taken out is no line above
    return said


def _suggested(lines: list[Line]) -> dict[str, list[str]]:
    """What was written before, where the same is written again and again."""
    passed = {one.referred_to for one in lines}
    return {
        "agencies": sorted(({one.agency for one in lines} | passed) - {""}),
        "needs": sorted({one.need_id for one in lines} - {""}),
    }


def _on_to_mark(history: History) -> HttpResponse:
    """To the sheet where lines are not marked yet, at the first of them; else to the history."""
    first = history.lines.filter(activity="").first()
    if first is None:
        return redirect(history)
    return redirect(f"{reverse('history-sheet', args=[history.address])}?from={first.seq}")


@require_POST
@history_page("marked lines of a history")
def mark(request: HttpRequest, history: History) -> HttpResponse:
    """The same mark on every line that was ticked."""
    form = forms.Mark(request.POST, auto_id="mark-%s")
    ticked = [seq for one in request.POST.getlist("lines") if (seq := number(one)) is not None]
    if form.is_valid():
        count = actions.mark(by=request.user, history=history, lines=ticked, marks=form.cleaned_data)
        messages.success(request, ngettext("%d line marked.", "%d lines marked.", count) % count)
    else:
        messages.error(request, "; ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect(history)


@require_POST
@history_page("wrote a line of a history")
def line(request: HttpRequest, history: History, seq: int) -> HttpResponse:
    """One line kept; the next that is not marked yet opens. Where two wrote at once, both texts are shown."""
    kept = get_object_or_404(history.lines, seq=seq)
    if "out" in request.POST:
        actions.take_out(by=request.user, history=history, seq=seq)
        return redirect(history)
    form = forms.WriteLine(request.POST)
    if not form.is_valid():
        return _shown(request, history, form, str(seq))
    given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    if "both" in request.POST:
        given = both({name: getattr(kept, name) for name in given}, given, form)
    version = form.cleaned_data["version"] or 0
    try:
        change(by=request.user, kept=kept, version=version, person=None, what=f"line {seq}", **given)  # type: ignore[arg-type]
    except TwoWroteAtOnce as two:
        theirs = [
            (form.fields[name].label, getattr(two.theirs, name))
            for name, value in given.items()
            if getattr(two.theirs, name) != value
        ]
        again = forms.WriteLine(initial=given | {"version": two.theirs.version})  # type: ignore[attr-defined]
        return _shown(request, history, again, str(seq), theirs)
    following = history.lines.filter(seq__gt=seq, activity="").first()
    at = following.seq if following else seq
    return redirect(f"{history.get_absolute_url()}?line={at}#open")


@require_POST
@history_page("wrote what they wanted")
def want(request: HttpRequest, history: History) -> HttpResponse:
    """What the person said would help, and what it would cost."""
    form = forms.Wanted(request.POST, auto_id="want-%s")
    if (gone := number(request.POST.get("out"))) is not None:
        actions.take_wanted_out(by=request.user, history=history, wanted=gone)
    elif form.is_valid() and form.cleaned_data["item"].strip():
        actions.say_wanted(by=request.user, history=history, **form.cleaned_data)
    elif form.errors:
        messages.error(request, "; ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect(f"{history.get_absolute_url()}#wanted")


@history_page("took a history away")
def source(request: HttpRequest, history: History) -> HttpResponse:
    """The history as a folder that the study reads, zipped."""
    response = HttpResponse(out.archive(history), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="history.zip"'
    return response


def _shown(
    request: HttpRequest,
    history: History,
    form: forms.WriteLine | None,
    asked: str,
    theirs: list[tuple[Any, Any]] | None = None,
) -> HttpResponse:
    lines = list(history.lines.all())
    at = next((one for one in lines if str(one.seq) == asked), None)
    if form is None and at is not None:
        form = forms.WriteLine(initial={name: getattr(at, name) for name in forms.WriteLine.base_fields})
    walked = out.walked(history)
    shown = {
        "history": history,
        "lines": lines,
        "open": at,
        "form": form,
        "theirs": theirs,
        "add_form": forms.Add(),
        "mark_form": forms.Mark(auto_id="mark-%s"),
        "want_form": forms.Wanted(auto_id="want-%s"),
        "walked": walked,
        "cycles": _cycles(walked, lines),
        "timeline": _timeline(walked),
        "symbols": SYMBOLS,
        "patterns": PATTERNS,
        "lawful": not out.lawful().missing(date.today()),
        "documents": _documents(lines),
        "unmarked": sum(not one.activity for one in lines),
        "from": next((one.seq for one in lines if not one.activity), 0),
        **_suggested(lines),
    }
    return render(request, "cases/history.html", shown)


def _documents(lines: list[Line]) -> int | None:
    """Documents written, as far as the file says; None where it says nothing of any."""
    said = [one.documents for one in lines if one.documents is not None]
    return sum(said) if said else None


def _timeline(walked: OneHistory | None) -> Markup:
    """The lines on their time, a lane for each agency; each mark opens its line. Blank where nothing can be drawn."""
    if walked is None or not walked.told:
        return Markup("")
    says = f"Timeline of this history: {len({row['agency'] for row in walked.told})} lanes, one for each agency."
    return timeline(walked.told, NARROW, says, link=lambda row: f"?line={_seq(row['interaction_id'])}#open")


def _seq(interaction_id: str) -> int:
    return int(interaction_id.rsplit("-", 1)[1])


def _cycles(walked: OneHistory | None, lines: list[Line]) -> list[tuple[Any, str, str, list[int]]]:
    """Each counted cycle with its agency and how it ended in words, and the numbers of its lines."""
    known = {one.seq for one in lines}
    made = walked.cycles if walked else ()
    return [
        (
            one,
            words.agency(one.agency),
            one.ended.replace("_", " "),
            [seq for seq in map(_seq, one.lines) if seq in known],
        )
        for one in made
        if one.counts
    ]
