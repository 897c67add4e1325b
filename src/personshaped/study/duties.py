"""What whoever holds the data owes a person: everything held about them, and to be forgotten.

Both look at a person, so both are recorded first; if that fails, nothing is shown and nothing is erased.
"""

from __future__ import annotations

import csv
import getpass
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped.cells import as_text
from personshaped.disclosure import looks
from personshaped.errors import InputError, UsageError
from personshaped.linkage import pseudonyms
from personshaped.linkage.store import IdentityStore
from personshaped.records import StudyFolder, forgotten, open_folder
from personshaped.study.line import Opened, Tell, keys_of, linked_folder, readable_folder
from personshaped.study.writing import PERSONAL
from personshaped.tables import CANONICAL

_PAIR = (("agency_a", "ref_a"), ("agency_b", "ref_b"))
ARCHIVES, BESIDE = "archives.txt", ".forgotten.csv"
"""In `.private/`: the archives made of a folder. Beside each: who was forgotten since."""
ERASED, ERASED_BESIDE = ".private/team/erased.txt", ".erased.txt"
"""Whom the team's application erased, as hashes; and the same list beside each archive."""
_FINDINGS = ("README.txt", "run.json", "tables")


@dataclass(frozen=True)
class Person:
    """Somebody in the data: their id, the agencies of their records, the keyed hashes of records and id, and the
    interactions of those records."""

    person_id: str
    agencies: tuple[str, ...]
    hashes: tuple[str, ...]
    interactions: frozenset[str]


def _silent(stage: str, done: int, total: int) -> None:
    """For callers who do not care how far it is."""


def forget(folder: Path, person: str, out: Path | None = None, tell: Tell = _silent) -> dict[str, Any]:
    """Erase a person from what is ours, put them on the list that every read applies, and name the lines that stay.

    Erased are the findings as a whole (the next study makes them anew), the person's rows in the identity store and
    lines in `decisions/`. The list is written last: stopped before that, the command can be given again.
    Raises UsageError where nobody is meant by `person`.
    """
    study_folder = _personal(folder)
    findings = out or folder / "findings"
    with linked_folder(folder, findings, tell=tell) as (opened, _):
        found = find(opened, person)
    _record(folder / ".private", found, "forget")
    lines, erased = _erase(study_folder, found, findings)
    unreached = _tell_archives(folder)
    with readable_folder(folder, findings, tell=tell) as opened:
        sources = opened.con.execute("SELECT file, row FROM forgotten_lines ORDER BY ALL").fetchall()
    return {
        "person": found.person_id,
        "records at": ", ".join(found.agencies),
        "erased from decisions": f"{lines} lines",
        "findings": f"erased; `personshaped study {folder}` makes them anew" if erased else "there were none",
        "delete at the source": [f"{file}, row {row}" for file, row in sources],
        "archives not found": unreached,
    }


def forget_again(folder: Path, hashes: Collection[str], findings: Path) -> None:
    """Erase from a folder that was restored those who were forgotten since."""
    study_folder = _personal(folder)
    with readable_folder(folder, findings) as opened:
        ids = opened.con.execute(
            "SELECT interaction_id FROM interactions WHERE list_contains($1, ref_key)", [list(hashes)]
        ).fetchall()
    _erase(study_folder, Person("", (), tuple(hashes), frozenset(one for (one,) in ids)), findings)


def _erase(study_folder: StudyFolder, found: Person, findings: Path) -> tuple[int, bool]:
    """Erases a person from decisions, identities and findings, then lists them. Lines erased; were there findings."""
    folder = study_folder.path
    lines = _erase_lines(folder / "decisions", found, keys_of(study_folder))
    IdentityStore.open(folder / ".private").erase(found.hashes)
    had_findings = any((findings / name).exists() for name in _FINDINGS)
    if had_findings:
        shutil.rmtree(findings)
    forgotten.append(folder / "decisions" / forgotten.FILE, found.hashes, date.today())
    return lines, had_findings


def _tell_archives(folder: Path) -> list[str]:
    """Copies the list beside every archive that was made of this folder; returns those that are not there any more."""
    kept, unreached = folder / ".private" / ARCHIVES, []
    for line in kept.read_text(encoding="utf-8").splitlines() if kept.exists() else ():
        if Path(line).exists():
            shutil.copyfile(folder / "decisions" / forgotten.FILE, line + BESIDE)
        else:
            unreached.append(line)
    return unreached


