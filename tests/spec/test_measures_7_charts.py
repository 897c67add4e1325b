"""Chapter 16: the series that are drawn: charts by month with phases that people decide, and how needs end."""

from __future__ import annotations

from datetime import date

import pytest

from personshaped.capability.charts import Decision, Recorded, ends_over_time, whole_months, xmr_charts
from personshaped.figures import Figure
from personshaped.study.charts import asked_elsewhere
from spec.measured import worked_example

START, END = date(2022, 1, 1), date(2024, 7, 1)
THIRTY = [52, 48, 50, 55, 47, 51, 49, 80, 50, 46, 53, 52, 48, 51, 54, 47, 50, 49,
          38, 36, 40, 35, 39, 37, 41, 36, 38, 40, 35, 39]  # fmt: skip


def counts(name: str, values: list[float], months: list[str] | None = None) -> list[Figure]:
    months = months or whole_months(START, END)
    return [Figure(name, "M025", "", "", month, value, "count") for month, value in zip(months, values, strict=True)]


def shares(values: list[tuple[int, int]]) -> list[Figure]:
    return [
        Figure("failure_demand_share", "M012", "", "", month, top / bottom, "share", top, bottom)
        for month, (top, bottom) in zip(whole_months(START, END), values, strict=False)
    ]


def test_only_whole_months_are_drawn() -> None:
    assert whole_months(date(2023, 11, 2), date(2024, 2, 15)) == ["2023-12", "2024-01"]
    assert whole_months(date(2024, 1, 1), date(2024, 3, 1)) == ["2024-01", "2024-02"]


def test_a_window_without_a_whole_month_has_no_chart() -> None:
    burnt_in = Figure("value_demands", "M012", "", "", "2024-01", 3.0, "count")
    within = (date(2024, 1, 5), date(2024, 2, 20))
    assert xmr_charts([*shares([(1, 2)]), burnt_in], *within) == {}


def test_thirty_months_as_one_phase_with_a_hint_for_a_person() -> None:
    chart = xmr_charts(counts("demands", THIRTY), START, END)["demands/month"]
    (phase,) = chart.phases
    assert (phase.first, phase.last, phase.mean, phase.state) == ("2022-01", "2024-06", 46.2, "full")
    assert (phase.lower, phase.upper) == pytest.approx((35.56, 56.84))
    assert chart.points[7].signals == ("outside", "shift")
    assert "might begin a new phase at 2023-07 (no known change)" in chart.note
    assert chart.false_alarms == pytest.approx(0.235)


def test_fewer_than_one_a_month_are_points_without_limits() -> None:
    """Two thirds of these months have none: what most months are like is no limit for the others."""
    rare = [0, 0, 1] * 9 + [0, 2, 0]
    chart = xmr_charts(counts("demands", rare), START, END)["demands/month"]
    assert [point.value for point in chart.points] == rare
    assert [(one.state, one.mean, one.lower, one.upper) for one in chart.phases] == [("runs", None, None, None)]
    assert [point.period for point in chart.points if point.signals] == []
    assert chart.false_alarms is None
    assert chart.note == "Fewer than one a month on average: points alone, without limits. Look at a longer period."
    # with a demand more each month it is a chart like others
    more = xmr_charts(counts("demands", [one + 1 for one in rare]), START, END)["demands/month"]
    assert more.phases[0].state == "full"
    assert more.note.endswith("Fewer than five a month on average: look at a longer period.")


def test_a_person_s_decision_begins_a_phase() -> None:
    decided = [Decision("demands/month", date(2023, 7, 1), "method"), Decision("needs_open/month", START, "other")]
    chart = xmr_charts(counts("demands", THIRTY), START, END, decided)["demands/month"]
    assert [(one.first, one.last, one.reason) for one in chart.phases] == [
        ("2022-01", "2023-06", ""), ("2023-07", "2024-06", "method"),
    ]  # fmt: skip
    assert [point.period for point in chart.points if point.signals] == ["2022-08"]
    assert "might begin" not in chart.note


def test_where_only_the_recording_changed_no_phase_is_better() -> None:
    changes = [Recorded(date(2023, 6, 20), "recording", "new system")]
    chart = xmr_charts(counts("demands", THIRTY), START, END, (), changes)["demands/month"]
    assert "neither phase is better or worse" in chart.note


