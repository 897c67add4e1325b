"""The picture, chapter 6: how far it might reach. Ranges first, never a promise (N7)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from personshaped.learning.projection import Projection
from personshaped.picture import draw, inputs
from personshaped.picture.learned import Learned, Place, Reach, Swing, Unlike
from picture_findings import worked_example
from picture_reading import Page

WHOLE = Projection("saving", "saved", "£ a year", 2e6, 40e6, ("places elsewhere are alike: 50% to 100%",))
REACH = Reach(
    country="Midshire",
    people=1_000_000,
    places=(Place("Ashmere", 100_000, 12.0), Place("Brackwell", 150_000, 40.0), Place("Cold Harbour", 90_000, 21.0)),
    range=WHOLE,
    simple_sum=Projection("simple", "saved", "£ a year", 12e6, 40e6, ("every place is like one of these",)),
    swings=(Swing("services elsewhere that are alike", 0.5, 1.0, 10e6, 20e6),),
    unseen=("imd=5",),
    unseen_share=0.2,
)


def page_8(folder: Path, reach: Reach | None, refused: str = "") -> tuple[str, Page]:
    charts = replace(inputs.read_charts(folder), learned=Learned(reach=reach, reach_refused=refused))
    inputs.write_charts(folder, charts)
    part = draw(folder).split('<section id="reach"')[1].split("</section>")[0]
    return part, Page(part)


def test_ranges_come_first_then_places_assumptions_and_people_never_seen(tmp_path: Path) -> None:
    part, page = page_8(worked_example(tmp_path), REACH)
    order = ["f-reach", "f-reach-places", "f-reach-swings", "f-reach-unseen", "f-reach-assumed"]
    places = [part.index(f'id="{name}"') for name in order]
    assert places == sorted(places)
    assert "Midshire, at average rates: somewhere from £2m to £40m a year" in page.text
    assert page.text.lower().count("at average rates") == 1, "the list before the chart says it no second time"
    assert "A projection, not a promise" in page.text
    assert "index of multiple deprivation 5 20% of the people of Midshire" in page.text
    assert "Places elsewhere are alike 50% to 100%" in page.text


def test_how_the_draws_lie_and_what_places_have_in_the_middle_stand_under_the_charts(tmp_path: Path) -> None:
    told = replace(
        REACH, draws="half of the draws lie from £5m to £20m, nineteen in twenty from £1m to £50m a year",
        mean="Mean over 6 places £20 (from £10 to £30); one place more might find anything from £0 to £41.",
        counts_as="Weighted to the country's groups, the people observed count as 80% of their number.",
        unlike=(Unlike("imd=1", 0.5, 0.2, True),),
    )  # fmt: skip
    part, page = page_8(worked_example(tmp_path), told)
    assert "Half of the draws lie from £5m to £20m, nineteen in twenty from £1m to £50m a year." in page.text
    assert "one place more might find anything from £0 to £41. An interval is no guard" in page.text
    assert "count as 80% of their number." in page.text
    assert part.index("Half of the draws") < part.index("Mean over 6 places") < part.index("count as 80%")


def test_the_places_stand_in_the_alphabet_and_none_is_first(tmp_path: Path) -> None:
    part, _ = page_8(worked_example(tmp_path), REACH)
    assert part.index(">Ashmere<") < part.index(">Brackwell<") < part.index(">Cold Harbour<")


def test_without_localities_it_is_refused_in_plain_words(tmp_path: Path) -> None:
    _, page = page_8(worked_example(tmp_path), None, "no place has a saving: add rows with the measure saving")
    assert "A figure for a wider area cannot be said from these data" in page.text
    assert "One place says nothing about how places differ." in page.text
    assert "£" not in page.text


@pytest.mark.parametrize(
    "broken", [{"low": None}, {"high": float("nan")}, {"low": 9e9}, {"assumptions": ()}, {"assumptions": (" ",)}]
)
def test_n7_a_projection_without_both_ends_or_assumptions_is_not_drawn(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a projected figure carries"):
        replace(WHOLE, **broken)


def test_n7_holds_for_findings_read_back(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    page_8(folder, REACH)
    file = folder / "charts.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"places elsewhere are alike: 50% to 100%"', '" "'), encoding="utf-8")
    with pytest.raises(ValueError, match="carries its assumptions"):
        draw(folder)


def test_what_would_have_to_be_true_for_the_claim_stands_last(tmp_path: Path) -> None:
    claim = ("What would have to be true for £16bn in England", ("Every place would have to save £326 a head.",))
    part, page = page_8(worked_example(tmp_path), replace(REACH, claim=claim))
    assert part.index('id="f-reach-claim"') > part.index('id="f-reach-assumed"')
    assert "Every place would have to save £326 a head." in page.text


def test_how_the_places_differ_from_the_country_is_said_respect_by_respect(tmp_path: Path) -> None:
    unlike = (Unlike("imd=1", 0.66, 0.4, marked=True), Unlike("age over 65", 0.2, 0.2, marked=False))
    _, page = page_8(worked_example(tmp_path), replace(REACH, unlike=unlike))
    assert "Midshire: the places differ from it in 1 of 2 respects" in page.text
    assert "index of multiple deprivation 1 66% in the places, 40% in Midshire: far apart" in page.text
    assert "age over 65 20% in the places, 20% in Midshire" in page.text
