"""One dot with its interval for each item, on one axis from nought: for what was counted, never for a projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from personshaped.picture import marks
from personshaped.picture.svg import GRID, INK, LINE, Canvas, fit, long_as, ticks


@dataclass(frozen=True)
class Limited:
    """One dot; an end that cannot be told is None, and `shown` says it in words."""

    label: str
    value: float
    low: float | None
    high: float | None
    shown: str
    agency: str | None = None


def limits(items: Sequence[Limited], width: float, says: str) -> Markup:
    """In the order given; the label above, the dot on its interval, the number behind it."""
    room = max(long_as(one.shown, 15) for one in items) + 22
    left, right = 4.0, width - room
    marks_ = ticks(max(max(one.value, one.high or 0) for one in items))
    row, top = 56.0, 20.0
    canvas = Canvas(width, top + row * len(items) + 24)

    def at(value: float) -> float:
        return left + (right - left) * value / marks_[-1]

    bottom = top + row * len(items) - 14
    for mark in marks_ if width > 400 else (marks_[0], marks_[-1]):
        canvas.line([(at(mark), top - 12), (at(mark), bottom)], GRID)
        canvas.text(at(mark), bottom + 22, f"{mark:g}", "q sm", "" if mark == 0 else "middle")
    for place, one in enumerate(items):
        y = top + row * place
        if one.agency is not None:
            canvas.put(marks.agency_at(one.agency, 9, y - 5))
        canvas.text(22 if one.agency is not None else 0, y, fit(one.label, width - 30), "halo")
        low, high = one.low if one.low is not None else one.value, one.high
        end = at(high) if high is not None else right
        canvas.line([(at(low), y + 20), (end, y + 20)], LINE, 3, "" if high is not None else "3 4")
        for limit in (one.low, one.high):
            if limit is not None:
                canvas.line([(at(limit), y + 15), (at(limit), y + 25)], LINE, 1.6)
        canvas.circle(at(one.value), y + 20, 5.5, INK)
        canvas.text(max(end, at(one.value)) + 12, y + 25, one.shown, "b sm halo")
    return canvas.image(says)
