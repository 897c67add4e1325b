"""Chapter 10: what is asked, value and failure (M001–M025), on the twenty rows of the worked example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from personshaped.statistics.wilson import wilson
from spec.measured import Measured, measured, worked_example


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


def test_volumes(town: Measured) -> None:
    names = ("interactions", "activities", "demands", "referrals_in", "contacts", "echoes")
    assert [town.value(name) for name in names] == [20, 12, 8, 1, 20, 0]
    assert town.periods("demands") == {"2024-01": 4, "2024-02": 2, "2024-03": 2}
    assert town.groups("demands_by_agency", "agency") == {"adult_social_care": 4, "advice": 2, "housing": 2}
    assert town.groups("contacts_by_agency", "agency") == {"adult_social_care": 10, "advice": 3, "gp": 3, "housing": 4}


def test_value_and_failure_demand(town: Measured) -> None:
    assert (town.value("value_demands"), town.value("failure_demands")) == (3, 5)
    assert town.value("unclassifiable_demands") == 0
    share = town.of("failure_demand_share")
    assert (share.value, share.numerator, share.denominator, share.n) == (0.625, 5, 8, 8)
    assert share.basis == "hand"
    assert (share.low, share.high) == pytest.approx((0.3057, 0.8632), abs=5e-5)
    # the rules, hand codes left aside, give the same five of eight
    by_rule = town.of("failure_demand_share", basis="rule")
    assert (by_rule.numerator, by_rule.denominator) == (5, 8)
    assert "365 days" in by_rule.note


def test_a_hand_code_wins_and_the_figure_says_how_many_did() -> None:
    """R2. Six demands of one need: the first by rule value, then failure; a person has coded the third value."""
    head = "who | at | when | did | issue | minutes | demand_type | coded_by"
    days = [f"P{who} | gp | 2024-0{month}-03 | demand | roof | 10 |" for who in (1, 2) for month in (1, 2, 3)]
    coded = [f"{day} value | tm" if at == 2 else f"{day} |" for at, day in enumerate(days)]
    found = measured("\n".join([head, *coded]))
    said = "by rule, 1 of 6 as people coded them, looking back 365 days."
    share = found.of("failure_demand_share")
    assert (share.numerator, share.denominator, share.basis) == (3, 6, "rule")
    assert share.partly_by_hand == "1 of 6 as people coded them"
    assert found.of("failure_demand_capacity_share").note == said
    assert found.of("value_demands").note == "by rule, 1 of 3 as people coded them, looking back 365 days."
    by_hand = found.of("failure_demand_share", basis="hand")
    assert (by_hand.numerator, by_hand.denominator, by_hand.partly_by_hand) == (0, 1, "")
    march = next(one for one in found.figures if one.name == "failure_demand_share" and one.period == "2024-03")
    assert march.note.endswith("by rule, 1 of 2 as people coded them, looking back 365 days.")
    assert found.of("failure_demands").partly_by_hand == ""  # none of the three was coded by anybody


def test_failure_demand_by_agency_and_month(town: Measured) -> None:
    assert town.of("failure_demand_share", "adult_social_care").value == 0.75
    assert town.of("failure_demand_share", "housing").note == "0 of 2."
    assert town.periods("failure_demand_share") == {"2024-01": 0.5, "2024-02": 1.0, "2024-03": 0.5}


def test_kinds_of_failure_demand(town: Measured) -> None:
    kinds = town.groups("failure_kind_share", "failure_kind")
    assert kinds == {"other_agency_error": 0.2, "progress_chase": 0.4, "representation": 0.4}
    assert town.of("failure_kind_share", "representation").denominator == 5


def test_where_failure_demand_comes_from(town: Measured) -> None:
    after = {
        "adult_social_care>adult_social_care": 1, "advice>advice": 1, "benefits>advice": 1,
        "gp>adult_social_care": 1, "housing>adult_social_care": 1,
    }  # fmt: skip
    assert town.groups("failure_demand_after", "from>to") == after
    # of four demands at social care two follow housing and gp; of two at advice one follows benefits
    assert town.groups("external_failure_share", "agency") == {"adult_social_care": 0.5, "advice": 0.5, "housing": 0}
    assert town.value("failure_cause_share", "benefits>advice") == 0.5
    assert town.value("failure_cause_share", "gp>adult_social_care") == pytest.approx(1 / 3)


def test_capacity_and_cost_of_failure_demand(town: Measured) -> None:
    # cycles begun by failure demand: social care 115 and 135 minutes, advice 45; £88, £104 and £18
    share = town.of("failure_demand_capacity_share")
    assert (share.numerator, share.denominator) == (295, 410)
    assert town.value("failure_demand_cost") == 88 + 104 + 18


def test_of_a_chase_in_a_cycle_begun_by_value_demand_only_the_chase_is_counted() -> None:
    small = measured(
        """
        at      | when       | did    | issue | demand_type | minutes
        housing | 2024-01-01 | demand | roof  | value       | 10
        housing | 2024-01-02 | assess | roof  |             | 60
        housing | 2024-01-09 | demand | roof  | failure     | 5
        housing | 2024-01-10 | do     | roof  |             | 25
        """
    )
    share = small.of("failure_demand_capacity_share")
    assert (share.numerator, share.denominator) == (5, 100)


def test_known_people(town: Measured) -> None:
    known = ("known_share_system", "known_share_agency", "known_share_unlinked", "new_person_share")
    assert [town.value(name) for name in known] == [0.5, 0.375, 0.375, 0.5]


def test_none_new_of_n_has_the_upper_limit_three_in_n() -> None:
    # 12 demands in 2024 of someone first seen in 2023
    rows = "\n".join(f"housing | 2024-{month:02d}-15 | demand | roof" for month in range(1, 13))
    small = measured(
        f"at | when | did | issue\nhousing | 2023-12-01 | demand | roof\n{rows}", window_start=date(2024, 1, 1)
    )
    none = small.of("new_person_share")
    assert (none.value, none.low, none.high) == (0, 0, 0.25)


def test_issues(town: Measured) -> None:
    shares = town.groups("issue_share", "issue")
    assert shares == {"ageing_basic_care": 0.125, "benefits": 0.375, "housing_suitability": 0.5}
    assert town.value("issue_uncoded_share") == 0
    assert town.groups("demand_words", "issue") == {"ageing_basic_care": 1, "benefits": 3, "housing_suitability": 4}


def test_a_demand_with_two_issues_counts_under_both_and_shares_exceed_one() -> None:
    small = measured(
        """
        who | at     | when       | did    | issue
        P1  | advice | 2024-01-01 | demand | debt;work
        P2  | advice | 2024-02-01 | demand | debt
        P3  | advice | 2024-02-02 | demand |
        """,
        window_end=date(2024, 5, 1),
    )
    assert small.groups("issue_share", "issue") == {"debt": 1.0, "work": 0.5}
    assert small.of("issue_share", "work").denominator == 2
    assert small.value("issue_uncoded_share") == pytest.approx(1 / 3)
    # debt comes up in two of four months, work in one: neither in three of four
    assert small.value("predictable_share") == 0


def test_doors(town: Measured) -> None:
    doors = ("front_doors", "front_doors_listed", "front_doors_used", "front_doors_both", "front_doors_per_10000")
    assert [town.value(name) for name in doors] == [6, 6, 4, 4, 600]
    assert town.value("front_doors_per_person") == 5 / 4  # P1 asked at two


def test_households_and_services() -> None:
    small = measured(
        """
        who | at      | service  | when       | did    | issue
        P1  | housing | lettings | 2024-01-01 | demand | rent
        P1  | housing | lettings | 2024-01-05 | do     | rent;debt
        P2  | advice  | money    | 2024-01-03 | demand | debt
        P3  | housing | lettings | 2024-01-04 | demand | drink
        """
    )
    assert small.groups("issues_behind_service", "service") == {"lettings": 3, "money": 1}


def test_a_mean_carried_by_few_people_says_so() -> None:
    def told(people: int) -> str:
        asked = [f"P{one} | housing | 2024-0{month}-01 | demand" for one in range(people) for month in range(1, 4)]
        return measured("who | at | when | did\n" + "\n".join(asked)).of("demands_per_person").note

    assert "Carried by some 12 people: the interval may be too narrow." in told(12)
    assert "Carried by" not in told(30)


def test_the_interval_counts_persons_not_rows() -> None:
    # ten people ask four times each, all or none of it failure demand: as ten observations, not forty
    lines = [
        f"P{person} | housing | 2024-0{month}-01 | demand | roof | {'failure' if person < 6 else 'value'}"
        for person in range(10)
        for month in range(1, 5)
    ]
    share = measured("who | at | when | did | issue | demand_type\n" + "\n".join(lines)).of("failure_demand_share")
    assert (share.value, share.denominator) == (0.6, 40)
    assert (share.low, share.high) == pytest.approx(
        wilson(6 * 0.9, 9, z=2.306004), abs=1e-6
    )  # t of twice the four who say value


def test_trend_needs_a_year_of_whole_months(town: Measured) -> None:
    assert town.of("demand_trend", by="type").note.startswith("Refused: 2 whole months")


def test_trend_of_needs_and_failure_demand_and_what_it_is_made_of() -> None:
    # every month ten new people ask once; in the second year each of them asks once more a day later
    lines = []
    for month in range(25):
        year, of_year = 2022 + month // 12, month % 12 + 1
        for person in range(10):
            for day in (3, 4) if month > 12 else (3,):
                kind = "value" if day == 3 else "failure"
                lines.append(f"M{month}P{person} | housing | {year}-{of_year:02d}-{day:02d} | demand | roof | {kind}")
    small = measured(
        "who | at | when | did | issue | demand_type\n" + "\n".join(lines),
        window_start=date(2022, 1, 1), window_end=date(2024, 2, 1),
    )  # fmt: skip
    value = small.of("demand_trend", "value")
    assert value.value == pytest.approx(0, abs=1e-9)
    # 240 needs are far too few to show that nothing changes: a claim of "stable" would need thousands
    assert value.note.startswith("Not shown to be stable, nor to change. Over 24 months")
    assert value.note.endswith("To show that it is stable within ±2% takes 21,000 or more in that time.")
    parts = {"demand": 2.0, "needs opened": 1.0, "demands for each need": 2.0}
    assert small.groups("demand_trend_parts", "part") == dict(sorted(parts.items()))
    assert small.of("demand_trend", "failure").note.startswith("Changing")
    faster = small.of("demand_trend_difference")
    assert faster.low is not None
    assert faster.low > 1


def test_a_trend_counts_persons_not_demands() -> None:
    def width(group: Callable[[int], int], kind: str) -> float:
        """Twenty ask in each of 36 months; `group` says in which months they are the same twenty."""
        lines = [f"P{group(m)}x{n} | gp | {2022 + m // 12}-{m % 12 + 1:02d}-03 | demand | roof | {kind}"
                 for m in range(37) for n in range(20)]  # fmt: skip
        text = "who | at | when | did | issue | demand_type\n" + "\n".join(lines)
        asked = measured(text, window_start=date(2022, 1, 1), window_end=date(2025, 2, 1))
        found = asked.of("demand_trend", kind)
        assert found.value == pytest.approx(0, abs=1e-6)
        return found.high - found.low

    def others_each_month(month: int) -> int:
        return month

    def the_same_for_half_the_time(month: int) -> int:
        return int(month > 18)

    for kind in ("failure", "value"):
        assert width(the_same_for_half_the_time, kind) > 2 * width(others_each_month, kind)


def test_demand_for_each_head_of_a_growing_population() -> None:
    # twice as many people live there after a year, and twice as many ask: nothing changes for each head
    lines = [
        f"M{month}P{person} | housing | {2022 + month // 12}-{month % 12 + 1:02d}-03 | demand | roof | value"
        for month in range(25)
        for person in range(round(20 * 2 ** (month / 12)))
    ]
    small = measured(
        "who | at | when | did | issue | demand_type\n" + "\n".join(lines),
        beside={"area_facts": """
            area | period  | measure    | value | source
            Town | 2022-01 | population | 10000 | made up
            Town | 2023-01 | population | 20000 | made up
            Town | 2024-01 | population | 40000 | made up
        """},
        window_start=date(2022, 1, 1), window_end=date(2024, 2, 1),
    )  # fmt: skip
    value = small.of("demand_trend", "value")
    assert value.value == pytest.approx(0, abs=0.05)
    assert "for each head of the population" in value.note


def test_turned_round_in_time_a_rise_is_a_fall() -> None:
    # one need a person, asked for twice a week apart; every year twice as many people: no artefact, so it mirrors
    lines = [
        f"M{month}P{person} | housing | {2021 + month // 12}-{month % 12 + 1:02d}-{day:02d} | demand | roof | "
        for month in range(37)
        for person in range(round(10 * 2 ** (month / 12)))
        for day in (3, 10)
    ]
    small = measured(
        "who | at | when | did | issue | demand_type\n" + "\n".join(lines),
        window_start=date(2021, 1, 1), window_end=date(2024, 2, 1),
    )  # fmt: skip
    there, back = small.value("demand_trend", "value"), small.value("demand_trend_turned_round", "value")
    assert there is not None
    assert back is not None
    assert (1 + there) * (1 + back) == pytest.approx(1, abs=0.02)

    # for each head of a population that doubles too, nothing changes, either way round
    each = measured(
        "who | at | when | did | issue | demand_type\n" + "\n".join(lines),
        beside={"area_facts": """
            area | period  | measure    | value | source
            Town | 2021-01 | population | 10000 | made up
            Town | 2022-01 | population | 20000 | made up
            Town | 2023-01 | population | 40000 | made up
            Town | 2024-01 | population | 80000 | made up
        """},
        window_start=date(2021, 1, 1), window_end=date(2024, 2, 1),
    )  # fmt: skip
    for name in ("demand_trend", "demand_trend_turned_round"):
        assert each.value(name, "value") == pytest.approx(0, abs=0.05)


def test_each_issue_first_time_and_again(town: Measured) -> None:
    # P1: stairs, asked once and again three times; P2: value, P3: two failures about benefits; P4: value
    split = {
        "ageing_basic_care>value": 1, "benefits>failure": 2, "benefits>value": 1,
        "housing_suitability>failure": 3, "housing_suitability>value": 1,
    }  # fmt: skip
    assert town.groups("demands_by_issue_and_type", "issue>type") == split
    assert town.of("demands_by_issue_and_type", "benefits>failure").basis == "hand"


def test_a_mistyped_year_stops_no_study_and_makes_no_trend() -> None:
    small = measured(
        """
        at      | when       | did    | issue
        housing | 1924-01-05 | demand | roof
        housing | 2024-02-01 | demand | roof
        housing | 2024-03-01 | demand | roof
        """
    )
    assert small.of("demand_trend").value is None
    assert "is a year mistyped?" in small.of("demand_trend").note
