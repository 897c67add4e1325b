"""Validation over whole tables (spec 1.5): duplicates, repeated ids, words that no list has, and what looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from personshaped.records.mapping import literal, quoted_name
from personshaped.records.staging import Part
from personshaped.tables import CANONICAL, PERSON_SIDE

MOST_EXAMPLES = 20
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
        listed = ", ".join(f"{word} ({count:,})" for word, count in words[:8])
        more = f" and {len(words) - 8:,} more" if len(words) > 8 else ""
        said.append(f"{table}, {name}: words that the list does not have, read as {becomes}: {listed}{more}")
    return said


def warn_blanked(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[str]:
    """Cells that could not be read as their type and were left blank, by file and column."""
    said = []
    for part in parts:
        for name, count in con.execute(
            f"""SELECT one, count(*) FROM (SELECT unnest(string_split(blanked, ';')) AS one FROM {part.relation}
            WHERE blanked IS NOT NULL AND bad IS NULL) GROUP BY 1 ORDER BY 1"""
        ).fetchall():
            kind = CANONICAL[part.table][name].type
            said.append(f"{part.file}, {name}: {count:,} cells are not a {_TYPES.get(kind, kind)} and were left blank")
    return said


_TYPES = {"num": "number", "int": "whole number", "yesno": "yes or no"}


def warn_interactions(con: duckdb.DuckDBPyConnection, front_doors: bool) -> list[str]:
    """What looks wrong in the finished `interactions`."""
    future, early, backwards, midnight, timed = con.execute(
        """SELECT count(*) FILTER (started_at > current_date + 1), count(*) FILTER (year(started_at) < 1900),
                  count(*) FILTER (ended_at < started_at),
                  count(*) FILTER (date_precision = 'minute' AND started_at = date_trunc('day', started_at)),
                  count(*) FILTER (date_precision = 'minute')
           FROM interactions"""
    ).fetchone() or (0, 0, 0, 0, 0)
    said = []
    if future:
        said.append(f"{future:,} interactions lie in the future")
    if early:
        said.append(f"{early:,} interactions lie before 1900")
    if backwards:
        said.append(f"{backwards:,} interactions end before they start")
    if midnight > 0.05 * timed:
        said.append(f"{midnight:,} of {timed:,} times are 00:00: perhaps only the day is known")
    doors = "UNION SELECT front_door FROM front_doors UNION SELECT agency FROM front_doors" if front_doors else ""
    unseen = con.execute(
        f"""SELECT referred_to, count(*) FROM interactions WHERE referred_to IS NOT NULL AND referred_to NOT IN
            (SELECT agency FROM interactions
             UNION SELECT front_door FROM interactions WHERE front_door IS NOT NULL {doors})
            GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
    if unseen:
        said.append("referred to bodies that these data hold no work of (kept: a finding): "
                    + ", ".join(f"{name} ({count:,})" for name, count in unseen[:8]))  # fmt: skip
    return said + _met_without_contact(con) + _gaps(con)


def _met_without_contact(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Needs said to be met by somebody else, with no contact of the person within 14 days before or after.

    Days go in fortnights, so that a day is only compared with those of its own fortnight and the two beside it.
    """
    side = ", ".join(map(literal, PERSON_SIDE))
    who = "hash(coalesce(person_id, ref_key), CASE WHEN person_id IS NULL THEN agency END)"
    day = "started_at::DATE - DATE '1900-01-01'"
    count = _one(
        con,
        f"""WITH met AS (SELECT {who} AS who, {day} AS day, row_number() OVER () AS place FROM interactions
                         WHERE need_met AND started_at IS NOT NULL AND NOT coalesce(initiated_by IN ({side}), false)),
        near AS (SELECT *, unnest([day // 14 - 1, day // 14, day // 14 + 1]) AS fortnight FROM met),
        contact AS (SELECT DISTINCT {who} AS who, {day} AS day FROM interactions
                    WHERE initiated_by IN ({side}) AND started_at IS NOT NULL AND {who} IN (SELECT who FROM met))
        SELECT (SELECT count(*) FROM met) - (
            SELECT count(DISTINCT place) FROM near JOIN contact
            ON contact.who = near.who AND contact.day // 14 = fortnight AND abs(contact.day - near.day) <= 14)""",
    )
    return [f"{count:,} needs are said to be met with no contact of the person within 14 days"] if count else []


def _gaps(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months without a row for an agency that had rows before and after: a gap of the extract, not of demand."""
    gaps = con.execute(
        """WITH months AS (SELECT DISTINCT agency, date_trunc('month', started_at)::DATE AS month FROM interactions
                           WHERE started_at IS NOT NULL AND date_precision NOT IN ('year', 'range')),
        steps AS (SELECT agency, month, lead(month) OVER (PARTITION BY agency ORDER BY month) AS next FROM months)
        SELECT agency, strftime(month + INTERVAL 1 MONTH, '%Y-%m'), strftime(next - INTERVAL 1 MONTH, '%Y-%m'),
               date_diff('month', month, next) - 1
        FROM steps WHERE date_diff('month', month, next) > 1 ORDER BY agency, month"""
    ).fetchall()
    said = [
        f"{agency}: no row {f'in {first}' if first == last else f'from {first} to {last}'},"
        " though there are before and after: a gap of the extract?"
        for agency, first, last, _ in gaps[:MOST_EXAMPLES]
    ]
    if len(gaps) > MOST_EXAMPLES:
        said.append(f"{len(gaps) - MOST_EXAMPLES:,} more such gaps")
    return said


def warn_people(con: duckdb.DuckDBPyConnection) -> list[str]:
    """References that hold two NHS numbers or two dates of birth."""
    said = []
    for column, words in (("nhs_number", "two NHS numbers"), ("born", "two dates of birth")):
        value = "regexp_replace(nhs_number, '[^0-9]', '', 'g')" if column == "nhs_number" else column
        count = _one(
            con,
            f"SELECT count(*) FROM (SELECT 1 FROM people GROUP BY agency, ref_key HAVING count(DISTINCT {value}) > 1)",
        )
        if count:
            said.append(f"people: {count:,} references have {words}")
    return said


def warn_duplicates(table: str, count: int, rows: int) -> list[str]:
    """More than 2% exact duplicates."""
    return [f"{table}: {count:,} of {rows:,} rows are exact duplicates"] if rows and count > _OFTEN * rows else []
