"""The case desk: Ruth's history, rebuilt through the pages from what the file says, as a study reads it."""

from __future__ import annotations

import csv
import io
import re
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
from personshaped.team.cases import actions, notes, out, views
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


PROSE_MARKS = """
1      | 1996      |                               | demand  | R1 |               |                               |
2 6 8  |           |                               |         |    |               |                               | 0
3      | 1996/2012 | housing_benefit               | demand  | R2 |               |                               | 2
4      | "         | police                        | demand  | R1 | recorded_only |                               | 2
5      | "         | "                             | refer   | R1 | referred      | childrens_social_care         | 2
7      | "         | nhs                           | do      | R3 |               |                               | 2
9      | "         | police                        | demand  | R1 | recorded_only |                               | 2
10     | "         | childrens_social_care         | refer   | R1 | referred      | family_intervention_programme | 3
11     | "         | family_intervention_programme | do      | "  |               |                               | 4
12     | "         | promoting_independence_programme | assess | R3 | screened_out |                              | 2
13 14 17 18 20 |   |                               |         |    |               |                               | 0
15     | 1996/2012 | wheelchair_service            | demand  | R3 | screened_out  |                               |
16     | "         | school                        | enforce | R1 |               |                               |
19     | 1996/2012 | childrens_social_care         | refer   | R3 | referred      | adult_social_care             | 3
21     | "         | housing                       | enforce | R1 |               |                               |
22     | "         | police                        | demand  | R1 |               |                               | 2
23     | 2012/2014 | wellbeing_team                | do      | R1 |               |                               |
"""
"""What is said of each sentence that the seed tells of Ruth: when, agency, what happened, need, what came of it, passed
on to, times; `"` is as in the line above."""
WHERE_TWO_THINGS_STAND_IN_ONE_SENTENCE = """
3  | 1996/2012 | council_tax           | demand  | R2 |              | |
7  | 1996/2012 | childrens_social_care | assess  | R1 |              | |
9  | 1996/2012 | adult_social_care     | screen  | R3 | screened_out | |
13 | 1996/2012 | family_intervention_programme | assess | R1 |       | |
14 | "         | "                     | assess  | R1 |              | |
24 | 1996/2012 | adult_social_care     | assess  | R3 |              | |
25 | "         | "                     | do      | R3 |              | |
28 | 1996/2012 | police                | enforce | R1 | placement    | |
"""
"""By their place among the lines as they then stand; the line before says the other thing."""
CELLS = ("started_at", "agency", "activity", "need_id", "outcome", "referred_to", "times")


def sheet_of(history: History, table: str, place: bool) -> dict[str, object]:
    """The sheet filled: rows by the number of the line, or by its place among those there are."""
    lines = list(history.lines.all())
    sent: dict[str, object] = {}
    for line in lines:
        sent |= {f"{line.pk}-{name}": getattr(line, name, "") for name in (*CELLS, "version")}
    for row in table.strip().splitlines():
        which, *cells = (cell.strip() for cell in row.split("|"))
        for n in map(int, which.split()):
            line = lines[n - 1] if place else next(one for one in lines if one.seq == n)
            sent |= {f"{line.pk}-{name}": cell for name, cell in zip(CELLS, cells, strict=True)}
    return sent


def test_ruth_is_rebuilt_from_the_sentences_that_tell_of_her_in_two_sheets(
    sam: User, desk: History, signed_in: SignedIn, shared: Path, tmp_path: Path
) -> None:
    text = next((shared / "seeds").glob("001_*.txt")).read_text(encoding="utf-8")
    begins = text.index("Ruth's problems began in 1996")
    prose = text[begins : text.index("What Ruth said she wanted:", begins)]
    prose += " Ruth has since been taken on by one of the new 'Wellbeing' teams."
    hands = Hands(signed_in(sam), desk)
    hands.send("add/", {"notes": prose, "sentences": "yes"})
    assert desk.lines.count() == 23
    hands.send("sheet/", sheet_of(desk, PROSE_MARKS, place=False))
    assert desk.lines.count() == 29
    hands.send("sheet/", sheet_of(desk, WHERE_TWO_THINGS_STAND_IN_ONE_SENTENCE, place=True))
    odd = desk.lines.all()[26]
    more = {name: getattr(odd, name) for name in ("started_at", "agency", "activity", "need_id", "words", "version")}
    hands.send(f"line/{odd.seq}/", more | {"initiated_by": "third_party"})
    wanted = read(shared / "spec" / "stories" / "ruth_wanted.csv")
    for one in wanted:
        hands.send("wanted/", {name: one[name] for name in BOXES})
    (tmp_path / "study.toml").write_text(NOT_PERSONAL)
    for name, story in (("interactions", "ruth"), ("wanted", "ruth_wanted")):
        (tmp_path / f"{name}.csv").write_text((shared / "spec" / "stories" / f"{story}.csv").read_text())
    built = out.walked(desk)
    assert built is not None
    assert same(built, one_history(tmp_path))
    assert hands.steps == 7  # the prose, the sheet twice, who began one, three things she wanted
    tables = PROSE_MARKS + WHERE_TWO_THINGS_STAND_IN_ONE_SENTENCE
    letters = sum(letter not in "| \n" for letter in tables) + sum(len(one[name]) for one in wanted for name in BOXES)
    tabs = 7 * (23 + 29) + 8 * len(wanted)
    clicks = 2 * (hands.steps + 6)
    assert (letters + tabs) / (40 * 5) + clicks * 2 / 60 + 23 * 8 / 60 < 12  # minutes; reading each sentence 8 seconds


