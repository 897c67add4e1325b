"""Multilevel regression and post-stratification: drawn towards the mean as far as the data say, and no further."""

from __future__ import annotations

import numpy as np
import pytest

from personshaped.statistics.multilevel import Cell, multilevel


def table(groups: dict[str, float], places: int, between: float, chance: float, seed: int = 1) -> list[Cell]:
    random = np.random.default_rng(seed)
    cells = []
    for place in range(places):
        here = random.normal(0, between)
        cells += [Cell(f"p{place}", name, saved + here + random.normal(0, chance)) for name, saved in groups.items()]
    return cells


def test_with_every_group_everywhere_and_far_apart_it_is_the_groups_own_means() -> None:
    cells = table({"a": 200, "b": 100, "c": 50}, 10, between=5, chance=1)
    found = multilevel(cells, {"a": 10, "b": 20, "c": 70})
    assert found is not None
    for name in "abc":
        own = np.mean([one.per_head for one in cells if one.group == name])
        assert found.groups[name] == pytest.approx(own, abs=0.5)
    assert found.per_head == pytest.approx(0.1 * found.groups["a"] + 0.2 * found.groups["b"] + 0.7 * found.groups["c"])
    assert 2 < found.spread_of_places < 10


def test_groups_that_do_not_differ_are_drawn_together() -> None:
    cells = table({"a": 100, "b": 100, "c": 100}, 8, between=1, chance=30)
    found = multilevel(cells, {"a": 1, "b": 1, "c": 1})
    assert found is not None
    own = [np.mean([one.per_head for one in cells if one.group == name]) for name in "abc"]
    assert np.ptp(list(found.groups.values())) < 0.5 * np.ptp(own)


def test_one_place_of_a_kind_that_stands_out_pulls_less_than_in_the_plain_mean() -> None:
    cells = [*table({"a": 100, "b": 50}, 9, between=2, chance=5), Cell("odd", "a", 400.0)]
    found = multilevel(cells, {"a": 1, "b": 1})
    assert found is not None
    assert found.groups["a"] < np.mean([one.per_head for one in cells if one.group == "a"])


def test_parts_of_a_group_lend_each_other_strength_and_what_was_never_seen_is_not_filled_in() -> None:
    groups = {"imd=1;age=old": 220.0, "imd=1;age=young": 160.0, "imd=2;age=old": 120.0}
    found = multilevel(table(groups, 12, 5, 5), {**dict.fromkeys(groups, 10.0), "imd=2;age=young": 70.0})
    assert found is not None
    assert set(found.groups) == set(groups)
    assert found.low < 500 / 3 < found.high


def test_the_interval_holds_the_truth_in_nineteen_of_twenty() -> None:
    truth = 0.4 * 210 + 0.2 * 130 + 0.4 * 60
    held = 0
    for seed in range(100):
        cells = table({"a": 210, "b": 130, "c": 60}, 12, between=15, chance=10, seed=seed)
        found = multilevel(cells, {"a": 0.4, "b": 0.2, "c": 0.4})
        assert found is not None
        held += found.low <= truth <= found.high
    assert 89 <= held <= 100


def test_few_places_or_one_group_are_refused_and_a_country_of_other_groups_is_an_error() -> None:
    assert multilevel(table({"a": 1, "b": 2}, 7, 1, 1), {"a": 1}) is None
    assert multilevel(table({"a": 1}, 9, 1, 1), {"a": 1}) is None
    with pytest.raises(ValueError, match="no group of the country"):
        multilevel(table({"a": 1, "b": 2}, 9, 1, 1), {"c": 1})
