"""Chapter 11: what happens (M026–M062), on the twenty rows of the worked example."""

from __future__ import annotations

from datetime import date

import pytest

from personshaped.figures import NOT_A_GOAL
from spec.measured import Measured, measured, worked_example


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


def test_cycles(town: Measured) -> None:
    assert [town.value(name) for name in ("cycles", "cycles_explicit", "cycles_open")] == [6, 6, 1]
    assert town.groups("cycles", "agency") == {"adult_social_care": 2, "advice": 1, "gp": 1, "housing": 2}
    assert town.groups("cycles", "class") == {"assess-do": 1, "assess-only": 1, "assess-refer": 1, "do": 3}
    assert town.groups("cycles", "ended") == {"need_met": 2, "nfa": 1, "open": 1, "referred": 1, "screened_out": 1}


def test_cycles_per_person_and_need_with_their_spread(town: Measured) -> None:
    # P1 has 4, P2 1, P3 1, P4 none
    spread = ("", "_median", "_p10", "_p90", "_max", "_share_12_or_more")
    for name in ("cycles_per_person", "cycles_per_need"):
        assert [town.value(name + part) for part in spread] == pytest.approx([1.5, 1, 0.3, 3.1, 4, 0])
    assert town.of("cycles_per_person_share_12_or_more").unit == "share"


def test_episodes(town: Measured) -> None:
    assert (town.value("system_episodes"), town.value("re_entries")) == (6, 2)


def test_assess_refer(town: Measured) -> None:
    share = town.of("assess_refer_share")
    assert (share.numerator, share.denominator) == (2, 5)
    without = town.of("assessment_without_service_share")
    assert (without.numerator, without.denominator, without.note) == (2, 3, "2 of 3.")
    assert town.value("refer_only_share") == 0


def test_screening_is_a_condition_to_study(town: Measured) -> None:
    screens = town.of("screened_out_share_screens")
    assert (screens.numerator, screens.denominator) == (1, 2)
    assert screens.note == f"1 of 2. {NOT_A_GOAL}"
    # the gp's cycle began with a referral; its first assessment did not end screened out
    people = town.of("screened_out_share")
    assert (people.numerator, people.denominator) == (0, 1)
    assert NOT_A_GOAL in town.of("closed_at_initial_assessment_share").note
    assert NOT_A_GOAL in town.of("cycles_before_screened_in").note or town.value("cycles_before_screened_in") is None


def test_assessments(town: Measured) -> None:
    closed = town.of("closed_at_initial_assessment_share")
    assert (closed.numerator, closed.denominator) == (0, 2)
    filed = town.of("assessment_no_action_share")
    assert (filed.numerator, filed.denominator) == (0, 2)
    assert town.value("repeat_assessments_per_need") == 1  # N1 has two assess rows


def test_assessments_that_are_filed_or_closed() -> None:
    small = measured(
        """
        who | at      | when       | did    | issue | outcome
        P1  | housing | 2024-01-01 | demand | roof  |
        P1  | housing | 2024-01-05 | assess | roof  | recorded_only
        P2  | housing | 2024-01-01 | demand | roof  |
        P2  | housing | 2024-01-05 | assess | roof  |
        P2  | housing | 2024-01-06 | close  | roof  | closed
        P3  | housing | 2024-01-01 | demand | roof  |
        P3  | housing | 2024-01-05 | assess | roof  |
        P3  | housing | 2024-01-06 | do     | roof  |
        P3  | housing | 2024-01-07 | close  | roof  | closed
        """
    )
    filed = small.of("assessment_no_action_share")
    assert (filed.numerator, filed.denominator) == (2, 3)
    closed = small.of("closed_at_initial_assessment_share")
    assert (closed.numerator, closed.denominator) == (1, 3)
    assert small.groups("time_to_close", "") == {"": 5.5}  # five and six days
    assert small.value("time_to_close_max") == 6


def test_people_referred_for_assessment_and_screened_out() -> None:
    small = measured(
        """
        who | at      | when       | by           | did    | issue | outcome      | referred_to
        P1  | housing | 2024-01-01 |              | demand | roof  |              |
        P1  | housing | 2024-01-02 |              | refer  | roof  | referred     | social
        P1  | social  | 2024-01-09 | other_agency | screen | roof  | screened_out |
        P2  | social  | 2024-01-01 | other_agency | assess | care  |              |
        P2  | social  | 2024-01-02 |              | do     | care  | need_met     |
        P3  | social  | 2024-01-01 |              | demand | care  |              |
        P3  | social  | 2024-01-01 |              | screen | care  | screened_out |
        """
    )
    share = small.of("screened_out_share")
    assert (share.numerator, share.denominator) == (1, 2)  # P3 was not referred
    assert small.value("referrals_out") == 1
    assert small.value("referrals_lost") == 0
    assert small.groups("referrals_received", "from>to") == {"housing>social": 1}
    # social: P3's demand and two referrals received; P2's comes from nobody we see
    assert small.groups("work_arriving", "agency") == {"housing": 1, "social": 3}
    assert small.groups("work_from_outside", "agency") == {"housing": 1, "social": 2}


def test_approvals(town: Measured) -> None:
    rate = town.of("approval_rate")
    assert (rate.value, rate.note) == (1, "1 of 1.")
    assert (town.value("approval_delay"), town.value("approval_delay_median")) == (12, 12)
    assert (town.value("approvals"), town.value("approval_minutes")) == (1, 20)
    weeks = town.of("approvals_per_week")
    assert (weeks.numerator, weeks.denominator) == (1, 13)  # 91 days
    assert town.value("approval_minutes_per_refusal") is None  # nothing was refused


