"""What a page of the team is on paper: everything that was written, and nothing to press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from personshaped.team.accounts.models import User
from personshaped.team.blockages.actions import say
from personshaped.team.cases import actions
from personshaped.team.people.actions import ask_whether_sorted, begin_story, hear_need
from personshaped.team.visits.actions import add_visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]


def test_a_history_prints_with_every_line(team_page: TeamPage) -> None:
    # given a history of two lines, with what was written about them
    sam = team_page("Sam")
    history = actions.begin(by=User.objects.get(username="sam"), called="P1")
    lines = [
        {"started_at": "2009", "activity": "demand", "agency": "housing", "words": "I can’t get up my stairs"},
        {"started_at": "2010", "activity": "assess", "agency": "housing", "words": "Measured", "documents": 12},
    ]
    actions.add_lines(by=User.objects.get(username="sam"), history=history, lines=lines)
    # when it is printed
    sam.goto(history.get_absolute_url())
    sam.emulate_media(media="print")
    # then each line stands on the paper, with no box to tick, no link to press and no empty heading
    main = sam.locator("main").inner_text()
    for said in ("I can’t get up my stairs", "Measured", "12 documents", "What it comes to"):
        assert said in main
    for pressed in ("Open line", "Mark the ticked lines", "Add from the file", "Keep it, next line", "Erase"):
        assert pressed not in main
    assert sam.locator(".ps-tick").first.is_hidden()


@pytest.mark.parametrize("prints", ["by its stylesheet", "by the script"])
def test_what_is_folded_on_a_persons_page_is_not_folded_on_paper(team_page: TeamPage, prints: str) -> None:
    # given a long story, needs beyond those in sight, more in the way than stands there, and a visit of many words
    page = team_page("Sam")
    sam = User.objects.get(username="sam")
    family = begin_story(by=sam, called="The family on Lime Street", matters="I want to move away.")
    for turn in range(35):
        add_visit(by=sam, person=family, text=f"Visit {turn}.", on=date(2026, 1, 1) + timedelta(days=turn))
    add_visit(by=sam, person=family, text=f"{'Many words. ' * 250}And the end of them.")
    for turn in range(8):
        hear_need(by=sam, person=family, words=f"Need {turn}.")
    for turn in range(5):
        say(by=sam, person=family, words=f"Form {turn}.")
    ask_whether_sorted(by=sam, need=hear_need(by=sam, person=family, words="A fridge."), said="yes")
    page.goto(family.get_absolute_url())
    told = ("Visit 0.", "Form 0.", "And the end of them.")
    assert [one for one in told if one in page.locator("main").inner_text()] == []
    assert "Need 0." not in page.locator("#needs").inner_text()
    # when it is printed
    if prints == "by the script":
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    # then all of it stands on the paper, once, and nothing that asks for something
    main, needs = (page.locator(one).inner_text() for one in ("main", "#needs"))
    assert [one for one in told if one not in main] == []
    assert [one for one in ("Need 0.", "Need 7.", "A fridge.") if one not in needs] == []
    assert main.count("Many words.") == 250
    for asked in ("They told us about something else", "Something got in the way", "is there for them", "Another day"):
        assert asked not in main
    # and afterwards it is folded as before
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert "Visit 0." not in page.locator("main").inner_text()


def test_a_visit_prints_what_was_written_and_no_player(team_page: TeamPage) -> None:
    page = team_page("Sam")
    sam = User.objects.get(username="sam")
    family = begin_story(by=sam, called="The family on Lime Street", matters="I want to move away.")
    kept = add_visit(by=sam, person=family, text="The fridge was empty.\nThe boy slept.", who="Asha")
    page.goto(f"{family.get_absolute_url()}visit/{kept.pk}/")
    assert page.get_by_text("Sam, Asha").is_hidden()
    # when it is printed
    page.emulate_media(media="print")
    # then its words stand on the paper, and nothing to play or to fill in
    main = page.locator("main").inner_text()
    assert "The fridge was empty.\nThe boy slept." in main
    assert "Sam, Asha" in main
    assert "Sound and video" not in main


def test_a_persons_page_prints_their_story_and_no_links(team_page: TeamPage) -> None:
    # given a story with a visit
    page = team_page("Sam")
    sam = User.objects.get(username="sam")
    family = begin_story(by=sam, called="The family on Lime Street", matters="I want to move away.")
    add_visit(by=sam, person=family, text="The fridge was empty.")
    # when their page is printed
    page.goto(family.get_absolute_url())
    page.emulate_media(media="print")
    # then their words and what happened stand there, and nothing that only a screen can do
    main = page.locator("main").inner_text()
    assert "‘I want to move away.’" in main
    assert "The fridge was empty." in main
    assert "Sam ·" not in main
    for pressed in ("Change", "Write it", "On this page", "Add to their story"):
        assert pressed not in main
