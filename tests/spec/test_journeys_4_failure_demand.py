"""Chapter 4: value and failure demand (R2), attribution (R8), already known (M020)."""

from __future__ import annotations

from datetime import date

from spec.small_tables import column, follow


def test_the_first_demand_for_a_need_is_value_however_badly_it_was_answered() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id | outcome
        1  | housing | 2024-01-01 | demand | N1      | nfa
        2  | housing | 2024-01-20 | demand | N1      |
        3  | gp      | 2024-01-21 | demand | N2      |
        """
    )
    assert column(walked.demands, "demand_type") == {"1": "value", "2": "failure", "3": "value"}
    assert column(walked.demands, "rule") == {"1": "first", "2": "R2b", "3": "first"}


def test_the_most_specific_rule_names_the_kind() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id | words
        1  | housing | 2024-01-01 | demand | N1      | the roof leaks
        2  | housing | 2024-01-02 | assess | N1      |
        3  | housing | 2024-01-10 | demand | N1      | what is happening
        4  | housing | 2024-01-11 | demand | N1      | you lost the photographs
        5  | housing | 2024-01-12 | demand | N1      | benefits made a mistake with the money
        6  | police  | 2024-01-13 | demand | N1      | it is still leaking
        """
    )
    assert column(walked.demands, "rule") == {"1": "first", "3": "R2a", "4": "R2d", "5": "R2e", "6": "R2b"}
    assert column(walked.demands, "failure_kind") == {
        "1": None, "3": "progress_chase", "4": "rework", "5": "other_agency_error", "6": "representation",
    }  # fmt: skip


def test_a_letter_by_the_agency_makes_the_next_asking_rework() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id
        1  | housing | 2024-01-01 | demand | N1
        2  | housing | 2024-01-02 | letter | N1
        3  | housing | 2024-01-03 | demand | N1
        4  | gp      | 2024-01-04 | demand | N1
        """
    )
    assert column(walked.demands, "rule") == {"1": "first", "3": "R2d", "4": "R2b"}


def test_another_agencys_error_may_be_a_first_demand() -> None:
    walked = follow(
        """
        id | at     | when       | did    | need_id | caused_by
        1  | advice | 2024-01-01 | demand | N1      | benefits
        2  | advice | 2024-06-01 | demand | N1      | benefits
        """
    )
    assert column(walked.demands, "rule") == {"1": "R2e", "2": "R2b"}
    assert column(walked.demands, "after_agency") == {"1": "benefits", "2": "benefits"}


def test_wrong_door_is_a_part_of_representation() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id | outcome      | reason     | referred_to
        1  | housing | 2024-01-01 | demand | N1      |              |            |
        2  | housing | 2024-01-01 | screen | N1      | screened_out | not_for_us |
        3  | gp      | 2024-01-05 | demand | N1      |              |            |
        4  | gp      | 2024-01-05 | screen | N1      | screened_out | no_capacity|
        5  | police  | 2024-01-09 | demand | N1      |              |            |
        """
    )
    assert column(walked.demands, "wrong_door") == {"1": False, "3": True, "5": False}
    assert column(walked.demands, "failure_kind") == {"1": None, "3": "representation", "5": "representation"}


