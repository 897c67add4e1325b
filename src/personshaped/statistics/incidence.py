"""Time to an end, with several possible ends and some not yet seen (Stat 3).

Kaplan & Meier 1958; Aalen & Johansen 1978; Putter, Fiocco & Geskus 2007. Ties: events before censorings; an event
at time 0 counts (same-day help is what this system looks for).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from personshaped.statistics.wilson import Z95

Floats = npt.NDArray[np.float64]
CENSORED = "censored"


@dataclass(frozen=True)
class Incidence:
    """One entry per distinct time with an event, in order; every array has that length.

    `survival` is Kaplan–Meier for any end at all; `incidence[k]` is Aalen–Johansen: how many had ended by k up to
    then. `variance[k]` is that of `incidence[k]`. `followed` is the longest time anyone was followed.
    """

    times: Floats
    at_risk: Floats
    survival: Floats
    incidence: Mapping[str, Floats]
    variance: Mapping[str, Floats]
    followed: float
    n: float

    def at(self, cause: str, time: float) -> float | None:
        """Share ended by `cause` at `time`; None beyond what was followed, unless all had ended."""
        last = float(self.survival[-1]) if len(self.times) else 1.0
        if time > self.followed and last > 0:
            return None
        return _step(self.times, self.incidence.get(cause, np.zeros(len(self.times))), time)

    def error(self, cause: str, time: float) -> float:
        """Standard error of `at` of independent rows; 0 before the first such end."""
        return _step(self.times, self.variance[cause], time) ** 0.5 if cause in self.variance else 0.0

    def effective(self, cause: str, time: float) -> float:
        """As many rows as would make `at` as sure if all were followed so long: no more than there are, `n`."""
        share, error = self.at(cause, time), self.error(cause, time)
        return self.n if share is None or error == 0 else min(self.n, share * (1 - share) / error**2)

    def limits(self, cause: str, time: float, reach: float | None = None) -> tuple[float | None, float | None]:
        """Pointwise 95% interval of `at`, on the log-log scale; None where the share is 0 or 1.

        `reach` is how far an interval goes to either side on the plain scale, if not 1.96 standard errors.
        """
        share = self.at(cause, time)
        if share is None or not 0 < share < 1:
            return None, None
        if reach is None:
            reach = Z95 * self.error(cause, time)
        half = reach / (share * np.log(share))
        low, high = sorted((share ** float(np.exp(half)), share ** float(np.exp(-half))))
        return low, high


def incidence(
    durations: npt.ArrayLike, ends: list[str], weights: npt.ArrayLike | None = None, entry: npt.ArrayLike | None = None
) -> Incidence:
    """Aalen–Johansen incidence of every end but `censored`, from one entry per duration.

    `weights` says how many rows an entry stands for; `entry` is the time from which a row is under observation
    (late entry), 0 where not given. Raises ValueError for negative durations or entries at or after the end.
    """
    time = np.asarray(durations, np.float64)
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, np.float64)
    start = np.full(len(time), -1.0) if entry is None else np.asarray(entry, np.float64)
    if (time < 0).any() or (start >= np.maximum(time, 1e-12)).any():
        raise ValueError("durations must not be negative, and must lie after the entry")
    end = np.array(ends, dtype=object)
    causes = sorted({str(one) for one in ends} - {CENSORED})
    times = np.unique(time[end != CENSORED])
    at_risk = _at_risk(times, time, start, weight)
    counts = {cause: _counts(times, time[end == cause], weight[end == cause]) for cause in causes}
    total = sum(counts.values(), np.zeros(len(times)))
    survival = np.cumprod(1 - total / at_risk).astype(np.float64)
    before = np.concatenate(([1.0], survival))[: len(times)]
    shares = {cause: np.cumsum(before * counts[cause] / at_risk) for cause in causes}
    variance = {cause: _variance(shares[cause], counts[cause], total, at_risk, before) for cause in causes}
    followed = float(time.max()) if len(time) else 0.0
    return Incidence(times, at_risk, survival, shares, variance, followed, float(weight.sum()))


def _at_risk(times: Floats, time: Floats, start: Floats, weight: Floats) -> Floats:
    """Rows still under observation just before each time: entered earlier, not ended earlier."""
    by_end, by_start = np.argsort(time), np.argsort(start)
    ended = np.concatenate(([0.0], np.cumsum(weight[by_end])))[np.searchsorted(time[by_end], times, "left")]
    entered = np.concatenate(([0.0], np.cumsum(weight[by_start])))[np.searchsorted(start[by_start], times, "left")]
    risk: Floats = entered - ended
    return risk


def _counts(times: Floats, time: Floats, weight: Floats) -> Floats:
    return np.bincount(np.searchsorted(times, time), weights=weight, minlength=len(times)).astype(np.float64)


def _variance(share: Floats, own: Floats, total: Floats, at_risk: Floats, before: Floats) -> Floats:
    """Delta-method variance of an Aalen–Johansen incidence (Marubini & Valsecchi 1995, 10.10)."""
    left = at_risk - total
    hazard = np.divide(total, at_risk * left, out=np.zeros_like(total), where=left > 0)
    own_part = before**2 * own * (at_risk - own) / at_risk**3
    cross = before * own / at_risk**2
    # Σ_{i≤t} (F(t) − F(i))² h_i + Σ own_i − 2 Σ (F(t) − F(i)) c_i, by running sums
    squares = share**2 * np.cumsum(hazard) - 2 * share * np.cumsum(share * hazard) + np.cumsum(share**2 * hazard)
    crossed = share * np.cumsum(cross) - np.cumsum(share * cross)
    return np.maximum(squares + np.cumsum(own_part) - 2 * crossed, 0.0)


def _step(times: Floats, values: Floats, time: float) -> float:
    place = int(np.searchsorted(times, time, "right")) - 1
    return float(values[place]) if place >= 0 else 0.0


@dataclass(frozen=True)
class Survival:
    """Kaplan–Meier for one end, all others taken as censored: S at each time, with log-log 95% limits."""

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    followed: float

    @property
    def median(self) -> float | None:
        """The first time at which half or fewer are left; None is "not reached"."""
        return _first_below(self.times, self.survival, 0.5)

    @property
    def median_limits(self) -> tuple[float | None, float | None]:
        """95% interval of the median: where the limits of the curve cross one half (Brookmeyer & Crowley 1982)."""
        return _first_below(self.times, self.low, 0.5), _first_below(self.times, self.high, 0.5)

    def wider(self, times: float) -> Survival:
        """The same curve with limits so many times as far from it, on the log-log scale."""
        inside = (self.survival > 0) & (self.survival < 1)
        log = np.log(self.survival[inside])
        low, high = self.low.copy(), self.high.copy()
        for limit in (low, high):
            limit[inside] = np.exp(log * (np.log(limit[inside]) / log) ** times)
        return replace(self, low=low, high=high)

    def restricted_mean(self, until: float) -> float:
        """Mean time up to `until`: the area under the curve (Royston & Parmar 2013)."""
        inside = self.times < until
        edges = np.concatenate(([0.0], self.times[inside], [until]))
        heights = np.concatenate(([1.0], self.survival[inside]))
        return float(np.sum(np.diff(edges) * heights))


def survival(
    durations: npt.ArrayLike, happened: npt.ArrayLike, weights: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
) -> Survival:  # fmt: skip
    """Kaplan–Meier of an end; `happened` is true where it was seen, false where the time is censored."""
    seen = np.asarray(happened, bool)
    curve = incidence(durations, ["end" if one else CENSORED for one in seen], weights, entry)
    ended = np.concatenate(([1.0], curve.survival[:-1])) - curve.survival if len(curve.times) else np.zeros(0)
    before = ended + curve.survival
    events = np.divide(ended, before, out=np.zeros_like(ended), where=before > 0) * curve.at_risk
    left = curve.at_risk - events
    terms = np.divide(events, curve.at_risk * left, out=np.zeros_like(events), where=left > 1e-9)
    low, high = _log_log(curve.survival, np.cumsum(terms))
    return Survival(curve.times, curve.survival, low, high, curve.followed)


def _log_log(share: Floats, greenwood: Floats) -> tuple[Floats, Floats]:
    inside = (share > 0) & (share < 1)
    low, high = share.copy(), share.copy()
    log = np.log(share[inside])
    half = Z95 * np.sqrt(greenwood[inside]) / log
    low[inside], high[inside] = np.exp(log * np.exp(-half)), np.exp(log * np.exp(half))
    return low, high


def _first_below(times: Floats, values: Floats, level: float) -> float | None:
    below = np.flatnonzero(values <= level + 1e-12)
    return float(times[below[0]]) if len(below) else None
