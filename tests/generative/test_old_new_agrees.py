"""M076 a second time in plain loops: a few cases, old beside new, and what would have come by itself (Stat 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from math import exp, log, sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from personshaped.errors import Refused
from personshaped.learning.old_new import ByItself, OldNew
from personshaped.study.comparing import compared
from spec.measured import measured

Row = dict[str, Any]
Values = dict[str, tuple[float, float]]
"""Of each case old and new, as long as the old window."""
FIRST, END = date(2024, 1, 1), date(2024, 12, 30)
REACHED: set[str] = set()


def middle(values: Sequence[float]) -> float:
    inside, half = sorted(values), len(values) // 2
    return inside[half] if len(inside) % 2 else (inside[half - 1] + inside[half]) / 2


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def spread(values: Sequence[float]) -> float:
    """The variance, by n − 1."""
    return sum((one - mean(values)) ** 2 for one in values) / (len(values) - 1)


# --- a place, and its register of cases ------------------------------------------------------------------------


def place(dice: Random) -> tuple[str, list[Row]]:
    """One year of people at two agencies, some without a price or minutes; cases of one or two of them, or of none."""
    people = [f"P{one}" for one in range(dice.choice([12, 45, 60]))]
    lines = ["who | at | when | did | minutes | price"]
    for who in people:
        often = dice.choice([0, 3, 8, 20])
        for _ in range(often):
            day = FIRST + timedelta(days=dice.randrange(364))
            minutes, price = (str(dice.randrange(5, 90)) if dice.random() < 0.9 else "",
                              str(dice.randrange(5, 300)) if dice.random() < 0.9 else "")  # fmt: skip
            did = dice.choice(["demand", "demand", "assess", "do"])
            lines.append(f"{who} | {dice.choice(['gp', 'housing'])} | {day} | {did} | {minutes} | {price}")
    lines.append(f"{people[-1]} | gp | {FIRST} | demand | 10 | 20")
    cases: list[Row] = []
    for number in range(dice.choice([1, 4, 8, 10, 13])):
        who = [people.pop(0) for _ in range(dice.choice([1, 1, 2])) if len(people) > 3]
        turn = FIRST + timedelta(days=7 * dice.choice([20, 24, 26]))
        cases.append({
            "case_id": f"c{number:02}", "person_ids": who or ["nobody"], "selected_by": "random", "eligible_n": 41,
            "declined": dice.random() < 0.2, "drawn": dice.random() < 0.9,
            "old_from": FIRST, "old_to": turn - timedelta(days=1), "new_from": turn,
            "new_to": turn + timedelta(days=dice.choice([139, 139, 167, 167, 230])),
            "start_from": turn - timedelta(days=14), "start_to": turn + timedelta(days=7),
        })  # fmt: skip
        if dice.random() < 0.3:
            cases[-1] |= {"start_from": None, "start_to": None}
    return "\n".join(lines), cases


def as_table(cases: list[Row]) -> str:
    columns = list(cases[0])
    said = {True: "yes", False: "no", None: ""}
    lines = [" | ".join(columns)]
    for one in cases:
        lines.append(" | ".join(
            ";".join(cell) if isinstance(cell, list) else said[cell] if cell in (True, False, None) else str(cell)
            for cell in one.values()))  # fmt: skip
    return "\n".join(lines)


# --- the same, counted by hand ---------------------------------------------------------------------------------


def days(case: Row, side: str) -> int:
    return (case[f"{side}_to"] - case[f"{side}_from"]).days + 1


def of(row: Row, name: str) -> float:
    if name == "demands":
        return float(bool(row["counts_as_demand"]))
    return float(row["minutes"] or 0) / 60 if name == "hours" else float(row["price"] or 0)


def worth(rows: list[Row], case: Row, side: str, name: str) -> float:
    """What is counted in one window; of the trend the least-squares slope over months of equal length."""
    inside = [row for row in rows if row["person_id"] in case["person_ids"]
              and case[f"{side}_from"] <= row["started_at"].date() <= case[f"{side}_to"]]  # fmt: skip
    if name != "cost_slope":
        return sum(of(row, name) for row in inside)
    months = max(1, round(days(case, side) / (365.25 / 12)))
    sums = [0.0] * months
    for row in inside:
        day = (row["started_at"].date() - case[f"{side}_from"]).days
        sums[min(months - 1, int(day / (365.25 / 12)))] += of(row, "cost")
    across = [at - mean(range(months)) for at in range(months)]
    below = sum(at * at for at in across)
    return sum(at * one for at, one in zip(across, sums, strict=True)) / below if below else 0.0


def pair_of(rows: list[Row], case: Row, name: str) -> tuple[float, float]:
    old, new = (worth(rows, case, side, name) for side in ("old", "new"))
    return old, new if name == "cost_slope" else new * days(case, "old") / days(case, "new")


def rank_that_holds(n: int) -> int:
    """How many Walsh averages lie outside at either end: all signs of the ranks gone through."""
    sums = [sum(rank for rank, sign in enumerate(signs, 1) if sign) for signs in product([0, 1], repeat=n)]
    rank = 0
    while 2 * sum(one <= rank for one in sums) / len(sums) <= 0.05:
        rank += 1
    return rank


def flipped(d: list[float]) -> int:
    seen, slack = abs(sum(d)), 1e-9 * max(1.0, sum(map(abs, d)))
    return sum(abs(sum(sign * one for sign, one in zip(signs, d, strict=True))) >= seen - slack
               for signs in product([1, -1], repeat=len(d)))  # fmt: skip


def shifted(d: list[float]) -> tuple[float, float | None, float | None]:
    averages = sorted((d[i] + d[j]) / 2 for i in range(len(d)) for j in range(i, len(d)))
    rank = rank_that_holds(len(d))
    return middle(averages), *((averages[rank - 1], averages[-rank]) if rank else (None, None))


def check_pairs(found: OldNew, pairs: list[tuple[float, float]]) -> None:
    d = [old - new for old, new in pairs]
    n = len(d)
    assert [(one.old, one.new) for one in found.pairs] == [pytest.approx(one) for one in pairs]
    assert found.lower == sum(one > 0 for one in found.differences)
    assert (found.mean, found.median) == pytest.approx((mean(d), middle(d)))
    estimate, low, high = shifted(d)
    assert found.shift.estimate == pytest.approx(estimate)
    assert (found.shift.low, found.shift.high) == (
        (None, None) if low is None else (pytest.approx(low), pytest.approx(high))
    )
    if n < 6:
        assert found.flip is None
    else:
        assert found.flip is not None
        assert (found.flip.hits, found.flip.of, found.flip.floor) == (flipped(d), 2**n, (2, 2**n))
        REACHED.add("flip")
    both = [one for pair in pairs for one in pair]
    if min(both) < 0:
        assert found.ratio is None
        return
    add = 1.0 if min(both) == 0 else 0.0
    logs = [log((new + add) / (old + add)) for old, new in pairs]
    assert found.ratio is not None
    assert (found.ratio.added, found.ratio.ratio) == pytest.approx((add, exp(mean(logs))))
    if n > 1:
        half = float(student.ppf(0.975, n - 1)) * sqrt(spread(logs) / n)
        assert found.ratio.low == pytest.approx(exp(mean(logs) - half))
        assert found.ratio.high == pytest.approx(exp(mean(logs) + half))


def check_declined(by: ByItself, pairs: list[tuple[float, float]], declined: list[tuple[float, float]]) -> None:
    """(a): Welch's interval of the difference in differences; ANCOVA as what is left once old is taken out."""
    if not declined:
        assert (by.did, by.ancova) == (None, None)
        return
    assert by.did is not None
    changes = [[new - old for old, new in side] for side in (pairs, declined)]
    assert by.did.estimate == pytest.approx(mean(changes[0]) - mean(changes[1]))
    if min(map(len, changes)) < 2:
        assert by.did.low is None
        return
    parts = [spread(one) / len(one) for one in changes]
    if sum(parts) > 0:
        freedom = sum(parts) ** 2 / sum(part**2 / (len(one) - 1) for part, one in zip(parts, changes, strict=True))
        half = float(student.ppf(0.975, freedom)) * sqrt(sum(parts))
        assert by.did.low == pytest.approx(by.did.estimate - half)
        REACHED.add("declined")
    if by.ancova is None:
        return
    old = [one for one, _ in (*pairs, *declined)]
    left = []
    for y in ([one for _, one in (*pairs, *declined)], [1.0] * len(pairs) + [0.0] * len(declined)):
        slope = sum((a - mean(old)) * b for a, b in zip(old, y, strict=True)) / sum((a - mean(old)) ** 2 for a in old)
        left.append([b - mean(y) - slope * (a - mean(old)) for a, b in zip(old, y, strict=True)])
    below = sum(b * b for b in left[1])
    effect = sum(a * b for a, b in zip(*left, strict=True)) / below
    rest = sum((a - effect * b) ** 2 for a, b in zip(*left, strict=True)) / (len(old) - 3)
    half = float(student.ppf(0.975, len(old) - 3)) * sqrt(rest / below)
    assert by.ancova.estimate == pytest.approx(effect, abs=1e-6)
    assert by.ancova.low == pytest.approx(effect - half, abs=1e-6)
    REACHED.add("ancova")


