"""Which demand lies before whom, so that two who listen at once are not asked the same (`decisions/.in-hand.csv`).

One line a coder. It draws nothing and is no answer: a demand that was left lying is free again after a while.
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
_COLUMNS = ("coded_by", "interaction_id", "at")


def of_others(decisions: Path, coder: str, answers: Iterable[Code]) -> frozenset[str]:
    """The demands that lie before other people at this moment and that they have not answered."""
    answered = kept.by_coder(answers)
    return frozenset(demand for who, demand, _ in _read(decisions) if who != coder and (who, demand) not in answered)


def take(decisions: Path, coder: str, interaction_id: str) -> None:
    """Lays a demand before this person, in place of the one before. Call it within `codes.alone`."""
    lines = [one for one in _read(decisions) if one[0] != coder]
    half = decisions / f"{FILE}.half"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([*lines, (coder, interaction_id, kept.now())])
    half.replace(decisions / FILE)


def _read(decisions: Path) -> list[tuple[str, str, str]]:
    path = decisions / FILE
    if not path.is_file():
        return []
    since = (datetime.now(UTC) - WHILE).isoformat(timespec="microseconds")
    lines = [tuple((row.get(name) or "") for name in _COLUMNS) for row in read_table(path).rows()]
    return [(who, demand, at) for who, demand, at in lines if at > since]
