"""Where a yearly cost might have gone by its own trend: a Gamma model with a log link on the year (Stat 6, ii)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

Floats = npt.NDArray[np.float64]
FEWEST_YEARS = 4
_ROUNDS, _NEAR = 50, 1e-10


@dataclass(frozen=True)
class Trend:
    """ln E[cost] = level + growth × year; `growth` after the cap, `capped` whether the cap held it back."""

    level: float
    growth: float
    capped: bool

    def at(self, year: float) -> float:
        """The expected cost of a year."""
        return float(np.exp(self.level + self.growth * year))


def own_trend(years: npt.ArrayLike, costs: npt.ArrayLike, cap: float | None = None) -> Trend:
    """The trend of a group's yearly costs; growth above `cap` (a yearly factor) is held at it, from the last year on.

    Raises ValueError with fewer than four years or a cost that is not above 0: no trend is drawn through those.
    """
    when, cost = np.asarray(years, np.float64), np.asarray(costs, np.float64)
    if len(when) < FEWEST_YEARS or (cost <= 0).any():
        raise ValueError(f"a trend needs {FEWEST_YEARS} years with a cost above 0")
    level, growth = _fitted(when, cost)
    if cap is None or growth <= np.log(cap):
        return Trend(level, growth, capped=False)
    held, last = float(np.log(cap)), float(when.max())
    return Trend(level + (growth - held) * last, held, capped=True)


def trend_range(
    years: npt.ArrayLike, costs: npt.ArrayLike, year: float, cap: float | None, seed: int, repeats: int = 999
) -> tuple[float, float]:
    """The 95% range of the trend's cost in `year`: fitted again to the line with its residuals drawn anew.

    The line lies nearer to few years than the truth does, and how far they lie from it is itself a guess: residuals are
    stretched by their leverage (Davison & Hinkley 1997, 6.2), the range by Student's t of the years less two (0505).
    """
    when, cost = np.asarray(years, np.float64), np.asarray(costs, np.float64)
    n, middle = len(cost), own_trend(years, costs, cap).at(year)
    line = np.exp(np.polyval(_fitted(when, cost)[::-1], when))
    design = np.column_stack([np.ones(n), when])
    apart = np.log(cost / line) / np.sqrt(1 - np.diagonal(design @ np.linalg.pinv(design)))
    apart = (apart - apart.mean()) * np.sqrt(n / (n - 1))
    dice = np.random.default_rng(seed)
    drawn = [own_trend(when, line * np.exp(dice.choice(apart, n)), cap).at(year) for _ in range(repeats)]
    ends = np.quantile(np.log(np.array(drawn) / middle), (0.025, 0.975)) * float(stdtrit(n - 2, 0.975) / ndtri(0.975))
    low, high = middle * np.exp(ends)
    return float(low), float(high)


def _fitted(when: Floats, cost: Floats) -> tuple[float, float]:
    """Level and growth by iterated least squares; with a log link the Gamma model's weights are all one."""
    design = np.column_stack([np.ones_like(when), when])
    found = np.linalg.lstsq(design, np.log(cost), rcond=None)[0]
    for _ in range(_ROUNDS):
        line = np.exp(design @ found)
        step = np.linalg.lstsq(design, (cost - line) / line, rcond=None)[0]
        found = found + step
        if np.abs(step).max() < _NEAR:
            break
    return float(found[0]), float(found[1])
