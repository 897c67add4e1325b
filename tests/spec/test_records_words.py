"""Records: what is taken out of people's words on the way in, and what stays (specification, Stat 11)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personshaped.records import redaction
from personshaped.records.reporting import with_removed
from spec.study_folders import PUBLISHED, folder, reading

SAID_BEFORE = (
    "ref ",
    "dob ",
    "NHS ",
    "tel ",
    "Mrs ",
    "my name is ",
    "son ",
    "told ",
    "Kelly ",
    "Green",
    " High Street",
)


def without_patterns(*said: str | None) -> list[str | None]:
    con = duckdb.connect()
    rows = con.execute(redaction.redacted("SELECT unnest(?::TEXT[]) AS words"), [list(said)])
    return [row[0] for row in rows.fetchall()]


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
        ("ni no. is qq 123456 c", "ni no. is [NI number]"),
        ("grace at example dot org dot uk", "[e-mail]"),
        ("at st 6 5ab, or CF10-3NP", "at [postcode], or [postcode]"),
        ("07 700 900 115 or 07700  900131", "[phone] or [phone]"),
        ("landline: 555 013", "landline: [phone]"),
        ("NHS: 943.476.5919", "NHS: [NHS number]"),
        ("dob 14/02/1961, hers is 3.4.1958", "dob [date of birth], hers is [date of birth]"),
        ("born on the 2nd of September 2019", "born on the [date of birth]"),
        ("her birthday is June 12", "her birthday is [date of birth]"),
        ("ref CT/00412/B and case number 7781", "ref [reference] and case number [reference]"),
        ("rent account 50012345", "rent account [reference]"),
        ("I live at 12 High Street, top floor", "I live at [address], top floor"),
        ("Flat 3, 27 Victoria Road", "[address]"),
        ("from 8a station road to 7 Heol y Parc", "from [address] to [address]"),
    ],
)
def test_numbers_and_addresses_go(said: str, kept: str) -> None:
    assert without_patterns(said) == [kept]


@pytest.mark.parametrize(
    "said",
    [
        "I cannot get up the stairs",
        "asked on 01-02-2024 at 10.30, again 2024-02-03T10:30",
        "arrears of £1,250.00 since 2019, and 125000 a year",
        "asked for a reference in 2024, case closed; claim 2019 again",
        "Victoria Road is full of holes, 10 houses on our road are damp",
        "a £20 High Street voucher, a 2 bed house close to school",
        "I was born too early; 14/02/2024 was the day",
        "24 of us @ the centre",
        "12345678901234",
        "",
        None,
    ],
)
def test_what_identifies_nobody_stays(said: str | None) -> None:
    assert without_patterns(said) == [said]


PIECES = [*"0123456789 +()-.@AaZzST[]", *SAID_BEFORE]


@settings(deadline=None, max_examples=15)  # many at once: the rules are compiled for each query
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), min_size=30, max_size=60))
def test_taking_out_twice_takes_out_no_more(said: list[str]) -> None:
    once = without_patterns(*said)
    assert without_patterns(*once) == once


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Mrs Hargreaves next door and mr patel", "Mrs [name] next door and mr [name]"),
        ("Mr Green rang Dr J. Fernandez's desk", "Mr [name] rang Dr [name]'s desk"),
        ("my name is tariq hussain and I need a place", "my name is [name] and I need a place"),
        ("MY NAME IS BRENDA", "MY NAME IS [name]"),
        ("this is Xanthe calling about the damp", "this is [name] calling about the damp"),
        ("I spoke to Ottoline on Monday", "I spoke to [name] on Monday"),
        ("my son Zeb, her ex, Lonán Mac Giolla", "my son [name], her ex, [name]"),
        ("Many thanks,\nEulalia", "Many thanks,\n[name]"),
        ("agnieszka and YUSUF came, Callum O'Brien-Marsh too", "[name] and [name] came, [name] too"),
        ("Hope is my niece", "[name] is my niece"),
        ("Ottoline Quennell rang", "[name] rang"),
    ],
)
def test_names_that_nobody_knows_go_by_what_stands_around_them(said: str, kept: str) -> None:
    assert without_patterns(said) == [kept]


@pytest.mark.parametrize(
    "said",
    [
        "I spoke to Housing and to Citizens Advice, they told Shelter",
        "my mum Monday, my son on Friday",
        "Miss a day and you wait; the doctor said wait",
        "George Street and St Mary's School are shut; the Charles Centre too",
        "hope is what is missing, mark it urgent",
        "I called Universal Credit, then the Council rang",
        "It's damp here, this is not good. I am Polish",
        "Dear Sir, thanks to all. Dear Team",
    ],
)
def test_words_that_name_nobody_stay(said: str) -> None:
    assert without_patterns(said) == [said]


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
    assert with_removed(found.con, found.records.report).removed_from_words == {"name": 6, "phone": 1}


def test_where_many_are_known_those_of_the_person_and_the_household_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a million names nearly every word is somebody's: "Will", "May", "Price".
    monkeypatch.setattr(redaction, "MANY_NAMES", 0)
    assert reading(study(tmp_path), tmp_path / "work").column("words") == {
        "own": "[name] o'[name]-marsh rang: [name]'s stairs",  # word by word: a marsh may be a marsh
        "household": "I will ask [name]",
        "other": "Mrs [name] next door; Ros knows. My name is not Marshall",
        "patterns": "[name], [phone]",
    }


def test_a_very_long_text_is_only_long(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE people AS SELECT 'a' AS agency, '1' AS ref_key, 'h' AS household_id, 'Zoë' AS forename,"
                " NULL AS name, 'Marsh' AS surname, NULL AS other_names")  # fmt: skip
    con.execute("CREATE TABLE rows AS SELECT 'a' AS agency, '1' AS ref_key, repeat('Zoë at ST6 5AA ', 100000) AS words")
    con.execute(f"CREATE TABLE done AS {redaction.redacted('FROM rows')}")
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
