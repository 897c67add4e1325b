"""The series behind the picture's charts, from finished figures: XmR charts, the curve of ends, concentration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np

from personshaped.capability.ends import ENDS, ends_curve
from personshaped.cost.concentration import concentration
from personshaped.figures import DataAvailability, Figure
from personshaped.picture.inputs import Charts, Incidence, Lorenz, Phase, Point, ReceivedWanted, Xmr
from personshaped.statistics.charting import Change, false_alarms, neighbours, suggest_phase
from personshaped.statistics.xmr import Chart, xmr

MONTHLY = ("demands", "value_demands", "failure_demands", "failure_demand_share", "needs_open")
_DAYS = 120  # points of the incidence curve


def charts(
    con: duckdb.DuckDBPyConnection, figures: Sequence[Figure], recorded: frozenset[str], have: DataAvailability
) -> Charts:
    """Every series the picture draws; a series that the data do not support is left out."""
    series = {f"{name}/month": _chart(con, name, figures, recorded) for name in MONTHLY}
    curve = concentration(con, have.population)
    return Charts(
        xmr={name: chart for name, chart in series.items() if chart is not None},
        incidence=_incidence(con) if "met" in have.recorded else None,
        lorenz={"cost": Lorenz(curve.people, curve.cost, len(curve.people) - 1)} if curve else {},
        received_wanted=_received_wanted(con) if "wanted" in recorded else (),
    )


def _chart(
    con: duckdb.DuckDBPyConnection, name: str, figures: Sequence[Figure], recorded: frozenset[str]
) -> Xmr | None:
    """One figure by month as an XmR chart, phases as people decided them (N6)."""
    points = [one for one in figures if one.name == name and len(one.period) == 7 and one.value is not None]
    basis = points[0].basis if points else ""
    points = [one for one in points if one.basis == basis]
    if not points:
        return None
    periods = [one.period for one in points]
    values = [float(one.value or 0) for one in points]
    decided = _phases(con, f"{name}/month", periods, recorded)
    unit = points[0].unit
    chart = xmr(values, starts=(0, *decided), bounds=(0.0, 1.0 if unit == "share" else None))
    notes = [*chart.notes]
    if (r := neighbours(values)) is not None:
        notes.append(f"Neighbouring months are alike (r = {r:.2f}): the limits are narrower than they should be")
    return Xmr(
        unit=unit,
        points=tuple(Point(period, value, _signals(chart, at)) for at, (period, value) in enumerate(zip(periods, values, strict=True))),
        phases=_drawn_phases(con, chart, periods, decided, recorded),
        false_alarms=false_alarms(len(values)),
        note=". ".join(notes),
    )


def _signals(chart: Chart, at: int) -> tuple[str, ...]:
    named = {"outside": "outside", "shift": "shift", "trend": "trend", "two_of_three": "two of three"}
    return tuple(words for rule, words in named.items() if getattr(chart.signals, rule)[at])


def _phases(
    con: duckdb.DuckDBPyConnection, chart: str, periods: Sequence[str], recorded: frozenset[str]
) -> dict[int, str]:
    """The first point of each phase that a person began, with the reason they gave."""
    if "phases" not in recorded:
        return {}
    rows = con.execute('SELECT strftime("from", \'%Y-%m\'), reason FROM phases WHERE chart = ? ORDER BY 1', [chart])
    found = {}
    for period, reason in rows.fetchall():
        at = int(np.searchsorted(np.array(periods), period))
        if 0 < at < len(periods):
            found[at] = reason
    return found


def _drawn_phases(
    con: duckdb.DuckDBPyConnection, chart: Chart, periods: Sequence[str], decided: dict[int, str], recorded: frozenset[str]
) -> tuple[Phase, ...]:
    drawn = [
        Phase(
            first=periods[one.start], last=periods[one.end - 1], mean=one.mean, lower=one.lower, upper=one.upper,
            state=one.state, reason=decided.get(one.start, ""),
        )
        for one in chart.phases
    ]  # fmt: skip
    suggestion = suggest_phase(chart, _changes(con, periods, recorded))
    if suggestion:
        drawn.append(
            Phase(periods[suggestion.point], periods[-1], None, None, None, "runs", suggestion.reason, suggested=True)
        )
    return tuple(drawn)


def _changes(con: duckdb.DuckDBPyConnection, periods: Sequence[str], recorded: frozenset[str]) -> list[Change]:
    if "changes" not in recorded:
        return []
    rows = con.execute("SELECT strftime(at, '%Y-%m'), kind, text FROM changes ORDER BY at").fetchall()
    return [Change(int(np.searchsorted(np.array(periods), period)), kind, text) for period, kind, text in rows]


def _incidence(con: duckdb.DuckDBPyConnection) -> Incidence | None:
    """Met, ended another way, silent since nobody asked, and open: by days since the first asking.

    A need about which nobody asked is taken to end in silence at the person's last word (R5), so that met is the
    lower bound and met with silence the upper one.
    """
    select = ENDS.replace("event, count(*)", "CASE WHEN never_asked THEN 'never_asked' ELSE event END AS event, count(*)")
    cursor = con.execute(select)
    names = [column[0] for column in cursor.description or ()]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return None
    curve = ends_curve(rows)
    last = float(max(row["duration"] for row in rows))
    days = sorted({0.0, last, *(round(last * step / _DAYS) * 1.0 for step in range(_DAYS + 1))})
    ends = [end for end in curve.incidence if end not in ("met", "never_asked")]
    met, silent = ([curve.at(end, day) or 0.0 for day in days] for end in ("met", "never_asked"))
    ended = [sum(curve.at(end, day) or 0.0 for end in ends) for day in days]
    still = [max(0.0, 1 - m - s - e) for m, s, e in zip(met, silent, ended, strict=True)]
    n = sum(row["needs"] for row in rows)
    return Incidence(tuple(days), tuple(met), tuple(silent), tuple(ended), tuple(still), n)


def _received_wanted(con: duckdb.DuckDBPyConnection) -> tuple[ReceivedWanted, ...]:
    """Stat 6 for up to three people who said what they wanted: received and wanted, month by month, added up.

    One-off items stand at the person's first row; a recurring one is spread by day between its dates.
    """
    people = con.execute(
        """
        SELECT DISTINCT w.person_id FROM wanted w JOIN persons p USING (person_id)
        WHERE p.cost IS NOT NULL ORDER BY 1 LIMIT 3
        """
    ).fetchall()
    return tuple(one for (person,) in people if (one := _one_person(con, person)) is not None)


def _one_person(con: duckdb.DuckDBPyConnection, person: str) -> ReceivedWanted | None:
    received = con.execute(
        """
        SELECT date_trunc('month', started_at)::DATE AS month, sum(CAST(price AS DECIMAL(18, 4)))::DOUBLE
        FROM interactions WHERE person_id = ? AND in_window AND started_at IS NOT NULL AND price IS NOT NULL
        GROUP BY ALL ORDER BY ALL
        """,
        [person],
    ).fetchall()
    wanted = con.execute(
        """
        SELECT coalesce(alternative_group, 'item ' || row_number() OVER (ORDER BY item)) AS choice,
               coalesce(cost, quantity * unit_cost), price_year
        FROM wanted WHERE person_id = ? ORDER BY ALL
        """,
        [person],
    ).fetchall()
    if not received or not wanted:
        return None
    choices: dict[str, list[float]] = {}
    for choice, cost, _ in wanted:
        choices.setdefault(choice, []).append(float(cost or 0))
    low, high = (sum(pick(costs) for costs in choices.values()) for pick in (min, sum))
    amounts = np.cumsum([amount for _, amount in received])
    return ReceivedWanted(
        person_id=person,
        price_year=wanted[0][2],
        at=tuple(month.isoformat() for month, _ in received),
        received=tuple(float(amount) for amount in amounts),
        wanted_low=tuple(low for _ in received),
        wanted_high=tuple(high for _ in received),
    )
