"""One person's rows, read, walked and priced by the same line as a study, with nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from personshaped.engine.clustering import cluster
from personshaped.engine.gathering import gather, tasks_of, walk_all
from personshaped.figures import Figure
from personshaped.picture.rows import Row, Tables, story_of
from personshaped.sql import literal
from personshaped.study.following import WALK
from personshaped.study.line import readable_folder
from personshaped.study.measuring import DERIVED, measure_again

FIGURES = ("cost_wanted", "cost_wanted_low")
_ALL_ONE = """
CREATE TABLE identities AS
SELECT agency, ref_key, min(person_id) OVER () AS person_id, NULL::VARCHAR AS household_id, NULL::VARCHAR AS area
FROM (SELECT DISTINCT agency, ref_key, person_id FROM interactions)"""
"""Every line is of the same person: there is nobody to tell apart."""
_COUNTED = ("interactions", "demands", "failure_demands", "cycles", "agencies", "needs", "minutes", "cost")


@dataclass(frozen=True)
class Cycle:
    """One pass through an agency: its letters (R3), how it ended, and its lines' ids."""

    agency: str
    started_at: datetime | None
    sequence: str
    ended: str
    kind: str
    counts: bool
    cost: float | None
    lines: list[str]


@dataclass(frozen=True)
class OneHistory:
    """Counts and sums over all rows of the folder (None: not known), cycles in order, figures of what was wanted, how
    many lines could not be read, and the rows in their order, as a timeline draws them."""

    counts: Mapping[str, float | None]
    cycles: tuple[Cycle, ...]
    figures: Mapping[str, Figure]
    set_aside: int
    told: tuple[Row, ...]


def one_history(folder: Path) -> OneHistory:
    """Walk and price a small folder as `study` would. Raises InputError where it cannot be read."""
    with readable_folder(folder, folder / "findings", threads=1) as opened:
        opened.con.execute(_ALL_ONE)
        clustered = cluster(opened.con, opened.work, "identities", 1.0)
        settings = opened.records.settings
        walk_all(tasks_of(clustered, WALK, DERIVED, settings, opened.work / "walked"), 1, lambda *_: None)
        tables = opened.work / "tables"
        gather(opened.work / "walked", DERIVED, tables)
        wanted = "wanted" in opened.records.tables
        found = measure_again(opened.con, opened.records, tables, settings, FIGURES) if wanted else []
        counts, cycles = _counts(opened.con, tables), _cycles(opened.con, tables)
        aside, told = opened.records.report.set_aside, _told(tables)
    return OneHistory(counts, cycles, {one.name: one for one in found}, aside, told)


def _told(tables: Path) -> tuple[Row, ...]:
    with Tables(tables) as held:
        who = held.ask("SELECT person_id FROM {persons} ORDER BY person_id")
        return tuple(row for one in who for row in story_of(held, one["person_id"]))


def _counts(con: duckdb.DuckDBPyConnection, tables: Path) -> dict[str, float | None]:
    sums = ", ".join(f"sum({name})" for name in _COUNTED)
    row = con.execute(f"SELECT {sums} FROM read_parquet({literal(tables / 'persons.parquet')})").fetchone() or ()
    return {name: None if value is None else float(value) for name, value in zip(_COUNTED, row, strict=True)}


def _cycles(con: duckdb.DuckDBPyConnection, tables: Path) -> tuple[Cycle, ...]:
    rows = con.execute(
        "SELECT agency, started_at, sequence, ended, class, counts, cost, interactions"
        f" FROM read_parquet({literal(tables / 'cycles.parquet')}) ORDER BY started_at NULLS LAST, cycle_id"
    ).fetchall()
    return tuple(
        Cycle(agency, started, sequence, ended, kind, counts, cost, list(lines))
        for agency, started, sequence, ended, kind, counts, cost, lines in rows
    )