def test_no_approvals_in_a_window_of_weeks_are_none_a_week() -> None:
    small = measured("who | at | when | did | issue\np | social | 2024-01-01 | assess | care")
    weeks = small.of("approvals_per_week")
    assert (small.value("approvals"), weeks.value, weeks.low, weeks.high, weeks.n) == (0, 0, None, None, 0)


def test_what_one_refusal_costs() -> None:
    small = measured(
        """
        at     | when       | did     | issue | outcome  | minutes
        social | 2024-01-01 | assess  | care  |          | 60
        social | 2024-01-05 | approve | care  | refused  | 30
        social | 2024-01-09 | approve | care  | approved | 10
        """
    )
    assert small.value("approval_minutes_per_refusal") == 40
    assert small.value("approval_rate") == 1  # returned, then approved: once


def test_referrals(town: Measured) -> None:
    assert town.value("referrals_per_need") == 0.25
    assert (town.value("referral_chain_length"), town.value("referral_chain_length_max")) == (0.25, 1)
    assert (town.value("referrals_out"), town.value("referrals_lost")) == (1, 0)
    assert town.groups("referrals_received", "from>to") == {"adult_social_care>gp": 1}


def test_work_arriving_and_from_outside(town: Measured) -> None:
    assert town.groups("work_arriving", "agency") == {"adult_social_care": 4, "advice": 2, "gp": 1, "housing": 2}
    # benefits has no work in these records: its error is inflow from outside
    assert town.groups("work_from_outside", "agency") == {"adult_social_care": 1, "advice": 1, "gp": 0, "housing": 2}


def test_agencies(town: Measured) -> None:
    assert town.value("agencies_per_person") == 1.5
    assert town.value("multi_agency_share") == 0.25
    assert town.periods("agencies_by_year") == {"2024": 4}


def test_agencies_keep_growing_and_those_referred_to_are_a_second_line() -> None:
    small = measured(
        """
        at      | when       | did    | issue | referred_to
        housing | 2001       | demand | home  |
        housing | 2002       | refer  | home  | court
        school  | 2002       | assess | home  |
        police  | 2005-03-01 | do     | home  |
        housing | 2005-04-01 | do     | home  |
        """
    )
    assert small.periods("agencies_by_year") == {"2001": 1, "2002": 2, "2005": 2}
    assert small.periods("agencies_by_year_cumulative") == {"2001": 1, "2002": 2, "2005": 3}
    assert small.periods("agencies_by_year_cumulative_with_referred_to") == {"2001": 1, "2002": 3, "2005": 4}


def test_time_and_what_of_it_was_of_value(town: Measured) -> None:
    assert town.value("minutes") == 410
    share = town.of("value_share_time")
    assert (share.numerator, share.denominator) == (165, 410)
    assert share.value == pytest.approx(0.402439, abs=5e-7)
    assert town.value("hours_per_value_hour") == pytest.approx(2.484848, abs=5e-7)
    helping = town.of("helping_share")
    assert (helping.numerator, helping.denominator, helping.basis) == (2, 12, "hand")
    assert town.value("helping_share_upper") == pytest.approx(4 / 12)
    # two screens 10, two assessments 80, one approval 20
    assert town.of("control_time_share").numerator == 110


def test_value_by_design() -> None:
    small = measured(
        """
        at      | when       | did | issue | design | minutes | value_work
        housing | 2024-01-01 | do  | roof  | old    | 75      | no
        housing | 2024-01-01 | do  | roof  | old    | 25      | yes
        housing | 2024-02-01 | do  | roof  | new    | 20      | no
        housing | 2024-02-01 | do  | roof  | new    | 80      | yes
        housing | 2024-02-01 | do  | roof  | new    | 99      |
        """
    )
    assert small.groups("value_share_time", "design") == {"new": 0.8, "old": 0.25}
    assert small.groups("hours_per_value_hour", "design") == {"new": 1.25, "old": 4}


def test_staff_and_documents(town: Measured) -> None:
    assert (town.value("staff_involved"), town.value("documents")) == (6, 6)


def test_staff_unknown_is_bounded_by_who_was_present_at_each_contact() -> None:
    small = measured(
        """
        at      | when       | did     | issue | contact_id | people_present
        housing | 2024-01-01 | meeting | roof  | m1         | 6
        housing | 2024-01-01 | record  | roof  | m1         | 6
        housing | 2024-02-01 | visit   | roof  |            | 2
        """
    )
    staff = small.of("staff_involved")
    assert staff.value == 8
    assert staff.note.startswith("At most")


def test_expertise_pulled_by_kind_and_month() -> None:
    small = measured(
        """
        at   | when       | did  | issue | staff_role | referred_to
        team | 2024-01-05 | pull | debt  | adviser    | advice
        team | 2024-01-20 | pull | debt  | adviser    |
        team | 2024-03-01 | pull | debt  | adviser    |
        team | 2024-02-01 | pull | drink |            | drug service
        team | 2024-03-02 | do   | debt  |            |
        """,
        window_end=date(2024, 5, 1),
    )
    assert small.groups("expertise_pulled", "expertise") == {"adviser": 3, "drug service": 1}
    assert small.groups("expertise_pulled_months_share", "expertise") == {"adviser": 0.5, "drug service": 0.25}
    assert small.value("helping_share_upper") == 1  # pull may help; refer does not
