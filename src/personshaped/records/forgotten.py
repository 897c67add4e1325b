"""Who is to be forgotten: `decisions/forgotten.csv`, a list of keyed hashes that is held against every line read.

A line of a source that is about somebody on the list is set aside like any other that cannot be used, so that the
report counts it and rows in = rows used + rows set aside still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from personshaped.errors import InputError
from personshaped.records import by_hand

FILE = "forgotten.csv"
COLUMNS = ("record", "when")
REASON = "of somebody who is to be forgotten"
NOBODYS = ""
"""Stands for the agency where what is hashed is a person_id, which is no agency's."""


def read(path: Path) -> tuple[str, ...]:
    """The keyed hashes on a list, in its order; none where there is no file. Raises InputError naming the row."""
    if not path.is_file():
        return ()
    table = by_hand.read(path, f"decisions/{path.name}")
    if COLUMNS[0] not in table.head:
        raise InputError(f"no column {COLUMNS[0]}", file=f"decisions/{path.name}", expected=", ".join(COLUMNS))
    found = [(table.row(line)[COLUMNS[0]] or "").strip() for line in table.lines if line]
    for number, record in enumerate(found, start=2):
        if not record:
            raise InputError("names nobody", file=f"decisions/{path.name}", row=number, expected="a keyed hash")
    return tuple(dict.fromkeys(found))


def append(path: Path, records: Iterable[str], when: date) -> None:
    """Adds those keyed hashes that the list does not hold yet, and forces them to disk."""
    known = set(read(path))
    rows = [{"record": record, "when": when.isoformat()} for record in records if record not in known]
    by_hand.append(path, COLUMNS, rows)


def load(con: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Leaves `forgotten(record)` and an empty `forgotten_lines(file, row)`; returns whether anybody is on the list."""
    listed = read(folder / "decisions" / FILE)
    con.execute("CREATE OR REPLACE TEMP TABLE forgotten (record VARCHAR)")
    if listed:
        con.register("forgotten_given", pa.table({"record": pa.array(listed, pa.string())}))
        con.execute("INSERT INTO forgotten SELECT * FROM forgotten_given")
        con.unregister("forgotten_given")
    con.execute("CREATE OR REPLACE TEMP TABLE forgotten_lines (file VARCHAR, row BIGINT)")
    return bool(listed)


def faults(columns: Mapping[str, str], reference: Callable[[str, str], str]) -> list[tuple[str, str, str]]:
    """Condition, column and reason for the lines of a table with these columns (name -> SQL)."""
    keys = []
    if "ref_key" in columns:
        keys.append(("person_ref", columns["ref_key"]))
    if "person_id" in columns:
        keys.append(("person_id", reference(f"'{NOBODYS}'", columns["person_id"])))
    listed = "(SELECT record FROM forgotten)"
    return [(f"coalesce(({key}) IN {listed}, false)", column, f"'{REASON}'") for column, key in keys]


def note_lines(con: duckdb.DuckDBPyConnection, file: str, row: str, relation: str) -> None:
    """Adds to `forgotten_lines` where in `file` the lines stand that were set aside for this reason."""
    con.execute(
        f"INSERT INTO forgotten_lines SELECT DISTINCT $1, {row} FROM {relation} WHERE ends_with(bad, $2)",
        [file, f"|{REASON}"],
    )
