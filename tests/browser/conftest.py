"""A real browser, where there is one; it reaches no network."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personshaped.team.site.settings")
if "PERSONSHAPED_KEEP" not in os.environ:
    os.environ["PERSONSHAPED_KEEP"] = tempfile.mkdtemp(prefix="team-", dir=os.environ["PERSONSHAPED_TESTS"])
os.environ.setdefault("PERSONSHAPED_PRACTICE", "1")
os.environ.setdefault("PERSONSHAPED_HTTP", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in the test's own thread

import django

django.setup()

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as installed on this machine; skips with a reason where it or Playwright is missing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium on the path")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


WORD = "a quiet word at the door"


@pytest.fixture(autouse=True)
def _trail_is_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """The trail refuses to be emptied; between two tests of a served application the test, as owner, does it."""
    yield
    if "live_server" not in request.fixturenames:
        return
    from importlib import import_module

    from django.db import connection

    if connection.vendor == "sqlite":
        trigger = import_module("personshaped.team.audit.migrations.0002_never_changed").SQLITE
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_DELETE")
            cursor.execute("DELETE FROM audit_entry")
            cursor.execute(trigger.format(verb="DELETE"))


@pytest.fixture
def team_page(browser: Browser, live_server: Any, settings: Any, tmp_path: Any) -> Iterator[Callable[..., Page]]:
    """Someone of the team, signed in at the team's application: `team_page("Sam", role="member", width=1280)`.

    The page notes every complaint of the browser in `page.complaints`; what it asks for elsewhere is one too.
    """
    from personshaped.team.accounts.models import User

    settings.AUDIT_HEAD = tmp_path / "audit.head"
    contexts = []

    def opened(called: str, role: str = "member", width: int = 1280, script: bool = True) -> Page:
        user, made = User.objects.get_or_create(username=called.lower(), defaults={"called": called, "role": role})
        if made:
            user.set_password(WORD)
            user.save()
        window: Any = {"viewport": {"width": width, "height": 900}, "java_script_enabled": script}
        context = browser.new_context(base_url=live_server.url, **window)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
        page.on("request", lambda asked: None if asked.url.startswith((live_server.url, "data:"))
                else page.complaints.append(asked.url))  # type: ignore[attr-defined]  # fmt: skip
        page.goto("/sign-in/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill(WORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def studied_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small invented town with a finished study."""
    from personshaped.locality import write_demo
    from personshaped.study import study

    folder = tmp_path_factory.mktemp("studied") / "town"
    write_demo(folder, "assess_refer", 300, 3, 4, lambda *_: None)
    study(folder)
    return folder


@pytest.fixture
def served_town(studied_town: Path, tmp_path: Path, settings: Any) -> Path:
    """A copy of that town as the application's study."""
    folder = tmp_path / "town"
    shutil.copytree(studied_town, folder)
    settings.STUDY = folder
    return folder
