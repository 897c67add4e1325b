"""Linkage, chapter 1: what is joined by rule, what is never joined, and what stands above the rules (Stat 13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.linkage.cleaning import clean
from spec.linked_people import connection, linked


def test_a_recorded_person_id_stands() -> None:
    found = linked(
        """
        ref | agency  | person_id | name
        H1  | housing | P1        | Ros Ellery
        S7  | care    | P1        | R Marsh
        G9  | gp      | P2        | Ros Ellery
        """
    )
    assert found.ids == {"H1": "P1", "S7": "P1", "G9": "P2"}
    assert found.linked.method == "linked by hand-given ids"


def test_numbers_that_became_decimal_are_the_same_numbers() -> None:
    """Tables written by way of decimal numbers hold 9434765919.0 and 7700900123.0."""
    people = """
        ref | agency  | forename | surname | born       | nhs_number   | phone
        a   | gp      | Ros      | Ellery  | 1961-04-02 | 9434765919   | 07700 900123
        b   | housing | R        | Marsh   | 1961-04-02 | 9434765919.0 | 7700900123.0
        """
    found = linked(people)
    assert found.ids["a"] == found.ids["b"]
    con = connection(people)
    con.execute("CREATE TABLE link_refs AS SELECT row_number() OVER () AS node, agency, ref_key FROM people")
    clean(con)
    assert con.execute("SELECT DISTINCT phone FROM link_records").fetchall() == [("700900123",)]


def test_records_with_different_recorded_ids_are_never_joined() -> None:
    found = linked(
        """
        ref | person_id | forename | surname | born       | postcode | nhs_number
        a   | P1        | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        b   | P2        | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        c   |           | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        """
    )
    assert found.ids["a"] == "P1"
    assert found.ids["b"] == "P2"
    assert found.ids["c"] in ("P1", "P2")
    assert found.links["a", "b"][:2] == ("different", "rule")


def test_a_recorded_id_on_interactions_stands_too() -> None:
    found = linked(
        people="""
        ref | agency | forename
        H1  | gp     | Ros
        """,
        interactions="""
        ref | agency  | person_id
        H1  | housing | P1
        H1  | housing |
        H2  | housing |
        """,
    )
    assert found.ids == {"H1": "gp:H1", "H2": "housing:H2"} | {"H1": found.ids["H1"]}
    assert found.linked.references == 3


def test_without_names_or_numbers_nobody_is_linked() -> None:
    found = linked(
        """
        ref | agency  | household_id
        1   | housing | HH1
        2   | gp      | HH1
        """
    )
    assert found.ids == {"1": "housing:1", "2": "gp:2"}
    assert found.linked.method == "counted within agencies; true figures are higher"


@pytest.mark.parametrize(
    ("number_a", "number_b", "joined"),
    [
        ("943 476 5919", "9434765919", True),
        ("9434765919", "9434765870", False),  # both valid, and not the same
        ("9434765918", "9434765918", False),  # the check digit is wrong: no number at all
        ("0000000000", "0000000000", False),  # passes modulus 11, but a repeated digit is no number
        ("9991234567", "9991234567", False),  # printed in guidance, fails modulus 11
    ],
)
def test_the_same_nhs_number_joins(number_a: str, number_b: str, joined: bool) -> None:
    found = linked(
        f"""
        ref | agency  | forename | surname | nhs_number
        a   | housing | Ros      | Ellery  | {number_a}
        b   | gp      | Rosalind | Marsh   | {number_b}
        """
    )
    assert (found.persons == [["a", "b"]]) is joined


@pytest.mark.parametrize(
    ("number_a", "number_b", "joined"),
    [
        ("AB123456C", "ab 12 34 56 c", True),
        ("AB123456C", "AB123456", True),  # the suffix is often left out
        ("TN123456C", "TN123456C", False),  # temporary numbers identify nobody
        ("AB12345", "AB12345", False),
    ],
)
def test_the_same_national_insurance_number_joins(number_a: str, number_b: str, joined: bool) -> None:
    found = linked(
        f"""
        ref | agency  | surname | ni_number
        a   | housing | Ellery  | {number_a}
        b   | jobs    | Marsh   | {number_b}
        """
    )
    assert (found.persons == [["a", "b"]]) is joined


def test_another_id_joins_within_its_scheme_only() -> None:
    found = linked(
        """
        ref | agency | surname | other_ids
        a   | school | Ellery  | upn:A123456789012;library:77
        b   | care   | Marsh   | UPN: A123456789012
        c   | gym    | Pugh    | member:77
        """
    )
    assert found.persons == [["a", "b"], ["c"]]
    assert found.links["a", "b"] == ("same", "rule", "upn the same")


def test_a_number_that_two_clearly_different_people_give_joins_nobody() -> None:
    found = linked(
        """
        ref | forename | surname | born       | other_ids
        a   | Ros      | Ellery  | 1961-04-02 | card:1
        b   | Tom      | Okafor  | 1988-11-30 | card:1
        """
    )
    assert found.persons == [["a"], ["b"]]


def test_surname_birth_date_and_postcode() -> None:
    found = linked(
        """
        ref | agency  | forename | surname   | born       | postcode
        a   | housing | Ros      | O'Ellery  | 1961-04-02 | ST6 5AA
        b   | gp      |          | OELLERY   | 1961-04-02 | st65aa
        c   | police  | Ros      | O'Ellery  | 1961-04-02 | ST6 5AB
        d   | police  | Jane     | Pugh      | 1970-01-09 | ST6 5AA
        """
    )
    assert found.links["a", "b"] == ("same", "rule", "surname, birth date and postcode the same")
    assert found.links["a", "c"] == ("same", "rule", "surname and birth date the same, name similar")
    assert found.persons == [["a", "b", "c"], ["d"]]


def test_two_of_three_need_a_similar_name() -> None:
    found = linked(
        """
        ref | forename  | surname  | born       | postcode
        a   | Katherine | Ellery   | 1961-04-02 | ST6 5AA
        b   | Kathrine  | Ellery   | 1961-04-02 | B1 1AA
        c   | Katherine | Elleryy  | 1961-04-02 | ST6 5AA
        d   | Katherine | Ellery   | 1961-04-20 | ST6 5AA
        e   | Peter     | Ellery   | 1990-12-31 | ST6 5AA
        f   | Tom       | Ellery   | 1961-04-02 | B1 1AA
        """
    )
    assert found.persons == [["a", "b", "c"], ["d"], ["e"], ["f"]] or found.persons == [
        ["a", "b", "c", "d"], ["e"], ["f"],
    ]  # fmt: skip
    assert found.links["a", "b"][2] == "surname and birth date the same, name similar"
    assert found.links["a", "c"][2] == "birth date and postcode the same, name similar"


def test_nobody_is_joined_on_household_alone() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | address    | household_id | phone
        a   | housing | Jean     | Pugh    | 1950-02-01 | ST6 5AA  | 12 High St | HH1          | 01782 123456
        b   | gp      | Alan     | Pugh    | 1948-07-09 | ST6 5AA  | 12 High St | HH1          | 01782 123456
        c   | care    |          | Pugh    |            | ST6 5AA  | 12 High St | HH1          | 01782 123456
        """
    )
    assert found.persons == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(
    "household", ["household_id", "uprn", "address"], ids=["recorded household", "property number", "address"]
)
def test_twins_are_two_people(household: str) -> None:
    found = linked(
        f"""
        ref | agency | forename | surname | born       | {household}
        a   | school | Ben      | Okafor  | 2012-05-05 | 14 Mill Rd
        b   | gp     | Lucy     | Okafor  | 2012-05-05 | 14 Mill Road
        """.replace("Road", "Rd" if household != "address" else "Road")
    )
    assert found.persons == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("one", "other", "people"),
    [
        ("Ben,M", "Lucy,F", 2),
        ("Amy,F", "Ann,F", 2),
        ("Hassan,M", "Hussein,M", 2),
        ("Daniel,M", "Danielle,F", 2),  # alike, but a boy and a girl
        ("Carl,M", "Carla,F", 2),
        ("Mohammed,M", "Mohamed,M", 1),  # a spelling
        ("Jane,F", "Janet,F", 1),  # a longer form
        ("Bob,M", "Robert,M", 1),  # a familiar form
        ("Kasia,F", "Katarzyna,F", 1),  # in any language
        ("Yiannis,M", "Ioannis,M", 1),
        ("Md,M", "Muhammad,M", 1),
        ("J,F", "Jane,F", 1),  # an initial
        ("Anna Maria,F", "Maria Anna,F", 1),  # two forenames changed round
        ("Jane,M", "Jane,F", 1),  # a slip in the sex
    ],
)
def test_which_forenames_at_one_address_are_twins(one: str, other: str, people: int) -> None:
    (first, first_sex), (second, second_sex) = one.split(","), other.split(",")
    found = linked(
        f"""
        ref | agency | forename | sex          | surname | born       | postcode | address
        a   | school | {first}  | {first_sex}  | Okafor  | 2012-05-05 | ST6 5AA  | 14 Mill Rd
        b   | gp     | {second} | {second_sex} | Okafor  | 2012-05-05 | ST6 5AA  | 14 Mill Road
        """
    )
    assert len(found.persons) == people


