"""Care at home: hours, how long it lasts, the thermostat, and what care should make rarer (M085–M093)."""

from __future__ import annotations

from datetime import date

import pytest

from personshaped.capability.care import CARE_MEASURES
from personshaped.capability.thermostat import THERMOSTAT_MEASURES
from personshaped.capability.unplanned import UNPLANNED_MEASURES
from personshaped.conditions.thresholds import THRESHOLD_MEASURES
from spec.measured import Measured, measured

MEASURES = (*CARE_MEASURES, *THERMOSTAT_MEASURES, *UNPLANNED_MEASURES, *THRESHOLD_MEASURES)
ROW = "at | when | did\nadult_social_care | 2024-01-01 | demand"
HEAD = "person_id | at | measure | value | unit | said_by | from | to\n"


def observed(text: str, *, rows: str = ROW, needs: str = "", **beside: str) -> Measured:
    return measured(
        rows, needs=needs, beside={"observations": HEAD + text, **beside}, measures=MEASURES,
        window_start=date(2024, 1, 1), window_end=date(2025, 1, 1),
    )  # fmt: skip


HOURS = """
P1 | 2024-01-31 | hours_entitled  | 10 | hours/week | | 2024-01-01 | 2024-01-28
P1 | 2024-01-31 | hours_delivered |  4 | hours/week | | 2024-01-01 | 2024-01-28
P1 | 2024-02-29 | hours_entitled  | 10 |            | | 2024-02-01 | 2024-02-28
P1 | 2024-02-10 | hours_delivered |  9 |            | | 2024-02-01 | 2024-02-28
P1 | 2024-02-29 | hours_delivered |  2 |            | | 2024-02-01 | 2024-02-28
P2 | 2024-01-31 | hours_entitled  | 40 | hours      | | 2024-01-01 | 2024-01-28
P2 | 2024-01-31 | hours_delivered | 40 | hours      | | 2024-01-01 | 2024-01-28
P2 | 2024-02-29 | hours_entitled  | 10 |            | | 2024-02-01 | 2024-02-28
P2 | 2024-02-29 | hours_delivered |  5 |            | | 2024-02-01 | 2024-02-28
P2 | 2024-02-27 | in_hospital     |  5 | days       | | 2024-02-27 | 2024-03-02
P3 | 2024-03-31 | hours_delivered |  5 |            | | 2024-03-01 | 2024-03-31
P3 | 2024-03-31 | hours_entitled  |  5 | hours/day  | | 2024-03-01 | 2024-03-31
P4 | 2024-01-31 | hours_entitled  | 10 |            | | 2024-01-01 | 2024-01-28
P4 | 2024-01-31 | hours_delivered |  0 |            | | 2024-01-01 | 2024-01-28
P4 | 2024-01-20 | died            |  1 |            | |            |
""".strip()


def test_hours_used_are_of_periods_that_tell_both_without_hospital_and_death() -> None:
    found = observed(HOURS)
    # P1: four weeks at 4 and at 2 (the latest said) of 10: 24 of 80 hours; P2: 40 of 40 hours in all.
    # P2's February holds a day in hospital, P4 died, and P3's "hours/day" is no unit that is known.
    used = found.of("hours_used_share")
    assert (used.numerator, used.denominator) == (64 * 60, 120 * 60)
    assert "hospital" in used.note
    assert found.value("care_periods_left_out") == 2


def test_the_share_of_each_person_has_its_spread() -> None:
    found = observed(HOURS)
    assert found.value("hours_used_share_of_people") == pytest.approx((0.3 + 1) / 2)
    assert found.value("hours_used_share_of_people_median") == pytest.approx(0.65)


def test_hours_delivered_out_of_those_commissioned_month_by_month() -> None:
    found = observed(
        """
P1 | 2024-01-31 | hours_commissioned | 8 | | | |
P1 | 2024-01-31 | hours_delivered    | 6 | | | |
P1 | 2024-02-28 | hours_commissioned | 8 | | | |
P1 | 2024-02-28 | hours_delivered    | 8 | | | |
P2 | 2024-02-28 | hours_delivered    | 8 | | | |
""".strip()
    )
    # without from and to a value covers its calendar month: 31 and 29 days
    assert found.value("hours_delivered_share") == pytest.approx((6 * 31 + 8 * 29) / (8 * 60))
    assert found.periods("hours_delivered_share") == pytest.approx({"2024-01": 0.75, "2024-02": 1})
    assert found.of("hours_used_share").note == "Not in the data: hours_entitled in observations."


