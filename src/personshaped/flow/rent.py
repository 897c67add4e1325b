"""Rent and tax accounts: enforcement, patterns of arrears, and what follows a letter (spec 2.4, M078–M081)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from personshaped.figures import MONTH, By, Context, Measure, Query, Share, Split, by
from personshaped.statistics.balances import PATTERNS, SHORTEST, pattern
from personshaped.statistics.wilson import wilson

Row = dict[str, Any]
BALANCES = ("accounts.balance_after",)
DAYS_AFTER = 28
"""How long after a letter one looks (M081)."""

# Each account in each month from its first entry to its last; the lowest of several balances at one moment stands.
_MONTHS = """
    WITH entries AS (
        SELECT agency || '/' || account_id AS account, date_trunc('month', "at") AS month, "at", kind, balance_after,
               person_id
        FROM accounts WHERE "at" < $end),
    ends AS (
        SELECT account, month,
               bool_or(kind IN ('notice', 'enforcement', 'court') AND "at" >= $start) AS enforced,
               max(struct_pack(moment := "at", below := -balance_after)) FILTER (balance_after IS NOT NULL) AS latest
        FROM entries GROUP BY ALL),
    spans AS (
        SELECT account, max(person_id) AS holder,
               unnest(generate_series(min(month), max(month), INTERVAL 1 MONTH)) AS month
        FROM entries GROUP BY account),
    months AS (
        SELECT account, holder, month, coalesce(enforced, false) AS enforced,
               last_value(-latest.below IGNORE NULLS) OVER (PARTITION BY account ORDER BY month) AS balance
        FROM spans LEFT JOIN ends USING (account, month))"""
_IN_WINDOW = "month >= date_trunc('month', $start)"
# `person_id` is what intervals go by: here an account.
_ACCOUNT_MONTHS = f"""({_MONTHS}
    SELECT account AS person_id, month AS started_at, enforced FROM months WHERE {_IN_WINDOW})"""
_ACCOUNTS = f"""({_MONTHS}
    SELECT account AS person_id, bool_or(enforced) AS enforced, bool_or(balance > 0) AS arrears
    FROM months WHERE {_IN_WINDOW} GROUP BY ALL)"""

enforcement_share = Measure(
    name="enforcement_share", answers=("M078",), table=_ACCOUNTS, kind=Share("enforced"), unit="share", chart="xmr",
    needs=("accounts",), basis="recorded", source="S2",
    says="Of all accounts, how many had a notice, an enforcement or a court entry in the window.",
    does_not_say="Why it was not paid; and of those in arrears it is a larger share (enforcement_share_in_arrears).",
)  # fmt: skip
enforcement_share_by_month = replace(
    enforcement_share, table=_ACCOUNT_MONTHS, by=(MONTH,),
    says="The same of the accounts of each month.",
    does_not_say="That fewer is better: it depends on what was done instead.",
)  # fmt: skip
enforcement_share_in_arrears = replace(
    enforcement_share, name="enforcement_share_in_arrears", kind=Share("enforced", "arrears"), needs=BALANCES,
    says="Of the accounts in arrears at the end of some month, how many had such an entry.",
    does_not_say="Whether the arrears are real: an account charged before its payment is due stands in arrears too.",
)  # fmt: skip


def _patterns(rows: list[Row], context: Context) -> list[Row]:
    """How many of the accounts in arrears show each pattern; those with too few months are counted in the note."""
    told = [one for one in rows if len(one["balances"]) >= SHORTEST]
    short = len(rows) - len(told)
    if not told:
        note = f"Not in the data: {SHORTEST} months of balances for any account in arrears ({short} have fewer)."
        return [{"value": None, "note": note}] if rows else []
    note = f"Accounts in arrears with fewer than {SHORTEST} months of balances, left out: {short}."
    found = Counter(pattern(one["balances"], one["first_month"]) for one in told)
    made = []
    for name in sorted(PATTERNS):
        low, high = wilson(found[name], len(told))
        made.append({"group": name, "value": found[name] / len(told), "numerator": found[name],
                     "denominator": len(told), "low": low, "high": high, "note": note if short else ""})  # fmt: skip
    return made


arrears_pattern = Measure(
    name="arrears_pattern", answers=("M079",), unit="share", by=(By("pattern"),), chart="runs", needs=BALANCES,
    source="S2",
    kind=Query(f"""{_MONTHS}
SELECT account,
       list_transform(list_sort(list({{'month': month, 'balance': balance}})), lambda one: one.balance) AS balances,
       CAST(month(min(month)) AS INTEGER) AS first_month
