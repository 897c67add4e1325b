"""Intervals of shares and means: Wilson by hand, and the clustered formula against resampled persons."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from personshaped.figures import PersonSums
from personshaped.statistics.clustered import (
    mean,
    mean_of_counts,
    rate,
    share,
    share_of_amount,
    total,
    total_per,
)  # fmt: skip
from personshaped.statistics.wilson import wilson


def sums(x: np.ndarray, n: np.ndarray) -> PersonSums:
    return PersonSums(x.sum(), n.sum(), (x * x).sum(), (x * n).sum(), (n * n).sum(), len(n), np.abs(x).max())


def resampled(x: np.ndarray, n: np.ndarray, seed: int, times: int = 4000) -> tuple[float, float]:
    """Percentiles of the ratio over samples of persons."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(n), (times, len(n)))
    ratios = x[drawn].sum(axis=1) / n[drawn].sum(axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(low), float(high)


def test_wilson_of_the_worked_example() -> None:
    assert wilson(5, 8) == pytest.approx((0.3057, 0.8632), abs=5e-5)
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0
    with pytest.raises(ValueError, match="is not a share"):
        wilson(3, 2)


def test_below_ten_persons_a_share_is_plain_wilson_and_a_mean_has_no_interval() -> None:
    few = PersonSums(5, 8, 9, 14, 22, 4)
    assert share(few) == wilson(5, 8)
    assert mean(few) == (None, None)


def test_one_row_a_person_is_plain_wilson() -> None:
    x = np.array([1.0] * 12 + [0.0] * 8)
    assert share(sums(x, np.ones(20))) == wilson(12, 20)


def test_ten_persons_who_each_agree_with_themselves_are_ten_observations() -> None:
    n = np.full(10, 5.0)
    x = np.array([5.0] * 6 + [0.0] * 4)
    # four say no: Student's t has twice four degrees of freedom; all alike: ten persons less one
    assert share(sums(x, n)) == pytest.approx(wilson(6 * 0.9, 9, z=2.306004), abs=1e-6)
    assert share(sums(n, n)) == pytest.approx(wilson(10, 10, z=2.262157), abs=1e-6)


def test_a_mean_is_more_uncertain_upwards() -> None:
    # ten persons, one row each, of 1 and 3: mean 2, variance 1/9, carried by 20² / 50 = 8 persons, so t with 7
    low, high = mean(sums(np.array([1.0, 3.0] * 5), np.ones(10)))
    times = np.exp(2.364624 * (1 / 3) / 2)
    assert (low, high) == pytest.approx((2 / times, 2 * times), abs=1e-5)


def test_persons_who_carry_an_amount() -> None:
    assert sums(np.array([5.0, 5.0, 5.0, 5.0]), np.ones(4)).carrying == 4
    assert sums(np.array([100.0, 1.0, 1.0, 1.0]), np.ones(4)).carrying == pytest.approx(1.06, abs=0.005)
    assert sums(np.zeros(4), np.ones(4)).carrying == 0


@pytest.mark.parametrize("part", [0.5, 0.05])
def test_a_share_of_thirty_persons_covers(part: float) -> None:
    """Persons differ in how often they ask and what they say; with Wilson's 1.96 it was 90 to 92 of 100."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        n = rng.geometric(0.25, 30)
        x = rng.binomial(n, rng.beta(part * 3, (1 - part) * 3, 30)).astype(float)
        low, high = share(sums(x, n.astype(float)))
        assert low is not None
        assert high is not None
        held += low <= part <= high
    assert held / 400 >= 0.93


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_share_agrees_with_resampling_persons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = rng.geometric(0.25, 400).astype(float)
    x = rng.binomial(n.astype(int), rng.beta(2, 1, 400)).astype(float)
    assert share(sums(x, n)) == pytest.approx(resampled(x, n, seed), abs=0.006)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_mean_agrees_with_resampling_persons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 4, 400).astype(float)
    x = rng.gamma(2, 1.5, 400) * n
    assert mean(sums(x, n)) == pytest.approx(resampled(x, n, seed), abs=0.03)


def test_share_covers_what_it_should() -> None:
    """Of 400 samples of 60 persons, about 95 in 100 intervals hold the true share."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        n = rng.integers(1, 9, 60)
        part = rng.beta(2, 2, 60)
        x = rng.binomial(n, part).astype(float)
        low, high = share(sums(x, n.astype(float)))
        assert low is not None
        assert high is not None
        held += low <= 0.5 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_a_mean_that_may_well_be_nothing_or_less_has_its_interval_on_the_plain_scale() -> None:
    """Scores on either side of 0 (strain better, strain worse) stop nothing; nor do amounts that one person has."""
    strain = sums(np.array([-5.0, 5.0] * 5 + [-5.0, 5.01]), np.ones(12))
    carried_by_one = sums(np.array([120.0] + [0.0] * 99), np.ones(100))
    for one in (strain, carried_by_one):
        low, high = mean(one)
        value = one.x / one.n
        assert high == pytest.approx(2 * value - (low or 0))  # as far above the mean as below
        assert (low or 0) < 0 < (high or 0) < 30


def of_amounts(*amounts: float) -> PersonSums:
    return sums(np.array(amounts), np.ones(len(amounts)))


def test_a_total_that_one_person_carries_has_its_interval_on_the_plain_scale_and_says_so() -> None:
    # 20 people of 4 each: 80, variance 320, t with 19: 80 times and divided by e^(2.093024 × 17.88854 / 80)
    times = np.exp(2.093024 * np.sqrt(320) / 80)
    assert total(of_amounts(*[4.0] * 20)) == pytest.approx((80 / times, 80 * times), rel=1e-6)
    # one with 100,000 and 29 with 50: 101,450; carried by one, so t with 1.. is 12.7 and the log scale reached billions
    x, xx = 101_450.0, 100_000.0**2 + 29 * 50**2
    low, high = total(of_amounts(100_000, *[50.0] * 29))
    freedom = x * x / xx - 1
    assert freedom < 1.05
    assert low == 0  # nobody brings less than nothing
    assert high == pytest.approx(x + 12.7062 * np.sqrt(xx), rel=0.05)
    said = total_per(x, xx, 100_000, 30, 2)
    assert (said["value"], said["low"], said["high"]) == (x / 2, 0, pytest.approx((high or 0) / 2))
    assert said["note"] == "Carried by some 1 people: the interval may be too narrow."


def test_no_event_in_all_the_time_followed_is_up_to_three_in_it() -> None:
    # 30 people followed two years each, nobody asked again: at most 3 in 60 years
    nobody = sums(np.zeros(30), np.full(30, 2.0))
    assert rate(nobody) == (0, 3 / 60)
    assert rate(sums(np.array([120.0] + [0.0] * 99), np.ones(100)))[0] == 0  # on the plain scale it would be below 0


# --- where all persons are alike -------------------------------------------------------------------------------


def test_nothing_in_all_that_was_seen_is_no_certainty() -> None:
    """Nobody of thirty was assessed again: three in thirty may be; before, the interval was from 0 to 0."""
    nobody = sums(np.zeros(30), np.ones(30))
    assert mean_of_counts(nobody) == (0, pytest.approx(3 / 30))
    # needs of ten people, of one of them eleven: as good as 20² / 130 = 3.1 people
    one_has_most = sums(np.zeros(10), np.array([11.0] + [1.0] * 9))
    assert mean_of_counts(one_has_most) == (0, pytest.approx(3 * 130 / 400))
    # one cycle for each of twenty: three in twenty may have one less, or one more
    assert mean_of_counts(sums(np.ones(20), np.ones(20))) == (pytest.approx(0.85), pytest.approx(1.15))
    assert mean_of_counts(sums(np.zeros(9), np.ones(9))) == (None, None)


def test_amounts_that_are_the_same_for_all_have_no_interval() -> None:
    # how far others may lie from £40 or 0 minutes nobody can tell from people who are all alike
    assert mean(sums(np.full(12, 40.0), np.ones(12))) == (None, None)
    assert mean(sums(np.zeros(12), np.ones(12))) == (None, None)


def test_a_share_of_minutes_that_is_the_same_for_all_is_one_of_as_many_people() -> None:
    # no value work at all in the minutes of twelve people who took an hour each
    assert share_of_amount(sums(np.zeros(12), np.full(12, 60.0)))[1] == pytest.approx(
        wilson(0, 12, z=stdtrit(11, 0.975))[1]
    )
    assert share_of_amount(sums(np.full(12, 60.0), np.full(12, 60.0)))[0] == pytest.approx(
        wilson(12, 12, z=stdtrit(11, 0.975))[0]
    )
    # where people differ it is the mean's, kept between 0 and 1
    differ = sums(np.array([30.0, 20.0] * 6), np.full(12, 60.0))
    assert share_of_amount(differ) == mean(differ)
    assert share_of_amount(sums(np.array([60.0] + [0.0] * 11), np.full(12, 60.0))) == (0, 1)


@pytest.mark.parametrize("expected", [0.5, 1.0, 2.0, 3.0])
def test_the_limit_of_none_holds_where_people_have_one_each(expected: float) -> None:
    """Where as many of 40 people as `expected` have one, 'none' is seen in e^-expected; the limit then holds it."""
    rng = np.random.default_rng(12)
    held = []
    for _ in range(2000):
        low, high = mean_of_counts(sums(rng.binomial(1, expected / 40, 40).astype(float), np.ones(40)))
        held.append(low is not None and high is not None and low <= expected / 40 <= high)
    assert np.mean(held) >= 0.93
