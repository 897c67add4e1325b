"""Measures of demand by person, household, need and service: M004, M009–M011, M019, M024, M025, M113."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import WHOLE, By, Count, Distinct, Measure, Query, Share, Split, Spread, by

ASKED = ("interactions.activity|interactions.initiated_by",)

_INTERACTIONS = Measure(
    name="interactions", answers=("M025",), table="interactions", where="in_window", kind=Count(), unit="count",
    basis="recorded", source="S1",
    says="Everything recorded that happened to or for a person in the window.",
    does_not_say="What was done and not written down.",
)  # fmt: skip
contacts = replace(
    _INTERACTIONS, name="contacts", answers=("M025", "M071"), kind=Distinct("contact_id", blanks="each"),
    chart="xmr",
    says="How many contacts that makes: rows of one visit or call are one, a row without a contact its own.",
)  # fmt: skip
contacts_by_agency = replace(
    contacts, name="contacts_by_agency", answers=("M024",), by=(by("agency"),), chart="bar", source="S1 Ia",
    says="With which agencies the contacts were; a contact that two agencies share is counted at both.",
)  # fmt: skip
echoes = replace(
    _INTERACTIONS, name="echoes", kind=Count("echo"), basis="derived",
    says="Demands written down twice: the same words, that day, at that agency. They are not counted as demands.",
    does_not_say="Two agencies logging one event are not echoes.",
)  # fmt: skip
referrals_in = replace(
    _INTERACTIONS, name="referrals_in", kind=Count("kind = 'referral_in' OR initiated_by = 'other_agency'"),
    basis="recorded", needs=("interactions.initiated_by",),
    says="Rows begun by another agency: referrals received. They are not the person's demands.",
    does_not_say="Referrals sent that nobody recorded receiving (see referrals_lost).",
)  # fmt: skip
demands_per_person = Measure(
    name="demands_per_person", answers=("M023",), table="persons", where="demands > 0", kind=Spread("demands"),
    unit="count", chart="hist", needs=ASKED, wants=("linked",), source="S1 Ia",
    says="How often the people who asked at all asked, with the spread.",
    does_not_say="Anything about any one of them.",
)  # fmt: skip
issues_behind_service = Measure(
    name="issues_behind_service", answers=("M004",), unit="count", by=(By("service"),), chart="pareto",
    tells_of="kinds", needs=("interactions.service", "interactions.issue"), source="S1; S2",
    kind=Query("""
SELECT service AS "group", count(DISTINCT issue) AS value, count(DISTINCT need_id) AS n
FROM (SELECT service, need_id, unnest(string_split(issue, ';')) AS issue FROM needs
      WHERE in_cohort AND service IS NOT NULL AND issue IS NOT NULL)
GROUP BY ALL
ORDER BY ALL"""),
    says="How many different issues lie behind the needs first presented to a service.",
    does_not_say="Issues nobody has yet learnt of.",
)  # fmt: skip
predictable_share = Measure(
    name="predictable_share", answers=("M004",), unit="share", chart="pareto", needs=("interactions.issue",),
    source="S1; S2",
    kind=Query("""
WITH asked AS (
    SELECT interaction_id, person_id, strftime(started_at, '%Y-%m') AS month,
           unnest(list_distinct(string_split(issue, ';'))) AS issue
    FROM demands WHERE issue IS NOT NULL AND started_at IS NOT NULL),
predictable AS (
    SELECT issue FROM asked GROUP BY ALL
    HAVING count(DISTINCT month) >= 0.75 * (date_diff('month', $start, CAST($end - 1 AS DATE)) + 1)),
each_demand AS (
    SELECT interaction_id, person_id, bool_or(issue IN (FROM predictable)) AS predictable FROM asked GROUP BY ALL),
each_person AS (
    SELECT person_id, count(*) FILTER (WHERE predictable) AS x, count(*) AS n FROM each_demand GROUP BY ALL)
