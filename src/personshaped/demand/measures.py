"""What people ask: how much, of what kind, from whom, and how much of it is failure demand (spec 2.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.demand.attribution import ATTRIBUTION_MEASURES
from personshaped.demand.people import PEOPLE_MEASURES
from personshaped.demand.trend import TREND_MEASURES
from personshaped.demand.visits import issues_by_visit
from personshaped.figures import (
    CODED_BY,
    MONTH,
    WHOLE,
    By,
    Context,
    Count,
    Measure,
    Query,
    Ratio,
    Share,
    Split,
    Sum,
    by,
    dear_ones,
)
from personshaped.sql import taken_apart
from personshaped.statistics.clustered import total_per

Row = dict[str, Any]

ACTIVITY = ("interactions.activity|interactions.initiated_by",)
LINKED = ("linked",)
CLASSIFIED = "demand_type IN ('value', 'failure')"
BY_RULE = "rule_type IN ('value', 'failure')"
BY_HAND = "basis = 'hand' AND demand_type IN ('value', 'failure')"

_FAILS = "demand_type = 'failure'"

demands = Measure(
    name="demands", answers=("M025",), table="demands", kind=Count(), unit="count", by=(WHOLE, MONTH),
    chart="xmr", needs=ACTIVITY, source="S1",
    says="How many times people, or someone on their behalf, asked for something.",
    does_not_say="Referrals by agencies and work that systems make for themselves are not in it.",
)  # fmt: skip
demands_by_agency = Measure(
    name="demands_by_agency", answers=("M023",), table="demands", kind=Count(), unit="count", by=(by("agency"),),
    chart="bar", needs=ACTIVITY, source="S1 Ia",
    says="At which agencies people asked.",
    does_not_say="How well any of them answered: an agency that is asked more is not a worse one.",
)  # fmt: skip
failure_demand_share = Measure(
    name="failure_demand_share", answers=("M012", "M013"), table="demands",
    kind=Share(_FAILS, CLASSIFIED), unit="share", by=(WHOLE, MONTH, by("agency"), by("area")), chart="xmr",
    needs=ACTIVITY, wants=LINKED, basis="coded", interval="headline", source="S1 Ia; S1 II",
    also=(
        ("rule", Share("rule_type = 'failure'", BY_RULE)),
        ("hand", Share(_FAILS, BY_HAND)),
    ),
    says="Of the demands that can be told apart, how many were caused by a failure to do something, or to do"
    " something right for the person.",
    does_not_say="Who is to blame. The first demand for a need is value demand however badly it was answered, and"
    " people who gave up asking leave no failure demand.",
)  # fmt: skip
failure_demands = Measure(
    name="failure_demands", answers=("M012",), table="demands", kind=Count(_FAILS), unit="count",
    by=(WHOLE, MONTH), chart="xmr", needs=ACTIVITY, basis="coded", source="S1 Ia",
    says="How many demands were failure demands.",
    does_not_say="How many there would be if nobody had stopped asking.",
)  # fmt: skip
value_demands = replace(
    failure_demands, name="value_demands", kind=Count("demand_type = 'value'"),
    says="How many demands were for what the services are there to do.",
    does_not_say="That they were answered well.",
)  # fmt: skip
unclassifiable_demands = replace(
    failure_demands, name="unclassifiable_demands", kind=Count("demand_type = 'unclassifiable'"), by=(WHOLE,),
    says="How many demands could not be told value from failure, for too little history or an unsure coder.",
    does_not_say="Anything about those demands; they are left out of both sides of every share.",
)  # fmt: skip
failure_kind_share = Measure(
    name="failure_kind_share", answers=("M015",), table="demands", kind=Split(_FAILS), unit="share",
    by=(by("failure_kind"),), chart="pareto", needs=ACTIVITY, basis="coded", source="S1 Ia",
    says="What kind of failure demand it was: asking again, chasing, re-work, another body's mistake.",
    does_not_say="The kind is less certain than the share: a chase may ask for something else.",
)  # fmt: skip
external_failure_share = Measure(
    name="external_failure_share", answers=("M016",), table="demands",
    kind=Share(f"{_FAILS} AND caused_by <> agency", CLASSIFIED), unit="share", by=(by("agency"),), chart="dots",
    needs=("interactions.caused_by",), basis="hand", source="S1 Ia",
    says="Of the demands arriving at an agency, how many followed from what another body did or did not do.",
    does_not_say="Failure demand whose origin nobody coded is not counted as another body's.",
)  # fmt: skip
_CAUSES = "demand_type = 'failure' AND caused_by IS NOT NULL"
failure_cause_share = Measure(
    name="failure_cause_share", answers=("M017",), table="demands", unit="share", chart="matrix",
    needs=("interactions.caused_by",), basis="hand", by=(By("from>to"),), source="S1 Ia",
    kind=Query(f"""
