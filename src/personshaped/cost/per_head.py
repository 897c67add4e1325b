"""A dearer contact and a cheaper whole: unit cost beside total demand and their product (M082–M084; Buurtzorg, S1 IIc).

Per head: people with a row in the stretch, per day of it. Both stretches are as long as the shorter: the longer one
looks, the more people are seen of whom each asked once, so that nothing but the length would make them ask less often.
The three come together or not at all: the first read alone is what makes cheap contacts look like savings.
"""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import Measure, Query

_SIDES = """
WITH change AS (
    SELECT "at", least(date_diff('day', $start, "at"), date_diff('day', "at", $end)) AS days
    FROM (SELECT min("at") AS "at" FROM changes
          WHERE kind = 'method' AND person_id IS NULL AND "at" > $start AND "at" < $end)),
placed AS (
    SELECT i.*, started_at >= "at" AS later FROM interactions i, change
    WHERE in_window AND started_at >= "at" - CAST(days AS INT) AND started_at < "at" + CAST(days AS INT)),
sides AS (
    SELECT later, sum(CAST(price AS DECIMAL(18, 4))) AS spent, count(DISTINCT person_id) AS people,
           count(DISTINCT contact_id) FILTER (WHERE price IS NOT NULL)
           + count(*) FILTER (WHERE price IS NOT NULL AND contact_id IS NULL) AS contacts,
           count(*) FILTER (WHERE counts_as_demand) AS demands
    FROM placed GROUP BY later),
rates AS (
    SELECT later, people, spent / nullif(contacts, 0) AS each, CAST(demands AS DOUBLE) / people / days AS asked
    FROM sides, change),
beside AS (
    SELECT after.each AS each_after, before.each AS each_before, after.asked AS asked_after,
           before.asked AS asked_before, after.people + before.people AS people, "at", days
    FROM rates after, rates before, change
    WHERE after.later AND NOT before.later AND after.each > 0 AND before.each > 0 AND before.asked > 0)"""


def _select(value: str, top: str, bottom: str, note: str) -> Query:
    return Query(f"""{_SIDES}
SELECT {value} AS value, {top} AS numerator, {bottom} AS denominator, people AS n,
       '{note}, the ' || days || ' days from ' || "at" || ' on against as many before.'
       || ' No interval: one place, once before and once after.' AS note
FROM beside""")


_UNIT, _ASKED = "each_after / each_before", "asked_after / asked_before"

cost_per_contact_change = Measure(
    name="cost_per_contact_change", answers=("M082",), unit="ratio", chart="dots", source="S1 IIc", tells_of="amounts",
    needs=("changes", "cost", "interactions.activity|interactions.initiated_by"),
    kind=_select(f"{_UNIT} - 1", "each_after", "each_before", "Read only beside demand_change and"
                 " end_to_end_cost_change. £ for each contact with a known cost"),
    says="How much dearer or cheaper one contact became after the method changed.",
    does_not_say="Whether the whole became dearer: a dearer contact that is not needed twice costs less.",
)  # fmt: skip
demand_change = replace(
    cost_per_contact_change, name="demand_change", answers=("M083",), chart="xmr", tells_of="people",
    kind=_select(f"{_ASKED} - 1", "asked_after", "asked_before", "Demands a day for each person seen"),
    says="How much more or less people asked, each and a day, after the method changed.",
    does_not_say="That the change of method did it, or that those who ask less are better off: see needs met.",
)  # fmt: skip
end_to_end_cost_change = replace(
    cost_per_contact_change, name="end_to_end_cost_change", answers=("M084",), chart="tornado",
    kind=_select(f"({_UNIT}) * ({_ASKED}) - 1", "each_after * asked_after", "each_before * asked_before",
                 "(1 + cost_per_contact_change) × (1 + demand_change) - 1"),
    says="What becomes of the cost for each person when the two changes are taken together.",
    does_not_say="Cash that can be taken out, and nothing about the time to come.",
)  # fmt: skip

PER_HEAD_MEASURES: tuple[Measure, ...] = (cost_per_contact_change, demand_change, end_to_end_cost_change)
