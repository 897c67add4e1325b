"""M022: is underlying demand stable while failure demand rises (Stat 2)?"""

from __future__ import annotations

from typing import Any

from personshaped.figures import By, Context, Measure, Query
from personshaped.statistics.trend import FEWEST_MONTHS, yearly_change

Row = dict[str, Any]
_YEAR = 12

_BY_MONTH = """
WITH classified AS (
    SELECT agency, demand_type, date_trunc('month', started_at) AS month FROM demands
    WHERE demand_type IN ('value', 'failure') AND started_at IS NOT NULL),
months AS (
    SELECT unnest(generate_series(
        (SELECT min(month) + INTERVAL 1 MONTH FROM classified),
        date_trunc('month', CAST($end AS TIMESTAMP)) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month),
present AS (
    SELECT agency FROM classified GROUP BY ALL
    HAVING min(month) <= (SELECT min(month) + INTERVAL 2 MONTH FROM months)
       AND max(month) >= (SELECT max(month) - INTERVAL 2 MONTH FROM months))
SELECT month, count(*) FILTER (WHERE demand_type = 'value') AS value,
       count(*) FILTER (WHERE demand_type = 'failure') AS failure, value + failure AS all_demand
FROM months LEFT JOIN (FROM classified WHERE agency IN (FROM present)) USING (month)
GROUP BY ALL
ORDER BY month"""
_TYPES = (("all", "all_demand"), ("failure", "failure"), ("value", "value"))


def _trends(rows: list[Row], context: Context) -> list[Row]:
    """One yearly change for each type of demand, all over the same months and the same agencies."""
    if len(rows) < FEWEST_MONTHS:
        note = f"Refused: {len(rows)} whole months of classifiable demand; {FEWEST_MONTHS} are needed."
        return [{"value": None, "note": note}]
    made = []
    for group, column in _TYPES:
        counts = [row[column] for row in rows]
        if not sum(counts):
            continue
        found = yearly_change(counts)
        note = f"{found.in_words().capitalize()}, over {len(rows)} months, in agencies present throughout."
        if group == "all":
            note = f"{note} {_decomposed(rows)}".strip()
        made.append(
            {
                "group": group, "value": found.change, "low": found.low, "high": found.high, "n": sum(counts),
                "note": note,
            }
        )  # fmt: skip
    return made


def _decomposed(rows: list[Row]) -> str:
    """T₂/T₁ = N₂/N₁ × (T/N)₂/(T/N)₁, from the first twelve months to the last, exact."""
    first, last = rows[:_YEAR], rows[-_YEAR:]
    totals = [sum(row["all_demand"] for row in part) for part in (first, last)]
    needs = [sum(row["value"] for row in part) for part in (first, last)]
    if len(rows) < 2 * _YEAR or not all(totals + needs):
        return ""
    demand, opened = totals[1] / totals[0], needs[1] / needs[0]
    return (
        f"First to last twelve months: demand ×{demand:.2f} = needs opened ×{opened:.2f}"
        f" times demands for each need ×{demand / opened:.2f}."
    )


DEMAND_TREND = Measure(
    name="demand_trend", answers=("M022",), unit="ratio", by=(By("type"),), chart="xmr",
    needs=("interactions.activity|interactions.initiated_by",), wants=("linked",), source="S1 Ia",
    kind=Query(_BY_MONTH, _trends),
    says="How much demand changes a year: value demand (needs opened), failure demand, and both.",
    does_not_say="Why; and a change not shown is not shown to be absent.",
)  # fmt: skip