def lasting(person: str, start: str, end: str) -> str:
    return f"{person} | {end} | hours_delivered | 5 | | | {start} | {end}\n"


def test_how_long_care_lasts_follows_those_who_have_it_still_to_the_end() -> None:
    needs = "need_id | person_id | opened_at | ended_at | end_reason\nN5 | P5 | 2024-05-01 | 2024-07-20 | died"
    care = lasting("P1", "2024-05-01", "2024-05-31")  # 31 days, over
    care += lasting("P2", "2024-05-01", "2024-06-30")  # 61 days, over
    care += lasting("P3", "2024-05-01", "2024-08-31")  # 123 days, over
    care += lasting("P4", "2024-05-01", "2024-11-30")  # seen within 90 days of the end: still going on
    care += lasting("P5", "2024-05-01", "2024-07-15")  # died five days later
    rows = "who | at | when | did | need_id\nP5 | adult_social_care | 2024-05-01 | demand | N5"
    found = observed(care.strip(), rows=rows, needs=needs).of("care_duration")
    # at 31 days 4/5 are left, at 61 days 3/5, then one dies; at 123 days half of those two: 3/10
    assert found.value == 123 / (365.25 / 12)
    assert found.note.startswith("Median if nothing else could end it; 1 of 5 people died or moved away.")


def test_care_whose_beginning_nobody_saw_is_left_out() -> None:
    care = lasting("P0", "2024-01-01", "2024-04-30") + lasting("P1", "2024-05-01", "2024-05-31")
    found = measured(
        ROW, beside={"observations": HEAD + care.strip()}, measures=CARE_MEASURES, history_complete=False,
        window_start=date(2024, 1, 1), window_end=date(2025, 1, 1),
    )  # fmt: skip
    assert found.of("care_duration").n == 1
    assert "1 people already had care when the records begin" in found.of("care_duration").note
    assert found.groups("care_ended_share", "months>ended") == {"3>ended": 1, "6>ended": 1, "12>ended": 1}


SATISFIED = """
P1 | 2024-02-01 | satisfaction | 9 | 0-10 | person | |
P2 | 2024-02-01 | satisfaction | 6 | 0-10 | person | |
P2 | 2024-02-01 | satisfaction | 1 | 0-10 | worker | |
""".strip()


def national(unit: str) -> str:
    return f"area | period | measure | value | unit | source\nEngland | 2023 | national_satisfaction | 6 | {unit} | x"


def test_satisfaction_is_what_people_themselves_say_against_the_national_value() -> None:
    found = observed(SATISFIED, area_facts=national("0-10")).of("satisfaction_ratio")
    assert (found.value, found.numerator, found.denominator, found.n) == (0.25, 7.5, 6, 2)


def test_the_interval_of_satisfaction_is_that_of_peoples_mean() -> None:
    lines = "\n".join(f"P{one} | 2024-02-01 | satisfaction | {8 if one % 2 else 4} | | person | |" for one in range(12))
    found = observed(lines, area_facts=national("")).of("satisfaction_ratio")
    # mean 6, variance 12/11 · 48/144, carried by 72²/480 = 10.8 people: t of 9.8 is 2.2343; e to 0.603 t / 6 is 1.2518
    assert found.value == 0
    assert (found.low, found.high) == pytest.approx((1 / 1.25177 - 1, 1.25177 - 1), abs=1e-4)


def test_two_scales_are_not_compared() -> None:
    refused = observed(SATISFIED, area_facts=national("1-5")).of("satisfaction_ratio")
    assert refused.value is None
    assert "not asked on one scale" in refused.note
    assert "national_satisfaction in area_facts" in observed(SATISFIED).of("satisfaction_ratio").note


THERMOSTAT = """
P1 | 2024-01-01 | hours_delivered | 10 | | | |
P1 | 2024-06-01 | hours_delivered |  4 | | | |
P1 | 2024-01-01 | independence    |  3 | | person   | |
P1 | 2024-06-01 | independence    |  6 | | person   | |
P1 | 2024-01-01 | independence    |  3 | | assessor | |
P1 | 2024-06-01 | independence    |  2 | | assessor | |
P2 | 2024-01-01 | hours_delivered |  4 | | | |
P2 | 2024-06-01 | hours_delivered |  9 | | | |
P2 | 2024-01-01 | independence    |  5 | | person   | |
P2 | 2024-03-01 | independence    |  9 | | person   | |
P2 | 2024-06-01 | independence    |  5 | | person   | |
P3 | 2024-01-01 | hours_delivered |  4 | | | |
P3 | 2024-06-01 | hours_delivered |  3 | | | |
P3 | 2024-06-01 | independence    |  5 | | person   | |
""".strip()


