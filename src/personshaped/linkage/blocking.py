"""Which pairs of records are worth comparing: those that share a key, from rules that forgive one slip each.

Stat 13 blocks on birth date, on postcode, and on surname's sound with the birth year. Noisy records need more: day and
month changed round, a surname changed on marriage, a move. A key that many records share is narrowed by a second
one, and dropped where that does not help, so the work stays near-linear in the records.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

BLOCK = 60
"""Records that share a key before it is narrowed. 60 records are 1,770 pairs, 30 comparisons for each record."""


ALIKE = (
    "l.forename = r.surname OR jaro_winkler_similarity(l.forename, r.forename) >= 0.78"
    " OR list_has_any(l.familiar, r.familiar)"
    " OR (l.initial = r.initial AND least(length(l.forename), length(r.forename)) = 1)",
    "l.surname = r.forename OR jaro_winkler_similarity(l.surname, r.surname) >= 0.78",
    "(l.born_year = r.born_year)::INTEGER + (l.born_month = r.born_month)::INTEGER + (l.born_day = r.born_day)::INTEGER"
    " >= 2 OR (l.born_year = r.born_year AND l.born_month = r.born_day)",
    "l.postcode = r.postcode OR l.uprn = r.uprn OR (l.house = r.house AND l.street[:5] = r.street[:5])",
    "l.phone = r.phone",
    "l.email = r.email",
)
"""Pairs alike in fewer than two of these ways are not worth the model's time."""
FEW = 1500
"""Records up to which every pair is compared: at most 1.1 million."""


@dataclass(frozen=True)
class Key:
    """One rule: records that agree on `parts`; where more than BLOCK do, on `narrower` as well."""

    parts: tuple[str, ...]
    narrower: tuple[str, ...]


KEYS = (
    Key(("born_year", "least(born_month, born_day)", "greatest(born_month, born_day)"), ("surname_sound[1]", "initial")),
    Key(("postcode",), ("house", "initial")),
    Key(("surname_sound", "born_year"), ("initial", "born_month")),
    Key(("least(forename, surname)", "greatest(forename, surname)"), ("born_year",)),
    Key(("surname_sound", "forename_sound"), ("born_month", "born_day")),
    Key(("born_month", "born_day", "forename_sound"), ("born_year[3:4]",)),
    Key(("born_month", "born_day", "surname_sound"), ("initial", "born_year[4:4]")),
    Key(("forename_sound", "born_year"), ("born_month", "postcode[:3]")),
    Key(("house", "street[:5]", "initial"), ("surname_sound",)),
    Key(("surname_sound",), ("initial", "born_day")),
    Key(("forename_sound",), ("surname[1]", "born_day")),
    Key(("born_year", "born_month"), ("postcode[:2]", "surname[1]")),
    Key(("born_month", "born_day"), ("postcode[:3]",)),
    Key(("born_year", "born_day"), ("surname[:2]",)),
    Key(("phone",), ("initial",)),
    Key(("email",), ("initial",)),
    Key(("uprn",), ("initial",)),
)


def block(con: duckdb.DuckDBPyConnection) -> int:
    """Leaves `link_candidates(join_key_l, join_key_r, match_key)`, pairs of uids of different references.

    Returns how many. The columns are those that Splink scores. A few records are all compared with one another.
    """
    pairs = "SELECT l.uid AS one, r.uid AS other FROM link_records AS l JOIN link_records AS r ON l.uid < r.uid"
    if _count(con, "link_records") > FEW:
        con.execute("CREATE OR REPLACE TABLE link_keys (rule INTEGER, key UBIGINT, uid BIGINT, node BIGINT)")
        for number, key in enumerate(KEYS):
            con.execute(_keys(number, key))
        pairs = (
            "SELECT DISTINCT l.uid AS one, r.uid AS other FROM link_keys AS l JOIN link_keys AS r USING (rule, key)"
            " WHERE l.uid < r.uid AND l.node <> r.node"
        )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_candidates AS
        SELECT one AS join_key_l, other AS join_key_r, '0' AS match_key
        FROM ({pairs}) JOIN link_records AS l ON l.uid = one JOIN link_records AS r ON r.uid = other
        WHERE l.node <> r.node AND {" + ".join(f"coalesce(({like})::INTEGER, 0)" for like in ALIKE)} >= 2
        """
    )
    con.execute("DROP TABLE IF EXISTS link_keys")
    return _count(con, "link_candidates")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    found = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return found[0] if found else 0


def _keys(number: int, key: Key) -> str:
    known = " AND ".join(f"({part}) IS NOT NULL" for part in key.parts)
    wide, narrow = ", ".join(key.parts), ", ".join((*key.parts, *key.narrower))
    narrow_known = " AND ".join(f"({part}) IS NOT NULL" for part in key.narrower)
    return f"""
        INSERT INTO link_keys
        WITH wide AS (
            SELECT uid, node, hash({wide}) AS key, hash({narrow}, 1) AS narrow, {narrow_known} AS narrowed,
                   count(*) OVER (PARTITION BY hash({wide})) AS sharing
            FROM link_records WHERE {known}
        ),
        small AS (SELECT key, uid, node FROM wide WHERE sharing BETWEEN 2 AND {BLOCK}),
        large AS (
            SELECT narrow AS key, uid, node, count(*) OVER (PARTITION BY narrow) AS sharing
            FROM wide WHERE sharing > {BLOCK} AND narrowed
        )
        SELECT {number}, key, uid, node FROM small
        UNION ALL SELECT {number}, key, uid, node FROM large WHERE sharing BETWEEN 2 AND {BLOCK}
    """
