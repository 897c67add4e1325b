"""Pounds as squares, and what was received over time beside what was wanted."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from personshaped.picture import words
from personshaped.picture.charts.time import TimeAxis, span
from personshaped.picture.inputs import Lorenz, ReceivedWanted
from personshaped.picture.svg import AGAIN, GRID, INK, LINE, Canvas, ticks

UNITS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)


def square_worth(most: float) -> int:
    """What one square stands for, in pounds, so that there are at most 130."""
    return next((unit for unit in UNITS if most / unit <= 130), UNITS[-1])


def squares(wanted: float, received: float, width: float, says: str) -> Markup:
    """Two groups of squares: wanted solid, received striped; the last of each is cut to its part."""
    worth = square_worth(max(wanted, received))
    canvas = Canvas(width, 0)
    y = 18.0
    for name, amount, fill, stroke in (
        ("What people said they wanted", wanted, INK, INK),
        ("What they received", received, "url(#again)", AGAIN),
    ):
        canvas.text(0, y, f"{name}: {words.pounds(amount)}", "b")
        y = _field(canvas, amount / worth, y + 12, fill, stroke) + 34
    canvas.text(0, y - 6, f"Each square is {words.pounds(worth)}", "q sm")
    canvas.height = y + 4
    return canvas.image(says)


def _field(canvas: Canvas, count: float, y: float, fill: str, stroke: str) -> float:
    pitch = 26.6 if canvas.width > 400 else 23.0
    across = int((canvas.width + 4) // pitch)
    place = 0
    while place < count:
        x, down = pitch * (place % across), y + pitch * (place // across)
        canvas.rect(x + 0.5, down, (pitch - 4) * min(1.0, count - place), pitch - 4, fill, stroke)
        place += 1
    return y + pitch * ((max(place, 1) - 1) // across + 1)


def cumulative(line: ReceivedWanted, width: float, says: str) -> Markup:
    """Received as a striped area in steps, wanted as a solid line; dashed where an alternative would cost less."""
    wide = width > 400
    left, right, top, bottom = 64.0, (130.0 if wide else 8.0), 16.0, 260.0
    canvas = Canvas(width, bottom + 32)
    moments = [datetime.fromisoformat(one) for one in line.at]
    axis = TimeAxis(*span(moments), left, width - right)
    marks = ticks(max([*line.received, *line.wanted_high, 1]), 4)

    def up(value: float) -> float:
        return bottom + (top - bottom) * value / marks[-1]

    for mark in marks:
        canvas.line([(left, up(mark)), (width - right, up(mark))], GRID)
        canvas.text(left - 8, up(mark) + 5, words.pounds(mark), "q sm", "end")
    steps = _stairs([axis(one) for one in moments], [up(value) for value in line.received])
    canvas.path("M" + "L".join([*steps, f"{axis(moments[-1]):.1f} {bottom}", f"{axis(moments[0]):.1f} {bottom}"]) + "Z",
                fill="url(#again)")  # fmt: skip
    canvas.path("M" + "L".join(steps), stroke=AGAIN, width=1.6)
    xs = [axis(one) for one in moments]
    canvas.path("M" + "L".join(_stairs(xs, [up(v) for v in line.wanted_high])), stroke=INK, width=2.4)
    if line.wanted_low != line.wanted_high:
        canvas.path("M" + "L".join(_stairs(xs, [up(v) for v in line.wanted_low])), stroke=INK, width=1.6, dash="6 4")
    for x, name in axis.calendar(4 if wide else 2):
        canvas.line([(x, bottom), (x, bottom + 6)], LINE)
        canvas.text(x - 2, bottom + 24, name, "q sm")
    _ends(canvas, line, width - right + 10, up, wide)
    return canvas.image(says)


def _stairs(xs: list[float], ys: list[float]) -> list[str]:
    places = [f"{xs[0]:.1f} {ys[0]:.1f}"]
    for i in range(1, len(xs)):
        places += [f"{xs[i]:.1f} {ys[i - 1]:.1f}", f"{xs[i]:.1f} {ys[i]:.1f}"]
    return places


def _ends(canvas: Canvas, line: ReceivedWanted, x: float, up: object, wide: bool) -> None:
    received, wanted = words.pounds(line.received[-1]), words.pounds(line.wanted_high[-1])
    if not wide:
        canvas.text(0, canvas.height + 16, f"Received: {received} (striped)", "b f sm")
        canvas.text(0, canvas.height + 38, f"Wanted: {wanted} (line)", "b sm")
        canvas.height += 46
        return
    assert callable(up)
    high, low = sorted((up(line.received[-1]), up(line.wanted_high[-1])))
    low = max(low, high + 44)
    first_received = up(line.received[-1]) <= up(line.wanted_high[-1])
    for y, name, amount, css in (
        (high if first_received else low, "Received", received, "b f"),
        (low if first_received else high, "Wanted", wanted, "b"),
    ):
        canvas.text(x, y + 5, name, css)
        canvas.text(x, y + 24, amount, "q sm")


def concentration(curve: Lorenz, width: float, says: str, of: str) -> Markup:
    """How much of the whole the first so many in a hundred people took up."""
    left, top, bottom = 52.0, 16.0, 270.0
    right = width - (90 if width > 400 else 10)
    canvas = Canvas(width, bottom + 72)
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom + (top - bottom) * share
        canvas.line([(left, y), (right, y)], GRID)
        canvas.text(left - 8, y + 5, words.percent(share) if share else "0", "q sm", "end")
        x = left + (right - left) * share
        canvas.text(x, bottom + 22, words.percent(share) if share else "0", "q sm", "middle" if share < 1 else "end")
    places = [
        f"{left + (right - left) * people:.1f} {bottom + (top - bottom) * amount:.1f}"
        for people, amount in zip(curve.people, curve.amount, strict=True)
    ]
    canvas.path("M" + "L".join(places), stroke=INK, width=2)
    canvas.line([(left, bottom), (right, top)], LINE, 1, "2 4")
    canvas.text(0, bottom + 46, "Across: people, those with most first.", "q sm")
    canvas.text(0, bottom + 66, f"Up: their part of the {of}.", "q sm")
    return canvas.image(says)
