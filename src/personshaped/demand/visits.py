"""What is learnt visit by visit: issues that nobody knew of before someone went to see (S2's family; M074)."""

from __future__ import annotations

from personshaped.figures import By, Measure, Query

issues_by_visit = Measure(
    name="issues_by_visit", answers=("M074",), unit="count", by=(By("visit"),), chart="runs", basis="recorded",
    needs=("interactions.activity", "interactions.issue"), source="S2",
    kind=Query("""
WITH told AS (
    SELECT person_id, agency, issue, position, coalesce(contact_id, interaction_id) AS contact,
           coalesce(activity = 'visit' OR channel = 'home_visit' AND activity IN ('do', 'assess'), false) AS went
    FROM interactions WHERE in_window),
begun AS (
    SELECT *, went AND row_number() OVER (PARTITION BY person_id, agency, contact, went ORDER BY position) = 1 AS began
    FROM told SEMI JOIN (FROM told WHERE went) USING (person_id, agency)),
placed AS (
    SELECT person_id, agency, issue,
           count(*) FILTER (WHERE began) OVER (
               PARTITION BY person_id, agency ORDER BY position ROWS UNBOUNDED PRECEDING) AS visit
    FROM begun),
visits AS (SELECT DISTINCT person_id, agency, visit FROM placed WHERE visit > 0),
learnt AS (
    SELECT person_id, agency, issue, min(visit) AS visit
    FROM (SELECT person_id, agency, visit, unnest(string_split(issue, ';')) AS issue FROM placed)
    GROUP BY ALL),
known AS (
    SELECT v.person_id, v.visit, count(learnt.issue) AS issues
    FROM visits v LEFT JOIN learnt ON learnt.person_id = v.person_id AND learnt.agency = v.agency
         AND learnt.visit BETWEEN 1 AND v.visit
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
