"""The naive rules on the worked example (section 5): the answers worked by hand, without the production code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generative.log import Row, extract_starts, interaction, plain, read_csv, recorded_need
from generative.naive_tables import derive
from personshaped.settings import Settings

SETTINGS = Settings(
    window_start=date(2024, 1, 1), window_end=date(2024, 4, 1), window_declared=True, history_complete=True
)


def twenty_rows(golden: Path, *, hand_coded: bool = True) -> dict[str, list[Row]]:
    who = {(row["agency"], row["person_ref"]): row["person_id"] for row in read_csv(golden / "people.csv", "people")}
    rows = [interaction(row) for row in read_csv(golden / "interactions.csv")]
    for row in rows:
        row["person_id"] = who[row["agency"], row["person_ref"]]
        if not hand_coded:
            row["demand_type"] = row["failure_kind"] = None
    needs = [recorded_need(row) for row in read_csv(golden / "needs.csv", "needs")]
    return derive(rows, needs, extract_starts(rows), plain(SETTINGS))


@pytest.fixture(scope="module")
def derived(golden: Path) -> dict[str, list[Row]]:
    return twenty_rows(golden)


def test_demands_and_their_kinds(derived: dict[str, list[Row]]) -> None:
    kinds = {row["interaction_id"]: row["failure_kind"] for row in derived["demands"]}
    assert kinds == {
        "1": None, "3": "representation", "6": "progress_chase", "12": "representation",
        "15": None, "17": "other_agency_error", "19": "progress_chase", "20": None,
    }  # fmt: skip
    assert {row["interaction_id"] for row in derived["demands"] if row["wrong_door"]} == {"3"}


def test_the_rules_give_the_same_five(golden: Path) -> None:
    rules = {row["interaction_id"]: row["rule"] for row in twenty_rows(golden, hand_coded=False)["demands"]}
    assert rules == {
        "1": "first", "3": "R2b", "6": "R2a", "12": "R2b", "15": "first", "17": "R2e", "19": "R2a", "20": "first",
    }  # fmt: skip


def test_known_before(derived: dict[str, list[Row]]) -> None:
    asked = derived["demands"]
    assert [row["interaction_id"] for row in asked if row["known_system"]] == ["3", "6", "12", "19"]
    assert [row["interaction_id"] for row in asked if row["known_agency"]] == ["6", "12", "19"]
    assert [row["interaction_id"] for row in asked if row["known_unlinked"]] == ["6", "12", "19"]


def test_after_whom(derived: dict[str, list[Row]]) -> None:
    after = {row["interaction_id"]: row["after_agency"] for row in derived["demands"] if row["after_agency"]}
    assert after == {"3": "housing", "6": "adult_social_care", "12": "gp", "17": "benefits", "19": "advice"}
    assert next(row["after_root"] for row in derived["demands"] if row["interaction_id"] == "19") == "benefits"


def test_cycles(derived: dict[str, list[Row]]) -> None:
    counted = [
        (row["need_id"], row["agency"], row["sequence"], row["ended"], row["class"])
        for row in derived["cycles"]
        if row["counts"]
    ]
    assert counted == [
        ("N1", "housing", "QS", "screened_out", "assess-only"),
        ("N1", "adult_social_care", "QSAqxR", "referred", "assess-refer"),
        ("N1", "gp", "ADC", "nfa", "assess-do"),
        ("N1", "adult_social_care", "QDC", "need_met", "do"),
        ("N2", "housing", "QD", "need_met", "do"),
        ("N3", "advice", "QDq", "open", "do"),
    ]
    assert [row["approval_days"] for row in derived["cycles"] if row["approval"]] == [12]


def test_episodes(derived: dict[str, list[Row]]) -> None:
    system = [row["person_id"] for row in derived["episodes"] if row["kind"] == "system"]
    assert system == ["P1", "P1", "P1", "P2", "P3", "P4"]


def test_needs(derived: dict[str, list[Row]]) -> None:
    found = {row["need_id"]: (row["duration"], row["event"], row["never_asked"]) for row in derived["needs"]}
    assert found == {
        "N1": (77, "met", False),
        "N2": (0, "met", False),
        "N3": (19, "censored", True),
        "N4": (10, "moved_away", False),
    }
    first_contact = [row["first_contact"] for row in derived["needs"]]
    eligible = [row["first_contact_eligible"] for row in derived["needs"]]
    assert first_contact == [False, True, False, False]
    assert eligible == [True, True, True, False]


def test_referrals(derived: dict[str, list[Row]]) -> None:
    sent = [(row["from_agency"], row["to_agency"], row["sent_id"], row["received_id"]) for row in derived["referrals"]]
    assert sent == [("adult_social_care", "gp", "8", "9")]
