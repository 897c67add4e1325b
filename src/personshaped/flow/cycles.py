"""Assess-do-refer: how often people go round, and what comes of each time (M028–M030, M036–M039, M043, M047–M051)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.figures import WHOLE, Context, Count, Measure, Query, Ratio, Share, Spread, Sum, by
from personshaped.statistics.clustered import total_per

Row = dict[str, Any]

CYCLES = ("interactions.activity",)
DOING = ("activity=do|activity=visit",)
"""Where no agency ever records that it did something, that nothing was done cannot be said. Expertise pulled in is
no such record: it is brought in so that something can be done."""
CLOSING = ("activity=close|outcome=nfa|outcome=screened_out",)
LINKED = ("linked",)
SPREAD = ("_median", "_p10", "_p90", "_max", "_share_12_or_more")
_OVER = "ended <> 'open'"
_HELD = "(sequence LIKE '%D%' OR sequence LIKE '%P%')"
_LOOKED = "(sequence LIKE '%S%' OR sequence LIKE '%A%')"
_AWAY = "ended IN ('referred', 'screened_out', 'nfa', 'advice_only', 'signposted', 'recorded_only', 'closed')"

cycles_per_person = Measure(
    name="cycles_per_person", answers=("M028",), table="persons", where="demands > 0",
    kind=Spread("cycles", suffixes=SPREAD), unit="count", chart="hist", needs=CYCLES, wants=LINKED, source="S1 Ia",
    says="How often a person who asked went round assess-do-refer in the window; those who went no time stay in.",
    does_not_say="Cycles before the window and still to come.",
)  # fmt: skip
cycles_per_need = replace(
    cycles_per_person, name="cycles_per_need", table="needs", where="in_cohort",
    says="How often each need went round assess-do-refer, open cycles counted.",
    does_not_say="Needs opened late in the window have had less time to go round.",
)  # fmt: skip
cycles = Measure(
    name="cycles", answers=("M029",), table="cycles", kind=Count("counts"), unit="count",
    by=(WHOLE, by("agency"), by("class"), by("ended")), chart="ladder", needs=CYCLES, source="S1 Ia",
    says="How many assess-do-refer cycles began: something was screened, assessed, done, pulled in or referred.",
    does_not_say="Whether any of it helped.",
)  # fmt: skip
cycles_explicit = replace(
    cycles, name="cycles_explicit", kind=Count("counts AND NOT implicit"), by=(WHOLE,),
    says="How many of them show in the records: not only an answer given to the demand itself.",
)  # fmt: skip
cycles_open = replace(
    cycles, name="cycles_open", kind=Count("counts AND ended = 'open'"), by=(WHOLE,),
    says="How many of them had not ended at the end of the window.",
)  # fmt: skip
system_episodes = Measure(
    name="system_episodes", answers=("M030",), table="persons", kind=Sum("episodes"), unit="count", chart="timeline",
    needs=CYCLES, wants=LINKED, source="S1 Ia",
    says="How often people came in: times in which at least one agency had something open with them.",
    does_not_say="What happened while they were in.",
)  # fmt: skip
re_entries = replace(
    system_episodes, name="re_entries", kind=Sum("greatest(episodes - 1, 0)"),
    says="How often people came back in after they had gone out.",
    does_not_say="Exits and re-entries counted together would be about twice as many.",
)  # fmt: skip
assess_refer_share = Measure(
    name="assess_refer_share", answers=("M036",), table="cycles", where="counts", unit="share", chart="flow",
    kind=Share(f"({_LOOKED} OR implicit) AND NOT {_HELD} AND {_AWAY}", _OVER), needs=(*CYCLES, *DOING), source="S1 Ia",
    says="Of the cycles that ended, how many assessed and passed on, or assessed and closed, with nothing done.",
    does_not_say="That doing something would have helped: 'do' includes whatever the agency exists to provide.",
)  # fmt: skip
refer_only_share = replace(
    assess_refer_share, name="refer_only_share", kind=Share("class = 'refer-only'", _OVER),
    needs=(*CYCLES, "activity=refer"),
    says="Of the cycles that ended, how many passed the person on with no assessment recorded.",
    does_not_say="Whether someone looked without writing it down.",
)  # fmt: skip
assessment_without_service_share = replace(
    assess_refer_share, name="assessment_without_service_share", answers=("M047",), chart="bar",
    kind=Share(f"NOT {_HELD}", f"{_OVER} AND {_LOOKED}"),
    says="Of the cycles with a screening or assessment that ended, how many gave no service at all.",
    does_not_say="That a service was what the person wanted.",
)  # fmt: skip
_FIRST_REFERRED = """(
    SELECT person_id, arg_min(referral_screened_out, (started_at, agency, cycle_id)) AS out
    FROM cycles WHERE referred_for_assessment AND referral_screened_out IS NOT NULL GROUP BY ALL)"""
screened_out_share = Measure(
    name="screened_out_share", answers=("M037",), table=_FIRST_REFERRED, kind=Share("out"), unit="share", chart="xmr",
    needs=("interactions.outcome", *CYCLES), never_a_goal=True, source="S1 Ia",
    says="Of the people referred for assessment, how many were screened out at the first look.",
    does_not_say="People whose first look had no recorded end are in neither side.",
)  # fmt: skip
screened_out_share_screens = Measure(
    name="screened_out_share_screens", answers=("M037",), table="interactions",
    where="in_window AND activity = 'screen'", kind=Share("outcome = 'screened_out'", "outcome IS NOT NULL"),
    unit="share", chart="xmr", needs=("interactions.outcome", *CYCLES), basis="recorded", never_a_goal=True,
    source="S1 Ia",
    says="Of the screenings with a recorded outcome, how many ended with the person screened out.",
    does_not_say="The same person may be screened many times; screened_out_share counts people.",
)  # fmt: skip
closed_at_initial_assessment_share = Measure(
    name="closed_at_initial_assessment_share", answers=("M038",), table="cycles", where="assessments > 0",
    kind=Share("first_assessment_closed", _OVER), unit="share", chart="xmr", needs=(*CYCLES, *DOING, *CLOSING),
    never_a_goal=True, source="S1 Ia",
    says="Of the cycles with an assessment that ended, how many were closed after the first before anything was done.",
    does_not_say="Cases, not people: it is not screened_out_share.",
)  # fmt: skip
assessment_no_action_share = Measure(
    name="assessment_no_action_share", answers=("M039",), table="cycles", where="assessments > 0",
    kind=Ratio("assessments_no_action", "assessments", when=_OVER, of=_OVER), unit="share", chart="bar",
    needs=(*CYCLES, *DOING), source="S1 Ia",
    says="Of the assessments in cycles that ended, how many were written down and filed, with nothing after.",
    does_not_say="What the assessment found.",
)  # fmt: skip
repeat_assessments_per_need = Measure(
    name="repeat_assessments_per_need", answers=("M043",), table="needs", where="in_cohort AND assessments > 0",
    kind=Ratio("assessments - 1", "1"), unit="count", chart="ladder", needs=CYCLES, wants=LINKED, source="S1 Ia; S1 Ic",
    says="Of needs assessed at all, how many more times each was assessed.",
    does_not_say="Whether the second assessment asked anything new.",
)  # fmt: skip
identical_service_repeats = replace(
    repeat_assessments_per_need, name="identical_service_repeats", where="in_cohort", kind=Sum("identical_services"),
    needs=("interactions.service",), chart="ladder",
    says="How often the same agency gave the same service again for one need.",
    does_not_say="Services that are meant to go on, such as weekly care, repeat too.",
)  # fmt: skip
approval_rate = Measure(
    name="approval_rate", answers=("M049",), table="cycles",
    kind=Share("approval = 'approved'", "approval IS NOT NULL"), unit="share", chart="xmr",
    needs=("interactions.outcome", *CYCLES), source="S0",
    says="Of the decisions to approve or refuse, last one of each cycle, how many approved.",
    does_not_say="Whether the wait was worth it: see approval_delay and approval_minutes.",
)  # fmt: skip
approval_delay = replace(
    approval_rate, name="approval_delay", answers=("M050",), kind=Spread("approval_days", suffixes=("_median",)),
    unit="days", chart="hist",
    says="Days from the work before it to the decision.",
    does_not_say="Time in the inbox apart from time on the desk: the records hold one time only.",
)  # fmt: skip
approvals = Measure(
    name="approvals", answers=("M050",), table="interactions", where="in_window AND activity = 'approve'",
    kind=Count(), unit="count", chart="xmr", needs=CYCLES, basis="recorded", source="S0",
    says="How often someone had to authorise something.", does_not_say="Approvals that leave no trace.",
)  # fmt: skip


def _a_week(rows: list[Row], context: Context) -> list[Row]:
    """None at all is 0 a week; nothing is said of a window without a day."""
    made: list[Row] = []
    for row in rows:
        if row["weeks"]:
            x, xx, most = (float(row[name]) for name in ("x", "xx", "most"))
            made.append(total_per(x, xx, most, row["persons"], row["weeks"]) | {"n": int(x)})
    return made


approvals_per_week = replace(
    approvals, name="approvals_per_week",
    kind=Query("""
