"""The first lines of agencies' files, as text, for `init` to look at: read in the same way as a study reads them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from personshaped.errors import InputError
from personshaped.records import workbooks
from personshaped.records.archives import Scratch, members, scratch, unzip
from personshaped.records.dates import define_macros
from personshaped.records.formats import KINDS, Plain, Said, open_plain, read_carefully
from personshaped.records.lines import lines_of
from personshaped.records.mapping import quoted_name

LINES = 20_000
"""So many lines of a file are looked at: enough for every word of a list that matters."""
_BOOKS, _BASES = (".xlsx", ".xlsm"), (".sqlite", ".sqlite3", ".db")


@dataclass(frozen=True)
class Sample:
    """The first lines of one table: a file, a member of an archive, a sheet of a book, a table of a database.

    `path` is as `study.toml` names it but for the sheet or table; `whole` says that there are no further lines. `codes`
    has, for each column of codes, the word of each; `explains` names the columns whose codes this table tells.
    """

    path: str
    encoding: str
    delimiter: str
    sheet: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool
    heading_row: int = 1
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    explains: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return "/".join(part for part in (self.path, self.sheet, self.table) if part)

    def cells(self, column: str) -> list[str]:
        """One column, trimmed; blanks are empty, codes are the words that they stand for."""
        place, words = self.columns.index(column), self.codes.get(column, {})
        return [words.get(row[place], row[place]) for row in self.rows]


def samples(file: Path, path: str, work: Path) -> list[Sample]:
    """The tables of a file, each with its first lines; `path` is how `study.toml` will name it.

    Raises InputError where it is missing, empty, of a kind that is not known, or a bomb.
    """
    if not file.is_file():
        raise InputError("no such file", file=str(file), expected="an agency's file: csv, xlsx, parquet, xes, zip …")
    with scratch(work) as files, closing(duckdb.connect()) as con:
        for macro in define_macros(personal=True):
            con.execute(macro)
        if file.suffix.lower() != ".zip":
            if alone := list(_tables(con, file, "", path, files)):
                return alone
            raise InputError("holds no table with rows", file=path, expected="headings and rows below them")
        found: list[Sample] = []
        for member in _members(file, path):
            try:
                found += _tables(con, file, member, path, files)
            except InputError as error:
                if "is empty" not in str(error):
                    raise
    if not found:
        raise InputError("holds no table", file=path, expected="csv, xlsx, parquet or xes inside")
    return found


def _members(file: Path, path: str) -> list[str]:
    return [one for one in members(file, path) if one.lower().removesuffix(".gz").endswith(KINDS)]


def _tables(con: duckdb.DuckDBPyConnection, file: Path, member: str, path: str, files: Scratch) -> Iterator[Sample]:
    """One sample a table; sheets with nothing below their headings are passed over."""
    inner = f"{file.name}/{member}" if member else file.name
    named = f"{path}/{member}" if member else path
    lower = inner.lower()
    unpacked = unzip(file, member, named, files)[1] if member and lower.endswith((*_BOOKS, *_BASES)) else str(file)
    if lower.endswith(_BOOKS):
        for sheet in workbooks.sheet_names(unpacked, named):
            if any(True for _ in zip(range(2), workbooks.rows(unpacked, sheet, named), strict=False)):
                found = _sample(con, open_plain(file.parent, inner, files, Said(table=sheet)), named, files)
                if found.rows and len(found.columns) > 1:
                    yield replace(found, sheet=sheet)
    elif lower.endswith(_BASES):
        for table in _names(unpacked, named):
            plain = open_plain(file.parent, inner, files, Said(table=table))
            yield replace(_sample(con, plain, named, files), table=table)
    else:
        yield _sample(con, open_plain(file.parent, inner, files, Said()), named, files)


def _names(unpacked: str, path: str) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{Path(unpacked).absolute().as_uri()}?mode=ro", uri=True)) as con:
            return [row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    except sqlite3.Error as error:
        raise InputError(f"cannot be read: {error}", file=path, expected="a SQLite file") from None


def _sample(con: duckdb.DuckDBPyConnection, plain: Plain, path: str, files: Scratch) -> Sample:
    try:
        columns, rows = _first_lines(con, plain)
    except (duckdb.Error, UnicodeDecodeError):  # some row cannot be cut into cells, nor quoted in whole letters
        columns, rows = _first_lines(con, read_carefully(plain, files))
    encoding, delimiter = (plain.written.encoding, plain.written.delimiter) if plain.format == "csv" else ("", "")
    kept = [tuple(cell.strip() if cell else "" for cell in row) for row in rows[:LINES]]
    return Sample(
        path, encoding, delimiter, "", "", columns, tuple(row for row in kept if any(row)), len(rows) <= LINES,
        plain.written.heading_row,
    )  # fmt: skip


def _first_lines(con: duckdb.DuckDBPyConnection, plain: Plain) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    lines = lines_of(con, plain)
    columns = tuple(lines.line.types)
    texts = ", ".join(f"{quoted_name(name)}::VARCHAR" for name in columns)
    return columns, con.execute(
        f"SELECT {texts} FROM {lines.unnumbered or lines.relation} LIMIT {LINES + 1}"
    ).fetchall()
