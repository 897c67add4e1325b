"""The series that the picture draws: XmR charts by month, and how needs end over time (Stat 1, Stat 3)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np

from personshaped.figures import Figure
from personshaped.statistics.charting import (
    Change,
    candidates,
    false_alarms,
    neighbours,
    suggest_phase,
    without_seasons,
)
from personshaped.statistics.incidence import CENSORED, incidence
from personshaped.statistics.rare import RARE_BELOW
from personshaped.statistics.varying import Varying, laney_p, steady
from personshaped.statistics.xmr import FEWEST_FULL, FEWEST_WITH_LIMITS, Chart, xmr

CLASSIFIED = ("value_demands", "failure_demands", "failure_demand_share")
"""Charts that begin only where demands can be told apart (R2, burn-in)."""
CHARTED = ("demands", "value_demands", "failure_demands", "failure_demand_share", "known_share_system", "needs_open",
           "fcr_needs")  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One month; `signals` names the rules it breaks. `lower` and `upper` are set where limits vary (p′ chart)."""

    period: str
    value: float | None
    signals: tuple[str, ...] = ()
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Phase:
    """One phase; `state` is runs, provisional or full; limits are None where there are none, or they vary."""

    first: str
    last: str
    mean: float | None
    lower: float | None
    upper: float | None
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Xmr:
    """One chart, `name/month` in `phases`."""

    unit: str
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    false_alarms: float | None
    note: str


@dataclass(frozen=True)
class Decision:
    """A row of `phases`: a person decided that a new phase of a chart begins (N6)."""

    chart: str
    begins: date
    reason: str


@dataclass(frozen=True)
class Recorded:
    """A row of `changes`."""

    on: date
    kind: str
    text: str


def whole_months(start: date, end: date) -> list[str]:
    """The months that lie wholly in [start, end), as YYYY-MM."""
    first = start.year * 12 + start.month - 1 + (start.day > 1)
    last = end.year * 12 + end.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last)]


def xmr_charts(
    figures: Sequence[Figure],
    start: date,
    end: date,
    decisions: Iterable[Decision] = (),
    changes: Iterable[Recorded] = (),
) -> dict[str, Xmr]:
    """A chart for each name of `CHARTED` with monthly figures, keyed `name/month`; its whole months only."""
    decided, recorded = list(decisions), list(changes)
    charts = {}
    for name in CHARTED:
        found = _headlines(figures, name)
        months = _months(found, whole_months(start, end), figures if name in CLASSIFIED else ())
        if not found or not months:
            continue
        key = f"{name}/month"
        begins = [one for one in decided if one.chart == key]
        charts[key] = charted(found, months, begins, recorded)
        adjusted = _without_seasons(found, months)
        if adjusted:
            charts[f"{key}/without seasons"] = charted(adjusted, months, begins, recorded)
    return charts


def _without_seasons(found: Mapping[str, Figure], months: Sequence[str]) -> dict[str, Figure]:
    """The same months less what each month of the year adds, from 36 months on; stands beside the raw chart only.

    It has no denominators: its limits are those of a plain chart.
    """
    share = next(iter(found.values())).unit == "share"
    kept = [month for month in months if not share or month in found]
    values = without_seasons([_value(found, month) for month in kept], [int(month[5:]) for month in kept])
    if values is None:
        return {}
    like = next(iter(found.values()))
    adjusted = zip(kept, values.tolist(), strict=True)
    return {month: replace(like, period=month, value=value, denominator=None) for month, value in adjusted}


def _headlines(figures: Iterable[Figure], name: str) -> dict[str, Figure]:
    """The first figure of each month."""
    found: dict[str, Figure] = {}
    for one in figures:
        if one.name == name and not one.by and len(one.period) == 7 and one.value is not None:
            found.setdefault(one.period, one)
    return found


def _months(found: Mapping[str, Figure], whole: list[str], figures: Iterable[Figure]) -> list[str]:
    """The months to draw; those of burn-in, and the one in which it ends, are left out."""
    told = sorted(
        {one.period for one in figures if one.name in CLASSIFIED[:2] and not one.by and one.period and one.value}
    )
    if not told or not whole or told[0] <= whole[0]:
        return whole
    return [month for month in whole if month > told[0]]


def charted(
    found: Mapping[str, Figure],
    months: Sequence[str],
    decided: Sequence[Decision] = (),
    changes: Sequence[Recorded] = (),
) -> Xmr:
    """The chart of one figure's values by month, or by any other period that sorts as it runs; `months` are those to
    draw, and a count that is not found is none."""
    unit = next(iter(found.values())).unit
    kept = [month for month in months if unit != "share" or month in found]
    starts = {_place(kept, one.begins): one.reason for one in decided}
    edges = [*sorted({0, *(at for at in starts if 0 < at < len(kept))}), len(kept)]
    values = np.array([_value(found, month) for month in kept])
    out_of = np.array([(found[month].denominator or 0.0) if month in found else 0.0 for month in kept])
    if unit == "count" and len(kept) and values.mean() < FEWEST_A_MONTH:
        phase = Phase(kept[0], kept[-1], None, None, None, "runs")
        alone = [Point(month, float(values[at])) for at, month in enumerate(kept)]
        return Xmr(unit, _all_months(alone, months), (phase,), None, TOO_RARE)
    varying = unit == "share" and len(kept) > 0 and (out_of > 0).all() and not steady(out_of)
    if varying:
        points, phases = _with_own_limits(kept, values, out_of, edges)
        notes = ["Limits differ from month to month, as the number of demands does."]
    else:
        chart = xmr(values, edges[:-1], (0.0, 1.0 if unit == "share" else None))
        points = [Point(month, float(values[at]), chart.signals.names(at)) for at, month in enumerate(kept)]
        phases = _plain_phases(chart, kept)
        notes = list(chart.notes)
    notes += [*_suggested(values, edges[-2], phases, kept, changes), *_cautions(values, unit)]
    named = [
        Phase(one.first, one.last, one.mean, one.lower, one.upper, one.state, starts.get(edges[at], "") if at else "")
        for at, one in enumerate(phases)
    ]
    return Xmr(unit, _all_months(points, months), tuple(named), false_alarms(len(kept)), " ".join(notes))


