"""Listening 8: how much of what points at a person is taken out, and how much else, on a set made for it.

Seen on 23 November 2026: see `docs/how-to/personal-data.md`. A person still reads what is shared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from personshaped.records import redaction, redaction_patterns
from spec.study_folders import PUBLISHED, reading

SET = Path(__file__).parent / "redaction_labelled.txt"
NAMES = (
    *("Ros,Ellery", "Rosalind,Ellery", "Mohammed,Ahmed", "Li,Wei", "Jo,Marsh"),
    *("Siân,O'Brien-Marsh", "Grace,Okafor", "Will,Price"),
)
MARK = re.compile(r"\{([^:}]+):([^}]*)\}")


@dataclass(frozen=True)
class Line:
    """One line said: what points at a person in it, by kind, and every other word."""

    said: str
    points: tuple[tuple[str, str], ...]
    rest: str


def labelled() -> list[Line]:
    lines = [line for line in SET.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [Line(MARK.sub(r"\2", one), tuple(MARK.findall(one)), MARK.sub(" ", one)) for one in lines]


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines as they are after reading."""
    people = "person_ref,agency,forename,surname\n" + "".join(f"{i},a,{one}\n" for i, one in enumerate(NAMES))
    people += "c,a,,王小明\n"
    rows = "".join(
        f'{i % len(NAMES)},a,2024-01-{1 + i % 28:02},demand,"{one.said}",{i}\n' for i, one in enumerate(labelled())
    )
    said = "person_ref,agency,started_at,activity,words,interaction_id\n" + rows
    made = tmp_path_factory.mktemp("redaction")
    for name, text in (("study.toml", PUBLISHED), ("people.csv", people), ("interactions.csv", said)):
        (made / name).write_text(text, encoding="utf-8")
    con = reading(made, made / "work").con
    found = con.execute("SELECT words FROM interactions ORDER BY CAST(interaction_id AS INT)").fetchall()
    return [row[0] for row in found]


def left(line: Line, now: str) -> list[tuple[str, str]]:
    """What points at a person and is still there: any of its words of two letters or more."""
    bare = re.sub(r"\[[^\]]*\]", " ", now)
    gone = set(words(bare)) - set(words(line.rest))
    return [(kind, text) for kind, text in line.points if gone & {one for one in words(text) if len(one) > 1} - {"Mr"}]


def test_numbers_addresses_and_known_names_are_taken_out(kept: list[str]) -> None:
    points = [point for line in labelled() for point in line.points]
    missed = [one for line, now in zip(labelled(), kept, strict=True) for one in left(line, now)]
    assert len(points) >= 45
    assert 1 - len(missed) / len(points) >= 0.95, missed


def test_little_else_is_taken_out(kept: list[str]) -> None:
    rest = [word for line in labelled() for word in words(line.rest)]
    lost = [
        word
        for line, now in zip(labelled(), kept, strict=True)
        for word in words(line.rest)
        if word not in words(re.sub(r"\[[^\]]*\]", " ", now))
    ]
    assert len(rest) >= 300
    assert len(lost) / len(rest) <= 0.02, lost


