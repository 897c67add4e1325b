"""False alarms and coincidences of many charts (Stat 9): what chance alone would show, by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from personshaped.statistics.xmr import xmr

Floats = npt.NDArray[np.float64]
REPEATS = 40


def flagged_by_chance(mean: float, moving_range: float, points: int, seed: int, repeats: int = REPEATS) -> float:
    """The part of stable charts like this one that show any signal: normal, never below 0, spread m̄R / 1.128.

    Only how far 0 lies below the mean matters, in half spreads, and beyond six it does not: charts alike share a
    simulation.
    """
    spread = moving_range / 1.128
    away = round(2 * mean / spread) / 2 if spread > 0 else 6.0
    return _by_chance(min(away, 6.0), points, seed, repeats)


@lru_cache(maxsize=256)
def _by_chance(away: float, points: int, seed: int, repeats: int) -> float:
    drawn = np.random.default_rng(seed).normal(away, 1.0, (repeats, points))
    return sum(bool(xmr(one, bounds=(0, None)).signals.any.any()) for one in np.maximum(drawn, 0)) / repeats


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
