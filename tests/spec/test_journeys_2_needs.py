"""Chapter 2: which need a row belongs to, and its end (R5, identity of R2)."""

from __future__ import annotations

from datetime import date

from spec.small_tables import column, follow


def test_a_need_closes_on_the_persons_word_alone() -> None:
    walked = follow(
        """
        id | at      | when       | did    | issue | outcome  | need_met
        1  | housing | 2024-01-01 | demand | roof  |          |
        2  | housing | 2024-01-05 | close  | roof  | closed   |
        3  | housing | 2024-02-01 | demand | roof  |          |
        4  | housing | 2024-02-10 | do     | roof  |          | yes
        """
    )
    assert column(walked.needs, "end_reason", "need_id") == {"P1/n1": "met"}
    assert walked.needs["duration"].to_pylist() == [40]
    assert walked.needs["closed_unmet"].to_pylist() == [True]


def test_asking_within_90_days_of_met_opens_the_need_again() -> None:
    text = """
        id | at      | when       | did    | issue | need_met
        1  | housing | 2024-01-01 | demand | roof  |
        2  | housing | 2024-01-02 | do     | roof  | yes
        3  | housing | {again}    | demand | roof  |
        """
    soon = follow(text.format(again="2024-04-01"))  # 90 days after 2 January
    assert column(soon.interactions, "need_id") == {"1": "P1/n1", "2": "P1/n1", "3": "P1/n1"}
    assert soon.needs["met_withdrawn"].to_pylist() == [1]
    assert column(soon.demands, "demand_type") == {"1": "value", "3": "failure"}
    later = follow(text.format(again="2024-04-02"))
    assert column(later.interactions, "need_id") == {"1": "P1/n1", "2": "P1/n1", "3": "P1/n2"}
    assert column(later.demands, "demand_type") == {"1": "value", "3": "value"}


def test_a_hand_linked_need_has_no_look_back_limit_and_begins_anew_long_after_met() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id | need_met
        1  | housing | 2020-01-01 | demand | N1      |
        2  | housing | 2023-01-01 | demand | N1      |
        3  | housing | 2023-01-02 | do     | N1      | yes
        4  | housing | 2024-01-02 | demand | N1      |
        """
    )
    assert column(walked.interactions, "need_id") == {"1": "N1", "2": "N1", "3": "N1", "4": "N1#2"}
    assert column(walked.demands, "demand_type") == {"1": "value", "2": "failure", "4": "value"}


def test_rows_join_the_need_with_an_issue_in_common_within_look_back() -> None:
    walked = follow(
        """
        id | at      | when       | did    | issue
        1  | housing | 2023-01-01 | demand | roof;damp
        2  | gp      | 2023-06-01 | demand | damp;cough
        3  | gp      | 2023-07-01 | demand | cough
        4  | council | 2023-07-02 | demand | tax
        5  | housing | 2024-07-02 | demand | roof
        """
    )
    assert column(walked.interactions, "need_id") == {
        "1": "P1/n1", "2": "P1/n1", "3": "P1/n1", "4": "P1/n2", "5": "P1/n3",
    }  # fmt: skip
    assert column(walked.needs, "issue", "need_id")["P1/n1"] == "cough;damp;roof"


def test_a_row_that_says_nothing_of_its_need_stands_with_its_contact_else_the_last_row_there() -> None:
    walked = follow(
        """
        id | at      | when             | did    | issue | contact_id
        1  | housing | 2024-01-01T09:00 | demand | roof  | c1
        2  | housing | 2024-01-01T09:05 | demand | tax   | c2
        3  | police  | 2024-01-01T09:10 | record |       | c1
        4  | housing | 2024-01-02T09:00 | assess |       |
        5  | gp      | 2024-01-02T10:00 | assess |       |
        6  | housing | 2024-01-03T09:00 | demand |       |
        """
    )
    assert column(walked.interactions, "need_id") == {
        "1": "P1/n1", "2": "P1/n2", "3": "P1/n1", "4": "P1/n2", "5": None, "6": None,
    }  # fmt: skip


def test_a_recorded_end_stands_over_the_rows() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | need_met
        1  | gp | 2024-01-01 | demand | N1      |
        2  | gp | 2024-01-05 | do     | N1      | yes
        3  | gp | 2024-02-01 | demand | N2      |
        """,
        needs="""
        need_id | person_id | opened_at  | ended_at   | end_reason
        N1      | P1        | 2024-01-01 | 2024-01-20 | moved_away
        N2      | P1        | 2024-02-01 |            |
        """,
    )
    assert column(walked.needs, "end_reason", "need_id") == {"N1": "moved_away", "N2": None}
    assert column(walked.needs, "duration", "need_id")["N1"] == 19


def test_nobody_asked_is_censored_at_the_last_row_from_the_persons_side() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | need_met
        1  | gp | 2024-01-01 | demand | N1      |
        2  | gp | 2024-01-11 | demand | N1      |
        3  | gp | 2024-01-21 | record | N1      |
        4  | gp | 2024-01-01 | demand | N2      |
        5  | gp | 2024-01-21 | record | N2      | no
        """,
        window_end=date(2024, 3, 1),
    )
    assert column(walked.needs, "never_asked", "need_id") == {"N1": True, "N2": False}
    assert column(walked.needs, "duration", "need_id") == {"N1": 10, "N2": 60}


def test_rows_known_to_the_month_or_year_take_part_in_order_but_not_in_durations() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | need_met
        1  | gp | 2024-01    | demand | N1      |
        2  | gp | 2024-02-01 | do     | N1      | yes
        """
    )
    assert walked.needs["end_reason"].to_pylist() == ["met"]
    assert walked.needs["duration"].to_pylist() == [None]


def test_resolved_at_first_contact() -> None:
    walked = follow(
        """
        id | who | at | when       | did    | need_id | need_met | outcome
        1  | A   | gp | 2024-01-01 | demand | NA      |          |
        2  | A   | gp | 2024-01-29 | do     | NA      | yes      |
        3  | B   | gp | 2024-01-01 | demand | NB      |          |
        4  | B   | gp | 2024-01-30 | do     | NB      | yes      |
        5  | C   | gp | 2024-01-01 | demand | NC      |          |
        6  | C   | gp | 2024-01-02 | screen | NC      |          | screened_out
        7  | C   | gp | 2024-01-03 | do     | NC      | yes      |
        8  | D   | gp | 2024-01-01 | demand | ND      |          |
        9  | D   | gp | 2024-01-02 | do     | ND      |          |
        """
    )
    assert column(walked.needs, "first_contact", "need_id") == {"NA": True, "NB": False, "NC": False, "ND": False}
    assert column(walked.needs, "first_contact_possible", "need_id")["ND"] is True


def test_crisis_after_asking_while_unmet() -> None:
    walked = follow(
        """
        id | at     | when       | did    | need_id | need_met | crisis
        1  | gp     | 2024-01-01 | demand | N1      |          |
        2  | police | 2024-01-15 | demand | N1      |          | yes
        3  | gp     | 2024-02-01 | do     | N1      | yes      |
        4  | police | 2024-02-10 | record | N1      |          | yes
        5  | police | 2024-03-01 | demand | N2      |          | yes
        """
    )
    assert column(walked.needs, "crisis_after_asking", "need_id") == {"N1": True, "N2": False}
    assert column(walked.needs, "crisis_days", "need_id")["N1"] == 14
