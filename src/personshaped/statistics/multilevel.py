"""Multilevel regression and post-stratification: savings a head by place and group, carried to a country's own mix.

£ a head of place l in group h = μ + what each part of the group adds + what the place adds + chance. The parts of a
group (`age=65+;imd=1`: one of age, one of imd, and their combination) and the places are drawn towards their mean, each
as far as the data say (restricted maximum likelihood; Gelman & Hill 2007; Park, Gelman & Bafumi 2004; Henderson 1975).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]
FEWEST_PLACES = 8


@dataclass(frozen=True)
class Cell:
    """What one place saved for each head of one group."""

    place: str
    group: str
    per_head: float


@dataclass(frozen=True)
class Multilevel:
    """£ a head over the groups of the country that were observed, weighted by its people there; 95% interval.

    `groups` holds each group's estimate; `spread_of_places` is the standard deviation between places.
    """

    per_head: float
    low: float
    high: float
    groups: Mapping[str, float]
    spread_of_places: float
    places: int


def multilevel(cells: Sequence[Cell], people: Mapping[str, float]) -> Multilevel | None:
    """From cells of at least eight places in at least two groups; None with fewer.

    `people` are the country's by group; groups without a cell are left out, never filled in. The interval is Student's
    t on places less one: places are what was sampled. Raises ValueError where no group of the country was observed.
    """
    places = sorted({one.place for one in cells})
    groups = sorted({one.group for one in cells})
    if len(places) < FEWEST_PLACES or len(groups) < 2:
        return None
    here = [name for name in groups if people.get(name)]
    if not here:
        raise ValueError("no group of the country was observed")
    terms = _terms(groups)
    y = np.array([one.per_head for one in cells])
    at = np.array([groups.index(one.group) for one in cells])
    by_place = np.array([[one.place == name for name in places] for one in cells], np.float64)
    parts = [by_place, *(term[at] for term in terms)]
    spreads = _spreads(y, parts)
    solved, covariance = _solved(y, parts, spreads)
    rows = np.hstack([np.ones((len(groups), 1)), np.zeros((len(groups), len(places))), *terms])
    each = rows @ solved
    weight = np.array([people.get(name, 0.0) for name in groups])
    target = weight / weight.sum() @ rows
    middle = float(target @ solved)
    half = float(stdtrit(len(places) - 1, 0.975)) * float(np.sqrt(target @ covariance @ target))
    found = {name: float(value) for name, value in zip(groups, each, strict=True) if name in here}
    return Multilevel(middle, middle - half, middle + half, found, float(spreads[0]), len(places))


def _terms(groups: Sequence[str]) -> list[Floats]:
    """A matrix groups × levels for each part of a group's name; with several parts, one for their combinations too."""
    split = [name.split(";") for name in groups]
    terms = []
    for part in range(max(map(len, split))):
        levels = sorted({name[part] for name in split if part < len(name)})
        terms.append(np.array([[part < len(n) and n[part] == one for one in levels] for n in split], np.float64))
    return [*terms, np.eye(len(groups))] if len(terms) > 1 else terms


def _spreads(y: Floats, parts: Sequence[Floats]) -> Floats:
    """The standard deviation of each part and of chance, by restricted maximum likelihood."""
    from scipy.optimize import minimize  # a third of a second that few figures need

    size = float(y.std()) or 1.0
    products = [part @ part.T for part in parts]

    def lost(logs: Floats) -> float:
        variance = np.exp(2 * logs[-1]) * np.eye(len(y))
        for one, product in zip(logs, products, strict=False):
            variance += np.exp(2 * one) * product
        _, log_determinant = np.linalg.slogdet(variance)
        inverse = np.linalg.inv(variance)
        ones = inverse.sum(axis=1)
        left = y - ones @ y / ones.sum()
        return float((log_determinant + np.log(ones.sum()) + left @ inverse @ left) / 2)

    bounds = [(np.log(size * 1e-3), np.log(size * 1e2))] * (len(parts) + 1)
    found = minimize(lost, np.full(len(parts) + 1, np.log(size / 2)), method="L-BFGS-B", bounds=bounds)
    made: Floats = np.exp(found.x)
    return made


def _solved(y: Floats, parts: Sequence[Floats], spreads: Floats) -> tuple[Floats, Floats]:
    """Mean and effects, and the covariance of their errors (Henderson's equations)."""
    design = np.hstack([np.ones((len(y), 1)), *parts])
    penalty = np.concatenate([[0.0], *(np.full(part.shape[1], 1 / one**2)
                                       for part, one in zip(parts, spreads, strict=False))])  # fmt: skip
    covariance: Floats = np.linalg.inv(design.T @ design / spreads[-1] ** 2 + np.diag(penalty)).astype(np.float64)
    return covariance @ design.T @ y / spreads[-1] ** 2, covariance
