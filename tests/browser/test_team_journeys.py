"""Journeys of the team in a browser: a first visit to a need met, asking someone in, two people writing, no right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from personshaped.team.people.models import Need, Person
from personshaped.team.visits.models import Draft

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]


def begin(page: Page) -> None:
    page.goto("/")
    page.get_by_label("What matters to them?").fill("I want to move away.")
    page.get_by_label("What do they like to be called?").fill("The family on Lime Street")
    page.get_by_role("button", name="Begin their story").click()


def write(page: Page, text: str) -> None:
    page.get_by_label("What did they say? What did you see and do?").fill(text)
    page.get_by_role("button", name="Add to their story").click()


def test_three_visits_on_one_page_until_a_need_is_met(team_page: TeamPage) -> None:
    # given a story begun with two fields and one click
    page = team_page("Sam")
    begin(page)
    # when three visits are written, each with one field and one click, and a need heard
    for text in (
        "Rent and tax arrears of £3760.",
        "The man is stoned. ‘They might take the boy.’",
        "The fridge was empty.",
    ):
        write(page, text)
    page.locator("summary", has_text="They told us what they need").click()
    page.get_by_label("What do they need, in their words?").fill("Food this week")
    page.get_by_role("button", name="Keep it", exact=True).first.click()
    # then all stands on one page; and only the person's yes ends the need
    assert page.locator(".ps-story > li").count() >= 4
    page.locator("summary", has_text="Has it been sorted?").click()
    page.get_by_label("Yes, they say it is sorted").check()
    page.get_by_role("button", name="Keep what they said").click()
    assert Need.objects.get().is_met
    # and one click opens it again
    page.get_by_role("button", name="It is not sorted after all").click()
    assert not Need.objects.get().is_met
    assert page.complaints == []


def test_what_is_typed_is_kept_without_pressing_anything(team_page: TeamPage) -> None:
    page = team_page("Sam")
    begin(page)
    page.get_by_label("What did they say? What did you see and do?").press_sequentially("She was painting")
    page.get_by_text("Kept as you type.").wait_for()
    assert Draft.objects.get().text == "She was painting"
    assert page.complaints == []


def test_without_the_right_nothing_is_shown(team_page: TeamPage) -> None:
    begin(team_page("Sam"))
    page = team_page("Asha")
    answer = page.goto(Person.objects.get().get_absolute_url())
    assert answer is not None
    assert answer.status == 403
    assert "Lime Street" not in page.content()


@pytest.mark.parametrize("where", ["", "record/", "about/", "ask-in/", "hand-over/", "visit/sheet/", "visit"])
def test_each_page_by_axe_and_at_320_pixels(team_page: TeamPage, where: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = team_page("Sam")
    begin(page)
    write(page, "The fridge was empty. ‘There’s not a lot in.’")
    person = Person.objects.get()
    page.goto(person.get_absolute_url() + (f"visit/{person.visits.get().pk}/" if where == "visit" else where))
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
