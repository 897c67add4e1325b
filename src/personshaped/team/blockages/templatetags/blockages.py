"""What got in one person's way, for their page: `{% load blockages %}{% what_got_in_their_way person %}`."""

from __future__ import annotations

from typing import Any

from django import template

from personshaped.team.blockages.forms import SayOfPerson
from personshaped.team.blockages.models import AT_A_TAP
from personshaped.team.people.models import Person

register = template.Library()


@register.inclusion_tag("blockages/of_person.html", takes_context=True)
def what_got_in_their_way(context: dict[str, Any], person: Person) -> dict[str, Any]:
    """Only for a page that already keeps the look at this person (`person_page`)."""
    met = person.blockages.select_related("condition", "said_by")
    form = SayOfPerson(auto_id="in-the-way-%s")
    return {
        "person": person,
        "met": met,
        "form": form,
        "kinds": AT_A_TAP,
        "user": context.get("user"),
        "csrf_token": context.get("csrf_token"),
    }
