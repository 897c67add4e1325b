"""M075, M074, M110 a second time in plain loops: yearly cost of a group and of people alike, issues by visit, ties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from personshaped.cost.measures import MEASURES as COST
from personshaped.demand.measures import MEASURES as DEMAND
from personshaped.learning.measures import MEASURES as LEARNING
from spec.measured import Measured, measured

Row = dict[str, Any]
Yearly = dict[tuple[date, str, int], float]
START, END = date(2019, 1, 1), date(2025, 1, 1)
SEEDS = range(6)


def years_between(one: date, other: date) -> int:
    """Whole years from one day to a later one."""
    return other.year - one.year - ((other.month, other.day) < (one.month, one.day))


def year_of(day: date, start: date) -> int:
    """0 from the start on for a year; -1 the year before it."""
    return years_between(start, day) if day >= start else -1 - years_between(day + timedelta(1), start)


def rolled(seed: int) -> tuple[Measured, list[Row], list[Row]]:
    """Six years of contacts that cost, some of them placements; people helped from two different days on."""
    dice = Random(seed)
    contacts = []
    for person in range(60):
        dear = dice.choice([20, 50, 100])
        for _ in range(dice.randrange(4, 40)):
            day = START + timedelta(days=dice.randrange((END - START).days))
            contacts.append({"who": f"P{person}", "day": day, "price": dice.randrange(1, 4) * dear,
                             "outcome": dice.choice(["", "", "", "", "placement"])})  # fmt: skip
    cases = [{"who": f"P{person}", "start": dice.choice([date(2022, 1, 1), date(2022, 3, 15)]),
              "declined": dice.choice(["", "no", "no", "yes"])} for person in range(12)]  # fmt: skip
    text = "who | at | when | did | issue | price | outcome\n" + "\n".join(
        f"{one['who']} | gp | {one['day']} | do | knee | {one['price']} | {one['outcome']}" for one in contacts
    )
    table = "case_id | person_ids | selected_by | declined | old_from | old_to | new_from | new_to\n" + "\n".join(
        f"c{n} | {one['who']} | random | {one['declined']} | 2021-01-01 | 2021-12-31 | {one['start']} | 2024-12-31"
        for n, one in enumerate(cases)
    )
    town = measured(text, measures=COST, beside={"cases": table}, window_start=START, window_end=END)
    return town, contacts, [one for one in cases if one["declined"] != "yes"]


def whole_years(start: date) -> list[int]:
    """Years around a start that lie wholly in the window."""
    return list(range(-years_between(START, start), years_between(start, END)))


def spent(contacts: list[Row], starts: set[date], placements: bool = True) -> Yearly:
    found: Yearly = {}
    for start in starts:
        for one in contacts:
            key = (start, one["who"], year_of(one["day"], start))
            if placements or one["outcome"] != "placement":
                found[key] = found.get(key, 0.0) + one["price"]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_group_cost_and_where_it_might_have_gone(seed: int) -> None:
    town, contacts, helped = rolled(seed)
    starts = {one["start"] for one in helped}
    cost, without = spent(contacts, starts), spent(contacts, starts, placements=False)
    group = {one["who"]: one["start"] for one in helped}
    by_year: dict[int, list[float]] = {}
    for who, start in group.items():
        for year in whole_years(start):
            by_year.setdefault(year, []).append(cost.get((start, who, year), 0.0))
    means = {year: sum(some) / len(some) for year, some in by_year.items()}
    assert town.groups("cost_observed", "year_from_start") == pytest.approx(
        {str(year): one for year, one in means.items()}
    )

    before = [means[year] for year in sorted(means) if year < 0][-2:]
    pool: dict[tuple[date, str], int] = {}  # how many of the group each is like
    for who, start in group.items():
        mine = cost.get((start, who, -1), 0.0)
        for other in {one["who"] for one in contacts} - set(group):
            theirs = cost.get((start, other, -1))
            if mine > 0 and theirs is not None and mine / 2 <= theirs <= mine * 2:
                pool[start, other] = pool.get((start, other), 0) + 1
    fan = town.groups("cost_trajectory", "scenario>year")
    for year in (year for year in means if year >= 0):
        assert fan[f"flat>{year}"] == pytest.approx(sum(before) / 2)
        here = {key: times for key, times in pool.items() if year in whole_years(key[0])}
        for name, amounts in (("people alike", cost), ("people alike, without placements", without)):
            values = [
                amounts.get((start, who, year), 0.0) for (start, who), times in here.items() for _ in range(times)
            ]
            found = town.of("cost_trajectory", f"{name}>{year}")
            low, high = np.quantile(values, [0.1, 0.9])
            mean = sum(values) / len(values)
            assert (found.value, found.low, found.high) == pytest.approx((mean, min(low, mean), max(high, mean)))
    flat = town.of("cost_trajectory_difference", "flat")
    ahead = [year for year in means if year >= 0]
    rate = 1.035 if len(ahead) > 2 else 1.0
    assert flat.value == pytest.approx(sum((sum(before) / 2 - means[year]) / rate**year for year in ahead))


@pytest.mark.parametrize("seed", SEEDS)
def test_issues_learnt_by_visit(seed: int) -> None:
    dice = Random(seed)
    lines = []
    for person in range(14):
        day = datetime(2024, 1, 3)
        for _ in range(dice.randrange(1, 9)):
            day += timedelta(days=dice.randrange(1, 20))
            did = dice.choice(["visit", "visit", "demand", "assess", "do", "record"])
            channel = dice.choice(["", "home_visit"]) if did != "visit" else ""
            contact = dice.choice(["", "", f"c{person}a", f"c{person}b"])
            issue = ";".join(dice.sample(["benefits", "debt", "roof", "work"], dice.randrange(0, 3)))
            lines.append((f"P{person}", dice.choice(["gp", "housing"]), day, did, channel, issue, contact))
    town = measured(
        "who | at | when | did | channel | issue | contact_id\n" + "\n".join(
            f"{a} | {b} | {c:%Y-%m-%dT%H:%M} | {d} | {e} | {f} | {g}" for a, b, c, d, e, f, g in lines),
        measures=DEMAND,
    )  # fmt: skip
    up_to: dict[int, list[int]] = {}
    for who, at in {(one[0], one[1]) for one in lines}:
        first: dict[str, int] = {}
        visit, contacts = 0, set()
        for _, _, _, did, channel, issue, contact in sorted(one for one in lines if one[:2] == (who, at)):
            if did == "visit" or (channel == "home_visit" and did in ("do", "assess")):
                visit += not contact or contact not in contacts
                contacts.add(contact)
            for one in issue.split(";"):
                first.setdefault(one, visit)
        for number in range(1, visit + 1):
            up_to.setdefault(number, []).append(sum(1 <= at <= number for one, at in first.items() if one))
    means = {f"{visit:02d}": sum(some) / len(some) for visit, some in up_to.items()}
    assert town.groups("issues_by_visit", "visit") == pytest.approx(means)


@pytest.mark.parametrize("seed", SEEDS)
def test_ties_with_peers(seed: int) -> None:
    dice = Random(seed)
    ties = [(dice.choice("abc"), dice.choice("wxyz"), date(2021, 6, 1) + timedelta(days=dice.randrange(1700)),
             dice.choice(["review", "visit", "exchange", "board", "help_asked"])) for _ in range(30)]  # fmt: skip
    town = measured(
        "who | at | when | did\np | a | 2024-05-03 | demand", measures=LEARNING,
        beside={"ties": "agency | peer | at | kind\n" + "\n".join(" | ".join(map(str, one)) for one in ties)},
        window_end=date(2025, 1, 1),
    )  # fmt: skip
    peers: dict[str, set[str]] = {}
    for agency, peer, day, kind in ties:
        if day < date(2025, 1, 1):
            peers.setdefault(agency, set())
            if day >= date(2023, 1, 1) and kind in ("review", "visit", "exchange"):
                peers[agency].add(peer)
    assert town.groups("peer_ties", "agency") == {agency: len(some) for agency, some in peers.items()}
