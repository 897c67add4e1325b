"""The picture, chapter 8: how often asking is asking again, where it hardly ever or almost always is."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.picture.drawn import Chart
from personshaped.picture.inputs import Charts, Findings, Run, Study
from personshaped.picture.pages import asked


@pytest.mark.parametrize(
    ("again", "headline"),
    [
        (0, "Nobody is seen to ask again"),
        (30, "3% of all asking is asking again"),
        (600, "3 in 5 times people ask, they are asking again"),
        (970, "97% of all asking is asking again"),
    ],
)
def test_the_heading_says_how_often_in_words_that_hold_at_both_ends(again: int, headline: str) -> None:
    share = Figure("failure_demand_share", "M012", "", "", "", again / 1000, "share", numerator=again,
                   denominator=1000, low=0.0, high=1.0, n=1000, basis="rule")  # fmt: skip
    study = Study("Ashbrook", "Help me", "the person says so", synthetic=True, lawful={})
    findings = Findings(Path(), Run("", "", study, {}, {}, {}, {}, {}), FigureBook((share,)), Charts())
    part = asked.share(findings)
    assert isinstance(part, Chart)
    assert part.headline == headline
