"""What it cost before and since, and where the cost might have gone: always a fan, for a group only (M075; Stat 6).

Year 0 is the year from each person's start in the new way (`cases.new_from`), -1 the year before. Only whole years
inside the window count. The pool are people in no case whose last year before the same day cost half to twice as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.trajectory import FEWEST_YEARS, own_trend, trend_range

Row = dict[str, Any]
FEWEST_PEOPLE, FEWEST_ALIKE = 5, 10
DISCOUNT = 1.035
"""HM Treasury's Green Book: 3.5% a year, in real terms, where more than two years are added up."""
SEED = 1
_TOO_FEW = {"note": f"Refused: fewer than {FEWEST_PEOPLE} people; of so few it would be about persons, not a group."}


def _assumes(context: Context) -> str:
    """What every scenario is, and in which prices."""
    year = context.settings.price_year
    prices = f"in prices of {year}" if year else "in the prices recorded, which may be of different years"
    return f"A projection for the group, not a promise, {prices}. Assumes"


_YEARS = """
WITH began AS (
    SELECT DISTINCT trim(unnest(string_split(person_ids, ';'))) AS person_id, new_from AS start
    FROM cases WHERE NOT coalesce(declined, false) AND new_from IS NOT NULL),
starts AS (SELECT DISTINCT start FROM began),
spent AS (
    SELECT start, person_id,
           CASE WHEN started_at >= start THEN date_sub('year', start, CAST(started_at AS DATE))
                ELSE -1 - date_sub('year', CAST(started_at AS DATE) + 1, start) END AS year,
           sum(CAST(price AS DECIMAL(18, 4))) AS cost,
           coalesce(sum(CAST(price AS DECIMAL(18, 4))) FILTER (WHERE outcome = 'placement'), 0) AS placed
    FROM interactions CROSS JOIN starts
    WHERE in_window AND price IS NOT NULL AND started_at IS NOT NULL
    GROUP BY ALL),
alike AS (
    SELECT other.start, other.person_id, count(*) AS weight
    FROM began JOIN spent mine ON mine.start = began.start AND mine.person_id = began.person_id AND mine.year = -1
    JOIN spent other ON other.start = mine.start AND other.year = -1
     AND other.cost BETWEEN mine.cost / 2 AND mine.cost * 2
    WHERE other.person_id NOT IN (SELECT person_id FROM began) AND mine.cost > 0
    GROUP BY ALL),
whole AS (
    SELECT start, unnest(generate_series(
        -date_sub('year', $start, start), date_sub('year', start, $end) - 1)) AS year
    FROM starts),
people AS (
    SELECT start, person_id, 1 AS weight, true AS helped FROM began UNION ALL
    SELECT start, person_id, weight, false FROM alike)
SELECT people.start, people.person_id, helped, weight, year, CAST(coalesce(cost, 0) AS DOUBLE) AS cost,
       CAST(coalesce(placed, 0) AS DOUBLE) AS placed
FROM people JOIN whole USING (start) LEFT JOIN spent USING (start, person_id, year)
WHERE helped OR year >= -1
ORDER BY ALL"""


def _mean_by_year(rows: list[Row]) -> dict[int, tuple[float, int]]:
    """Mean cost of a helped person in each whole year, and how many people that is the mean of."""
    found: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row["helped"]:
            found[row["year"]].append(row["cost"])
    return {year: (sum(costs) / len(costs), len(costs)) for year, costs in sorted(found.items())}


def _enough(rows: list[Row]) -> bool:
    return len({row["person_id"] for row in rows if row["helped"]}) >= FEWEST_PEOPLE


def _observed(rows: list[Row], context: Context) -> list[Row]:
    if not _enough(rows):
        return [_TOO_FEW]
    return [
        {"group": str(year), "value": cost, "n": people, "note": "£ a person; year 0 begins with the new way."}
        for year, (cost, people) in _mean_by_year(rows).items()
    ]


def scenarios(rows: list[Row]) -> Iterator[tuple[str, int, float, float, float, str]]:
    """Scenario, year, cost a person, low, high, what it assumes; without what the data do not carry (`_refused`)."""
    means = _mean_by_year(rows)
    ahead = [year for year in means if year >= 0]
    behind = [year for year in means if year < 0]
    pool, alike, placed = _pool(rows)
    growth = _growth(rows) if alike >= FEWEST_ALIKE else None
    if len(behind) >= 2:
        last = sorted(means[year][0] for year in behind[-2:])
        for year in ahead:
            yield "flat", year, sum(last) / 2, last[0], last[1], "every year like the last two; the range is those two."
    costs = [means[year][0] for year in behind]
    if len(behind) >= FEWEST_YEARS and min(costs) > 0:
        trend = own_trend(behind, costs, growth)
        held = f", growth held at that of nine in ten of the {alike} alike" if trend.capped else ""
        for year in ahead:
            low, high = trend_range(behind, costs, year, growth, SEED)
            assumes = (
                f"the group's own trend over {len(behind)} years goes on{held}; the range, 95%, is of trends drawn"
                " again, wider where years are few."
            )
            yield "own trend", year, trend.at(year), low, high, assumes
    if alike < FEWEST_ALIKE:
        return
    for name, kept in (("people alike", 0), ("people alike, without placements", 1)):
        for year in (year for year in ahead if year in pool):
            values, weights = pool[year][:, kept], pool[year][:, 2]
            low, high = (_quantile(values, weights, part) for part in (0.1, 0.9))
            mean = float(np.average(values, weights=weights))
            branch = (
                f"{placed} of them had a placement, counted as often as that" if kept == 0 else "no placement at all"
            )
            assumes = f"what became of {alike} people alike who were not helped, 10th to 90th in the range; {branch}."
            yield name, year, mean, min(low, mean), max(high, mean), assumes


