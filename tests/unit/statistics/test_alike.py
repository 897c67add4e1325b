"""How alike months are by the people who are in several, against people drawn one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personshaped.statistics.alike import Alike, drawn, middle_leaning, quarterly, times_as_wide, together


def asked(seed: int, months: int = 12, people: int = 4000) -> np.ndarray:
    """People × months: each begins in one of the months, or before them, and asks half the months of a half-year."""
    random = np.random.default_rng(seed)
    begins = random.integers(-5, months, people)
    at = np.arange(months)
    inside = (at >= begins[:, None]) & (at < begins[:, None] + 6)
    return random.poisson(0.5, (people, months)) * inside


def products(counts: np.ndarray) -> list[float]:
    return [float(np.diag(counts.T @ counts, apart).mean()) for apart in range(counts.shape[1])]


def test_people_who_ask_for_half_a_year_make_months_alike_by_how_many_of_them_are_in_both() -> None:
    # of six months' people 5/6 are there a month later; a count of 1/2 each has the square 3/4, and the product 1/4
    counts = asked(1)
    found = together(products(counts), range(12), counts.sum() / 12)
    assert found[0][:7] == pytest.approx([1, 5 / 18, 4 / 18, 3 / 18, 2 / 18, 1 / 18, 0], abs=0.03)


def by_distance(*correlations: float) -> Alike:
    points = range(len(correlations))
    return tuple(tuple(correlations[abs(one - other)] for other in points) for one in points)


def test_a_month_of_which_nothing_is_known_is_time_passed() -> None:
    counts = asked(1)
    whole = np.array(together(products(counts), range(12), counts.sum() / 12))
    kept = [0, 1, 5, 6, 7, 11]
    found = np.array(together(products(counts), [2 + at for at in kept], counts.sum() / 12))
    assert found == pytest.approx(whole[np.ix_(kept, kept)])
    assert found[1, 2] == pytest.approx(whole[0, 4])
    rows = drawn(6, 1, tuple(map(tuple, found.tolist())), 40_000)
    assert np.corrcoef(rows.T)[1, 2] == pytest.approx(whole[0, 4], abs=0.02)


def test_what_all_would_show_is_told_from_the_part_that_is_written_down() -> None:
    counts = asked(2, people=40_000)
    kept = np.random.default_rng(3).binomial(counts, 0.4)
    whole = together(products(counts), range(12), counts.sum() / 12)
    assert together(products(kept), range(12), kept.sum() / 12, kept=0.4)[0] == pytest.approx(whole[0], abs=0.03)
    assert together(products(kept), range(12), kept.sum() / 12)[0][1] < whole[0][1] - 0.1


@given(st.lists(st.lists(st.integers(0, 3), min_size=9, max_size=9), min_size=1, max_size=6))
def test_quarters_of_months(rows: list[list[int]]) -> None:
    """Nine months that come round to the first, so that all distances have as many pairs; quarters begun in any."""
    counts = np.array(rows)
    monthly = [float((counts * np.roll(counts, -apart, axis=1)).sum()) / 9 for apart in range(9)]
    mine = np.zeros(2)
    for start in range(3):
        quarters = np.roll(counts, -start, axis=1).reshape(len(counts), 3, 3).sum(axis=2)
        mine += [float((quarters * np.roll(quarters, -apart, axis=1)).sum()) / 9 for apart in range(2)]
    assert quarterly(monthly)[:2] == pytest.approx(mine)


def test_nothing_known_makes_nothing_alike() -> None:
    assert together([], range(12), 5.0) == together([0.0], range(12), 5.0) == together([3.0], range(12), 0.0) == ()
    assert len(quarterly([])) == 0
    assert times_as_wide(np.array([-1.0, 1.0]), ()) == 1
    assert middle_leaning([]) == 0


def test_series_are_drawn_as_alike_as_they_should_be() -> None:
    alike = by_distance(1.0, 0.4, 0.3, 0.2, 0.1)
    rows = drawn(5, 1, alike, 40_000)
    assert np.corrcoef(rows.T)[0] == pytest.approx(alike[0], abs=0.02)
    assert rows.std(axis=0) == pytest.approx(1, abs=0.02)


def test_the_error_of_a_difference_of_levels_is_as_wide_as_draws_say() -> None:
    alike = by_distance(*(1.0 if not apart else 0.25 * 0.9**apart for apart in range(24)))
    apart = np.repeat([-1 / 8, 0, 1 / 8], 8)
    rows = drawn(24, 2, alike, 20_000)
    by_ranges = np.abs(np.diff(rows)).mean() / 1.128 * (2 / 8) ** 0.5
    assert times_as_wide(apart, alike) == pytest.approx((rows @ apart).std() / by_ranges, rel=0.03)
    assert times_as_wide(apart, alike) > 1.3
