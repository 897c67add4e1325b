"""The case desk: Ruth's history, rebuilt through the pages from what the file says, as a study reads it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from personshaped.records.draft_template import template
from personshaped.study.one_history import OneHistory, one_history
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.cases import actions, notes, out
from personshaped.team.cases.models import History

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
BOXES = ("item", "words", "need_id", "quantity", "unit", "unit_cost", "price_year", "alternative_group")
NOT_PERSONAL = "[study]\nname = 'x'\n[lawful]\npersonal_data = false\n"


@pytest.fixture
def desk(sam: User) -> History:
    return actions.begin(by=sam, called="P1")


class Hands:
    """Somebody at the desk; `steps` counts what they send."""

    def __init__(self, browser: Client, history: History) -> None:
        self.browser, self.at, self.steps = browser, history.get_absolute_url(), 0

    def send(self, where: str, given: dict[str, object]) -> None:
        self.steps += 1
        assert self.browser.post(f"{self.at}{where}", given).status_code == 302


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def typed(one: dict[str, str]) -> str:
    """A line of the story as somebody at the desk types it."""
    told = [one["activity"], one["need_id"], *(one[name].replace("_", " ") for name in ("outcome", "reason"))]
    told += [f"to {one['referred_to']}"] if one["referred_to"] else []
    told += [f"about {one['issue']}"] if one["issue"] else []
    told += ["crisis"] if one["crisis"] == "yes" else []
    told += ["third party"] if one["initiated_by"] == "third_party" else []  # else who began it follows from the rest
    return f"{one['started_at']} {', '.join(filter(None, [one['agency'], *told]))}: {one['quote']}"


def rebuild(hands: Hands, rows: list[dict[str, str]], wanted: list[dict[str, str]]) -> None:
    """Write the notes once, then what she wanted."""
    hands.send("add/", {"notes": "\n".join(map(typed, rows))})
    for one in wanted:
        hands.send("wanted/", {name: one[name] for name in BOXES})


def same(one: OneHistory, other: OneHistory) -> bool:
    """But for failure demand: at the desk quotes are words, which the rules read; in the story's file they are not."""
    shape = [[(c.agency, c.sequence, c.ended, c.kind, c.counts) for c in each.cycles] for each in (one, other)]
    worth = [{name: figure.value for name, figure in each.figures.items()} for each in (one, other)]
    counts = [{name: n for name, n in each.counts.items() if name != "failure_demands"} for each in (one, other)]
    return (counts[0], shape[0], worth[0]) == (counts[1], shape[1], worth[1])


def test_ruth_is_rebuilt_and_reads_as_the_story_does(
    sam: User, desk: History, signed_in: SignedIn, shared: Path, tmp_path: Path
) -> None:
    stories = shared / "spec" / "stories"
    rows, wanted = read(stories / "ruth.csv"), read(stories / "ruth_wanted.csv")
    hands = Hands(signed_in(sam), desk)
    rebuild(hands, rows, wanted)
    (tmp_path / "study.toml").write_text(NOT_PERSONAL)
    (tmp_path / "interactions.csv").write_text((stories / "ruth.csv").read_text())
    (tmp_path / "wanted.csv").write_text((stories / "ruth_wanted.csv").read_text())
    built = out.walked(desk)
    assert built is not None
    assert same(built, one_history(tmp_path))
    assert built.figures["cost_wanted"].value == 14_560 + 1_200 + 5_000
    assert built.figures["cost_wanted_low"].value == 14_560 + 1_200
    assert hands.steps == 4  # the notes, and three things she wanted
    letters = sum(len(typed(one)) - len(one["quote"]) for one in rows)
    letters += sum(len(one[name]) for one in wanted for name in BOXES)
    presses = 40 + 2 * len(rows)  # buttons, boxes and choices; and each quote is copied and pasted
    assert letters / (40 * 5) + presses * 2 / 60 < 15  # minutes, at forty words a minute and two seconds a press


def test_what_leaves_is_a_folder_that_a_study_reads(
    sam: User, desk: History, signed_in: SignedIn, town: Path, tmp_path: Path
) -> None:
    from personshaped.study import study

    lines = notes.from_notes(
        "2024-01-03 housing, demand: I can't get up my stairs\n"
        "2024-01-09 housing, assess: came to see\n"
        "2024-01-20 housing, refer: sent on"
    )
    actions.add_lines(by=sam, history=desk, lines=lines)
    answer = signed_in(sam).get(f"{desk.get_absolute_url()}source/")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path / "out")
    found = study(tmp_path / "out")
    assert found.figures.exists()
    assert {one["agency"] for one in read(tmp_path / "out" / "interactions.csv")} == {"housing"}


def test_notes_keep_what_is_said_and_leave_the_rest_blank() -> None:
    first, second, third = notes.from_notes(
        "2009-06 housing, demand: I can't get up my stairs\n1996/2012: Calls to police\nShe moved"
    )
    assert first == {
        "started_at": "2009-06",
        "agency": "housing",
        "activity": "demand",
        "words": "I can't get up my stairs",
    }
    assert second == {"started_at": "1996/2012", "words": "Calls to police"}
    assert third == {"words": "She moved"}


