"""Time to a met need, with its competing ends (Stat 3; M042, M053, M054, M057)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.ends_by_person import limits, widened
from personshaped.statistics.incidence import CENSORED, Incidence, Survival, incidence, survival

Row = dict[str, Any]
MET = "met"
DAYS = (28, 90, 180, 365)
_COHORT = """
FROM (FROM needs SELECT *, dense_rank() OVER (ORDER BY person_id) AS person)
WHERE in_cohort AND duration IS NOT NULL AND duration >= 0"""
_COUNTED = "count(*) AS needs, list(person ORDER BY person) AS persons"
ENDS = f"""
SELECT duration, event, {_COUNTED}{_COHORT}
GROUP BY ALL
ORDER BY ALL"""
"""How long needs lasted and how they ended, and whose they were; everything in this file is a function of such rows."""


def _or_first(days: str, event: str) -> str:
    """The same where something that may come before the end counts as one."""
    return f"""
SELECT coalesce({days}, duration) AS duration,
       CASE WHEN {days} IS NOT NULL THEN '{event}' ELSE event END AS event, {_COUNTED}{_COHORT}
  AND ({days} IS NULL OR {days} >= 0)
GROUP BY ALL
ORDER BY ALL"""


SCREENED_IN = _or_first("screened_in_days", "screened_in")
CRISIS = _or_first("crisis_days", "crisis")


def _behind(happened: str, days: str) -> str:
    """Whose needs came to an end by each of `DAYS`, and at all."""
    by = ", ".join(f"({one})" for one in DAYS)
    return f"""
SELECT '' AS "group", person_id FROM needs WHERE in_cohort AND {happened}
UNION ALL
SELECT CAST(until AS VARCHAR), person_id FROM needs, (VALUES {by}) AS days(until)
WHERE in_cohort AND {happened} AND {days} BETWEEN 0 AND until"""


MET_BEHIND = _behind("event = 'met'", "duration")
CRISIS_BEHIND = _behind("crisis_days IS NOT NULL", "crisis_days")


def ends_curve(rows: list[Row]) -> Incidence:
    """Aalen–Johansen incidence of every end, from rows of `ENDS`."""
    return incidence([row["duration"] for row in rows], [row["event"] for row in rows], [row["needs"] for row in rows])


def end_alone(rows: list[Row], end: str) -> Survival:
    """Kaplan–Meier of one end as if nothing else could end a need, from rows of `ENDS`; limits count persons."""
    days, happened = [row["duration"] for row in rows], [row["event"] == end for row in rows]
    curve = survival(days, happened, [row["needs"] for row in rows])
    return widened(curve, days, happened, [row["persons"] for row in rows])


def _other_ends(rows: list[Row], end: str) -> str:
    needs = sum(row["needs"] for row in rows)
    other = sum(row["needs"] for row in rows if row["event"] not in (end, CENSORED))
    return f"{other} of {needs} needs ended another way" if needs else ""


@dataclass(frozen=True)
class MedianTime:
    """The Kaplan–Meier median of the time to one end, with the share of needs that ended another way beside it."""

    end: str

    def __call__(self, rows: list[Row], context: Context) -> list[Row]:
        if not rows:
            return []
        curve = end_alone(rows, self.end)
        low, high = curve.median_limits
        note = f"Median if nothing else could end it; {_other_ends(rows, self.end)}."
        if curve.median is None:
            note = f"Not reached in {curve.followed:g} days. {note}"
        return [{"value": curve.median, "low": low, "high": high, "n": sum(row["needs"] for row in rows), "note": note}]


@dataclass(frozen=True)
class ShareByDays:
    """How many needs had come to one end by 28, 90, 180 and 365 days (Aalen–Johansen)."""

    end: str

    def __call__(self, rows: list[Row], context: Context) -> list[Row]:
        if not rows:
            return []
        curve = ends_curve(rows)
        lasted, ends = [row["duration"] for row in rows], [row["event"] for row in rows]
        persons = [row["persons"] for row in rows]
        made = []
        for days in DAYS:
            low, high = limits(curve, lasted, ends, persons, self.end, days)
            value = curve.at(self.end, days)
            note = "" if value is not None else f"No need was followed for {days} days."
            made.append({"group": str(days), "value": value, "low": low, "high": high, "n": int(curve.n), "note": note})
        return made


time_to_need_met = Measure(
    name="time_to_need_met", answers=("M053",), unit="days", chart="survival", needs=("met",), wants=("linked",),
    kind=Query(ENDS, MedianTime(MET), behind=MET_BEHIND), source="S1",
    says="Days from the first asking until the person says the need is met: half of needs take longer.",
    does_not_say="An agency's closing the case is not the end; needs nobody asked about are followed to the last word"
    " heard from the person.",
)  # fmt: skip
needs_met_share = replace(
    time_to_need_met, name="needs_met_share", answers=("M054",), unit="share", by=(By("days"),),
    kind=Query(ENDS, ShareByDays(MET), behind=MET_BEHIND),
    says="How many needs the person had said were met by so many days after first asking.",
    does_not_say="People who give up are not like the rest: see the two bounds for needs nobody asked about.",
)  # fmt: skip
time_to_screened_in = replace(
    time_to_need_met, name="time_to_screened_in", answers=("M042",),
    kind=Query(SCREENED_IN, MedianTime("screened_in"), behind=_behind("screened_in_days >= 0", "screened_in_days")),
    needs=("interactions.outcome", "met"),
    says="Days from the first asking until the agency that was asked takes the need on.",
    does_not_say="Being taken on is not being helped.",
)  # fmt: skip
time_to_crisis = replace(
    time_to_need_met, name="time_to_crisis", answers=("M057",),
    kind=Query(CRISIS, MedianTime("crisis"), behind=CRISIS_BEHIND),
    needs=("interactions.crisis", "met"),
    says="Days from the first asking to a crisis while the need is unmet.",
    does_not_say="Anything about any one person: it is a statement about a group.",
)  # fmt: skip
crisis_by_days = replace(
    time_to_crisis, name="crisis_after_asking_by_days", unit="share", by=(By("days"),),
    kind=Query(CRISIS, ShareByDays("crisis"), behind=CRISIS_BEHIND),
    says="How many needs had come to a crisis by so many days after first asking.",
)  # fmt: skip

ENDS_MEASURES: tuple[Measure, ...] = (
    time_to_need_met, needs_met_share, time_to_screened_in, time_to_crisis, crisis_by_days,
)  # fmt: skip
