"""What the study reads of it: rows of `observations`, and hours of a tally."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone

from personshaped.team.experiments.out import person_id
from personshaped.team.site.ground.models import Observation, Tally

Row = dict[str, str]


def observations() -> list[Row]:
    """One row for every value observed; `said_by` keeps person, family, worker and assessor apart."""
    return [
        {
            "person_id": person_id(one.person),
            "at": one.on.isoformat(),
            "measure": one.measure,
            "value": one.number,
            "unit": "hours/week" if one.measure in Observation.HOURS else "0-10",
            "said_by": one.said_by,
        }
        for one in Observation.objects.select_related("person")
    ]


def tally_hours() -> list[Row]:
    """Counts by door, day and hour, as in `decisions/tally.csv`.

    `chance` stays blank: nobody drew these hours, so they show what was heard and stand for no others.
    """
    counts: dict[tuple[str, str, int], Counter[str]] = {}
    for one in Tally.objects.order_by("at", "id"):
        at = timezone.localtime(one.at)
        counts.setdefault((one.door, at.date().isoformat(), at.hour), Counter())[one.heard] += 1
    return [
        {
            "door": door,
            "on": on,
            "hour": str(hour),
            "chance": "",
            "value": str(heard[Tally.FIRST]),
            "failure": str(heard[Tally.AGAIN]),
            "unsure": str(heard[Tally.UNSURE]),
            "counted_by": "",
        }
        for (door, on, hour), heard in counts.items()
    ]
