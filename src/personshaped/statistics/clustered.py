"""Intervals of shares and means whose rows cluster by person, from sums over persons alone.

Rows of one person resemble one another, so they are not as many independent observations as there are rows. The
linearised variance of a ratio Σx/Σn over persons (Cochran 1977, 6.3; Kish 1965) is what resampling persons
estimates, without the resampling. One formula from ten persons up, at every size.

That variance is itself an estimate, and a poor one where few persons carry what is counted: Student's t, with as many
degrees of freedom as persons carry it, makes up for that (docs/decisions/0340, 0360).
"""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

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
    one person then count as one observation as far as their numbers allow: n² / Σn² (Kish). Plain Wilson where
    everybody has one row: nothing is to be estimated then.
    """
    if sums.n <= 0:
        return None, None
    part = sums.x / sums.n
    if sums.persons < FEWEST_PERSONS or sums.nn == sums.n:
        return wilson(sums.x, sums.n)
    between = variance(sums)
    if between <= 1e-12 / sums.n or not 0 < part < 1:
        effective = sums.n**2 / sums.nn
    else:
        effective = part * (1 - part) / between
    return wilson(part * effective, effective, student(_freedom_of_share(sums)))


def mean(sums: PersonSums) -> Interval:
    """95% interval of the mean or ratio Σx/Σn by Student's t, drawn on the log scale; none below ten persons.

    None either where all persons are alike: how they differ is what it would be made of (docs/decisions/0410).
    What is averaged is seldom negative (counts, days, minutes, pounds): its mean is more uncertain upwards. Where it is
    so uncertain that it may well be nothing or less (half its width is three means or more), the plain scale says more.
    """
    if sums.n <= 0 or sums.persons < FEWEST_PERSONS or sums.alike:
        return None, None
    value = sums.x / sums.n
    freedom = max(1.0, min(sums.n**2 / sums.nn, sums.carrying, _carrying_the_spread(sums)) - 1)
    return _reaching(value, student(freedom) * sqrt(variance(sums)))


def mean_of_counts(sums: PersonSums) -> Interval:
    """As `mean`, of whole numbers: where all persons are alike, up to three in as many persons may differ by one.

    The rule of three, with persons counted as in `share` where all agree: n² / Σn² (Kish).
    """
    if sums.n > 0 and sums.persons >= FEWEST_PERSONS and sums.alike:
        value, apart = sums.x / sums.n, 3 * sums.nn / sums.n**2
        return max(0.0, value - apart), value + apart
    return mean(sums)


def share_of_amount(sums: PersonSums) -> Interval:
    """95% interval of a share of minutes or pounds: as a mean, between 0 and 1; as a share where all persons agree."""
    if sums.n > 0 and sums.persons >= FEWEST_PERSONS and sums.alike and 0 <= sums.x <= sums.n:
        return wilson(sums.x * sums.n / sums.nn, sums.n**2 / sums.nn, student(_freedom_of_share(sums)))
    low, high = mean(sums)
    return (None, None) if low is None or high is None else (min(1.0, max(0.0, low)), min(1.0, max(0.0, high)))


def total(sums: PersonSums) -> Interval:
    """95% interval of the total Σx of a time like this one, in which as many people come by chance (compound Poisson).

    Its variance is Σx²: of people who bring one each, their number. Student's t, and the log or the plain scale, as for
    a mean, but never below 0: nobody brings less than nothing. None below ten persons. `n` is not looked at.
    """
    if sums.persons < FEWEST_PERSONS or sums.x <= 0:
        return None, None
    freedom = max(1.0, min(sums.carrying, _carrying_the_spread(sums)) - 1)
    low, high = _reaching(sums.x, student(freedom) * sqrt(sums.xx))
    return max(0.0, low), high


def total_per(x: float, xx: float, most: float, persons: int, times: float) -> dict[str, Any]:
    """What Σx over persons comes to for one of `times` (years, weeks): value, its two sides, limits and caution.

    The keys are those of a measure's row; `times` must be more than 0.
    """
    sums = PersonSums(x, persons, xx, x, persons, persons, most)
    low, high = total(sums)
    return {
        "value": x / times,
        "numerator": x,
        "denominator": times,
        "low": None if low is None else low / times,
        "high": None if high is None else high / times,
        "note": "" if low is None else sums.caution,
    }


def rate(sums: PersonSums) -> Interval:
    """95% interval of events Σx in the time Σn that persons were followed: as a mean, and never below 0.

    With no event in all that time, three in as long is the most that is likely (Hanley & Lippman-Hand 1983).
    """
    if sums.n > 0 and sums.x == 0:
        return 0.0, 3 / sums.n
    low, high = mean(sums)
    return None if low is None else max(0.0, low), high


def _reaching(value: float, half: float) -> tuple[float, float]:
    """So far to either side of a value: on the log scale, or the plain one where that says more."""
    if value <= 0 or half > _PLAIN_FROM * value:
        return value - half, value + half
    return value * exp(-half / value), value * exp(half / value)


_PLAIN_FROM = 3.0
"""Half widths of so many means and more are drawn on the plain scale: a factor of twenty either way says nothing."""


def _carrying_the_spread(sums: PersonSums) -> float:
    """Twice as many as would make Σx² if each had as much as the person with most: who makes the variance, roughly."""
    return 2 * sums.xx / sums.most**2 if sums.most > 0 else float("inf")


def _freedom_of_share(sums: PersonSums) -> float:
    """Effective persons less one, and no more than twice those who say yes or twice those who say no."""
    freedom = sums.n**2 / sums.nn - 1
    yes, no = sums.xx, sums.nn - 2 * sums.xn + sums.xx
    for total, squares in ((sums.x, yes), (sums.n - sums.x, no)):
        if total > 0 and squares > 0:
            freedom = min(freedom, 2 * total**2 / squares)
    return max(1.0, freedom)


def student(freedom: float) -> float:
    """How many standard errors a 95% interval reaches to either side (Student's t)."""
    return float(stdtrit(freedom, 0.975))


INTERVALS = Intervals(share=share, share_of_amount=share_of_amount, mean=mean, mean_of_counts=mean_of_counts)
"""What `engine.measuring` is given: the house lets the engine know no statistics."""
