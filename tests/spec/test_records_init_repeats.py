"""Records: `personshaped init` where one line holds several events, and where cells tell what headings do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from personshaped.records.draft import draft
from spec.study_folders import delimited, reading

CASES = """
client_id | opened     | assessed   | stage_two       | closed     | closure_reason | dob
A1        | 2024-01-03 | 2024-01-20 | 2024-02-10      | 2024-03-01 | Not eligible   | 1961-04-02
A2        | 2024-01-04 |            |                 | 2024-01-05 | Completed      | 1970-05-13
A1        | 2024-05-06 | 2024-05-30 |                 |            |                | 1961-04-02
"""
WIDE = """
Client ref | Contact 1 date | Contact 1 type | Contact 2 date | Contact 2 type | Address 1 | Address 2
0041       | 03/01/2024     | Enquiry        | 20/01/2024     | Home visit     | 7 Elm Row | Stoke
0042       | 14/01/2024     | Enquiry        |                |                | 8 Elm Row | Stoke
"""


def written(folder: Path, text: str, name: str = "extract.csv") -> Path:
    (folder / name).write_text(delimited(text), encoding="utf-8")
    return folder / name


def rows(study: Path, work: Path) -> list[tuple[str, ...]]:
    return reading(study, work).con.execute(
        "SELECT ref_key, strftime(started_at, '%d %b'), coalesce(activity, ''), coalesce(outcome, '') FROM interactions"
        " ORDER BY ref_key, started_at"
    ).fetchall()  # fmt: skip


def test_each_date_of_a_case_is_an_event(tmp_path: Path) -> None:
    """Why a case was closed belongs to its closing; a date that nothing explains is asked about; a birth is none."""
    found = draft([written(tmp_path, CASES)], tmp_path / "study")
    assert rows(tmp_path / "study", tmp_path / "work") == [
        ("A1", "03 Jan", "", ""),
        ("A1", "20 Jan", "assess", ""),
        ("A1", "01 Mar", "close", "screened_out"),
        ("A1", "06 May", "", ""),
        ("A1", "30 May", "assess", ""),
        ("A2", "04 Jan", "", ""),
        ("A2", "05 Jan", "close", "closed"),
    ]
    assert '# when = "stage_two"' in found.toml.read_text(encoding="utf-8")
    assert any('"stage_two" is a date too' in one for one in found.open_questions)
    assert not any('"dob"' in one for one in found.open_questions)


def test_the_lines_that_stand_ready_run_when_taken_up(tmp_path: Path) -> None:
    toml = draft([written(tmp_path, CASES)], tmp_path / "study").toml
    before, ask, ready = toml.read_text(encoding="utf-8").partition('# ASK: "stage_two"')
    block, end, rest = ready.partition("\n[[")
    head, *lines = block.splitlines()
    taken_up = "\n".join(line.removeprefix("# ").replace('"demand"', '"do"') for line in lines)
    toml.write_text(f"{before}{ask}{head}\n{taken_up}{end}{rest}", encoding="utf-8")
    assert ("A1", "10 Feb", "do", "") in rows(tmp_path / "study", tmp_path / "work")


def test_an_end_alone_is_how_long_it_took(tmp_path: Path) -> None:
    plain = "\n".join("|".join(line.split("|")[i] for i in (0, 1, 4)) for line in CASES.strip().splitlines())
    found = draft([written(tmp_path, plain)], tmp_path / "study")
    assert {one.column: one.target for one in found.columns}["closed"] == "ended_at"


def test_columns_that_come_again_by_number_are_rows(tmp_path: Path) -> None:
    found = draft([written(tmp_path, WIDE)], tmp_path / "study")
    assert rows(tmp_path / "study", tmp_path / "work") == [
        ("0041", "03 Jan", "demand", ""),
        ("0041", "20 Jan", "visit", ""),
        ("0042", "14 Jan", "demand", ""),
    ]
    targets = {one.column: one.target for one in found.columns}
    assert targets["Contact 2 type"] == "activity"  # as in the first, though nothing tells it by itself


def test_days_as_workbooks_count_them(tmp_path: Path) -> None:
    """45294 is 3 January 2024 where nobody gave the column the form of a date."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Client ID", "Date of Birth", "Contact date"])
    for day in (45294, 45300, 45310):
        sheet.append(["A1", 22373, day])
    book.save(tmp_path / "care.xlsx")
    found = draft([tmp_path / "care.xlsx"], tmp_path / "study")
    assert {one.column: one.target for one in found.columns} == {
        "Client ID": "person_ref",
        "Date of Birth": "born",
        "Contact date": "started_at",
    }
    got = reading(tmp_path / "study", tmp_path / "work").con
    assert got.execute("SELECT DISTINCT born FROM people").fetchall() == [(date(1961, 4, 2),)]
    assert rows(tmp_path / "study", tmp_path / "work2")[0][:2] == ("A1", "03 Jan")


