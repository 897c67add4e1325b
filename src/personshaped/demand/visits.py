"""What is learnt visit by visit: issues that nobody knew of before someone went to see (S2's family; M074)."""

from __future__ import annotations

from personshaped.figures import By, Measure, Query

issues_by_visit = Measure(
    name="issues_by_visit", answers=("M074",), unit="count", by=(By("visit"),), chart="runs", basis="recorded",
    needs=("interactions.activity", "interactions.issue"), source="S2",
    kind=Query("""
WITH went AS (
    SELECT person_id, agency, min(position) AS began FROM interactions
    WHERE in_window AND (activity = 'visit' OR channel = 'home_visit' AND activity IN ('do', 'assess'))
    GROUP BY person_id, agency, coalesce(contact_id, interaction_id)),
visits AS (
    SELECT person_id, agency, row_number() OVER by_began AS visit, min(began) OVER by_began AS first_began,
           coalesce(lead(began) OVER by_began, 9223372036854775807) AS next_began
    FROM went WINDOW by_began AS (PARTITION BY person_id, agency ORDER BY began)),
told AS (
    SELECT person_id, agency, issue, min(position) AS since FROM interactions SEMI JOIN visits USING (person_id, agency)
    WHERE in_window AND issue IS NOT NULL GROUP BY ALL),
learnt AS (
    SELECT person_id, agency, issue, min(since) AS since
    FROM (SELECT person_id, agency, since, unnest(string_split(issue, ';')) AS issue FROM told) GROUP BY ALL),
known AS (
    SELECT v.person_id, v.visit, count(learnt.issue) AS issues
    FROM visits v LEFT JOIN learnt ON learnt.person_id = v.person_id AND learnt.agency = v.agency
         AND learnt.since >= v.first_began AND learnt.since < v.next_began
    GROUP BY v.person_id, v.agency, v.visit)
SELECT lpad(CAST(visit AS VARCHAR), 2, '0') AS "group", sum(x) AS x, sum(n) AS n, sum(x * x) AS xx, sum(x * n) AS xn,
       sum(n * n) AS nn, count(*) AS persons, max(x) AS most
FROM (SELECT visit, person_id, sum(issues) AS x, count(*) AS n FROM known GROUP BY ALL)
GROUP BY ALL
ORDER BY ALL"""),
    says="How many different issues an agency had newly learnt of a person up to each visit, on average; what it had"
    " written down before the first visit is not counted.",
    note="A visit: going to see, also where it is coded as doing something or assessing at home; once a contact",
    does_not_say="That later visits find less: other people have a third visit than a first. See n.",
)  # fmt: skip
