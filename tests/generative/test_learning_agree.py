"""M108 and M109 a second time in plain loops: what is reported beside what was counted apart, and settling."""

from __future__ import annotations

from datetime import date
from math import exp, log
from random import Random
from typing import Any

import pytest

from generative.test_trend_agrees import END, LOOK_BACK, START, lines_of, month, present
from personshaped.learning.measures import MEASURES as LEARNING
from spec.measured import Measured, measured

Row = dict[str, Any]
AGENCIES = ("gp", "housing", "police")


def rolled(seed: int) -> tuple[Measured, list[Row], list[tuple[date, str]], dict[tuple[str, int], int]]:
    """Four years of demands, days on which something changed, and counts by somebody else, by month (some blank)."""
    dice = Random(seed)
    changes = [(date(dice.choice([2022, 2023, 2024]), dice.randrange(1, 13), dice.choice([1, 17])),
                dice.choice(["method", "method", "recording"])) for _ in range(3)]  # fmt: skip
    apart = {(agency, at): dice.choice([dice.randrange(0, 30), dice.randrange(2, 9)])
             for agency in AGENCIES[: dice.choice([2, 3])]
             for at in range(month(START), month(END)) if dice.random() < 0.95}  # fmt: skip
    facts = "area | period | measure | value | agency | source | independent\n" + "\n".join(
        f"Hill | {at // 12}-{at % 12 + 1:02d} | failure_demands | {n} | {agency} | counted apart | yes"
        for (agency, at), n in apart.items()
    )
    told = "at | kind | text\n" + "\n".join(f"{day} | {kind} | change {number}"
                                            for number, (day, kind) in enumerate(changes))  # fmt: skip
    town = measured(lines_of(seed), measures=LEARNING, beside={"changes": told, "area_facts": facts},
                    window_start=START, window_end=END, look_back=LOOK_BACK)  # fmt: skip
    return town, demands_of(seed), changes, apart


def demands_of(seed: int) -> list[Row]:
    """The demands as the walk tells value from failure."""
    cursor = measured(lines_of(seed), measures=(), window_start=START, window_end=END, look_back=LOOK_BACK).con.execute(
        "SELECT agency, started_at, demand_type FROM demands"
    )
    return [dict(zip(("agency", "started_at", "demand_type"), row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("seed", range(6))
def test_failure_demand_before_a_change_while_it_settles_and_after(seed: int) -> None:
    town, demands, changes, _ = rolled(seed)
    months, there = present(demands)
    failure = {at: sum(row["demand_type"] == "failure" and row["agency"] in there and month(row["started_at"]) == at
                       for row in demands if row["started_at"]) for at in months}  # fmt: skip
    mine: dict[str, float] = {}
    for day, kind in changes:
        if kind != "method":
            continue
        before = [n for at, n in failure.items() if at < month(day)]
        later = [n for at, n in failure.items() if at >= month(day)]
        for part, some in (("before", before), ("settling", later[:6]), ("after", later[6:])):
            if some:
                mine[f"{day}>{part}"] = sum(some) / len(some)
    assert town.groups("post_change_dip", "change>part") == pytest.approx(mine)


@pytest.mark.parametrize("seed", range(6))
def test_own_against_independent_counts_at_either_end(seed: int) -> None:
    town, demands, _, apart = rolled(seed)
    mine = {}
    for agency in AGENCIES:
        told = sorted(at for one, at in apart if one == agency and month(START) <= at < month(END))
        own = [sum(row["demand_type"] == "failure" and row["agency"] == agency and month(row["started_at"]) == at
                   for row in demands if row["started_at"]) for at in told]  # fmt: skip
        other = [apart[agency, at] for at in told]
        if told and min(sum(own), sum(other)) / len(told) < 5:
            whole = [at for at in told if at % 3 == 0 and {at + 1, at + 2} <= set(told)]
            pick = [[told.index(at + more) for more in range(3)] for at in whole]
            own, other = ([sum(some[at] for at in three) for three in pick] for some in (own, other))
        if len(own) < 12:
            continue
        add = 0.5 if 0 in own or 0 in other else 0
        ratio = [log((a + add) / (b + add)) for a, b in zip(own, other, strict=True)]
        third = len(ratio) // 3
        mine[agency] = exp(sum(ratio[-third:]) / third - sum(ratio[:third]) / third)
    assert town.groups("reporting_effect", "agency") == pytest.approx(mine)


def test_the_dice_reach_every_part() -> None:
    parts, agencies = set(), set()
    for seed in range(6):
        town, *_ = rolled(seed)
        parts |= {group.split(">")[1] for group in town.groups("post_change_dip", "change>part")}
        agencies |= {*town.groups("reporting_effect", "agency")}
    assert parts == {"before", "settling", "after"}
    assert len(agencies) >= 2