FEWEST_A_MONTH = 1
"""Where fewer are counted most months have none: neither their range nor their mean says what is usual."""
TOO_RARE = "Fewer than one a month on average: points alone, without limits. Look at a longer period."


def _value(found: Mapping[str, Figure], month: str) -> float:
    """A month in which nothing was counted is a month with none."""
    value = found[month].value if month in found else 0.0
    return 0.0 if value is None else value


def _all_months(points: Sequence[Point], months: Sequence[str]) -> tuple[Point, ...]:
    drawn = {point.period: point for point in points}
    return tuple(drawn.get(month, Point(month, None)) for month in months)


def _place(months: Sequence[str], day: date) -> int:
    return sum(month < f"{day.year:04d}-{day.month:02d}" for month in months)


def _plain_phases(chart: Chart, months: Sequence[str]) -> list[Phase]:
    return [
        Phase(months[one.start], months[one.end - 1], one.mean, one.lower, one.upper, one.state)
        for one in chart.phases
        if one.end > one.start
    ]


def _with_own_limits(
    months: Sequence[str], values: np.ndarray, out_of: np.ndarray, edges: Sequence[int]
) -> tuple[list[Point], list[Phase]]:
    points, phases = [], []
    for start, end in itertools.pairwise(edges):
        part = laney_p(values[start:end] * out_of[start:end], out_of[start:end])
        state = _state(end - start)
        mean = None if state == "runs" else part.centre
        phases.append(Phase(months[start], months[end - 1], mean, None, None, state))
        points += [_own(part, at, months[start + at]) for at in range(end - start)]
    return points, phases


def _own(part: Varying, at: int, month: str) -> Point:
    limits = [None if np.isnan(line[at]) else float(line[at]) for line in (part.lower, part.upper)]
    return Point(month, float(part.values[at]), part.signals.names(at), *limits)


def _state(points: int) -> str:
    if points < FEWEST_WITH_LIMITS:
        return "runs"
    return "provisional" if points < FEWEST_FULL else "full"


def _suggested(
    values: np.ndarray, start: int, phases: Sequence[Phase], months: Sequence[str], changes: Sequence[Recorded]
) -> list[str]:
    """What a person might do; the chart itself never begins a phase (N6)."""
    mean = phases[-1].mean if phases else None
    found = suggest_phase(values, start, mean, [Change(_place(months, one.on), one.kind, one.text) for one in changes])
    notes = []
    if found is not None:
        known = found.reason + (", provisional" if found.provisional else "")
        notes.append(f"A person who knows what happened might begin a new phase at {months[found.point]} ({known}).")
        if not found.comparable:
            notes.append("Only the recording changed: neither phase is better or worse.")
    places = [months[start + point] for point in candidates(values[start:])]
    if places:
        notes.append(f"A search by computer stops at {', '.join(places)}: places to ask, nothing more.")
    return notes


def _cautions(values: np.ndarray, unit: str) -> list[str]:
    notes = []
    r = neighbours(values)
    if r is not None:
        notes.append(f"Neighbouring months resemble one another (r = {r:.2f}): the limits are too {_too(r)}.")
    if unit == "count" and len(values) and values.mean() < RARE_BELOW:
        notes.append("Fewer than five a month on average: look at a longer period.")
    return notes


def _too(r: float) -> str:
    return "narrow" if r > 0 else "wide"


# --- how needs end -------------------------------------------------------------------------------------------

_SILENT = "never_asked"


@dataclass(frozen=True)
class Ends:
    """Parts of all needs by days since the first asking; met, never_asked, ended and open add to 1 on every day.

    Silence counts as an end of its own, so that `met` is the lower bound of what was met and `met` + `never_asked`
    the upper one. `ended` is every other end together.
    """

    days: tuple[float, ...]
    met: tuple[float, ...]
    never_asked: tuple[float, ...]
    ended: tuple[float, ...]
    open: tuple[float, ...]
    n: int


def ends_over_time(con: duckdb.DuckDBPyConnection) -> Ends | None:
    """Aalen–Johansen parts, from the first day to the last on which a need was followed; None without needs."""
    rows = con.execute(
        f"""SELECT duration, CASE WHEN event = '{CENSORED}' AND never_asked THEN '{_SILENT}' ELSE event END AS event,
                   count(*) AS needs
            FROM needs WHERE in_cohort AND duration IS NOT NULL AND duration >= 0 AND event IS NOT NULL
            GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    if not rows:
        return None
    curve = incidence([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    days = sorted({0.0, *curve.times.tolist(), curve.followed})
    place = np.searchsorted(curve.times, days, "right") - 1

    def along(cause: str) -> np.ndarray:
        values = curve.incidence.get(cause, np.zeros(len(curve.times)))
        return np.where(place >= 0, values[np.maximum(place, 0)] if len(values) else 0.0, 0.0)

    met, silent = along("met"), along(_SILENT)
    others = [along(cause) for cause in curve.incidence if cause not in ("met", _SILENT)]
    ended = np.sum(others, axis=0) if others else np.zeros(len(days))
    parts = (met, silent, ended, np.maximum(0.0, 1 - met - silent - ended))
    drawn = [tuple(part.tolist()) for part in parts]
    return Ends(tuple(days), drawn[0], drawn[1], drawn[2], drawn[3], int(curve.n))
