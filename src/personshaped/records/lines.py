"""The lines of a file and its look-ups as one relation in the database, each with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from personshaped.errors import InputError
from personshaped.records.formats import ROW, Plain
from personshaped.records.mapping import Line, quoted_name
from personshaped.sql import literal

MOST_EXAMPLES = 20
"""So many rows at fault are named, the others counted."""
LONGEST_LINE = 2_000_000  # bytes; a file with a longer one is read row by row


@dataclass(frozen=True)
class Lines:
    """`relation` is SQL for the rows, with `line_number` (the first row below the headings is 1); `line` is what a
    mapping may use of them; `said` is what joining the look-ups showed. `unnumbered`, where it is not empty, is the
    same without places but in the file's order: faster, because several threads may read it."""

    relation: str
    line: Line
    said: tuple[str, ...] = ()
    unnumbered: str = ""


def lines_of(con: duckdb.DuckDBPyConnection, plain: Plain) -> Lines:
    """The lines of a file. Raises InputError where it cannot be opened as what it says it is."""
    if plain.parquet:
        relation, types = _of_parquet(con, plain)
    else:
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in plain.columns)
        source = (
            f"read_csv({literal(plain.path)}, auto_detect = false, header = true,"
            f" delim = {literal(plain.written.delimiter)}, quote = '\"', escape = '\"', columns = {{{columns}}},"
            f" nullstr = '', strict_mode = true, max_line_size = {LONGEST_LINE})"
        )
        types = dict.fromkeys(plain.columns, "VARCHAR")
        relation = f"(SELECT *, row_number() OVER () AS line_number FROM {source})"
        return Lines(relation, Line(plain.name, types, plain.written.odd_spaces), unnumbered=source)
    return Lines(relation, Line(plain.name, types, plain.written.odd_spaces))


def _of_parquet(con: duckdb.DuckDBPyConnection, plain: Plain) -> tuple[str, dict[str, str]]:
    path = literal(plain.path)
    try:
        found = con.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
    except duckdb.Error:
        raise InputError("cannot be read", file=plain.name, expected="a Parquet file") from None
    types = {name: "VARCHAR" if kind.startswith("ENUM") else kind for name, kind, *_ in found}
    if not plain.numbered:
        source = f"(SELECT *, file_row_number + 1 AS line_number FROM read_parquet({path}, file_row_number = true))"
        return source, types
    row = quoted_name(types.pop(ROW) and ROW)
    return f"(SELECT * EXCLUDE ({row}), {row} - 1 AS line_number FROM read_parquet({path}))", types


def join_lookups(
    con: duckdb.DuckDBPyConnection, lines: Lines, joined: Sequence[tuple[str, Plain]], number: int
) -> Lines:
    """The lines with the columns of their look-ups beside them, in order; a line's own column stands before a
    look-up's. Of several rows with one key the first counts: a look-up never makes two lines of one."""
    for at, (on, plain) in enumerate(joined):
        lines = _joined(con, lines, on, plain, f"lookup_{number}_{at}")
    return lines


def _joined(con: duckdb.DuckDBPyConnection, lines: Lines, on: str, plain: Plain, table: str) -> Lines:
    types = dict(lines.line.types)
    inner = lines_of(con, plain)
    left = replace(lines.line, odd_spaces=True).cell(on, "lookup").sql
    right = replace(inner.line, odd_spaces=True).cell(on, "lookup").sql
    here = {name.lower() for name in types}
    new = [name for name in inner.line.types if name.lower() not in here]
    kept = "".join(f", first({quoted_name(name)} ORDER BY line_number) AS {quoted_name(name)}" for name in new)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT CAST({right} AS VARCHAR) AS lookup_key{kept},"
        f" count(*) AS lookup_times, min(line_number) AS lookup_line FROM {inner.relation} GROUP BY 1"
    )
    names = "".join(f", looked.{quoted_name(name)}" for name in new)
    key = f"CAST(({left}) AS VARCHAR)"
    said = [*lines.said, *_at_fault(con, plain, on, table)]
    (alone,) = con.execute(
        f"SELECT count(*) FROM {lines.relation} AS line ANTI JOIN {table} AS looked ON {key} = looked.lookup_key"
    ).fetchone() or (0,)
    if alone:
        said.append(f"{lines.line.file}: {alone:,} lines find nothing in {plain.name} by {on}")
    return Lines(
        f"(SELECT line.*{names} FROM {lines.relation} AS line"
        f" LEFT JOIN {table} AS looked ON {key} = looked.lookup_key)",
        replace(lines.line, types=types | {name: inner.line.types[name] for name in new}, odd_spaces=True),
        tuple(said),
    )


def _at_fault(con: duckdb.DuckDBPyConnection, plain: Plain, on: str, table: str) -> list[str]:
    """The rows of a look-up file that are of no use, each with its place and the reason; the first of them by name."""
    said = [f"{plain.name}, row {one.row}: {one.reason}; not looked up" for one in plain.unread]
    blank = con.execute(f"SELECT lookup_line + 1, lookup_times FROM {table} WHERE lookup_key IS NULL").fetchone()
    if blank:
        said.append(f"{plain.name}, row {blank[0]}, {on}: blank; {blank[1]:,} such rows are not looked up")
    rows, lost, first = con.execute(
        f"SELECT count(*), sum(lookup_times - 1), min(lookup_line) + 1 FROM {table}"
        " WHERE lookup_times > 1 AND lookup_key IS NOT NULL"
    ).fetchone() or (0, 0, 0)
    if rows:
        said.append(f"{plain.name}, {on}: {rows:,} keys stand on several rows (the first on row {first}); the first row"
                    f" of each counts, {lost:,} rows are not looked up")  # fmt: skip
    more = len(said) - MOST_EXAMPLES
    return said if more <= 0 else [*said[:MOST_EXAMPLES], f"{plain.name}: {more:,} more rows that are not looked up"]
