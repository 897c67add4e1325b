"""Chapter: what changed (Stat 5, M105, M109): interrupted series, with what speaks against them beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import numpy as np
import pytest

from personshaped.figures import Context, DataAvailability, Query, filled
from personshaped.learning.interrupted import Series, _figures, demand_change_after_design, series
from personshaped.learning.signals import settling
from personshaped.settings import Settings
from personshaped.statistics.interrupted import Times, controlled, interrupted, placebo

MONTHS = np.arange(40)


def counted(level: float, at: int = 24, seed: int = 1, mean: float = 80) -> np.ndarray:
    """Forty months that grow by 5% a year with seasons, and from `at` on are `level` times that."""
    mu = mean * np.exp(0.05 * MONTHS / 12 + 0.1 * np.sin(2 * np.pi * MONTHS / 12)) * np.where(at <= MONTHS, level, 1)
    return np.random.default_rng(seed).poisson(mu)


def test_a_known_change_of_level_is_found() -> None:
    found = interrupted(counted(0.6), 24, seed=1)
    assert found.level.low < 0.6 < found.level.high < 1
    assert found.at_6 is not None
    assert found.at_6.value == pytest.approx(0.6, abs=0.12)
    # the old line gone on lies above what was found by as much
    assert (found.fitted / found.extended)[24] == pytest.approx(found.level.value)
    assert (found.fitted / found.extended)[:24] == pytest.approx(1)


def test_without_a_change_one_is_seldom_found() -> None:
    wrong = 0
    for seed in range(60):
        level = interrupted(counted(1, seed=seed), 24, seed, draws=400).level
        wrong += not level.low < 1 < level.high
    assert wrong <= 8


def test_twelve_points_before_and_eight_after() -> None:
    with pytest.raises(ValueError, match="11 months before and 29 after; 12 and 8 are needed"):
        interrupted(counted(0.6), 11, seed=1)
    with pytest.raises(ValueError, match="and 7 after"):
        interrupted(counted(0.6), 30, seed=1, gap=3)


def test_what_also_changed_elsewhere_is_no_effect() -> None:
    # both areas fall by 40%: nothing beyond the comparison area; one alone: all of it
    both = controlled(counted(0.6), counted(0.6, seed=2), 24, seed=1)
    assert both.level.low < 1 < both.level.high
    alone = controlled(counted(0.6), counted(1, seed=2), 24, seed=1)
    assert alone.level.high < 1
    assert alone.level.low < 0.6 < alone.level.high


def test_placebo_dates_lie_in_the_old_period() -> None:
    found = interrupted(counted(0.6), 24, seed=1)
    # dates 12 to 16 leave 12 months before and 8 after within the first 24
    assert placebo(counted(0.6), 24, found.level.value) == (0, 5)
    assert placebo(counted(0.6, at=19), 19, 0.6) is None


def test_people_who_move_in_are_no_change() -> None:
    """Given a new estate that doubles the population when the way of working changed, demand for each head stays."""
    people = np.where(MONTHS >= 24, 20_000, 10_000)
    counts = counted(2)
    assert interrupted(counts, 24, seed=1).level.low > 1.5
    found = interrupted(counts, 24, seed=1, people=people)
    assert found.level.low < 1 < found.level.high
    assert found.fitted[24:].mean() == pytest.approx(counts[24:].mean(), rel=0.05)  # still in demands
    moved_in_here = controlled(counts, counted(1, seed=2), 24, seed=1, people=(people, np.full(40, 5_000)))
    assert moved_in_here.level.low < 1 < moved_in_here.level.high
    assert placebo(counts, 24, 2, people=people) == placebo(counts, 24, 2)  # all of it before the estate


def bursts(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Monthly counts of persons of whom each asks twice a month for ten months; and how often in two months at once."""
    random = np.random.default_rng(seed)
    persons = np.zeros((160, 40))
    for one, begins in zip(persons, random.integers(-10, 40, len(persons)), strict=True):
        one[max(0, begins) : max(0, begins + 10)] = 2
    return persons.sum(axis=0), persons.T @ persons


def test_persons_who_ask_month_after_month_are_no_change() -> None:
    """Months taken for themselves show a change in more than half of such places; persons, in hardly any."""
    alone, by_person = 0, 0
    for seed in range(20):
        counts, together = bursts(seed)
        alone += not _holds_one(interrupted(counts, 20, seed, draws=400).at_12)
        by_person += not _holds_one(interrupted(counts, 20, seed, draws=400, together=together).at_12)
    assert alone >= 7
    assert by_person <= 3


def _holds_one(found: Times | None) -> bool:
    assert found is not None
    return found.low <= 1 <= found.high


def test_whose_months_they_are_is_taken_from_the_demands() -> None:
    """The SQL's sums of products against plain loops: persons of two areas, one of whom asks in both."""
    random = np.random.default_rng(3)
    asked = [
        (f"P{random.integers(9)}", str(random.choice(["gp", "housing"])), str(random.choice(["Tunstall", "Burslem"])),
         datetime(2023, 1 + int(random.integers(6)), 1 + int(random.integers(28))),
         str(random.choice(["value", "failure", "unclassifiable"])))
        for _ in range(150)
    ]  # fmt: skip
    con = duckdb.connect()
    con.execute("CREATE TABLE demands (person_id TEXT, agency TEXT, area TEXT, started_at TIMESTAMP, demand_type TEXT)")
    con.executemany("INSERT INTO demands VALUES (?, ?, ?, ?, ?)", asked)
    con.execute('CREATE TABLE changes ("at" DATE, kind TEXT, text TEXT, agency TEXT, area TEXT, person_id TEXT)')
    for text in ("a team starts", "a desk closes", "a desk closes"):  # on one day at one place: one line, each once
        con.execute("INSERT INTO changes VALUES ('2023-03-01', 'method', ?, NULL, 'Tunstall', NULL)", [text])
    con.execute("CREATE TABLE area_facts (area TEXT, period TEXT, measure TEXT, stratum TEXT, value DOUBLE)")
    told = [("population", "men", 40), ("population", "women", 60), ("households", None, 9)]
    con.executemany("INSERT INTO area_facts VALUES ('Tunstall', '2023', ?, ?, ?)", told)
    context = Context(
        Settings(window_start=date(2023, 1, 1), window_end=date(2023, 7, 1)), DataAvailability(frozenset())
    )
    kind = demand_change_after_design.kind
    assert isinstance(kind, Query)
    found = con.execute(filled(kind.select, context)).to_arrow_table().to_pylist()
    assert all(row["together"] is None for row in found[1:])
    assert [row["population"] for row in found if row["population"]] == [[["Tunstall", "2023", "100.0"]]]
    assert found[0]["changes"] == [["2023-03-01", "method", "a desk closes; a team starts", "", "Tunstall"]]
    for here, area in ((True, "Tunstall"), (False, "Burslem")):
        for first in range(1, 7):
            for again in range(first, 7):
                naive = 0
                for who in {one[0] for one in asked}:
                    of = [one for one in asked if one[0] == who and one[2] == area and one[4] == "failure"]
                    naive += sum(one[3].month == first for one in of) * sum(one[3].month == again for one in of)
                sums = [one["failure"] for one in found[0]["together"] if one["here"] is here
                        and (one["month"].month, one["again"].month) == (first, again)]  # fmt: skip
                assert sum(sums) == naive


