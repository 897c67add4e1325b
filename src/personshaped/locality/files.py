"""Writes an agency's book as the agency's own files, and the mapping that a study needs to read them."""

from __future__ import annotations

import csv
import re
import sqlite3
import zipfile
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tomlkit

from personshaped.locality.dialects import WHOLE_NAMES, Dialect
from personshaped.locality.persons import Entry
from personshaped.locality.recording import Book
from personshaped.locality.tables import LABEL

YES_NO = ("need_met", "crisis", "value_work")
_CODED = ("activity", "outcome", "reason", "initiated_by", "issue")
_FIXED = datetime(2025, 1, 2)  # dates inside archives and spreadsheets, so that the same seed gives the same bytes


def write_book(folder: Path, book: Book) -> list[Path]:
    """Writes the agency's files and returns their paths."""
    dialect, lines = book.dialect, _lines(book)
    if not book.entries:
        return [_write(folder, dialect.path, lines, dialect)]
    clients = _clients(book)
    if dialect.clients:
        return [_write(folder, dialect.path, lines, dialect), _write(folder, dialect.clients, clients, dialect)]
    heading = dialect.columns["person_ref"]
    place = pc.index_in(lines[heading], clients[heading].combine_chunks())
    for name in clients.column_names:
        if name not in (heading, "data_origin"):
            lines = lines.append_column(name, clients[name].take(place))
    return [_write(folder, dialect.path, lines, dialect)]


def _lines(book: Book) -> pa.Table:
    """The book under the agency's headings and in its words."""
    dialect, columns = book.dialect, {}
    for name, heading in dialect.columns.items():
        if name == "started_at":
            columns[heading] = book.started
        elif name == "recorded_at":
            columns[heading] = book.recorded
        elif name in _CODED:
            columns[heading] = _translated(book.rows[name], dialect.words[name])
        elif name in YES_NO:
            columns[heading] = pc.if_else(book.rows[name], "Y", "N")
        else:
            columns[heading] = book.rows[name]
    return _labelled(pa.table(columns))


def _labelled(table: pa.Table) -> pa.Table:
    """Every file says on every line that it is made up."""
    return table.append_column("data_origin", pa.repeat(pa.scalar(LABEL), table.num_rows))


def _translated(column: pa.ChunkedArray, words: dict[str, str]) -> pa.Array:
    place = pc.index_in(column, pa.array(list(words)))
    return pc.take(pa.array(list(words.values())), place)


def client_headings(dialect: Dialect) -> dict[str, str]:
    """The canonical columns of `people` that the agency keeps, with its headings."""
    named = {"name": "Name"} if dialect.name in WHOLE_NAMES else {"forename": "Forename", "surname": "Surname"}
    rest = {
        "born": "Born" if dialect.name in WHOLE_NAMES else "DOB",
        "sex": "Sex",
        "address": "Address",
        "postcode": "Postcode",
    }
    return named | rest | ({"nhs_number": "NHS number"} if dialect.nhs_numbers else {})


def _clients(book: Book) -> pa.Table:
    dialect = book.dialect
    columns: dict[str, list[str]] = {dialect.columns["person_ref"]: [entry.ref for entry in book.entries]}
    for name, heading in client_headings(dialect).items():
        columns[heading] = [_particular(entry, name) for entry in book.entries]
    return _labelled(pa.table({heading: pa.array(values, pa.string()) for heading, values in columns.items()}))


def _particular(entry: Entry, name: str) -> str:
    if name == "name":
        return f"{entry.forename} {entry.surname}"
    return str(getattr(entry, name))


def _write(folder: Path, path: str, table: pa.Table, dialect: Dialect) -> Path:
    head, _, member = path.partition(".zip/")
    target = folder / (f"{head}.zip" if member else path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if member:
        _into_zip(target, member, _csv_bytes(table, dialect))
    elif path.endswith(".parquet"):
        pq.write_table(table, target)
    elif path.endswith(".sqlite"):
        _into_sqlite(target, table)
    elif path.endswith(".xlsx"):
        _into_sheet(target, table)
    else:
        target.write_bytes(_csv_bytes(table, dialect))
    return target


def _csv_bytes(table: pa.Table, dialect: Dialect) -> bytes:
    """Delimited text in the agency's encoding."""
    return delimited(table, dialect.delimiter).encode(dialect.encoding)


def delimited(table: pa.Table, delimiter: str = ",") -> str:
    """The table as text with a heading; blanks empty, quotes only where they are needed (Arrow quotes every text)."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return buffer.getvalue()


def _into_zip(target: Path, member: str, content: bytes) -> None:
    with zipfile.ZipFile(target, "a" if target.exists() else "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(member, _FIXED.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)


def _into_sqlite(target: Path, table: pa.Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.column_names)
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    with sqlite3.connect(target) as connection:
        connection.execute(f"CREATE TABLE incidents ({names})")
        connection.executemany(f"INSERT INTO incidents VALUES ({', '.join('?' * table.num_columns)})", rows)
    connection.close()


def _into_sheet(target: Path, table: pa.Table) -> None:
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator, book.properties.created, book.properties.modified = "synthetic", _FIXED, _FIXED
    sheet = book.create_sheet("Register")
    sheet.append(table.column_names)
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        sheet.append(row)
    book.save(target)
    _with_fixed_dates(target)


def _with_fixed_dates(target: Path) -> None:
    """Spreadsheets carry the moment of saving: put a fixed one in its place, so that a seed gives the same bytes."""
    with zipfile.ZipFile(target) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    target.unlink()
    for name, content in members.items():
        if name == "docProps/core.xml":
            content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", _FIXED.strftime("%Y-%m-%dT00:00:00Z").encode(), content)
        _into_zip(target, name, content)


def mapping(book: Book) -> list[dict[str, Any]]:
    """The `[[source]]` blocks of study.toml that read the agency's files."""
    dialect = book.dialect
    interactions: dict[str, Any] = {"agency": {"const": dialect.name}}
    for name, heading in dialect.columns.items():
        interactions[name] = _column(dialect, name, heading)
    interactions["design"] = {"const": book.rows["design"][0].as_py()} if book.rows.num_rows else {"const": ""}
    first = _source(dialect, dialect.path) | {"interactions": [interactions]}
    if not book.entries:
        return [first]
    people = {"agency": {"const": dialect.name}, "person_ref": dialect.columns["person_ref"]} | client_headings(dialect)
    if not dialect.clients:
        return [first | {"people": [people]}]
    return [first, _source(dialect, dialect.clients) | {"people": [people]}]


def _source(dialect: Dialect, path: str) -> dict[str, Any]:
    said: dict[str, Any] = {"path": path}
    if dialect.encoding != "utf-8":
        said["encoding"] = dialect.encoding
    if dialect.delimiter != ",":
        said["delimiter"] = dialect.delimiter
    return said


def _column(dialect: Dialect, name: str, heading: str) -> Any:
    if name in ("started_at", "recorded_at") and "%" in dialect.time and not dialect.months_only:
        return {"column": heading, "format": dialect.time}
    if name in _CODED:
        return {"column": heading, "values": {local: canonical for canonical, local in dialect.words[name].items()}}
    if name in YES_NO:
        return {"column": heading, "values": {"Y": "yes", "N": "no"}}
    return heading


def inline(value: Any) -> Any:
    """Plain values as tomlkit items, tables inside a block on one line."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, item in value.items():
            table[key] = inline(item)
        return table
    return value
