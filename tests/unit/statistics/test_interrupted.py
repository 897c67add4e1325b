"""Interrupted series (Stat 5) against statsmodels, with a design written out month by month."""

from __future__ import annotations

from math import cos, log, pi, sin

import numpy as np
import pytest
import statsmodels.api as sm

from personshaped.statistics.interrupted import Times, controlled, interrupted


def written_out(months: int, at: int) -> np.ndarray:
    """1, years since the change, whether it has come, years since then, two pairs of seasons."""
    rows = []
    for month in range(months):
        years, came = (month - at) / 12, float(month >= at)
        seasons = [wave(2 * pi * pair * month / 12) for pair in (1, 2) for wave in (sin, cos)]
        rows.append([1.0, years, came, years * came, *seasons])
    return np.array(rows)


def counts(seed: int, months: int, at: int, level: float, shape: float) -> np.ndarray:
    random = np.random.default_rng(seed)
    rate = 60 * 1.1 ** (np.arange(months) / 12) * np.where(np.arange(months) >= at, level, 1)
    return random.poisson(rate * random.gamma(shape, 1 / shape, months))


def likeliest(y: np.ndarray, design: np.ndarray, offset: np.ndarray) -> np.ndarray:
    start = sm.GLM(y, design, family=sm.families.Poisson(), offset=offset).fit()
    model = sm.NegativeBinomial(y, design, offset=offset)
    return np.asarray(model.fit(start_params=[*start.params, 0.05], disp=0, maxiter=500, method="bfgs").params)[:-1]


@pytest.mark.parametrize("seed", range(4))
def test_level_slope_and_what_came_of_both_are_those_of_statsmodels(seed: int) -> None:
    months, at = 48, 22 + seed
    y = counts(seed, months, at, 0.7, 15)
    people = 10_000 * 1.02 ** (np.arange(months) / 12)
    found = interrupted(y, at, seed=1, draws=50, people=people)
    slopes = likeliest(y, written_out(months, at), np.log(people))

    def same(one: Times | None, value: float) -> bool:
        assert one is not None
        return log(one.value) == pytest.approx(value, abs=2e-3)

    assert same(found.level, slopes[2])
    assert same(found.slope, slopes[3])
    assert same(found.at_6, slopes[2] + slopes[3] / 2)
    assert same(found.at_12, slopes[2] + slopes[3])
    without = slopes.copy()
    without[[2, 3]] = 0
    assert found.extended == pytest.approx(np.exp(written_out(months, at) @ without) * people, rel=2e-3)


@pytest.mark.parametrize("seed", range(3))
def test_beyond_a_comparison_it_is_the_interaction_with_the_group(seed: int) -> None:
    months, at = 48, 24
    here, elsewhere = counts(seed, months, at, 0.7, 15), counts(seed + 10, months, at, 1, 15)
    one = written_out(months, at)
    stacked = np.vstack([np.hstack([one, one]), np.hstack([one, np.zeros_like(one)])])
    slopes = likeliest(np.concatenate([here, elsewhere]), stacked, np.zeros(2 * months))
    found = controlled(here, elsewhere, at, seed=1, draws=50)
    assert log(found.level.value) == pytest.approx(slopes[8 + 2], abs=3e-3)
    assert log(found.slope.value) == pytest.approx(slopes[8 + 3], abs=3e-3)


def test_months_of_transition_count_on_neither_side() -> None:
    months, at, gap = 48, 20, 3
    y = counts(5, months, at, 0.7, 15)
    kept = [month for month in range(months) if not at <= month < at + gap]
    slopes = likeliest(y[kept], written_out(months, at)[kept], np.zeros(len(kept)))
    found = interrupted(y, at, seed=1, gap=gap, draws=50)
    assert log(found.level.value) == pytest.approx(slopes[2], abs=2e-3)
    y[at : at + gap] += 500
    assert interrupted(y, at, seed=1, gap=gap, draws=50).level == found.level