def test_twins_stay_apart_though_a_third_record_fits_both() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | household_id
        a   | school  | Ben      | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        b   | gp      | Lucy     | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        c   | charity |          | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        """
    )
    assert found.ids["a"] != found.ids["b"]
    assert found.links["a", "b"] == (
        "different", "rule", "same household, surname and birth date, but different forenames",
    )  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("García", "García López"), ("Okafor", "Okafer"), ("Smith-Jones", "Smith")])
def test_twins_may_be_spelt_in_two_ways(one: str, other: str) -> None:
    found = linked(
        f"""
        ref | agency  | forename | surname | born       | postcode | household_id
        a   | school  | Ben      | {one}   | 2012-05-05 | ST6 5AA  | HH1
        b   | gp      | Lucy     | {other} | 2012-05-05 | ST6 5AA  | HH1
        c   | charity |          | {one}   | 2012-05-05 | ST6 5AA  | HH1
        """
    )
    assert found.ids["a"] != found.ids["b"]


def test_father_and_son_of_one_name_stay_apart_though_a_third_record_fits_both() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | address
        a   | housing | Yusuf    | Okafor  | 1958-06-27 | ST6 5AA  | 14 Mill Road
        b   | gp      | Yusuf    | Okafor  | 1984-02-11 | ST6 5AA  | 14 Mill Road
        c   | charity | Yusuf    | Okafor  |            | ST6 5AA  | 14 Mill Road
        """
    )
    assert found.ids["a"] != found.ids["b"]
    assert found.links["a", "b"] == ("different", "rule", "birth dates a generation apart, and no number in common")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1958-06-27", "1988-06-27"),  # one slip
        ("1958-06-27", "1979-06-27"),  # the same day and month
        ("1970-01-01", "1988-06-27"),  # what is written for an unknown day
        ("1958-06-27", "1969-02-11"),  # hardly parent and child
    ],
)
def test_births_that_may_be_one_persons_keep_nobody_apart(one: str, other: str) -> None:
    found = linked(
        f"""
        ref | agency  | forename | surname | born    | postcode | address
        a   | housing | Yusuf    | Okafor  | {one}   | ST6 5AA  | 14 Mill Road
        b   | gp      | Yusuf    | Okafor  | {other} | ST6 5AA  | 14 Mill Road
        c   | charity | Yusuf    | Okafor  |         | ST6 5AA  | 14 Mill Road
        """
    )
    assert len(found.persons) == 1


