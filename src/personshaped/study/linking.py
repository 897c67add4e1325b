"""`personshaped link`: only who is the same person. Needs only `people`; what was done for them helps where it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped.engine.local import open_connection
from personshaped.errors import InputError
from personshaped.linkage.linking import Linked
from personshaped.linkage.linking import link as link_records
from personshaped.picture import links_page
from personshaped.records import StudyFolder, open_folder, read_people
from personshaped.study import writing
from personshaped.study.line import Tell, keys_of, linked_folder


def _silent(stage: str, done: int, total: int) -> None:
    """For callers who do not care how far it is."""


def link(folder: Path, out: Path | None = None, threads: int | None = None, tell: Tell = _silent) -> dict[str, Any]:
    """Only who is the same person: `identities`, `links`, and a page of what was joined and why.

    Raises InputError where the folder is at fault, or holds neither `people` nor `interactions`.
    """
    study_folder = open_folder(folder)
    personal = study_folder.lawful.personal_data
    missing = study_folder.lawful.missing(date.today())
    if missing:
        raise InputError(missing, file=study_folder.toml_name)
    findings = writing.prepare(out or folder / "findings", personal)
    with _linked(study_folder, findings, threads, tell) as (con, linked):
        writing.write_identities(con, findings, keep_refs=False)
        writing.write_people(con, findings, personal)
    page = findings / "links.html"
    page.write_text(links_page(findings, study_folder.name, personal), encoding="utf-8")
    return {
        "records": linked.references,
        "persons": linked.persons,
        "at more than one agency": linked.across_agencies,
        "how": linked.method,
        "page": str(page),
    }


@contextmanager
def _linked(
    folder: StudyFolder, findings: Path, threads: int | None, tell: Tell
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Linked]]:
    """The records linked, in a connection; from `people` alone where nothing in the folder is about interactions."""
    if folder.holds("interactions") or not folder.holds("people"):
        with linked_folder(folder.path, findings, threads, tell) as (opened, linked):
            yield opened.con, linked
        return
    work = findings / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        tell("reading", 0, 1)
        con = open_connection(work, threads, "1GB")
        read_people(folder, con, work, keys_of(folder).sql)
        tell("linking", 0, 1)
        private = folder.path / ".private" if folder.lawful.personal_data else None
        yield con, link_records(con, folder.settings, folder.path / "decisions", private)
        tell("linking", 1, 1)
        con.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)
