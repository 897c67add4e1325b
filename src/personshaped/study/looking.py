"""Looking something up in finished findings: a figure with its query and rows, a story, the definitions."""

from __future__ import annotations

import getpass
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped import tables
from personshaped.demand.coding import codes
from personshaped.disclosure import looks
from personshaped.engine.local import open_connection
from personshaped.engine.measuring import measure
from personshaped.errors import InputError, UsageError
from personshaped.figures import MONTH, By, Figure, Measure, Query, Split, by
from personshaped.linkage import pseudonyms
from personshaped.linkage.judgements import COLUMNS as LINK_COLUMNS
from personshaped.linkage.store import IdentityStore
from personshaped.picture import story as story_page
from personshaped.picture.book import read_figures
from personshaped.picture.rows import PAIR
from personshaped.records import StudyFolder, codebook, open_folder, read
from personshaped.sql import literal
from personshaped.statistics.clustered import INTERVALS
from personshaped.study import heard, writing
from personshaped.study.measuring import DERIVED, MEASURES, available, show_tables

BREAKDOWNS = {"agency": by("agency"), "month": MONTH, "issue": by("issue"), "area": by("area"), "design": by("design")}
_ROWS = 200


@dataclass(frozen=True)
class Looked:
    """One measure looked up: its figures, its definition, and, where asked for, the rows behind it."""

    measure: Measure
    breakdown: By
    found: tuple[Figure, ...]
    row_columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] | None = None
    window: tuple[date, date] | None = None
    needs: Mapping[str, str] = field(default_factory=dict)  # the code book's words

    @property
    def query(self) -> str:
        return self.measure.query(self.breakdown)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        result: dict[str, Any] = {
            "measure": self.measure.name,
            "answers": list(self.measure.answers),
            "says": self.measure.says,
            "does_not_say": self.measure.does_not_say,
            "query": self.query,
            "figures": [vars(one) for one in self.found],
        }
        if self.rows is not None:
            result["rows"] = [dict(zip(self.row_columns, row, strict=True)) for row in self.rows]
        return result


def find(name: str) -> Measure:
    """A measure by name, by the name of one of its figures, or by id. Raises UsageError naming the nearest."""
    import difflib

    for one in MEASURES:
        if name in one.names or name.upper() in one.answers:
            return one
    names = [figure for one in MEASURES for figure in one.names]
    near = difflib.get_close_matches(name, names, n=3)
    raise UsageError(f"no figure {name!r}; expected {' or '.join(near) if near else 'a name from `measures`'}")


def definitions(name: str | None) -> list[dict[str, Any]]:
    """Every measure, or one, as plain values."""
    chosen = MEASURES if name is None else (find(name),)
    return [
        {
            "name": one.name,
            "answers": one.ids,
            "unit": one.unit,
            "says": one.says,
            "does_not_say": one.does_not_say,
            "source": one.source,
            "table": one.table,
            "by": ", ".join(part.name or (part.period and "period") or "all" for part in one.by),
            "needs": ", ".join(one.needs),
            "query": one.query(),
        }
        for one in chosen
    ]


def figure(
    folder: Path, out: Path | None, name: str, breakdown: str | None, people: Sequence[str], rows: bool
) -> Looked:
    """Compute one measure again over finished findings, by any breakdown its table has, for some people or all."""
    one = find(name)
    findings = _findings(folder, out)
    opened = open_folder(folder)
    work = findings / ".look"
    try:
        con = open_connection(work)
        records = read(opened, con, work, _keys(opened).sql)
        _of_this_version(con, folder, findings)
        files = {table: str(findings / "tables" / f"{table}.parquet") for table in (*DERIVED, "identities")}
        show_tables(con, files, records.tables)
        if people:
            _only(con, findings, [person_of(findings, opened, person) for person in people])
        chosen = _breakdown(one, breakdown)
        asked = one if breakdown is None else _by(one, chosen)
        found = measure(con, [asked], records.settings, available(con, records), INTERVALS)
        if any(code.drawn != "chosen" for code in codes.read(folder / "decisions")):
            found = _as_people_coded(asked, found, () if people else read_figures(findings / "figures.parquet").figures)
        columns, behind = _rows_behind(con, one) if rows else ((), None)
        start, cut = records.settings.window_start, records.settings.window_end
        window = (start, cut) if start and cut else None
        return Looked(one, chosen, tuple(found), columns, behind, window, codebook.load(folder / "decisions").words)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _as_people_coded(one: Measure, found: Sequence[Figure], studied: Sequence[Figure]) -> list[Figure]:
    """What people coded as the study says it, and nowhere as a bare count: what they are asked about is drawn (N8)."""
    by_people = [figure for figure in studied if figure.name == one.name and figure.basis in ("hand", "corrected")]
    asked = {(part.name, bool(part.period)) for part in one.by}
    return [figure for figure in heard.beside(found, by_people) if (figure.by, bool(figure.period)) in asked]


