"""Rent accounts: charges, payments, letters and enforcement over the window (spec 6.4, `rent`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from personshaped.locality.written import Written
from personshaped.tables import CANONICAL

ACCOUNTS = 3000
ENFORCED = 420
"""14 per cent, as S2 says."""
LETTERS = 900
"""Accounts in arrears that are not enforced: sent a letter, and then caught up."""
REASONS: tuple[str, ...] = (
    "benefits", "cannot_pay", "drug_or_alcohol", "employment", "family_support", "managing_finances", "mental_health",
)  # fmt: skip
"""The seven issues behind accounts that are not paid."""
AGENCY = "housing"
_RENT = 92.40


def rent(start: date, end: date, people: Sequence[int], rng: np.random.Generator) -> Written:
    """3,000 accounts: most pay each month; 900 fall behind, get a letter and mostly pay; 420 go on to enforcement."""
    kind = np.zeros(ACCOUNTS, dtype=np.int64)  # 0 pays, 1 falls behind once, 2 enforced
    kind[:LETTERS], kind[LETTERS : LETTERS + ENFORCED] = 1, 2
    rng.shuffle(kind)
    held = dict(zip(list(people)[:ACCOUNTS], rng.permutation(ACCOUNTS).tolist(), strict=False))
    holders = {account: f"tenant-{account:04d}" for account in held.values()}
    months = [
        (start.year + (start.month - 1 + one) // 12, (start.month - 1 + one) % 12 + 1)
        for one in range(_months(start, end))
    ]
    lines: list[tuple[str, str | None, date, str, float | None, float, str | None]] = []
    for account in range(ACCOUNTS):
        lines += _account(account, holders.get(account), int(kind[account]), months, rng)
    columns = zip(*lines, strict=True)
    names = ("account_id", "person_id", "at", "kind", "amount", "balance_after", "reason_type")
    given = dict(zip(names, columns, strict=True))
    schema = CANONICAL["accounts"].schema
    arrays = [
        pa.array([AGENCY] * len(lines), field.type) if field.name == "agency"
        else pa.array(given[field.name]).cast(field.type) if field.name in given
        else pa.nulls(len(lines), field.type)
        for field in schema
    ]  # fmt: skip
    truths = {
        ("enforcement_share", "", ""): ENFORCED / ACCOUNTS,
        ("enforcement_share_in_arrears", "", ""): ENFORCED / (ENFORCED + LETTERS),
    }
    return Written(
        {"accounts": pa.table(arrays, schema=schema)}, truths, {one: holders[place] for one, place in held.items()}
    )


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _account(
    number: int, holder: str | None, kind: int, months: list[tuple[int, int]], rng: np.random.Generator
) -> list[tuple[str, str | None, date, str, float | None, float, str | None]]:
    """Every line of one account, in order of time."""
    name, balance = f"RA-{number:04d}", 0.0
    reason = REASONS[int(rng.integers(len(REASONS)))] if kind else None
    begins = int(rng.integers(2, max(len(months) - 6, 3))) if kind else len(months)
    unpaid = 2 if kind == 1 else 5
    lines: list[tuple[str, str | None, date, str, float | None, float, str | None]] = []

    def write(at: date, what: str, amount: float | None) -> None:
        nonlocal balance
        balance = round(balance + (amount or 0.0), 2)
        lines.append((name, holder, at, what, amount, balance, reason if what not in ("charge", "payment") else None))

    for place, (year, month) in enumerate(months):
        first = date(year, month, 1)
        write(first, "charge", _RENT)
        behind = begins <= place < begins + unpaid
        if not behind:
            write(first + timedelta(days=int(rng.integers(2, 12))), "payment", -balance)
            continue
        if place == begins + 1:
            write(first + timedelta(days=14), "letter", None)
        if kind == 2 and place == begins + 2:
            write(first + timedelta(days=14), "notice", None)
        if kind == 2 and place == begins + 4:
            write(first + timedelta(days=14), "court", None)
    return lines
