"""Listening in the application: the same queue as in the terminal, on screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from django.test import Client

from personshaped.demand.coding import codes
from personshaped.records import codebook
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.listening import sessions

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


def hidden(page: str, name: str) -> str:
    """What a hidden field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


def keep(client: Client, **said: str) -> str:
    """Reads the next words and answers them; returns the page that follows."""
    page = client.get("/listening/").content.decode()
    shown = {name: hidden(page, name) for name in ("interaction_id", "drawn")}
    return client.post("/listening/answer/", {**shown, **said}, follow=True).content.decode()


def test_the_words_come_with_what_came_before_and_the_look_is_recorded(
    town: Path, sam: User, signed_in: SignedIn
) -> None:
    page = signed_in(sam).get("/listening/").content.decode()
    assert "What came before" in page
    assert Entry.objects.latest("id").verb == "listened"
    assert Entry.objects.latest("id").what == f"demand {hidden(page, 'interaction_id')}"


def test_an_answer_is_kept_in_the_studys_decisions_and_the_next_words_come(
    town: Path, sam: User, signed_in: SignedIn
) -> None:
    client = signed_in(sam)
    first = hidden(client.get("/listening/").content.decode(), "interaction_id")
    after = keep(client, demand_type="failure", failure_kind="progress_chase", issue="I need help with my rent")
    (kept,) = codes.read(town / "decisions")
    assert (kept.demand_type, kept.failure_kind, kept.issue, kept.coded_by) == (
        "failure",
        "progress_chase",
        "my_rent",
        "sam",
    )
    assert kept.drawn == "random"
    assert hidden(after, "interaction_id") != first == kept.interaction_id


