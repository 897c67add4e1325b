"""Which demand lies before whom, so that two who listen at once are not asked the same (`decisions/.in-hand.csv`).

One line a coder for the demand on the screen, and one for each demand written into a file of theirs. It draws nothing
and is no answer: a demand that was left lying is free again after a while.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.records.decisions import read_table

FILE = ".in-hand.csv"
WHILE = timedelta(minutes=15)
"""Longer than anyone thinks about one demand, and soon enough where somebody went home over one."""
WHILE_WRITTEN = timedelta(days=7)
"""So long a file may lie with somebody before its demands are asked of others too."""
_SHOWN, _WRITTEN = "shown", "written"
_COLUMNS = ("coded_by", "interaction_id", "at", "how")


def of_others(decisions: Path, coder: str, answers: Iterable[Code]) -> frozenset[str]:
    """The demands that lie before other people at this moment and that they have not answered."""
    answered = kept.by_coder(answers)
    return frozenset(demand for who, demand, *_ in _read(decisions) if who != coder and (who, demand) not in answered)


def take(decisions: Path, coder: str, interaction_id: str) -> None:
    """Lays a demand before this person, in place of the one before. Call it within `codes.alone`."""
    lines = [one for one in _read(decisions) if (one[0], one[3]) != (coder, _SHOWN)]
    _write(decisions, [*lines, (coder, interaction_id, kept.now(), _SHOWN)])


def written(decisions: Path, coder: str, interaction_id: str) -> None:
    """Notes that a demand stands in a file of this person. Call it within `codes.alone`."""
    _write(decisions, [*_read(decisions), (coder, interaction_id, kept.now(), _WRITTEN)])


def _write(decisions: Path, lines: Iterable[tuple[str, ...]]) -> None:
    half = decisions / f"{FILE}.half"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(lines)
    half.replace(decisions / FILE)


def _read(decisions: Path) -> list[tuple[str, str, str, str]]:
    path = decisions / FILE
    if not path.is_file():
        return []
    found = []
    for row in read_table(path).rows():
        who, demand, at, how = ((row.get(name) or "") for name in _COLUMNS)
        since = datetime.now(UTC) - (WHILE_WRITTEN if how == _WRITTEN else WHILE)
        if at > since.isoformat(timespec="microseconds"):
            found.append((who, demand, at, how))
    return found
