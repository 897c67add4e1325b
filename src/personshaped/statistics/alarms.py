"""False alarms and coincidences of many charts (Stat 9): what chance alone would show, by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, nbdtrik, ndtr, pdtr, pdtrik

from personshaped.statistics.xmr import D2, RUN, flagged

Floats = npt.NDArray[np.float64]
REPEATS = 400
STEPS_DRAWN = 10_000
"""Charts drawn to say how rare a step is."""
TAIL = 250
"""The largest of them, by whose fall steps beyond are told."""
RAREST = 1e-6
"""No step is called rarer: beyond, nothing was compared with draws."""
FALSE_PART = 0.05
"""Of the charts named among all of them, the part that may be there by chance, on average over many such studies."""


MOST_ALIKE = 0.9


def resemblance(values: npt.ArrayLike) -> float:
    """How much neighbouring points are alike, 0 to 0.9."""
    return float(np.clip(leaning(values), 0.0, MOST_ALIKE))


def middle_resemblance(charts: Sequence[npt.ArrayLike]) -> float:
    """That of the middle chart. Each may come out below 0 by chance: taken as 0 before, the middle is too high."""
    return float(np.clip(np.median([leaning(one) for one in charts]), 0.0, MOST_ALIKE)) if charts else 0.0


def leaning(values: npt.ArrayLike) -> float:
    """ρ = 1 + 2 r, r the lag-1 correlation of the differences; about 0, either side, where no point leans on another.

    A lasting step moves the correlation of the points themselves, but only one difference; differences beyond three
    robust spreads count as three. 0 where fewer than two differences are not 0.
    """
    steps = np.diff(np.asarray(values, np.float64))
    n = len(steps)
    if n < 5 or np.count_nonzero(steps) < 2:
        return 0.0
    most = 3 * 1.4826 * float(np.median(np.abs(steps))) or float(np.abs(steps).max())
    steps = np.clip(steps, -most, most)
    # there is one product fewer than there are squares
    return float(1 + 2 * (steps[1:] @ steps[:-1]) / (n - 1) / (steps @ steps) * n)


def flagged_by_chance(
    mean: float, moving_range: float, points: int, seed: int, alike: float = 0.0, repeats: int = REPEATS
) -> float:
    """The part of stable charts like this one that show any signal: normal, never below 0, neighbours `alike`.

    The spread is m̄R / (1.128 √(1 − alike)). Only how far 0 lies below the mean matters, in half spreads, and beyond
    six it does not: charts alike share a simulation.
    """
    near = round(alike, 1)
    spread = moving_range / (D2 * (1 - near) ** 0.5)
    away = round(2 * mean / spread) / 2 if spread > 0 else 6.0
    return _by_chance(min(away, 6.0), points, seed, near, repeats)


def counts_flagged_by_chance(
    mean: float, moving_range: float, points: int, seed: int, alike: float = 0.0, repeats: int = REPEATS
) -> float:
    """The same for a chart of counts: Poisson, or negative binomial where the chart varies more than that.

    Counts are whole and lean to the high side, so that a few more of their charts flag. Means to two figures and
    variances to half a mean share a simulation.
    """
    near = round(alike, 1)
    variance = (moving_range / D2) ** 2 / (1 - near)
    middle = float(f"{mean:.2g}")
    times = min(max(round(2 * variance / mean) / 2, 1.0), 20.0) if mean > 0 else 1.0
    return _counts_by_chance(middle, times, points, seed, near, repeats)


@lru_cache(maxsize=256)
def _by_chance(away: float, points: int, seed: int, alike: float, repeats: int) -> float:
    return _flagged(np.maximum(_leaning(points, seed, alike, repeats) + away, 0))


@lru_cache(maxsize=512)
def _counts_by_chance(mean: float, times: float, points: int, seed: int, alike: float, repeats: int) -> float:
    return _flagged(_counts_at(ndtr(_leaning(points, seed, alike, repeats)), mean, times))


def _counts_at(part: Floats, mean: float, times: float) -> Floats:
    """The counts below which `part` of all lie, of a variance of `times` the mean: looked up, not solved one by one."""
    ends = np.array([part.min(), part.max()])
    if times <= 1:
        low, high = np.maximum(np.ceil(pdtrik(ends, mean)), 0)
        counts = np.arange(low, high + 1)
        below = pdtr(counts, mean)
    else:
        size, chance = mean / (times - 1), 1 / times
        low, high = np.maximum(np.ceil(nbdtrik(ends, size, chance)), 0)
        counts = np.arange(low, high + 1)
        below = betainc(size, counts + 1, chance)
    found: Floats = counts[np.minimum(np.searchsorted(below, part), len(counts) - 1)]
    return found


def _leaning(points: int, seed: int, alike: float, repeats: int) -> Floats:
    """Normal series in which each point leans on the one before, and the spread stays 1."""
    drawn = np.random.default_rng(seed).normal(0.0, 1.0, (repeats, points))
    for at in range(1, points):
        drawn[:, at] = alike * drawn[:, at - 1] + (1 - alike**2) ** 0.5 * drawn[:, at]
    return drawn


def _flagged(drawn: Floats) -> float:
    return float(flagged(drawn).mean())


def largest_step(away: npt.ArrayLike) -> tuple[int, float]:
    """The point from which on the level differs most from before, seven points at least on either side; and how much.

    The second answer is Student's t of the two parts, infinite where neither varies; it is the same in any unit. (0, 0)
    for a series shorter than fourteen points, or all alike.
    """
    points = np.asarray(away, np.float64)[None]
    steps = _steps(points)[0]
    return (RUN + int(steps.argmax()), float(steps.max())) if steps.any() else (0, 0.0)


def step_by_chance(step: float, points: int, seed: int, alike: float = 0.0) -> float:
    """How likely a step as large, or larger, is anywhere in a chart of so many points if nothing changes.

    Simulated: normal points whose neighbours are `alike` (decision 0361). Beyond the draws by the fall of the largest
    of them (`_tail`, decision 0364), never below `RAREST`.
    """
    drawn = _steps_by_chance(points, seed, round(alike, 1))
    if not len(drawn):
        return 1.0
    counted = float(1 + len(drawn) - np.searchsorted(drawn, step - 1e-9)) / (1 + len(drawn))
    among_largest = step > drawn[-TAIL - 1]
    return max(min(counted, _tail(drawn, step, points - 2)), RAREST) if among_largest else counted


def _tail(drawn: Floats, step: float, freedom: int) -> float:
    """The chance of a step by a power law fitted to the largest draws (Hill 1975), on the cautious side.

    The chance falls with a power of 1 + t²/ν, ν / 2 in the end, as that of Student's t does; it is fitted to the draws,
    less two standard errors, and never taken as steeper than ν / 2.
    """
    fall = np.log1p(drawn[-TAIL - 1 :] ** 2 / freedom)
    power = min((1 - 2 / TAIL**0.5) / float((fall[1:] - fall[0]).mean()), freedom / 2)
    beyond = np.log1p(step**2 / freedom) - fall[0]
    return float((TAIL + 1) / (len(drawn) + 1) * np.exp(-power * beyond))


@lru_cache(maxsize=256)
def _steps_by_chance(points: int, seed: int, alike: float) -> Floats:
    found = _steps(_leaning(points, seed, alike, STEPS_DRAWN))
    drawn: Floats = np.sort(found.max(axis=1)) if found.shape[1] else np.zeros(0)
    return drawn


def _steps(rows: Floats) -> Floats:
    """For each row and each place to part it, Student's t of the points before and after."""
    points = rows.shape[1]
    before = np.arange(RUN, points - RUN + 1)
    after = points - before
    sums, squares = np.cumsum(rows, axis=1), (rows**2).sum(axis=1, keepdims=True)
    left, right = sums[:, before - 1], sums[:, -1:] - sums[:, before - 1]
    within = squares - left**2 / before - right**2 / after
    within = np.where(within > 1e-12 * np.maximum(squares, 1e-300), within, 0.0)
    apart = np.abs(right / after - left / before)
    error = np.sqrt(within / (points - 2) * (1 / before + 1 / after))
    found: Floats = np.divide(apart, error, out=np.where(apart > 1e-12, np.inf, 0.0), where=error > 0)
    return found


