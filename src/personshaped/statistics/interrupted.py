"""Interrupted series of monthly counts: level and slope before and after a date that was set before looking (Stat 5).

Bernal, Cummins & Gasparrini 2017, 2018; Turner et al. 2021. Counts by negative binomial regression with a log link,
errors clustered by person where it is known who asked in which months (docs/decisions/0171), else Newey–West of lag 3,
in the controlled version by month; never smaller than the model's own (docs/decisions/0090).
Limits by parametric bootstrap: slopes drawn anew from Student's t around those found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personshaped.statistics.counts import Fitted, Floats, by_person, clustered, fit, heads, newey_west
from personshaped.statistics.trend import LAG, SEASONS_FROM

BEFORE, AFTER = 12, 8
"""Fewest points on either side; with fewer only the XmR chart can be read."""
EVENTS_A_TERM = 10
"""Fewest events for each term of the line, as Peduzzi et al. 1995 found for rare events: with fewer any line fits."""
DRAWS = 2000
_LEVEL, _SLOPE = 2, 3


@dataclass(frozen=True)
class Times:
    """As many times as without the change (0.8 is a fifth less), with its 95% limits."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Interruption:
    """What changed at a date: the level at once, the slope a year, and both together 6 and 12 months on.

    `fitted` and `extended` hold a value for each month: the line found, and the old line had it gone on. `at_6` and
    `at_12` are None where the series ends before.
    """

    level: Times
    slope: Times
    at_6: Times | None
    at_12: Times | None
    fitted: Floats
    extended: Floats


def interrupted(
    counts: npt.ArrayLike, at: int, seed: int, gap: int = 0, draws: int = DRAWS, together: Floats | None = None,
    people: npt.ArrayLike | None = None,
) -> Interruption:  # fmt: skip
    """The change from month `at` on; `gap` months from there on are a transition and left out.

    `together[s, t]` is the sum over persons of their counts in month s times those in month t. With the `people` of
    each month, counts are for each head (the offset).
    Raises ValueError with fewer than 12 months before or 8 after the gap, where a side holds no event, or where fewer
    than ten events stand for each term of the line.
    """
    y = _enough(counts, at, gap)
    design, kept = _design(len(y), at), _kept(len(y), at, gap)
    offset = heads(len(y), people)
    fitted = fit(design[kept], y[kept], offset[kept])
    if together is None:
        robust = newey_west(fitted, LAG)
    else:
        robust = by_person(fitted, design[kept], together[np.ix_(kept, kept)])
    return _found(fitted, robust, design, offset, at, (_LEVEL, _SLOPE), seed, draws)