def test_the_thermostat_counts_people_in_quadrants_and_keeps_who_said_it_apart() -> None:
    found = observed(THERMOSTAT)
    # P3's independence was asked only once
    assert found.groups("thermostat", "said_by>direction") == {
        "assessor>fewer_hours_less_independent": 1,
        "person>fewer_hours_more_independent": 1,
        "person>no_change_in_one_or_both": 1,
    }


def test_hours_of_a_month_and_hours_a_week_are_compared_a_week() -> None:
    # 31 hours in the 31 days of January are 7 a week: 8 are more, though 8 is less than 31; hours a day are not read
    found = observed(
        """
P1 | 2024-01-31 | hours_delivered | 31 | hours      | | |
P1 | 2024-06-01 | hours_delivered |  8 | hours/week | | |
P1 | 2024-06-30 | hours_delivered |  1 | hours/day  | | |
P1 | 2024-01-01 | independence    |  3 | | person | |
P1 | 2024-06-01 | independence    |  2 | | person | |
""".strip()
    )
    assert found.groups("thermostat", "said_by>direction") == {"person>more_hours_less_independent": 1}


def test_days_between_being_seen() -> None:
    found = observed(
        """
P1 | 2023-12-01 | seen_by_authority | 1 | | | |
P1 | 2024-03-01 | seen_by_authority | 1 | | | |
P1 | 2024-01-01 | seen_by_carer     | 1 | | | |
P1 | 2024-01-01 | seen_by_carer     | 1 | | | |
P1 | 2024-01-08 | seen_by_carer     | 1 | | | |
P1 | 2024-01-18 | seen_by_carer     | 1 | | | |
P2 | 2024-01-18 | seen_by_carer     | 1 | | | |
""".strip()
    )
    assert found.groups("time_since_seen", "seen_by") == {"authority": 91, "carer": 8.5}


def test_rates_are_per_person_and_year_from_the_first_care_to_death_or_the_end() -> None:
    found = observed(
        lasting("P1", "2024-01-01", "2024-01-31") + lasting("P2", "2024-07-01", "2024-07-31")
        + """
P2 | 2024-08-30 | died        | 1 | | | |
P1 | 2024-02-10 | in_hospital | 4 | | | |
P1 | 2024-05-10 | in_hospital | 2 | | | |
P2 | 2024-03-01 | in_hospital | 9 | | | |
""".strip(),
        rows="""
        who | at       | when             | channel      | crisis | outcome   | contact_id | did
        P1  | hospital | 2024-03-01T09:00 | 999          |        |           | c1         | demand
        P1  | hospital | 2024-03-01T09:10 |              | yes    | placement | c1         | do
        P2  | hospital | 2024-03-01T09:00 | out_of_hours |        |           |            | demand
        """,
    )  # fmt: skip
    # P1 is followed for 366 days, P2 for 60; what came before P2's care is not counted
    years = 426 / 365.25
    for name, count in (("unplanned_contacts", 1), ("admissions", 2), ("bed_days", 6), ("placements", 1)):
        rate = found.of(name)
        assert (rate.numerator, rate.n) == (count, 2), name
        assert rate.value == pytest.approx(count / years), name
    assert found.of("admissions").denominator == pytest.approx(years)


def test_cases_are_compared_old_way_and_new_in_their_own_windows() -> None:
    found = observed(
        "P1 | 2024-01-10 | in_hospital | 3 | | | |\nP1 | 2024-03-01 | in_hospital | 1 | | | |",
        cases="""
        case_id | person_ids | selected_by | declined | old_from   | old_to     | new_from   | new_to
        1       | P1;P2      | random      |          | 2024-01-01 | 2024-01-31 | 2024-02-01 | 2024-03-31
        2       | P3         | random      | yes      | 2024-01-01 | 2024-01-31 | 2024-02-01 | 2024-03-31
        """,
    )
    old, new = found.of("bed_days", "old", by="way"), found.of("bed_days", "new", by="way")
    assert (old.numerator, old.denominator) == (3, pytest.approx(62 / 365.25))
    assert (new.numerator, new.denominator) == (1, pytest.approx(120 / 365.25))


