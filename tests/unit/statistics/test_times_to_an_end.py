"""Late entry, call-backs, restricted means (Stat 3), against lifelines, by hand, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from personshaped.statistics.call_backs import between, middle_or_interval
from personshaped.statistics.incidence import incidence, survival
from personshaped.statistics.restricted import difference, restricted_mean


def followed(
    rng: np.random.Generator, n: int, mean: float = 60.0, at_least: float = 20.0
) -> tuple[np.ndarray, np.ndarray]:
    """Days to an exponential end, censored anywhere between `at_least` and 200 days."""
    ends, cut = rng.exponential(mean, n), rng.uniform(at_least, 200, n)
    return np.minimum(ends, cut), ends <= cut


# --- late entry ---------------------------------------------------------------------------------------------------


def test_a_need_open_before_the_records_begin_counts_from_then_on() -> None:
    # three needs: the third was 5 days old when records began, so on day 4 only two could have been seen to end
    curve = survival([4, 8, 10], [True, True, False], entry=[0, 0, 5])
    assert curve.survival.tolist() == pytest.approx([0.5, 0.25])


def test_late_entry_is_that_of_lifelines() -> None:
    rng = np.random.default_rng(1)
    days, seen = followed(rng, 200)
    entry = rng.uniform(0, 15, 200)
    kept = days > entry
    ours = survival(days[kept], seen[kept], entry=entry[kept])
    theirs = KaplanMeierFitter().fit(days[kept], seen[kept], entry=entry[kept])
    assert ours.survival == pytest.approx(theirs.survival_function_at_times(ours.times).to_numpy(), abs=1e-9)


def test_leaving_late_entry_out_overstates_how_long_it_takes() -> None:
    rng = np.random.default_rng(2)
    days, entry = rng.exponential(60, 5000), rng.uniform(0, 90, 5000)
    kept = days > entry
    true = float(np.exp(-1))
    right = survival(days[kept], kept[kept], entry=entry[kept])
    wrong = survival(days[kept], kept[kept])
    at = [float(one.survival[np.searchsorted(one.times, 60) - 1]) for one in (right, wrong)]
    assert at[0] == pytest.approx(true, abs=0.03)
    assert at[1] > true + 0.1


# --- pointwise limits ---------------------------------------------------------------------------------------------


def test_log_log_limits_cover_in_small_numbers() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(500):
        days, seen = followed(rng, 40)
        cause = np.where(seen, np.where(rng.random(40) < 0.6, "met", "moved_away"), "censored")
        low, high = incidence(days, list(cause)).limits("met", 60)
        held += low is not None and high is not None and low <= 0.6 * (1 - np.exp(-1)) <= high
    assert 0.92 <= held / 500 <= 0.98


# --- call-backs ---------------------------------------------------------------------------------------------------


def test_a_short_interval_is_its_middle_and_a_long_one_stays() -> None:
    low, high = middle_or_interval([10, 10, 7], [20, 40, 7])
    assert (low.tolist(), high.tolist()) == ([15, 10, 7], [15, 40, 7])


def test_exact_and_censored_times_alone_give_kaplan_meier() -> None:
    rng = np.random.default_rng(4)
    days, seen = (one[:60] for one in followed(rng, 60))
    days = np.round(days)
    ours = between(days, np.where(seen, days, np.inf))
    plain = survival(days, seen)
    shared = np.searchsorted(ours.times, plain.times)
    assert ours.survival[shared] == pytest.approx(plain.survival, abs=1e-3)


def test_turnbull_is_that_of_lifelines() -> None:
    rng = np.random.default_rng(5)
    low, high = np.zeros(80), np.full(80, np.inf)
    for at, end in enumerate(rng.exponential(60, 80)):
        calls = np.sort(rng.uniform(0, 150, 4))  # nobody is called on the same days as anybody else
        low[at] = max([0.0, *calls[calls < end]])
        high[at] = min([np.inf, *calls[calls >= end]])
    ours = between(low, high)
    theirs = KaplanMeierFitter().fit_interval_censoring(low, high, tol=1e-9)
    said = theirs.survival_function_.iloc[:, -1]
    for day, left in zip(ours.times, ours.survival, strict=True):
        assert float(said[said.index <= day].iloc[-1]) == pytest.approx(left, abs=5e-3)


def test_call_backs_every_month_do_not_move_the_median_by_more_than_the_month() -> None:
    rng = np.random.default_rng(6)
    medians = []
    for _ in range(100):
        ends = rng.exponential(60 / np.log(2), 100)
        low = np.floor(ends / 30) * 30
        curve = between(low, low + 30)
        assert curve.median is not None
        medians.append(curve.median)
    assert 60 <= np.mean(medians) <= 90  # the true median is 60; the curve falls at the end of its month


# --- restricted means ---------------------------------------------------------------------------------------------


def test_restricted_mean_by_hand_and_as_in_lifelines() -> None:
    # two of four end on days 10 and 20, the rest go on: 10·1 + 10·¾ + 10·½ = 22.5 days of the first 30
    found = restricted_mean([10, 20, 30, 30], [True, True, False, False], ["a", "b", "c", "d"], 30)
    assert found.value == pytest.approx(22.5)
    assert found.estimate.low is None
    days, seen = followed(np.random.default_rng(7), 100)
    theirs = restricted_mean_survival_time(KaplanMeierFitter().fit(days, seen), t=90)
    assert restricted_mean(days, seen, np.arange(100), 90).value == pytest.approx(theirs, rel=1e-6)


def test_the_interval_is_that_of_resampling_persons() -> None:
    rng = np.random.default_rng(8)
    n = 60
    person = np.repeat(np.arange(n), 3)
    days = rng.exponential(60, 3 * n) * np.repeat(rng.gamma(2, 0.5, n), 3)
    seen, days = days < 150, np.minimum(days, 150)
    found = restricted_mean(days, seen, person, 90).estimate
    assert found.low is not None
    assert found.high is not None
    again = []
    for _ in range(600):
        drawn = rng.integers(0, n, n)
        rows = np.concatenate([np.flatnonzero(person == one) for one in drawn])
        again.append(survival(days[rows], seen[rows]).restricted_mean(90))
    assert (found.high - found.low) / (2 * 2.0) == pytest.approx(np.std(again), rel=0.15)


def test_intervals_of_the_difference_of_two_designs_cover_it() -> None:
    rng = np.random.default_rng(9)
    held = 0
    true = 30 * (1 - np.exp(-2)) - 60 * (1 - np.exp(-1))
    for _ in range(500):
        new, old = (restricted_mean(*followed(rng, 40, mean, 60), np.arange(40), 60) for mean in (30, 60))
        found = difference(new, old)
        held += found.low is not None and found.high is not None and found.low <= true <= found.high
    assert 0.92 <= held / 500 <= 0.98


def test_nobody_followed_so_long_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody was followed for 90 days"):
        restricted_mean([10, 20], [True, False], ["a", "b"], 90)
