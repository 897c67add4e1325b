"""Intervals of shares and means whose rows cluster by person, from sums over persons alone.

Rows of one person resemble one another, so they are not as many independent observations as there are rows. The
linearised variance of a ratio Σx/Σn over persons (Cochran 1977, 6.3; Kish 1965) is what resampling persons
estimates, without the resampling. One formula from ten persons up, at every size.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import stdtrit

from personshaped.figures import Interval, Intervals, PersonSums
from personshaped.statistics.wilson import wilson

FEWEST_PERSONS = 10
"""Below it a share gets the plain Wilson interval and a mean none."""


def variance(sums: PersonSums) -> float:
    """Variance of Σx/Σn between samples of persons."""
    ratio = sums.x / sums.n
    squares = max(0.0, sums.xx - 2 * ratio * sums.xn + ratio * ratio * sums.nn)
    return sums.persons / (sums.persons - 1) * squares / sums.n**2


def share(sums: PersonSums) -> Interval:
    """95% interval of the share Σx/Σn: Wilson at the effective number of rows n / design effect.

    Where all persons agree exactly (none or all of the rows, say) the design effect cannot be seen; the rows of
    one person then count as one observation as far as their numbers allow: n² / Σn² (Kish).
    """
    if sums.n <= 0:
        return None, None
    part = sums.x / sums.n
    if sums.persons < FEWEST_PERSONS:
        return wilson(sums.x, sums.n)
    between = variance(sums)
    if between <= 1e-12 / sums.n or not 0 < part < 1:
        effective = sums.n**2 / sums.nn
    else:
        effective = part * (1 - part) / between
    return wilson(part * effective, effective)


def mean(sums: PersonSums) -> Interval:
    """95% interval of the mean or ratio Σx/Σn by Student's t on persons − 1; none below ten persons."""
    if sums.n <= 0 or sums.persons < FEWEST_PERSONS:
        return None, None
    half = float(stdtrit(sums.persons - 1, 0.975)) * sqrt(variance(sums))
    value = sums.x / sums.n
    return value - half, value + half


INTERVALS = Intervals(share=share, mean=mean)
"""What `engine.measuring` is given: the house lets the engine know no statistics."""
