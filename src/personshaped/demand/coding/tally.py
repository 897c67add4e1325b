"""A week of counting at the front door: which hours to sit with whom, and what the tally then says (Stat 14).

Demand that leaves no record, and the words of demand that does, are only heard at the point of contact. Hours are
drawn systematically over the days and seasons that are named, so that each hour has a known chance.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.special import stdtrit

from personshaped.statistics.designed import Numbers, how_many
from personshaped.statistics.wilson import wilson

EFFECT = 2.0
"""How much wider an interval is because demands of one day are alike (design effect, Stat 14)."""


@dataclass(frozen=True)
class Door:
    """A front door and its hours: `opens` and `closes` in whole hours, `days` as 0 (Monday) to 6; demands an hour."""

    name: str
    opens: int
    closes: int
    days: tuple[int, ...]
    an_hour: float


@dataclass(frozen=True)
class Sitting:
    """One hour at one door, with the chance it had of being drawn."""

    door: str
    on: date
    hour: int
    chance: float


@dataclass(frozen=True)
class Plan:
    """A tally week: whom to sit with and when, how many demands that should hear, how many are wanted, and how many
    hours the doors are open in all."""

    sittings: tuple[Sitting, ...]
    expected: float
    wanted: int
    weeks: tuple[date, ...]
    open_hours: int
    busiest: Door


def plan(
    doors: Sequence[Door], weeks: Sequence[date], share: float, within: float, effect: float, most: int, seed: int
) -> Plan | None:
    """Hours drawn systematically from all open hours of the weeks (each named by its Monday); None if none hears any.

    As many as should hear the demands that know a `share` to ± `within` at a design effect of `effect` (Stat 14):
    80% ± 5 points needs 246, twice that at an effect of 2; never more than `most` hours. An hour's chance goes by the
    root of the demands it should hear, which for so many hours makes the interval shortest (Neyman 1934).
    """
    wanted = how_many(share, within, effect)
    hours = [
        (door, week + timedelta(days=day), hour)
        for week in weeks
        for door in doors
        for day in door.days
        for hour in range(door.opens, door.closes)
    ]
    hears = np.array([door.an_hour for door, _, _ in hours])
    if hears.sum() <= 0:
        return None
    counts = range(1, len(hours))
    taken = 1 + bisect_left(counts, float(wanted), key=lambda n: float((_chances(hears, n) * hears).sum()))
    chance = _chances(hears, min(taken, most))
    start = np.random.default_rng(seed).random()
    passed = np.floor(np.cumsum(chance) + start + 1e-9)
    chosen = np.nonzero(np.diff(passed, prepend=np.floor(start)))[0]
    sittings = tuple(Sitting(hours[i][0].name, hours[i][1], hours[i][2], float(chance[i])) for i in chosen)
    busiest = max(doors, key=lambda door: door.an_hour)
    return Plan(sittings, float(hears[chosen].sum()), wanted, tuple(weeks), len(hours), busiest)


def _chances(hears: Numbers, taken: int) -> Numbers:
    """Chances that sum to `taken`, by the root of what each hour hears; none above one."""
    chance = np.zeros(len(hears))
    certain = np.zeros(len(hears), dtype=bool)
    root = np.sqrt(hears)
    while True:
        left = ~certain & (root > 0)
        chance = np.where(certain, 1.0, 0.0)
        if left.any():
            chance[left] = root[left] * (taken - certain.sum()) / root[left].sum()
        above = left & (chance > 1)
        if not above.any():
            return np.minimum(chance, 1.0)
        certain |= above


@dataclass(frozen=True)
class Tallied:
    """What one sitting heard: demands told apart, and how many of them were failure demand."""

    sitting: Sitting
    demands: int
    failure: int


@dataclass(frozen=True)
class TallyShare:
    """The share of failure demand over all hours of the weeks; no interval from fewer than three days."""

    value: float
    low: float | None
    high: float | None
    n: int
    days: int


def share(tallied: Sequence[Tallied]) -> TallyShare | None:
    """Weighted by 1/chance, with an interval over days as clusters (linearised ratio, Wilson, Student's t on days − 1).

    Days that are all alike do not show how days differ: demands then count one by one.
    """
    heard = [one for one in tallied if one.demands]
    if not heard:
        return None
    weight = np.array([1 / one.sitting.chance for one in heard])
    asked = weight * np.array([one.demands for one in heard])
    failed = weight * np.array([one.failure for one in heard])
    value = float(failed.sum() / asked.sum())
    days = sorted({one.sitting.on for one in heard})
    day = np.array([days.index(one.sitting.on) for one in heard])
    n = sum(one.demands for one in heard)
    if len(days) < 3:
        return TallyShare(value, None, None, n, len(days))
    left = np.bincount(day, weights=failed - value * asked)
    spread = float((left**2).sum()) * len(days) / (len(days) - 1) / asked.sum() ** 2
    effective = value * (1 - value) / spread if spread > 1e-12 / n and 0 < value < 1 else n
    low, high = wilson(value * effective, effective, float(stdtrit(len(days) - 1, 0.975)))
    return TallyShare(value, low, high, n, len(days))
