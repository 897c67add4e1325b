"""What people answered, one line an answer, kept the moment it is given (`decisions/codes.csv`, only ever appended)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from personshaped.errors import InputError
from personshaped.locks import held
from personshaped.records import by_hand
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
        rows = [asdict(code) for code in codes]
        by_hand.append(decisions / FILE, COLUMNS, rows, ours="withdrawn", whole=acknowledged)


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
    return {key: answers[-1] for key, answers in _standing(codes).items()}


def first(codes: Iterable[Code]) -> dict[str, str]:
    """When each demand was first answered: an answer that was changed later was there all the time."""
    found: dict[str, str] = {}
    for answers in _standing(codes).values():
        for code in answers:
            if code.demand_type:
                found[code.interaction_id] = min(code.at, found.get(code.interaction_id, code.at))
    return found


def _standing(codes: Iterable[Code]) -> dict[tuple[str, str], list[Code]]:
    """For each (coder, interaction_id) the answers that were not withdrawn, in order."""
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
    return {key: answers for key, answers in given.items() if answers}


def latest(codes: Iterable[Code]) -> dict[str, Code]:
    """For each demand the latest answer in force about its type, whoever gave it."""
    found: dict[str, Code] = {}
    for code in sorted((one for one in by_coder(codes).values() if one.demand_type), key=lambda one: one.at):
        found[code.interaction_id] = code
    return found
