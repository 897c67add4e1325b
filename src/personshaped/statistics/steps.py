"""The largest change of level in a chart, and how rare one so large is where nothing changes (Stat 8 and 9)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from personshaped.statistics.alike import Alike, Floats, drawn
from personshaped.statistics.xmr import RUN

DRAWS = 10_000
"""Charts drawn to say how rare a step is."""
TAIL = 250
"""The largest of them, by whose fall steps beyond are told."""
RAREST = 1e-6
"""No step is called rarer: beyond, nothing was compared with draws."""


def largest_step(away: npt.ArrayLike) -> tuple[int, float]:
    """The point from which on the level differs most from before, seven points at least on either side; and how much.

    The second answer is Student's t of the two parts, infinite where neither varies; it is the same in any unit. (0, 0)
    for a series shorter than fourteen points, or all alike.
    """
    points = np.asarray(away, np.float64)[None]
    steps = _steps(points)[0]
    return (RUN + int(steps.argmax()), float(steps.max())) if steps.any() else (0, 0.0)


def step_by_chance(step: float, points: int, seed: int, alike: float | Alike = 0.0) -> float:
    """How likely a step as large, or larger, is anywhere in a chart of so many points if nothing changes.

    Simulated: normal points whose neighbours are `alike` (decision 0361), or all with all (0500). Beyond the
    draws by the fall of the largest of them (`_tail`, decision 0364), never below `RAREST`.
    """
    steps = _steps_by_chance(points, seed, _rounded(alike))
    if not len(steps):
        return 1.0
    counted = float(1 + len(steps) - np.searchsorted(steps, step - 1e-9)) / (1 + len(steps))
    among_largest = step > steps[-TAIL - 1]
    return max(min(counted, _tail(steps, step, points - 2)), RAREST) if among_largest else counted


def _tail(steps: Floats, step: float, freedom: int) -> float:
    """The chance of a step by a power law fitted to the largest draws (Hill 1975), on the cautious side.

    The chance falls with a power of 1 + t²/ν, ν / 2 in the end, as that of Student's t does; it is fitted to the draws,
    less two standard errors, and never taken as steeper than ν / 2.
    """
    fall = np.log1p(steps[-TAIL - 1 :] ** 2 / freedom)
    power = min((1 - 2 / TAIL**0.5) / float((fall[1:] - fall[0]).mean()), freedom / 2)
    beyond = np.log1p(step**2 / freedom) - fall[0]
    return float((TAIL + 1) / (len(steps) + 1) * np.exp(-power * beyond))


def _rounded(alike: float | Alike) -> float | Alike:
    """Charts nearly alike share their draws."""
    if isinstance(alike, tuple):
        return tuple(tuple(round(one, 3) for one in row) for row in alike)
    return round(alike, 1)


@lru_cache(maxsize=256)
def _steps_by_chance(points: int, seed: int, alike: float | Alike) -> Floats:
    found = _steps(drawn(points, seed, alike, DRAWS))
    most: Floats = np.sort(found.max(axis=1)) if found.shape[1] else np.zeros(0)
    return most


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
