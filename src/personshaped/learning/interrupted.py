"""What changed when the way of working changed: interrupted series of demand (Stat 5, M105). XmR charts lead.

The date is that of a `changes` row of kind method, written down by people; nothing here looks for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

from personshaped.demand.living import AS_LIST, FACTS, living
from personshaped.demand.trend import THROUGHOUT
from personshaped.figures import By, Context, Measure, Query, filled
from personshaped.statistics.counts import Floats
from personshaped.statistics.interrupted import AFTER, BEFORE, Interruption, Times, controlled, interrupted, placebo

Row = dict[str, Any]
People = list[float] | None
"""Who lives there in each month, where that is known."""
SEED = 1
NEAR = 3
"""Months on either side of a change within which a change of recording is named in the title."""
RECORDING = ("recording", "data")
OUTCOMES = ("all", "failure", "value")
FALSIFIES = "value"
"""Needs opened: a way of working that answers better leaves them as they are."""
ASSUMES = (
    "The date was set before looking, from what people wrote down (the table changes).",
    "The old line would have gone on as it went: the same slope, the same seasons.",
    "Nothing else changed at that date; without a comparison area this cannot be told apart from it.",
    "Only agencies whose records run throughout, and only demands told apart after the burn-in.",
)
A_HEAD = "Counted for each head of the population of each month (area_facts)."
_SERIES = f"""{THROUGHOUT},
{FACTS},
counted AS (
    SELECT month, agency, coalesce(area, '') AS area, count(*) FILTER (WHERE demand_type = 'value') AS value,
           count(*) FILTER (WHERE demand_type = 'failure') AS failure
    FROM (SELECT *, date_trunc('month', started_at) AS month FROM demands
          WHERE demand_type IN ('value', 'failure') AND started_at IS NOT NULL)
    WHERE agency IN (FROM present) GROUP BY ALL),
told AS (
    SELECT "at", kind, string_agg(DISTINCT text, '; ' ORDER BY text) AS text, coalesce(agency, '') AS agency,
           coalesce(area, '') AS area
    FROM changes WHERE person_id IS NULL AND "at" IS NOT NULL GROUP BY ALL),
sides AS (
    SELECT told."at", text, told.agency, told.area, person_id, date_trunc('month', started_at) AS month,
           told.area IN ('', coalesce(demands.area, '')) AS here,
           count(*) FILTER (WHERE demand_type = 'value') AS value,
           count(*) FILTER (WHERE demand_type = 'failure') AS failure
    FROM demands JOIN told ON told.kind = 'method' AND told.agency IN ('', demands.agency)
        AND (told.area IN ('', coalesce(demands.area, '')) OR demands.area IS NOT NULL)
    WHERE demand_type IN ('value', 'failure') AND started_at IS NOT NULL AND demands.agency IN (FROM present)
    GROUP BY ALL),
products AS (
    SELECT "at", text, agency, area, here, one.month AS month, other.month AS again,
           sum((one.value + one.failure) * (other.value + other.failure)) AS "all",
           sum(one.value * other.value) AS value, sum(one.failure * other.failure) AS failure
    FROM sides AS one JOIN sides AS other USING ("at", text, agency, area, here, person_id)
    WHERE one.month <= other.month GROUP BY ALL)
SELECT month, coalesce(agency, '') AS agency, coalesce(area, '') AS area, coalesce(value, 0) AS value,
       coalesce(failure, 0) AS failure,
       (SELECT list([CAST("at" AS VARCHAR), kind, text, agency, area] ORDER BY "at", kind, text) FROM told) AS changes,
       CASE WHEN row_number() OVER (ORDER BY month, agency, area) = 1
            THEN (SELECT list(products ORDER BY products) FROM products) END AS together,
       CASE WHEN row_number() OVER (ORDER BY month, agency, area) = 1 THEN {AS_LIST} END AS population
