"""A survey of providers, and where contract money goes (spec 6.4, `survey`; S1 Ib)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from personshaped.locality.tables import table
from personshaped.locality.written import Written

INVITED, ANSWERED = 480, 96
SURVEY = "providers (synthetic)"
YES: dict[str, int] = {
    "larger contracts reduced opportunities": 77,
    "quality suffered": 78,
    "needs of people are not met": 82,
    "administration takes more than a fifth": 25,
}
"""Of 96: the counts that S1's 80, 81, 85 and 26 per cent are rounded from."""
BARRIERS: dict[str, int] = {
    "size of contract": 51,
    "paperwork": 42,
    "cash flow": 35,
    "capacity": 18,
    "price": 16,
    "skills": 13,
}
FRONT_LINE = 0.45
_CONTRACTS = 9


def providers(start: date, end: date, people: Sequence[int], rng: np.random.Generator) -> Written:
    """Answers of 96 respondents, blanks of the 384 who were asked and did not answer, and nine contracts."""
    rows: list[dict[str, Any]] = []
    asked = {"survey": SURVEY, "asked_on": start, "weight": 1.0, "invited": True}
    for question, count in YES.items():
        yes = set(rng.permutation(ANSWERED)[:count].tolist())
        for one in range(INVITED):
            answer = None if one >= ANSWERED else "yes" if one in yes else "no"
            rows.append({**asked, "respondent": f"R{one:03d}", "question": question, "answer": answer})
    options: list[list[str]] = [[] for _ in range(ANSWERED)]
    for option, count in BARRIERS.items():
        for one in rng.permutation(ANSWERED)[:count].tolist():
            options[one].append(option)
    for one, chosen in enumerate(options):
        answer = ";".join(chosen) or "none of these"
        rows.append({**asked, "respondent": f"R{one:03d}", "question": "barriers", "answer": answer})
    truths = {
        ("response_share", "survey>question>answer", f"{SURVEY}>{question}>yes"): count / ANSWERED
        for question, count in YES.items()
    } | {
        ("response_share", "survey>question>answer", f"{SURVEY}>barriers>{option}"): count / ANSWERED
        for option, count in BARRIERS.items()
    }
    tables = {"responses": table("responses", rows), "money_flows": table("money_flows", _contracts(start, rng))}
    return Written(tables, truths | {("frontline_share", "", ""): FRONT_LINE})


def _contracts(start: date, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each contract: a council pays a prime contractor, who keeps some for itself and passes 45% on to deliver."""
    rows = []
    for number in range(1, _CONTRACTS + 1):
        amount = 10_000.0 * int(rng.integers(20, 90))
        parts = (
            (0, "council", f"prime contractor {number}", amount, None),
            (1, f"prime contractor {number}", f"community enterprise {number}", amount * FRONT_LINE, "delivery"),
            (1, f"prime contractor {number}", f"prime contractor {number}", amount * 0.28, "management"),
            (1, f"prime contractor {number}", f"prime contractor {number}", amount * 0.12, "audit"),
            (1, f"prime contractor {number}", f"prime contractor {number}", amount * 0.15, "profit"),
        )
        for tier, payer, payee, pounds, purpose in parts:
            rows.append(
                {
                    "contract": f"C{number}", "tier": tier, "payer": payer, "payee": payee, "amount": round(pounds, 2),
                    "period": str(start.year), "purpose": purpose, "units": 100.0 if tier == 0 else None,
                }
            )  # fmt: skip
    return rows
