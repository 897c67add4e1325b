"""Route (d) against regression to the mean: the day of starting was drawn (Stat 4; Edgington & Onghena 2007)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from personshaped.statistics.worst_times import Starts, start_dates

Case = dict[str, Any]
_WEEK = 7


def drawn_starts(con: duckdb.DuckDBPyConnection, cases: Sequence[Case], what: str, seed: int) -> Starts | None:
    """The randomisation test over start dates, by week, of what is counted of the table `work`.

    Of the cases that say between which days their start was drawn; None where none does, or where a start lies outside
    its days or leaves a side of no whole week.
    """
    drawn = [one for one in cases if one.get("start_from") and one.get("start_to")]
    if not drawn:
        return None
    series, begun, possible = [], [], []
    for one in drawn:
        weekly = _weekly(con, one, what)
        first, last, start = (
            (one[side] - one["old_from"]).days // _WEEK for side in ("start_from", "start_to", "new_from")
        )
        series.append(weekly)
        begun.append(start)
        possible.append(range(max(1, first), min(last, len(weekly) - 1) + 1))
    try:
        return start_dates(series, begun, possible, seed)
    except ValueError:
        return None


def _weekly(con: duckdb.DuckDBPyConnection, case: Case, what: str) -> list[float]:
    """What is counted, in each whole week from the first day of the old window to the last of the new."""
    weeks = ((case["new_to"] - case["old_from"]).days + 1) // _WEEK
    found = dict(
        con.execute(
            f"SELECT (day - ?) // {_WEEK}, {what} FROM work WHERE list_contains(?, person_id) AND day BETWEEN ? AND ?"
            " GROUP BY 1",
            [case["old_from"], case["person_ids"], case["old_from"], case["new_to"]],
        ).fetchall()
    )
    return [float(found.get(week) or 0) for week in range(weeks)]
