"""The study's XmR charts as the team reads them, with what changed meanwhile beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db.models import Count
from django.utils.safestring import SafeString, mark_safe

from personshaped.errors import PersonshapedError
from personshaped.picture import words
from personshaped.picture.book import FigureBook, read_figures
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.xmr import Series, xmr
from personshaped.picture.inputs import Charts, Xmr, read_charts
from personshaped.team.accounts.findings import findings_folder_if_any
from personshaped.team.accounts.models import User
from personshaped.team.experiments.models import Change, Level, Measure, Standing
from personshaped.team.people.knowing import seen_by
from personshaped.team.people.models import Need, unmet

NAMES = {
    "demands/month": ("All asking", "Asking"),
    "failure_demand_share/month": ("The part of asking that is asking again", "Asking again"),
    "failure_demands/month": ("Asking again", "Asking again"),
    "fcr_needs/month": ("Needs met the first time somebody asked", "Met at once"),
    "known_share_system/month": ("Asking by people who are known somewhere", "Known"),
    "needs_open/month": ("Needs still open", "Open"),
    "value_demands/month": ("Asking for the first time", "First time"),
}
"""What each chart is called in full, and beside its line. Charts without a name here are for analysts."""
LEAST = 7
"""Fewer points than this say nothing about variation: no chart is drawn."""
AGAIN = ("failure_demand_share/month", "failure_demands/month")


@dataclass(frozen=True)
class Row:
    """One month of the table beside a chart; `asks` where the chart asks what happened there."""

    month: str
    value: str
    asks: bool
    changed: str


@dataclass(frozen=True)
class Drawn:
    """One chart: `wide` and `narrow` are the same in two widths; both blank where it cannot be drawn."""

    measure: Measure
    name: str
    usually: str
    wide: SafeString
    narrow: SafeString
    rows: tuple[Row, ...]
    note: str
    marked: tuple[tuple[str, Change], ...] = ()
    """What changed within its months, and the letter that stands on the chart for it."""
    before: tuple[Change, ...] = ()
    """What changed before its first month."""
    after: tuple[Change, ...] = ()
    """What changed since its last month."""


def choices() -> list[tuple[str, str]]:
    """The charts that this study holds, by name."""
    return sorted(((name, NAMES[name][0]) for name in _charts().xmr if name in NAMES), key=lambda one: one[1])


def drawn(measures: Sequence[Measure], changes: Sequence[Change]) -> list[Drawn]:
    """Each measure's chart, or why there is none."""
    return [_drawn(one, _charts().xmr.get(one.chart), changes) for one in measures]


def _drawn(measure: Measure, chart: Xmr | None, changes: Sequence[Change]) -> Drawn:
    name, short = NAMES.get(measure.chart, (measure.chart, measure.chart))
    nothing = mark_safe("")
    if chart is None or len(chart.points) < LEAST:
        points = len(chart.points) if chart else 0
        why = f"because there are {words.count(points, 'month')} of it, and fewer than 7 say nothing about variation."
        return Drawn(measure, name, "", nothing, nothing, (), why)
    series = Series(short, chart, again=measure.chart in AGAIN)
    signals = sum(1 for point in chart.points if point.signals)
    says = f"Line chart, {len(chart.points)} months. {name}: {series.usually()}. {words.count(signals, 'signal')}."
    months = {point.period for point in chart.points}
    within = [one for one in changes if f"{one.at:%Y-%m}" in months]
    marked = tuple((_letter(place), one) for place, one in enumerate(within))
    says += "".join(f" {letter}, {words.month(f'{one.at:%Y-%m}')}: {one.text}." for letter, one in marked)
    lines = [(f"{one.at:%Y-%m}", letter) for letter, one in marked]
    rows = tuple(
        Row(
            words.month(point.period),
            "–" if point.value is None else series.written(point.value),
            bool(point.signals),
            "; ".join(one.text for one in changes if f"{one.at:%Y-%m}" == point.period),
        )
        for point in chart.points
    )
    wide, narrow = (mark_safe(str(xmr([series], width, says, lines))) for width in (WIDE, NARROW))
    before = tuple(one for one in changes if f"{one.at:%Y-%m}" < min(months))
    after = tuple(one for one in changes if f"{one.at:%Y-%m}" > max(months))
    return Drawn(measure, name, series.usually(), wide, narrow, rows, chart.note, marked, before, after)


def _letter(place: int) -> str:
    """A, B … Z, A1, B1 …"""
    turn, letter = divmod(place, 26)
    return chr(ord("A") + letter) + (str(turn) if turn else "")


# --- the triangle of need --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One level as the team words it, with people and cost where the study can say them."""

    level: Level
    people: str
    cost: str
    theirs: int


def triangle(levels: Sequence[Level], user: User) -> list[Step]:
    """The levels from the foot up; people and cost of a level are `need_levels` by the same words, where there are any.

    A level that the study cannot count says so: its two texts are blank. `theirs` are the people whom this colleague is
    with now and who have a need there that is not met; of anybody else nothing is told.
    """
    book = _book()
    counted = [one for one in book.figures if (one.name, one.by) == ("need_levels", "level")] if book else []
    open_ = unmet(Need.objects.filter(person__in=seen_by(user)))
    standing = Standing.objects.filter(need__in=open_).values_list("level")
    theirs = dict(standing.annotate(Count("need__person", distinct=True)))
    found = []
    for level in levels:
        values = {one.unit: one.value for one in counted if one.group == level.words and one.value is not None}
        cost = values.pop("£", None)
        people = next(iter(values.values()), None)
        said = "" if people is None else f"{people:,.0f}", "" if cost is None else f"£{cost:,.0f}"
        found.append(Step(level, *said, theirs.get(level.pk, 0)))
    return found


def _charts() -> Charts:
    path = _findings("charts.json")
    return _read_charts(path.parent, path.stat().st_mtime_ns) if path else Charts()


def _book() -> FigureBook | None:
    path = _findings("figures.parquet")
    return _read_figures(path, path.stat().st_mtime_ns) if path else None


def _findings(name: str) -> Path | None:
    folder = findings_folder_if_any()
    return folder / name if folder is not None and (folder / name).exists() else None


@lru_cache(maxsize=2)
def _read_charts(folder: Path, written: int) -> Charts:
    try:
        return read_charts(folder)
    except PersonshapedError:
        return Charts()


@lru_cache(maxsize=2)
def _read_figures(path: Path, written: int) -> FigureBook | None:
    try:
        return read_figures(path)
    except PersonshapedError:
        return None
