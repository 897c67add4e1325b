"""Households: as recorded, else those at one address. A household never joins two records into one person."""

from __future__ import annotations

import duckdb
import numpy as np

from personshaped.linkage.clusters import Ints, components

LARGEST_HOUSEHOLD = 12
"""People at one address beyond whom it is taken for a hostel, a block or an office (ADR 0013)."""

_DERIVED = "home:"
_RECORDED = "household_id IS NOT NULL AND household_id NOT IN (SELECT household_id FROM link_homes)"


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
        SELECT DISTINCT node, '{_DERIVED}' || refs.agency || ':' || refs.ref_key AS household_id
        FROM places JOIN settled USING (node) JOIN homes USING (place) JOIN link_refs AS refs ON refs.node = homes.first
        """
    )
    con.execute(
        "UPDATE link_refs SET household_id = homes.household_id FROM link_homes AS homes"
        " WHERE homes.node = link_refs.node AND link_refs.household_id IS NULL"
    )


def unite(con: duckdb.DuckDBPyConnection, identities: str) -> None:
    """Each agency numbers its own households: those that share a person are one, in `identities`.

    It is called by its smallest id, and is also the household of its persons' records that name none. The ids stay as
    they are where one agency has two of them, as it says itself that they are two (somebody moved), and where more than
    LARGEST_HOUSEHOLD people would live in it (a number stands for many). Made homes, in `link_homes`, unite nothing.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE link_lived AS SELECT agency, person_id, household_id, dense_rank() OVER"
        f" (ORDER BY household_id) - 1 AS number FROM {identities} WHERE {_RECORDED}"
    )
    ties = con.execute(
        "SELECT DISTINCT min(number) OVER (PARTITION BY person_id) AS a, number AS b FROM link_lived"
    ).fetchnumpy()
    if (ties["a"] != ties["b"]).any():
        _call_alike(con, identities, components(int(ties["b"].max()) + 1, ties["a"], ties["b"]))
    con.execute(
        f"""
        UPDATE {identities} SET household_id = own.home FROM (
            SELECT person_id, min(household_id) AS home FROM {identities} WHERE {_RECORDED} GROUP BY person_id) AS own
        WHERE NOT ({_RECORDED}) AND own.person_id = {identities}.person_id
        """
    )


def _call_alike(con: duckdb.DuckDBPyConnection, identities: str, label: Ints) -> None:
    """One id for the households of each label, unless an agency has two of them or too many people would live there."""
    con.register("link_united", {"number": np.arange(len(label)), "label": label})
    con.execute(
        f"""
        UPDATE {identities} SET household_id = one.first FROM (
            SELECT DISTINCT household_id, first FROM (
                SELECT household_id, min(household_id) OVER (PARTITION BY label) AS first,
                       dense_rank() OVER (PARTITION BY label ORDER BY person_id) AS person,
                       dense_rank() OVER (PARTITION BY label, agency ORDER BY number) AS at_agency
                FROM link_lived JOIN link_united USING (number))
            QUALIFY max(person) OVER (PARTITION BY first) <= {LARGEST_HOUSEHOLD}
                AND max(at_agency) OVER (PARTITION BY first) = 1) AS one
        WHERE one.household_id = {identities}.household_id
        """
    )
    con.unregister("link_united")
