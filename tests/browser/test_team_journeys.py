"""Journeys of the team in a browser: a first visit to a need met, asking in, handing over, two writing, listening."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.conftest import WORD
from personshaped.demand.coding import codes
from personshaped.team.accounts.models import User
from personshaped.team.people.models import Need, Person
from personshaped.team.pull.actions import owns
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


def test_an_expert_is_asked_in_helps_and_goes_and_the_owner_stays(team_page: TeamPage) -> None:
    # given Sam with the family, and Priya who knows benefits
    priya = team_page("Priya", role="expert")
    sam = team_page("Sam")
    begin(sam)
    where = Person.objects.get().get_absolute_url()
    # when Sam asks one question
    sam.get_by_role("link", name="Ask someone in").first.click()
    sam.get_by_label("What do you need to know or do?").fill("How to get the money back?")
    sam.get_by_label("Whom do you ask?").select_option(label="Priya")
    sam.get_by_role("button", name="Ask them").click()
    # then Priya reads the question and no name, comes, and tells what she knows
    priya.goto("/")
    assert "How to get the money back?" in priya.locator("main").inner_text()
    assert "Lime Street" not in priya.content()
    priya.get_by_role("button", name="Come in").click()
    priya.get_by_label("What do you know, or what did you do?").fill("The form went to the old address.")
    priya.get_by_role("button", name="Add to their story").first.click()
    # and when she has done her part, she sees the story no more, and Sam is with them still
    priya.get_by_role("button", name="I have done my part").click()
    answer = priya.goto(where)
    assert answer is not None
    assert answer.status == 403
    sam.goto(where)
    assert "The form went to the old address." in sam.locator(".ps-story").inner_text()
    assert owns(User.objects.get(username="sam"), Person.objects.get())


def test_a_story_is_handed_over_only_to_someone_who_says_yes(team_page: TeamPage) -> None:
    # given Sam with the family, and Asha of the same team
    asha, sam = team_page("Asha"), team_page("Sam")
    begin(sam)
    person, (one, other) = Person.objects.get(), (User.objects.get(username=name) for name in ("sam", "asha"))
    # when Sam asks her to take over, with the story
    sam.get_by_role("link", name="Hand over, with the story").click()
    sam.get_by_label("Who will be with them from now on?").select_option(label="Asha")
    sam.get_by_label("Tell them the story").fill("They want to move; ring before you come.")
    sam.get_by_role("button", name="Ask them to take over").click()
    # then until she accepts nothing has changed
    assert owns(one, person)
    assert not owns(other, person)
    # and after her yes she has all of it
    asha.goto("/")
    asha.get_by_role("button", name="Yes, I will be with them").click()
    assert "ring before you come" in asha.locator(".ps-story").inner_text()
    assert owns(other, person)
    assert not owns(one, person)


def test_two_write_at_once_and_both_texts_are_kept(team_page: TeamPage) -> None:
    # given one visit open on two screens
    here, there = team_page("Sam"), team_page("Sam")
    begin(here)
    write(here, "The fridge was empty.")
    where = f"{Person.objects.get().get_absolute_url()}visit/{Person.objects.get().visits.get().pk}/"
    for page in (here, there):
        page.goto(where)
    # when both write
    for page, text in ((here, "The fridge is full now."), (there, "The boy starts nursery on Monday.")):
        page.get_by_label("What did they say? What did you see and do?").fill(text)
        page.get_by_role("button", name="Keep it", exact=True).click()
    # then the second is shown both, and keeps both in one click
    shown = there.locator("main").inner_text()
    assert "Someone else wrote here too" in shown
    assert "The fridge is full now." in shown
    there.get_by_role("button", name="Keep both").click()
    assert Person.objects.get().visits.get().text == "The fridge is full now.\n\nThe boy starts nursery on Monday."


def test_without_script_a_family_is_met_visited_and_says_it_is_sorted(team_page: TeamPage) -> None:
    # given a browser that runs no script at all
    page = team_page("Sam", script=False)
    # when a story is begun, a draft saved, a visit written, a need heard and answered
    begin(page)
    page.get_by_label("What did they say? What did you see and do?").fill("The fridge was")
    page.get_by_role("button", name="Save draft").click()
    assert page.get_by_label("What did they say? What did you see and do?").input_value() == "The fridge was"
    write(page, "The fridge was empty.")
    page.locator("summary", has_text="They told us what they need").click()
    page.get_by_label("What do they need, in their words?").fill("Food this week")
    page.get_by_role("button", name="Keep it", exact=True).first.click()
    page.locator("summary", has_text="Has it been sorted?").click()
    page.get_by_label("Yes, they say it is sorted").check()
    page.get_by_role("button", name="Keep what they said").click()
    # then all of it is kept
    assert Need.objects.get().is_met
    assert Person.objects.get().visits.get().text == "The fridge was empty."
    # and their words can be looked for, misspelt
    page.goto("/")
    page.get_by_label("Find somebody you work with").fill("the famly on lime stret")
    page.get_by_role("button", name="Find").click()
    assert page.get_by_role("link", name="The family on Lime Street").is_visible()


def test_demands_are_coded_by_single_keys_which_can_be_turned_off(team_page: TeamPage, served_town: Path) -> None:
    # given Sam before somebody's words
    page = team_page("Sam")
    page.goto("/listening/")
    # when Sam presses F, 2 and Enter
    page.keyboard.press("f")
    page.keyboard.press("2")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # then the answer is kept, and Z takes it back
    (kept,) = codes.read(served_town / "decisions")
    assert (kept.demand_type, kept.failure_kind, kept.coded_by) == ("failure", "progress_chase", "sam")
    with page.expect_navigation():
        page.keyboard.press("z")
    assert codes.latest(codes.read(served_town / "decisions")) == {}
    # and H hides a name that was left in the words, on the screen alone
    words = page.locator("#words")
    before = words.inner_text()
    page.evaluate("getSelection().setBaseAndExtent(document.querySelector('#words p').firstChild, 1,"
                  " document.querySelector('#words p').firstChild, 5)")  # fmt: skip
    page.keyboard.press("h")
    assert words.inner_text() != before
    # and with the keys turned off nothing happens, on the next page neither
    page.get_by_label("Single keys").uncheck()
    page.goto("/listening/")
    page.keyboard.press("f")
    assert not page.get_by_label("Asking again").is_checked()
    assert page.complaints == []


def test_who_is_signed_out_while_writing_loses_nothing(team_page: TeamPage) -> None:
    # given somebody who was called away, and whose session ended
    page = team_page("Sam")
    begin(page)
    page.get_by_label("What did they say? What did you see and do?").press_sequentially("The fridge was empty. ")
    page.get_by_text("Kept as you type.").wait_for()
    page.context.clear_cookies(name="sessionid")
    # when they write on, the page says that it is not kept
    page.get_by_label("What did they say? What did you see and do?").press_sequentially("She is crying.")
    page.get_by_text("Not kept: the last of it has not reached us.").wait_for()
    # and when they send it, it is shown again
    page.get_by_role("button", name="Add to their story").click()
    page.get_by_role("heading", name="Not sent yet").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="sign in in another window").click()
    door = opened.value
    door.get_by_label("Username").fill("sam")
    door.get_by_label("Password").fill(WORD)
    door.get_by_role("button", name="Sign in").click()
    door.get_by_role("heading", name="Good to see you, Sam").wait_for()
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("You signed in anew meanwhile. Send it once more.").wait_for()
    page.get_by_role("button", name="Send it").click()
    # then it stands in their story, once
    page.get_by_text("Added to their story.").wait_for()
    assert [one.text for one in Person.objects.get().visits.all()] == ["The fridge was empty. She is crying."]
