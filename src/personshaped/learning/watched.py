"""What is charted of each agency for early signs (Stat 9), from the month in which its records begin.

Counts by month, and shares: of demands, of the needs opened here in a month, of the referrals sent here. Every need is
followed equally long (so many days as its chart says), so that months near the end, which wait, do not look better or
worse. Not charted are stocks, for neighbouring months of a stock are nearly the same: needs open are seen by what makes
them more and fewer, and by how many last. Nor rows of any kind, for one person's case makes many rows for many months:
of those only silence is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from personshaped.statistics.varying import laney_p, steady
from personshaped.statistics.xmr import D2, FEWEST_FULL, Floats, Signals, xmr

Row = dict[str, Any]
ALL_ROWS = "all rows"
RARE_BELOW = 5

SERIES = """
WITH months AS (
    SELECT unnest(generate_series(
        greatest((SELECT date_trunc('month', min(started_at)) + INTERVAL 1 MONTH FROM demands
                  WHERE demand_type IN ('value', 'failure')),
                 date_trunc('month', CAST($start AS TIMESTAMP) + INTERVAL '27 days')),
        date_trunc('month', CAST($end AS TIMESTAMP)) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month),
begins AS (SELECT agency, date_trunc('month', min(started_at) + INTERVAL '27 days') AS first_month
           FROM interactions WHERE started_at IS NOT NULL GROUP BY ALL),
asked AS (SELECT *, date_trunc('month', started_at) AS month FROM demands WHERE started_at IS NOT NULL),
said AS (
    SELECT person_id, need_id, min(started_at) AS first_said FROM interactions
    WHERE need_id IS NOT NULL AND (need_met IS NOT NULL OR outcome = 'need_met') GROUP BY ALL),
followed AS (
    SELECT opening_agency AS agency, date_trunc('month', opened_at) AS month,
           event <> 'censored' AND duration <= 90 AS ended_90, event <> 'censored' AND duration <= 180 AS ended_180,
           event = 'met' AND duration <= 90 AS met_90, date_diff('day', opened_at, first_said) <= 90 AS said_90
    FROM needs LEFT JOIN said USING (person_id, need_id)
    WHERE in_cohort AND opened_at IS NOT NULL AND duration IS NOT NULL),
demanded AS (
    SELECT agency, date_trunc('month', started_at) AS month, crisis, concat_ws(' ', issue, words) AS told
    FROM interactions WHERE in_window AND counts_as_demand AND started_at IS NOT NULL),
counted AS (
    SELECT agency, 'all rows' AS what, 0 AS waits, date_trunc('month', started_at) AS month, count(*) AS n, NULL AS of_
    FROM interactions WHERE in_window AND started_at IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT agency, 'demands', 0, month, count(*), NULL FROM asked GROUP BY ALL
    UNION ALL
    SELECT agency, 'failure demands', 0, month, count(*), NULL FROM asked WHERE demand_type = 'failure' GROUP BY ALL
    UNION ALL
    SELECT agency, 'share of demands that are failure demand', 0, month,
           count(*) FILTER (WHERE demand_type = 'failure'), count(*)
    FROM asked WHERE demand_type IN ('value', 'failure') GROUP BY ALL
    UNION ALL
    SELECT agency, 'failure demands: ' || replace(failure_kind, '_', ' '), 0, month, count(*), NULL FROM asked
    WHERE demand_type = 'failure' AND failure_kind IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT after_agency, 'failure demands elsewhere after contact here', 0, month, count(*), NULL FROM asked
    WHERE demand_type = 'failure' AND after_agency <> agency GROUP BY ALL
    UNION ALL
    SELECT agency, 'crises', 0, date_trunc('month', started_at), count(*), NULL FROM interactions
    WHERE in_window AND crisis AND started_at IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT agency, 'share of demands that are a crisis', 0, month, count(*) FILTER (WHERE crisis), count(*)
    FROM demanded WHERE agency IN (SELECT agency FROM demanded WHERE crisis) GROUP BY ALL
    UNION ALL
    SELECT agency, 'demands that speak of a complaint or an appeal', 0, month, count(*), NULL
    FROM demanded WHERE regexp_matches(lower(told), '\\b(complain|appeal)') GROUP BY ALL
    UNION ALL
    SELECT opening_agency, 'needs opened', 0, date_trunc('month', opened_at), count(*), NULL
    FROM needs WHERE in_cohort AND opened_at IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT opening_agency, 'needs ended', 0, date_trunc('month', ended_at), count(*), NULL
    FROM needs WHERE asked_for AND ended_at IS NOT NULL AND end_reason <> 'merged' GROUP BY ALL
    UNION ALL
    SELECT agency, 'share of needs met within 90 days', 90, month, count(*) FILTER (WHERE met_90), count(*)
    FROM followed GROUP BY ALL
    UNION ALL
    SELECT agency, 'share of needs nobody asked about within 90 days', 90, month,
           count(*) FILTER (WHERE NOT ended_90 AND said_90 IS NOT TRUE), count(*)
    FROM followed GROUP BY ALL
    UNION ALL
    SELECT agency, 'share of needs still open after 180 days', 180, month, count(*) FILTER (WHERE NOT ended_180),
           count(*)
    FROM followed GROUP BY ALL
    UNION ALL
    SELECT to_agency, 'share of referrals sent here that are recorded here', $handover, date_trunc('month', sent_at),
           count(received_at), count(*)
    FROM referrals WHERE in_window AND sent_at IS NOT NULL AND to_agency IS NOT NULL GROUP BY ALL
),
filled AS (
    SELECT agency, what, months.month, CAST(coalesce(n, 0) AS DOUBLE) AS n,
           CASE WHEN bool_or(of_ IS NOT NULL) OVER (PARTITION BY agency, what) THEN coalesce(of_, 0) END AS of_
    FROM (SELECT DISTINCT agency, what, waits FROM counted) CROSS JOIN months JOIN begins USING (agency)
    LEFT JOIN counted USING (agency, what, waits, month)
    WHERE months.month >= first_month
      AND months.month + INTERVAL 1 MONTH + waits * INTERVAL 1 DAY <= CAST($end AS TIMESTAMP)
    UNION ALL
    SELECT agency, replace(measure, '_', ' '), CAST(period || '-01' AS TIMESTAMP), sum(value), NULL FROM area_facts
    WHERE agency IN (SELECT agency FROM begins) AND regexp_full_match(period, '\\d{4}-\\d\\d') AND stratum IS NULL
      AND measure NOT IN ('demands', 'failure_demands')
      AND CAST(period || '-01' AS TIMESTAMP) IN (SELECT month FROM months) GROUP BY ALL),
passed AS (
    SELECT source, agency, count(*) AS n
    FROM (SELECT coalesce(after_agency, '') AS source, agency FROM demands WHERE demand_type IN ('value', 'failure')
          UNION ALL
          SELECT coalesce(from_agency, ''), to_agency FROM referrals WHERE in_window AND received_at IS NOT NULL)
    GROUP BY ALL)
SELECT agency, what, list(n ORDER BY month) AS counts,
       CASE WHEN any_value(of_) IS NOT NULL THEN list(CAST(of_ AS DOUBLE) ORDER BY month) END AS "of",
       list(strftime(month, '%Y-%m') ORDER BY month) AS periods,
       (SELECT list([source, agency, CAST(n AS VARCHAR)] ORDER BY source, agency) FROM passed) AS passed,
       (SELECT list([CAST("at" AS VARCHAR), kind, text, coalesce(agency, '')] ORDER BY "at", kind, text) FROM changes
        WHERE "at" IS NOT NULL AND person_id IS NULL) AS changes
FROM filled
GROUP BY ALL
ORDER BY agency, what"""
WORDS = """
SELECT agency, strftime(started_at, '%Y-%m') AS period, min_by(words, interaction_id, 3) AS words
FROM interactions WHERE in_window AND counts_as_demand AND words IS NOT NULL AND started_at IS NOT NULL
GROUP BY ALL"""


@dataclass(frozen=True)
class Watched:
    """One chart: its points, what rules they break, and how far each lies from the centre in its own spreads.

    `centre` and `moving_range` are those of the chart; a p′ chart has that of points of middling weight. Where the
    spread is 0 (nothing varies, or only once), `away` is in the unit of the values. `below` is what is below the line
    of shares, None for counts.
    """

    periods: tuple[str, ...]
    values: Floats
    signals: Signals
    away: Floats
    centre: float
    moving_range: float
    below: Floats | None


def charted(row: Row) -> Watched | None:
    """The chart of one row; None where it is too short or rare, a share of none or all, or all rows.

    A share (a row with `of`) is charted by month where each month has something below the line and five on average,
    else by quarter, each standing at its first month. Where what is below the line varies, limits
    are wider for months with less of it (p′).
    """
    if row["what"] == ALL_ROWS:
        return None
    periods, values = tuple(row["periods"]), np.array(row["counts"], np.float64)
    if not row.get("of"):
        rare = len(values) < FEWEST_FULL or values.mean() < RARE_BELOW
        return None if rare else _plain(periods, values, None)
    below = np.array(row["of"], np.float64)
    if len(below) and (below.mean() < RARE_BELOW or (below == 0).any()):
        periods, values, below = _by_quarter(periods, values, below)
    if len(below) < FEWEST_FULL or below.mean() < RARE_BELOW or (below == 0).any():
        return None
    if values.sum() in (0, below.sum()):
        return None
    return _plain(periods, values / below, below) if steady(below) else _weighted(periods, values, below)


def _plain(periods: tuple[str, ...], values: Floats, below: Floats | None) -> Watched:
    chart = xmr(values, bounds=(0, None if below is None else 1.0))
    centre, moving_range = chart.phases[0].mean or 0.0, chart.phases[0].moving_range or 0.0
    away = _in_spreads(values - centre, np.full(len(values), moving_range / D2))
    return Watched(periods, values, chart.signals, away, centre, moving_range, below)


def _weighted(periods: tuple[str, ...], values: Floats, below: Floats) -> Watched:
    chart = laney_p(values, below)
    spread = np.sqrt(chart.centre * (1 - chart.centre) / below) * chart.sigma_z
    away = _in_spreads(chart.values - chart.centre, spread)
    return Watched(periods, chart.values, chart.signals, away, chart.centre, D2 * float(spread.mean()), below)


def _in_spreads(away: Floats, spread: Floats) -> Floats:
    return away / spread if (spread > 0).all() else away


def _by_quarter(
    periods: tuple[str, ...], values: np.ndarray, below: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Sums of whole quarters."""
    quarter = [f"{one[:4]}-{(int(one[5:7]) - 1) // 3 * 3 + 1:02d}" for one in periods]
    whole = tuple(sorted(one for one in set(quarter) if quarter.count(one) == 3))
    into = np.array([[one == name for one in quarter] for name in whole], np.float64).reshape(len(whole), len(periods))
    return whole, into @ values, into @ below
