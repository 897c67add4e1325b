"""What it cost, and what was wanted (spec 2.1 M006–M008, 2.2 M057, 2.3 M063–M069, M075; Stat 6)."""

from __future__ import annotations

from dataclasses import replace

from personshaped.cost.concentration import CONCENTRATION_MEASURES
from personshaped.cost.contracts import CONTRACT_MEASURES
from personshaped.cost.levels import LEVEL_MEASURES
from personshaped.cost.per_head import PER_HEAD_MEASURES
from personshaped.cost.trajectory import TRAJECTORY_MEASURES
from personshaped.figures import WHOLE, YEAR, Measure, Query, Sum, by

COST = ("cost",)

cost = Measure(
    name="cost", answers=("M068",), table="interactions", where="in_window", kind=Sum("price"), unit="£",
    by=(WHOLE, by("activity")), chart="cumcost", needs=COST, basis="recorded", source="S1 Ic",
    says="What everything in the window cost, at each row's own cost or its unit cost.",
    does_not_say="Average unit costs are the value of capacity, not cash that can be taken out; rows without a price"
    " are left out.",
)  # fmt: skip
cost_by_agency = replace(
    cost, name="cost_by_agency", answers=("M075",), by=(by("agency"),), chart="stack", source="S2",
    says="Which part of the public sector paid.",
)  # fmt: skip
cost_by_year = replace(
    cost, name="cost_by_year", answers=("M057", "M063"), by=(YEAR,), chart="stack",
    says="What it cost in each year, in the prices recorded.",
)  # fmt: skip
cost_cumulative = replace(
    cost_by_year, name="cost_cumulative", answers=("M063",), chart="cumcost",
    kind=Query("""
SELECT lpad(CAST(year(started_at) AS VARCHAR), 4, '0') AS period,
       sum(sum(CAST(price AS DECIMAL(18, 4)))) OVER (ORDER BY year(started_at)) AS value
FROM interactions
WHERE in_window AND started_at IS NOT NULL
GROUP BY year(started_at)
ORDER BY period"""),
    says="What it had cost up to the end of each year.",
)  # fmt: skip
_WANTED = """
WITH asked AS (
    SELECT coalesce(cost, quantity * unit_cost) AS cost, person_id,
           coalesce(alternative_group, 'item ' || row_number() OVER ()) AS choice
    FROM wanted WHERE person_id IN (SELECT person_id FROM persons)),
choices AS (
    SELECT person_id, choice, sum(CAST(cost AS DECIMAL(18, 4))) AS every, min(CAST(cost AS DECIMAL(18, 4))) AS least
    FROM asked GROUP BY ALL),
sums AS (
    SELECT sum(every) AS wanted, sum(least) AS least, count(DISTINCT person_id) AS people,
           (SELECT sum(CAST(cost AS DECIMAL(18, 4))) FROM persons
            WHERE person_id IN (SELECT person_id FROM asked)) AS received
    FROM choices)"""
_PRICES = """,
years AS (
    SELECT year(started_at) AS year FROM interactions
    WHERE in_window AND price IS NOT NULL AND person_id IN (SELECT person_id FROM asked)
    UNION
    SELECT price_year FROM wanted WHERE person_id IN (SELECT person_id FROM persons)),
prices AS (SELECT count(DISTINCT year) AS years, min(year) AS first, max(year) AS last FROM years)"""
_UNEQUAL = """
       CASE WHEN years > 1 THEN 'Refused: prices of ' || first || ' and ' || last ||
            ' are not the same prices; uprate one side to the other.' END AS note"""

cost_wanted = Measure(
    name="cost_wanted", answers=("M067",), unit="£", chart="cumcost", needs=("wanted",), basis="recorded",
    kind=Query(f"{_WANTED}\nSELECT wanted AS value, people AS n FROM sums WHERE people > 0"), source="S1 Ic",
    says="What the help would have cost that people said they wanted, all alternatives added.",
    does_not_say="That it would have been enough, or that all of it was needed: see the low end.",
)  # fmt: skip
cost_wanted_low = replace(
    cost_wanted, name="cost_wanted_low",
    kind=Query(f"{_WANTED}\nSELECT least AS value, people AS n FROM sums WHERE people > 0"),
    says="The same with the cheapest of each set of alternatives.",
)  # fmt: skip
cost_received = replace(
    cost_wanted, name="cost_received", answers=("M068",), needs=("wanted", *COST), basis="derived",
    kind=Query(f"{_WANTED}\nSELECT received AS value, people AS n FROM sums WHERE people > 0"),
    says="What the same people received in the window cost.",
    does_not_say="That it helped.",
)  # fmt: skip
cost_gap = replace(
    cost_received, name="cost_gap", answers=("M069",),
    kind=Query(f"""{_WANTED}{_PRICES}
SELECT CASE WHEN years = 1 THEN received - wanted END AS value, CASE WHEN years = 1 THEN received - wanted END AS low,
       CASE WHEN years = 1 THEN received - least END AS high, people AS n,{_UNEQUAL}
FROM sums, prices WHERE people > 0"""),
    says="Received less wanted, for the same people; low and high are the range over alternatives, not an interval.",
    does_not_say="A saving: what was received might have been needed too.",
)  # fmt: skip
cost_ratio = replace(
    cost_gap, name="cost_ratio", unit="ratio", tells_of="amounts",
    kind=Query(f"""{_WANTED}{_PRICES}
SELECT CASE WHEN years = 1 THEN received / nullif(wanted, 0) END AS value, received AS numerator,
       wanted AS denominator, CASE WHEN years = 1 THEN received / nullif(wanted, 0) END AS low,
       CASE WHEN years = 1 THEN received / nullif(least, 0) END AS high, people AS n,{_UNEQUAL}
FROM sums, prices WHERE people > 0"""),
    says="Received for every pound wanted; low and high are the range over alternatives, not an interval.",
)  # fmt: skip

MEASURES: tuple[Measure, ...] = (
    cost, cost_by_agency, cost_by_year, cost_cumulative, *CONCENTRATION_MEASURES, cost_received, cost_wanted,
    cost_wanted_low, cost_gap, cost_ratio, *PER_HEAD_MEASURES, *TRAJECTORY_MEASURES, *CONTRACT_MEASURES,
    *LEVEL_MEASURES,
)  # fmt: skip
