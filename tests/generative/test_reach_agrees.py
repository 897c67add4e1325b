"""M102 to M104, M107, Stat 7 and Stat 12 a second time in plain loops, from the specification's text."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personshaped.learning.published import equivalents, round_to
from personshaped.statistics.granularity import counts_of, possible_n
from personshaped.study.extrapolating import extrapolate

SEEDS = st.integers(0, 10**9)
GROUPS = ("age=65+;imd=1", "age=65+;imd=2", "age=0-64;imd=1")
PLACES = ("Arden", "Borley", "Caxton", "Denby")
Facts = dict[tuple[str, str, str], float]
RANGES = {"retained": (0.3, 1), "marginal": (0.2, 1), "coverage": (0.5, 1), "lag": (0.5, 1),
          "cost_of_change": (0.8, 1), "surfacing": (0.6, 1), "double_counting": (0.8, 1)}  # fmt: skip


def facts_of(dice: Random) -> tuple[Facts, bool]:
    """A country, and places that saved; with groups, of which some place lacks some, or without."""
    grouped = dice.random() < 0.6
    groups = GROUPS if grouped else ("",)
    facts = {("Norland", "population", group): float(dice.randrange(100_000, 900_000)) for group in groups}
    for place in PLACES[: dice.choice([2, 3, 4])]:
        for group in [one for one in groups if dice.random() < 0.8] or [groups[0]]:
            facts[place, "population", group] = float(dice.randrange(1_000, 9_000))
            facts[place, "saving", group] = float(dice.randrange(0, 900_000))
    return facts, grouped


def drawn(facts: Facts, places: list[str], dice: Random, overheads: tuple[float, float]) -> list[float]:
    """The sum for the country, places and assumptions drawn anew each time."""
    groups = sorted({group for place, measure, group in facts if place == "Norland"})
    people = {group: facts["Norland", "population", group] for group in groups}

    def head(group: str, of: list[str]) -> float | None:
        of = [place for place in of if (place, "saving", group) in facts]
        if not of:
            return None
        return sum(facts[place, "saving", group] for place in of) / sum(
            facts[place, "population", group] for place in of
        )

    sums = []
    for _ in range(6000):
        these = [dice.choice(places) for _ in places]
        heads = {group: head(group, these) if head(group, places) is None or head(group, these) is not None
                 else head(group, places) for group in groups}  # fmt: skip
        known = [one for one in heads.values() if one is not None]
        unseen = sum(people[group] for group in groups if heads[group] is None)
        total = sum(people[group] * one for group, one in heads.items() if one is not None)
        total += dice.random() * max(known) * unseen
        for low, high in (*RANGES.values(), overheads):
            total *= dice.uniform(low, high)
        sums.append(total)
    return sums


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([(1.0, 1.0), (1.0, 1.3)]))
def test_what_places_saved_carried_to_a_country(seed: int, overheads: tuple[float, float]) -> None:
    dice = Random(seed)
    facts, grouped = facts_of(dice)
    lines = [f"{area},2024,{measure},{group},{value},made up" for (area, measure, group), value in facts.items()]
    with TemporaryDirectory() as name:
        folder = Path(name)
        head = "area,period,measure,stratum,value,source"
        (folder / "area_facts.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
        own = f"name,low,high,says\noverheads,{overheads[0]},{overheads[1]},overheads too\n"
        (folder / "assumptions.csv").write_text(own, encoding="utf-8")
        found = extrapolate(folder, country="Norland")
    places = [one for one in PLACES if any(area == one for area, _, _ in facts)]
    saved = {one: sum(v for (area, m, _), v in facts.items() if (area, m) == (one, "saving")) for one in places}
    lived = {one: sum(v for (area, m, _), v in facts.items() if (area, m) == (one, "population")) for one in places}
    people = sum(v for (area, _, _), v in facts.items() if area == "Norland")
    # the simple sum, as a range from the place with the least to the one with the most; never alone
    heads = [saved[one] / lived[one] for one in places]
    assert (found.simple_sum.low, found.simple_sum.high) == pytest.approx((min(heads) * people, max(heads) * people))
    assert f"£{sum(saved.values()) / sum(lived.values()):,.2f} a head" in found.simple_sum.assumptions[0]
    # strata never observed: listed with their share, from nothing to the most observed
    if grouped:
        unseen = [group for group in GROUPS if not any((one, "saving", group) in facts for one in places)]
        assert found.strata is not None
        assert sorted(found.strata.unseen) == sorted(unseen)
        share = sum(facts["Norland", "population", group] for group in unseen) / people
        assert found.strata.unseen_share == pytest.approx(share)
    else:
        assert found.strata is None
    # eight draws in ten, drawn once more by other dice
    again = drawn(facts, places, dice, overheads)
    for theirs, ends in (((found.range.low, found.range.high), (10, 90)), (found.half, (25, 75)),
                         (found.nearly_all, (2.5, 97.5))):  # fmt: skip
        low, high = np.percentile(again, ends)
        assert theirs == pytest.approx((low, high), rel=0.15, abs=0.03 * (low + high))
    # what would have to be true: £16bn over the 49,138,831 people of 2001
    assert found.claim_per_head == pytest.approx(325.608, abs=0.001)


AS_PUBLISHED = (82.1e9, 95.6e9, 9.07e9, 14.4e9, 32_000, 28_000, 42_000, 28_000, 22_000, 0.3e9)


@settings(deadline=None)
@given(st.integers(1, 60), st.sampled_from([0.0, 0.25]))
def test_the_ten_equivalents_of_any_amount(billions: int, on_costs: float) -> None:
    amount = billions * 1e9
    for one in equivalents(amount, on_costs):
        divisor = AS_PUBLISHED[one.number - 1] * (1 + on_costs if 5 <= one.number <= 9 else 1)
        exact = amount - divisor if one.number == 4 else amount / divisor
        assert one.exact == pytest.approx(exact)
        if 5 <= one.number <= 9:  # heads, to the nearest five thousand
            assert abs(int(one.rounded.replace(",", "")) - exact) <= 2500
            assert int(one.rounded.replace(",", "")) == round_to(exact, 5000)


def halves(value: Fraction, decimals: int) -> set[Fraction]:
    """Rounded to so many decimals: half up, and half to even; one answer where it is no half."""
    scaled = value * 10**decimals
    whole = floor(scaled)
    left = scaled - whole
    if left == Fraction(1, 2):
        return {Fraction(whole + 1, 10**decimals), Fraction(whole + whole % 2, 10**decimals)}
    return {Fraction(whole + (left > Fraction(1, 2)), 10**decimals)}


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.lists(st.integers(0, 60), min_size=1, max_size=4), st.sampled_from([0, 1]), st.booleans())
def test_which_n_printed_shares_allow(n: int, counts: list[int], decimals: int, true: bool) -> None:
    dice = Random(n)
    shares = [next(iter(halves(Fraction(100 * min(k, n), n), decimals))) for k in counts]
    if not true:
        shares = [Fraction(dice.randrange(0, 100 * 10**decimals), 10**decimals) for _ in counts]
    printed = [f"{float(one):.{decimals}f}" for one in shares]
    mine = [many for many in range(1, 80)
            if all(any(share in halves(Fraction(100 * k, many), decimals) for k in range(many + 1))
                   for share in shares)]  # fmt: skip
    assert possible_n(printed, 79, decimals) == mine
    assert n in mine or not true
    for share, text in zip(shares, printed, strict=True):
        assert list(counts_of(text, n, decimals)) == [
            k for k in range(n + 1) if share in halves(Fraction(100 * k, n), decimals)
        ]
