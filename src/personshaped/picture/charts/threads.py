"""A few needs as threads: each begins with a ring and has a loose end until the person says it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from personshaped.picture import marks
from personshaped.picture.svg import INK, LINE, Canvas, fit


@dataclass(frozen=True)
class Thread:
    """One need: what was said first, how it stands (`met`, `open` or `other`) and that in words."""

    said: str
    state: str
    says: str
    closed: bool = False


def threads(needs: Sequence[Thread], width: float, says: str) -> Markup:
    """A thread for each need, in the order given. A bar across is an agency's closing, which ends nothing."""
    canvas = Canvas(width, 12 + 74 * len(needs))
    end = width * 0.62
    for place, need in enumerate(needs):
        y = 20 + 74 * place
        canvas.text(0, y, fit(need.said, width, 16), "said")
        _thread(canvas, need, y + 24, end)
        room = width - end - 30
        canvas.text(end + 26 if room > 150 else 0, y + 29 if room > 150 else y + 46, need.says, "q sm")
    return canvas.image(says)


def _thread(canvas: Canvas, need: Thread, y: float, end: float) -> None:
    if need.state == "met":
        canvas.line([(6, y), (end, y)], INK, 2)
        canvas.put(marks.at("met", end + 8, y))
    elif need.state == "open":
        loose = f"M6 {y}H{end - 12:.1f}c8 0 12 2 12 -3c0 -4 -5 -4 -5 0c0 4 7 7 13 9"
        canvas.path(loose, stroke=INK, width=2)
    else:
        canvas.line([(6, y), (end, y)], INK, 2)
        canvas.path(f"M{end + 4:.1f} {y}H{end + 16:.1f}", stroke=LINE, width=2, dash="2 3")
    canvas.circle(6, y, 4, "#fff", INK, 2)
    if need.closed and need.state != "met":
        canvas.path(f"M{end * 0.7:.1f} {y - 8}V{y + 8}", stroke=INK, width=2.4)
