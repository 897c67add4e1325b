"""Time to a met need where "met" was only learnt by calling back (Stat 3; M053)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from personshaped.capability.ends import MET, time_to_need_met
from personshaped.figures import Context, Measure, Query
from personshaped.statistics.call_backs import MIDDLE_BELOW, between, middle_or_interval

Row = dict[str, Any]
_WEEKS_FROM = 2_000
"""Different pairs of days from which on weeks are fine enough."""
_HEARD = """
WITH cohort AS (SELECT * FROM needs WHERE in_cohort AND duration IS NOT NULL AND duration >= 0),
called_back AS (
    SELECT DISTINCT person_id, need_id FROM cohort JOIN interactions i USING (person_id, need_id)
    WHERE event = 'met' AND i.started_at = cohort.ended_at AND (i.need_met OR i.outcome = 'need_met')
      AND i.kind = 'activity'
      AND coalesce(i.activity, 'other') IN ('record', 'report', 'review', 'meeting', 'other')),
last_not_yet AS (
    SELECT person_id, need_id, max(date_diff('day', cohort.opened_at, i.started_at)) AS not_yet
    FROM cohort JOIN called_back USING (person_id, need_id) JOIN interactions i USING (person_id, need_id)
    WHERE i.started_at < cohort.ended_at AND (i.counts_as_demand OR NOT i.need_met)
      AND i.date_precision NOT IN ('month', 'year', 'range')
    GROUP BY ALL)
SELECT duration, event, not_yet, count(*) AS needs
FROM cohort LEFT JOIN last_not_yet USING (person_id, need_id)
GROUP BY ALL
ORDER BY ALL"""


def _median(rows: list[Row], context: Context) -> list[Row]:
    """The median with each "met" of a call-back between the last "not yet" and the call."""
    if not rows:
        return []
    learnt = sum(row["needs"] for row in rows if row["not_yet"] is not None)
    if not learnt:
        return [{"value": None, "note": "Refused: no need was learnt to be met by calling back; see time_to_need_met."}]
    step = 7 if len(rows) > _WEEKS_FROM else 1
    last = np.array([row["duration"] if row["not_yet"] is None else max(row["not_yet"], 0) for row in rows]) // step
    met = np.array([row["event"] == MET for row in rows])
    end = np.array([row["duration"] for row in rows]) // step
    low, high = middle_or_interval(last * step, end * step)
    curve = between(low, np.where(met, high, np.inf), [row["needs"] for row in rows])
    needs = sum(row["needs"] for row in rows)
    note = f"{learnt} of {needs} needs were learnt to be met by calling back."
    return [{"value": curve.median, "n": needs, "note": note if curve.median is not None else f"Not reached. {note}"}]


time_to_need_met_between_calls = replace(
    time_to_need_met, name="time_to_need_met_between_calls", kind=Query(_HEARD, _median),
    says='The median time to a met need, where what was learnt by calling back lies between the last "not yet" and the'
    f" call: in the middle if that is less than {MIDDLE_BELOW} days, else as likely as the other needs make it.",
    does_not_say="An interval: see time_to_need_met.",
)  # fmt: skip

CALL_BACK_MEASURES: tuple[Measure, ...] = (time_to_need_met_between_calls,)
