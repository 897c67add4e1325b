"""A few cases, each paired with itself: how large the difference is, and how sure one can be (Stat 4).

Sources: Hollander, Wolfe & Chicken, *Nonparametric Statistical Methods* (2014); Good, *Permutation Tests* (2000);
Davison & Hinkley, *Bootstrap Methods* (1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

FEWEST_TESTED = 6
MOST_FLIPPED = 20
"""All 2ⁿ signs are gone through; above this many cases no test is made."""
_ROUND_OFF = 1e-9


@dataclass(frozen=True)
class SignFlip:
    """How many of all 2ⁿ ways to swap old and new within cases give a mean at least as far from nothing."""

    hits: int
    of: int

    @property
    def p(self) -> float:
        return self.hits / self.of

    @property
    def floor(self) -> tuple[int, int]:
        """The smallest share that so few cases could ever give."""
        return 2, self.of


@dataclass(frozen=True)
class Shift:
    """Hodges–Lehmann estimate with its exact interval; `rank` counts Walsh averages from either end."""

    estimate: float
    low: float | None
    high: float | None
    confidence: float | None
    rank: int | None
    averages: int


@dataclass(frozen=True)
class RatioOfMeans:
    """Geometric mean of new over old with its t interval; `added` is what was added to every value."""

    ratio: float
    low: float | None
    high: float | None
    added: float


def sign_flip(differences: npt.ArrayLike) -> SignFlip | None:
    """The exact two-sided sign-flip test; None for 5 cases or fewer, and for more than 20."""
    d = np.asarray(differences, np.float64)
    if not FEWEST_TESTED <= len(d) <= MOST_FLIPPED:
        return None
    sums = np.zeros(1)
    for one in d:
        sums = np.concatenate((sums + one, sums - one))
    seen = abs(d.sum())
    return SignFlip(int((np.abs(sums) >= seen - _ROUND_OFF * max(1.0, np.abs(d).sum())).sum()), len(sums))


def cases_needed(differences: npt.ArrayLike) -> int | None:
    """How many cases would show such a mean difference at 5% in four places of five, if cases differ as these do.

    n = (z₀.₉₇₅ + z₀.₈)² s² / d̄² + z²₀.₉₇₅ / 2 (Guenther 1981), and no fewer than are tested. None of one case, or where
    the mean is nothing. What few cases show of mean and spread is itself a guess, and so is this.
    """
    d = np.asarray(differences, np.float64)
    if len(d) < 2 or d.mean() == 0:
        return None
    certain, shown = float(ndtri(0.975)), float(ndtri(0.8))
    needed = (certain + shown) ** 2 * d.var(ddof=1) / d.mean() ** 2 + certain**2 / 2
    return max(FEWEST_TESTED, int(np.ceil(needed)))


def walsh_averages(differences: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The n(n+1)/2 means of two differences, each with itself too, in order."""
    d = np.asarray(differences, np.float64)
    first, second = np.triu_indices(len(d))
    return np.sort((d[first] + d[second]) / 2)


def hodges_lehmann(differences: npt.ArrayLike, level: float = 0.95) -> Shift:
    """The median Walsh average, and the interval that Wilcoxon's signed-rank test gives.

    The confidence is the one attained, at least `level`; so few cases as cannot attain it have no interval.
    Raises ValueError without a difference.
    """
    averages = walsh_averages(differences)
    if not len(averages):
        raise ValueError("no pair, no difference")
    tails = np.cumsum(_signed_rank(len(np.asarray(differences))))
    rank = int((2 * tails <= 1 - level).sum())
    middle = float(np.median(averages))
    if rank == 0:
        return Shift(middle, None, None, None, None, len(averages))
    low, high = float(averages[rank - 1]), float(averages[-rank])
    return Shift(middle, low, high, float(1 - 2 * tails[rank - 1]), rank, len(averages))


def _signed_rank(n: int) -> npt.NDArray[np.float64]:
    """The probability of each sum of positive ranks 0 … n(n+1)/2 where signs are a coin's."""
    chance = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(len(chance) + rank)
        longer[: len(chance)] += chance / 2
        longer[rank:] += chance / 2
        chance = longer
    return chance


def geometric_ratio(old: npt.ArrayLike, new: npt.ArrayLike) -> RatioOfMeans:
    """exp(mean ln(new/old)) with its 95% t interval; 1 is added to every value where any is 0.

    Raises ValueError where a value is below 0: a ratio then says nothing.
    """
    before, after = np.asarray(old, np.float64), np.asarray(new, np.float64)
    if (before < 0).any() or (after < 0).any():
        raise ValueError("a ratio needs values that are not below 0")
    added = 1.0 if (before == 0).any() or (after == 0).any() else 0.0
    logs = np.log((after + added) / (before + added))
    middle = float(logs.mean())
    if len(logs) < 2:
        return RatioOfMeans(float(np.exp(middle)), None, None, added)
    half = float(stdtrit(len(logs) - 1, 0.975) * logs.std(ddof=1) / np.sqrt(len(logs)))
    return RatioOfMeans(float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half)), added)


@dataclass(frozen=True)
class Bootstrapped:
    """A bootstrap interval that says what it is; there is none unless someone asks for it."""

    low: float
    high: float
    resamples: int
    is_what: str = "studentised bootstrap (bootstrap-t), 95%, of the mean difference"


def bootstrap_t(differences: npt.ArrayLike, seed: int, runs: int) -> Bootstrapped | None:
    """The studentised bootstrap interval of the mean difference; None for 5 cases or fewer, all alike, or no runs.

    Other bootstrap intervals are too narrow for so few cases, so there is no other here.
    """
    d = np.asarray(differences, np.float64)
    n = len(d)
    if n < FEWEST_TESTED or d.std(ddof=1) == 0 or runs < 1:
        return None
    drawn = np.random.default_rng(seed).choice(d, (runs, n))
    errors = drawn.std(axis=1, ddof=1) / np.sqrt(n)
    known = errors > 0
    t = (drawn[known].mean(axis=1) - d.mean()) / errors[known]
    error = d.std(ddof=1) / np.sqrt(n)
    low, high = np.quantile(t, (0.025, 0.975))
    return Bootstrapped(float(d.mean() - high * error), float(d.mean() - low * error), runs)