def controlled(
    counts: npt.ArrayLike,
    comparison: npt.ArrayLike,
    at: int,
    seed: int,
    gap: int = 0,
    draws: int = DRAWS,
    together: tuple[Floats, Floats] | None = None,
    people: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> Interruption:
    """The same beyond what changed at that date where nothing was done: group × level and group × slope.

    Each series has its own level, slope and seasons, its own persons (`together`) and its own population (`people`).
    Raises ValueError as `interrupted` does, for either series.
    """
    y, other = _enough(counts, at, gap), _enough(comparison, at, gap)
    one, kept = _design(len(y), at), _kept(len(y), at, gap)
    design = np.vstack((np.hstack((one, one)), np.hstack((one, np.zeros_like(one)))))
    both = np.tile(kept, 2)
    here, elsewhere = people or (None, None)
    offset = np.concatenate((heads(len(y), here), heads(len(y), elsewhere)))
    fitted = fit(design[both], np.concatenate((y, other))[both], offset[both])
    if together is None:
        robust = clustered(fitted, np.tile(np.arange(int(kept.sum())), 2))
    else:
        apart = np.zeros((len(y), len(y)))
        persons = np.block([[together[0], apart], [apart, together[1]]])
        robust = by_person(fitted, design[both], persons[np.ix_(both, both)])
    terms = one.shape[1]
    ours = design[: len(y)], offset[: len(y)]
    return _found(fitted, robust, *ours, at, (terms + _LEVEL, terms + _SLOPE), seed, draws)


def placebo(
    counts: npt.ArrayLike, at: int, level: float, people: npt.ArrayLike | None = None
) -> tuple[int, int] | None:
    """How many dates within the old period show a level as far from 1 as `level`, out of how many; None of none."""
    old = np.asarray(counts, np.float64)[:at]
    offset, tried = heads(len(np.atleast_1d(counts)), people)[:at], []
    for date in range(BEFORE, len(old) - AFTER + 1):
        try:
            y = _enough(old, date, 0)
        except ValueError:
            continue
        tried.append(abs(fit(_design(len(y), date), y, offset).slopes[_LEVEL]))
    return (sum(one >= abs(np.log(level)) for one in tried), len(tried)) if tried else None


def _enough(counts: npt.ArrayLike, at: int, gap: int) -> Floats:
    y = np.asarray(counts, np.float64)
    after = len(y) - at - gap
    if at < BEFORE or after < AFTER:
        raise ValueError(f"{at} months before and {max(0, after)} after; {BEFORE} and {AFTER} are needed")
    if y[:at].sum() == 0 or y[at + gap :].sum() == 0:
        raise ValueError("nothing happened on one side of the date")
    needed = EVENTS_A_TERM * _design(len(y), at).shape[1]
    if y.sum() < needed:
        raise ValueError(f"{y.sum():.0f} askings in {len(y)} months are too few for a line; it takes {needed}")
    return y


def _kept(months: int, at: int, gap: int) -> npt.NDArray[np.bool_]:
    month = np.arange(months)
    kept: npt.NDArray[np.bool_] = (month < at) | (month >= at + gap)
    return kept


def _design(months: int, at: int) -> Floats:
    """1, t/12, X, (t − T₀)X/12, and two pairs of seasonal terms from 24 months on."""
    month = np.arange(months, dtype=np.float64)
    after = (month >= at).astype(np.float64)
    columns = [np.ones(months), (month - at) / 12, after, (month - at) / 12 * after]
    if months >= SEASONS_FROM:
        for pair in (1, 2):
            columns += [np.sin(2 * np.pi * pair * month / 12), np.cos(2 * np.pi * pair * month / 12)]
    return np.stack(columns, axis=1)


def _found(
    fitted: Fitted, robust: Floats, design: Floats, offset: Floats, at: int, terms: tuple[int, int], seed: int,
    draws: int,
) -> Interruption:  # fmt: skip
    n, k = fitted.scores.shape
    own = np.diagonal(fitted.bread) * n / (n - k)
    wider = np.sqrt(np.maximum(1.0, own / np.maximum(np.diagonal(robust), 1e-300)))
    drawn = _drawn(fitted.slopes, robust * np.outer(wider, wider), len(fitted.scores), seed, draws)
    level, slope = terms
    months = len(design)

    def times(change: Callable[[Floats], Floats]) -> Times:
        low, high = np.quantile(np.exp(change(drawn)), [0.025, 0.975])
        return Times(float(np.exp(change(fitted.slopes[None]))[0]), float(low), float(high))

    def after(month: int) -> Times | None:
        if at + month >= months:
            return None
        return times(lambda one: one[:, level] + one[:, slope] * month / 12)

    old = fitted.slopes.copy()
    old[[level, slope]] = 0
    return Interruption(
        times(lambda one: one[:, level]), times(lambda one: one[:, slope]), after(6), after(12),
        np.exp(design @ fitted.slopes + offset), np.exp(design @ old + offset),
    )  # fmt: skip


def _drawn(slopes: Floats, covariance: Floats, n: int, seed: int, draws: int) -> Floats:
    """Student's t around the slopes, observations less terms as its freedom."""
    random = np.random.default_rng(seed)
    freedom = max(1, n - len(slopes))
    normal = random.multivariate_normal(np.zeros(len(slopes)), covariance, size=draws, method="eigh")
    made: Floats = slopes + normal / np.sqrt(random.chisquare(freedom, draws) / freedom)[:, None]
    return made