SELECT caused_by || '>' || agency AS "group", count(*) AS numerator, any_value(known) AS denominator,
       numerator / denominator AS value
FROM (SELECT *, count(*) OVER (PARTITION BY agency) AS known FROM demands WHERE {_CAUSES})
GROUP BY ALL
ORDER BY ALL""", behind=f"""SELECT caused_by || '>' || agency AS "group", person_id FROM demands WHERE {_CAUSES}"""),
    says="Of the failure demand arriving here whose origin was coded, how much came after contact there.",
    does_not_say="Only origins that a person coded; no interval, since coders choose what to code.",
)  # fmt: skip
_CYCLES_OF_FAILURE = f"""(
    SELECT person_id, minutes, cost, false AS failure, CAST(NULL AS VARCHAR) AS basis FROM persons
    UNION ALL
    SELECT person_id, minutes, cost, true, NULL FROM cycles WHERE failure_begun
    UNION ALL
    SELECT person_id, minutes, price, true, NULL FROM demands
    WHERE demand_type = 'failure' AND prolongs_cycle
      AND cycle_id NOT IN (SELECT cycle_id FROM cycles WHERE failure_begun)
    UNION ALL
    SELECT person_id, NULL, NULL, side, basis FROM demands, (VALUES (false), (true)) AS sides(side)
    WHERE {CLASSIFIED})"""
"""The work of everybody, that of failure demand once more, and on either side the demands without their work, which say
who told them apart."""
failure_demand_capacity_share = Measure(
    name="failure_demand_capacity_share", answers=("M014",), table=_CYCLES_OF_FAILURE,
    kind=Ratio("minutes", "minutes", when="failure", of="NOT failure"), unit="share", chart="stack",
    needs=("interactions.minutes", *ACTIVITY), basis="coded", source="S1 Ib",
    says="How much of the working time went into work that began, or went on, because of failure demand.",
    does_not_say="That this time would be free tomorrow: of a chase inside other work only the chase is counted.",
)  # fmt: skip
failure_demand_cost = replace(
    failure_demand_capacity_share, name="failure_demand_cost", answers=("M018",), unit="£",
    kind=Sum("cost", "failure"), needs=("cost", *ACTIVITY), source="S1 Ia",
    says="What that work cost, in the window.",
    does_not_say="It is the value of capacity, not cash that can be taken out.",
)  # fmt: skip


def _a_year(rows: list[Row], context: Context) -> list[Row]:
    """The cost of a year, from the first demand that could be told apart on; refused where that is less than a year."""
    made: list[Row] = []
    for row in rows:
        if not row["persons"]:
            continue
        if row["days"] < 365:
            note = f"Refused: {row['days']} days since demands can be told apart; a year is needed."
            return [{"value": None, "note": note}]
        x, xx, most = (float(row[name]) for name in ("x", "xx", "most"))
        yearly = total_per(x, xx, most, row["persons"], row["days"] / 365.25)
        said = [yearly["note"], dear_ones(row["persons"]) if yearly["low"] is not None else ""]
        coded = {by: row[by] for by in ("by_rule", "by_hand")}
        made.append(yearly | coded | {"n": row["persons"], "note": " ".join(filter(None, said))})
    return made


failure_demand_cost_per_year = replace(
    failure_demand_cost, name="failure_demand_cost_per_year", unit="£ a year",
    kind=Query(f"""
WITH spent AS (
    SELECT person_id, sum(CAST(cost AS DECIMAL(18, 4))) AS x FROM {_CYCLES_OF_FAILURE} WHERE failure GROUP BY ALL)
SELECT sum(x) AS x, sum(x * x) AS xx, max(x) AS most, count(*) FILTER (WHERE x > 0) AS persons,
       date_diff('day', (SELECT min(started_at) FROM demands WHERE demand_type IN ('value', 'failure')), $end) AS days,
       any_value(by_rule) AS by_rule, any_value(by_hand) AS by_hand
