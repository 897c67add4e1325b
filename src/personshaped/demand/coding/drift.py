"""Whether the same words are still coded the same: a fixed sample answered again, blind to date (Stat 8.6, Stat 14).

What is answered again stands beside the first answer and never in its place: no share, no agreement between people and
no code in force rests on it. All who coded are taken together; nobody's answers are set against another's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import AGAIN, Code
from personshaped.demand.coding.queue import number

SAMPLE = 40
"""Of what one person has coded, so many are asked again: half of their earlier answers, half of their later ones."""
RESTED = timedelta(days=28)
"""Nothing is asked again sooner: one would remember the answer, not the words."""
FEWEST = 10
FAILS = "failure"


@dataclass(frozen=True)
class Pair:
    """One demand as it was answered and as it was answered again by the same person."""

    quarter: str
    then: str
    now: str


@dataclass(frozen=True)
class Period:
    """A quarter of the first answers: how many were answered again, how many alike, how many were failure demand."""

    quarter: str
    items: int
    same: int
    failure_then: int
    failure_now: int


@dataclass(frozen=True)
class Drift:
    """All pairs, by quarter; `change` is the share called failure demand now less then, with its 95% interval."""

    items: int
    same: int
    table: tuple[tuple[str, str, int], ...]
    periods: tuple[Period, ...]
    change: float | None
    low: float | None
    high: float | None

    @property
    def says(self) -> str:
        """In a sentence or two; nothing is corrected by it."""
        lead = f"{self.items} demands were answered again by who had answered them, blind to date: {self.same} alike."
        if self.change is None or self.low is None or self.high is None:
            return f"{lead} Too few to say whether the meaning has moved; {FEWEST} would be enough to begin."
        moved = f"{abs(self.change):.0%} {'more' if self.change > 0 else 'fewer'} are called failure demand now"
        ends = f"(from {self.low:+.0%} to {self.high:+.0%})"
        if self.low > 0 or self.high < 0:
            return (
                f"{lead} {moved} {ends}: the words have moved. Go through them together before comparing the two times."
            )
        return f"{lead} No sign that the words have moved: the difference is {self.change:+.0%} {ends}."


def to_answer_again(answers: Sequence[Code], coder: str, at: datetime, passed: frozenset[str]) -> list[str]:
    """The demands this person is asked again and has not yet answered again, in an order that tells nothing."""
    mine = sorted(
        (code for (who, _), code in kept.by_coder(answers).items() if who == coder and code.demand_type),
        key=lambda one: one.at,
    )
    rested = [one for one in mine if _moment(one) is not None and at - (_moment(one) or at) >= RESTED]
    half = len(rested) // 2
    chosen = [one.interaction_id for part in (rested[:half], rested[half:]) for one in _drawn(part, SAMPLE // 2)]
    done = set(_again(answers, coder)) | passed
    return [one for one in sorted(chosen, key=lambda one: number("again order", one)) if one not in done]


def drift(answers: Sequence[Code]) -> Drift | None:
    """What changed between the first answers and the second; None where nothing was answered again."""
    found = sorted(_pairs(answers), key=lambda one: one.quarter)
    if not found:
        return None
    periods = []
    for quarter, group in groupby(found, key=lambda one: one.quarter):
        some = list(group)
        failing = [(one.then == FAILS, one.now == FAILS) for one in some]
        periods.append(Period(quarter, len(some), sum(one.then == one.now for one in some),
                              sum(one for one, _ in failing), sum(two for _, two in failing)))  # fmt: skip
    counts: dict[tuple[str, str], int] = {}
    for one in found:
        counts[one.then, one.now] = counts.get((one.then, one.now), 0) + 1
    table = tuple((then, now, n) for (then, now), n in sorted(counts.items()))
    change, low, high = change_between([(one.now == FAILS) - (one.then == FAILS) for one in found])
    return Drift(len(found), sum(one.then == one.now for one in found), table, tuple(periods), change, low, high)


def change_between(steps: Sequence[int]) -> tuple[float | None, float | None, float | None]:
    """The mean of steps of 1, 0 and -1 with its 95% interval; none of fewer than ten.

    Bonett & Price 2012 (J. Educ. Behav. Stat. 37:479): one more answer either way. Where nobody changed an answer the
    plain interval would be no width at all.
    """
    n = len(steps)
    if n < FEWEST:
        return None, None, None
    up, down = ((sum(one == way for one in steps) + 1) / (n + 2) for way in (1, -1))
    spread = 1.96 * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return sum(steps) / n, up - down - spread, up - down + spread


def _pairs(answers: Sequence[Code]) -> Iterable[Pair]:
    first = kept.by_coder(answers)
    for coder in sorted({code.coded_by for code in answers}):
        for demand, now in _again(answers, coder).items():
            then = first.get((coder, demand))
            moment = _moment(then) if then else None
            if then and then.demand_type and moment:
                yield Pair(f"{moment.year} Q{(moment.month + 2) // 3}", then.demand_type, now.demand_type)


def _again(answers: Sequence[Code], coder: str) -> dict[str, Code]:
    """What this person answered again, by demand, less what they took back."""
    found: dict[str, Code] = {}
    for code in answers:
        if code.drawn == AGAIN and code.coded_by == coder:
            if code.withdrawn == "yes":
                found.pop(code.interaction_id, None)
            elif code.demand_type:
                found[code.interaction_id] = code
    return found


def _drawn(some: Sequence[Code], most: int) -> list[Code]:
    return sorted(some, key=lambda one: number("again", one.interaction_id))[:most]


def _moment(code: Code) -> datetime | None:
    """When it was answered, in UTC; None where only a spreadsheet knows."""
    try:
        found = datetime.fromisoformat(code.at or code.coded_on)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
