"""What care should make rarer, per person and year, old way beside new where cases are studied (M088)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.capability.care import HOURS
from personshaped.figures import WHOLE, By, Context, Measure, PersonSums, Query
from personshaped.statistics.clustered import rate

Row = dict[str, Any]
DAYS_A_YEAR = 365.25
_CARE = ("observations.hours_delivered|observations.hours_commissioned|observations.hours_entitled",)
WAY = By("way")

_FROM_FIRST_CARE = """
    spans AS (
        SELECT '' AS "group", person_id, min(starts) AS begins, least(CAST($end AS DATE), any_value(died)) AS ends
        FROM hours LEFT JOIN deaths USING (person_id) GROUP BY person_id)"""
_IN_CASES = """
    chosen AS (
        SELECT unnest(list_distinct(string_split(person_ids, ';'))) AS person_id, old_from, old_to, new_from, new_to
        FROM cases WHERE declined IS DISTINCT FROM true),
    ways AS (
        SELECT 'old' AS "group", person_id, old_from AS begins, old_to + 1 AS ends FROM chosen
        UNION ALL SELECT 'new', person_id, new_from, new_to + 1 FROM chosen),
    spans AS (
        SELECT "group", trim(w.person_id) AS person_id, begins, least(ends, CAST($end AS DATE), died) AS ends
        FROM ways w LEFT JOIN deaths d ON d.person_id = trim(w.person_id))"""
_UNPLANNED = """
        SELECT DISTINCT person_id, CAST(started_at AS DATE) AS day, coalesce(contact_id, interaction_id) AS what,
               1 AS amount
        FROM interactions WHERE crisis OR channel IN ('999', 'out_of_hours')"""
_PLACED = """
        SELECT person_id, CAST(started_at AS DATE) AS day, interaction_id AS what, 1 AS amount
        FROM interactions WHERE outcome = 'placement'"""


def _stays(amount: str) -> str:
    return f"""
        SELECT person_id, coalesce("from", CAST("at" AS DATE)) AS day, '' AS what, {amount} AS amount
        FROM observations WHERE measure = 'in_hospital' AND value > 0"""


def per_year(rows: list[Row], context: Context) -> list[Row]:
    """Events per person-year, with the interval that sums over persons give; nothing where nobody was followed.

    Rows hold `group`, `x` (events) and `days` summed over persons, their squares and products, `persons` and `most`.
    """
    made = []
    for row in rows:
        if not row["days"]:
            continue
        years = row["days"] / DAYS_A_YEAR
        x, n, xx, xn, nn, most = (float(row[name]) for name in ("x", "days", "xx", "xn", "nn", "most"))
        sums = PersonSums(x, n, xx, xn, nn, int(row["persons"]), most)
        low, high = rate(sums)
        made.append({"group": row["group"], "value": x / years, "numerator": x, "denominator": years,
                     "low": None if low is None else low * DAYS_A_YEAR,
                     "high": None if high is None else high * DAYS_A_YEAR, "n": int(row["persons"]),
                     "note": "" if low is None else sums.caution})  # fmt: skip
    return made


def _rate(spans: str, events: str) -> Query:
    """Events of each person within the person's span of days, added up over persons."""
    select = f"""{HOURS},{spans},
    events AS ({events}),
    persons AS (
        SELECT "group", s.person_id, begins, ends, date_diff('day', begins, ends) AS days,
               coalesce((SELECT sum(amount) FROM events e
                         WHERE e.person_id = s.person_id AND e.day >= s.begins AND e.day < s.ends), 0) AS x
        FROM spans s WHERE ends > begins)
SELECT "group", sum(x) AS x, sum(days) AS days, sum(x * x) AS xx, sum(x * days) AS xn, sum(days * days) AS nn,
       count(DISTINCT person_id) AS persons, max(x) AS most
FROM persons
GROUP BY ALL
ORDER BY ALL"""
    return Query(select, per_year)


def _both(whole: Measure, events: str) -> tuple[Measure, Measure]:
    """The rate among people with care, and the same old way beside new among the people of the cases."""
    needs = (*(one for one in whole.needs if one not in _CARE), "cases")
    cases = replace(
        whole, by=(WAY,), needs=needs, kind=_rate(_IN_CASES, events), chart="pairs",
        says=f"{whole.says[:-1]}: in the cases studied, before and after the new way.",
        does_not_say="That the new way did it: cases are few, and how they were chosen matters (cases.selected_by).",
    )  # fmt: skip
    return replace(whole, kind=_rate(_FROM_FIRST_CARE, events)), cases


