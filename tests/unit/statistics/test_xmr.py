"""XmR against the worked example, the snapshots of the R package NHSRplotthedots, and its tests of each rule."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from personshaped.statistics.charting import (
    Change,
    Suggestion,
    candidates,
    false_alarms,
    neighbours,
    suggest_phase,
    without_seasons,
)
from personshaped.statistics.rare import g_chart, t_chart
from personshaped.statistics.varying import Varying, laney_p, laney_u, shares, steady
from personshaped.statistics.xmr import Phase, broken_rules, flagged, unscreened, xmr

MONTHS = [52, 48, 50, 55, 47, 51, 49, 80, 50, 46, 53, 52, 48, 51, 54, 47, 50, 49,
          38, 36, 40, 35, 39, 37, 41, 36, 38, 40, 35, 39]  # fmt: skip
"""The thirty months of the worked example (section 5.2)."""

# set.seed(123); rnorm(20), the series behind the package's snapshots
NORMAL = [-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123,
          -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314,
          0.49785048, -1.96661716, 0.70135590, -0.47279141]  # fmt: skip
SHARED = Path(__file__).parents[4] / "shared" / "data" / "spc" / "NHSRplotthedots_tests"


def lines(phase: Phase) -> list[float]:
    assert phase.mean is not None
    assert phase.moving_range is not None
    assert phase.lower is not None
    assert phase.upper is not None
    return [round(value, 4) for value in (phase.mean, phase.moving_range, phase.lower, phase.upper)]


def points(flags: np.ndarray) -> list[int]:
    return [int(at) + 1 for at in np.flatnonzero(flags)]


def test_worked_example_in_two_phases() -> None:
    chart = xmr(MONTHS, starts=(0, 18))
    assert lines(chart.phases[0]) == [51.7778, 3.8667, 41.4924, 62.0631]
    assert lines(chart.phases[1]) == [37.8333, 3.5455, 28.4024, 47.2642]
    assert points(chart.signals.any) == [8]
    assert chart.signals.names(7) == ("outside",)


def test_worked_example_without_screening() -> None:
    chart = xmr(MONTHS[:18], mean_range=unscreened)
    assert lines(chart.phases[0]) == [51.7778, 7.0, 33.1578, 70.3978]
    assert points(chart.signals.outside) == [8]


def test_worked_example_as_one_phase() -> None:
    chart = xmr(MONTHS)
    assert lines(chart.phases[0]) == [46.2, 4.0, 35.56, 56.84]
    assert points(chart.signals.outside) == [8, 22, 29]
    assert points(chart.signals.shift) == [*range(1, 10), *range(11, 31)]
    assert points(chart.signals.two_of_three) == [19, 20, 23, 24, 26, 27]
    assert points(chart.signals.trend) == []


def test_a_person_is_offered_a_new_phase_where_a_shift_lasts() -> None:
    mean = float(np.mean(MONTHS))
    assert suggest_phase(MONTHS, 0, mean) == Suggestion(18, "no known change", provisional=False, comparable=True)
    near = Change(17, "method", "locality team starts")
    far = Change(10, "method", "new building")
    assert suggest_phase(MONTHS, 0, mean, [far, near]) == Suggestion(18, "locality team starts", False, True)
    recording = Change(18, "recording", "new system")
    assert suggest_phase(MONTHS, 0, mean, [recording]) == Suggestion(18, "recording changed", False, False)
    late = Change(14, "method", "four points before the shift")
    assert suggest_phase(MONTHS, 0, mean, [late]) == Suggestion(18, "no known change", False, True)
    assert suggest_phase(MONTHS, 18, float(np.mean(MONTHS[18:]))) is None


def test_a_suggestion_waits_for_twelve_points_before_and_seven_after() -> None:
    assert suggest_phase([50] * 12 + [40] * 6, 0, 47.0) is None
    assert suggest_phase([50] * 11 + [40] * 7, 0, 46.0) is None
    assert suggest_phase([50] * 12 + [40] * 7, 0, 46.0) == Suggestion(12, "no known change", True, True)
    assert suggest_phase([50] * 12 + [40] * 7 + [50], 0, 46.0) is None


def test_a_search_finds_where_level_changed_and_nothing_in_constant_data() -> None:
    rng = np.random.default_rng(1)
    assert candidates(np.concatenate((rng.normal(50, 3, 24), rng.normal(30, 3, 24)))) == [24]
    assert candidates(rng.normal(50, 3, 36)) == []
    assert candidates([5.0] * 40) == []
    assert candidates(MONTHS[:13]) == []


SERIES = st.lists(st.integers(0, 40), min_size=7, max_size=60).map(lambda values: np.array(values, np.float64))


def flags(values: np.ndarray) -> list[list[bool]]:
    """The four rules, point by point."""
    found = xmr(values).signals
    return [one.tolist() for one in (found.outside, found.shift, found.trend, found.two_of_three)]


@given(st.integers(-100, 100), st.integers(7, 60))
def test_constant_data_have_no_signal_whatever_the_constant(level: int, points: int) -> None:
    assert not xmr([level] * points).signals.any.any()


@given(SERIES, st.integers(-50, 50), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_another_unit_or_another_zero_moves_the_lines_and_no_signal(
    values: np.ndarray, shift: int, scale: float
) -> None:
    # means of whole numbers may fall on a point by a hair, so only series whose points all lie clear of every line
    plain, moved = xmr(values).phases[0], xmr(values * scale + shift).phases[0]
    for one, other in ((plain.mean, moved.mean), (plain.lower, moved.lower), (plain.upper, moved.upper)):
        assert one is not None
        assert other == pytest.approx(one * scale + shift)
    assume(clear_of_lines(values))
    assert flags(values * scale + shift) == flags(values)


@given(SERIES)
def test_read_backwards_the_same_points_stand_out(values: np.ndarray) -> None:
    assume(clear_of_lines(values))
    assert [rule[::-1] for rule in flags(values[::-1])] == flags(values)


@given(SERIES)
def test_turned_upside_down_the_same_points_stand_out(values: np.ndarray) -> None:
    assume(clear_of_lines(values))
    assert flags(-values) == flags(values)


def clear_of_lines(values: np.ndarray) -> bool:
    """Whether no point lies within rounding of a line, and no range of the line for leaving ranges out."""
    phase = xmr(values).phases[0]
    assert phase.mean is not None
    assert phase.moving_range is not None
    half = 2.66 * phase.moving_range
    away = np.abs(values - phase.mean)
    ranges = np.abs(np.diff(values))
    return bool(
        half > 0
        and all(np.abs(away - line).min() > 1e-6 for line in (0.0, half, 2 / 3 * half))
        and np.abs(ranges - 3.267 * ranges.mean()).min() > 1e-6
    )


@pytest.mark.parametrize(
    ("series", "snapshot", "mean_range"),
    [(NORMAL, 0, None), ([*NORMAL[:14], 10, *NORMAL[15:]], 1, None), ([*NORMAL[:14], 10, *NORMAL[15:]], 2, unscreened)],
    ids=["plain", "outlier screened", "outlier unscreened"],
)
def test_equal_to_the_r_package_s_snapshots(series: list[float], snapshot: int, mean_range: object) -> None:
    text = _snapshots("ptd_spc_standard.md")
    # R prints point 15 in the order of the series it changed, so its printed lines are read, not copied here
    expected = {
        name: float(re.findall(rf"\$ {name}\s+<dbl> (-?[\d.]+)", text)[snapshot]) for name in ("mean_col", "lpl", "upl")
    }
    chart = xmr(series) if mean_range is None else xmr(series, mean_range=unscreened)
    phase = chart.phases[0]
    assert (phase.mean, phase.lower, phase.upper) == pytest.approx(tuple(expected.values()), abs=2e-6)


def test_equal_to_the_r_package_s_summary_of_two_facets() -> None:
    text = _snapshots("ptd_spc.md")
    rows = re.findall(r"^\s+\d\s+([01])\s+(0\.\d+)\s+(-\d\.\d+)\s+(\d\.\d+)\s+(\d+)\s+(\d+)", text, re.MULTILINE)
    rows = [row for row in rows if row[4] == "10"]
    assert len(rows) == 2
    for facet, *printed in rows:
        part = NORMAL[:10] if facet == "0" else NORMAL[10:]
        chart = xmr(part)
        mean, lower, upper = (float(value) for value in printed[:3])
        phase = chart.phases[0]
        assert phase.mean == pytest.approx(mean, abs=0.0005)
        assert (phase.lower, phase.upper) == pytest.approx((lower, upper), abs=0.005)
        assert int(printed[4]) == 10 - chart.signals.any.sum()


def _snapshots(name: str) -> str:
    if not (SHARED / name).exists():
        pytest.skip("the NHSRplotthedots snapshots are not beside this checkout")
    return (SHARED / name).read_text(encoding="utf-8")


def test_seven_on_one_side_of_the_mean() -> None:
    def flags(side: list[int]) -> list[int]:
        n = len(side)
        return points(broken_rules(np.array(side, float), np.zeros(n), np.full(n, 9.0)).shift)

    assert flags([1] * 6 + [-1]) == []
    assert flags([1] * 8 + [-1]) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert flags([1, 1, 1, 0, 1, 1, 1, 1]) == []  # a point on the mean breaks the run
    assert flags([-1] * 7) == [1, 2, 3, 4, 5, 6, 7]


def test_seven_points_all_up_or_all_down() -> None:
    def flags(x: list[float]) -> list[int]:
        n = len(x)
        return points(broken_rules(np.array(x, float), np.full(n, 4.0), np.full(n, 99.0)).trend)

    assert flags([1, 2, 3, 4, 5, 6]) == []
    assert flags([1, 2, 3, 3, 4, 5, 6]) == []  # a tie breaks it
    assert flags([2, 1, 2, 3, 4, 5, 6, 7, 3]) == [2, 3, 4, 5, 6, 7, 8]
    assert flags([7, 6, 5, 4, 3, 2, 1]) == [1, 2, 3, 4, 5, 6, 7]


def test_two_of_three_close_to_the_limit_on_one_side() -> None:
    def flags(x: list[float]) -> list[int]:
        n = len(x)
        return points(broken_rules(np.array(x, float), np.zeros(n), np.full(n, 3.0)).two_of_three)

    assert flags([2.5, 1, 2.5]) == [1, 3]
    assert flags([2.5, -1, 2.5]) == []  # the one between lies on the other side
    assert flags([2.5, 1, 1, 2.5]) == []
    assert flags([2.5, 1, 1, 2.5, 2.5]) == [4, 5]
    assert flags([2.5, 1, 3.5]) == []  # outside the limit is not close to it


def test_rules_do_not_reach_from_one_phase_into_the_next() -> None:
    rising = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    assert points(xmr(rising).signals.trend) == list(range(1, 15))
    assert not xmr([*rising[:4], *rising[4:8], 9, 9, 9, 9], starts=(4, 8)).signals.any.any()


def test_few_points_have_no_limits_or_provisional_ones() -> None:
    assert [phase.state for phase in xmr(MONTHS, starts=(0, 6, 13)).phases] == ["runs", "provisional", "full"]
    assert xmr([5, 6, 7, 8, 9, 10]).phases[0].mean is None
    assert xmr([]).phases == (Phase(0, 0, "runs", None, None, None, None, None),)


def test_a_limit_beyond_what_can_happen_is_drawn_at_the_bound_and_said() -> None:
    chart = xmr([0, 3, 1, 4, 0, 2, 5, 1], bounds=(0.0, None))
    assert chart.phases[0].lower == 0.0
    assert chart.notes == ("No low signal is possible: the lower limit lies below what can happen.",)
    shares_chart = xmr([0.9, 1.0, 0.8, 1.0, 0.9, 1.0, 0.85], bounds=(0.0, 1.0))
    assert shares_chart.phases[0].upper == 1.0


def test_constant_data_have_no_signal() -> None:
    assert not xmr([7.0] * 20).signals.any.any()


def test_denominators_that_vary_get_limits_of_their_own() -> None:
    assert steady([100, 110, 90, 100])
    assert not steady([100, 200, 100, 20])
    n = np.array([100, 400, 100, 400, 100, 400, 100, 400])
    x = np.array([52, 196, 48, 204, 51, 198, 49, 202])
    chart = laney_p(x, n)
    assert chart.centre == pytest.approx(0.5)
    # z of the small months ±0.4, ±0.2; of the large ∓0.4, ±0.4, ∓0.2, ±0.2; sigma_z is their mean moving range / 1.128
    z = np.array([0.4, -0.4, -0.4, 0.4, 0.2, -0.2, -0.2, 0.2])
    assert chart.sigma_z == pytest.approx(np.abs(np.diff(z)).mean() / 1.128)
    assert chart.upper[0] - 0.5 == pytest.approx(2 * (chart.upper[1] - 0.5))
    assert isinstance(shares(x, n)[0], Varying)  # type: ignore[index]
    assert not isinstance(shares([50, 51] * 4, [100] * 8), list)
    rate = laney_u([4, 9, 4, 9, 4, 9, 4], [1, 2, 1, 2, 1, 2, 1])
    assert rate.centre == pytest.approx(43 / 10)


def test_rare_events_are_charted_by_the_time_between_them() -> None:
    days = [10, 20, 10, 20, 10, 20, 10, 20]
    chart = t_chart(days)
    y = np.array(days) ** (1 / 3.6)
    assert chart.centre == pytest.approx(y.mean() ** 3.6)
    assert chart.upper == pytest.approx((y.mean() + 2.66 * abs(y[1] - y[0])) ** 3.6)
    assert t_chart([0, 5, 0]).values.tolist() == [0.5, 5.0, 0.5]


def test_or_by_the_contacts_between_them() -> None:
    chart = g_chart([3, 5, 4, 4, 2, 6, 4])
    assert chart.centre == 4
    assert chart.upper == pytest.approx(4 + 3 * 20**0.5)
    assert chart.lower == 0.0


def test_what_stands_beside_a_chart() -> None:
    assert false_alarms(24) == 0.19
    assert false_alarms(30) == pytest.approx(0.235)
    assert false_alarms(11) is None
    assert neighbours([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == pytest.approx(57.75 / 82.5)
    assert neighbours([1, 2, 1, 3, 1, 2, 2, 1, 3]) is None
    assert without_seasons([1] * 35, [1] * 35) is None
    months = [month for _ in range(3) for month in range(1, 13)]
    adjusted = without_seasons([100.0 + month for month in months], months)
    assert adjusted is not None
    assert adjusted.tolist() == pytest.approx([106.5] * 36)


@pytest.mark.parametrize("points", [5, 7, 12, 24, 60])
def test_many_charts_at_once_are_flagged_as_each_alone(points: int) -> None:
    dice = np.random.default_rng(points)
    rows = np.concatenate([dice.normal(10, 2, (300, points)), dice.poisson(3, (300, points)).astype(float)])
    rows[::50] = 4.0  # charts that never move
    assert flagged(rows).tolist() == [bool(xmr(one).signals.any.any()) for one in rows]
    assert flagged(rows).any() == (points >= 7)