def discovered(chances: npt.ArrayLike, part: float = FALSE_PART) -> npt.NDArray[np.bool_]:
    """Which of many findings stand with false discovery control (Benjamini & Hochberg 1995).

    Over many studies at most `part` of what stands is there by chance, on average; where nothing at all changes,
    anything stands in at most that part of the studies. It says nothing of the findings of one study.
    """
    p = np.asarray(chances, np.float64)
    ordered = np.sort(p)
    kept = ordered[ordered <= part * np.arange(1, len(p) + 1) / max(len(p), 1)]
    stand: npt.NDArray[np.bool_] = p <= (kept[-1] if len(kept) else -1.0)
    return stand


def coincidences(
    joined: Sequence[tuple[int, int]], begins: Sequence[Sequence[int]], points: int, near: int
) -> tuple[int, Floats]:
    """How many joined pairs have signals that begin within `near` points of each other; and the same for every shift.

    In the second answer one series of each pair is turned round in time by 1, 2, … points, the end coming round to
    the beginning: what coincidence alone would show.
    """

    def together(one: int, other: int, by: int) -> bool:
        return any(abs((a + by) % points - b) <= near for a in begins[one] for b in begins[other])

    shifts = range(near + 1, max(near + 1, points - near))
    found = sum(together(one, other, 0) for one, other in joined)
    chance = np.array([sum(together(one, other, by) for one, other in joined) for by in shifts], np.float64)
    return found, chance
