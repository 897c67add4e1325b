"""How cost and demand concentrate in few people of a whole population (M005–M008)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb

from personshaped.figures import By, Measure, Query

NEEDS = ("population", "cost")
_RANKED = """
WITH ranked AS (
    SELECT person_id, demands, coalesce(CAST(cost AS DECIMAL(18, 4)), 0) AS cost,
           row_number() OVER (ORDER BY coalesce(cost, 0) DESC, person_id) AS place
    FROM persons)"""
_RANKED_HOUSEHOLDS = """
WITH households AS (
    SELECT coalesce(household_id, person_id) AS household, sum(demands) AS demands,
           sum(coalesce(CAST(cost AS DECIMAL(18, 4)), 0)) AS cost
    FROM persons GROUP BY ALL),
ranked AS (SELECT *, row_number() OVER (ORDER BY cost DESC, household) AS place FROM households)"""


def _share(ranked: str, what: str, everyone: str) -> Query:
    """Of the sum of `what`, the part of the ⌈q · everyone⌉ costliest."""
    return Query(
        f"""{ranked}
SELECT q AS "group", coalesce(sum({what}) FILTER (WHERE place <= ceil(part * {everyone})), 0) AS numerator,
       sum({what}) AS denominator,
       CASE WHEN sum(cost) > 0 THEN numerator / nullif(denominator, 0) END AS value,
       CAST(ceil(any_value(part) * {everyone}) AS BIGINT) AS n
FROM ranked, (SELECT unnest(['1%', '5%']) AS q, unnest([0.01, 0.05]) AS part)
GROUP BY ALL
ORDER BY ALL""",
        behind="SELECT person_id FROM persons",
    )


top_share_cost = Measure(
    name="top_share_cost", answers=("M006", "M008"), unit="share", by=(By("q"),), chart="lorenz", needs=NEEDS,
    tells_of="the most", wants=("linked",), kind=_share(_RANKED, "cost", "$population"), source="S1 Ia; S1 II",
    says="How much of all cost the costliest one (five) in a hundred of the whole population received; people with no"
    " row received none.",
    does_not_say="Who they are: cost is what systems did, not what people are. No interval: all were counted.",
)  # fmt: skip
top_share_cost_households = replace(
    top_share_cost, name="top_share_cost_households", needs=("people.household_id", "households", "cost"),
    kind=_share(_RANKED_HOUSEHOLDS, "cost", "$households"),
    says="How much of all cost the costliest one (five) in a hundred of the households of the area received. A person"
    " without a known household counts as one.",
)  # fmt: skip
top_share_demand = replace(
    top_share_cost, name="top_share_demand", answers=("M007",), kind=_share(_RANKED, "demands", "$population"),
    source="S1 Ia", says="How much of all demand came from those same people.",
)  # fmt: skip
top_share_demand_households = replace(
    top_share_cost_households, name="top_share_demand_households", answers=("M007",), source="S1 Ia",
    kind=_share(_RANKED_HOUSEHOLDS, "demands", "$households"),
    says="How much of all demand came from the same households as top_share_cost_households.",
)  # fmt: skip
half_of_cost_share = replace(
    top_share_cost, name="half_of_cost_share", answers=("M008",), by=(By(),),
    kind=Query(f"""{_RANKED},
running AS (SELECT place, sum(cost) OVER (ORDER BY place) AS up_to, sum(cost) OVER () AS whole FROM ranked)
SELECT min(place) AS numerator, CAST($population AS DOUBLE) AS denominator, numerator / denominator AS value
FROM running WHERE up_to * 2 >= whole AND whole > 0
HAVING count(*) > 0"""),
    says="The smallest part of the population that received half of all cost.",
)  # fmt: skip
high_consumer_reason_share = replace(
    top_share_cost, name="high_consumer_reason_share", answers=("M005",), by=(By("issue"),), chart="bar",
    needs=(*NEEDS, "interactions.issue"),
    kind=Query(f"""{_RANKED},
top AS (
    SELECT person_id FROM ranked
    WHERE cost > 0 AND cost >= (SELECT min(cost) FROM ranked WHERE place <= ceil(0.01 * $population))),
asked AS (
    SELECT person_id, unnest(list_distinct(string_split(issue, ';'))) AS issue, interaction_id FROM demands
    WHERE issue IS NOT NULL AND person_id IN (FROM top)),
main AS (
    SELECT person_id, arg_min(issue, (-times, issue)) AS issue
    FROM (SELECT person_id, issue, count(*) AS times FROM asked GROUP BY ALL) GROUP BY ALL)
SELECT issue AS "group", count(*) AS numerator, sum(count(*)) OVER () AS denominator, numerator / denominator AS value
FROM main
GROUP BY ALL
ORDER BY ALL"""),
    says="Of the people at the top one per cent by cost, all ties taken in, what each mainly asked about.",
    does_not_say="People who asked about nothing that was coded are left out.",
)  # fmt: skip

CONCENTRATION_MEASURES: tuple[Measure, ...] = (
    top_share_cost, top_share_demand, top_share_cost_households, top_share_demand_households, half_of_cost_share,
    high_consumer_reason_share,
)  # fmt: skip


@dataclass(frozen=True)
class Concentration:
    """A Lorenz curve: up to each part of the people (most first), which part of the amount; both run from 0 to 1.

    `n` is the number of people it stands for: the population where it is known, else the people seen.
    """

    people: tuple[float, ...]
    amount: tuple[float, ...]
    n: int


def concentration(
    con: duckdb.DuckDBPyConnection, amount: str, population: float | None, steps: int = 200
) -> Concentration | None:
    """The curve of `cost` or `demands` of persons, in at most `steps` points and its ends; None where all is 0.

    Every point adds up people; none names anyone. People of the population without a row have 0.
    """
    rows: list[tuple[Any, ...]] = con.execute(
        f"""
        WITH amounts AS (SELECT person_id, coalesce(CAST({amount} AS DECIMAL(18, 4)), 0) AS amount FROM persons),
        running AS (
            SELECT row_number() OVER most AS place, count(*) OVER () AS people, sum(amount) OVER most AS up_to,
                   sum(amount) OVER () AS whole
            FROM amounts WINDOW most AS (ORDER BY amount DESC, person_id ROWS UNBOUNDED PRECEDING))
        SELECT place, up_to, whole, people FROM running
        WHERE whole > 0 AND (place % greatest(1, CAST(floor(people / {steps}) AS BIGINT)) = 0 OR place = people)
        ORDER BY place"""
    ).fetchall()
    if not rows:
        return None
    everyone = max(population or 0.0, float(rows[-1][3]))
    people = [0.0, *(place / everyone for place, *_ in rows)]
    part = [0.0, *(float(up_to / whole) for _, up_to, whole, _ in rows)]
    if people[-1] < 1:
        people.append(1.0)
        part.append(1.0)
    return Concentration(tuple(people), tuple(part), int(everyone))
