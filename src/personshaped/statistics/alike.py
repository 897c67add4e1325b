"""How alike the points of a series are: neighbours, by the series itself; all, by the people who are in several.

Where people come independently of one another, and each brings a series of events, the covariance of the counts of two
periods is the sum over people of each one's events in the one times those in the other (a Poisson process of clusters;
Daley & Vere-Jones 2003, section 6.3). Months far apart are then alike though hardly any two are much: half a year of
correlations of 0.05 makes a level as uncertain as one correlation of 0.3 between neighbours, and no chart of three
years shows it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Alike = tuple[tuple[float, ...], ...]
"""The correlation of each point of a series with each; () where nothing is known."""
LEAST, MOST = -0.3, 0.9
"""What neighbours are taken to be alike at the least and at the most."""
LEAST_KEPT = 0.05
"""Where less is written down, what all events would show cannot be told from it; it is taken as so much."""


# --- neighbours, by the series itself ------------------------------------------------------------------------


def resemblance(values: npt.ArrayLike) -> float:
    """How much neighbouring points are alike, 0 to 0.9."""
    return float(np.clip(leaning(values), 0.0, MOST))


def middle_leaning(charts: Sequence[npt.ArrayLike]) -> float:
    """That of the middle chart, −0.3 to 0.9; 0 of none.

    Where no point leans on another each comes out below 0 as often as above: with nought put for what is below, charts
    of which a third show a sign were expected to in the mean.
    """
    return float(np.clip(np.median([leaning(one) for one in charts]), LEAST, MOST)) if charts else 0.0


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


# --- all, by the people who are in several -------------------------------------------------------------------


def together(products: npt.ArrayLike, at: Sequence[int], mean: float, kept: float = 1.0) -> Alike:
    """The correlations of the periods `at`, from the mean of the sums over people of products of their counts.

    `products` are of periods 0, 1, 2 … apart. A period of which nothing is known is not in `at` and counts as time
    passed. Where `mean` events a period are only the part `kept` of all, each written down or not by chance, those of
    all: what makes periods alike grows with the square of the part, the events themselves with the part. () where
    nothing is known, or nobody is in it.
    """
    when = np.asarray(at, np.int64)
    known = np.zeros(int(np.ptp(when)) + 1 if len(when) else 1)
    given = np.asarray(products, np.float64)[: len(known)]
    known[: len(given)] = given
    if mean <= 0 or known[0] <= 0:
        return ()
    part = max(kept, LEAST_KEPT)
    shared = known.copy()
    shared[0] = max(shared[0] - mean, 0.0)  # what is beyond each event with itself
    shared /= part**2
    shared[0] += mean / part
    by_distance = np.clip(shared / shared[0], 0.0, 1.0)
    return tuple(map(tuple, by_distance[np.abs(when[:, None] - when)].tolist()))


def quarterly(products: npt.ArrayLike) -> Floats:
    """The same of quarters, from those of months."""
    monthly = np.asarray(products, np.float64)
    quarters = len(monthly) // 3
    apart = np.abs(3 * np.arange(quarters)[:, None] + np.arange(-2, 3))
    held = np.where(apart < len(monthly), monthly[np.minimum(apart, len(monthly) - 1)], 0.0) if quarters else apart
    found: Floats = held @ np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    return found


def times_as_wide(contrast: Floats, alike: Alike) -> float:
    """How many times as wide the error of a contrast is as one made from neighbouring ranges takes it to be.

    Never less than 1. Neighbouring ranges are themselves the smaller the more alike neighbours are.
    """
    if not alike:
        return 1.0
    matrix = np.array(alike)
    variance = float(contrast @ matrix @ contrast / (contrast @ contrast))
    neighbours = float(np.diagonal(matrix, 1).mean())
    return max(1.0, variance / (1 - min(neighbours, MOST))) ** 0.5


# --- draws ---------------------------------------------------------------------------------------------------


def drawn(points: int, seed: int, alike: float | Alike, repeats: int) -> Floats:
    """Normal series of spread 1 in which each point leans on the one before, or is as alike to all others as that.

    Correlations that were estimated may fit no series: what is impossible in them is left out.
    """
    found = np.random.default_rng(seed).normal(0.0, 1.0, (repeats, points))
    if isinstance(alike, tuple):
        values, vectors = np.linalg.eigh(np.array(alike))
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        found = found @ (root / np.sqrt((root**2).sum(axis=1, keepdims=True))).T
    elif alike:
        for at in range(1, points):
            found[:, at] = alike * found[:, at - 1] + (1 - alike**2) ** 0.5 * found[:, at]
    return found
