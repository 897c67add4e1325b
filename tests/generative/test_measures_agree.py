"""Every measure a second time: value, numerator, denominator and interval, by each declared breakdown."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from generative.generator import Log, crowd, rolled
from generative.log import as_table, needs_table, plain
from generative.naive_counting import Figures, Key
from generative.naive_measures import figures, unsaid
from generative.naive_measures_asked import asked
from generative.naive_measures_cost import costs
from generative.naive_measures_done import done
from generative.naive_measures_ends import ends, represented
from generative.naive_tables import derive
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import Figure
from personshaped.journeys import walk
from personshaped.learning.measures import MEASURES as LEARNING
from personshaped.statistics.clustered import INTERVALS
from personshaped.tables import CANONICAL
from spec.measured import DERIVED, REGISTER, empty_where_not_given, filled

LOGS: dict[str, Log] = {
    f"{kind.__name__} {seed}": kind(seed) for seed in (*range(8), 12, 28) for kind in (rolled, crowd)
}


def workers(log: Log) -> dict[str, dict[str, int]]:
    """As the reading of the records would count them; one more than there are would let small teams through."""
    start, end = log.settings.window_start, log.settings.window_end
    assert start is not None
    assert end is not None
    found: dict[str, dict[str, set[Any]]] = {"staff_grade": {}, "team": {}}
    for row in log.rows:
        for by, group in (("staff_grade", row["staff_grade"]), ("team", f"{row['agency']} {row['service']}")):
            found[by].setdefault(group, set()).add((row["agency"], row["staff_id"], row["minutes"], row["cost"]))
    return {by: {group: len(some) for group, some in counts.items()} for by, counts in found.items()}


def staff(log: Log) -> int:
    """Distinct workers of the window."""
    derived = derive(log.rows, log.needs, log.starts, plain(log.settings))
    seen = [row for row in derived["interactions"] if row["in_window"]]
    return len({(row["agency"], row["staff_id"]) for row in seen if row["staff_id"]})


@cache
def studied(name: str) -> dict[Key, Figure]:
    """The study's figures of a log; of two with one key the headline, which comes first."""
    log = LOGS[name]
    rows, needs = as_table(log.rows), needs_table(log.needs) if log.needs else None
    walked = walk(rows, needs, log.starts, log.settings)
    con = duckdb.connect()
    for table in DERIVED:
        con.register(f"arrow_{table}", getattr(walked, table))
        con.execute(f"CREATE TABLE {table} AS FROM arrow_{table}")
    held = filled(rows, needs)
    for table, some in log.beside.items():
        columns = CANONICAL[table].columns
        arrow = pa.table({one.name: pa.array([row.get(one.name) for row in some], one.arrow) for one in columns})
        con.register(f"arrow_{table}", arrow)
        con.execute(f"CREATE TABLE {table} AS FROM arrow_{table}")
        held |= {table} if some else set()
    empty_where_not_given(con)
    have = available(con, held, staff(log), workers(log))
    found: dict[Key, Figure] = {}
    for one in measure(con, REGISTER, log.settings, have, INTERVALS):
        found.setdefault((one.name, one.by, one.group, one.period), one)
    con.close()
    return found


@cache
def again(name: str) -> Figures:
    """The same in plain loops; those of `naive_measures` without interval."""
    log = LOGS[name]
    settings = plain(log.settings)
    derived = derive(log.rows, log.needs, log.starts, settings)
    found: Figures = {key: (*answer, None, None) for key, answer in figures(derived).items()}
    found |= asked(derived, settings, log.beside) | done(derived, settings, workers(log))
    found |= ends(derived, settings, log.beside) | costs(derived, settings, log.beside) | represented(derived, settings)
    without = unsaid(log.rows)
    return {key: answer for key, answer in found.items() if key[0] not in without}


def close(one: float | None, other: float | None) -> bool:
    return one is None or (other is not None and abs(one - other) <= 1e-9 * max(1, abs(one)))


def refused(name: str, figure: str) -> bool:
    """A figure that the data cannot support is one row without a value, and a note that says why."""
    row = studied(name).get((figure, "", "", ""))
    return row is not None and row.value is None and bool(row.note)


@pytest.mark.parametrize("name", LOGS)
def test_every_figure_and_its_interval_agrees(name: str) -> None:
    apart = []
    for key, mine in again(name).items():
        other = studied(name).get(key)
        if other is None or other.value is None:
            if mine[0] and not refused(name, key[0]):
                apart.append((key, mine, None))
            continue
        theirs = (other.value, other.numerator, other.denominator, other.low, other.high)
        if not all(close(one, two) for one, two in zip(mine, theirs, strict=True)):
            apart.append((key, mine, theirs))
    assert apart == []


@pytest.mark.parametrize("name", LOGS)
def test_exactly_what_rests_on_a_row_that_nobody_wrote_is_refused_for_it(name: str) -> None:
    wholes = {key[0]: figure for key, figure in studied(name).items() if not key[1] and not key[3]}
    refused = {one for one, figure in wholes.items() if figure.value is None and "any row of" in figure.note}
    assert refused == {one for one in unsaid(LOGS[name].rows) if one in wholes}


def kind(key: Key) -> tuple[str, str, int]:
    """A figure's breakdown: by what, and whether by month (7), year (4) or neither (0)."""
    return key[0], key[1], len(key[3])


@cache
def compared() -> frozenset[tuple[str, str, int]]:
    """Breakdowns in which a value of the study stood against one in plain loops."""
    return frozenset(
        kind(key) for name in LOGS for key in again(name)
        if key in studied(name) and studied(name)[key].value is not None
    )  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_no_group_is_there_that_plain_loops_do_not_find(name: str) -> None:
    extra = [
        key for key, one in studied(name).items() if one.value and kind(key) in compared() and key not in again(name)
    ]
    assert extra == []


WITHOUT = {
    "demand_trend": "in plain loops over longer logs: test_trend_agrees.py",
    "demand_trend_difference": "the same",
    "demand_trend_parts": "the same",
    "demand_trend_turned_round": "the same",
    "time_to_need_met_between_calls": "in plain loops over answers to calls: test_signs_and_peers_agree.py",
}
"""Measures without a second implementation here, and why."""


PERIODS = {"": 0, "month": 7, "year": 4}
HERE = {*(f"M{number:03d}" for number in (*range(1, 73), *range(82, 85), 113, 114))}
"""Ids that this file answers for; measures of later ones are worked in files of their own."""


def test_every_measure_has_a_second_implementation_in_each_breakdown() -> None:
    ours = [one for one in REGISTER if set(one.answers) <= HERE and one.name not in WITHOUT]
    declared = {(name, by.name, PERIODS[by.period]) for one in ours for name in one.names for by in one.by}
    assert declared - compared() == set()


def test_every_other_measure_is_worked_in_a_test_of_its_own() -> None:
    tests = Path(__file__).parents[1]
    text = "".join(
        path.read_text(encoding="utf-8") for path in [*tests.glob("spec/*.py"), *tests.glob("generative/*.py")]
    )
    others = [one for one in (*REGISTER, *LEARNING) if not set(one.answers) <= HERE]
    assert [one.name for one in others if f'"{one.name}"' not in text] == []
