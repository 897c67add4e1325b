"""The picture's marks, in templates of the application."""

from __future__ import annotations

from django import template
from markupsafe import Markup

from personshaped.picture import marks, words

register = template.Library()


@register.filter
def mark_key(mark: str) -> Markup:
    """A mark as a small drawing."""
    return marks.key(mark)


@register.filter
def mark_says(mark: str) -> str:
    """What a mark stands for."""
    return marks.SAYS[mark]


@register.filter
def agency(name: str) -> str:
    """`adult_social_care` as it is spoken."""
    return words.agency(name)


@register.filter
def outcome(code: str) -> str:
    """What came of it, in words."""
    return words.OUTCOME.get(code, code.replace("_", " "))
