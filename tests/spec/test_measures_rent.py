"""Rent accounts: who is in enforcement, how balances move, what follows a letter (M078–M081)."""

from __future__ import annotations

from datetime import date

import pytest

from personshaped.flow.rent import RENT_MEASURES
from personshaped.statistics.balances import pattern, spells
from spec.measured import Measured, measured

ROWS = """
who | at      | when       | did    | issue               | by     | words
P1  | housing | 2024-02-10 | demand | employment          |        | You sent me the wrong form
P1  | housing | 2024-02-12 | demand | employment          |        | lost my letter
P1  | advice  | 2024-02-12 | demand | managing_finances;employment | |
P2  | housing | 2024-03-20 | do     |                     | person |
P9  | housing | 2024-01-05 | demand | repairs             |        |
"""
ACCOUNTS = """
account_id | agency  | person_id | at         | kind        | amount | balance_after | reason_type
A1         | housing | P1        | 2024-01-01 | charge      | 100    | 100           |
A1         | housing | P1        | 2024-02-01 | letter      |        |               | cannot_pay
A1         | housing | P1        | 2024-02-29 | payment     | -100   | 0             |
A2         | housing | P2        | 2024-01-01 | charge      | 100    | 100           |
A2         | housing | P2        | 2024-01-20 | payment     | -100   | 0             |
A2         | housing | P2        | 2024-03-01 | letter      |        |               |
A2         | housing | P2        | 2024-03-30 | payment     | -50    | -50           | lifestyle
A3         | housing |           | 2024-01-10 | letter      |        |               |
A3         | housing |           | 2024-02-01 | notice      |        |               |
A3         | housing |           | 2024-03-31 | charge      | 100    | 300           |
A4         | housing | P9        | 2023-12-01 | enforcement |        | 500           |
A4         | housing | P9        | 2024-01-01 | payment     | -500   | 0             |
"""


@pytest.fixture(scope="module")
def four() -> Measured:
    return measured(
        ROWS, beside={"accounts": ACCOUNTS}, measures=RENT_MEASURES,
        window_start=date(2024, 1, 1), window_end=date(2024, 7, 1),
    )  # fmt: skip


def test_enforcement_is_of_all_accounts_and_of_those_in_arrears(four: Measured) -> None:
    # A3 had a notice; A4's enforcement lies before the window
    whole = four.of("enforcement_share")
    assert (whole.numerator, whole.denominator) == (1, 4)
    # in arrears at the end of some month: A1 (January) and A3 (March); A4 was paid on the first day
    arrears = four.of("enforcement_share_in_arrears")
    assert (arrears.numerator, arrears.denominator) == (1, 2)


def test_each_month_counts_the_accounts_it_has(four: Measured) -> None:
    # A4's entries end in January, A1's in February
    months = [four.of("enforcement_share", period=f"2024-0{month}") for month in (1, 2, 3)]
    assert [(one.numerator, one.denominator) for one in months] == [(0, 4), (1, 3), (0, 2)]


def test_what_people_in_arrears_ask_about_is_counted_at_every_agency(four: Measured) -> None:
    # P1 holds the only account in arrears with a known holder: three demands, one about two issues; P9's is paid
    assert four.groups("issue_share_in_arrears", "issue") == {"employment": 1.0, "managing_finances": 1 / 3}


def test_what_came_within_28_days_of_a_letter(four: Measured) -> None:
    # A1: payment on day 28, two contacts, one of them rework. A2: contact on day 19, payment on day 29.
    # A3: nobody knows whose it is, so only payment can be told, and there was none.
    counted = {one.group: (one.numerator, one.denominator) for one in four.figures if one.by == "followed"}
    assert counted == {"payment": (1, 3), "contact": (2, 2), "rework": (1, 2), "nothing": (0, 2)}


