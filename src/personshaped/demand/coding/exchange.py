"""Demands out to a spreadsheet or another labelling tool, and the answers back in (CSV, or JSON lines)."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from personshaped.cells import as_text, as_written
from personshaped.errors import InputError
from personshaped.records import by_hand
from personshaped.records.sniffing import find_encoding

OUT = ("interaction_id", "drawn", "agency", "when", "before", "words")
BACK = ("demand_type", "failure_kind", "caused_by", "issue")


def write(path: Path, demands: Sequence[Mapping[str, str]]) -> None:
    """One line a demand with its words, what came before, and empty columns for the answers; by the file's name.

    A cell that a spreadsheet would read as a formula begins with an apostrophe.
    """
    rows = [{name: one.get(name, "") for name in (*OUT, *BACK)} for one in demands]
    if path.suffix.lower() == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text(text, encoding="utf-8")
        return
    if path.suffix.lower() != ".csv":
        raise InputError("cannot be written", file=path.name, expected="a name ending in .csv or .jsonl")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, (*OUT, *BACK))
        writer.writeheader()
        writer.writerows({name: as_text(cell) for name, cell in row.items()} for row in rows)


@dataclass(frozen=True)
class Answered:
    """A line that carries an answer, as it was written but for capitals and blanks, and which row it stands in."""

    row: int
    interaction_id: str
    drawn: str
    demand_type: str
    failure_kind: str
    caused_by: str
    issue: str


def read(path: Path) -> list[Answered]:
    """The lines that carry an answer. Raises InputError naming the row that a spreadsheet shows."""
    rows = _json_lines(path) if path.suffix.lower() == ".jsonl" else _sheet(path)
    found = []
    for number, row in rows:
        cells = {name: str(row.get(name) or "").strip() for name in ("interaction_id", "drawn", *BACK)}
        if not cells["interaction_id"]:
            raise InputError("has no interaction_id", file=path.name, row=number)
        cells |= {name: _as_code(cells[name]) for name in ("demand_type", "failure_kind")}
        if cells["demand_type"]:
            found.append(Answered(number, **cells))
        elif any(cells[name] for name in BACK):
            raise InputError("has no demand_type beside its other answers", file=path.name, row=number)
    return found


def _as_code(written: str) -> str:
    return "_".join(written.casefold().replace("-", " ").split())


def _json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"is not JSON: {error.msg}", file=path.name, row=number) from None
            if not isinstance(row, dict):
                raise InputError("is not an object", file=path.name, row=number, expected='{"interaction_id": …}')
            rows.append((number, row))
    return rows


def _sheet(path: Path) -> list[tuple[int, dict[str, Any]]]:
    table = by_hand.read(path, path.name)
    if "interaction_id" not in table.head:
        raise InputError("no column interaction_id", file=path.name, expected=", ".join((*OUT, *BACK)))
    return [
        (number, dict(zip(table.head, map(as_written, row), strict=False)))
        for number, row in enumerate(table.lines, start=2)  # blank rows count: they have a number in a spreadsheet too
        if any(map(str.strip, row))
    ]


def _text(path: Path) -> str:
    """The file's text, in whatever encoding a spreadsheet saved it."""
    try:
        with path.open("rb") as file:
            encoding = find_encoding(file, path.name)
            file.seek(0)
            return file.read().decode(encoding).removeprefix("\ufeff")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path.name) from None
