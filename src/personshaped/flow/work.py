"""What is done all day, and how much of it helps (M031–M035, M044–M046, M056, M062, M064–M072, M114)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.figures import (
    TEAM,
    WHOLE,
    YEAR,
    By,
    Context,
    Count,
    Distinct,
    Measure,
    Query,
    Ratio,
    Share,
    Split,
    Spread,
    Sum,
    by,
)
from personshaped.flow.cycles import DOING
from personshaped.sql import taken_apart

ACTIVITY = ("interactions.activity",)
MINUTES = ("interactions.minutes",)
GRADE = By("staff_grade", "staff_grade", fewest_workers=5)
BY_TEAM = By("team", TEAM, fewest_workers=5)
"""Shares of working time are given for grades and teams of five workers or more only (M044, M062, N4)."""
_CONTROL = "activity IN ('screen', 'assess', 'approve', 'record', 'report', 'review')"


def _staff(rows: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """The distinct workers of the window where they are recorded, else those present as an upper bound (M031)."""
    if context.have.staff_total is not None:
        return [{"value": context.have.staff_total, "n": context.have.staff_total}]
    return [{**rows[0], "note": "At most: workers present, added over contacts, since no staff_id is recorded."}]


staff_involved = Measure(
    name="staff_involved", answers=("M031", "M070"), unit="people", chart="bar", needs=("staff",), basis="recorded",
    source="S1 Ia",
    kind=Query("""
SELECT sum(present) AS value, count(*) AS n
FROM (SELECT coalesce(contact_id, interaction_id) AS contact, max(people_present) AS present FROM interactions
      WHERE in_window AND people_present IS NOT NULL GROUP BY ALL)""", _staff,
        behind="SELECT person_id FROM interactions WHERE in_window"),
    says="How many different people worked on all this.",
    does_not_say="Who they are, or how any of them works; a worker known by two ids counts twice.",
)  # fmt: skip
documents = Measure(
    name="documents", answers=("M032",), table="interactions", where="in_window", kind=Sum("documents"), unit="count",
    chart="stack", needs=("interactions.documents",), basis="recorded", source="S1 Ia",
    says="How many documents were made.", does_not_say="Rows that do not say how many are left out.",
)  # fmt: skip
history_span = Measure(
    name="history_span", answers=("M033",), table="persons", where="first_seen IS NOT NULL",
    kind=Spread("date_diff('day', first_seen, last_seen)", per=365.25),
    unit="years", chart="timeline", wants=("linked",),
    source="S1 Ia",
    says="Over how long people appear in the records of the window.", 
    does_not_say="What came before the records begin.",
)  # fmt: skip
condition_change = Measure(
    name="condition_change", answers=("M034",), table="needs", where="in_cohort", kind=Split(), unit="share",
    by=(by("condition_now"),), needs=("needs.condition_now",), basis="hand", source="S1 Ia",
    says="Of the needs whose state person and worker judged, how many are better, the same, worse.",
    does_not_say="Never a machine's verdict; needs nobody judged are left out.",
)  # fmt: skip
activities = Measure(
    name="activities", answers=("M035", "M070"), table="interactions", where="in_window AND is_activity", kind=Count(),
    unit="count", by=(WHOLE, by("activity")), chart="stack", needs=ACTIVITY, basis="recorded", source="S1 Ia",
    says="Everything done that is not a person's demand, by kind.",
    does_not_say="More activity is not more help.",
)  # fmt: skip
helping_share = Measure(
    name="helping_share", answers=("M035", "M062"), table="interactions", where="in_window AND is_activity",
    kind=Share("value_work", "value_work IS NOT NULL"), unit="share", by=(WHOLE, BY_TEAM), chart="stack",
    needs=("interactions.value_work", *ACTIVITY), basis="hand", source="S1 Ia; S0",
    says="Of the activities that people coded, how many did what mattered to the person.",
    does_not_say="Activities nobody coded are in neither side.",
)  # fmt: skip
helping_share_upper = replace(
    helping_share, name="helping_share_upper", kind=Share("activity IN ('do', 'visit', 'pull')"),
    needs=(*ACTIVITY, *DOING), basis="derived",
    says="Of all activities, how many could have helped at most: doing, visiting, pulling in.",
    does_not_say="Doing something is not the same as helping.",
)  # fmt: skip
control_time_share = Measure(
    name="control_time_share", answers=("M044", "M062"), table="interactions", where="in_window",
    kind=Ratio("minutes", "minutes", when=_CONTROL), unit="share", by=(WHOLE, GRADE, BY_TEAM), chart="stack",
    needs=(*MINUTES, *ACTIVITY), basis="recorded", source="S1 Ia",
    says="Of the working time, how much went on screening, assessing, approving, recording, reporting, reviewing.",
    does_not_say="Time that nobody writes down.",
)  # fmt: skip
minutes = Measure(
    name="minutes", answers=("M045",), table="interactions", where="in_window", kind=Sum("minutes"), unit="minutes",
    chart="stack", needs=MINUTES, basis="recorded", source="S1 II",
    says="Working time recorded, all staff together.", does_not_say="Time that nobody writes down.",
)  # fmt: skip
value_share_time = replace(
    minutes, name="value_share_time", answers=("M045", "M046", "M062"), by=(WHOLE, by("design"), BY_TEAM),
    unit="share", basis="hand",
    kind=Ratio("minutes", "minutes", when="value_work", of="value_work IS NOT NULL"),
    needs=("interactions.value_work", *MINUTES),
    says="Of the working time that people coded, how much did what mattered to the person.",
    does_not_say="Work that answers failure demand is not value, however well it is done.",
)  # fmt: skip
hours_per_value_hour = replace(
    value_share_time, name="hours_per_value_hour", answers=("M045", "M046"), by=(WHOLE, by("design")), unit="ratio",
    kind=Ratio("minutes", "minutes", when="value_work IS NOT NULL", of="value_work"),
    says="How many hours were worked for every hour that mattered to the person.",
)  # fmt: skip
demands_by_outcome = Measure(
    name="demands_by_outcome", answers=("M064",), table="interactions", where="in_window AND counts_as_demand",
    kind=Count(), unit="count", by=(by("outcome"), By("outcome", "outcome", "year")), chart="timeline",
    needs=("interactions.outcome",), basis="recorded", source="S1 Ic",
    says="What was recorded, on the demand itself, as having come of it.",
    does_not_say="What came of it later.",
)  # fmt: skip
home_visits = Measure(
    name="home_visits", answers=("M065",), table="interactions", where="in_window AND channel = 'home_visit'",
    kind=Distinct("contact_id", blanks="each"), unit="count", chart="timeline", needs=("interactions.channel",),
    basis="recorded", source="S1 Ic",
    says="How often someone went to see.", does_not_say="What they did there.",
)  # fmt: skip
contacts_by_channel = replace(
    home_visits, name="contacts_by_channel", answers=("M066",), where="in_window",
    by=(By("channel", "channel", "year"),), says="How contacts came about, year by year.",
    does_not_say="Contacts whose channel is not recorded.",
)  # fmt: skip
interactions_by_issue = replace(
    home_visits, name="interactions_by_issue", answers=("M066",), by=(By("issue", period="year"),),
    needs=("interactions.issue",),
    kind=Query(f"""
