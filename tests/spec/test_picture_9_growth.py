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


STEADY = ratio("demand_trend", "type", "value", -0.003, (-0.011, 0.005), "Stable within ±2% a year. Over 72 months.")
AGAIN = ratio("demand_trend", "type", "failure", 0.08, (0.06, 0.1), "Changing. Over 72 months.")


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


def test_every_yearly_change_has_its_interval_and_what_all_share_is_said_once() -> None:
    faster = ratio("demand_trend_difference", "", "", 0.083, (0.06, 0.11), "Over 72 months")
    part = drawn(AGAIN, STEADY, faster)
    assert isinstance(part, Listing)
    assert part.rows == (
        ("Asking for the first time, a year. Stable within ±2% a year.", "−0.3%, between −1.1% and +0.5%"),
        ("Asking again, a year. Changing.", "+8.0%, between +6.0% and +10.0%"),
        ("Asking again beside asking for the first time, a year.", "+8.3%, between +6.0% and +11.0%"),
    )
    assert "interval. Over 72 months. “Stable”" in part.subtitle
    assert part.headline == "How asking changes from year to year"


def test_an_agency_that_joined_later_has_rows_of_its_own_after_the_whole() -> None:
    others = "job_centre (seen from 2022-01 to 2022-08), police (from 2023-07)"
    left_out = f"Over 72 months, in agencies present throughout. Left out: {others}."
    whole = [ratio("demand_trend", "type", kind, 0.01, (-0.1, 0.1), left_out) for kind in ("value", "failure")]
    own = ratio("demand_trend", "agency>type", "police>failure", 0.2, (-0.1, 0.6), "Over 20 months, of police alone.")
    unknown = [ratio("demand_trend", "agency>type", f"gp>{kind}", 3.2, (-0.8, 77.7)) for kind in ("value", "all")]
    part = drawn(*whole, own, *unknown)
    assert isinstance(part, Listing)
    spoken = "Job centre (seen from January 2022 to August 2022), Police (from July 2023)"
    assert f"Left out: {spoken}. The charts above count every agency: one that joins" in part.subtitle
    assert part.rows[2] == (
        "Police, which joined later. Asking again, a year. Over 20 months, of police alone.",
        "+20.0%, between −10.0% and +60.0%",
    )
    assert part.rows[3:] == (("GP, which joined later", "too little is known yet to say how asking changes in a year"),)


@pytest.mark.parametrize(
    ("value", "between", "finds"),
    [
        (-0.07, (-0.1, -0.04), "nothing goes the same way, as it would if records began too late"),
        (0.03, (-0.01, 0.07), "nothing goes the same way, as it would if records began too late"),
        (0.07, (0.04, 0.1), "asking again goes the same way, as it would if records began too late"),
    ],
)  # fmt: skip
def test_time_turned_round_tells_whether_records_begin_too_late(
    value: float, between: tuple[float, float], finds: str
) -> None:
    part = drawn(AGAIN, STEADY, ratio("demand_trend_turned_round", "type", "failure", value, between))
    assert isinstance(part, Listing)
    assert part.rows[-1][0] == "Asking again, counted with time turned round"
    assert finds in part.subtitle


def test_without_a_year_of_months_it_says_why() -> None:
    part = drawn(ratio("demand_trend", "type", "", None, note="Refused: 2 whole months of classifiable demand; 12 are"
                       " needed."))  # fmt: skip
    assert isinstance(part, Refusal)
    assert part.because == "because 2 whole months of classifiable demand; 12 are needed."
