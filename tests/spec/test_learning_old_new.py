"""A few cases, each beside itself (M076, Stat 4): the answers of section 5.2."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personshaped.learning import old_new_words
from personshaped.learning.old_new import Chosen, Pair, by_itself, heading, old_new
from personshaped.statistics.pairs import cases_needed, hodges_lehmann, sign_flip
from personshaped.statistics.worst_times import break_even, difference_in_differences, start_dates, usual


def test_the_worked_example(golden: Path) -> None:
    with (golden / "old_new.csv").open(encoding="utf-8") as file:
        pairs = [Pair(row["case_id"], float(row["old"]), float(row["new"])) for row in csv.DictReader(file)]
    answer = json.loads((golden / "expected.json").read_text(encoding="utf-8"))["old_new"]
    found = old_new("cost", "£", pairs)
    assert list(found.differences) == answer["differences"]
    assert found.mean == answer["mean"]
    assert found.lower == 6
    # −1, 7, 9, 10, 20, 25, 35
    assert old_new_words.spread_says(found) == "Differences from -1 to 35, the middle one 10, mean 15."
    assert old_new_words.ratio_says(found) == "New is 0.49 times old (from 0.34 to 0.70)."
    assert found.shift.estimate == answer["hodges_lehmann"]
    assert [found.shift.low, found.shift.high] == answer["hl_ci_95_3"]
    assert (found.shift.rank, found.shift.averages, round(found.shift.confidence or 0, 3)) == (3, 28, 0.953)
    assert found.flip is not None
    assert [found.flip.hits, found.flip.of] == answer["sign_flip_two_sided"]
    assert list(found.flip.floor) == answer["floor"]
    assert found.ratio is not None
    assert found.ratio.ratio == pytest.approx(answer["geometric_ratio"], abs=1e-6)
    assert [found.ratio.low, found.ratio.high] == pytest.approx(answer["ratio_t_ci"], abs=1e-6)


def test_five_cases_are_not_tested() -> None:
    assert sign_flip([9, 9, 9, 9, 9]) is None
    assert hodges_lehmann([9, 9, 9, 9, 9]).low is None


@given(st.lists(st.integers(-50, 50), min_size=6, max_size=8))
def test_sign_flip_and_typical_difference_again_in_plain_loops(d: list[int]) -> None:
    ways = [
        sum(s * one for s, one in zip(signs, d, strict=True)) for signs in itertools.product((1, -1), repeat=len(d))
    ]
    found = sign_flip(d)
    assert found is not None
    assert (found.hits, found.of) == (sum(abs(way) >= abs(sum(d)) for way in ways), 2 ** len(d))
    walsh = [(d[i] + d[j]) / 2 for i in range(len(d)) for j in range(i, len(d))]
    assert hodges_lehmann(d).estimate == median(walsh)


def test_the_heading_says_how_the_cases_were_chosen() -> None:
    assert heading([Chosen(str(i), "random", 41) for i in range(7)]) == "7 of 41 drawn at random"
    assert heading([Chosen("1", "typical"), Chosen("2", "crisis"), Chosen("3", "crisis", None, True)]) == (
        "1 chosen as typical, 1 taken on in crisis"
    )


def test_what_would_have_come_by_itself() -> None:
    # cases 100 → 60, those who declined 100 → 80: 20 less than they
    assert difference_in_differences([90, 110], [50, 70], [90, 110], [70, 90]).estimate == -20
    # usual 50: new 60 is 10 above it, old 100 was 50 above it
    assert break_even([100], [60], 50) == 0.2
    assert break_even([40], [30], 50) is None
    found = usual([10.0 * i for i in range(30)], [10.0 * i for i in range(30)])
    assert found is not None
    assert (found.mean, round(found.correlation, 6)) == (145, 1)
    assert usual([1, 2], [1, 2]) is None
    alone = by_itself([Pair("1", 100, 60)], [], [], given=50)
    assert (alone.did, alone.usual, alone.break_even) == (None, None, 0.2)


def test_start_dates_that_might_have_been_drawn() -> None:
    # one case, three dates: before and after differ by 10 at the true one, by less at the others
    found = start_dates([[0, 0, 10, 10]], [2], [[1, 2, 3]])
    assert (found.change, found.hits, found.of) == (10, 1, 3)


def test_how_many_cases_it_would_take_is_said_where_chance_may_do_it() -> None:
    # mean 2, variance 40 / 6: (1.959964 + 0.841621)² · 6.667 / 4 + 1.920729 = 15.002
    pairs = [Pair(str(at), 10.0 + one, 10.0) for at, one in enumerate((-2, 0, 2, 2, 2, 4, 6))]
    assert cases_needed([-2, 0, 2, 2, 2, 4, 6]) == 16
    assert "it would take some 16 of them" in old_new_words.tested_says(old_new("cost", "£", pairs))
    assert "it would take" not in old_new_words.tested_says(
        old_new("cost", "£", [Pair(str(at), 20, 10) for at in range(7)])
    )
    assert cases_needed([3]) is None
    assert cases_needed([-1, 1]) is None
    random = np.random.default_rng(1)
    shown = [sign_flip(random.normal(300, 400, 16)) for _ in range(200)]
    assert cases_needed(random.normal(300, 400, 200_000)) == 16
    assert 0.72 < np.mean([one is not None and one.p <= 0.05 for one in shown]) < 0.87
