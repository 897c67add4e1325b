"""Listening 7: a week of counting at the front door."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from personshaped.demand.coding import tally
from personshaped.demand.coding.tally import Door, Sitting, Tallied
from personshaped.errors import InputError, UsageError
from personshaped.locality import write_demo
from personshaped.study import study, tallying

DESK = Door("desk", 9, 17, (0, 1, 2, 3, 4), an_hour=10)
MONDAY = date(2027, 1, 11)


def test_hours_are_drawn_systematically_and_each_has_the_same_chance() -> None:
    # 40 open hours hear 400 demands; 80% ± 5 points needs 246: 25 hours, one in 40/25
    drawn = tally.plan([DESK], [MONDAY], 0.8, 0.05, effect=1, most=100, seed=1)
    assert len(drawn.sittings) == 25
    assert {one.chance for one in drawn.sittings} == {25 / 40}
    assert {one.on.weekday() for one in drawn.sittings} == {0, 1, 2, 3, 4}
    assert drawn.wanted == 246
    assert drawn.expected == 250


def test_no_more_hours_than_can_be_sat() -> None:
    assert len(tally.plan([DESK], [MONDAY], 0.8, 0.05, effect=2, most=8, seed=1).sittings) == 8


def counted(day: int, demands: int, failure: int, chance: float = 0.5) -> Tallied:
    return Tallied(Sitting("desk", date(2027, 1, day), 9, chance), demands, failure)


def test_the_share_weighs_each_hour_by_its_chance() -> None:
    # one hour in two heard 10 with 8; one hour in four heard 10 with 2: (2·8 + 4·2) / (2·10 + 4·10)
    found = tally.share([counted(11, 10, 8, 0.5), counted(12, 10, 2, 0.25)])
    assert found is not None
    assert found.value == pytest.approx(24 / 60)
    assert (found.low, found.n, found.days) == (None, 20, 2)


def test_the_interval_takes_days_as_clusters() -> None:
    # three days of 10 with 8, 6 and 7: share 0.7; residuals 1, −1, 0; variance 2 · (3/2) / 30²
    found = tally.share([counted(11, 10, 8, 1), counted(12, 10, 6, 1), counted(13, 10, 7, 1)])
    assert found is not None
    assert found.low is not None
    assert found.value - found.low == pytest.approx(4.302653 * (3 / 900) ** 0.5, rel=1e-5)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tally") / "town"
    write_demo(folder, "assess_refer", 300, 3, 4, lambda *_: None)
    study(folder)
    return folder


def test_a_study_plans_its_week_prints_sheets_and_reads_what_was_counted(town: Path) -> None:
    planned = tallying.plan(town, None, ["2027-01-13"], (9, 17), 0.5, 0.1, 12, 1)
    sheets = planned.sheets.read_text()
    assert sheets.count("<section>") == 12
    assert len(re.findall(r": (?:Mon|Tues|Wednes|Thurs|Fri)day 1[1-5] January 2027, \d+:00 to", sheets)) == 12
    with pytest.raises(InputError, match="no hour has been filled in"):
        tallying.counted(town)
    rows = list(csv.DictReader(planned.lines.open()))
    for row in rows[:6]:
        row.update(value="2", failure="6")
    with planned.lines.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert tallying.counted(town).value == pytest.approx(0.75)


def test_what_is_no_plan_is_refused(town: Path) -> None:
    with pytest.raises(UsageError, match="--week soon: not a date"):
        tallying.plan(town, None, ["soon"], (9, 17), 0.5, 0.1, 12, 1)
    with pytest.raises(UsageError, match="not hours of a day"):
        tallying.plan(town, None, ["2027-01-13"], (17, 9), 0.5, 0.1, 12, 1)
