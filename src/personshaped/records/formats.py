"""Any file of an agency as one plain table of text at a path that DuckDB can read: the CSV itself, or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.errors import InputError
from personshaped.records import archives, databases, event_logs, workbooks
from personshaped.records.archives import Scratch
from personshaped.records.ragged import Unread, careful_rows
from personshaped.records.sniffing import FIRST_ROWS, Written, find_heading_row, headings, sniff
from personshaped.records.sources import shown_name, shown_path

ROW = "row of the file"
"""The column in which a file rewritten as Parquet keeps each row's place, the headings being row 1."""
_OF_SEVERAL = (".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db")
_TEXTS = (".csv", ".tsv", ".txt", ".tab", ".psv")
KINDS = (
    *_TEXTS,
    ".xlsx",
    ".xlsm",
    ".parquet",
    ".xes",
    ".xml",
    ".json",
    ".jsonocel",
    ".ocel",
    ".sqlite",
    ".sqlite3",
    ".db",
)
"""How the names of files that can be read end; each but Parquet may also be packed with gzip."""
_AT_ONCE = 20_000  # rows of a batch of Parquet
_OURS = Written("", "", (), nuls=False, odd_spaces=True, odd_lines=False)


@dataclass(frozen=True)
class Said:
    """What `study.toml` says of a file; blank or 0 is found out. `table` is a sheet, a database's table, or a query."""

    encoding: str = ""
    delimiter: str = ""
    table: str = ""
    heading_row: int = 0


@dataclass(frozen=True)
class Plain:
    """A file ready to read. `columns` are its headings in order; `unread` rows could not be cut into cells.

    `parquet` says how to read it, `numbered` that each row carries its place in the column `ROW`, `in_place` that it
    is the agency's own file, which stays where it is, and not a scratch file.
    """

    name: str
    path: str
    format: str
    written: Written
    columns: tuple[str, ...] = ()
    parquet: bool = False
    numbered: bool = False
    in_place: bool = False
    unread: tuple[Unread, ...] = ()


def open_plain(folder: Path, path: str, files: Scratch, said: Said) -> Plain:
    """The file `path` of a folder (`book.xlsx`, `a.zip/b.csv`, `cases.sqlite/visits`, `postgresql://…`).

    Raises InputError where it is missing, empty, undecodable, broken or a bomb.
    """
    if path.startswith(("postgresql://", "postgres://")):
        name = shown_path(path)
        return _as_parquet(name, "postgresql", _numbered(databases.postgresql(path, said.table, name)), files)
    plain = _open(folder, path, files, said)
    return replace(plain, name=shown_name(path, said.table))


def _open(folder: Path, path: str, files: Scratch, said: Said) -> Plain:
    whole, member = _split(folder, path)
    if whole.suffix.lower() == ".zip":
        if not member:
            raise InputError("is an archive", file=path, expected=f"one of its files, e.g. {path}/Clients.csv")
        file, unpacked, full = archives.unzip(whole, member, path, files)
        return _of_kind(file, unpacked, Path(full).name.lower(), path, "", files, said)
    with whole.open("rb") as opened:
        return _of_kind(opened, str(whole), whole.name.lower(), path, member, files, said)


def _split(folder: Path, path: str) -> tuple[Path, str]:
    """The file on disk and what is named inside it."""
    whole = folder / path
    for candidate in (whole, *whole.parents):
        if candidate.is_file():
            return candidate, whole.relative_to(candidate).as_posix() if candidate != whole else ""
        if candidate == folder:
            break
    raise InputError("no such file", file=path, expected="a path inside the folder, as study.toml names it")


