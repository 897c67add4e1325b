"""What the data hold, so that a measure can be refused by the name of what is missing (spec 1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from personshaped.figures import DataAvailability
from personshaped.sql import literal

_FOUND = {
    "met": "SELECT 1 FROM interactions WHERE need_met IS NOT NULL OR outcome = 'need_met' LIMIT 1",
    "classifiable": "SELECT 1 FROM demands WHERE demand_type <> 'unclassifiable' LIMIT 1",
    "cost": "SELECT 1 FROM interactions WHERE price IS NOT NULL LIMIT 1",
    "linked": "SELECT 1 FROM persons WHERE agencies > 1 LIMIT 1",
    "people.household_id": "SELECT 1 FROM persons WHERE household_id IS NOT NULL LIMIT 1",
}
"""Facts that show in the derived tables."""


def available(
    con: duckdb.DuckDBPyConnection,
    recorded: Iterable[str],
    staff_total: int | None = None,
    staff_by: Mapping[str, Mapping[str, int]] | None = None,
) -> DataAvailability:
    """What these data allow to be measured.

    `recorded` names the tables that have rows and the columns that are not blank throughout (`interactions.minutes`),
    as the reading of the records found them; the rest shows in the derived tables of `con`. `staff_total` and
    `staff_by` come from the reading too, since no table holds workers (N4).
    """
    found = {*recorded, *(fact for fact, sql in _FOUND.items() if con.execute(sql).fetchone())}
    for table in ("area_facts", "observations"):
        if table in found:  # one row says one thing: which things are there at all
            found |= {f"{table}.{one}" for (one,) in con.execute(f"SELECT DISTINCT measure FROM {table}").fetchall()}
    # what no agency ever writes down cannot be told from what never happens
    pairs = con.execute("SELECT DISTINCT activity, outcome FROM interactions").fetchall()
    found |= {f"activity={one}" for one, _ in pairs if one} | {f"outcome={one}" for _, one in pairs if one}
    if "needs" in found:
        found.add("met")
    if "linked" not in found and _one(con, "SELECT count(DISTINCT agency) FROM interactions") == 1:
        found.add("linked")  # with one agency there is nothing to link across
    if staff_total or {"interactions.staff_id", "interactions.people_present"} & found:
        found.add("staff")
    has_facts = "area_facts" in found
    around = _around(con) if has_facts else frozenset()
    totals = (_area_total(con, name, around) if has_facts else None for name in ("population", "households"))
    population, households = totals
    found |= {name for name, value in (("population", population), ("households", households)) if value}
    return DataAvailability(frozenset(found), population, households, around, staff_total or None, staff_by or {})


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    row = con.execute(sql).fetchone()
    return row[0] if row else None


_LATEST = """
    WITH facts AS (
        SELECT area, period, CAST(value AS DECIMAL(18, 4)) AS value, stratum IS NOT NULL AS part
        FROM area_facts WHERE measure = {measure}),
    latest AS (SELECT area, max(period) AS period FROM facts GROUP BY ALL),
    areas AS (
        SELECT area, coalesce(sum(value) FILTER (WHERE NOT part), sum(value)) AS value
        FROM facts JOIN latest USING (area, period) GROUP BY area)"""
"""The latest value of each area, its strata added where it has no total. Values are written into the SQL, here
and below: binding them would import pandas."""


def _around(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Areas that nobody here lives in, beside others that people live in, which seem to be elsewhere, or around them.

    Elsewhere are other places that say what they saved, to be carried over. The region or country around smaller ones
    has twice as many people as all of those together, or just as many as several of them.
    """
    found = con.execute(
        f"""{_LATEST.format(measure="'population'")},
        here AS (SELECT DISTINCT area FROM persons WHERE area IS NOT NULL),
        unseen AS (FROM areas WHERE area NOT IN (FROM here) AND EXISTS (FROM areas SEMI JOIN here USING (area))),
        elsewhere AS (FROM unseen SEMI JOIN (SELECT area FROM area_facts WHERE measure = 'saving') USING (area)),
        below AS (
            SELECT larger.area, larger.value, sum(smaller.value) AS people, count(*) AS several
            FROM unseen AS larger JOIN areas AS smaller ON smaller.value < larger.value
            WHERE smaller.area NOT IN (SELECT area FROM elsewhere) GROUP BY ALL)
        SELECT area FROM elsewhere UNION
        SELECT area FROM below
        WHERE value >= 2 * people OR (several > 1 AND abs(value - people) <= 0.01 * value)"""
    ).fetchall()
    return frozenset(area for (area,) in found)


def _area_total(con: duckdb.DuckDBPyConnection, measure: str, without: frozenset[str]) -> float | None:
    """The latest values of areas, added (section 11)."""
    (total,) = con.execute(
        f"{_LATEST.format(measure=literal(measure))} SELECT CAST(sum(value) AS DOUBLE) FROM areas"
        f" WHERE NOT coalesce(area IN {literal(sorted(without))}, false)"
    ).fetchone() or (None,)
    return total
