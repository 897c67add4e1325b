"""The picture, chapter 9: what asking is made of over the years – needs, and demands for each need (Stat 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.picture.drawn import Listing, Part, Refusal
from personshaped.picture.inputs import Charts, Findings, Run, Study
from personshaped.picture.pages.growth import growth


def drawn(*figures: Figure) -> Part:
    study = Study("Ashbrook", "Help me", "the person says so", synthetic=True, lawful={})
    [part] = growth(Findings(Path(), Run("", "", study, {}, {}, {}, {}, {}), FigureBook(figures), Charts()))
    return part


def ratio(name: str, by: str, group: str, value: float | None, between: tuple[float, float] | None = None,
          note: str = "") -> Figure:  # fmt: skip
    low, high = between or (None, None)
    return Figure(name, "M022", by, group, "", value, "ratio", low=low, high=high, n=100, basis="derived", note=note)


def parts(demand: float, needs: float) -> tuple[Figure, ...]:
    made = {"demand": demand, "demands for each need": demand / needs, "needs opened": needs}
    return tuple(ratio("demand_trend_parts", "part", name, value) for name, value in made.items())


STEADY = ratio("demand_trend", "type", "value", -0.003, (-0.011, 0.005), "Stable within ±2% a year, over 72 months")
AGAIN = ratio("demand_trend", "type", "failure", 0.08, (0.06, 0.1), "Changing, over 72 months.")


@pytest.mark.parametrize(
    ("demand", "needs", "says"),
    [
        (1.4109, 1.0102, "rose 41%: 1% more needs, times 40% more demands for each need"),
        (0.9, 0.9, "fell 10%: 10% fewer needs, times as many demands for each need"),
        (1.001, 0.8, "stayed as it was: 20% fewer needs, times 25% more demands for each need"),
    ],
)
def test_the_heading_takes_growth_apart(demand: float, needs: float, says: str) -> None:
    part = drawn(STEADY, AGAIN, *parts(demand, needs))
    assert part.headline == f"From the first twelve months to the last asking {says}"


def test_every_yearly_change_has_its_interval_and_stable_only_where_it_was_shown() -> None:
    faster = ratio("demand_trend_difference", "", "", 0.083, (0.06, 0.11), "Over 72 months")
    back = ratio("demand_trend_turned_round", "type", "failure", -0.07, (-0.1, -0.04))
    part = drawn(AGAIN, STEADY, faster, back)
    assert isinstance(part, Listing)
    assert part.rows == (
        ("−0.3%", "Asking for the first time, a year (from −1.1% to +0.5%). Stable within ±2% a year, over 72 months."),
        ("+8.0%", "Asking again, a year (from +6.0% to +10.0%). Changing, over 72 months."),
        ("+8.3%", "Asking again beside asking for the first time, a year (from +6.0% to +11.0%). Over 72 months."),
        ("−7.0%", "Asking again, with time turned round: about the mirror image, unless records begin late."),
    )
    assert part.headline == "How asking changes from year to year"


def test_without_a_year_of_months_it_says_why() -> None:
    part = drawn(ratio("demand_trend", "type", "", None, note="Refused: 2 whole months of classifiable demand; 12 are"
                       " needed."))  # fmt: skip
    assert isinstance(part, Refusal)
    assert part.because == "because 2 whole months of classifiable demand; 12 are needed."
