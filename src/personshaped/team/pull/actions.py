"""Asking in, coming, bringing, leaving, and handing over; each with its audit line in the same transaction.

Only `accept_handover` changes who owns anything, and only by the word of the one who takes over.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.people.models import Need, Person, With
from personshaped.team.pull.models import Ask, Brought, Handover


@transaction.atomic
def ask_in(*, by: User, person: Person, whom: User, words: str, need: Need | None = None) -> Ask:
    """Asks a colleague in. They see the story once they accept; the owner stays."""
    if whom == by or not whom.may(Right.BE_ASKED_IN):
        raise PermissionDenied("They cannot be asked in.")
    ask = Ask.objects.create(person=person, need=need, asked_by=by, whom=whom, words=words.strip())
    trail.record(by=by, verb="asked someone in", person=person.address, what=f"ask {ask.pk}: {whom.username}")
    return ask


@transaction.atomic
def accept(*, by: User, ask: Ask) -> Ask:
    """They come: from now on they see the story, until they leave."""
    open_ask = Ask.objects.select_for_update().get(pk=ask.pk, whom=by, accepted_at=None, declined_at=None, left_at=None)
    open_ask.accepted_at = timezone.now()
    open_ask.save(update_fields=["accepted_at"])
    if not _with_now(ask.person, by):
        With.objects.create(person=ask.person, colleague=by, how=With.ASKED_IN)
    trail.record(by=by, verb="came in", person=ask.person.address, what=f"ask {ask.pk}")
    return open_ask


@transaction.atomic
def decline(*, by: User, ask: Ask) -> None:
    """They cannot come now; whoever asked sees it, and asks someone else."""
    Ask.objects.filter(pk=ask.pk, whom=by, accepted_at=None).update(declined_at=timezone.now())
    trail.record(by=by, verb="could not come", person=ask.person.address, what=f"ask {ask.pk}")


@transaction.atomic
def bring(*, by: User, ask: Ask, words: str) -> Brought:
    """What they know, or did."""
    brought = Brought.objects.create(ask=ask, words=words.strip(), on=date.today(), kept_by=by)
    trail.record(by=by, verb="brought expertise", person=ask.person.address, what=f"ask {ask.pk}")
    return brought


@transaction.atomic
def leave(*, by: User, person: Person) -> None:
    """Whoever was asked in, or stays alongside, goes; an owner cannot leave but hands over."""
    now = timezone.now()
    gone = With.objects.filter(person=person, colleague=by, until=None).exclude(how=With.OWNER).update(until=now)
    Ask.objects.filter(person=person, whom=by, left_at=None).exclude(accepted_at=None).update(left_at=now)
    if gone:
        trail.record(by=by, verb="left; the owner stays", person=person.address)


@transaction.atomic
def ask_to_take_over(*, by: User, person: Person, whom: User, story: str) -> Handover:
    """Asks one named colleague to be with them from now on. Until they accept, the owner stays the owner."""
    if not owns(by, person) or whom == by or not whom.may(Right.BEGIN_STORIES):
        raise PermissionDenied("Only who is with them all the way can hand over, to a member of the team.")
    handover = Handover.objects.create(person=person, from_whom=by, to_whom=whom, story=story.strip())
    trail.record(by=by, verb="asked someone to take over", person=person.address, what=whom.username)
    return handover


@transaction.atomic
def accept_handover(*, by: User, handover: Handover) -> Handover:
    """They take over with the whole story: the needs are theirs; the former owner stays alongside."""
    taken = Handover.objects.select_for_update().get(pk=handover.pk, to_whom=by, accepted_at=None, declined_at=None)
    taken.accepted_at = timezone.now()
    taken.save(update_fields=["accepted_at"])
    person, before = taken.person, taken.from_whom
    person.with_them.filter(colleague=before, how=With.OWNER, until=None).update(how=With.ALONGSIDE)
    if not person.with_them.filter(colleague=by, until=None).update(how=With.OWNER):
        With.objects.create(person=person, colleague=by, how=With.OWNER)
    person.needs.filter(owner=before).update(owner=by)
    trail.record(by=by, verb="took over, with the story", person=person.address, what=f"from {before.username}")
    return taken


@transaction.atomic
def decline_handover(*, by: User, handover: Handover) -> None:
    """They cannot take over; everything stays as it is."""
    Handover.objects.filter(pk=handover.pk, to_whom=by, accepted_at=None).update(declined_at=timezone.now())
    trail.record(by=by, verb="could not take over", person=handover.person.address)


def owns(user: User, person: Person) -> bool:
    """Whether they are with the person all the way."""
    return With.objects.filter(person=person, colleague=user, how=With.OWNER, until=None).exists()


def _with_now(person: Person, user: User) -> bool:
    return With.objects.filter(person=person, colleague=user, until=None).exists()