FROM months LEFT JOIN counted USING (month)
ORDER BY ALL"""


@dataclass(frozen=True)
class Changed:
    """What is written in `changes` of one kind, day and place; agency and area are blank where it holds for all."""

    on: date
    kind: str
    text: str
    agency: str
    area: str


@dataclass(frozen=True)
class Series:
    """One interrupted series, for page 7. `refused` says in words why there is none; then no part is filled.

    `observed`, `fitted` and `extended` (the old line, had it gone on) hold one value for each of `months`. Only
    `controlled` may be described as an effect. `placebo` is (dates of the old period that show as much, dates tried);
    `without` the level with each agency left out; `falsification` the level of what should not move.
    """

    title: str
    change: Changed
    outcome: str
    months: tuple[str, ...]
    observed: tuple[int, ...]
    comparison: tuple[int, ...] = ()
    found: Interruption | None = None
    with_gap: Times | None = None
    controlled: Interruption | None = None
    placebo: tuple[int, int] | None = None
    without: tuple[tuple[str, float], ...] = ()
    falsification: Times | None = None
    recording_changed: bool = False
    assumptions: tuple[str, ...] = ASSUMES
    refused: str = ""


def interrupted_series(con: duckdb.DuckDBPyConnection, context: Context) -> tuple[Series, ...]:
    """Every method change × outcome, for drawing; the same that the figures of M105 rest on."""
    cursor = con.execute(filled(_SERIES, context))
    names = [column[0] for column in cursor.description or ()]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return tuple(series(rows, context.have.around))


def series(rows: Iterable[Row], around: frozenset[str] = frozenset()) -> list[Series]:
    """From the counts by month, agency and area, each row with all that is written in `changes`.

    The first row holds in `together`, where known, how often the same persons asked in two months: the sum of products;
    and in `population` the people of areas by period, of which those `around` the study's own do not count.
    """
    held = list(rows)
    changes = [Changed(date.fromisoformat(one[0]), *one[1:]) for one in (held[0]["changes"] or ())] if held else []
    methods = [one for one in changes if one.kind == "method"]
    return [_one(held, change, changes, outcome, around) for change in methods for outcome in OUTCOMES]


def _one(
    rows: Sequence[Row], change: Changed, changes: Sequence[Changed], outcome: str, around: frozenset[str]
) -> Series:
    months = sorted({row["month"] for row in rows})
    at = sum(1 for month in months if month.date() < change.on.replace(day=1))
    at += change.on.day > 1  # a month in which both ways were at work belongs to the old
    there = [row for row in rows if _within(row, change)]
    elsewhere = [row for row in rows if _in_another_area(row, change)]
    recording = [one for one in changes if one.kind in RECORDING and _bears_on(one, change)]

    def persons(of: str, here: bool = True) -> Floats | None:
        return _together(rows[0].get("together"), change, months, of, here)

    def people(here: bool = True) -> list[float] | None:
        def counts(area: str) -> bool:
            return area not in around and (not change.area or (area == change.area) == here)

        return living(rows[0].get("population"), months, counts)

    ours, theirs = people(), people(here=False)
    blank = Series(
        _title(change, outcome, recording), change, outcome, tuple(f"{month:%Y-%m}" for month in months),
        _counts(there, months, outcome), _counts(elsewhere, months, outcome) if elsewhere else (),
        recording_changed=bool(recording), assumptions=(*ASSUMES, A_HEAD) if ours else ASSUMES,
    )  # fmt: skip
    try:
        found = interrupted(blank.observed, at, SEED, together=persons(outcome), people=ours)
    except ValueError as why:
        return _refused(blank, f"Refused: {why}. Only the XmR chart can be read.")
    agencies = sorted({row["agency"] for row in there} - {""})
    return Series(
        **vars(blank) | {
            "found": found,
            "with_gap": _level(blank.observed, at, NEAR, persons(outcome), ours),
            "controlled": _controlled(blank, at, (persons(outcome), persons(outcome, here=False)), (ours, theirs)),
            "placebo": placebo(blank.observed, at, found.level.value, ours),
            "without": tuple(_left_out(there, months, outcome, at, agencies, ours)),
            "falsification": _level(_counts(there, months, FALSIFIES), at, 0, persons(FALSIFIES), ours)
            if outcome != FALSIFIES else None,
        }
    )  # fmt: skip


def _within(row: Row, change: Changed) -> bool:
    return change.agency in ("", row["agency"]) and change.area in ("", row["area"])


def _in_another_area(row: Row, change: Changed) -> bool:
    """What is compared: the same agency (or all) where people of other areas ask, never the area's other agencies."""
    return change.agency in ("", row["agency"]) and bool(change.area and row["area"]) and row["area"] != change.area


def _bears_on(one: Changed, change: Changed) -> bool:
    apart = (one.on.year - change.on.year) * 12 + one.on.month - change.on.month
    same = one.agency in ("", change.agency) or not change.agency
    return abs(apart) <= NEAR and same and (one.area in ("", change.area) or not change.area)


def _title(change: Changed, outcome: str, recording: Sequence[Changed]) -> str:
    what = {"all": "Demand", "failure": "Failure demand", "value": "Value demand"}[outcome]
    where = ", ".join(one for one in (change.agency, change.area) if one)
    title = f"{what}{f' ({where})' if where else ''} and {change.on.isoformat()}: {change.text}"
    return f"{title} – recording also changed" if recording else title


def _counts(rows: Iterable[Row], months: Sequence[Any], outcome: str) -> tuple[int, ...]:
    total = dict.fromkeys(months, 0)
    for row in rows:
        total[row["month"]] += row["value"] + row["failure"] if outcome == "all" else row[outcome]
    return tuple(int(total[month]) for month in months)


