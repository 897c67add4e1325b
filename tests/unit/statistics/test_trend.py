"""Yearly change of monthly counts (Stat 2), against statsmodels and against series whose trend is known."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from personshaped.statistics.counts import clustered, fit, newey_west
from personshaped.statistics.trend import YearlyChange, _design, difference_of_changes, fewest_to_show, yearly_change

MONTHS = np.arange(48)
DESIGN = _design(48)
NO_OFFSET = np.zeros(48)


def counts(seed: int, level: float, growth: float, shape: float, months: int = 48) -> np.ndarray:
    """Negative binomial counts with a known yearly growth; the smaller the shape, the more they vary."""
    rng = np.random.default_rng(seed)
    rate = level * growth ** (np.arange(months) / 12) * rng.gamma(shape, 1 / shape, months)
    return rng.poisson(rate).astype(np.float64)


def test_slopes_and_dispersion_are_those_of_statsmodels() -> None:
    y, people = counts(1, 60, 1.05, 8), np.linspace(1000, 1100, 48)
    ours = fit(DESIGN, y, np.log(people))
    theirs = sm.NegativeBinomial(y, DESIGN, offset=np.log(people)).fit(disp=0, maxiter=500)
    assert ours.slopes == pytest.approx(theirs.params[:-1], abs=1e-5)
    assert ours.dispersion == pytest.approx(theirs.params[-1], rel=1e-4)


def test_newey_west_errors_are_those_of_statsmodels() -> None:
    y = counts(2, 60, 1.05, 8)
    ours = fit(DESIGN, y, NO_OFFSET)
    family = sm.families.NegativeBinomial(alpha=ours.dispersion)
    theirs = sm.GLM(y, DESIGN, family=family).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    assert np.sqrt(np.diag(newey_west(ours, 3))) == pytest.approx(theirs.bse, rel=1e-5)


def test_clustered_errors_are_those_of_statsmodels() -> None:
    y, month = np.concatenate((counts(3, 60, 1, 8), counts(4, 20, 1, 8))), np.tile(MONTHS, 2)
    both = np.vstack((np.hstack((DESIGN, DESIGN)), np.hstack((DESIGN, 0 * DESIGN))))
    ours = fit(both, y, np.zeros(96))
    family = sm.families.NegativeBinomial(alpha=ours.dispersion)
    theirs = sm.GLM(y, both, family=family).fit(cov_type="cluster", cov_kwds={"groups": month})
    assert np.sqrt(np.diag(clustered(ours, month))) == pytest.approx(theirs.bse, rel=1e-5)


def test_counts_that_vary_no_more_than_poisson_are_poisson() -> None:
    assert fit(DESIGN, np.full(48, 20.0), NO_OFFSET).dispersion == 0
    assert fit(DESIGN, counts(5, 50, 1, 2), NO_OFFSET).dispersion > 0.1


def test_a_doubling_each_year_is_found_exactly() -> None:
    found = yearly_change(1000 * 2 ** (np.arange(36) / 12))
    assert found.change == pytest.approx(1.0, abs=1e-6)
    assert found.in_words(0.02) == "changing"


def test_for_each_head_nothing_changes_where_people_double_too() -> None:
    growth = 2 ** (np.arange(36) / 12)
    assert yearly_change(1000 * growth, 5000 * growth).change == pytest.approx(0, abs=1e-6)


def test_a_flat_series_with_seasons_is_stable_when_it_is_long_enough() -> None:
    months = np.arange(72)
    flat = np.random.default_rng(1).poisson(5000 * (1 + 0.2 * np.sin(2 * np.pi * months / 12)))
    assert yearly_change(flat).in_words(0.02) == "stable within ±2% a year"
    assert yearly_change(flat).in_words(0.0001) == "not shown to be stable, nor to change"


def test_time_reversed_the_slope_is_mirrored() -> None:
    y = counts(2, 300, 1.1, 1e6)
    there, back = yearly_change(y).change, yearly_change(y[::-1]).change
    assert (1 + there) * (1 + back) == pytest.approx(1.0, abs=0.01)


def test_not_shown_is_never_called_stable() -> None:
    assert YearlyChange(0.01, -0.05, 0.07, -0.04, 0.06).in_words(0.02) == "not shown to be stable, nor to change"


@pytest.mark.parametrize(("months", "level", "shape"), [(36, 25, 1e9), (36, 25, 8), (60, 100, 8)])
def test_intervals_cover_the_true_slope(months: int, level: float, shape: float) -> None:
    held = 0
    for seed in range(200):
        found = yearly_change(counts(seed, level, 1.05, shape, months))
        held += found.low <= 0.05 <= found.high
    assert held / 200 >= 0.91


def test_what_is_not_stable_is_seldom_called_stable() -> None:
    wrongly = sum(
        yearly_change(counts(seed, 2000, 1.02, 1e9, 60)).in_words(0.02).startswith("stable") for seed in range(200)
    )
    assert wrongly / 200 <= 0.08  # at the very edge of ±2%, two one-sided tests of 5%


def test_difference_of_slopes_covers_none_where_both_grow_alike() -> None:
    held = 0
    for seed in range(200):
        found = difference_of_changes(counts(seed, 100, 1.05, 8, 36), counts(seed + 1000, 25, 1.05, 8, 36))
        held += found.low <= 0 <= found.high
    assert held / 200 >= 0.9


def test_difference_of_slopes_is_that_of_two_exact_series() -> None:
    growth = np.arange(36) / 12
    assert difference_of_changes(1000 * 1.2**growth, 1000 * 1.1**growth).change == pytest.approx(
        1.2 / 1.1 - 1, abs=1e-6
    )


def test_one_asking_a_person_is_as_sure_as_poisson_and_four_at_once_half_as_sure() -> None:
    y = np.tile([9.0, 11.0], 24)  # varies less than Poisson, so that the model's own error stands
    plain = yearly_change(y)
    once, fourfold = yearly_change(y, None, np.diag(y)), yearly_change(y, None, np.diag(4 * y))
    assert once.high == pytest.approx(plain.high, rel=0.01)
    assert np.log1p(fourfold.high) / np.log1p(once.high) == pytest.approx(2, rel=0.02)


def long_askers(seed: int) -> np.ndarray:
    """300 people × twice sixty months: each comes at any time and then asks every month, for ten months on the mean."""
    rng = np.random.default_rng(seed)
    people = 300
    begins, lasts = rng.uniform(-40, 60, people), rng.exponential(10, people)
    at = np.arange(60)
    asked = (at >= begins[:, None]) & (at < (begins + lasts)[:, None])
    return np.hstack((rng.poisson(2.0 * asked), asked))


def test_people_who_ask_for_many_months_make_no_trend() -> None:
    found = []
    for seed in range(200):
        asked = long_askers(seed)
        first, second, both = asked[:, :60], asked[:, 60:], asked.T @ asked
        alone = yearly_change(first.sum(axis=0)), yearly_change(first.sum(axis=0), None, both[:60, :60])
        gap = difference_of_changes(first.sum(axis=0), second.sum(axis=0), both)
        found.append([one.low > 0 or one.high < 0 for one in (*alone, gap)])
    by_month, by_person, between = np.mean(found, axis=0)
    assert by_month > 0.2  # errors made from months see nothing of it
    assert by_person <= 0.08
    assert between <= 0.08


def test_too_short_or_empty_is_refused() -> None:
    with pytest.raises(ValueError, match="12 months"):
        yearly_change([5] * 11)
    with pytest.raises(ValueError, match="not all empty"):
        yearly_change([0] * 24)
    with pytest.raises(ValueError, match="too little happened"):
        yearly_change([3] + [0] * 12)


def test_counts_too_few_for_a_slope_are_refused_in_words() -> None:
    """A design of nothing has no likeliest slopes; the caller is told so, and can go on without them."""
    with pytest.raises(ValueError, match="for a slope to be told"):
        fit(np.zeros((12, 2)), np.ones(12), np.zeros(12))


def test_how_many_it_takes_to_show_that_nothing_changes() -> None:
    # 12 · (1.64485 / (6 · ln 1.02))² = 12 · 13.8437² = 2,299.8: to two figures, upwards
    assert fewest_to_show(0.02, 72) == 2_300
    # a third of the years takes nine times as many: 20,698
    assert fewest_to_show(0.02, 24) == 21_000
    # that is the least: wholly flat series, of which Poisson's chance is still told
    for each, shown in ((875, False), (1_200, True)):
        found = yearly_change([each] * 24)
        assert (found.in_words(0.02) == "stable within ±2% a year") is shown
