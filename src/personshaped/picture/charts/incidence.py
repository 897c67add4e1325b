"""What has become of needs by the time since the first asking: met, never asked, still open, ended another way."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from personshaped.picture import words
from personshaped.picture.inputs import Incidence
from personshaped.picture.svg import GRID, INK, LINE, OAT, Canvas

LAYERS = (
    ("met", "Met, in their words", INK, ""),
    ("never_asked", "Never asked", "url(#never)", "nobody asked if it was met"),
    ("open", "Still open", OAT, ""),
    ("ended", "Ended another way", "url(#dots)", "gave up, moved, died"),
)


def incidence(curve: Incidence, width: float, says: str) -> Markup:
    """The four shares stacked to one; steps, since a share changes on a day."""
    wide = width > 400
    left, right, top, bottom = 46.0, (166.0 if wide else 6.0), 14.0, (330.0 if wide else 270.0)
    canvas = Canvas(width, bottom + 34)
    below = [0.0] * len(curve.days)
    middles = []
    for field, name, fill, note in LAYERS:
        above = [low + part for low, part in zip(below, getattr(curve, field), strict=True)]
        canvas.path(_area(curve.days, below, above, (left, width - right), (bottom, top)), fill=fill)
        _edge(canvas, curve.days, above, (left, width - right), (bottom, top), field)
        middles.append(((below[-1] + above[-1]) / 2, name, note, getattr(curve, field)[-1], fill))
        below = above
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom + (top - bottom) * share
        canvas.line([(left - 5, y), (left, y)], LINE)
        canvas.text(left - 9, y + 5, words.percent(share) if share else "0", "q sm", "end")
    _axis(canvas, curve.days[-1], left, width - right, bottom)
    if wide:
        _beside(canvas, middles, width - right + 12, bottom, top)
    else:
        _below(canvas, middles)
    return canvas.image(says)


Ends = tuple[float, float]


def _steps(days: Sequence[float], values: Sequence[float], across: Ends, up: Ends) -> list[str]:
    whole = days[-1] or 1
    places = []
    for i, (at, value) in enumerate(zip(days, values, strict=True)):
        x = across[0] + (across[1] - across[0]) * at / whole
        if i:
            places.append(f"{x:.1f} {_y(values[i - 1], up)}")
        places.append(f"{x:.1f} {_y(value, up)}")
    return places


def _y(value: float, up: Ends) -> str:
    return f"{up[0] + (up[1] - up[0]) * value:.1f}"


def _area(days: Sequence[float], below: Sequence[float], above: Sequence[float], across: Ends, up: Ends) -> str:
    return "M" + "L".join([*_steps(days, above, across, up), *reversed(_steps(days, below, across, up))]) + "Z"


def _edge(canvas: Canvas, days: Sequence[float], above: Sequence[float], across: Ends, up: Ends, field: str) -> None:
    dash = "4 3" if field == "never_asked" else ""
    if field in ("never_asked", "open"):
        canvas.path("M" + "L".join(_steps(days, above, across, up)), stroke=LINE, width=1.2, dash=dash)


def _axis(canvas: Canvas, last: float, left: float, right: float, y: float) -> None:
    canvas.line([(left, y), (right, y)], GRID)
    if last >= 300:
        named = [(m * 30.44, f"{m} months" if m != 12 else "a year on") for m in range(3, int(last / 30.4) + 1, 3)]
        if len(named) > 4:
            named = [(m * 365.25, words.count(m, "year")) for m in range(1, int(last / 365) + 1)]
    else:
        named = [(last / 4 * part, words.days(round(last / 4 * part))) for part in (1, 2, 3, 4)]
    if canvas.width <= 400:
        named = named[1::2]
    canvas.text(left - 4, y + 22, "asked", "q sm")
    for at, name in named:
        x = min(left + (right - left) * at / last, right)
        canvas.line([(x, y), (x, y + 6)], LINE)
        canvas.text(min(x, canvas.width - 30), y + 22, name, "q sm", "middle")


def _beside(canvas: Canvas, middles: list[tuple[float, str, str, float, str]], x: float, y0: float, y1: float) -> None:
    """Labels at the middle of each layer's right end, moved apart where they would touch, none above the drawing."""
    places: list[float] = []
    for share, *_ in middles:
        places.append(min(y0 + (y1 - y0) * share, places[-1] - 40 if places else y0 - 8))
    least = y1 + 6.0
    for place in reversed(range(len(places))):
        places[place] = max(places[place], least)
        least = places[place] + 40
    for y, (_, name, _, value, _) in zip(places, middles, strict=True):
        canvas.text(x, y, name, "b")
        canvas.text(x, y + 18, words.percent(value), "q sm")


def _below(canvas: Canvas, middles: list[tuple[float, str, str, float, str]]) -> None:
    for _, name, note, value, fill in reversed(middles):
        canvas.height += 26
        canvas.rect(1, canvas.height - 14, 22, 16, fill, LINE)
        canvas.text(32, canvas.height, f"{name}: {words.percent(value)}", "b sm")
        if note:
            canvas.height += 18
            canvas.text(32, canvas.height, note, "q sm")
    canvas.height += 8
