"""How far people who coded the same words agree (Stat 14): the table first, then the coefficients.

Codes are whole numbers from 0; −1 is "did not code this one". An array of codes has one row for each item and one
column for each coder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
NOT_CODED = -1
REPEATS = 1000


@dataclass(frozen=True)
class Agreement:
    """Agreement over the items that at least two people coded; a coefficient is None where it is not defined.

    `items` and `pairs` are counts; `raw` is the share of pairs of codes that agree; `low` and `high` are the 95%
    percentile interval of `alpha`, items resampled.
    """

    items: int
    pairs: int
    raw: float | None
    kappa: float | None
    alpha: float | None
    low: float | None
    high: float | None
    ac1: float | None


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


def agreement(codes: Codes, categories: int, seed: int, repeats: int = REPEATS) -> Agreement:
    """Everything of Stat 14 for one question; κ only where exactly two people coded."""
    counts = _counts(codes, categories)
    raters = counts.sum(axis=1)
    pairs = float((raters * (raters - 1)).sum()) / 2
    raw = float((counts * (counts - 1)).sum() / 2 / pairs) if pairs else None
    kappa = cohen_kappa(confusion(codes[:, 0], codes[:, 1], categories)) if codes.shape[1] == 2 else None
    low, high = _resampled(counts, seed, repeats)
    return Agreement(
        len(counts), int(pairs), raw, kappa, _alpha(counts), low, high, gwet_ac1(codes, categories)
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


def _resampled(counts: NDArray[np.float64], seed: int, repeats: int) -> tuple[float | None, float | None]:
    if len(counts) < 10:
        return None, None
    random = np.random.default_rng(seed)
    tried = [_alpha(counts[random.integers(0, len(counts), len(counts))]) for _ in range(repeats)]
    known = [one for one in tried if one is not None]
    if len(known) < repeats / 2:
        return None, None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