def test_two_sheets_at_once_keep_what_does_not_cross_and_show_what_does(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "They rang"}, {"words": "We went"}])
    first, second = desk.lines.all()
    browser, page = signed_in(sam), f"{desk.get_absolute_url()}sheet/"
    older = sheet_of(desk, '1 | 2009 | gp | demand | R1 | | |\n2 | " | " | visit | " | | | 3', place=True)
    browser.post(page, sheet_of(desk, "1 | | housing | | | | |", place=True))
    answer = browser.post(page, older)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Someone else wrote here too" in shown
    assert "It stands now: housing" in shown.replace("</b> ", "").replace("<b>", "")
    assert [(one.agency, one.activity) for one in desk.lines.all()] == [("housing", ""), *[("gp", "visit")] * 3]
    again = {f"{first.pk}-{name}": value for name, value in zip(CELLS, ("2009", "gp", "demand", "R1", "", "", ""),
             strict=True)}  # fmt: skip
    assert f'name="{first.pk}-agency" value="gp"' in shown  # what was typed is in its box
    browser.post(page, again | {f"{first.pk}-version": 2})
    assert desk.lines.all()[0].agency == "gp"
    assert [one.seq for one in desk.lines.all()] == [1, 2, 3, 4]
    assert second.words == "We went"


