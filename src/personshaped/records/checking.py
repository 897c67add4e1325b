"""Rows and cells at fault over whole tables (spec 1.5): duplicates, repeated ids, words that no list has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from personshaped.records.mapping import quoted_name
from personshaped.records.report import listed
from personshaped.records.staging import Part
from personshaped.sql import literal
from personshaped.tables import CANONICAL

_OFTEN = 0.02  # share of exact duplicates above which they are worth a warning


@dataclass(frozen=True)
class Duplicates:
    """`dropped` says whether a table `dropped_<table>(n)` lists rows to leave out; `renamed` whether
    `renamed_<table>(n, new_id)` lists new interaction ids."""

    count: int
    dropped: bool
    renamed: bool = False


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0


def union(parts: Sequence[Part], columns: Sequence[str]) -> str:
    """SQL for the rows of all parts that are not set aside; a column that a part lacks is NULL."""
    pieces = []
    for part in parts:
        names = ", ".join(
            quoted_name(name) if name in (*part.columns, "n", "row_hash", "ref_key") else f"NULL AS {quoted_name(name)}"
            for name in columns
        )
        pieces.append(f"SELECT {names} FROM {part.relation} WHERE bad IS NULL")
    return f"({' UNION ALL '.join(pieces)})"


def find_duplicates(con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[Part]) -> Duplicates:
    """Rows equal in every column but `source`: all but the first are dropped. Rows are compared by hash, and those
    with equal hashes column by column, so that no two different rows are ever taken for one."""
    if len(parts) == 1 and parts[0].clean:
        return Duplicates(0, False)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE same_hash AS
        SELECT row_hash FROM {union(parts, ("row_hash",))} GROUP BY row_hash HAVING count(*) > 1"""
    )
    if not _one(con, "SELECT count(*) FROM same_hash"):
        return Duplicates(0, False)
    present = sorted(frozenset().union(*(part.columns for part in parts)) - {"source"})
    pieces = ", ".join(quoted_name(name) for name in present)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE dropped_{table} AS
        SELECT n FROM (
            SELECT n, row_number() OVER (PARTITION BY row_hash, {pieces} ORDER BY n) AS place
            FROM {union(parts, ("n", "row_hash", *present))} SEMI JOIN same_hash USING (row_hash))
        WHERE place > 1"""
    )
    return Duplicates(_one(con, f"SELECT count(*) FROM dropped_{table}"), True)


def find_repeated_ids(con: duckdb.DuckDBPyConnection, parts: Sequence[Part], dropped: bool) -> int:
    """Leaves `renamed_interactions(n, new_id)` for rows that share an interaction_id with a different row; returns how
    many. The first by content keeps the id, the next become `id~2`, `id~3`: whatever order the files are read in."""
    if len(parts) == 1 and parts[0].clean:
        return 0
    rows = union(parts, ("n", "interaction_id", "row_hash"))
    left = "WHERE n NOT IN (SELECT n FROM dropped_interactions)" if dropped else ""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT hash(interaction_id) AS id_hash FROM {rows} {left} GROUP BY 1
        HAVING count(interaction_id) > 1"""
    )
    if not _one(con, "SELECT count(*) FROM repeated"):
        return 0
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE renamed_interactions AS
        SELECT n, interaction_id || '~' || place AS new_id FROM (
            SELECT n, interaction_id, row_number() OVER (PARTITION BY interaction_id ORDER BY row_hash, n) AS place
            FROM (SELECT * FROM {rows} {left}) WHERE hash(interaction_id) IN (SELECT id_hash FROM repeated)
              AND interaction_id IS NOT NULL)
        WHERE place > 1"""
    )
    return _one(con, "SELECT count(*) FROM renamed_interactions")


def unknown_words(
    con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[Part]
) -> dict[str, list[tuple[str, int]]]:
    """By enum column, the words that its list does not have, with how often they come."""
    found: dict[str, list[tuple[str, int]]] = {}
    parts = [part for part in parts if not part.clean]
    for column in CANONICAL[table].columns:
        if column.type != "enum" or not any(column.name in part.columns for part in parts):
            continue
        name, known = quoted_name(column.name), ", ".join(map(literal, column.values))
        counted = f"(SELECT {name} AS word, count(*) AS times FROM {union(parts, (column.name,))} GROUP BY 1)"
        rows = con.execute(
            f"""SELECT word, sum(times)::BIGINT
            FROM (SELECT unnest(string_split(word, ';')) AS word, times FROM {counted})
            WHERE word NOT IN ({known}) AND word <> '' GROUP BY 1 ORDER BY 2 DESC, 1"""
        ).fetchall()
        if rows:
            found[column.name] = rows
    return found


def say_unknown(table: str, found: dict[str, list[tuple[str, int]]]) -> list[str]:
    """The warning for each column with such words."""
    said = []
    for name, words in found.items():
        becomes = "other" if "other" in CANONICAL[table][name].values else "blank"
        named = listed([f"{word} ({count:,})" for word, count in words], 8)
        said.append(f"{table}, {name}: words that the list does not have, read as {becomes}: {named}")
    return said


def warn_blanked(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[str]:
    """Cells that could not be read as their type and were left blank, by file and column."""
    said = []
    for part in parts:
        if part.clean:
            continue
        for name, count, row in con.execute(
            f"""SELECT one, count(*), min({part.row_sql()}) FROM (
                SELECT unnest(string_split(blanked, ';')) AS one, n FROM {part.relation}
                WHERE blanked IS NOT NULL AND bad IS NULL) GROUP BY 1 ORDER BY 1"""
        ).fetchall():
            kind = CANONICAL[part.table][name].type
            kind = _TYPES.get(kind, kind)
            said.append(f"{part.file}, {name}: {count:,} cells are not a {kind} and were left blank (first: row {row})")
    return said


_TYPES = {"num": "number", "int": "whole number", "yesno": "yes or no"}


def warn_duplicates(table: str, count: int, rows: int) -> list[str]:
    """More than 2% exact duplicates."""
    return [f"{table}: {count:,} of {rows:,} rows are exact duplicates"] if rows and count > _OFTEN * rows else []
