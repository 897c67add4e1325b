"""What is in our way now: conditions with what was met under them, and what nobody has gathered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.db.models.functions import Coalesce

from personshaped.team.blockages.models import LAW_SAYS, Blockage, Condition, TakenUp


@dataclass(frozen=True)
class InTheWay:
    """One row of the list. `told` is a person's words, where they agreed and a colleague ticked them."""

    words: str
    instead: str
    told: str
    kind: str
    whose: str
    law: str
    times: int
    first: date
    last: date
    taken_up: TakenUp | None
    condition: Condition | None
    blockage: Blockage | None


def in_the_way(few: int | None = None) -> list[InTheWay]:
    """Everything that stands, or the first `few`, what was met last first: never by how often, nor by whose it is."""
    stand = Condition.objects.filter(withdrawn=False).annotate(last=Coalesce(Max("blockages__on"), "on"))
    conditions = stand.order_by("-last", "id").prefetch_related("blockages", "taken_up")
    rows = [_gathered(one) for one in conditions[:few]]
    rows += [_alone(one) for one in Blockage.objects.filter(condition=None)[:few]]
    return sorted(rows, key=lambda one: (one.last, one.blockage.pk if one.blockage else 0), reverse=True)[:few]


def _gathered(condition: Condition) -> InTheWay:
    met = list(condition.blockages.all())
    days = [one.on for one in met] or [condition.on]
    return InTheWay(
        words=condition.says,
        instead=next((one.instead for one in met if one.instead), ""),
        told=next((one.may_be_told for one in met if one.may_be_told), ""),
        kind=condition.get_kind_display() if condition.words else "",  # the words say it already
        whose=condition.whose,
        law=str(LAW_SAYS.get(condition.law, "")),
        times=len(met),
        first=min(days),
        last=max(days),
        taken_up=next(iter(condition.taken_up.all()), None),
        condition=condition,
        blockage=None,
    )


def _alone(blockage: Blockage) -> InTheWay:
    return InTheWay(
        words=blockage.says,
        instead=blockage.instead,
        told=blockage.may_be_told,
        kind=blockage.get_kind_display() if blockage.words else "",
        whose=blockage.whose,
        law=str(LAW_SAYS.get(blockage.law, "")),
        times=1,
        first=blockage.on,
        last=blockage.on,
        taken_up=None,
        condition=None,
        blockage=blockage,
    )
