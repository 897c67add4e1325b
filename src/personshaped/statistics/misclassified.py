"""A share counted with errors, and what an audit of its errors makes of it (Rogan & Gladen 1978)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personshaped.statistics.wilson import wilson

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
REPEATS = 1000
TELLS_APART = 1.2
"""Sensitivity and specificity together must exceed this, else the correction says more than the audit can carry."""


def rogan_gladen(counted: float, sensitivity: float, specificity: float) -> float:
    """The true share behind a counted one, kept between 0 and 1. Raises ValueError where the two tell nothing apart."""
    apart = sensitivity + specificity - 1
    if apart <= 0:
        raise ValueError("a rule no better than chance cannot be corrected")
    return float(min(1.0, max(0.0, (counted + specificity - 1) / apart)))


@dataclass(frozen=True)
class Rate:
    """A share of the audit with its 95% Wilson interval at the effective number of items (Kish 1965)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Audit:
    """Items of an audit: what the rule says, what is true, in which stratum each was drawn, and what it stands for."""

    says: Flags
    true: Flags
    stratum: npt.NDArray[np.int64]
    weight: Floats

    @property
    def sensitivity(self) -> Rate | None:
        """Of what is true, how much the rule says; None where nothing is."""
        return _rate(self.says[self.true], self.weight[self.true])

    @property
    def specificity(self) -> Rate | None:
        """Of what is not true, how much the rule does not say; None where everything is."""
        return _rate(~self.says[~self.true], self.weight[~self.true])


@dataclass(frozen=True)
class Corrected:
    """The corrected share and its 95% percentile interval over the sample, weighed anew within its strata."""

    value: float
    low: float
    high: float


def corrected(counted: float, audit: Audit, seed: int, repeats: int = REPEATS) -> Corrected | None:
    """None where sensitivity and specificity together are 1.2 or less, or cannot be told.

    Each repeat weighs the items of a stratum anew (Rubin 1981, the Bayesian bootstrap), and beside them half an item
    of either truth: that no error was seen among fifty does not mean that there are none (docs/decisions/0342). A
    repeat in which the two tell nothing apart bears any share: as none for the lower limit, as all for the upper.
    """
    found = _share(counted, *_rates(audit, audit.weight[None]))[0]
    if np.isnan(found):
        return None
    fuller = _with_half_items(audit)
    random = np.random.default_rng(seed)
    weights = np.zeros((repeats, len(fuller.says)))
    for one in np.unique(fuller.stratum):
        here = fuller.stratum == one
        weights[:, here] = random.dirichlet(fuller.weight[here], repeats) * audit.weight[audit.stratum == one].sum()
    tried = _share(counted, *_rates(fuller, weights), least=1.0)
    low = np.quantile(np.nan_to_num(tried, nan=0.0), 0.025)
    high = np.quantile(np.nan_to_num(tried, nan=1.0), 0.975)
    return Corrected(float(found), float(low), float(high))


def _with_half_items(audit: Audit) -> Audit:
    """Every item with weight 1, and in each stratum two of weight ½: of its commonest answer, true and not."""
    strata = np.unique(audit.stratum)
    says = np.repeat([audit.says[audit.stratum == one].mean() >= 0.5 for one in strata], 2)
    return Audit(
        np.concatenate((audit.says, says)), np.concatenate((audit.true, np.tile([True, False], len(strata)))),
        np.concatenate((audit.stratum, np.repeat(strata, 2))),
        np.concatenate((np.ones(len(audit.says)), np.full(2 * len(strata), 0.5))),
    )  # fmt: skip


def _rate(yes: Flags, weight: Floats) -> Rate | None:
    if not len(yes):
        return None
    value = float(weight[yes].sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return Rate(value, *wilson(value * effective, effective), len(yes))


def _rates(audit: Audit, weight: Floats) -> tuple[Floats, Floats]:
    """Sensitivity and specificity under each line of weights."""
    with np.errstate(invalid="ignore", divide="ignore"):
        sensitivity = weight @ (audit.says & audit.true) / (weight @ audit.true)
        specificity = weight @ (~audit.says & ~audit.true) / (weight @ ~audit.true)
    return sensitivity, specificity


def _share(counted: float, sensitivity: Floats, specificity: Floats, least: float = TELLS_APART) -> Floats:
    """Rogan–Gladen line by line; not a number where the two together do not exceed `least`."""
    apart = sensitivity + specificity
    safe = np.where(apart > least, apart - 1, np.nan)
    share: Floats = np.clip((counted + specificity - 1) / safe, 0, 1)
    return share
