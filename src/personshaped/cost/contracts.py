"""Where contract money goes: how much reaches those who deliver, through how many layers (S1 Ib; M097–M099)."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import WHOLE, By, Distinct, Measure, Query, Ratio, by

FLOWS = ("money_flows",)

# The first payer's money is that of tier 0, or of whoever nobody pays. It reaches the front line where it is paid for
# delivery to one who passes none of it on for delivery, or is kept for delivery by who pays it.
_FLOWS = """(
    SELECT f.contract, f.contract AS person_id, f.amount AS cost, f.units, f.tier, f.purpose,
           coalesce(f.tier = 0, NOT EXISTS (
               SELECT 1 FROM money_flows p WHERE p.contract = f.contract AND p.payee = f.payer AND p.payer <> p.payee))
           AS is_first,
           f.purpose = 'delivery' AND (f.payee = f.payer OR NOT EXISTS (
               SELECT 1 FROM money_flows n WHERE n.contract = f.contract AND n.payer = f.payee
               AND coalesce(n.purpose, 'delivery') = 'delivery')) AS is_front_line,
           f.purpose IN ('management', 'audit', 'other') AS is_administration
    FROM money_flows f)"""
_UNIT = """
    WITH first AS (
        SELECT contract, sum(units) AS units, sum(CAST(cost AS DECIMAL(18, 4))) AS cost
        FROM {flows} WHERE is_first GROUP BY ALL),
    received AS (
        SELECT contract, sum(CAST(cost AS DECIMAL(18, 4))) AS cost FROM {flows} WHERE is_front_line GROUP BY ALL)
SELECT contract AS "group", {amount} / units AS value, {amount} AS numerator, units AS denominator
FROM first LEFT JOIN received USING (contract)
WHERE units > 0 AND {amount} IS NOT NULL
ORDER BY ALL"""

frontline_share = Measure(
    name="frontline_share", answers=("M097",), table=_FLOWS, unit="share", by=(WHOLE, by("contract")), chart="flow",
    kind=Ratio("cost", "cost", when="is_front_line", of="is_first"), needs=("money_flows.purpose",), basis="recorded",
    source="S1 Ib", note="As told by those who gave the contract’s flows",
    says="Of what the first payer of a contract pays, how much reaches those who deliver the service.",
    does_not_say="That the rest is waste; flows whose purpose is not recorded count as not reaching them.",
)  # fmt: skip
paid_per_unit = replace(
    frontline_share, name="paid_per_unit", unit="£", by=(by("contract"),), needs=("money_flows.units",),
    kind=Query(_UNIT.format(flows=_FLOWS, amount="first.cost")),
    says="What the first payer pays for one unit of service.", does_not_say="What a unit is worth to anyone.",
)  # fmt: skip
received_per_unit = replace(
    paid_per_unit, name="received_per_unit", needs=("money_flows.units", "money_flows.purpose"),
    kind=Query(_UNIT.format(flows=_FLOWS, amount="received.cost")),
    says="What those who deliver receive for one unit of service.",
    does_not_say="What it costs them to deliver it.",
)  # fmt: skip
admin_share = replace(
    frontline_share, name="admin_share", answers=("M099",), chart="hist",
    kind=Ratio("cost", "cost", when="is_administration", of="is_first"),
    says="Of what the first payer of a contract pays, how much goes on management, audit and the like.",
    does_not_say="Administration inside the delivering body; at least so much, where purposes are not all recorded.",
)  # fmt: skip
tiers = replace(
    frontline_share, name="tiers", answers=("M098",), kind=Distinct("tier"), unit="count", by=(by("contract"),),
    needs=("money_flows.tier",),
    says="Through how many layers of payers the money of a contract passes.",
    does_not_say="Layers of managers inside one body.",
)  # fmt: skip
audits = Measure(
    name="audits", answers=("M098",), unit="count", by=(By("payer"),), chart="flow", basis="recorded", source="S1 Ib",
    needs=("interactions.activity", *FLOWS),
    kind=Query("""
SELECT agency AS "group", count(*) AS value, count(*) AS n
FROM interactions
WHERE in_window AND activity IN ('report', 'approve') AND agency IN (SELECT payer FROM money_flows)
GROUP BY ALL
ORDER BY ALL"""),
    says="How often each body that pays for a contract reported or approved.",
    does_not_say="Work of reporting that those who deliver do for it, unless their rows are here too.",
)  # fmt: skip

CONTRACT_MEASURES: tuple[Measure, ...] = (
    frontline_share, paid_per_unit, received_per_unit, admin_share, tiers, audits,
)  # fmt: skip
