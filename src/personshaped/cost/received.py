"""Received against wanted over time, person by person, for stories told with consent (Stat 6, M067–M069)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

Row = dict[str, Any]


@dataclass(frozen=True)
class ReceivedWanted:
    """Cumulative £ at each date: what came, and what was asked for, as a band over alternatives."""

    person_id: str
    price_year: int | None
    at: tuple[str, ...]
    received: tuple[float, ...]
    wanted_low: tuple[float, ...]
    wanted_high: tuple[float, ...]


_ASKED = "SELECT * FROM wanted WHERE person_id IN (SELECT person_id FROM persons) ORDER BY person_id, item"


@dataclass(frozen=True)
class _Item:
    """One item asked for; one that goes on is spread evenly over its days, another stands at its first."""

    choice: str
    cost: float
    first: date
    last: date

    def up_to(self, day: date) -> float:
        if day < self.first:
            return 0.0
        days = (self.last - self.first).days + 1
        return self.cost * min(1.0, ((day - self.first).days + 1) / days)


def received_and_wanted(con: duckdb.DuckDBPyConnection) -> list[ReceivedWanted]:
    """One series for each person who said what would help and whose rows have prices of the same year.

    Persons whose received and wanted prices are of different years are left out: the sides are not comparable.
    """
    wanted: dict[str, list[Row]] = {}
    for row in _rows(con, _ASKED):
        wanted.setdefault(row["person_id"], []).append(row)
    made = []
    for person, items in wanted.items():
        paid = con.execute(
            "SELECT CAST(started_at AS DATE), sum(CAST(price AS DECIMAL(18, 4))) FROM interactions"
            " WHERE in_window AND price IS NOT NULL AND started_at IS NOT NULL AND person_id = ?"
            " GROUP BY ALL ORDER BY 1",
            [person],
        ).fetchall()
        years = {day.year for day, _ in paid} | {item["price_year"] for item in items}
        if paid and len(years) == 1:
            made.append(_series(person, years.pop(), [(day, float(cost)) for day, cost in paid], items))
    return made


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _series(person: str, year: int, paid: Sequence[tuple[date, float]], rows: list[Row]) -> ReceivedWanted:
    start = paid[0][0]
    items = [_item(at, row, start) for at, row in enumerate(rows)]
    turns = {day for item in items for day in (item.first, item.last, item.first - timedelta(1))}
    days = sorted({day for day, _ in paid} | {day for day in turns if day >= start})
    received = [sum(cost for day, cost in paid if day <= one) for one in days]
    bands = [_band(items, one) for one in days]
    return ReceivedWanted(
        person, year, tuple(day.isoformat() for day in days), tuple(received),
        tuple(low for low, _ in bands), tuple(high for _, high in bands),
    )  # fmt: skip


def _item(at: int, row: Row, start: date) -> _Item:
    first = row["from"] or start
    cost = row["cost"] if row["cost"] is not None else (row["quantity"] or 0) * (row["unit_cost"] or 0)
    goes_on = row["to"] is not None and row["one_off"] is not True
    return _Item(
        row["alternative_group"] or f"item {at}", float(cost), first, max(row["to"], first) if goes_on else first
    )


def _band(items: Sequence[_Item], day: date) -> tuple[float, float]:
    """The cheapest of each set of alternatives, and all of them (the seed reads "and/or" as both)."""
    sets: dict[str, list[_Item]] = {}
    for item in items:
        sets.setdefault(item.choice, []).append(item)
    low = sum(min(some, key=lambda one: one.cost).up_to(day) for some in sets.values())
    return low, sum(item.up_to(day) for item in items)
