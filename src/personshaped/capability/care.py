"""Care at home: hours entitled, commissioned and delivered, how long care lasts, satisfaction (M085–M087, M093)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.figures import MONTH, WHOLE, By, Context, Count, Measure, PersonSums, Query, Ratio, Spread
from personshaped.statistics.clustered import mean
from personshaped.statistics.ends_by_person import limits
from personshaped.statistics.incidence import CENSORED, incidence, survival

Row = dict[str, Any]
DAYS_A_MONTH = 365.25 / 12
DELIVERED = "observations.hours_delivered"

# One value of hours a person and period: the latest said. A week is the unit unless it says `hours` (in all).
HOURS = """
    WITH said AS (
        SELECT person_id, measure, "at", coalesce("from", CAST(date_trunc('month', "at") AS DATE)) AS starts,
               coalesce("to", last_day(CAST("at" AS DATE))) AS ends,
               60 * value * CASE coalesce(unit, 'hours/week') WHEN 'hours' THEN 1
                                 WHEN 'hours/week' THEN (date_diff('day', starts, ends) + 1) / 7 END AS minutes
        FROM observations WHERE measure IN ('hours_entitled', 'hours_commissioned', 'hours_delivered')),
    hours AS (
        SELECT person_id, starts, ends, measure, max(struct_pack(moment := "at", amount := minutes)).amount AS minutes
        FROM said WHERE minutes IS NOT NULL AND starts >= $start AND starts < $end GROUP BY ALL),
    deaths AS (
        SELECT person_id, min(died) AS died
        FROM (SELECT person_id, CAST(ended_at AS DATE) AS died FROM needs WHERE end_reason = 'died'
              UNION ALL
              SELECT person_id, CAST("at" AS DATE) FROM observations WHERE measure = 'died')
        GROUP BY ALL),
    stays AS (
        SELECT person_id, coalesce("from", CAST("at" AS DATE)) AS came, coalesce("to", came) AS went
        FROM observations WHERE measure = 'in_hospital' AND value > 0)"""
_PERIODS = f"""({HOURS}
    SELECT h.person_id, CAST(starts AS TIMESTAMP) AS started_at,
           max(minutes) FILTER (WHERE measure = 'hours_entitled') AS minutes_entitled,
           max(minutes) FILTER (WHERE measure = 'hours_commissioned') AS minutes_commissioned,
           max(minutes) FILTER (WHERE measure = 'hours_delivered') AS minutes_delivered,
           bool_or(d.died IS NOT NULL)
           OR EXISTS (SELECT 1 FROM stays s WHERE s.person_id = h.person_id AND s.came <= h.ends AND s.went >= h.starts)
           AS away
    FROM hours h LEFT JOIN deaths d ON d.person_id = h.person_id AND d.died <= h.ends
    GROUP BY h.person_id, h.starts, h.ends)"""
_LEFT_OUT = (
    "Added up in minutes. Periods with a stay in hospital, and those in which the person died or later, are left out"
)
_USED = "NOT away AND minutes_delivered IS NOT NULL AND minutes_entitled > 0"

hours_used_share = Measure(
    name="hours_used_share", answers=("M085",), table=_PERIODS, where=_USED,
    kind=Ratio("minutes_delivered", "minutes_entitled"), unit="share", chart="hist",
    needs=("observations.hours_entitled", DELIVERED), basis="recorded", source="S1 IIc", note=_LEFT_OUT,
    says="Of the hours of care people were entitled to, how many were used, over all people and periods that tell"
    " both.",
    does_not_say="That using less is good: little care used may be independence or unmet need. Read it beside"
    " thermostat.",
)  # fmt: skip
hours_used_share_of_people = replace(
    hours_used_share, name="hours_used_share_of_people", where="",
    table=f"""(
    SELECT person_id, sum(CAST(minutes_delivered AS DECIMAL(18, 4))) / sum(CAST(minutes_entitled AS DECIMAL(18, 4)))
           AS share_of_minutes
    FROM {_PERIODS} WHERE {_USED} GROUP BY ALL)""",
    kind=Spread("share_of_minutes", suffixes=("_median", "_p10", "_p90")),
    says="The same for each person: mean, median, and the tenth below and above.",
)  # fmt: skip
hours_delivered_share = replace(
    hours_used_share, name="hours_delivered_share", answers=("M093",), by=(WHOLE, MONTH), chart="xmr", source="S4",
    where="NOT away AND minutes_delivered IS NOT NULL AND minutes_commissioned > 0",
    kind=Ratio("minutes_delivered", "minutes_commissioned"), needs=("observations.hours_commissioned", DELIVERED),
    says="Of the hours of care that were commissioned, how many were delivered.",
    does_not_say="Whether the hours helped. Paying by the hour rewards hours.",
)  # fmt: skip
care_periods_left_out = replace(
    hours_used_share, name="care_periods_left_out", where="", kind=Count("away"), unit="count", needs=(DELIVERED,),
    note="", says="How many periods of a person's care are left out: a stay in hospital, or the person had died.",
    does_not_say="How long the stays were (bed_days).",
)  # fmt: skip

_LASTED = f"""{HOURS},
care AS (
    SELECT person_id, min(starts) AS first, max(least(ends, CAST($end - 1 AS DATE))) AS last,
           date_diff('day', min(min(starts)) OVER (), min(starts)) AS after_first
    FROM hours WHERE measure = 'hours_delivered' AND minutes > 0 GROUP BY person_id),
moves AS (
    SELECT person_id, min(CAST(ended_at AS DATE)) AS moved FROM needs WHERE end_reason = 'moved_away' GROUP BY ALL)
