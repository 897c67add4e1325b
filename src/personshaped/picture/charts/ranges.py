"""Ranges as bars that begin and end somewhere: nothing in the middle is marked, for nothing there is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from personshaped.picture.svg import GRID, INK, WASH, Canvas, ticks, wrap


@dataclass(frozen=True)
class Range:
    """One range, with its label and its ends as written."""

    label: str
    low: float
    high: float
    shown: str


def ranges(items: Sequence[Range], shown: Callable[[float], str], width: float, says: str) -> Markup:
    """A bar from its low to its high end for each item, on one axis that holds nought."""
    left, right = 8.0, width - 24.0
    down = [-mark for mark in ticks(-min(one.low for one in items))[:0:-1]] if any(one.low < 0 for one in items) else []
    marks = [*down, *ticks(max(0.0, *(one.high for one in items)), 4)]
    canvas = Canvas(width, 0)

    def at(value: float) -> float:
        return left + (right - left) * (value - marks[0]) / ((marks[-1] - marks[0]) or 1)

    drawn, y = [], 18.0
    for one in items:
        lines = wrap(one.label, width)
        for line in lines:
            canvas.text(0, y, line)
            y += 20
        drawn.append((y - 8, one))
        y += 20
        canvas.text(0, y + 12, one.shown, "b sm")
        y += 42
    for mark in marks if width > 400 else (marks[0], marks[-1]):
        side = "" if mark == marks[0] else "end" if mark == marks[-1] else "middle"
        canvas.text(at(mark), y + 4, shown(mark), "q sm", side)
    for top, one in drawn:
        canvas.line([(at(marks[0]), top + 9), (at(marks[-1]), top + 9)], GRID)
        canvas.rect(at(one.low), top, max(at(one.high) - at(one.low), 3), 18, WASH, INK)
    canvas.height = y + 12
    return canvas.image(says)
