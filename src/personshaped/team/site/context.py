"""What every page knows: which study it belongs to, its purpose, and whether the people are invented."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from personshaped.errors import PersonshapedError
from personshaped.records import open_folder
from personshaped.team.site.menu import menu

PURPOSE = "Help me to resolve the problems I have in my life, family, home, community."


@lru_cache(maxsize=4)
def _study(folder: Path) -> tuple[str, str]:
    try:
        opened = open_folder(folder)
    except PersonshapedError:
        return "", PURPOSE
    return opened.name, opened.purpose or PURPOSE


def about(request: HttpRequest) -> dict[str, Any]:
    """`place`, `purpose`, `practice`: for the header, the strip and the footer."""
    name, purpose = _study(settings.STUDY) if settings.STUDY else ("", PURPOSE)
    pages = menu(request.user, request.path) if request.user.is_authenticated else []
    return {"place": name, "purpose": purpose, "practice": settings.PRACTICE, "menu": pages}
