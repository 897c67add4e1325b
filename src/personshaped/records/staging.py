"""One part of a table (a file, or one block of its mapping) read, typed and set down, with what was wrong beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from personshaped.errors import InputError
from personshaped.records import mapping, redaction
from personshaped.records.columns import Typed, typed, value_name
from personshaped.records.dates import TimeForm, decide, shape_query
from personshaped.records.formats import Plain
from personshaped.records.mapping import Cell, Line, literal, quoted_name
from personshaped.records.sources import Block
from personshaped.tables import CANONICAL

Reference = Callable[[str, str], str]
PER_PART = 10_000_000_000
"""Rows are numbered from `part × PER_PART`: one number for each row of a table."""
LONGEST_LINE = 2_000_000  # bytes; a line with an oversized field is set aside
_KEYED = ("interactions", "people", "accounts")


@dataclass(frozen=True)
class Unread:
    """A line that could not be cut into cells."""

    row: int
    reason: str


@dataclass(frozen=True)
class Part:
    """One part of a table as set down. `relation` is SQL for its rows: the typed columns, `n` (its number), `bad`
    (why it is set aside, `column|reason`), `blanked` (cells that could not be read), `row_hash`, and `ref_key`."""

    table: str
    number: int
    file: str
    relation: str
    columns: frozenset[str]
    passed_over: int = 0
    unread: tuple[Unread, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    block: int = 1

    @property
    def base(self) -> int:
        return self.number * PER_PART

    def row_sql(self, n: str = "n") -> str:
        """The row of the file that a numbered row stands in, headings being row 1."""
        before = [one.row - at for at, one in enumerate(self.unread, 1)]
        passed = f" + len(list_filter({before}, lambda one: one <= {n} - {self.base}))" if before else ""
        return f"({n} - {self.base} + 1{passed})"


_REASONS = {
    "MISSING COLUMNS": "ragged: fewer cells than headings",
    "TOO MANY COLUMNS": "ragged: more cells than headings",
    "LINE SIZE OVER MAXIMUM": f"a field is too large: the line is over {LONGEST_LINE // 1_000_000} MB",
    "UNQUOTED VALUE": "a quotation mark that is not closed",
    "INVALID ENCODING": "cannot be decoded",
}


def line_relation(con: duckdb.DuckDBPyConnection, plain: Plain, rejects: str) -> tuple[str, dict[str, str]]:
    """SQL for the lines of a file, and its columns with their types. Lines that cannot be cut go to table `rejects`."""
    if plain.parquet:
        source = f"read_parquet({literal(plain.path)})"
        try:
            found = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        except duckdb.Error:
            raise InputError("cannot be read", file=plain.name, expected="a Parquet file") from None
        types = {name: "VARCHAR" if kind.startswith("ENUM") else kind for name, kind, *_ in found}
        return (
            "(SELECT *, file_row_number + 1 AS line_number"
            f" FROM read_parquet({literal(plain.path)}, file_row_number = true))",
            types,
        )
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in plain.written.columns)
    source = (
        f"read_csv({literal(plain.path)}, auto_detect = false, header = true, delim = {literal(plain.delimiter)},"
        f" quote = '\"', escape = '\"', columns = {{{columns}}}, nullstr = '', strict_mode = true,"
        f" max_line_size = {LONGEST_LINE}, store_rejects = true, rejects_limit = 0,"
        f" rejects_table = '{rejects}', rejects_scan = '{rejects}_scan')"
    )
    return f"(SELECT *, row_number() OVER () AS line_number FROM {source})", dict.fromkeys(
        plain.written.columns, "VARCHAR"
    )


def join_lookups(
    con: duckdb.DuckDBPyConnection, relation: str, line: Line, joined: list[tuple[str, Plain]], number: int
) -> tuple[str, Line]:
    """The lines with the columns of their look-ups beside them; a line's own column stands before a look-up's.

    Of several lines with one key the first counts: a look-up never makes two lines of one.
    """
    types = dict(line.types)
    for at, (on, plain) in enumerate(joined):
        inner, found = line_relation(con, plain, f"unread_{number}_{at}")
        look = Line(plain.name, found, True)
        left = Line(line.file, types, True).cell(on, "lookup").sql
        right = look.cell(on, "lookup").sql
        new = [name for name in found if name.lower() not in {one.lower() for one in types}]
        table = f"lookup_{number}_{at}"
        kept = "".join(f", first({quoted_name(name)} ORDER BY line_number) AS {quoted_name(name)}" for name in new)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {right} AS lookup_key{kept} FROM {inner} GROUP BY 1"
        )
        names = "".join(f", looked.{quoted_name(name)}" for name in new)
        relation = (
            f"(SELECT line.*{names} FROM {relation} AS line LEFT JOIN {table} AS looked ON {left} = looked.lookup_key)"
        )
        types |= {name: found[name] for name in new}
    return relation, replace(line, types=types, odd_spaces=line.odd_spaces or bool(joined))


@dataclass(frozen=True)
class Stage:
    """What staging needs to know besides the lines."""

    con: duckdb.DuckDBPyConnection
    work: Path
    reference: Reference
    personal: bool
    people_known: bool


def stage(
    to: Stage, table: str, number: int, plain: Plain, line: Line, relation: str, rejects: str, block: Block | None
) -> Part:
    """Reads one part once and sets it down: interactions as Parquet in the work folder, any other as a table."""
    cells = mapping.block_cells(line, block) if block else mapping.own_names(line, CANONICAL[table].names)
    _require(table, cells, plain.name)
    when = mapping.when_sql(line, block) if block else "true"
    texts = ", ".join(f"{cell.sql} AS {quoted_name(name)}" for name, cell in cells.items())
    # a mapped row is a duplicate only where the whole line is: two lines may differ in what the mapping leaves out
    whole = ", ".join(f"line.{quoted_name(name)}::VARCHAR" for name in line.types) if block else "1"
    text = f"(SELECT line_number, hash({whole}) AS line_hash, {texts} FROM {relation} AS line WHERE {when})"
    forms = _forms(to.con, table, cells, text)
    made = typed(CANONICAL[table], cells, forms, plain.written.nuls)
    select = _select(to, table, number, cells, made, text)
    if to.people_known and "words" in made.columns and table in _KEYED:
        select = redaction.redact_names(to.con, f"({select})")
    target = _set_down(to, table, number, select, plain.name)
    unused = () if block else tuple(name for name in line.types if name.lower() not in CANONICAL[table].names)
    part = Part(
        table, number, plain.name, target, frozenset(made.columns), forms={k: v.says for k, v in forms.items()},
        unused=unused, unread=_unread(to.con, rejects),
    )  # fmt: skip
    if block and block.when:
        to.con.execute(f"DROP TABLE IF EXISTS {rejects}")
        (lines,) = to.con.execute(f"SELECT count(*) FROM {relation} AS line").fetchone() or (0,)
        (rows,) = to.con.execute(f"SELECT count(*) FROM {target}").fetchone() or (0,)
        part = replace(part, passed_over=lines - rows)
    return part


def _require(table: str, cells: Mapping[str, Cell], file: str) -> None:
    for name in CANONICAL[table].required:
        if name == "started_at" and table == "interactions" and "seq" in cells:
            continue
        if name not in cells:
            raise InputError(f"no column {name}", file=file, expected=f"the columns that {table} needs: "
                             + ", ".join(CANONICAL[table].required))  # fmt: skip


def _forms(con: duckdb.DuckDBPyConnection, table: str, cells: Mapping[str, Cell], text: str) -> dict[str, TimeForm]:
    """How the times of each column are written, where they are not all ISO: decided over the whole column."""
    asked = [
        name for name, cell in cells.items()
        if CANONICAL[table][name].type in ("time", "date") and cell.type == "VARCHAR" and cell.form is None
    ]  # fmt: skip
    if not asked:
        return {}
    found = {}
    other = ", ".join(f"count({quoted_name(name)}) > count(iso_time({quoted_name(name)}))" for name in asked)
    odd = con.execute(f"SELECT {other} FROM {text}").fetchone() or ()
    for name, is_odd in zip(asked, odd, strict=True):
        if is_odd:
            shape = con.execute(shape_query(quoted_name(name), text)).fetchone()
            form = decide(*shape) if shape else TimeForm()
            if form.formats:
                found[name] = form
    return found


def _select(to: Stage, table: str, number: int, cells: Mapping[str, Cell], made: Typed, text: str) -> str:
    """Everything about a row in one pass."""
    names = CANONICAL[table].names
    values = ", ".join(f"{sql} AS {value_name(name)}" for name, sql in made.columns.items())
    read = f"(SELECT *, {values} FROM {text})"
    columns = {name: value_name(name) for name in made.columns}
    if "words" in columns:
        columns["words"] = redaction.redacted(columns["words"])
    if table in _KEYED and "person_ref" in cells:
        columns["ref_key"] = to.reference(columns["agency"], columns["person_ref"])
        if to.personal and table != "people":
            columns["person_ref"] = "NULL::VARCHAR"
    listed = ", ".join(f"{sql} AS {quoted_name(name)}" for name, sql in columns.items())
    faults = " ".join(
        f"WHEN {condition} THEN {literal(column + '|')} || {said}" for condition, column, said in made.faults
    )
    bad = f"CASE {faults} END" if faults else "NULL"
    blanked = ", ".join(f"CASE WHEN {condition} THEN {literal(name)} END" for condition, name in made.blanks)
    blank = f"nullif(concat_ws(';', {blanked}), '')" if blanked else "NULL::VARCHAR"
    hashed = ", ".join(f'"{name}"::VARCHAR' if name in cells else "NULL::VARCHAR" for name in names if name != "source")
    return (
        f"SELECT {number * PER_PART} + line_number AS n, {listed}, ({bad})::VARCHAR AS bad,"
        f" {blank} AS blanked,"
        f" hash(line_hash, {hashed}) AS row_hash FROM {read}"
    )


def _set_down(to: Stage, table: str, number: int, select: str, file: str) -> str:
    try:
        if table == "interactions":
            path = to.work / f"interactions-{number}.parquet"
            to.con.execute(f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)")
            return f"read_parquet({literal(str(path))})"
        to.con.execute(f"CREATE OR REPLACE TEMP TABLE staged_{table}_{number} AS {select}")
        return f"staged_{table}_{number}"
    except (
        duckdb.BinderException,
        duckdb.ParserException,
        duckdb.InvalidInputException,
        duckdb.ConversionException,
    ) as error:
        said = str(error).splitlines()[0]
        raise InputError(f"cannot be read: {said}", file=file, expected="what study.toml says of it") from None


def _unread(con: duckdb.DuckDBPyConnection, rejects: str) -> tuple[Unread, ...]:
    """The lines that were rejected, each once, in order."""
    try:
        found = con.execute(
            f"SELECT line, first(error_type ORDER BY column_idx)::VARCHAR FROM {rejects} GROUP BY line ORDER BY line"
        ).fetchall()
    except duckdb.CatalogException:  # not CSV: nothing could be rejected
        return ()
    return tuple(Unread(row, _REASONS.get(kind, kind.lower())) for row, kind in found)
