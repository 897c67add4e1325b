"""What agencies recorded of one person, row by row, for those who may see it; the look is recorded first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from personshaped.disclosure import looks
from personshaped.linkage import pseudonyms
from personshaped.picture.marks import mark_of, says
from personshaped.picture.rows import Tables
from personshaped.records import open_folder

MOST = 200
"""The latest rows that are shown; the timeline shows more."""


@dataclass(frozen=True)
class Recorded:
    """One row an agency wrote: when (no finer than `precision`), which agency, what it did, and words.

    `mark` and `says` are what it is drawn and read as: somebody asks first or again, something is done, sent on.
    """

    at: datetime | None
    precision: str
    agency: str
    activity: str
    words: str
    mark: str
    says: str


def history(folder: Path, person_id: str, agencies: Collection[str] | None, who: str) -> tuple[Recorded, ...]:
    """The latest rows of one person at these agencies (None: all, where nobody is real), newest first.

    Where the data are personal the look is recorded before anything is read; if that fails, InputError is raised.
    """
    tables = folder / "findings" / "tables"
    if not (tables / "interactions.parquet").exists():
        return ()
    if open_folder(folder).lawful.personal_data:
        private = folder / ".private"
        looks.record(private, pseudonyms.load_key(private), who=who, person_id=person_id, what="story")
    with Tables(tables) as open_tables:
        only = "" if agencies is None else "AND agency IN {agencies}"
        rows = open_tables.ask(
            "SELECT story.*, coded.demand_type FROM (SELECT interaction_id, position, started_at, date_precision,"
            " agency, kind, activity, words, outcome, need_met FROM {interactions}"
            f" WHERE person_id = {{person}} {only} ORDER BY position DESC LIMIT {MOST}) AS story"
            " LEFT JOIN {demands} AS coded USING (interaction_id) ORDER BY position DESC",
            person=person_id,
            agencies=sorted(agencies or ()),
        )
    return tuple(
        Recorded(
            row["started_at"], row["date_precision"] or "", row["agency"], row["activity"] or "", row["words"] or "",
            mark_of(row), says(row),
        )
        for row in rows
    )  # fmt: skip
