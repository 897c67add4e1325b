"""What is done at the case desk, each with its line in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.cases.models import History, Line, Wanted


@transaction.atomic
def begin(*, by: User, called: str) -> History:
    """A new history, under a name only its builder understands."""
    history = History.objects.create(called=called.strip()[:60] or "P1", begun_by=by)
    trail.record(by=by, verb="began a history", person=history.address)
    return history


@transaction.atomic
def add_lines(*, by: User, history: History, lines: Sequence[Mapping[str, object]]) -> int:
    """Lines after those there are, in their order; returns how many."""
    last = history.lines.aggregate(last=Max("seq"))["last"] or 0
    Line.objects.bulk_create(Line(history=history, seq=last + at, **cells) for at, cells in enumerate(lines, start=1))
    trail.record(by=by, verb="added to a history", person=history.address, what=f"{len(lines)} lines")
    return len(lines)


@transaction.atomic
def mark(*, by: User, history: History, lines: Iterable[int], marks: Mapping[str, object]) -> int:
    """The same mark on several lines; returns on how many. What is blank in `marks` changes nothing."""
    given = {name: value for name, value in marks.items() if value not in ("", None)}
    if not given:
        return 0
    chosen = list(history.lines.select_for_update().filter(seq__in=lines))
    for line in chosen:
        for name, value in given.items():
            setattr(line, name, value)
        line.version += 1
        line.save()
    trail.record(by=by, verb="marked lines", person=history.address, what=f"{len(chosen)} lines: {', '.join(given)}")
    return len(chosen)


@dataclass(frozen=True)
class Row:
    """One row of the sheet as sent: the line, its version when the sheet was opened, what is said of it, how often."""

    line: int
    version: int
    marks: Mapping[str, object]
    times: int = 1


@transaction.atomic
def write_sheet(*, by: User, history: History, rows: Sequence[Row]) -> dict[int, Line | None]:
    """Keeps what each row says of its line; what happened several times stands so often, what never did not at all.

    Returns the lines of which nothing is kept, as they stand now: somebody else wrote them meanwhile, or took them out
    (None).
    """
    lines = {one.pk: one for one in history.lines.select_for_update()}
    written, crossed = [], []
    for row in rows:
        line = lines.get(row.line)
        changed = [name for name, said in row.marks.items() if line and getattr(line, name) != said]
        if line and row.times == 1 and not changed:
            continue
        if line is None or line.version != row.version:
            crossed.append(row.line)
            continue
        for name in changed:
            setattr(line, name, row.marks[name])
        line.version += 1
        line.save(update_fields=[*changed, "version"])
        written.append((line, row.times))
    for line, times in sorted(written, key=lambda one: -one[0].seq):  # what is behind a line moves, not what is before
        _stands(history, line, times)
    if written:
        trail.record(by=by, verb="marked lines", person=history.address, what=f"{len(written)} lines, in the sheet")
    now = history.lines.in_bulk(crossed)
    return {one: now.get(one) for one in crossed}


def _stands(history: History, line: Line, times: int) -> None:
    """The line stands so often. Whoever has a line behind it open is told: its version is one that none had before."""
    if times == 0:
        line.delete()
    if times < 2:
        return
    newest = history.lines.aggregate(newest=Max("version"))["newest"] + 1
    history.lines.filter(seq__gt=line.seq).update(seq=F("seq") + times - 1, version=newest)
    for at in range(1, times):
        line.pk, line.seq, line._state.adding = None, line.seq + 1, True
        line.version = newest + at
        line.save()


@transaction.atomic
def take_out(*, by: User, history: History, seq: int) -> None:
    """A line that is not this person's, or stands there twice."""
    trail.record(by=by, verb="took a line out", person=history.address, what=f"line {seq}")
    history.lines.filter(seq=seq).delete()


@transaction.atomic
def say_wanted(*, by: User, history: History, **fields: object) -> Wanted:
    """One thing that the person said would help."""
    wanted = Wanted.objects.create(history=history, **fields)
    trail.record(by=by, verb="wrote down what they wanted", person=history.address)
    return wanted


@transaction.atomic
def take_wanted_out(*, by: User, history: History, wanted: int) -> None:
    """It was not what they said."""
    trail.record(by=by, verb="took out what they wanted", person=history.address)
    history.wanted.filter(pk=wanted).delete()
