"""Old against new, one line a case; and an interrupted series: what was seen, the line found, the old line gone on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from personshaped.picture.learned import Compared, Interrupted
from personshaped.picture.svg import GRID, INK, LINE, QUIET, Canvas, fit, ticks

Shown = Callable[[float], str]


def pairs(one: Compared, shown: Shown, width: float, says: str) -> Markup:
    """Every case on its own row: a ring for the old window, a dot for the new, joined; in the order of their ids."""
    wide = width > 400
    left, right = (130.0, width - 30.0) if wide else (8.0, width - 16.0)
    row, top = (30.0 if wide else 46.0), 30.0
    canvas = Canvas(width, top + row * len(one.pairs) + 40)
    values = [value for pair in one.pairs for value in (pair.old, pair.new)]
    marks = _axis(values)
    low, high = marks[0], marks[-1]

    def at(value: float) -> float:
        return left + (right - left) * (value - low) / ((high - low) or 1)

    bottom = top + row * len(one.pairs)
    for mark in marks if wide else (marks[0], marks[-1]):
        canvas.line([(at(mark), top - 6), (at(mark), bottom)], GRID)
        middle = "start" if mark == low and not wide else "end" if mark == high else "middle"
        canvas.text(at(mark), bottom + 22, shown(mark), "q sm", middle)
    canvas.text(left, 14, "Ring: old window. Dot: new window.", "q sm")
    for place, pair in enumerate(one.pairs):
        y = top + row * (place + 0.5) + (0 if wide else 8)
        if wide:
            canvas.text(0, y + 5, fit(pair.case_id, left - 24))
        else:
            canvas.text(0, y - 14, fit(pair.case_id, width), "sm")
        canvas.line([(at(pair.old), y), (at(pair.new), y)], INK, 1.6)
        canvas.circle(at(pair.old), y, 6, "#fff", INK, 2)
        canvas.circle(at(pair.new), y, 5, INK, INK, 1)
    return canvas.image(says)


def _axis(values: Sequence[float]) -> list[float]:
    up = ticks(max(*values, 0.0) if values else 1.0)
    down = [-mark for mark in ticks(-min(values))[:0:-1]] if values and min(values) < 0 else []
    return [*down, *up]


def running(lines: Sequence[tuple[float, float, float]], most: float, shown: Shown, width: float, says: str) -> Markup:
    """One case's cost as it mounted up: old window thin and dashed, new window thick."""
    left, right, top, bottom = 70.0, width - 12.0, 14.0, 150.0
    canvas = Canvas(width, bottom + 26)
    marks = ticks(most, 3)
    last = lines[-1][0] or 1

    def place(day: float, value: float) -> tuple[float, float]:
        return left + (right - left) * day / last, bottom + (top - bottom) * value / marks[-1]

    for mark in marks:
        canvas.line([(left, place(0, mark)[1]), (right, place(0, mark)[1])], GRID)
        canvas.text(left - 8, place(0, mark)[1] + 5, shown(mark), "q sm", "end")
    canvas.line([place(day, old) for day, old, _ in lines], QUIET, 1.6, "6 4")
    canvas.line([place(day, new) for day, _, new in lines], INK, 2.4)
    canvas.text(left, bottom + 20, "first day", "q sm")
    canvas.text(right, bottom + 20, f"day {last + 1:.0f}", "q sm", "end")
    return canvas.image(says)


def interrupted(one: Interrupted, width: float, says: str) -> Markup:
    """Months as dots, the line found solid, the old line had it gone on dashed, the date upright."""
    left, right, top, bottom = 52.0, width - 10.0, 30.0, 280.0
    canvas = Canvas(width, bottom + 54)
    marks = ticks(max([*one.observed, *one.fitted, *one.extended, 1.0]))
    n = max(len(one.months) - 1, 1)

    def place(month: int, value: float) -> tuple[float, float]:
        return left + (right - left) * month / n, bottom + (top - bottom) * min(value, marks[-1]) / marks[-1]

    for mark in marks:
        canvas.line([(left, place(0, mark)[1]), (right, place(0, mark)[1])], GRID)
        canvas.text(left - 8, place(0, mark)[1] + 5, f"{mark:,g}", "q sm", "end")
    began = sum(1 for month in one.months if month < one.on[:7]) + (one.on[8:] > "01")
    x = place(began, 0)[0] - (right - left) / n / 2
    canvas.line([(x, top - 8), (x, bottom)], LINE, 1.4, "2 4")
    canvas.text(x, 14, "changed here", "sm b halo", "end" if x > width / 2 else "")
    if one.extended:
        canvas.line([place(month, one.extended[month]) for month in range(began, len(one.months))], INK, 1.4, "6 4")
    for part in (range(began), range(began, len(one.months))):
        if one.fitted and len(part) > 1:
            canvas.line([place(month, one.fitted[month]) for month in part], INK, 2)
    for month, value in enumerate(one.observed):
        canvas.circle(*place(month, value), 3, "#fff", INK, 1.4)
    _years(canvas, one.months, place, bottom)
    canvas.text(0, bottom + 48, "Solid: the line found. Dashed: the old line, had it gone on.", "q sm")
    return canvas.image(says)


def _years(
    canvas: Canvas, months: Sequence[str], place: Callable[[int, float], tuple[float, float]], bottom: float
) -> None:
    after = 0.0
    for at, month in enumerate(months):
        x = place(at, 0)[0]
        if (at == 0 or month[:4] != months[at - 1][:4]) and x >= after:
            canvas.line([(x, bottom), (x, bottom + 6)], LINE)
            canvas.text(x - 2, bottom + 24, month[:4], "q sm")
            after = x + 44