SELECT coalesce(sum(n), 0) AS x, coalesce(sum(n * n), 0) AS xx, coalesce(max(n), 0) AS most, count(*) AS persons,
       date_diff('day', $start, $end) / 7 AS weeks
FROM (SELECT person_id, count(*) AS n FROM interactions WHERE in_window AND activity = 'approve' GROUP BY ALL)""",
    _a_week),
    note="Interval: as many weeks like these, in which as many people come by chance",
    says="How many authorisations a week of the window, on average.",
    does_not_say="How much they vary from week to week: see approvals by month.",
)  # fmt: skip
approval_minutes = replace(
    approvals, name="approval_minutes", kind=Sum("minutes"), unit="minutes", needs=("interactions.minutes", *CYCLES),
    says="Working time spent on approvals.",
)  # fmt: skip
approval_minutes_per_refusal = replace(
    approval_minutes, name="approval_minutes_per_refusal",
    kind=Ratio("minutes", "1", of="outcome = 'refused'"),
    says="What one refusal costs: all minutes of approving, for each time something was refused.",
    does_not_say="What a refusal saves.",
)  # fmt: skip
_ASSESSING = """
    SELECT person_id, price, outcome FROM interactions
    WHERE in_window AND activity IN ('screen', 'assess', 'refer')
    UNION ALL
    SELECT i.person_id, i.price, i.outcome FROM interactions i JOIN cycles c USING (cycle_id)
    WHERE i.in_window AND i.activity IN ('approve', 'review', 'meeting')
      AND c.class IN ('assess-refer', 'assess-only')"""
_NOT_PLACED = f"""
    SELECT person_id, price FROM ({_ASSESSING}) WHERE outcome IS DISTINCT FROM 'placement'"""
_PLACED = """
    SELECT person_id, price FROM interactions WHERE in_window AND outcome = 'placement'"""
_COSTS = f"""(
    SELECT person_id, price AS cost, true AS on_it FROM ({_ASSESSING})
    UNION ALL
    SELECT person_id, cost, false FROM persons)"""
assess_refer_cost_share = Measure(
    name="assess_refer_cost_share", answers=("M051",), table=_COSTS,
    kind=Ratio("cost", "cost", when="on_it", of="NOT on_it"), unit="share", chart="stack",
    needs=("cost", *CYCLES), source="S0",
    says="Of all cost, how much went on screening, assessing and referring, with the approvals, reviews and meetings"
    " of cycles that did nothing else.",
    does_not_say="That all of it was avoidable.",
)  # fmt: skip
assess_refer_cost_share_narrow = replace(
    assess_refer_cost_share, name="assess_refer_cost_share_narrow", table="interactions", where="in_window",
    kind=Ratio("price", "price", when="activity IN ('screen', 'assess', 'refer')"),
    says="Of all cost, how much went on screening, assessing and referring alone.",
)  # fmt: skip
_REPEATED = """(
    SELECT person_id, price AS cost, true AS on_it FROM interactions
    WHERE in_window AND (activity IN ('screen', 'refer') OR (
        activity = 'assess' AND need_id IS NOT NULL AND (person_id, need_id, position) NOT IN (
            SELECT person_id, need_id, min(position) FROM interactions
            WHERE activity = 'assess' AND need_id IS NOT NULL GROUP BY ALL)))
    UNION ALL
    SELECT person_id, cost, false FROM persons)"""
assess_refer_cost_share_repeated = replace(
    assess_refer_cost_share, name="assess_refer_cost_share_repeated", table=_REPEATED,
    says="Of all cost, how much went on screening, referring, and assessing again: each need's first assessment is"
    " left out, and assessments that belong to no known need.",
    does_not_say="That no second assessment was needed.",
)  # fmt: skip


def _a_household_year(rows: str) -> Query:
    """The cost of these rows (`person_id`, `price`) for each household and year."""
    return Query(f"""
