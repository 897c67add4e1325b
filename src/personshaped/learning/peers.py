"""Peers: places like this one by their context, never by how they do (Stat 10, M111); and who might help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from personshaped.figures import By, Context, Measure, Query
from personshaped.learning.signals import settling
from personshaped.learning.watched import RARE_BELOW, Watched, charted
from personshaped.statistics.peers import KEPT, assign, nearest
from personshaped.statistics.xmr import FEWEST_FULL

Row = dict[str, Any]
K = 15
CONTEXT = ("population", "age", "deprivation", "density", "tenure", "ethnicity", "funding_per_head")
"""Measures of `area_facts` that describe a place; a measure whose name begins with one of them counts as well."""
SUSTAINED = 7
MOST_REQUESTS = 2

_FACTS = """
SELECT area, measure, max_by(value, period) AS value
FROM area_facts
WHERE agency IS NULL AND stratum IS NULL AND value IS NOT NULL
GROUP BY ALL
ORDER BY ALL"""
_ASKED_AGAIN = f"""
WITH told AS (
    SELECT area, date_trunc('month', started_at) AS month, demand_type = 'failure' AS failed FROM demands
    WHERE area IS NOT NULL AND started_at IS NOT NULL AND demand_type IN ('value', 'failure')),
months AS (
    SELECT area, unnest(generate_series(
        greatest(min(month) + INTERVAL 1 MONTH, date_trunc('month', CAST($start AS TIMESTAMP) + INTERVAL '27 days')),
        date_trunc('month', CAST($end AS TIMESTAMP)) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month
    FROM told GROUP BY area),
counted AS (
    SELECT area, month, count(*) FILTER (WHERE failed) AS failures, count(failed) AS n
    FROM months LEFT JOIN told USING (area, month) GROUP BY ALL),
series AS (
    SELECT area, list(CAST(failures AS DOUBLE) ORDER BY month) AS counts,
           list(CAST(n AS DOUBLE) ORDER BY month) AS "of", list(strftime(month, '%Y-%m') ORDER BY month) AS periods
    FROM counted GROUP BY area),
described AS (
    SELECT area, list([measure, CAST(value AS VARCHAR)] ORDER BY measure) AS facts FROM ({_FACTS}) GROUP BY area)
SELECT area, 'share of demands that are failure demand' AS what, counts, "of", periods, facts,
       (SELECT list([CAST("at" AS VARCHAR), coalesce(changes.area, '')] ORDER BY "at") FROM changes
        WHERE kind = 'method' AND "at" IS NOT NULL AND person_id IS NULL) AS methods
FROM described FULL JOIN series USING (area)
ORDER BY area"""
"""Of each place the share of failure demand month by month, its context, and the changes of method anywhere."""


@dataclass(frozen=True)
class Peer:
    """One near place, with the feature that makes them most alike and the one in which they differ most.

    `kept` is how often it stays among the nearest when one feature is left out; `unsteady` below 70%.
    """

    place: str
    distance: float
    kept: float
    alike_in: str
    differ_in: str

    @property
    def unsteady(self) -> bool:
        return self.kept < KEPT


@dataclass(frozen=True)
class Helped:
    """A place that had the same signal, and when it had lastingly come back."""

    place: str
    since: date
    back: date


def peers(rows: Sequence[Row], k: int = K) -> dict[str, tuple[Peer, ...]]:
    """The k nearest of each place, nearest first; only features known for every place are used.

    Raises ValueError with fewer than three places, or no feature in which they differ.
    """
    facts = {(row["area"], row["measure"]): float(row["value"]) for row in rows if _describes(row["measure"])}
    names = sorted({measure for _, measure in facts})
    places = sorted({area for area, _ in facts})
    used = [name for name in names if all((place, name) in facts for place in places)]
    if not used:
        raise ValueError("no feature of context is known for every place")
    values = np.array([[facts[place, name] for name in used] for place in places])
    return {
        place: tuple(
            Peer(places[at], away, kept, alike, differ)
            for at, away, kept, alike, differ in zip(
                found.places, found.distances, found.kept, found.nearer, found.farther, strict=True
            )
        )
        for place, found in zip(places, nearest(values, used, k), strict=True)
    }


def _describes(measure: str) -> bool:
    return any(measure == one or measure.startswith(f"{one}_") for one in CONTEXT)


def came_back(chart: Watched, since: int) -> int | None:
    """The point from which a chart that signalled at `since` stays for seven points on the other side of its centre."""
    side = np.sign(chart.values - chart.centre)
    for at in range(since + 1, len(side) - SUSTAINED + 1):
        if side[since] and (side[at : at + SUSTAINED] == -side[since]).all():
            return at
    return None


def who_can_help(
    asking: Mapping[str, date], near: Mapping[str, Sequence[Peer]], helped: Sequence[Helped]
) -> dict[str, Helped]:
    """For each place that asks, a peer that had the same signal earlier and came back, the most recent first.

    No place is asked more than twice. `asking` holds since when each has its signal.
    """
    askers, helpers = sorted(asking), sorted(helped, key=lambda one: one.place)
    if not askers or not helpers:
        return {}
    latest = max(one.back for one in helpers)
    cost = np.full((len(askers), len(helpers)), np.inf)
    for i, asker in enumerate(askers):
        known = {one.place for one in near.get(asker, ())}
        for j, one in enumerate(helpers):
            if one.place in known and one.since < asking[asker]:
                cost[i, j] = (latest - one.back).days
    return {askers[i]: helpers[j] for i, j in assign(cost, MOST_REQUESTS)}


def to_ask(rows: Sequence[Row], k: int = K) -> dict[str, tuple[date, Helped]]:
    """For each place whose share of failure demand is up: since when, and the peer to ask that had the same before.

    One row for each place, as the query makes them. Raises ValueError, saying why, where there is nobody to ask.
    """
    facts = [{"area": row["area"], "measure": fact[0], "value": fact[1]} for row in rows for fact in row["facts"] or ()]
    near = peers(facts, k)
    charts = {row["area"]: (row, chart) for row in rows if row["counts"] and (chart := charted(row)) is not None}
    if not charts:
        raise ValueError(
            f"no place has {FEWEST_FULL} months with {RARE_BELOW} or more demands a month that can be told apart"
        )
    asking: dict[str, date] = {}
    helped: list[Helped] = []
    for place, (row, chart) in charts.items():
        methods = [date.fromisoformat(on[:10]) for on, where in row["methods"] or () if where in ("", place)]
        spells = _spells(chart, settling(chart.periods, methods))
        if spells and spells[-1][1] is None:
            asking[place] = spells[-1][0]
        helped += [Helped(place, since, back) for since, back in spells[-1:] if back is not None]
    if not asking:
        raise ValueError("no place shows a sign that more is asked again and has not come back")
    if not helped:
        raise ValueError("no place in which more was asked again has lastingly come back")
    found = who_can_help(asking, near, helped)
    if not found:
        raise ValueError("no place that lastingly came back had the sign before one like it")
    return {place: (asking[place], found[place]) for place in sorted(found)}


def _spells(chart: Watched, quiet: frozenset[str]) -> list[tuple[date, date | None]]:
    """Each time the share went up: the month of the first sign, and the one from which it had lastingly come back.

    A sign is a point above the centre that breaks any rule, outside the months in which a new method settles.
    """
    days = [date.fromisoformat(f"{period}-01") for period in chart.periods]
    signs = chart.signals.any & (chart.values > chart.centre)
    spells: list[tuple[date, date | None]] = []
    until = 0
    for at in np.flatnonzero(signs).tolist():
        if at < until or chart.periods[at] in quiet:
            continue
        back = came_back(chart, at)
        spells.append((days[at], None if back is None else days[back]))
        until = len(days) if back is None else back
    return spells


def _who(rows: list[Row], context: Context) -> list[Row]:
    try:
        found = to_ask(rows)
    except ValueError as why:
        return [{"value": None, "note": f"Refused: {why}."}]
    end: date = context.settings.window_end
    return [
        {
            "group": f"{place}>{one.place}",
            "value": (end.year - one.back.year) * 12 + end.month - one.back.month,
            "note": f"A sign in {place} from about {since:%B %Y}. {one.place} had the same from about"
            f" {one.since:%B %Y}, and it lastingly came back from about {one.back:%B %Y}: ask what they did.",
        }
        for place, (since, one) in found.items()
    ]


def _figures(rows: list[Row], context: Context) -> list[Row]:
    try:
        found = peers(rows)
    except ValueError as why:
        return [{"value": None, "note": f"Refused: {why}."}]
    made: list[Row] = []
    for place, near in found.items():
        for one in sorted(near, key=lambda peer: peer.place):
            note = f"Most alike in {one.alike_in}, least in {one.differ_in}. Kept in {one.kept:.0%} of rounds with one"
            note += " feature left out" + (": unsteady." if one.unsteady else ".")
            made.append({"group": f"{place}>{one.place}", "value": one.distance, "n": len(found), "note": note})
    return made


peers_measure = Measure(
    name="peers", answers=("M111",), unit="ratio", by=(By("area>peer"),), chart="table", needs=("area_facts",),
    basis="derived", kind=Query(_FACTS, _figures), source="S3; Stat 10",
    note="By context alone; not symmetric",
    says="Which places are like this one: distances by population, age, deprivation, density, tenure, ethnicity and"
    " funding for each head, where known.",
    does_not_say="How any of them does: no performance enters, and near is not better.",
)  # fmt: skip

peers_who_came_back = Measure(
    name="peers_who_came_back", answers=("M111",), unit="months", by=(By("area>peer"),), chart="table",
    needs=("area_facts", "interactions.activity|interactions.initiated_by"), basis="derived",
    kind=Query(_ASKED_AGAIN, _who), source="S3; Stat 10",
    says="Where the share of failure demand shows a sign upward, which place like it had the same earlier and has"
    " lastingly come back, and for how many months: an offer to ask, at most two to any place, the latest first.",
    does_not_say="Which place does better, or what brought it back: an agency that began to send its rows, or wrote"
    " down less, would look alike. Ask.",
)  # fmt: skip

PEER_MEASURES: tuple[Measure, ...] = (peers_measure, peers_who_came_back)