def _of_kind(file: BinaryIO, path: str, lower: str, name: str, member: str, files: Scratch, said: Said) -> Plain:
    if lower.endswith(".gz"):
        file, path = archives.gunzip(file, name, files)
        lower = lower[:-3]
    table = said.table or member
    if table and not lower.endswith(_OF_SEVERAL):
        raise InputError(f"has no sheet or table {table!r}", file=name,
                         expected="none said: workbooks have sheets, databases have tables")  # fmt: skip
    if lower.endswith(".parquet"):
        return Plain(name, path, "parquet", _OURS, parquet=True, in_place=Path(path).name.lower() == lower)
    if lower.endswith((".xlsx", ".xlsm")):
        return _of_sheet(name, workbooks.rows(path, table, name), files, said.heading_row)
    if lower.endswith((".xes", ".xml")):
        return _as_parquet(name, "xes", _numbered(event_logs.xes(file, name)), files)
    if lower.endswith((".json", ".jsonocel", ".ocel")):
        return _as_parquet(name, "ocel", _numbered(event_logs.ocel(file, name)), files)
    if lower.endswith((".sqlite", ".sqlite3", ".db")):
        return _as_parquet(name, "sqlite", _numbered(databases.sqlite(path, table, name)), files)
    if lower.endswith(_TEXTS):
        delimiter = said.delimiter or ("\t" if lower.endswith((".tsv", ".tab")) else "")
        written = sniff(file, name, said.encoding, delimiter, said.heading_row)
        plain = Plain(name, path, "csv", written, written.columns)
        return plain if written.plain else read_carefully(plain, files)
    if lower.endswith((".xls", ".xlsb", ".ods", ".jsonl", ".ndjson", ".docx", ".pdf", ".mdb", ".accdb")):
        raise InputError(f"files of the kind {lower[lower.rfind('.') :]} are not read", file=name,
                         expected="the same saved as CSV or .xlsx")  # fmt: skip
    raise InputError("a kind of file that is not known", file=name,
                     expected="csv, tsv, xlsx, parquet, xes, ocel, sqlite, zip or gz")  # fmt: skip


def read_carefully(plain: Plain, files: Scratch) -> Plain:
    """A CSV file read row by row, for what only looking closely can tell: ragged rows, NULs, oversized cells, other
    encodings, blank lines. The rows that can be cut into cells are written as Parquet, the others are `unread`."""
    unread: list[Unread] = []
    rows = careful_rows(plain.path, plain.name, plain.written, unread)
    path = _write(plain.columns, rows, files)
    return Plain(plain.name, path, plain.format, plain.written, plain.columns, True, True, unread=tuple(unread))


def _numbered(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    """Rows of text with their places, the headings being row 1."""
    return ((row, ["" if cell is None else str(cell) for cell in given]) for row, given in enumerate(rows, 1))


def _of_sheet(name: str, rows: Iterator[tuple[int, list[str]]], files: Scratch, heading_row: int) -> Plain:
    """A sheet: its headings may stand below titles."""
    first = list(islice(rows, FIRST_ROWS))
    if heading_row:
        place = next((at for at, (row, _) in enumerate(first) if row == heading_row), len(first))
    else:
        place = find_heading_row([cells for _, cells in first])
    if first and place == len(first):
        raise InputError(f"heading_row = {heading_row}: that row is blank or too far down", file=name,
                         expected="the row of the headings, as the sheet numbers it")  # fmt: skip
    return _as_parquet(name, "xlsx", chain(first[place:], rows), files)


def _as_parquet(name: str, format: str, rows: Iterable[tuple[int, list[str]]], files: Scratch) -> Plain:
    """Numbered rows of another format, headings first, written as Parquet."""
    source = iter(rows)
    heading_row, given = next(source, (1, []))
    columns = headings(given)
    if not columns:
        raise InputError("is empty", file=name, expected="a heading line and rows")
    unread: list[Unread] = []
    path = _write(columns, _of_width(source, len(columns), unread), files)
    written = replace(_OURS, heading_row=heading_row)
    return Plain(name, path, format, written, columns, True, True, unread=tuple(unread))


def _of_width(
    source: Iterable[tuple[int, list[str]]], width: int, unread: list[Unread]
) -> Iterator[tuple[int, list[str]]]:
    for row, cells in source:
        if len(cells) != width:
            if any(cells[width:]):
                unread.append(Unread(row, "ragged: more cells than headings"))
                continue
            cells = (cells + [""] * width)[:width]
        if "\0" in "".join(cells):
            unread.append(Unread(row, "a NUL character in a cell"))
        elif any(cells):
            yield row, cells


def _write(columns: Sequence[str], rows: Iterable[tuple[int, list[str]]], files: Scratch) -> str:
    """Rows with their places as Parquet of text in a scratch file; its path."""
    out, path = files.new()
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in columns)])
    batch: list[tuple[int, list[str]]] = []
    with pq.ParquetWriter(out, schema, compression="snappy") as writer:
        for one in rows:
            batch.append(one)
            if len(batch) >= _AT_ONCE:
                writer.write_batch(_batch(batch, schema))
                batch = []
        writer.write_batch(_batch(batch, schema))
    out.flush()
    return path


def _batch(rows: list[tuple[int, list[str]]], schema: pa.Schema) -> pa.RecordBatch:
    places = pa.array([place for place, _ in rows], pa.int64())
    cells = zip(*(cells for _, cells in rows), strict=True) if rows else [()] * (len(schema) - 1)
    return pa.record_batch([places, *(pa.array(one, pa.string()) for one in cells)], schema=schema)
