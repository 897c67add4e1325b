"""Yearly change of monthly counts (Stat 2)."""

from __future__ import annotations

import numpy as np
import pytest

from personshaped.statistics.trend import YearlyChange, yearly_change


def test_a_doubling_each_year_is_found_exactly() -> None:
    months = np.arange(36)
    found = yearly_change(1000 * 2 ** (months / 12))
    assert found.change == pytest.approx(1.0, abs=1e-6)
    assert found.in_words() == "changing"


def test_a_flat_series_with_seasons_is_stable_when_it_is_long_enough() -> None:
    rng = np.random.default_rng(1)
    months = np.arange(72)
    counts = rng.poisson(5000 * (1 + 0.2 * np.sin(2 * np.pi * months / 12)))
    found = yearly_change(counts)
    assert abs(found.change) < 0.01
    assert found.in_words() == "stable within ±2% a year"


def test_time_reversed_the_slope_is_mirrored() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(300 * 1.1 ** (np.arange(48) / 12))
    there, back = yearly_change(counts).change, yearly_change(counts[::-1]).change
    assert (1 + there) * (1 + back) == pytest.approx(1.0, abs=0.01)


def test_not_shown_is_never_called_stable() -> None:
    assert YearlyChange(0.01, -0.05, 0.07, -0.04, 0.06).in_words() == "not shown to be stable, nor to change"


def test_intervals_cover_the_true_slope() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        found = yearly_change(rng.poisson(200 * 1.05 ** (np.arange(60) / 12)))
        held += found.low <= 0.05 <= found.high
    assert 0.87 <= held / 200 <= 0.99


def test_too_short_or_empty_is_refused() -> None:
    with pytest.raises(ValueError, match="12 months"):
        yearly_change([5] * 11)
    with pytest.raises(ValueError, match="not all empty"):
        yearly_change([0] * 24)
