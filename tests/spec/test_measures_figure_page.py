"""What `personshaped figure` prints: the value with its range, each note once, months only when asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from personshaped.demand.measures import failure_demand_share
from personshaped.figures import MONTH, WHOLE, Figure
from personshaped.study.figure_page import page_of
from personshaped.study.looking import Looked
from spec.measured import REGISTER, worked_example

WHOLE_WINDOW = Figure(
    "failure_demand_share", "M012;M013", "", "", "", 0.75, "share", 30, 40, 0.6, 0.85, 40, "rule", "by rule."
)
AT_GP = replace(
    WHOLE_WINDOW, by="agency", group="gp", value=0.5, numerator=2, denominator=4, n=4, note="2 of 4. by rule."
)
IN_MAY = replace(WHOLE_WINDOW, period="2024-05", numerator=15, denominator=20, n=20)
WINDOW = (date(2024, 1, 1), date(2025, 1, 1))
LOOKED = Looked(failure_demand_share, WHOLE, (WHOLE_WINDOW, IN_MAY, AT_GP), window=WINDOW)


def test_a_figure_is_a_page_of_eighty_columns() -> None:
    page = page_of(LOOKED, 80)
    query = page.index("The query that is its definition, over findings/tables:")
    assert (
        "\n".join(page[:query])
        == """\
failure_demand_share
Of the demands that can be told apart, how many were caused by a failure to do
something, or to do something right for the person.
What it does not say: Who is to blame. The first demand for a need is value
demand however badly it was answered, and people who gave up asking leave no
failure demand.

Answers M012, M013; unit: share; basis: rule; window: 2024-01-01 to 2024-12-31

75%   from 60% to 85%   30 of 40

By agency
gp   2 of 4

And 1 months: --by month shows them.

By rule.
"""
    )
    assert page[query + 1].startswith("SELECT")


def test_months_are_shown_when_asked_for() -> None:
    page = page_of(replace(LOOKED, breakdown=MONTH), 80)
    assert "2024-05   75%   from 60% to 85%   15 of 20" in page
    assert not any(line.startswith("gp") for line in page)


def test_a_refused_figure_says_what_is_missing() -> None:
    refused = replace(
        WHOLE_WINDOW, value=None, numerator=None, denominator=None, low=None, high=None, note="No demands."
    )
    page = page_of(replace(LOOKED, found=(refused,)), 80)
    assert "–" in page
    assert "No demands." in page


def test_codes_by_hand_and_by_rule_stand_apart_by_name() -> None:
    by_hand = replace(WHOLE_WINDOW, basis="hand", numerator=3, denominator=5, value=0.6, note="")
    page = page_of(replace(LOOKED, found=(WHOLE_WINDOW, by_hand)), 80)
    assert "by rule      75%   from 60% to 85%   30 of 40" in page
    assert "by hand   3 of 5" in page


def test_no_line_of_any_figure_is_wider_than_the_terminal() -> None:
    found = worked_example().figures
    for one in REGISTER:
        own = tuple(figure for figure in found if figure.name in one.names and figure.measure == one.ids)
        page = page_of(Looked(one, one.by[0], own, window=WINDOW), 60)
        query = page.index("The query that is its definition, over findings/tables:")
        assert max(len(line) for line in page[:query]) <= 60, one.name


def test_the_rows_behind_stand_under_their_person_with_the_words_below() -> None:
    rows = (("P1", datetime(2024, 1, 3, 9), "housing", "demand", "I can't get up the stairs", None, "1"),)
    assert page_of(replace(LOOKED, rows=rows), 80)[-3:] == [
        "P1",
        "2024-01-03 09:00:00  housing  demand  1",
        "    I can't get up the stairs",
    ]
