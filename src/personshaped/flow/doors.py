"""M001: the doors that exist and the doors that people came to."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import ALL_WHO_ASKED, Distinct, Measure, Query

_LISTED = """
WITH listed AS (
    SELECT DISTINCT front_door FROM front_doors
    WHERE (opened_on IS NULL OR opened_on < $end) AND (closed_on IS NULL OR closed_on >= $start)),
used AS (SELECT DISTINCT front_door FROM demands WHERE front_door IS NOT NULL)
"""
_SAYS_NOT = "One door under two names is two doors here; a phone and a desk are two doors."

front_doors = Measure(
    name="front_doors", answers=("M001",), unit="doors", chart="bar", needs=("front_doors",), source="S1 Ia",
    tells_of="things",
    kind=Query(f"{_LISTED}SELECT count(*) AS value FROM (FROM listed UNION FROM used)"),
    says="How many doors there are: those listed as open in the window, and those where someone asked.",
    does_not_say=_SAYS_NOT,
)  # fmt: skip
front_doors_listed = replace(
    front_doors, name="front_doors_listed", basis="recorded", 
    kind=Query(f"{_LISTED}SELECT count(*) AS value FROM listed"),
    says="How many doors are listed as open in the window.",
)  # fmt: skip
front_doors_used = Measure(
    name="front_doors_used", answers=("M001",), table="demands", kind=Distinct("front_door"), unit="doors",
    chart="bar", needs=("interactions.front_door",), basis="recorded", source="S1 Ia", tells_of="things",
    says="At how many doors someone asked, or was asked for.", does_not_say=_SAYS_NOT,
)  # fmt: skip
front_doors_both = replace(
    front_doors, name="front_doors_both",
    kind=Query(f"{_LISTED}SELECT count(*) AS value FROM (FROM listed INTERSECT FROM used)"),
    says="How many doors are both listed and used.",
)  # fmt: skip
front_doors_per_10000 = replace(
    front_doors, name="front_doors_per_10000", needs=("front_doors", "population"), tells_of="people",
    kind=Query(f"""{_LISTED}SELECT count(*) AS numerator, CAST($population AS DOUBLE) AS denominator,
       10000 * count(*) / CAST($population AS DOUBLE) AS value
FROM (FROM listed UNION FROM used)""", behind=ALL_WHO_ASKED),
    says="Doors for every 10,000 people who live there.",
)  # fmt: skip
front_doors_per_person = replace(
    front_doors_used, name="front_doors_per_person", tells_of="people",
    kind=Query("""
WITH tried AS (SELECT person_id, count(DISTINCT front_door) AS doors FROM demands GROUP BY ALL)
SELECT sum(doors) AS x, count(*) AS n, sum(doors * doors) AS xx, sum(doors) AS xn, count(*) AS nn,
       count(*) AS persons, max(doors) AS most
FROM tried"""),
    says="At how many different doors each person who asked has asked, on average.",
)  # fmt: skip
back_doors = replace(
    front_doors_used, name="back_doors", table="interactions", where="in_window AND crisis",
    needs=("interactions.crisis", "interactions.front_door"),
    says="Doors that people reached by a crisis: an ambulance, an arrest, a removal.",
)  # fmt: skip

DOOR_MEASURES: tuple[Measure, ...] = (
    front_doors, front_doors_listed, front_doors_used, front_doors_both, front_doors_per_10000,
    front_doors_per_person, back_doors,
)  # fmt: skip
