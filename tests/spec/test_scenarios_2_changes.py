"""Scenarios, 2: something changes in month 18, or nothing does: what the charts find, and how often nothing."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from personshaped.locality.beside import changes, counted_apart
from personshaped.locality.canonical import Simulated
from personshaped.locality.events import KIND
from personshaped.locality.place import AGENCY_NAMES, AREAS
from personshaped.locality.recording import is_demand
from personshaped.locality.scenarios import SCENARIOS
from spec.towns import Counts, completeness, monthly, reported, shifts, town

SEEDS = (1, 2, 3, 4)
AGENCY = "childrens_services"


@cache
def charts(scenario: str, seed: int) -> tuple[bool, bool]:
    """Whether there is a signal in ln(self/independent), and in the independent series (Stat 8)."""
    own, independent = reported(scenario, 20_000, seed, AGENCY)
    return shifts(completeness(own, independent)), shifts(independent)


def test_fuller_records_show_in_the_ratio_and_not_in_what_was_counted_apart() -> None:
    assert all(charts("honest", seed)[0] for seed in SEEDS)
    assert sum(charts("honest", seed)[1] for seed in SEEDS) <= 1


def test_falling_silent_shows_in_the_ratio_and_not_in_what_was_counted_apart() -> None:
    assert all(charts("silent", seed)[0] for seed in SEEDS)
    assert sum(charts("silent", seed)[1] for seed in SEEDS) <= 1


def test_when_more_goes_wrong_it_shows_in_what_was_counted_apart() -> None:
    """A rise of 30% in some forty a month: XmR finds it in some places, and no chart finds everything."""
    assert sum(charts("worse", seed)[1] for seed in SEEDS) >= 2


def test_where_nothing_changes_few_charts_signal() -> None:
    """Two charts where nothing changes and one in each of the others: a run of seven comes up by chance in some."""
    false = [charts("assess_refer", seed)[0] for seed in SEEDS] + [charts("assess_refer", seed)[1] for seed in SEEDS]
    false += [charts("honest", seed)[1] for seed in SEEDS] + [charts("worse", seed)[0] for seed in SEEDS]
    assert sum(false) / len(false) <= 0.25


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
    def told(scenario: str) -> list[tuple[str, str, str | None, str | None]]:
        rows = changes(town(scenario, 2000, 3, 1), []).to_pylist()
        return [(str(one["at"]), one["kind"], one["agency"], one["area"]) for one in rows if one["kind"] != "data"]

    assert told("honest") == [("2023-07-01", "recording", AGENCY, None)]
    assert told("switch") == [("2023-07-01", "method", None, "Ashbrook")]
    assert told("worse") == told("silent") == told("failing_agency") == []


def failure_share(of: Simulated, area: str) -> np.ndarray:
    here = is_demand(of) & (of.lives.area[of.person] == AREAS.index(area))
    return monthly(of, here & (of.rows["kind"] != KIND["first"])) / monthly(of, here)


def test_a_new_way_of_working_shows_in_its_area_and_hardly_ever_elsewhere() -> None:
    towns = [town("switch", 20_000, 3, seed) for seed in (1, 2)]
    assert all(shifts(failure_share(of, "Ashbrook")) for of in towns)
    others = [failure_share(of, area) for of in towns for area in AREAS[1:]]
    assert sum(shifts(share) for share in others) <= 2
    assert all(abs(share[:18].mean() - share[20:].mean()) < 0.05 for share in others)
    assert all(failure_share(of, "Ashbrook")[24:].mean() < 0.70 for of in towns)


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
