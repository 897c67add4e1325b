"""Which pairs of records are worth comparing: those that share a key, from rules that forgive one slip each.

Stat 13 blocks on birth date, on postcode, and on surname's sound with the birth year. Noisy records need more: day and
month changed round, a surname changed on marriage, a move. A key that many records share is narrowed by a second
one, and dropped where that does not help, so the work stays near-linear in the records.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

FEW = 1500
"""Records up to which every pair is compared: at most 1.1 million."""
MANY = 50_000
"""Records from which the loosest keys are left out, and pairs are sifted before the model sees them."""
AT_ONCE = 200_000
"""Records that are paired with all others at a time."""
BLOCK, BLOCK_OF_MANY = 60, 20
"""Records that share a key before it is narrowed: 60 are 30 comparisons for each record, 20 are 10."""


@dataclass(frozen=True)
class Key:
    """Records that agree on `parts` are compared; where too many do, those that agree on one of `narrower` as well,
    or, where that is still too many, on all of them."""

    parts: tuple[str, ...]
    narrower: tuple[str, ...]


KEYS = (
    Key(("born_year", "least(born_month, born_day)", "greatest(born_month, born_day)"), ("surname_sound", "initial")),
    Key(("postcode",), ("initial", "born_year", "house")),
    Key(("surname_sound", "born_year"), ("forename_sound", "born_month")),
    Key(("least(forename, surname)", "greatest(forename, surname)"), ("born_year", "born_day")),
    Key(("surname_sound", "forename_sound"), ("born_month", "born_day", "postcode[:4]")),
    Key(("born_month", "born_day", "forename_sound"), ("born_year[3:4]", "postcode[:3]")),
    Key(("born_month", "born_day", "surname_sound"), ("initial", "born_year[4:4]")),
    Key(("forename_sound", "born_year"), ("born_month", "born_day", "postcode[:4]")),
    Key(("house", "street[:5]"), ("initial", "surname_sound")),
    Key(("phone",), ("initial",)),
    Key(("email",), ("initial",)),
    Key(("uprn",), ("initial",)),
)
LOOSE_KEYS = (
    Key(("surname_sound",), ("initial", "born_day")),
    Key(("forename_sound",), ("surname[1]", "born_day")),
    Key(("born_year", "born_month"), ("postcode[:2]", "surname[1]")),
    Key(("born_month", "born_day"), ("postcode[:3]",)),
    Key(("born_year", "born_day"), ("surname[:2]",)),
)
ALIKE = (
    "l.forename = r.surname OR jaro_winkler_similarity(l.forename, r.forename) >= 0.78"
    " OR list_has_any(l.familiar, r.familiar)"
    " OR (list_has_any(l.initials, r.initials) AND least(length(l.forename), length(r.forename)) = 1)",
    "l.surname = r.forename OR jaro_winkler_similarity(l.surname, r.surname) >= 0.78",
    "(l.born_year = r.born_year)::INTEGER + (l.born_month = r.born_month)::INTEGER + (l.born_day = r.born_day)::INTEGER"
    " >= 2 OR (l.born_year = r.born_year AND l.born_month = r.born_day)",
    "l.postcode = r.postcode OR l.uprn = r.uprn OR (l.house = r.house AND l.street[:5] = r.street[:5])",
    "l.phone = r.phone",
    "l.email = r.email",
)
"""Among many records, pairs alike in fewer than two of these ways are not worth the model's time."""


def block(con: duckdb.DuckDBPyConnection) -> int:
    """Leaves `link_candidates(one, other)`, pairs of uids of different references, one below the other.

    Returns how many. A few records are all compared with one another. Among many, a part of the records is paired with
    all at a time, so that what is held meanwhile does not grow with the records.
    """
    pairs = "SELECT l.uid AS one, r.uid AS other FROM link_records AS l JOIN link_records AS r ON l.uid < r.uid"
    parts = 1
    records = _count(con, "link_records")
    worth = " + ".join(f"coalesce(({like})::INTEGER, 0)" for like in ALIKE) if records > MANY else "2"
    if records > FEW:
        parts = -(-records // AT_ONCE)
        con.execute("CREATE OR REPLACE TABLE link_keys (rule INTEGER, key UBIGINT, uid BIGINT, node BIGINT)")
        keys, largest = (KEYS, BLOCK_OF_MANY) if records > MANY else (KEYS + LOOSE_KEYS, BLOCK)
        for number, key in enumerate(keys):
            _share(con, number, key, largest)
        pairs = (
            "SELECT DISTINCT l.uid AS one, r.uid AS other"
            " FROM (FROM link_keys WHERE uid % {parts} = {part}) AS l JOIN link_keys AS r USING (rule, key)"
            " WHERE l.uid < r.uid AND l.node <> r.node"
        )
    con.execute("CREATE OR REPLACE TABLE link_candidates (one BIGINT, other BIGINT)")
    for part in range(parts):
        con.execute(
            f"""
            INSERT INTO link_candidates SELECT one, other
            FROM ({pairs.format(parts=parts, part=part)})
            JOIN (FROM link_records WHERE uid % {parts} = {part}) AS l ON l.uid = one
            JOIN link_records AS r ON r.uid = other
            WHERE l.node <> r.node AND {worth} >= 2
            """
        )
    con.execute("DROP TABLE IF EXISTS link_keys")
    return _count(con, "link_candidates")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    found = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return found[0] if found else 0


def _share(con: duckdb.DuckDBPyConnection, number: int, key: Key, largest: int) -> None:
    """Adds to `link_keys` what the records share by one key; what nobody else holds is left out."""
    known = " AND ".join(f"({part}) IS NOT NULL" for part in key.parts)
    steps = [(), *((one,) for one in key.narrower), *([key.narrower] if len(key.narrower) > 1 else [])]
    hashes = ", ".join(
        f"CASE WHEN {' AND '.join(f'({part}) IS NOT NULL' for part in (*key.parts, *step))}"
        f" THEN hash({', '.join((*key.parts, *step))}, {place}) END AS key_{place}"
        for place, step in enumerate(steps)
    )
    con.execute(f"CREATE OR REPLACE TABLE link_waiting AS SELECT uid, node, {hashes} FROM link_records WHERE {known}")
    for place in range(len(steps)):
        held = f"SELECT key_{place} FROM link_waiting WHERE key_{place} IS NOT NULL GROUP BY ALL HAVING count(*)"
        con.execute(
            f"INSERT INTO link_keys SELECT {number}, key_{place}, uid, node"
            f" FROM link_waiting SEMI JOIN ({held} BETWEEN 2 AND {largest}) USING (key_{place})"
        )
        if place == 0:
            con.execute(
                f"CREATE OR REPLACE TABLE link_waiting AS"
                f" FROM link_waiting SEMI JOIN ({held} > {largest}) USING (key_{place})"
            )
