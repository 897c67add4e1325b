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
from personshaped.disclosure.releases import Earlier, hashed
from personshaped.disclosure.withholding import Known, Place
from personshaped.figures import Context, Measure
from personshaped.sql import literal

_ROW = """(i.agency, i.interaction_id, i.service, i.channel, i.front_door, i.area, i.design, i.started_at, i.activity,
    i.initiated_by, i.outcome, i.referred_to, i.issue, i.crisis, i.need_met, i.in_window, i.minutes, i.cost, i.price,
    i.staff_grade, i.kind, d.demand_type, d.failure_kind, d.after_agency, d.first_of_need)"""
"""What is recorded in a row, and what was found of it; not whose it is, nor where it stands among others."""
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
    """A file of the rows: `person_id`, `interaction_id`, and keyed hashes of `who` it is and `what` it holds."""
    source = {name: literal(tables / f"{name}.parquet") for name in ("interactions", "demands")}
    with duckdb.connect() as con:
        found = con.execute(
            f"""SELECT i.person_id, i.interaction_id, CAST({_ROW} AS VARCHAR) AS held
                FROM {source["interactions"]} i LEFT JOIN {source["demands"]} d USING (interaction_id) ORDER BY ALL"""
        ).to_arrow_table()
    people = found["person_id"].to_pylist()
    who = {one: hashed(key, "who", one) for one in set(people)}
    columns = {
        "person_id": found["person_id"],
        "interaction_id": found["interaction_id"],
        "who": pa.array([who[one] for one in people], pa.string()),
        "what": pa.array([hashed(key, one) for one in found["held"].to_pylist()], pa.string()),
    }
    pq.write_table(pa.table(columns), into)


def to_keep(rows: Path) -> bytes:
    """Of that file only the hashes, in no order that tells of anything."""
    held = io.BytesIO()
    pq.write_table(pq.ParquetFile(rows).read(columns=["who", "what"]).sort_by("what"), held)
    return held.getvalue()


def since(
    con: duckdb.DuckDBPyConnection, release: Earlier, rows: Path, measures: Iterable[Measure], context: Context
) -> Since:
    """What differs since a release. `con` holds the derived tables in the schema `findings`; `rows` is what
    `write_rows` wrote of now."""
    con.execute(
        f"""CREATE OR REPLACE TABLE main.both AS SELECT now.*, before.who AS before
                FROM {literal(rows)} now JOIN {literal(release.rows)} before USING (what);
            CREATE OR REPLACE TABLE main.linked_otherwise AS
                SELECT person_id FROM main.both GROUP BY ALL HAVING count(DISTINCT before) > 1
                UNION SELECT unnest(list(DISTINCT person_id)) FROM main.both GROUP BY before
                HAVING count(DISTINCT person_id) > 1;
            CREATE OR REPLACE TABLE main.differing AS SELECT person_id, interaction_id, need_id, cycle_id
                FROM findings.interactions
                WHERE interaction_id NOT IN (SELECT interaction_id FROM main.both)
                   OR person_id IN (FROM main.linked_otherwise)"""
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
