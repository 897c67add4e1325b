"""Any file of an agency as one plain table of text: CSV in UTF-8, or Parquet, at a path that DuckDB can read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from personshaped.errors import InputError
from personshaped.records import archives, databases, event_logs, workbooks
from personshaped.records.archives import Scratch
from personshaped.records.sniffing import BLOCK, Written, sniff

NUL = "\u2400"
"""Stands for a NUL character while a line is read; a cell that holds one sets its row aside."""
_OURS = Written("utf-8", ",", (), False, True)


@dataclass(frozen=True)
class Plain:
    """A file ready to read. `format` and `written` are as found, for the report; `delimiter` as it now is."""

    name: str
    path: str
    format: str
    written: Written
    delimiter: str
    parquet: bool = False


@dataclass(frozen=True)
class Said:
    """What `study.toml` says of a file; blank is found out. `table` is a sheet or a database's table."""

    encoding: str = ""
    delimiter: str = ""
    table: str = ""


def open_plain(folder: Path, path: str, files: Scratch, said: Said) -> Plain:
    """The file `path` of a folder (`book.xlsx/Sheet1`, `a.zip/b.csv`, `cases.sqlite/visits`, `postgresql://…`).

    Raises InputError where it is missing, empty, undecodable, broken or a bomb.
    """
    if path.startswith(("postgresql://", "postgres://")):
        name = path.split("@")[-1].split("?")[0]
        return _table(name, "postgresql", databases.postgresql(path, said.table, name), files)
    whole, member = _split(folder, path)
    kind = whole.suffix.lower()
    if kind == ".zip":
        if not member:
            raise InputError("is an archive", file=path, expected=f"one of its files, e.g. {path}/Clients.csv")
        file, unpacked, full = archives.unzip(whole, member, path, files)
        return _of_kind(file, unpacked, Path(full).name.lower(), path, "", files, said)
    with whole.open("rb") as file:
        return _of_kind(file, str(whole), whole.name.lower(), path, member, files, said)


def _split(folder: Path, path: str) -> tuple[Path, str]:
    """The file on disk and what is named inside it."""
    whole = folder / path
    for candidate in (whole, *whole.parents):
        if candidate.is_file():
            inside = whole.relative_to(candidate).as_posix() if candidate != whole else ""
            return candidate, inside
        if candidate == folder:
            break
    raise InputError("no such file", file=path, expected="a path inside the folder, as study.toml names it")


def _of_kind(
    file: BinaryIO, path: str, lower: str, name: str, member: str, files: Scratch, said: Said
) -> Plain:
    if lower.endswith(".gz"):
        file, path = archives.gunzip(file, name, files)
        lower = lower[:-3]
    table = said.table or member
    if lower.endswith(".parquet"):
        return Plain(name, path, "parquet", _OURS, ",", parquet=True)
    if lower.endswith((".xlsx", ".xlsm")):
        return _table(name, "xlsx", workbooks.rows(path, table, name), files)
    if lower.endswith((".xes", ".xml")):
        return _table(name, "xes", event_logs.xes(file, name), files)
    if lower.endswith((".json", ".jsonocel", ".ocel")):
        return _table(name, "ocel", event_logs.ocel(file, name), files)
    if lower.endswith((".sqlite", ".sqlite3", ".db")):
        return _table(name, "sqlite", databases.sqlite(path, table, name), files)
    if lower.endswith((".csv", ".tsv", ".txt", ".tab", ".psv")):
        delimiter = said.delimiter or ("\t" if lower.endswith((".tsv", ".tab")) else "")
        return _text(file, path, name, sniff(file, name, said.encoding, delimiter), files)
    raise InputError("a kind of file that is not known", file=name,
                     expected="csv, tsv, xlsx, parquet, xes, ocel, sqlite, zip or gz")  # fmt: skip


def _text(file: BinaryIO, path: str, name: str, written: Written, files: Scratch) -> Plain:
    plain = Plain(name, path, "csv", written, written.delimiter)
    if written.encoding in ("utf-8", "utf-8-sig") and not written.nuls:
        return plain
    out, copied = files.new()
    decoder = codecs.getincrementaldecoder(written.encoding)("strict")
    file.seek(0)
    nuls = False
    while block := file.read(BLOCK):
        text = decoder.decode(block)
        nuls = nuls or "\0" in text
        out.write(text.replace("\0", NUL).encode())
    out.write(decoder.decode(b"", final=True).encode())
    out.flush()
    return replace(plain, path=copied, written=replace(written, nuls=nuls))


def _table(name: str, format: str, rows: Iterable[Sequence[Any]], files: Scratch) -> Plain:
    """Rows, headings first, written as CSV of our own hand."""
    out, path = files.new()
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    columns: tuple[str, ...] | None = None
    nuls = False
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        if columns is None:
            columns = tuple(cells)
        elif not any(cells):
            continue
        if any("\0" in cell for cell in cells):
            nuls, cells = True, [cell.replace("\0", NUL) for cell in cells]
        writer.writerow(cells)
    text.flush()
    text.detach()
    if not columns:
        raise InputError("is empty", file=name, expected="a heading line and rows")
    return Plain(name, path, format, replace(_OURS, columns=columns, nuls=nuls, encoding=""), ",")
