"""The menu: for each signed-in person, the pages that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right


@dataclass(frozen=True)
class Page:
    """One entry; `here` where it is the page that is open."""

    name: str
    address: str
    here: bool


ENTRIES: tuple[tuple[str | Promise, str, Right | None], ...] = (
    (_("Home"), "home", None),
    (_("Listening"), "listening", Right.LISTEN),
    (_("The picture"), "picture", Right.SEE_THE_PICTURE),
    (_("What is in our way"), "blockages", Right.NAME_BLOCKAGES),
    (_("What we are trying"), "experiments", Right.TRY_THINGS),
    (_("Same person?"), "links", Right.JUDGE_LINKS),
    (_("Histories"), "cases", Right.BUILD_HISTORIES),
    (_("Peers"), "peers", Right.MEET_PEERS),
    (_("The trail"), "trail", Right.READ_THE_TRAIL),
    (_("How long we keep stories"), "kept", Right.ANSWER_FOR_DATA),
    (_("The accounts"), "admin:index", Right.KEEP_ACCOUNTS),
)


def menu(user: User, path: str) -> list[Page]:
    """The entries this person may open, in the same order on every page."""
    found = []
    for name, view, right in ENTRIES:
        try:
            address = reverse(view)
        except NoReverseMatch:
            continue
        if right is None or user.may(right):
            found.append(Page(str(name), address, path == address or (address != "/" and path.startswith(address))))
    return found
