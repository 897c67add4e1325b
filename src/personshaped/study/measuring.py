"""The declared measures over the finished tables, and the series that the picture draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from personshaped.capability.measures import MEASURES as CAPABILITY
from personshaped.conditions.measures import MEASURES as CONDITIONS
from personshaped.cost.measures import MEASURES as COST
from personshaped.demand.measures import MEASURES as DEMAND
from personshaped.demand.memory import SUMS
from personshaped.engine import availability
from personshaped.engine.measuring import measure
from personshaped.engine.scans import Made
from personshaped.figures import By, DataAvailability, Figure, Measure, PersonSums, Query
from personshaped.flow.measures import MEASURES as FLOW
from personshaped.learning.honest import BY_MONTH
from personshaped.learning.measures import MEASURES as LEARNING
from personshaped.picture.inputs import Charts
from personshaped.records import Records
from personshaped.settings import Settings
from personshaped.sql import literal
from personshaped.statistics.clustered import INTERVALS
from personshaped.study.charts import charts
from personshaped.tables import CANONICAL

BY_PAGE: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    ("asked", DEMAND),
    ("happens", FLOW),
    ("met", CAPABILITY),
    ("why", CONDITIONS),
    ("cost", COST),
    ("changed", LEARNING),
)
"""The measures of each page of the picture, in the method's order."""
MEASURES: tuple[Measure, ...] = tuple(one for _, measures in BY_PAGE for one in measures)
DERIVED = ("interactions", "persons", "demands", "needs", "cycles", "episodes", "referrals")


_LINKED = "SELECT 1 FROM identities GROUP BY person_id HAVING count(DISTINCT agency) > 1 LIMIT 1"
"""Whether records are linked across agencies is a fact of all data, not of the window or of the few looked up."""


@dataclass(frozen=True)
class Measured:
    """Every figure in the order of the declarations, the charts' series, what is recorded anywhere, and what was `made`
    of rows that several figures rest on."""

    figures: list[Figure]
    charts: Charts
    have: DataAvailability
    made: Made


def measure_all(con: duckdb.DuckDBPyConnection, records: Records, findings: Path, settings: Settings) -> Measured:
    """All measures over `findings/tables`; recorded tables stand beside them in the connection."""
    show_tables(con, {name: str(findings / "tables" / f"{name}.parquet") for name in DERIVED}, records.tables)
    have = available(con, records)
    made: Made = {}
    figures = measure(con, MEASURES, settings, have, INTERVALS, made)
    series = charts(con, figures, settings, have)
    hide_tables(con)
    return Measured(figures, series, have, made)


def measure_again(
    con: duckdb.DuckDBPyConnection, records: Records, tables: Path, settings: Settings, names: Sequence[str]
) -> list[Figure]:
    """Some measures for the whole window, over the tables of another walk."""
    show_tables(con, {name: str(tables / f"{name}.parquet") for name in DERIVED}, records.tables)
    chosen = [one for one in MEASURES if one.name in names]
    figures = measure(con, chosen, settings, available(con, records), INTERVALS)
    hide_tables(con)
    kept: dict[str, Figure] = {}
    for figure in figures:
        year = figure.name == "needs_met_share" and figure.group == "365"
        if not figure.period and (year or not figure.by):
            kept.setdefault(figure.name, figure)
    return list(kept.values())