unplanned_contacts = Measure(
    name="unplanned_contacts", answers=("M088",), unit="per person-year", by=(WHOLE,), chart="xmr", source="S1",
    kind=_rate(_FROM_FIRST_CARE, _UNPLANNED), needs=(*_CARE, "interactions.crisis|interactions.channel"),
    says="How many contacts that nobody planned (a crisis, 999, out of hours) people with care had, per person and"
    " year.",
    does_not_say="Contacts that agencies without records here had.",
)  # fmt: skip
admissions = replace(
    unplanned_contacts, name="admissions", needs=(*_CARE, "observations.in_hospital"),
    says="How many stays in hospital people with care had, per person and year.",
    does_not_say="Whether a stay was right.",
)  # fmt: skip
bed_days = replace(
    admissions, name="bed_days", says="How many days in hospital people with care had, per person and year.",
    does_not_say="Whether a stay was right; a stay counts by the day it began.",
)  # fmt: skip
placements = replace(
    unplanned_contacts, name="placements", needs=(*_CARE, "interactions.outcome"),
    says="How often people with care went into a placement, per person and year.",
    does_not_say="Whether that was what they wanted.",
)  # fmt: skip
carer_strain = Measure(
    name="carer_strain", answers=("M088",), unit="points", by=(By("said_by>period"),), chart="pairs", source="S1",
    needs=("observations.carer_strain",), basis="recorded",
    kind=Query("""
WITH said AS (
    SELECT person_id, coalesce(said_by, 'not said') AS said_by, CAST("at" AS DATE) AS day, value
    FROM observations WHERE measure = 'carer_strain' AND "at" >= $start AND "at" < $end),
ends AS (
    SELECT person_id, said_by, min(struct_pack(day := day, value := value)).value AS first,
           max(struct_pack(day := day, value := value)).value AS last
    FROM said GROUP BY ALL HAVING max(day) > min(day))
SELECT said_by || '>' || part AS "group",
       sum(strain) AS x, count(*) AS n, sum(strain * strain) AS xx, sum(strain) AS xn, count(*) AS nn,
       count(*) AS persons, max(abs(strain)) AS most
FROM (SELECT said_by, part, CAST(CASE part WHEN 'first' THEN first ELSE last END AS DECIMAL(18, 4)) AS strain
      FROM ends, (VALUES ('first'), ('last')) parts(part))
GROUP BY ALL
ORDER BY ALL"""),
    says="The strain on those who care, when it was first and when it was last asked, for the same people, on the"
    " scale that was used; by who said it.",
    does_not_say="Those asked only once are not in it. Another reason than care may lie behind a change.",
)  # fmt: skip
sickness = Measure(
    name="sickness", answers=("M088",), unit="days", by=(By("period"),), chart="xmr", source="S1", basis="recorded",
    needs=("area_facts.sickness_days", "area_facts.staff_years"),
    kind=Query("""
WITH told AS (
    SELECT period, area, coalesce(agency, '') AS agency,
           sum(CAST(value AS DECIMAL(18, 4))) FILTER (WHERE measure = 'sickness_days') AS days,
           sum(CAST(value AS DECIMAL(18, 4))) FILTER (WHERE measure = 'staff_years') AS years
    FROM area_facts WHERE measure IN ('sickness_days', 'staff_years') GROUP BY ALL)
SELECT period AS "group", sum(days) AS numerator, sum(years) AS denominator,
       CAST(sum(days) / nullif(sum(years), 0) AS DOUBLE) AS value
FROM told WHERE days IS NOT NULL AND years IS NOT NULL
GROUP BY ALL
ORDER BY ALL"""),
    says="Days of sickness for each year of one worker's time, all staff together.",
    does_not_say="Anything about one worker, or why anyone was ill.",
)  # fmt: skip

UNPLANNED_MEASURES: tuple[Measure, ...] = (
    *_both(unplanned_contacts, _UNPLANNED), *_both(admissions, _stays("1")), *_both(bed_days, _stays("value")),
    *_both(placements, _PLACED), carer_strain, sickness,
)  # fmt: skip
