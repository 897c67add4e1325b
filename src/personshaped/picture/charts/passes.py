"""Who passes to whom, as a matrix: rows are where the person had last been, columns where they ask again.

Agencies in alphabetical order, always. The area of a square is the number; the number stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from personshaped.picture import marks, words
from personshaped.picture.svg import AGAIN, GRID, LINE, Canvas, fit

Flows = Mapping[tuple[str, str], float]


def passes(flows: Flows, after: Sequence[str], here: Sequence[str], width: float, says: str) -> Markup:
    """A square for each pair of agencies; hollow where it is the same agency again."""
    wide = width > 400
    left = 196.0 if wide else 4.0
    cell = min((width - left - (64 if wide else 40)) / max(len(here), 1), 92.0)
    row = max(cell, 34) + (14 if wide else 32)
    top = 140.0
    canvas = Canvas(width, top + row * len(after) + 8)
    longest = max(flows.values(), default=1) or 1
    canvas.text(left - 32 if wide else 0, top - 5, "After contact at…" if wide else "", "q sm", "end" if wide else "")
    canvas.text(
        left if wide else 0,
        14,
        "…asking again at" if wide else "Across: asking again at. Down: after contact at.",
        "q sm",
    )
    for place, name in enumerate(here):
        _column(canvas, name, left + cell * (place + 0.5), top)
        canvas.line([(left + cell * (place + 0.5), top), (left + cell * (place + 0.5), canvas.height - 8)], GRID)
    for place, name in enumerate(after):
        y = top + row * (place + 0.5) + (-5 if wide else 5)
        _row(canvas, name, y, left, wide, cell)
        canvas.line([(left, y), (left + cell * len(here), y)], GRID)
        for across, other in enumerate(here):
            _cell(canvas, flows.get((name, other), 0), name == other, left + cell * (across + 0.5), y, cell, longest)
    return canvas.image(says)


def _column(canvas: Canvas, name: str, x: float, y: float) -> None:
    canvas.put(marks.agency_at(name, x, y - 10))
    canvas.put(
        Markup('<text class="sm" transform="translate({:.1f} {:.1f}) rotate(-38)">{}</text>').format(
            x + 4, y - 22, fit(words.agency(name), min(152, (canvas.width - x) * 1.26), 14)
        )
    )


def _row(canvas: Canvas, name: str, y: float, left: float, wide: bool, cell: float) -> None:
    if wide:
        canvas.put(marks.agency_at(name, left - 18, y))
        canvas.text(left - 32, y + 5, fit(words.agency(name), left - 34), "", "end")
    else:
        top = y - min(cell, 40) / 2 - 10
        canvas.put(marks.agency_at(name, 9, top))
        canvas.text(22, top + 5, fit(words.agency(name), canvas.width - 24), "sm halo")


def _cell(canvas: Canvas, n: float, same: bool, x: float, y: float, cell: float, longest: float) -> None:
    if n <= 0:
        return
    side = max((n / longest) ** 0.5 * min(cell * 0.62, 34), 3)
    fill, stroke = ("#fff", LINE) if same else ("url(#again)", AGAIN)
    canvas.rect(x - side / 2, y - side / 2, side, side, fill, stroke)
    shown = words.number(n)
    if cell >= 8 * len(shown) + 4:
        canvas.text(x, y + side / 2 + 14, shown, "sm halo", "middle")
