"""Intervals of incidence and of medians where one person may have several needs (Stat 3, general rule b).

Needs of one person resemble one another, so the formulas for independent times are too sure. The influence of each need
on the Aalen–Johansen estimate is added up over the needs of a person; the variance is that of those sums, which is what
resampling persons estimates (docs/decisions/0341).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personshaped.statistics.clustered import FEWEST_PERSONS, student
from personshaped.statistics.incidence import CENSORED, Floats, Incidence, Survival, incidence
from personshaped.statistics.wilson import Z95, wilson

Limits = tuple[float | None, float | None]
Persons = Sequence[Sequence[int]]
"""Of each row the persons whose needs it stands for, by number."""


def limits(
    curve: Incidence, durations: npt.ArrayLike, ends: Sequence[str], persons: Persons, cause: str, time: float
) -> Limits:
    """95% limits of `curve.at(cause, time)`, persons as clusters; plain below ten persons.

    Where none or all ended so, Wilson's limits on the persons of whom that is known: not censored before (0410).
    Where everyone has one need and some are not followed so long, Student's t on as many needs as would be as sure if
    all were (docs/decisions/0411): the variance is then itself an estimate, made by the few still followed.
    """
    person, rows = _told_apart(persons)
    share, plain = curve.at(cause, time), curve.limits(cause, time)
    if share is None or len(person) < FEWEST_PERSONS:
        return plain
    if share in (0, 1):
        unknown = (np.array(list(ends), dtype=object) == CENSORED) & (np.asarray(durations, np.float64) < time)
        known = len(np.unique(person[~unknown[rows]]))
        return wilson(share * known, known)
    if not _several_needs(person):
        as_sure = curve.effective(cause, time)
        if as_sure >= curve.n - 1e-6:
            return plain
        return curve.limits(cause, time, student(max(1.0, as_sure - 1)) * curve.error(cause, time))
    return curve.limits(
        cause, time, student(int(person.max())) * _spread(curve, durations, ends, person, rows, cause, time)
    )


def widened(curve: Survival, durations: npt.ArrayLike, happened: Sequence[bool], persons: Persons) -> Survival:
    """The same curve with limits as much wider as persons make them where half are left (or fewest, if more are)."""
    person, rows = _told_apart(persons)
    if not len(curve.times) or not _several_needs(person):
        return curve
    at = curve.median if curve.median is not None else float(curve.times[-1])
    ends = ["end" if one else CENSORED for one in happened]
    plain = incidence(durations, ends, [len(one) for one in persons])
    alone = float(plain.variance["end"][np.searchsorted(plain.times, at)]) ** 0.5
    if alone == 0:
        return curve
    return curve.wider(
        student(int(person.max())) / Z95 * _spread(plain, durations, ends, person, rows, "end", at) / alone
    )


def _told_apart(persons: Persons) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of each need its person, numbered from 0, and its row."""
    rows = np.repeat(np.arange(len(persons)), [len(one) for one in persons])
    _, person = np.unique(np.array([one for some in persons for one in some], np.int64), return_inverse=True)
    return person, rows


def _several_needs(person: npt.NDArray[np.int64]) -> bool:
    count = int(person.max(initial=-1)) + 1
    return FEWEST_PERSONS <= count < len(person)


def _spread(
    curve: Incidence, durations: npt.ArrayLike, ends: Sequence[str], person: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64], cause: str, time: float,
) -> float:  # fmt: skip
    """Standard error of the incidence of `cause` at `time`: the sums of influences over persons."""
    pull = np.bincount(person, weights=influences(curve, durations, ends, cause, time)[rows])
    return float(len(pull) / (len(pull) - 1) * (pull**2).sum()) ** 0.5


def influences(curve: Incidence, durations: npt.ArrayLike, ends: Sequence[str], cause: str, time: float) -> Floats:
    """How far one need of each row pulls the incidence of `cause` at `time` (Andersen et al. 1993, IV.4.4).

    With S the share left before each day, Y those at risk and F the incidence: an end of its own adds S/Y, any end
    takes away (F(t) − F)/(Y − d) of what could still come, and both are expected of everyone at risk.
    """
    days, end = np.asarray(durations, np.float64), np.array(list(ends), dtype=object)
    share, left = curve.incidence[cause], curve.survival
    before = np.concatenate(([1.0], left))[:-1]
    last = int(np.searchsorted(curve.times, time, "right")) - 1
    inside = np.arange(len(curve.times)) <= last
    own = np.where(inside, before / curve.at_risk, 0.0)
    ahead = np.maximum(share[last] - share, 0.0) * inside
    lost = np.divide(ahead * before, curve.at_risk * left, out=np.zeros_like(left), where=left > 0)
    hazards = np.diff(share, prepend=0.0) / before, 1 - left / before
    expected = np.concatenate(([0.0], np.cumsum(own * hazards[0] - lost * hazards[1])))
    place = np.searchsorted(curve.times, days, "right")
    at = np.maximum(place - 1, 0)
    pull: Floats = np.where(end == cause, own[at], 0.0) - np.where(end != CENSORED, lost[at], 0.0) - expected[place]
    return pull
