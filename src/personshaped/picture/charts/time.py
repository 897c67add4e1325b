"""One axis of time: from moments to pixels, with marks at round days, months or years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from personshaped.picture import words

_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 365, 730, 1826, 3652)


@dataclass(frozen=True)
class TimeAxis:
    """Moments between `first` and `last` on the pixels from `start` to `end`."""

    first: datetime
    last: datetime
    start: float
    end: float

    def __call__(self, moment: datetime) -> float:
        whole = (self.last - self.first).total_seconds() or 1
        return self.start + (self.end - self.start) * (moment - self.first).total_seconds() / whole

    def days(self, about: int) -> list[tuple[float, str]]:
        """Places and names of round numbers of days since the first moment: "day 0", "14", …"""
        whole = (self.last - self.first).days or 1
        step = next((one for one in _STEPS if whole / one <= about), _STEPS[-1])
        return [
            (self(self.first + timedelta(days=n)), f"day {n}" if n == 0 else str(n)) for n in range(0, whole + 1, step)
        ]

    def calendar(self, about: int) -> list[tuple[float, str]]:
        """Places and names of the first of years, or of months where the whole is under two years."""
        first, last = self.first, self.last
        if (last - first).days > 700:
            step = max(1, -(-(last.year - first.year + 1) // about))
            starts = [datetime(y, 1, 1) for y in range(first.year, last.year + 1, step)]
            named = [(one, str(one.year)) for one in starts]
        else:
            named = _months(first, last, about)
        places = [(max(self(one), self.start), name) for one, name in named if one <= last]
        if len(places) > 1 and named[0][0] < first and not _apart(places[0], places[1]):
            places = places[1:]  # a month that had begun gives way to the first that begins here
        kept: list[tuple[float, str]] = []
        for one in places:
            if not kept or _apart(kept[-1], one):
                kept.append(one)
        return kept


def _months(first: datetime, last: datetime, about: int) -> list[tuple[datetime, str]]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    step = max(1, -(-count // about))
    months = [first.year * 12 + first.month - 1 + i for i in range(0, count, step)]
    return [(datetime(m // 12, m % 12 + 1, 1), words.month(f"{m // 12:04d}-{m % 12 + 1:02d}")) for m in months]


def _apart(one: tuple[float, str], other: tuple[float, str]) -> bool:
    """Whether the second name may stand beside the first without touching it."""
    return other[0] - one[0] >= 8 * len(one[1]) + 12


def span(moments: Sequence[datetime]) -> tuple[datetime, datetime]:
    """First and last; a day more where they are one moment."""
    first, last = min(moments), max(moments)
    return first, last if last > first else first + timedelta(days=1)
