"""What would not arrive where, as a matrix of ranges: dashed squares for the high end, solid ones inside for the low.

Rows are the agency that would resolve what reaches it, columns where less would arrive; both alphabetical.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from personshaped.picture import marks, words
from personshaped.picture.svg import GRID, INK, LINE, WASH, Canvas, fit


@dataclass(frozen=True)
class Fall:
    """A range of what would not arrive."""

    low: float
    high: float


def falls(found: Mapping[tuple[str, str], Fall], names: Sequence[str], width: float, says: str) -> Markup:
    """The area of a square is the number; both ends stand under it where there is room."""
    wide = width > 400
    left, top = (196.0 if wide else 4.0), 140.0
    cell = min((width - left - (64 if wide else 40)) / max(len(names), 1), 92.0)
    row = max(cell, 34) + (26 if wide else 32)
    canvas = Canvas(width, top + row * len(names) + 8)
    longest = max((one.high for one in found.values()), default=1) or 1
    if wide:
        canvas.text(left - 32, top - 5, "If this resolved…", "q sm", "end")
    canvas.text(left if wide else 0, 14, "…less would arrive at" if wide else
                "Down: who resolves. Across: where less would arrive.", "q sm")  # fmt: skip
    for place, name in enumerate(names):
        x = left + cell * (place + 0.5)
        canvas.line([(x, top), (x, canvas.height - 8)], GRID)
        canvas.put(marks.agency_at(name, x, top - 10))
        turned = Markup('<text class="sm" transform="translate({:.1f} {:.1f}) rotate(-38)">{}</text>')
        canvas.put(turned.format(x + 4, top - 22, fit(words.agency(name), min(152, (width - x) * 1.26), 14)))
    for down, name in enumerate(names):
        y = top + row * (down + 0.5) + (-12 if wide else 5)
        _named(canvas, name, y, left, cell)
        canvas.line([(left, y), (left + cell * len(names), y)], GRID)
        for across, other in enumerate(names):
            if (name, other) in found:
                _square(canvas, found[name, other], left + cell * (across + 0.5), y, cell, longest)
    return canvas.image(says)


def _named(canvas: Canvas, name: str, y: float, left: float, cell: float) -> None:
    if canvas.width > 400:
        canvas.put(marks.agency_at(name, left - 18, y))
        canvas.text(left - 32, y + 5, fit(words.agency(name), left - 34), "", "end")
    else:
        top = y - min(cell, 40) / 2 - 10
        canvas.put(marks.agency_at(name, 9, top))
        canvas.text(22, top + 5, fit(words.agency(name), canvas.width - 24), "sm halo")


def _square(canvas: Canvas, one: Fall, x: float, y: float, cell: float, longest: float) -> None:
    if one.high <= 0:
        return
    outer, inner = (max((end / longest) ** 0.5 * min(cell * 0.62, 34), least) for end, least in
                    ((one.high, 3.0), (one.low, 0.0)))  # fmt: skip
    canvas.rect(x - outer / 2, y - outer / 2, outer, outer, "#fff")
    if inner > 0:
        canvas.rect(x - inner / 2, y - inner / 2, inner, inner, WASH, INK)
    half = outer / 2
    edge = f"M{x - half:.1f} {y - half:.1f}h{outer:.1f}v{outer:.1f}h{-outer:.1f}z"
    canvas.path(edge, stroke=LINE, width=1.4, dash="3 2")
    low, high = words.number(one.low), words.number(one.high)
    whole = f"{low}–{high}"
    lines = [whole] if cell >= 8 * len(whole) + 2 else [f"{low}–", high]
    if all(cell >= 8 * len(line) + 2 for line in lines):
        for place, line in enumerate(lines):
            canvas.text(x, y + half + 14 + 15 * place, line, "sm halo", "middle")
