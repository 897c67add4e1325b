"""The pattern of one account's balances over the months, by written rules (M079; decision 0120)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SHORTEST = 24
"""Months of balances without which no pattern is told."""
HALF_YEAR = 6
FEWEST_SPELLS = {12: 3, 6: 3, 3: 5}
"""Length of a period in months, and how many spells must begin in the same month of it.

If spells began at random, three would share their month of the year once in 144 times, of the half-year once in 36,
and five their month of the quarter once in 81; three would share that one time in nine.
"""

PATTERNS = ("periodic", "drifting", "one_off", "cleared", "no_pattern")


def spells(balances: Sequence[float]) -> list[tuple[int, int]]:
    """The runs of months in arrears (balance above 0), as first and last place."""
    found: list[tuple[int, int]] = []
    for place, balance in enumerate(balances):
        if balance <= 0:
            continue
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def pattern(balances: Sequence[float], first_month: int) -> str:
    """One of `PATTERNS`, from the balance at the end of each month; `first_month` is 1–12.

    In this order: `periodic` if spells of arrears begin in the same month of a year, half-year or quarter in enough
    periods (`FEWEST_SPELLS`), and at most a quarter of them elsewhere; `drifting` if the account is in arrears now, has
    been for six months, and rose in at least twice as many of them as it fell; `one_off` if there was one spell, of
    at most six months, and it is over; `cleared` if the last six months are without arrears; else `no_pattern`.
    Raises ValueError for fewer than `SHORTEST` months or where no month is in arrears.
    """
    runs = spells(balances)
    if len(balances) < SHORTEST or not runs:
        raise ValueError("a pattern wants 24 months of balances, one of them in arrears")
    if _periodic([first_month + start for start, _ in runs if start > 0]):
        return "periodic"
    begun, ended = runs[-1]
    over = ended < len(balances) - 1
    if not over and ended - begun + 1 >= HALF_YEAR and _rises(balances[begun:]):
        return "drifting"
    if over and len(runs) == 1 and ended - begun + 1 <= HALF_YEAR:
        return "one_off"
    return "cleared" if ended < len(balances) - HALF_YEAR else "no_pattern"


def _periodic(begins: Sequence[int]) -> bool:
    """Whether months, counted on from any January, fall on one month of some period often enough."""
    for length, fewest in FEWEST_SPELLS.items():
        phases = [month % length for month in begins]
        most = max((phases.count(phase) for phase in set(phases)), default=0)
        if most >= fewest and most >= 0.75 * len(phases):
            return True
    return False


def _rises(balances: Sequence[float]) -> bool:
    steps = [after - before for before, after in pairwise(balances)]
    return sum(step > 0 for step in steps) >= 2 * max(1, sum(step < 0 for step in steps))
