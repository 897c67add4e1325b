"""Which language a page is in, and a sentence that one page leaves for the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views import defaults

Page = Callable[..., HttpResponse]


class Sentences(FallbackStorage):
    """Keeps with each sentence which language it is in: the page that shows it may be in another."""

    def add(self, level: int, message: Any, extra_tags: str = "") -> None:
        """Django's own; the tag is the language."""
        super().add(level, message, extra_tags or translation.get_language())


def in_english(page: Page) -> Page:
    """For a page that is in no other language, wherever it comes up."""

    @wraps(page)
    def drawn(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        request.is_translated = False  # type: ignore[attr-defined]
        with translation.override(settings.LANGUAGE_CODE):
            return page(request, *given, **named)

    return drawn


not_here = in_english(defaults.page_not_found)