FROM spent, (SELECT {CODED_BY} FROM demands WHERE {CLASSIFIED})""", _a_year),
    note="Interval: another year like these, in which as many people come by chance",
    says="What that work cost a year, since demands can be told apart.",
)  # fmt: skip
_KNOWN = Measure(
    name="known_share_system", answers=("M020",), table="demands", kind=Share("known_system", "classifiable"),
    unit="share", by=(WHOLE, MONTH), chart="xmr", needs=ACTIVITY, wants=LINKED, source="S1 Ia",
    says="Of the demands, how many came from people some agency had seen within the look-back.",
    does_not_say="Known is not failure: people have more than one need in their lives.",
)  # fmt: skip
known_share_agency = replace(
    _KNOWN, name="known_share_agency", kind=Share("known_agency", "classifiable"), by=(WHOLE,), wants=(),
    says="Of the demands, how many came from people this very agency had seen within the look-back.",
)  # fmt: skip
known_share_unlinked = replace(
    known_share_agency, name="known_share_unlinked", kind=Share("known_unlinked", "classifiable"),
    says="The same as if no records had been linked: what any agency can see by itself.",
)  # fmt: skip
new_person_share = Measure(
    name="new_person_share", answers=("M021",), table="demands", kind=Share("NOT known_ever", "classifiable"),
    unit="share", chart="runs", needs=ACTIVITY, wants=LINKED, interval="three_in_n", source="S1 Ia",
    says="Of the demands, how many came from people no agency had ever seen. Where none did, the upper limit is 3/n.",
    does_not_say="New to these records is not new to need.",
)  # fmt: skip
issue_share = Measure(
    name="issue_share", answers=("M003",), table="demands", kind=Split(each="issue"), unit="share",
    by=(by("issue"),), chart="pareto", needs=("interactions.issue",), basis="recorded", source="S1 Ia",
    note="A demand may hold several issues: shares may exceed 100 per cent together",
    says="What people ask about, in their own terms.",
    does_not_say="The issue behind the issue, which is often learnt later.",
)  # fmt: skip
issue_uncoded_share = replace(
    issue_share, name="issue_uncoded_share", kind=Share("issue IS NULL"), by=(WHOLE,), note="", needs=ACTIVITY,
    says="How many demands carry no issue.",
)  # fmt: skip
demands_by_issue_and_type = Measure(
    name="demands_by_issue_and_type", answers=("M003",), unit="count", by=(By("issue>type"),), chart="pareto",
    needs=("interactions.issue", *ACTIVITY), basis="coded", source="S1 Ia",
    kind=Query(f"""
SELECT issue || '>' || demand_type AS "group", count(*) AS value, count(*) AS n,
       {CODED_BY}
FROM (SELECT {taken_apart("issue")} AS issue, demand_type, basis FROM demands WHERE issue IS NOT NULL)
GROUP BY ALL
ORDER BY ALL""", behind=f"""
SELECT issue || '>' || demand_type AS "group", person_id
FROM (SELECT {taken_apart("issue")} AS issue, demand_type, person_id FROM demands WHERE issue IS NOT NULL)"""),
    note="A demand may hold several issues and is counted for each",
    says="For each issue, how many demands were value demand, failure demand, or could not be told apart.",
    does_not_say="That an issue with more failure demand is answered worse: people ask again about what matters most.",
)  # fmt: skip
demand_words = Measure(
    name="demand_words", answers=("M002",), unit="count", by=(by("issue"),), basis="recorded", source="S1 Ia",
    needs=("interactions.words", "interactions.issue"),
    kind=Query("""
SELECT "group", count(*) AS value, count(*) AS n
FROM (SELECT unnest(list_distinct(string_split(issue, ';'))) AS "group" FROM interactions
      WHERE in_window AND counts_as_demand AND words IS NOT NULL AND issue IS NOT NULL)
GROUP BY ALL
ORDER BY ALL""", behind=f"""
SELECT {taken_apart("issue")} AS "group", person_id FROM interactions
WHERE in_window AND counts_as_demand AND words IS NOT NULL AND issue IS NOT NULL"""),
    says="For how many demands of each issue the person's own words are kept; the words stand beside every number.",
    does_not_say="What the words come to: no machine sums them up.",
)  # fmt: skip
MEASURES: tuple[Measure, ...] = (
    demands, demands_by_agency, failure_demand_share, failure_demands, value_demands, unclassifiable_demands,
    failure_kind_share, external_failure_share, failure_cause_share, failure_demand_capacity_share,
    failure_demand_cost, failure_demand_cost_per_year,
    _KNOWN, known_share_agency, known_share_unlinked, new_person_share, issue_share,
    issue_uncoded_share, demands_by_issue_and_type, demand_words,
    *ATTRIBUTION_MEASURES, *PEOPLE_MEASURES, *TREND_MEASURES, issues_by_visit,
)  # fmt: skip
"""Every measure of this room, in the order in which figures are written."""
