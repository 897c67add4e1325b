"""Chapter 17: what the seeds' stories give (section 5.4)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.settings import Settings
from personshaped.statistics.clustered import INTERVALS
from spec.measured import REGISTER, Measured, connection, filled
from spec.small_tables import canonical, joined


def story(stories: Path, name: str) -> Measured:
    with open(stories / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    table: pa.Table = joined(canonical("interactions", rows))
    settings = Settings(
        window_start=date(1990, 1, 1), window_end=date(2020, 1, 1), window_declared=True, history_complete=True
    )
    con = connection(table, settings)
    have = available(con, filled(table, None))
    return Measured(con, have, measure(con, REGISTER, settings, have, INTERVALS))


@pytest.fixture(scope="module")
def child_a(stories: Path) -> Measured:
    return story(stories, "child_a")


@pytest.fixture(scope="module")
def jake(stories: Path) -> Measured:
    return story(stories, "jake")


def test_child_a_four_contacts_of_1997_all_came_to_nothing(child_a: Measured) -> None:
    assert child_a.value("demands_by_outcome", "nfa", "1997") == 4
    assert (child_a.value("interactions"), child_a.value("demands")) == (82, 47)


def test_child_a_missing_reports_calls_and_visits(child_a: Measured) -> None:
    calls = [one.value for one in child_a.figures if one.name == "contacts_by_channel" and one.group == "999"]
    assert sum(value or 0 for value in calls) == 3
    assert child_a.value("home_visits") == 4


def test_child_a_agencies_keep_growing(child_a: Measured) -> None:
    assert child_a.periods("agencies_by_year_cumulative_with_referred_to") == {
        "1997": 1, "1998": 3, "1999": 4, "2000": 5, "2001": 7, "2002": 9, "2003": 10, "2004": 12, "2005": 13,
        "2006": 13, "2007": 14, "2008": 15, "2009": 15, "2010": 19, "2011": 19, "2012": 20, "2013": 20,
    }  # fmt: skip


def test_child_a_cycles(child_a: Measured) -> None:
    assert (child_a.value("cycles"), child_a.value("cycles_explicit")) == (21, 17)
    assert child_a.of("assess_refer_share").numerator == 5


def test_jake(jake: Measured) -> None:
    names = ("interactions", "demands", "referrals_in", "cycles", "cycles_explicit")
    assert [jake.value(name) for name in names] == [43, 14, 4, 17, 11]
    assert jake.of("assess_refer_share").numerator == 10
    assert jake.value("time_to_need_met") is None  # nobody ever asked
