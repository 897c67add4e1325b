"""What is printed beside an XmR chart: false alarms, neighbours, seasons, and where a person might rephase (Stat 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personshaped.statistics.xmr import FEWEST_FULL, RUN, Floats

SEASONS_FROM = 36
_SIMULATED = ((12, 0.07), (24, 0.19), (36, 0.28), (60, 0.45))
"""Charts of stable normal data, four rules and screening, 3,000 each: the part with at least one flag."""


def false_alarms(points: int) -> float | None:
    """How many stable charts of this length flag something by chance; None below 12 points."""
    if points < FEWEST_FULL:
        return None
    lengths, parts = zip(*_SIMULATED, strict=True)
    return float(np.interp(points, lengths, parts))


def neighbours(values: npt.ArrayLike) -> float | None:
    """Lag-1 correlation, where |r| > 2/√n; None where it is no larger than chance."""
    x = np.asarray(values, np.float64)
    if len(x) < 3 or np.ptp(x) == 0:
        return None
    away = x - x.mean()
    r = float((away[1:] * away[:-1]).sum() / (away**2).sum())
    return r if abs(r) > 2 / len(x) ** 0.5 else None


def without_seasons(values: npt.ArrayLike, months: Sequence[int]) -> Floats | None:
    """X − month effect, for the chart beside the raw one; None below 36 monthly points.

    `months` holds 1 to 12 for each point; an effect is the mean of that month less the mean of all.
    """
    x, month = np.asarray(values, np.float64), np.asarray(months)
    if len(x) < SEASONS_FROM:
        return None
    effect = np.zeros(13)
    for one in np.unique(month):
        effect[one] = x[month == one].mean() - x.mean()
    adjusted: Floats = x - effect[month]
    return adjusted


def candidates(values: npt.ArrayLike) -> list[int]:
    """Points at which level or spread may have changed (Killick, Fearnhead & Eckley 2012): candidates only.

    The parting of the series with the least cost: normal, seven points at least in each part, penalty 3·ln n for each.
    Found exactly, by trying every last part of every beginning; a chart has too few points to need pruning (PELT).
    """
    x = np.asarray(values, np.float64)
    n = len(x)
    if n < 2 * RUN or np.ptp(x) == 0:
        return []
    sums, squares = (np.concatenate([[0.0], np.cumsum(power)]) for power in (x - x.mean(), (x - x.mean()) ** 2))
    least, begins = np.full(n + 1, np.inf), np.zeros(n + 1, np.int64)
    least[0] = -3 * np.log(n)
    for end in range(RUN, n + 1):
        start = np.arange(0, end - RUN + 1)
        length = end - start
        spread = (squares[end] - squares[start]) / length - ((sums[end] - sums[start]) / length) ** 2
        whole = least[start] + length * np.log(np.maximum(spread, 0) + SMALLEST) + 3 * np.log(n)
        begins[end] = start[np.argmin(whole)]
        least[end] = whole.min()
    found, end = [], int(begins[n])
    while end:
        found.append(end)
        end = int(begins[end])
    return found[::-1]


SMALLEST = 1e-6
"""Added to every variance, so that a part without any variation has a cost (as in ruptures 1.1.5)."""


@dataclass(frozen=True)
class Change:
    """A recorded change: the first point at or after it, its kind and its words."""

    point: int
    kind: str
    text: str


@dataclass(frozen=True)
class Suggestion:
    """A place where a person might begin a new phase; the chart never does so by itself (N6)."""

    point: int
    reason: str
    provisional: bool
    comparable: bool  # false where only the recording changed: the phases are never called better or worse


def suggest_phase(
    values: npt.ArrayLike, start: int, mean: float | None, changes: Sequence[Change] = ()
) -> Suggestion | None:
    """A shift of seven or more points that lasts to the end, twelve or more before it in the last phase.

    The last phase begins at `start` and has this `mean`. A change no more than three points before the shift gives
    the reason, else "no known change".
    """
    last = np.asarray(values, np.float64)[start:]
    if mean is None or not len(last):
        return None
    side = np.sign(last - mean)
    breaks = np.flatnonzero(side != side[-1])
    first = int(breaks[-1]) + 1 if len(breaks) else 0
    run = len(side) - first
    if run < RUN or first < FEWEST_FULL or side[-1] == 0:
        return None
    point = start + first
    near = [change for change in changes if 0 <= point - change.point <= 3]
    if not near:
        return Suggestion(point, "no known change", run < FEWEST_FULL, True)
    change = max(near, key=lambda one: one.point)
    if change.kind in ("recording", "data"):
        return Suggestion(point, "recording changed", run < FEWEST_FULL, False)
    return Suggestion(point, change.text, run < FEWEST_FULL, True)
