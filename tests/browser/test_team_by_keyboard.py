"""The family of three visits, lived through with the keys alone: how many presses each step takes is what is tested."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personshaped.demand.coding import codes
from personshaped.study.pairs import in_force
from personshaped.team.accounts.models import User
from personshaped.team.cases.actions import begin
from personshaped.team.people.actions import ask_whether_sorted, begin_story, hear_need
from personshaped.team.people.models import Need, Person
from personshaped.team.visits.actions import add_visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]
VISITS = (
    "They had rent & tax arrears £3760 (over 9 months). The place was very cluttered. They’ve stopped his PIP.",
    "The man is stoned. ‘They might take the boy away.’ She hurt her arm two weeks ago, and is not paid.",
    "The fridge was almost empty. She is exhausted and crying. She wants to move away.",
)
FOCUSED = "(e => e === document.body ? '' : e.id || (e.innerText || '').trim())(document.activeElement)"


class Keys:
    """Somebody without a mouse; counts what is pressed besides writing."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def to(self, name: str, most: int = 40) -> int:
        """Tabs until the focus is on what is called so; how many it took."""
        for tabs in range(most + 1):
            if self.page.evaluate(FOCUSED).startswith(name):
                return tabs
            self.press("Tab")
        raise AssertionError(f"{name} is not within {most} Tabs")

    def go(self, name: str) -> None:
        """Tabs to it and presses Enter; the next page is there."""
        self.to(name)
        with self.page.expect_navigation():
            self.press("Enter")


def test_three_visits_a_need_and_their_own_yes_by_keys_alone(team_page: TeamPage) -> None:
    # given a colleague at home, without a mouse
    page = team_page("Sam")
    keys = Keys(page)
    # when their story is begun with two boxes
    keys.to("Skip to main")
    keys.press("Enter")
    assert keys.to("id_matters") == 1
    page.keyboard.type("I want to move away.")
    assert keys.to("id_called") == 1
    page.keyboard.type("The family on Lime Street")
    keys.go("Begin their story")
    assert keys.pressed <= 6
    # and three visits are written, each from the top of the page
    for text in VISITS:
        before = keys.pressed
        keys.to("Skip to writing after a visit")
        keys.press("Enter")
        page.keyboard.type(text)
        keys.go("Add to their story")
        assert keys.pressed - before <= 6
        assert page.get_by_text("Added to their story.").is_visible()
    # and a need is heard
    before = keys.pressed
    keys.to("Skip to main")
    keys.press("Enter")
    keys.to("They told us what they need")
    keys.press("Enter")
    assert keys.to("need-words") == 1
    page.keyboard.type("Food this week")
    keys.go("Keep it")
    assert keys.pressed - before <= 14
    # and they are asked
    keys.to("Skip to main")
    keys.press("Enter")
    keys.to("Has it been sorted?")
    keys.press("Enter", "Tab", "Space")
    keys.go("Keep what they said")
    # then it is sorted, as they say, and all of it stands on one page
    assert Need.objects.get().is_met
    assert Person.objects.get().visits.count() == 3
    assert keys.pressed == 55  # besides the writing
    assert page.complaints == []


def test_asking_in_handing_over_and_two_writing_at_once_by_keys_alone(team_page: TeamPage) -> None:
    # given Sam with the family, Priya who knows benefits, and Asha of the same team
    priya, asha, sam = (Keys(team_page(*who)) for who in (("Priya", "expert"), ("Asha",), ("Sam",)))
    user = User.objects.get(username="sam")
    family = begin_story(by=user, called="The family on Lime Street", matters="I want to move away.")
    visit = add_visit(by=user, person=family, text="The fridge was empty.")
    # when Sam asks Priya in, she comes, tells what she knows and goes
    sam.page.goto(family.get_absolute_url())
    sam.go("Ask someone in")
    sam.to("id_words")
    sam.page.keyboard.type("How to get the money back?")
    sam.to("id_whom")
    sam.page.keyboard.type("Priya")
    sam.go("Ask them")
    priya.page.goto("/")
    priya.go("Come in")
    priya.to("bring-words")
    priya.page.keyboard.type("The form went to the old address.")
    priya.go("Add to their story")
    priya.go("I have done my part")
    assert family.asks.get().left_at is not None
    # and Asha takes over, with the story
    sam.page.goto(family.get_absolute_url())
    sam.go("Hand over, with the story")
    sam.to("id_whom")
    sam.page.keyboard.type("Asha")
    sam.to("id_story")
    sam.page.keyboard.type("Ring before you come.")
    sam.go("Ask them to take over")
    asha.page.goto("/")
    asha.go("Yes, I will be with them")
    assert "Ring before you come." in asha.page.locator(".ps-story").inner_text()
    # and both write in one visit
    for one in (asha, sam):
        one.page.goto(f"{family.get_absolute_url()}visit/{visit.pk}/")
    for one, words in ((asha, " The boy likes trains."), (sam, " She was painting.")):
        one.to("id_text")
        one.press("Control+End")
        one.page.keyboard.type(words)
        one.go("Keep it")
    sam.go("Keep both")
    # then nobody's words are lost
    visit.refresh_from_db()
    assert "trains" in visit.text
    assert "painting" in visit.text


