"""Chapter 1: demand and activity (R1)."""

from __future__ import annotations

from spec.small_tables import column, follow


def test_who_asks_decides_what_is_a_demand() -> None:
    walked = follow(
        """
        id | at      | when       | by           | did    | issue
        1  | housing | 2024-01-01 | person       | demand | roof
        2  | housing | 2024-01-02 | family       | demand | roof
        3  | housing | 2024-01-03 | third_party  |        | roof
        4  | housing | 2024-01-04 | anonymous    | demand | roof
        5  | housing | 2024-01-05 | other_agency | demand | roof
        6  | housing | 2024-01-06 | own_agency   | demand | roof
        7  | housing | 2024-01-07 | other_agency | assess | roof
        8  | housing | 2024-01-08 | own_agency   | do     | roof
        """
    )
    assert column(walked.interactions, "kind") == {
        "1": "demand", "2": "demand", "3": "demand", "4": "demand",
        "5": "referral_in", "6": "activity", "7": "referral_in", "8": "activity",
    }  # fmt: skip
    assert walked.demands["interaction_id"].to_pylist() == ["1", "2", "3", "4"]
    # an assessment begun by another agency is both a referral in and an activity; a demand row by it is not
    assert [key for key, yes in column(walked.interactions, "is_activity").items() if yes] == ["6", "7", "8"]


def test_the_same_words_again_that_day_are_an_echo() -> None:
    walked = follow(
        """
        id | at      | when             | did    | issue | words
        1  | housing | 2024-01-01T09:00 | demand | roof  | The roof leaks!
        2  | housing | 2024-01-01T09:30 | demand | roof  | the  ROOF leaks
        3  | housing | 2024-01-01T10:00 | demand | damp  | The roof leaks!
        4  | housing | 2024-01-02T09:00 | demand | roof  | The roof leaks!
        5  | police  | 2024-01-01T09:10 | demand | roof  | The roof leaks!
        """
    )
    assert [key for key, yes in column(walked.interactions, "echo").items() if yes] == ["2"]
    assert sorted(walked.demands["interaction_id"].to_pylist()) == ["1", "3", "4", "5"]


def test_one_event_logged_by_two_agencies_under_one_contact_is_one_demand_and_two_rows_of_work() -> None:
    walked = follow(
        """
        id | at           | when             | did    | issue | contact_id
        1  | police       | 2024-01-01T01:00 | demand | abuse | call-1
        2  | out_of_hours | 2024-01-01T01:20 | demand | abuse | call-1
        3  | out_of_hours | 2024-01-01T01:40 | demand | debt  | call-1
        """
    )
    assert column(walked.interactions, "counts_as_demand") == {"1": True, "2": False, "3": True}
    assert walked.interactions.num_rows == 3


def test_ids_such_as_na_null_and_0_are_ids() -> None:
    walked = follow(
        """
        id   | who  | at  | when       | did    | issue | need_id
        NA   | null | gp  | 2024-01-01 | demand | ear   | 0
        null | 0    | gp  | 2024-01-01 | demand | ear   | NA
        0    | NA   | gp  | 2024-01-01 | demand | ear   | null
        """
    )
    assert column(walked.needs, "need_id", "person_id") == {"null": "0", "0": "NA", "NA": "null"}


def test_rows_tie_by_seq_then_rank_then_id_as_text() -> None:
    walked = follow(
        """
        id | at | when       | did    | seq
        10 | gp | 2024-01-01 | close  |
        9  | gp | 2024-01-01 | demand |
        8  | gp | 2024-01-01 | close  | 2
        7  | gp | 2024-01-01 | demand | 3
        b  | gp | 2024-01-02 | assess |
        a  | gp | 2024-01-02 | assess |
        """
    )
    assert walked.interactions["interaction_id"].to_pylist() == ["8", "7", "9", "10", "a", "b"]


def test_what_somebody_asked_stands_before_the_work_of_that_day_though_no_activity_was_written() -> None:
    walked = follow(
        """
        id | at | when       | did    | by         | issue | outcome
        1  | gp | 2024-01-01 | close  | own_agency | ear   | closed
        2  | gp | 2024-01-01 | assess | own_agency | ear   |
        3  | gp | 2024-01-01 |        | family     | ear   |
        4  | gp | 2024-01-01 |        | own_agency | ear   |
        """
    )
    assert walked.interactions["interaction_id"].to_pylist() == ["3", "2", "1", "4"]
    assert walked.cycles["interactions"].to_pylist()[0] == ["3", "2", "1"]
