"""What is kept between peers, each with its line in the trail."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.peers.models import Agreement, Fact, Place, Tie


@transaction.atomic
def meet(*, by: User, called: str, about: str) -> Place:
    """A place that learns with us."""
    place = Place.objects.create(called=called.strip(), about=about.strip())
    trail.record(by=by, verb="met a peer", what=f"place {place.pk}")
    return place


@transaction.atomic
def add_fact(*, by: User, place: Place, what: str, value: str, source: str) -> Fact:
    """One fact of its context."""
    fact = Fact.objects.create(place=place, what=what.strip(), value=value.strip(), source=source.strip())
    trail.record(by=by, verb="wrote down a fact of a place", what=f"place {place.pk}")
    return fact


@transaction.atomic
def tie(*, by: User, place: Place, kind: str, words: str, at: date | None = None) -> Tie:
    """Help asked or offered, a visit, a board; and what was learned."""
    kept = Tie.objects.create(
        place=place, kind=kind, words=words.strip(), at=at or date.today(), ours=by.agency, kept_by=by
    )
    trail.record(by=by, verb=f"with a peer: {kind}", what=f"place {place.pk}")
    return kept


@transaction.atomic
def agree(*, by: User, place: Place, words: str, held_by: str) -> Agreement:
    """What was promised, and what holds it."""
    agreement = Agreement.objects.create(place=place, words=words.strip(), held_by=held_by.strip())
    trail.record(by=by, verb="agreed with a peer", what=f"agreement {agreement.pk}")
    return agreement
