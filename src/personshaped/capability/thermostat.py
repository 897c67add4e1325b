"""The care worker as thermostat: hours against independence, and who sees the person how often (S4; M090, M091)."""

from __future__ import annotations

from personshaped.figures import By, Measure, Query, Spread, by

QUADRANTS = (
    "fewer_hours_less_independent", "fewer_hours_more_independent", "more_hours_less_independent",
    "more_hours_more_independent",
)  # fmt: skip
UNCHANGED = "no_change_in_one_or_both"

thermostat = Measure(
    name="thermostat", answers=("M090",), unit="people", by=(By("said_by>direction"),), chart="matrix",
    needs=("observations.hours_delivered", "observations.independence"), basis="recorded", source="S4",
    kind=Query("""
WITH seen AS (
    SELECT person_id, measure, coalesce(said_by, 'not said') AS said_by, CAST("at" AS DATE) AS day,
           CASE WHEN measure = 'independence' THEN value
                WHEN coalesce(unit, 'hours/week') = 'hours/week' THEN value
                WHEN unit = 'hours' THEN value * 7 / (date_diff('day', starts, ends) + 1) END AS value
    FROM (SELECT *, coalesce("from", CAST(date_trunc('month', "at") AS DATE)) AS starts,
                 coalesce("to", last_day(CAST("at" AS DATE))) AS ends FROM observations)
    WHERE measure IN ('independence', 'hours_delivered') AND "at" >= $start AND "at" < $end),
changes AS (
    SELECT person_id, measure, CASE measure WHEN 'independence' THEN said_by END AS said_by,
           sign(max(struct_pack(day := day, value := value)).value - min(struct_pack(day := day, value := value)).value)
           AS turn
    FROM seen WHERE value IS NOT NULL GROUP BY ALL HAVING max(day) > min(day)),
pairs AS (
    SELECT i.said_by, CASE WHEN h.turn = 0 OR i.turn = 0 THEN 'no_change_in_one_or_both'
                           ELSE CASE h.turn WHEN -1 THEN 'fewer_hours_' ELSE 'more_hours_' END
                             || CASE i.turn WHEN -1 THEN 'less_independent' ELSE 'more_independent' END END AS direction
    FROM changes i JOIN changes h USING (person_id)
    WHERE i.measure = 'independence' AND h.measure = 'hours_delivered')
SELECT said_by || '>' || direction AS "group", count(*) AS value, count(*) AS n
FROM pairs
GROUP BY ALL
ORDER BY ALL"""),
    says="How many people, from the first to the last time each was observed, had fewer or more hours of care"
    " a week and were more or less independent: as they, their family, a worker or an assessor says, each kept apart.",
    does_not_say="A score: people are counted, not rated; and not whether the hours did it. Those observed only once"
    " are not in it.",
)  # fmt: skip
time_since_seen = Measure(
    name="time_since_seen", answers=("M091",), unit="days", by=(by("seen_by"),), chart="hist",
    needs=("observations.seen_by_authority|observations.seen_by_carer",), basis="recorded", source="S4",
    table="""(
    SELECT person_id, measure[9:] AS seen_by,
           date_diff('day', lag(day) OVER (PARTITION BY person_id, measure ORDER BY day), day) AS days
    FROM (SELECT DISTINCT person_id, measure, CAST("at" AS DATE) AS day FROM observations
          WHERE measure IN ('seen_by_authority', 'seen_by_carer') AND value > 0 AND "at" < $end)
    QUALIFY days IS NOT NULL AND day >= $start)""",
    kind=Spread("days"),
    says="How many days passed between one time the authority saw a person and the next, beside the same for the"
    " person who cares for them.",
    does_not_say="The time since the last visit, which is not over; people seen once are not in it.",
)  # fmt: skip

THERMOSTAT_MEASURES: tuple[Measure, ...] = (thermostat, time_since_seen)