def _refused(blank: Series, why: str) -> Series:
    return Series(**vars(blank) | {"refused": why})


def _together(
    products: Sequence[Row] | None, change: Changed, months: Sequence[Any], outcome: str, here: bool
) -> Floats | None:
    """For two months the sum over persons of what each asked in both, one side of a change; None where not known."""
    if not products:
        return None
    place = {month: at for at, month in enumerate(months)}
    summed = np.zeros((len(months), len(months)))
    meant = (change.on, change.text, change.agency, change.area, here)
    for one in products:
        if (one["at"], one["text"], one["agency"], one["area"], one["here"]) == meant:
            pair = place.get(one["month"]), place.get(one["again"])
            if None not in pair:
                summed[pair] = summed[pair[::-1]] = float(one[outcome])
    return summed


def _level(
    counts: Sequence[int], at: int, gap: int, persons: Floats | None = None, people: People = None
) -> Times | None:
    try:
        return interrupted(counts, at, SEED, gap, together=persons, people=people).level
    except ValueError:
        return None


def _controlled(
    one: Series, at: int, persons: tuple[Floats | None, Floats | None], people: tuple[People, People]
) -> Interruption | None:
    """Persons and people count only where both sides know them."""
    if not one.comparison:
        return None
    together = None if persons[0] is None or persons[1] is None else (persons[0], persons[1])
    living_in = None if people[0] is None or people[1] is None else (people[0], people[1])
    try:
        return controlled(one.observed, one.comparison, at, SEED, together=together, people=living_in)
    except ValueError:
        return None


def _left_out(
    rows: Sequence[Row], months: Sequence[Any], outcome: str, at: int, agencies: Sequence[str], people: People
) -> Iterable[tuple[str, float]]:
    for agency in agencies if len(agencies) > 1 else ():
        level = _level(_counts([row for row in rows if row["agency"] != agency], months, outcome), at, 0, people=people)
        if level is not None:
            yield agency, level.value


# --- figures -------------------------------------------------------------------------------------------------


def _figures(rows: list[Row], context: Context) -> list[Row]:
    made: list[Row] = []
    for one in series(rows, context.have.around):
        key = " ".join(filter(None, (one.change.on.isoformat(), one.change.agency, one.change.area, one.outcome)))
        if one.found is None:
            made.append({"group": key, "value": None, "note": one.refused})
            continue
        for kind, found in (("", one.found), (" beyond comparison", one.controlled)):
            for part, times in _parts(found):
                made.append(
                    {"group": f"{key}>{part}{kind}", "value": times.value, "low": times.low, "high": times.high,
                     "n": sum(one.observed), "note": _note(one, bool(kind))}
                )  # fmt: skip
    return made or [{"value": None, "note": "Not in the data: a change of kind method in changes."}]


def _parts(found: Interruption | None) -> list[tuple[str, Times]]:
    if found is None:
        return []
    named = (("level", found.level), ("slope a year", found.slope), ("at 6 months", found.at_6),
             ("at 12 months", found.at_12))  # fmt: skip
    return [(name, times) for name, times in named if times is not None]


def _note(one: Series, beside: bool) -> str:
    parts = [f"{one.title}."]
    if not beside:
        parts.append("Before and after only: not to be called an effect.")
    if one.placebo:
        parts.append(f"{one.placebo[0]} of {one.placebo[1]} other dates in the old period show a level as far from 1.")
    if one.without:
        levels = [level for _, level in one.without]
        parts.append(f"Level with each agency left out: {min(levels):.2f} to {max(levels):.2f}.")
    if one.with_gap:
        parts.append(f"Level with {NEAR} months of transition left out: {one.with_gap.value:.2f}.")
    if one.falsification:
        moved = one.falsification
        parts.append(f"Value demand, which should not move: {moved.value:.2f} ({moved.low:.2f}–{moved.high:.2f}).")
    return " ".join(parts)


demand_change_after_design = Measure(
    name="demand_change_after_design", answers=("M105",), unit="ratio", by=(By("change>part"),), chart="xmr",
    kind=Query(_SERIES, _figures), needs=("changes", "interactions.activity|interactions.initiated_by"),
    wants=("linked",), source="S1; S2",
    note=f"1 = as the old line would have gone on. At least {BEFORE} months before and {AFTER} after",
    says="How many times as much demand came after a way of working changed, beside what the old line led to expect.",
    does_not_say="That the change did it, unless a comparison area is shown; and nothing of what comes next.",
)  # fmt: skip

INTERRUPTED_MEASURES: tuple[Measure, ...] = (demand_change_after_design,)
