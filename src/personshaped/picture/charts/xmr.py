"""XmR charts as the design draws them: mean thin, limits dotted, natural range washed, points joined within a phase.

A signal is a larger ring with the words "what happened here?"; there is no colour of judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from personshaped.picture import words
from personshaped.picture.inputs import Phase, Point, Xmr
from personshaped.picture.svg import AGAIN, AGAIN_WASH, GRID, INK, LINE, WASH, Canvas, fit, ticks

_QUESTION, _QUESTION_WIDE = 30.0, 148.0
"""Where the words beside a signal stand, and the room they take."""


@dataclass(frozen=True)
class Series:
    """One chart of the pair: its name as written beside it, and whether it is asking again."""

    name: str
    chart: Xmr
    again: bool = False
    each: str = "month"

    @property
    def ink(self) -> str:
        return AGAIN if self.again else INK

    @property
    def wash(self) -> str:
        return AGAIN_WASH if self.again else WASH

    def usually(self) -> str:
        """ "402 a month, usually 347 to 456" of the last phase."""
        phase = next(reversed(_decided(self.chart)), None)
        if phase is None or phase.mean is None:
            return "too few for limits"
        level = self.written(phase.mean) if self.chart.unit == "share" else f"{words.rough(phase.mean)} a {self.each}"
        if phase.lower is None or phase.upper is None:
            return level
        return f"{level}, usually {self.written(max(phase.lower, 0))} to {self.written(phase.upper)}"

    def written(self, value: float) -> str:
        """A level of this chart as people read it."""
        return words.percent(value) if self.chart.unit == "share" else words.rough(value)


def xmr(series: Sequence[Series], width: float, says: str, changes: Sequence[tuple[str, str]] = ()) -> Markup:
    """One or two XmR charts on one axis of time, from 0; `changes` are (period, mark) that stand as upright lines."""
    wide = width > 400
    asked = [point for one in series if (point := _first_signal(one.chart))]
    left, right, bottom = 52.0, (150.0 if wide else 6.0), (300.0 if wide else 250.0)
    top = _QUESTION + 10 if asked else 16.0
    canvas = Canvas(width, bottom + 34)
    highest = max(_highest(one.chart) for one in series)
    marks = [mark for mark in ticks(highest) if mark <= 1 or series[0].chart.unit != "share"]
    at_y = _Scale(0, marks[-1], bottom, top)
    for mark in marks:
        y = at_y(mark)
        canvas.line([(left, y), (width - right, y)], GRID)
        canvas.text(left - 8, y + 5, _mark(series[0].chart, mark, marks[-1]), "q sm", "end")
    periods = sorted({point.period for one in series for point in one.chart.points})
    at_x = _Scale(0, max(len(periods) - 1, 1), left + 8, width - right - 8)
    places = {period: at_x(i) for i, period in enumerate(periods)}
    for one in series:
        _bands(canvas, one, places, at_y)
    _question(canvas, [(places[point.period], at_y(point.value or 0)) for point in asked])
    for one in series:
        _draw(canvas, one, places, at_y)
    _changes(canvas, changes, places, bottom)
    _years(canvas, periods, places, bottom, wide)
    if wide:
        _beside(canvas, series, width - right + 12, at_y, bottom + 32)
    else:
        _below(canvas, series)
    return canvas.image(says)


def _mark(chart: Xmr, mark: float, highest: float) -> str:
    if chart.unit == "share":
        return words.percent(mark)
    return words.plain(mark) if highest > 2 else f"{mark:g}"


def _decided(chart: Xmr) -> list[Phase]:
    """Phases that a person began; one that is only suggested is said in words, never drawn (N6)."""
    return [phase for phase in chart.phases if not phase.suggested]


class _Scale:
    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start, self.by = low, start, (end - start) / ((high - low) or 1)

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) * self.by


def _highest(chart: Xmr) -> float:
    values = [point.value for point in chart.points if point.value is not None]
    limits = [one.upper for one in chart.phases if one.upper is not None]
    limits += [one.upper for one in chart.points if one.upper is not None]
    return max([*values, *limits], default=1)


def _bands(canvas: Canvas, one: Series, places: dict[str, float], at_y: _Scale) -> None:
    """Ranges lie under the points of every series, so that none covers another's."""
    for phase in _decided(one.chart):
        if phase.first in places and phase.last in places:
            _own_limits(canvas, one, phase, places, at_y)
            _phase(canvas, one, phase, places[phase.first] - 8, places[phase.last] + 8, at_y)


def _draw(canvas: Canvas, one: Series, places: dict[str, float], at_y: _Scale) -> None:
    for phase in _decided(one.chart):
        inside = [
            (places[point.period], at_y(point.value))
            for point in one.chart.points
            if point.value is not None and phase.first <= point.period <= phase.last
        ]
        if len(inside) > 1:
            canvas.line(inside, one.ink, 1.4)
    for point in one.chart.points:
        if point.value is None:
            continue
        x, y = places[point.period], at_y(point.value)
        if point.signals:
            canvas.circle(x, y, 8, "#fff", INK, 2)
        canvas.circle(x, y, 3.4, "#fff" if one.again else one.ink, one.ink, 1.6)