def test_a_sheet_that_was_open_while_lines_before_moved_loses_none_of_its_marks(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    # given forty lines that two have open
    actions.add_lines(by=sam, history=desk, lines=[{"words": f"line {n}"} for n in range(1, 41)])
    browser, page = signed_in(sam), f"{desk.get_absolute_url()}sheet/"
    last = desk.lines.get(seq=40)
    older = sheet_of(desk, "40 | 2012 | gp | demand | R1 | | |", place=True)
    # when one says that the second happened three times, and the other marks the last
    browser.post(page, sheet_of(desk, "2 | | | | | | | 3", place=True))
    answer = browser.post(page, older)
    # then it is not said to be kept: what was typed comes back at its line, which is the 42nd by now
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert f'<p id="line-42"><span class="govuk-visually-hidden">Line </span><b>42</b> {last.words}' in shown
    assert f'name="{last.pk}-agency" value="gp"' in shown
    # and sent again it is kept
    last.refresh_from_db()
    assert f'name="{last.pk}-version" value="{last.version}"' in shown
    marks = {name: older[f"{last.pk}-{name}"] for name in CELLS}
    again = browser.post(
        page, {f"{last.pk}-{name}": said for name, said in (marks | {"version": last.version}).items()}
    )
    assert again.status_code == 302
    last.refresh_from_db()
    assert (last.seq, last.agency, last.activity) == (42, "gp", "demand")


def test_what_was_typed_of_a_line_that_was_taken_out_meanwhile_is_said(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    # given a sheet of four lines, where the third is as the second, and somebody takes the second out
    actions.add_lines(by=sam, history=desk, lines=[{"words": words} for words in ("one", "two", "three", "four")])
    browser, page = signed_in(sam), f"{desk.get_absolute_url()}sheet/"
    table = '1 | 2009 | police | demand | | | |\n2 | 2010 | gp | refer | R1 | | | 2\n3 | " | " | do | " | | |'
    sent = sheet_of(desk, table, place=True) | {f"{one.pk}-seq": one.seq for one in desk.lines.all()}
    actions.take_out(by=sam, history=desk, seq=2)
    # when a row cannot be read, then all of them come back, the one taken out too
    three = desk.lines.get(seq=3)
    shown = browser.post(page, sent | {f"{three.pk}-times": "often"}).content.decode()
    assert "<b>It stands now: taken out</b>" in shown
    assert shown.count(' value="gp"') == 1
    # when it can, then what was said of the one that is gone is told, and the others are kept as they were meant
    told = browser.post(page, sent, follow=True).content.decode()
    assert "Line 2 was taken out meanwhile; your sheet says of it: 2010, gp, refer, R1, × 2" in told
    assert told.count("was taken out meanwhile") == 1
    assert [(one.seq, one.started_at, one.agency) for one in desk.lines.all()] == [
        (1, "2009", "police"), (3, "2010", "gp"), (4, "", ""),
    ]  # fmt: skip


def test_a_sheet_that_would_be_more_than_a_history_holds_comes_back_as_it_was_typed(
    sam: User, desk: History, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST", 3)
    actions.add_lines(by=sam, history=desk, lines=[{"words": "one"}, {"words": "two"}])
    sent = sheet_of(desk, "1 | 2009 | police | demand | | | | 3", place=True)
    shown = signed_in(sam).post(f"{desk.get_absolute_url()}sheet/", sent).content.decode()
    assert "more than one person&#x27;s history holds" in shown
    assert 'value="police"' in shown
    assert desk.lines.count() == 2


def test_as_in_the_line_above_stays_what_it_meant_where_two_wrote_at_once(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    # given four lines, the last as the third, and somebody else who wrote the first and the last meanwhile
    actions.add_lines(by=sam, history=desk, lines=[{"words": words} for words in ("one", "two", "three", "four")])
    browser, page = signed_in(sam), f"{desk.get_absolute_url()}sheet/"
    mine = '1 | 2009 | police | demand | | | |\n2 | | gp | | | | |\n3 | | housing | | | | |\n4 | | " | | | | |'
    sent = sheet_of(desk, mine, place=True)
    actions.mark(by=sam, history=desk, lines=[1, 4], marks={"agency": "school"})
    # when the two rows that come back are sent again as they stand
    shown = browser.post(page, sent).content.decode()
    boxes = re.findall(r'name="(\d+-[a-z_]+)" value="([^"]*)"', shown)
    assert len({name.split("-")[0] for name, _ in boxes}) == 2
    browser.post(page, dict(boxes))
    # then the last is as the third, and not as the first
    assert [one.agency for one in desk.lines.all()] == ["police", "gp", "housing", "housing"]


def test_to_open_a_sheet_is_recorded_as_a_look_and_to_keep_it_as_writing(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "one"}])
    browser, page = signed_in(sam), f"{desk.get_absolute_url()}sheet/"
    before = Entry.objects.latest("id").pk
    browser.get(page)
    assert [one.verb for one in Entry.objects.filter(pk__gt=before)] == ["opened the sheet of a history"]
    browser.post(page, sheet_of(desk, "1 | | gp | | | | |", place=True))
    written = Entry.objects.get(pk__gt=before, verb="marked lines")
    assert written.what == "1 lines, in the sheet"


def test_whoever_has_a_line_open_that_moved_is_shown_both_and_changes_no_other(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "one"}, {"words": "two"}, {"words": "three"}])
    browser, at = signed_in(sam), desk.get_absolute_url()
    opened = desk.lines.get(seq=3)
    actions.mark(by=sam, history=desk, lines=[2], marks={"agency": "gp"})  # the second is of version 2 now
    opened.refresh_from_db()
    browser.post(f"{at}sheet/", sheet_of(desk, "1 | | | | | | | 2", place=True))
    answer = browser.post(f"{at}line/3/", {"words": "three, as typed", "version": opened.version})
    assert "Someone else wrote here too" in answer.content.decode()
    assert [one.words for one in desk.lines.all()] == ["one", "one", "two", "three"]


def test_a_date_in_the_sheet_that_nobody_can_read_is_asked_again_at_its_line(
    sam: User, desk: History, signed_in: SignedIn
) -> None:
    actions.add_lines(by=sam, history=desk, lines=[{"words": "one"}])
    sent = sheet_of(desk, "1 | last spring | gp | demand | | | |", place=True)
    answer = signed_in(sam).post(f"{desk.get_absolute_url()}sheet/", sent)
    shown = answer.content.decode()
    assert "Line 1: Write when as 2009" in shown
    assert 'value="last spring"' in shown
    assert desk.lines.get().agency == ""


def test_sentences_keep_their_dates_and_are_not_parted_at_a_title() -> None:
    lines = notes.from_prose("2009-06: Mrs. Ward rang. She said ‘No.’ Then nothing: nobody came.\n12 letters followed.")
    assert lines == [
        {"started_at": "2009-06", "words": "Mrs. Ward rang."},
        {"words": "She said ‘No.’"},
        {"words": "Then nothing: nobody came."},
        {"words": "12 letters followed."},
    ]


def test_sentences_are_not_parted_within_the_number_of_a_house() -> None:
    lines = notes.from_prose("See No. 5 Elm St. They asked at No. 7 too. She said No. Nobody came.")
    said = ["See No. 5 Elm St. They asked at No. 7 too.", "She said No.", "Nobody came."]
    assert [one["words"] for one in lines] == said
