"""What a row cost: its own cost, else the most specific unit cost (section 11, Cost; Stat 6)."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from personshaped.errors import InputError
from personshaped.records.report import listed

KEYS = ("agency", "service", "staff_role", "activity")
_DAY = 450.0  # minutes of a working day: 7.5 hours


def used_keys(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The key columns that any unit cost names."""
    counts = con.execute(f"SELECT {', '.join(f'count({key})' for key in KEYS)} FROM unit_costs").fetchone() or ()
    return tuple(key for key, count in zip(KEYS, counts, strict=True) if count)


def make_price_list(
    con: duckdb.DuckDBPyConnection,
    interactions: str,
    keys: Sequence[str],
    basis: str = "average",
    name: str = "price_list",
) -> None:
    """Leaves the table `name`: for each kind of row (its keys and year) the unit cost of that basis that holds.

    Most keys given, then nearest year (the earlier of two as near); not uprated. Average unless said to be marginal.
    Raises InputError where two rows as specific as each other fit one kind of row in one year.
    """
    kinds = "".join(f", {key}" for key in keys)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        WITH kinds AS (
            SELECT DISTINCT year(started_at) AS of_year{kinds} FROM {interactions}),
        fits AS (
            SELECT kinds.*, u.unit, u.cost AS unit_price, u.year AS price_year,
                   {" + ".join(f"(u.{key} IS NOT NULL)::INT" for key in KEYS)} AS given,
                   abs(u.year - coalesce(kinds.of_year, 9999)) AS away
            FROM kinds JOIN unit_costs AS u
              ON {" AND ".join(f"(u.{key} IS NULL OR u.{key} = kinds.{key})" for key in keys) or "true"}
            WHERE coalesce(u.basis, 'average') = '{basis}'),
        placed AS (
            SELECT *, rank() OVER (PARTITION BY of_year{kinds} ORDER BY given DESC, away, price_year) AS place
            FROM fits)
        SELECT * FROM placed WHERE place = 1"""
    )
    _refuse_ties(con, keys, name)


def has_marginal(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any unit cost is said to be marginal."""
    return con.execute("SELECT 1 FROM unit_costs WHERE basis = 'marginal' LIMIT 1").fetchone() is not None


def _refuse_ties(con: duckdb.DuckDBPyConnection, keys: Sequence[str], name: str) -> None:
    tie = con.execute(
        f"""SELECT list(format('£{{:.2f}} per {{}}', unit_price, unit) ORDER BY unit_price, unit), price_year, of_year
                   {"".join(f", {key}" for key in keys)}
        FROM {name} GROUP BY price_year, of_year{"".join(f", {key}" for key in keys)}
        HAVING count(*) > 1 ORDER BY 2, 3, 1 LIMIT 1"""
    ).fetchone()
    if tie is None:
        return
    kind = ", ".join(f"{key} {value}" for key, value in zip(keys, tie[3:], strict=True) if value is not None)
    raise InputError(
        f"{' and '.join(tie[0])} of {tie[1]} fit {kind or 'every row'} equally well",
        file="unit_costs",
        expected="one of them, or one key more in the one that is meant",
    )


def say_other_years(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The warning that some years take the nearest price (Stat 6); none where all have their own."""
    rows = con.execute(
        """SELECT DISTINCT of_year, price_year FROM price_list
        WHERE of_year IS NOT NULL AND of_year <> price_year ORDER BY ALL"""
    ).fetchall()
    years = listed([f"{year} at prices of {price_year}" for year, price_year in rows], 12)
    return [f"unit_costs: years without a price of their own take the nearest: {years}"] if rows else []


def price_sql(row: str) -> str:
    """The price of a row by its unit cost, £; NULL where the row does not say how much (ADR 0050).

    Hours by minutes worked, contacts and items once a row; days and weeks by the calendar where the row ends on a
    later day (a placement), else by minutes worked, at 7.5 hours a day and five days a week.
    """
    days = f"""CASE WHEN {row}.ended_at::DATE > {row}.started_at::DATE
        THEN date_diff('day', {row}.started_at::DATE, {row}.ended_at::DATE)"""
    return f"""CASE unit WHEN 'hour' THEN unit_price * {row}.minutes / 60
        WHEN 'contact' THEN unit_price WHEN 'item' THEN unit_price
        WHEN 'day' THEN unit_price * {days} ELSE {row}.minutes / {_DAY} END
        WHEN 'week' THEN unit_price * {days} / 7.0 ELSE {row}.minutes / {5 * _DAY} END END"""


def make_deflators(con: duckdb.DuckDBPyConnection, price_year: int, facts: str) -> None:
    """Leaves `deflators(in_year, factor)`: what £1 of a year is in `price_year`'s prices, by `gdp_deflator`.

    Raises InputError where that year has no deflator.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE deflators AS
        SELECT TRY_CAST(left(period, 4) AS INT) AS in_year, avg(value ORDER BY value) AS factor FROM {facts}
        WHERE measure = 'gdp_deflator' AND value > 0 AND TRY_CAST(left(period, 4) AS INT) IS NOT NULL GROUP BY 1"""
    )
    known = con.execute("SELECT factor FROM deflators WHERE in_year = ?", [price_year]).fetchone()
    if known is None:
        raise InputError(
            f"no gdp_deflator for the price_year {price_year}", file="area_facts",
            expected=f"a row with measure gdp_deflator and period {price_year}",
        )  # fmt: skip
    con.execute("UPDATE deflators SET factor = ? / factor", [known[0]])
