"""A survey: answers out of those who answered, and who did not (M094–M096)."""

from __future__ import annotations

import pytest

from personshaped.conditions.survey import SURVEY_MEASURES
from personshaped.statistics.granularity import counts_of
from personshaped.statistics.wilson import wilson
from spec.measured import Measured, measured

ONE_ROW = "at | when | did\nhousing | 2024-01-01 | demand"


def asked(lines: list[str]) -> Measured:
    head = "survey | respondent | question | answer | weight | invited\n"
    return measured(ONE_ROW, beside={"responses": head + "\n".join(lines)}, measures=SURVEY_MEASURES)


@pytest.fixture(scope="module")
def of_96() -> Measured:
    """The survey of S1 as counts that 80, 81, 85 and 26 per cent, and 53, 44 and 36, are consistent with."""
    lines = []
    for question, yes in (("opportunities", 77), ("range", 78), ("efficiency", 82), ("administration", 25)):
        lines += [f"tso | R{one} | {question} | {'yes' if one <= yes else 'no'} | | yes" for one in range(1, 97)]
    for one in range(1, 97):
        options = [name for name, count in (("size", 51), ("bureaucracy", 42), ("risk", 35)) if one <= count]
        lines.append(f"tso | R{one} | barriers | {';'.join(options) or 'none'} | | yes")
    lines += [f"tso | R{one} | opportunities | | | yes" for one in range(97, 481)]
    return asked(lines)


def test_the_shares_of_the_seed(of_96: Measured) -> None:
    shares = of_96.groups("response_share", "survey>question>answer")
    printed = {name: round(100 * (share or 0)) for name, share in shares.items() if name.endswith("yes")}
    assert printed == {
        "tso>administration>yes": 26, "tso>efficiency>yes": 85, "tso>opportunities>yes": 80, "tso>range>yes": 81,
    }  # fmt: skip
    # options are out of those who answered the question, and add to more than one
    assert round(100 * (shares["tso>barriers>size"] or 0)) == 53
    assert round(100 * (shares["tso>barriers>bureaucracy"] or 0)) == 44
    assert "Several answers" in of_96.of("response_share", "tso>barriers>risk").note
    assert "Several" not in of_96.of("response_share", "tso>range>yes").note


def test_the_printed_percentages_are_possible_of_96_respondents() -> None:
    printed = {80: 77, 81: 78, 85: 82, 26: 25, 53: 51, 44: 42, 36: 35, 14: 13, 19: 18, 17: 16}
    assert all(count in counts_of(percentage, 96) for percentage, count in printed.items())


def test_an_interval_of_wilson_stands_with_each(of_96: Measured) -> None:
    one = of_96.of("response_share", "tso>opportunities>yes")
    assert (one.numerator, one.denominator, one.n) == (77, 96, 96)
    assert (one.low, one.high) == pytest.approx((0.711, 0.870), abs=0.001)


def test_those_invited_who_did_not_take_part_are_counted_apart(of_96: Measured) -> None:
    rate = of_96.of("response_rate", "tso")
    assert (rate.numerator, rate.denominator, rate.value) == (96, 480, 0.2)
    # they are no item non-response: they answered nothing at all
    assert set(of_96.groups("item_nonresponse_share", "survey>question").values()) == {0}


def test_a_question_left_blank_leaves_its_own_denominator() -> None:
    found = asked(["s | R1 | a | yes | |", "s | R1 | b | | |", "s | R2 | a | no | |", "s | R2 | b | yes | |"])
    assert found.groups("item_nonresponse_share", "survey>question") == {"s>a": 0, "s>b": 0.5}
    only = found.of("response_share", "s>b>yes")
    assert (only.numerator, only.denominator) == (1, 1)
    assert found.of("response_rate").note == "Not in the data: invited in responses."


def test_weights_count_people_unequally_and_widen_the_interval() -> None:
    found = asked(["s | R1 | a | yes | 3 |", "s | R2 | a | no | 1 |", "s | R3 | a | no | 1 |"])
    one = found.of("response_share", "s>a>yes")
    assert (one.value, one.numerator, one.denominator, one.n) == (0.6, 3, 5, 3)
    # Kish: 25 / 11 = 2.27 respondents' worth, share 0.6
    assert (one.low, one.high) == pytest.approx((0.143, 0.932), abs=0.01)


def test_one_who_weighs_more_and_answers_otherwise_widens_it_further() -> None:
    lines = ["s | R0 | a | yes | 3 |", *(f"s | R{n} | a | no | 1 |" for n in range(1, 8))]
    one = asked(lines).of("response_share", "s>a>yes")
    # Kish: 10² / 16 = 6.25; by who weighs what: 0.3 · 0.7 · 10² / (9 · 0.7² + 7 · 0.3²) = 21 / 5.04 = 4.1667.
    # Wilson: middle (0.3 + 0.46098) / 1.92196 = 0.39594, half 1.01977 · √(0.0504 + 0.055317) = 0.33157
    assert (one.low, one.high) == pytest.approx((0.0644, 0.7275), abs=1e-4)


def test_several_rows_for_one_question_are_one_respondent() -> None:
    found = asked(["s | R1 | a | x | |", "s | R1 | a | y;x | |", "s | R2 | a | x | |"])
    assert found.groups("response_share", "survey>question>answer") == {"s>a>x": 1, "s>a>y": 0.5}


def test_five_who_stand_for_many_and_all_say_the_same_do_not_seem_to_be_sure() -> None:
    """Ninety of weight 1, of whom 45 say yes, and five of weight 8 who all do: half an answer more either way."""
    light_ones = [f"s | R{n} | q | {'yes' if n < 45 else 'no'} | 1 |" for n in range(90)]
    found = asked([*light_ones, *(f"s | H{n} | q | yes | 8 |" for n in range(5))]).of("response_share", "s>q>yes")
    share, whole = 85 / 130, 130.0
    light, heavy = 45.5 / 91, 5.5 / 6
    varies = (90 * light * (1 - light) + 5 * 64 * heavy * (1 - heavy)) / whole**2
    linear = (45 * (1 - share) ** 2 + 45 * share**2 + 5 * 64 * (1 - share) ** 2) / whole**2
    number = share * (1 - share) / max(varies, linear, share * (1 - share) * (90 + 320) / whole**2)
    assert (found.low, found.high) == pytest.approx(wilson(share * number, number))
    assert (found.note or "").startswith("5 people stand for 31% of all weight: ")
    assert "stand" not in (asked(light_ones).of("response_share", "s>q>yes").note or "")
