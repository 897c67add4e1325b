"""What every page knows: which study it belongs to, its purpose, and whether the people are invented."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from personshaped.errors import PersonshapedError
from personshaped.records import open_folder
from personshaped.team.accounts.roles import Right
from personshaped.team.site.ground.models import Ground
from personshaped.team.site.menu import menu

PURPOSE = gettext_noop("Help me to resolve the problems I have in my life, family, home, community.")


@lru_cache(maxsize=4)
def _study(folder: Path) -> tuple[str, str]:
    try:
        opened = open_folder(folder)
    except PersonshapedError:
        return "", PURPOSE
    return opened.name, opened.purpose or PURPOSE


def about(request: HttpRequest) -> dict[str, Any]:
    """What the header, the strip and the footer show: `place`, `purpose`, `rules`, `menu` and what one may do."""
    name, purpose = _study(settings.STUDY) if settings.STUDY else ("", PURPOSE)
    signed_in = request.user.is_authenticated
    ours = Ground.objects.filter(pk=1).first() if signed_in else None
    is_in = signed_in and not getattr(request, "waits_for_second_factor", False)
    pages = menu(request.user, request.path) if is_in else []
    return {
        "place": name,
        "purpose": (ours.purpose if ours else "") or purpose,
        "rules": (ours or Ground()).rule_lines,
        "practice": settings.PRACTICE,
        "languages": settings.LANGUAGES if getattr(request, "is_translated", False) else [],
        "menu": pages,
        "may_say": is_in and request.user.may(Right.NAME_BLOCKAGES),
        "may_build": is_in and request.user.may(Right.BUILD_HISTORIES),
    }
