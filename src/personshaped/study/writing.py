"""What a study leaves behind: `findings/` as `interfaces` lists it, the same bytes for the same inputs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from personshaped import __version__
from personshaped.cells import as_text
from personshaped.figures import Figure
from personshaped.linkage.linking import Linked
from personshaped.picture.inputs import Charts, Tried
from personshaped.picture.inputs import write_charts as _write_charts
from personshaped.records import StudyFolder
from personshaped.records.report import listed
from personshaped.settings import Settings
from personshaped.sql import literal
from personshaped.tables import DERIVED

if TYPE_CHECKING:
    from personshaped.study.line import Opened, Options

PERSONAL = "PERSONAL DATA: a working copy. It stays inside.\n"
SYNTHETIC = "Synthetic or published data: no row is about a real person.\n"
PEOPLE = "people.parquet"
_FIGURE_COLUMNS = DERIVED["figures"].names


def prepare(findings: Path, personal: bool) -> Path:
    """The findings folder, closed to others and marked."""
    findings.mkdir(parents=True, exist_ok=True)
    findings.chmod(0o700)
    (findings / "README.txt").write_text(PERSONAL if personal else SYNTHETIC, encoding="utf-8")
    (findings / "tables").mkdir(exist_ok=True)
    return findings


def write_identities(con: duckdb.DuckDBPyConnection, findings: Path, keep_refs: bool) -> None:
    """`identities` and `links`; agencies' own references only where asked for."""
    tables = findings / "tables"
    columns = "agency, ref_key, person_id, household_id"
    if keep_refs:
        columns += ", person_ref"
        source = f"identities LEFT JOIN ({_references(con)}) USING (agency, ref_key)"
    else:
        source = "identities"
    _copy(con, f"SELECT {columns} FROM {source} ORDER BY ALL", tables / "identities.parquet")
    _copy(con, "SELECT * FROM links ORDER BY ALL", tables / "links.parquet")


def write_people(con: duckdb.DuckDBPyConnection, findings: Path, personal: bool) -> None:
    """`people` as read, for pages that show who is compared: only of people who are invented or published.

    Who real people are stays in the encrypted store; a file from before they were declared real goes.
    """
    path = findings / "tables" / PEOPLE
    path.unlink(missing_ok=True)
    held = con.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'people'").fetchone()
    if held and not personal:
        _copy(con, "SELECT * FROM people ORDER BY ALL", path)


def _references(con: duckdb.DuckDBPyConnection) -> str:
    """Agencies' own references, from every table that holds them; a study need not have `people`."""
    found = con.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_name IN ('people', 'interactions')"
        " AND column_name IN ('ref_key', 'person_ref') GROUP BY table_name HAVING count(DISTINCT column_name) = 2"
    ).fetchall()
    selects = [f"SELECT agency, ref_key, person_ref FROM {name}" for (name,) in sorted(found)]
    return " UNION ".join(selects) or "SELECT agency, ref_key, NULL::VARCHAR AS person_ref FROM identities"


def _copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    con.execute(f"COPY ({select}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")


def write_figures(con: duckdb.DuckDBPyConnection, findings: Path, figures: Sequence[Figure]) -> list[Figure]:
    """`figures.parquet` and `figures.csv`, in the order of the declarations; returns them."""
    rows = [{name: getattr(figure, name) for name in _FIGURE_COLUMNS} for figure in figures]
    pq.write_table(_table(rows), findings / "figures.parquet")
    guarded = [row | {"group": as_text(row["group"])} for row in rows]  # agencies and issues are words of the data
    pyarrow.csv.write_csv(_table(guarded), findings / "figures.csv")
    return list(figures)


