"""Who did what differs since an earlier release: asked of the rows, and of each figure for itself (Stat 11).

Between two releases many people come back, and one is forgotten. The months before tell of that one alone: nobody's new
rows stand in them. So it is asked of every figure behind how many people there are rows now that the earlier release
did not have. Which rows those are is told by keyed hashes, without whose they are, so that somebody who is called
otherwise since, but has the same rows, has not changed; who was joined with another or taken apart has.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.disclosure.behind import crowds
from personshaped.disclosure.profile import Profile
from personshaped.disclosure.releases import BEGIN_ANEW, Earlier, hashed
from personshaped.disclosure.withholding import Known, Place
from personshaped.errors import InputError
from personshaped.figures import Context, Measure
from personshaped.sql import literal
from personshaped.tables import DERIVED

NOT_HELD = {
    "person_id": "whose it is", "household_id": "whose it is", "ref_key": "whose it is",
    "need_id": "an id that new links make anew", "cycle_id": "an id that new links make anew",
    "position": "where it stands among others", "seq": "where it stands among others",
    "source": "in which line of which file it stood, where the line above may have gone",
    "words": "no figure is made of them", "coded_by": "no figure is made of it", "coded_on": "no figure is made of it",
    "outcome_signposted": "what came of its cycle later, which the later row tells",
}  # fmt: skip
"""Columns of a row that are in no hash, and why: with them many rows would differ by what nobody did. All others are:
what is recorded in a row, and what was found of it."""
HELD = {
    table: tuple(name for name in DERIVED[table].names if name not in NOT_HELD) for table in ("interactions", "demands")
}
HELD_OF_THEM = {
    "needs": ("kind", "fit", "condition_now", "level", "ended_at", "end_reason", "met_withdrawn", "asked", "staff"),
    "cycles": ("staff",),
    "persons": ("staff",),
}
"""What stands in no row: of a need what only the table of needs records, and how many workers there were. It is hashed
for itself, so that a need that has ended does not make its rows of years ago differ."""
_FORM = b"held"
_PEOPLE = "person_id IN (SELECT person_id FROM main.differing)"
_ROWS = "interaction_id IN (SELECT interaction_id FROM main.differing)"
_MADE_OF = {
    "interactions": _ROWS,
    "demands": _ROWS,
    "needs": "need_id IN (SELECT need_id FROM main.differing)",
    "cycles": "cycle_id IN (SELECT cycle_id FROM main.differing)",
    "referrals": "sent_id IN (SELECT interaction_id FROM main.differing)"
    " OR received_id IN (SELECT interaction_id FROM main.differing)",
    "persons": _PEOPLE,
    "episodes": _PEOPLE,
}
"""Which rows of the derived tables are made of rows that differ."""


@dataclass(frozen=True)
class Since:
    """What differs since an earlier release: whether any row does, how many people have rows that it did not have,
    by figure and in all, and how many of its people have none left."""

    release: Earlier
    any_row: bool
    behind: Known
    people: int
    gone: int

    def few_did(self, name: str, place: Place, known: Known, profile: Profile) -> bool:
        """Whether a figure that differs does so by what few people did; where nobody knows, by what all of them did."""
        if not self.any_row or self.gone >= profile.least:
            return False
        where = (name, place)
        people = self.behind.behind(where, 0) if known.behind(where, 0) else self.people
        return people < profile.least

    def few(self, profile: Profile) -> bool:
        """The same of what is made of everybody."""
        return self.any_row and self.gone < profile.least and self.people < profile.least


def write_rows(tables: Path, key: bytes, into: Path) -> None:
    """A file of the rows: `person_id`, `interaction_id`, and keyed hashes of `who` it is and `what` it holds.

    Needs, cycles and people stand in it too, without `interaction_id`, each with its own id.
    """
    source = {name: literal(tables / f"{name}.parquet") for name in (*HELD, *HELD_OF_THEM)}
    held = ", ".join(f'{table}."{name}"' for table, names in HELD.items() for name in names)
    of_them = (
        f"""SELECT {table}.person_id, NULL,
                {"need_id" if table == "needs" else "NULL"}, {"cycle_id" if table == "cycles" else "NULL"},
                CAST(('{table}', of.first, {", ".join(names)}) AS VARCHAR)
            FROM {source[table]} {table} JOIN (SELECT {one}, min((agency, interaction_id)) AS first
                FROM {source["interactions"]} GROUP BY ALL) of USING ({one})"""
        for table, names in HELD_OF_THEM.items()
        for one in (f"{table.removesuffix('s')}_id",)
    )
    with duckdb.connect() as con:
        found = con.execute(
            f"""SELECT interactions.person_id, interaction_id, NULL::VARCHAR AS need_id, NULL::VARCHAR AS cycle_id,
                    CAST(({held}) AS VARCHAR) AS held
                FROM {source["interactions"]} interactions LEFT JOIN {source["demands"]} demands USING (interaction_id)
                UNION ALL {" UNION ALL ".join(of_them)} ORDER BY ALL"""
        ).to_arrow_table()
    people = found["person_id"].to_pylist()
    who = {one: hashed(key, "who", one) for one in set(people)}
    columns = {
        **{name: found[name] for name in ("person_id", "interaction_id", "need_id", "cycle_id")},
        "who": pa.array([who[one] for one in people], pa.string()),
        "what": pa.array([hashed(key, one) for one in found["held"].to_pylist()], pa.string()),
    }
    form = ";".join(f"{table}.{name}" for table, names in (HELD | HELD_OF_THEM).items() for name in names)
    pq.write_table(pa.table(columns).replace_schema_metadata({_FORM: form.encode()}), into)


def to_keep(rows: Path) -> bytes:
    """Of that file only the hashes, in no order that tells of anything."""
    held = io.BytesIO()
    pq.write_table(pq.ParquetFile(rows).read(columns=["who", "what"]).sort_by("what"), held)
    return held.getvalue()


def since(
    con: duckdb.DuckDBPyConnection, release: Earlier, rows: Path, measures: Iterable[Measure], context: Context
) -> Since:
    """What differs since a release. `con` holds the derived tables in the schema `findings`; `rows` is what
    `write_rows` wrote of now.

    Raises InputError where other columns of rows are in the hashes of that release: then all rows would differ.
    """
    if _form(release.rows) != _form(rows):
        raise InputError(
            "holds rows as another version kept them, so that nothing can be held against that release",
            file=str(release.rows), expected=f"the version that kept it, or {BEGIN_ANEW}",
        )  # fmt: skip
    con.execute(
        f"""CREATE OR REPLACE TABLE main.both AS SELECT now.*, before.who AS before
                FROM {literal(rows)} now JOIN {literal(release.rows)} before USING (what);
            CREATE OR REPLACE TABLE main.linked_otherwise AS
                SELECT person_id FROM main.both GROUP BY ALL HAVING count(DISTINCT before) > 1
                UNION SELECT unnest(list(DISTINCT person_id)) FROM main.both GROUP BY before
                HAVING count(DISTINCT person_id) > 1;
            CREATE OR REPLACE TABLE main.differing AS SELECT person_id, interaction_id, need_id, cycle_id
                FROM findings.interactions
                WHERE interaction_id NOT IN (SELECT interaction_id FROM main.both WHERE interaction_id IS NOT NULL)
                   OR person_id IN (FROM main.linked_otherwise)
                UNION ALL SELECT person_id, interaction_id, need_id, cycle_id FROM {literal(rows)}
                WHERE interaction_id IS NULL AND what NOT IN (SELECT what FROM main.both)"""
    )
    lost, gone, people = con.execute(
        f"""SELECT (SELECT count(*) FROM {literal(release.rows)} WHERE what NOT IN (SELECT what FROM main.both)),
                   (SELECT count(DISTINCT who) FROM {literal(release.rows)}
                    WHERE who NOT IN (SELECT before FROM main.both)),
                   (SELECT count(DISTINCT person_id) FROM main.differing)"""
    ).fetchone() or (0, 0, 0)
    con.execute("CREATE SCHEMA since")
    for name, made_of in _MADE_OF.items():
        con.execute(f"CREATE VIEW since.{name} AS SELECT * FROM findings.{name} WHERE {made_of}")
    con.execute("SET search_path = 'since,findings,main'")
    behind = Known(crowds=crowds(con, measures, context))
    con.execute("SET search_path = 'findings,main'; DROP SCHEMA since CASCADE")
    return Since(release, bool(lost or people), behind, people, gone)


def _form(rows: Path) -> bytes:
    return (pq.read_schema(rows).metadata or {}).get(_FORM, b"")
