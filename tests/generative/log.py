"""Rows as dicts with every canonical column, and the same as the Arrow table that the walk takes."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from personshaped.settings import Settings
from personshaped.tables import CANONICAL

Row = dict[str, Any]
ADDED = ("household_id", "ref_key", "started_before", "price", "price_basis")


def interaction(given: Row) -> Row:
    """A row with every canonical column, blank where not given."""
    row: Row = {column.name: None for column in CANONICAL["interactions"].columns} | dict.fromkeys(ADDED) | given
    row["person_ref"] = row["person_ref"] or row["person_id"]
    row["ref_key"] = row["ref_key"] or row["person_ref"]
    row["started_before"] = row["started_before"] or row["started_at"]
    row["price"] = row["price"] if row["price"] is not None else row["cost"]
    return row


def recorded_need(given: Row) -> Row:
    """A row of `needs` with every column."""
    return {column.name: None for column in CANONICAL["needs"].columns} | given


def as_table(rows: list[Row]) -> pa.Table:
    """Rows as the walk takes them."""
    columns = {column.name: column.arrow for column in CANONICAL["interactions"].columns}
    columns |= {"household_id": pa.string(), "ref_key": pa.string(), "started_before": columns["started_at"]}
    columns |= {"price": pa.float64(), "price_basis": pa.string()}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()})


def needs_table(rows: list[Row]) -> pa.Table:
    """Recorded needs as the walk takes them."""
    return pa.table(
        {
            column.name: pa.array([row[column.name] for row in rows], column.arrow)
            for column in CANONICAL["needs"].columns
        }
    )


def extract_starts(rows: list[Row]) -> dict[str, date]:
    """The day of each agency's earliest dated row."""
    starts: dict[str, date] = {}
    for row in rows:
        if row["started_at"] is not None:
            starts[row["agency"]] = min(starts.get(row["agency"], date.max), row["started_at"].date())
    return starts


def plain(settings: Settings) -> dict[str, Any]:
    """Settings as the naive rules take them."""
    return dict(vars(settings))


def moment(cell: str) -> datetime | None:
    """The first moment of a date as written: a year, a month, a day, a time, or the start of a range."""
    first = cell.split("/")[0]
    if not first:
        return None
    if "T" in first:
        return datetime.fromisoformat(first)
    year, month, day = ([int(part) for part in first.split("-")] + [1, 1])[:3]
    return datetime(year, month, day)


def read_csv(path: Path, table: str = "interactions") -> list[Row]:
    """A canonical CSV as typed rows; columns that are not canonical are left out."""
    typed = {column.name: column.type for column in CANONICAL[table].columns}
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            rows.append({name: _typed(typed[name], cell) for name, cell in line.items() if name in typed})
    return rows


def _typed(kind: str, cell: str) -> Any:
    if cell == "":
        return None
    match kind:
        case "int":
            return int(cell)
        case "num":
            return float(cell)
        case "yesno":
            return cell == "yes"
        case "date" | "time":
            return moment(cell)
        case _:
            return cell