FROM months
WHERE balance IS NOT NULL
GROUP BY account
HAVING max(balance) > 0
ORDER BY account""", _patterns),
    says="Of the accounts in arrears with two years of balances, how many show which pattern, by written rules:"
    " periodic, drifting, one-off, cleared, or none of these.",
    does_not_say="Why: only the person can say. Which account it is, is for those who help there.",
)  # fmt: skip
issue_share_in_arrears = Measure(
    name="issue_share_in_arrears", answers=("M080",), table="demands", kind=Split(each="issue"), unit="share",
    where=f"person_id IN ({_MONTHS} SELECT holder FROM months WHERE {_IN_WINDOW} AND balance > 0)",
    by=(by("issue"),), chart="pareto", needs=("interactions.issue", *BALANCES), wants=("linked",), source="S2",
    says="What people whose account is in arrears ask about, at any agency, by issue.",
    does_not_say="A demand about several issues counts for each, so shares may add to more than one; and accounts"
    " whose holder is not known are not in it.",
)  # fmt: skip

_FOLLOWED = {
    "payment": ("paid", "true"),
    "contact": ("asked", "known"),
    "rework": ("rework", "known"),
    "nothing": ("NOT (paid OR asked)", "known"),
}
"""What may follow a letter: whether it did, and whether that can be known (without a known holder, contact cannot)."""
_EACH = " UNION ALL ".join(
    f"SELECT account AS person_id, reason_type, '{name}' AS followed, {happened} AS happened, {known} AS told"
    " FROM after"
    for name, (happened, known) in _FOLLOWED.items()
)
_LATER = f"BETWEEN 1 AND {DAYS_AFTER}"
_LETTERS = f"""(
    WITH entries AS (SELECT *, agency || '/' || account_id AS account FROM accounts WHERE "at" < $end),
    holders AS (SELECT DISTINCT account, person_id FROM entries WHERE person_id IS NOT NULL),
    reasons AS (
        SELECT account, max(struct_pack(moment := "at", why := reason_type)).why AS last_reason
        FROM entries WHERE reason_type IS NOT NULL GROUP BY account),
    letters AS (
        SELECT account, agency, "at" AS sent, coalesce(reason_type, last_reason) AS reason_type
        FROM entries LEFT JOIN reasons USING (account)
        WHERE kind = 'letter' AND "at" >= $start AND date_diff('day', "at", $end) > {DAYS_AFTER}),
    contacts AS (
        SELECT h.account, i.agency, i.started_at, coalesce(d.failure_kind = 'rework', false) AS rework
        FROM interactions i JOIN holders h USING (person_id) LEFT JOIN demands d USING (interaction_id)
        WHERE (i.kind = 'demand' OR i.initiated_by IN ('person', 'family', 'third_party', 'anonymous'))
          AND i.date_precision NOT IN ('month', 'year', 'range', 'order')),
    after AS (
        SELECT l.account, l.reason_type,
               EXISTS (SELECT 1 FROM entries p WHERE p.account = l.account AND p.kind = 'payment'
                       AND date_diff('day', l.sent, p."at") {_LATER}) AS paid,
               EXISTS (SELECT 1 FROM contacts c WHERE c.account = l.account AND c.agency = l.agency
                       AND date_diff('day', l.sent, c.started_at) {_LATER}) AS asked,
               EXISTS (SELECT 1 FROM contacts c WHERE c.account = l.account AND c.agency = l.agency AND c.rework
                       AND date_diff('day', l.sent, c.started_at) {_LATER}) AS rework,
               EXISTS (SELECT 1 FROM holders h WHERE h.account = l.account) AS known
        FROM letters l)
    {_EACH})"""
after_letter = Measure(
    name="after_letter", answers=("M081",), table=_LETTERS, kind=Share("happened", "told"), unit="share",
    by=(by("followed"), By("reason_type>followed", "reason_type || '>' || followed")), chart="bar",
    needs=("accounts",), basis="recorded", source="S2",
    note="Not causal: it followed the letter, and might have come without it",
    says="Of the letters about an account, after how many there came within 28 days a payment, a contact with that"
    " agency, a demand to sort out forms, letters or mistakes (rework), or nothing; several may follow one letter.",
    does_not_say="That the letter did it. Letters to accounts whose holder is not known are left out where contact"
    " must be known; letters less than 28 days before the end of the window are left out.",
)  # fmt: skip
arrears_reasons = Measure(
    name="arrears_reasons", answers=("M004", "M081"), unit="share", by=(by("reason_type"),), chart="bar",
    needs=("accounts.reason_type",), basis="hand", source="S2",
    table="""(
    SELECT agency || '/' || account_id AS person_id,
           max(struct_pack(moment := "at", why := reason_type)).why AS reason_type
    FROM accounts WHERE reason_type IS NOT NULL AND "at" < $end GROUP BY ALL)""",
    kind=Split(),
    says="Of the accounts where someone asked why it is not paid, how many for which reason, in local words.",
    does_not_say="Accounts nobody asked about are not in it. Each reason wants another way of helping.",
)  # fmt: skip

RENT_MEASURES: tuple[Measure, ...] = (
    enforcement_share, enforcement_share_by_month, enforcement_share_in_arrears, arrears_pattern, arrears_reasons,
    issue_share_in_arrears, after_letter,
)  # fmt: skip
