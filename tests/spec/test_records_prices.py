"""Records: what a row costs (specification, section 11 "Cost" and Stat 6; decision 0050)."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.errors import InputError
from spec.study_folders import PUBLISHED, Reading, folder, reading

STUDY = PUBLISHED
ROWS = """
interaction_id | person_ref | agency  | service | staff_role     | activity | started_at       | minutes | cost
own            | H-1        | housing | repairs | officer        | visit    | 2024-01-03T09:00 | 60      | 12.50
hour           | H-1        | housing | repairs | officer        | visit    | 2024-01-04T09:00 | 90      |
other_role     | H-1        | housing | repairs | social_worker  | assess   | 2024-01-05T09:00 | 30      |
untimed        | H-1        | housing | repairs | officer        | visit    | 2024-01-06T09:00 |         |
unknown_role   | H-1        | police  |         | sergeant       | visit    | 2024-01-07T09:00 | 30      |
"""
COSTS = """
agency  | staff_role    | activity | year | unit | cost | source
housing |               |          | 2024 | hour | 20   | made up
housing | officer       |          | 2024 | hour | 30   | made up
        | social_worker | assess   | 2024 | hour | 48   | made up
"""


def priced(tmp_path: Path, interactions: str, unit_costs: str, study: str = STUDY, **others: str) -> Reading:
    files = {"study_toml": study, "interactions_csv": interactions, "unit_costs_csv": unit_costs} | others
    return reading(folder(tmp_path / "study", **files), tmp_path / "work")


def test_own_cost_then_the_unit_cost_with_most_keys(tmp_path: Path) -> None:
    found = priced(tmp_path, ROWS, COSTS)
    assert found.column("price") == {
        "own": 12.5,
        "hour": 45.0,  # £30 × 90 / 60: housing officer is said more closely than housing
        "other_role": 24.0,  # £48 × 30 / 60: two keys beat housing alone
        "untimed": None,
        "unknown_role": None,
    }
    assert found.column("price_basis") == {
        "own": "own",
        "hour": "unit",
        "other_role": "unit",
        "untimed": None,
        "unknown_role": None,
    }


def test_the_report_says_how_much_of_the_time_has_a_price(tmp_path: Path) -> None:
    found = priced(tmp_path, ROWS, COSTS)
    assert found.records.report.priced_rows == 3
    assert found.records.report.priced_minutes == pytest.approx(180 / 210)
    assert "3 rows priced; £ covers 86% of minutes." in found.records.report.lines()


ONE_A_YEAR = """
interaction_id | person_ref | agency | activity | started_at | minutes
y2008          | P          | gp     | do       | 2008-05-01 | 60
y2010          | P          | gp     | do       | 2010-05-01 | 60
y2013          | P          | gp     | do       | 2013-05-01 | 60
"""
TWO_YEARS = """
agency | year | unit | cost | source
gp     | 2009 | hour | 100  | made up
gp     | 2011 | hour | 110  | made up
"""


def test_a_missing_year_takes_the_nearest_as_printed(tmp_path: Path) -> None:
    found = priced(tmp_path, ONE_A_YEAR, TWO_YEARS)
    # 2010 lies between the two: the earlier of two as near.
    assert found.column("price") == {"y2008": 100, "y2010": 100, "y2013": 110}
    assert (
        "unit_costs: years without a price of their own take the nearest: "
        "2008 at prices of 2009, 2010 at prices of 2009, 2013 at prices of 2011"
    ) in found.records.report.warnings


def test_uprating_only_where_a_price_year_is_set(tmp_path: Path) -> None:
    deflators = """
    area    | period | measure      | value | source
    England | 2009   | gdp_deflator | 80    | made up
    England | 2011   | gdp_deflator | 88    | made up
    England | 2013   | gdp_deflator | 100   | made up
    """
    study = STUDY + "[settings]\nprice_year = 2013\n"
    found = priced(tmp_path, ONE_A_YEAR, TWO_YEARS, study, area_facts_csv=deflators)
    # £100 of 2009 is £100 × 100/80 in 2013, £110 of 2011 is £110 × 100/88
    assert found.column("price") == pytest.approx({"y2008": 125, "y2010": 125, "y2013": 125})


def test_a_price_year_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no gdp_deflator for the price_year 2013"):
        priced(tmp_path, ONE_A_YEAR, TWO_YEARS, STUDY + "[settings]\nprice_year = 2013\n")


def test_contacts_and_items_once_a_row_days_and_weeks_by_calendar_or_by_time_worked(tmp_path: Path) -> None:
    rows = """
    interaction_id | person_ref | agency | service    | started_at       | ended_at         | minutes
    contact        | P          | a      | call       | 2024-01-01T09:00 |                  |
    item           | P          | a      | rail       | 2024-01-01T09:00 |                  | 15
    nights         | P          | a      | ward       | 2024-01-01T22:00 | 2024-01-04T08:00 |
    day_worked     | P          | a      | ward       | 2024-01-05T09:00 | 2024-01-05T12:45 | 225
    home           | P          | a      | care home  | 2024-02-01       | 2024-02-15       |
    week_worked    | P          | a      | care home  | 2024-03-01       |                  | 450
    not_said       | P          | a      | ward       | 2024-03-01       |                  |
    """
    costs = """
    service   | year | unit    | cost | source
    call      | 2024 | contact | 5    | made up
    rail      | 2024 | item    | 40   | made up
    ward      | 2024 | day     | 300  | made up
    care home | 2024 | week    | 700  | made up
    """
    assert priced(tmp_path, rows, costs).column("price") == {
        "contact": 5,
        "item": 40,
        "nights": 900,  # three days by the calendar
        "day_worked": 150,  # 225 of 450 minutes
        "home": 1400,  # fourteen days
        "week_worked": 140,  # one working day of five
        "not_said": None,
    }


def test_two_that_fit_equally_well_are_an_error_that_names_both(tmp_path: Path) -> None:
    costs = """
    agency  | service | year | unit | cost | source
    housing |         | 2024 | hour | 20   | made up
            | repairs | 2024 | hour | 25   | made up
    """
    expected = (
        "unit_costs: £20.00 per hour and £25.00 per hour of 2024 fit agency housing, service repairs equally well"
    )
    with pytest.raises(InputError, match=expected):
        priced(tmp_path, ROWS, costs)


def test_a_marginal_cost_prices_nothing(tmp_path: Path) -> None:
    costs = """
    agency | year | unit | cost | basis    | source
    gp     | 2009 | hour | 100  | average  | made up
    gp     | 2009 | hour | 30   | marginal | made up
    """
    assert set(priced(tmp_path, ONE_A_YEAR, costs).column("price").values()) == {100}
