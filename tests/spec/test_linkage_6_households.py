"""Whose household: each agency numbers its own, and those that share a person are one."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.linkage.households import LARGEST_HOUSEHOLD
from spec.linked_people import linked
from spec.small_folders import lines, read_again, read_folder

PEOPLE = """
    person_ref,agency,person_id,household_id
    T1,housing,,12
    S1,school,,12
    T2,housing,P2,12
    S2,school,P2,12
    T3,housing,,
"""


def test_the_number_of_a_household_is_its_agencys_own_unless_the_row_says_whom_it_means(tmp_path: Path) -> None:
    # given: two agencies with a household 12 each, and somebody whom both rows name, as people who linked by hand do
    files = {"people.csv": PEOPLE, "interactions.csv": "person_ref,agency,started_at\nT1,housing,2024-01-02"}
    read = read_folder(tmp_path, files)
    # then
    assert read.rows("person_ref, household_id", "people", "person_ref") == [
        "S1 | school:12", "S2 | 12", "T1 | housing:12", "T2 | 12", "T3 |",
    ]  # fmt: skip


def test_the_number_of_a_household_of_personal_data_is_a_keyed_hash(tmp_path: Path) -> None:
    files = {"people.csv": PEOPLE, "interactions.csv": "person_ref,agency,started_at\nT1,housing,2024-01-02"}
    folder = tmp_path / "study"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(lines(text))
    found = dict(read_again(folder, tmp_path / "work").con.execute(
        "SELECT person_ref, household_id FROM people"
    ).fetchall())  # fmt: skip
    assert len(found["T1"]) == 64
    assert found["T1"] != found["S1"]
    assert found["T2"] == found["S2"] != found["T1"]
    assert found["T3"] is None


def test_households_of_two_agencies_that_share_a_person_are_one() -> None:
    # given: Jean is in both; Alan only in housing's, Kit only in the school's; 9 is of other people
    found = linked(
        """
        ref | agency  | person_id | household_id
        a1  | housing | jean      | housing:12
        a2  | housing | alan      | housing:12
        b1  | school  | jean      | school:7
        b2  | school  | kit       | school:7
        b3  | school  | sam       | school:9
        c1  | gp      | kit       |
        """
    )
    # then: one household, which is also Kit's where the surgery names none
    assert found.households == {
        "a1": "housing:12", "a2": "housing:12", "b1": "housing:12", "b2": "housing:12", "b3": "school:9",
        "c1": "housing:12",
    }  # fmt: skip


@pytest.mark.parametrize("more", [0, 1])
def test_two_households_become_none_too_large_to_be_one(more: int) -> None:
    # given: two agencies' households with one person in both, as many as may live in one home or one more
    rows = [f"a{at} | housing | p{at} | housing:1" for at in range(LARGEST_HOUSEHOLD - 3 + more)]
    rows += [f"b{at} | school | p{at} | school:1" for at in (0, 50, 51, 52)]
    found = linked("\n".join(["ref | agency | person_id | household_id", *rows]))
    assert (found.households["b0"] == found.households["a0"]) == (more == 0)


def test_two_households_of_one_agency_stay_two_where_somebody_moved() -> None:
    # given: Jean moved from housing's 1 to housing's 2 and has a reference in both; the school knows her in its 7
    found = linked(
        """
        ref | agency  | person_id | household_id
        a1  | housing | jean      | housing:1
        a2  | housing | jean      | housing:2
        a3  | housing | alan      | housing:1
        a4  | housing | kit       | housing:2
        b1  | school  | jean      | school:7
        b2  | school  | sam       | school:7
        c1  | gp      | alan      |
        """
    )
    # then: the agency itself says that they are two, and nothing tells which of them the school's is
    assert found.households == {
        "a1": "housing:1", "a2": "housing:2", "a3": "housing:1", "a4": "housing:2", "b1": "school:7",
        "b2": "school:7", "c1": "housing:1",
    }  # fmt: skip


def test_movers_do_not_make_one_household_of_many() -> None:
    # given: six homes one after the other, each tied to the next by somebody whom two agencies know in different ones
    rows = []
    for at in range(5):
        rows += [f"a{at} | housing | mover{at} | housing:{at}", f"b{at} | school | mover{at} | school:{at}"]
        rows += [f"c{at} | school | stayer{at} | school:{at}", f"d{at} | housing | stayer{at} | housing:{at + 1}"]
    found = linked("\n".join(["ref | agency | person_id | household_id", *rows]))
    assert len(set(found.households.values())) == 11


def test_an_agency_called_home_has_households_like_any_other() -> None:
    found = linked(
        """
        ref | agency | person_id | household_id
        a1  | home   | jean      | home:1
        b1  | school | jean      | school:7
        b2  | school | kit       | school:7
        """
    )
    assert set(found.households.values()) == {"home:1"}
