"""Study folders as tables with bars, and what reading them gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from personshaped.records import Records, open_folder, read

PUBLISHED = "[lawful]\npersonal_data = false\n"
"""What a `study.toml` says of data that are made up: references stay as given."""


def folder(path: Path, **files: str) -> Path:
    """A folder with these files: `study_toml="…"` writes study.toml, `decisions__codes_csv="…"` decisions/codes.csv.

    A table is written with bars; blanks around its cells are left out.
    """
    for name, text in files.items():
        inside, _, kind = name.replace("__", "/").rpartition("_")
        target = path / f"{inside}.{kind}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text if kind == "toml" else delimited(text), encoding="utf-8")
    return path


def delimited(text: str) -> str:
    """A table with bars as CSV."""
    lines = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    return "".join(",".join(_quoted(cells)) + "\n" for cells in lines)


def _quoted(cells: Iterable[str]) -> Iterable[str]:
    return (f'"{cell}"' if "," in cell else cell for cell in cells)


@dataclass(frozen=True)
class Reading:
    """What reading left behind."""

    con: duckdb.DuckDBPyConnection
    records: Records

    def column(self, name: str, table: str = "interactions", key: str = "interaction_id") -> dict[Any, Any]:
        """One column of a table by its key."""
        return dict(self.con.execute(f"SELECT {key}, {name} FROM {table} ORDER BY ALL").fetchall())


def reading(path: Path, work: Path) -> Reading:
    """Reads a folder; references stay as given."""
    con = duckdb.connect()
    return Reading(con, read(open_folder(path), con, work, lambda agency, reference: reference))
