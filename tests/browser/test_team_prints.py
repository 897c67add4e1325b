"""What a page of the team is on paper: everything that was written, and nothing to press."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from personshaped.team.accounts.models import User
from personshaped.team.cases import actions
from personshaped.team.people.actions import begin_story
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
    for pressed in ("Change", "Write it", "On this page", "Add to their story"):
        assert pressed not in main
