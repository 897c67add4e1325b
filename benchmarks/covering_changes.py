"""How many of 500 repeats the 95% intervals of what changed hold the truth: the rest of those that the spec promises.

    python benchmarks/covering_changes.py [REPEATS [SEED [ONLY]]]

Cases beside those who declined (Stat 4), two ways of working (Stat 3), interrupted series (Stat 5), a group's own trend
(Stat 6), coders and tally weeks (Stat 14), events per person and year (M088). The others are in `covering.py`,
`intervals.py` and `honest_shares.py`. ONLY is a part of a heading, to run those headings alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import numpy as np
from covering import Held, Once, Random, holds, sums, told

from personshaped.demand.coding import tally
from personshaped.demand.coding.drift import change_between
from personshaped.learning.old_new import Pair, by_itself
from personshaped.statistics.agreement import agreement
from personshaped.statistics.clustered import rate
from personshaped.statistics.interrupted import Times, controlled, interrupted
from personshaped.statistics.pairs import geometric_ratio
from personshaped.statistics.restricted import difference, restricted_mean
from personshaped.statistics.trajectory import trend_range
from personshaped.statistics.worst_times import ancova, difference_in_differences

# --- cases ---------------------------------------------------------------------------------------------------


def beside_declined(n: int, others: int, skewed: bool, random: Random) -> Held:
    """n cases and others who declined, from the same level: 300 less than they, and 0.5 of what was goes on."""

    def years(many: int, less: float) -> tuple[np.ndarray, np.ndarray]:
        old = random.gamma(2, 500, many) if skewed else random.normal(1000, 300, many)
        noise = random.gamma(2, 150, many) - 300 if skewed else random.normal(0, 250, many)
        return old, 500 + 0.5 * old + noise - less

    (old, new), (other_old, other_new) = years(n, 300), years(others, 0)
    did = difference_in_differences(old, new, other_old, other_new)
    along = ancova(old, new, other_old, other_new)
    ratio = geometric_ratio(np.exp(random.normal(7, 1, n)), np.exp(random.normal(7 - 0.5, 1, n)))
    return [
        holds((did.low, did.high), -300), None if along is None else holds((along.low, along.high), -300),
        holds((ratio.low, ratio.high), float(np.exp(-0.5))),
    ]  # fmt: skip


def beyond_usual(n: int, others: int, skewed: bool, random: Random) -> Held:
    """New less what would be expected of n cases taken on at their worst, of whom a fifth of what is usual is spared.

    Levels lie 15 apart around 100, years 20 around their level; skewed: both by gamma of the same mean and spread.
    """

    def drawn(mean: np.ndarray, apart: float) -> np.ndarray:
        return random.gamma((mean / apart) ** 2, apart**2 / mean) if skewed else random.normal(mean, apart)

    level = drawn(np.full(n + others, 100.0), 15)
    old, new = drawn(level, 20), drawn(level, 20)
    worst = np.argsort(-old)[:n]
    rest = np.setdiff1d(np.arange(n + others), worst)
    pairs = [Pair(str(at), float(old[at]), float(new[at]) - 20) for at in worst]
    found = by_itself(pairs, [], [(float(old[at]), float(new[at])) for at in rest]).beyond_shift
    return [None if found is None else holds((found.low, found.high), -20)]


def two_ways(n: int, random: Random) -> Held:
    """Mean days up to 180 of n persons in either way of working; exponential, of 120 and 60 days, some censored."""
    found = []
    for ends_after in (120.0, 60.0):
        days, cut = random.exponential(ends_after, n), random.uniform(100, 800, n)
        time = np.minimum(days, cut)
        if time.max() < 180:
            return [None]
        found.append(restricted_mean(time, days <= cut, np.arange(n), 180))
    true = sum(sign * after * (1 - np.exp(-180 / after)) for sign, after in ((1, 120.0), (-1, 60.0)))
    apart = difference(*found)
    return [holds((apart.low, apart.high), true)]


# --- series --------------------------------------------------------------------------------------------------

LEVEL, SLOPE = 0.7, 0.9
"""At once 0.7 times what it was, and then 0.9 times the old growth each year."""


def months(level: float, before: int, after: int, shape: float, changed: bool, random: Random) -> np.ndarray:
    at = np.arange(before + after)
    mean = level * 1.05 ** (at / 12) * (1 + 0.1 * np.cos(2 * np.pi * at / 12))
    if changed:
        mean = mean * np.where(at >= before, LEVEL * SLOPE ** ((at - before) / 12), 1)
    return random.poisson(mean * random.gamma(shape, 1 / shape, len(at)))


def steps(level: float, before: int, after: int, shape: float, random: Random) -> Held:
    try:
        found = interrupted(months(level, before, after, shape, True, random), before, 1)
        beyond = controlled(months(level, before, after, shape, True, random),
                            months(2 * level, before, after, shape, False, random), before, 1)  # fmt: skip
    except ValueError:
        return [None] * 5
    true = (LEVEL, SLOPE, LEVEL * SLOPE**0.5)
    return [
        *(_held(one, part) for one, part in zip((found.level, found.slope, found.at_6), true, strict=True)),
        _held(beyond.level, LEVEL), _held(beyond.slope, SLOPE),
    ]  # fmt: skip


def _held(one: Times | None, true: float) -> bool | None:
    return None if one is None else one.low <= true <= one.high


def by_persons(people: int, before: int, after: int, random: Random) -> Held:
    """Level and slope where who asks, asks for a stretch of months: errors by who is in which months."""
    length = before + after
    counts = np.zeros((people, length))
    begins, lasts = random.integers(-12, length, people), random.geometric(1 / 4, people)
    at = np.arange(length)
    mean = np.where(at >= before, LEVEL * SLOPE ** ((at - before) / 12), 1.0)
    inside = (at >= begins[:, None]) & (at < (begins + lasts)[:, None])
    counts[inside] = random.poisson(np.broadcast_to(mean, counts.shape)[inside])
    try:
        found = interrupted(counts.sum(axis=0), before, 1, together=counts.T @ counts)
    except ValueError:
        return [None] * 2
    return [_held(found.level, LEVEL), _held(found.slope, SLOPE)]


def own(years: int, spread: float, random: Random) -> Held:
    """Where a cost that grows by a tenth a year is expected one and three years on, from so many years of it."""
    when = np.arange(-years, 0)
    cost = 1000 * 1.1**when * random.gamma(1 / spread**2, spread**2, years)
    return [holds(trend_range(when, cost, ahead, None, 1, 200), 1000 * 1.1**ahead) for ahead in (0, 2)]


# --- people who code and count -------------------------------------------------------------------------------


def coders(items: int, part: float, slips: float, random: Random) -> Held:
    """Two coders, each wrong so often: raw agreement, κ, α and AC1."""
    true = random.random(items) < part
    codes = np.stack([true ^ (random.random(items) < slips) for _ in range(2)], axis=1).astype(int)
    found = agreement(codes, 2, 1, 400)
    seen = (1 - slips) ** 2 + slips**2
    yes = part * (1 - slips) + (1 - part) * slips
    chance, rare = yes**2 + (1 - yes) ** 2, 2 * yes * (1 - yes)
    truths = ((seen - chance) / (1 - chance), (seen - chance) / (1 - chance), (seen - rare) / (1 - rare))
    each = (found.kappa, found.alpha, found.ac1)
    return [
        holds((found.low, found.high), seen),
        *(None if one is None else holds((one.low, one.high), true) for one, true in zip(each, truths, strict=True)),
    ]


def again(items: int, random: Random) -> Held:
    """How much more often one says failure the second time: one in twelve answers goes up, one in thirty down."""
    steps = random.choice([1, 0, -1], items, p=[1 / 12, 1 - 1 / 12 - 1 / 30, 1 / 30])
    low, high = change_between(steps.tolist())[1:]
    return [holds((low, high), 1 / 12 - 1 / 30)]


def week(sittings: int, random: Random) -> Held:
    """Two weeks of sittings drawn at random over ten days; days differ, and doors are busy or quiet."""
    hours = [(date(2026, 11, 2) + timedelta(days=day), hour) for day in range(10) for hour in range(8)]
    busy = random.gamma(4, 2, len(hours))
    of_day = random.beta(16, 4, 10)
    heard = random.poisson(busy)
    failed = random.binomial(heard, [of_day[at // 8] for at in range(len(hours))])
    drawn = random.choice(len(hours), sittings, replace=False)
    tallied = [tally.Tallied(tally.Sitting("desk", *hours[at], sittings / len(hours)),
                             int(heard[at]), int(failed[at])) for at in drawn]  # fmt: skip
    found = tally.share(tallied)
    return [None if found is None else holds((found.low, found.high), 0.8)]


def events(people: int, a_year: float, random: Random) -> Held:
    """Events per person and year of people followed for different times, of whom some have many."""
    days = random.uniform(100, 730, people)
    happened = random.poisson(a_year * days / 365.25 * random.gamma(0.8, 1 / 0.8, people)).astype(float)
    return [holds(rate(sums(happened, days)), a_year / 365.25)]


def all_of_them() -> Iterator[tuple[str, tuple[str, ...], Once]]:
    for n, others, skewed in product((7, 12), (7, 30), (False, True)):
        shape = "skewed" if skewed else "normal"
        yield (f"{n} cases, {others} declined, {shape}", ("difference in differences", "ANCOVA", "ratio"),
               lambda r, n=n, o=others, s=skewed: beside_declined(n, o, s, r))  # fmt: skip
    for n, others, skewed in product((7, 12), (30, 80), (False, True)):
        others *= n
        yield (f"{n} at their worst, {others} others, {'skewed' if skewed else 'normal'}", ("new less expected",),
               lambda r, n=n, o=others, s=skewed: beyond_usual(n, o, s, r))  # fmt: skip
    for n in (15, 60, 400):
        yield f"mean days, {n} in either way", ("difference",), lambda r, n=n: two_ways(n, r)
    for level, (before, after), shape in product((10, 100), ((18, 12), (36, 24)), (8, 1e9)):
        varies = "more than Poisson" if shape < 1e9 else "Poisson"
        yield (f"interrupted, {level} a month, {before} + {after} months, {varies}",
               ("level", "slope", "6 months on", "level beyond", "slope beyond"),
               lambda r, a=level, b=before, c=after, s=shape: steps(a, b, c, s, r))  # fmt: skip
    for people in (200, 1000):
        yield (
            f"interrupted, {people} people who ask for months",
            ("level", "slope"),
            lambda r, p=people: by_persons(p, 36, 24, r),
        )
    for years, spread in product((4, 5, 8), (0.05, 0.2)):
        yield (f"own trend of {years} years, {spread:.0%} apart", ("next year", "in three"),
               lambda r, y=years, s=spread: own(y, s, r))  # fmt: skip
    for items, part, slips in product((20, 50, 200), (0.5, 0.2), (0.1, 0.02)):
        yield (f"coders, {items} items, {part:.0%} failure, {slips:.0%} slips", ("raw", "κ", "α", "AC1"),
               lambda r, i=items, p=part, s=slips: coders(i, p, s, r))  # fmt: skip
    for items in (30, 100, 400):
        yield f"answered again, {items} items", ("change",), lambda r, i=items: again(i, r)
    for sittings in (16, 30, 60):
        yield f"tally, {sittings} of 80 hours", ("share",), lambda r, s=sittings: week(s, r)
    for people, a_year in product((12, 30, 200), (0.3, 2.0)):
        yield f"events, {people} people, {a_year} a year", ("rate",), lambda r, p=people, a=a_year: events(p, a, r)


def main(repeats: int, seed: int, only: str = "") -> None:
    for name, says, once in all_of_them():
        if only in name:
            told(name, says, once, repeats, seed)


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:3], *("500", "1")[len(sys.argv[1:3]) :])), *sys.argv[3:4])
