"""The synthetic locality, 1: what its agencies do to people, told by the rules in plain loops (spec 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from statistics import mean
from typing import Any

import pytest

from personshaped.locality import canonical_interactions
from spec.rules_in_loops import Found, follow

START, END, HISTORY = date(2022, 1, 1), date(2025, 1, 1), datetime(2020, 12, 1)
PEOPLE = 12_000
HELP = ("do", "visit", "pull")
POUNDS = {"gp": 110.0, "hospital": 95.0, "courts": 75.0, "contact_centre": 24.0}  # the rest near 40


@dataclass(frozen=True)
class Seen:
    """The rows of the window, and what the rules found in them."""

    rows: list[dict[str, Any]]
    found: Found

    def share(self, activity: str, outcome: str) -> float:
        outcomes = [row["outcome"] for row in self.rows if row["activity"] == activity]
        return outcomes.count(outcome) / len(outcomes)


@cache
def seen(scenario: str, linked: bool = True) -> Seen:
    table = canonical_interactions(PEOPLE, 3, 1, scenario)
    rows = [row for row in table.to_pylist() if row["started_at"] >= HISTORY]
    if not linked:
        for row in rows:
            row["person_id"] = f"{row['agency']}:{row['person_id']}"
    rows.sort(key=lambda row: (row["person_id"], row["started_at"]))
    inside = [row for row in rows if row["started_at"].date() >= START]
    return Seen(inside, follow(rows, START, END))


def test_most_demand_is_failure_demand() -> None:
    found = seen("assess_refer").found
    assert 0.77 <= found.failures / found.demands <= 0.85


def test_most_demand_comes_from_people_already_known() -> None:
    found = seen("assess_refer").found
    assert 0.83 <= found.known / found.demands <= 0.92


def test_next_to_nothing_is_met_at_the_first_contact() -> None:
    found = seen("assess_refer").found
    assert 0 < found.resolved_at_first / len(found.needs) < 0.015


def test_a_need_goes_round_about_five_times_in_its_first_year() -> None:
    assert 4.3 <= mean(seen("assess_refer").found.cycles_per_need) <= 6


def test_most_are_screened_out_and_nearly_every_package_is_approved() -> None:
    assert 0.74 <= seen("assess_refer").share("screen", "screened_out") <= 0.82
    assert 0.93 <= seen("assess_refer").share("approve", "approved") <= 0.97


def test_little_of_the_work_helps() -> None:
    work = [row for row in seen("assess_refer").rows if row["activity"] != "demand"]
    assert 0.07 <= sum(row["activity"] in HELP for row in work) / len(work) <= 0.13
    rows = seen("assess_refer").rows
    value = sum(row["minutes"] for row in rows if row["value_work"])
    assert 0.20 <= value / sum(row["minutes"] for row in rows) <= 0.30


def test_a_hundredth_of_the_people_take_about_half_of_the_money_and_an_eighth_of_the_demand() -> None:
    cost: dict[str, float] = {}
    asked: dict[str, int] = {}
    for row in seen("assess_refer").rows:
        person = row["person_id"]
        hour = POUNDS.get(row["agency"], 40.0)
        cost[person] = cost.get(person, 0.0) + (row["cost"] or row["minutes"] / 60 * hour)
        asks = row["activity"] == "demand" and row["initiated_by"] != "other_agency"
        asked[person] = asked.get(person, 0) + asks
    top = sorted(cost, key=lambda person: -cost[person])[: PEOPLE // 100]
    assert 0.40 <= sum(cost[one] for one in top) / sum(cost.values()) <= 0.65
    assert 0.09 <= sum(asked[one] for one in top) / sum(asked.values()) <= 0.18


def test_without_linking_the_finding_is_hidden() -> None:
    found = seen("assess_refer", linked=False).found
    assert 0.38 <= found.failures / found.demands <= 0.50


@pytest.mark.parametrize(("scenario", "low", "high"), [("half_way", 0.45, 0.57), ("local_by_default", 0.15, 0.27)])
def test_other_designs_make_less_failure_demand(scenario: str, low: float, high: float) -> None:
    found = seen(scenario).found
    assert low <= found.failures / found.demands <= high


def test_local_by_default_meets_most_needs_at_the_first_contact_and_screens_nobody() -> None:
    local = seen("local_by_default")
    assert local.found.resolved_at_first / len(local.found.needs) > 0.7
    assert not any(row["activity"] == "screen" for row in local.rows)
    assert local.found.demands < seen("assess_refer").found.demands / 3


def test_needs_arrive_at_the_same_rate_every_year() -> None:
    opened = [need.opened.year for need in seen("assess_refer").found.needs]
    yearly = [opened.count(year) for year in (2022, 2023, 2024)]
    assert max(yearly) / min(yearly) < 1.2