def _by(one: Measure, chosen: By) -> Measure:
    from dataclasses import replace

    if isinstance(one.kind, Query | Split) and chosen not in one.by:
        raise UsageError(f"{one.name} cannot be broken down further; expected no --by")
    return replace(one, by=(chosen,))


def _breakdown(one: Measure, name: str | None) -> By:
    if name is None:
        return one.by[0]
    if name not in BREAKDOWNS:
        raise UsageError(f"--by {name}: no such breakdown; expected one of {', '.join(BREAKDOWNS)}")
    return BREAKDOWNS[name]


def _findings(folder: Path, out: Path | None) -> Path:
    findings = out or folder / "findings"
    if not (findings / "run.json").exists():
        raise InputError("no finished study", file=str(findings), expected=f"`personshaped study {folder}` first")
    return findings


def _of_this_version(con: duckdb.DuckDBPyConnection, folder: Path, findings: Path) -> None:
    """Refuses derived tables that have not the columns of today's."""
    for name in DERIVED:
        path = findings / "tables" / f"{name}.parquet"
        held = {column for column, *_ in con.execute(f"DESCRIBE FROM read_parquet({literal(path)})").fetchall()}
        if not held >= set(tables.DERIVED[name].names):
            raise InputError(
                "these findings were made by an earlier version", file=str(findings),
                expected=f"`personshaped study {folder}` again",
            )  # fmt: skip


def _keys(opened: Any) -> pseudonyms.ReferenceKeys:
    if not opened.lawful.personal_data:
        return pseudonyms.AsGiven()
    return pseudonyms.Pseudonyms(pseudonyms.load_key(opened.path / ".private"))


def person_of(findings: Path, opened: Any, person: str) -> str:
    """A person_id, from itself or from agency:person_ref. Raises UsageError where nobody has it."""
    con = duckdb.connect(":memory:")
    identities = findings / "tables" / "identities.parquet"
    persons = findings / "tables" / "persons.parquet"
    if con.execute(f"SELECT 1 FROM {literal(persons)} WHERE person_id = ?", [person]).fetchone():
        return person
    agency, _, reference = person.partition(":")
    key = _keys(opened).of(agency, reference)
    row = con.execute(
        f"SELECT person_id FROM {literal(identities)} WHERE person_id = $1 OR (agency = $2 AND ref_key = $3)"
        " ORDER BY person_id <> $1 LIMIT 1",
        [person, agency, key],
    ).fetchone()
    if row is None:
        raise UsageError(f"nobody here is {person!r}; expected a person_id, or agency:person_ref")
    return str(row[0])


def _only(con: duckdb.DuckDBPyConnection, findings: Path, people: Sequence[str]) -> None:
    con.execute("CREATE TEMP TABLE chosen AS SELECT unnest(?) AS person_id", [list(people)])
    for name in DERIVED:
        path = findings / "tables" / f"{name}.parquet"
        con.execute(
            f"CREATE OR REPLACE VIEW findings.{name} AS "
            f"SELECT * FROM {literal(path)} SEMI JOIN chosen USING (person_id)"
        )


ROW_KEYS = {"interactions": "interaction_id", "demands": "interaction_id", "needs": "need_id", "cycles": "cycle_id"}
"""The tables whose measures are counted row by row, and what names a row."""


def rows_query(one: Measure) -> str:
    """SQL of the interactions that a measure's rows rest on. Raises UsageError where it is not counted row by row."""
    key = ROW_KEYS.get(one.table)
    if key is None:
        raise UsageError(f"{one.name} is not counted row by row; expected one whose table is {', '.join(ROW_KEYS)}")
    where = f"WHERE {one.where}" if one.where else ""
    if one.table == "interactions":
        return f"SELECT * FROM interactions {where}"
    counted = f"SELECT DISTINCT person_id, {key} FROM {one.table} {where}"
    return f"SELECT * FROM interactions SEMI JOIN ({counted}) USING (person_id, {key})"


