"""Chapter 12b: times to a met need by way of working, and where "met" was learnt by calling back."""

from __future__ import annotations

from datetime import date

import pytest

from spec.measured import Measured, measured

WINDOW = {"window_start": date(2024, 1, 1), "window_end": date(2025, 1, 1)}


def of_designs() -> Measured:
    # ten people in each design ask on 1 January; old: met after 100 days, new: after 40; all are asked
    lines = []
    for design, month, day in (("old", 4, 10), ("new", 2, 10)):
        for person in range(10):
            who = f"{design}{person} | housing"
            lines += [
                f"{who} | 2024-01-01 | demand | roof | {design} | ",
                f"{who} | 2024-{month:02d}-{day:02d} | do | roof | {design} | yes",
            ]
    return measured("who | at | when | did | issue | design | need_met\n" + "\n".join(lines), **WINDOW)


def test_mean_time_counts_up_to_the_longest_that_all_designs_were_followed() -> None:
    # the new design has nobody left after 40 days: both are counted up to day 40
    small = of_designs()
    assert small.groups("mean_time_to_need_met", "design") == {"new": 40, "old": 40}
    assert small.of("mean_time_to_need_met", "new").note.startswith("Up to 40 days")


def test_how_much_faster_a_new_way_is() -> None:
    lines = [
        f"{design}{person} | housing | 2024-01-{day:02d} | {did} | roof | {design} | {met}"
        for design, late in (("old", 20), ("new", 0))
        for person in range(12)
        for day, did, met in ((1, "demand", ""), (2 + person % 4 + (late if person % 2 else 0), "do", "yes"))
    ]
    small = measured("who | at | when | did | issue | design | need_met\n" + "\n".join(lines), **WINDOW)
    # up to day 4: new people wait 1, 2, 3, 4 days (mean 2.5); of the old, those who would wait 2 or 4 wait 4
    faster = small.of("mean_time_to_need_met_difference", "old>new")
    assert faster.value == pytest.approx(2.5 - (1 + 3 + 4 + 4) / 4)
    assert faster.low is not None
    assert faster.low < faster.value


CALLED = """
who | at      | when       | did    | issue | need_met
a   | housing | 2024-01-01 | demand | roof  |
a   | housing | 2024-01-11 | demand | roof  |
a   | housing | 2024-01-21 | review | roof  | yes
b   | housing | 2024-01-01 | demand | roof  |
b   | housing | 2024-01-04 | do     | roof  | yes
c   | housing | 2024-01-01 | demand | roof  |
c   | housing | 2024-03-01 | record | roof  | yes
"""


def test_what_was_learnt_by_calling_back_lies_between_the_last_not_yet_and_the_call() -> None:
    # b: met on day 3. a: between day 10 and 20, so on day 15. c: somewhere in 60 days, on day 3 or 15 as likely as not
    small = measured(CALLED, **WINDOW)
    found = small.of("time_to_need_met_between_calls")
    assert found.value == 3
    assert found.note.startswith("2 of 3 needs were learnt to be met by calling back")
    assert small.value("time_to_need_met") == 20


def test_without_call_backs_there_is_nothing_to_place() -> None:
    plain = "\n".join(line for line in CALLED.strip().splitlines() if line[0] in "wb")
    found = measured(plain, **WINDOW).of("time_to_need_met_between_calls")
    assert found.value is None
    assert "see time_to_need_met" in found.note
