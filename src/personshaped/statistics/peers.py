"""Nearest neighbours by context, robustly scaled (Stat 10), and who might help whom without asking too much of anyone.

Medians and MAD as in robust statistics generally; nearest neighbours as in CIPFA's model; the assignment is
SciPy's `linear_sum_assignment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WINSOR = 3.0
ALIKE = 0.9
MAD_TO_SIGMA = 1.4826
KEPT = 0.7
"""A neighbour kept in fewer of the leave-one-feature-out rounds is marked."""


@dataclass(frozen=True)
class Nearest:
    """The k nearest of one place, nearest first: their places, distances, and how often each is kept when one
    feature is left out. `nearer` and `farther` name the feature that brings each closest and the one that parts them.
    """

    places: tuple[int, ...]
    distances: tuple[float, ...]
    kept: tuple[float, ...]
    nearer: tuple[str, ...]
    farther: tuple[str, ...]


def scaled(values: Floats) -> Floats:
    """(x − median) / (1.4826 · MAD), winsorised at ±3; a feature without spread is 0 throughout."""
    away = values - np.median(values, axis=0)
    mad = MAD_TO_SIGMA * np.median(np.abs(away), axis=0)
    spread = np.where(mad > 0, mad, away.std(axis=0))
    made: Floats = np.clip(away / np.where(spread > 0, spread, 1), -WINSOR, WINSOR)
    return made


def kept_features(z: Floats) -> list[int]:
    """Features left once the later of any pair with |correlation| above 0.9 is dropped; those without spread too."""
    kept: list[int] = []
    for one in range(z.shape[1]):
        if z[:, one].std() == 0:
            continue
        if all(abs(np.corrcoef(z[:, one], z[:, other])[0, 1]) <= ALIKE for other in kept):
            kept.append(one)
    return kept


def distances(z: Floats, weight: Floats) -> Floats:
    """√(Σ w (zᵢ − zⱼ)² / Σ w) of every pair."""
    squares = (z[:, None, :] - z[None, :, :]) ** 2
    found: Floats = np.sqrt((squares * weight).sum(axis=2) / weight.sum())
    return found


def nearest(values: Floats, features: Sequence[str], k: int, weight: Floats | None = None) -> list[Nearest]:
    """For each place its k nearest; not symmetric. Raises ValueError with fewer than three places or no feature."""
    z = scaled(values)
    kept = kept_features(z)
    if len(z) < 3 or not kept:
        raise ValueError("peers need three places or more, and a feature in which they differ")
    z, names = z[:, kept], [features[one] for one in kept]
    weights = np.ones(len(kept)) if weight is None else weight[kept]
    k = min(k, len(z) - 1)
    apart = distances(z, weights)
    order = _order(apart, k)
    rounds = [
        _order(distances(np.delete(z, one, axis=1), np.delete(weights, one)), k) for one in range(len(kept))
    ] if len(kept) > 1 else [order]  # fmt: skip
    return [_of(i, order[i], apart[i], z, names, rounds) for i in range(len(z))]


def _order(apart: Floats, k: int) -> npt.NDArray[np.int64]:
    away = apart + np.where(np.eye(len(apart)) > 0, np.inf, 0)
    found: npt.NDArray[np.int64] = np.argsort(away, axis=1, kind="stable")[:, :k]
    return found


def _of(
    i: int, order: npt.NDArray[np.int64], apart: Floats, z: Floats, names: Sequence[str],
    rounds: Sequence[npt.NDArray[np.int64]],
) -> Nearest:  # fmt: skip
    gaps = np.abs(z[order] - z[i])
    return Nearest(
        tuple(int(one) for one in order),
        tuple(float(one) for one in apart[order]),
        tuple(float(np.mean([one in found[i] for found in rounds])) for one in order),
        tuple(names[at] for at in gaps.argmin(axis=1)),
        tuple(names[at] for at in gaps.argmax(axis=1)),
    )


def assign(cost: Floats, most: int = 2) -> list[tuple[int, int]]:
    """Pairs (asker, helper) of least total cost, each asker once and each helper at most `most` times.

    `cost` is askers × helpers, infinite where a helper cannot help; askers without any helper are left out.
    """
    slots = np.repeat(cost, most, axis=1)
    never = float(np.where(np.isfinite(slots), slots, 0).sum()) + 1e6
    from scipy.optimize import linear_sum_assignment

    askers, helpers = linear_sum_assignment(np.where(np.isfinite(slots), slots, never))
    return [
        (int(one), int(other) // most)
        for one, other in zip(askers, helpers, strict=True)
        if np.isfinite(slots[one, other])
    ]
