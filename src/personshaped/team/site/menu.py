"""The menu: for each signed-in person, the pages that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right


@dataclass(frozen=True)
class Page:
    """One entry; `here` where it is the page that is open."""

    name: str
    address: str
    here: bool


ENTRIES: tuple[tuple[str, str, Right | None], ...] = (
    ("Home", "home", None),
    ("Listening", "listening", Right.LISTEN),
    ("The picture", "picture", Right.SEE_THE_PICTURE),
    ("What is in our way", "blockages", Right.NAME_BLOCKAGES),
    ("What we are trying", "experiments", Right.TRY_THINGS),
    ("Same person?", "links", Right.JUDGE_LINKS),
    ("Histories", "cases", Right.BUILD_HISTORIES),
    ("Peers", "peers", Right.MEET_PEERS),
    ("The trail", "trail", Right.READ_THE_TRAIL),
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
            found.append(Page(name, address, path == address or (address != "/" and path.startswith(address))))
    return found
