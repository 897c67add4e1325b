"""Test and learn: nothing is mandatory, nothing is scored; what changed and which cases were chosen go to the study."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.picture.inputs import Charts, Phase, Point, Xmr
from personshaped.tables import CANONICAL
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.experiments import actions, charts, out
from personshaped.team.experiments.models import CHANGED, CHOSEN, Case, Change, Experiment, Level, Measure, Standing
from personshaped.team.people.actions import ask_whether_sorted, begin_story, hear_need
from personshaped.team.people.models import Person
from personshaped.team.site import source

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
MONTHS = [f"2023-{month:02}" for month in range(1, 13)]
STEADY = Xmr(
    unit="count",
    points=tuple(Point(month, 40.0 + i % 3) for i, month in enumerate(MONTHS)),
    phases=(Phase("2023-01", "2023-12", 41.0, 36.0, 46.0),),
)


@pytest.fixture
def studied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study with one chart."""
    monkeypatch.setattr(charts, "_charts", lambda: Charts(xmr={"failure_demands/month": STEADY}))


def test_it_begins_with_one_line_and_is_written_as_it_happens(sam: User, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    begun = page.post("/trying/begin/", {"called": "Ring before any arrears letter"})
    where = begun.headers["Location"]
    page.post(where, {"version": 1, "called": "Ring first", "believe": "Most people will say what is wrong",
                      "happened": "Six of nine did"})  # fmt: skip
    home = page.get("/").content.decode()
    assert "Most people will say what is wrong" in home
    assert "Six of nine did" in home


def test_it_asks_what_we_believe_and_will_try_and_folds_the_rest_until_it_comes(sam: User, signed_in: SignedIn) -> None:
    page = signed_in(sam)
    where = page.post("/trying/begin/", {"called": "Ring before any arrears letter"})["Location"]
    # given an experiment just begun: two boxes are asked, the others are folded
    asked, _, folded = page.get(where).content.decode().partition('<details class="govuk-details"><summary')
    assert re.findall(r'<textarea name="(\w+)"', asked) == ["believe", "will_try"]
    assert re.findall(r'<(?:textarea|input type="text") name="(\w+)"', folded) == [
        "will_know", "happened", "learned", "now", "called"]  # fmt: skip
    # when it is kept with nothing more, it stands by its name
    page.post(where, {"version": "1", "called": ""})
    one = Experiment.objects.get()
    assert (one.called, one.believe) == ("Ring before any arrears letter", "")
    # and once something is written the rest stands open
    page.post(where, {"version": one.version, "believe": "Most people will say what is wrong"})
    assert '<details class="govuk-details" open><summary' in page.get(where).content.decode()


def test_nothing_in_it_is_mandatory_and_nothing_is_a_status(sam: User, signed_in: SignedIn) -> None:
    one = actions.begin(by=sam, called="Ring first")
    page = signed_in(sam).get(f"{one.get_absolute_url()}write/").content.decode()
    assert " required" not in page
    names = {field.name for field in Experiment._meta.get_fields()}
    assert not names & {"status", "rag", "progress", "due", "target", "score"}


def test_when_two_write_at_once_both_texts_are_shown(sam: User, signed_in: SignedIn) -> None:
    one = actions.begin(by=sam, called="Ring first")
    page, where = signed_in(sam), f"{one.get_absolute_url()}write/"
    page.post(where, {"version": 1, "called": "Ring first", "learned": "Text before you ring"})
    answer = page.post(where, {"version": 1, "called": "Ring first", "learned": "Ring after four"}).content.decode()
    assert "Text before you ring" in answer
    assert "Ring after four" in answer
    page.post(where, {"version": 2, "called": "Ring first", "learned": "Text, then ring after four"})
    one.refresh_from_db()
    assert one.learned == "Text, then ring after four"


def test_a_change_is_a_row_of_changes_by_role(sam: User, signed_in: SignedIn) -> None:
    one = actions.begin(by=sam, called="Ring first")
    signed_in(sam).post("/trying/changes/", {"text": "We ring before letters", "at": "2026-05-04", "kind": "method",
                                             "experiment": one.pk})  # fmt: skip
    assert out.changes() == [
        {"at": "2026-05-04", "kind": "method", "text": "We ring before letters", "agency": "", "area": "",
         "by": "member"}
    ]  # fmt: skip
    assert "We ring before letters" in signed_in(sam).get(one.get_absolute_url()).content.decode()


def test_the_words_are_those_of_the_tables() -> None:
    assert [key for key, _ in CHANGED] == list(CANONICAL["changes"]["kind"].values)
    assert [key for key, _ in CHOSEN] == list(CANONICAL["cases"]["selected_by"].values)


WINDOWS = {"old_from": "2025-01-01", "old_to": "2025-12-31", "new_from": "2026-01-01", "new_to": "2026-12-31"}


def test_a_case_says_how_it_was_chosen_and_becomes_a_row_of_cases(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    signed_in(sam).post("/trying/register/", {"people": [family.address], "chosen": "random", "eligible": "41",
                                              "declined": "False", **WINDOWS})  # fmt: skip
    case = Case.objects.get()
    assert out.cases() == [
        {"case_id": f"case{case.pk}", "person_ids": family.address, "selected_by": "random", "selected_at": "",
         "eligible_n": "41", "declined": "no", **WINDOWS}
    ]  # fmt: skip
    assert set(out.cases()[0]) <= set(CANONICAL["cases"].names)
    chosen = Entry.objects.filter(person=family.address, verb="chose for old against new")
    assert chosen.count() == 1


def test_those_who_declined_stay_in_the_register(sam: User, signed_in: SignedIn) -> None:
    signed_in(sam).post("/trying/register/", {"study_people": "P1;P7", "chosen": "volunteer", "declined": "True",
                                              **WINDOWS})  # fmt: skip
    assert (out.cases()[0]["person_ids"], out.cases()[0]["declined"]) == ("P1;P7", "yes")
    assert "they said no" in signed_in(sam).get("/trying/register/").content.decode()


def test_a_case_still_being_written_waits_and_says_what_is_not_known(sam: User, signed_in: SignedIn) -> None:
    actions.choose_case(by=sam, people=(), study_people="P1", chosen="", old_from=date(2025, 1, 1))
    assert out.cases() == []
    page = signed_in(sam).get("/trying/register/").content.decode()
    assert "how they were chosen, when the old way was, when the new way was" in page


def test_a_case_is_written_up_when_more_is_known(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    # given a case of which only who and how is written
    case = actions.choose_case(by=sam, people=[family], chosen="random", declined=True)
    page = signed_in(sam).get("/trying/register/").content.decode()
    assert f"/trying/register/{case.pk}/" in page
    sheet = signed_in(sam).get(f"/trying/register/{case.pk}/").content.decode()
    assert re.search(r'value="True"[^>]*checked', sheet)  # what was kept stands in the form
    # when the windows become known
    sent = {"version": case.version, "chosen": "random", "declined": "True", "eligible": "41", **WINDOWS}
    signed_in(sam).post(f"/trying/register/{case.pk}/", sent)
    # then it is compared, says what it said, and stands in the record of whom it is about
    assert out.cases()[0] | {"eligible_n": "41", "declined": "yes", **WINDOWS} == out.cases()[0]
    assert Entry.objects.filter(person=family.address, verb="wrote up old against new").count() == 1
    # and two who write at once both stand there, in words
    both = signed_in(sam).post(f"/trying/register/{case.pk}/", sent | {"chosen": "crisis"}).content.decode()
    assert "Someone else wrote here too" in both
    assert "by chance, from all who could have been" in both
    case.refresh_from_db()
    assert case.chosen == "random"
    # and whoever works with nobody in it is not asked to
    asha = signed_in(colleague("Asha"))
    assert f"/trying/register/{case.pk}/" not in asha.get("/trying/register/").content.decode()
    assert asha.get(f"/trying/register/{case.pk}/").status_code == 403


def test_the_register_asks_who_and_how_first(sam: User, family: Person, signed_in: SignedIn) -> None:
    page = signed_in(sam).get("/trying/register/").content.decode()
    first, folded = page[page.index("Add a case") :].split("<details", 1)
    assert set(re.findall(r'name="(\w+)"', first)) == {"csrfmiddlewaretoken", "written_by", "people", "chosen"}
    assert set(re.findall(r'name="(\w+)"', folded)) >= {"old_from", "new_to", "eligible", "declined", "study_people"}


def test_the_register_names_nobody_to_those_who_do_not_work_with_them(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    actions.choose_case(by=sam, people=[family], chosen="typical")
    asha = signed_in(colleague("Asha"))
    page = asha.get("/trying/register/").content.decode()
    assert family.called not in page
    assert "someone you do not work with" in page
    asha.post("/trying/register/", {"people": [family.address], "chosen": "typical"})
    assert Case.objects.count() == 1  # whom she does not know she cannot choose


def test_a_measure_follows_from_purpose_and_is_drawn_with_what_changed(
    sam: User, studied: None, signed_in: SignedIn
) -> None:
    page = signed_in(sam)
    page.post("/trying/measures/", {"chart": "failure_demands/month", "follows": "They would not have to ask again."})
    actions.note_change(by=sam, text="We ring before letters", at=date(2023, 6, 1), kind="method")
    shown = page.get("/trying/measures/").content.decode()
    assert "They would not have to ask again." in shown
    assert 'role="img"' in shown
    assert "usually 36 to 46" in shown
    assert "1 June 2023, We ring before letters" in shown
    assert "style=" not in shown
    page.post(f"/trying/measures/{Measure.objects.get().pk}/drop/")
    assert not Measure.objects.exists()


def test_the_table_says_what_changed_in_its_month(sam: User, studied: None) -> None:
    measure = actions.derive_measure(by=sam, chart="failure_demands/month", follows="")
    change = Change(text="We ring before letters", at=date(2023, 6, 1))
    (drawn,) = charts.drawn([measure], [change])
    assert [(row.month, row.changed) for row in drawn.rows if row.changed] == [("June 2023", "We ring before letters")]


def test_a_chart_of_too_few_months_is_refused_with_the_reason(sam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Xmr("count", STEADY.points[:3], ())
    monkeypatch.setattr(charts, "_charts", lambda: Charts(xmr={"demands/month": short}))
    (drawn,) = charts.drawn([actions.derive_measure(by=sam, chart="demands/month", follows="")], [])
    assert drawn.wide == ""
    assert "3 months" in drawn.note


def test_the_triangle_is_in_the_teams_words_with_people_and_cost_where_the_study_has_them(
    sam: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = signed_in(sam)
    page.post("/trying/triangle/", {"words": "Early and small", "means": "A rail, a form together"})
    page.post("/trying/triangle/", {"words": "Several at once"})
    found = [
        Figure("need_levels", "M077", "level", "Early and small", "", 120, "people"),
        Figure("need_levels", "M077", "level", "Early and small", "", 9000, "£"),
    ]
    monkeypatch.setattr(charts, "_book", lambda: FigureBook(tuple(found)))
    top, foot = reversed(charts.triangle(list(Level.objects.all()), sam))
    assert (foot.level.words, foot.people, foot.cost) == ("Early and small", "120", "£9,000")
    assert (top.people, top.cost) == ("", "")
    shown = page.get("/trying/triangle/").content.decode()
    assert shown.index("Several at once") < shown.index("Early and small")
    assert "120 people, £9,000" in shown
    assert "What a level costs is said once the study knows needs of it" in shown


def test_at_which_level_a_need_stands_is_said_on_its_persons_page_and_goes_out_to_the_study(
    sam: User, family: Person, signed_in: SignedIn
) -> None:
    page = signed_in(sam)
    need = hear_need(by=sam, person=family, words="A rail I can hold")
    assert "Where it stands in our triangle" not in page.get(family.get_absolute_url()).content.decode()
    low = actions.name_level(by=sam, words="Early and small", means="", place=1)
    high = actions.name_level(by=sam, words="Several at once", means="", place=2)
    where = reverse("need-level", args=[family.address, need.pk])
    assert where in page.get(family.get_absolute_url()).content.decode()
    for level in (high, low):
        page.post(where, {"level": level.pk})
    assert [(one.level, one.theirs) for one in charts.triangle([low, high], sam)] == [(low, 1), (high, 0)]
    assert "1 person whom you are with" in page.get("/trying/triangle/").content.decode()
    assert [row["level"] for row in source.needs()] == ["Early and small"]
    page.post(where, {"level": ""})
    assert [row["level"] for row in source.needs()] == [""]


def test_the_triangle_counts_whom_one_is_with_now_and_what_is_not_met(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    # given two needs of one family and one of another person at one level, all of them Sam's
    low = actions.name_level(by=sam, words="Early and small", means="", place=1)
    ray = begin_story(by=sam, called="Ray", matters="A quiet flat")
    whose = [(family, "A rail"), (family, "A form"), (ray, "A bus pass")]
    needs = [hear_need(by=sam, person=person, words=words) for person, words in whose]
    for need in needs:
        actions.stand(by=sam, need=need, level=low)

    def theirs(user: User) -> list[int]:
        return [one.theirs for one in charts.triangle([low], user)]

    # then two people stand there for Sam, and for a colleague who is with nobody, none: not on the page either
    assert theirs(sam) == [2]
    asha = colleague("Asha")
    assert theirs(asha) == [0]
    assert "whom you are with" not in signed_in(asha).get("/trying/triangle/").content.decode()
    # and however many levels there are, they are counted at once
    with django_assert_num_queries(1):
        charts.triangle([low] * 3, sam)
    # when both of the family's needs are met, and one is open again
    for need in needs[:2]:
        ask_whether_sorted(by=sam, need=need, said="yes")
    assert theirs(sam) == [1]
    ask_whether_sorted(by=sam, need=needs[0], said="not_yet")
    assert theirs(sam) == [2]
    # and when Sam is no longer with Ray
    ray.with_them.update(until=timezone.now())
    assert theirs(sam) == [1]


def test_a_need_that_is_met_is_not_asked_where_it_stands(sam: User, family: Person, signed_in: SignedIn) -> None:
    low = actions.name_level(by=sam, words="Early and small", means="", place=1)
    need = hear_need(by=sam, person=family, words="A rail I can hold")
    where, page = reverse("need-level", args=[family.address, need.pk]), signed_in(sam)
    assert page.get(where).status_code == 200
    ask_whether_sorted(by=sam, need=need, said="yes")
    assert page.get(where).status_code == 404
    assert page.post(where, {"level": low.pk}).status_code == 404
    assert not Standing.objects.exists()


def test_a_change_before_the_charts_first_month_or_after_its_last_is_listed_beside_it(
    sam: User, signed_in: SignedIn, studied: None
) -> None:
    # given a chart of the months of 2023
    actions.derive_measure(by=sam, chart="failure_demands/month", follows="")
    page = signed_in(sam)
    # when something changed before it, in its first month, in its last, and something after it
    for text, at in (("The cuts", "2022-12-31"), ("A hub", "2023-01-01"), ("A new form", "2023-12-31"),
                     ("We ring first", "2024-01-01")):  # fmt: skip
        page.post("/trying/changes/", {"text": text, "at": at, "beside": "1"})
    # then what lies within stands on it and the others are listed
    shown = page.get("/trying/measures/").content.decode()
    assert "<b>A</b> 1 January 2023, A hub; <b>B</b> 31 December 2023, A new form." in shown
    assert "Before the first month shown: 31 December 2022, The cuts." in shown
    assert "After the last month: 1 January 2024, We ring first." in shown


def test_what_happened_is_written_where_the_chart_asks(sam: User, signed_in: SignedIn, studied: None) -> None:
    page = signed_in(sam)
    actions.derive_measure(by=sam, chart="failure_demands/month", follows="")
    assert "Something changed" in page.get("/trying/measures/").content.decode()
    for text, at in (("The team began", "2023-02-01"), ("Long before", "2019-02-01"), ("A new form", "2023-02-20")):
        sent = {"text": text, "at": at, "beside": "1"}
        assert page.post("/trying/changes/", sent)["Location"] == "/trying/measures/"
    # then its letter stands on the chart, at its month, and beside its words
    shown = page.get("/trying/measures/").content.decode()
    assert shown.count(">A, B</text>") == 2  # wide and narrow
    assert "<b>A</b> 1 February 2023, The team began; <b>B</b> 20 February 2023, A new form." in shown
