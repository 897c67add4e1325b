"""Records: what is taken out of people's words on the way in, and what stays (specification, Stat 11)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personshaped.records import redaction
from spec.study_folders import PUBLISHED, folder, reading


def without_patterns(words: str | None) -> str | None:
    con = duckdb.connect()
    return (con.execute(f"SELECT {redaction.redacted('words')} FROM (SELECT ? AS words)", [words]).fetchone() or ())[0]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ring me on 07700 900123", "ring me on [phone]"),
        ("(020) 7946 0018, or +44 (0)1632 960 001.", "[phone], or [phone]."),
        ("0044 20 7946 0018", "[phone]"),
        ("write to ros.ellery+home@example.org, please", "write to [e-mail], please"),
        ("I live at ST6 5AA now, not sw1a1aa", "I live at [postcode] now, not [postcode]"),
        ("NHS 943 476 5919 or 9434765919", "NHS [NHS number] or [NHS number]"),
        ("my number is 999 123 4567", "my number is [NHS number]"),  # wrong check digit, still one person
        ("NI AB 12 34 56 C", "NI [NI number]"),
        ("ab123456c", "[NI number]"),
    ],
)
def test_numbers_and_addresses_go(said: str, kept: str) -> None:
    assert without_patterns(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "I cannot get up the stairs",
        "asked on 01-02-2024 at 10.30, again 2024-02-03T10:30",
        "arrears of £1,250.00 since 2019, reference 123456",
        "24 of us @ the centre",
        "12345678901234",
        "",
        None,
    ],
)
def test_what_identifies_nobody_stays(said: str | None) -> None:
    assert without_patterns(said) == said


@given(st.text(alphabet="0123456789 +()-.@AaZzST[]", max_size=40))
def test_taking_out_twice_takes_out_no_more(said: str) -> None:
    once = without_patterns(said)
    assert without_patterns(once) == once


PEOPLE = """
person_ref | agency  | household_id | forename | surname      | other_names
H-1        | housing | HH1          | Zoë      | O'Brien-Marsh| Zo
H-2        | housing | HH1          | Will     | Marsh        |
H-3        | housing |              | Rosalind | Ellery       | Ros;Name
"""
WORDS = """
interaction_id | person_ref | agency | started_at | words
own            | H-1 | housing | 2024-01-01 | zoë o'brien-marsh rang: Zoë's stairs
household      | H-1 | housing | 2024-01-02 | I will ask WILL MARSH
other          | H-1 | housing | 2024-01-03 | Mrs Ellery next door; Ros knows. My name is not Marshall
patterns       | H-2 | housing | 2024-01-04 | Will, 07700 900123
"""


def study(tmp_path: Path) -> Path:
    return folder(tmp_path / "study", study_toml=PUBLISHED, people_csv=PEOPLE, interactions_csv=WORDS)


def test_every_known_name_goes_where_few_are_known(tmp_path: Path) -> None:
    found = reading(study(tmp_path), tmp_path / "work")
    assert found.column("words") == {
        "own": "[name] rang: [name]'s stairs",  # a run of names is one
        "household": "I will ask [name]",  # will is a word; Will and WILL are he
        "other": "Mrs [name] next door; [name] knows. My name is not Marshall",
        "patterns": "[name], [phone]",
    }
    assert found.records.report.removed_from_words == {"name": 6, "phone": 1}


def test_where_many_are_known_those_of_the_person_and_the_household_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a million names nearly every word is somebody's: "Will", "May", "Price".
    monkeypatch.setattr(redaction, "MANY_NAMES", 0)
    assert reading(study(tmp_path), tmp_path / "work").column("words") == {
        "own": "[name] o'[name]-marsh rang: [name]'s stairs",  # word by word: a marsh may be a marsh
        "household": "I will ask [name]",
        "other": "Mrs Ellery next door; Ros knows. My name is not Marshall",
        "patterns": "[name], [phone]",
    }


def test_a_very_long_text_is_only_long(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE people AS SELECT 'a' AS agency, '1' AS ref_key, 'h' AS household_id, 'Zoë' AS forename,"
                " NULL AS name, 'Marsh' AS surname, NULL AS other_names")  # fmt: skip
    con.execute("CREATE TABLE rows AS SELECT 'a' AS agency, '1' AS ref_key, repeat('Zoë at ST6 5AA ', 100000) AS words")
    con.execute(f"CREATE TABLE done AS SELECT * REPLACE ({redaction.redacted('words')} AS words) FROM rows")
    con.execute(f"CREATE TABLE named AS {redaction.redact_names(con, 'done')}")
    assert redaction.counted(con, "named") == {"postcode": 100000, "name": 100000}


NAMES = """
person_ref | agency | forename | surname | name
1          | gp     | Li       | Ng      |
2          | gp     | 小明     | 王      |
3          | gp     |          |         | สมชาย ใจดี
4          | gp     | May      | Price   |
"""
SAID = """
interaction_id | person_ref | agency | started_at | words
short          | 1 | gp | 2024-01-01 | Li Ng rang. NG again; li and ng are no words. Jo too
chinese        | 2 | gp | 2024-01-02 | 昨天王小明打电话来了
thai           | 3 | gp | 2024-01-03 | คุณสมชายโทรมา
ordinary       | 4 | gp | 2024-01-04 | the price may rise. Ask Miss Price and MAY
"""


@pytest.mark.parametrize("many", [1000, 0])
def test_short_names_unspaced_scripts_and_names_that_are_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(redaction, "MANY_NAMES", many)
    made = folder(tmp_path / "study", study_toml=PUBLISHED, people_csv=NAMES, interactions_csv=SAID)
    assert reading(made, tmp_path / "work").column("words") == {
        "short": "[name] rang. [name] again; li and ng are no words. Jo too",
        "chinese": "昨天[name]打电话来了",
        "thai": "คุณ[name]โทรมา",
        "ordinary": "the price may rise. Ask Miss [name] and [name]",
    }


def test_ordinary_words_are_lower_case_and_there_once_each() -> None:
    assert {"will", "may", "rose", "price", "young"} <= redaction._ORDINARY
    assert all(word.isalpha() and word.islower() for word in redaction._ORDINARY)
