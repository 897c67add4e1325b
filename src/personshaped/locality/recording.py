"""What the agencies wrote down of what truly happened (spec 6.1, item 6): references, gaps, slips, late entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.locality.canonical import Simulated, as_canonical, moments
from personshaped.locality.dialects import Dialect
from personshaped.locality.events import ACTIVITY, KIND, ORIGIN
from personshaped.locality.persons import Entry, Persons, register
from personshaped.locality.place import AGENCY_NAMES, ISSUE_NAMES
from personshaped.locality.scenarios import Identity, Published

_HISTORY_DAYS = 456  # a look-back of 365 days and a quarter of a year more
_LATE_START_DAYS = 250  # how far into the window the late agency's extract begins
_OUTCOME_BLANK, _ISSUE_BLANK, _ISSUE_MISTAKEN, _SECOND_ISSUE = 0.03, 0.02, 0.005, 0.06
_TWICE = 0.15  # crisis askings at the police that the hospital logs too


@dataclass(frozen=True)
class Book:
    """One agency's records: `rows` in canonical columns with the agency's own ids, `row` the true row of each (an
    index into the simulation), `started` what it wrote for the time, `entries` its register of people."""

    dialect: Dialect
    rows: pa.Table
    row: npt.NDArray[np.int64]
    started: pa.Array  # text in the agency's format, or timestamps where those are typed
    recorded: pa.Array | None
    entries: list[Entry]
    ref_person: dict[str, int]


def published(town: Simulated) -> npt.NDArray[np.bool_]:
    """The true rows from the day on which the extracts begin."""
    since = town.calendar.day(town.calendar.window_start)
    if town.scenario.published is Published.HISTORY:
        since -= _HISTORY_DAYS
    return town.rows["time"] >= since


@dataclass(frozen=True)
class _Happened:
    """What every book is kept from: the true rows, what of them falls into the extracts, what two agencies log."""

    town: Simulated
    who: Persons
    truth: pa.Table
    started: npt.NDArray[np.datetime64]
    visible: npt.NDArray[np.bool_]
    twice: npt.NDArray[np.int64]


def keep_books(town: Simulated, who: Persons, dialects: tuple[Dialect, ...], rng: np.random.Generator) -> list[Book]:
    """Every agency's book."""
    visible = published(town)
    twice = _logged_twice(town, visible, rng)
    happened = _Happened(town, who, as_canonical(town), moments(town), visible, twice)
    return [_keep_book(happened, dialect, rng) for dialect in dialects]


