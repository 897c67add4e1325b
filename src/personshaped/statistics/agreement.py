"""How far people who coded the same words agree (Stat 14): the table first, then the coefficients.

Codes are whole numbers from 0; −1 is "did not code this one". An array of codes has one row for each item and one
column for each coder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personshaped.statistics.wilson import wilson

Codes = NDArray[np.int64]
NOT_CODED = -1
REPEATS = 1000
FEWEST = 20
"""Of fewer items a coefficient can be nearly anything, and none is shown."""


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with its 95% percentile interval, items resampled; no ends where resampling cannot tell any."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Agreement:
    """Agreement over the items that at least two people coded.

    `items` and `pairs` (of codes) are counts, `alike` the pairs that agree; `low` and `high` are Wilson's ends of that
    share at the number of items. A coefficient is None where it is not defined, and of fewer items than asked for.
    """

    items: int
    pairs: int
    alike: int
    low: float | None
    high: float | None
    kappa: Coefficient | None
    alpha: Coefficient | None
    ac1: Coefficient | None

    @property
    def raw(self) -> float | None:
        """The share of pairs of codes that agree."""
        return self.alike / self.pairs if self.pairs else None


def confusion(first: Codes, second: Codes, categories: int) -> Codes:
    """How often the first coder gave a and the second b, over the items that both coded: categories × categories."""
    both = (first != NOT_CODED) & (second != NOT_CODED)
    return np.bincount(first[both] * categories + second[both], minlength=categories**2).reshape(categories, -1)


def cohen_kappa(table: Codes) -> float | None:
    """Cohen's κ (1960) of a confusion table; None where there is nothing to agree on beyond chance."""
    n = table.sum()
    if n == 0:
        return None
    seen = np.trace(table) / n
    chance = float(table.sum(axis=0) @ table.sum(axis=1)) / n**2
    return None if chance == 1 else float((seen - chance) / (1 - chance))


def krippendorff_alpha(codes: Codes, categories: int) -> float | None:
    """Krippendorff's α for names (2011): any number of coders, gaps allowed; None where only one code was given."""
    return _alpha(_counts(codes, categories))


def gwet_ac1(codes: Codes, categories: int) -> float | None:
    """Gwet's AC1 (2008): agreement beyond chance that holds up where one code is rare; None without any pair."""
    counts = _counts(codes, categories)
    if not len(counts) or categories < 2:
        return None
    raters = counts.sum(axis=1)
    seen = float(((counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))).mean())
    usual = (counts / raters[:, None]).mean(axis=0)
    chance = float((usual * (1 - usual)).sum()) / (categories - 1)
    return (seen - chance) / (1 - chance)


def agreement(codes: Codes, categories: int, seed: int, repeats: int = REPEATS, fewest: int = FEWEST) -> Agreement:
    """Everything of Stat 14 for one question; κ only where exactly two people coded, nothing of fewer than `fewest`."""
    rows = codes[(codes != NOT_CODED).sum(axis=1) >= 2]
    counts = _counts(rows, categories)
    raters = counts.sum(axis=1)
    pairs, alike = (round(float((one * (one - 1)).sum()) / 2) for one in (raters, counts))
    low, high = wilson(alike / pairs * len(rows), len(rows)) if pairs else (None, None)

    def found(measure: Callable[[Codes], float | None]) -> Coefficient | None:
        value = measure(rows) if len(rows) >= fewest else None
        return None if value is None else Coefficient(value, *_resampled(rows, measure, seed, repeats))

    def kappa(some: Codes) -> float | None:
        return cohen_kappa(confusion(some[:, 0], some[:, 1], categories)) if some.shape[1] == 2 else None

    return Agreement(
        len(rows), pairs, alike, low, high, found(kappa),
        found(lambda some: krippendorff_alpha(some, categories)), found(lambda some: gwet_ac1(some, categories)),
    )  # fmt: skip


def _counts(codes: Codes, categories: int) -> NDArray[np.float64]:
    """How many coders gave each code to each item, for the items that two or more coded."""
    rows, columns = np.nonzero(codes != NOT_CODED)
    counts = np.zeros((len(codes), categories))
    np.add.at(counts, (rows, codes[rows, columns]), 1)
    return counts[counts.sum(axis=1) >= 2]


def _alpha(counts: NDArray[np.float64]) -> float | None:
    raters = counts.sum(axis=1)
    n = raters.sum()
    totals = counts.sum(axis=0)
    if n == 0 or totals.max() == n:
        return None
    differ = ((raters**2 - (counts**2).sum(axis=1)) / (raters - 1)).sum() / n
    chance = (n**2 - float(totals @ totals)) / (n * (n - 1))
    return float(1 - differ / chance)


def _resampled(
    rows: Codes, measure: Callable[[Codes], float | None], seed: int, repeats: int
) -> tuple[float | None, float | None]:
    random = np.random.default_rng(seed)
    tried = [measure(rows[random.integers(0, len(rows), len(rows))]) for _ in range(repeats)]
    known = [one for one in tried if one is not None]
    if len(known) < repeats / 2 or max(known) == min(known):
        return None, None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