def test_none_in_so_many_years_still_has_an_upper_limit() -> None:
    found = observed(
        lasting("P1", "2024-01-01", "2024-01-31").strip(),
        rows="who | at | when | did | outcome\nP2 | adult_social_care | 2024-01-01 | do | placement",
    )
    none = found.of("placements")
    assert (none.value, none.low, none.high) == (0, 0, pytest.approx(3 * 365.25 / 366))
    assert found.of("admissions").note == "Not in the data: in_hospital in observations."


def test_carer_strain_is_first_and_last_of_the_same_people() -> None:
    found = observed(
        "P1 | 2024-01-01 | carer_strain | 8 | | family | |\nP1 | 2024-09-01 | carer_strain | 5 | | family | |\n"
        "P2 | 2024-01-01 | carer_strain | 1 | | family | |"
    )
    assert found.groups("carer_strain", "said_by>period") == {"family>first": 8, "family>last": 5}


def test_the_interval_of_carer_strain_counts_people() -> None:
    lines = "\n".join(
        f"P{one} | 2024-0{month}-01 | carer_strain | {8 if one % 2 else 4} | | family | |"
        for one in range(12) for month in (1, 9)
    )  # fmt: skip
    last = observed(lines).of("carer_strain", "family>last")
    assert (last.value, last.n) == (6, 12)
    assert (last.low, last.high) == pytest.approx((6 / 1.25177, 6 * 1.25177), abs=1e-3)


def test_sickness_is_of_all_staff_together() -> None:
    facts = """
    area | period | measure       | value | source | agency
    T    | 2023   | sickness_days | 90    | x      | care
    T    | 2023   | staff_years   | 10    | x      | care
    T    | 2023   | sickness_days | 10    | x      | housing
    T    | 2024   | sickness_days | 10    | x      | care
    """
    found = observed(lasting("P1", "2024-01-01", "2024-01-31").strip(), area_facts=facts)
    assert found.groups("sickness", "period") == {"2023": 9}  # housing tells no staff, 2024 neither


BELOW = """
who | at                | when       | did    | need_id | outcome      | reason          | crisis | need_met
P1  | adult_social_care | 2021-01-01 | demand | N1      |              |                 |        |
P1  | adult_social_care | 2021-01-02 | screen | N1      | screened_out | below_threshold |        |
P1  | adult_social_care | 2021-06-02 | demand | N1      |              |                 |        |
P1  | hospital          | 2022-01-02 | do     | N1      |              |                 | yes    |
P2  | adult_social_care | 2021-01-01 | demand | N2      |              |                 |        |
P2  | adult_social_care | 2021-01-05 | screen | N2      | screened_out | below_threshold |        |
P3  | adult_social_care | 2021-01-01 | demand | N3      |              |                 |        |
P3  | adult_social_care | 2021-02-01 | do     | N3      |              |                 |        | yes
P4  | adult_social_care | 2022-06-01 | demand | N4      |              |                 |        |
P4  | adult_social_care | 2022-06-01 | screen | N4      | screened_out | below_threshold |        |
"""


def test_needs_turned_away_as_not_bad_enough_and_what_came_of_them_in_two_years() -> None:
    found = measured(BELOW, measures=MEASURES, window_start=date(2021, 1, 1), window_end=date(2024, 1, 1))
    share = found.of("needs_below_threshold_share")
    assert (share.numerator, share.denominator) == (3, 4)
    assert "A condition to study, not a goal." in share.note
    # N4 was not followed for two years
    after = {
        one.group: (one.numerator, one.denominator) for one in found.figures if one.name == "below_threshold_after"
    }
    assert after == {"asked again": (1, 2), "crisis": (1, 2), "met": (0, 2), "none of these": (1, 2)}


def test_two_people_with_one_need_id_are_two_needs() -> None:
    found = measured(
        """
        who | at      | when       | did    | need_id | outcome      | reason          | crisis
        P1  | housing | 2021-01-01 | demand | N1      |              |                 |
        P1  | housing | 2021-01-02 | screen | N1      | screened_out | below_threshold |
        P2  | housing | 2021-01-01 | demand | N1      |              |                 |
        P2  | housing | 2021-03-01 | demand | N1      |              |                 | yes
        """,
        measures=MEASURES, window_start=date(2021, 1, 1), window_end=date(2024, 1, 1),
    )  # fmt: skip
    share = found.of("needs_below_threshold_share")
    assert (share.numerator, share.denominator) == (1, 2)
    # what P2 went through came of another need
    after = {one.group: one.numerator for one in found.figures if one.name == "below_threshold_after"}
    assert after == {"asked again": 0, "crisis": 0, "met": 0, "none of these": 1}
