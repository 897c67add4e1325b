"""Need to know: who may see a person's story, and the one way to open it.

Seeing follows from working with the person now (`With`); whoever answers for the data sees the record. Opening a story
writes one audit line before anything is shown; one that may not be seen and one that is not there get the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.people.models import Person, With

NOT_WITH_THEM = "You are not working with this person."
"""The whole answer to whoever may not see a story; it never confirms that someone exists."""


WhoIsKnown = Callable[[User], QuerySet[Person]]
LOOKS: set[str] = set()
"""The verbs of the trail's lines that are looks at somebody; every other line about them tells that something was
written. A verb that is forgotten here keeps a story longer, never shorter (decision 430)."""


def look(verb: str) -> str:
    """The verb of a look, noted as one."""
    LOOKS.add(verb)
    return verb


def seen_by(user: User) -> QuerySet[Person]:
    """The people whose stories this colleague may open now, and write in."""
    if not user.may(Right.WORK_WITH_PEOPLE):
        return Person.objects.none()
    now_with = Q(with_them__colleague=user, with_them__until__isnull=True)
    return Person.objects.filter(now_with).distinct()


def answered_for(user: User) -> QuerySet[Person]:
    """The people whose whole record this colleague may open: all, for whoever answers for the data (decision 321)."""
    return in_their_keeping(user) if user.may(Right.ANSWER_FOR_DATA) else seen_by(user)


def in_their_keeping(user: User) -> QuerySet[Person]:
    """The people whose record this colleague hands over or erases: all, for whoever answers for the data alone."""
    return Person.objects.all() if user.may(Right.ANSWER_FOR_DATA) else Person.objects.none()


def owned_by(user: User) -> QuerySet[Person]:
    """The people this colleague is with all the way."""
    return seen_by(user).filter(with_them__colleague=user, with_them__how=With.OWNER, with_them__until__isnull=True)


def person_page(verb: str, known_to: WhoIsKnown = seen_by) -> Callable[..., Callable[..., HttpResponse]]:
    """For a view of one person: finds them by address, checks the right to know, records the look, then runs it."""

    look(verb)

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @login_required
        def opened(request: HttpRequest, address: str, **rest: Any) -> HttpResponse:
            theirs = known_to(request.user).filter(address=address)  # type: ignore[arg-type]
            return once_recorded(view, request, theirs, verb, rest)

        opened.person_page = verb  # type: ignore[attr-defined]
        return opened

    return around


def once_recorded(
    view: Callable[..., HttpResponse], request: HttpRequest, found: QuerySet[Any], verb: str, rest: dict[str, Any]
) -> HttpResponse:
    """What the view answers about the one that was found, the right to know and the line in the trail kept together.

    A page to read is made after its line is safely kept: drawn within the transaction, each page would keep all others
    waiting. What is sent to be written stands in one transaction with its line (decision 320).
    """
    with transaction.atomic():
        one = found.first()
        if one is None:
            raise PermissionDenied(NOT_WITH_THEM)
        trail.record(by=request.user, verb=verb, person=one.address)  # type: ignore[arg-type]
        if request.method == "POST":
            return view(request, one, **rest)
    return view(request, one, **rest)


def allowed(right: Right) -> Callable[..., Callable[..., HttpResponse]]:
    """For a view that is about no one person: only those with the right."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @login_required
        def opened(request: HttpRequest, **rest: Any) -> HttpResponse:
            if not request.user.may(right):  # type: ignore[union-attr]
                raise PermissionDenied(f"This is for those who may {right}.")
            return view(request, **rest)

        opened.right = right  # type: ignore[attr-defined]
        return opened

    return around
