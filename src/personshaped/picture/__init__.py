"""Draws finished figures: the whole picture, one person's story, who was joined. It computes nothing.

`inputs.py` says what a findings folder must hold; `pages/` follow the method's order; `charts/` draw.
"""

from personshaped.picture.drawing import draw, links_page, story

__all__ = ["draw", "links_page", "story"]
