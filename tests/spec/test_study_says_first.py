"""What the command says first: a figure with limits that say something, and plainly where nobody asks again."""

from __future__ import annotations

import pytest

from personshaped.figures import Figure
from personshaped.study.headlines import NOBODY_AGAIN, headlines


def _share(name: str, asked_again: int, low: float, high: float) -> Figure:
    return Figure(name, "", "", "", "", asked_again / 1434, "share", numerator=asked_again, denominator=1434, low=low,
                  high=high, n=1434, basis="rule")  # fmt: skip


@pytest.mark.parametrize("asked_again", [0, 5])
def test_where_nobody_is_seen_to_ask_again_the_figure_says_why_that_may_be(asked_again: int) -> None:
    (said,) = headlines([_share("failure_demand_share", asked_again, 0.0, 0.01)])
    assert said.says.endswith(NOBODY_AGAIN) == (asked_again == 0)
    assert "(from 0.0% to 1.0%), coded by rule" in said.says


def test_limits_that_are_printed_like_the_figure_are_left_out() -> None:
    none = Figure(
        "referrals_per_need", "", "", "", "", 0.0, "count", numerator=0, denominator=1434, low=0.0, high=0.002
    )
    (said,) = headlines([none])
    assert (said.value, said.says) == ("0", "referrals for each need")
