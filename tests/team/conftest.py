"""The web application under test: SQLite in a folder of its own, or the PostgreSQL that DATABASE_URL names."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personshaped.team.site.settings")
if "PERSONSHAPED_KEEP" not in os.environ:
    os.environ["PERSONSHAPED_KEEP"] = tempfile.mkdtemp(prefix="team-", dir=os.environ["PERSONSHAPED_TESTS"])
os.environ.setdefault("PERSONSHAPED_PRACTICE", "1")
os.environ.setdefault("PERSONSHAPED_HTTP", "1")

if os.environ.get("PERSONSHAPED_TEST_POSTGRESQL") == "1":  # a server of the tests' own, gone at the end
    from spec.postgresql_server import binaries, running

    programs = binaries()
    if programs is None:
        raise RuntimeError("PERSONSHAPED_TEST_POSTGRESQL needs PostgreSQL's server (initdb, pg_ctl)")
    server = running(programs)
    os.environ["DATABASE_URL"] = server.__enter__().url().replace("?host=/", "?host=%2F", 1)
    atexit.register(server.__exit__, None, None, None)

import django

django.setup()

from django.test import Client  # noqa: E402

from personshaped.locality import write_demo  # noqa: E402
from personshaped.study import study  # noqa: E402
from personshaped.team.accounts.models import User  # noqa: E402
from personshaped.team.people import actions  # noqa: E402
from personshaped.team.people.models import Person  # noqa: E402

Colleague = Callable[..., User]


@pytest.fixture(autouse=True)
def _fresh_head(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_HEAD = tmp_path / "audit.head"


@pytest.fixture
def colleague(db: None) -> Colleague:
    """Makes someone who works here: `colleague("Sam")`, `colleague("Joan", "leader")`."""

    def made(called: str, role: str = "member", expertise: str = "") -> User:
        return User.objects.create(username=called.lower(), called=called, role=role, expertise=expertise)

    return made


@pytest.fixture
def sam(colleague: Colleague) -> User:
    return colleague("Sam")


@pytest.fixture
def family(sam: User) -> Person:
    """The family on Lime Street, whom Sam works with."""
    return actions.begin_story(by=sam, called="The family on Lime Street", matters="I want to move away.")


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """A browser in which someone is signed in."""

    def made(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return made


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small invented town with a finished study; tests that decide something work on a copy (`town`)."""
    folder = tmp_path_factory.mktemp("studied") / "town"
    write_demo(folder, "assess_refer", 300, 3, 4, lambda *_: None)
    study(folder)
    return folder


@pytest.fixture
def town(studied: Path, tmp_path: Path, settings: Any) -> Path:
    """A copy of that town as the application's study."""
    folder = tmp_path / "town"
    shutil.copytree(studied, folder)
    settings.STUDY = folder
    return folder
