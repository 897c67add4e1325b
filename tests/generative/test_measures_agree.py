"""Figures of the study against the same figures in plain loops, on rolled logs."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from generative.generator import Log, rolled
from generative.log import as_table, needs_table, plain
from generative.naive_measures import Key, figures
from generative.naive_tables import derive
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import Figure
from personshaped.journeys import walk
from personshaped.statistics.clustered import INTERVALS
from spec.measured import DERIVED, REGISTER, filled

TOLERANCE = 1e-9


def studied(log: Log) -> dict[Key, Figure]:
    """The study's figures of a log; of two with one key the headline, which comes first."""
    rows, needs = as_table(log.rows), needs_table(log.needs) if log.needs else None
    walked = walk(rows, needs, log.starts, log.settings)
    con = duckdb.connect()
    for name in DERIVED:
        con.register(f"arrow_{name}", getattr(walked, name))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    have = available(con, filled(rows, needs), None)
    found: dict[Key, Figure] = {}
    for one in measure(con, REGISTER, log.settings, have, INTERVALS):
        found.setdefault((one.name, one.by, one.group, one.period), one)
    con.close()
    return found


def differences(log: Log, apart: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """(key, naive answer, the study's) for each figure that both have and that differs, those in `apart` aside."""
    theirs = studied(log)
    ours = figures(derive(log.rows, log.needs, log.starts, plain(log.settings)), plain(log.settings))
    found: list[tuple[Any, ...]] = []
    for key, mine in ours.items():
        other = theirs.get(key)
        if other is None or other.value is None or key[0] in apart:
            continue
        parts = (other.value, other.numerator, other.denominator)
        if not all(one is None or close(one, two) for one, two in zip(mine, parts, strict=True)):
            found.append((key, mine, parts))
    return found


def close(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= TOLERANCE * max(1, abs(one))


@pytest.mark.parametrize("seed", range(12))
def test_figures_agree(seed: int) -> None:
    assert differences(rolled(seed), apart=("needs_open",)) == []


def test_needs_that_nobody_asked_for_are_not_open_needs() -> None:
    assert [found for seed in range(6) for found in differences(rolled(seed)) if found[0][0] == "needs_open"] == []


COMPARED = 75
"""Names and breakdowns compared over the rolled logs; fewer means that figures were renamed, or are refused."""


def test_enough_figures_are_compared() -> None:
    both: set[tuple[str, str]] = set()
    for seed in range(6):
        log = rolled(seed)
        theirs = studied(log)
        ours = figures(derive(log.rows, log.needs, log.starts, plain(log.settings)), plain(log.settings))
        both |= {key[:2] for key in ours if key in theirs and theirs[key].value is not None}
    assert len(both) >= COMPARED


WITHOUT = """
    agencies_by_year_cumulative agencies_by_year_cumulative_with_referred_to appeals_won_share approval_minutes
    approval_minutes_per_refusal assessment_cost_per_household_year back_doors closes condition_change
    contacts_by_channel cost_cumulative cost_gap cost_ratio cost_received cost_wanted cost_wanted_low
    crisis_after_asking_by_days crisis_share cycles_before_screened_in demand_handled_change demand_trend
    demand_words demands_by_issue_and_type demands_by_outcome demands_per_person expertise_pulled
    expertise_pulled_months_share fcr_needs_bound_high front_doors front_doors_both front_doors_listed
    front_doors_per_10000 front_doors_per_person front_doors_used half_of_cost_share help_me_share
    high_consumer_reason_share history_span home_visits hours_per_value_hour household_issue_prevalence
    identical_service_repeats interactions_by_issue issues_behind_service multi_service_households
    needs_never_asked_share no_longer_presenting_share predictable_share resource_change screened_out_share
    service_fit_split service_fit_uncoded_share services staff_involved time_to_close time_to_crisis
    time_to_need_met time_to_screened_in top_share_cost top_share_demand
"""
"""Measures without a second implementation yet: worked by hand in the spec tests, or beyond the rolled logs."""


def test_a_new_measure_needs_a_second_implementation() -> None:
    ours: set[str] = set()
    for seed in range(20):
        log = rolled(seed)
        derived = derive(log.rows, log.needs, log.starts, plain(log.settings))
        ours |= {key[0] for key in figures(derived, plain(log.settings))}
    missing = {one.name for one in REGISTER if not ours & set(one.names)} - set(WITHOUT.split())
    assert missing == set()
