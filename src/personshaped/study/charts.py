"""The series behind the picture's charts: what capability and cost give, in the picture's own words."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from personshaped.capability.charts import Decision, Ends, Recorded, ends_over_time, xmr_charts
from personshaped.capability.charts import Xmr as Charted
from personshaped.conditions import written
from personshaped.cost.concentration import concentration
from personshaped.cost.received import received_and_wanted
from personshaped.figures import DataAvailability, Figure
from personshaped.picture.inputs import (
    Charts,
    Condition,
    Incidence,
    Lorenz,
    Method,
    Phase,
    Point,
    ReceivedWanted,
    Voice,
    Xmr,
)
from personshaped.settings import Settings

UNSEEN = "unseen"
"""Stands for a holder that has no rows in these data (R8)."""


def charts(
    con: duckdb.DuckDBPyConnection, figures: Sequence[Figure], settings: Settings, have: DataAvailability
) -> Charts:
    """Every series the picture draws; a series that the data do not support is left out."""
    drawn = {}
    if settings.window_start and settings.window_end:  # neither, where only the order of the rows is known
        drawn = xmr_charts(figures, settings.window_start, settings.window_end, _decisions(con), _changes(con))
    curves = {name: concentration(con, name, have.population) for name in ("cost", "demands")}
    ends = ends_over_time(con) if "met" in have.recorded else None
    voices, withheld = written.voices(con)
    return Charts(
        xmr={name: as_drawn(chart) for name, chart in drawn.items()},
        incidence=_incidence(ends) if ends else None,
        lorenz={name: Lorenz(one.people, one.amount, one.n) for name, one in curves.items() if one},
        received_wanted=tuple(ReceivedWanted(**vars(one)) for one in received_and_wanted(con)),
        asked_elsewhere=asked_elsewhere(figures),
        conditions=tuple(Condition(**vars(one)) for one in written.conditions(con)),
        voices=tuple(Voice(**vars(one)) for one in voices),
        voices_withheld=withheld,
        methods=tuple(Method(**vars(one)) for one in written.methods(con)),
    )


def asked_elsewhere(figures: Sequence[Figure]) -> tuple[int, int] | None:
    """Of the failure demands that came after an agency we know of, how many came to another one (R8); None of none."""
    passed = [
        (one.group.split(">", 1), int(one.value))
        for one in figures
        if one.name == "failure_demand_after" and one.group and one.value
    ]
    known = [(after != here, times) for (after, here), times in passed if after != UNSEEN]
    if not known:
        return None
    return sum(times for elsewhere, times in known if elsewhere), sum(times for _, times in known)


def _decisions(con: duckdb.DuckDBPyConnection) -> list[Decision]:
    rows = con.execute('SELECT chart, "from", reason FROM phases ORDER BY ALL').fetchall()
    return [Decision(chart, begins, reason) for chart, begins, reason in rows]


def _changes(con: duckdb.DuckDBPyConnection) -> list[Recorded]:
    return [Recorded(*row) for row in con.execute('SELECT "at", kind, text FROM changes ORDER BY ALL').fetchall()]


def as_drawn(chart: Charted) -> Xmr:
    """A chart of capability as the picture draws it."""
    return Xmr(
        unit=chart.unit,
        points=tuple(Point(**vars(one)) for one in chart.points),
        phases=tuple(Phase(**vars(one)) for one in chart.phases),
        false_alarms=chart.false_alarms,
        note=chart.note,
    )


def _incidence(ends: Ends) -> Incidence:
    return Incidence(**vars(ends))