SELECT "group", strftime(started_at, '%Y') AS period, count(*) AS value, count(*) AS n
FROM (SELECT {taken_apart("issue")} AS "group", started_at FROM interactions
      WHERE in_window AND issue IS NOT NULL AND started_at IS NOT NULL)
GROUP BY ALL
ORDER BY ALL""", behind=f"""
SELECT {taken_apart("issue")} AS "group", strftime(started_at, '%Y') AS period, person_id FROM interactions
WHERE in_window AND issue IS NOT NULL AND started_at IS NOT NULL"""),
    says="What was recorded about each issue, year by year; a row of several issues counts for each.",
    does_not_say="Rows without an issue.",
)  # fmt: skip
services = replace(
    home_visits, name="services", answers=("M070",), where="in_window", kind=Distinct("service"), chart="bar",
    needs=("interactions.service",), tells_of="things",
    says="How many different teams and services were involved.", does_not_say="Teams known by two names.",
)  # fmt: skip
closes = Measure(
    name="closes", answers=("M072",), table="interactions", where="in_window AND activity = 'close'", kind=Count(),
    unit="count", chart="timeline", needs=ACTIVITY, basis="recorded", source="S1 Ic",
    says="How often an agency closed a case.", does_not_say="That anything was resolved: only the person can say so.",
)  # fmt: skip
time_to_close = Measure(
    name="time_to_close", answers=("M072",), table="cycles", where="sequence LIKE '%C'",
    kind=Spread("date_diff('day', started_at, ended_at)"), unit="days", chart="ladder", needs=ACTIVITY, source="S1 Ic",
    says="Days from the start of a cycle to the agency's closing it.",
    does_not_say="Closing is an event in the story, never the end of the need.",
)  # fmt: skip
expertise_pulled = Measure(
    name="expertise_pulled", answers=("M114",), table="interactions", where="in_window AND activity = 'pull'",
    kind=Count(), unit="count", by=(By("expertise", "coalesce(staff_role, referred_to)"),), chart="pareto",
    needs=("interactions.activity", "interactions.staff_role|interactions.referred_to"), basis="recorded",
    source="S1 II",
    says="Which expertise was pulled in, the owner staying, and how often.",
    does_not_say="Which expertise was wanted and not there.",
)  # fmt: skip
expertise_pulled_months_share = replace(
    expertise_pulled, name="expertise_pulled_months_share", unit="share", by=(By("expertise"),), chart="xmr",
    kind=Query("""
