"""R8, attribution: failure demand arriving at one agency after contact with another, by four readings of "after"."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import CODED_BY, By, Count, Measure, Query

ACTIVITY = ("interactions.activity|interactions.initiated_by",)
AFTER = By("from>to", "after_agency || '>' || agency")

_FIRST = f"""
SELECT {{column}} || '>' || agency AS "group", count(*) AS value, count(*) AS n,
       {CODED_BY}
FROM demands
WHERE demand_type = 'failure' AND {{column}} IS NOT NULL
GROUP BY ALL
ORDER BY ALL"""
_FIRST_BEHIND = """
SELECT {column} || '>' || agency AS "group", person_id FROM demands
WHERE demand_type = 'failure' AND {column} IS NOT NULL"""
_SHARED_ROWS = """
WITH failing AS (
    SELECT interaction_id, agency, person_id, need_id, caused_by, after_agency, basis, position
    FROM demands WHERE demand_type = 'failure'),
holders AS (
    SELECT person_id, need_id, agency AS holder, min(position) AS since
    FROM interactions WHERE need_id IS NOT NULL GROUP BY ALL),
held AS (
    SELECT f.interaction_id, f.agency, f.basis, holder
    FROM failing f JOIN holders USING (person_id, need_id)
    WHERE f.caused_by IS NULL AND since < f.position),
parts AS (
    SELECT interaction_id, agency, basis, holder, 1 / count(*) OVER (PARTITION BY interaction_id) AS part FROM held
    UNION ALL
    SELECT interaction_id, agency, basis, coalesce(caused_by, after_agency), 1 FROM failing
    WHERE interaction_id NOT IN (SELECT interaction_id FROM held))"""
_SHARED = f"""{_SHARED_ROWS}
SELECT holder || '>' || agency AS "group", count(*) AS n, {CODED_BY},
       round(CAST(sum(CAST(part AS DECIMAL(18, 9))) AS DOUBLE), 6) AS value
FROM parts
GROUP BY ALL
ORDER BY ALL"""
_SHARED_BEHIND = f"""{_SHARED_ROWS}
SELECT holder || '>' || parts.agency AS "group", person_id FROM parts JOIN failing USING (interaction_id)"""

failure_demand_after = Measure(
    name="failure_demand_after", answers=("R8",), table="demands", kind=Count("demand_type = 'failure'"),
    unit="count", by=(AFTER,), chart="matrix", needs=ACTIVITY, wants=("linked",), basis="coded", source="R8",
    says="Failure demand arriving at one agency after contact with another, or with itself.",
    does_not_say="It is an association along needs, not proof of cause, and no blame.",
)  # fmt: skip
failure_demand_after_first = replace(
    failure_demand_after, name="failure_demand_after_first", by=(AFTER,),
    kind=Query(_FIRST.format(column="after_first"), behind=_FIRST_BEHIND.format(column="after_first")),
    says="Failure demand arriving at one agency, by where the need was first asked about. Beside"
    " failure_demand_after it shows how far the reading matters.",
)  # fmt: skip
failure_demand_after_root = replace(
    failure_demand_after_first, name="failure_demand_after_root",
    kind=Query(_FIRST.format(column="after_root"), behind=_FIRST_BEHIND.format(column="after_root")),
    says="Failure demand arriving at one agency, by the latest body that a person named on the way back along the"
    " need; the last holder where nobody named one.",
)  # fmt: skip
failure_demand_after_shared = replace(
    failure_demand_after_first, name="failure_demand_after_shared", kind=Query(_SHARED, behind=_SHARED_BEHIND),
    says="Failure demand arriving at one agency, shared equally among all who had held the need before; a body that a"
    " person named takes it whole.",
)  # fmt: skip

ATTRIBUTION_MEASURES: tuple[Measure, ...] = (
    failure_demand_after, failure_demand_after_first, failure_demand_after_root, failure_demand_after_shared,
)  # fmt: skip
