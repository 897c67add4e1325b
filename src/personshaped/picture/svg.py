"""Small SVG drawings as text: every word and number is escaped here, so that no data can become markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

INK, QUIET, LINE, HAIR, GRID = "#12303a", "#4d6069", "#7c8b91", "#d5dadb", "#e4e7e8"
AGAIN, AGAIN_WASH, WASH, OAT = "#a8478f", "#f8eef5", "#e9eef0", "#f6f3ee"
SLATE, PETROL, BARK = "#5b6b7a", "#0f6b7f", "#7d5426"

PATTERNS = Markup(
    '<svg width="0" height="0" class="ps-defs" aria-hidden="true"><defs>'
    '<pattern id="again" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="#f3deee"/><rect width="3.6" height="7" fill="#a8478f"/></pattern>'
    '<pattern id="never" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="8" height="8" fill="#fff"/><rect width="1.6" height="8" fill="#7c8b91"/></pattern>'
    '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#fff"/>'
    '<circle cx="2" cy="2" r="1.2" fill="#7c8b91"/><circle cx="6" cy="6" r="1.2" fill="#7c8b91"/></pattern>'
    "</defs></svg>"
)
"""The fills, once a page: stripes (again), thin lines (never asked), dots (ended another way)."""


@dataclass
class Canvas:
    """A drawing of a fixed width in pixels; `height` may grow while drawing."""

    width: float
    height: float
    parts: list[Markup] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, css: str = "", anchor: str = "") -> None:
        place = Markup(' text-anchor="{}"').format(anchor) if anchor else ""
        style = Markup(' class="{}"').format(css) if css else ""
        self.parts.append(
            Markup('<text x="{}" y="{}"{}{}>{}</text>').format(_px(x), _px(y), style, place, clean(words))
        )

    def line(self, points: Iterable[tuple[float, float]], stroke: str, width: float = 1, dash: str = "") -> None:
        self.path("M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points), stroke=stroke, width=width, dash=dash)

    def path(self, d: str, *, fill: str = "none", stroke: str = "none", width: float = 1, dash: str = "") -> None:
        outline = Markup(' stroke="{}" stroke-width="{}"').format(stroke, width) if stroke != "none" else ""
        dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
        self.parts.append(Markup('<path d="{}" fill="{}"{}{}/>').format(d, fill, outline, dashes))

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "") -> None:
        outline = Markup(' stroke="{}"').format(stroke) if stroke else ""
        self.parts.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>').format(
                _px(x), _px(y), _px(max(width, 0)), _px(max(height, 0)), fill, outline
            )
        )

    def circle(self, x: float, y: float, r: float, fill: str, stroke: str = "", width: float = 0) -> None:
        outline = Markup(' stroke="{}" stroke-width="{}"').format(stroke, width) if stroke else ""
        self.parts.append(
            Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>').format(_px(x), _px(y), r, fill, outline)
        )

    def put(self, part: Markup) -> None:
        self.parts.append(part)

    def image(self, says: str) -> Markup:
        """The finished drawing; `says` is its text alternative: kind, the numbers that matter, the shape."""
        return self._svg("img", says)

    def group(self, says: str) -> Markup:
        """The same, for a drawing whose marks are links."""
        return self._svg("group", says)

    def _svg(self, role: str, says: str) -> Markup:
        return Markup('<svg viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>').format(
            _px(self.width), _px(self.height), role, clean(says), Markup("").join(self.parts)
        )


def clean(words: str) -> str:
    """Words without the control characters that no document may hold."""
    return "".join(c for c in words if c >= " " or c in "\n\t")


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


_NARROW = 0.54
"""What a letter takes of the size of the type; wide scripts take all of it."""
_LONGEST = 2000
"""Characters: no chart has room for more."""


def long_as(words: str, size: float = 15) -> float:
    """About how many pixels the words take, a little generously; wide scripts count double."""
    return sum((1.0 if ord(c) > 0x2E7F else _NARROW) * size for c in words)


def fit(words: str, room: float, size: float = 15) -> str:
    """The words, cut with an ellipsis where they would run out of the room."""
    kept = words[: int(room / (_NARROW * size)) + 2]  # a cell may hold megabytes
    if long_as(kept, size) <= room:
        return words
    while kept and long_as(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(words: str, room: float, size: float = 15, most: int = 2) -> list[str]:
    """The words on at most so many lines, the last cut with an ellipsis where they would still run out."""
    lines = [""]
    for word in words[:_LONGEST].split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if long_as(longer, size) <= room or not lines[-1] or len(lines) == most:
            lines[-1] = longer
        else:
            lines.append(word)
    return [fit(line, room, size) for line in lines]


def ticks(highest: float, about: int = 5) -> list[float]:
    """Round numbers for an axis from 0 to just past `highest`."""
    if highest <= 0:
        return [0.0, 1.0]
    size = 10.0 ** (len(str(int(highest))) - 1) if highest >= 1 else 0.1
    step = next(s for m in (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10) if highest / (s := m * size) <= about)
    if highest >= 4 and step < 1:
        step = 1.0
    n = 0
    while n * step < highest * 1.0001:
        n += 1
    return [i * step for i in range(n + 1)]