def _refused(rows: list[Row]) -> list[Row]:
    """Each scenario that the data do not carry, and why."""
    means = _mean_by_year(rows)
    behind = [year for year in means if year < 0]
    alike = _pool(rows)[1]
    why = {}
    if len(behind) < 2:
        why["flat"] = f"{len(behind)} whole years before the new way, 2 are needed"
    if len(behind) < FEWEST_YEARS:
        why["own trend"] = f"{len(behind)} whole years before the new way, {FEWEST_YEARS} are needed"
    elif min(means[year][0] for year in behind) <= 0:
        why["own trend"] = "a year before the new way cost nothing"
    if alike < FEWEST_ALIKE:
        why["people alike"] = f"{alike} who were not helped, {FEWEST_ALIKE} are needed"
    return [{"group": name, "value": None, "note": f"{one}."} for name, one in why.items()]


def _pool(rows: list[Row]) -> tuple[dict[int, Any], int, int]:
    """By year: cost, cost without placements, weight of each alike; how many are alike, how many had a placement."""
    found: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    others = [row for row in rows if not row["helped"] and row["year"] >= 0]
    for row in others:
        found[row["year"]].append((row["cost"], row["cost"] - row["placed"], row["weight"]))
    people = {row["person_id"] for row in others}
    placed = {row["person_id"] for row in others if row["placed"] > 0}
    return {year: np.array(values) for year, values in found.items()}, len(people), len(placed)


def _growth(rows: list[Row]) -> float | None:
    """The 90th percentile of the yearly growth of those alike, as a factor."""
    cost = {(row["start"], row["person_id"], row["year"]): row["cost"] for row in rows if not row["helped"]}
    steps = [
        later / earlier
        for (start, who, year), earlier in cost.items()
        if earlier > 0 and (later := cost.get((start, who, year + 1), 0)) > 0
    ]
    return float(np.quantile(steps, 0.9)) if steps else None


def _quantile(values: Any, weights: Any, part: float) -> float:
    return float(np.quantile(np.repeat(values, weights.astype(int)), part))


def _fan(rows: list[Row], context: Context) -> list[Row]:
    if not _enough(rows):
        return [_TOO_FEW]
    found = [
        {"group": f"{name}>{year}", "value": value, "low": low, "high": high, "note": f"{_assumes(context)} {assumes}"}
        for name, year, value, low, high, assumes in scenarios(rows)
    ]
    return [*found, *_refused(rows)]


def _between(rows: list[Row], context: Context) -> list[Row]:
    if not _enough(rows):
        return [_TOO_FEW]
    means, sums = _mean_by_year(rows), defaultdict(list)
    for name, year, value, low, high, assumes in scenarios(rows):
        sums[name, assumes].append((year, *(one - means[year][0] for one in (value, low, high))))
    found = []
    for (name, assumes), years in sums.items():
        rate = DISCOUNT if len(years) > 2 else 1.0
        value, low, high = (sum(row[at] / rate ** row[0] for row in years) for at in (1, 2, 3))
        over = "over one year" if len(years) == 1 else f"over {len(years)} years"
        over += ", discounted by 3.5% a year" if rate > 1 else ""
        found.append({"group": name, "value": value, "low": low, "high": high,
                      "note": f"£ a person {over}, scenario less observed: capacity, not cash. {_assumes(context)}"
                              f" {assumes}"})  # fmt: skip
    return [*found, *_refused(rows)]


cost_observed = Measure(
    name="cost_observed", answers=("M075",), unit="£", by=(By("year_from_start"),), chart="cumcost", basis="derived",
    needs=("cases", "cost"), source="S2", kind=Query(_YEARS, _observed),
    says="What a person of the group cost in each whole year before and after the new way began.",
    does_not_say="What it would have been otherwise; fewer than five people are not shown as a group.",
)  # fmt: skip
cost_trajectory = replace(
    cost_observed, name="cost_trajectory", by=(By("scenario>year"),), chart="fan", kind=Query(_YEARS, _fan),
    says="Where the yearly cost of the group might have gone: by up to four scenarios, each with its range.",
    does_not_say="What would have happened: nobody can know it. It is never drawn for one living person's case.",
)  # fmt: skip
cost_trajectory_difference = replace(
    cost_trajectory, name="cost_trajectory_difference", by=(By("scenario"),), kind=Query(_YEARS, _between),
    says="Each scenario less what was observed, over all whole years since: as many ranges as there are scenarios.",
    does_not_say="A saving: unit costs are the value of capacity, and a scenario is an assumption.",
)  # fmt: skip

TRAJECTORY_MEASURES: tuple[Measure, ...] = (cost_observed, cost_trajectory, cost_trajectory_difference)