def test_each_removal_is_marked_with_its_kind(kept: list[str]) -> None:
    marks = {kind for now in kept for kind in redaction.KINDS if kind in now}
    assert marks == {*redaction_patterns.KINDS, redaction.NAME} - {"[date of birth]", "[vehicle]"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("My name's Ros Ellery and I need help", "My name's [name] and I need help"),
        ("Surname: Okeh", "Surname: [name]"),
        ("mr de souza rang", "mr [name] rang"),
        ("Mrs van der Berg is worried", "Mrs [name] is worried"),
        ("Mr.Smith called", "Mr.[name] called"),
        ("I want a van and a bin", "I want a van and a bin"),
    ],
)
def test_no_half_of_a_name_is_left(said: str, kept: str) -> None:
    assert redacted(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("SPOKE TO DENISE OKEH RE RENT ARREARS", "SPOKE TO [name] RE RENT ARREARS"),
        ("SPOKE TO OKEH, NO HEATING", "SPOKE TO [name], NO HEATING"),
        ("TENANT JOHN SMITH REFUSED ACCESS", "TENANT [name] REFUSED ACCESS"),
        ("SOCIAL WORKER KAREN WHITE TO CALL BACK", "SOCIAL WORKER [name] TO CALL BACK"),
        ("mrs green rang", "mrs [name] rang"),
        ("lives with Denise and Kit Okeh", "lives with [name] and [name]"),
        ("Denise and Kit came in", "[name] and [name] came in"),
        ("Denise and Sheffield Council disagree", "[name] and Sheffield Council disagree"),
        ("damp at 1234 High Street", "damp at [address]"),
        ("at 12a high st since Easter", "at [address] since Easter"),
        ("UPN A823432120001 moved school", "UPN [reference] moved school"),
        ("UPRN 100023336956", "UPRN [reference]"),
        ("unique pupil reference number is A823432120001", "unique pupil reference number is [reference]"),
        ("DENISE HURT HER LEG", "[name] HURT HER LEG"),
        ("MISS PATEL APPEALED", "MISS [name] APPEALED"),
        ("Dr Appointment on Tuesday", "Dr Appointment on Tuesday"),
        ("SW Abiodun Fashola is new", "SW [name] is new"),
        ("MARK WEBB LOST HIS CARD", "[name] LOST HIS CARD"),
        ("Mark all letters private", "Mark all letters private"),
        ("Lily-Mae is not walking", "[name] is not walking"),
        ("Jade Rawlins (12.04.99) is new", "[name] ([date of birth]) is new"),
        ("born in August 1951", "born in [date of birth]"),
        ("review moved from 12/11 to 19/11/26", "review moved from 12/11 to 19/11/26"),
        ("PC 3317 Naylor came", "PC [reference] [name] came"),
        ("water 4410 2281 07 in arrears", "water [reference] in arrears"),
        ("PCN ZN10448216 lost in post", "PCN [reference] lost in post"),
        ("moved out of 6b Palmer St after the fire", "moved out of [address] after the fire"),
        ("I live at Hillcrest, Back Lane", "I live at [address]"),
        ("sort code 40-12-33", "sort code [reference]"),
        ("blue Fiesta AB12 CDE parked here", "blue Fiesta [vehicle] parked here"),
        ("reg A123 BCD", "reg [vehicle]"),
    ],
)
def test_what_notes_and_letters_say_in_their_own_way_goes(said: str, kept: str) -> None:
    assert redacted(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "repair 12/03/2024 not done", "complaint 3/11/25 not answered", "appeal on 01.02.2024", "report 2024-03-01",
        "budget of 2023/24", "my mum Alzheimers is worse", "the pc crashed", "PC CRASHED AGAIN",
        "his name was removed from the list", "my name was spelt wrong", "mr or mrs is asked for on the form",
        "property 2-bedroom", "moved to SO50 again",
    ],
)  # fmt: skip
def test_what_points_at_nobody_stays(said: str) -> None:
    assert redacted(said) == said


def redacted(said: str) -> str:
    with duckdb.connect() as con:
        found = con.execute(redaction.redacted("SELECT ? AS words"), [said]).fetchone()
    assert found is not None
    return str(found[0])


def test_who_is_named_beside_a_known_person_goes_with_them() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE people AS SELECT 'a' AS agency, '1' AS ref_key, NULL AS household_id, NULL AS name,"
                    " 'Ros' AS forename, 'Ellery' AS surname, NULL AS other_names")  # fmt: skip
        con.execute("CREATE TABLE said AS SELECT 'a' AS agency, '1' AS ref_key, 'met Ros and Kit Okeh' AS words")
        assert con.execute(redaction.redact_names(con, "said")).fetchone() == ("a", "1", "met [name] and [name]")
