"""What was published in 2012 to 2014: the three amounts, and the ten comparisons of one of them (M103, M107)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources

import numpy as np

ENGLAND_2001 = 49_138_831
"""Census 2001, the base of the £16bn."""
BARE = "1–3 compare a yearly saving with 2011–13 sums; 5–9 divide by salary alone."


@dataclass(frozen=True)
class Equivalent:
    """One of the ten, for an amount: `exact` as computed, `rounded` as it would be printed."""

    number: int
    name: str
    exact: float
    rounded: str
    published: str


def reference(name: str) -> list[dict[str, str]]:
    """The rows of a file of reference data that comes with this room, each with its source."""
    path = resources.files("personshaped.learning") / "reference" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def saving_claims() -> tuple[tuple[str, float, str], ...]:
    """The three amounts that were claimed (M103): name, amount and source."""
    return tuple((row["name"], float(row["amount"]), row["source"]) for row in reference("saving_claims"))


def equivalents(amount: float, on_costs: float = 0.0) -> tuple[Equivalent, ...]:
    """M107 for an amount a year; `on_costs` is the employer's share on top of salaries, 0 as published."""
    found = []
    for row in reference("equivalents"):
        divisor = float(row["divisor"]) * (1 + on_costs if row["form"] == "heads" else 1)
        exact = amount - divisor if row["form"] == "spare" else amount / divisor
        found.append(Equivalent(int(row["number"]), row["name"], exact, _printed(row["form"], exact), row["published"]))
    return tuple(found)


def _printed(form: str, exact: float) -> str:
    if form == "heads":
        return f"{round_to(exact, 5000):,}"
    if form == "spare":
        return f"£{exact / 1e9:.1f}bn"
    if form == "tens":
        return f"{round_to(exact, 10)}×"
    if form == "times":
        return f"{exact:.2f}×"
    unit = Fraction(1, max(1, round(1 / exact))) if exact > 0 else Fraction(0)
    return f"about {unit}"


def round_to(value: float, step: int) -> int:
    """To the nearest whole step, halves up."""
    return int(np.floor(value / step + 0.5)) * step