SELECT coalesce(staff_role, referred_to) AS "group", count(DISTINCT strftime(started_at, '%Y-%m')) AS numerator,
       date_diff('month', $start, CAST($end - 1 AS DATE)) + 1 AS denominator, numerator / denominator AS value
FROM interactions
WHERE in_window AND activity = 'pull' AND started_at IS NOT NULL AND coalesce(staff_role, referred_to) IS NOT NULL
GROUP BY ALL
ORDER BY ALL"""),
    says="In how many months of the window each expertise was pulled in: what a team should know itself.",
)  # fmt: skip
agencies_per_person = Measure(
    name="agencies_per_person", answers=("M056",), table="persons", kind=Ratio("agencies", "1"), unit="count",
    chart="hist", wants=("linked",), source="S1 Ic",
    says="With how many agencies each person had to do.", does_not_say="Agencies whose records are not here.",
)  # fmt: skip
multi_agency_share = replace(
    agencies_per_person, name="multi_agency_share", kind=Share("agencies >= 2"), unit="share",
    says="Of the people, how many had to do with two or more agencies.",
)  # fmt: skip
_SEEN = "SELECT agency, year(started_at) AS year FROM interactions WHERE in_window AND started_at IS NOT NULL"
_NAMED = (
    "SELECT referred_to, year(started_at) FROM interactions"
    " WHERE in_window AND started_at IS NOT NULL AND referred_to IS NOT NULL"
)
agencies_by_year = Measure(
    name="agencies_by_year", answers=("M056",), table="interactions", where="in_window", kind=Distinct("agency"),
    unit="count", by=(YEAR,), chart="stack", basis="recorded", source="S1 Ic", tells_of="things",
    says="How many agencies were involved in each year.", does_not_say="Agencies whose records are not here.",
)  # fmt: skip


def _cumulative(seen: str) -> Query:
    return Query(f"""
WITH seen AS MATERIALIZED (SELECT DISTINCT agency, year FROM ({seen})),
first AS (SELECT agency, min(year) AS year FROM seen GROUP BY ALL),
years AS (SELECT DISTINCT year FROM seen)
SELECT lpad(CAST(y.year AS VARCHAR), 4, '0') AS period, count(*) AS value, count(*) AS n
FROM years y JOIN first f ON f.year <= y.year
GROUP BY ALL
ORDER BY ALL""")


agencies_by_year_cumulative = replace(
    agencies_by_year, name="agencies_by_year_cumulative", kind=_cumulative(_SEEN), by=(YEAR,),
    says="How many different agencies had been involved up to each year.",
)  # fmt: skip
agencies_by_year_cumulative_with_referred_to = replace(
    agencies_by_year, name="agencies_by_year_cumulative_with_referred_to", by=(YEAR,),
    kind=_cumulative(f"{_SEEN} UNION ALL {_NAMED}"),
    says="The same with the agencies that people were referred to.",
)  # fmt: skip

WORK_MEASURES: tuple[Measure, ...] = (
    staff_involved, documents, history_span, condition_change, activities, helping_share, helping_share_upper,
    control_time_share, minutes, value_share_time, hours_per_value_hour,
    agencies_per_person, multi_agency_share, agencies_by_year, agencies_by_year_cumulative,
    agencies_by_year_cumulative_with_referred_to, expertise_pulled, expertise_pulled_months_share,
    demands_by_outcome, home_visits, contacts_by_channel, interactions_by_issue, services, closes, time_to_close,
)  # fmt: skip
