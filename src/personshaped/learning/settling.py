"""The dip after a change of method (M109): the six points after it are settling, and no signal is named in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from personshaped.demand.trend import THROUGHOUT
from personshaped.figures import By, Context, Measure, Query
from personshaped.learning.signals import SETTLING, settling

Row = dict[str, Any]
_MONTHS = f"""{THROUGHOUT}
SELECT strftime(month, '%Y-%m') AS period, count(*) FILTER (WHERE demand_type = 'failure') AS failure,
       (SELECT list([CAST("at" AS VARCHAR), text] ORDER BY "at")
        FROM (SELECT "at", string_agg(DISTINCT text, '; ' ORDER BY text) AS text FROM changes
              WHERE kind = 'method' AND "at" IS NOT NULL AND person_id IS NULL GROUP BY ALL)) AS changes
FROM months LEFT JOIN (FROM classified WHERE agency IN (FROM present)) USING (month)
GROUP BY ALL
ORDER BY period"""


def _figures(rows: list[Row], context: Context) -> list[Row]:
    """Failure demands a month before each change, in the settling months, and after them."""
    made: list[Row] = []
    for day, text in (rows[0]["changes"] or ()) if rows else ():
        on = date.fromisoformat(day[:10])
        quiet = settling([row["period"] for row in rows], [on])
        parts: dict[str, list[int]] = {"before": [], "settling": [], "after": []}
        for row in rows:
            early = row["period"] < f"{on:%Y-%m}"
            parts["before" if early else "settling" if row["period"] in quiet else "after"].append(row["failure"])
        for part, counts in parts.items():
            if counts:
                note = f"{day[:10]}: {text}. {len(counts)} months. No interval: see the chart's limits."
                made.append({"group": f"{day[:10]}>{part}", "value": sum(counts) / len(counts), "n": sum(counts),
                             "note": note})  # fmt: skip
    return made or [{"value": None, "note": "Not in the data: a change of kind method in changes, within the months."}]


post_change_dip = Measure(
    name="post_change_dip", answers=("M109",), unit="count", by=(By("change>part"),), chart="xmr", source="S3",
    kind=Query(_MONTHS, _figures), needs=("changes", "interactions.activity|interactions.initiated_by"),
    note=f"Failure demands a month. The {SETTLING} points after a change of method are settling: no signal is named",
    says="Failure demand before a way of working changed, in the six months of settling, and after them.",
    does_not_say="That the change failed or worked: recovery often begins with a dip. See the chart and its phases.",
)  # fmt: skip

SETTLING_MEASURES: tuple[Measure, ...] = (post_change_dip,)
