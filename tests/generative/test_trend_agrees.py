"""M022 from plain loops over demands: which months, which agencies, who asked in which months; on rolled years.

The model itself is compared with statsmodels in tests/unit/statistics/test_trend.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from personshaped.figures import Figure
from personshaped.statistics.trend import YearlyChange, difference_of_changes, yearly_change
from spec.measured import Measured, measured

Row = dict[str, Any]
Counts = dict[str, list[int]]
START, END, LOOK_BACK = date(2021, 1, 1), date(2025, 3, 11), 365


def rolled(seed: int) -> Measured:
    return measured(lines_of(seed), window_start=START, window_end=END, look_back=LOOK_BACK)


def lines_of(seed: int) -> str:
    """Four years of people who ask at three agencies, one of which begins late; many ask month after month."""
    dice = Random(seed)
    late = dice.choice(["2021-02-20", "2022-07-01"])
    lines = ["who | at | when | did | issue | demand_type | need_id"]
    for person in range(40):
        day = datetime(2021, 1, 1) + timedelta(days=dice.randrange(900))
        for turn in range(dice.choice([1, 1, 2, 6, 25])):
            day += timedelta(days=dice.choice([3, 30, 30, 90]))
            at = dice.choice(["gp", "housing", "police"])
            if day.date() >= END or (at == "police" and f"{day:%Y-%m-%d}" < late):
                continue
            code = dice.choice(["value", "failure", "failure", "unsure", ""])
            when = f"{day:%Y-%m}" if dice.random() < 0.05 else f"{day:%Y-%m-%d}"
            lines.append(f"P{person} | {at} | {when} | demand | roof | {code} | {f'N{person}x{turn // 4}'}")
    return "\n".join(lines)


def month(of: date) -> int:
    return of.year * 12 + of.month - 1


def told_apart(demands: list[Row]) -> list[Row]:
    return [row for row in demands if row["demand_type"] in ("value", "failure") and row["started_at"]]


def present(demands: list[Row]) -> tuple[range, set[str]]:
    """Whole months after the first in which demands are told apart; agencies with some near both ends."""
    told = told_apart(demands)
    months = range(min(month(row["started_at"]) for row in told) + 1, month(END))
    there = set()
    for agency in {row["agency"] for row in told}:
        own = [month(row["started_at"]) for row in told if row["agency"] == agency]
        if min(own) <= months[0] + 2 and max(own) >= months[-1] - 2:
            there.add(agency)
    return months, there


def series(rows: list[tuple[str, int, bool]], months: list[int]) -> tuple[Counts, dict[str, np.ndarray]]:
    """Counts by month of failure and value demand and both; and for two months what each person asked in both."""
    counts = {"failure": [0] * len(months), "value": [0] * len(months)}
    of_person: dict[str, dict[str, np.ndarray]] = {}
    for person, at, value in rows:
        if at in months:
            kind = "value" if value else "failure"
            counts[kind][months.index(at)] += 1
            own = of_person.setdefault(person, {kind: np.zeros(len(months)) for kind in counts})
            own[kind][months.index(at)] += 1
    counts["all"] = [a + b for a, b in zip(counts["failure"], counts["value"], strict=True)]
    together = {name: np.zeros((len(months), len(months))) for name in counts}
    both = np.zeros((2 * len(months), 2 * len(months)))
    for own in of_person.values():
        for name in ("failure", "value"):
            together[name] += np.outer(own[name], own[name])
        together["all"] += np.outer(own["failure"] + own["value"], own["failure"] + own["value"])
        stacked = np.concatenate((own["failure"], own["value"]))
        both += np.outer(stacked, stacked)
    return counts, together | {"both": both}


def agrees(found: Figure, mine: YearlyChange) -> None:
    assert (found.value, found.low, found.high) == pytest.approx((mine.change, mine.low, mine.high), rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_trend_and_the_difference(seed: int) -> None:
    town = rolled(seed)
    demands = town.con.execute("FROM demands").to_arrow_table().to_pylist()
    months, there = present(demands)
    rows = [(row["person_id"], month(row["started_at"]), row["demand_type"] == "value")
            for row in told_apart(demands) if row["agency"] in there]  # fmt: skip
    counts, together = series(rows, list(months))
    for kind in ("all", "failure", "value"):
        agrees(town.of("demand_trend", kind), yearly_change(counts[kind], None, together[kind]))
    agrees(town.of("demand_trend_difference"), difference_of_changes(counts["failure"], counts["value"],
                                                                      together["both"]))  # fmt: skip
    first, last = (({kind: sum(counts[kind][part]) for kind in counts}) for part in (slice(0, 12), slice(-12, None)))
    parts = town.groups("demand_trend_parts", "part")
    assert parts["demand"] == pytest.approx(last["all"] / first["all"])
    assert parts["needs opened"] == pytest.approx(last["value"] / first["value"])
    assert parts["demands for each need"] == pytest.approx(parts["demand"] / parts["needs opened"])


def lines_of_many(seed: int) -> str:
    """The same people thrice over, so that an agency alone has enough to be told apart."""
    head, *lines = lines_of(seed).splitlines()
    more = ["|".join([f"{who.strip()}{copy} ", *rest[:5], f" {rest[5].strip()}{copy}"])
            for copy in "abc" for who, *rest in (line.split("|") for line in lines)]  # fmt: skip
    return "\n".join([head, *more])


@pytest.mark.parametrize("seed", range(6))
def test_an_agency_that_joins_has_a_panel_of_its_own(seed: int) -> None:
    """Stat 2: it is left out of the whole by name, and its own months after its first are a series of their own."""
    town = measured(lines_of_many(seed), window_start=START, window_end=END, look_back=LOOK_BACK)
    demands = town.con.execute("FROM demands").to_arrow_table().to_pylist()
    months, there = present(demands)
    absent = {row["agency"] for row in told_apart(demands)} - there
    notes = {town.of("demand_trend", kind, by="type").note for kind in ("all", "failure", "value")}
    notes |= {town.of("demand_trend_difference").note, town.of("demand_trend_parts", "demand").note}
    found = {one.group: one for one in town.figures if one.by == "agency>type"}
    joined = set()
    for agency in absent:
        own = [row for row in told_apart(demands) if row["agency"] == agency]
        first, last = (end(month(row["started_at"]) for row in own) for end in (min, max))
        begins, ends = (f"{at // 12}-{at % 12 + 1:02d}" for at in (first, last))
        if not (first > months[0] + 2 and last >= months[-1] - 2):
            assert all(f"{agency} (seen from {begins} to {ends})" in (note or "") for note in notes)
            continue
        joined.add(agency)
        assert all(f"{agency} (from {begins})" in (note or "") for note in notes)
        rows = [(row["person_id"], month(row["started_at"]), row["demand_type"] == "value") for row in own]
        its_months = [at for at in months if at > first]
        counts, together = series(rows, its_months)
        for kind in ("all", "failure", "value"):
            one = found[f"{agency}>{kind}"]
            agrees(one, yearly_change(counts[kind], None, together[kind]))
            assert f"Over {len(its_months)} months, of this agency alone" in (one.note or "")
    assert {group.split(">")[0] for group in found} == joined
    if not absent:
        assert not any("Left out" in (note or "") for note in notes)


def test_the_dice_lead_to_an_agency_that_joins() -> None:
    joined = [len(present(told)[1]) for told in
              (rolled(seed).con.execute("FROM demands").to_arrow_table().to_pylist() for seed in range(6))]  # fmt: skip
    assert {2, 3} <= set(joined)


@pytest.mark.parametrize("seed", range(6))
def test_the_trend_turned_round(seed: int) -> None:
    """The last demand of each need comes first; the last look-back before the end is its burn-in."""
    town = rolled(seed)
    demands = town.con.execute("FROM demands").to_arrow_table().to_pylist()
    _, there = present(demands)
    dated = [row for row in demands if row["need_id"] and row["started_at"]]
    ends: dict[tuple[str, str], datetime] = {}
    for row in dated:
        need = (row["person_id"], row["need_id"])
        ends[need] = max(ends.get(need, row["started_at"]), row["started_at"])
    rows = [(row["person_id"], month(row["started_at"]),
             row["started_at"] == ends[row["person_id"], row["need_id"]])
            for row in dated if row["agency"] in there]  # fmt: skip
    begins = min(month(row["started_at"]) for row in dated) + 1
    months = list(range(begins, month(END - timedelta(days=LOOK_BACK))))[::-1]
    counts, together = series(rows, months)
    for kind in ("failure", "value"):
        agrees(town.of("demand_trend_turned_round", kind), yearly_change(counts[kind], None, together[kind]))
