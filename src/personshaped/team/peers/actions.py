"""What is kept between peers, each with its line in the trail."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.peers.models import Agreement, Board, Fact, Place, Tie


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
    """Help asked or offered, a visit; and what was learned."""
    kept = Tie.objects.create(
        place=place, kind=kind, words=words.strip(), at=at or date.today(), ours=by.agency, kept_by=by
    )
    trail.record(by=by, verb=f"with a peer: {kind}", what=f"place {place.pk}")
    return kept


@transaction.atomic
def set_up(
    *, by: User, place: Place, about: str, members: str = "", held_by: str = "", meets_on: date | None = None
) -> Board:
    """A board of peers."""
    board = Board.objects.create(
        place=place, about=about.strip(), members=members.strip(), held_by=held_by.strip(), meets_on=meets_on
    )
    trail.record(by=by, verb="set up a board with a peer", what=f"board {board.pk}")
    return board


@transaction.atomic
def board_met(
    *, by: User, board: Board, words: str, learned: str, at: date | None = None, meets_on: date | None = None
) -> Tie:
    """What a board agreed and learned at a meeting, and when it meets next: not known, where nobody said."""
    kept = Tie.objects.create(
        place=board.place, board=board, kind="board", words=words.strip(), learned=learned.strip(),
        at=at or date.today(), ours=by.agency, kept_by=by,
    )  # fmt: skip
    Board.objects.filter(pk=board.pk).update(meets_on=meets_on, version=F("version") + 1)
    trail.record(by=by, verb="with a peer: board", what=f"board {board.pk}")
    return kept


@transaction.atomic
def agree(
    *, by: User, place: Place, words: str, held_by: str, here: str = "", there: str = "", again_on: date | None = None
) -> Agreement:
    """What was promised, what holds it, and who in each place holds to it."""
    agreement = Agreement.objects.create(
        place=place, words=words.strip(), held_by=held_by.strip(), here=here.strip(), there=there.strip(),
        again_on=again_on,
    )  # fmt: skip
    trail.record(by=by, verb="agreed with a peer", what=f"agreement {agreement.pk}")
    return agreement
