"""Two implementations of the rules, written apart from one text, must agree row by row on every small log."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from generative.generator import Log, logs, rolled
from generative.log import Row, as_table, needs_table, plain
from generative.naive_tables import derive
from personshaped.journeys import walk

KEYS = {
    "interactions": ("interaction_id",),
    "demands": ("interaction_id",),
    "cycles": ("person_id", "cycle_id"),
    "needs": ("person_id", "need_id"),
    "episodes": ("person_id", "kind", "agency", "started_at", "ended"),
    "referrals": ("person_id", "sent_id", "received_id"),
}
OPEN_UNKNOWN = ("first_assessment_closed", "assessments_no_action", "referral_screened_out")
"""Columns of a cycle that say nothing while it is open."""
COHORT_ONLY = (
    "duration", "event", "first_contact", "first_contact_eligible", "first_contact_possible",
    "crisis_after_asking", "crisis_days", "closed_unmet", "screened_in_days",
)  # fmt: skip
"""Columns of a need that say nothing where no counted demand opened it in the window."""
SUMS = ("minutes", "cost", "price")


def differences(log: Log, table: str, columns: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """(key, column, naive answer, production answer) where the two differ; a row that one lacks is column ''."""
    needs = needs_table(log.needs) if log.needs else None
    walked: pa.Table = getattr(walk(as_table(log.rows), needs, log.starts, log.settings), table)
    derived = derive(log.rows, log.needs, log.starts, plain(log.settings))
    naive = derived[table]
    walked_rows = [row for row in walked.to_pylist() if seen(row, log)]
    if table == "interactions":
        number_afresh(walked_rows)
    theirs = {key(row, table): row for row in walked_rows}
    ours = {key(row, table): row for row in naive}
    found: list[tuple[Any, ...]] = [
        (at, "", at in ours, at in theirs) for at in sorted(ours.keys() ^ theirs.keys(), key=str)
    ]
    for at in ours.keys() & theirs.keys():
        for name in columns or sorted(ours[at].keys() & theirs[at].keys()):
            if name in OPEN_UNKNOWN and ours[at]["ended"] == "open":
                continue
            if name == "prolongs_cycle" and ours[at]["demand_type"] != "failure":
                continue
            if name in COHORT_ONLY and not ours[at]["in_cohort"]:
                continue
            mine, other = ours[at][name], theirs[at][name]
            if (mine or 0) != (other or 0) if name in SUMS else mine != other:
                found.append((at, name, mine, other))
    return found


def number_afresh(rows: list[Row]) -> None:
    """Positions counted over the rows that are seen."""
    count: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row["position"]):
        row["position"] = count[row["person_id"]] = count.get(row["person_id"], 0) + 1


def key(row: Row, table: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEYS[table])


def seen(row: Row, log: Log) -> bool:
    """Rows of the data from the cut on are unseen."""
    at = row.get("started_at")
    return at is None or log.settings.window_end is None or at.date() < log.settings.window_end


@pytest.mark.parametrize("table", list(KEYS))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(log=logs())
def test_two_implementations_agree(table: str, log: Log) -> None:
    assert differences(log, table) == []


@pytest.mark.parametrize("table", list(KEYS))
def test_two_implementations_agree_on_full_logs(table: str) -> None:
    assert [found for seed in range(60) for found in differences(rolled(seed), table)] == []
