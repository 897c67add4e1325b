"""Records: from agencies' files that nobody has seen to a `study.toml` that runs (`personshaped init`)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from personshaped.errors import InputError
from personshaped.records.draft import Draft, draft
from personshaped.records.draft_plan import agency_of
from personshaped.records.draft_shapes import is_nhs_number, pattern_of
from personshaped.records.draft_words import word_means, words_of
from spec.study_folders import delimited, reading

CALLS = """
CallRef|CustomerNo|Date Received|CallType|Contact from|Notes| Subject | Handler | Mins
C-1|1001|03/01/2024 09:10|Enquiry|Customer|My boiler has gone and Rosalind is cold| Heating | jb      | 6
C-2|1002|04/01/2024 10:20|Enquiry|Relative|Nobody came when you said you would| Damp    | jb      | 9
C-3|1001|17/01/2024 11:00|Transfer|Officer|Passed to the gas team, not one for us| Heating | kk      | 3
C-4|1003|25/01/2024 16:45|Zebra|Customer|I have rung four times about that leak| Damp    | kk      | 4
"""
TENANTS = """
CustomerNo | First Name | Surname  | DOB        | Post Code | Mobile
1001       | Rosalind   | Ellery   | 02/04/1961 | ST6 5AA   | 07700 900123
1002       | Zebedee    | Quillfax | 13/05/1970 | ST6 5AB   | 07700 900124
1003       | Ottoline   | Marwell  | 30/09/1985 | ST1 4QQ   | 07700 900125
"""
DUTCH = """
Klantnummer;Datum;Soort;Opmerkingen;Medewerker
77;03-01-2024;Aanvraag;Ik kan de trap niet meer op en niemand komt;m1
78;14-01-2024;Huisbezoek;Bij mevrouw geweest en de drempel bekeken;m2
77;25-02-2024;Besluit;Traplift toegekend na onderzoek van de woning;m1
"""


def extracts(folder: Path) -> list[Path]:
    """Three extracts: a call centre's calls and its tenants, and a Dutch municipality's journal."""
    texts = {
        "housing/calls 2024.csv": delimited(CALLS),
        "housing/tenants.csv": delimited(TENANTS),
        "zorgloket/export.csv": DUTCH.lstrip(),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def mapped(found: Draft) -> dict[tuple[str, str], str]:
    return {(Path(one.file).name, one.column): one.target for one in found.columns}


def blocks(found: Draft) -> list[dict[str, Any]]:
    toml = tomllib.loads(found.toml.read_text(encoding="utf-8"))
    return [
        block for source in toml["source"] for table in ("interactions", "people") for block in source.get(table, [])
    ]


def test_three_extracts_that_nobody_has_seen(tmp_path: Path) -> None:
    found = draft(extracts(tmp_path / "in"), tmp_path / "study")
    assert mapped(found) == {
        ("calls 2024.csv", "CallRef"): "interaction_id",
        ("calls 2024.csv", "CustomerNo"): "person_ref",
        ("calls 2024.csv", "Date Received"): "started_at",
        ("calls 2024.csv", "CallType"): "activity",
        ("calls 2024.csv", "Contact from"): "initiated_by",
        ("calls 2024.csv", "Notes"): "words",
        ("calls 2024.csv", "Subject"): "issue",
        ("calls 2024.csv", "Handler"): "staff_id",
        ("calls 2024.csv", "Mins"): "minutes",
        ("tenants.csv", "CustomerNo"): "person_ref",
        ("tenants.csv", "First Name"): "forename",
        ("tenants.csv", "Surname"): "surname",
        ("tenants.csv", "DOB"): "born",
        ("tenants.csv", "Post Code"): "postcode",
        ("tenants.csv", "Mobile"): "phone",
        ("export.csv", "Klantnummer"): "person_ref",
        ("export.csv", "Datum"): "started_at",
        ("export.csv", "Soort"): "activity",
        ("export.csv", "Opmerkingen"): "words",
        ("export.csv", "Medewerker"): "staff_id",
    }
    calls, tenants, journal = blocks(found)
    assert (calls["agency"], tenants["agency"], journal["agency"]) == (
        {"const": "housing"},
        {"const": "housing"},
        {"const": "zorgloket"},
    )
    assert calls["activity"]["values"] == {"Enquiry": "demand", "Transfer": "refer"}
    assert calls["initiated_by"]["values"] == {"Customer": "person", "Officer": "own_agency", "Relative": "family"}
    assert journal["activity"]["values"] == {"Aanvraag": "demand", "Besluit": "approve", "Huisbezoek": "visit"}


def test_the_draft_runs_as_it_is(tmp_path: Path) -> None:
    draft(extracts(tmp_path / "in"), tmp_path / "study")
    found = reading(tmp_path / "study", tmp_path / "work")
    rows = found.con.execute(
        "SELECT agency, ref_key, strftime(started_at, '%Y-%m-%d %H:%M'), activity, minutes FROM interactions"
        " ORDER BY agency, started_at"
    ).fetchall()
    assert rows == [
        ("housing", "1001", "2024-01-03 09:10", "demand", 6.0),
        ("housing", "1002", "2024-01-04 10:20", "demand", 9.0),
        ("housing", "1001", "2024-01-17 11:00", "refer", 3.0),
        ("housing", "1003", "2024-01-25 16:45", "other", 4.0),
        ("zorgloket", "77", "2024-01-03 00:00", "demand", None),
        ("zorgloket", "78", "2024-01-14 00:00", "visit", None),
        ("zorgloket", "77", "2024-02-25 00:00", "approve", None),
    ]
    assert found.con.execute("SELECT count(*) FROM people").fetchone() == (3,)


def test_what_it_could_not_tell_is_said(tmp_path: Path) -> None:
    text = draft(extracts(tmp_path / "in"), tmp_path / "study").toml.read_text(encoding="utf-8")
    assert '# "Zebra" = "other"  # 1 line; could not tell' in text
    assert 'minutes = "Mins"  # sure; 100% filled; 9; unlocks working time' in text


def test_nobody_can_be_known_from_the_draft(tmp_path: Path) -> None:
    found = draft(extracts(tmp_path / "in"), tmp_path / "study")
    said = found.toml.read_text(encoding="utf-8") + "\n".join(found.lines()) + str(found.as_json())
    for canary in ("Rosalind", "Ellery", "Zebedee", "Quillfax", "ST6 5AA", "07700", "1001", "1961", "boiler", "jb"):
        assert canary not in said


def test_personal_data_until_somebody_says_otherwise(tmp_path: Path) -> None:
    lawful = tomllib.loads(draft(extracts(tmp_path / "in"), tmp_path / "study").toml.read_text("utf-8"))["lawful"]
    assert lawful == {"personal_data": True, "purpose": "", "lawful_basis": "", "dpia": "", "keep_until": ""}


# --- questions ------------------------------------------------------------------------------------------------

BARE = """
Client ID | Visit date
A1        | 2024-01-03
A1        | 2024-02-03
A2        | 2024-02-04
"""


def test_questions_are_asked_once_and_their_answers_remembered(tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_text(delimited(BARE), encoding="utf-8")
    asked: list[str] = []

    def answer(question: str, default: str) -> str:
        asked.append(question)
        if question.startswith("Whose records"):
            return "food bank"
        if question.startswith("What is one line"):
            return "demand"
        return "no" if "real people" in question else ""

    first = draft([file], tmp_path / "study", answer)
    (block,) = blocks(first)
    assert (block["agency"], block["activity"]) == ({"const": "food bank"}, {"const": "demand"})
    assert tomllib.loads(first.toml.read_text("utf-8"))["lawful"] == {"personal_data": False}
    assert len(asked) == 5
    first.toml.unlink()
    assert blocks(draft([file], tmp_path / "study", answer)) == [block]
    assert len(asked) == 5


def test_without_anybody_to_ask_it_says_what_is_open(tmp_path: Path) -> None:
    file = tmp_path / "food_bank.csv"
    file.write_text(delimited(BARE), encoding="utf-8")
    found = draft([file], tmp_path / "study")
    assert found.open_questions == (
        "../food_bank.csv: nothing tells demand from activity; add activity or initiated_by",
    )


def test_the_files_name_can_tell_what_every_line_is(tmp_path: Path) -> None:
    file = tmp_path / "food_bank_visits.csv"
    file.write_text(delimited(BARE), encoding="utf-8")
    (block,) = blocks(draft([file], tmp_path / "study"))
    assert (block["agency"], block["activity"]) == ({"const": "food_bank"}, {"const": "visit"})


def test_a_study_that_is_there_is_kept(tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text("[study]\n", encoding="utf-8")
    found = draft(extracts(tmp_path / "in"), study)
    assert found.toml.name == "study.draft.toml"
    assert (study / "study.toml").read_text(encoding="utf-8") == "[study]\n"


# --- several files together -----------------------------------------------------------------------------------


def test_a_file_without_the_person_finds_it_in_another_by_a_key(tmp_path: Path) -> None:
    texts = {
        "visits.csv": "VisitNo | BookingKey | Visit date | Notes\n1 | B-1 | 2024-01-03 | fixed it\n"
        "2 | B-2 | 2024-01-04 | no one in\n3 | B-1 | 2024-01-05 | done",
        "bookings.csv": "BookingKey | Client ID | Booked on\nB-1 | A1 | 2024-01-01\nB-2 | A2 | 2024-01-02",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(delimited(text), encoding="utf-8")
    found = draft([tmp_path / name for name in texts], tmp_path / "study")
    assert tomllib.loads(found.toml.read_text("utf-8"))["source"][0]["lookup"] == [
        {"on": "BookingKey", "file": "../bookings.csv"}
    ]
    got = reading(tmp_path / "study", tmp_path / "work")
    visits = got.con.execute("SELECT ref_key FROM interactions WHERE source LIKE '%visits.csv%' ORDER BY started_at")
    assert visits.fetchall() == [("A1",), ("A2",), ("A1",)]


def test_agencies_files_of_the_synthetic_locality(tmp_path: Path) -> None:
    """Nineteen files in sixteen dialects: how many of their headings are understood, and how many misread."""
    from personshaped.locality import write_demo

    write_demo(tmp_path / "demo", "assess_refer", 300, 2, 1, lambda stage, done, total: None)
    truth = tomllib.loads((tmp_path / "demo" / "study.toml").read_text("utf-8"))["source"]
    paths = {tmp_path / "demo" / source["path"] for source in truth}
    files = sorted({path if path.exists() else path.parent for path in paths})
    drafted = tomllib.loads(draft(files, tmp_path / "study").toml.read_text("utf-8"))["source"]
    right, guessed = _headings(truth), _headings(drafted)
    assert sum(guessed.get(key) == heading for key, heading in right.items()) / len(right) > 0.88
    assert sum(key in right and right[key] != heading for key, heading in guessed.items()) / len(guessed) < 0.03


def _headings(sources: list[dict[str, Any]]) -> dict[tuple[str, str, str], str]:
    return {
        ("/".join(source["path"].split("/")[-2:]), table, name): cell if isinstance(cell, str) else cell["column"]
        for source in sources
        for table in ("interactions", "people")
        for block in source.get(table, [])
        for name, cell in block.items()
        if isinstance(cell, str) or "column" in cell
    }


# --- small parts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["PersonalID", "personal_id", "Personal ID", "PERSONAL-ID"])
def test_headings_are_words(heading: str) -> None:
    assert words_of(heading) == ("personal", "id")


@pytest.mark.parametrize(
    ("column", "word", "meaning"),
    [
        ("activity", "Onward referral", "refer"),
        ("activity", "Case closed", "close"),
        ("activity", "Joint working", "pull"),
        ("activity", "case:created", ""),
        ("outcome", "Not agreed", "refused"),
        ("outcome", "Agreed", "approved"),
        ("outcome", "Case closed", "closed"),  # an agency's closing is never the person's word
        ("outcome", "Resolved", "closed"),
        ("initiated_by", "Relative", "family"),
    ],
)
def test_agencies_words(column: str, word: str, meaning: str) -> None:
    assert word_means(column, word) == meaning


@pytest.mark.parametrize(
    ("path", "agency"),
    [
        ("police/2023.csv", "police"),
        ("extracts/housing_calls_2024.csv", "housing"),
        ("../mental_health.zip/activity.csv", "mental_health"),
        ("C:\\data\\Benefits Export Final.xlsx", "benefits"),
    ],
)
def test_whose_file_it_is(path: str, agency: str) -> None:
    assert agency_of(path) == agency


def test_an_nhs_number_has_its_check_digit() -> None:
    assert is_nhs_number("943 476 5919")
    assert not is_nhs_number("999 123 4567")
    assert not is_nhs_number("0000000000")


def test_a_pattern_says_nothing_of_what_stands_there() -> None:
    assert pattern_of("H-041/Ros Ellery") == "A-999/Aaa Aaaaaa"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        draft([tmp_path / "nothing.csv"], tmp_path / "study")


def test_a_database_without_a_table_drafts_nothing(tmp_path: Path) -> None:
    (tmp_path / "extract.sqlite").write_bytes(b"")
    with pytest.raises(InputError, match="holds no table with rows"):
        draft([tmp_path / "extract.sqlite"], tmp_path / "study")
    assert not (tmp_path / "study").exists()
