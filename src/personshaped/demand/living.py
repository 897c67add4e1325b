"""How many people live in the areas of a study in each month, from `area_facts`: trends are counted for each head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import numpy as np

FACTS = """facts AS (
    SELECT area, period, coalesce(sum(value) FILTER (WHERE stratum IS NULL), sum(value)) AS value FROM area_facts
    WHERE measure = 'population' GROUP BY ALL)"""
"""The people of each area and period, its strata added where it has no total."""
AS_LIST = "(SELECT list([area, period, CAST(value AS VARCHAR)] ORDER BY area, period) FROM facts)"


def living(
    facts: Iterable[Sequence[str]] | None, months: Sequence[datetime], counts: Callable[[str], bool]
) -> list[float] | None:
    """People of the areas that count in each month, each value standing at the middle of its period; None where none is
    known."""
    areas: dict[str, list[tuple[float, float]]] = {}
    for area, period, value in facts or ():
        if counts(area):
            areas.setdefault(area, []).append((_middle(period), float(value)))
    at = [month.year + (month.month - 0.5) / 12 for month in months]
    total = np.zeros(len(at))
    for known in areas.values():
        years, values = zip(*sorted(known), strict=True)
        total += np.interp(at, years, values)
    return [float(value) for value in total] if areas and (total > 0).all() else None


def _middle(period: str) -> float:
    """The middle of a year, quarter (`2024-Q1`) or month, in years."""
    year, _, part = period.partition("-")
    if not part:
        return int(year) + 0.5
    if part[0] in "Qq":
        return int(year) + (int(part[1:]) - 0.5) / 4
    return int(year) + (int(part[:2]) - 0.5) / 12
