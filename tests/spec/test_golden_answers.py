"""The answers of section 5.2 that are not figures of the twenty rows' study, each read from `golden/expected.json`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from personshaped.statistics.completeness import two_sources
from personshaped.statistics.incidence import incidence, survival
from personshaped.statistics.misclassified import rogan_gladen
from spec.measured import Measured, measured, worked_example


@pytest.fixture(scope="module")
def answers(golden: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((golden / "expected.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


@pytest.mark.parametrize(
    ("answer", "figure"), [("H", "work_arriving"), ("V", "work_from_outside"), ("multiplier", "multiplier")]
)
def test_propagation(town: Measured, answers: dict[str, Any], answer: str, figure: str) -> None:
    assert town.groups(figure, "agency") == pytest.approx(answers[answer])


def test_spectral_radius(town: Measured, answers: dict[str, Any]) -> None:
    assert town.value("spectral_radius") == pytest.approx(answers["spectral_radius"], abs=1e-6)


def test_work_if_housing_resolved_all_it_handles(town: Measured, answers: dict[str, Any]) -> None:
    fall = town.groups("demand_prevented_elsewhere", "from>to")
    left = {name: work - (fall.get(f"housing>{name}") or 0) for name, work in answers["H"].items()}
    assert left == pytest.approx(answers["H_if_housing_resolves"])


def test_the_share_behind_a_counted_one(answers: dict[str, Any]) -> None:
    one = answers["rogan_gladen"]
    assert rogan_gladen(one["p"], one["se"], one["sp"]) == pytest.approx(one["corrected"], abs=1e-6)


def test_two_sources(answers: dict[str, Any]) -> None:
    one = answers["chapman"]
    assert two_sources(one["n1"], one["n2"], one["m"]).total == pytest.approx(one["N"], abs=1e-6)


def test_how_the_four_needs_ended(answers: dict[str, Any]) -> None:
    days, ends = [0, 10, 19, 77], ["met", "moved_away", "censored", "met"]
    curve, alone = incidence(days, ends), survival(days, [one == "met" for one in ends])
    for day, share in answers["aj_met"]:
        assert curve.at("met", day) == share
    for day, share in answers["aj_moved_away"]:
        assert curve.at("moved_away", day) == share
    assert list(map(list, zip(alone.times.tolist(), alone.survival.tolist(), strict=True))) == answers["km"]


def test_minutes_of_value(town: Measured, answers: dict[str, Any]) -> None:
    assert town.of("value_share_time").numerator == answers["value_minutes"]


@pytest.mark.parametrize("at", [0, 1])
def test_a_dearer_contact_and_a_cheaper_whole(answers: dict[str, Any], at: int) -> None:
    dearer, asked, whole = answers["buurtzorg"][at]
    small = measured(
        f"""
        who | at    | when       | did    | issue | contact_id | price
        P1  | nurse | 2024-01-05 | demand | care  | c1         | 100
        P1  | nurse | 2024-01-15 | demand | care  | c2         | 100
        P1  | nurse | 2024-02-01 | demand | care  | c3         | {100 * (1 + dearer):g}
        """,
        beside={"changes": "at | kind | text\n2024-01-31 | method | small teams"},
        window_start=date(2024, 1, 1), window_end=date(2024, 3, 1),
    )  # fmt: skip
    assert small.value("cost_per_contact_change") == pytest.approx(dearer)
    assert small.value("demand_change") == pytest.approx(asked)
    assert small.value("end_to_end_cost_change") == pytest.approx(whole)
