"""Survival where the end is only known to lie between two days: "not yet" on one, "met" on the next (Stat 3).

Turnbull 1976, by self-consistency.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from personshaped.statistics.incidence import Floats, Survival

MIDDLE_BELOW = 14
"""Days between "not yet" and "met" below which the end is taken to lie in the middle."""
_ROUNDS, _ENOUGH = 2000, 1e-7


def middle_or_interval(not_yet: npt.ArrayLike, met: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both ends of each interval; a short one becomes its middle."""
    low, high = np.array(not_yet, np.float64), np.array(met, np.float64)
    short = (high > low) & (high - low < MIDDLE_BELOW)
    middle = (low + high) / 2
    low[short] = high[short] = middle[short]
    return low, high


def between(low: npt.ArrayLike, high: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Survival:
    """The likeliest survival curve when each end lies in (low, high]; equal ends are exact, infinite ones censored.

    The curve falls at the right end of each innermost interval: within one nothing is known. It carries no limits.
    """
    left, right = np.asarray(low, np.float64), np.asarray(high, np.float64)
    weight = np.ones(len(left)) if weights is None else np.asarray(weights, np.float64)
    if (right < left).any() or (left < 0).any():
        raise ValueError("an end cannot lie before the last day it had not come")
    begins, ends = _innermost(left, right)
    exact = left == right
    inside = np.where(
        exact[:, None],
        (ends == right[:, None]) & (begins == ends),
        (begins >= left[:, None]) & (ends <= right[:, None]) & (ends > left[:, None]),
    )
    share = np.full(len(ends), 1 / max(len(ends), 1))
    for _ in range(_ROUNDS):
        parts = inside * share
        fresh = (parts * (weight / parts.sum(axis=1))[:, None]).sum(axis=0) / weight.sum()
        moved, share = np.abs(fresh - share).max(initial=0.0), fresh
        if moved < _ENOUGH:
            break
    finite = np.isfinite(ends)
    times, place = np.unique(ends[finite], return_inverse=True)
    curve = np.maximum(1 - np.cumsum(np.bincount(place, weights=share[finite], minlength=len(times))), 0.0)
    followed = float(np.where(np.isfinite(right), right, left).max(initial=0.0))
    return Survival(times, curve, np.full(len(times), np.nan), np.full(len(times), np.nan), followed)


def _innermost(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Where the curve can fall: a left end followed at once by a right end; an exact day is a place of its own."""
    begins, ends = [], []
    edges = sorted({(day, 1) for day in left[left < right]} | {(day, 0) for day in right[left < right]})
    exact = sorted(set(left[left == right]))
    for (day, is_left), (after, next_is_left) in itertools.pairwise(edges):
        if is_left and not next_is_left and not any(day < one <= after for one in exact):
            begins.append(day)
            ends.append(after)
    return np.array([*begins, *exact]), np.array([*ends, *exact])
