"""How far it might reach (M102–M104, M107, Stat 7), and what is possible (Stat 12)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from personshaped.cost.prices import discounted, factor
from personshaped.cost.unit_cost_database import differing, entries, growth_in_dump, unit_cost_rows
from personshaped.errors import UsageError
from personshaped.learning.extrapolate import Place, reach, simple
from personshaped.learning.extrapolate_words import page
from personshaped.learning.projection import Projection
from personshaped.learning.published import ENGLAND_2001, equivalents, saving_claims
from personshaped.statistics.extrapolation import pooled, post_stratified, raked
from personshaped.statistics.granularity import counts_of, possible_n


def test_the_ten_equivalents_as_published(golden: Path) -> None:
    answer = json.loads((golden / "expected.json").read_text(encoding="utf-8"))
    found = equivalents(16e9)
    assert [one.rounded for one in found[3:]] == [
        "£1.6bn", "500,000", "570,000", "380,000", "570,000", "725,000", "50×"
    ]  # fmt: skip
    assert [one.rounded for one in found[:2]] == ["about 1/5", "about 1/6"]
    exact = answer["equivalents_16bn"]
    assert [round(one.exact, 6) for one in found[:3]] == [exact["deficit"], exact["nhs"], exact["older"]]
    assert [one.rounded for one in equivalents(22e9)[4:9]] == ["690,000", "785,000", "525,000", "785,000", "1,000,000"]
    assert [one.rounded for one in equivalents(24e9)[4:9]] == ["750,000", "855,000", "570,000", "855,000", "1,090,000"]
    for amount, head in answer["per_head_2001"].items():
        assert round(float(amount) / ENGLAND_2001, 2) == head


def test_the_three_amounts_in_print_and_none_derived_from_another() -> None:
    assert [(amount, name.split("a year")[0].strip()) for name, amount, _ in saving_claims()] == [
        (16e9, "£16 billion"), (22e9, "£22 billion"), (24e9, "£24 billion"),
    ]  # fmt: skip
    assert all("no working printed" in source for _, _, source in saving_claims())


def test_the_simple_sum() -> None:
    assert simple(300 + 100, 2 + 8, 1000) == 40_000  # £400 among 10 people, as everywhere


@pytest.mark.parametrize(
    ("low", "high", "assumed"), [(float("nan"), 1, ("a",)), (2, 1, ("a",)), (1, 2, ()), (1, 2, (" ",))]
)
def test_nothing_projected_without_range_and_assumptions(low: float, high: float, assumed: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="carries"):
        Projection("x", "x", "£", low, high, assumed)


def test_places_are_pooled_from_five_on_only() -> None:
    assert pooled([1, 2, 3, 4], [1, 1, 1, 1]) is None
    found = pooled([10, 12, 14, 16, 18], [1e-6] * 5)
    assert found is not None
    # equal weights: the t interval of the mean, 14 ± 2.776 · √(10/5)
    assert (found.mean, found.low) == (pytest.approx(14), pytest.approx(14 - 2.776445 * 2**0.5, abs=1e-4))
    assert found.next_low < found.low < found.high < found.next_high


def test_the_range_for_one_place_more_holds_it_where_places_hardly_differ_and_where_they_do() -> None:
    random = np.random.default_rng(7)
    for between in (5.0, 40.0):
        held = 0
        for _ in range(100):
            errors = random.uniform(5, 20, 12)
            found = pooled(100 + random.normal(0, between, 12) + random.normal(0, errors), errors)
            assert found is not None
            held += found.next_low <= 100 + random.normal(0, between) <= found.next_high
        assert held >= 88


def test_groups_never_observed_are_bounded_not_filled() -> None:
    found = post_stratified({"a": (20, 10), "b": (30, 10)}, {"a": 100, "b": 100, "c": 200})
    assert (found.observed, found.low, found.high) == (500, 500, 500 + 200 * 3)
    assert (found.unseen, found.unseen_share) == (("c",), 0.5)


def test_raking_keeps_both_margins() -> None:
    found = raked([[1, 1], [1, 3]], [30, 70], [40, 60])
    assert found.sum(axis=1) == pytest.approx([30, 70])
    assert found.sum(axis=0) == pytest.approx([40, 60])


def test_ranges_come_first_and_every_line_fits() -> None:
    lines = page(
        reach("Norland", {"": 1000.0}, [Place("A", {"": 100.0}, {"": 10.0}), Place("B", {"": 60.0}, {"": 10.0})])
    )
    assert lines[0].startswith("A projection, not a promise")
    assert " to " in lines[5]
    assert max(map(len, lines)) <= 80
    assert any("too few for an interval" in line for line in lines)


def test_which_n_printed_percentages_allow(golden: Path) -> None:
    answer = json.loads((golden / "expected.json").read_text(encoding="utf-8"))
    assert possible_n([67, 67, 42, 33, 29, 25, 25], 72) == answer["possible_n_stoke"]
    for printed, count in answer["survey_n96_counts"].items():
        assert count in counts_of(printed, 96)


def test_prices_of_another_year_only_where_asked() -> None:
    assert factor(2012, 2012) == 1
    assert factor(2012, 2024) == pytest.approx(100 / 71.9294)
    assert discounted(103.5, 1) == pytest.approx(100)
    with pytest.raises(UsageError, match="1990 to 2024"):
        factor(1980, 2012)


def test_updated_costs_of_the_unit_cost_database_derived_again(shared: Path) -> None:
    folder = shared / "data" / "unit_costs" / "gmca_ucd_2014"
    growth = growth_in_dump(folder / "data" / "unitcostdatabase.sql")
    some = [one for sheet in sorted((folder / "csvs").glob("*.csv")) for one in entries(sheet)]
    assert len(some) == 673
    # one printed update does not follow from its own cost and year
    assert [(one.entry.code, str(one.derived)) for one in differing(some, growth, 2013)] == [("SS18.12", "47.80")]
    assert all(row["source"] for row in unit_cost_rows(some))
