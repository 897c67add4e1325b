"""Households: as recorded, else those at one address. A household never joins two records into one person."""

from __future__ import annotations

import duckdb

LARGEST_HOUSEHOLD = 12
"""People at one address beyond whom it is taken for a hostel, a block or an office (ADR 0013)."""


def derive(con: duckdb.DuckDBPyConnection) -> None:
    """Fills `household_id` in `link_refs` where it is blank and the reference has one address, shared or not.

    The address is the UPRN, else the folded address with its postcode, and it must hold a house number. The id is made
    from the smallest reference there, never from the address, which could be guessed back.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_homes AS
        WITH places AS (
            SELECT node, forename, born,
                   CASE WHEN uprn IS NOT NULL THEN 'uprn ' || uprn
                        WHEN house IS NOT NULL AND (postcode IS NOT NULL OR len(address_words) >= 3)
                        THEN address || ' ' || coalesce(postcode, '') END AS place
            FROM link_records
        ),
        settled AS (SELECT node FROM places GROUP BY node HAVING count(DISTINCT place) = 1),
        homes AS (
            SELECT place, min(node) AS first FROM places JOIN settled USING (node)
            WHERE place IS NOT NULL GROUP BY place
            HAVING count(DISTINCT (forename, born)) <= {LARGEST_HOUSEHOLD}
        )
        SELECT DISTINCT node, 'home:' || refs.agency || ':' || refs.ref_key AS household_id
        FROM places JOIN settled USING (node) JOIN homes USING (place) JOIN link_refs AS refs ON refs.node = homes.first
        """
    )
    con.execute(
        "UPDATE link_refs SET household_id = homes.household_id FROM link_homes AS homes"
        " WHERE homes.node = link_refs.node AND link_refs.household_id IS NULL"
    )