def test_names_turned_round_are_names(tmp_path: Path) -> None:
    text = "Client ID | Tenant | Date\n" + "\n".join(
        f"{n} | {name} | 2024-01-0{n}"
        for n, name in enumerate(["ELLERY; Ros", "NOWAK; Jan", "O'BRIEN; Ann-Marie", "DE VRIES; Jan", "KHAN; Ali"], 1)
    )
    file = tmp_path / "rent.tsv"
    file.write_text(delimited(text).replace(",", "\t").replace(";", ","), encoding="utf-8")
    found = draft([file], tmp_path / "study")
    assert {one.column: (one.table, one.target) for one in found.columns}["Tenant"] == ("people", "name")


def test_a_reason_that_says_why_they_came_is_the_issue(tmp_path: Path) -> None:
    came = "Client ID | Date | Reason\n1 | 2024-01-03 | Damp\n1 | 2024-01-04 | Damp\n2 | 2024-01-05 | Rent"
    refused = came.replace("Damp", "Below threshold")
    for text, target in ((came, "issue"), (refused, "reason")):
        folder = tmp_path / target
        folder.mkdir()
        found = draft([written(folder, text)], folder / "study")
        assert {one.column: one.target for one in found.columns}["Reason"] == target


def test_a_birth_under_another_heading_is_never_when_it_happened(tmp_path: Path) -> None:
    text = (
        "Client ID | dob | copy_date_of_birth | Notes\n1 | 1961-04-02 | 1961-02-04 | came in\n1 | 1961-04-02 | | again"
    )
    found = draft([written(tmp_path, text)], tmp_path / "study")
    assert {one.column: one.target for one in found.columns}["copy_date_of_birth"] == ""


def test_how_it_ended_belongs_to_the_date_of_that_event(tmp_path: Path) -> None:
    """The outcome of the assessment is not what the referral was; a service that starts is something done."""
    cases = """
    Person ID | Referral date | Referred by | Assessment date | Assessment outcome | Service start
    70001     | 2024-01-03    | Self        | 2024-01-20      | Not eligible       |
    70002     | 2024-01-04    | Hospital    | 2024-01-21      | Eligible           | 2024-02-10
    70001     | 2024-03-05    | Family      | 2024-03-20      | Not eligible       |
    """
    draft([written(tmp_path, cases)], tmp_path / "study")
    assert rows(tmp_path / "study", tmp_path / "work") == [
        ("70001", "03 Jan", "", ""),
        ("70001", "20 Jan", "assess", "screened_out"),
        ("70001", "05 Mar", "", ""),
        ("70001", "20 Mar", "assess", "screened_out"),
        ("70002", "04 Jan", "", ""),
        ("70002", "21 Jan", "assess", "screened_in"),
        ("70002", "10 Feb", "do", ""),
    ]


def test_the_number_that_comes_again_is_the_person_and_sentences_are_words(tmp_path: Path) -> None:
    said = ("my roof is leaking again tonight", "nobody rang me back about it", "chasing my repair one more time")
    lines = "\n".join(
        f"HC{at:03} | T{at % 4:02} | Ros{at % 4} | {'In' if at % 3 else 'Out'} | 2024-01-{at + 1:02} | {said[at % 3]}"
        for at in range(24)
    )
    text = f"Ref | Tenant No | Forename | Direction | Date | Caller said\n{lines}"
    found = draft([written(tmp_path, text)], tmp_path / "study")
    told = {one.column: one.target for one in found.columns}
    assert (told["Ref"], told["Tenant No"]) == ("interaction_id", "person_ref")
    assert (told["Direction"], told["Caller said"]) == ("initiated_by", "words")
    con = reading(tmp_path / "study", tmp_path / "work").con
    assert con.execute("SELECT initiated_by, count(*) FROM interactions GROUP BY 1 ORDER BY 1").fetchall() == [
        ("own_agency", 8), ("person", 16),
    ]  # fmt: skip