def test_data_that_replace_births_show_it_and_keep_nobody_apart() -> None:
    """Of three people with two births each, two have them nearer than any parent and child."""
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | address
        a   | housing | Yusuf    | Okafor  | 1958-06-27 | ST6 5AA  | 14 Mill Road
        b   | gp      | Yusuf    | Okafor  | 1984-02-11 | ST6 5AA  | 14 Mill Road
        c   | charity | Yusuf    | Okafor  |            | ST6 5AA  | 14 Mill Road
        d   | housing | Ros      | Ellery  | 1971-06-27 | ST1 1AA  | 2 Mill Road
        e   | gp      | Ros      | Ellery  | 1976-02-11 | ST1 1AA  | 2 Mill Road
        f   | housing | Zeb      | Quill   | 1980-06-27 | ST2 1AA  | 3 Mill Road
        g   | gp      | Zeb      | Quill   | 1989-02-11 | ST2 1AA  | 3 Mill Road
        """
    )
    assert found.ids["a"] == found.ids["b"]


def test_a_number_in_common_stands_over_birth_dates_a_generation_apart() -> None:
    found = linked(
        """
        ref | agency | forename | surname | born       | postcode | nhs_number
        a   | gp     | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        b   | care   | Ros      | Ellery  | 1989-11-30 | ST6 5AA  | 9434765919
        """
    )
    assert found.persons == [["a", "b"]]


def test_one_person_under_two_names_is_not_twins() -> None:
    found = linked(
        """
        ref | agency | forename | surname | born       | postcode | household_id
        a   | school | William  | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        b   | gp     | Bill     | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        c   | care   | W        | Okafor  | 2012-05-05 | ST6 5AA  | HH1
        """
    )
    assert found.persons == [["a", "b", "c"]]


def test_conflicting_numbers_keep_two_records_apart() -> None:
    found = linked(
        """
        ref | agency | forename | surname | born       | postcode | nhs_number
        a   | gp     | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        b   | care   | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765870
        """
    )
    assert found.persons == [["a"], ["b"]]
    assert found.links["a", "b"] == ("different", "rule", "the NHS number of the two conflict")


def test_conflicting_numbers_are_found_through_a_third_record() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | nhs_number
        a   | gp      | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765919
        b   | housing | Ros      | Ellery  | 1961-04-02 | ST6 5AA  |
        c   | care    | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 9434765870
        """
    )
    assert found.ids["a"] != found.ids["c"]
    assert found.ids["b"] in (found.ids["a"], found.ids["c"])


