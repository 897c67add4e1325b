"""How well, over time, the system meets need as the person sees it (spec 2.2; Stat 3, R5, R6, R7)."""

from __future__ import annotations

from dataclasses import replace

from personshaped.capability.call_backs import CALL_BACK_MEASURES
from personshaped.capability.care import CARE_MEASURES
from personshaped.capability.designs import DESIGN_MEASURES
from personshaped.capability.ends import ENDS_MEASURES
from personshaped.capability.thermostat import THERMOSTAT_MEASURES
from personshaped.capability.unplanned import UNPLANNED_MEASURES, per_year
from personshaped.figures import MONTH, WHOLE, YEAR, Count, Measure, Query, Ratio, Share, by

MET = ("met",)
LINKED = ("linked",)
ASKED = ("interactions.activity|interactions.initiated_by",)

needs_met_bound_low = Measure(
    name="needs_met_bound_low", answers=("M054",), table="needs", where="in_cohort",
    kind=Share("end_reason = 'met'"), unit="share", chart="survival",
    needs=MET, wants=LINKED, source="S1",
    says="How many needs are known to be met, as if none that nobody asked about were.",
    does_not_say="How long it took.",
)  # fmt: skip
needs_met_bound_high = replace(
    needs_met_bound_low, name="needs_met_bound_high",
    kind=Share("end_reason = 'met' OR never_asked"),
    says="How many needs would be met if all that nobody asked about were met.",
)  # fmt: skip
needs_open = Measure(
    name="needs_open", answers=("M054", "M059"), by=(WHOLE, MONTH), unit="count", chart="xmr", needs=MET,
    wants=LINKED, source="S1; S1 II",
    kind=Query("""
WITH months AS (
    SELECT unnest(generate_series(
        date_trunc('month', $start), CAST($end - 1 AS TIMESTAMP), INTERVAL 1 MONTH)) AS month),
turns AS (
    SELECT opened_at AS turned_at, 1 AS more FROM needs WHERE asked_for
    UNION ALL
    SELECT greatest(ended_at, opened_at), -1 FROM needs WHERE ended_at IS NOT NULL AND asked_for),
by_month AS (
    SELECT greatest(date_trunc('month', turned_at), date_trunc('month', $start)) AS month, sum(more) AS more
    FROM turns GROUP BY ALL)
SELECT '' AS period, count(*) AS value, value AS n FROM needs WHERE open_at_cut AND asked_for
UNION ALL
SELECT strftime(month, '%Y-%m'),
       CAST(sum(coalesce(more, 0)) OVER (ORDER BY month) AS BIGINT) AS open, open
FROM months LEFT JOIN by_month USING (month)
ORDER BY period""", behind="""
SELECT '' AS period, person_id FROM needs WHERE open_at_cut AND asked_for
UNION ALL
SELECT unnest([strftime(month, '%Y-%m'), CASE WHEN month(month) % 3 = 0 THEN
           strftime(month, '%Y-Q') || quarter(month) END]), person_id
FROM needs, (SELECT unnest(generate_series(
    date_trunc('month', $start), CAST($end - 1 AS TIMESTAMP), INTERVAL 1 MONTH)) AS month)
WHERE asked_for AND date_trunc('month', opened_at) <= month
  AND (ended_at IS NULL OR date_trunc('month', greatest(ended_at, opened_at)) > month)"""),
    says="How many needs were open at the end of the window, and of each month, as the person sees it.",
    does_not_say="A shorter list is only better if the needs were met; cleaning a list is a change in recording.",
)  # fmt: skip
needs_never_asked = Measure(
    name="needs_never_asked", answers=("M054",), table="needs", where="in_cohort", kind=Count("never_asked"),
    unit="count", needs=MET, wants=LINKED, source="S1",
    says="Of the needs still open, about how many nobody asked the person whether it was met.",
    does_not_say="That they are unmet: nobody knows.",
)  # fmt: skip
needs_never_asked_share = replace(
    needs_never_asked, name="needs_never_asked_share", kind=Share("never_asked"), unit="share",
    says="About how many of the needs nobody asked the person.",
)  # fmt: skip
closed_unmet_share = Measure(
    name="closed_unmet_share", answers=("M054",), table="needs", where="in_cohort",
    kind=Share("closed_unmet", "closed"),
    unit="share", chart="bar", needs=("interactions.activity", *MET, "activity=close"), wants=LINKED, source="S1",
    says="Of the needs on which an agency closed, how many it closed before the person said they were met.",
    does_not_say="Why it was closed.",
)  # fmt: skip
_ELIGIBLE = "first_contact_eligible"
fcr_needs = Measure(
    name="fcr_needs", answers=("M026", "M027"), table="needs", where="in_cohort",
    kind=Share("first_contact", _ELIGIBLE), unit="share", by=(WHOLE, MONTH, by("design")), chart="xmr", needs=MET,
    wants=LINKED, time="opened_at", source="S1 Ia; S1 II",
    says="Of the needs followed long enough, how many were met by the first agency asked, at one asking.",
    does_not_say="Needs nobody asked about count as not met (fcr_needs_bound_high).",
)  # fmt: skip
fcr_needs_bound_high = replace(
    fcr_needs, name="fcr_needs_bound_high", kind=Share("first_contact_possible", _ELIGIBLE), by=(WHOLE,),
    says="The same if every need nobody asked about were met.", does_not_say="That they were.",
)  # fmt: skip
_ASKINGS = """(
    SELECT person_id, 1 AS resolved, 0 AS asked FROM needs
    WHERE in_cohort AND first_contact AND first_contact_eligible
    UNION ALL
    SELECT person_id, 0, 1 FROM demands)"""
