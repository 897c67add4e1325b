"""What colleagues do for a person, each with its audit line in the same transaction."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import models, transaction
from django.db.models import F

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.people.models import Answer, Around, Correction, Household, Need, Person, Said, With

Kept = TypeVar("Kept", bound=models.Model)


class TwoWroteAtOnce(Exception):
    """Someone else changed the same words since they were opened; `theirs` is what stands now."""

    def __init__(self, theirs: models.Model) -> None:
        super().__init__("someone else changed this while you were writing")
        self.theirs = theirs


@transaction.atomic
def begin_story(*, by: User, called: str, matters: str) -> Person:
    """A new story from a name and what matters; whoever begins it is with the person."""
    person = Person.objects.create(called=called.strip(), matters=matters.strip(), begun_by=by)
    With.objects.create(person=person, colleague=by, how=With.OWNER)
    Said.objects.create(person=person, words=matters.strip(), on=date.today(), kept_by=by)
    trail.record(by=by, verb="began their story", person=person.address)
    return person


@transaction.atomic
def change(*, by: User, kept: Kept, version: int, person: Person | None, what: str, **fields: object) -> Kept:
    """Changes some fields of what is kept, unless someone else did since `version` was read (TwoWroteAtOnce).

    `person` is whose story it is in; None where it is about no one person.
    """
    model = type(kept)
    changed = model._default_manager.filter(pk=kept.pk, version=version).update(**fields, version=F("version") + 1)
    if not changed:
        raise TwoWroteAtOnce(model._default_manager.get(pk=kept.pk))
    trail.record(by=by, verb=f"changed {what}", person=person.address if person else "")
    kept.refresh_from_db()
    return kept


@transaction.atomic
def hear_need(*, by: User, person: Person, words: str, on: date | None = None) -> Need:
    """A need in the person's terms; whoever heard it owns it until someone else accepts it.

    The same words of one day, while they are not sorted, are one need, however often the button was pressed.
    """
    told, day = words.strip(), on or date.today()
    Person.objects.select_for_update().get(pk=person.pk)  # two presses at once come one after the other
    same = person.needs.filter(words=told, opened_on=day)
    if twice := next((one for one in same if not one.is_met), None):
        return twice
    need = Need.objects.create(person=person, words=told, opened_on=day, owner=by)
    trail.record(by=by, verb="heard a need", person=person.address, what=f"need {need.pk}")
    return need


@transaction.atomic
def ask_whether_sorted(*, by: User, need: Need, said: str, words: str = "", on: date | None = None) -> Answer:
    """Keeps the person's answer. Only "yes" closes the need, and only another answer of theirs opens it again.

    Of a need that is sorted already the same yes, or that nobody asked, is no new answer; new words are kept.
    """
    Need.objects.select_for_update().get(pk=need.pk)  # two answers at once come one after the other
    day, told = on or date.today(), words.strip()
    answer = need.answers.first()
    is_met = answer is not None and answer.said == Answer.YES
    adds_nothing = is_met and (said == Answer.NOT_ASKED or (said == Answer.YES and not told))
    if answer is None or not adds_nothing:
        answer = Answer.objects.create(need=need, said=said, words=told, on=day, kept_by=by)
    if told:
        Said.objects.create(person=need.person, words=told, on=day, kept_by=by)
    trail.record(by=by, verb=f"has it been sorted: {said}", person=need.person.address, what=f"need {need.pk}")
    return answer


@transaction.atomic
def change_matters(*, by: User, person: Person, version: int, words: str) -> Person:
    """What matters to them, as they say it now; what they said before stays in their story."""
    changed = change(by=by, kept=person, version=version, person=person, what="what matters", matters=words)
    Said.objects.create(person=person, words=words, on=date.today(), kept_by=by)
    return changed


@transaction.atomic
def add_around(*, by: User, person: Person, called: str, is_to_them: str) -> Around:
    """Someone or something around them: family, a friend, a group, a place."""
    around = Around.objects.create(person=person, called=called.strip(), is_to_them=is_to_them.strip())
    trail.record(by=by, verb="added who is around them", person=person.address)
    return around


@transaction.atomic
def keep_correction(*, by: User, person: Person, as_written: str, as_they_say: str) -> Correction:
    """What they say is not right, beside what was written; neither replaces the other."""
    kept = Correction.objects.create(
        person=person, as_written=as_written.strip(), as_they_say=as_they_say.strip(), on=date.today(), kept_by=by
    )
    trail.record(by=by, verb="kept their correction", person=person.address)
    return kept


@transaction.atomic
def live_together(*, by: User, person: Person, other: Person) -> Household:
    """Two people of one household or family, whose stories then point to each other.

    `other` comes to `person`'s, or, where they have none, they to `other`'s. Where both have one, `other` leaves theirs
    first, and that is a line in the trail of each whom it changes.
    """
    if other.household_id and person.household_id and other.household_id != person.household_id:
        live_apart(by=by, person=other)
    home = person.household or other.household or Household.objects.create()
    for one in (person, other):
        Person.objects.filter(pk=one.pk).update(household=home)
        trail.record(by=by, verb="told as one household", person=one.address)
    person.refresh_from_db()
    return home


@transaction.atomic
def live_apart(*, by: User, person: Person) -> None:
    """They are of no household any more, and nothing of theirs stands in another's story; nor who is left alone."""
    home = person.household
    if home is None:
        return
    left = home.people.exclude(pk=person.pk)
    apart = [person, *left] if left.count() == 1 else [person]
    for one in apart:
        Person.objects.filter(pk=one.pk).update(household=None)
        trail.record(by=by, verb="no longer told as one household", person=one.address)
    if not home.people.exists():
        home.delete()
    person.refresh_from_db()
