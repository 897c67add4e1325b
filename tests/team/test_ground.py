"""The team's ground, the tally at the door, and how things are as each of them says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from personshaped.tables import CANONICAL
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person, Said
from personshaped.team.site.ground import actions, out
from personshaped.team.site.ground.models import Observation, Tally

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


def test_purpose_principles_and_the_two_rules_are_on_home_in_the_teams_words(sam: User, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    assert "Do not make the person’s situation worse." in page.get("/").content.decode()
    written = {"version": 1, "purpose": "Help me to get by on my own.", "principles": "Go and see.\n\nAsk once.",
               "rules": "Keep the law.\nDo no harm."}  # fmt: skip
    page.get("/ground/")
    page.post("/ground/write/", written)
    home = page.get("/").content.decode()
    for words in ("“Help me to get by on my own.”", "<li>Go and see.</li><li>Ask once.</li>", "<li>Do no harm.</li>"):
        assert words in home
    assert "Keep the law. Do no harm." in page.get("/peers/").content.decode()  # at the foot of every page


def test_when_two_write_the_ground_at_once_both_texts_are_shown(sam: User, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    page.get("/ground/")
    page.post("/ground/write/", {"version": 1, "purpose": "Help me to get by."})
    answer = page.post("/ground/write/", {"version": 1, "purpose": "Help me live well."}).content.decode()
    assert "Someone else wrote here too" in answer
    assert "Help me to get by." in answer
    assert "Help me live well." in answer
    assert actions.ground().purpose == "Help me to get by."


def test_whoever_keeps_accounts_reads_the_ground_and_does_not_write_it(
    colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    lee = signed_in(colleague("Lee", "keeper"))
    assert lee.get("/ground/").status_code == 200
    assert lee.post("/ground/write/", {"version": 1, "purpose": "x"}).status_code == 403


def test_one_press_of_a_button_keeps_one_line_and_the_door_stays(sam: User, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    page.post("/tally/", {"heard": "again", "door": "Housing desk", "words": "It’s about the letter"})
    answer = page.post("/tally/", {"heard": "unsure", "door": "Housing desk"}, follow=True).content.decode()
    assert 'value="Housing desk"' in answer
    assert [one.heard for one in Tally.objects.order_by("id")] == ["again", "unsure"]
    assert "<script" not in answer.split("<main", 1)[1]  # the screen is plain buttons of one form


def test_a_slip_is_taken_back_by_whoever_made_it(
    sam: User, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    line = actions.tally(by=sam, door="", heard="first", words="")
    assert signed_in(colleague("Asha")).post(f"/tally/{line.pk}/back/").status_code == 404
    signed_in(sam).post(f"/tally/{line.pk}/back/")
    assert not Tally.objects.exists()


def test_lines_become_counts_by_door_and_hour_that_stand_for_no_other_hours(sam: User) -> None:
    for heard in ("first", "again", "again", "unsure"):
        actions.tally(by=sam, door="Housing desk", heard=heard, words="")
    hours = out.tally_hours()
    assert sum(int(one["value"]) for one in hours) == 1
    assert sum(int(one["failure"]) for one in hours) == 2
    assert sum(int(one["unsure"]) for one in hours) == 1
    assert {(one["door"], one["chance"], one["counted_by"]) for one in hours} == {("Housing desk", "", "")}


def test_how_things_are_is_kept_with_who_says_so(sam: User, family: Person, signed_in: SignedIn) -> None:
    page, where = signed_in(sam), f"{family.get_absolute_url()}how-things-are/"
    page.post(where, {"said_by": "worker", "measure": "independence", "value": "6", "on": "2026-03-01"})
    page.post(where, {"said_by": "person", "measure": "independence", "value": "3.5", "on": "2026-03-01"})
    assert out.observations() == [
        {"person_id": family.address, "at": "2026-03-01", "measure": "independence", "value": value, "unit": "0-10",
         "said_by": who} for who, value in (("worker", "6"), ("person", "3.5"))
    ]  # fmt: skip
    assert set(out.observations()[0]) <= set(CANONICAL["observations"].names)
    assert {key for key, _ in Observation.SAID_BY} == set(CANONICAL["observations"]["said_by"].values)
    shown = page.get(where).content.decode()
    assert shown.index("the person</th>") < shown.index("a care worker</th>")
    assert "average" not in shown.lower()


def test_opening_how_things_are_writes_exactly_one_line(sam: User, family: Person, signed_in: SignedIn) -> None:
    before = Entry.objects.count()
    signed_in(sam).get(f"{family.get_absolute_url()}how-things-are/")
    assert Entry.objects.count() == before + 1


def test_words_without_a_number_are_kept_as_what_they_said(sam: User, family: Person, signed_in: SignedIn) -> None:
    where = f"{family.get_absolute_url()}how-things-are/"
    signed_in(sam).post(where, {"said_by": "family", "words": "An hour in the morning would do"})
    assert Said.objects.filter(person=family, said_by="family", words="An hour in the morning would do").exists()
    assert not Observation.objects.exists()


def test_a_number_without_what_it_is_about_stays_on_the_page(sam: User, family: Person, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post(f"{family.get_absolute_url()}how-things-are/", {"value": "6"})
    assert 'value="6"' in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"value": "6"}, "Choose what the number is about"),
        ({"value": "6", "words": "Better than last week"}, "Choose what the number is about"),
        ({"value": "eleven", "measure": "independence"}, "Write a number, like 6 or 6.5"),
        ({"value": "11", "measure": "independence"}, "Write a number from 0 to 10"),
        ({"value": "-1", "measure": "hours_delivered"}, "Write a number that is not below 0"),
        ({"value": "169", "measure": "hours_delivered"}, "Write a number from 0 to 168"),
        ({"value": "6", "measure": "independence", "on": "yesterday"}, "Write a day, like 31/01/2026"),
    ],
)
def test_a_number_that_cannot_be_kept_stays_with_the_words_and_the_page_says_why(
    sam: User, family: Person, signed_in: SignedIn, sent: dict[str, str], says: str
) -> None:
    page = signed_in(sam).post(f"{family.get_absolute_url()}how-things-are/", sent).content.decode()
    assert "We could not keep that; it is still here" in page
    assert page.count(says) == 2  # above the form, and at the box
    for typed in sent.values():
        assert typed in page.partition("<form")[2]
    assert not Observation.objects.exists()
    assert not Said.objects.filter(words="Better than last week").exists()


def test_a_number_may_have_a_comma_and_nothing_at_all_is_no_error(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    page, where = signed_in(sam), f"{family.get_absolute_url()}how-things-are/"
    page.post(where, {"value": "6,5", "measure": "hours_would_do", "said_by": "worker"})
    assert [one.number for one in Observation.objects.all()] == ["6.5"]
    empty = page.post(where, {"value": "", "words": " "}).content.decode()
    assert "Nothing was written, so nothing was kept." in empty
    assert "We could not keep that" not in empty
    assert Observation.objects.count() == 1


def test_the_study_reads_hours_by_the_week(sam: User, family: Person) -> None:
    actions.observe(by=sam, person=family, measure="hours_would_do", value=Decimal("6.50"), said_by="family",
                    words="", on=date(2026, 3, 1))  # fmt: skip
    (row,) = out.observations()
    assert (row["value"], row["unit"]) == ("6.5", "hours/week")