fcr_demands = replace(
    fcr_needs, name="fcr_demands", answers=("M026",), table=_ASKINGS, where="", by=(WHOLE,),
    kind=Ratio("resolved", "asked"), source="S1 Ia",
    says="Of all demands, how many were resolved at the first point of contact.",
    does_not_say="It is lower than fcr_needs by as many demands as each need takes.",
)  # fmt: skip
no_longer_presenting_share = Measure(
    name="no_longer_presenting_share", answers=("M048",), table="needs", where="in_cohort AND taken_on_new",
    kind=Share(
        "end_reason = 'met' AND quiet_180",
        "date_diff('day', CASE WHEN end_reason = 'met' THEN ended_at ELSE opened_at END, $end) > 180",
    ),
    unit="share", chart="survival", needs=("interactions.design", *MET), wants=LINKED, source="S1 II",
    says="Of the needs the new way of working took on and followed for 180 days, how many were met in the person's"
    " word, with no failure demand in the 180 days after.",
    does_not_say="Silence alone does not count.",
)  # fmt: skip
_ASSESSED = """(
    SELECT a.person_id, a.agency,
           count(*) FILTER (WHERE d.started_at > a.first_at AND date_diff('day', a.first_at, d.started_at) <= $horizon)
           AS later
    FROM (SELECT person_id, agency, min(started_at) AS first_at FROM interactions
          WHERE in_window AND activity = 'assess' AND date_precision NOT IN ('month', 'year', 'range', 'order')
          GROUP BY ALL) a
    LEFT JOIN demands d ON d.person_id = a.person_id AND d.agency = a.agency
    WHERE date_diff('day', a.first_at, $end) > $horizon
    GROUP BY ALL)"""
