"""Charts of shares and rates whose denominators vary: Laney p′ and u′ (Stat 1; Laney 2002)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personshaped.statistics.xmr import D2, FEWEST_WITH_LIMITS, Chart, Floats, Signals, broken_rules, screened, xmr

STEADY_WITHIN = 0.25


@dataclass(frozen=True)
class Varying:
    """One phase of a p′ or u′ chart: limits differ from point to point; blank (NaN) below seven points."""

    values: Floats
    centre: float
    lower: Floats
    upper: Floats
    sigma_z: float
    signals: Signals


def steady(denominators: npt.ArrayLike) -> bool:
    """Whether all denominators stay within ±25% of their mean: then a plain XmR chart of the shares will do."""
    n = np.asarray(denominators, np.float64)
    return bool(len(n) == 0 or (np.abs(n - n.mean()) <= STEADY_WITHIN * n.mean()).all())


def laney_p(numerators: npt.ArrayLike, denominators: npt.ArrayLike) -> Varying:
    """p′ chart of shares: the spread of the standardised shares themselves widens or narrows binomial limits."""
    return _laney(numerators, denominators, lambda centre, n: np.sqrt(centre * (1 - centre) / n), 1.0)


def laney_u(events: npt.ArrayLike, exposures: npt.ArrayLike) -> Varying:
    """u′ chart of rates: the same for Poisson limits."""
    return _laney(events, exposures, lambda centre, n: np.sqrt(centre / n), np.inf)


def _laney(
    numerators: npt.ArrayLike, denominators: npt.ArrayLike, sigma: Callable[[float, Floats], Floats], most: float
) -> Varying:
    """zᵢ = (pᵢ − p̄)/σᵢ, σ_z = mean moving range of z / 1.128, limits p̄ ± 3σᵢσ_z."""
    x, n = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if (n <= 0).any():
        raise ValueError("a share needs a denominator above 0 in every period")
    values = x / n
    centre = float(x.sum() / n.sum()) if len(n) else float("nan")
    spread = sigma(centre, n)
    z = np.divide(values - centre, spread, out=np.zeros_like(values), where=spread > 0)
    sigma_z = screened(np.abs(np.diff(z))) / D2
    half = 3 * spread * sigma_z
    if len(x) < FEWEST_WITH_LIMITS:
        none = np.zeros(len(x), bool)
        blank = np.full(len(x), np.nan)
        return Varying(values, centre, blank, blank.copy(), float("nan"), Signals(none, none, none, none))
    signals = broken_rules(values, np.full(len(x), centre), half)
    return Varying(values, centre, np.maximum(centre - half, 0), np.minimum(centre + half, most), sigma_z, signals)


def shares(
    numerators: npt.ArrayLike, denominators: npt.ArrayLike, starts: Sequence[int] = (0,)
) -> Chart | list[Varying]:
    """The chart that fits: XmR of the shares while denominators are steady, else p′ phase by phase."""
    x, n = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if steady(n):
        return xmr(x / n, starts, (0.0, 1.0))
    edges = [*sorted({0, *(start for start in starts if 0 < start < len(x))}), len(x)]
    return [laney_p(x[a:b], n[a:b]) for a, b in itertools.pairwise(edges)]
