"""Every record of a person at an agency, numbered; what the data already say of them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from personshaped.linkage.cleaning import IDENTITY_COLUMNS, has_relation


@dataclass(frozen=True)
class Present:
    """What there is to link: how many references, and which columns of `people` identify anybody."""

    references: int
    identity_columns: tuple[str, ...]


def number_references(con: duckdb.DuckDBPyConnection) -> Present:
    """Leaves `link_refs`: node (0 … n-1 by agency and ref_key), agency, ref_key, given, household_id, area, anchor.

    `given` is the recorded person_id: from `people`, else from most of the reference's interactions. `anchor` is
    filled in later (the references that are one by a recorded id or a person's judgement).
    """
    sources = []
    if has_relation(con, "interactions"):
        sources.append(
            "SELECT agency, ref_key, NULL AS given, NULL AS household_id, NULL AS area,"
            " person_id AS worked, count(*) AS rows"
            " FROM interactions WHERE ref_key IS NOT NULL AND agency IS NOT NULL GROUP BY ALL"
        )
    if has_relation(con, "people"):
        sources.append(
            "SELECT agency, ref_key, min(person_id) AS given, min(household_id) AS household_id, max(area) AS area,"
            " NULL::VARCHAR AS worked, 0 AS rows FROM people"
            " WHERE ref_key IS NOT NULL AND agency IS NOT NULL GROUP BY ALL"
        )
    if not sources:
        sources.append(
            "SELECT ''::VARCHAR AS agency, ''::VARCHAR AS ref_key, NULL AS given, NULL AS household_id,"
            " NULL AS area, NULL AS worked, 0 AS rows WHERE false"
        )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_refs AS
        SELECT row_number() OVER (ORDER BY agency, ref_key) - 1 AS node, agency, ref_key,
               coalesce(min(given), arg_max(worked, (rows, worked)) FILTER (worked IS NOT NULL))::VARCHAR AS given,
               min(household_id)::VARCHAR AS household_id, max(area)::VARCHAR AS area, NULL::BIGINT AS anchor
        FROM ({" UNION ALL ".join(sources)}) GROUP BY agency, ref_key
        ORDER BY node
        """
    )
    count = con.execute("SELECT count(*) FROM link_refs").fetchone()
    return Present(count[0] if count else 0, _identity_columns(con))


def _identity_columns(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    if not has_relation(con, "people"):
        return ()
    counts = con.execute(f"SELECT {', '.join(f'count({one})' for one in IDENTITY_COLUMNS)} FROM people").fetchone()
    return tuple(name for name, count in zip(IDENTITY_COLUMNS, counts or (), strict=False) if count)
