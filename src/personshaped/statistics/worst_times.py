"""Cases taken on when things were at their worst get better by themselves: how much of it that could be (Stat 4).

Source: Barnett, van der Pols & Dobson 2005 (Int. J. Epidemiol. 34:215); Edgington & Onghena, *Randomization Tests*
(2007).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, prod

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

MOST_ENUMERATED = 20_000


@dataclass(frozen=True)
class Effect:
    """New less what would have been expected; below 0 is less than expected."""

    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Usual:
    """Of people not taken on: the mean of two years (μ), and how far one year goes with the next (ρ, 0–1)."""

    mean: float
    correlation: float
    n: int

    def expected(self, old: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """μ + ρ(old − μ): what a new year would bring without help."""
        return self.mean + self.correlation * (np.asarray(old, np.float64) - self.mean)


def difference_in_differences(
    old: npt.ArrayLike, new: npt.ArrayLike, other_old: npt.ArrayLike, other_new: npt.ArrayLike
) -> Effect:
    """(a) Change of the cases less change of the comparison people; Welch's t interval."""
    case, other = (np.asarray(b, np.float64) - np.asarray(a, np.float64) for a, b in
                   ((old, new), (other_old, other_new)))  # fmt: skip
    estimate = float(case.mean() - other.mean())
    if len(case) < 2 or len(other) < 2:
        return Effect(estimate, None, None)
    parts = [one.var(ddof=1) / len(one) for one in (case, other)]
    error = float(np.sqrt(sum(parts)))
    if error == 0:
        return Effect(estimate, estimate, estimate)
    freedom = sum(parts) ** 2 / sum(part**2 / (len(one) - 1) for part, one in zip(parts, (case, other), strict=True))
    half = float(stdtrit(freedom, 0.975)) * error
    return Effect(estimate, estimate - half, estimate + half)


def ancova(old: npt.ArrayLike, new: npt.ArrayLike, other_old: npt.ArrayLike, other_new: npt.ArrayLike) -> Effect | None:
    """(a) The group's coefficient in new ~ old + group, t interval; None with fewer than 2 a group or 5 in all."""
    groups = [np.asarray(one, np.float64) for one in (old, other_old)]
    if min(map(len, groups)) < 2 or sum(map(len, groups)) < 5:
        return None
    before = np.concatenate(groups)
    after = np.concatenate([np.asarray(new, np.float64), np.asarray(other_new, np.float64)])
    is_case = np.repeat([1.0, 0.0], [len(groups[0]), len(groups[1])])
    design = np.column_stack((np.ones(len(before)), before, is_case))
    if np.linalg.matrix_rank(design) < 3:
        return None
    found, *_ = np.linalg.lstsq(design, after, rcond=None)
    left = after - design @ found
    freedom = len(after) - 3
    error = float(np.sqrt(left @ left / freedom * np.linalg.inv(design.T @ design)[2, 2]))
    half = float(stdtrit(freedom, 0.975)) * error
    return Effect(float(found[2]), float(found[2]) - half, float(found[2]) + half)


def usual(first: npt.ArrayLike, second: npt.ArrayLike, fewest: int = 30) -> Usual | None:
    """(b) μ and ρ from the population's own pairs of years; None with fewer than `fewest` pairs or no variation."""
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if len(a) < fewest or a.std() == 0 or b.std() == 0:
        return None
    return Usual(float((a.mean() + b.mean()) / 2), float(np.clip(np.corrcoef(a, b)[0, 1], 0, 1)), len(a))


def break_even(old: npt.ArrayLike, new: npt.ArrayLike, mean: float) -> float | None:
    """(c) ρ* = (mean new − μ) / (mean old − μ); None where the cases were not above μ before, so could not fall to it.

    The whole difference would be chance if one year goes with the next by less than ρ*.
    """
    before, after = float(np.mean(np.asarray(old))), float(np.mean(np.asarray(new)))
    return (after - mean) / (before - mean) if before > mean else None


@dataclass(frozen=True)
class Starts:
    """(d) How many of the start dates that might have been drawn give at least as large a change as those that were."""

    change: float
    hits: int
    of: int
    enumerated: bool


def start_dates(series: Sequence[npt.ArrayLike], begun: Sequence[int], possible: Sequence[Sequence[int]],
                seed: int = 1) -> Starts:  # fmt: skip
    """Randomisation test over start dates drawn for each case from `possible` (places in its series).

    The change is the mean over cases of mean after less mean before. All combinations where they are at most
    20,000, else as many drawn at random, the dates begun among them. Raises ValueError for a start that was not
    possible or leaves a side empty.
    """
    changes = []
    for values, start, starts in zip(series, begun, possible, strict=True):
        x = np.asarray(values, np.float64)
        if start not in starts or any(not 0 < one < len(x) for one in starts):
            raise ValueError("a start date must be one of those possible, with time on both sides")
        changes.append({one: float(x[one:].mean() - x[:one].mean()) for one in starts})
    seen = sum(one[start] for one, start in zip(changes, begun, strict=True)) / len(changes)
    ways = prod(len(one) for one in changes)
    if ways <= MOST_ENUMERATED:
        all_ways = np.array([sum(way) for way in itertools.product(*(one.values() for one in changes))])
        drawn = all_ways / len(changes)
    else:
        rng = np.random.default_rng(seed)
        sums = sum(rng.choice(list(one.values()), MOST_ENUMERATED - 1) for one in changes)
        drawn = np.append(np.asarray(sums) / len(changes), seen)
    hits = int((np.abs(drawn) >= abs(seen) - 1e-9 * max(1.0, abs(seen))).sum())
    return Starts(seen, hits, len(drawn), ways <= MOST_ENUMERATED)


@dataclass(frozen=True)
class Drawn:
    """(d) How many draws out of all who could have been chosen give at least as large a difference as the one made."""

    difference: float
    hits: int
    of: int
    left_out: int
    enumerated: bool


def drawn_or_not(drawn: npt.ArrayLike, left_out: npt.ArrayLike, seed: int = 1) -> Drawn | None:
    """Randomisation test of the mean change of those drawn less that of those the draw left out; None without both.

    All draws where they are at most 20,000, else as many at random, the one made among them.
    """
    ours, theirs = np.asarray(drawn, np.float64), np.asarray(left_out, np.float64)
    if not len(ours) or not len(theirs):
        return None
    every, n = np.concatenate((ours, theirs)), len(ours)
    seen = float(ours.mean() - theirs.mean())
    ways = comb(len(every), n)
    if ways <= MOST_ENUMERATED:
        sums = np.array([every[list(way)].sum() for way in itertools.combinations(range(len(every)), n)])
    else:
        rng = np.random.default_rng(seed)
        sums = np.array([rng.choice(every, n, replace=False).sum() for _ in range(MOST_ENUMERATED - 1)] + [ours.sum()])
    differences = sums / n - (every.sum() - sums) / len(theirs)
    hits = int((np.abs(differences) >= abs(seen) - 1e-9 * max(1.0, abs(seen))).sum())
    return Drawn(seen, hits, len(differences), len(theirs), ways <= MOST_ENUMERATED)
