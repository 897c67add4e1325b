"""How long needs take under each way of working, and how much less or more than before (Stat 3; M053)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.capability.ends import MET
from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.restricted import Estimate, RestrictedMean, difference, restricted_mean

Row = dict[str, Any]
_BY_DESIGN = """
SELECT design, person_id, duration, event
FROM needs WHERE in_cohort AND duration IS NOT NULL AND duration >= 0 AND design IS NOT NULL
ORDER BY design, person_id, need_id"""


_BEHIND = """
SELECT design AS "group", person_id FROM needs
WHERE in_cohort AND duration IS NOT NULL AND duration >= 0 AND design IS NOT NULL"""


def _means(rows: list[Row], horizon: int) -> dict[str, RestrictedMean]:
    """The mean of each design, all up to the same day: `horizon`, or the longest that each of them was followed."""
    designs: dict[str, list[Row]] = {}
    for row in rows:
        designs.setdefault(row["design"], []).append(row)
    until = min([float(horizon), *(_followed(some) for some in designs.values())])
    if until <= 0:
        return {}
    return {
        design: restricted_mean(
            [row["duration"] for row in some], [row["event"] == MET for row in some],
            [row["person_id"] for row in some], until,
        )
        for design, some in designs.items()
    }  # fmt: skip


def _followed(rows: list[Row]) -> float:
    return float(max(row["duration"] for row in rows))


def _row(group: str, found: Estimate, n: int, until: float) -> Row:
    note = f"Up to {until:g} days, if nothing else could end a need."
    return {"group": group, "value": found.value, "low": found.low, "high": found.high, "n": n, "note": note}


def _each(rows: list[Row], context: Context) -> list[Row]:
    means = _means(rows, context.settings.horizon)
    needs = {design: sum(row["design"] == design for row in rows) for design in means}
    return [_row(design, one.estimate, needs[design], one.until) for design, one in sorted(means.items())]


def _differences(rows: list[Row], context: Context) -> list[Row]:
    """Every design against the old one (without that name, against the first in the alphabet)."""
    means = _means(rows, context.settings.horizon)
    if len(means) < 2:
        return []
    first = "old" if "old" in means else min(means)
    return [
        _row(f"{first}>{design}", difference(one, means[first]), len(rows), one.until)
        for design, one in sorted(means.items())
        if design != first
    ]


mean_time_to_need_met = Measure(
    name="mean_time_to_need_met", answers=("M053",), unit="days", by=(By("design"),), chart="survival",
    needs=("interactions.design", "met"), wants=("linked",), source="S1",
    kind=Query(_BY_DESIGN, _each, behind=_BEHIND),
    says="Days to a met need on average in each way of working, counting no need for longer than the day named.",
    does_not_say="The whole time of needs that take longer; and designs differ in more than their design.",
)  # fmt: skip
mean_time_to_need_met_difference = replace(
    mean_time_to_need_met, name="mean_time_to_need_met_difference", by=(By("design>design"),),
    kind=Query(_BY_DESIGN, _differences),
    says="How many days more or fewer needs take in one way of working than in the one before it.",
)  # fmt: skip

DESIGN_MEASURES: tuple[Measure, ...] = (mean_time_to_need_met, mean_time_to_need_met_difference)
