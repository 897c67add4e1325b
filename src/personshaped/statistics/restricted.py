"""Mean time to an end, counted up to a stated day, and how it differs between two ways of working (Stat 3).

Royston & Parmar 2013. Times of one person resemble one another, so the interval counts persons: the influence of each
person on the area under the Kaplan–Meier curve stands in for resampling persons (docs/decisions/0040, 0091).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from personshaped.statistics.clustered import FEWEST_PERSONS
from personshaped.statistics.incidence import survival

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval; None where there are fewer than ten persons."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days up to `until`; `pull` is each person's influence on it, persons in any order."""

    value: float
    pull: Floats
    until: float

    @property
    def estimate(self) -> Estimate:
        return _estimate(self.value, self.pull)


def restricted_mean(
    durations: npt.ArrayLike, happened: npt.ArrayLike, persons: npt.ArrayLike, until: float
) -> RestrictedMean:
    """The area under the curve up to `until`; `happened` is false where the time is censored, `persons` any labels.

    Raises ValueError where nobody was followed so long and someone is left: the area would be a guess.
    """
    time, seen = np.asarray(durations, np.float64), np.asarray(happened, bool)
    curve = survival(time, seen)
    if len(time) == 0 or (until > time.max() and not (len(curve.survival) and curve.survival[-1] == 0)):
        raise ValueError(f"nobody was followed for {until:g} days")
    inside = curve.times < until
    times, left = curve.times[inside], curve.survival[inside]
    ahead = np.array([curve.restricted_mean(until) - curve.restricted_mean(day) for day in times])
    ended = np.array([(seen & (time == day)).sum() for day in times], np.float64)
    at_risk = np.array([(time >= day).sum() for day in times], np.float64)
    weight = np.where(left > 0, ahead / np.maximum(at_risk - ended, 1), 0.0)
    expected = np.concatenate(([0.0], np.cumsum(weight * ended / np.maximum(at_risk, 1))))
    place = np.searchsorted(times, time, "right")
    own = np.where(seen & (time < until), -weight[np.maximum(place - 1, 0)] if len(times) else 0.0, 0.0)
    pulls = own + expected[place]
    _, of_person = np.unique(np.asarray(persons), return_inverse=True)
    return RestrictedMean(curve.restricted_mean(until), np.bincount(of_person, weights=pulls).astype(np.float64), until)


def difference(one: RestrictedMean, other: RestrictedMean) -> Estimate:
    """`one` less `other`, of different persons; raises ValueError where they count up to different days."""
    if one.until != other.until:
        raise ValueError("both means must count up to the same day")
    if min(len(one.pull), len(other.pull)) < FEWEST_PERSONS:
        return Estimate(one.value - other.value, None, None)
    return _estimate(one.value - other.value, np.concatenate((one.pull, -other.pull)))


def _estimate(value: float, pull: Floats) -> Estimate:
    m = len(pull)
    if m < FEWEST_PERSONS:
        return Estimate(value, None, None)
    half = float(stdtrit(m - 1, 0.975)) * float(m / (m - 1) * (pull**2).sum()) ** 0.5
    return Estimate(value, value - half, value + half)