def test_of_a_need_that_was_split_only_the_need_is_asked_again(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    keep(client, demand_type="failure", failure_kind="rework", issue="I need help with my home")
    book = codebook.load(town / "decisions")
    for words in ("I need help to move", "I need help to get my home repaired"):
        book = book.add(words, "sam")
    codebook.save(book.split("my_home", ("move", "get_my_home_repaired"), "sam"), town / "decisions")
    page = client.get("/listening/").content.decode()
    assert "You answered: ‘I need help with my home’" in page
    assert 'name="demand_type"' not in page
    assert "was split; expected I need help to move" in keep(client, issue="I need help with my home")
    assert 'name="one_of" value="I need help to move"' in page
    both = keep(client, one_of="I need help to move", issue="I need help to get my home repaired")
    assert "You chose ‘I need help to move’ and wrote ‘I need help to get my home repaired’; choose one" in both
    assert "You answered: ‘I need help with my home’" in both
    assert hidden(both, "interaction_id") == hidden(page, "interaction_id")
    assert len(codes.read(town / "decisions")) == 1
    after = keep(client, one_of="I need help to move", issue="")
    first, again = codes.read(town / "decisions")
    assert (again.interaction_id, again.issue, again.demand_type, again.failure_kind, again.drawn) == (
        first.interaction_id, "move", "failure", "rework", first.drawn,
    )  # fmt: skip
    assert "You answered" not in after
    back = client.post("/listening/undo/").content.decode()
    assert "You answered: ‘I need help with my home’" in back
    assert 'name="demand_type"' not in back


def test_only_the_first_question_carries_anything(town: Path, sam: User, signed_in: SignedIn) -> None:
    keep(signed_in(sam), demand_type="unsure", failure_kind="progress_chase", caused_by="housing")
    (kept,) = codes.read(town / "decisions")
    assert (kept.demand_type, kept.failure_kind, kept.caused_by, kept.issue) == ("unsure", "", "", "")


def test_the_last_answer_is_taken_back_and_its_words_come_again(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    keep(client, demand_type="value")
    (kept,) = codes.read(town / "decisions")
    page = client.post("/listening/undo/").content.decode()
    assert hidden(page, "interaction_id") == kept.interaction_id
    assert codes.latest(codes.read(town / "decisions")) == {}


def test_left_for_now_is_no_answer(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    first = hidden(client.get("/listening/").content.decode(), "interaction_id")
    after = keep(client, later="1")
    assert hidden(after, "interaction_id") != first
    assert codes.read(town / "decisions") == []


def test_two_people_read_the_same_words_apart_and_then_talk(
    town: Path, sam: User, colleague: Callable[..., User], signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOMENT", 30)
    mark = signed_in(colleague("Mark", "analyst"))
    for _ in range(25):
        keep(signed_in(sam), demand_type="value")
    for _ in range(5):
        page = mark.get("/listening/").content.decode()
        keep(mark, demand_type="failure")
    assert "Someone else reads this one too, apart from you." in page
    differ = mark.get("/listening/differ/").content.decode()
    assert "mark (rows) and sam (columns)" in differ
    assert "Read these aloud together" in differ
    assert re.search(r"First time, or again\? mark: asking again; sam: first time", differ)
    # and every demand whose words stand there is in the trail
    apart = {one for one, said in _given(town).items() if len(said) > 1}
    assert apart
    assert {one.what for one in Entry.objects.filter(verb="read where we differ")} == {f"demand {one}" for one in apart}


def _given(town: Path) -> dict[str, set[str]]:
    """What was answered about each demand."""
    said: dict[str, set[str]] = {}
    for one in codes.read(town / "decisions"):
        said.setdefault(one.interaction_id, set()).add(one.demand_type)
    return said


def test_the_page_waits_for_no_reckoning_and_says_so(
    town: Path, sam: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given how far people agree, which takes long
    reckoned = Event()
    monkeypatch.setattr(sessions, "how_far", lambda *_: reckoned.wait(30) and ())
    monkeypatch.setattr(sessions, "MOMENT", 0.01)
    client = signed_in(sam)
    # when the page is opened
    page = client.get("/listening/differ/").content.decode()
    reckoned.set()
    # then it is there, and says that this comes; once it has, it stands there
    assert "How far you agree is being reckoned." in page
    assert "Nothing was answered differently." in page
    monkeypatch.setattr(sessions, "MOMENT", 30)
    assert "No demand has been answered by two people yet." in client.get("/listening/differ/").content.decode()


def test_what_cannot_be_reckoned_is_said_once_and_tried_once(
    town: Path, sam: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given that how far people agree cannot be reckoned
    tried: list[int] = []

    def fails(*_: object) -> None:
        tried.append(1)
        raise MemoryError

    monkeypatch.setattr(sessions, "how_far", fails)
    monkeypatch.setattr(sessions, "MOMENT", 30)
    client = signed_in(sam)
    # when the page is opened again and again
    pages = [client.get("/listening/differ/").content.decode() for _ in range(3)]
    # then it says so in one line with what to do, and does not try again
    for page in pages:
        assert "The machine could not reckon how far you agree: there was not enough memory" in page
        assert "is being reckoned" not in page
    assert len(tried) == 1
    # and the next answer has it tried again
    keep(client, demand_type="value")
    client.get("/listening/differ/")
    assert len(tried) == 2


def test_a_look_is_recorded_at_everybody_whose_words_stand_beside(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    for turn in range(24):
        keep(client, demand_type="failure" if turn % 2 else "value")
    beside = "<footer>answered "
    while beside not in (page := client.get("/listening/").content.decode()):
        keep(client, demand_type="value")
    last = Entry.objects.filter(verb="listened").order_by("-id")[:2]
    between = Entry.objects.filter(verb="read beside it", id__gt=last[1].pk, id__lt=last[0].pk)
    assert between.count() == page.count(beside)
    assert {one.what.removeprefix("demand ") for one in between} <= set(_given(town))


def test_who_may_not_listen_is_told_so(town: Path, colleague: Callable[..., User], signed_in: SignedIn) -> None:
    assert signed_in(colleague("Joan", "leader")).get("/listening/").status_code == 403


def test_without_a_study_it_says_what_to_do(settings: object, sam: User, signed_in: SignedIn) -> None:
    settings.STUDY = None  # type: ignore[attr-defined]
    page = signed_in(sam).get("/listening/").content.decode()
    assert "Nothing to listen to yet" in page
