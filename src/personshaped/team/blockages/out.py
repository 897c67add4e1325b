"""Conditions as the study reads them: lines of `decisions/conditions.csv`."""

from __future__ import annotations

from personshaped.cells import as_text
from personshaped.tables import CANONICAL
from personshaped.team.blockages.models import Condition

FILE = "conditions.csv"
COLUMNS = tuple(name for name in CANONICAL["conditions"].names if name != "source")
Line = dict[str, str]


def lines() -> list[Line]:
    """One line for every condition, those taken back with `withdrawn`; whoever wrote it is a role, never a name."""
    return [_line(one) for one in Condition.objects.exclude(words="").select_related("written_by")]


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
