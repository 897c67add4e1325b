"""Early signs, coincidences, peers, call-backs and interrupted series against plain loops, on rolled towns."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from math import inf, log
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from generative.naive_learning import Town, called_back, curve_of, interrupted, peers, signs
from generative.test_trend_agrees import month, present, told_apart
from personshaped.capability.call_backs import CALL_BACK_MEASURES
from personshaped.learning.interrupted import INTERRUPTED_MEASURES
from personshaped.learning.peers import PEER_MEASURES
from personshaped.learning.signals import SIGNAL_MEASURES
from spec.measured import measured

Row = dict[str, Any]
SEEDS = st.integers(0, 10**9)
START, END = date(2021, 1, 12), date(2025, 3, 11)
AGENCIES = ("gp", "housing", "police")
PARTS = ("level", "slope a year", "at 6 months", "at 12 months")


def town_of(dice: Random) -> tuple[str, str, list[tuple[date, str]]]:
    """Four years of demands, crises, referrals and answers; one agency begins late, and one is asked less from 2023."""
    lines = ["who | at | when | did | issue | demand_type | failure_kind | need_id | need_met | outcome | crisis"
             " | words | referred_to | by"]  # fmt: skip
    late, stepping, step = dice.choice(["2021-01-20", "2022-02-01"]), dice.choice(AGENCIES), dice.choice([1, 1, 2])
    busy = dice.choice([30, 60, 110])
    for person in range(busy * 12):
        day = datetime(2021, 1, 1) + timedelta(days=dice.randrange(1500))
        at = dice.choice(AGENCIES)
        if at == stepping and day.year >= 2023 and step == 2 and dice.random() < 0.4:
            continue
        for turn in range(dice.choice([1, 1, 2, 3])):
            if day.date() >= END or (at == "police" and f"{day:%Y-%m-%d}" < late):
                break
            when = f"{day:%Y-%m}" if dice.random() < 0.03 else f"{day:%Y-%m-%d}"
            code = "value" if turn == 0 else dice.choice(["failure", "failure", "unsure"])
            kind = dice.choice(["rework", "representation"]) if code == "failure" else ""
            words = dice.choice(["help me", "I want to complain", "my appeal is lost"]) if dice.random() < 0.5 else ""
            crisis = "yes" if dice.random() < 0.3 and at != "gp" else ""
            before = f"P{person} | {at} | {when}"
            need = f"N{person}"
            lines.append(f"{before} | demand | roof | {code} | {kind} | {need} | | | {crisis} | {words} | |")
            if dice.random() < 0.3:
                other = dice.choice([one for one in AGENCIES if one != at])
                lines.append(f"{before} | refer | roof | | | {need} | | referred | | | {other} |")
                at = other
                day += timedelta(days=dice.choice([3, 20]))
                if dice.random() < 0.6 and day.date() < END:
                    lines.append(
                        f"P{person} | {at} | {day:%Y-%m-%d} | assess | roof | | | {need} | | | | | | other_agency"
                    )
            elif dice.random() < 0.5:
                met = dice.choice(["yes", "no"])
                lines.append(f"{before} | do | roof | | | {need} | {met} | | {crisis} | | |")
            day += timedelta(days=dice.choice([3, 30, 60, 120]))
    methods = [(date(dice.choice([2022, 2023]), dice.randrange(1, 13), 5), dice.choice(["", *AGENCIES]))
               for _ in range(dice.choice([0, 1]))]  # fmt: skip
    changes = "at | kind | text | agency\n" + "\n".join(f"{on} | method | a team | {at}" for on, at in methods)
    return "\n".join(lines), changes if methods else "", methods


REACHED: set[str] = set()
"""Parts that the dice have led to, so that no comparison is of nothing with nothing."""


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_early_signs_and_what_coincides(seed: int) -> None:
    lines, changes, methods = town_of(Random(seed))
    found = measured(lines, measures=SIGNAL_MEASURES, beside={"changes": changes} if changes else None,
                     window_start=START, window_end=END, look_back=180, history_complete=False)  # fmt: skip
    names = ("interactions", "demands", "needs", "referrals")
    tables = {name: found.con.execute(f"FROM {name}").to_arrow_table().to_pylist() for name in names}
    charts, shows, joined, together = signs(Town(tables, START, END, handover=60), methods)
    one, two = found.of("signals"), found.of("signal_coincidence")
    if not charts:
        assert one.value is None
        return
    assert (one.denominator, one.value) == (charts, shows)
    assert (two.n, two.value) == (joined, together)
    REACHED.update(name for name, n in (("signs", shows), ("together", together), ("methods", len(methods))) if n)


# --- peers -----------------------------------------------------------------------------------------------------


@st.composite
def places(draw: st.DrawFn) -> list[Row]:
    """Some places, what is known of them, and what must not enter: performance, strata, what agencies report."""
    names = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=2, max_size=8, unique=True))
    features = ("population", "age", "deprivation", "tenure", "failure_share")
    known = draw(st.lists(st.sampled_from(features), min_size=1, max_size=5, unique=True))
    rows = []
    for name in names:
        for feature in known:
            for period in draw(st.lists(st.sampled_from(["2020", "2021", "2022"]), max_size=3, unique=True)):
                rows.append({"area": name, "measure": feature, "period": period, "stratum": "", "agency": "",
                             "value": float(draw(st.integers(0, 12)))})  # fmt: skip
    if rows and draw(st.booleans()):
        rows += [rows[0] | {"period": "2029", "stratum": "age=65+"}, rows[0] | {"period": "2029", "agency": "gp"}]
    return rows


@settings(max_examples=60, deadline=None)
@given(places())
def test_peers(rows: list[Row]) -> None:
    if not rows:
        return
    columns = ("area", "period", "measure", "stratum", "value", "agency")
    text = "\n".join(" | ".join(str(row[one]) for one in columns) for row in [dict(zip(columns, columns)), *rows])  # noqa: B905
    found = measured("who | at | when | did\nP1 | gp | 2021-03-01 | demand", measures=PEER_MEASURES,
                     beside={"area_facts": text + "\n"}).groups("peers", "area>peer")  # fmt: skip
    mine = {f"{a}>{b}": away for (a, b), away in peers([row for row in rows if not row["agency"]]).items()}
    theirs = {pair: away for pair, away in found.items() if pair}
    assert theirs == pytest.approx(mine)


# --- call-backs --------------------------------------------------------------------------------------------------


def called(dice: Random) -> str:
    lines = ["who | at | when | did | need_id | need_met | outcome"]
    for person in range(dice.choice([3, 8, 20])):
        day, at = datetime(2024, 1, 1) + timedelta(days=dice.randrange(60)), dice.choice(AGENCIES)
        before = f"P{person} | {at}"
        lines.append(f"{before} | {day:%Y-%m-%d} | demand | N{person} | |")
        for _ in range(dice.choice([0, 1, 2, 3])):
            day += timedelta(days=dice.choice([0, 1, 5, 13, 14, 15, 40]))
            when = f"{day:%Y-%m}" if dice.random() < 0.05 else f"{day:%Y-%m-%dT09:00}"
            did, met, outcome = dice.choice([
                ("demand", "", ""), ("review", "no", ""), ("record", "", ""), ("do", "no", ""),
                ("do", "yes", ""), ("review", "yes", ""), ("record", "", "need_met"), ("meeting", "yes", ""),
            ])  # fmt: skip
            lines.append(f"{before} | {when} | {did} | N{person} | {met} | {outcome}")
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_times_between_calls(seed: int) -> None:
    found = measured(called(Random(seed)), measures=CALL_BACK_MEASURES, window_start=date(2024, 1, 1),
                     window_end=date(2024, 9, 1))  # fmt: skip
    needs, rows = (found.con.execute(f"FROM {name}").to_arrow_table().to_pylist() for name in ("needs", "interactions"))
    spans, learnt = called_back(needs, rows)
    one = found.of("time_to_need_met_between_calls")
    if not learnt:
        assert one.value is None
        return
    assert re.search(rf"\b{learnt} of {len(spans)} needs\b", one.note or "")
    REACHED.add("middle" if all(low == high or high == inf for low, high in spans) else "between")
    curve = curve_of(spans)
    # mass that is in truth nought is small after any number of rounds: either side of a half is right within 0.001
    if one.value is None:
        assert curve[-1][1] > 0.499
        return
    assert min(left for day, left in curve if day <= one.value) < 0.501
    assert all(left > 0.499 for day, left in curve if day < one.value)


# --- interrupted series --------------------------------------------------------------------------------------------


def interrupted_town(dice: Random) -> tuple[str, date, str, str]:
    """Four years of askings in two areas; from the change on fewer come, some ask month after month."""
    on = date(dice.choice([2022, 2023]), dice.randrange(1, 13), dice.choice([1, 17]))
    area, agency = dice.choice(["", "Hill"]), dice.choice(["", "gp"])
    lines = ["who | at | when | did | issue | demand_type | need_id | area"]
    for person in range(dice.choice([150, 500])):
        day, at, lives = datetime(2021, 1, 1) + timedelta(days=dice.randrange(1400)), dice.choice(AGENCIES), \
            dice.choice(["Hill", "Dale", "Dale", ""])  # fmt: skip
        for turn in range(dice.choice([1, 2, 2, 12])):
            if day.date() >= END:
                break
            if day.date() < on or dice.random() < 0.7 or lives != "Hill":
                code = dice.choice(["value", "failure"]) if turn else "value"
                when = f"{day:%Y-%m}" if dice.random() < 0.03 else f"{day:%Y-%m-%d}"
                lines.append(f"P{person} | {at} | {when} | demand | roof | {code} | N{person} | {lives}")
            day += timedelta(days=dice.choice([3, 30, 30, 90]))
    return "\n".join(lines), on, area, agency


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_interrupted_series(seed: int) -> None:
    lines, on, area, agency = interrupted_town(Random(seed))
    changes = f"at | kind | text | agency | area\n{on} | method | a team | {agency} | {area}"
    found = measured(lines, measures=INTERRUPTED_MEASURES, window_start=date(2021, 1, 1), window_end=END,
                     beside={"changes": changes})  # fmt: skip
    theirs = {one.group: one for one in found.figures if one.group}
    demands = found.con.execute("FROM demands").to_arrow_table().to_pylist()
    months, there = present(demands)
    told = [row for row in told_apart(demands) if row["agency"] in there]
    # X is 1 from the first whole month after the date on
    at = month(on) + (on.day > 1) - months[0]
    for outcome in ("all", "failure", "value"):
        sides: list[dict[str, list[int]]] = [{}, {}]
        for row in told:
            here = area in ("", row["area"] or "")
            meant = month(row["started_at"]) in months and outcome in ("all", row["demand_type"])
            if meant and agency in ("", row["agency"]) and (here or row["area"]):
                asked = sides[not here].setdefault(row["person_id"], [0] * len(months))
                asked[month(row["started_at"]) - months[0]] += 1
        for beyond, side in (("", None), (" beyond comparison", sides[1])):
            key = " ".join(one for one in (str(on), agency, area, outcome) if one)
            told_of = {part: theirs[f"{key}>{part}{beyond}"] for part in PARTS if f"{key}>{part}{beyond}" in theirs}
            if not all(enough(one, at, len(months)) for one in (sides[0], side) if one is not None):
                assert told_of == {}
                continue
            if side == {}:
                continue
            mine, freedom = interrupted(sides[0], side, len(months), at)
            assert {*told_of} == {*mine}
            for part, (value, error) in mine.items():
                one = told_of[part]
                assert one.value is not None
                assert one.low is not None
                assert one.high is not None
                assert log(one.value) == pytest.approx(value, abs=1e-3)
                # theirs is of 2,000 draws of Student's t
                wide = 2 * float(student.ppf(0.975, freedom)) * error
                assert log(one.high / one.low) == pytest.approx(wide, rel=0.15)
                REACHED.add(part + beyond)


def enough(side: dict[str, list[int]], at: int, months: int) -> bool:
    """Twelve months before and eight after, something on either side, and ten events for each of the eight terms."""
    before, after = (sum(sum(asked[part]) for asked in side.values()) for part in (slice(0, at), slice(at, None)))
    return at >= 12 and months - at >= 8 and before > 0 and after > 0 and before + after >= 80


def test_the_dice_reach_every_part() -> None:
    """The first seeds lead everywhere; none is drawn, so that it is known in any process and in any order."""
    beyond = {f"{part} beyond comparison" for part in PARTS}
    every = {"signs", "together", "methods", "middle", "between", *PARTS, *beyond}
    for seed in range(20):
        for one in (test_early_signs_and_what_coincides, test_times_between_calls, test_interrupted_series):
            one.hypothesis.inner_test(seed)
        if every <= REACHED:
            break
    assert every == REACHED