def test_letters_are_told_apart_by_the_reason_on_the_letter_else_the_account_s(four: Measured) -> None:
    by_reason = four.groups("after_letter", "reason_type>followed")
    assert by_reason["cannot_pay>payment"] == 1
    assert by_reason["lifestyle>payment"] == 0
    assert all("Not causal" in one.note for one in four.figures if one.name == "after_letter")


def test_reasons_are_of_accounts_somebody_asked_about(four: Measured) -> None:
    assert four.groups("arrears_reasons", "reason_type") == {"cannot_pay": 0.5, "lifestyle": 0.5}


def test_without_two_years_of_balances_no_pattern_is_told(four: Measured) -> None:
    refused = four.of("arrears_pattern")
    assert refused.value is None
    # A1, A3, and A4, which was in arrears before the window
    assert refused.note == "Not in the data: 24 months of balances for any account in arrears (3 have fewer)."


def test_patterns_are_shares_of_the_accounts_that_can_be_told() -> None:
    def account(name: str, arrears: set[int], months: int = 24) -> str:
        lines = [
            f"{name} | housing | 20{22 + at // 12}-{at % 12 + 1:02d}-15 | payment | {50 if at in arrears else 0}"
            for at in range(months)
        ]
        return "\n".join(lines) + "\n"

    text = "account_id | agency | at | kind | balance_after\n"
    text += (
        account("once", {5, 6}) + account("short", {1}, 12) + account("clean", set()) + account("odd", {3, 9, 10, 22})
    )
    found = measured(
        "who | at | when | did\nP1 | housing | 2022-01-01 | demand",
        beside={"accounts": text}, measures=RENT_MEASURES, window_end=date(2024, 1, 1),
    )  # fmt: skip
    shares = found.groups("arrears_pattern", "pattern")
    assert shares == {"cleared": 0, "drifting": 0, "no_pattern": 0.5, "one_off": 0.5, "periodic": 0}
    assert found.of("arrears_pattern", "one_off").note.endswith("fewer than 24 months of balances, left out: 1.")


YEARS = 36


def months(*arrears: int, of: int = YEARS) -> list[float]:
    return [100.0 if month in arrears else 0.0 for month in range(of)]


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        pytest.param(months(11, 12, 23, 35), "periodic", id="each December"),
        pytest.param(months(11, 23), "cleared", id="two are not three"),
        pytest.param(months(5, 11, 17, 23), "periodic", id="each half-year"),
        pytest.param(months(2, 5, 8, 11, 14), "periodic", id="each quarter, five times"),
        pytest.param(months(2, 5, 11), "cleared", id="three in a quarter may be chance"),
        pytest.param(months(11, 23, 35, 4, 6), "no_pattern", id="two of five begin elsewhere"),
        pytest.param([0.0] * 30 + [10, 20, 30, 40, 50, 60], "drifting", id="six months of rising"),
        pytest.param([0.0] * 30 + [60, 60, 60, 60, 60, 60], "no_pattern", id="stands still"),
        pytest.param([0.0] * 31 + [10, 20, 30, 40, 50], "no_pattern", id="five months are too few"),
        pytest.param(months(4, 5, 6, 7, 8, 9), "one_off", id="six months and over"),
        pytest.param(months(4, 5, 6, 7, 8, 9, 10), "cleared", id="longer, then half a year without"),
        pytest.param(months(4, 20), "cleared", id="two spells, then half a year without"),
    ],
)
def test_the_rules_of_a_pattern(balances: list[float], expected: str) -> None:
    assert pattern(balances, first_month=1) == expected


def test_an_account_in_arrears_when_the_balances_begin_has_no_known_beginning() -> None:
    assert spells(months(0, 1, 12, 24)) == [(0, 1), (12, 12), (24, 24)]
    assert pattern(months(0, 1, 12, 24), 1) == "cleared"  # only two spells are seen to begin


def test_a_pattern_wants_two_years_and_some_arrears() -> None:
    for balances in ([1.0] * 23, [0.0] * 24):
        with pytest.raises(ValueError, match="24 months"):
            pattern(balances, 1)
