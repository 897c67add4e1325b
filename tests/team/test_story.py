"""A person's page: one story, with owner, need, visit, record; nothing starts again as new."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from personshaped.study.histories import Recorded
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people import actions
from personshaped.team.people.known import search
from personshaped.team.people.models import Answer, Household, Person
from personshaped.team.pull import actions as pull
from personshaped.team.site.story import told_in_runs
from personshaped.team.visits import actions as visits

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


def test_the_page_tells_visits_words_needs_and_answers(sam: User, family: Person, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    page.post(f"{family.get_absolute_url()}visit/", {"text": "The fridge was empty. ‘There’s not a lot in.’"})
    need = actions.hear_need(by=sam, person=family, words="Food this week")
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.YES, words="We’ve got enough now")
    told = page.get(family.get_absolute_url()).content.decode()
    for part in ("The fridge was empty.", "Food this week", "We’ve got enough now", "It is not sorted after all"):
        assert part in told


def test_one_click_opens_a_need_again(sam: User, family: Person, signed_in: SignedIn) -> None:
    need = actions.hear_need(by=sam, person=family, words="Food this week")
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.YES)
    signed_in(sam).post(f"{family.get_absolute_url()}need/{need.pk}/", {"said": "not_yet"})
    assert not need.is_met


def test_beginning_a_story_first_shows_who_may_be_known(sam: User, family: Person, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post("/begin/", {"called": "Familly on Lime Street", "matters": "To move."})
    assert family.get_absolute_url() in answer.content.decode()
    assert Person.objects.count() == 1
    signed_in(sam).post("/begin/", {"called": "Familly on Lime Street", "matters": "To move.", "new": "1"})
    assert Person.objects.count() == 2


def test_a_story_that_may_not_be_seen_is_not_told_only_whom_to_ask(
    family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    told = signed_in(colleague("Asha")).post("/begin/", {"called": "Family Lime Street", "matters": "x"})
    page = told.content.decode()
    assert "Someone here may know them: ask Sam." in page
    assert "I want to move away." not in page
    assert family.address not in page


def test_search_forgives_spelling_and_finds_only_those_one_may_see(
    sam: User, family: Person, colleague: Callable[..., User]
) -> None:
    assert search("Lyme Stret", sam) == [family]
    assert search("Lyme Stret", colleague("Asha")) == []


def test_their_record_holds_everything_and_keeps_their_correction_beside(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    page = signed_in(sam)
    page.post(f"{family.get_absolute_url()}visit/", {"text": "He was stoned."})
    said = {"as_written": "He was stoned.", "as_they_say": "I had not slept for two nights."}
    page.post(f"{family.get_absolute_url()}record/", said)
    told = page.get(f"{family.get_absolute_url()}record/").content.decode()
    assert "He was stoned." in told
    assert "I had not slept for two nights." in told
    # and whoever reads their story reads it as they say it, above what was written
    story = page.get(family.get_absolute_url()).content.decode().partition('id="story"')[2]
    assert 0 < story.index("They put right what was written") < story.index("‘I had not slept for two nights.’")
    taken = page.get(f"{family.get_absolute_url()}record.json").json()
    assert taken["What they put right"][0]["What I say it is"] == "I had not slept for two nights."
    assert taken["Visits and conversations"][0]["What was written"] == "He was stoned."
    assert "{" not in re.sub(r"<[^>]*>", "", told.partition("<main")[2].partition("</main>")[0])  # words, no data


def test_what_helps_to_know_and_who_is_around(sam: User, family: Person, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    page.post(f"{family.get_absolute_url()}about/", {"strengths": "She paints.", "version": family.version})
    page.post(f"{family.get_absolute_url()}around/", {"called": "Nan", "is_to_them": "her mother"})
    told = page.get(family.get_absolute_url()).content.decode()
    assert "She paints." in told
    assert "Nan" in told


def test_a_household_is_told_together(sam: User, family: Person, signed_in: SignedIn) -> None:
    jan = actions.begin_story(by=sam, called="Jan", matters="My own door.")
    signed_in(sam).post(f"{family.get_absolute_url()}household/", {"other": jan.address})
    assert "of the same household" in signed_in(sam).get(jan.get_absolute_url()).content.decode()
    # and what happened with one stands in the story of the other, under their name; that is a look at them too
    visit = visits.add_visit(by=sam, person=family, text="The fridge was empty.")
    before = Entry.objects.filter(person=family.address).count()
    page = signed_in(sam).get(jan.get_absolute_url()).content.decode()
    assert "The fridge was empty." in page
    assert f"{family.called} · Sam" in page
    assert f"{family.get_absolute_url()}visit/{visit.pk}/" in page
    looks = Entry.objects.filter(person=family.address)[before:]
    assert [one.verb for one in looks] == ["read their story with their household"]


def test_a_household_is_taken_apart_again_and_nothing_of_one_stands_in_the_story_of_the_other(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    # given two who were told as one household, by mistake or until they parted
    jan = actions.begin_story(by=sam, called="Jan", matters="My own front door.")
    actions.live_together(by=sam, person=family, other=jan)
    visits.add_visit(by=sam, person=family, text="The fridge was empty.")
    browser = signed_in(sam)
    assert "They do not live together" in browser.get(jan.get_absolute_url()).content.decode()
    # when it is said that they do not live together
    browser.post(f"{jan.get_absolute_url()}household/apart/")
    # then neither is in the other's story, each has a line in the trail, and no empty household stays
    page = browser.get(jan.get_absolute_url()).content.decode()
    assert "The fridge was empty." not in page
    assert family.called not in page.split("Around them")[0]
    assert "They do not live together" not in page
    for one in (jan, family):
        one.refresh_from_db()
        assert one.household is None
        assert Entry.objects.filter(person=one.address, verb="no longer told as one household").count() == 1
    assert not Household.objects.exists()


def test_of_three_one_leaves_and_two_stay_a_household(sam: User, family: Person) -> None:
    jan, ali = (actions.begin_story(by=sam, called=name, matters="A door") for name in ("Jan", "Ali"))
    home = actions.live_together(by=sam, person=family, other=jan)
    jan.refresh_from_db()
    actions.live_together(by=sam, person=ali, other=jan)
    actions.live_apart(by=sam, person=jan)
    assert set(home.people.all()) == {family, ali}


def test_what_the_others_at_home_need_stands_on_each_page_in_a_line_and_is_ended_on_its_own(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    # given a household of two, each with a need, one of them sorted meanwhile
    jan = actions.begin_story(by=sam, called="Jan", matters="My own front door.")
    actions.live_together(by=sam, person=family, other=jan)
    place = actions.hear_need(by=sam, person=jan, words="A nursery place")
    actions.hear_need(by=sam, person=jan, words="Shoes for the boy")
    # when the other's page is opened
    browser, page = signed_in(sam), family.get_absolute_url()
    told = " ".join(browser.get(page).content.decode().split())
    needed = told[told.index("Needed at home too") :]
    # then each stands there with whose it is, and can be answered on that page alone
    assert f'A nursery place <span class="ps-meta"><a href="{jan.get_absolute_url()}#needs">Jan' in needed
    assert f"/need/{place.pk}/" not in told
    # and what they say is sorted stands there no more
    actions.ask_whether_sorted(by=sam, need=place, said=Answer.YES, words="")
    after = browser.get(page).content.decode()
    assert "Shoes for the boy" in after
    assert "A nursery place" not in after.split("Their story so far")[0]


def test_who_comes_to_another_household_leaves_the_one_before_and_that_is_said(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    # given Jan, who was told with Ali, and comes to live with the family of three
    jan, ali, nan = (actions.begin_story(by=sam, called=name, matters="A door") for name in ("Jan", "Ali", "Nan"))
    actions.live_together(by=sam, person=ali, other=jan)
    home = actions.live_together(by=sam, person=family, other=nan)
    # when it is told on the family's page
    answer = signed_in(sam).post(f"{family.get_absolute_url()}household/", {"other": jan.address}, follow=True)
    # then the page says so, the family stays whole, and Ali, alone now, is of no household; each has a line of it
    assert "Jan was told with others before, and is not any more." in answer.content.decode()
    assert set(home.people.all()) == {family, nan, jan}
    ali.refresh_from_db()
    assert ali.household is None
    for one in (jan, ali):
        assert Entry.objects.filter(person=one.address, verb="no longer told as one household").count() == 1


def test_what_happened_with_another_of_the_household_is_not_printed(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    jan = actions.begin_story(by=sam, called="Jan", matters="My own front door.")
    actions.live_together(by=sam, person=family, other=jan)
    visits.add_visit(by=sam, person=family, text="The fridge was empty.")
    page = signed_in(sam).get(jan.get_absolute_url()).content.decode()
    told = next(one for one in page.split("<li") if "The fridge was empty." in one)
    assert "ps-not-printed" in told.split(">")[0]


def test_of_a_household_only_those_one_works_with_are_told(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    # given a household of two, and Priya, who is asked in for one of them
    jan = actions.begin_story(by=sam, called="Jan", matters="My own front door.")
    actions.live_together(by=sam, person=family, other=jan)
    visits.add_visit(by=sam, person=family, text="The fridge was empty.")
    priya = colleague("Priya", "expert")
    pull.accept(by=priya, ask=pull.ask_in(by=sam, person=jan, whom=priya, words="How to get PIP back?"))
    # then she reads of that one alone, and all see what she was asked in for
    page = signed_in(priya).get(jan.get_absolute_url()).content.decode()
    assert "The fridge was empty." not in page
    assert family.called not in page
    assert "asked in: How to get PIP back?" in " ".join(page.replace("<b>Priya</b>", "").split())


def test_what_an_agency_did_in_a_row_is_one_sentence_and_each_asking_stands_by_itself() -> None:
    # given what two agencies recorded
    #  day  agency   what            words
    rows = [
        (1, "housing", "first", "asks, first time", "I need a roof"),
        (2, "housing", "assess", "assessed", ""),
        (3, "housing", "record", "written down", ""),
        (4, "housing", "record", "written down", ""),
        (5, "housing", "refer", "sent on", ""),
        (6, "advice", "assess", "assessed", ""),
        (7, "advice", "record", "written down", "she was in tears"),
    ]
    recorded = [Recorded(datetime(2023, 2, day), "day", agency, "", words, mark, what)
                for day, agency, mark, what, words in reversed(rows)]  # fmt: skip
    # when it is told
    told = [(one.when, one.text, one.said) for one in told_in_runs(recorded)]
    # then it is four things and not seven; only who asked is quoted
    assert told == [
        ("7 February 2023", "Written down: she was in tears", ""),
        ("6 February 2023", "Assessed", ""),
        ("2 February 2023 – 5 February 2023", "Assessed, written down 2 times, sent on", ""),
        ("1 February 2023", "Asks, first time", "I need a roof"),
    ]
