"""Every address: nobody gets in without signing in and a second factor, and each role gets only where its rights go."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import ROLES
from personshaped.team.people.models import Person

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
OPEN_TO_ALL_SIGNED_IN = {"home"}


def patterns(node: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of ours; the frameworks' own (sign-in, the keepers' pages) have tests of their own."""
    for one in (node or get_resolver()).url_patterns:
        at = before + str(one.pattern)
        if at.startswith(("sign-in/", "keep/")):
            continue
        if isinstance(one, URLResolver):
            yield from patterns(one, at)
        else:
            yield at, one


def filled(route: str, person: Person) -> str:
    """An address with somebody's story in it, and 1 or x for everything else."""

    def put(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        return person.address if name == "address" else "1" if kind == "int" else "x"

    return "/" + re.sub("<([^>]+)>", put, route)


def test_every_address_is_about_one_person_or_needs_a_right_or_is_named_here() -> None:
    bare = {
        one.name
        for _, one in patterns()
        if not hasattr(one.callback, "person_page") and not hasattr(one.callback, "right")
    }
    assert bare <= OPEN_TO_ALL_SIGNED_IN, f"no right, and no look recorded: {bare - OPEN_TO_ALL_SIGNED_IN}"


def test_without_signing_in_every_address_leads_to_the_door(family: Person) -> None:
    for route, _ in patterns():
        for send in (Client().get, Client().post):
            answer = send(filled(route, family))
            assert answer.status_code in (302, 405), route
            assert answer.status_code == 405 or answer.headers["Location"].startswith("/sign-in/"), route
            assert family.called not in answer.content.decode()


def test_without_a_second_factor_every_address_leads_to_setting_one_up(
    sam: User, family: Person, signed_in: SignedIn, settings: Any
) -> None:
    settings.PRACTICE = False
    for route, _ in patterns():
        answer = signed_in(sam).get(filled(route, family))
        assert answer.status_code == 302, route
        assert "/sign-in/2fa/" in answer.headers["Location"], route


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_gets_only_where_its_rights_go(
    role: str, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    """Nobody of another team sees this story, but who answers for the data; other pages follow the list of rights."""
    user = colleague("Nobody", role)
    browser = signed_in(user)
    browser.raise_request_exception = False
    for route, one in patterns():
        right = getattr(one.callback, "right", None)
        if right is not None and not user.may(right):
            assert browser.get(filled(route, family)).status_code in (403, 405), route
        if hasattr(one.callback, "person_page") and role != "guardian":
            answer = browser.get(filled(route, family))
            assert answer.status_code in (403, 405), route
            assert family.called not in answer.content.decode()


def test_pages_are_not_kept_framed_or_scripted_from_elsewhere(sam: User, family: Person, signed_in: SignedIn) -> None:
    answer = signed_in(sam).get(family.get_absolute_url())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_as_a_service_the_frameworks_own_check_finds_nothing(tmp_path: Path) -> None:
    """As a service: neither for practice nor over http, as `personshaped serve` on one machine is."""
    of_tests = (
        "PERSONSHAPED_",
        "DJANGO_",
    )  # the browser's tests set DJANGO_ALLOW_ASYNC_UNSAFE for all in their process
    ours = {name: value for name, value in os.environ.items() if not name.startswith(of_tests)}
    ours |= {"PERSONSHAPED_KEEP": str(tmp_path), "DJANGO_SETTINGS_MODULE": "personshaped.team.site.settings"}
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    found = subprocess.run(command, env=ours, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout


def test_what_is_not_theirs_is_said_with_what_to_do(
    family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    asha = signed_in(colleague("Asha"))
    # a story, and one that is nobody's: the same answer
    for address in (family.get_absolute_url(), "/story/nobody/"):
        page = asha.get(address)
        assert page.status_code == 403
        assert "<h1>You are not working with this person.</h1>" in page.content.decode()
        assert "ask whoever is with them to ask you in" in page.content.decode()
    # a page that is about nobody asks nobody in
    page = signed_in(colleague("Lee", "keeper")).get("/trying/register/")
    assert page.status_code == 403
    assert "<h1>This is for those who may " in page.content.decode()
    assert "ask you in" not in page.content.decode()


def test_migrations_make_the_tables_that_the_models_describe() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)  # exits where one is missing


def test_no_model_measures_staff() -> None:
    words = ("target", "score", "rank", "rating", "caseload", "productivity", "performance")
    for model in apps.get_models():
        if model.__module__.startswith("personshaped"):
            for field in model._meta.get_fields():
                assert not any(word in field.name for word in words), (model.__name__, field.name)
