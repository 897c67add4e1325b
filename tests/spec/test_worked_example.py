"""The first page of the manual: twenty rows, and every answer that section 5.2 of the specification works out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from personshaped.study import study

Figures = dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def findings(golden: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "study"
    shutil.copytree(golden, folder)
    return study(folder).findings


@pytest.fixture(scope="module")
def expected(golden: Path) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((golden / "expected.json").read_text(encoding="utf-8"))
    return answers


@pytest.fixture(scope="module")
def figures(findings: Path) -> Figures:
    """The headline row of each figure: the first of (name, by, group), periods left aside."""
    found: Figures = {}
    for row in pq.read_table(findings / "figures.parquet").to_pylist():
        if not row["period"]:
            found.setdefault((row["name"], row["by"], row["group"]), row)
    return found


COUNTS = (
    "interactions", "activities", "demands", "referrals_in", "value_demands", "failure_demands", "failure_demand_share",
    "known_share_system", "known_share_agency", "known_share_unlinked", "front_doors_listed", "cycles", "cycles_open",
    "cycles_per_person", "re_entries", "needs_open", "needs_never_asked", "minutes", "value_share_time",
    "hours_per_value_hour", "documents", "staff_involved", "cost", "assess_refer_cost_share_narrow",
)  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_figures_that_are_one_number(name: str, figures: Figures, expected: dict[str, Any]) -> None:
    assert figures[name, "", ""]["value"] == pytest.approx(expected[name], abs=1e-6)


SHARES = {
    "assess_refer_share": "assess_refer_share",
    "assessment_without_service_share": "assessment_without_service_share",
    "screened_out_share_screens": "screened_out_screens",
    "approval_rate": "approval_rate",
    "fcr_needs": "fcr_needs",
    "fcr_demands": "fcr_demands",
    "helping_share": "helping_share",
    "helping_share_upper": "helping_share_upper",
}


@pytest.mark.parametrize(("name", "answer"), SHARES.items())
def test_shares_with_what_they_are_out_of(name: str, answer: str, figures: Figures, expected: dict[str, Any]) -> None:
    row = figures[name, "", ""]
    assert [row["numerator"], row["denominator"]] == expected[answer]


BROKEN_DOWN = {
    ("failure_kind_share", "failure_kind", "numerator"): "failure_kind",
    ("demands_by_agency", "agency", "value"): "demands_by_agency",
    ("cost_by_agency", "agency", "value"): "cost_by_agency",
    ("cost", "activity", "value"): "cost_by_activity",
    ("work_arriving", "agency", "value"): "H",
    ("work_from_outside", "agency", "value"): "V",
}


@pytest.mark.parametrize(("key", "answer"), BROKEN_DOWN.items())
def test_figures_broken_down(
    key: tuple[str, str, str], answer: str, figures: Figures, expected: dict[str, Any]
) -> None:
    name, by, part = key
    found = {group: row[part] for (one, how, group), row in figures.items() if (one, how) == (name, by)}
    assert found == pytest.approx(expected[answer])


def test_the_interval_of_the_failure_demand_share(figures: Figures, expected: dict[str, Any]) -> None:
    row = figures["failure_demand_share", "", ""]
    assert [row["low"], row["high"]] == pytest.approx(expected["failure_demand_share_wilson"], abs=1e-4)
    assert row["basis"] == "hand"


def test_the_rules_alone_find_the_same_five(findings: Path) -> None:
    demands = pq.read_table(findings / "tables" / "demands.parquet").to_pylist()
    assert {row["interaction_id"] for row in demands if row["rule_type"] == "failure"} == {"3", "6", "12", "17", "19"}
    kinds = {row["interaction_id"]: row["rule_kind"] for row in demands if row["rule_kind"]}
    assert kinds == {
        "3": "representation", "6": "progress_chase", "12": "representation", "17": "other_agency_error",
        "19": "progress_chase",
    }  # fmt: skip
    assert [row["interaction_id"] for row in demands if row["wrong_door"]] == ["3"]


def test_the_cycles_letter_by_letter(findings: Path, expected: dict[str, Any]) -> None:
    cycles = pq.read_table(findings / "tables" / "cycles.parquet").to_pylist()
    found = [[row["need_id"], row["agency"], row["sequence"], row["ended"]] for row in cycles if row["counts"]]
    assert sorted(found) == sorted(expected["cycles_detail"])


def test_episodes_agencies_and_costs_by_person(findings: Path, expected: dict[str, Any]) -> None:
    persons = {row["person_id"]: row for row in pq.read_table(findings / "tables" / "persons.parquet").to_pylist()}
    for column, answer in (
        ("episodes", "system_episodes"),
        ("agencies", "agencies_per_person"),
        ("cost", "cost_by_person"),
    ):
        assert {person: row[column] for person, row in persons.items()} == pytest.approx(expected[answer])
    assert persons["P1"]["staff"] == expected["staff_involved_P1"]


def test_who_passes_to_whom(findings: Path, figures: Figures, expected: dict[str, Any]) -> None:
    found = {group: row["value"] for (name, _, group), row in figures.items() if name == "failure_demand_after"}
    assert found == {f"{a}>{b}": n for a, b, n in expected["failure_matrix"]}
    sent = {group: row["value"] for (name, _, group), row in figures.items() if name == "referrals_received"}
    assert sent == {f"{a}>{b}": n for a, b, n in expected["referral_matrix"]}


def test_when_needs_are_met(figures: Figures, expected: dict[str, Any]) -> None:
    assert figures["needs_met_share", "days", "28"]["value"] == pytest.approx(0.25)
    assert figures["needs_met_share", "days", "90"]["value"] == pytest.approx(0.75)
    assert figures["time_to_need_met", "", ""]["value"] == expected["km_median"]
    bounds = [figures[name, "", ""]["value"] for name in ("needs_met_bound_low", "needs_met_bound_high")]
    assert bounds == expected["met_bounds"]


def test_cost_wanted_concentration_and_approval(figures: Figures, expected: dict[str, Any]) -> None:
    assert figures["top_share_cost", "q", "1%"]["value"] == pytest.approx(expected["top1_cost_share"])
    assert figures["top_share_demand", "q", "1%"]["value"] == pytest.approx(expected["top1_demand_share"])
    assert figures["cost_wanted", "", ""]["value"] == expected["cost_wanted_P1"]
    assert figures["cost_gap", "", ""]["value"] == pytest.approx(expected["cost_gap_P1"])
    assert figures["approval_delay", "", ""]["value"] == expected["approval_delay_days"]
    assert figures["assess_refer_cost_share", "", ""]["value"] == pytest.approx(
        expected["assess_refer_cost_share_with_approve"]
    )
    assert figures["front_doors_used", "", ""]["value"] == expected["front_doors_used_by_demand"]


def test_what_the_data_cannot_say_is_refused_by_name(figures: Figures) -> None:
    refused = figures["crisis_share", "", ""]
    assert refused["value"] is None
    assert "crisis" in refused["note"]
