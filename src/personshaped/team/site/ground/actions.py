"""What is kept of the ground, the tally and how things are, each with its line in the trail."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.blockages.models import Condition
from personshaped.team.experiments import actions as trying
from personshaped.team.experiments.models import Experiment
from personshaped.team.people.models import Person, Said
from personshaped.team.site.ground.models import Ground, Observation, Tally, TriedFor


def ground() -> Ground:
    """The one page, made empty the first time it is opened."""
    return Ground.objects.get_or_create(pk=1)[0]


@transaction.atomic
def try_about(*, by: User, condition: Condition) -> Experiment:
    """An experiment out of what is in the way, in its own words to begin with."""
    experiment = trying.begin(by=by, called=f"About: {condition.says}")
    TriedFor.objects.create(experiment=experiment, condition=condition)
    return experiment


@transaction.atomic
def tally(*, by: User, door: str, heard: str, words: str) -> Tally:
    """One demand at a door."""
    line = Tally.objects.create(door=door.strip(), heard=heard, words=words.strip(), kept_by=by)
    trail.record(by=by, verb="heard at a door", what=f"tally {line.pk}")
    return line


@transaction.atomic
def take_back(*, by: User, line: Tally) -> None:
    """A slip of the finger is taken back."""
    trail.record(by=by, verb="took back at a door", what=f"tally {line.pk}")
    line.delete()


@transaction.atomic
def observe(
    *, by: User, person: Person, measure: str, value: Decimal | None, said_by: str, words: str, on: date | None
) -> Observation | Said | None:
    """How it is, and who says so. Words without a number are kept as what they said; nothing at all is not kept."""
    day, words = on or date.today(), words.strip()
    kept: Observation | Said
    if value is not None and measure:
        kept = Observation.objects.create(
            person=person, measure=measure, value=value, said_by=said_by, words=words, on=day, kept_by=by
        )
    elif words:
        kept = Said.objects.create(person=person, words=words, said_by=said_by or "person", on=day, kept_by=by)
    else:
        return None
    trail.record(by=by, verb="kept how things are", person=person.address)
    return kept
