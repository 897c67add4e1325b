"""Needs that were not bad enough yet: how many, and what came of them in two years (S4; M092)."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import NOT_A_GOAL, Measure, Share, by

DAYS = 730
_BELOW = """
    SELECT person_id, need_id, min(started_at) AS turned_away
    FROM interactions WHERE in_window AND reason = 'below_threshold' AND need_id IS NOT NULL GROUP BY ALL"""

needs_below_threshold_share = Measure(
    name="needs_below_threshold_share", answers=("M092",), where="in_cohort", unit="share", chart="survival",
    table=f"""(
    SELECT n.*, b.need_id IS NOT NULL AS below FROM needs n LEFT JOIN ({_BELOW}) b USING (person_id, need_id))""",
    kind=Share("below"), needs=("interactions.reason",), wants=("linked",), source="S4", note=NOT_A_GOAL,
    says="Of the needs people asked about, how many were turned away at some point as not bad enough yet.",
    does_not_say="Needs turned away with no reason recorded: at least so many. Nor that the threshold was misread.",
)  # fmt: skip
_CAME = f"""(
    WITH below AS (
        SELECT n.person_id, n.need_id, turned_away, n.end_reason, n.ended_at
        FROM needs n JOIN ({_BELOW}) USING (person_id, need_id)
        WHERE in_cohort AND date_diff('day', turned_away, $end) > {DAYS}),
    after AS (
        SELECT below.*, EXISTS (
                   SELECT 1 FROM interactions i
                   WHERE i.person_id = below.person_id AND i.need_id = below.need_id AND i.crisis
                   AND i.started_at > turned_away AND date_diff('day', turned_away, i.started_at) <= {DAYS}) AS crisis,
               coalesce(end_reason = 'met' AND date_diff('day', turned_away, ended_at) <= {DAYS}, false) AS met,
               EXISTS (
                   SELECT 1 FROM demands d WHERE d.person_id = below.person_id AND d.need_id = below.need_id
                   AND d.started_at > turned_away AND date_diff('day', turned_away, d.started_at) <= {DAYS}) AS again
        FROM below)
    SELECT person_id, what, CASE what WHEN 'crisis' THEN crisis WHEN 'met' THEN met WHEN 'asked again' THEN again
                                      ELSE NOT (crisis OR met OR again) END AS happened
    FROM after, (VALUES ('asked again'), ('crisis'), ('met'), ('none of these')) kinds(what))"""
below_threshold_after = replace(
    needs_below_threshold_share, name="below_threshold_after", table=_CAME, where="", kind=Share("happened"),
    by=(by("what"),), answers=("M057", "M092"),
    says="Of those needs, followed for two years, how many came to a crisis, were met, or were asked about again;"
    " several may come of one need.",
    does_not_say="That help at the time would have changed it in any one case.",
)  # fmt: skip

THRESHOLD_MEASURES: tuple[Measure, ...] = (needs_below_threshold_share, below_threshold_after)