def subject_access(folder: Path, person: str, out: Path, tell: Tell = _silent) -> dict[str, Any]:
    """Write everything held about a person as CSV files into `out`, closed to others; returns rows by file.

    A cell that a spreadsheet would read as a formula begins with an apostrophe.

    Other people who stand in the same row are left out: the other record of a link is not named.
    """
    _personal(folder)
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"--out {out}: not empty; expected a new folder, for this person alone")
    with linked_folder(folder, folder / "findings", tell=tell) as (opened, _):
        found = find(opened, person)
        _record(folder / ".private", found, "subject access")
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        out.chmod(0o700)
        (out / "README.txt").write_text(PERSONAL, encoding="utf-8")
        rows = _write_tables(opened.con, found, out)
    rows["decisions"] = _write(
        out / "decisions.csv", ("file", "row", "column", "cell"), _as_texts(_decided(opened.folder, found))
    )
    looked = [one for one in looks.read(folder / ".private") if one.person_id == found.person_id]
    rows["looks"] = _write(
        out / "looks.csv", ("at", "who", "what"), _as_texts((one.at, one.who, one.what) for one in looked)
    )
    return {"person": found.person_id, "folder": str(out)} | {f"{name} rows": count for name, count in rows.items()}


def find(opened: Opened, person: str) -> Person:
    """The person with this id, or with this record (agency:reference), in `identities`. Raises UsageError."""
    agency, _, reference = person.partition(":")
    key = keys_of(opened.folder).of(agency, reference)
    row = opened.con.execute(
        "SELECT person_id FROM identities WHERE person_id = $1 OR (agency = $2 AND ref_key IN ($3, $4))"
        " ORDER BY person_id <> $1 LIMIT 1",
        [person, agency, key, reference],
    ).fetchone()
    if row is None:
        raise UsageError(f"nobody here is {person!r}; expected a person_id, or agency:person_ref")
    records = opened.con.execute(
        "SELECT agency, ref_key FROM identities WHERE person_id = $1 ORDER BY ALL", [row[0]]
    ).fetchall()
    ids = opened.con.execute(
        "SELECT interaction_id FROM interactions SEMI JOIN"
        " (SELECT agency, ref_key FROM identities WHERE person_id = $1) USING (agency, ref_key)",
        [row[0]],
    ).fetchall()
    hashes = (*(one for _, one in records), keys_of(opened.folder).of(forgotten.NOBODYS, row[0]))
    return Person(row[0], tuple(one for one, _ in records), hashes, frozenset(one for (one,) in ids))


def _personal(folder: Path) -> StudyFolder:
    study_folder = open_folder(folder)
    if not study_folder.lawful.personal_data:
        raise UsageError(f"{folder}: declared not personal (personal_data = false), so nothing is held about anybody")
    return study_folder


def _record(private: Path, found: Person, what: str) -> None:
    key = pseudonyms.load_key(private)
    looks.record(private, key, who=getpass.getuser(), person_id=found.person_id, what=what)


def _write_tables(con: duckdb.DuckDBPyConnection, found: Person, out: Path) -> dict[str, int]:
    """The person's rows of every canonical table, of `identities` and of `links`."""
    con.execute("CREATE OR REPLACE TEMP TABLE asked_records AS SELECT agency, ref_key FROM identities"
                " WHERE person_id = $1", [found.person_id])  # fmt: skip
    present = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() UNION ALL"
                                             " SELECT view_name FROM duckdb_views()").fetchall()}  # fmt: skip
    written = {}
    for name in (*CANONICAL, "identities"):
        if name not in present:
            continue
        columns = [row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()]
        ways = []
        if {"agency", "ref_key"} <= set(columns):
            ways.append("(agency, ref_key) IN (SELECT (agency, ref_key) FROM asked_records)")
        ways += ["person_id = $1"] if "person_id" in columns else []
        ways += ["list_contains(string_split(person_ids, ';'), $1)"] if "person_ids" in columns else []
        if ways:
            shown = "* REPLACE ($1 AS person_ids)" if "person_ids" in columns else "*"
            asked = con.execute(
                f"SELECT {shown} FROM {name} WHERE {' OR '.join(ways)}",
                [found.person_id] if any("$1" in one for one in (shown, *ways)) else None,
            )
            written[name] = _write(out / f"{name}.csv", columns, _as_texts(asked.fetchall()))
    asked = con.execute(_LINKS)
    written["links"] = _write(
        out / "links.csv", [one[0] for one in asked.description or ()], _as_texts(asked.fetchall())
    )
    return written


