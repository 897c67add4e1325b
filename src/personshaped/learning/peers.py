"""Peers: places like this one by their context, never by how they do (Stat 10, M111); and who might help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.peers import KEPT, assign, nearest
from personshaped.statistics.xmr import Chart

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


def came_back(chart: Chart, since: int) -> int | None:
    """The point from which a chart that signalled at `since` stays for seven points on the other side of its mean."""
    mean = chart.values.mean()
    side = np.sign(chart.values - mean)
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
    cost = np.full((len(askers), len(helpers)), np.inf)
    for i, asker in enumerate(askers):
        known = {one.place for one in near.get(asker, ())}
        for j, one in enumerate(helpers):
            if one.place in known and one.since < asking[asker]:
                cost[i, j] = max(0, (asking[asker] - one.back).days)
    return {askers[i]: helpers[j] for i, j in assign(cost, MOST_REQUESTS)}


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

PEER_MEASURES: tuple[Measure, ...] = (peers_measure,)
