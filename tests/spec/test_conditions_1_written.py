"""Conditions and thinking: what people write down about why it goes like this, and how it is drawn on page 5."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from importlib import resources
from pathlib import Path

import duckdb
import pytest

from personshaped.conditions import written
from personshaped.picture import draw
from personshaped.picture.inputs import Charts, Condition, Voice, read_charts, write_charts
from personshaped.study.line import study
from personshaped.tables import CANONICAL
from picture_findings import worked_example
from picture_reading import Page
from spec.measured import REGISTER
from spec.small_folders import Read, read_folder

EXAMPLE = Path(__file__).parents[2] / "examples" / "services"
INTERACTIONS = """
    interaction_id,person_ref,agency,started_at,activity,words
    a1,P1,housing,2024-01-03,demand,I cannot get up the stairs
    a2,P1,housing,2024-01-04,screen,
"""
HEAD = "condition_id,what_happens,condition,kind,whose,law_or_policy,thinking,evidence,by,on,withdrawn\n"


def wrote(tmp_path: Path, conditions: str = "", voices: str = "") -> Read:
    files = {"interactions.csv": INTERACTIONS}
    if conditions:
        files["decisions/conditions.csv"] = HEAD + conditions
    if voices:
        files["decisions/voices.csv"] = "whose,words,said_by,on,source,consent\n" + voices
    return read_folder(tmp_path, files)


# --- writing it down -----------------------------------------------------------------------------------------


def test_a_condition_is_read_as_it_was_written(tmp_path: Path) -> None:
    read = wrote(
        tmp_path, "C1,approval_rate;referrals_lost,Panels,rule,housing,policy,Protect our budget,a1,tm,2024-05-03,"
    )
    assert written.conditions(read.con) == (
        written.Condition("C1", ("approval_rate", "referrals_lost"), "Panels", "rule", "housing", "policy",
                          "Protect our budget", ("a1",), "tm", "2024-05-03"),
    )  # fmt: skip


def test_a_later_line_with_the_same_id_stands_and_keeps_the_place(tmp_path: Path) -> None:
    read = wrote(
        tmp_path,
        "C1,,first words,,,,,,tm,2024-05-03,\nC2,,another,,,,,,tm,2024-05-03,\nC1,,better words,,,,,,tm,2024-05-03,",
    )
    assert [one.condition for one in written.conditions(read.con)] == ["better words", "another"]


def test_what_is_withdrawn_is_no_longer_shown(tmp_path: Path) -> None:
    read = wrote(tmp_path, "C1,,it was so,,,,,,tm,2024-05-03,\nC1,,it was so,,,,,,tm,2024-06-03,yes")
    assert written.conditions(read.con) == ()


def test_bad_lines_are_set_aside_by_file_row_and_column(tmp_path: Path) -> None:
    read = wrote(tmp_path, "C1,,so,,,,,,tm,the third of May,\nC2,,,,,,,,tm,2024-05-03,\nC3,,kept,,,,,,tm,2024-05-03,")
    file = read.file("decisions/conditions.csv", "conditions")
    assert (file.rows_in, file.used, file.set_aside) == (3, 1, 2)
    places = [(one.row, one.column) for one in file.examples]
    assert places == [(2, "on"), (3, "condition")]


def test_evidence_that_is_not_in_the_data_is_reported(tmp_path: Path) -> None:
    read = wrote(tmp_path, "C1,,so,,,,,a1;zz9,tm,2024-05-03,")
    assert (
        "decisions/conditions.csv:2, evidence: condition C1 names zz9, which is no interaction of these data"
        in read.records.report.warnings
    )


def test_a_kind_that_the_list_does_not_have_is_said_and_read_as_other(tmp_path: Path) -> None:
    read = wrote(tmp_path, "C1,,so,ruel,,,,,tm,2024-05-03,")
    assert [one.kind for one in written.conditions(read.con)] == ["other"]
    assert any("read as other: ruel (1)" in one for one in read.records.report.warnings)


def test_only_voices_with_consent_are_given_and_the_others_counted(tmp_path: Path) -> None:
    voices = (
        "need_help,The same questions,tenant,2024-04-16,a visit,no\n"
        "work_here,Am I helping?,officer,2024-05-03,,yes\n"
        "need_help,I give up,tenant,2024-04-11,a visit,yes"
    )
    shown, withheld = written.voices(wrote(tmp_path, voices=voices).con)
    assert [(one.whose, one.words) for one in shown] == [("need_help", "I give up"), ("work_here", "Am I helping?")]
    assert withheld == 1


def test_a_file_with_only_its_heading_is_an_empty_table(tmp_path: Path) -> None:
    read = read_folder(tmp_path, {"interactions.csv": INTERACTIONS, "decisions/conditions.csv": HEAD})
    assert written.conditions(read.con) == ()


def test_a_change_of_method_is_one_for_everybody() -> None:
    con = duckdb.connect()
    columns = ", ".join(f'"{column.name}" {column.sql}' for column in CANONICAL["changes"].columns)
    con.execute(f"CREATE TABLE changes ({columns})")
    con.execute("INSERT INTO changes (\"at\", kind, text, person_id) VALUES ('2024-02-01', 'method', 'a team', NULL),"
                " ('2024-01-01', 'recording', 'a form', NULL), ('2024-03-01', 'method', 'a team', 'P1')")  # fmt: skip
    assert written.methods(con) == (written.Method("2024-02-01", "a team", ""),)


# --- page 5 --------------------------------------------------------------------------------------------------


def page_5(html: str) -> Page:
    return Page(html.split('<section id="why"')[1].split("</section>")[0])


def part(html: str, id: str) -> str:
    return Page(html.split(f'id="{id}"')[1].split('<div class="ps-figure"')[0]).text


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("services")
    shutil.copytree(EXAMPLE, folder / "study", ignore=shutil.ignore_patterns("findings"))
    return study(folder / "study").picture.read_text(encoding="utf-8")


def test_three_columns_hold_what_happens_the_condition_and_the_thinking(services: str) -> None:
    text = part(services, "f-conditions")
    for head in ("What happens", "← The condition that makes it so", "← The thinking behind it"):
        assert head in text
    assert "Of 100 plans sent for approval, 96 were approved" in text
    assert "Every care plan goes to a panel, whatever it costs" in text
    assert "Rule; Adult social care; policy, not law." in text
    assert "‘Record everything so we can cover our backs’" in text
    assert "‘Mum fell again and nobody came back to us’ at Adult social care, 2 March 2023" in text


def test_the_two_voices_stand_side_by_side_and_what_may_not_be_shown_is_counted(services: str) -> None:
    text = part(services, "f-voices")
    for said in ("What is it like to need help here?", "‘I often just give up’", "What is it like to work here?",
                 "‘I often ask myself: am I helping?’ housing officer, a workshop, 3 May 2024",
                 "1 more thing was said that may not be shown."):  # fmt: skip
        assert said in text
    assert "The same questions, every time" not in services


def test_every_panel_is_drawn_where_its_data_are(services: str) -> None:
    for id in ("f-enforcement", "f-arrears-pattern", "f-arrears-reasons", "f-arrears-issues", "f-after-letter",
               "f-approvals", "f-thermostat-assessor", "f-thermostat-person", "f-care", "f-seen", "f-survey-1",
               "f-contracts", "f-method"):  # fmt: skip
        assert f'id="{id}"' in services, id
    assert "3 of 20 (15%)" in part(services, "f-enforcement")
    assert "Of those in arrears at the end of some month: 25% of 12." in part(services, "f-enforcement")
    assert "What came might have come without it." in part(services, "f-after-letter")
    assert "As the people themselves see it, 11 of 18 people are more independent" in services
    assert "As assessors see it, 5 of 18 people are more independent" in services
    assert "45% reaches delivery" in services


def test_purpose_measures_and_method_stand_in_that_order(services: str) -> None:
    text = part(services, "f-method")
    places = [
        text.index(one) for one in ("‘Help me to stay in my own home and manage’", "Is it met", "care workers agree")
    ]
    assert places == sorted(places)


def test_everything_to_study_on_this_page_is_no_goal(services: str) -> None:
    section = services.split('<section id="why"')[1].split("</section>")[0]
    for id in ("f-screened-out-share-screens", "f-needs-below-threshold-share", "f-approval-rate",
               "f-control-time-share", "f-enforcement", "f-thermostat-person"):  # fmt: skip
        figure = section.split(f'id="{id}"')[1].split("</figure>")[0]
        assert "A condition to study, not a goal." in Page(figure).text, id


def test_without_such_data_no_panel_stands_and_the_page_says_how_to_write_a_condition(tmp_path: Path) -> None:
    html = draw(worked_example(tmp_path))
    for id in ("f-enforcement", "f-thermostat", "f-care", "f-survey", "f-contracts"):
        assert f'id="{id}' not in html
    text = page_5(html).text
    assert "Nobody has written down a condition yet." in text
    assert "decisions/conditions.csv" in text
    assert "condition_id,what_happens,condition,kind,whose,law_or_policy,thinking,evidence,by,on" in text
    assert "decisions/voices.csv" in text
    assert "whose,words,said_by,on,source,consent" in text
    assert "Nobody has written down by what method the work is done" in text


def test_what_the_page_shows_as_an_example_can_be_read(tmp_path: Path) -> None:
    from personshaped.picture.pages.why import CONDITION_LINES, VOICE_LINES

    read = read_folder(
        tmp_path,
        {"interactions.csv": INTERACTIONS, "decisions/conditions.csv": CONDITION_LINES,
         "decisions/voices.csv": VOICE_LINES},
    )  # fmt: skip
    assert [one.thinking for one in written.conditions(read.con)] == ["Protect our budget"]
    assert len(written.voices(read.con)[0]) == 2
    assert all(one.set_aside == 0 for one in read.records.report.files)


def test_a_name_that_is_no_figure_and_evidence_without_words_are_said(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    one = Condition("C1", ("aproval_rate",), "Panels", evidence=("zz9",), by="tm", on="2024-05-03")
    write_charts(folder, replace(read_charts(folder), conditions=(one,)))
    text = part(draw(folder), "f-conditions")
    assert "Aproval rate: no figure of that name" in text
    assert "No words in these data under zz9." in text
    assert "Nobody has asked yet what is thought." in text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "]]></svg>"])
def test_what_is_written_down_is_shown_as_words(tmp_path: Path, words: str) -> None:
    folder = worked_example(tmp_path)
    charts = Charts(
        conditions=(Condition("C1", (words,), words, words, words, words, words, (words,), words),),
        voices=(Voice("work_here", words, words, "", words),),
    )
    write_charts(folder, charts)
    html = draw(folder)
    assert "<script" not in html
    assert words in page_5(html).text


# --- what others printed -------------------------------------------------------------------------------------


def test_numbers_that_others_printed_are_kept_with_their_place_and_are_no_measures() -> None:
    text = resources.files("personshaped.conditions").joinpath("reference/printed.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["measure"] for row in rows} == {"M089", "M096", "M100", "M101"}
    assert all(row["source"] and row["unit"] for row in rows)
    assert [row["value"] for row in rows if row["unit"] == "case reviews"] == ["9"]
    values = {(row["measure"], row["unit"]): float(row["value"]) for row in rows}
    assert values["M096", "organisations"] == 96 + 139
    before, after = (float(row["value"]) for row in rows if row["measure"] == "M100" and row["unit"] == "£")
    assert round(after / before, 3) == 1.595
    told = {(row["measure"], row["unit"], row["name"].split()[0]): float(row["value"]) for row in rows}
    assert told["M089", "people", "people"] / told["M089", "people", "nurses"] == 1000  # people for each nurse
    assert (told["M100", "providers", "local"], told["M100", "contracts", "large"]) == (65, 9)
    assert (told["M100", "years", "how"], told["M100", "share", "caseload"]) == (1, 0.25)
    assert [row["value"] for row in rows if row["measure"] == "M101"] == ["100000000", "300000000"]
    answered = {one for measure in REGISTER for one in measure.answers}
    assert answered & {"M089", "M100", "M101"} == set()