_OURS = "(agency_{0}, ref_{0}) IN (SELECT (agency, ref_key) FROM asked_records)"
_LINKS = f"""
SELECT agency_a, CASE WHEN {_OURS.format("a")} THEN ref_a ELSE 'of somebody else' END AS ref_a,
       agency_b, CASE WHEN {_OURS.format("b")} THEN ref_b ELSE 'of somebody else' END AS ref_b,
       judgement, score, evidence, "by", "when"
FROM links WHERE {_OURS.format("a")} OR {_OURS.format("b")} ORDER BY ALL
"""


def _as_texts(rows: Iterable[Iterable[Any]]) -> Iterable[list[Any]]:
    """Cells that a spreadsheet would read as a formula become text; numbers stay numbers, negative ones too."""
    for row in rows:
        yield [as_text(cell) if isinstance(cell, str) else cell for cell in row]


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        count = 0
        for row in rows:
            table.writerow(row)
            count += 1
    return count


# --- decisions -----------------------------------------------------------------------------------------------


def _listed(row: dict[str, str], *columns: str) -> set[str]:
    return {one.strip() for column in columns for one in row.get(column, "").split(";")}


def _record_of(row: dict[str, str], agency: str, reference: str, found: Person, keys: pseudonyms.ReferenceKeys) -> bool:
    """Whether these two cells name one of the person's records, as the agency writes it or by its key."""
    at, written = row.get(agency, "").strip(), row.get(reference, "").strip()
    return bool(written) and (written in found.hashes or keys.of(at, written) in found.hashes)


def _names(one: str, found: Person, keys: pseudonyms.ReferenceKeys) -> bool:
    """Whether a person_id is this person's, or an agency:person_ref in its place."""
    agency, _, reference = one.partition(":")
    whole = {"agency": agency, "person_ref": reference}
    return keys.of(forgotten.NOBODYS, one) in found.hashes or _record_of(whole, "agency", "person_ref", found, keys)


def _about(row: dict[str, str], found: Person, keys: pseudonyms.ReferenceKeys) -> bool:
    """Whether a line of `decisions/` is about this person."""
    return (
        not found.interactions.isdisjoint(_listed(row, "interaction_id", "evidence"))
        or any(_names(one, found, keys) for one in _listed(row, "person_id", "person_ids"))
        or any(_record_of(row, *pair, found, keys) for pair in (("agency", "person_ref"), *_PAIR))
    )


def _ours(row: dict[str, str], found: Person, keys: pseudonyms.ReferenceKeys) -> dict[str, str]:
    """The cells of a line that name nobody else."""
    ours = dict(row)
    for agency, reference in _PAIR:
        if reference in row and not _record_of(row, agency, reference, found, keys):
            ours |= {agency: "", reference: ""}
    if "person_ids" in row:
        ours["person_ids"] = found.person_id
    if "condition_id" in row:
        ours["evidence"] = ";".join(sorted(found.interactions & _listed(row, "evidence")))
    return ours


def _decision_files(decisions: Path) -> list[Path]:
    return [one for one in sorted(decisions.glob("*.csv")) if one.name != forgotten.FILE]


def _rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and the lines of a file; cells that are missing are blank, those too many go."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            names = list(reader.fieldnames or ())
            return names, [{name: row[name] or "" for name in names} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot be read: {error}", file=f"decisions/{path.name}", expected="CSV in UTF-8") from None


def _decided(folder: StudyFolder, found: Person) -> Iterable[tuple[str, int, str, str]]:
    """File, row, column and cell of every line of `decisions/` about this person."""
    keys = keys_of(folder)
    for path in _decision_files(folder.path / "decisions"):
        for number, row in enumerate(_rows(path)[1], start=2):
            if _about(row, found, keys):
                cells = _ours(row, found, keys).items()
                yield from ((path.name, number, name, cell) for name, cell in cells if cell)


def _erase_lines(decisions: Path, found: Person, keys: pseudonyms.ReferenceKeys) -> int:
    """Rewrites the files of `decisions/` without the lines about this person; returns how many those were."""
    erased = 0
    for path in _decision_files(decisions):
        names, rows = _rows(path)
        kept = [row for row in rows if not _about(row, found, keys)]
        if len(kept) == len(rows):
            continue
        part = path.with_suffix(".part")
        _write(part, names, ([row[name] for name in names] for row in kept))
        part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
        erased += len(rows) - len(kept)
    return erased
