"""Small study folders in text, as the chapters on records write them, and the reading of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from personshaped.engine.local import open_connection
from personshaped.linkage.pseudonyms import AsGiven, Pseudonyms
from personshaped.records import Records, open_folder, read
from personshaped.records.report import FileReport

PUBLISHED = "[lawful]\npersonal_data = false\n"


@dataclass(frozen=True)
class Read:
    """A folder as read: what the records say, and the connection that holds them."""

    records: Records
    con: duckdb.DuckDBPyConnection
    work: Path

    def rows(self, columns: str, table: str = "interactions", order: str = "interaction_id") -> list[str]:
        """Rows as lines of `a | b | c`; blanks are empty."""
        found = self.con.execute(f"SELECT {columns} FROM {table} ORDER BY {order}").fetchall()
        return [" | ".join(_said(cell) for cell in row).strip() for row in found]

    def file(self, name: str, table: str = "interactions") -> FileReport:
        """What the report says of one file."""
        return next(one for one in self.records.report.files if one.file == name and one.table == table)


def _said(cell: Any) -> str:
    return "" if cell is None else {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else str(cell)


def write(folder: Path, files: Mapping[str, str | bytes], toml: str = "") -> Path:
    """A folder with these files; text is laid flush left and written in UTF-8."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else lines(content).encode())
    (folder / "study.toml").write_text(PUBLISHED + lines(toml), encoding="utf-8")
    return folder


def lines(text: str) -> str:
    """Every line without the indentation of the test."""
    return "".join(f"{line.strip()}\n" for line in text.strip().splitlines())


def read_folder(folder: Path, files: Mapping[str, str | bytes], toml: str = "") -> Read:
    """The folder with these files, read."""
    return read_again(write(folder / "study", files, toml), folder / "work")


def read_again(path: Path, work: Path, threads: int = 1) -> Read:
    """A folder that is there already, read."""
    con = open_connection(work, threads=threads, memory="512MB")
    folder = open_folder(path)
    keys = Pseudonyms(b"a key for tests") if folder.lawful.personal_data else AsGiven()
    return Read(read(folder, con, work, keys.sql), con, work)
