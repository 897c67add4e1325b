"""Demands out to a spreadsheet or another labelling tool, and the answers back in (CSV, or JSON lines)."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from personshaped.cells import as_text
from personshaped.errors import InputError

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


def read(path: Path) -> list[dict[str, str]]:
    """The lines that carry an answer: `interaction_id`, `drawn` and the answers. Raises InputError naming the row."""
    rows = _json_lines(path) if path.suffix.lower() == ".jsonl" else _sheet(path)
    found = []
    for number, row in rows:
        answer = {name: str(row.get(name) or "").strip().lstrip("'") for name in ("interaction_id", "drawn", *BACK)}
        if not answer["interaction_id"]:
            raise InputError("has no interaction_id", file=path.name, row=number)
        if answer["demand_type"]:
            found.append(answer)
    return found


def _json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
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
    text = _text(path)
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    if "interaction_id" not in (reader.fieldnames or ()):
        raise InputError("no column interaction_id", file=path.name, expected=", ".join((*OUT, *BACK)))
    return [(reader.line_num, row) for row in reader]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text(encoding="cp1252")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path.name) from None
