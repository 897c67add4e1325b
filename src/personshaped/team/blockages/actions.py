"""What is done about what got in the way, each with its line in the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.blockages.models import Blockage, Condition, TakenUp
from personshaped.team.people.actions import change
from personshaped.team.people.models import Person


@transaction.atomic
def say(*, by: User, words: str, person: Person | None = None, **rest: Any) -> Blockage:
    """Keeps what stopped us; `rest` are the fields of a blockage that are known."""
    said = Blockage.objects.create(words=words.strip(), said_by=by, person=person, **rest)
    _record(by, "said what got in the way", f"blockage {said.pk}", person)
    return said


@transaction.atomic
def say_more(*, by: User, blockage: Blockage, **known: Any) -> Blockage:
    """The rest of it, written when there is a moment; `known` are the fields of a blockage as they stand now.

    A condition that was made of it while nothing was said of it has no words yet: these are its first.
    """
    for name, value in known.items():
        setattr(blockage, name, value)
    blockage.save(update_fields=list(known))
    condition = blockage.condition
    if condition and not condition.words and blockage.words:
        change(by=by, kept=condition, version=condition.version, person=None,
               what=f"condition {condition.pk}", words=_one_line(blockage.words))  # fmt: skip
    _record(by, "said more of what got in the way", f"blockage {blockage.pk}", blockage.person)
    return blockage


@transaction.atomic
def gather(*, by: User, blockage: Blockage, under: Condition | None) -> Condition:
    """Ties a blockage to a condition; without one, it becomes a condition in its own words, or as yet in none."""
    condition = under or Condition.objects.create(
        words=_one_line(blockage.words), kind=blockage.kind, whose=blockage.whose, law=blockage.law, written_by=by
    )
    blockage.condition = condition
    blockage.save(update_fields=["condition"])
    _record(by, "gathered what got in the way", f"blockage {blockage.pk} under condition {condition.pk}", None)
    return condition


@transaction.atomic
def take_up(*, by: User, condition: Condition, who: str, said: str) -> TakenUp:
    """Somebody takes it up; what they said stands beside their role, and what was said before stays."""
    taken = TakenUp.objects.create(condition=condition, who=who.strip(), said=said.strip(), kept_by=by)
    _record(by, "took up what is in the way", f"condition {condition.pk}", None)
    return taken


@transaction.atomic
def agree(*, by: User, blockage: Blockage, told: str, agreed: str, shown: str) -> Blockage:
    """What the person said of it, whether they agree that it is shown, and the words that may be."""
    blockage.told, blockage.agreed, blockage.shown = told.strip(), agreed or Blockage.NOT_ASKED, shown.strip()
    blockage.save(update_fields=["told", "agreed", "shown"])
    _record(by, "kept what they said of it", f"blockage {blockage.pk}", blockage.person)
    return blockage


def add_figure(*, by: User, condition: Condition, name: str) -> Condition:
    """One more of the study's figures beside it."""
    names = dict.fromkeys([*condition.figure_names, name])
    return change(by=by, kept=condition, version=condition.version, person=None,
                  what=f"condition {condition.pk}", figures=";".join(names))  # fmt: skip


def drop_figure(*, by: User, condition: Condition, name: str) -> Condition:
    """One figure less."""
    names = [one for one in condition.figure_names if one != name]
    return change(by=by, kept=condition, version=condition.version, person=None,
                  what=f"condition {condition.pk}", figures=";".join(names))  # fmt: skip


def _one_line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 300 else f"{line[:299]}…"


def _record(by: User, verb: str, what: str, person: Person | None) -> None:
    trail.record(by=by, verb=verb, person=person.address if person else "", what=what)
