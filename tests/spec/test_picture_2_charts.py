"""The picture, chapter 2: every chart has a sentence, a text alternative and its table; few are never a percentage."""

from __future__ import annotations

import csv
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from personshaped.figures import Figure
from personshaped.picture import draw, inputs, words
from personshaped.picture.charts.xmr import Series, xmr
from personshaped.study import study
from picture_findings import TOWN_AGENCIES, figures, town, worked_example, write_figures
from picture_reading import Page, headlines, table


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(worked_example(tmp_path_factory.mktemp("example")))


@pytest.fixture(scope="module")
def ashbrook(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(town(tmp_path_factory.mktemp("town")))


def test_the_headlines_of_the_worked_example(example: str) -> None:
    assert headlines(example) == [
        "5 of 8 times people asked, they were asking again",
        "How asking varies from month to month cannot be said from these data",
        "Asked about most: housing suitability",
        "In their words, need by need",
        "Asking again takes 3 forms",
        "It took 4 rounds, 3 agencies and 77 days until the need was met",
        "One person asked 4 times; 3 agencies took part; the need was met",
        "One person asked twice; 1 agency took part; nobody has said the need is met",
        "A need goes round 1.5 times on average",
        "3 of 5 times, people asked again at a different door",
        "2 of 4 needs are met, the person said so; for 1 of 4, nobody asked",
        "Met at the first contact: 1 of 3 needs",
        "What happens, what makes it so, and the thinking behind it",
        "What it is like",
        "1 of 2 screenings ended in “not for us”",
        "2 of 3 rounds with an assessment led to nothing being done",
        "1 of 1 plans sent for approval were approved",
        "Of 100 minutes worked, 40 did what mattered to the person",
        "Being sent on, and waiting",
        "What approving takes",
        "Purpose, measures, method",
        "How many minutes worked went on control cannot be said from these data",
        "All this work cost £319",
        "People said £120 of help was wanted; what they received cost £269.50, 2.2 times as much",
        "One person: £269.50 received, £120 wanted",
        "1 in 100 people account for £269.50 of £319 of the cost",
        "Whether anything changed from month to month cannot be said from these data",
        "Whether more goes wrong or more is written down cannot be said from these data",
        "Old way beside new way, case by case, cannot be said from these data",
        "Early signs cannot be said from these data",
        "A figure for a wider area cannot be said from these data",
        "Whether the finding hangs on the thresholds cannot be said yet",
    ]


def test_of_fewer_than_ten_no_percentage_is_printed(example: str) -> None:
    text = Page(example).text
    assert re.findall(r"\d+%", text) == [
        "40%",
        "40%",
        "40%",
    ]  # minutes: below the chart, in its table, beside the purpose


@pytest.mark.parametrize("page", ["example", "ashbrook"])
def test_every_chart_has_a_text_alternative_and_a_table(page: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(page)
    charts = html.split("<figure ")[1:]
    assert len(charts) >= 15
    for chart in charts:
        body = chart.split("</figure>")[0]
        labels = Page(body).labels
        assert len(labels) == 2, "drawn twice: wide and narrow"
        assert labels[0] == labels[1] != ""
        assert len(labels[0].split()) > 3
        assert body.count("<h3") == 1
        assert "<summary>The same as a table</summary>" in body
        assert body.count("<tr>") >= 2


def test_the_share_asking_again_agency_by_agency_in_alphabetical_order(example: str) -> None:
    assert table(example, "Demands, and how many were asking again") == [
        ["Asked at", "Demands", "Asking again", "Share"],
        ["All agencies", "8", "5", "5 of 8"],
        ["Adult social care", "4", "3", "3 of 4"],
        ["Advice", "2", "2", "2 of 2"],
        ["Housing", "2", "0", "0 of 2"],
    ]


def test_who_passes_to_whom_is_alphabetical_on_both_sides(ashbrook: str) -> None:
    drawing = ashbrook.split('id="f-whom"')[1].split("</svg>")[0]
    names = [words.agency(name) for name in TOWN_AGENCIES]
    across = re.findall(r"rotate\(-38\)\">([^<]+)<", drawing)
    down = [name for name in re.findall(r'text-anchor="end">([^<]+)<', drawing) if name in names]
    assert across == sorted(names)
    assert down == sorted(names)


def test_the_ladder_holds_each_round_and_how_it_ended(example: str) -> None:
    assert table(example, "Rounds on this need") == [
        ["Agency", "Began", "Ended", "How it ended", "Steps"],
        ["Housing", "3 January 2024", "3 January 2024", "screened out", "QS"],
        ["Adult social care", "17 January 2024", "7 February 2024", "sent on", "QSAqxR"],
        ["GP", "14 February 2024", "14 February 2024", "no further action", "ADC"],
        ["Adult social care", "1 March 2024", "20 March 2024", "met: the person said so", "QDC"],
    ]


def test_no_two_charts_have_the_same_headline(example: str, ashbrook: str) -> None:
    """Two charts that mark one month would else ask the same question twice."""
    for page in (example, ashbrook):
        said = headlines(page)
        assert len(said) > 5
        assert sorted(set(said)) == sorted(said)


def test_a_signal_is_a_question_and_a_row_of_the_table(ashbrook: str) -> None:
    assert "One month asks a question: what happened in May 2023?" in headlines(ashbrook)
    rows = table(ashbrook, "Demands by month")
    assert rows[0] == ["Month", "Asking again", "Asking first time", "What stands out"]
    assert rows[17] == ["May 2023", "451", "111", "outside the usual range"]
    assert len(rows) == 23
    drawing = ashbrook.split('id="f-monthly"')[1].split("</svg>")[0]
    assert drawing.count("what happened here?") == 1
    assert "Where nothing changes, 28 in 100 such charts mark something; here 1 point is marked." in Page(ashbrook).text


def test_the_question_hides_no_point_and_stands_once_for_signals_close_together() -> None:
    def chart(signal: int) -> inputs.Xmr:
        points = [
            inputs.Point(f"2024-{at + 1:02}", 40.0 if at == signal else 10.0, ("outside",) if at == signal else ())
            for at in range(12)
        ]
        return inputs.Xmr("count", tuple(points), (inputs.Phase("2024-01", "2024-12", mean=12, lower=0, upper=39),))

    for width in (840, 300):
        drawn = str(
            xmr([Series("Asking first time", chart(5)), Series("Asking again", chart(6), again=True)], width, "")
        )
        (question,) = re.findall(r'<text[^>]* y="([0-9.]+)"[^>]*>what happened here\?', drawn)
        assert float(question) < min(float(y) - 8 for y in re.findall(r'<circle[^>]* cy="([0-9.]+)"', drawn))
    far = str(xmr([Series("Asking first time", chart(0)), Series("Asking again", chart(9), again=True)], 840, ""))
    assert far.count("what happened here?") == 2
    for first in range(11):  # at the right edge the words are moved in, and must not touch those before them
        narrow = str(
            xmr([Series("Asking first time", chart(first)), Series("Asking again", chart(11), again=True)], 354, "")
        )
        begins = [float(x) for x in re.findall(r'<text x="([0-9.]+)"[^>]*>what happened here\?', narrow)]
        assert all(b - a >= 148 for a, b in pairwise(begins)), (first, begins)


def test_incidence_holds_the_four_states_and_the_bounds(ashbrook: str) -> None:
    assert "A year after asking, 15% of needs are met. For 38%, nobody asked" in headlines(ashbrook)
    rows = table(ashbrook, "Needs by state and days since asking")
    assert [row[0] for row in rows] == [
        "State",
        "Met, in their words",
        "Never asked",
        "Still open",
        "Ended another way",
    ]
    assert [row[-1] for row in rows] == ["365 days", "15%", "38%", "28%", "19%"]
    assert "between 15% of 2,412 (if no one who was never asked had their need met) and 53% of 2,412" in (
        Page(ashbrook).text
    )


def test_a_curve_of_no_days_is_refused(tmp_path: Path) -> None:
    folder = town(tmp_path)
    one_day = inputs.Incidence((0.0,), (0.1,), (0.2,), (0.3,), (0.4,), 50)
    inputs.write_charts(folder, inputs.Charts(incidence=one_day))
    assert "When needs are met cannot be said from these data" in headlines(draw(folder))


def test_a_condition_takes_the_place_of_the_room_for_it(ashbrook: str) -> None:
    columns = Page(ashbrook.split('id="f-conditions"')[1].split('id="f-voices"')[0])
    approval = Page(ashbrook.split('id="f-approval-rate"')[1].split("</figure>")[0])
    control = Page(ashbrook.split('id="f-control-time-share"')[1].split("</figure>")[0])
    assert columns.quotations == ["‘Record everything so we can cover our backs’"]
    assert "Room for what those who work here say" not in approval.text
    assert "Room for what those who work here say" in control.text


def test_cost_by_year_keeps_the_order_of_years(ashbrook: str) -> None:
    drawing = ashbrook.split('id="f-cost"')[1].split("</svg>")[0]
    assert drawing.index(">2022<") < drawing.index(">2023<")


def test_an_empty_study_is_refused_page_by_page(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    write_figures(folder, [figures()[0]])
    (folder / "charts.json").unlink()
    for name in ("interactions", "demands", "needs", "cycles"):
        (folder / "tables" / f"{name}.parquet").unlink()
    html = draw(folder)
    assert Page(html).labels == []
    assert len([one for one in headlines(html) if "cannot be said" in one]) == 17
    assert "No words to show yet." in Page(html).text


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.81, "4 in 5"), (0.5, "1 in 2"), (0.62, "3 in 5"), (0.02, "2%"), (0.997, "99.7%"), (0.3, "3 in 10")],
)
def test_shares_as_people_say_them(share: float, said: str) -> None:
    figure = figures()[1]
    assert words.one_in(Figure(**figure | {"value": share, "numerator": None, "denominator": None})) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(269.5, "£269.50"), (319.0, "£319"), (106_777.4, "£106,777"), (3_912_345.0, "£3.9m"), (0.0, "£0")],
)
def test_pounds(amount: float, said: str) -> None:
    assert words.pounds(amount) == said