def rows(changes: list[list[str]]) -> list[dict[str, Any]]:
    """Two areas, two agencies each; demand in Tunstall falls by 40% in month 24."""
    made = []
    for area, level, seed in (("Tunstall", 0.6, 1), ("Burslem", 1.0, 5)):
        for agency, more in (("gp", 0), ("housing", 1)):
            failure, value = counted(level, seed=seed + more, mean=50), counted(1, seed=seed + more + 20, mean=20)
            for month in MONTHS.tolist():
                made.append(
                    {"month": datetime(2021 + month // 12, month % 12 + 1, 1), "agency": agency, "area": area,
                     "value": int(value[month]), "failure": int(failure[month]), "changes": changes}
                )  # fmt: skip
    return made


METHOD = ["2023-01-01", "method", "a locality team starts", "", "Tunstall"]


def of(outcome: str, changes: list[list[str]]) -> Series:
    return next(one for one in series(rows(changes)) if one.outcome == outcome)


def test_a_series_with_everything_that_speaks_against_it() -> None:
    one = of("failure", [METHOD])
    assert one.title == "Failure demand (Tunstall) and 2023-01-01: a locality team starts"
    assert one.found is not None
    assert one.found.level.value == pytest.approx(0.6, abs=0.1)
    assert one.controlled is not None
    assert one.controlled.level.high < 1
    assert [agency for agency, _ in one.without] == ["gp", "housing"]
    assert one.falsification is not None
    assert one.falsification.low < 1 < one.falsification.high
    assert len(one.months) == len(one.observed) == len(one.comparison) == len(one.found.extended) == 40


def test_two_changes_of_one_day_are_two_figures_and_a_refused_one_is_named_as_shortly() -> None:
    changes = [METHOD, ["2023-01-01", "method", "another way at the desk", "gp", "Burslem"]]
    held = _figures(rows(changes), Context(Settings(), DataAvailability(frozenset())))
    keys = [one["group"] for one in held]
    assert len(set(keys)) == len(keys)
    assert {one.split(">")[0] for one in keys} == {
        f"2023-01-01 {where} {outcome}"
        for where in ("Tunstall", "gp Burslem")
        for outcome in ("all", "failure", "value")
    }
    few = [one | {"value": 0, "failure": 0} for one in rows([METHOD])]
    refused = _figures(few, Context(Settings(), DataAvailability(frozenset())))
    assert [one["group"] for one in refused] == [f"2023-01-01 Tunstall {one}" for one in ("all", "failure", "value")]
    assert all(one["note"].startswith("Refused: nothing happened on one side") for one in refused)


def test_each_side_is_counted_for_its_own_people() -> None:
    """Given two fifths who leave Tunstall as the team starts, and a country around it that does not count."""
    held = rows([METHOD])
    held[0]["population"] = [
        ["Burslem", "2021", "900"], ["England", "2021", "5e7"], ["Tunstall", "2022-12", "1000"],
        ["Tunstall", "2023-01", "600"],
    ]  # fmt: skip
    one = next(one for one in series(held, frozenset({"England"})) if one.outcome == "failure")
    assert one.found is not None
    assert one.found.level.low < 1 < one.found.level.high
    assert one.controlled is not None
    assert one.controlled.level.low < 1 < one.controlled.level.high
    assert "Counted for each head of the population of each month (area_facts)." in one.assumptions


def test_what_is_compared_is_the_same_agency_in_other_areas() -> None:
    gp = ["2023-01-01", "method", "a locality team starts", "gp", "Tunstall"]
    here, burslem = (
        tuple(one["failure"] for one in rows([]) if (one["agency"], one["area"]) == ("gp", area))
        for area in ("Tunstall", "Burslem")
    )
    one = of("failure", [gp])
    assert (one.observed, one.comparison) == (here, burslem)


def test_recording_that_changed_as_well_stands_in_the_title() -> None:
    near = ["2023-03-15", "recording", "a new system", "", "Tunstall"]
    far = ["2022-06-01", "recording", "a new system", "", ""]
    assert of("failure", [METHOD, near]).title.endswith("– recording also changed")
    assert not of("failure", [METHOD, far]).recording_changed


def test_too_short_a_series_is_refused_in_words() -> None:
    early = ["2021-06-01", "method", "a team starts", "", "Tunstall"]
    one = of("failure", [early])
    assert one.found is None
    assert one.refused == "Refused: 5 months before and 35 after; 12 and 8 are needed. Only the XmR chart can be read."


def test_six_points_after_a_change_of_method_are_settling() -> None:
    periods = [f"2023-{month:02d}" for month in range(1, 13)]
    assert sorted(settling(periods, [date(2023, 3, 10)])) == periods[2:8]
    # what changed before the records begin settles there only for as long as it would have
    assert sorted(settling(periods, [date(2022, 11, 10)])) == periods[:4]
    assert settling(periods, [date(2021, 1, 10)]) == frozenset()
    # a month nobody counted at the beginning makes no quarters of the others
    assert sorted(settling([periods[0], *periods[3:]], [date(2023, 3, 10)])) == sorted(
        {*periods[2:8]} & {periods[0], *periods[3:]}
    )
    quarters = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in (1, 4, 7, 10)]
    assert sorted(settling(quarters, [date(2022, 4, 1)])) == quarters[1:7]