def test_several_names_and_addresses_of_one_reference_are_aliases() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | other_names      | born       | postcode
        a   | housing | Rosalind | Ellery  |                  | 1961-04-02 | ST6 5AA
        a   | housing | Rosalind | Marsh   |                  | 1961-04-02 | B1 1AA
        b   | gp      | Ros      | Marsh   |                  | 1961-04-02 | B1 1AA
        c   | care    | Kit      | Hall    | Marsh;Ros Ellery | 1961-04-02 | ST6 5AA
        """
    )
    assert found.persons == [["a", "b", "c"]]


def test_whole_names_read_both_ways_round() -> None:
    found = linked(
        """
        ref | agency  | name            | forename | surname | born       | postcode
        a   | housing | Mrs Ros Ellery  |          |         | 1961-04-02 | ST6 5AA
        b   | gp      | ELLERY, Ros     |          |         | 1961-04-02 | ST6 5AA
        c   | care    |                 | Ros      | Ellery  | 1961-04-02 | ST6 5AA
        """
    )
    assert found.persons == [["a", "b", "c"]]


@pytest.mark.parametrize("ref", ["NA", "null", "0", "None", "nan", ""])
def test_ids_that_look_missing_are_ids(ref: str) -> None:
    found = linked(f"ref | surname\n{ref or 'NULL'} | Pugh\nx | Marsh")
    assert found.ids[ref or "NULL"] == f"council:{ref or 'NULL'}"


def test_a_persons_decision_stands_above_rules_and_recorded_ids(tmp_path: Path) -> None:
    people = """
        ref | person_id | forename | surname | born       | postcode | nhs_number
        a   | P1        | Ros      | Ellery  | 1961-04-02 | ST6 5AA  |
        b   | P1        | Rosie    | Ellery  | 1988-06-30 | ST6 5AA  |
        c   |           | Sam      | Hall    | 1970-03-03 | B1 1AA   | 9434765919
        d   |           | Samira   | Hall    | 1970-03-03 | B1 1AA   | 9434765870
        e   |           | Jean     | Pugh    | 1950-02-01 | B2 2BB   |
        f   |           | Jean     | Pugh    | 1950-02-01 | B2 2BB   |
        """
    before = linked(people)
    assert before.persons == [["a", "b"], ["c"], ["d"], ["e", "f"]]
    after = linked(
        people,
        links="""
        agency_a | ref_a | agency_b | ref_b | judgement | by | when       | evidence
        council  | a     | council  | b     | different | tm | 2024-05-01 | mother and daughter
        council  | d     | council  | c     | same      | tm | 2024-05-01 |
        council  | e     | council  | f     | same      | tm | 2024-05-01 |
        council  | f     | council  | e     | unsure    | tm | 2024-05-02 |
        council  | f     | council  | gone  | same      | tm | 2024-05-02 |
        """,
        folder=tmp_path,
    )
    assert after.persons == [["a"], ["b"], ["c", "d"], ["e"], ["f"]]
    assert after.links["a", "b"] == ("different", "person", "mother and daughter")
    assert after.links["e", "f"][:2] == ("unsure", "person")
    assert after.linked.decisions_unused == 1


def test_what_a_person_joined_is_one_for_the_vetoes(tmp_path: Path) -> None:
    found = linked(
        """
        ref | forename | surname | born       | nhs_number
        a   | Ros      | Ellery  | 1961-04-02 | 9434765919
        b   | Ros      | Ellery  | 1961-04-02 | 9434765870
        c   | Ros      | Ellery  | 1961-04-02 | 9434765919
        """,
        links="""
        agency_a | ref_a | agency_b | ref_b | judgement | by | when       | evidence
        council  | a     | council  | b     | same      | tm | 2024-05-01 | the second number was a typing error
        """,
        folder=tmp_path,
    )
    assert found.persons == [["a", "b", "c"]]


def test_households_come_from_addresses_but_never_join() -> None:
    found = linked(
        """
        ref | agency  | forename | surname | born       | postcode | address             | household_id
        a   | housing | Jean     | Pugh    | 1950-02-01 | ST6 5AA  | 12 High St          |
        b   | gp      | Alan     | Pugh    | 1948-07-09 | st65aa   | 12, High Street     |
        c   | gp      | Kit      | Hall    | 1990-01-01 | ST6 5AA  | 14 High Street      |
        d   | gp      | Ros      | Ellery  | 1961-04-02 | ST6 5AA  | 14 High Street      | HH9
        e   | gp      | Sam      | Marsh   | 1980-04-02 |          | no fixed abode      |
        """
    )
    assert found.households == {
        "a": "home:gp:b", "b": "home:gp:b", "c": "home:gp:c", "d": "HH9", "e": None,
    }  # fmt: skip
    assert len(found.persons) == 5
