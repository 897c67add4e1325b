"""Four squares for two changes, up or down: how many people are in each, without any order of merit."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from personshaped.picture.svg import INK, LINE, OAT, Canvas

_PLACES = {
    "fewer_hours_more_independent": (0, 0),
    "more_hours_more_independent": (1, 0),
    "fewer_hours_less_independent": (0, 1),
    "more_hours_less_independent": (1, 1),
}


def quadrants(counts: Mapping[str, int], width: float, says: str) -> Markup:
    """A dot for each person while they are few, a number always; hours across, independence upwards."""
    left, gap, top, high = 120.0, 8.0, 30.0, 104.0
    side = (min(width, 560) - left - gap) / 2
    canvas = Canvas(width, top + 2 * high + gap)
    for name, column in (("fewer hours", 0), ("more hours", 1)):
        canvas.text(left + column * (side + gap), 18, name, "b")
    for name, row in (("more independent", 0), ("less independent", 1)):
        for place, part in enumerate(name.split(" ")):
            canvas.text(0, top + row * (high + gap) + 24 + 20 * place, part, "b")
    for name, (column, row) in _PLACES.items():
        x, y = left + column * (side + gap), top + row * (high + gap)
        canvas.rect(x, y, side, high, OAT, LINE)
        people = counts.get(name, 0)
        canvas.text(x + 12, y + 26, str(people), "b")
        _dots(canvas, people, x + 18, y + 46, side - 30, high - 50)
    return canvas.image(says)


def _dots(canvas: Canvas, people: int, x: float, y: float, width: float, height: float) -> None:
    """One dot a person, smaller where they are many; none at all where they would run together."""
    for pitch in (16.0, 11.0, 8.0):
        across, rows = int(width // pitch), int(height // pitch)
        if people <= across * rows:
            for place in range(people):
                canvas.circle(x + pitch * (place % across), y + pitch * (place // across), 0.36 * pitch, INK)
            return
    canvas.text(x, y + 10, "one dot a person would not fit", "sm q")