def test_a_month_without_rows_is_a_month_with_none() -> None:
    months = whole_months(START, END)
    chart = xmr_charts(counts("demands", [9.0] * 29, months[1:]), START, END)["demands/month"]
    assert (chart.points[0].period, chart.points[0].value) == ("2022-01", 0)


def test_charts_of_value_and_failure_begin_after_the_burn_in() -> None:
    months = whole_months(START, END)
    values = [0.0] * 12 + [3.0] + [20.0] * 17  # told apart from the middle of January 2023 on
    figures = counts("value_demands", values, months) + counts("demands", THIRTY)
    charts = xmr_charts(figures, START, END)
    assert charts["value_demands/month"].points[0].period == "2023-02"
    assert charts["demands/month"].points[0].period == "2022-01"


def test_shares_of_steady_numbers_are_plain_and_of_varying_ones_get_limits_of_their_own() -> None:
    steady = xmr_charts(shares([(80, 100), (82, 100)] * 15), START, END)["failure_demand_share/month"]
    assert steady.phases[0].upper is not None
    assert steady.points[0].upper is None
    varying = xmr_charts(shares([(80, 100), (310, 400)] * 15), START, END)["failure_demand_share/month"]
    assert varying.phases[0].upper is None
    assert varying.phases[0].mean == pytest.approx(390 / 500)
    small, large = varying.points[0], varying.points[1]
    assert small.upper is not None
    assert large.upper is not None
    assert small.upper - 0.78 == pytest.approx(2 * (large.upper - 0.78))


def test_three_months_have_points_and_no_limits() -> None:
    town = worked_example()
    charts = xmr_charts(town.figures, date(2024, 1, 1), date(2024, 4, 1))
    (phase,) = charts["demands/month"].phases
    assert (phase.state, phase.mean, phase.upper) == ("runs", None, None)
    assert [point.value for point in charts["demands/month"].points] == [4, 2, 2]
    assert charts["demands/month"].false_alarms is None
    assert "Fewer than five a month" in charts["demands/month"].note


def test_how_needs_end_with_silence_as_an_end_of_its_own() -> None:
    ends = ends_over_time(worked_example().con)
    assert ends is not None
    assert ends.days == (0, 10, 19, 77)
    assert ends.met == (0.25, 0.25, 0.25, 0.5)
    assert ends.never_asked == (0, 0, 0.25, 0.25)
    assert ends.ended == (0, 0.25, 0.25, 0.25)
    assert ends.open == pytest.approx((0.75, 0.5, 0.25, 0))
    assert ends.n == 4


def test_asking_again_elsewhere_is_counted_after_agencies_we_know_of() -> None:
    after = {"gp>gp": 3, "gp>housing": 2, "unseen>housing": 7, "housing>gp": 1}
    figures = [
        Figure("failure_demand_after", "R8", "from>to", group, "", value, "count") for group, value in after.items()
    ]
    assert asked_elsewhere(figures) == (3, 6)
    assert asked_elsewhere([]) is None


def test_from_three_years_on_a_chart_without_seasons_stands_beside_the_raw_one() -> None:
    start, end = date(2021, 1, 1), date(2024, 1, 1)
    months = whole_months(start, end)
    winters = [90.0 if month[5:] in ("12", "01") else 50.0 + int(month[5:]) % 3 for month in months]
    charts = xmr_charts(counts("demands", winters, months), start, end)
    assert any(point.signals for point in charts["demands/month"].points)
    beside = charts["demands/month/without seasons"]
    assert {round(point.value or 0, 6) for point in beside.points} == {round(sum(winters) / 36, 6)}
    assert not any(point.signals for point in beside.points)
    two_years = xmr_charts(counts("demands", winters[12:], months[12:]), date(2022, 1, 1), end)
    assert list(two_years) == ["demands/month"]


def test_a_share_of_varying_numbers_gets_a_hint_too_and_candidates_only() -> None:
    parts = [(80, 100), (320, 400)] * 8 + [(40, 100), (160, 400)] * 7
    chart = xmr_charts(shares(parts), START, END)["failure_demand_share/month"]
    assert "might begin a new phase at 2023-05 (no known change)" in chart.note
    assert "stops at 2023-05: places to ask" in chart.note
    assert len(chart.phases) == 1