def _table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Figures as Arrow, by way of JSON: Arrow's own arrays would import pandas, which a study has no other use for."""
    schema = DERIVED["figures"].schema
    lines = "\n".join(json.dumps(row, allow_nan=False) for row in rows).encode()
    if not lines:
        return schema.empty_table()
    return pyarrow.json.read_json(
        io.BytesIO(lines),
        read_options=pyarrow.json.ReadOptions(block_size=max(1 << 20, len(lines) + 1)),  # a cell may be megabytes
        parse_options=pyarrow.json.ParseOptions(explicit_schema=schema),
    )


def write_charts(findings: Path, charts: Charts, tried: Sequence[Tried]) -> None:
    """`charts.json`: the series that are not one figure a row."""
    from dataclasses import replace

    _write_charts(findings, replace(charts, spread=(*charts.spread, *tried)))


def fingerprint(folder: StudyFolder, settings: Settings, sample: float) -> str:
    """One text that changes whenever the inputs, the settings, the decisions or the software do."""
    parts = {
        "version": __version__,
        "settings": settings.as_json(),
        "sample": sample,
        "inputs": inputs(folder),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def inputs(folder: StudyFolder) -> dict[str, str]:
    """The SHA-256 of every file that the study reads, by its path in the folder."""
    return {str(path.relative_to(folder.path)): _sha256(path) for path in folder.files()}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_run(findings: Path, opened: Opened, linked: Linked, written: dict[str, int], options: Options) -> None:
    """`run.json`: no clock, no path of this machine, so that the same inputs give the same bytes."""
    folder, records = opened.folder, opened.records
    run: dict[str, Any] = {
        "version": __version__,
        "engine": options.engine,
        "sample": options.sample,
        "study": {
            "name": folder.name,
            "purpose": folder.purpose,
            "what_met_means": folder.what_met_means,
            "synthetic": not folder.lawful.personal_data,
            "lawful": folder.lawful.as_json(),
        },
        "settings": records.settings.as_json(),
        "inputs": inputs(folder),
        "stages": {"references": linked.references, "persons_linked": linked.persons} | written,
        "report": records.report.as_json(),
        "linking": {
            "references": linked.references,
            "persons": linked.persons,
            "agencies": len(written) and _agencies(opened.con),
            "across_agencies": linked.across_agencies,
            "method": linked.method,
            "model": linked.model_note,
            "threshold": linked.threshold,
            "judged": [
                {"by": by, "judgement": judgement, "evidence": evidence, "pairs": pairs}
                for (by, judgement, evidence), pairs in sorted(linked.judged.items())
            ],
            "decisions_unused": linked.decisions_unused,
        },
    }
    text = json.dumps(run, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    (findings / "run.json").write_text(text + "\n", encoding="utf-8")


def _agencies(con: duckdb.DuckDBPyConnection) -> int:
    (found,) = con.execute("SELECT count(DISTINCT agency) FROM identities").fetchone() or (0,)
    return int(found)


MOST_AREAS = 6
"""So many areas are named in one line; of more, how many."""


def _persons(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} persons"


def notices(opened: Opened, linked: Linked, options: Options, around: frozenset[str]) -> tuple[str, ...]:
    """What a reader must know before the first figure. `around`: areas whose people are not added to the others'."""
    said = []
    if not opened.folder.lawful.personal_data:
        said.append("Synthetic or published data: no row is about a real person.")
    if options.sample < 1:
        said.append(f"A sample: {options.sample:.1%} of the people.")
    said.append(f"{linked.references:,} records of people became {_persons(linked.persons)}: {linked.method}.")
    report = opened.records.report
    said.append(f"{report.rows_in:,} rows in, {report.used:,} used, {report.set_aside:,} set aside.")
    if report.priced_minutes is not None and report.priced_minutes < 1:
        rows, held = f"{report.priced_rows:,} rows", f"{report.priced_minutes:.0%} of the minutes worked"
        said.append(f"Costs are known for {rows}, which hold {held}.")
    if around:
        held = listed(sorted(around), MOST_AREAS)
        said.append(f"Taken as around or beside the areas studied, so that their people are not added: {held}.")
    return tuple(said)
