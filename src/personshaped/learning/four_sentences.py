"""Which of four sentences a record of an agency and a count made apart from it allow (Stat 8, 2).

Reported = true × completeness: where the ratio of the two lastingly moved, the recording did; where the independent
count did, the thing itself. The same people ask month after month, so that levels differ by chance more than counts of
single events would let them: how much, the agency's own records tell (docs/decisions/0500).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from personshaped.statistics.alike import Alike, quarterly, resemblance, times_as_wide, together
from personshaped.statistics.steps import largest_step, step_by_chance
from personshaped.statistics.xmr import D2, FEWEST_FULL, Chart, Floats, xmr

ENOUGH = 5
"""Fewer than so many a month on average: quarters are charted."""
ALL_RULES_BELOW = 24
APART = 3.5
"""How many standard errors the last third of a series has to lie from the first for its change to be lasting."""
SURE, AGREES = 0.02, 0.05
"""A step so rare in charts drawn without change shows that the independent series moved, and that own counts agree. In
made-up places it comes more often than these draws let expect: what holds is `MEASURED` (0412, 0500)."""
MEASURED = (
    "In made-up places where nothing was made to change, “more is going wrong” was said all the same in one of 30 to"
    " 40; where 30% more went wrong, in nine of ten."
)
SEED = 1


class Sentence(Enum):
    """All that is ever said."""

    FULLER = "Recorded more fully; no sign that more is going wrong."
    MORE = "More is going wrong; recording has not changed."
    BOTH = "More is going wrong, and it is recorded more fully."
    CANNOT_TELL = "Cannot tell."


@dataclass(frozen=True)
class Series:
    """One series and how alike its points are by the people who are in several; `alike` is empty where unknown."""

    chart: Chart
    alike: Alike = ()

    @property
    def shifted(self) -> int:
        """1 or −1 where the series has lastingly gone up or down, else 0; the direction is last third against first.

        By a run of seven or more on one side of the mean; below 24 points, where half of them make no such run, by any
        of the four rules. A run alone is seen in every fifth stable chart of three years, so the thirds must also lie
        3.5 standard errors apart, by the mean moving range (docs/decisions/0170) and by who is in both (0500).
        """
        values, signals = self.chart.values, self.chart.signals
        flags = signals.shift if len(values) >= ALL_RULES_BELOW else signals.any
        if not flags.any():
            return 0
        third = max(1, len(values) // 3)
        apart = np.zeros(len(values))
        apart[:third], apart[-third:] = -1 / third, 1 / third
        error = (self.chart.phases[-1].moving_range or 0.0) / D2 * np.sqrt(2 / third)
        rise = float(apart @ values)
        return int(np.sign(rise)) if abs(rise) > APART * error * times_as_wide(apart, self.alike) else 0

    def stepped(self, chance: float) -> int:
        """1 or −1 where the level steps once by more than that part of stable charts would show, else 0 (0412).

        Thirds leave out the middle third, and with it half of what a step in the middle has to show. Neighbours are
        alike as the chart shows, and months further apart as people do: what makes the step less rare counts.
        """
        values = self.chart.values
        at, step = largest_step(values)
        if not at:
            return 0
        if step_by_chance(step, len(values), SEED, resemblance(values)) > chance:
            return 0
        if self.alike and step_by_chance(step, len(values), SEED, self.alike) > chance:
            return 0
        return int(np.sign(values[at:].mean() - values[:at].mean()))

    def moved(self, chance: float = SURE) -> int:
        """1 or −1 where the series has lastingly gone up or down, by its thirds or by one step; else 0."""
        return self.shifted or self.stepped(chance)


@dataclass(frozen=True)
class Beside:
    """What an agency wrote down, what was counted apart from it, and ln(own ÷ independent), period by period."""

    periods: tuple[str, ...]
    own: Series
    independent: Series
    ratio: Series

    @property
    def sentence(self) -> Sentence:
        """That more is going wrong rests on the independent series. Own counts are fewer, and where their ratio to it
        has not moved they can but have moved with it: of them it is asked that they agree."""
        fuller, truly = self.ratio.shifted, self.independent.moved()
        if fuller > 0 and truly == 0:
            return Sentence.FULLER
        if fuller == 0 and truly > 0 and self.own.moved(AGREES) > 0:
            return Sentence.MORE
        if fuller > 0 and truly > 0:
            return Sentence.BOTH
        return Sentence.CANNOT_TELL


def by_quarter(periods: Sequence[str], counts: Sequence[float]) -> tuple[tuple[str, ...], Floats]:
    """Whole quarters of monthly counts, as `2024-Q1`."""
    total: dict[str, list[float]] = {}
    for period, count in zip(periods, counts, strict=True):
        quarter = f"{period[:4]}-Q{(int(period[5:7]) + 2) // 3}"
        total.setdefault(quarter, []).append(count)
    whole = {quarter: sum(months) for quarter, months in total.items() if len(months) == 3}
    return tuple(whole), np.array(list(whole.values()), np.float64)


def _places(named: Sequence[str]) -> list[int]:
    """Months or quarters from the year 0 on, of `2024-03` or `2024-Q1`."""
    return [
        int(one[:4]) * 4 + int(one[6:]) if "Q" in one else int(one[:4]) * 12 + int(one[5:7]) for one in named
    ]  # fmt: skip


def beside(
    periods: Sequence[str], own: Sequence[float], independent: Sequence[float], recurring: Sequence[float] = ()
) -> Beside | None:
    """The series of own, independent and ln(own ÷ independent); None with fewer than twelve periods of both.

    A period that is missing is time passed: those on either side are further apart. By quarter where either is rare;
    half an event is added to both where a period has none. `recurring` says for months 0, 1, 2 … apart the mean, over
    pairs of such months, of the sum over people of each one's own events in either.
    """
    named, one, other = tuple(periods), np.array(own, np.float64), np.array(independent, np.float64)
    again = np.array(recurring, np.float64)
    if len(named) and min(one.mean(), other.mean()) < ENOUGH:
        (named, one), (_, other) = by_quarter(periods, own), by_quarter(periods, independent)
        again = quarterly(again)
    if len(named) < FEWEST_FULL:
        return None
    add = 0.5 if (one == 0).any() or (other == 0).any() else 0.0
    kept = min(1.0, float(one.sum() / other.sum())) if other.any() else 1.0
    at = _places(named)
    return Beside(
        named,
        Series(xmr(one, bounds=(0, None)), together(again, at, float(one.mean()))),
        Series(xmr(other, bounds=(0, None)), together(again, at, float(one.mean()), kept)),
        Series(xmr(np.log((one + add) / (other + add)))),
    )
