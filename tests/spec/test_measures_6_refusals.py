"""Chapter 15: what the data cannot support is refused by name, never guessed (spec 1.4, R2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from personshaped.demand.memory import shorter_memory
from personshaped.figures import Measure, PersonSums, Query, by
from personshaped.statistics.clustered import INTERVALS
from spec.measured import measured

BARE = """
who | at      | when       | did    | issue
P1  | housing | 2024-01-01 | demand | roof
P1  | housing | 2024-01-09 | assess | roof
P2  | police  | 2024-02-01 | demand | theft
"""


def test_without_the_person_s_word_time_to_a_met_need_is_refused_not_approximated() -> None:
    small = measured(BARE)
    for name in ("time_to_need_met", "needs_met_share", "fcr_needs", "fcr_demands", "needs_open", "closed_unmet_share"):
        refused = small.of(name)
        assert refused.value is None
        assert refused.note.startswith("Not in the data: whether the need was met, in the person's word")


def test_without_a_population_shares_of_it_are_refused() -> None:
    small = measured(BARE + "P1 | housing | 2024-03-01 | do | roof\n")
    assert "a population (area_facts, measure population)" in small.of("top_share_cost").note
    assert small.of("top_share_cost").unit == ""  # it stands for the breakdown by q
    assert small.value("front_doors_per_10000") is None


def test_what_is_missing_is_named() -> None:
    small = measured(BARE)
    assert small.of("minutes").note == "Not in the data: minutes in interactions."
    assert small.of("cost").note == "Not in the data: costs (cost, or unit_costs)."
    assert "value_work in interactions" in small.of("value_share_time").note
    assert small.of("cost_wanted").note == "Not in the data: the table wanted."
    assert small.of("staff_involved").note == "Not in the data: staff_id, or people_present."


def test_only_contacts_still_give_volumes() -> None:
    small = measured(
        """
        who | at      | when       | by
        P1  | housing | 2024-01-01 | own_agency
        P1  | housing | 2024-02-01 | own_agency
        """
    )
    assert small.value("interactions") == 2
    assert small.value("agencies_per_person") == 1
    assert small.value("cycles") is None  # needs activity


DOING = "any row of the activity do or visit"
ONLY_LOOKED_AT = """
who | at      | when       | did    | outcome
P1  | housing | 2024-01-01 | demand |
P1  | housing | 2024-01-09 | assess | recorded_only
P2  | police  | 2024-02-01 | demand |
P2  | police  | 2024-02-02 | pull   |
"""


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("assess_refer_share", DOING),
        ("assessment_without_service_share", DOING),
        ("assessment_no_action_share", DOING),
        ("helping_share_upper", DOING),
        ("closed_at_initial_assessment_share", DOING),
        (
            "closed_at_initial_assessment_share",
            "any row of the activity close or any row of the outcome nfa or screened_out",
        ),
        ("closed_unmet_share", "any row of the activity close"),
        ("referrals_out", "any row of the activity refer"),
        ("referrals_lost", "any row of the activity refer"),
        ("referrals_per_need", "any row of the activity refer"),
        ("referral_chain_length", "any row of the activity refer"),
        ("refer_only_share", "any row of the activity refer"),
    ],
)
def test_what_no_agency_ever_writes_down_is_not_said_never_to_happen(name: str, missing: str) -> None:
    refused = measured(ONLY_LOOKED_AT).of(name)
    assert refused.value is None
    assert missing in refused.note


def test_one_row_of_it_anywhere_even_before_the_window_is_enough() -> None:
    assert measured(ONLY_LOOKED_AT + "P2 | police | 2024-02-03 | visit |\n").value("assess_refer_share") == 0.5
    sent = measured(ONLY_LOOKED_AT + "P2 | police | 2024-02-03 | refer |\n")
    assert sent.value("refer_only_share") == 0
    assert (sent.value("referrals_out"), sent.value("referrals_lost")) == (1, 1)


def test_without_linking_figures_across_agencies_say_so() -> None:
    assert "no records are linked across them" in measured(BARE).of("cycles_per_person").note
    linked = measured(BARE + "P2 | housing | 2024-02-02 | do | roof\n")
    assert "no records are linked" not in linked.of("cycles_per_person").note


def test_too_few_demands_to_tell_apart_and_no_hand_codes_refuse_the_headline() -> None:
    small = measured(BARE, measures=_register("failure_demand_share"))
    (only,) = small.figures
    assert only.value is None
    assert only.note.startswith("Fewer than 30 demands can be told value from failure, and none is coded by hand")


def test_thirty_demands_by_rule_are_enough_and_few_by_hand_too() -> None:
    many = "who | at | when | did | issue\n" + "\n".join(
        f"P{person} | housing | 2024-01-{1 + person % 28:02d} | demand | roof" for person in range(30)
    )
    headline = measured(many).of("failure_demand_share")
    assert (headline.value, headline.denominator, headline.basis) == (0, 30, "rule")
    few = measured("at | when | did | issue | demand_type\nhousing | 2024-01-01 | demand | roof | failure")
    assert few.of("failure_demand_share").basis == "hand"
    assert few.of("failure_demand_share").note == "1 of 1."


def test_where_some_are_coded_by_hand_those_are_a_row_of_their_own() -> None:
    lines = [f"P{person} | housing | 2024-01-{1 + person % 28:02d} | demand | roof |" for person in range(30)]
    lines += [
        "P0 | housing | 2024-02-01 | demand | roof | failure",
        "P1 | housing | 2024-02-01 | demand | roof | value",
    ]
    small = measured("who | at | when | did | issue | demand_type\n" + "\n".join(lines))
    assert small.of("failure_demand_share").basis == "rule"
    by_hand = small.of("failure_demand_share", basis="hand")
    assert (by_hand.numerator, by_hand.denominator) == (1, 2)
    rows = [one for one in small.figures if one.name == "failure_demand_share" and not one.by and not one.period]
    assert [one.basis for one in rows] == ["rule", "hand"]


def test_the_burn_in_leaves_early_demands_out_of_both_sides() -> None:
    lines = [f"P{person} | housing | 2024-06-{1 + person % 28:02d} | demand | roof" for person in range(40)]
    small = measured(
        "who | at | when | did | issue\nX | housing | 2023-01-01 | demand | damp\n" + "\n".join(lines),
        history_complete=False, window_start=date(2023, 1, 1),
    )  # fmt: skip
    assert small.of("failure_demand_share").denominator == 40
    assert small.value("unclassifiable_demands") == 1


def test_the_share_by_a_shorter_memory_says_that_it_is_understated() -> None:
    sums = {
        365: PersonSums(8, 10, 10, 12, 14, 8),
        30: PersonSums(2, 20, 2, 4, 24, 18),
        60: PersonSums(0, 0, 0, 0, 0, 0),
    }
    short, full = shorter_memory(sums, 365, INTERVALS)
    assert (short.group, short.value, short.by) == ("30", 0.1, "look_back")
    assert "probably understated; ask each agency for 365 days" in short.note
    assert full.note == "By a memory of 365 days."


def test_small_grades_are_left_out() -> None:
    text = """
        at      | when       | did    | issue | minutes | staff_grade
        housing | 2024-01-01 | assess | roof  | 30      | front line
        housing | 2024-01-02 | do     | roof  | 10      | front line
        housing | 2024-01-02 | report | roof  | 10      | chief
        """
    have = replace(measured(text).have, staff_by={"staff_grade": {"front line": 6, "chief": 1}})
    assert measured(text, have=have).groups("control_time_share", "staff_grade") == {"front line": 0.75}


@pytest.mark.parametrize("name", ["failure_demand_share", "time_to_need_met", "cost_gap"])
def test_an_empty_window_refuses_and_does_not_divide_by_nothing(name: str) -> None:
    small = measured(BARE, window_start=date(2030, 1, 1), window_end=date(2031, 1, 1))
    assert small.of(name).value is None
    assert small.of(name).note


def _register(name: str) -> tuple:  # type: ignore[type-arg]
    from spec.measured import REGISTER

    return tuple(one for one in REGISTER if one.name == name)


def test_groups_without_a_figure_leave_their_reason_with_those_that_have_one() -> None:
    rows = 'SELECT agency AS "group", {value} AS value, {why} AS note FROM interactions GROUP BY ALL ORDER BY ALL'
    made = Measure(
        name="told", answers=("M001",), unit="count", by=(by("agency"),), says="x", does_not_say="x", chart="table",
        source="S1",
        kind=Query(rows.format(value="CASE WHEN agency = 'housing' THEN 3 END",
                               why="CASE WHEN agency = 'housing' THEN 'Few.' ELSE 'Refused: too short.' END")),
    )  # fmt: skip
    (told,) = measured(BARE, measures=[made]).figures
    assert (told.group, told.value, told.note) == ("housing", 3, "Few. Not told: police: Refused: too short.")
    none = replace(made, kind=Query(rows.format(value="NULL", why="'Refused.'")))
    (untold,) = measured(BARE, measures=[none]).figures
    assert (untold.value, untold.note) == (None, "housing: Refused. police: Refused.")