def test_opening_a_need_again_coding_and_judging_without_single_keys(team_page: TeamPage, served_town: Path) -> None:
    # given Sam with a family whose need is sorted, they said
    sam = Keys(team_page("Sam"))
    user = User.objects.get(username="sam")
    family = begin_story(by=user, called="The family on Lime Street", matters="I want to move away.")
    need = hear_need(by=user, person=family, words="Food this week")
    ask_whether_sorted(by=user, need=need, said="yes")
    # when they say that it is not, it is open again by one press
    sam.page.goto(family.get_absolute_url())
    sam.go("It is not sorted after all")
    assert not Need.objects.get().is_met
    # and when single keys are off, words are coded by the keys that every form has
    sam.page.goto("/listening/", timeout=180_000)
    sam.to("keys-on", most=60)
    sam.press("Space")
    sam.page.locator("#words").focus()
    sam.to("type-value")
    sam.press("ArrowDown")
    sam.to("kind-representation")
    sam.press("Space")
    sam.to("issue")
    sam.page.keyboard.type("I need help with my rent")
    sam.go("Keep and read the next")
    (kept,) = codes.read(served_town / "decisions")
    assert (kept.demand_type, kept.failure_kind, kept.issue) == ("failure", "representation", "my_rent")
    # and so is a pair of records judged
    sam.page.goto("/links/", timeout=180_000)
    sam.to("N Not the same person")
    with sam.page.expect_navigation():
        sam.press("Enter")
    assert [one.verdict for one in in_force(served_town).values()] == ["different"]
    assert sam.page.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_menu_is_folded_and_opens_by_one_press(team_page: TeamPage, script: bool) -> None:
    # given Sam's phone
    page = team_page("Sam", width=320, script=script)
    menu = page.get_by_role("navigation", name="Menu")
    assert menu.get_by_role("link").count() == 0
    # when the menu is opened
    menu.locator("summary").press("Enter")
    # then each page stands there once, and leads on
    assert menu.get_by_role("link", name="Peers").count() == 1
    menu.get_by_role("link", name="Peers").click()
    page.wait_for_url("**/peers/")
    assert menu.get_by_role("link").count() == 0
    # and on a wide screen nothing is folded
    page.set_viewport_size({"width": 1280, "height": 900})
    assert menu.get_by_role("link", name="Peers").count() == 1
    assert menu.locator("summary").is_hidden()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_history_is_built_from_prose_by_keys_alone_and_what_has_the_focus_is_in_sight(
    team_page: TeamPage, width: int
) -> None:
    # given a history that has begun, and prose of three sentences on the clipboard, one of which tells of nothing done
    page = team_page("Sam", width=width)
    desk = begin(by=User.objects.get(username="sam"), called="P1")
    page.goto(desk.get_absolute_url())
    keys = Keys(page)
    # when it is pasted and parted
    keys.to("id_notes", most=60)
    page.keyboard.insert_text("She moved. Calls to police led to form-filling. She was referred to social services.")
    keys.go("A line for each sentence")
    # and each box of the sheet is gone through, one after another
    keys.to("Skip to main", most=60)
    keys.press("Enter", "Tab", "Tab")
    for marks in (("", "", "", "", "", "", "0"), ("2009", "police", "demand", "R1", "", "", "2"),
                  ('"', '"', "refer", "R1", "referred", "social services", "")):  # fmt: skip
        for mark in marks:
            page.keyboard.type(mark)
            page.wait_for_function(IN_SIGHT)  # once it has scrolled there
            keys.press("Tab")
    keys.press("Shift+Tab")
    with page.expect_navigation():
        keys.press("Enter")
    # then the three things that happened stand there, and what was taken out does not
    told = [(one.started_at, one.agency, one.activity, one.referred_to) for one in desk.lines.all()]
    assert told == [("2009", "police", "demand", "")] * 2 + [("2009", "police", "refer", "social services")]
    assert page.complaints == []


IN_SIGHT = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && (one === there || one.contains(there));
}"""
"""Whether what has the focus is on the screen, and nothing lies over it (WCAG 2.4.11)."""
