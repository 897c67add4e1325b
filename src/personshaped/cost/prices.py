"""Prices of one year in those of another, only where someone asks (Stat 6: no silent uprating)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from personshaped.errors import UsageError

SOURCE = "HM Treasury GDP deflators, December 2025"


@cache
def deflators() -> Mapping[int, float]:
    """HM Treasury's GDP deflator by calendar year, 1990–2024, 2024 = 100."""
    path = resources.files("personshaped.cost") / "reference" / "gdp_deflator.csv"
    with path.open(encoding="utf-8") as file:
        return {int(row["period"]): float(row["value"]) for row in csv.DictReader(file)}


def factor(of_year: int, in_year: int) -> float:
    """What £1 of one year is in the prices of another. Raises UsageError for a year that the series does not have."""
    known = deflators()
    for year in (of_year, in_year):
        if year not in known:
            raise UsageError(f"no GDP deflator for {year}; expected a year from {min(known)} to {max(known)}")
    return known[in_year] / known[of_year]


def factors(in_year: int) -> dict[int, float]:
    """The factor of every year of the series into the prices of one."""
    return {year: factor(year, in_year) for year in deflators()}


DISCOUNT = 0.035
"""HM Treasury Green Book: 3.5% a year, real."""


def discounted(amount: float, years: float) -> float:
    """What an amount `years` from now is worth now, by the Green Book."""
    return amount / (1 + DISCOUNT) ** years
