"""Values with their 95% intervals from (person, x, n) in plain loops: Wilson below ten persons, else by person."""

from __future__ import annotations

from math import sqrt

from scipy.stats import norm, t

Pair = tuple[str, float, float]
Limits = tuple[float | None, float | None]


def per_person(pairs: list[Pair]) -> list[tuple[float, float]]:
    """Σx and Σn of each person."""
    sums: dict[str, tuple[float, float]] = {}
    for person, x, n in pairs:
        before = sums.get(person, (0.0, 0.0))
        sums[person] = (before[0] + x, before[1] + n)
    return list(sums.values())


def between_persons(people: list[tuple[float, float]]) -> float:
    """The linearised variance of Σx/Σn between samples of persons (Cochran 1977, 6.3)."""
    m = sum(n != 0 for _, n in people)
    whole = sum(n for _, n in people)
    share = sum(x for x, _ in people) / whole
    return m / (m - 1) * sum((x - share * n) ** 2 for x, n in people) / whole**2


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share of n rows."""
    z = norm.ppf(0.975)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    return (0.0 if share == 0 else middle - half), (1.0 if share == 1 else middle + half)


def share_limits(pairs: list[Pair]) -> Limits:
    """Of a share of rows."""
    people = per_person(pairs)
    rows = sum(n for _, n in people)
    share = sum(x for x, _ in people) / rows
    if sum(n != 0 for _, n in people) < 10:
        return wilson(share, rows)
    variance = between_persons(people)
    if 0 < share < 1 and variance > 1e-12 / rows:
        return wilson(share, share * (1 - share) / variance)
    return wilson(share, rows**2 / sum(n * n for _, n in people))


def mean_limits(pairs: list[Pair]) -> Limits:
    """Of a mean or ratio; none below ten persons."""
    people = per_person(pairs)
    m = sum(n != 0 for _, n in people)
    if m < 10:
        return None, None
    value = sum(x for x, _ in people) / sum(n for _, n in people)
    half = t.ppf(0.975, m - 1) * sqrt(between_persons(people))
    return value - half, value + half


def share_of_amount_limits(pairs: list[Pair]) -> Limits:
    """Of a share of minutes or pounds: a ratio that stays between 0 and 1."""
    low, high = mean_limits(pairs)
    return (None if low is None else max(0.0, low)), (None if high is None else min(1.0, high))
