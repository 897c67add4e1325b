"""Yearly change of a monthly count, and whether it is stable: a claim to be shown (Stat 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from personshaped.statistics.counts import Fitted, Floats, by_person, clustered, fit, heads, newey_west

LAG = 3
Z90 = float(ndtri(0.95))
FEWEST_MONTHS = 12
SEASONS_FROM = 24
NOT_SHOWN = "not shown to be stable, nor to change"


@dataclass(frozen=True)
class YearlyChange:
    """Change a year as a fraction (0.05 is five per cent more), its 95% interval, and the 90% one for "stable"."""

    change: float
    low: float
    high: float
    low90: float
    high90: float

    def in_words(self, within: float) -> str:
        """Stable only if the 90% interval lies inside ±`within` (two one-sided tests); else changing, or neither."""
        if -within < self.low90 and self.high90 < within:
            return f"stable within ±{within * 100:.3g}% a year"
        if self.low > 0 or self.high < 0:
            return "changing"
        return NOT_SHOWN


def yearly_change(
    counts: npt.ArrayLike, population: npt.ArrayLike | None = None, together: Floats | None = None
) -> YearlyChange:
    """Trend of counts of consecutive months, for each head where the population of each month is given.

    Negative binomial, or Poisson where the counts vary no more; two pairs of seasonal terms from 24 months on;
    Newey–West errors of lag 3, but never smaller than the model's own: over three years they come out too small by
    chance (docs/decisions/0090). Nor smaller than those clustered by person, where `together` holds for two months
    the sum over persons of what each asked in both (0344). Student's t on months less terms. Raises ValueError below
    12 months, where nothing happened, or where so little did that the interval has no end.
    """
    y = _long_enough(counts)
    design = _design(len(y))
    fitted = fit(design, y, heads(len(y), population))
    variance = max(newey_west(fitted, LAG)[1, 1], _of_model(fitted, len(y), design.shape[1]))
    if together is not None:
        variance = max(variance, by_person(fitted, design, together)[1, 1])
    return _change(fitted.slopes[1], variance, len(y) - design.shape[1])


def difference_of_changes(one: npt.ArrayLike, other: npt.ArrayLike, together: Floats | None = None) -> YearlyChange:
    """How much faster `one` changes a year than `other`: exp(β₁ − β₂) − 1.

    One model of both series, each with its own level, slope and seasons; errors clustered by month, so that what
    moves both series in one month counts once; or by person, where that is more and `together` is given: the months
    of `one`, then those of `other`, both ways. Raises ValueError as `yearly_change` does.
    """
    first, second = _long_enough(one), _long_enough(other)
    months = len(first)
    design = _design(months)
    stacked = np.vstack((np.hstack((design, design)), np.hstack((design, np.zeros_like(design)))))
    fitted = fit(stacked, np.concatenate((first, second)), np.zeros(2 * months))
    at = design.shape[1] + 1  # after the terms of `other` come those by which `one` differs from it
    variance = clustered(fitted, np.tile(np.arange(months), 2))[at, at]
    if together is not None:
        variance = max(variance, by_person(fitted, stacked, together)[at, at])
    return _change(fitted.slopes[at], variance, months - design.shape[1])


def fewest_to_show(within: float, months: int) -> int:
    """Events below which "stable within ±`within` a year" cannot be shown, however flat they are.

    The standard error of a yearly slope from M events over Y years is √12 / (Y √M) at best, and 1.645 of it must fit
    into ln(1 + within). Events of persons who ask again, and seasons, take more. To two figures, upwards.
    """
    least = 12 * (Z90 / (np.log1p(within) * months / 12)) ** 2
    step = 10 ** (np.floor(np.log10(least)) - 1)
    return int(np.ceil(least / step) * step)


def _of_model(fitted: Fitted, months: int, terms: int) -> float:
    """The slope's variance by the model; the likeliest dispersion is too small by the terms fitted beside it."""
    return float(fitted.bread[1, 1]) * (months / (months - terms) if fitted.dispersion > 0 else 1.0)


def _long_enough(counts: npt.ArrayLike) -> Floats:
    y = np.asarray(counts, np.float64)
    if len(y) < FEWEST_MONTHS or y.sum() <= 0:
        raise ValueError(f"a trend needs {FEWEST_MONTHS} months or more, not all empty")
    return y


def _change(slope: float, variance: float, freedom: int) -> YearlyChange:
    error = float(variance) ** 0.5
    with np.errstate(over="ignore"):
        limits = [float(np.expm1(slope + float(stdtrit(freedom, p)) * error)) for p in (0.025, 0.975, 0.05, 0.95)]
    if not np.isfinite(limits).all():
        raise ValueError("too little happened to tell how it changes from year to year")
    return YearlyChange(float(np.expm1(slope)), *limits)


def _design(months: int) -> Floats:
    month = np.arange(months, dtype=np.float64)
    columns = [np.ones(months), (month - month.mean()) / 12]
    if months >= SEASONS_FROM:
        for pair in (1, 2):
            columns += [np.sin(2 * np.pi * pair * month / 12), np.cos(2 * np.pi * pair * month / 12)]
    return np.stack(columns, axis=1)
