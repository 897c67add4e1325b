"""The `[[source]]` blocks of `study.toml`: which of an agency's files, and what each of its lines becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from personshaped.errors import InputError
from personshaped.records.expressions import expression
from personshaped.tables import CANONICAL

TOML = "study.toml"
_TEXTS = ("path", "encoding", "delimiter", "sheet", "table")
_HEADING, _MISSING = "heading_row", "missing"
REFERENCES = (
    "interaction_id",
    "contact_id",
    "person_ref",
    "person_id",
    "need_id",
    "household_id",
    "staff_id",
    "other_ids",
)
"""Columns of numbers: an id that is called `NA`, `null` or `0` is an id."""
_CELL = ("column", "const", "sql", "format", "values", "else")


@dataclass(frozen=True)
class Cell:
    """Where one canonical cell comes from: exactly one of `column`, `const` and `sql` is given.

    `format` is the strftime of a date; `values` maps the agency's words to canonical ones, compared after trimming;
    `otherwise` (written `else`) stands for words that `values` does not hold.
    """

    column: str | None = None
    const: str | None = None
    format: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    sql: str | None = None


@dataclass(frozen=True)
class When:
    """Which lines a block is for: those in which `column` is not blank, or one of `words`; or where `sql` is true."""

    column: str = ""
    words: tuple[str, ...] = ()
    sql: str = ""


@dataclass(frozen=True)
class Block:
    """One `[[source.TABLE]]`: a row of `table` for each line, or for those that `when` chooses. Cells that are one of
    `missing` are blank, but for those of `REFERENCES`."""

    table: str
    when: When | None
    columns: Mapping[str, Cell]
    missing: tuple[str, ...] = ()

    @property
    def holds_sql(self) -> bool:
        """Whether a mapping's own SQL is a part of it."""
        return bool(self.when and self.when.sql) or any(cell.sql for cell in self.columns.values())


@dataclass(frozen=True)
class Lookup:
    """A file joined to each line by the column `on`, which both have; of a workbook one `sheet`, of a database one
    `table`."""

    on: str
    file: str
    sheet: str | None = None
    table: str | None = None


@dataclass(frozen=True)
class Source:
    """One of an agency's own files and its mapping; what is None is found out on reading.

    `sheet` is a spreadsheet's, `table` a database's; `heading_row` is 0 where it is not said. `written` is the path as
    `study.toml` has it, which may stand for several files.
    """

    path: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    table: str | None
    lookup: tuple[Lookup, ...]
    blocks: tuple[Block, ...]
    heading_row: int = 0
    written: str = ""

    @property
    def name(self) -> str:
        """What messages call it."""
        return shown_name(self.path, self.sheet or self.table or "")

    @property
    def tables(self) -> frozenset[str]:
        """The canonical tables that its lines become."""
        return frozenset(block.table for block in self.blocks)

    @property
    def file_names(self) -> tuple[str, ...]:
        """The paths it names, as written; a database server is none."""
        return tuple(name for name in (self.path, *(one.file for one in self.lookup)) if "://" not in name)


def shown_name(path: str, table: str) -> str:
    """What messages call a file, or one sheet or table of it."""
    return f"{path}/{table}" if table and "://" not in path else shown_path(path)


def shown_path(path: str) -> str:
    """The path of a source; of a database server without whoever signs in, the password and the options."""
    return path.split("@")[-1].split("?")[0] if "://" in path else path


def parse_source(given: Any, number: int) -> Source:
    """One `[[source]]`. Raises InputError naming the key at fault and the nearest right one."""
    where = f"[[source]] {number}"
    if not isinstance(given, Mapping) or not given.get("path"):
        raise InputError(f"{where} names no path", file=TOML, expected='path = "police/2023.csv"')
    where = f"[[source]] {shown_path(str(given['path']))}"
    known(given, (*_TEXTS, _HEADING, _MISSING, "lookup", *CANONICAL), where)
    texts = {key: text(given[key], f"{where}, {key}") if key in given else None for key in _TEXTS}
    if len(texts["delimiter"] or ",") != 1:
        expected = 'one character, e.g. ";"'
        raise InputError(f"{where}, delimiter = {texts['delimiter']!r}", file=TOML, expected=expected)
    missing = _words(given.get(_MISSING, []), f"{where}, {_MISSING}")
    blocks = tuple(
        replace(_block(table, one, f"{where}, [[source.{table}]]"), missing=missing)
        for table in CANONICAL
        if table in given
        for one in _several(given[table])
    )
    if not blocks:
        expected = "a [[source.interactions]] below it, or another table"
        raise InputError(f"{where} says nothing of what its lines become", file=TOML, expected=expected)
    return Source(
        path=texts["path"] or "",
        encoding=texts["encoding"],
        delimiter=texts["delimiter"],
        sheet=texts["sheet"],
        table=texts["table"],
        lookup=tuple(_lookup(one, where) for one in _several(given.get("lookup", []))),
        blocks=blocks,
        heading_row=_place(given[_HEADING], f"{where}, {_HEADING}") if _HEADING in given else 0,
    )


