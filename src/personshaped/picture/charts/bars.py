"""Bars with their label above and their number at the end, so that nothing has to be looked up in a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from personshaped.picture.svg import AGAIN, INK, LINE, OAT, PETROL, SLATE, Canvas, long_as, wrap

FILLS = {
    "first": (INK, INK),
    "again": ("url(#again)", AGAIN),
    "slate": (SLATE, SLATE),
    "do": (PETROL, PETROL),
    "never": ("url(#never)", LINE),
    "open": (OAT, LINE),
}


@dataclass(frozen=True)
class Bar:
    """One bar: `parts` are pairs of a fill (FILLS) and a length; `shown` is printed at its end, `also` after it."""

    label: str
    parts: tuple[tuple[str, float], ...]
    shown: str
    also: str = ""
    said: str = ""
    agency: str | None = None


def bars(items: Sequence[Bar], width: float, says: str, *, part_names: tuple[str, ...] = ()) -> Markup:
    """A bar for each item, in the order given; `part_names` stand under the parts of the first bar that has them."""
    longest = max((sum(length for _, length in one.parts) for one in items), default=0) or 1
    canvas = Canvas(width, 0)
    room = width - max((long_as(f"{one.shown} {one.also}", 18) for one in items), default=0) - 28
    named = next((one for one in items if part_names and len(one.parts) >= len(part_names)), None)
    y = 16.0
    for one in items:
        y = _label(canvas, one, y)
        x = _parts(canvas, one, y + 8, room / longest)
        canvas.text(x + 10, y + 24, one.shown, "b")
        if one.also:
            canvas.text(x + 20 + long_as(one.shown, 18), y + 24, one.also, "q sm")
        if one is named:
            _names(canvas, one, part_names, y + 46, room / longest)
            y += 20
        y += 58
    canvas.height = y - 20
    return canvas.image(says)


def _label(canvas: Canvas, one: Bar, y: float) -> float:
    """The label and the words under it, each on at most two lines; returns the last line's place."""
    named = [(line, "b" if one.said else "") for line in wrap(one.label, canvas.width)]
    named += [(line, "said") for line in (wrap(one.said, canvas.width, 16) if one.said else [])]
    for place, (line, css) in enumerate(named):
        canvas.text(0, y + 21 * place, line, css)
    return y + 21 * (len(named) - 1)


def _parts(canvas: Canvas, one: Bar, y: float, scale: float) -> float:
    x = 0.0
    for fill, length in one.parts:
        if length <= 0:
            continue
        paint, stroke = FILLS[fill]
        long = max(length * scale - 2, 1.5)
        canvas.rect(x + 0.5, y, long, 20, paint, stroke)
        x += length * scale
    return max(x, 2)


def _names(canvas: Canvas, one: Bar, names: tuple[str, ...], y: float, scale: float) -> None:
    x = after = 0.0
    for name, (fill, length) in zip(names, one.parts, strict=False):
        if length > 0:
            at = max(x, after)
            canvas.text(at, y, name, "sm f" if fill == "again" else "sm")
            after = at + long_as(name, 15) + 12
        x += length * scale