def test_a_hand_code_always_wins_unless_a_rule_wrote_it() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | demand_type | failure_kind | coded_by
        1  | gp | 2024-01-01 | demand | N1      | failure     |              | tm
        2  | gp | 2024-01-09 | demand | N1      | failure     |              | tm
        3  | gp | 2024-01-10 | demand | N1      | failure     | wrong_door   | tm
        4  | gp | 2024-01-11 | demand | N1      | value       |              |
        5  | gp | 2024-01-12 | demand | N1      | unsure      |              | tm
        6  | gp | 2024-01-13 | demand | N1      | value       |              | rule:R2@1
        """
    )
    assert column(walked.demands, "demand_type") == {
        "1": "failure", "2": "failure", "3": "failure", "4": "value", "5": "unclassifiable", "6": "failure",
    }  # fmt: skip
    assert column(walked.demands, "failure_kind") == {
        "1": "unknown", "2": "representation", "3": "representation", "4": None, "5": None, "6": "representation",
    }  # fmt: skip
    assert column(walked.demands, "rule_type") == {
        "1": "value", "2": "failure", "3": "failure", "4": "failure", "5": "failure", "6": "failure",
    }  # fmt: skip


def test_only_demands_with_a_year_of_the_agencys_history_behind_them_are_classified() -> None:
    walked = follow(
        """
        id | who | at | when       | did    | need_id | demand_type
        1  | A   | gp | 2022-01-01 | demand | NA      |
        2  | B   | gp | 2022-12-31 | demand | NB      |
        3  | C   | gp | 2023-01-01 | demand | NC      |
        4  | D   | gp | 2022-06-01 | demand | ND      | value
        """,
        history_complete=False,
    )
    assert column(walked.demands, "rule") == {"1": "burn_in", "2": "burn_in", "3": "first", "4": "hand"}
    assert column(walked.demands, "classifiable") == {"1": False, "2": False, "3": True, "4": True}


def test_without_need_issue_or_service_only_chase_rework_and_error_can_be_told() -> None:
    walked = follow(
        """
        id | at | when       | did    | words
        1  | gp | 2024-01-01 | demand | my ear hurts
        2  | gp | 2024-01-02 | assess |
        3  | gp | 2024-01-03 | demand | any news
        4  | gp | 2024-08-03 | demand | my ear hurts
        """
    )
    assert column(walked.demands, "rule") == {"1": "no_identity", "3": "R2a", "4": "no_identity"}


def test_an_expected_repeat_is_value_demand() -> None:
    walked = follow(
        """
        id | at | when       | did    | issue
        1  | gp | 2024-01-01 | demand | repeat prescription
        2  | gp | 2024-02-01 | demand | repeat prescription
        """,
        expected_repeat=("repeat prescription",),
    )
    assert column(walked.demands, "rule") == {"1": "first", "2": "expected_repeat"}
    assert column(walked.demands, "demand_type") == {"1": "value", "2": "value"}


def test_failure_demand_arrives_after_the_last_holder() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id | outcome
        1  | housing | 2024-01-01 | demand | N1      |
        2  | gp      | 2024-01-02 | assess | N1      | need_met
        3  | housing | 2024-01-10 | demand | N1      |
        4  | police  | 2024-01-11 | demand | N1      |
        """
    )
    # the gp's cycle ended met before row 3, so the holder is still housing
    assert column(walked.demands, "after_agency") == {"1": None, "3": "housing", "4": "housing"}


def test_known_means_an_earlier_row_strictly_before_in_another_contact_within_look_back() -> None:
    walked = follow(
        """
        id | at      | when             | did    | issue | contact_id | person_ref
        1  | gp      | 2022-01-01       | record | a     |            | g1
        2  | gp      | 2023-01-01       | demand | a     | c1         | g1
        3  | gp      | 2023-01-01       | demand | b     | c1         | g1
        4  | housing | 2023-01-01T09:00 | demand | c     |            | h1
        5  | housing | 2024-01-01       | demand | d     |            | h2
        6  | gp      | 2025-06-01       | demand | e     |            | g1
        """
    )
    assert column(walked.demands, "known_system") == {"2": True, "3": True, "4": True, "5": True, "6": False}
    assert column(walked.demands, "known_agency") == {"2": True, "3": True, "4": False, "5": True, "6": False}
    assert column(walked.demands, "known_unlinked") == {"2": True, "3": True, "4": False, "5": False, "6": False}
    assert column(walked.demands, "known_ever") == {"2": True, "3": True, "4": True, "5": True, "6": True}


def test_rows_from_the_cut_on_are_unseen_and_rows_before_the_window_are_history() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id
        1  | gp | 2023-12-01 | demand | N1
        2  | gp | 2024-01-01 | demand | N1
        3  | gp | 2024-02-01 | demand | N1
        """,
        window_start=date(2024, 1, 1),
        window_end=date(2024, 2, 1),
    )
    assert column(walked.demands, "rule") == {"2": "R2b"}
    assert column(walked.interactions, "in_window") == {"1": False, "2": True, "3": False}
    assert walked.needs["in_cohort"].to_pylist() == [False]  # opened before the window, open at the cut