def _first_signal(chart: Xmr) -> Point | None:
    return next((point for point in chart.points if point.signals and point.value is not None), None)


def _question(canvas: Canvas, places: Sequence[tuple[float, float]]) -> None:
    """The words stand above the chart, where they hide no point, and a line leads from them to the first signal of each
    series; every other signal is a ring and a row of the table. Words that would touch stand once for both."""
    free = 0.0
    for x, y in sorted(places):
        canvas.line([(x, _QUESTION + 4), (x, y)], INK, 1, "1 3")
        begins = min(max(x - 4, 0), canvas.width - _QUESTION_WIDE)
        if begins >= free:
            canvas.text(begins, _QUESTION, "what happened here?", "b sm halo")
            free = begins + _QUESTION_WIDE


def _phase(canvas: Canvas, one: Series, phase: Phase, x0: float, x1: float, at_y: _Scale) -> None:
    dash = "6 4" if phase.state == "provisional" else ""
    if phase.lower is not None and phase.upper is not None:
        top, bottom = at_y(phase.upper), at_y(max(phase.lower, 0))
        canvas.rect(x0, top, x1 - x0, bottom - top, one.wash)
        for y in (top, bottom):
            canvas.line([(x0, y), (x1, y)], one.ink, 1, "6 4" if dash else "2 4")
    if phase.mean is not None and phase.state != "runs":
        canvas.line([(x0, at_y(phase.mean)), (x1, at_y(phase.mean))], one.ink, 1, dash)
    if phase.reason:
        canvas.line([(x0, at_y.start), (x0, 16)], LINE, 1, "2 4")
        canvas.text(x0 + 4, 12, fit(phase.reason, canvas.width - x0 - 8, 14), "q sm")


def _own_limits(canvas: Canvas, one: Series, phase: Phase, places: dict[str, float], at_y: _Scale) -> None:
    """Limits that differ from period to period go in steps, one as wide as its period."""
    inside = [point for point in one.chart.points if phase.first <= point.period <= phase.last]
    half = min((b - a for a, b in pairwise(sorted(places.values()))), default=16.0) / 2
    upper: list[tuple[float, float]] = []
    lower: list[tuple[float, float]] = []
    for point in inside:
        if point.lower is None or point.upper is None:
            continue
        x, high, low = places[point.period], at_y(point.upper), at_y(max(point.lower, 0))
        canvas.rect(x - half, high, 2 * half, low - high, one.wash)
        upper += [(x - half, high), (x + half, high)]
        lower += [(x - half, low), (x + half, low)]
    for steps in (upper, lower):
        if steps:
            canvas.line(steps, one.ink, 1, "6 4" if phase.state == "provisional" else "2 4")


def _changes(canvas: Canvas, changes: Sequence[tuple[str, str]], places: dict[str, float], y: float) -> None:
    """Marks of one month stand side by side, so that none hides another."""
    together: dict[str, list[str]] = {}
    for period, mark in changes:
        together.setdefault(period, []).append(mark)
    for period, marks in together.items():
        canvas.line([(places[period], 16), (places[period], y)], LINE, 1.2, "5 3")
        canvas.text(places[period], 12, ", ".join(marks), "b sm halo", "middle")


def _years(canvas: Canvas, periods: list[str], places: dict[str, float], y: float, wide: bool) -> None:
    """A year where it begins; short series show their first and last month instead."""
    starts = [period for i, period in enumerate(periods) if i == 0 or period[:4] != periods[i - 1][:4]]
    after = 0.0
    for period in starts:
        canvas.line([(places[period], y), (places[period], y + 6)], LINE)
        if places[period] >= after:
            canvas.text(places[period] - 2, y + 24, period[:4] if len(starts) > 1 else words.month(period), "q sm")
            after = places[period] + 44
    if len(starts) == 1 and len(periods) > 1:
        canvas.text(places[periods[-1]] + 8, y + 24, words.month(periods[-1]), "q sm", "end")


def _beside(canvas: Canvas, series: Sequence[Series], x: float, at_y: _Scale, lowest: float) -> None:
    """Names at the height of each mean, moved apart where they would touch, and up where they would leave the chart."""
    below = 0.0
    for place, one in enumerate(ordered := sorted(series, key=lambda s: -_level(s.chart))):
        y = max(min(at_y(_level(one.chart)) - 8, lowest - 38 - 66 * (len(ordered) - 1 - place)), below)
        colour = "f" if one.again else ""
        canvas.text(x, y, one.name, f"b {colour}".strip())
        for place, line in enumerate(one.usually().split(", ")):
            canvas.text(x, y + 19 * (place + 1), line, "q sm" if place else f"{colour} sm".strip())
        below = y + 66


def _below(canvas: Canvas, series: Sequence[Series]) -> None:
    for one in series:
        canvas.height += 22
        canvas.text(0, canvas.height, one.name, "b f" if one.again else "b")
        canvas.height += 19
        canvas.text(0, canvas.height, one.usually(), "q sm")
        canvas.height += 8


def _level(chart: Xmr) -> float:
    last = next((phase.mean for phase in reversed(_decided(chart))), None)
    if last is not None:
        return last
    values = [point.value for point in chart.points if point.value is not None]
    return values[-1] if values else 0
