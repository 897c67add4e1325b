"""The first lines of agencies' files, as text, for `init` to look at."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow.parquet as pq
from openpyxl import load_workbook

from personshaped.errors import InputError
from personshaped.records import databases, event_logs, workbooks
from personshaped.records.archives import Scratch, check_workbook, gunzip, scratch, unzip
from personshaped.records.sniffing import sniff

LINES = 20_000
"""So many lines of a file are looked at: enough for every word of a list that matters."""
_TEXTS = (".csv", ".tsv", ".txt", ".tab", ".psv")


@dataclass(frozen=True)
class Sample:
    """The first lines of one table: a file, a member of an archive, a sheet of a book, a table of a database.

    `path` is as `study.toml` names it but for the sheet or table; `whole` says that there are no further lines.
    """

    path: str
    encoding: str
    delimiter: str
    sheet: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return "/".join(part for part in (self.path, self.sheet, self.table) if part)

    def cells(self, column: str) -> list[str]:
        """One column, trimmed; blanks are empty."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows]


def samples(file: Path, path: str, work: Path) -> list[Sample]:
    """The tables of a file, each with its first lines; `path` is how `study.toml` will name it.

    Raises InputError where it is missing, empty, of a kind that is not known, or a bomb.
    """
    if not file.is_file():
        raise InputError("no such file", file=str(file), expected="an agency's file: csv, xlsx, parquet, xes, zip …")
    if file.suffix.lower() == ".zip":
        return _members(file, path, work)
    with scratch(work) as files, file.open("rb") as opened:
        return _of_kind(opened, str(file), file.name.lower(), path, files)


def _members(file: Path, path: str, work: Path) -> list[Sample]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [
                one for one in archive.namelist() if Path(one).suffix.lower() in (*_TEXTS, ".xlsx", ".parquet", ".xes")
            ]
    except zipfile.BadZipFile:
        raise InputError("is not a zip archive", file=path, expected="a zip archive") from None
    found: list[Sample] = []
    for name in sorted(names):
        with scratch(work) as files:
            member, unpacked, _ = unzip(file, name, f"{path}/{name}", files)
            try:
                found += _of_kind(member, unpacked, name.lower(), f"{path}/{name}", files)
            except InputError as error:
                if not any(said in str(error) for said in ("empty", "no rows")):
                    raise
    if not found:
        raise InputError("holds no table", file=path, expected="csv, xlsx, parquet or xes inside")
    return found


def _of_kind(file: BinaryIO, unpacked: str, lower: str, path: str, files: Scratch) -> list[Sample]:
    if lower.endswith(".gz"):
        file, unpacked = gunzip(file, path, files)
        lower = lower[:-3]
    if lower.endswith(_TEXTS):
        return [_text(file, path)]
    if lower.endswith(".parquet"):
        return [_parquet(unpacked, path)]
    if lower.endswith((".xes", ".xml")):
        return [_sample(event_logs.xes(file, path), path)]
    if lower.endswith((".json", ".jsonocel", ".ocel")):
        return [_sample(event_logs.ocel(file, path), path)]
    if lower.endswith((".xlsx", ".xlsm")):
        check_workbook(unpacked, path)
        return [_sample(workbooks.rows(unpacked, name, path), path, sheet=name) for name in _sheets(unpacked, path)]
    if lower.endswith((".sqlite", ".sqlite3", ".db")):
        return [_sample(databases.sqlite(unpacked, name, path), path, table=name) for name in _tables(unpacked, path)]
    expected = "csv, tsv, xlsx, parquet, xes, ocel, sqlite, zip or gz"
    raise InputError("a kind of file that is not known", file=path, expected=expected)


def _text(file: BinaryIO, path: str) -> Sample:
    written = sniff(file, path)
    file.seek(0)
    text = io.TextIOWrapper(file, written.encoding, newline="")
    try:
        rows = csv.reader((line.replace("\0", "") for line in text), delimiter=written.delimiter)
        found = _sample(rows, path, encoding=written.encoding, delimiter=written.delimiter)
    finally:
        text.detach()
    return Sample(**{**vars(found), "columns": written.columns})


def _parquet(unpacked: str, path: str) -> Sample:
    try:
        with pq.ParquetFile(unpacked) as file:
            names = list(file.schema_arrow.names)
            batches = (batch.to_pylist() for batch in file.iter_batches(5000))
            lines = ([row[name] for name in names] for rows in batches for row in rows)
            return _sample(iter([names, *islice(lines, LINES + 1)]), path)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", file=path, expected="a Parquet file") from None


def _sheets(unpacked: str, path: str) -> list[str]:
    """The sheets with a heading and at least one row."""
    try:
        book = load_workbook(unpacked, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError) as error:
        raise InputError(f"cannot be opened: {error}", file=path, expected="an .xlsx workbook") from None
    with closing(book):
        return [sheet.title for sheet in book.worksheets if (sheet.max_row or 2) > 1 and (sheet.max_column or 2) > 1]


def _tables(unpacked: str, path: str) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{Path(unpacked).absolute().as_uri()}?mode=ro", uri=True)) as con:
            return [row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    except sqlite3.Error as error:
        raise InputError(f"cannot be read: {error}", file=path, expected="a SQLite file") from None


def _sample(
    rows: Iterator[Sequence[Any]],
    path: str,
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    table: str = "",
) -> Sample:
    """Headings, then the first lines; a short line is filled up, a long one cut."""
    head = next((row for row in rows if any(_cell(cell) for cell in row)), None)
    if head is None:
        raise InputError("is empty", file=path, expected="a heading line and rows")
    columns = tuple(_cell(cell) for cell in head)
    width = len(columns)
    found: list[tuple[str, ...]] = []
    for row in islice(rows, LINES + 1):
        cells = tuple(_cell(cell) for cell in row)
        if any(cells):
            found.append((cells + ("",) * width)[:width])
    return Sample(path, encoding, delimiter, sheet, table, columns, tuple(found[:LINES]), len(found) <= LINES)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).strip()
