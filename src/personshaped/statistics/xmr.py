"""XmR charts with the four rules of NHS England's Making Data Count (Stat 1).

Shewhart 1931; Wheeler 1993, 2003; Nelson 1982. The numbers agree with the R package NHSRplotthedots, except that
fewer than seven points get no limits here, and that rules never reach from one phase into the next.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LIMIT = 2.66
RANGE_LIMIT = 3.267
D2 = 1.128
"""The mean range of two draws in standard deviations (Wheeler 1993)."""
RUN = 7
FEWEST_WITH_LIMITS, FEWEST_FULL = 7, 12
_CLOSE = 2 / 3


def screened(ranges: Floats) -> float:
    """Mean moving range after leaving out, once, ranges of 3.267 times the mean or more (Nelson 1982)."""
    mean = unscreened(ranges)
    kept = ranges[ranges < RANGE_LIMIT * mean]
    return unscreened(kept) if len(kept) else mean


def unscreened(ranges: Floats) -> float:
    """Mean moving range of all, as in the NHS Excel tool."""
    return float(ranges.mean()) if len(ranges) else 0.0


@dataclass(frozen=True)
class Signals:
    """For each point, which rules it breaks."""

    outside: Flags
    shift: Flags
    trend: Flags
    two_of_three: Flags

    @property
    def any(self) -> Flags:
        found: Flags = self.outside | self.shift | self.trend | self.two_of_three
        return found

    def names(self, at: int) -> tuple[str, ...]:
        """The rules that one point breaks, in words."""
        rules = (("outside", self.outside), ("shift", self.shift), ("trend", self.trend))
        return tuple(name for name, flags in (*rules, ("two of three", self.two_of_three)) if flags[at])


@dataclass(frozen=True)
class Phase:
    """One phase: points `start` to `end` (not included), and its lines; None where there are too few points.

    `state` is `runs` (fewer than 7 points: no lines), `provisional` (7–11) or `full`.
    """

    start: int
    end: int
    state: str
    mean: float | None
    moving_range: float | None
    lower: float | None
    upper: float | None
    range_limit: float | None


@dataclass(frozen=True)
class Chart:
    """An XmR chart: its points in time order, phases one after another, signals within each phase."""

    values: Floats
    phases: tuple[Phase, ...]
    signals: Signals
    notes: tuple[str, ...] = ()


def xmr(
    values: npt.ArrayLike,
    starts: Sequence[int] = (0,),
    bounds: tuple[float | None, float | None] = (None, None),
    mean_range: Callable[[Floats], float] = screened,
) -> Chart:
    """The chart of values in time order.

    `starts` are the first points of the phases (people decide them, never the chart); `bounds` what the values
    cannot go below and above (0 for counts, 0 and 1 for shares); `mean_range` is `screened` or `unscreened`.
    """
    x = np.asarray(values, np.float64)
    edges = [*sorted({0, *(start for start in starts if 0 < start < len(x))}), len(x)]
    phases, flags, notes = [], [], []
    for start, end in itertools.pairwise(edges):
        part = x[start:end]
        state = _state(len(part))
        if state == "runs":
            phases.append(Phase(start, end, state, None, None, None, None, None))
            flags.append(_none(len(part)))
            continue
        mean, moving = float(part.mean()), mean_range(np.abs(np.diff(part)))
        centre, half = np.full(len(part), mean), np.full(len(part), LIMIT * moving)
        lower, upper, said = bounded(mean - LIMIT * moving, mean + LIMIT * moving, bounds)
        phases.append(Phase(start, end, state, mean, moving, lower, upper, RANGE_LIMIT * moving))
        flags.append(broken_rules(part, centre, half))
        notes += [note for note in said if note not in notes]
    return Chart(x, tuple(phases), _joined(flags), tuple(notes))


def _state(points: int) -> str:
    if points < FEWEST_WITH_LIMITS:
        return "runs"
    return "provisional" if points < FEWEST_FULL else "full"


def bounded(lower: float, upper: float, bounds: tuple[float | None, float | None]) -> tuple[float, float, list[str]]:
    """Limits drawn at the bound where they would lie beyond it, with what that means."""
    least, most = bounds
    notes = []
    if least is not None and lower < least:
        lower = least
        notes.append("No low signal is possible: the lower limit lies below what can happen.")
    if most is not None and upper > most:
        upper = most
        notes.append("No high signal is possible: the upper limit lies above what can happen.")
    return lower, upper, notes


def broken_rules(x: Floats, centre: Floats, half: Floats) -> Signals:
    """The four rules for the points of one phase; `half` is the distance from centre to limit, point by point."""
    away = x - centre
    side = np.sign(away)
    outside = np.abs(away) > half
    close = ~outside & (np.abs(away) > _CLOSE * half)
    return Signals(outside, _shift(side), _trend(x), _two_of_three(close, side))


def flagged(rows: Floats) -> Flags:
    """For each row, as a chart of one phase, whether any rule is broken: `xmr(row).signals.any.any()`, all at once."""
    if rows.shape[1] < FEWEST_WITH_LIMITS:
        return np.zeros(len(rows), bool)
    away = rows - rows.mean(axis=1, keepdims=True)
    return broken(rows, away, np.broadcast_to(LIMIT * moving_ranges(rows)[:, None], rows.shape))


def broken(rows: Floats, away: Floats, half: Floats) -> Flags:
    """For each row whether any rule is broken, where points lie so far `away` from the centre and limits `half`."""
    outside, close = np.abs(away) > half, np.abs(away) > _CLOSE * half
    found = np.zeros(len(rows), bool)
    found |= outside.any(axis=1)
    for side in (away > 0, away < 0):
        found |= _in_a_row(side, RUN).any(axis=1)
        found |= (_in_a_row(side, 3) & _two_of_three_in(close & ~outside)).any(axis=1)
    steps = np.diff(rows, axis=1)
    for way in (steps > 0, steps < 0):
        found |= _in_a_row(way, RUN - 1).any(axis=1)
    return found


def moving_ranges(rows: Floats) -> Floats:
    """The screened mean moving range of each row: `screened`, all at once."""
    ranges = np.abs(np.diff(rows, axis=1))
    every = ranges.mean(axis=1)
    kept = ranges < RANGE_LIMIT * every[:, None]
    left = kept.sum(axis=1)
    found: Floats = np.where(left > 0, (ranges * kept).sum(axis=1) / np.maximum(left, 1), every)
    return found


def _in_a_row(these: Flags, many: int) -> Flags:
    """Where so many neighbours in a row begin that are all of them these."""
    ends = these.shape[1] - many + 1
    found = these[:, :ends].copy()
    for later in range(1, many):
        found &= these[:, later : later + ends]
    return found


def _two_of_three_in(close: Flags) -> Flags:
    """Where three neighbours begin of which two or more are close to the limit."""
    one, two, three = close[:, :-2], close[:, 1:-1], close[:, 2:]
    return (one & two) | (one & three) | (two & three)


def _shift(side: Floats) -> Flags:
    """Seven in a row on one side of the mean; a point on the mean breaks the run; all are flagged."""
    return _runs(side, RUN)


def _trend(x: Floats) -> Flags:
    """Seven points, six differences all up or all down; a tie breaks it; all seven or more are flagged."""
    flags = np.zeros(len(x), bool)
    rising = _runs(np.sign(np.diff(x)), RUN - 1)
    flags[:-1] |= rising
    flags[1:] |= rising
    return flags


def _runs(signs: Floats, least: int) -> Flags:
    """Members of unbroken runs of one sign, at least so long."""
    if not len(signs):
        return np.zeros(0, bool)
    turns = np.flatnonzero(np.diff(signs)) + 1
    edges = np.concatenate(([0], turns, [len(signs)]))
    long = (np.diff(edges) >= least) & (signs[edges[:-1]] != 0)
    found: Flags = np.repeat(long, np.diff(edges))
    return found


def _two_of_three(close: Flags, side: Floats) -> Flags:
    """Of three consecutive points all on one side of the mean two or more close to the limit: those are flagged."""
    flags = np.zeros(len(close), bool)
    for first in range(len(close) - 2):
        three = slice(first, first + 3)
        if abs(side[three].sum()) == 3 and close[three].sum() >= 2:
            flags[three] |= close[three]
    return flags


def _none(n: int) -> Signals:
    return Signals(*(np.zeros(n, bool) for _ in range(4)))


def _joined(parts: list[Signals]) -> Signals:
    names = ("outside", "shift", "trend", "two_of_three")
    return Signals(*(np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0, bool)]) for name in names))
