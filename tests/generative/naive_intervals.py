"""Values with their 95% intervals from (person, x, n) in plain loops: Wilson below ten persons, else by person."""

from __future__ import annotations

from math import exp, sqrt

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


def carriers(amounts: list[float]) -> float:
    """As many persons as would carry the whole if each carried the same."""
    return sum(amounts) ** 2 / sum(one * one for one in amounts) if any(amounts) else 0


def wilson(share: float, n: float, z: float = float(norm.ppf(0.975))) -> tuple[float, float]:
    """Wilson's interval of a share of n rows."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    return (0.0 if share == 0 else middle - half), (1.0 if share == 1 else middle + half)


def share_limits(pairs: list[Pair]) -> Limits:
    """Of a share of rows."""
    people = per_person(pairs)
    rows = sum(n for _, n in people)
    share = sum(x for x, _ in people) / rows
    if sum(n != 0 for _, n in people) < 10 or all(n in (0, 1) for _, n in people):
        return wilson(share, rows)
    variance = between_persons(people)
    alike = carriers([n for _, n in people])
    freedom = alike - 1
    for part in ([x for x, _ in people], [n - x for x, n in people]):
        if any(part):
            freedom = min(freedom, 2 * carriers(part))
    by_chance = t.ppf(0.975, max(1, freedom))
    if 0 < share < 1 and variance > 1e-12 / rows:
        return wilson(share, share * (1 - share) / variance, by_chance)
    return wilson(share, alike, by_chance)


def mean_limits(pairs: list[Pair]) -> Limits:
    """Of a mean or ratio; none below ten persons."""
    people = per_person(pairs)
    m = sum(n != 0 for _, n in people)
    if m < 10:
        return None, None
    if all_alike(people):
        return None, None
    value = sum(x for x, _ in people) / sum(n for _, n in people)
    squares, most = sum(x * x for x, _ in people), max(abs(x) for x, _ in people)
    of_most = 2 * squares / most**2 if most else m
    freedom = max(1, min(carriers([n for _, n in people]), carriers([x for x, _ in people]), of_most) - 1)
    half = t.ppf(0.975, freedom) * sqrt(between_persons(people))
    return reaching(value, half)


def all_alike(people: list[tuple[float, float]]) -> bool:
    """Whether everybody has the same ratio, as far as a computer tells."""
    ratios = [x / n for x, n in people if n]
    return max(ratios) - min(ratios) <= 1e-6 * max(1e-12, abs(max(ratios)))


def count_limits(pairs: list[Pair]) -> Limits:
    """Of a mean of whole numbers: three persons in as many may differ by one where none does."""
    people = per_person(pairs)
    if sum(n != 0 for _, n in people) >= 10 and all_alike(people):
        value, apart = sum(x for x, _ in people) / sum(n for _, n in people), 3 / carriers([n for _, n in people])
        return max(0.0, value - apart), value + apart
    return mean_limits(pairs)


def reaching(value: float, half: float) -> tuple[float, float]:
    """On the log scale, or the plain one from three times the value on."""
    if value <= 0 or half > 3 * value:
        return value - half, value + half
    return value * exp(-half / value), value * exp(half / value)


def total_limits(amounts: list[float], per: float) -> Limits:
    """Of a total that people who come by chance bring, for each of `per`; none below ten persons."""
    whole, squares = sum(amounts), sum(one * one for one in amounts)
    if len(amounts) < 10 or not whole:
        return None, None
    freedom = max(1, min(whole**2 / squares, 2 * squares / max(amounts) ** 2) - 1)
    low, high = reaching(whole, t.ppf(0.975, freedom) * sqrt(squares))
    return max(0.0, low) / per, high / per


def rate_limits(pairs: list[Pair]) -> Limits:
    """Of events in time, never below 0; three in all the time where there was none."""
    if not any(x for _, x, _ in pairs):
        return 0.0, 3 / sum(n for _, _, n in pairs)
    low, high = mean_limits(pairs)
    return (None if low is None else max(0.0, low)), high


def share_of_amount_limits(pairs: list[Pair]) -> Limits:
    """Of a share of minutes or pounds: a ratio that stays between 0 and 1; a share of persons where all agree."""
    people = per_person(pairs)
    if sum(n != 0 for _, n in people) >= 10 and all_alike(people):
        persons = carriers([n for _, n in people])
        share, part = next((x / n for x, n in people if n)), [persons - 1]
        part += [2 * carriers(some) for some in ([x for x, _ in people], [n - x for x, n in people]) if any(some)]
        return wilson(share, persons, t.ppf(0.975, max(1, min(part))))
    low, high = mean_limits(pairs)
    return (None if low is None else max(0.0, low)), (None if high is None else min(1.0, high))