def check_usual(by: ByItself, pairs: list[tuple[float, float]], others: list[tuple[float, float]]) -> None:
    """(b) and (c): of everybody else mean and correlation; how weak it would have to be for all to be chance."""
    if not others:
        assert (by.usual, by.others) == (None, None)
        return
    first, second = [one for one, _ in others], [one for _, one in others]
    assert by.others == pytest.approx((mean(first), mean(second), len(others)))
    usual = mean([*first, *second])
    old, new = mean([one for one, _ in pairs]), mean([one for _, one in pairs])
    assert by.break_even == (pytest.approx((new - usual) / (old - usual)) if old > usual else None)
    if len(others) < 30 or spread(first) == 0 or spread(second) == 0:
        assert (by.usual, by.expected, by.beyond_expected) == (None, None, None)
        return
    together = sum((a - mean(first)) * (b - mean(second)) for a, b in others) / (len(others) - 1)
    rho = min(1.0, max(0.0, together / sqrt(spread(first) * spread(second))))
    assert by.usual is not None
    assert (by.usual.mean, by.usual.correlation, by.usual.n) == pytest.approx((usual, rho, len(others)))
    beyond = [one - (usual + rho * (before - usual)) for before, one in pairs]
    assert by.beyond_expected == pytest.approx(mean(beyond))
    assert (by.beyond_shift is None) == (len(others) < 30 * len(pairs))
    if by.beyond_shift is not None:
        estimate, low, high = shifted(beyond)
        assert by.beyond_shift.estimate == pytest.approx(estimate)
        assert (by.beyond_shift.low, by.beyond_shift.high) == (
            (None, None) if low is None else (pytest.approx(low), pytest.approx(high))
        )
        REACHED.add("typical")
    if len(pairs) >= 6:
        assert by.beyond_flip is not None
        assert by.beyond_flip.hits == flipped(beyond)
        REACHED.add("usual")


