"""Chapter 12: when the need is met (M026, M042, M048, M053, M054, M057, M059), on the worked example and by hand."""

from __future__ import annotations

from datetime import date

import pytest

from spec.measured import Measured, measured, worked_example


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


def test_time_to_a_met_need(town: Measured) -> None:
    # four needs: met at 0 days, moved at 10, censored at 19, met at 77
    time = town.of("time_to_need_met")
    assert (time.value, time.n) == (77, 4)
    assert time.note == "Median if nothing else could end it; 1 of 4 needs ended another way."


def test_share_of_needs_met_by_so_many_days(town: Measured) -> None:
    assert town.groups("needs_met_share", "days") == {"28": 0.25, "90": 0.75, "180": 0.75, "365": 0.75}


def test_open_needs_those_never_asked_and_the_bounds(town: Measured) -> None:
    assert (town.value("needs_open"), town.value("needs_never_asked")) == (1, 1)
    assert (town.value("needs_met_bound_low"), town.value("needs_met_bound_high")) == (0.5, 0.75)
    assert town.periods("needs_open") == {"2024-01": 1, "2024-02": 2, "2024-03": 1}


def test_needs_open_before_the_window_are_in_the_first_month() -> None:
    small = measured(
        """
        who | at      | when       | did    | issue | need_met
        P1  | housing | 2023-11-01 | demand | roof  |
        P2  | housing | 2024-01-10 | demand | roof  |
        P2  | housing | 2024-03-10 | do     | roof  | yes
        """,
        window_start=date(2024, 1, 1), window_end=date(2024, 5, 1),
    )  # fmt: skip
    assert small.periods("needs_open") == {"2024-01": 2, "2024-02": 2, "2024-03": 1, "2024-04": 1}
    assert small.value("needs_open") == 1


def test_closed_but_not_met(town: Measured) -> None:
    # N1 was closed at the gp before it was met; no other need was closed
    assert town.of("closed_unmet_share").note == "1 of 1."


def test_first_contact(town: Measured) -> None:
    needs = town.of("fcr_needs")
    assert (needs.numerator, needs.denominator) == (1, 3)
    demands = town.of("fcr_demands")
    assert (demands.numerator, demands.denominator) == (1, 8)
    assert town.value("fcr_needs_bound_high") == pytest.approx(1 / 3)  # N3 was asked for twice: not even at best


def test_first_contact_by_design_and_its_bound() -> None:
    small = measured(
        """
        who | at      | when       | did    | issue | design | need_met
        P1  | housing | 2024-01-01 | demand | roof  | old    |
        P1  | housing | 2024-01-09 | do     | roof  | old    | yes
        P2  | housing | 2024-01-01 | demand | roof  | old    |
        P3  | housing | 2024-01-01 | demand | roof  | new    |
        P3  | housing | 2024-01-01 | do     | roof  | new    | yes
        """
    )
    assert small.groups("fcr_needs", "design") == {"new": 1.0, "old": 0.5}
    assert small.value("fcr_needs_bound_high") == 1  # nobody asked P2


def test_a_share_beyond_what_anyone_was_followed_is_not_given() -> None:
    small = measured(
        """
        who | at      | when       | did    | issue | need_met
        P1  | housing | 2024-01-01 | demand | roof  |
        P1  | housing | 2024-01-11 | do     | roof  | yes
        P2  | housing | 2024-01-01 | demand | roof  |
        P2  | housing | 2024-02-10 | review | roof  | no
        """,
        window_end=date(2024, 3, 1),
    )
    # P2 was asked, so is followed to the cut, 60 days
    assert small.groups("needs_met_share", "days")["28"] == 0.5
    late = [one for one in small.figures if one.name == "needs_met_share" and one.group == "90"]
    assert late == [] or late[0].value is None


def test_time_to_being_taken_on_and_cycles_before_it() -> None:
    small = measured(
        """
        who | at     | when       | did    | issue | outcome      | need_met
        P1  | social | 2024-01-01 | demand | care  | screened_out |
        P1  | social | 2024-02-01 | demand | care  |              |
        P1  | social | 2024-02-10 | screen | care  | screened_in  | no
        """
    )
    assert small.value("time_to_screened_in") == 40
    assert small.value("cycles_before_screened_in") == 1


