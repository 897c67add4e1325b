"""Laws that hold on every log (section 5.3), on the study's own walk."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generative.generator import Log, log_of, logs, shuffled
from generative.log import Row, as_table, needs_table
from personshaped.journeys import Walked, walk

law = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TABLES = ("interactions", "demands", "needs", "cycles", "episodes", "referrals")


def walked(log: Log) -> Walked:
    return walk(as_table(log.rows), needs_table(log.needs) if log.needs else None, log.starts, log.settings)


def as_counted(found: pa.Table) -> Counter[str]:
    """The rows of a table, whatever their order."""
    return Counter(repr(sorted(row.items())) for row in found.to_pylist())


@law
@given(data=st.data())
def test_the_order_of_rows_in_the_file_changes_nothing(data: st.DataObject) -> None:
    log = data.draw(logs())
    other = shuffled(log, data.draw(st.permutations(range(len(log.rows)))))
    one, two = walked(log), walked(other)
    for table in TABLES:
        assert as_counted(getattr(one, table)) == as_counted(getattr(two, table))


@law
@given(log=logs())
def test_every_person_side_row_of_the_window_counts_echoes_or_shares_its_contact(log: Log) -> None:
    found = walked(log)
    seen = [row for row in found.interactions.to_pylist() if row["in_window"]]
    counted = {row["interaction_id"] for row in seen if row["counts_as_demand"]}
    assert counted == set(found.demands["interaction_id"].to_pylist())
    assert all(row["kind"] == "demand" for row in seen if row["counts_as_demand"])
    assert not any(row["echo"] and row["counts_as_demand"] for row in seen)


@law
@given(log=logs())
def test_demands_are_value_failure_or_unclassifiable(log: Log) -> None:
    rows = walked(log).demands.to_pylist()
    kinds = Counter(row["demand_type"] for row in rows)
    assert set(kinds) <= {"value", "failure", "unclassifiable"}
    assert kinds["value"] + kinds["failure"] == sum(row["classifiable"] for row in rows)
    assert all((row["failure_kind"] is None) == (row["demand_type"] != "failure") for row in rows)
    assert all((row["after_agency"] is None) == (row["demand_type"] != "failure") for row in rows)


@law
@given(log=logs())
def test_letters_of_a_cycle_follow_the_machine(log: Log) -> None:
    for row in walked(log).cycles.to_pylist():
        body, end = row["sequence"][:-1], row["sequence"][-1]
        assert row["sequence"][0] not in "qC"
        assert set(body) <= set("QxSADPq")
        assert end in "QxSADPqRC"
        assert (end == "R") == (row["ended"] == "referred") or end == "C"
        assert len(row["interactions"]) == len(row["sequence"]) + row["late_closes"]


@law
@given(log=logs(), days=st.sampled_from([7, 28, 364, 1461]))
def test_shifting_all_dates_shifts_the_story(log: Log, days: int) -> None:
    exact = [row for row in log.rows if row["date_precision"] in ("minute", "day", "estimated", "order")]
    log = replace(log, rows=exact)
    one, two = walked(log), walked(later(log, timedelta(days)))
    for table, column in (("demands", "rule"), ("demands", "after_agency"), ("cycles", "ended"), ("needs", "duration")):
        assert Counter(getattr(one, table)[column].to_pylist()) == Counter(getattr(two, table)[column].to_pylist())


def later(log: Log, by: timedelta) -> Log:
    """The same log, everything later."""

    def moved(row: Row, *names: str) -> Row:
        return row | {name: row[name] + by for name in names if row[name] is not None}

    window: dict[str, Any] = {"window_start": date(2024, 1, 1) + by, "window_end": date(2025, 1, 1) + by}
    return Log(
        [moved(row, "started_at", "started_before") for row in log.rows],
        [moved(row, "opened_at", "ended_at", "met_asked_at") for row in log.needs],
        replace(log.settings, **window),
    )


@law
@given(log=logs())
@example(log=log_of(10350, [[], [1, 1]]))
def test_closing_without_the_persons_word_meets_no_need(log: Log) -> None:
    """N5: without the close rows that do not carry the person's word, the same needs are met.

    But those that `needs` lets end before they open: which of a need's rows then stand in its first life depends on
    every row (seen once: a close of October, a demand of that month after it, met in January).
    """
    kept = [
        row
        for row in log.rows
        if row["activity"] != "close" or row["need_met"] is not None or row["outcome"] == "need_met" or row["seq"]
    ]
    named = [row | {"need_id": f"{row['person_id']}-0", "issue": None, "service": None} for row in log.rows]
    fewer = [row for row in named if row["interaction_id"] in {one["interaction_id"] for one in kept}]
    before, after = walked(replace(log, rows=named)), walked(replace(log, rows=fewer))

    def met(found: Walked) -> set[tuple[str, str]]:
        rows = [row for row in found.needs.to_pylist() if row["end_reason"] == "met" and row["in_cohort"]]
        return {(row["person_id"], row["need_id"]) for row in rows if row["opened_at"] <= row["ended_at"]}

    assert met(before) == met(after)


@law
@given(log=logs())
def test_splitting_the_window_adds_up(log: Log) -> None:
    middle = date(2024, 7, 1)
    whole = replace(log.settings, window_declared=True)
    first = replace(whole, window_end=middle)
    second = replace(whole, window_start=middle)
    counts = [
        Counter(walked(replace(log, settings=part)).demands["interaction_id"].to_pylist())
        for part in (whole, first, second)
    ]
    assert counts[0] == counts[1] + counts[2]


@law
@given(log=logs())
def test_linking_more_records_never_lowers_known_share(log: Log) -> None:
    apart = walked(log).demands.to_pylist()
    together = [row | {"person_id": "one"} for row in log.rows]
    joined = walked(replace(log, rows=together, needs=[])).demands.to_pylist()
    known = {row["interaction_id"] for row in joined if row["known_system"]}
    counted = {row["interaction_id"] for row in joined}
    assert {row["interaction_id"] for row in apart if row["known_system"]} & counted <= known


@law
@given(log=logs())
def test_nobody_who_works_there_is_named_and_every_row_is_kept(log: Log) -> None:
    found = walked(log)
    for table in TABLES:
        assert "staff_id" not in getattr(found, table).column_names
    assert found.interactions.num_rows == len(log.rows)