SELECT sum(x) AS x, sum(n) AS n, sum(x * x) AS xx, sum(x * n) AS xn, sum(n * n) AS nn, count(*) AS persons
FROM each_person"""),
    says="How much of demand is about issues that come up in at least three months of four.",
    does_not_say="That the person is predictable: the demand is.",
)  # fmt: skip
service_fit_split = Measure(
    name="service_fit_split", answers=("M009",), table="needs", where="in_cohort", kind=Split(), unit="share",
    by=(by("fit"),), chart="stack", needs=("needs.fit",), basis="hand", source="S1 Ia; S1 II",
    says="Of the needs coded by hand: never eligible for the service, another need, or what the service is for.",
    does_not_say="Anything about needs nobody coded (service_fit_uncoded_share).",
)  # fmt: skip
service_fit_uncoded_share = replace(
    service_fit_split, name="service_fit_uncoded_share", kind=Share("fit IS NULL"), by=(WHOLE,),
    says="How many needs were not coded for fit.", does_not_say="What they would have been.",
)  # fmt: skip
_HOUSEHOLDS = """(
    SELECT household_id AS person_id, string_agg(DISTINCT issue, ';') AS issue
    FROM (SELECT household_id, unnest(string_split(issue, ';')) AS issue FROM needs
          WHERE in_cohort AND household_id IS NOT NULL AND issue IS NOT NULL)
    GROUP BY ALL)"""
household_issue_prevalence = Measure(
    name="household_issue_prevalence", answers=("M010",), table=_HOUSEHOLDS, kind=Split(each="issue"), unit="share",
    by=(by("issue"),), chart="dots", needs=("people.household_id", "interactions.issue"), source="S1 IIb",
    says="Of the households studied, how many have at least one need of this issue.",
    does_not_say="Households whose issues are not known are left out of both sides.",
)  # fmt: skip
multi_service_households = Measure(
    name="multi_service_households", answers=("M011",), unit="share", by=(By("k"),), chart="hist",
    needs=("people.household_id", "households"), source="S1 IIb",
    kind=Query("""
SELECT CAST(k AS VARCHAR) AS "group", count(*) FILTER (WHERE agencies >= k) AS numerator,
       CAST($households AS DOUBLE) AS denominator, numerator / denominator AS value
FROM (SELECT household_id, count(DISTINCT agency) AS agencies FROM demands
      WHERE household_id IS NOT NULL GROUP BY ALL), (SELECT unnest([2, 3]) AS k)
GROUP BY ALL
ORDER BY ALL""", behind="""
SELECT CAST(k AS VARCHAR) AS "group", person_id
FROM (SELECT person_id, count(DISTINCT agency) OVER (PARTITION BY household_id) AS agencies FROM demands
      WHERE household_id IS NOT NULL), (SELECT unnest([2, 3]) AS k)
WHERE agencies >= k"""),
    says="Of all households of the area, how many asked at two (three) or more agencies in the window.",
    does_not_say="Households that never asked are in the denominator only; no interval, since all were counted.",
)  # fmt: skip
appeals_won_share = Measure(
    name="appeals_won_share", answers=("M019",), unit="share", chart="dots", source="S1 Ia",
    table="(SELECT c.* FROM cycles c JOIN needs n USING (person_id, need_id) WHERE n.kind = 'appeal')",
    kind=Share("approval = 'approved'", "approval IS NOT NULL"), needs=("needs.kind", "interactions.outcome"),
    says="Of the appeals decided, how many were decided for the person.",
    does_not_say="Appeals still pending are in neither side.",
)  # fmt: skip
help_me_share = Measure(
    name="help_me_share", answers=("M113",), table="needs", where="in_cohort",
    kind=Share("kind = 'help_me'", "kind IS NOT NULL"), unit="share", chart="bar", needs=("needs.kind",),
    basis="hand", source="S1 II",
    says="Of the needs coded by hand, how many ask 'help me' rather than 'fix me'.",
    does_not_say="Never coded by a machine; needs nobody coded are in neither side.",
)  # fmt: skip

PEOPLE_MEASURES: tuple[Measure, ...] = (
    _INTERACTIONS, contacts, contacts_by_agency, echoes, referrals_in, demands_per_person, issues_behind_service,
    predictable_share, service_fit_split, service_fit_uncoded_share, household_issue_prevalence,
    multi_service_households, appeals_won_share, help_me_share,
)  # fmt: skip
