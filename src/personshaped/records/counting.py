"""What one scan of a part tells: its rows, the cells that are filled, and the span of its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from personshaped.records.mapping import quoted_name

_SHORTEST, _LONGEST = 1900, 2100
"""Rows outside these years are read and warned of, but do not set an undeclared window."""


@dataclass(frozen=True)
class Tally:
    """Of one part: all rows, those not set aside (`kept`), and in those the cells filled, by column in order of name.

    `days` are the first and the last; `day_only` says that every time is 00:00. Both only where rows have times.
    """

    rows: int
    kept: int
    filled: dict[str, int]
    days: tuple[date, ...]
    day_only: bool


def tally(con: duckdb.DuckDBPyConnection, relation: str, columns: Iterable[str], keyed: bool) -> Tally:
    """Counts `relation`, which has `columns` and `bad`, and `ref_key` for the person_ref where it is `keyed`."""
    names = ["ref_key" if name == "person_ref" and keyed else name for name in sorted(columns)]
    (rows,) = con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    asked = ", ".join(aggregates(names, timed=keyed and "started_at" in names))
    # the rows set aside are left out by WHERE: a FILTER for each column takes three times as long
    return told(
        sorted(columns), rows, con.execute(f"SELECT {asked} FROM {relation} WHERE bad IS NULL").fetchone() or ()
    )


def aggregates(names: Iterable[str], timed: bool) -> list[str]:
    """What to ask of rows that are not set aside, for `told` to read."""
    asked = ["count(*)", *(f"count({quoted_name(name)})" for name in names)]
    if timed:
        lived = f"year(started_at) BETWEEN {_SHORTEST} AND {_LONGEST}"
        by_minute = f"{lived} AND date_precision = 'minute'"
        asked += [
            f"min(started_at) FILTER ({lived})::DATE",
            f"max(started_at) FILTER ({lived})::DATE",
            f"count(*) FILTER ({by_minute})",
            f"count(*) FILTER ({by_minute} AND started_at <> date_trunc('day', started_at))",
        ]
    return asked


def told(names: Sequence[str], rows: int, found: Sequence[Any]) -> Tally:
    """What `aggregates` found of the columns of these names."""
    kept, *cells = found
    first, last, timed, fine = cells[len(names) :] or (None, None, 0, 0)
    days = tuple(day for day in (first, last) if day is not None)
    return Tally(rows, kept, dict(zip(names, cells, strict=False)), days, timed > 0 and fine == 0)