def test_who_was_assessed_and_came_back() -> None:
    small = measured(
        """
        who | at     | when       | did    | issue
        P1  | social | 2024-01-10 | assess | care
        P1  | social | 2024-03-01 | demand | care
        P1  | social | 2024-06-01 | demand | care
        P1  | social | 2025-06-01 | demand | care
        P1  | police | 2024-03-01 | demand | theft
        P2  | social | 2024-01-10 | assess | care
        P3  | social | 2025-01-10 | assess | care
        P3  | social | 2025-01-11 | demand | care
        """,
        window_end=date(2025, 12, 1),
    )
    share = small.of("represented_share", "social")  # P3 is not followed for a year
    assert (share.numerator, share.denominator) == (1, 2)
    assert small.value("re_presentations_per_person", "social") == 2  # the third comes after the horizon
    # all three of P1 and the one of P3 over the days each was followed: 691, 691 (P2) and 325
    assert small.value("re_presentations_per_person_year", "social") == pytest.approx(4 / ((691 + 691 + 325) / 365.25))


def test_where_nobody_came_back_three_in_all_the_years_followed_is_the_most_that_is_likely() -> None:
    people = "\n".join(f"P{one} | social | 2024-01-01 | assess | care" for one in range(30))
    small = measured(
        f"who | at | when | did | issue\n{people}", window_start=date(2024, 1, 1), window_end=date(2025, 1, 1)
    )
    again = small.of("re_presentations_per_person_year", "social")
    years = 30 * 366 / 365.25
    assert (again.value, again.low, again.high, again.n) == (0, 0, pytest.approx(3 / years), 30)


def test_crisis_after_asking() -> None:
    small = measured(
        """
        who | at     | when       | did    | issue | crisis | need_met
        P1  | social | 2024-01-01 | demand | abuse |        |
        P1  | police | 2024-01-31 | enforce| abuse | yes    | no
        P2  | social | 2024-01-01 | demand | abuse |        | no
        """
    )
    share = small.of("crisis_after_asking_share")
    assert (share.numerator, share.denominator) == (1, 2)
    assert small.value("time_to_crisis") == 30
    assert small.value("crisis_share") == pytest.approx(1 / 3)
    assert small.periods("crisis_share") == {"2024": pytest.approx(1 / 3)}


def test_no_longer_presenting_needs_the_person_s_word_and_half_a_year() -> None:
    small = measured(
        """
        who | at   | when       | did    | issue | design | need_met
        P1  | team | 2024-01-01 | demand | debt  | new    |
        P1  | team | 2024-01-20 | do     | debt  | new    | yes
        P2  | team | 2024-01-01 | demand | debt  | new    |
        P3  | team | 2024-12-01 | demand | debt  | new    | yes
        """,
        window_end=date(2025, 1, 1),
    )
    share = small.of("no_longer_presenting_share")
    assert (share.numerator, share.denominator) == (1, 2)  # P2 is silent, which is not met; P3 is not followed


def test_more_demand_served_with_less_time_after_a_change_of_method() -> None:
    small = measured(
        """
        who | at      | when       | did    | issue | minutes
        P1  | housing | 2024-01-05 | demand | roof  | 60
        P2  | housing | 2024-01-15 | demand | roof  | 60
        P3  | housing | 2024-02-01 | demand | roof  | 30
        P4  | housing | 2024-02-02 | demand | roof  | 30
        P5  | housing | 2024-02-03 | demand | roof  | 30
        """,
        beside={"changes": "at | kind | text\n2024-01-31 | method | team starts"},
        window_start=date(2024, 1, 1), window_end=date(2024, 3, 1),
    )  # fmt: skip
    # 30 days before, 30 after: 3 demands for 2, 90 minutes for 120
    assert small.value("demand_handled_change") == pytest.approx(0.5)
    assert small.value("resource_change") == pytest.approx(-0.25)
