"""Rent accounts on page 5: enforcement, how balances move, why it is not paid, and what follows a letter."""

from __future__ import annotations

from personshaped.figures import NOT_A_GOAL, Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.dots import dots
from personshaped.picture.drawn import Chart, DataTable, Part, basis_of
from personshaped.picture.inputs import Findings
from personshaped.picture.pages.barred import barred, by_size
from personshaped.picture.svg import SLATE

_FOLLOWED = {"payment": "A payment", "contact": "A contact with the landlord or council",
             "rework": "Of these, to sort out forms, letters or mistakes", "nothing": "None of these"}  # fmt: skip
_PATTERNS = {"periodic": "Comes back at the same time of the year", "drifting": "Goes on rising",
             "one_off": "Once, and over", "cleared": "Cleared for half a year",
             "no_pattern": "No pattern by these rules"}  # fmt: skip


def rent(findings: Findings) -> list[Part]:
    book = findings.figures
    parts: list[Part] = []
    if enforced := book.known("enforcement_share"):
        parts.append(_enforcement(enforced, book.known("enforcement_share_in_arrears")))
    if patterns := sorted(book.by("arrears_pattern", "pattern"), key=lambda one: list(_PATTERNS).index(one.group)):
        parts.append(barred("f-arrears-pattern", "How balances in arrears move",
                             "Accounts in arrears with two years of balances, by written rules on the balance at the "
                             "end of each month.", patterns, "arrears_pattern", _PATTERNS))  # fmt: skip
    if reasons := by_size(book.by("arrears_reasons", "reason_type")):
        parts.append(barred("f-arrears-reasons", "Why it is not paid", "Where someone asked. Each reason wants "
                             "another way of helping.", reasons, "arrears_reasons"))  # fmt: skip
    if issues := by_size(book.by("issue_share_in_arrears", "issue")):
        parts.append(barred("f-arrears-issues", "What people in arrears ask for help with, anywhere",
                             "Demands at every agency of people whose account is in arrears. A demand about several "
                             "issues counts for each.", issues, "issue_share_in_arrears",
                             {one.group: words.need(one.group, findings.charts.needs) for one in issues}))  # fmt: skip
    if after := sorted(book.by("after_letter", "followed"), key=lambda one: list(_FOLLOWED).index(one.group)):
        parts.append(barred("f-after-letter", "What came within 28 days of a letter",
                             "Several may follow one letter. What came might have come without it.", after,
                             "after_letter", _FOLLOWED))  # fmt: skip
    return parts


def _enforcement(whole: Figure, arrears: Figure | None) -> Chart:
    few = words.is_few(whole)
    total = int(whole.denominator or 0) if few else 100
    filled = int(whole.numerator or 0) if few else round((whole.value or 0) * 100)
    counted = f"{words.plain(whole.numerator)} of {words.plain(whole.denominator)}"
    headline = f"{counted} accounts had a notice, an enforcement or a court entry" if few else (
        f"Of 100 accounts, {filled} had a notice, an enforcement or a court entry")  # fmt: skip
    says = f"{total} dots, {filled} filled: {words.out_of(whole)}."
    rows = [("Of all accounts", whole), *([("Of accounts in arrears", arrears)] if arrears else [])]
    basis = basis_of(whole, [])
    if arrears:
        basis = (*basis, f"Of those in arrears at the end of some month: {words.out_of(arrears)}.")
    return Chart(
        id="f-enforcement",
        headline=headline,
        subtitle="Accounts with an entry of that kind in the window, out of all accounts.",
        wide=dots(filled, total, SLATE, WIDE, says),
        narrow=dots(filled, total, SLATE, NARROW, says),
        table=DataTable(
            "Accounts in enforcement", ("", "Counted", "Of", "Share"),
            tuple((name, words.plain(one.numerator), words.plain(one.denominator), words.out_of(one))
                  for name, one in rows),
        ),
        basis=(*basis, NOT_A_GOAL),
        figure="enforcement_share",
    )  # fmt: skip
