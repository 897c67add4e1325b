"""What people answered, one line an answer, kept the moment it is given (`decisions/codes.csv`, only ever appended)."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from personshaped.errors import InputError
from personshaped.locks import held
from personshaped.records.by_hand import ByHand
from personshaped.records.decisions import acknowledged, read_table, without_noughts

FILE = "codes.csv"
AGAIN = "again"
"""Answered once more to see whether the words have moved (`drift`); it decides nothing."""


@dataclass(frozen=True)
class Code:
    """One person's answer about one demand; a blank decides nothing.

    `drawn` says why it was asked: random, unsure, double, audit, again, or chosen. `at` is the moment (UTC),
    `codebook` the version in use. `withdrawn` = yes takes back the same person's latest answer to the same demand.
    """

    interaction_id: str
    demand_type: str = ""
    failure_kind: str = ""
    caused_by: str = ""
    issue: str = ""
    coded_by: str = ""
    coded_on: str = ""
    at: str = ""
    drawn: str = "chosen"
    codebook: str = ""
    withdrawn: str = ""


COLUMNS = tuple(one.name for one in fields(Code))


def now() -> str:
    """This moment in UTC, to the microsecond, as codes and draws carry it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@contextmanager
def alone(decisions: Path) -> Iterator[None]:
    """While this lasts no other process writes codes or draws. Of the folder, as the files may be written anew."""
    decisions.mkdir(parents=True, exist_ok=True)
    with held(decisions / ".listening.lock"):
        yield


def append(decisions: Path, codes: Sequence[Code]) -> None:
    """Adds the answers and forces them to disk: once this returns, a crash loses nothing."""
    with alone(decisions):
        _append(decisions / FILE, codes)


def _append(path: Path, codes: Sequence[Code]) -> None:
    columns = _columns(path)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists() or path.stat().st_size == 0:
        writer.writerow(columns)
    elif not _whole(path):
        text.write('"\n' if _within_quotes(path) else "\n")  # a line that a crash cut short stays alone
    for code in codes:
        writer.writerow([getattr(code, name, "") for name in columns])
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())


def read(decisions: Path, demands: Collection[str] = ()) -> list[Code]:
    """Every line in the order it was written, whatever program saved it last; without those that a crash cut short.

    An id in figures that is none of `demands` has lost its noughts to a spreadsheet, if one of them only fits.
    """
    answers = _read(decisions)
    if not any(one.interaction_id.isdecimal() and one.interaction_id not in demands for one in answers):
        return answers
    whole = without_noughts(demands)
    return [replace(one, interaction_id=whole.get(one.interaction_id, one.interaction_id)) for one in answers]


def _read(decisions: Path) -> list[Code]:
    path = decisions / FILE
    if not path.is_file():
        return []
    table = read_table(path)
    if table.lines and "interaction_id" not in table.head:
        raise InputError("no column interaction_id", file=f"decisions/{FILE}", expected=", ".join(COLUMNS))
    return [
        Code(**{name: (row.get(name) or "").strip() for name in COLUMNS if name in row})
        for row in table.rows()
        if (row.get("interaction_id") or "").strip() and acknowledged(row)
    ]


def by_coder(codes: Iterable[Code]) -> dict[tuple[str, str], Code]:
    """The answers in force: for each (coder, interaction_id) the latest that was not withdrawn, in order of asking."""
    given: dict[tuple[str, str], list[Code]] = {}
    for code in codes:
        if code.drawn == AGAIN:
            continue
        key = (code.coded_by, code.interaction_id)
        if code.withdrawn == "yes":
            if given.get(key):
                given[key].pop()
        else:
            given.setdefault(key, []).append(code)
    return {key: answers[-1] for key, answers in given.items() if answers}


def latest(codes: Iterable[Code]) -> dict[str, Code]:
    """For each demand the latest answer in force about its type, whoever gave it."""
    found: dict[str, Code] = {}
    for code in sorted((one for one in by_coder(codes).values() if one.demand_type), key=lambda one: one.at):
        found[code.interaction_id] = code
    return found


def _columns(path: Path) -> Sequence[str]:
    """The columns to write: ours, or those of a file that a person began, with what is missing added to its head.

    A file that a spreadsheet saved in a way of its own is first written anew as ours, every cell as it stands.
    """
    if not path.exists() or path.stat().st_size == 0:
        return COLUMNS
    table = read_table(path)
    columns = [*table.head, *(name for name in COLUMNS if name not in table.head)]
    if not table.plain or columns != table.head:
        _write_anew(path, columns, table)
    return columns


def _write_anew(path: Path, columns: Sequence[str], table: ByHand) -> None:
    """Writes every line the file held; one that a crash cut stays as short as it was, for it was never an answer.
    Cells beyond the heading, of a comma that nobody quoted, stay beyond it."""
    half = path.with_name(f".{path.name}.half")
    with os.fdopen(
        os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
    ) as new:
        writer = csv.writer(new, lineterminator="\n")
        writer.writerow(columns)
        for line in table.lines:
            whole, headed = acknowledged(table.row(line)), len(table.head)
            new_cells = [""] * (len(columns) - min(len(line), headed))
            writer.writerow([*line[:headed], *new_cells, *line[headed:]] if whole else line)
        new.flush()
        os.fsync(new.fileno())
    half.replace(path)


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _within_quotes(path: Path) -> bool:
    """Whether the last cell is quoted and was never closed, so that it would take in whatever follows."""
    text = path.read_text(encoding="utf-8-sig")
    without, more = (sum(1 for _ in csv.reader(io.StringIO(text + end, newline=""))) for end in ("\n", "\n-"))
    return without == more
