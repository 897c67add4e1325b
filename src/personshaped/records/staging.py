"""One part of a table (a file, or one block of its mapping) read, typed and set down, with what was wrong beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from personshaped.errors import InputError
from personshaped.records import forgotten, mapping, presidio, redaction
from personshaped.records.columns import Typed, typed, value_name
from personshaped.records.counting import Tally
from personshaped.records.dates import TimeForm, decide, shape_query
from personshaped.records.expressions import told_by_the_database
from personshaped.records.folder import Redaction
from personshaped.records.formats import Plain
from personshaped.records.lines import Lines
from personshaped.records.mapping import Cell, quoted_name
from personshaped.records.ragged import Unread
from personshaped.records.sources import Block
from personshaped.sql import literal
from personshaped.tables import CANONICAL

Reference = Callable[[str, str], str]
PER_PART = 10_000_000_000
"""Rows are numbered from `part × PER_PART`: one number for each row of a table."""
_KEYED = ("interactions", "people", "accounts")
_HOME = "'household'"
"""Stands in an agency's place where the number of a household is hashed."""


@dataclass(frozen=True)
class Part:
    """One part of a table as set down. `relation` is SQL for its rows: the typed columns, `n` (its number), `bad`
    (why it is set aside, `column|reason`), `blanked` (cells that could not be read), `row_hash`, and `ref_key`.
    `wordless` is the same without `words`, where these are made as they are read.

    `clean` says that no row is at fault, no word unknown and every interaction_id given and unique. `tally` is what
    it holds, where that was seen on the way.
    """

    table: str
    number: int
    file: str
    relation: str
    columns: frozenset[str]
    wordless: str = ""
    passed_over: int = 0
    unread: tuple[Unread, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    block: int = 1
    said: tuple[str, ...] = ()
    clean: bool = False
    tally: Tally | None = None

    @property
    def base(self) -> int:
        return self.number * PER_PART

    def row_sql(self, n: str = "n") -> str:
        """The row of the file that a numbered row stands in, headings being row 1."""
        return f"({n} - {self.base} + 1)"


@dataclass(frozen=True)
class Stage:
    """What staging needs to know besides the lines."""

    con: duckdb.DuckDBPyConnection
    work: Path
    reference: Reference
    personal: bool
    people_known: bool
    redaction: Redaction
    guarded: bool = False  # cells of the folder's CSV files were given apostrophes on writing
    forgetting: bool = False  # somebody is on the list of those to be forgotten


def stage(to: Stage, table: str, number: int, plain: Plain, lines: Lines, block: Block | None) -> Part:
    """Reads one part and sets it down: interactions as Parquet in the work folder, any other as a table.

    It is read once where its times are ISO, and again by the forms found over whole columns where they are not.
    """
    line = lines.line
    if block:
        _tried(to.con, block, lines)
    cells = mapping.block_cells(line, block) if block else mapping.own_names(line, table, _guarded(to, plain))
    _require(table, cells, plain.name)
    when = mapping.when_sql(line, block) if block else "true"
    texts = ", ".join(f"{cell.sql} AS {quoted_name(name)}" for name, cell in cells.items())
    # a mapped row is a duplicate only where the whole line is: two lines may differ in what the mapping leaves out
    whole = ", ".join(f"line.{quoted_name(name)}::VARCHAR" for name in line.types) if block else "1"
    counted = table == "interactions" and not block and not to.people_known and lines.unnumbered != ""
    places, relation = ("0 AS line_number", lines.unnumbered) if counted else ("line_number", lines.relation)
    text = f"(SELECT {places}, hash({whole}) AS line_hash, {texts} FROM {relation} AS line WHERE {when})"
    mapped = f"mapped_{number}"
    if block and block.holds_sql:  # in a query of its own: the next one holds the key of the pseudonyms
        to.con.execute(f"CREATE OR REPLACE TEMP TABLE {mapped} AS SELECT * FROM {text}")
        text = mapped
    columns, target = _set_down(to, table, number, cells, text, {})
    forms = _forms(to.con, table, cells, text) if _any_fault(to.con, target) else {}
    if forms:
        columns, target = _set_down(to, table, number, cells, text, forms)
    to.con.execute(f"DROP TABLE IF EXISTS {mapped}")
    if counted:  # the Parquet has the file's order: its row numbers are the places
        target = f"(SELECT * REPLACE (n + file_row_number + 1 AS n) FROM {target[:-1]}, file_row_number = true))"
    unused = () if block else tuple(name for name in line.types if name.lower() not in CANONICAL[table].names)
    part = Part(
        table, number, plain.name, target, columns, forms={k: v.says for k, v in forms.items()},
        unused=unused, unread=plain.unread, said=lines.said,
    )  # fmt: skip
    return replace(part, passed_over=_passed_over(to.con, lines, target)) if block and block.when else part


def _guarded(to: Stage, plain: Plain) -> bool:
    """Whether we wrote the file and put apostrophes before what a spreadsheet would take for a formula."""
    return plain.format == "csv" and (to.guarded or plain.name.startswith("decisions/"))


def _tried(con: duckdb.DuckDBPyConnection, block: Block, lines: Lines) -> None:
    """Raises InputError naming the column whose SQL or format cannot be run: of the whole query nobody could tell."""
    given = [(name, cell.sql, cell.format) for name, cell in block.columns.items()]
    if block.when is not None:
        given.append(("when", block.when.sql, None))
    for name, sql, form in given:
        if word := told_by_the_database(sql, lines.line.types) if sql else "":
            raise InputError(f"{word} is told by the database", file=lines.line.file, column=name,
                             expected="SQL over the columns of the line")  # fmt: skip
        try:
            if sql:
                con.execute(f"SELECT line_number, ({sql}\n) FROM {lines.relation} AS line LIMIT 0")
            if form:
                con.execute(f"SELECT try_strptime('', {literal(form)})")
        except (duckdb.ProgrammingError, duckdb.DataError) as error:
            said = str(error).splitlines()[0]
            expected = "SQL over the columns of the line" if sql else "a format as of strptime, e.g. %d/%m/%Y"
            raise InputError(said, file=lines.line.file, column=name, expected=expected) from None


def _passed_over(con: duckdb.DuckDBPyConnection, lines: Lines, target: str) -> int:
    (whole,) = con.execute(f"SELECT count(*) FROM {lines.relation} AS line").fetchone() or (0,)
    (rows,) = con.execute(f"SELECT count(*) FROM {target}").fetchone() or (0,)
    return int(whole - rows)


def _any_fault(con: duckdb.DuckDBPyConnection, target: str) -> bool:
    found = con.execute(f"SELECT 1 FROM {target} WHERE bad IS NOT NULL OR blanked IS NOT NULL LIMIT 1").fetchone()
    return found is not None


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
    if table in _KEYED and "person_ref" in cells:
        columns["ref_key"] = to.reference(columns["agency"], columns["person_ref"])
        if to.personal and table != "people":
            columns["person_ref"] = "NULL::VARCHAR"
    if "household_id" in cells:
        columns["household_id"] = _household(to, table, columns)
    listed = ", ".join(f"{sql} AS {quoted_name(name)}" for name, sql in columns.items())
    wrong = [*(forgotten.faults(columns, to.reference) if to.forgetting else ()), *made.faults]
    faults = " ".join(f"WHEN {condition} THEN {literal(column + '|')} || {said}" for condition, column, said in wrong)
    bad = f"CASE {faults} END" if faults else "NULL"
    blanked = ", ".join(f"CASE WHEN {condition} THEN {literal(name)} END" for condition, name in made.blanks)
    blank = f"nullif(concat_ws(';', {blanked}), '')" if blanked else "NULL::VARCHAR"
    hashed = ", ".join(f'"{name}"::VARCHAR' if name in cells else "NULL::VARCHAR" for name in names if name != "source")
    return (
        f"SELECT {number * PER_PART} + line_number AS n, {listed}, ({bad})::VARCHAR AS bad,"
        f" {blank} AS blanked,"
        f" hash(line_hash, {hashed}) AS row_hash FROM {read}"
    )


def _household(to: Stage, table: str, columns: Mapping[str, str]) -> str:
    """The number of a household as a keyed hash: an agency's own, unless the row tells whom it means (ADR 0450)."""
    given = columns["household_id"]
    whole = to.reference(_HOME, given)
    if table != "people":
        return whole
    own = to.reference(_HOME, f"{columns['agency']} || ':' || {given}")
    return f"CASE WHEN {columns['person_id']} IS NULL THEN {own} ELSE {whole} END" if "person_id" in columns else own


def _set_down(
    to: Stage, table: str, number: int, cells: Mapping[str, Cell], text: str, forms: Mapping[str, TimeForm]
) -> tuple[frozenset[str], str]:
    """The columns, and SQL for the rows where they now lie."""
    made = typed(CANONICAL[table], cells, forms)
    select = _select(to, table, number, cells, made, text)
    if "words" in made.columns:
        select = redaction.redacted(select)
    if to.people_known and "words" in made.columns and table in _KEYED:
        select = redaction.redact_names(to.con, f"({select})")
    if to.redaction.presidio and "words" in made.columns:
        select = f"SELECT * REPLACE ({presidio.FUNCTION}(words) AS words) FROM ({select})"
    if table != "interactions":
        to.con.execute(f"CREATE OR REPLACE TEMP TABLE staged_{table}_{number} AS {select}")
        return frozenset(made.columns), f"staged_{table}_{number}"
    path = literal(str(to.work / f"interactions-{number}.parquet"))
    to.con.execute(f"COPY ({select}) TO {path} (FORMAT parquet, COMPRESSION snappy)")
    return frozenset(made.columns), f"read_parquet({path})"
