"""Words that a person has read and lets go (`decisions/ticked_words.csv`): no other words are published."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from personshaped.errors import InputError
from personshaped.records import by_hand

FILE = "ticked_words.csv"
COLUMNS = ("interaction_id", "words", "ticked_by", "ticked_on")
"""`interaction_id`, or what the list of words to tick has in its place; `words` as they are to stand."""


@dataclass(frozen=True)
class Ticked:
    """Words as they may stand, and who let them go."""

    words: str
    by: str


def read(decisions: Path) -> dict[str, Ticked]:
    """By what they are of, the latest line each; one with blank words takes back what was ticked.

    Raises InputError naming the row of words that nobody signs for.
    """
    path = decisions / FILE
    if not path.is_file():
        return {}
    name = f"decisions/{FILE}"
    table = by_hand.read(path, name)
    missing = [one for one in COLUMNS[:3] if one not in table.head]
    if missing and table.head:
        raise InputError(f"no column {missing[0]}", file=name, expected=", ".join(COLUMNS))
    found: dict[str, Ticked] = {}
    for number, line in enumerate(table.lines, start=2):
        row = table.row(line)
        what, words, by = (_readable(row.get(one) or "").strip() for one in COLUMNS[:3])
        if not what:
            continue
        if words and not by:
            signed = "the initials of whoever read them"
            raise InputError("words that nobody ticked", file=name, row=number, column="ticked_by", expected=signed)
        found.pop(what, None)
        if words:
            found[what] = Ticked(words, by)
    return found


def _readable(text: str) -> str:
    """Without what nobody sees who reads it: control characters, marks of direction, characters of no width."""
    return "".join(one for one in text if one in _OF_SCRIPTS or unicodedata.category(one) not in ("Cc", "Cf"))


_OF_SCRIPTS = "\n\u200c\u200d"
"""Joiners, without which some scripts are misspelt."""


def as_table(con: duckdb.DuckDBPyConnection, words: Mapping[str, Ticked]) -> None:
    """Leaves `ticked(interaction_id, said)`, to be joined to what was said."""
    con.execute("CREATE TABLE ticked (interaction_id VARCHAR, said VARCHAR)")
    if words:
        con.executemany("INSERT INTO ticked VALUES (?, ?)", [(what, one.words) for what, one in words.items()])
