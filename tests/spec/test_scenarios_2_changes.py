"""Scenarios, 2: something changes in month 18, or nothing does: what the charts find, and how often nothing."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from personshaped.learning.four_sentences import Sentence
from personshaped.locality.beside import changes, counted_apart
from personshaped.locality.canonical import Simulated
from personshaped.locality.events import KIND
from personshaped.locality.place import AGENCY_NAMES, AREAS
from personshaped.locality.recording import is_demand
from personshaped.locality.scenarios import SCENARIOS
from personshaped.statistics.interrupted import Interruption
from spec.towns import Counts, beyond_others, failure_demands, monthly, panel, reported, shifts, town

SEEDS = (1, 2, 3, 4)
AGENCY = "childrens_services"


@cache
def told(scenario: str, seed: int) -> tuple[Sentence, int]:
    """The sentence of Stat 8, and whether own ÷ independent has lastingly gone up (1), down (-1) or neither."""
    found = panel(scenario, 20_000, seed, AGENCY)
    return found.sentence, found.ratio.shifted


def test_fuller_records_are_told_from_more_going_wrong() -> None:
    sentences = [told("honest", seed)[0] for seed in SEEDS]
    assert sentences.count(Sentence.FULLER) >= 3
    assert Sentence.MORE not in sentences


def test_more_going_wrong_is_told_from_fuller_records() -> None:
    """A rise of 30% in some forty a month: found in some places, in the others it cannot be told."""
    sentences = [told("worse", seed)[0] for seed in SEEDS]
    assert sentences.count(Sentence.MORE) >= 2
    assert Sentence.FULLER not in sentences


def test_falling_silent_is_seen_in_what_was_counted_apart() -> None:
    assert [told("silent", seed) for seed in SEEDS] == [(Sentence.CANNOT_TELL, -1)] * 4


def test_where_nothing_changes_hardly_anything_is_said() -> None:
    sentences = [told("assess_refer", seed)[0] for seed in range(1, 9)]
    assert sentences.count(Sentence.CANNOT_TELL) >= 7


def test_the_recorded_part_is_what_the_scenario_says() -> None:
    own, independent = reported("honest", 20_000, 1, AGENCY)
    assert own[:18].sum() / independent[:18].sum() == pytest.approx(0.60, abs=0.04)
    assert own[18:].sum() / independent[18:].sum() == pytest.approx(0.95, abs=0.02)
    own, independent = np.sum([reported("worse", 20_000, seed, AGENCY) for seed in SEEDS], axis=0)
    assert own.sum() / independent.sum() == pytest.approx(0.80, abs=0.02)
    assert independent[20:].mean() / independent[:18].mean() == pytest.approx(1.30, abs=0.08)


def test_what_was_counted_apart_stands_in_area_facts_and_says_that_it_is_independent() -> None:
    of = town("honest", 20_000, 3, 1)
    facts = [one for one in counted_apart(of).to_pylist() if one["measure"] == "demands"]
    assert [one["value"] for one in facts] == reported("honest", 20_000, 1, AGENCY)[1].tolist()
    assert {(one["agency"], one["independent"], one["source"]) for one in facts} == {(AGENCY, True, "synthetic")}


def test_changes_say_what_was_written_down_and_not_what_nobody_knew() -> None:
    def written(scenario: str) -> list[tuple[str, str, str | None, str | None]]:
        rows = changes(town(scenario, 2000, 3, 1), []).to_pylist()
        return [(str(one["at"]), one["kind"], one["agency"], one["area"]) for one in rows if one["kind"] != "data"]

    assert written("honest") == [("2023-07-01", "recording", AGENCY, None)]
    assert written("switch") == [("2023-07-01", "method", None, "Ashbrook")]
    assert written("worse") == written("silent") == written("failing_agency") == []


def effect(scenario: str, seed: int, area: str, beside: tuple[str, ...]) -> Interruption:
    """What changed in month 18 in one area beyond what changed in others (Stat 5)."""
    return beyond_others(town(scenario, 20_000, 3, seed), area, beside)


def test_a_new_way_of_working_is_found_in_its_area_and_not_where_nobody_changed_anything() -> None:
    for seed in (1, 2):
        there = effect("switch", seed, "Ashbrook", AREAS[1:]).at_12
        assert there is not None
        assert there.high < 0.8
        assert shifts(failure_demands(town("switch", 20_000, 3, seed), ("Ashbrook",)))
    elsewhere = [
        effect("switch", seed, area, tuple(one for one in AREAS[1:] if one != area))
        for seed in (1, 2)
        for area in AREAS[1:]
    ]
    assert sum(one.level.low <= 1 <= one.level.high for one in elsewhere) >= 7
    assert sum(one.at_12 is not None and one.at_12.low <= 1 <= one.at_12.high for one in elsewhere) >= 7


def arriving_after(of: Simulated, agency: str) -> Counts:
    """Demand arriving anywhere after contact there, month by month."""
    failure = is_demand(of) & (of.rows["kind"] > KIND["first"])
    return monthly(of, failure & (of.rows["after"] == AGENCY_NAMES.index(agency)))


def test_where_an_agency_meets_half_as_many_needs_demand_arrives_after_contact_there_and_not_after_others() -> None:
    def growth(scenario: str, agency: str) -> float:
        months = sum(arriving_after(town(scenario, 20_000, 3, seed), agency) for seed in (1, 2))
        return float(np.mean(months[20:]) / np.mean(months[:18]))

    assert growth("failing_agency", "housing") > 1.25
    assert growth("half_way", "housing") < 1.15
    others = [growth("failing_agency", agency) for agency in AGENCY_NAMES if agency != "housing"]
    assert np.median(others) == pytest.approx(1.0, abs=0.12)


def test_every_scenario_says_what_it_is() -> None:
    assert set(SCENARIOS) >= {
        "threshold_drift", "no_drift", "extract_start", "unlinked", "switch", "honest", "worse", "silent",
        "failing_agency", "seven_cases", "buurtzorg", "rent", "survey", "localities",
    }  # fmt: skip
    assert all(one.says.endswith((".", ".)")) or "try --years" in one.says for one in SCENARIOS.values())
