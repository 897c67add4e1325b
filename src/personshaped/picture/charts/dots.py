"""One hundred dots for a share of people, demands or time; as many dots as there are, where they are few."""

from __future__ import annotations

from markupsafe import Markup

from personshaped.picture.svg import LINE, Canvas


def dots(filled: int, total: int, colour: str, width: float, says: str) -> Markup:
    """`filled` of `total` dots in rows of fifty (twenty-five on a phone)."""
    across = 50 if width > 400 else 25
    pitch = width / across
    canvas = Canvas(width, 0)
    for place in range(total):
        x, y = pitch * (place % across + 0.5), 8 + pitch * (place // across)
        if place < filled:
            canvas.circle(x, y, 5, colour)
        else:
            canvas.circle(x, y, 4.4, "#fff", LINE, 1.2)
    canvas.height = 16 + pitch * ((max(total, 1) - 1) // across)
    return canvas.image(says)
