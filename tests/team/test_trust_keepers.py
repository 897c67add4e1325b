"""The keepers' pages: accounts, agencies, doors, prices and agreements; no one's story; each change in the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from personshaped.team.accounts.models import Agency, FrontDoor, SharingAgreement, UnitCost, User
from personshaped.team.accounts.roles import ROLES
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person
from personshaped.team.site import source
from personshaped.team.site.keepers import pages
from personshaped.team.site.serving import first_account

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
WORD, NEW = "a long word that nobody guesses", "another word that nobody guesses"


@pytest.fixture
def lee(colleague: Callable[..., User]) -> User:
    return colleague("Lee", "keeper")


def test_what_is_kept_is_this_and_nothing_else() -> None:
    assert {one.__name__ for one in pages._registry} == {
        "User", "Agency", "SharingAgreement", "FrontDoor", "UnitCost",
    }  # fmt: skip


@pytest.mark.parametrize("role", list(ROLES))
def test_only_a_keeper_gets_there(role: str, colleague: Callable[..., User], signed_in: SignedIn) -> None:
    user = colleague("Somebody", role)
    user.is_staff = user.is_superuser = True  # what Django says of them opens nothing
    user.save()
    for address in ("", *(f"accounts/{one._meta.model_name}/" for one in pages._registry)):
        answer = signed_in(user).get(f"/keep/{address}", follow=True)
        assert answer.status_code == (200 if role == "keeper" else 403), (role, address)


def test_every_kept_thing_is_added_and_each_is_a_line_in_the_trail(lee: User, signed_in: SignedIn) -> None:
    browser = signed_in(lee)
    before = Entry.objects.count()
    browser.post("/keep/accounts/agency/add/", {"code": "housing", "name": "Housing"})
    housing = Agency.objects.get()
    for kind, sent in {
        "sharingagreement": {"agency": housing.pk, "reference": "DSA-1", "from_date": "2026-01-01"},
        "frontdoor": {"front_door": "one stop shop", "agency": housing.pk, "kind": "office"},
        "unitcost": {"agency": housing.pk, "year": "2026", "unit": "hour", "cost": "48.00", "source": "PSSRU 2026"},
        "user": {"username": "nia", "called": "Nia", "role": "member", "password1": WORD, "password2": WORD},
    }.items():
        answer = browser.post(f"/keep/accounts/{kind}/add/", sent)
        assert answer.status_code == 302, (kind, answer.context and answer.context["errors"])
    assert (SharingAgreement.objects.count(), FrontDoor.objects.count(), UnitCost.objects.count()) == (1, 1, 1)
    assert User.objects.get(username="nia").check_password(WORD)
    lines = Entry.objects.order_by("id")[before:]
    assert [one.verb for one in lines] == ["added, as a keeper"] * 5
    assert not any("Nia" in one.what for one in lines)


def test_doors_and_prices_are_in_the_source(lee: User, signed_in: SignedIn) -> None:
    housing = Agency.objects.create(code="housing", name="Housing")
    FrontDoor.objects.create(front_door="one stop shop", agency=housing, kind="office")
    UnitCost.objects.create(year=2026, unit="hour", cost=Decimal("48.00"), source="PSSRU 2026")
    doors, prices = source.TABLES["front_doors"](), source.TABLES["unit_costs"]()
    assert [(one["front_door"], one["agency"], one["kind"]) for one in doors] == [
        ("one stop shop", "housing", "office")
    ]
    assert [(one["agency"], one["year"], one["unit"], one["cost"]) for one in prices] == [("", "2026", "hour", "48.00")]


def test_what_else_is_sent_is_not_taken(lee: User, signed_in: SignedIn) -> None:
    """Neither powers of Django's nor one's own role can be sent along."""
    sent = {"username": "lee", "called": "Lee", "role": "guardian", "is_superuser": "on", "is_staff": "on"}
    signed_in(lee).post(f"/keep/accounts/user/{lee.pk}/change/", sent)
    lee.refresh_from_db()
    assert (lee.role, lee.is_superuser, lee.is_staff, lee.is_active) == ("keeper", False, False, True)


def test_an_account_is_never_taken_away_but_made_inactive(lee: User, sam: User, signed_in: SignedIn) -> None:
    browser = signed_in(lee)
    assert browser.post(f"/keep/accounts/user/{sam.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(f"/keep/accounts/user/{sam.pk}/change/", {"username": "sam", "called": "Sam", "role": "member"})
    assert not User.objects.get(pk=sam.pk).is_active
    assert Entry.objects.latest("id").verb == "changed, as a keeper"


def test_the_first_account_keeps_and_sees_no_ones_story(family: Person, signed_in: SignedIn) -> None:
    User.objects.exclude(pk=family.with_them.get().colleague_id).delete()
    assert first_account(None) is None  # there is one already
    made = User.objects.create_superuser("root", password=WORD)
    assert made.role == "keeper"
    assert signed_in(made).get(family.get_absolute_url()).status_code == 403


TECHNICAL = re.compile(
    r"This field|valid (value|date|choice|“slug”)|Ensure (this|that)|already exists|password field|correct the error"
    r"|Designates|LDAP|Raw passwords|[Aa]uthenticat(e|ion)|admin site|Required\.|successfully|to change\b"
)
"""What the framework says in its own words."""


def test_what_cannot_be_kept_is_said_in_plain_words(lee: User, signed_in: SignedIn) -> None:
    # given a keeper at every form that there is
    browser = signed_in(lee)
    housing = Agency.objects.create(code="housing", name="Housing")
    wrong = {
        "agency": [{}, {"code": "two words", "name": "x" * 200}, {"code": "housing", "name": "Housing"}],
        "sharingagreement": [{}, {"agency": "99", "reference": "x", "from_date": "yesterday"}],
        "frontdoor": [{}, {"agency": housing.pk, "front_door": "desk", "kind": "a window"}],
        "unitcost": [{}, {"year": "-3", "unit": "hour", "cost": "48.123", "source": "x"},
                     {"year": "soon", "unit": "hour", "cost": "much", "source": "x"}],
        "user": [{}, {"username": "no blanks", "called": "Nia", "password1": "a", "password2": "b"},
                 {"username": "lee", "called": "Lee", "password1": "password1234", "password2": "password1234"}],
    }  # fmt: skip
    for kind, all_sent in wrong.items():
        for sent in all_sent:
            # when something is sent that cannot be kept
            answer = browser.post(f"/keep/accounts/{kind}/add/", sent)
            page = text_of(answer.content.decode())
            # then the page says so, and in no word of the framework
            assert answer.status_code == 200, (kind, sent)
            assert "could not be kept" in page, (kind, sent)
            said = TECHNICAL.search(page)
            assert not said, (kind, sent, said)


def test_the_keepers_pages_speak_plainly(lee: User, signed_in: SignedIn, sam: User) -> None:
    browser = signed_in(lee)
    pages_there = ["", *(f"accounts/{one._meta.model_name}/{end}" for one in pages._registry for end in ("", "add/"))]
    pages_there += [f"accounts/user/{sam.pk}/{end}" for end in ("change/", "history/", "password/")]
    for where in pages_there:
        answer = browser.get(f"/keep/{where}")
        said = TECHNICAL.search(text_of(answer.content.decode()))
        assert answer.status_code == 200, where
        assert not said, (where, said)
    # and nobody is left without a password
    sam.set_password(WORD)
    sam.save()
    assert "unset-password" not in browser.get(f"/keep/accounts/user/{sam.pk}/password/").content.decode()
    browser.post(f"/keep/accounts/user/{sam.pk}/password/", {"unset-password": "yes"})
    sam.refresh_from_db()
    assert sam.check_password(WORD)
    # and a new password is two boxes, both asked for
    assert browser.post(f"/keep/accounts/user/{sam.pk}/password/", {}).status_code == 200
    browser.post(f"/keep/accounts/user/{sam.pk}/password/", {"password1": NEW, "password2": NEW})
    sam.refresh_from_db()
    assert sam.check_password(NEW)


def text_of(page: str) -> str:
    """What stands on a page in words, its buttons included."""
    page = re.sub(r'<input type="submit" value="([^"]+)"|<input type="submit"[^>]*value="([^"]+)"', r" \1\2 <", page)
    return " ".join(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())