def test_marks_before_the_colon_go_where_their_word_belongs_and_what_nobody_knows_stays_with_the_words() -> None:
    (one,) = notes.from_notes("2012 police, refer, R1, referred, to social services, about her boys, crisis: sent on")
    assert one == {
        "started_at": "2012", "agency": "police", "activity": "refer", "need_id": "R1", "outcome": "referred",
        "referred_to": "social services", "issue": "her boys", "crisis": "yes", "words": "sent on",
    }  # fmt: skip
    (two,) = notes.from_notes("housing, screen, R3, below threshold, R4, in two minds: no")
    assert (two["need_id"], two["reason"], two["words"]) == ("R3", "below_threshold", "no [R4] [in two minds]")
    (three,) = notes.from_notes("Ruth, her mother, in tears: they came again")
    assert three == {"agency": "Ruth", "words": "they came again [her mother] [in tears]"}


def test_notes_of_thousands_of_commas_come_to_an_end() -> None:
    """Whether a colon follows or not; once the time doubled with every comma."""
    listed = "2012 She needs milk" + " and bread, milk" * 5_000
    assert notes.from_notes(listed + ".") == [{"started_at": "2012", "words": listed.removeprefix("2012 ") + "."}]
    (one,) = notes.from_notes(listed + ": so she said")
    assert (one["agency"], str(one["words"]).count("[")) == ("She needs milk and bread", 5_000)


def test_paragraphs_are_lines_where_blank_lines_part_them() -> None:
    assert [one["words"] for one in notes.from_notes("one\nand on\n\ntwo")] == ["one and on", "two"]


def test_a_filled_sheet_becomes_lines(sam: User, desk: History, signed_in: SignedIn, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = template(tmp_path)
    book = load_workbook(path)
    heads = {cell.value: cell.column for cell in book["History"][1]}
    for heading, cell in {
        "When": "2009-06",
        "Agency": "gp",
        "What happened": "refer",
        "Words": "Sent on",
        "Minutes": "soon",
        "Documents": "2",
    }.items():
        book["History"].cell(2, heads[heading], cell)
    book.save(path)
    signed_in(sam).post(f"{desk.get_absolute_url()}add/", {"sheet": SimpleUploadedFile("h.xlsx", path.read_bytes())})
    line = desk.lines.get()
    assert (line.started_at, line.agency, line.activity, line.documents) == ("2009-06", "gp", "refer", 2)
    assert line.words == "Sent on [minutes: soon]"  # a number that is none is not lost


def test_a_file_that_is_no_sheet_is_refused_in_words(sam: User, desk: History, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post(
        f"{desk.get_absolute_url()}add/", {"sheet": SimpleUploadedFile("h.xlsx", b"no")}, follow=True
    )
    assert "no sheet we can read" in answer.content.decode()
    assert not desk.lines.exists()


def test_when_two_write_a_line_at_once_both_texts_are_shown(sam: User, desk: History, signed_in: SignedIn) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "first"}])
    page, where = signed_in(sam), f"{desk.get_absolute_url()}line/1/"
    page.post(where, {"words": "what Asha wrote", "version": 1})
    answer = page.post(where, {"words": "what Sam wrote", "version": 1}).content.decode()
    assert "what Asha wrote" in answer
    assert "what Sam wrote" in answer
    assert desk.lines.get().words == "what Asha wrote"


def test_a_date_that_nobody_can_read_is_asked_again_and_nothing_typed_is_lost(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "x"}])
    answer = signed_in(sam).post(
        f"{desk.get_absolute_url()}line/1/", {"started_at": "spring", "words": "kept", "version": 1}
    )
    page = answer.content.decode()
    assert "Write when as 2009" in page
    assert 'value="spring"' in page
    assert "kept" in page


def test_only_whoever_builds_it_sees_it_and_every_look_is_recorded(
    sam: User, desk: History, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    where = desk.get_absolute_url()
    there = signed_in(colleague("Asha")).get(where)
    nobody = signed_in(colleague("Mark", "analyst")).get("/histories/no-such-one/")
    assert there.status_code == nobody.status_code == 403
    before = Entry.objects.count()
    assert signed_in(sam).get(where).status_code == 200
    assert Entry.objects.count() == before + 1


def test_a_line_without_agency_is_unknown_and_one_without_a_date_stands_by_its_order(sam: User, desk: History) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "a", "activity": "demand"}, {"words": "b"}])
    walked = out.walked(desk)
    assert walked is not None
    assert (walked.counts["interactions"], walked.set_aside) == (2, 0)


def test_minutes_and_documents_grow_beside_the_lines(sam: User, signed_in: SignedIn) -> None:
    # given a file that says nothing of them
    history = actions.begin(by=sam, called="P1")
    actions.add_lines(by=sam, history=history, lines=[{"words": "Asked", "activity": "demand"}])
    browser = signed_in(sam)
    said = browser.get(history.get_absolute_url()).content.decode()
    assert "<dt>Documents written</dt><dd>not known</dd>" in said
    # when two lines say something
    lines = [{"activity": "assess", "minutes": 90, "documents": 2}, {"activity": "assess", "documents": 1}]
    actions.add_lines(by=sam, history=history, lines=lines)
    # then both stand on their lines and beside
    said = browser.get(history.get_absolute_url()).content.decode()
    assert "90 minutes · 2 documents" in said
    assert "<dt>Minutes of work</dt><dd>90</dd>" in said
    assert "<dt>Documents written</dt><dd>3</dd>" in said
