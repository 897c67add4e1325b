"""The picture, chapter 5: what changed. Changes are dated by people; cases one line each; signs without a score."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from personshaped.figures import Figure
from personshaped.picture import draw, inputs
from personshaped.picture.charts import WIDE
from personshaped.picture.charts.xmr import Series, xmr
from personshaped.picture.drawn import Columns, Refusal
from personshaped.picture.learned import (
    Compared,
    Interrupted,
    Learned,
    OldNew,
    Pair,
    Recorded,
    Reporting,
    Sign,
    Signs,
    Times,
)
from personshaped.picture.pages.signs import signs
from picture_findings import town
from picture_reading import Page

PAIRS = (Pair("case01", 12, 5), Pair("case02", 9, 4), Pair("case03", 7, 8))
MONTHS = tuple(f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13))
SERIES = Interrupted(
    title="Failure demand and 2022-01-01: a team starts – recording also changed",
    on="2022-01-01",
    outcome="failure",
    months=MONTHS,
    observed=(10.0,) * 12 + (6.0,) * 12,
    fitted=(10.0,) * 12 + (6.0,) * 12,
    extended=(10.0,) * 24,
    level=Times(0.6, 0.4, 0.9),
    placebo=(1, 9),
    recording_changed=True,
    assumptions=("The date was set before looking.",),
)


def page_7(folder: Path, learned: Learned) -> tuple[str, Page]:
    inputs.write_charts(folder, replace(inputs.read_charts(folder), learned=learned))
    part = draw(folder).split('<section id="changed"')[1].split("</section>")[0]
    return part, Page(part)


def test_changes_are_numbered_on_the_chart_and_listed_below(tmp_path: Path) -> None:
    folder = town(tmp_path)
    month = inputs.read_charts(folder).xmr["failure_demands/month"].points[3].period
    change = Recorded(f"{month}-14", "method", "a team starts", "housing")
    _, page = page_7(folder, Learned(changes=(change, replace(change, at="1999-01-01"))))
    assert "1 change written down in these months; nobody has begun a new phase" in page.text
    assert "1: a team starts at Housing, 14 " in page.text


def test_every_case_is_drawn_and_the_heading_says_how_they_were_chosen(tmp_path: Path) -> None:
    cases = OldNew("3 of 41 drawn at random", (Compared("demands", "demands", PAIRS, 2),))
    part, page = page_7(town(tmp_path), Learned(old_new=cases))
    assert "Times people asked: lower in 2 of 3 cases (3 of 41 drawn at random)" in page.text
    drawing = part.split('id="f-pairs-demands"')[1].split("</svg>")[0]
    assert drawing.count("<circle") == 2 * len(PAIRS)
    assert "Too few cases for an interval" in page.text


def test_beside_each_other_how_sure_one_can_be_and_what_would_have_come_by_itself(tmp_path: Path) -> None:
    one = Compared(
        "demands", "demands", PAIRS, 2, None, "3 cases: no test is made.", ("Everyone else (9): 5, then 4.",),
        ("Differences from -1 to 4, the middle one 2, mean 1.67.", "New is 0.70 times old."),
    )  # fmt: skip
    cases = OldNew("3 taken on in crisis", (one,), who="47 could have been chosen; 0 declined.")
    part, page = page_7(town(tmp_path), Learned(old_new=cases))
    text = part.split('id="f-how-sure-demands"')[1]
    assert (
        text.index("Differences from -1 to 4, the middle one 2, mean 1.67.")
        < text.index("Too few cases for an interval")
        < text.index("New is 0.70 times old.")
        < text.index("no test is made")
        < text.index("What would have come by itself")
        < text.index("Everyone else (9)")
    )
    assert "47 could have been chosen; 0 declined." in page.text


def test_a_series_says_where_it_is(tmp_path: Path) -> None:
    _, page = page_7(town(tmp_path), Learned(interrupted=(replace(SERIES, agency="gp", area="Ashbrook"),)))
    assert "Asking again at GP in Ashbrook after 1 January 2022: " in page.text


@pytest.mark.parametrize(
    ("level", "says"),
    [
        (Times(0.6, 0.4, 0.9), "less than the old line would have given"),
        (Times(1.5, 1.1, 2.0), "more than the old line would have given"),
        (Times(0.9, 0.6, 1.3), "no step is shown beside the old line"),
    ],
)
def test_the_heading_of_a_series_says_what_it_shows(tmp_path: Path, level: Times, says: str) -> None:
    part, _ = page_7(town(tmp_path), Learned(interrupted=(replace(SERIES, level=level),)))
    heading = part.split('id="f-series-1"')[1].split("</h3>")[0]
    assert says in " ".join(heading.split())
    assert "recording also changed" in heading


def test_a_series_carries_its_warning_its_placebo_and_is_no_effect_without_a_comparison(tmp_path: Path) -> None:
    _, page = page_7(town(tmp_path), Learned(interrupted=(SERIES,)))
    assert "What was written down then: a team starts." in page.text
    assert "Of 9 other dates of the old time, 1 show as much." in page.text
    assert "this is a before and after, not an effect" in page.text


def test_limits_that_tell_nothing_are_said_in_words(tmp_path: Path) -> None:
    part, page = page_7(town(tmp_path), Learned(interrupted=(replace(SERIES, level=Times(0.6, 0.01, 40.0)),)))
    assert "f-series-1" not in part
    assert "too little to tell a fall from a rise" in page.text


def test_honest_reporting_gives_one_of_four_sentences_with_what_was_looked_at(tmp_path: Path) -> None:
    panel = Reporting("housing", "Cannot tell.", (("changes in recording", "None is written down."),))
    _, page = page_7(town(tmp_path), Learned(reporting=(panel,)))
    assert "Cannot tell." in page.text
    assert "Changes in recording: None is written down." in page.text


def test_what_is_found_alike_is_said_once(tmp_path: Path) -> None:
    alike = ("coded afresh", "Not done.")
    panels = (
        Reporting(
            "gp", "Cannot tell.", (("share with words", "No lasting change."), ("lag", "No lasting change."), alike)
        ),
        Reporting("housing", "Cannot tell.", (("share with words", "Lastingly higher than it was."), alike)),
    )
    _, page = page_7(town(tmp_path), Learned(reporting=panels))
    assert "Share with words and lag: No lasting change." in page.text
    assert "Share with words: Lastingly higher than it was." in page.text
    assert page.text.count("Not done") == 1
    assert "The same at all of them. Coded afresh: Not done." in page.text


def test_a_chart_whose_level_changed_by_more_than_chance_among_all_is_marked_in_words(tmp_path: Path) -> None:
    found = (Sign("gp", "share of demands that are failure demand", "shift", "2023-03", "2024-02"),
             Sign("gp", "needs opened", "outside", "2023-03", "2023-03"))  # fmt: skip
    _, page = page_7(
        town(tmp_path), Learned(signs=Signs((), found, 9, 2, 1.6, lasting=(("gp", found[0].chart, "2023-03"),)))
    )
    assert (
        "Share of asking that is asking again: March 2023 to February 2024; lasting, from about March 2023" in page.text
    )
    assert "Asking for the first time: March 2023; lasting" not in page.text
    assert "On 1 of them the level changed by more than chance shows among all the charts" in page.text


def test_early_signs_are_alphabetical_with_what_chance_shows(tmp_path: Path) -> None:
    found = tuple(Sign(agency, "demands", "shift", "2021-03", "2021-09") for agency in ("police", "gp", "gp", "gp"))
    _, page = page_7(town(tmp_path), Learned(signs=Signs((), found, 9, 4, 1.6)))
    assert "4 of 9 charts show a sign; about 2 of 9 would if nothing changed anywhere." in page.text
    line = "All asking: March 2021 to September 2021"
    assert page.text.count(line) == 2
    assert page.text.index("GP") < page.text.index(line) < page.text.index("Police") < page.text.rindex(line)


def test_where_there_are_no_signs_the_reason_is_that_of_the_figure() -> None:
    refused = Figure("signals", "M111", "", "", "", None, "count", note="Not recorded: interactions.initiated_by.")
    (part,) = signs(None, refused)
    assert isinstance(part, Refusal)
    assert part.because == "because not recorded: interactions.initiated_by."


def test_spans_that_touch_are_one_and_silence_comes_first(tmp_path: Path) -> None:
    found = (
        Sign("gp", "demands", "outside", "2021-03", "2021-03"),
        Sign("gp", "demands", "shift", "2021-04", "2021-09", ("2021-03-05: a new system",)),
        Sign("gp", "demands", "trend", "2022-01", "2022-01"),
    )
    _, page = page_7(town(tmp_path), Learned(signs=Signs(("police",), found, 9, 4, 1.6)))
    assert "All asking: March 2021 to September 2021 and January 2022" in page.text
    assert "Written down around then: a new system, 5 March 2021" in page.text
    assert page.text.index("Fewer rows arrive from here than did") < page.text.index("All asking: March")


def test_who_has_been_there_is_an_offer_to_ask_and_stands_only_where_it_is_found() -> None:
    asked = Figure("peers_who_came_back", "M111", "area>peer", "Dale>Hill", "", 18.0, "months", note="A sign in Dale.")
    found = Signs((), (Sign("gp", "demands", "shift", "2021-03", "2021-09"),), 9, 4, 1.6)
    parts = signs(found, None, [asked])
    assert [part.id for part in parts] == ["f-signs", "f-signs-been-there"]
    assert isinstance(parts[1], Columns)
    assert [[line.text for cell in row for line in cell] for row in parts[1].cells] == [
        ["Dale", "Hill", "A sign in Dale."]
    ]
    assert [part.id for part in signs(found, None)] == ["f-signs"]


def test_two_that_pass_work_to_one_another_are_asked_together_beside_what_shifting_shows(tmp_path: Path) -> None:
    found = (Sign("gp", "demands", "shift", "2021-03", "2021-09"),)
    linked = Signs((), found, 9, 4, 1.6, (("gp", "police"),), joined=5, by_shifting=(0.0, 2.0))
    _, page = page_7(town(tmp_path), Learned(signs=linked))
    assert "In 1 of 5 pairs of agencies that pass work to one another" in page.text
    assert "With one series of each pair shifted in time it is mostly 0 to 2." in page.text


def test_a_reason_why_nothing_can_be_told_stands_once_with_all_it_is_the_reason_for(tmp_path: Path) -> None:
    why = "Refused: nothing happened on one side of the date. Only the XmR chart can be read."
    bare = replace(SERIES, agency="housing", fitted=(), level=None, refused=why)
    series = (bare, replace(bare, outcome="value"), replace(bare, agency="gp", refused=""))
    _, page = page_7(town(tmp_path), Learned(interrupted=series))
    assert (
        "because nothing happened on one side of the date: at Housing after 1 January 2022 (asking again and asking "
        "for the first time); there is too little to tell a fall from a rise: at GP after 1 January 2022 (asking "
        "again). Only the XmR chart can be read."
    ) in page.text


def test_a_note_of_one_chart_alone_says_of_which(tmp_path: Path) -> None:
    folder = town(tmp_path)
    charts = inputs.read_charts(folder)
    again, first = charts.xmr["failure_demands/month"], charts.xmr["value_demands/month"]
    noted = {
        "failure_demands/month": replace(again, note="A search by computer stops at 2021-04. Look at a longer period."),
        "value_demands/month": replace(first, note="Look at a longer period."),
    }
    inputs.write_charts(folder, replace(charts, xmr=charts.xmr | noted))
    page = Page(draw(folder).split('<section id="asked"')[1].split("</section>")[0])
    assert "Asking again: a search by computer stops at April 2021. Look at a longer period." in page.text


def test_names_beside_a_chart_stay_on_it() -> None:
    """Given two means that lie low and close together, neither name runs off the drawing."""
    points = tuple(inputs.Point(month, 1.0) for month in MONTHS)
    phase = inputs.Phase(MONTHS[0], MONTHS[-1], 1.0, 0.0, 20.0)
    chart = inputs.Xmr("count", points, (phase,))
    drawn = str(xmr([Series("Asking again", chart, True), Series("Asking first time", chart)], WIDE, "two lines"))
    (height,) = re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', drawn)
    written = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"', drawn)]
    assert max(written) <= float(height)
