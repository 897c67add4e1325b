"""Pulling expertise: the owner stays; whoever is asked in sees while they help; handing over needs a yes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from personshaped.team.accounts.models import User
from personshaped.team.people import actions as people
from personshaped.team.people.models import Person, With
from personshaped.team.pull import actions
from personshaped.team.pull.models import Ask, Handover

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


@pytest.fixture
def priya(colleague: Callable[..., User]) -> User:
    return colleague("Priya", "expert", "benefits")


def test_asked_coming_bringing_leaving(sam: User, priya: User, family: Person, signed_in: SignedIn) -> None:
    need, where = people.hear_need(by=sam, person=family, words="Money"), family.get_absolute_url()
    expert = signed_in(priya)
    signed_in(sam).post(f"{where}ask-in/?need={need.pk}", {"words": "How to get PIP back?", "whom": priya.pk})
    ask = Ask.objects.get()
    waiting = expert.get("/").content.decode()
    assert "How to get PIP back?" in waiting
    assert "Lime Street" not in waiting
    assert expert.get(where).status_code == 403
    expert.post(f"/asked/{ask.pk}/", {"come": "1"})
    assert "How to get PIP back?" in expert.get(where).content.decode()
    expert.post(f"{where}ask-in/{ask.pk}/", {"words": "The form went to the old address."})
    assert "The form went to the old address." in signed_in(sam).get(where).content.decode()
    expert.post(f"{where}leave/")
    assert expert.get(where).status_code == 403
    need.refresh_from_db()
    assert need.owner == sam
    assert actions.owns(sam, family)


def test_someone_who_cannot_come_sees_nothing(sam: User, priya: User, family: Person, signed_in: SignedIn) -> None:
    ask = actions.ask_in(by=sam, person=family, whom=priya, words="")
    signed_in(priya).post(f"/asked/{ask.pk}/", {"not-now": "1"})
    assert signed_in(priya).get(family.get_absolute_url()).status_code == 403
    assert signed_in(priya).post(f"/asked/{ask.pk}/", {"come": "1"}).status_code == 404
    assert "cannot come now" in signed_in(sam).get(family.get_absolute_url()).content.decode()


def test_nobody_else_answers_for_whoever_is_asked(
    sam: User, priya: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    ask = actions.ask_in(by=sam, person=family, whom=priya, words="")
    assert signed_in(colleague("Len", "expert")).post(f"/asked/{ask.pk}/", {"come": "1"}).status_code == 404


def test_until_the_other_accepts_the_owner_stays(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    asha, where = colleague("Asha"), family.get_absolute_url()
    need = people.hear_need(by=sam, person=family, words="A nursery place")
    signed_in(sam).post(f"{where}hand-over/", {"whom": asha.pk, "story": "Three visits so far."})
    handover = Handover.objects.get()
    assert actions.owns(sam, family)
    assert not actions.owns(asha, family)
    assert signed_in(asha).get(where).status_code == 403
    signed_in(asha).post(f"/asked/over/{handover.pk}/", {"take": "1"})
    need.refresh_from_db()
    assert need.owner == asha
    assert actions.owns(asha, family)
    assert not actions.owns(sam, family)
    assert "Three visits so far." in signed_in(asha).get(where).content.decode()
    assert family.with_them.get(colleague=sam, until=None).how == With.ALONGSIDE


def test_an_expert_cannot_take_over_and_an_owner_cannot_just_leave(
    sam: User, priya: User, family: Person, signed_in: SignedIn
) -> None:
    with pytest.raises(PermissionDenied):
        actions.ask_to_take_over(by=sam, person=family, whom=priya, story="")
    assert signed_in(sam).post(f"{family.get_absolute_url()}leave/").status_code == 403
    assert actions.owns(sam, family)