def test_limits_of_their_own_go_in_steps() -> None:
    """Two points with limits of their own: the upper line runs level over each month and steps between them."""
    points = (
        inputs.Point("2024-01", 0.5, lower=0.2, upper=0.8),
        inputs.Point("2024-02", 0.6, lower=0.3, upper=0.7),
    )
    chart = inputs.Xmr("share", points, (inputs.Phase("2024-01", "2024-02", 0.55, None, None, "full"),))
    drawn = str(xmr([Series("Asking again", chart, again=True)], 720, "Two points."))
    dotted = re.findall(r'<path d="M([^"]*)"[^>]*stroke-dasharray="2 4"', drawn)
    upper, lower = ([tuple(map(float, at.split())) for at in line.split("L")] for line in dotted)
    assert len(upper) == len(lower) == 4
    assert upper[0][1] == upper[1][1] < upper[2][1] == upper[3][1]  # 0.8, then 0.7
    assert lower[0][1] == lower[1][1] > lower[2][1] == lower[3][1]  # 0.2, then 0.3
    assert upper[1][0] == upper[2][0]
    assert drawn.count("<rect") == 2
    assert "55%" in drawn


def test_where_nobody_wrote_down_whether_needs_were_met_none_is_called_open_or_unmet(tmp_path: Path) -> None:
    """Given records without need_met, the story says so, and counts no need as unmet."""
    folder = shutil.copytree(Path(__file__).parents[1] / "golden", tmp_path / "study")
    (folder / "needs.csv").unlink()
    rows = list(csv.DictReader((folder / "interactions.csv").open(encoding="utf-8")))
    with (folder / "interactions.csv").open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, rows[0].keys())
        made.writeheader()
        silent = {"need_met": ""}
        made.writerows({**row, **silent, "outcome": row["outcome"].replace("need_met", "closed")} for row in rows)
    said = study(folder).picture.read_text(encoding="utf-8")
    assert "nobody wrote down whether their needs were met" in said
    assert not re.search(r"\d+ of \d+ needs were met|the need is still open", said)