def _place(given: Any, where: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InputError(f"{where} = {given!r}", file=TOML, expected="the row of the headings, 1 for the first")
    return given


def _words(given: Any, where: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise InputError(f"{where} = {given!r}", file=TOML, expected='missing = ["N/A", "Unknown"]')
    return tuple(one.strip() for one in given)


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _lookup(given: Any, where: str) -> Lookup:
    where = f"{where}, lookup"
    if not isinstance(given, Mapping):
        raise InputError(f"{where} = {given!r}", file=TOML, expected='[ { on = "ProjectID", file = "Project.csv" } ]')
    known(given, ("on", "file", "sheet", "table"), where)
    absent = [key for key in ("on", "file") if key not in given]
    if absent:
        raise InputError(
            f"{where} has no {absent[0]}", file=TOML, expected='{ on = "ProjectID", file = "Project.csv" }'
        )
    on, file, sheet, table = (
        text(given[key], f"{where}, {key}") if key in given else None for key in ("on", "file", "sheet", "table")
    )
    return Lookup(on or "", file or "", sheet, table)


def _block(table: str, given: Any, where: str) -> Block:
    if not isinstance(given, Mapping):
        raise InputError(f"{where}: {given!r} is no block", file=TOML, expected="a line for each column of the table")
    known(given, ("when", *CANONICAL[table].names), where)
    columns = {key: _cell(value, f"{where}, {key}") for key, value in given.items() if key != "when"}
    return Block(table, _when(given["when"], f"{where}, when") if "when" in given else None, columns)


def _when(given: Any, where: str) -> When:
    if isinstance(given, str):
        return When(column=text(given, where))
    known(given, ("column", "equals", "in", "sql"), where)
    if set(given) == {"sql"}:
        return When(sql=expression(text(given["sql"], f"{where}, sql"), f"{where}, sql"))
    words = [given["equals"]] if "equals" in given else given.get("in", [])
    if "column" not in given or len(given) > 2 or not isinstance(words, list) or (len(given) == 2 and not words):
        expected = '"Left", { column = "Type", equals = "Call" }, { column = "Type", in = ["Call", "Visit"] }'
        raise InputError(f"{where} = {dict(given)!r}", file=TOML, expected=f'{expected} or {{ sql = "…" }}')
    return When(text(given["column"], f"{where}, column"), tuple(_cell_text(word).strip() for word in words))


def _cell(given: Any, where: str) -> Cell:
    if isinstance(given, str):
        return Cell(column=given)
    if not isinstance(given, Mapping):
        expected = f"a column's name, or {{ const = {given!r} }}"
        raise InputError(f"{where} = {given!r}", file=TOML, expected=expected)
    known(given, _CELL, where)
    if len({"column", "const", "sql"} & set(given)) != 1:
        expected = "exactly one of column, const and sql"
        raise InputError(f"{where} = {{ {', '.join(given)} }}", file=TOML, expected=expected)
    values = given.get("values", {})
    if not isinstance(values, Mapping):
        raise InputError(f"{where}, values = {values!r}", file=TOML, expected='values = { VA = "assess" }')
    return Cell(
        column=text(given["column"], f"{where}, column") if "column" in given else None,
        const=_cell_text(given["const"]) if "const" in given else None,
        format=text(given["format"], f"{where}, format") if "format" in given else None,
        values={str(key): _cell_text(value) for key, value in values.items()},
        otherwise=_cell_text(given["else"]) if "else" in given else None,
        sql=expression(text(given["sql"], f"{where}, sql"), f"{where}, sql") if "sql" in given else None,
    )


def _cell_text(value: Any) -> str:
    """TOML's values as a cell would hold them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def text(given: Any, where: str) -> str:
    """`given` if it is a text that says something. Raises InputError."""
    if not isinstance(given, str) or not given:
        raise InputError(f"{where} = {given!r}", file=TOML, expected="a text in quotes")
    return given


def known(given: Any, names: tuple[str, ...], where: str) -> None:
    """Raises InputError where `given` is no table, or for its first key that is none of `names`, with the nearest."""
    if not isinstance(given, Mapping):
        raise InputError(f"{where} = {given!r} is not a table", file=TOML, expected=f"a table with {names[0]}")
    for key in given:
        if key not in names:
            near = get_close_matches(key, names, n=1, cutoff=0.5)
            place = f"{where}, {key}" if where else key
            raise InputError(f"{place}: no such key", file=TOML, expected=near[0] if near else _listed(names))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
