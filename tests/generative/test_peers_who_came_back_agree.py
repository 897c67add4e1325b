"""`peers_who_came_back` a second time in plain loops (Stat 10): who asks, who may be asked, and whom each is told."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative.naive_learning import flagged, limits, peers, varying
from personshaped.learning.peers import PEER_MEASURES, to_ask
from spec.measured import Measured, measured

Row = dict[str, Any]
Spell = tuple[date, date | None]
"""Since when more is asked again, and from when on it had lastingly come back."""
NAMES = ("Dale", "Ford", "Hill", "Lea", "Moor", "Wick")
MONTHS = [f"{2021 + at // 12}-{at % 12 + 1:02d}" for at in range(40)]
REACHED: set[str] = set()


def rolled(dice: Random) -> tuple[list[Row], int]:
    """Places with a few stretches of more or less asking again, as the query hands them on; and how many are near."""
    rows = []
    places = dice.sample(NAMES, dice.choice([3, 5, 6]))
    methods = [[f"{dice.choice(MONTHS)}-01", dice.choice(["", *places])] for _ in range(dice.choice([0, 0, 1]))]
    for place in sorted(places):
        level, counts, of = dice.choice([0.15, 0.3]), [], []
        long, often = dice.choice([40, 40, 30, 10]), dice.choice([3, 30, 100])
        bends = sorted(dice.sample(range(long), 2))
        levels = [level, dice.choice([level, level + 0.4]), dice.choice([level, level + 0.4, level])]
        uneven = dice.random() < 0.5
        for at in range(long):
            below = often + (dice.randrange(0, often * 2) if uneven else 0)
            now = levels[sum(at >= bend for bend in bends)]
            counts.append(float(sum(dice.random() < now for _ in range(below))))
            of.append(float(below))
        facts = [["age", str(dice.randrange(20, 60))], ["population", str(dice.randrange(1, 9) * 1000)]]
        rows.append({"area": place, "what": "share", "counts": counts, "of": of, "periods": MONTHS[:long],
                     "facts": facts, "methods": methods})  # fmt: skip
    return rows, dice.choice([1, 2, 15])


def charted(row: Row) -> tuple[list[str], list[float], float, set[int]] | None:
    """Periods, shares, centre and the points that break a rule; by whole quarter where months are rare."""
    periods, x, n = row["periods"], row["counts"], row["of"]
    if sum(n) / len(n) < 5 or 0 in n:
        starts = [at for at, one in enumerate(periods) if int(one[5:]) % 3 == 1 and at + 3 <= len(periods)]
        periods = [periods[at] for at in starts]
        x, n = ([sum(values[at : at + 3]) for at in starts] for values in (x, n))
        REACHED.add("quarters")
    if len(n) < 12 or sum(n) / len(n) < 5 or 0 in n or sum(x) in (0, sum(n)):
        return None
    shares = [a / b for a, b in zip(x, n, strict=True)]
    even = all(abs(one - sum(n) / len(n)) <= 0.25 * sum(n) / len(n) for one in n)
    REACHED.add("even" if even else "uneven")
    centre, away = limits(shares) if even else varying(x, n)
    return periods, shares, centre, set().union(*flagged(shares, centre, away).values())


def months_from(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:7])


def spells_of(row: Row) -> list[Spell]:
    """Signs above the centre outside the six months of a new method, each until seven points run below it."""
    chart = charted(row)
    if chart is None:
        return []
    periods, shares, centre, flags = chart
    quiet: set[int] = set()
    for on, where in row["methods"]:
        if where in ("", row["area"]):
            later = [at for at, one in enumerate(periods) if months_from(one) >= months_from(on)]
            quiet |= set(later[:6])
    found: list[Spell] = []
    free = 0
    for at in range(len(periods)):
        if at < free or at in quiet or at not in flags or shares[at] <= centre:
            continue
        back = next((one for one in range(at + 1, len(periods) - 6)
                     if all(share < centre for share in shares[one : one + 7])), None)  # fmt: skip
        found.append((first(periods[at]), None if back is None else first(periods[back])))
        free = len(periods) if back is None else back
    return found


def first(period: str) -> date:
    return date(int(period[:4]), int(period[5:7]), 1)


def best(choices: list[dict[str, int]]) -> tuple[int, int]:
    """How many can be told whom to ask, nobody being asked more than twice; and the least days since they came back."""
    reached, least = 0, 0
    for way in product(*([None, *one] for one in choices)):
        asked = [one for one in way if one is not None]
        if any(asked.count(one) > 2 for one in asked):
            continue
        days = sum(choice[one] for choice, one in zip(choices, way, strict=True) if one is not None)
        if len(asked) > reached or (len(asked) == reached and days < least):
            reached, least = len(asked), days
    return reached, least


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_who_has_been_there(seed: int) -> None:
    rows, k = rolled(Random(seed))
    facts = [{"area": row["area"], "measure": name, "period": "2024", "stratum": "", "value": float(value)}
             for row in rows for name, value in row["facts"]]  # fmt: skip
    near = peers(facts, k)
    spells = {row["area"]: spells_of(row) for row in rows}
    asking = {place: told[-1][0] for place, told in spells.items() if told and told[-1][1] is None}
    helped = {place: (told[-1][0], told[-1][1]) for place, told in spells.items() if told and told[-1][1]}
    latest = max((back for _, back in helped.values() if back), default=None)
    choices = {}
    for place, since in asking.items():
        choices[place] = {other: (latest - back).days for other, (began, back) in helped.items()
                          if latest and back and (place, other) in near and began < since}  # fmt: skip
    many, least = best(list(choices.values()))
    try:
        found = to_ask(rows, k)
    except ValueError:
        assert many == 0
        return
    assert (len(found), sum(choices[place][one.place] for place, (_, one) in found.items())) == (many, least)
    told = [one.place for _, one in found.values()]
    assert all(told.count(one) <= 2 for one in told)
    for place, (since, one) in found.items():
        assert since == asking[place]
        assert (one.since, one.back) == helped[one.place]
    REACHED.add("told")
    if many < len(asking):
        REACHED.add("nobody left to ask")


@pytest.mark.parametrize("seed", range(4))
def test_the_months_since_it_came_back_from_the_rows_of_a_study(seed: int) -> None:
    """The series themselves: demands that can be told apart, from the second month of each place on."""
    dice = Random(seed)
    lines = ["who | at | when | did | demand_type | area"]
    up = {"Dale": range(24, 40), "Ford": range(4, dice.choice([14, 18])), "Hill": range(2, 12), "Moor": range(0)}
    for place, months in up.items():
        for at, month in enumerate(MONTHS):
            many = dice.randrange(10, 16)
            again = sum(dice.random() < (0.7 if at in months else 0.2) for _ in range(many))
            codes = ["failure"] * again + ["value"] * (many - again) + ["unsure"] * dice.randrange(0, 3)
            lines += [f"{place}{at}x{n} | gp | {month}-05 | demand | {code} | {place}" for n, code in enumerate(codes)]
    population = {"Dale": 10, "Ford": 11, "Hill": 12, "Moor": 40}
    facts = "area | period | measure | value\n" + "\n".join(f"{a} | 2024 | population | {n}" for a, n in
                                                            population.items())  # fmt: skip
    town: Measured = measured("\n".join(lines), beside={"area_facts": facts}, measures=PEER_MEASURES,
                              window_start=date(2021, 1, 1), window_end=date(2024, 5, 1))  # fmt: skip
    demands = town.con.execute("FROM demands").to_arrow_table().to_pylist()
    rows = []
    for place, people in population.items():
        own = [row for row in demands if row["area"] == place and row["demand_type"] in ("value", "failure")]
        begins = min(row["started_at"] for row in own)
        periods = [one for one in MONTHS if one > f"{begins:%Y-%m}"]
        by = {one: [row for row in own if f"{row['started_at']:%Y-%m}" == one] for one in periods}
        rows.append({"area": place, "what": "share", "periods": periods, "methods": None,
                     "facts": [["population", str(people)]],
                     "of": [float(len(by[one])) for one in periods],
                     "counts": [float(sum(row["demand_type"] == "failure" for row in by[one])) for one in periods],
                     })  # fmt: skip
    mine = {f"{place}>{one.place}": float(2024 * 12 + 5 - one.back.year * 12 - one.back.month)
            for place, (_, one) in to_ask(rows).items()}  # fmt: skip
    assert town.groups("peers_who_came_back", "area>peer") == mine
    assert mine


def test_the_dice_reach_every_part() -> None:
    every = {"quarters", "even", "uneven", "told", "nobody left to ask"}
    for seed in range(400):
        test_who_has_been_there.hypothesis.inner_test(seed)
        if every <= REACHED:
            break
    assert every == REACHED
