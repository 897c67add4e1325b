"""A security key, in a browser that holds one: added, named, used at the door, taken off again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browser.conftest import WORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]
KEY = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def ready(page: Page) -> None:
    """The page has its script and the focus: a browser asks a key for neither before."""
    page.wait_for_load_state()
    page.bring_to_front()


def test_a_security_key_is_added_named_used_at_the_door_and_taken_off(team_page: TeamPage) -> None:
    # given somebody at a machine with a security key
    page = team_page("Sam")
    machine = page.context.new_cdp_session(page)
    machine.send("WebAuthn.enable")
    machine.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    # when they add it and say what it is called
    page.get_by_role("link", name="How you sign in").click()
    page.get_by_role("link", name="Add one").click()
    ready(page)
    page.get_by_label("What you call this key").fill("The blue one")
    page.get_by_role("button", name="Add this key").click()
    # then it is in use, with a list of codes for the day without it
    page.get_by_role("heading", name="Codes for the day you have no phone").wait_for()
    assert page.get_by_text("The key is in use from now on.").is_visible()
    # and at the next sign-in it does in place of six figures
    page.get_by_role("button", name="Leave").click()
    page.get_by_label("Username").fill("sam")
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use a security key").wait_for()
    ready(page)
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("heading", name="Good to see you, Sam").wait_for()
    # and it is taken off only after one has shown that it is still oneself
    page.get_by_role("link", name="How you sign in").click()
    page.get_by_role("link", name="See them").first.click()
    page.get_by_role("link", name="Stop using it").click()
    page.get_by_role("heading", name="Is it still you?").wait_for()
    page.get_by_label("Your password").fill(WORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop using it").click()
    assert page.get_by_text("That key lets nobody in any more.").is_visible()


def test_a_key_that_does_not_answer_is_said_on_the_page(team_page: TeamPage) -> None:
    page = team_page("Sam")
    machine = page.context.new_cdp_session(page)
    machine.send("WebAuthn.enable")
    machine.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"automaticPresenceSimulation": False}})
    page.goto("/sign-in/2fa/webauthn/add/")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('untouched')); }")
    page.get_by_role("button", name="Add this key").click()
    page.get_by_text("The key did not answer. Try again, or go on with the app on your phone.").wait_for()
