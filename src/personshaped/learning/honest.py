"""Honest reporting: is more going wrong, or is more written down? (Stat 8, M108; Norris et al. 2016)

Reported = true × completeness. A rise in what an agency itself reports is never called a worsening before the evidence
here has been looked at; the answer is one of four sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

from personshaped.figures import Context, Measure, Query, by, filled
from personshaped.learning.four_sentences import AGREES, ENOUGH, MEASURED, Beside, Sentence, Series, beside, by_quarter
from personshaped.statistics.completeness import two_sources
from personshaped.statistics.xmr import FEWEST_FULL, FEWEST_WITH_LIMITS, Chart, xmr

Row = dict[str, Any]
AFRESH = "a sample from before and after, coded again by who coded it, blind to date (`personshaped listen --again`)"
NOT_AFRESH = f"Not done: {AFRESH}."
BY_MONTH, FEWEST_WORKERS = "agency>month", 5
"""How many write down is looked at only where five or more do in every month; said is which way it went, never how many
(N4)."""


@dataclass(frozen=True)
class Evidence:
    """One of the six pieces: what was looked at and what it says; `chart` and `periods` where it is a series."""

    looked_at: str
    says: str
    periods: tuple[str, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True)
class Reporting:
    """The panel of one agency: the sentence with the evidence under it. `times` is the ratio own ÷ independent in
    the last third of the series over the first third; None without an independent series."""

    agency: str
    sentence: Sentence
    evidence: tuple[Evidence, ...]
    times: float | None
    n: int


# --- from the tables -----------------------------------------------------------------------------------------

_PANEL = """
WITH months AS (
    SELECT unnest(generate_series(date_trunc('month', CAST($start AS TIMESTAMP) + INTERVAL '27 days'),
        date_trunc('month', CAST($end AS TIMESTAMP)) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month),
agencies AS (SELECT DISTINCT agency FROM interactions WHERE in_window),
asked AS (SELECT agency, date_trunc('month', started_at) AS month, count(*) AS demands,
                 count(*) FILTER (WHERE demand_type = 'failure') AS failure
          FROM demands WHERE started_at IS NOT NULL GROUP BY ALL),
rows_ AS (SELECT agency, date_trunc('month', started_at) AS month, count(*) AS n,
                 count(*) FILTER (WHERE words IS NOT NULL) AS worded,
                 count(*) FILTER (WHERE issue IS NULL AND outcome IS NULL AND words IS NULL) AS blank,
                 median(date_diff('day', started_at, recorded_at)) AS lag,
                 count(*) - count(DISTINCT recorded_at) FILTER (WHERE recorded_at IS NOT NULL)
                     - count(*) FILTER (WHERE recorded_at IS NULL) AS together,
                 count(*) FILTER (WHERE crisis AND counts_as_demand) AS serious,
                 count(*) FILTER (WHERE crisis IS NOT TRUE AND counts_as_demand) AS minor
          FROM interactions WHERE in_window AND started_at IS NOT NULL GROUP BY ALL),
passed AS (SELECT to_agency AS agency, date_trunc('month', coalesce(sent_at, received_at)) AS month,
                  count(*) FILTER (WHERE received_at IS NOT NULL) AS own,
                  count(*) FILTER (WHERE sent_at IS NOT NULL) AS other,
                  count(*) FILTER (WHERE sent_at IS NOT NULL AND received_at IS NOT NULL) AS both_
           FROM referrals WHERE in_window AND to_agency IS NOT NULL GROUP BY ALL),
apart AS (SELECT agency, period, max(value) FILTER (WHERE measure = 'failure_demands') AS failure,
                 max(value) FILTER (WHERE measure = 'demands') AS demands
          FROM area_facts WHERE independent AND agency IS NOT NULL AND length(period) = 7 GROUP BY ALL),
mine AS (SELECT agency, person_id, date_trunc('month', started_at) AS month, count(*) AS demands,
                count(*) FILTER (WHERE demand_type = 'failure') AS failure
         FROM demands WHERE agency IN (SELECT agency FROM apart)
                        AND date_trunc('month', started_at) IN (SELECT month FROM months) GROUP BY ALL),
again AS (SELECT agency, list([months, demands, failure] ORDER BY months) AS again
          FROM (SELECT one.agency, date_diff('month', one.month, other.month) AS months,
                       CAST(sum(one.demands * other.demands) AS BIGINT) AS demands,
                       CAST(sum(one.failure * other.failure) AS BIGINT) AS failure
                FROM mine one JOIN mine other USING (agency, person_id) WHERE one.month <= other.month GROUP BY ALL)
          GROUP BY ALL)
SELECT a.agency, strftime(m.month, '%Y-%m') AS period, coalesce(n, 0) AS rows, coalesce(worded, 0) AS worded,
       coalesce(blank, 0) AS blank, lag, coalesce(together, 0) AS together,
       coalesce(serious, 0) AS serious, coalesce(minor, 0) AS minor, coalesce(asked.demands, 0) AS demands,
       coalesce(asked.failure, 0) AS failure, coalesce(own, 0) AS own, coalesce(other, 0) AS other,
       coalesce(both_, 0) AS both, apart.failure AS failure_apart, apart.demands AS demands_apart, again,
       (SELECT list([CAST("at" AS VARCHAR), kind, text] ORDER BY "at", kind, text) FROM changes
        WHERE (agency = a.agency OR agency IS NULL) AND "at" IS NOT NULL) AS changes
FROM agencies a CROSS JOIN months m
LEFT JOIN rows_ r ON r.agency = a.agency AND r.month = m.month
LEFT JOIN asked ON asked.agency = a.agency AND asked.month = m.month
LEFT JOIN passed p ON p.agency = a.agency AND p.month = m.month
LEFT JOIN apart ON apart.agency = a.agency AND apart.period = strftime(m.month, '%Y-%m')
LEFT JOIN again ON again.agency = a.agency
ORDER BY a.agency, period"""


def reporting(con: duckdb.DuckDBPyConnection, context: Context, afresh: str = "") -> list[Reporting]:
    """The panels of the derived tables of a connection, as page 7 draws them; `afresh` says what coding again found."""
    cursor = con.execute(filled(_PANEL, context))
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return panels(rows, afresh or NOT_AFRESH, context.have.staff_by.get(BY_MONTH))


def panels(rows: Iterable[Row], afresh: str, staff: Mapping[str, int] | None = None) -> list[Reporting]:
    """The panel of each agency, silent ones first, else in alphabetical order; `staff` counts workers, `gp>2024-03`."""
    held: dict[str, list[Row]] = {}
    for row in rows:
        workers = (staff or {}).get(f"{row['agency']}>{row['period']}", 0)
        held.setdefault(row["agency"], []).append(row | {"staff": workers})
    made = [(not _silent(months), _panel(agency, months, afresh)) for agency, months in sorted(held.items())]
    return [panel for _, panel in sorted(made, key=lambda one: (one[0], one[1].agency))]


def is_silent(rows_a_month: Sequence[float]) -> bool:
    """An agency whose rows have lastingly gone down, or have stopped: the alarm that comes first."""
    counts = np.array(rows_a_month, np.float64)
    if len(counts) < FEWEST_FULL or counts.mean() < ENOUGH:
        return False
    return bool(counts[-2:].sum() == 0 or Series(xmr(counts, bounds=(0, None))).shifted < 0)


def _silent(months: Sequence[Row]) -> bool:
    return is_silent([row["rows"] for row in months])


def _panel(agency: str, months: Sequence[Row], afresh: str) -> Reporting:
    which = "failure" if any(row["failure_apart"] is not None for row in months) else "demands"
    told = [row for row in months if row[f"{which}_apart"] is not None]
    periods, own = [row["period"] for row in told], [row[which] for row in told]
    found = beside(periods, own, [row[f"{which}_apart"] for row in told], _recurring(months, which))
    evidence = [_changes(months), *_independent(found, which), _two_sources(months), *_severity(months)]
    evidence += [*_traces(months), Evidence("coded afresh", afresh)]
    if _silent(months):
        evidence.insert(0, Evidence("silence", "Fewer rows arrive from here than did, or none: ask before reading on."))
    n = int(sum(row[which] for row in told))
    if found is None:
        return Reporting(agency, Sentence.CANNOT_TELL, tuple(evidence), None, n)
    ratio = found.ratio.chart.values
    third = max(1, len(ratio) // 3)
    times = float(np.exp(ratio[-third:].mean() - ratio[:third].mean()))
    return Reporting(agency, found.sentence, tuple(evidence), times, n)


def _recurring(months: Sequence[Row], which: str) -> list[float]:
    """For months 0, 1, 2 … apart how many events of one person meet in two such months, on average."""
    held = {int(one[0]): one[1 if which == "demands" else 2] for one in months[0].get("again") or ()}
    return [held.get(apart, 0) / (len(months) - apart) for apart in range(len(months))]


def _changes(months: Sequence[Row]) -> Evidence:
    told = [one for one in (months[0]["changes"] or ()) if one[1] in ("recording", "data")]
    said = "; ".join(f"{date.fromisoformat(one[0][:10]).isoformat()}: {one[2]}" for one in told)
    return Evidence("changes in recording", f"{said}." if said else "None is written down.")


def _independent(found: Beside | None, which: str) -> list[Evidence]:
    if found is None:
        need = "area_facts with independent = yes, this agency, measure failure_demands or demands, by month"
        return [Evidence("independent series", f"Not in the data for {FEWEST_FULL} periods: {need}.")]
    what = "failure demands" if which == "failure" else "demands"
    named = (
        (f"own {what}", found.own, found.own.moved(AGREES)),
        (f"independent {what}", found.independent, found.independent.moved()),
        ("ln(own ÷ independent)", found.ratio, found.ratio.shifted),
    )
    return [Evidence(name, _LASTINGLY[way], found.periods, series.chart) for name, series, way in named]


_LASTINGLY = {1: "Lastingly higher than it was.", -1: "Lastingly lower than it was.", 0: "No lasting change."}


def _moved(chart: Chart) -> str:
    return _LASTINGLY[Series(chart).shifted]


def _two_sources(months: Sequence[Row]) -> Evidence:
    own, other, both = (int(sum(row[name] for row in months)) for name in ("own", "other", "both"))
    if not other:
        return Evidence("two-source completeness", "No referral to this agency is recorded by another.")
    found = two_sources(own, other, both)
    names = [row["period"] for row in months]
    quarters, sent = by_quarter(names, [row["other"] for row in months])
    _, received = by_quarter(names, [row["both"] for row in months])
    known = sent > 0
    chart = xmr(received[known] / sent[known], bounds=(0, 1)) if known.sum() >= FEWEST_WITH_LIMITS else None
    says = (
        f"Of {other} referrals that others sent here {both} are recorded here ({both / other:.0%}); about"
        f" {found.total:.0f} in all ({found.low:.0f} to {found.high:.0f}; standard error {found.error:.0f}), if the two"
        " write down independently and links are right."
    )
    shown = tuple(one for one, is_known in zip(quarters, known, strict=True) if is_known)
    return Evidence("two-source completeness", says + (f" {_moved(chart)}" if chart else ""), shown, chart)


def _severity(months: Sequence[Row]) -> list[Evidence]:
    quarters, serious = by_quarter([row["period"] for row in months], [row["serious"] for row in months])
    _, minor = by_quarter([row["period"] for row in months], [row["minor"] for row in months])
    if not serious.sum() or (serious == 0).any() or len(quarters) < FEWEST_WITH_LIMITS:
        return [
            Evidence("severity", "Too few crises recorded here to chart: honest reporting adds mostly minor events.")
        ]
    mix, alone = xmr(minor / serious, bounds=(0, None)), xmr(serious, bounds=(0, None))
    return [
        Evidence("minor ÷ serious", _moved(mix), quarters, mix),
        Evidence("serious alone", _moved(alone), quarters, alone),
    ]


def _traces(months: Sequence[Row]) -> list[Evidence]:
    kept = [row for row in months if row["rows"]]
    periods = tuple(row["period"] for row in kept)
    of_rows = (("share with words", "worded"), ("share with blank fields", "blank"),
               ("share entered together", "together"))  # fmt: skip
    made: list[tuple[str, list[float], tuple[float, float | None]]]
    made = [(name, [row[column] / row["rows"] for row in kept], (0.0, 1.0)) for name, column in of_rows]
    if kept and all(row["lag"] is not None for row in kept):
        made.append(("days until written down", [float(row["lag"]) for row in kept], (0.0, None)))
    if kept and min(row["staff"] for row in kept) >= FEWEST_WORKERS:  # else it would tell of one who comes or goes (N4)
        made.append(("different staff who write down", [float(row["staff"]) for row in kept], (0.0, None)))
    charts = [(name, xmr(values, bounds=bounds)) for name, values, bounds in made if len(values) >= FEWEST_WITH_LIMITS]
    return [Evidence(name, _moved(chart), periods, chart) for name, chart in charts if chart.values.any()]


def _figures(rows: list[Row], context: Context) -> list[Row]:
    made: list[Row] = []
    for one in panels(rows, f"See {AFRESH}.", context.have.staff_by.get(BY_MONTH)):
        if one.times is not None:
            said = " ".join(f"{piece.looked_at.capitalize()}: {piece.says}" for piece in one.evidence)
            made.append({"group": one.agency, "value": one.times, "n": one.n, "note": f"{one.sentence.value} {said}"})
    none = f"{Sentence.CANNOT_TELL.value} Not in the data: an independent series of {FEWEST_FULL} periods (area_facts)."
    return made or [{"value": None, "note": none}]


reporting_effect = Measure(
    name="reporting_effect", answers=("M108",), unit="ratio", by=(by("agency"),), chart="xmr",
    kind=Query(_PANEL, _figures), needs=("interactions.activity|interactions.initiated_by",), source="S3; Stat 8",
    note="Own ÷ independent counts, last third of the series over the first; 1 = recorded as fully as before",
    says="Whether more is going wrong or more is written down: one of four sentences, with its evidence.",
    does_not_say=f"How things truly are: only how two records of them moved. {MEASURED}",
)  # fmt: skip

HONEST_MEASURES: tuple[Measure, ...] = (reporting_effect,)
