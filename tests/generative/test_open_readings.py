"""Single small cases where the two implementations were once apart; each states what the specification asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from generative.generator import Log
from generative.log import Row, as_table, interaction, needs_table, plain, recorded_need
from generative.naive_tables import derive
from personshaped.journeys import walk
from personshaped.settings import Settings

SETTINGS = Settings(
    window_start=date(2024, 1, 1), window_end=date(2025, 1, 1), window_declared=True, history_complete=True
)


def both(table: str, *given: Row, needs: tuple[Row, ...] = ()) -> tuple[list[Row], list[Row]]:
    """One person's demands at agency a through the study and through the naive rules."""
    asked: Row = {
        "person_id": "P",
        "date_precision": "day",
        "activity": "demand",
        "initiated_by": "person",
        "agency": "a",
    }
    rows = [interaction(asked | row | {"interaction_id": str(number)}) for number, row in enumerate(given, start=1)]
    log = Log(rows, [recorded_need(row) for row in needs], SETTINGS)
    walked = walk(as_table(rows), needs_table(log.needs) if needs else None, log.starts, SETTINGS)
    return getattr(walked, table).to_pylist(), derive(rows, log.needs, log.starts, plain(SETTINGS))[table]


def answers(found: tuple[list[Row], list[Row]], *columns: str) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row[name] for name in columns) for row in rows] for rows in found]


def test_a_cause_coded_by_a_rule_is_no_hand_code() -> None:
    found = both(
        "demands",
        {"started_at": datetime(2024, 1, 2), "need_id": "N", "caused_by": "gp", "coded_by": "rule:R2d@1"},
    )
    assert answers(found, "rule", "caused_by", "after_agency") == [[("first", None, None)]] * 2


def test_asking_long_ago_without_a_known_need_is_out_of_sight() -> None:
    found = both(
        "demands",
        {"started_at": datetime(2022, 1, 2)},
        {"started_at": datetime(2024, 6, 1), "words": "your letter"},
    )
    assert answers(found, "rule") == [[("no_identity",)]] * 2


def test_a_need_recorded_as_over_before_it_was_asked_has_no_duration() -> None:
    over = {"need_id": "N", "person_id": "P", "ended_at": datetime(2024, 1, 2), "end_reason": "met"}
    found = both("needs", {"started_at": datetime(2024, 11, 30), "need_id": "N"}, needs=(over,))
    assert answers(found, "end_reason", "duration", "event", "met_withdrawn") == [[("met", None, None, 0)]] * 2


def test_asked_again_long_after_met_is_value_demand() -> None:
    found = both(
        "demands",
        {"started_at": datetime(2024, 1, 2), "need_id": "N", "outcome": "need_met"},
        {"started_at": datetime(2024, 6, 1), "need_id": "N"},
    )
    assert (
        answers(found, "need_id", "demand_type", "rule")
        == [[("N", "value", "first"), ("N#2", "value", "met_before")]] * 2
    )


def test_a_recorded_need_without_rows_ends_no_other_need() -> None:
    over = {"need_id": "M", "person_id": "Q", "ended_at": datetime(2024, 4, 1), "end_reason": "lost_contact"}
    found = both("needs", {"started_at": datetime(2024, 1, 2), "need_id": "N"}, needs=(over,))
    assert answers(found, "need_id", "end_reason") == [[("N", None)]] * 2


def test_an_echo_reopens_nothing() -> None:
    asked = {"started_at": datetime(2024, 1, 2), "need_id": "N", "outcome": "need_met", "words": "help"}
    found = both("needs", asked, asked)
    assert answers(found, "met_withdrawn", "end_reason") == [[(0, "met")]] * 2


def test_a_recorded_met_is_withdrawn_by_asking_again_soon() -> None:
    met = {"need_id": "N", "person_id": "P", "ended_at": datetime(2024, 2, 1), "end_reason": "met"}
    found = both(
        "needs",
        {"started_at": datetime(2024, 1, 2), "need_id": "N"},
        {"started_at": datetime(2024, 3, 1), "need_id": "N"},
        needs=(met,),
    )
    assert answers(found, "met_withdrawn", "end_reason", "open_at_cut") == [[(1, None, True)]] * 2


def test_a_cycle_that_ended_later_holds_the_agency_episode() -> None:
    long = {"need_id": "N", "activity": "assess", "initiated_by": "own_agency"}
    found = both(
        "episodes",
        long | {"started_at": datetime(2024, 1, 1)},
        {"started_at": datetime(2024, 1, 2), "need_id": "M"},
        long | {"started_at": datetime(2024, 3, 30)},
        {"started_at": datetime(2024, 6, 27), "need_id": "M"},
    )
    agency = [[row for row in rows if row["kind"] == "agency"] for rows in found]
    assert [len(rows) for rows in agency] == [1, 1]