WITH of_person AS (SELECT person_id, sum(CAST(price AS DECIMAL(18, 4))) AS spent FROM ({rows}) GROUP BY ALL),
households AS (
    SELECT coalesce(household_id, person_id) AS household, coalesce(sum(spent), 0) AS spent,
           date_diff('day', $start, $end) / 365.25 AS years
    FROM persons LEFT JOIN of_person USING (person_id) GROUP BY ALL)
SELECT CAST(sum(spent) AS DOUBLE) AS x, count(*) * any_value(years) AS n,
       CAST(sum(spent * spent) AS DOUBLE) AS xx, x * any_value(years) AS xn,
       count(*) * any_value(years) * any_value(years) AS nn, count(*) AS persons,
       CAST(max(spent) AS DOUBLE) AS most
FROM households""")


assessment_cost_per_household_year = Measure(
    name="assessment_cost_per_household_year", answers=("M052",), unit="£ a year", chart="hist",
    needs=("cost", *CYCLES), source="S0", kind=_a_household_year(_NOT_PLACED),
    says="What screening, assessing and referring cost for each household seen and year observed, with the approvals,"
    " reviews and meetings of cycles that did nothing else. Placements are left out.",
    does_not_say="That it was avoidable. A person without a known household counts as one.",
)  # fmt: skip
assessment_cost_per_household_year_with_placements = replace(
    assessment_cost_per_household_year, name="assessment_cost_per_household_year_with_placements",
    kind=_a_household_year(f"{_NOT_PLACED}\n    UNION ALL{_PLACED}"), needs=("cost", "interactions.outcome", *CYCLES),
    says="The same with every row in which somebody was placed (in care, in custody), whatever was done in it.",
    does_not_say="What of a placement's cost stands in other records. Who has no known household counts as one.",
)  # fmt: skip
CYCLE_MEASURES: tuple[Measure, ...] = (
    cycles_per_person, cycles_per_need, cycles, cycles_explicit, cycles_open, system_episodes, re_entries,
    assess_refer_share, refer_only_share, assessment_without_service_share, screened_out_share,
    screened_out_share_screens, closed_at_initial_assessment_share, assessment_no_action_share,
    repeat_assessments_per_need, identical_service_repeats, approval_rate, approval_delay, approvals,
    approvals_per_week, approval_minutes, approval_minutes_per_refusal, assess_refer_cost_share,
    assess_refer_cost_share_narrow, assess_refer_cost_share_repeated, assessment_cost_per_household_year,
    assessment_cost_per_household_year_with_placements,
)  # fmt: skip
