"""What a row cost: its own cost, else the most specific unit cost (section 11, Cost; Stat 6)."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from personshaped.errors import InputError

KEYS = ("agency", "service", "staff_role", "activity")


def used_keys(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The key columns that any unit cost names."""
    counts = con.execute(f"SELECT {', '.join(f'count({key})' for key in KEYS)} FROM unit_costs").fetchone() or ()
    return tuple(key for key, count in zip(KEYS, counts, strict=True) if count)


def make_price_list(con: duckdb.DuckDBPyConnection, interactions: str, keys: Sequence[str]) -> None:
    """Leaves `price_list`: for each kind of row (its keys and year) the unit cost that holds.

    Most keys given, then nearest year (the earlier of two as near); not uprated. Raises InputError where two rows as
    specific as each other fit one kind of row in one year.
    """
    kinds = "".join(f", {key}" for key in keys)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE price_list AS
        WITH kinds AS (
            SELECT DISTINCT year(started_at) AS of_year{kinds} FROM {interactions}),
        fits AS (
            SELECT kinds.*, u.unit, u.cost AS unit_price, u.year AS price_year,
                   {" + ".join(f"(u.{key} IS NOT NULL)::INT" for key in KEYS)} AS given,
                   abs(u.year - coalesce(kinds.of_year, 9999)) AS away
            FROM kinds JOIN unit_costs AS u
              ON {" AND ".join(f"(u.{key} IS NULL OR u.{key} = kinds.{key})" for key in keys) or "true"}),
        placed AS (
            SELECT *, rank() OVER (PARTITION BY of_year{kinds} ORDER BY given DESC, away, price_year) AS place FROM fits)
        SELECT * FROM placed WHERE place = 1"""
    )
    tie = con.execute(
        f"SELECT of_year, price_year{kinds} FROM price_list GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    if tie:
        kind = ", ".join(f"{key} {value}" for key, value in zip(keys, tie[2:], strict=True) if value is not None)
        raise InputError(
            f"two prices of {tie[1]} are equally specific for {kind or 'every row'}",
            file="unit_costs",
            expected="one row, or another key in one of them",
        )


def price_sql(row: str) -> str:
    """The price of a row by its unit cost, £: by the hour of its minutes, by the day or week from start to end,
    by contact or item once a row; NULL where the row does not say how much."""
    days = f"greatest(date_diff('day', {row}.started_at, {row}.ended_at), 1)"
    return (
        f"CASE unit WHEN 'hour' THEN unit_price * {row}.minutes / 60 WHEN 'contact' THEN unit_price"
        f" WHEN 'item' THEN unit_price WHEN 'day' THEN unit_price * {days} WHEN 'week' THEN unit_price * {days} / 7 END"
    )


def make_deflators(con: duckdb.DuckDBPyConnection, price_year: int, facts: str) -> None:
    """Leaves `deflators(in_year, factor)`: what £1 of a year is in `price_year`'s prices, by `gdp_deflator`.

    Raises InputError where that year has no deflator.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE deflators AS
        SELECT TRY_CAST(left(period, 4) AS INT) AS in_year, avg(value) AS factor FROM {facts}
        WHERE measure = 'gdp_deflator' AND value > 0 AND TRY_CAST(left(period, 4) AS INT) IS NOT NULL GROUP BY 1"""
    )
    known = con.execute("SELECT factor FROM deflators WHERE in_year = ?", [price_year]).fetchone()
    if known is None:
        raise InputError(
            f"no gdp_deflator for the price_year {price_year}", file="area_facts",
            expected=f"a row with measure gdp_deflator and period {price_year}",
        )  # fmt: skip
    con.execute("UPDATE deflators SET factor = ? / factor", [known[0]])