def _rows_behind(con: duckdb.DuckDBPyConnection, one: Measure) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """The interactions and words that a measure's rows rest on, at most 200, in the persons' order."""
    cursor = con.execute(
        f"""
        SELECT person_id, started_at, agency, activity, words, outcome, interaction_id FROM ({rows_query(one)})
        ORDER BY person_id, position LIMIT {_ROWS}
        """
    )
    return tuple(column[0] for column in cursor.description or ()), tuple(cursor.fetchall())


def pair(folder: Path, out: Path | None, name: str) -> dict[str, str]:
    """The two records of a pair of links.html, as their agencies write them, and the line that would judge it.

    The look is recorded first; if that fails, nothing is shown. Raises UsageError where there is no such pair.
    """
    findings = out or folder / "findings"
    links, people = findings / "tables" / "links.parquet", findings / "tables" / "identities.parquet"
    if not links.exists():
        raise InputError("no links", file=str(findings), expected=f"`personshaped link {folder}` first")
    con = duckdb.connect(":memory:")
    row = con.execute(
        f"""SELECT agency_a, ref_a, agency_b, ref_b, judgement, evidence, one.person_id, other.person_id
        FROM {literal(links)} JOIN {literal(people)} AS one ON one.agency = agency_a AND one.ref_key = ref_a
        JOIN {literal(people)} AS other ON other.agency = agency_b AND other.ref_key = ref_b WHERE {PAIR} = $1""",
        [name.strip().lower()],
    ).fetchone()
    if row is None:
        raise UsageError(f"no pair {name!r}; expected one of the column Pair in {findings / 'links.html'}")
    agency_a, ref_a, agency_b, ref_b, judgement, evidence, person_a, person_b = row
    if open_folder(folder).lawful.personal_data:
        key = pseudonyms.load_key(folder / ".private")
        for person_id in sorted({person_a, person_b}):
            looks.record(folder / ".private", key, who=getpass.getuser(), person_id=person_id, what="pair")
        written = _as_written(folder, key)
        ref_a, ref_b = written.get((agency_a, ref_a), ref_a), written.get((agency_b, ref_b), ref_b)
    return {
        "first record": f"{agency_a}: {ref_a}",
        "second record": f"{agency_b}: {ref_b}",
        "judged": f"{judgement}, {evidence}",
        "to judge it, add to decisions/links.csv": ",".join(LINK_COLUMNS),
        "for instance": ",".join((agency_a, ref_a, agency_b, ref_b, "same", "", date.today().isoformat(), "")),
    }


def _as_written(folder: Path, key: bytes) -> dict[tuple[str, str], str]:
    """Agency and key of every record in the identity store -> the reference as its agency writes it."""
    rows = IdentityStore(folder / ".private", key).read("people")
    if rows is None:
        return {}
    table = rows.read_all().select(["agency", "ref_key", "person_ref"])
    return {(one["agency"], one["ref_key"]): one["person_ref"] for one in table.to_pylist()}


def record_look(opened: StudyFolder, person_id: str, what: str) -> None:
    """One line in the record of looks, of people who are real; raises InputError where it cannot be written."""
    if opened.lawful.personal_data:
        private = opened.path / ".private"
        looks.record(private, pseudonyms.load_key(private), who=getpass.getuser(), person_id=person_id, what=what)


def story(folder: Path, out: Path | None, person: str) -> dict[str, str]:
    """Write one person's story as a page. The look is recorded first; if that fails, nothing is shown."""
    findings = _findings(folder, out)
    opened = open_folder(folder)
    person_id = person_of(findings, opened, person)
    record_look(opened, person_id, "story")
    page = findings / "stories" / f"{hashlib.sha256(person_id.encode()).hexdigest()[:16]}.html"
    page.parent.mkdir(mode=0o700, exist_ok=True)
    page.write_text(story_page(findings, person_id), encoding="utf-8")
    return {"story": str(page), "note": writing.PERSONAL.strip() if opened.lawful.personal_data else ""}
