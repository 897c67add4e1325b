"""What a person is called: the recorded person_id, else an id that does not change when records are added."""

from __future__ import annotations

import duckdb
import numpy as np

from personshaped.linkage import households
from personshaped.linkage.clusters import Ints
from personshaped.linkage.store import IdentityStore

REGISTRY = "registry"
_COLUMNS = "agency VARCHAR, ref_key VARCHAR, person_id VARCHAR, run BIGINT"


def load_registry(con: duckdb.DuckDBPyConnection, store: IdentityStore | None) -> None:
    """Leaves `link_registry(agency, ref_key, person_id, run)`: made ids of earlier runs; empty without a store."""
    known = store.read(REGISTRY) if store else None
    con.execute(f"CREATE OR REPLACE TABLE link_registry ({_COLUMNS})")
    if known is not None:
        con.register("link_known", known)
        con.execute("INSERT INTO link_registry BY NAME SELECT * FROM link_known")
        con.unregister("link_known")


def save_registry(con: duckdb.DuckDBPyConnection, store: IdentityStore) -> None:
    """Adds the made ids of `identities` to the registry; what it knew of references not in these data stays."""
    rows = con.execute(
        """
        WITH made AS (
            SELECT agency, ref_key, one.person_id FROM identities AS one
            JOIN link_refs AS refs USING (agency, ref_key) WHERE one.person_id IS DISTINCT FROM refs.given
        ),
        latest AS (SELECT coalesce(max(run), 0) + 1 AS run FROM link_registry)
        SELECT coalesce(made.agency, old.agency) AS agency, coalesce(made.ref_key, old.ref_key) AS ref_key,
               coalesce(made.person_id, old.person_id) AS person_id,
               CASE WHEN made.person_id IS NULL OR made.person_id = old.person_id THEN old.run
                    ELSE latest.run END AS run
        FROM made FULL JOIN link_registry AS old USING (agency, ref_key) CROSS JOIN latest
        ORDER BY agency, ref_key
        """
    ).to_arrow_reader()
    store.write(REGISTRY, rows)


def name_clusters(con: duckdb.DuckDBPyConnection, label: Ints, table: str) -> None:
    """Leaves `table(agency, ref_key, person_id, household_id, area)` for the clusters of `label`.

    In order: the smallest person_id recorded for a member (for one cluster only); the id that its members had in the
    registry, the oldest first, then the smallest; else `agency:ref_key` of its smallest member whose id is free.
    When a cluster splits, the part that holds the record an id was made from keeps it.
    """
    con.register("link_labels", {"node": np.arange(len(label)), "label": label})
    con.execute(_CLAIMS)
    con.unregister("link_labels")
    con.execute(_NAMED)
    _name_rest(con)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        SELECT agency, ref_key, named.person_id, household_id, area
        FROM link_members JOIN link_named AS named USING (label) ORDER BY agency, ref_key
        """
    )
    con.execute("DROP TABLE link_members; DROP TABLE link_named")
    households.unite(con, table)


_CLAIMS = """
CREATE OR REPLACE TABLE link_members AS
SELECT labels.label, refs.node, refs.agency, refs.ref_key, refs.given, refs.household_id, refs.area,
       refs.agency || ':' || refs.ref_key AS own, old.person_id AS registered, old.run
FROM link_labels AS labels JOIN link_refs AS refs USING (node)
LEFT JOIN link_registry AS old ON old.agency = refs.agency AND old.ref_key = refs.ref_key
"""

_NAMED = """
CREATE OR REPLACE TABLE link_named AS
WITH given AS (
    SELECT label, min(given) AS person_id FROM link_members WHERE given IS NOT NULL GROUP BY label
    QUALIFY row_number() OVER (PARTITION BY min(given) ORDER BY label) = 1
),
claims AS (
    SELECT label, registered, min(run) AS run, bool_or(own = registered) AS holds_its_origin
    FROM link_members ANTI JOIN given USING (label) WHERE registered IS NOT NULL GROUP BY label, registered
    QUALIFY row_number() OVER (PARTITION BY registered ORDER BY bool_or(own = registered) DESC, label) = 1
),
kept AS (SELECT label, arg_min(registered, (run, registered)) AS person_id FROM claims GROUP BY label),
own AS (
    SELECT label, own AS person_id FROM link_members ANTI JOIN given USING (label) ANTI JOIN kept USING (label)
    WHERE node = label AND own NOT IN (SELECT person_id FROM link_registry)
)
SELECT * FROM given UNION ALL SELECT * FROM kept UNION ALL SELECT * FROM own
"""


def _name_rest(con: duckdb.DuckDBPyConnection) -> None:
    """Clusters that lost their id to another in a split: the smallest member whose own id nobody has."""
    rest = con.execute(
        """
        SELECT label, list(own ORDER BY node) FROM link_members
        WHERE label NOT IN (SELECT label FROM link_named) GROUP BY label ORDER BY label
        """
    ).fetchall()
    if not rest:
        return
    taken = {
        one
        for (one,) in con.execute(
            "SELECT person_id FROM link_named UNION SELECT person_id FROM link_registry"
        ).fetchall()
    }
    for label, members in rest:
        number, name = 1, next((one for one in members if one not in taken), None)
        while name is None:
            number += 1
            name = f"{members[0]}#{number}" if f"{members[0]}#{number}" not in taken else None
        taken.add(name)
        con.execute("INSERT INTO link_named VALUES (?, ?)", [label, name])
