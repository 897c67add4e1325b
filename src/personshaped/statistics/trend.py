"""Yearly change of a monthly count, with errors that allow for months resembling their neighbours (Stat 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
LAG = 3
FEWEST_MONTHS = 12
SEASONS_FROM = 24
STABLE_WITHIN = 0.02


@dataclass(frozen=True)
class YearlyChange:
    """Change a year as a fraction (0.05 is five per cent more), its 95% interval, and the 90% one for "stable"."""

    change: float
    low: float
    high: float
    low90: float
    high90: float

    def in_words(self, within: float = STABLE_WITHIN) -> str:
        """Stable is a claim to be shown: by the 90% interval lying inside ±`within` (two one-sided tests)."""
        if -within < self.low90 and self.high90 < within:
            return f"stable within ±{within:.0%} a year"
        if self.low > 0 or self.high < 0:
            return "changing"
        return "not shown to be stable, nor to change"


def yearly_change(counts: npt.ArrayLike) -> YearlyChange:
    """Log-linear (quasi-Poisson) trend of counts of consecutive months, Newey–West errors of lag 3.

    Two pairs of seasonal terms from 24 months on. Raises ValueError below 12 months, or where nothing happened.
    """
    y = np.asarray(counts, np.float64)
    if len(y) < FEWEST_MONTHS or y.sum() <= 0:
        raise ValueError(f"a trend needs {FEWEST_MONTHS} months or more, not all empty")
    design = _design(len(y))
    slopes, mean = _fit(design, y)
    error = _newey_west(design, y - mean, mean)[1, 1] ** 0.5
    return YearlyChange(
        float(np.expm1(slopes[1])),
        *(float(np.expm1(slopes[1] + float(ndtri(p)) * error)) for p in (0.025, 0.975, 0.05, 0.95)),
    )


def _design(months: int) -> Floats:
    month = np.arange(months, dtype=np.float64)
    columns = [np.ones(months), (month - month.mean()) / 12]
    if months >= SEASONS_FROM:
        for pair in (1, 2):
            columns += [np.sin(2 * np.pi * pair * month / 12), np.cos(2 * np.pi * pair * month / 12)]
    return np.stack(columns, axis=1)


def _fit(design: Floats, y: Floats, rounds: int = 50) -> tuple[Floats, Floats]:
    """Iteratively reweighted least squares of a log-linear mean."""
    slopes = np.zeros(design.shape[1])
    slopes[0] = np.log(y.mean())
    for _ in range(rounds):
        mean = np.exp(design @ slopes)
        step = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (y - mean))
        slopes = slopes + step
        if np.abs(step).max() < 1e-10:
            break
    return slopes, np.exp(design @ slopes)


def _newey_west(design: Floats, residual: Floats, mean: Floats) -> Floats:
    """Sandwich covariance with Bartlett weights up to `LAG` months (Newey & West 1987)."""
    scores = design * residual[:, None]
    middle = scores.T @ scores
    for lag in range(1, LAG + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (LAG + 1)) * (cross + cross.T)
    bread = np.linalg.inv(design.T @ (design * mean[:, None]))
    n, k = design.shape
    covariance: Floats = bread @ middle @ bread * n / (n - k)
    return covariance
