"""A rule that stopped help becomes an experiment: in a real browser, by keyboard, on a phone, by axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]
VOUCHER = "A food voucher needs a manager’s signature"


def say(page: Page, words: str, kind: str = "") -> None:
    page.goto("/in-the-way/say/")
    page.get_by_label("What stopped us?").fill(words)
    page.get_by_role("button", name=kind or "Say it").click()


def press_until(page: Page, key: str, name: str, most: int = 80) -> None:
    """Presses a key until what has the focus is called `name`, as someone without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        focus = page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")
        if focus.startswith(name):
            return
    raise AssertionError(f"{name} was never reached by {key}")


def test_a_blockage_becomes_an_experiment(team_page: TeamPage) -> None:
    # Given Sam, whom a rule has just stopped
    sam = team_page("Sam")
    sam.get_by_role("link", name="Something got in the way").first.click()
    sam.get_by_label("What stopped us?").fill(VOUCHER)
    sam.get_by_role("button", name="A budget").click()
    sam.get_by_label("We do not know").check()
    sam.get_by_role("button", name="Keep it").click()

    # When a leader signs in and takes it up
    joan = team_page("Joan", role="leader")
    first = joan.get_by_role("heading", level=2).first
    assert first.inner_text() == "What is in our way"
    joan.get_by_role("link", name="Take them up").click()
    joan.get_by_role("button", name="Take it up").click()
    joan.get_by_label("Who is with it?").fill("head of housing")
    joan.get_by_label("What do you say?").fill("I’ll come and see one")
    joan.get_by_role("button", name="Take it up").click()

    # And Sam tries something about it, in one click
    sam.goto("/in-the-way/")
    assert "With: head of housing, who said “I’ll come and see one”." in sam.locator("main").inner_text()
    sam.get_by_role("button", name="Try something about it").click()
    sam.get_by_label("What we believe").fill("If we hold the voucher ourselves, nobody waits")
    sam.get_by_text("How we will know, and what came of it").click()
    sam.get_by_label("How we will know, from").fill("They have food the same day, and say so")
    sam.get_by_role("button", name="Keep it").click()

    # Then the experiment stands with what it is about, and on everybody's home
    assert VOUCHER in sam.locator("main").inner_text()
    joan.goto("/")
    assert "If we hold the voucher ourselves, nobody waits" in joan.locator("main").inner_text()
    assert sam.complaints == joan.complaints == []  # type: ignore[attr-defined]


def test_it_can_be_said_and_tried_with_the_keyboard_alone(team_page: TeamPage) -> None:
    # Given Sam, without a mouse, on home
    sam = team_page("Sam")
    # When she tabs to the link, writes, and tabs on
    press_until(sam, "Tab", "Something got in the way")
    sam.keyboard.press("Enter")
    sam.wait_for_url("**/say/")
    press_until(sam, "Tab", "words")
    sam.keyboard.type(VOUCHER)
    press_until(sam, "Tab", "Say it")
    sam.keyboard.press("Enter")
    sam.get_by_role("link", name="That is all").press("Enter")
    sam.wait_for_url("**/in-the-way/")
    press_until(sam, "Tab", "Try something about it")
    sam.keyboard.press("Enter")
    # Then the experiment is open, to be written
    sam.wait_for_url("**/write/")
    assert sam.get_by_label("In a few words").input_value() == f"About: {VOUCHER}"


def test_the_tally_is_one_press_and_works_without_script(team_page: TeamPage) -> None:
    # Given a colleague at a desk
    sam = team_page("Sam")
    sam.route("**/*.js", lambda route: route.abort())
    sam.goto("/tally/")
    sam.get_by_label("Which door?").fill("Housing desk")
    # When Enter is pressed in a box, nothing is counted
    sam.get_by_label("Which door?").press("Enter")
    sam.wait_for_timeout(300)
    assert "Take back" not in sam.locator("main").inner_text()
    # When someone asks again
    sam.get_by_role("button", name="Asking again").click()
    # Then it is kept, and the screen is ready for the next
    assert sam.get_by_label("Which door?").input_value() == "Housing desk"
    assert "Take back the last one: Asking again" in sam.locator("main").inner_text()
