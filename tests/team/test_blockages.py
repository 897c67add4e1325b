"""What got in the way: the words are enough; leaders see the rule first, and nobody's words unasked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.models.signals import post_init
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.tables import CANONICAL
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.blockages import actions, evidence, out
from personshaped.team.blockages.models import KINDS, LAW, Blockage, Condition
from personshaped.team.blockages.standing import in_the_way
from personshaped.team.experiments.models import Experiment
from personshaped.team.people.actions import change
from personshaped.team.people.models import Person

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
Colleague = Callable[..., User]
VOUCHER = "A food voucher needs a manager’s signature"
FRIDGE = "The fridge was almost empty. It took nine days."


@pytest.fixture
def joan(colleague: Colleague) -> User:
    return colleague("Joan", "leader")


@pytest.fixture
def voucher(sam: User, family: Person) -> Blockage:
    return actions.say(by=sam, words=VOUCHER, person=family, kind="budget", told=FRIDGE)


def test_the_words_are_enough(sam: User, signed_in: SignedIn) -> None:
    browser = signed_in(sam)
    assert VOUCHER in browser.post("/in-the-way/say/", {"words": VOUCHER}, follow=True).content.decode()
    page = browser.get("/in-the-way/").content.decode()
    assert VOUCHER in page
    assert "With: nobody yet." in page
    assert Blockage.objects.get().said_by == sam


def test_nothing_written_is_nothing_kept_and_no_error(sam: User, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post("/in-the-way/say/", {"words": "  ", "kind": ""}, follow=True)
    assert "so nothing was kept" in answer.content.decode()
    assert not Blockage.objects.exists()


def test_one_tap_keeps_it_and_the_rest_may_follow_or_never(sam: User, joan: User, signed_in: SignedIn) -> None:
    # given a page that asks for nothing but a tap
    browser = signed_in(sam)
    page = browser.get("/in-the-way/say/").content.decode()
    assert '<button class="govuk-button govuk-button--secondary" name="kind" value="budget">A budget</button>' in page
    for later in ("Whose is it?", "Is it the law?", "What did we do instead?"):
        assert later not in page
    # when it is tapped
    after = browser.post("/in-the-way/say/", {"kind": "budget", "words": ""}, follow=True)
    # then it is kept, and what else is known is asked on the page that follows
    met = Blockage.objects.get()
    assert after.redirect_chain == [(f"/in-the-way/{met.pk}/", 302)]
    assert "Is it the law?" in after.content.decode()
    assert "A budget, not said yet which" in signed_in(joan).get("/").content.decode()
    # and what is written there stands with it
    known = {"words": VOUCHER, "kind": "budget", "whose": "the council", "law": "policy", "instead": "We paid"}
    browser.post(f"/in-the-way/{met.pk}/", known)
    met.refresh_from_db()
    assert {name: getattr(met, name) for name in known} == known
    assert Entry.objects.filter(verb="said more of what got in the way", what=f"blockage {met.pk}").count() == 1
    # and emptied of everything it stays as it was
    browser.post(f"/in-the-way/{met.pk}/", {"words": " ", "kind": ""})
    met.refresh_from_db()
    assert met.words == VOUCHER


def test_what_was_only_tapped_reads_well_wherever_it_stands_and_is_no_line_for_the_study(
    sam: User, joan: User, signed_in: SignedIn
) -> None:
    # given a rule that was tapped and gathered, and nobody has said which
    page = signed_in(sam)
    page.post("/in-the-way/say/", {"kind": "rule"})
    met = Blockage.objects.get()
    page.post(f"/in-the-way/{met.pk}/gather/")
    condition = Condition.objects.get()
    # when it is read by the team, by a leader, on its own page and among those to gather under
    for client, where in ((page, "/in-the-way/"), (signed_in(joan), "/"), (page, condition.get_absolute_url())):
        shown = client.get(where).content.decode()
        assert "A rule, not said yet which" in shown
        assert '<span class="govuk-tag">a rule</span>' not in shown
    page.post("/in-the-way/say/", {"kind": "habit"})
    assert (
        f'<option value="{condition.pk}">A rule, not said yet which</option>'
        in page.get("/in-the-way/").content.decode()
    )
    page.post(f"/in-the-way/condition/{condition.pk}/try/")
    assert Experiment.objects.get().called == "About: A rule, not said yet which"
    # then it goes out to no study; and once somebody says which, the condition has those words
    assert out.lines() == []
    page.post(f"/in-the-way/{met.pk}/", {"kind": "rule", "words": "Three\nforms"})
    (line,) = out.lines()
    assert line["condition"] == "Three forms"


def test_what_was_written_of_a_condition_is_not_written_over(sam: User, signed_in: SignedIn) -> None:
    met = actions.say(by=sam, words="", kind="rule")
    condition = actions.gather(by=sam, blockage=met, under=None)
    change(by=sam, kept=condition, version=1, person=None, what="", words="Thresholds")
    signed_in(sam).post(f"/in-the-way/{met.pk}/", {"kind": "rule", "words": "Three forms"})
    condition.refresh_from_db()
    assert condition.words == "Thresholds"


def test_only_whoever_said_it_says_more(sam: User, joan: User, voucher: Blockage, signed_in: SignedIn) -> None:
    where = f"/in-the-way/{voucher.pk}/"
    assert signed_in(joan).post(where, {"words": "It is fine", "kind": ""}).status_code == 404
    voucher.refresh_from_db()
    assert voucher.words == VOUCHER
    assert f'href="{where}"' in signed_in(sam).get("/in-the-way/").content.decode()
    assert f'href="{where}"' not in signed_in(joan).get("/in-the-way/").content.decode()


def test_one_tap_on_a_persons_page_keeps_it_there(sam: User, family: Person, signed_in: SignedIn) -> None:
    after = signed_in(sam).post(f"{family.get_absolute_url()}in-the-way/", {"kind": "rule", "words": "", "told": ""},
                                follow=True)  # fmt: skip
    met = Blockage.objects.get()
    assert met.person == family
    page = after.content.decode()
    assert "A rule, not said yet which" in page
    assert f'href="/in-the-way/{met.pk}/"' in page


def test_it_is_one_tap_from_any_page(sam: User, family: Person, signed_in: SignedIn) -> None:
    for page in ("/", "/trying/", "/peers/", "/ground/", family.get_absolute_url()):
        assert 'href="/in-the-way/say/"' in signed_in(sam).get(page).content.decode()


def test_from_a_persons_page_the_person_is_filled_in_and_the_look_is_kept(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    where = f"{family.get_absolute_url()}in-the-way/"
    signed_in(sam).post(where, {"words": VOUCHER, "told": FRIDGE})
    assert Blockage.objects.get().person == family
    verbs = list(Entry.objects.filter(person=family.address).values_list("verb", flat=True))
    assert verbs.count("said what got in their way") == 1


def test_a_stranger_cannot_say_it_of_someone(family: Person, colleague: Colleague, signed_in: SignedIn) -> None:
    stranger = signed_in(colleague("Asha"))
    there = stranger.post(f"{family.get_absolute_url()}in-the-way/", {"words": VOUCHER})
    nobody = stranger.post("/story/no-such-one/in-the-way/", {"words": VOUCHER})
    assert there.status_code == nobody.status_code == 403
    shown = [answer.content.decode().split("<main", 1)[1] for answer in (there, nobody)]
    assert shown[0].split("</main", 1)[0] == shown[1].split("</main", 1)[0]


def test_what_they_said_is_shown_only_by_consent_and_only_the_ticked_words(
    sam: User, family: Person, joan: User, voucher: Blockage, signed_in: SignedIn
) -> None:
    def leader_reads() -> str:
        return signed_in(joan).get("/").content.decode()

    assert FRIDGE not in leader_reads()
    where = f"{family.get_absolute_url()}in-the-way/{voucher.pk}/"
    signed_in(sam).post(where, {"told": FRIDGE, "agreed": "no", "shown": FRIDGE})
    assert "The fridge" not in leader_reads()
    signed_in(sam).post(where, {"told": FRIDGE, "agreed": "yes", "shown": "The fridge was almost empty."})
    assert "‘The fridge was almost empty.’" in leader_reads()
    assert "nine days" not in leader_reads()
    assert family.called not in leader_reads()


def test_leaders_see_what_is_in_the_way_before_anything_else(
    joan: User, sam: User, voucher: Blockage, signed_in: SignedIn
) -> None:
    leads, works = (signed_in(one).get("/").content.decode() for one in (joan, sam))
    assert leads.index(VOUCHER) < leads.index("What we are trying</h2>")
    assert "You see these first" in leads
    assert "People we are working with" not in leads  # nobody is here, and an empty list says nothing
    assert works.index("What matters to them?") < works.index(VOUCHER)


def test_a_leader_takes_it_up_and_those_who_met_it_read_the_answer(
    joan: User, sam: User, voucher: Blockage, signed_in: SignedIn
) -> None:
    condition = actions.gather(by=joan, blockage=voucher, under=None)
    took = {"who": "head of housing", "said": "I’ll come and see one"}
    assert signed_in(sam).post(f"{condition.get_absolute_url()}take-up/", took).status_code == 403
    signed_in(joan).post(f"{condition.get_absolute_url()}take-up/", took)
    assert "With: head of housing, who said “I’ll come and see one”." in signed_in(sam).get("/").content.decode()


def test_what_was_met_again_gathers_under_one_condition(sam: User, voucher: Blockage, signed_in: SignedIn) -> None:
    condition = actions.gather(by=sam, blockage=voucher, under=None)
    again = actions.say(by=sam, words="The voucher needed signing, again")
    signed_in(sam).post(f"/in-the-way/{again.pk}/gather/", {"under": condition.pk})
    (row,) = in_the_way()
    assert (row.words, row.times, row.kind) == (VOUCHER, 2, "a budget")
    assert "Met 2 times" in signed_in(sam).get("/in-the-way/").content.decode()


def test_what_was_met_last_stands_first_however_often(sam: User, voucher: Blockage) -> None:
    condition = actions.gather(by=sam, blockage=voucher, under=None)
    for _ in range(3):
        actions.gather(by=sam, blockage=actions.say(by=sam, words="again"), under=condition)
    actions.say(by=sam, words="Arrears letters go out by themselves")
    assert [one.times for one in in_the_way()] == [1, 4]


def test_home_reads_no_more_than_it_shows(sam: User) -> None:
    """The first few are those that all of them begin with, whatever was gathered."""
    for at in range(9):
        said = actions.say(by=sam, words=f"Form {at}", on=date(2026, 1, 1 + at // 2))
        if at % 3 == 0:
            actions.gather(by=sam, blockage=said, under=None)
    made: list[type] = []
    count: Callable[..., None] = lambda sender, **_: made.append(sender)  # noqa: E731
    post_init.connect(count)
    try:
        few = in_the_way(3)
    finally:
        post_init.disconnect(count)
    assert few == in_the_way()[:3]
    assert len(made) <= 3 * 3  # three conditions with what was met under each, and three that nobody gathered


def test_it_becomes_an_experiment_in_one_click(sam: User, voucher: Blockage, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post(f"/in-the-way/{voucher.pk}/try/")
    begun = Experiment.objects.get()
    assert answer.headers["Location"] == f"/trying/{begun.pk}/write/"
    assert begun.called == f"About: {VOUCHER}"
    condition = Condition.objects.get()
    assert begun.tried_for.condition == condition
    assert begun.get_absolute_url() in signed_in(sam).get(condition.get_absolute_url()).content.decode()


def test_when_two_write_a_condition_at_once_both_texts_are_shown(
    sam: User, voucher: Blockage, signed_in: SignedIn
) -> None:
    condition = actions.gather(by=sam, blockage=voucher, under=None)
    page, where = signed_in(sam), f"{condition.get_absolute_url()}write/"
    page.post(where, {"words": "Every voucher is signed twice", "version": 1})
    answer = page.post(where, {"words": "Nobody may hold cash", "version": 1}).content.decode()
    assert "Every voucher is signed twice" in answer
    assert "Nobody may hold cash" in answer
    condition.refresh_from_db()
    assert condition.words == "Every voucher is signed twice"


def test_the_studys_figures_stand_beside_it_with_their_note(
    sam: User, voucher: Blockage, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Figure("failure_demand_share", "M026", "", "", "", 0.79, "share", denominator=800, n=800, note="by rule.")
    monkeypatch.setattr(evidence, "_book", lambda: FigureBook((share,)))
    condition = actions.gather(by=sam, blockage=voucher, under=None)
    beside = f"{condition.get_absolute_url()}figure/"
    signed_in(sam).post(beside, {"name": "failure_demand_share"})
    page = signed_in(sam).get(condition.get_absolute_url()).content.decode()
    assert "79%" in page
    assert "By rule." in page
    signed_in(sam).post(beside, {"drop": "failure_demand_share"})
    assert "79%" not in signed_in(sam).get(condition.get_absolute_url()).content.decode()


def test_a_figure_that_the_study_does_not_hold_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_book", lambda: FigureBook(()))
    (one,) = evidence.evidence(["failure_demand_share"])
    assert (one.value, one.note) == ("", "The study has not worked this out.")


def test_its_words_are_those_of_the_table_conditions() -> None:
    table = CANONICAL["conditions"]
    assert [key for key, _ in KINDS] == list(table["kind"].values)
    assert {key for key, _ in LAW} == set(table["law_or_policy"].values)


def test_conditions_are_lines_for_the_study_by_role(sam: User, voucher: Blockage, signed_in: SignedIn) -> None:
    condition = actions.gather(by=sam, blockage=voucher, under=None)
    condition.law = "policy"
    condition.save()
    sent = signed_in(sam).get(reverse("conditions-csv")).content.decode()
    rows: list[dict[str, Any]] = list(csv.DictReader(sent.splitlines()))
    assert [(one["condition_id"], one["law_or_policy"], one["by"]) for one in rows] == [
        (f"team-{condition.pk}", "policy", "member")
    ]


def test_a_condition_without_words_is_not_a_line(sam: User) -> None:
    Condition.objects.create(words="", written_by=sam)
    assert out.lines() == []


def test_the_persons_page_has_it_by_one_tag(sam: User, family: Person, voucher: Blockage) -> None:
    page = Template("{% load blockages %}{% what_got_in_their_way person %}").render(
        Context({"person": family, "csrf_token": "x"})
    )
    assert f"‘{FRIDGE}’" in page
    assert f'action="{family.get_absolute_url()}in-the-way/"' in page
    assert "required" not in page
