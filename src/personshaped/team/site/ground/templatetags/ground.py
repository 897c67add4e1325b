"""What home shows beside the people: what is in our way, what we are trying, and our ground."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from personshaped.team.accounts.roles import Right
from personshaped.team.blockages.standing import in_the_way
from personshaped.team.experiments.models import Experiment
from personshaped.team.site.context import PURPOSE
from personshaped.team.site.ground.actions import ground
from personshaped.team.site.ground.models import Ground

register = template.Library()
OURS = frozenset({*Ground().principle_lines, *Ground().rule_lines, PURPOSE})
"""Words that came with the application, until a team writes its own."""
FEW = 3
"""How many of each home shows to those who do not lead; the pages themselves show all."""


@register.filter
def told(words: str) -> str:
    """In the language of the page, where the words came with the application; a team's own stand as it wrote them."""
    return gettext(words) if words in OURS else words


@register.inclusion_tag("ground/first.html", takes_context=True)
def leaders_first(context: dict[str, Any]) -> dict[str, Any]:
    """What is in our way, all of it, where a leader is signed in; nothing for others."""
    user = context["user"]
    leads = user.may(Right.ANSWER_BLOCKAGES)
    return {"rows": in_the_way() if leads else [], "leads": leads}


@register.inclusion_tag("ground/side.html", takes_context=True)
def side_of_home(context: dict[str, Any]) -> dict[str, Any]:
    """The side column of home."""
    user = context["user"]
    may_try = user.may(Right.TRY_THINGS)
    beside = user.may(Right.NAME_BLOCKAGES) and not user.may(Right.ANSWER_BLOCKAGES)
    return {
        "rows": in_the_way(FEW) if beside else [],
        "beside": beside,
        "may_try": may_try,
        "experiments": Experiment.objects.all()[:FEW] if may_try else [],
        "ground": ground(),
        "purpose": context.get("purpose"),
    }
