"""Judging whether two records are one person: with keys, with buttons, without script, by axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personshaped.linkage import judgements

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]


def pair_on(page: Page) -> str:
    return page.locator("form.ps-code input[name=pair]").input_value()


def verdicts(town: Path) -> list[str]:
    return [one.verdict for one in judgements.read(town / "decisions" / "links.csv")]


def test_a_link_is_judged_by_single_keys_and_taken_back(team_page: TeamPage, served_town: Path) -> None:
    # given Sam at the pair that is least sure
    page = team_page("Sam")
    page.goto("/links/")
    first = pair_on(page)
    # when Sam presses N
    with page.expect_navigation():
        page.keyboard.press("n")
    # then it is kept by name, what it changed is said, and the next pair is here
    assert page.get_by_role("status").inner_text().startswith("Kept.")
    assert pair_on(page) != first
    assert verdicts(served_town) == ["different"]
    # and one press takes it back
    page.get_by_role("link", name="What we judged").click()
    page.get_by_role("button", name="Take it back").click()
    assert verdicts(served_town) == ["unsure"]
    assert page.complaints == []


def test_keys_do_nothing_while_writing_why(team_page: TeamPage, served_town: Path) -> None:
    # given Sam writing why
    page = team_page("Sam")
    page.goto("/links/")
    page.get_by_label("Why, in a few words").fill("")
    page.get_by_label("Why, in a few words").press_sequentially("sun")
    page.get_by_label("Why, in a few words").press("Enter")
    page.wait_for_timeout(300)
    # then nothing was judged; and with the button it is, with the words
    assert verdicts(served_town) == []
    page.get_by_role("button", name="Not the same person").click()
    (kept,) = judgements.read(served_town / "decisions" / "links.csv")
    assert (kept.verdict, kept.evidence, kept.who) == ("different", "sun", "sam")


def test_it_works_without_script(team_page: TeamPage, served_town: Path) -> None:
    # given a browser that loads no script
    page = team_page("Sam")
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/links/")
    # when the button is pressed
    assert page.get_by_label("Single keys").is_hidden()
    page.get_by_role("button", name="The same person", exact=True).click()
    # then it is kept
    assert verdicts(served_town) == ["same"]


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_runs_over(team_page: TeamPage, served_town: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    page = team_page("Sam", width=width)
    for address in ("/links/", "/links/judged/"):
        page.goto(address)
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in axe.run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []
