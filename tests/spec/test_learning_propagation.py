"""Chapter: where failure demand comes from and how it spreads (R8, M106), on the twenty rows of the worked example."""

from __future__ import annotations

import numpy as np
import pytest

from personshaped.flow.propagation import Profile, pooled, spreading
from personshaped.statistics.propagation import propagation
from spec.measured import Measured, measured, worked_example

AGENCIES = ("adult_social_care", "advice", "gp", "housing")


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


def test_work_that_arrives(town: Measured) -> None:
    assert town.groups("work_arriving", "agency") == dict(zip(AGENCIES, (4, 2, 1, 2), strict=True))
    assert town.groups("work_from_outside", "agency") == dict(zip(AGENCIES, (1, 1, 0, 2), strict=True))


def test_multipliers(town: Measured) -> None:
    found = town.groups("multiplier", "agency")
    assert list(found) == list(AGENCIES)
    assert list(found.values()) == pytest.approx([2.5, 2.0, 3.5, 2.25])
    assert town.value("spectral_radius") == pytest.approx(0.6403882)
    assert "not proof of cause" in town.of("multiplier", "gp").note


def test_if_housing_resolved_all_that_reaches_it(town: Measured) -> None:
    # H falls from 4, 2, 1, 2 to 2, 2, 0.5, 2: none of the fall is at housing
    assert town.value("demand_prevented_elsewhere", "housing") == pytest.approx(2.5)
    each = town.groups("demand_prevented_elsewhere", "from>to")
    assert each["housing>adult_social_care"] == pytest.approx(2)
    assert each["housing>gp"] == pytest.approx(0.5)
    assert "housing>housing" not in each


def arriving(at: dict[str, dict[str, int]], issue: str = "roof") -> Measured:
    """Each person's demands at each agency, a month apart, as a study that has read them; `{}` numbers the issues."""
    rows = [
        f"{who} | {agency} | {2000 + number // 12}-{number % 12 + 1:02d}-01 | demand | {issue.format(number)}"
        for who, agencies in at.items() for agency, times in agencies.items() for number in range(times)
    ]  # fmt: skip
    return measured("who | at | when | did | issue\n" + "\n".join(rows))


def test_agencies_with_little_work_have_no_interval() -> None:
    found = arriving({f"P{one}": {"gp": 3} for one in range(12)} | {"Q": {"housing": 2}})
    one = found.of("multiplier", "housing")
    assert (one.low, one.high) == (None, None)
    assert "No interval: 2 arrived here" in one.note
    assert found.of("spectral_radius").note.startswith("No interval: some agencies have fewer than 30")


def test_of_few_people_it_is_said_that_they_are_few_however_little_or_much_arrived(town: Measured) -> None:
    # five people: 50 pieces arrive at gp, 2 at housing
    small = arriving({f"P{one}": {"gp": 10} for one in range(5)} | {"P0": {"gp": 10, "housing": 2}})
    for found in (town, small):
        for one in (found.of("multiplier", "housing"), found.of("spectral_radius")):
            assert one.note.startswith("No interval: fewer than 10 people.")


def test_people_count_at_the_agency() -> None:
    """Of 41 people one asks S for forty things: of others at S nothing is known, however many ask elsewhere."""
    found = arriving({f"P{one}": {"A": 1 + one % 2} for one in range(40)} | {"Q": {"S": 40}}, "issue {}")
    assert found.value("multiplier", "S") == 1
    for name in ("multiplier", "demand_prevented_elsewhere"):
        one = found.of(name, "S")
        assert (one.low, one.high) == (None, None)
        assert one.note.startswith("No interval: fewer than 10 people had work here, or where it falls.")
    assert found.of("multiplier", "A").low is not None


def test_limits_of_an_agency_reach_as_far_as_those_who_have_work_there_ask_for() -> None:
    # twelve people at S, six of whom ask there again, beside nobody else or two thousand at A: the same at S
    alone = [((("", "S", 10),), 6), ((("", "S", 10), ("S", "S", 10)), 6)]
    others = [((("", "A", 1),), 1000), ((("", "A", 1), ("A", "A", 1)), 1000)]

    def limits(profiles: list[Profile]) -> tuple[float, float]:
        spread = spreading(profiles, repeats=4000)
        low, high = (float(limit[spread.place["S"]]) for limit in spread.range.multiplier)
        return low, high

    assert limits([*others, *alone]) == pytest.approx(limits(alone), abs=0.06)


def test_fewer_than_ten_people_have_no_interval() -> None:
    def told(people: int, times: int) -> tuple[bool, str]:
        asked = [f"P{one} | {at} | 20{year + 10}-0{month}-01 | demand | roof" for one in range(people)
                 for year in range(times) for month, at in ((1, "housing"), (2, "gp"), (3, "housing"))]  # fmt: skip
        found = measured("who | at | when | did | issue\n" + "\n".join(asked))
        one = found.of("multiplier", "gp")
        return one.low is not None, one.note.split(".")[0]

    assert told(9, 4) == (False, "No interval: fewer than 10 people")
    assert told(40, 1)[0]


def test_limits_reach_further_where_few_people_carry_the_work() -> None:
    # twenty people bring a hundred pieces each, or a thousand people one each: the first are twenty observations
    def width(times: int, people: int) -> float:
        none, again = (("", "a", times),), (("", "a", times), ("a", "b", times))
        spread = spreading([(none, people // 2), (again, people // 2)])
        low, high = (limit[spread.place["a"]] for limit in spread.range.multiplier)
        return float(high - low)

    # of twenty people half asked again: the plain percentiles lie at 6 and 14 of them, 0.4 apart
    assert width(100, 20) > 0.42
    assert width(1, 1000) < 0.07


def test_four_readings_of_where_it_came_after(town: Measured) -> None:
    last = town.groups("failure_demand_after", "from>to")
    assert last["advice>advice"] == 1
    assert last["benefits>advice"] == 1
    root = town.groups("failure_demand_after_root", "from>to")
    assert root["benefits>advice"] == 2
    assert "advice>advice" not in root
    for name in ("failure_demand_after", "failure_demand_after_first", "failure_demand_after_shared"):
        assert sum(value or 0 for value in town.groups(name, "from>to").values()) == 5


def test_demand_that_reproduces_itself_has_no_multiplier() -> None:
    # one value demand and 49 failure demands after the agency itself: G = 49/50
    spread = spreading([((("", "a", 1), ("a", "a", 49)), 1)], repeats=20)
    assert spread.found.radius == pytest.approx(0.98)
    assert spread.found.reproduces


def test_what_flows_from_an_agency_at_which_nothing_arrived_comes_from_outside() -> None:
    # 3 arrive at b after a, at which nothing arrived: V[b] is 2 + 3
    found = propagation(np.array([[0, 3], [0, 0]]), np.array([0, 2]))
    assert found.outside.tolist() == [0, 5]
    assert found.arriving.tolist() == [0, 5]


def test_limits_come_from_resampling_people() -> None:
    # 100 people bring one value demand to a; 50 of them ask again at b: multiplier 1.5, and between 1.4 and 1.6
    asked, again = (("", "a", 1),), (("", "a", 1), ("a", "b", 1))
    spread = spreading([(asked, 50), (again, 50)])
    low, high = (limit[spread.place["a"]] for limit in spread.range.multiplier)
    assert spread.found.multiplier.tolist() == pytest.approx([1.5, 1.0])
    assert 1.38 < low < 1.45
    assert 1.55 < high < 1.62


def test_pictures_pool_agencies_with_little_work() -> None:
    # 60 at a, 2 after them at b and 1 at c: b and c become one
    spread = spreading([((("", "a", 1),), 57), ((("", "a", 1), ("a", "b", 1)), 2), ((("", "a", 1), ("a", "c", 1)), 1)])
    names, found = pooled(spread)
    assert names == ("a", "other")
    assert found.arriving.tolist() == [60, 3]
    assert found.passing[0, 1] == pytest.approx(3 / 60)
