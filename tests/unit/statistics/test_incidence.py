"""Time to an end: the worked example, hand-worked ties, and lifelines as a second opinion."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from scipy import stats

from personshaped.statistics.ends_by_person import influences, limits, widened
from personshaped.statistics.incidence import incidence, survival
from personshaped.statistics.wilson import wilson

DAYS, ENDS = [0, 10, 19, 77], ["met", "moved_away", "censored", "met"]
"""The four needs of the worked example (section 5.2)."""


def test_worked_example() -> None:
    curve = incidence(DAYS, ENDS)
    assert curve.times.tolist() == [0, 10, 77]
    assert curve.incidence["met"].tolist() == [0.25, 0.25, 0.75]
    assert curve.incidence["moved_away"].tolist() == [0, 0.25, 0.25]
    assert curve.survival.tolist() == [0.75, 0.5, 0.0]
    # how many had it met by 28 days is not what "if nothing else could end it" gives
    alone = survival(DAYS, [end == "met" for end in ENDS])
    assert alone.times.tolist() == [0, 77]
    assert alone.survival.tolist() == [0.75, 0.0]
    assert alone.median == 77


def test_incidences_and_survival_add_to_one() -> None:
    curve = incidence([1, 2, 2, 3, 5, 5, 8], ["met", "died", "met", "censored", "met", "censored", "gave_up"])
    total = curve.survival + sum(curve.incidence.values())
    assert total == pytest.approx(np.ones(len(curve.times)))


def test_events_come_before_censorings_of_the_same_day() -> None:
    # at day 5 both are still at risk, so one of two ends
    assert incidence([5, 5], ["met", "censored"]).at("met", 5) == 0.5


def test_weights_stand_for_rows() -> None:
    rows = incidence([3, 3, 4, 4, 4], ["met", "met", "censored", "met", "met"])
    weighted = incidence([3, 4, 4], ["met", "censored", "met"], weights=[2, 1, 2])
    assert rows.incidence["met"].tolist() == weighted.incidence["met"].tolist()
    assert rows.variance["met"].tolist() == pytest.approx(weighted.variance["met"].tolist())
    assert weighted.n == 5


def test_what_nobody_was_followed_to_see_is_not_told() -> None:
    curve = incidence([10, 30], ["met", "censored"])
    assert curve.at("met", 30) == 0.5
    assert curve.at("met", 31) is None
    assert curve.at("died", 30) == 0.0
    assert incidence(DAYS, ENDS).at("met", 365) == 0.75  # all had ended


def test_median_not_reached_is_an_answer() -> None:
    assert survival([5, 30, 30], [True, False, False]).median is None


def test_late_entry_counts_only_from_its_day() -> None:
    # the second need was open before the records begin and enters at day 4: at day 3 only one is at risk
    curve = incidence([3, 6], ["met", "met"], entry=[-1, 4])
    assert curve.at_risk.tolist() == [1, 1]
    with pytest.raises(ValueError, match="after the entry"):
        incidence([3], ["met"], entry=[3])


def test_restricted_mean_is_the_area_under_the_curve() -> None:
    # 1 until day 10, 0.5 from then to day 20, cut at 15
    assert survival([10, 20], [True, True]).restricted_mean(15) == 10 + 0.5 * 5


def _random(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(1, 40, n), rng.choice(["met", "gave_up", "censored"], n, p=[0.5, 0.2, 0.3])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kaplan_meier_is_that_of_lifelines(seed: int) -> None:
    days, ends = _random(seed)
    ours = survival(days, ends == "met")
    theirs = KaplanMeierFitter().fit(days, ends == "met")
    at = theirs.survival_function_at_times(ours.times).to_numpy()
    assert ours.survival == pytest.approx(at, abs=1e-12)
    limits = theirs.confidence_interval_.loc[ours.times].to_numpy()
    inside = (ours.survival > 0) & (ours.survival < 1)
    assert ours.low[inside] == pytest.approx(limits[inside, 0], abs=1e-9)
    assert ours.high[inside] == pytest.approx(limits[inside, 1], abs=1e-9)
    assert ours.median == theirs.median_survival_time_
    theirs_limits = median_survival_times(theirs.confidence_interval_).to_numpy().ravel()
    assert [one if one is not None else np.inf for one in ours.median_limits] == pytest.approx(list(theirs_limits))
    assert ours.restricted_mean(30) == pytest.approx(restricted_mean_survival_time(theirs, t=30))


def test_kaplan_meier_with_late_entry_is_that_of_lifelines() -> None:
    days, ends = _random(4)
    entry = np.where(np.arange(len(days)) % 3 == 0, days - 1, -1)
    ours = survival(days, ends == "met", entry=entry)
    theirs = KaplanMeierFitter().fit(days, ends == "met", entry=np.maximum(entry, 0))
    at = theirs.survival_function_at_times(ours.times).to_numpy()
    assert ours.survival == pytest.approx(at, abs=1e-12)


def test_aalen_johansen_is_that_of_lifelines_where_that_can_be_trusted() -> None:
    # days are distinct and none is 0: lifelines shakes ties and loses events at 0
    rng = np.random.default_rng(5)
    days = rng.permutation(np.arange(1, 201))
    ends = rng.choice([0, 1, 2], 200, p=[0.3, 0.5, 0.2])
    ours = incidence(days, [["censored", "met", "gave_up"][end] for end in ends])
    theirs = AalenJohansenFitter(calculate_variance=True).fit(days, ends, event_of_interest=1)
    table = theirs.cumulative_density_.iloc[:, 0]
    assert ours.incidence["met"] == pytest.approx(table.loc[ours.times].to_numpy(), abs=1e-9)
    variance = theirs.variance_.loc[ours.times].to_numpy()
    assert ours.variance["met"][:-1] == pytest.approx(variance[:-1], rel=0.02, abs=1e-6)  # theirs ends in nan


def test_without_censoring_the_variance_is_that_of_a_share() -> None:
    curve = incidence([1, 2, 3, 4, 5, 6, 7, 8], ["met", "met", "died", "met", "died", "met", "met", "died"])
    share = curve.incidence["met"]
    assert share.tolist() == [1 / 8, 2 / 8, 2 / 8, 3 / 8, 3 / 8, 4 / 8, 5 / 8, 5 / 8]
    assert curve.variance["met"][:-1] == pytest.approx((share * (1 - share) / 8)[:-1])


# --- several needs of one person ------------------------------------------------------------------------------


def test_without_censoring_a_need_pulls_by_its_distance_from_the_share() -> None:
    # eight needs, five met: each met pulls by (1 − 5/8)/8, each other by −5/8/8
    days, ends = [1, 2, 3, 4, 5, 6, 7, 8], ["met", "met", "died", "met", "died", "met", "met", "died"]
    found = influences(incidence(days, ends), days, ends, "met", 8)
    assert (8 * found).tolist() == pytest.approx([0.375 if end == "met" else -0.625 for end in ends])


def test_influences_add_up_to_nothing_and_their_squares_to_the_variance() -> None:
    days, ends = _random(6)
    curve = incidence(days, list(ends))
    for day in (5, 20, 39):
        found = influences(curve, days, list(ends), "met", day)
        assert found.sum() == pytest.approx(0, abs=1e-12)
        variance = curve.variance["met"][np.searchsorted(curve.times, day)]
        assert (found**2).sum() == pytest.approx(variance, rel=0.02)


def test_an_influence_is_what_leaving_a_need_out_changes() -> None:
    days, ends = _random(7)
    curve = incidence(days, list(ends))
    found = influences(curve, days, list(ends), "met", 20)
    for at in (0, 10, 50):
        without = incidence(np.delete(days, at), list(np.delete(ends, at)))
        change = (curve.incidence["met"][np.searchsorted(curve.times, 20)] -
                  without.incidence["met"][np.searchsorted(without.times, 20)])  # fmt: skip
        assert change == pytest.approx(found[at], abs=2e-5)


def test_one_need_each_has_plain_limits_while_all_are_followed_and_the_same_three_times_those_of_a_third() -> None:
    days, ends = _random(8, 40)
    curve, each = incidence(days, list(ends)), [[one] for one in range(40)]
    followed = np.maximum(days, np.where(ends == "censored", 30, 0))
    whole = incidence(followed, list(ends))
    assert limits(whole, followed, list(ends), each, "met", 20) == whole.limits("met", 20)
    thrice = [[one] * 3 for one in range(40)]
    weighted = incidence(days, list(ends), [3] * 40)
    low, high = limits(weighted, days, list(ends), thrice, "met", 20)
    plain = curve.limits("met", 20)
    # t of 39 stands for 1.96, and 40/39 for 1: a little wider than 40 needs, nothing like 120
    assert low == pytest.approx(plain[0], abs=0.012)
    assert high == pytest.approx(plain[1], abs=0.012)


def test_where_some_are_not_followed_so_long_fewer_needs_make_the_interval() -> None:
    # 20 needs, 4 met on day 10, 8 not followed beyond day 20, 4 of the 8 left met on day 30
    days = [10] * 4 + [20] * 8 + [30] * 8
    ends = ["met"] * 4 + ["censored"] * 8 + ["met"] * 4 + ["censored"] * 4
    curve, each = incidence(days, ends), [[one] for one in range(20)]
    # 4/20 and half of what was left: 0.6; its variance 0.4² (4 / (20·16) + 4 / (8·4)) = 0.022: as sure as of 10.9
    assert curve.at("met", 30) == pytest.approx(0.6)
    as_sure = 0.6 * 0.4 / curve.error("met", 30) ** 2
    assert as_sure == pytest.approx(0.24 / 0.022)
    t = stats.t.ppf(0.975, as_sure - 1)
    assert limits(curve, days, ends, each, "met", 30) == curve.limits("met", 30, t * curve.error("met", 30))
    assert limits(curve, days, ends, each, "met", 10) == curve.limits("met", 10)


def test_none_met_of_those_who_were_followed_is_a_share_like_another() -> None:
    # nobody's need is met by day 28; of twelve people two are not followed so long
    days, ends = [40] * 10 + [5, 9], ["met"] * 10 + ["censored"] * 2
    curve, each = incidence(days, ends), [[one] for one in range(12)]
    assert curve.at("met", 28) == 0
    assert limits(curve, days, ends, each, "met", 28) == wilson(0, 10)
    # and where all went away, it is twelve of twelve
    assert limits(incidence([3] * 12, ["gone"] * 12), [3] * 12, ["gone"] * 12, each, "gone", 28) == wilson(12, 12)


def test_a_median_of_the_same_need_three_times_is_as_sure_as_of_one() -> None:
    days, ends = _random(9, 60)
    met = [end == "met" for end in ends]
    once = survival(days, met)
    thrice = widened(survival(days, met, [3] * 60), days, met, [[one] * 3 for one in range(60)])
    inside = (once.survival > 0.2) & (once.survival < 0.9)
    assert thrice.low[inside] == pytest.approx(once.low[inside], abs=0.02)
    assert thrice.high[inside] == pytest.approx(once.high[inside], abs=0.02)


def test_intervals_hold_where_a_persons_needs_are_alike() -> None:
    rng, held = np.random.default_rng(10), 0
    person = np.repeat(np.arange(40), 3)
    for _ in range(300):
        days = np.floor(rng.exponential(60, 40)[person] * rng.uniform(0.8, 1.2, 120))
        cut = rng.integers(30, 200, 120)
        ends = ["met" if one else "censored" for one in days <= cut]
        curve = incidence(np.minimum(days, cut), ends)
        low, high = limits(curve, np.minimum(days, cut), ends, person[:, None].tolist(), "met", 30)
        assert low is not None
        assert high is not None
        held += low <= 0.4065 <= high  # P(days ≤ 30), of four million drawn
    assert held / 300 >= 0.92
