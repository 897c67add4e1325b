"""How many people have needs at each level, and what was done about them (S2's "triangle of need"; M077)."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import Distinct, Measure, Sum, by

need_levels = Measure(
    name="need_levels", answers=("M077",), table="needs", where="level IS NOT NULL", kind=Distinct("person_id"),
    unit="people", by=(by("level"),), chart="bar", needs=("needs.level",), basis="recorded", time="opened_at",
    source="S2", note="Levels as people here define them",
    says="How many people have a need that was written down at each level; one with needs at two counts at both.",
    does_not_say="What a level means elsewhere: the definition is local. A level is no score of a person.",
)  # fmt: skip
need_levels_cost = replace(
    need_levels, name="need_levels_cost", kind=Sum("cost"), unit="£", needs=("needs.level", "cost"), basis="derived",
    says="What the work on the needs of each level cost.",
    does_not_say="What would be saved were there fewer of them: unit costs are the value of capacity, not cash.",
)  # fmt: skip

LEVEL_MEASURES: tuple[Measure, ...] = (need_levels, need_levels_cost)
