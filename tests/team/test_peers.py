"""Peers: alphabetical, never compared; an agency's early signs are for its own people first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import picture_findings
from personshaped.learning.signals import Signal
from personshaped.picture.inputs import Charts, Method, write_charts
from personshaped.study.measuring import DERIVED
from personshaped.tables import CANONICAL
from personshaped.team.accounts.models import Agency, User
from personshaped.team.peers import actions, out, signs
from personshaped.team.peers.models import TIES, Agreement, Board, Place

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
ASKED = "Ringing before a letter: how did you begin?"


@pytest.fixture
def bentilee(sam: User) -> Place:
    return actions.meet(by=sam, called="Bentilee", about="Two estates and one shop.")


def test_places_stand_by_name_and_by_nothing_else(sam: User, bentilee: Place, signed_in: SignedIn) -> None:
    for called in ("Tunstall", "abbey Hulton", "Chell"):
        actions.meet(by=sam, called=called, about="")
    for _ in range(5):
        actions.tie(by=sam, place=bentilee, kind="visit", words="")
    page = signed_in(sam).get("/peers/").content.decode()
    places = ["abbey Hulton", "Bentilee", "Chell", "Tunstall"]
    assert sorted(places, key=page.index) == places
    assert "5 visits" not in page


def test_context_help_and_what_was_learned_stand_on_one_page(sam: User, bentilee: Place, signed_in: SignedIn) -> None:
    page, where = signed_in(sam), bentilee.get_absolute_url()
    page.post(f"{where}fact/", {"what": "Homes for social rent", "value": "1,200", "source": "Census 2021"})
    page.post(f"{where}between/", {"kind": "help_asked", "words": ASKED})
    page.post(f"{where}agree/", {"words": "We visit each month", "held_by": "Both boards decided it"})
    shown = page.get(where).content.decode()
    for words in ("1,200", "Census 2021", ASKED, "Held by:", "Both boards decided it"):
        assert words in shown
    assert ASKED in page.get("/peers/").content.decode()


def test_a_board_has_who_sits_on_it_what_holds_it_what_was_agreed_and_when_it_meets_next(
    sam: User, bentilee: Place, signed_in: SignedIn
) -> None:
    page, where = signed_in(sam), bentilee.get_absolute_url()
    soon = (date.today() + timedelta(days=9)).isoformat()
    page.post(f"{where}board/", {"about": "Nobody asks twice about a repair", "members": "Jo, Bentilee\nSam, here",
                                 "held_by": "Both councils decided it", "meets_on": soon})  # fmt: skip
    board = Board.objects.get()
    assert board.sitting() == ["Jo, Bentilee", "Sam, here"]
    assert "Nobody asks twice about a repair" in page.get("/peers/").content.decode()  # boards that meet next
    later = (date.today() + timedelta(days=30)).isoformat()
    met = {
        "words": "Jo rings each tenant back",
        "learned": "They knew whom to ring",
        "at": "2026-02-01",
        "meets_on": later,
    }
    page.post(f"{where}board/{board.pk}/met/", met)
    shown = page.get(where).content.decode()
    for words in ("Jo, Bentilee<br>Sam, here", "Both councils decided it", "Agreed: Jo rings each tenant back",
                  "We learned: They knew whom to ring", "1 February 2026"):  # fmt: skip
        assert words in shown
    board.refresh_from_db()
    assert board.meets_on is not None
    assert board.meets_on.isoformat() == later
    assert out.ties() == [
        {"agency": "team", "peer": "Bentilee", "at": "2026-02-01", "kind": "board",
         "words": "Jo rings each tenant back They knew whom to ring"}
    ]  # fmt: skip


def test_the_day_a_board_meets_next_stands_until_another_is_said_or_it_is_over(
    sam: User, bentilee: Place, signed_in: SignedIn
) -> None:
    # given a board that meets in nine days
    soon = date.today() + timedelta(days=9)
    board = actions.set_up(by=sam, place=bentilee, about="Repairs", meets_on=soon)
    page, where = signed_in(sam), bentilee.get_absolute_url()

    def sent(**typed: str) -> dict[str, str]:
        """The form of the page as a browser sends it back."""
        form = page.get(where).context["boards"][0][1]
        return {one.name: str(one.value() or "") for one in form} | typed

    # when its last meeting is written up, then the day stays
    page.post(f"{where}board/{board.pk}/met/", sent(words="Jo rings each tenant back"))
    board.refresh_from_db()
    assert board.meets_on == soon
    # when nothing is said, then no meeting is kept
    page.post(f"{where}board/{board.pk}/met/", sent())
    assert board.meetings.count() == 1
    # when the day is taken out, then it is not known
    page.post(f"{where}board/{board.pk}/met/", sent(words="We do not know when", meets_on=""))
    board.refresh_from_db()
    assert board.meets_on is None
    # and a day that is over is none to meet on next
    Board.objects.update(meets_on=date.today() - timedelta(days=1))
    assert sent()["meets_on"] == ""


def test_when_two_write_a_board_at_once_both_texts_are_shown(sam: User, bentilee: Place, signed_in: SignedIn) -> None:
    board = actions.set_up(by=sam, place=bentilee, about="Repairs")
    actions.board_met(by=sam, board=board, words="Agreed", learned="")  # a new day to meet on is a new version
    answer = signed_in(sam).post(f"{bentilee.get_absolute_url()}board/{board.pk}/", {"about": "Rent", "version": 1})
    shown = answer.content.decode()
    assert "Repairs" in shown
    assert "Rent" in shown
    board.refresh_from_db()
    assert board.about == "Repairs"


def test_a_day_that_cannot_be_read_is_asked_again_and_what_was_typed_stands(
    sam: User, bentilee: Place, signed_in: SignedIn
) -> None:
    page, where = signed_in(sam), bentilee.get_absolute_url()
    board = actions.set_up(by=sam, place=bentilee, about="Repairs")
    for at, sent in (
        ("board/", "about"),
        (f"board/{board.pk}/met/", "words"),
        ("between/", "words"),
        ("agree/", "words"),
    ):
        day = {"board/": "meets_on", "agree/": "again_on"}.get(at, "at")
        answer = page.post(where + at, {sent: "Something typed", day: "next week"})
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert "Something typed" in shown
        assert shown.count("govuk-error-message") == 1
    assert Board.objects.count() == 1
    assert not Agreement.objects.exists()


def test_what_an_early_sign_asks_is_taken_along_to_a_place_that_may_know(
    sam: User, bentilee: Place, signals: None, signed_in: SignedIn
) -> None:
    sam.agency = Agency.objects.create(code="housing", name="Housing")
    sam.save()
    page = signed_in(sam)
    (led,) = re.findall(r'href="([^"]*sign=[^"]*)"', page.get("/peers/").content.decode())
    assert led == f"{bentilee.get_absolute_url()}?sign=1#between"  # browsers and proxies keep addresses
    form = page.get(led).context["tie_form"]
    assert form.initial["kind"] == "help_asked"
    assert form.initial["words"].startswith("Failure demands, March 2024")


@pytest.mark.parametrize("sign", ["0", "2", "-1", "none", "9" * 30])
def test_no_address_leads_to_a_sign_of_another_agency(
    sam: User, bentilee: Place, signals: None, signed_in: SignedIn, sign: str
) -> None:
    where = f"{bentilee.get_absolute_url()}?sign={sign}"
    assert not signed_in(sam).get(where).context["tie_form"].initial  # of no agency
    sam.agency = Agency.objects.create(code="housing", name="Housing")
    sam.save()
    assert not signed_in(sam).get(where).context["tie_form"].initial


def test_a_promise_says_who_in_each_place_holds_to_it_and_when_it_is_looked_at_again(
    sam: User, bentilee: Place, signed_in: SignedIn
) -> None:
    page, where = signed_in(sam), bentilee.get_absolute_url()
    page.post(f"{where}agree/", {"words": "We visit each month", "held_by": "Both boards decided it", "here": "Joan",
                                 "there": "Jo", "again_on": "2027-03-01"})  # fmt: skip
    shown = page.get(where).content.decode()
    assert "Here: Joan. There: Jo. We look at it again on 1 March 2027." in shown


def test_a_promise_that_nothing_holds_says_so(sam: User, bentilee: Place, signed_in: SignedIn) -> None:
    actions.agree(by=sam, place=bentilee, words="We visit each month", held_by="")
    assert "good will only, so far" in signed_in(sam).get(bentilee.get_absolute_url()).content.decode()


def test_when_two_write_a_promise_at_once_both_texts_are_shown(sam: User, bentilee: Place, signed_in: SignedIn) -> None:
    one = actions.agree(by=sam, place=bentilee, words="We visit each month", held_by="")
    page, where = signed_in(sam), f"{bentilee.get_absolute_url()}agreement/{one.pk}/"
    page.post(where, {"words": "We visit each month", "learned": "Come unannounced", "version": 1})
    answer = page.post(where, {"words": "We visit", "learned": "Bring a colleague", "version": 1}).content.decode()
    assert "Come unannounced" in answer
    assert "Bring a colleague" in answer
    assert Agreement.objects.get().learned == "Come unannounced"


def test_what_is_between_us_is_rows_of_ties(sam: User, bentilee: Place) -> None:
    sam.agency = Agency.objects.create(code="housing", name="Housing")
    sam.save()
    actions.tie(by=sam, place=bentilee, kind="visit", words="They ring first", at=date(2026, 2, 1))
    assert out.ties() == [
        {"agency": "housing", "peer": "Bentilee", "at": "2026-02-01", "kind": "visit", "words": "They ring first"}
    ]
    assert set(out.ties()[0]) == set(CANONICAL["ties"].names)
    assert {key for key, _ in TIES} == set(CANONICAL["ties"]["kind"].values)


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """A study in which a chart of housing and one of the police ask a question."""
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "run.json").write_text("{}")
    settings.STUDY = tmp_path
    found = (
        Signal("housing", "failure demands", "shift", "2024-03", "2024-10", ("They stopped it again",)),
        Signal("police", "crises", "outside", "2024-06", "2024-06"),
    )
    monkeypatch.setattr(signs, "_signs", lambda findings, written: found)


def test_an_agency_sees_its_own_signs_and_no_other_does(
    sam: User, colleague: Callable[..., User], signals: None, signed_in: SignedIn
) -> None:
    sam.agency = Agency.objects.create(code="housing", name="Housing")
    sam.save()
    ours = signed_in(sam).get("/peers/").content.decode()
    assert "Failure demands, March 2024 to October 2024" in ours
    assert "What happened here?" in ours
    assert "Crises" not in ours
    others = signed_in(colleague("Asha")).get("/peers/").content.decode()
    assert "What happened here?" not in others


def test_words_of_the_study_are_for_those_who_may_read_words_of_people_they_do_not_know(
    colleague: Callable[..., User], signals: None, signed_in: SignedIn
) -> None:
    joan, mark = colleague("Joan", "leader"), colleague("Mark", "analyst")
    housing = Agency.objects.create(code="housing", name="Housing")
    for user in (mark, joan):
        user.agency = housing
        user.save()
    assert "They stopped it again" in signed_in(mark).get("/peers/").content.decode()
    led = signed_in(joan).get("/peers/").content.decode()
    assert "Failure demands" in led
    assert "They stopped it again" not in led


def test_without_a_study_there_is_nothing_to_ask(settings: Any) -> None:
    settings.STUDY = None
    assert signs.signs_of("housing") is None


def study_of(findings: Path, crises: list[int]) -> None:
    """Findings with so many crises at housing each month from January 2022, and one change of method."""
    months = [(2022 + at // 12, at % 12 + 1, count) for at, count in enumerate(crises)]
    sent = [
        {"interaction_id": f"h{year}{month}{n}", "person_id": f"P{n}", "agency": "housing", "in_window": True,
         "started_at": datetime(year, month, 1 + n % 28), "activity": "visit", "crisis": True,
         "counts_as_demand": False}
        for year, month, count in months for n in range(count)
    ]  # fmt: skip
    for name in DERIVED:
        picture_findings.write_table(findings, name, sent if name == "interactions" else [])
    picture_findings.write_figures(findings, [])
    written = picture_findings.run()
    written["settings"] |= {"window_start": "2022-01-01", "window_end": "2024-01-01"}
    (findings / "run.json").write_text(json.dumps(written))
    write_charts(findings, Charts(methods=(Method("2023-11-01", "letters are written by hand"),)))


def test_the_list_is_made_from_the_studys_own_tables(settings: Any, tmp_path: Path) -> None:
    """Twenty months of five or six crises at housing, then one of forty; two months later a change of method."""
    settings.STUDY = tmp_path
    crises = [5 + month % 2 for month in range(20)] + [40] + [5 + month % 2 for month in range(3)]
    study_of(tmp_path / "findings", crises)
    (sign,) = [one for one in signs.signs_of("housing") or () if one.rule == "outside"]
    assert signs.question(sign) == ("Crises, September 2023: one month outside the natural range. What happened here?")
    assert sign.near == ("2023-11-01: letters are written by hand",)
    assert signs.signs_of("police") == ()
