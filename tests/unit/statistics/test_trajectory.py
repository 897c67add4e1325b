"""A group's own trend: the Gamma model against another library, the cap, and what is refused (Stat 6)."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from personshaped.statistics.trajectory import own_trend, trend_range

YEARS, COSTS = [-5, -4, -3, -2, -1], [900.0, 1100.0, 1000.0, 1500.0, 1600.0]


def test_the_trend_is_that_of_a_gamma_model_with_a_log_link() -> None:
    family = sm.families.Gamma(link=sm.families.links.Log())
    level, growth = sm.GLM(COSTS, sm.add_constant(np.array(YEARS, float)), family=family).fit().params
    trend = own_trend(YEARS, COSTS)
    assert (trend.level, trend.growth, trend.capped) == (pytest.approx(level), pytest.approx(growth), False)
    assert trend.at(1) == pytest.approx(np.exp(level + growth))


def test_costs_that_double_each_year_go_on_doubling_and_have_no_range() -> None:
    assert own_trend([-4, -3, -2, -1], [1, 2, 4, 8]).at(1) == pytest.approx(32)
    assert trend_range([-4, -3, -2, -1], [1, 2, 4, 8], 1, None, seed=1) == (pytest.approx(32), pytest.approx(32))


def test_growth_is_held_at_the_cap_from_the_last_year_on() -> None:
    trend = own_trend([-4, -3, -2, -1], [1, 2, 4, 8], cap=1.5)
    assert trend.capped
    assert trend.at(-1) == pytest.approx(8)
    assert trend.at(1) == pytest.approx(8 * 1.5**2)


def test_the_range_holds_the_trend_and_widens_with_the_years() -> None:
    near, far = (trend_range(YEARS, COSTS, year, None, seed=1) for year in (0, 4))
    assert near[0] < own_trend(YEARS, COSTS).at(0) < near[1]
    assert far[1] / far[0] > near[1] / near[0]


@pytest.mark.parametrize(("years", "costs"), [([1, 2, 3], [1, 2, 3]), ([1, 2, 3, 4], [1, 2, 0, 4])])
def test_no_trend_is_drawn_through_few_years_or_a_year_without_cost(years: list[float], costs: list[float]) -> None:
    with pytest.raises(ValueError, match="4 years"):
        own_trend(years, costs)
