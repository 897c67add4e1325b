"""What the data hold, so that a measure can be refused by the name of what is missing (spec 1.4)."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from personshaped.figures import DataAvailability

_RECORDED = (
    "activity", "initiated_by", "words", "issue", "outcome", "referred_to", "caused_by", "need_met", "crisis",
    "minutes", "value_work", "documents", "service", "front_door", "channel", "design", "staff_role", "staff_grade",
    "people_present", "price", "area", "demand_type",
)  # fmt: skip
_OPTIONAL = (
    "people", "front_doors", "wanted", "unit_costs", "accounts", "observations", "area_facts", "responses",
    "money_flows", "changes", "cases", "ties", "phases",
)  # fmt: skip
_OF_NEEDS = ("kind", "fit", "condition_now", "level")


def available(
    con: duckdb.DuckDBPyConnection,
    staff_total: int | None = None,
    staff_by_grade: Mapping[str, int] | None = None,
) -> DataAvailability:
    """What is recorded anywhere in the tables of `con`: derived ones under their names, canonical ones beside them.

    `staff_total` and `staff_by_grade` come from the reading of the records; no table holds workers.
    """
    present = {row[0] for row in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    recorded = {f"interactions.{name}" for name in _filled(con, "interactions", _RECORDED)}
    recorded |= {f"needs.{name}" for name in _filled(con, "needs", _OF_NEEDS)}
    recorded |= {
        name for name in _OPTIONAL if name in present and _one(con, f"SELECT count(*) FROM (FROM {name} LIMIT 1)")
    }
    if _one(con, "SELECT count(*) FROM (FROM persons WHERE household_id IS NOT NULL LIMIT 1)"):
        recorded.add("people.household_id")
    if _linked(con):
        recorded.add("linked")
    if _met(con):
        recorded.add("met")
    if "interactions.price" in recorded:
        recorded.add("cost")
    if staff_total is not None or "interactions.people_present" in recorded:
        recorded.add("staff")
    population, households = (
        (_area_total(con, name) if "area_facts" in recorded else None) for name in ("population", "households")
    )
    recorded |= {name for name, value in (("population", population), ("households", households)) if value}
    return DataAvailability(frozenset(recorded), population, households, staff_total, staff_by_grade)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    row = con.execute(sql).fetchone()
    return row[0] if row else None


def _filled(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> list[str]:
    """Columns that are not blank throughout."""
    counts = ", ".join(f"count({name}) > 0" for name in columns)
    row = con.execute(f"SELECT {counts} FROM {table}").fetchone() or ()
    return [name for name, filled in zip(columns, row, strict=True) if filled]


def _linked(con: duckdb.DuckDBPyConnection) -> bool:
    """Someone is known at two agencies, or there is only one agency to be known at."""
    across = "SELECT count(*) FROM (FROM persons WHERE agencies > 1 LIMIT 1)"
    return bool(_one(con, across)) or (_one(con, "SELECT count(DISTINCT agency) FROM interactions") or 0) <= 1


def _met(con: duckdb.DuckDBPyConnection) -> bool:
    """The person's word on a need, in any row, or the user's own table of needs."""
    said = "SELECT count(*) FROM (FROM interactions WHERE need_met IS NOT NULL OR outcome = 'need_met' LIMIT 1)"
    ended = "SELECT count(*) FROM (FROM needs WHERE end_reason IS NOT NULL LIMIT 1)"
    return bool(_one(con, said)) or bool(_one(con, ended))


def _area_total(con: duckdb.DuckDBPyConnection, name: str) -> float | None:
    """The latest value of each area, all strata added, areas added (section 11)."""
    return _one(
        con,
        f"""
        WITH facts AS (
            SELECT area, period, CAST(value AS DECIMAL(18, 4)) AS value, stratum IS NOT NULL AS part
            FROM area_facts WHERE measure = '{name}'),
        latest AS (SELECT area, max(period) AS period FROM facts GROUP BY ALL),
        areas AS (
            SELECT coalesce(sum(value) FILTER (WHERE NOT part), sum(value)) AS value
            FROM facts JOIN latest USING (area, period) GROUP BY area)
        SELECT CAST(sum(value) AS DOUBLE) FROM areas""",
    )
