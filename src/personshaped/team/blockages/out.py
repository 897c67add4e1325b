"""Conditions as the study reads them: lines of `decisions/conditions.csv`, which is only ever appended."""

from __future__ import annotations

import csv
from pathlib import Path

from personshaped.cells import as_text, as_written
from personshaped.records.by_hand import ByHand
from personshaped.records.decisions import read_table
from personshaped.tables import CANONICAL
from personshaped.team.blockages.models import Condition

FILE = "conditions.csv"
COLUMNS = tuple(name for name in CANONICAL["conditions"].names if name != "source")
Line = dict[str, str]


def lines() -> list[Line]:
    """One line for every condition, those taken back with `withdrawn`; whoever wrote it is a role, never a name."""
    return [_line(one) for one in Condition.objects.exclude(words="").select_related("written_by")]


def append(decisions: Path) -> int:
    """Adds to `decisions/conditions.csv` the lines that do not stand there yet; returns how many.

    A later line with the same id replaces the earlier one when the study reads them.
    """
    path = decisions / FILE
    table = read_table(path) if path.exists() else ByHand([], [], plain=True)
    standing = _standing(table)
    new = [one for one in lines() if standing.get(one["condition_id"]) != one]
    if not new:
        return 0
    decisions.mkdir(exist_ok=True)
    with path.open("a" if table.plain else "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.head or COLUMNS, lineterminator="\n", extrasaction="ignore")
        if not table.plain or not table.head:
            writer.writeheader()
            csv.writer(file, lineterminator="\n").writerows(table.lines)  # a spreadsheet saved it in a way of its own
        writer.writerows(guarded(new))
    return len(new)


def guarded(rows: list[Line]) -> list[Line]:
    """The lines as they stand in a file that a spreadsheet may open; the study reads them as they were written."""
    return [{name: as_text(cell) for name, cell in row.items()} for row in rows]


def _line(one: Condition) -> Line:
    known = {
        "condition_id": f"team-{one.pk}",
        "what_happens": one.figures,
        "condition": one.words,
        "kind": one.kind,
        "whose": one.whose,
        "law_or_policy": one.law,
        "thinking": " ".join(one.thinking.split()),
        "by": str(one.written_by.role),
        "on": one.on.isoformat(),
        "withdrawn": "yes" if one.withdrawn else "",
    }
    return {name: known.get(name, "") for name in COLUMNS}


def _standing(table: ByHand) -> dict[str, Line]:
    rows = [{name: as_written(row.get(name) or "") for name in COLUMNS} for row in table.rows()]
    return {row["condition_id"]: row for row in rows}