def measure_draws(
    con: duckdb.DuckDBPyConnection, records: Records, tables: Path, settings: Settings, names: Sequence[str], drawn: str
) -> list[Figure]:
    """Some measures over the walked versions of `drawn(draw, version, person_id, …)`: one figure a draw, its group.

    Shares are counted for all draws at once; what is reckoned from rows (a curve) once for draws that are alike.
    """
    files = {name: str(tables / f"{name}.parquet") for name in DERIVED}
    show_tables(con, files, records.tables)
    have = available(con, records)
    chosen = [one for one in MEASURES if one.name in names]
    together = [replace(one, by=(_DRAWS,), also=()) for one in chosen if not isinstance(one.kind, Query)]
    alone = [one for one in chosen if isinstance(one.kind, Query)]
    people = f"(SELECT DISTINCT draw, person_id FROM {drawn})"
    for name, path in files.items():
        con.execute(
            f"CREATE OR REPLACE VIEW findings.{name} AS SELECT t.* REPLACE (draw || '~' || person_id AS person_id)"
            f" FROM read_parquet({literal(path)}) AS t JOIN {people} USING (person_id)"
        )
    found = measure(con, together, settings, have, INTERVALS)
    alike = f"SELECT draw, list(version ORDER BY agency, ref_key) AS versions FROM {drawn} GROUP BY draw"
    draws = con.execute(f"SELECT list(draw ORDER BY draw) FROM ({alike}) GROUP BY versions ORDER BY ALL").fetchall()
    for ((number, *others),) in draws if alone else ():
        for name in ("needs", "demands"):
            con.execute(
                f"CREATE OR REPLACE VIEW findings.{name} AS SELECT t.* FROM read_parquet({literal(files[name])}) AS t"
                f" SEMI JOIN (SELECT person_id FROM {drawn} WHERE draw = {number}) USING (person_id)"
            )
        for figure in measure(con, alone, settings, have, INTERVALS):
            if figure.group in ("", "365"):
                found += [replace(figure, by=_DRAWS.name, group=str(one)) for one in (number, *others)]
    hide_tables(con)
    return [one for one in found if one.group and one.value is not None and one.name in names]


_DRAWS = By("link_draws", "split_part(person_id, '~', 1)")


def show_tables(con: duckdb.DuckDBPyConnection, files: dict[str, str], recorded: frozenset[str]) -> None:
    """Derived tables under their own names; a recorded `needs` as `recorded_needs`. Missing tables are empty."""
    con.execute("CREATE SCHEMA IF NOT EXISTS findings")
    for name, path in files.items():
        con.execute(f"CREATE OR REPLACE VIEW findings.{name} AS SELECT * FROM read_parquet({literal(path)})")
    for name, table in CANONICAL.items():
        shown = f"recorded_{name}" if name in files else name
        if name in recorded:
            held = _with_holders(con, "findings" if "identities" in files else "main") if name == "accounts" else ""
            con.execute(f"CREATE OR REPLACE VIEW findings.{shown} AS {held or f'SELECT * FROM main.{name}'}")
        else:
            columns = ", ".join(f'NULL::{column.sql} AS "{column.name}"' for column in table.columns)
            con.execute(f"CREATE OR REPLACE VIEW findings.{shown} AS SELECT {columns} WHERE false")
    con.execute("SET search_path = 'findings,main'")


def _with_holders(con: duckdb.DuckDBPyConnection, schema: str) -> str:
    """Accounts with the person that their agency's reference was found to be; blank where they name nobody."""
    columns = [row[0] for row in con.execute("DESCRIBE main.accounts").fetchall()]
    if "ref_key" not in columns:
        return ""
    return f"""SELECT a.* REPLACE (coalesce(a.person_id, i.person_id) AS person_id) FROM main.accounts a
        LEFT JOIN {schema}.identities i ON i.agency = a.agency AND i.ref_key = a.ref_key"""


def sums_of_memory(con: duckdb.DuckDBPyConnection, demands: Path) -> PersonSums:
    """The failure share of one walk as sums over persons (R2, the curve of share against look-back)."""
    row = con.execute(
        f"WITH demands AS (SELECT * FROM read_parquet({literal(demands)})) SELECT * FROM ({SUMS})"
    ).fetchone()
    x, n, xx, xn, nn, persons = row or (0, 0, 0, 0, 0, 0)
    return PersonSums(float(x or 0), float(n or 0), float(xx or 0), float(xn or 0), float(nn or 0), int(persons))


def hide_tables(con: duckdb.DuckDBPyConnection) -> None:
    """What was read is to be seen again under its own names."""
    con.execute("SET search_path = 'main'")


def available(con: duckdb.DuckDBPyConnection, records: Records) -> DataAvailability:
    """What is recorded anywhere in these data (spec 1.4)."""
    report = records.report
    recorded = set(records.tables) | {name for name, share in report.filled.items() if share > 0}
    if con.execute(_LINKED).fetchone():
        recorded.add("linked")
    staff = {"staff_grade": report.staff_by_grade, "team": report.staff_by_team, BY_MONTH: report.staff_by_month}
    return availability.available(con, recorded, report.staff_total, staff)
