"""Nothing starts again as new: who may be known already by a name like this. A search that forgives spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from personshaped.linkage.likeness import alike
from personshaped.team.accounts.models import User
from personshaped.team.people.knowing import answered_for, seen_by
from personshaped.team.people.models import Person, With

LIKELY = 0.9
FORGIVING = 0.84
FEW = 5


@dataclass(frozen=True)
class Known:
    """Stories that may be theirs: those one may open, and of the others only whom to ask."""

    mine: tuple[Person, ...]
    ask: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.mine or self.ask)


def known_as(called: str, by: User) -> Known:
    """Who may be known by a name like this. Of a story one may not open nothing is told but a colleague to ask."""
    found = _alike(called, Person.objects.only("pk", "called"), LIKELY)[:FEW]
    mine = {one.pk: one for one in seen_by(by).filter(pk__in=[one.pk for one in found])}
    others = [one.pk for one in found if one.pk not in mine]
    owners = With.objects.filter(person__in=others, how=With.OWNER, until=None).select_related("colleague")
    ask = tuple(sorted({one.colleague.called for one in owners}))
    return Known(tuple(mine[one.pk] for one in found if one.pk in mine), ask)


def search(words: str, by: User) -> list[Person]:
    """Among the people one may see, or answers for, those whose name is like these words, likest first."""
    return _alike(words, answered_for(by), FORGIVING)


def _alike(words: str, among: Iterable[Person], least: float) -> list[Person]:
    people = list(among)
    scored = zip(alike(words, [one.called for one in people]), people, strict=True)
    return [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score >= least]
