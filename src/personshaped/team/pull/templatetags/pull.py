"""What a colleague is asked, for home: `{% load pull %}{% you_are_asked %}`. It names nobody but who asks."""

from __future__ import annotations

from typing import Any

from django import template

from personshaped.team.pull.models import Ask, Handover

register = template.Library()


@register.inclusion_tag("pull/asked.html", takes_context=True)
def you_are_asked(context: dict[str, Any]) -> dict[str, Any]:
    """Questions that wait for this colleague's answer."""
    waiting = {"accepted_at": None, "declined_at": None}
    user = context["user"]
    return {
        "asks": Ask.objects.filter(whom=user, **waiting).select_related("asked_by"),
        "handovers": Handover.objects.filter(to_whom=user, **waiting).select_related("from_whom"),
        "csrf_token": context.get("csrf_token"),
    }