def _logged_twice(town: Simulated, visible: npt.NDArray[np.bool_], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Crisis askings at the police that the hospital logs as well."""
    police = town.rows["crisis"] & (town.rows["agency"] == AGENCY_NAMES.index("police")) & visible
    return np.flatnonzero(police & (rng.random(len(police)) < _TWICE))


def _keep_book(happened: _Happened, dialect: Dialect, rng: np.random.Generator) -> Book:
    town = happened.town
    row, times, second = _logged(happened, dialect, rng)
    refs, ref_person = _references(town.person[row], dialect, town.scenario.duplicate_ref, rng)
    rows = _blurred(town, dialect, happened.truth.take(pa.array(row)), row, second, rng)
    rows = _replaced(rows, "person_ref", pa.array(refs, pa.string()))
    rows = _replaced(rows, "interaction_id", _own_ids(dialect, len(row)))
    entries: list[Entry] = []
    if town.scenario.identity is Identity.PEOPLE:
        people = np.array(list(ref_person.values()), dtype=np.int64)
        entries = register(happened.who, people, list(ref_person), town.scenario, dialect.nhs_numbers, rng)
    late = times + rng.exponential(dialect.late_days * 1440, len(row)).astype("timedelta64[m]")
    recorded = _written(late, dialect, 0.0, rng) if "recorded_at" in dialect.columns else None
    return Book(dialect, rows, row, _written(times, dialect, dialect.months_only, rng), recorded, entries, ref_person)


def _logged(
    happened: _Happened, dialect: Dialect, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    """True rows that the agency writes down, in order of its times; the times; which are another agency's event."""
    town = happened.town
    own = np.flatnonzero(happened.visible & (town.rows["agency"] == AGENCY_NAMES.index(dialect.name)))
    own = own[written_down(town, dialect, own, rng)]
    others = happened.twice if dialect.name == "hospital" else happened.twice[:0]
    delay = rng.integers(5, 25, len(others)).astype("timedelta64[m]")
    row = np.concatenate([own, others])
    times = np.concatenate([happened.started[own], happened.started[others] + delay])
    order = np.argsort(times, kind="stable")
    return row[order], times[order], order >= len(own)


def written_down(
    town: Simulated, dialect: Dialect, row: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Which of the rows were ever written down; the late agency has nothing before its start."""
    share = np.full(len(row), dialect.completeness)
    for one in town.scenario.recorded:
        if one.agency == dialect.name:
            share[town.rows["time"][row] >= town.calendar.day_of_month(one.month)] = one.share
    kept = rng.random(len(row)) < share
    closing = (town.rows["activity"][row] == ACTIVITY["close"]) & (town.rows["met"][row] < 0)
    kept &= ~closing | (rng.random(len(row)) < dialect.closes_kept)
    if dialect.starts_late:
        kept &= town.rows["time"][row] >= town.calendar.day(town.calendar.window_start) + _LATE_START_DAYS
    return kept


def _references(
    person: npt.NDArray[np.int64], dialect: Dialect, duplicate: float, rng: np.random.Generator
) -> tuple[list[str], dict[str, int]]:
    """The agency's own reference on each row, and whose it is; some people are given a second one later."""
    known, place = np.unique(person, return_inverse=True)
    numbers = rng.permutation(90_000 + 4 * len(known))[: 2 * len(known)] + 10_000
    twice = rng.random(len(known)) < duplicate
    second = twice[place] & (rng.random(len(person)) < 0.5)
    number = np.where(second, numbers[place + len(known)], numbers[place])
    refs = [dialect.ref.format(one) for one in number.tolist()]
    return refs, dict(sorted(zip(refs, person.tolist(), strict=True)))


def _own_ids(dialect: Dialect, count: int) -> pa.Array:
    stem = (dialect.name[:3] + dialect.name[-1]).upper()
    return pa.array([f"{stem}-{number:07d}" for number in range(1, count + 1)], pa.string())


def _blurred(
    town: Simulated, dialect: Dialect, rows: pa.Table, row: npt.NDArray[np.int64], second: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> pa.Table:  # fmt: skip
    """Issues, outcomes and words as the agency has them, in its own words for things."""
    count = len(row)
    rows = _replaced(rows, "issue", _issue_written(town, row, rng))
    blank = pa.array((rng.random(count) < _OUTCOME_BLANK) & (town.rows["met"][row] < 0))
    rows = _replaced(rows, "outcome", pc.if_else(blank, pa.scalar(None, pa.string()), rows["outcome"]))
    silent = (rng.random(count) >= dialect.words_kept) & (town.rows["kind"][row] >= 0)
    quiet_channel = pc.is_in(rows["channel"], pa.array(["web", "email"]))
    unsaid = pc.or_(pa.array(silent), pc.and_(quiet_channel, pa.array(rng.random(count) < 0.6)))
    rows = _replaced(rows, "words", pc.if_else(unsaid, pa.scalar(None, pa.string()), rows["words"]))
    by = np.where(second, "other_agency", np.array(rows["initiated_by"].to_pylist(), dtype=object))
    return _replaced(rows, "initiated_by", pa.array(by.tolist(), pa.string()))


def _issue_written(town: Simulated, row: npt.NDArray[np.int64], rng: np.random.Generator) -> pa.Array:
    """One issue a row: the main one, now and then the other of two mixed, another by mistake, or none."""
    need = town.rows["need"][row]
    issue, second = town.lives.need_issue[need], town.lives.need_second[need]
    asked = np.isin(town.rows["kind"][row], (KIND["first"], KIND["again"], KIND["rework"], KIND["mistake"]))
    issue = np.where((second >= 0) & asked & (rng.random(len(row)) < _SECOND_ISSUE), second, issue)
    issue = np.where(rng.random(len(row)) < _ISSUE_MISTAKEN, rng.integers(0, len(ISSUE_NAMES), len(row)), issue)
    blank = rng.random(len(row)) < _ISSUE_BLANK
    return pc.take(pa.array(ISSUE_NAMES), pa.array(issue, mask=blank))


def _written(
    times: npt.NDArray[np.datetime64], dialect: Dialect, months_only: float, rng: np.random.Generator
) -> pa.Array:
    """Times in the agency's format; a few known to the month only, where it does that."""
    typed = pa.array(times.astype("datetime64[s]"))
    if "%" not in dialect.time:
        return typed
    text = pc.strftime(typed, format=dialect.time)
    if not months_only:
        return text
    return pc.if_else(pa.array(rng.random(len(times)) < months_only), pc.strftime(typed, format="%Y-%m"), text)


def _replaced(rows: pa.Table, name: str, values: Any) -> pa.Table:
    return rows.set_column(rows.schema.get_field_index(name), name, values)


def is_demand(town: Simulated) -> npt.NDArray[np.bool_]:
    """Rows in which the person's side asks (R1)."""
    return (town.rows["activity"] == ACTIVITY["demand"]) & (town.rows["origin"] != ORIGIN["other_agency"])
