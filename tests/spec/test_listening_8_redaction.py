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
    assert marks == {*redaction_patterns.KINDS, redaction.NAME} - {"[date of birth]"}


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
    with duckdb.connect() as con:
        found = con.execute(f"SELECT {redaction.redacted('words')} FROM (SELECT ? AS words)", [said]).fetchone()
    assert found == (kept,)
