"""Chapter: what it cost before and since, and where it might have gone (M075; Stat 6): a fan, for a group only."""

from __future__ import annotations

from datetime import date

import pytest

from spec.measured import Measured, measured

ROW = "{who} | housing | {when} | do | roof | {price} | {outcome}"
HEAD = "who | at | when | did | issue | price | outcome"
CASES = "case_id | person_ids | selected_by | old_from | old_to | new_from | new_to"
GROUP, ALIKE = ["P1", "P2", "P3", "P4", "P5"], [f"Q{number:02d}" for number in range(10)]


def _spent(who: str, year: int, price: float, outcome: str = "") -> str:
    return ROW.format(who=who, when=f"{year}-03-01", price=price, outcome=outcome)


def _study(rows: list[str], helped: list[str]) -> Measured:
    case = f"c1 | {';'.join(helped)} | typical | 2019-01-01 | 2019-12-31 | 2020-01-01 | 2020-12-31"
    return measured(
        "\n".join([HEAD, *rows]), beside={"cases": f"{CASES}\n{case}"},
        window_start=date(2018, 1, 1), window_end=date(2022, 1, 2),
    )  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Measured:
    """Five people at £1,000, then £2,000 a year, £500 since; ten alike at £2,000, then £3,000, one in a placement."""
    rows = [_spent(who, year, price) for who in GROUP
            for year, price in ((2018, 1000), (2019, 2000), (2020, 500), (2021, 500))]  # fmt: skip
    rows += [_spent(who, year, price) for who in ALIKE for year, price in ((2019, 2000), (2020, 3000), (2021, 3000))]
    rows += [_spent("Q00", 2020, 7000, "placement"), _spent("R1", 2019, 9000), _spent("R1", 2020, 90000)]
    return _study(rows, GROUP)


def test_what_was_observed_by_year_from_the_start(small: Measured) -> None:
    assert small.groups("cost_observed", "year_from_start") == {"-2": 1000, "-1": 2000, "0": 500, "1": 500}


def test_each_scenario_has_its_range_and_says_what_it_assumes(small: Measured) -> None:
    fan = small.groups("cost_trajectory", "scenario>year")
    assert fan == {
        "flat>0": 1500, "flat>1": 1500,  # the mean of 1,000 and 2,000
        "people alike>0": 3700, "people alike>1": 3000,  # nine at 3,000, one at 10,000
        "people alike, without placements>0": 3000, "people alike, without placements>1": 3000,
    }  # fmt: skip
    for figure in small.figures:
        if figure.name.startswith("cost_trajectory"):
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= (figure.value or 0) <= figure.high
            assert "not a promise" in figure.note
    first = next(one for one in small.figures if one.group == "people alike>0")
    assert "10 people alike" in first.note
    assert "1 of them had a placement" in first.note


def test_the_difference_is_as_many_ranges_as_scenarios(small: Measured) -> None:
    assert small.groups("cost_trajectory_difference", "scenario") == {
        "flat": 2000, "people alike": 5700, "people alike, without placements": 5000,
    }  # fmt: skip


def test_no_trend_of_its_own_under_four_years_and_none_alike_under_ten() -> None:
    rows = [_spent(who, year, 1000) for who in [*GROUP, *ALIKE[:9]] for year in (2018, 2019, 2020, 2021)]
    found = _study(rows, GROUP)
    assert set(found.groups("cost_trajectory", "scenario>year")) == {"flat>0", "flat>1"}
    for name in ("cost_trajectory", "cost_trajectory_difference"):
        notes = [one.note for one in found.figures if one.name == name]
        assert "Not told: own trend: 2 whole years before the new way, 4 are needed." in notes[0]
        assert "people alike: 9 who were not helped, 10 are needed." in notes[0]


def test_fewer_than_five_people_are_refused() -> None:
    rows = [_spent(who, year, 1000) for who in GROUP for year in (2018, 2019, 2020, 2021)]
    few = _study(rows, GROUP[:4])
    for name in ("cost_observed", "cost_trajectory", "cost_trajectory_difference"):
        assert few.value(name) is None
        assert "about persons" in few.of(name).note