def check_drawn(by: ByItself, pairs: list[tuple[float, float]], left_out: list[tuple[float, float]]) -> None:
    """(d): every draw of as many out of all who could have been chosen."""
    if not left_out:
        assert by.drawn is None
        return
    assert by.drawn is not None
    every = [new - old for old, new in (*pairs, *left_out)]

    def apart(chosen: Sequence[int]) -> float:
        rest = [one for at, one in enumerate(every) if at not in chosen]
        return mean([every[at] for at in chosen]) - mean(rest)

    seen = apart(range(len(pairs)))
    ways = [apart(chosen) for chosen in combinations(range(len(every)), len(pairs))]
    hits = sum(abs(one) >= abs(seen) - 1e-9 * max(1.0, abs(seen)) for one in ways)
    assert (by.drawn.difference, by.drawn.left_out) == pytest.approx((seen, len(left_out)))
    assert (by.drawn.of, by.drawn.hits) == (len(ways), hits)
    REACHED.add("drawn")


def check_starts(by: ByItself, rows: list[Row], cases: list[Row], name: str) -> None:
    """(d): every set of weeks in which they might have begun."""
    those = [one for one in cases if one["start_from"]]
    if not those:
        assert by.starts is None
        return
    changes, seen = [], 0.0
    for one in those:
        weeks = ((one["new_to"] - one["old_from"]).days + 1) // 7
        weekly = [0.0] * weeks
        for row in rows:
            at = (row["started_at"].date() - one["old_from"]).days // 7
            if row["person_id"] in one["person_ids"] and 0 <= at < weeks:
                weekly[at] += of(row, name)
        turn = (one["new_from"] - one["old_from"]).days // 7
        each = {at: mean(weekly[at:]) - mean(weekly[:at]) for at in range(turn - 2, turn + 2)}
        changes.append(list(each.values()))
        seen += each[turn]
    assert by.starts is not None
    assert by.starts.change == pytest.approx(seen / len(those))
    if by.starts.enumerated:
        hits = sum(abs(sum(way)) >= abs(seen) - 1e-9 * max(1.0, abs(seen)) for way in product(*changes))
        assert (by.starts.of, by.starts.hits) == (4 ** len(those), hits)
        REACHED.add("starts")


