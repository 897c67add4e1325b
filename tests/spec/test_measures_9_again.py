"""Chapter 18: the same figures under other thresholds of linkage (Stat 13) and other look-backs (R2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.csv
import pytest

from personshaped.study import study
from personshaped.study.looking import figure
from spec.study_folders import PUBLISHED, folder

# One woman known to housing and the surgery, joined by name, birth date and postcode: a rule worth 0.98, so that a
# threshold of 0.99 takes her apart. She asks housing, and asks the surgery for the same 20 and then 100 days later.
STUDY = f"""[study]
name = "Two desks"
purpose = "Help me to live my life well"
window = ["2023-01-01", "2024-01-01"]

{PUBLISHED}"""
PEOPLE = """
agency  | person_ref | forename | surname | born       | postcode
housing | H1         | Rosalind | Ellery  | 1961-04-02 | ST6 5AA
gp      | G1         | Rosalind | Ellery  | 1961-04-02 | ST6 5AA
advice  | A1         | Idris    | Bevan   | 1950-11-30 | ST4 2QQ
housing | H2         | Wen      | Okafor  | 1988-06-17 | ST1 3AB
"""
ROWS = """
agency  | person_ref | started_at       | initiated_by | activity | issue
advice  | A1         | 2021-01-04T09:00 | person       | demand   | benefits
housing | H1         | 2021-02-01T09:00 | own_agency   | record   |
housing | H2         | 2023-02-01T09:00 | own_agency   | record   |
gp      | G1         | 2021-02-02T09:00 | own_agency   | record   |
housing | H1         | 2023-03-01T09:00 | person       | demand   | stairs
housing | H1         | 2023-03-02T09:00 |              | assess   | stairs
gp      | G1         | 2023-03-21T09:00 | person       | demand   | stairs
gp      | G1         | 2023-06-29T09:00 | person       | demand   | stairs
"""


@pytest.fixture(scope="module")
def two_desks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder(tmp_path_factory.mktemp("desks"), study_toml=STUDY, people_csv=PEOPLE, interactions_csv=ROWS)
    study(made)
    return made


@pytest.fixture(scope="module")
def figures(two_desks: Path) -> list[dict[str, Any]]:
    """Every row of figures.csv."""
    return pyarrow.csv.read_csv(two_desks / "findings" / "figures.csv").to_pylist()


def _by(figures: list[dict[str, Any]], name: str, by: str) -> dict[str, list[float]]:
    return {
        str(one["group"]): [one["numerator"], one["denominator"]]
        for one in figures
        if one["name"] == name and one["by"] == by
    }


def test_the_share_known_to_some_agency_turns_on_the_threshold(figures: list[dict[str, Any]]) -> None:
    joined, apart = [2, 3], [1, 3]  # apart, the surgery has not seen her within a year of 21 March
    known = _by(figures, "known_share_system", "link_threshold")
    assert known == {"0.5": joined, "0.8": joined, "0.95": joined, "0.99": apart}


def test_the_failure_share_turns_on_how_far_back_we_look(figures: list[dict[str, Any]]) -> None:
    shares = _by(figures, "failure_demand_share_by_look_back", "look_back")
    # 20 and 100 days after the demand before: the second is forgotten by a memory of less than 100 days
    assert [shares[days][0] for days in ("30", "60", "90", "180", "365", "730")] == [1, 1, 1, 2, 2, 2]


def test_linked_records_never_say_that_none_are_linked(two_desks: Path, figures: list[dict[str, Any]]) -> None:
    assert not [one["name"] for one in figures if "no records are linked" in (one["note"] or "")]
    # nor do the figures of two people of whom each is known to one agency only
    looked = figure(two_desks, None, "cycles_per_person", None, ["advice:A1", "housing:H2"], rows=False)
    assert not [one.note for one in looked.found if "no records are linked" in one.note]
