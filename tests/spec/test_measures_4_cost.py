"""Chapter 13: what it cost and what was wanted (M005–M008, M051, M052, M063–M069, M075)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from personshaped.cost.concentration import concentration
from personshaped.cost.received import received_and_wanted
from personshaped.engine.measuring import _said_of_persons
from personshaped.figures import PersonSums, dear_ones
from spec.measured import Measured, measured, worked_example


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


def test_cost_by_agency_activity_and_year(town: Measured) -> None:
    assert town.value("cost") == 319
    assert town.groups("cost_by_agency", "agency") == {
        "adult_social_care": 196, "advice": 18, "gp": 70, "housing": 35,
    }  # fmt: skip
    assert town.groups("cost", "activity") == {
        "approve": 20, "assess": 88, "close": 14, "demand": 30, "do": 150.5, "refer": 12, "screen": 4.5,
    }  # fmt: skip
    assert town.periods("cost_by_year") == {"2024": 319}


def test_cost_over_years_and_cumulative() -> None:
    small = measured(
        """
        at   | when       | did    | issue | price
        nhs  | 2021-05-01 | demand | care  | 10.10
        nhs  | 2023-05-01 | do     | care  | 20.20
        nhs  | 2023-06-01 | do     | care  |
        """
    )
    assert small.periods("cost_by_year") == {"2021": 10.1, "2023": 20.2}
    assert small.periods("cost_cumulative") == {"2021": 10.1, "2023": pytest.approx(30.3)}


def test_cost_of_assessing_and_referring(town: Measured) -> None:
    narrow, broad = town.of("assess_refer_cost_share_narrow"), town.of("assess_refer_cost_share")
    assert (narrow.numerator, narrow.denominator) == (104.5, 319)
    assert (broad.numerator, broad.denominator) == (124.5, 319)


def test_the_top_one_in_a_hundred_of_the_population(town: Measured) -> None:
    # a hundred people: the top one per cent is one person
    assert town.groups("top_share_cost", "q") == {"1%": pytest.approx(269.5 / 319), "5%": 1}
    assert town.groups("top_share_demand", "q") == {"1%": 0.5, "5%": 1}
    assert town.value("half_of_cost_share") == 0.01
    assert town.groups("high_consumer_reason_share", "issue") == {"housing_suitability": 1}


def test_received_against_wanted(town: Measured) -> None:
    names = ("cost_received", "cost_wanted", "cost_wanted_low", "cost_gap")
    assert [town.value(name) for name in names] == [269.5, 120, 120, 149.5]
    assert town.value("cost_ratio") == pytest.approx(2.25, abs=0.005)


RUTH = """
person_id | item          | cost  | price_year | alternative_group
ruth      | cleaner       | 14560 | 2009       |
ruth      | move house    | 1200  | 2009       | upstairs
ruth      | stair lift    | 5000  | 2009       | upstairs
"""


def test_alternatives_give_a_range() -> None:
    small = measured(
        "who | at | when | did | issue | price\nruth | council | 2009-05-01 | do | house | 106777",
        beside={"wanted": RUTH},
    )
    assert (small.value("cost_wanted"), small.value("cost_wanted_low")) == (20760, 15760)
    gap = small.of("cost_gap")
    assert (gap.value, gap.low, gap.high) == (86017, 86017, 91017)
    assert small.value("cost_ratio") == pytest.approx(5.143401, abs=5e-7)


def test_prices_of_different_years_are_not_compared() -> None:
    small = measured(
        "who | at | when | did | issue | price\nruth | council | 2012-05-01 | do | house | 106777",
        beside={"wanted": RUTH},
    )
    assert small.value("cost_gap") is None
    assert small.of("cost_gap").note.startswith("Refused: prices of 2009 and 2012")
    assert received_and_wanted(small.con) == []


def test_received_and_wanted_over_time() -> None:
    small = measured(
        """
        who | at      | when       | did | issue | price
        p   | council | 2024-01-01 | do  | house | 100
        p   | council | 2024-01-10 | do  | house | 50
        """,
        beside={
            "wanted": """
            person_id | item  | cost | price_year | from       | to         | alternative_group
            p         | rail  | 40   | 2024       |            |            | bath
            p         | lift  | 90   | 2024       |            |            | bath
            p         | help  | 10   | 2024       | 2024-01-01 | 2024-01-10 |
            """
        },
    )
    (series,) = received_and_wanted(small.con)
    assert series.at == ("2024-01-01", "2024-01-10")
    assert series.received == (100, 150)
    assert series.wanted_low == (41, 50)  # the cheaper of the two, and a tenth of the help
    assert series.wanted_high == (131, 140)


def test_concentration_is_a_curve_from_nothing_to_all(town: Measured) -> None:
    curve = concentration(town.con, "cost", 100)
    assert curve is not None
    assert curve.people == (0, 0.01, 0.02, 0.03, 0.04, 1)
    assert curve.amount == pytest.approx((0, 269.5 / 319, 297 / 319, 315 / 319, 1, 1))
    assert curve.n == 100
    seen = concentration(town.con, "demands", None)
    assert seen is not None
    assert seen.people == (0, 0.25, 0.5, 0.75, 1)
    assert seen.amount == (0, 0.5, 0.75, 0.875, 1)


def test_cost_per_household_year() -> None:
    small = measured(
        "who | at | when | did | issue | price\np | council | 2023-05-01 | assess | house | 100",
        window_start=date(2023, 1, 1), window_end=date(2025, 1, 1),
    )  # fmt: skip
    assert small.value("assessment_cost_per_household_year") == pytest.approx(100 / (731 / 365.25), rel=1e-4)


def test_cost_per_household_year_without_and_with_placements() -> None:
    """Approvals and meetings count where the cycle did nothing else (as M051); placements apart, whatever was done."""
    small = measured(
        """
        who | at      | when       | did     | issue | price | outcome
        p   | council | 2023-05-01 | assess  | house | 100   |
        p   | council | 2023-05-02 | approve | house | 20    |
        p   | council | 2023-05-03 | refer   | house | 30    |
        q   | council | 2023-05-01 | assess  | house | 10    |
        q   | council | 2023-05-02 | approve | house | 1     |
        q   | council | 2023-05-03 | do      | house | 5000  | placement
        """,
        window_start=date(2023, 1, 1), window_end=date(2025, 1, 1),
    )  # fmt: skip
    # two households over 731 days: 100 + 20 + 30 of p, 10 of q; the placement of q stands in the second figure alone
    years = 2 * 731 / 365.25
    assert small.value("assessment_cost_per_household_year") == pytest.approx(160 / years)
    assert small.value("assessment_cost_per_household_year_with_placements") == pytest.approx(5160 / years)


def test_what_failure_demand_costs_a_year() -> None:
    text = """
        who | at  | when       | did    | issue | price | demand_type
        p   | gp  | 2023-01-01 | demand | knee  | 5     | value
        p   | gp  | 2023-03-01 | demand | knee  | 7     | failure
        p   | gp  | 2023-03-01 | assess | knee  | 40    |
        """
    long = measured(text, window_start=date(2023, 1, 1), window_end=date(2025, 1, 1))
    assert long.value("failure_demand_cost") == 7  # of a cycle begun by value demand only the second asking
    yearly = long.of("failure_demand_cost_per_year")
    assert yearly.value == pytest.approx(7 / (731 / 365.25))
    assert (yearly.low, yearly.high) == (None, None)  # of one person
    short = measured(text, window_start=date(2023, 1, 1), window_end=date(2023, 7, 1))
    assert short.of("failure_demand_cost_per_year").note.startswith("Refused: 181 days")


def test_a_cost_a_year_that_one_person_carries_says_so() -> None:
    """One with £100,000 and 29 with £50: by a factor either way it would be 0.4 pounds to 28 billion."""
    rows = []
    for one in range(30):
        rows.append(f"p{one} | gp | 2023-01-01 | demand | knee | 0 | value")
        rows.append(f"p{one} | gp | 2023-03-01 | demand | knee | {50 if one else 100_000} | failure")
    head = "who | at | when | did | issue | price | demand_type\n"
    costly = measured(head + "\n".join(rows), window_start=date(2023, 1, 1), window_end=date(2025, 1, 1))
    yearly = costly.of("failure_demand_cost_per_year")
    assert yearly.value == pytest.approx(101_450 / (731 / 365.25))
    assert yearly.low == 0
    assert yearly.high is not None
    assert yearly.high < 1_000_000
    assert "Carried by some 1 people: the interval may be too narrow." in yearly.note


def test_dearer_contacts_asked_for_half_as_often_cost_less_from_end_to_end() -> None:
    small = measured(
        """
        who | at    | when       | did    | issue | contact_id | price
        P1  | nurse | 2024-01-05 | demand | care  | c1      | 60
        P1  | nurse | 2024-01-05 | do     | care  | c1      | 40
        P1  | nurse | 2024-01-15 | demand | care  | c2      | 100
        P1  | nurse | 2024-01-16 | record | care  | c3      |
        P1  | nurse | 2024-02-01 | demand | care  | c4      | 130
        """,
        beside={"changes": "at | kind | text\n2024-01-31 | method | small teams that run themselves"},
        window_start=date(2024, 1, 1), window_end=date(2024, 3, 1),
    )  # fmt: skip
    # 30 days before, 30 after; one person. £200 over 2 contacts with a known cost, then £130 over 1
    assert small.value("cost_per_contact_change") == pytest.approx(0.30)
    assert small.value("demand_change") == pytest.approx(-0.50)
    assert small.value("end_to_end_cost_change") == pytest.approx(-0.35)  # 1.3 × 0.5 - 1, as S1 tells it


def test_a_longer_stretch_does_not_make_people_ask_less_often() -> None:
    """Someone new asks once every ten days all along; ninety days before the change and thirty after it."""
    rows = [
        f"P{day} | nurse | {date(2024, 1, 1) + timedelta(days=day)} | demand | care | 50" for day in range(0, 120, 10)
    ]
    small = measured(
        "\n".join(("who | at | when | did | issue | price", *rows)),
        beside={"changes": "at | kind | text\n2024-03-31 | method | small teams"},
        window_start=date(2024, 1, 1), window_end=date(2024, 4, 30),
    )  # fmt: skip
    # three people and three demands in the 30 days on either side; by all 90 it would be three times as often
    assert small.value("demand_change") == 0
    assert "the 30 days from 2024-03-31 on against as many before" in (small.of("demand_change").note or "")


def test_the_cost_of_a_contact_is_never_shown_alone() -> None:
    nobody_asked_before = measured(
        """
        who | at    | when       | did    | issue | price
        P1  | nurse | 2024-01-05 | do     | care  | 60
        P1  | nurse | 2024-02-01 | demand | care  | 130
        """,
        beside={"changes": "at | kind | text\n2024-01-31 | method | another way"},
        window_start=date(2024, 1, 1), window_end=date(2024, 3, 1),
    )  # fmt: skip
    for name in ("cost_per_contact_change", "demand_change", "end_to_end_cost_change"):
        assert nobody_asked_before.value(name) is None


@pytest.mark.parametrize(
    ("areas", "people"),
    [
        ({"Burslem": 60, "Tunstall": 40}, 100),  # an area nobody asked from has people too
        ({"Burslem": 60, "Newcastle": 65}, 125),
        ({"Burslem": 60, "England": 50_000}, 60),  # the country around an area that rows are of
        ({"Burslem": 60, "Midlands": 6_000, "England": 50_000}, 60),
        ({"Burslem": 60, "Tunstall": 40, "Stoke": 100}, 100),  # the town that is both
        ({"Tunstall": 40, "England": 50_000}, 50_040),  # nothing tells which of them the rows are of
    ],
)
def test_the_country_around_the_areas_of_the_rows_is_not_added(areas: dict[str, int], people: int) -> None:
    facts = "\n".join(f"{area} | 2024 | population | {value} | made up" for area, value in areas.items())
    small = measured(
        """
        at   | when       | did    | issue | price | area
        nhs  | 2024-05-01 | demand | care  | 10    | Burslem
        """,
        beside={"area_facts": f"area | period | measure | value | source\n{facts}"},
    )
    assert small.have.population == people
    assert sum(value for area, value in areas.items() if area not in small.have.around) == people


def test_other_places_that_say_what_they_saved_are_not_added() -> None:
    """Given places to carry over, none of which anybody here lives in, only the people of this place are counted."""
    small = measured(
        """
        at   | when       | did    | issue | price | area
        nhs  | 2024-05-01 | demand | care  | 10    | Burslem
        """,
        beside={
            "area_facts": """
            area     | period | measure    | value | source
            Burslem  | 2024   | population | 60    | made up
            Tunstall | 2024   | population | 40    | made up
            Ashmere  | 2024   | population | 70    | made up
            Ashmere  | 2024   | saving     | 900   | made up
            Norland  | 2024   | population | 250   | made up
            """
        },
    )
    assert small.have.around == {"Ashmere", "Norland"}
    assert small.have.population == 100


def test_an_interval_of_pounds_of_few_people_says_that_the_dearest_may_be_missing() -> None:
    few = PersonSums(1400, 14, 150_000, 1400, 14, 14, 200)
    assert _said_of_persons(few, 80.0, "£ a year", "As told.").endswith("limits hold in 84 to 93 of 100, not 95.")
    assert "not 95" not in _said_of_persons(few, 80.0, "minutes", "") + _said_of_persons(few, None, "£ a year", "")
    assert dear_ones(2999).startswith("From 2,999 people. A few people may cost far more than the rest")
    assert dear_ones(3000) == ""
