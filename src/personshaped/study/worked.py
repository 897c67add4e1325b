"""What was worked for people, row by row: hours, cost at marginal rates, cost at average rates (Stat 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from personshaped.cost import prices
from personshaped.records import pricing

Spans = Sequence[tuple[Sequence[str], date, date, date, date]]
"""Of each case its people, and the ends of its old and its new window."""


def make_work(con: duckdb.DuckDBPyConnection, prices_of: int | None, price_year: int | None) -> None:
    """Leaves `work`, a line for each dated row: day, hours, price, marginal price, whether it counts as a demand.

    `price` is as studied, `marginal` by the unit costs whose basis is marginal; both in the prices of one year where
    the study has a `price_year` or `prices_of` asks for it. A unit cost's own year counts, not that of the row.
    """
    keys = pricing.used_keys(con)
    pricing.make_price_list(con, "interactions", keys, "average", "average_rates")
    pricing.make_price_list(con, "interactions", keys, "marginal", "marginal_rates")
    again = _make_factors(con, prices_of, price_year)
    in_year = "CASE WHEN price_basis = 'unit' THEN averaged_in ELSE year(started_at) END"
    price = f"price * {again}" if price_year is not None else "price * coalesce(was.factor, 1)"
    joined = "".join(
        f" AND {{rates}}.{key} IS NOT DISTINCT FROM i.{key}" for key in ("of_year", *keys)
    )  # fmt: skip
    con.execute(
        f"""CREATE TEMP TABLE work AS
        WITH i AS (SELECT *, year(started_at) AS of_year FROM interactions WHERE started_at IS NOT NULL),
        averages AS (SELECT of_year{"".join(f", {key}" for key in keys)}, price_year AS averaged_in FROM average_rates)
        SELECT person_id, i.agency, CAST(started_at AS DATE) AS day, minutes / 60 AS hours, {price} AS price,
               {pricing.price_sql("i")} * {again} * coalesce(margin.factor, 1) AS marginal, counts_as_demand, design
        FROM i LEFT JOIN averages ON true{joined.format(rates="averages")}
        LEFT JOIN marginal_rates ON true{joined.format(rates="marginal_rates")}
        LEFT JOIN factors AS was ON was.in_year = {in_year}
        LEFT JOIN factors AS margin ON margin.in_year = marginal_rates.price_year"""
    )
    for table in ("average_rates", "marginal_rates", "factors"):
        con.execute(f"DROP TABLE temp.{table}")


def _make_factors(con: duckdb.DuckDBPyConnection, prices_of: int | None, price_year: int | None) -> float:
    """Leaves `factors(in_year, factor)` as the study has them; what its prices are then multiplied by again."""
    if price_year is not None:
        pricing.make_deflators(con, price_year, "area_facts")
        con.execute("CREATE TEMP TABLE factors AS FROM deflators")
        return prices.factor(price_year, prices_of) if prices_of is not None else 1.0
    con.execute("CREATE TEMP TABLE factors (in_year INT, factor DOUBLE)")
    if prices_of is not None:
        con.executemany("INSERT INTO factors VALUES (?, ?)", list(prices.factors(prices_of).items()))
    return 1.0


def unknown_of(con: duckdb.DuckDBPyConnection, column: str, spans: Spans) -> tuple[int, int, tuple[str, ...]]:
    """Of the rows in these windows: how many there are, how many have no such value, and at which agencies."""
    rows = unknown = 0
    where: set[str] = set()
    for people, *days in spans:
        counted: tuple[Any, ...] = con.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {column} IS NULL),"
            f" list(DISTINCT agency) FILTER (WHERE {column} IS NULL)"
            " FROM work WHERE list_contains(?, person_id) AND (day BETWEEN ? AND ? OR day BETWEEN ? AND ?)",
            [people, *days],
        ).fetchone() or (0, 0, None)
        rows, unknown = rows + counted[0], unknown + counted[1]
        where |= set(counted[2] or ())
    return rows, unknown, tuple(sorted(where))
