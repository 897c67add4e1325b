"""False alarms and coincidences of many charts (Stat 9): what chance alone would show, by simulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, gammaln, nbdtrik, ndtr, pdtr, pdtrik

from personshaped.statistics.alike import MOST, Floats, drawn
from personshaped.statistics.varying import steady
from personshaped.statistics.xmr import D2, broken, flagged, moving_ranges

REPEATS = 2000
"""Charts drawn of each kind: how many of them flag is then known to one in a hundred."""
SHARES_DRAWN = 400
"""The same for shares: each chart has its own denominators, and its own draws."""
NORMAL_FROM = 50
"""From so many events either way a share is drawn as normal."""
FALSE_PART = 0.05
"""Of the charts named among all of them, the part that may be there by chance, on average over many such studies."""


def flagged_by_chance(
    mean: float, moving_range: float, points: int, seed: int, alike: float = 0.0, repeats: int = REPEATS
) -> float:
    """The part of stable charts like this one that show any signal: normal, never below 0, neighbours `alike`.

    The spread is m̄R / (1.128 √(1 − alike)). Only how far 0 lies below the mean matters, in half spreads, and beyond
    six it does not: charts alike share a simulation.
    """

    def chance(near: float) -> float:
        spread = moving_range / (D2 * (1 - near) ** 0.5)
        away = round(2 * mean / spread) / 2 if spread > 0 else 6.0
        return _by_chance(min(away, 6.0), points, seed, near, repeats)

    return _between_tenths(alike, chance)


def counts_flagged_by_chance(
    mean: float, moving_range: float, points: int, seed: int, alike: float = 0.0, repeats: int = REPEATS
) -> float:
    """The same for a chart of counts: Poisson, or negative binomial where the chart varies more than that.

    Counts are whole and lean to the high side, so that a few more of their charts flag. Means to two figures and
    variances to half a mean share a simulation.
    """

    def chance(near: float) -> float:
        variance = (moving_range / D2) ** 2 / (1 - near)
        middle = float(f"{mean:.2g}")
        times = min(max(round(2 * variance / mean) / 2, 1.0), 20.0) if mean > 0 else 1.0
        return _counts_by_chance(middle, times, points, seed, near, repeats)

    return _between_tenths(alike, chance)


def shares_flagged_by_chance(
    centre: float, moving_range: float, below: Floats, seed: int, alike: float = 0.0, repeats: int = SHARES_DRAWN
) -> float:
    """The same for a chart of shares: binomial, or beta-binomial where the chart varies more than that.

    With few below the line a share takes few values, most of them well within the limits: fewer of such charts flag
    than normal ones would, and where nearly all or nearly none count, more. Charted as in `watched`: plain where what
    is below the line is steady, else with p′ limits.
    """
    each = np.sqrt(centre * (1 - centre) / below)
    if float(below.mean()) * centre * (1 - centre) >= NORMAL_FROM:
        return flagged_by_chance(centre, moving_range, len(below), seed, alike)

    def chance(near: float) -> float:
        times = (moving_range / D2 / float(each.mean())) ** 2 / (1 - near)
        parts = _parts(len(below), seed, near, repeats)
        events = np.column_stack([_events(part, int(n), centre, _beyond(times, below)) for part, n in
                                  zip(parts.T, below, strict=True)])  # fmt: skip
        return float((flagged(events / below) if steady(below) else _weighted_flagged(events, below)).mean())

    return _between_tenths(alike, chance)


def _between_tenths(alike: float, chance: Callable[[float], float]) -> float:
    """The chance at this resemblance, on the line between those at the tenths about it."""
    low = int(np.floor(10 * alike + 1e-9))
    part = 10 * alike - low
    least = chance(low / 10)
    return least if part < 0.01 or low / 10 >= MOST else float((1 - part) * least + part * chance((low + 1) / 10))


@lru_cache(maxsize=256)
def _by_chance(away: float, points: int, seed: int, alike: float, repeats: int) -> float:
    return float(flagged(np.maximum(drawn(points, seed, alike, repeats) + away, 0)).mean())


@lru_cache(maxsize=512)
def _counts_by_chance(mean: float, times: float, points: int, seed: int, alike: float, repeats: int) -> float:
    parts = _parts(points, seed, alike, repeats)
    order = _order(points, seed, alike, repeats)
    counts = np.empty(parts.size)
    counts[order] = _counts_at(parts.ravel()[order], mean, times)
    return float(flagged(counts.reshape(parts.shape)).mean())


@lru_cache(maxsize=16)
def _parts(points: int, seed: int, alike: float, repeats: int) -> Floats:
    """Drawn series as parts of all outcomes: the same for every mean and variance, so drawn once."""
    found: Floats = ndtr(drawn(points, seed, alike, repeats))
    return found


@lru_cache(maxsize=16)
def _order(points: int, seed: int, alike: float, repeats: int) -> npt.NDArray[np.intp]:
    return np.argsort(_parts(points, seed, alike, repeats), axis=None)


def _counts_at(part: Floats, mean: float, times: float) -> Floats:
    """The counts below which each `part` of all lies, of a variance of `times` the mean; parts in order, least first.

    Each count takes the parts up to its own: looked up once for each count, not for each part.
    """
    ends = part[[0, -1]]
    if times <= 1:
        low, high = np.maximum(np.ceil(pdtrik(ends, mean)), 0)
        counts = np.arange(low, high + 1)
        below = pdtr(counts, mean)
    else:
        size, chance = mean / (times - 1), 1 / times
        low, high = np.maximum(np.ceil(nbdtrik(ends, size, chance)), 0)
        counts = np.arange(low, high + 1)
        below = betainc(size, counts + 1, chance)
    upto = np.searchsorted(part, below, side="right")
    upto[-1] = len(part)
    found: Floats = np.repeat(counts, np.diff(upto, prepend=0))
    return found


def _beyond(times: float, below: Floats) -> float:
    """How alike two events of one month are (ρ of the beta-binomial) where shares vary `times` as much as binomial."""
    return float(np.clip((times - 1) / max(float(below.mean()) - 1, 1.0), 0.0, MOST))


def _events(parts: Floats, n: int, centre: float, within: float) -> Floats:
    """The events of n below which these parts of all outcomes lie."""
    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    if within > 0:
        a, b = (one * (1 - within) / within for one in (centre, 1 - centre))
        logs = ways + betaln(k + a, n - k + b) - betaln(a, b)
    else:
        logs = ways + k * np.log(centre) + (n - k) * np.log1p(-centre)
    found: Floats = np.minimum(np.searchsorted(np.cumsum(np.exp(logs)), parts), n).astype(np.float64)
    return found


def _weighted_flagged(events: Floats, below: Floats) -> npt.NDArray[np.bool_]:
    """Whether each row shows a signal on a p′ chart: `laney_p(row, below).signals.any.any()`, all at once."""
    centre = events.sum(axis=1, keepdims=True) / below.sum()
    each = np.sqrt(centre * (1 - centre) / below)
    away = events / below - centre
    z = np.divide(away, each, out=np.zeros_like(away), where=each > 0)
    return broken(events / below, away, 3 / D2 * moving_ranges(z)[:, None] * each)


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