def is_sound(rows: list[Row], case: Row) -> bool:
    return any(row["person_id"] in case["person_ids"] for row in rows)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_old_beside_new(seed: int) -> None:
    lines, cases = place(Random(seed))
    con = measured(lines, measures=(), window_start=FIRST, window_end=END, beside={"cases": as_table(cases)}).con
    rows = [row for row in con.execute("FROM interactions").to_arrow_table().to_pylist() if row["started_at"]]
    sound = [one for one in cases if is_sound(rows, one)]
    taken = [one for one in sound if one["drawn"] and not one["declined"]]
    if not taken:
        with pytest.raises(Refused):
            compared(con, None, None, END, None, 1)
        return
    found = compared(con, None, None, END, None, 1)
    finished = [one for one in taken if one["new_to"] < END]
    declined = [one for one in sound if one["drawn"] and one["declined"]]
    left_out = [one for one in sound if not one["drawn"]]
    assert found.heading == f"{len(taken)} of 41 drawn at random"
    assert (found.asked, found.declined) == (len(taken) + len(declined), len(declined))
    if len(finished) < len(taken):
        assert any("new window ends after the records" in note for note in found.notes)
        REACHED.add("unfinished")
    if any(days(one, "old") != days(one, "new") for one in finished):
        assert any(note.startswith("Unequal windows") for note in found.notes)
        REACHED.add("unequal")
    if not finished:
        assert found.measures == ()
        return
    ours = {person for one in cases if one["drawn"] and one in sound for person in one["person_ids"]}
    names = [one.name for one in found.measures]
    assert set(names) <= {"demands", "hours", "cost", "cost_slope"}
    assert "demands" in names
    for one in found.measures:
        pairs = [pair_of(rows, case, one.name) for case in finished]
        check_pairs(one, pairs)
        if one.name == "cost_slope":
            continue
        by = found.by_itself[one.name]
        assert by.compared == len(declined)
        check_declined(by, pairs, [pair_of(rows, case, one.name) for case in declined])
        check_usual(by, pairs, others_of(rows, finished[0], ours, one.name))
        check_drawn(by, pairs, [pair_of(rows, case, one.name) for case in left_out])
        check_starts(by, rows, finished, one.name)


def others_of(rows: list[Row], case: Row, ours: set[str], name: str) -> list[tuple[float, float]]:
    """Everybody else with a row in either window of the first case."""
    made = []
    for who in sorted({row["person_id"] for row in rows} - ours):
        there: Callable[[str], bool] = lambda side, who=who: any(  # noqa: E731
            row["person_id"] == who and case[f"{side}_from"] <= row["started_at"].date() <= case[f"{side}_to"]
            for row in rows
        )
        if there("old") or there("new"):
            made.append(pair_of(rows, case | {"person_ids": [who]}, name))
    return made


def test_the_dice_reach_every_part() -> None:
    every = {"flip", "declined", "ancova", "usual", "drawn", "starts", "unfinished", "unequal", "typical"}
    for seed in range(60):
        test_old_beside_new.hypothesis.inner_test(seed)
        if every <= REACHED:
            break
    assert every == REACHED
