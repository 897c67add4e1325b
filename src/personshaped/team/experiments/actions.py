"""What is kept of trying things, each with its line in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.experiments.models import Case, Change, Experiment, Level, Measure, Standing
from personshaped.team.people.models import Need, Person


@transaction.atomic
def begin(*, by: User, called: str, believe: str = "") -> Experiment:
    """A new experiment from one line; the rest is written as it happens."""
    begun = Experiment.objects.create(called=called.strip()[:200], believe=believe.strip(), begun_by=by)
    trail.record(by=by, verb="began an experiment", what=f"experiment {begun.pk}")
    return begun


@transaction.atomic
def note_change(*, by: User, experiment: Experiment | None = None, **fields: Any) -> Change:
    """Something changed, and from when."""
    change = Change.objects.create(kept_by=by, experiment=experiment, **fields)
    trail.record(by=by, verb="wrote down a change", what=f"change {change.pk}")
    return change


@transaction.atomic
def choose_case(*, by: User, people: Iterable[Person], **fields: Any) -> Case:
    """One case for the register; one line in the trail for each person in it."""
    case = Case.objects.create(kept_by=by, **fields)
    chosen = list(people)
    case.people.set(chosen)
    for person in chosen:
        trail.record(by=by, verb="chose for old against new", person=person.address, what=f"case {case.pk}")
    if not chosen:
        trail.record(by=by, verb="chose for old against new", what=f"case {case.pk}")
    return case


@transaction.atomic
def wrote_up(*, by: User, case: Case) -> None:
    """A case was written up: a line in the trail for each person in it."""
    for person in case.people.all():
        trail.record(by=by, verb="wrote up old against new", person=person.address, what=f"case {case.pk}")


@transaction.atomic
def name_level(*, by: User, words: str, means: str, place: int) -> Level:
    """One level of the triangle of need, in the team's words."""
    level = Level.objects.create(words=words.strip(), means=means.strip(), place=place)
    trail.record(by=by, verb="named a level of need", what=f"level {level.pk}")
    return level


@transaction.atomic
def stand(*, by: User, need: Need, level: Level | None) -> None:
    """At which level a need stands; None, that nobody says."""
    if level is None:
        Standing.objects.filter(need=need).delete()
    else:
        Standing.objects.update_or_create(need=need, defaults={"level": level})
    trail.record(by=by, verb="said at which level a need stands", person=need.person.address, what=f"need {need.pk}")


@transaction.atomic
def derive_measure(*, by: User, chart: str, follows: str) -> Measure:
    """A chart the team will read, and how it follows from the purpose."""
    measure = Measure.objects.create(chart=chart, follows=follows.strip())
    trail.record(by=by, verb="derived a measure", what=f"measure {measure.pk}")
    return measure


@transaction.atomic
def drop_measure(*, by: User, measure: Measure) -> None:
    """The team no longer reads this chart; the study keeps it."""
    trail.record(by=by, verb="put a measure aside", what=f"measure {measure.pk}: {measure.chart}")
    measure.delete()