represented_share = Measure(
    name="represented_share", answers=("M040",), table=_ASSESSED, kind=Share("later > 0"), unit="share",
    by=(by("agency"),), chart="survival", needs=("interactions.activity",), source="S1 Ia",
    note="Later demands within the horizon of the settings; people followed for all of it",
    says="Of the people assessed and then followed for the whole horizon, how many asked there again.",
    does_not_say="Whether they asked for the same thing.",
)  # fmt: skip
re_presentations_per_person = replace(
    represented_share, name="re_presentations_per_person", answers=("M041",), kind=Ratio("later", "1", of="later > 0"),
    unit="count", chart="hist",
    says="Of those who asked again, how often they did.", does_not_say="Those who did not ask again are not in it.",
)  # fmt: skip
re_presentations_per_person_year = replace(
    re_presentations_per_person, name="re_presentations_per_person_year", unit="per person-year", note="",
    kind=Query("""
WITH assessed AS (
    SELECT person_id, agency, min(started_at) AS first_at FROM interactions
    WHERE in_window AND activity = 'assess' AND date_precision NOT IN ('month', 'year', 'range', 'order') GROUP BY ALL),
followed AS (
    SELECT a.agency, a.person_id, date_diff('day', a.first_at, $end) AS days,
           count(*) FILTER (WHERE d.started_at > a.first_at) AS later
    FROM assessed a LEFT JOIN demands d ON d.person_id = a.person_id AND d.agency = a.agency
    GROUP BY a.agency, a.person_id, a.first_at)
SELECT agency AS "group", sum(later) AS x, sum(days) AS days, sum(later * later) AS xx, sum(later * days) AS xn,
       sum(days * days) AS nn, count(*) AS persons, max(later) AS most
FROM followed WHERE days > 0
GROUP BY ALL
ORDER BY ALL""", per_year),
    says="How often people who were assessed asked there again, for each year they were followed: everyone assessed,"
    " however long followed.",
    does_not_say="Whether they asked for the same thing, or whether a few asked often.",
)  # fmt: skip
crisis_share = Measure(
    name="crisis_share", answers=("M057",), table="interactions", where="in_window", kind=Share("crisis"), unit="share",
    by=(WHOLE, YEAR), chart="stack", needs=("interactions.crisis",), basis="recorded", source="S1",
    note="Rows that do not say are taken as no crisis: at least so many",
    says="Of everything recorded, how much was a crisis.",
    does_not_say="Anything about any one person: it is a statement about a group.",
)  # fmt: skip
crisis_after_asking_share = Measure(
    name="crisis_after_asking_share", answers=("M057",), table="needs", where="in_cohort",
    kind=Share("crisis_after_asking"), unit="share", chart="survival", needs=("interactions.crisis", *ASKED),
    wants=LINKED, source="S1",
    says="Of the needs people asked about, how many came to a crisis while unmet.",
    does_not_say="That help would have prevented it in any one case.",
)  # fmt: skip
cycles_before_screened_in = Measure(
    name="cycles_before_screened_in", answers=("M061",), table="needs",
    where="in_cohort AND cycles_before_screened_in IS NOT NULL", kind=Ratio("cycles_before_screened_in", "1"),
    unit="count", chart="hist", needs=("interactions.outcome", "interactions.activity"), wants=LINKED,
    never_a_goal=True, source="S1 Ia",
    says="How often needs went round before an agency screened them in.",
    does_not_say="Needs never screened in are not in it.",
)  # fmt: skip


def _change(what: str) -> Query:
    """After the first change of method in the window ÷ before it, per day, less one."""
    return Query(f"""
WITH change AS (
    SELECT min("at") AS "at" FROM changes
    WHERE kind = 'method' AND person_id IS NULL AND "at" > $start AND "at" < $end),
amounts AS ({what})
SELECT sum(worth) FILTER (WHERE started_at >= "at") / date_diff('day', any_value("at"), $end) AS numerator,
       sum(worth) FILTER (WHERE started_at < "at") / date_diff('day', $start, any_value("at")) AS denominator,
       numerator / denominator - 1 AS value, count(*) AS n,
       'Per day, from ' || any_value("at") || ' on against before. No interval: one place, once before and once after.'
       AS note
FROM (SELECT started_at, CAST(amount AS DECIMAL(18, 4)) AS worth FROM amounts), change
WHERE "at" IS NOT NULL AND started_at IS NOT NULL
HAVING count(*) > 0""")


demand_handled_change = Measure(
    name="demand_handled_change", answers=("M058",), unit="ratio", by=(WHOLE,), chart="xmr", needs=("changes", *ASKED),
    kind=_change("SELECT started_at, 1 AS amount FROM demands"), source="S1 II",
    says="How much more or less demand was served after the method changed; read it beside resource_change.",
    does_not_say="That the change of method did it.",
)  # fmt: skip
resource_change = replace(
    demand_handled_change, name="resource_change", needs=("changes", "interactions.minutes"),
    kind=_change(
        "SELECT started_at, CAST(minutes AS DECIMAL(18, 4)) AS amount FROM interactions"
        " WHERE in_window AND minutes IS NOT NULL"
    ),
    says="How much more or less working time it took after the method changed; read it beside demand_handled_change.",
)  # fmt: skip

MEASURES: tuple[Measure, ...] = (
    *ENDS_MEASURES[:2], *CALL_BACK_MEASURES, *DESIGN_MEASURES, needs_met_bound_low, needs_met_bound_high,
    needs_never_asked, needs_never_asked_share,
    needs_open, closed_unmet_share, fcr_needs, fcr_needs_bound_high, fcr_demands,
    no_longer_presenting_share, represented_share, re_presentations_per_person,
    re_presentations_per_person_year, *ENDS_MEASURES[2:], crisis_share,
    crisis_after_asking_share, cycles_before_screened_in, demand_handled_change, resource_change,
    *CARE_MEASURES, *THERMOSTAT_MEASURES, *UNPLANNED_MEASURES,
)  # fmt: skip
