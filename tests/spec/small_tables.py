"""Small tables in text, as the spec tests write them, and the walk over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from personshaped.journeys import Walked, walk
from personshaped.settings import Settings
from personshaped.tables import CANONICAL, Column

Row = dict[str, Any]


def table(text: str) -> list[Row]:
    """A pipe-separated table with a header line; blank cells are None."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    head, *body = lines
    return [dict(zip(head, (cell or None for cell in line), strict=True)) for line in body]


def canonical(name: str, rows: Iterable[Row]) -> pa.Table:
    """Typed canonical columns from rows of text; columns not named are blank."""
    rows = list(rows)
    return pa.table(
        {
            column.name: pa.array([_typed(column, row.get(column.name)) for row in rows], column.arrow)
            for column in CANONICAL[name].columns
        }
    )


def _typed(column: Column, cell: str | None) -> Any:
    if cell is None:
        return None
    match column.type:
        case "int":
            return int(cell)
        case "num":
            return float(cell)
        case "yesno":
            return cell == "yes"
        case "date":
            return date.fromisoformat(cell)
        case "time":
            return _moment(cell)
        case _:
            return cell


def _moment(cell: str) -> datetime:
    first = cell.split("/")[0]
    parts = [int(part) for part in first.split("T")[0].split("-")]
    day = datetime(*([*parts, 1, 1])[:3])
    return datetime.fromisoformat(first) if "T" in first else day


def _precision(cell: str) -> str:
    if "/" in cell:
        return "range"
    return {1: "year", 2: "month"}.get(cell.count("-") + 1, "minute" if "T" in cell else "day")


def interactions(text: str) -> pa.Table:
    """Interactions ready for the walk. Short headers: id, who, at, when, by, did.

    `who` is the person; `by` defaults to `person` for demands and `own_agency` else. Ids default to the line's number.
    """
    rows = []
    for number, row in enumerate(table(text), start=1):
        full = {"interaction_id": row.pop("id", None) or str(number), "person_id": row.pop("who", None) or "P1"}
        full |= {"agency": row.pop("at"), "started_at": row.pop("when", None), "activity": row.pop("did", None)}
        full |= row
        by = full.pop("by", None)
        full["initiated_by"] = by or ("person" if full["activity"] == "demand" else "own_agency")
        full["person_ref"] = full.get("person_ref") or full["person_id"]
        if not full.get("date_precision"):
            full["date_precision"] = _precision(full["started_at"]) if full["started_at"] else "order"
        rows.append(full)
    return joined(canonical("interactions", rows))


def joined(found: pa.Table) -> pa.Table:
    """The columns that linkage and pricing add before the walk."""
    none = pa.nulls(found.num_rows, pa.string())
    added = {
        "household_id": none,
        "ref_key": found["person_ref"],
        "started_before": found["started_at"],
        "price": found["cost"],
        "price_basis": none,
    }
    for name, column in added.items():
        found = found.append_column(name, column)
    return found


def follow(text: str, *, needs: str = "", **settings: Any) -> Walked:
    """Walk a small table. The window runs from the first day to a year after the last, with complete history."""
    rows = interactions(text)
    days = [moment.date() for moment in rows["started_at"].to_pylist() if moment]
    chosen: dict[str, Any] = {
        "window_start": min(days, default=date(2024, 1, 1)),
        "window_end": max(days, default=date(2024, 1, 1)) + timedelta(365),
        "history_complete": True,
    } | settings
    starts: dict[str, date] = {}
    for agency, moment in zip(rows["agency"].to_pylist(), rows["started_at"].to_pylist(), strict=True):
        if moment:
            starts[agency] = min(starts.get(agency, moment.date()), moment.date())
    recorded = canonical("needs", table(needs)) if needs else None
    return walk(rows, recorded, starts, Settings(**chosen))


def column(found: pa.Table, name: str, key: str = "interaction_id") -> dict[Any, Any]:
    """One column of a derived table by its key."""
    return dict(zip(found[key].to_pylist(), found[name].to_pylist(), strict=True))
