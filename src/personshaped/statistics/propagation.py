"""How work spreads from agency to agency: H = (I − Gᵀ)⁻¹ V (R8; Leontief 1936, Harris 1963).

Arrays over k agencies: `flows[a, b]` is the work that arrived at b after a, `outside[b]` what came to b from nowhere
among them. With G[a, b] = flows[a, b] / H[a], column a of (I − Gᵀ)⁻¹ holds the work at each agency that follows from
one piece entering at a.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import ndtr, stdtrit

Floats = npt.NDArray[np.float64]
FEWEST = 30
"""Agencies with less work are pooled as one in intervals and pictures."""
REPRODUCES = 0.95
"""At this spectral radius demand reproduces itself: a multiplier would say nothing."""
REPEATS = 1000
_BATCH = 50


@dataclass(frozen=True)
class Propagation:
    """`arriving` is H, `outside` V, `passing` G; `follows` is (I − Gᵀ)⁻¹, None where the radius is 1 or more."""

    arriving: Floats
    outside: Floats
    passing: Floats
    radius: float
    follows: Floats | None

    @property
    def reproduces(self) -> bool:
        """Whether the radius is too near 1 for anything to be said of what follows."""
        return self.follows is None or self.radius >= REPRODUCES

    @property
    def multiplier(self) -> Floats:
        """Pieces of work at all agencies for one that enters at each. Raises ValueError where radius ≥ 1."""
        return multipliers(self._followed())

    @property
    def prevented(self) -> Floats:
        """[a, b]: by how much H falls at b if a resolved all that reaches it. Raises ValueError where radius ≥ 1."""
        return falls(self._followed(), self.arriving)

    def _followed(self) -> Floats:
        if self.follows is None:
            raise ValueError("the spectral radius is 1 or more: demand reproduces itself")
        return self.follows


def propagation(flows: Floats, outside: Floats) -> Propagation:
    """From counted flows; what flows from an agency at which nothing arrived counts as from outside (section 11)."""
    entering, passed = outside.astype(np.float64), flows.astype(np.float64)
    arriving = entering + passed.sum(axis=0)
    empty = arriving == 0
    entering = entering + passed[empty].sum(axis=0)
    passed = np.where(empty[:, None], 0.0, passed)
    passing = shares(passed, arriving)
    radius = float(radii(passing[None])[0])
    follows = followed(passing) if radius < 1 else None
    return Propagation(arriving, entering, passing, radius, follows)


def shares(flows: Floats, arriving: Floats) -> Floats:
    """G[a, b] = flows[a, b] / H[a]; 0 where nothing arrived. Any leading axes."""
    made: Floats = flows / np.where(arriving > 0, arriving, 1.0)[..., :, None]
    return made


def radii(passing: Floats) -> Floats:
    """Spectral radius of each matrix of a stack; 0 of an empty one."""
    if passing.shape[-1] == 0:
        return np.zeros(len(passing))
    found: Floats = np.abs(np.linalg.eigvals(passing)).max(axis=-1)
    return found


def followed(passing: Floats) -> Floats:
    """(I − Gᵀ)⁻¹ of a matrix or a stack of them; every spectral radius must be below 1."""
    identity = np.eye(passing.shape[-1])
    made: Floats = np.linalg.inv(identity - np.swapaxes(passing, -1, -2)).astype(np.float64)
    return made


def multipliers(follows: Floats) -> Floats:
    """Sums of the columns of (I − Gᵀ)⁻¹."""
    total: Floats = follows.sum(axis=-2)
    return total


def falls(follows: Floats, arriving: Floats) -> Floats:
    """[…, a, b]: H less H with row a of G emptied, by Sherman & Morrison (1950): (N[b,a] − δ) · H[a] / N[a,a]."""
    own = np.diagonal(follows, axis1=-2, axis2=-1)
    column = np.swapaxes(follows, -1, -2) - np.eye(follows.shape[-1])
    fall: Floats = column * (arriving / own)[..., :, None]
    return fall


@dataclass(frozen=True)
class Range:
    """95% limits over resampled persons, one of each agency; `high` is infinite where radius ≥ 1 occurs."""

    multiplier: tuple[Floats, Floats]
    elsewhere: tuple[Floats, Floats]
    prevented: tuple[Floats, Floats]
    radius: tuple[float, float]


def resampled(profiles: csr_array, persons: Floats, agencies: int, seed: int, repeats: int = REPEATS) -> Range:
    """Percentile limits from drawing persons anew, with replacement (Efron & Tibshirani 1993).

    The percentiles lie as far out as Student's t of those who carry the work asks for (Hesterberg 2015, "expanded
    percentile"): with few of them the plain ones are too narrow (docs/decisions/0362). What is said of an agency goes
    by those who carry the work there, if they are fewer than those who carry all of it.
    `profiles` has one row for each different set of counts that a person may have: k·k flows, row by row, then k from
    outside; `persons` says how many persons have it. Persons with like counts are drawn together, which is exact.
    """
    random = np.random.default_rng(seed)
    total, chance = int(persons.sum()), persons / persons.sum()
    k = agencies
    made: list[list[Floats]] = [[], [], [], []]
    for start in range(0, repeats, _BATCH):
        drawn = random.multinomial(total, chance, size=min(_BATCH, repeats - start))
        counts = np.asarray(profiles.T @ drawn.T).T
        for kept, found in zip(made, _of_counts(counts, k), strict=True):
            kept.append(found)
    there = work_of(profiles, k)
    everywhere = _carrying(csr_array(there.sum(axis=1)[:, None]), persons)
    own = np.minimum(everywhere, _carrying(there, persons))
    between = np.minimum(own[:, None], own[None, :])
    carrying = (own, own, between, everywhere[0])
    joined = [_limits(np.concatenate(part), by) for part, by in zip(made, carrying, strict=True)]
    return Range(joined[0], joined[1], joined[2], (float(joined[3][0]), float(joined[3][1])))


def _of_counts(counts: Floats, k: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Multipliers, falls elsewhere, falls and radius of each resample; infinite where radius ≥ 1."""
    flows = counts[:, : k * k].reshape(-1, k, k).astype(np.float64)
    arriving = counts[:, k * k :] + flows.sum(axis=1)
    passing = shares(flows, arriving)
    radius = radii(passing)
    good = radius < 1
    multiplier, fall = np.full((len(counts), k), np.inf), np.full((len(counts), k, k), np.inf)
    follows = followed(passing[good])
    multiplier[good], fall[good] = multipliers(follows), falls(follows, arriving[good])
    own = np.diagonal(fall, axis1=1, axis2=2)
    elsewhere = np.where(good[:, None], fall.sum(axis=2) - np.where(good[:, None], own, 0.0), np.inf)
    return multiplier, elsewhere, fall, radius


def work_of(profiles: csr_array, agencies: int) -> csr_array:
    """Profiles × agencies: the pieces of work that arrived at each, after whatever agency or from outside."""
    columns = np.arange(profiles.shape[1])
    at = csr_array((np.ones(len(columns)), (columns, columns % agencies)), shape=(len(columns), agencies))
    return csr_array(profiles @ at)


def _carrying(work: csr_array, persons: Floats) -> Floats:
    """How many persons carry the work of each column, and its spread (as for means); at least one."""
    squares = work.power(2).T @ persons
    most = np.asarray(work.max(axis=0).todense()).ravel()
    carrying = np.minimum((work.T @ persons) ** 2 / squares, 2 * squares / most**2)
    return np.maximum(1.0, carrying)


def _limits(values: Floats, carrying: Floats) -> tuple[Floats, Floats]:
    """Limits as far out as Student's t asks for where so many persons carry each figure.

    They are places in order, without interpolation, so that infinity stays infinity.
    """
    tail = ndtr(-stdtrit(np.maximum(1.0, carrying - 1), 0.975))
    at = np.rint(np.array([tail, 1 - tail]) * (len(values) - 1)).astype(int)
    low, high = np.take_along_axis(np.sort(values, axis=0), at, axis=0)
    return low, high
