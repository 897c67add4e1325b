"""People: a story begins with a name and what matters; only the person's word closes a need."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people import actions
from personshaped.team.people.models import Answer, Person
from personshaped.team.visits.models import Visit

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


def test_a_name_and_what_matters_are_all_it_takes(sam: User, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post("/begin/", {"called": "Jan", "matters": "I want my own front door."}, follow=True)
    assert "‘I want my own front door.’" in answer.content.decode()
    person = Person.objects.get(called="Jan")
    assert [one.colleague for one in person.with_them.all()] == [sam]


def test_without_them_what_was_typed_is_kept_on_the_page(sam: User, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post("/begin/", {"called": "Jan", "matters": ""})
    page = answer.content.decode()
    assert "We could not keep that; it is still here" in page
    assert 'value="Jan"' in page


def test_only_the_persons_answer_closes_a_need_and_any_later_one_opens_it(sam: User, family: Person) -> None:
    need = actions.hear_need(by=sam, person=family, words="They’ve stopped his money")
    assert not need.is_met
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.YES, words="We’ve got enough now")
    assert need.is_met
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.NOT_YET, words="They stopped it again")
    assert not need.is_met
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.NOT_ASKED)
    assert not need.is_met


def test_of_a_need_that_is_sorted_only_their_word_is_an_answer(sam: User, family: Person, signed_in: SignedIn) -> None:
    # given a need that is sorted, they say
    need = actions.hear_need(by=sam, person=family, words="They’ve stopped his money")
    page, where = signed_in(sam), f"{family.get_absolute_url()}need/{need.pk}/"
    page.post(where, {"said": "yes", "words": "We’ve got enough now"})
    # when the button is pressed once more, or a page that stood open says that nobody asked
    again = page.post(where, {"said": "yes"}, follow=True).content.decode()
    page.post(where, {"said": "not_asked", "words": "Thanks to Len"})
    # then it is sorted as it was, and what else they said is kept as their words
    assert "They have said already that it is sorted." in again
    assert [one.said for one in need.answers.all()] == [Answer.YES]
    assert need.is_met
    assert {one.words for one in family.said.all()} >= {"We’ve got enough now", "Thanks to Len"}
    # and it opens again by their word
    page.post(where, {"said": "not_yet"})
    assert not need.is_met


def test_a_next_step_of_a_need_that_is_sorted_leads_back_and_loses_no_word(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    need = actions.hear_need(by=sam, person=family, words="They’ve stopped his money")
    page, where = signed_in(sam), f"{family.get_absolute_url()}need/{need.pk}/next/"
    assert page.get(where).status_code == 200
    # given that they say it is sorted, while somebody writes the next step
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.YES)
    # then no page asks for a step, and what was being written is kept
    assert "They say that this is sorted." in page.get(where, follow=True).content.decode()
    page.post(where, {"next_step": "Ring on Friday", "version": 1})
    need.refresh_from_db()
    assert (need.next_step, need.is_met) == ("Ring on Friday", True)


def test_a_need_sent_twice_is_one_until_it_is_sorted(sam: User, family: Person, signed_in: SignedIn) -> None:
    page, where = signed_in(sam), f"{family.get_absolute_url()}need/"
    for words in ("Food this week", " Food this week ", "Their money back"):
        page.post(where, {"words": words})
    assert [one.words for one in family.needs.all()] == ["Food this week", "Their money back"]
    assert Entry.objects.filter(verb="heard a need").count() == 2
    actions.ask_whether_sorted(by=sam, need=family.needs.first(), said=Answer.YES)
    page.post(where, {"words": "Food this week"})
    assert [one.is_met for one in family.needs.filter(words="Food this week")] == [True, False]


def test_when_two_write_at_once_both_texts_are_shown(sam: User, family: Person, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    where = f"{family.get_absolute_url()}matters/"
    page.post(where, {"matters": "A nursery place for the boy.", "version": 1})
    answer = page.post(where, {"matters": "To move nearer my mum.", "version": 1}).content.decode()
    assert "Someone else wrote here too" in answer
    assert "A nursery place for the boy." in answer
    assert "To move nearer my mum." in answer
    family.refresh_from_db()
    assert family.matters == "A nursery place for the boy."


def test_whoever_does_not_work_with_them_is_told_the_same_as_of_nobody(
    family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    stranger = signed_in(colleague("Asha"))
    there, nobody = stranger.get(family.get_absolute_url()), stranger.get("/story/no-such-one/")
    assert there.status_code == nobody.status_code == 403
    assert there.content.split(b"<main")[1] == nobody.content.split(b"<main")[1]
    assert b"Lime Street" not in there.content


def test_the_people_one_works_with_stand_in_the_order_one_last_met_them_and_the_look_is_recorded(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    """What matters to each stands on the home page in their words: that is a look too."""
    # given three stories, begun one after another; the oldest was visited since, and another long ago
    jan, nan = (actions.begin_story(by=sam, called=called, matters="Peace.") for called in ("Jan", "Nan"))
    Person.objects.filter(pk__in=(family.pk, jan.pk, nan.pk)).update(begun_at=timezone.now() - timedelta(days=30))
    Visit.objects.create(person=family, text="We talked", on=date.today(), kept_by=sam)
    Visit.objects.create(person=nan, text="We talked", on=date.today() - timedelta(days=90), kept_by=sam)
    # when Sam comes home, then whom Sam met last stands first, and one line says that Sam saw them
    shown = signed_in(sam).get("/").context["people"]
    assert [one.called for one in shown] == [family.called, "Jan", "Nan"]
    assert Entry.objects.filter(verb="saw the people they work with", who=sam, what="3 people").count() == 1


def test_what_they_said_becomes_a_need_without_writing_it_twice(
    sam: User, family: Person, signed_in: Callable[[User], Client]
) -> None:
    # given a visit with their own words, and one need that was asked about
    met = actions.hear_need(by=sam, person=family, words="Food this week")
    actions.ask_whether_sorted(by=sam, need=met, said="yes", words="We’ve got enough now")
    signed_in(sam).post(
        f"{family.get_absolute_url()}visit/", {"text": "‘There’s not a lot in.’ She said ‘I hurt my arm.’"}
    )
    page = signed_in(sam).get(family.get_absolute_url()).content.decode()
    offered = re.findall(r'name="words" value="([^"]+)"', page)
    # then what they said stands there once, newest first; what is a need, or an answer, does not
    assert offered == ["I hurt my arm.", "There’s not a lot in.", family.matters]
    # when one of them is taken
    sent = {"words": offered[0], "as_said": "yes"}
    back = signed_in(sam).post(f"{family.get_absolute_url()}need/", sent)
    assert back["Location"].endswith("?said#needs")  # where the others wait
    # then it is a need in their words, and is offered no more
    assert family.needs.filter(words="I hurt my arm.").count() == 1
    page = signed_in(sam).get(family.get_absolute_url()).content.decode()
    assert re.findall(r'name="words" value="([^"]+)"', page) == offered[1:]