SELECT date_diff('day', first, last) + 1 AS days, after_first,
       CASE WHEN date_diff('day', last, died) <= $stale THEN 'died'
            WHEN date_diff('day', last, moved) BETWEEN 0 AND $stale THEN 'moved_away'
            WHEN date_diff('day', last, $end) > $stale THEN 'ended' ELSE 'censored' END AS event
FROM care LEFT JOIN deaths USING (person_id) LEFT JOIN moves USING (person_id)
ORDER BY ALL"""
MONTHS = (3, 6, 12)


def _begun(rows: list[Row], context: Context) -> tuple[list[Row], str]:
    """People whose care began in the records, and a note on the others: how long they had had it nobody can tell."""
    settings = context.settings
    kept = [one for one in rows if settings.history_complete or one["after_first"] > settings.stale]
    left = len(rows) - len(kept)
    return kept, f"{left} people already had care when the records begin, and are left out." if left else ""


def _median(rows: list[Row], context: Context) -> list[Row]:
    kept, left = _begun(rows, context)
    if not kept:
        return [{"value": None, "note": f"Nobody's care begins in the records. {left}"}] if rows else []
    curve = survival([one["days"] / DAYS_A_MONTH for one in kept], [one["event"] == "ended" for one in kept])
    low, high = curve.median_limits
    other = sum(one["event"] in ("died", "moved_away") for one in kept)
    note = f"Median if nothing else could end it; {other} of {len(kept)} people died or moved away. {left}"
    if curve.median is None:
        note = f"Not reached in {curve.followed:.0f} months. {note}"
    return [{"value": curve.median, "low": low, "high": high, "n": len(kept), "note": note.strip()}]


def _ended(rows: list[Row], context: Context) -> list[Row]:
    kept, left = _begun(rows, context)
    if not kept:
        return []
    lasted, ends = [one["days"] / DAYS_A_MONTH for one in kept], [one["event"] for one in kept]
    curve, persons = incidence(lasted, ends), [[number] for number in range(len(kept))]
    made = []
    for end in sorted({*ends} - {CENSORED}):
        for months in MONTHS:
            low, high = limits(curve, lasted, ends, persons, end, months)
            made.append({"group": f"{months}>{end}", "value": curve.at(end, months), "low": low, "high": high,
                         "n": len(kept), "note": left})  # fmt: skip
    return made


care_duration = Measure(
    name="care_duration", answers=("M086",), unit="months", chart="survival", needs=(DELIVERED,), source="S1 IIc",
    kind=Query(_LASTED, _median),
    says="After how many months half of the people no longer had care, from the first to the last period of it.",
    does_not_say="Whether they needed none any more, or were given none. Those who still have care are followed to"
    " the end of the window.",
)  # fmt: skip
care_ended_share = replace(
    care_duration, name="care_ended_share", unit="share", by=(By("months>ended"),), kind=Query(_LASTED, _ended),
    says="How many people's care had ended by 3, 6 and 12 months: it stopped, they died, or they moved away.",
)  # fmt: skip


def _against(rows: list[Row], context: Context) -> list[Row]:
    """The interval of people's mean, against the national value, which is taken as exact."""
    made = []
    for row in rows:
        value, national = row["value"], row["denominator"]
        x, n, xx, xn, nn, most = (float(row[name]) for name in ("x", "n_", "xx", "xn", "nn", "most"))
        low, high = mean(PersonSums(x, n, xx, xn, nn, int(row["n"]), most))
        limits = [None if value is None or limit is None else limit / national - 1 for limit in (low, high)]
        made.append({**row, "low": limits[0], "high": limits[1], "persons": None})
    return made


satisfaction_ratio = Measure(
    name="satisfaction_ratio", answers=("M087",), unit="ratio", chart="dots", basis="recorded", source="S1 IIc",
    needs=("observations.satisfaction", "area_facts.national_satisfaction"),
    kind=Query("""
WITH national AS (
    SELECT max(struct_pack(period := period, value := value)).value AS value,
           max(struct_pack(period := period, unit := unit)).unit AS unit
    FROM area_facts WHERE measure = 'national_satisfaction'),
people AS (
    SELECT o.person_id, count(*) AS n, sum(CAST(o.value AS DECIMAL(18, 4))) AS x,
           bool_and(o.unit IS NULL OR national.unit IS NULL OR o.unit = national.unit) AS comparable
    FROM observations o, national
    WHERE measure = 'satisfaction' AND said_by = 'person' AND "at" >= $start AND "at" < $end GROUP BY ALL)
SELECT sum(x) AS x, sum(n) AS n_, sum(x * x) AS xx, sum(x * n) AS xn, sum(n * n) AS nn, max(abs(x)) AS most,
       CASE WHEN bool_and(comparable) THEN sum(x) / sum(n) / any_value(national.value) - 1 END AS value,
       CAST(sum(x) / sum(n) AS DOUBLE) AS numerator, any_value(national.value) AS denominator,
       CAST(count(*) AS BIGINT) AS n,
       CASE WHEN NOT bool_and(comparable) THEN 'Refused: the two were not asked on one scale (unit).' END AS note
FROM people, national
HAVING count(*) > 0""", _against),
    says="The mean of how satisfied people themselves say they are, against the national value, less one.",
    does_not_say="What family, workers or assessors think. People who get little often ask for little.",
)  # fmt: skip

CARE_MEASURES: tuple[Measure, ...] = (
    hours_used_share, hours_used_share_of_people, hours_delivered_share, care_periods_left_out, care_duration,
    care_ended_share, satisfaction_ratio,
)  # fmt: skip
