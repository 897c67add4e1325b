"""The picture, chapter 7: how asking spreads (R8). What was counted has dots; what has not happened, ranges only."""

from __future__ import annotations

from pathlib import Path

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.picture.drawn import Chart, Part, Refusal
from personshaped.picture.inputs import Charts, Findings, Run, Study
from personshaped.picture.pages.spreading import spreading

NOTE = "Assumes that what an agency passes on scales with what it handles."


def drawn(*rows: str, note: str = NOTE) -> list[Part]:
    """Page 3's parts for rows `name | by | group | value | low | high`."""
    figures = []
    for row in rows:
        name, by, group, *numbers = (cell.strip() for cell in row.split("|"))
        value, low, high = (float(cell) if cell else None for cell in numbers)
        figures.append(Figure(name, "M106", by, group, "", value, "ratio", low=low, high=high, n=40, note=note))
    study = Study("Ashbrook", "Help me", "the person says so", synthetic=True, lawful={})
    return spreading(Findings(Path(), Run("", "", study, {}, {}, {}, {}, {}), FigureBook(tuple(figures)), Charts()))


ROWS = (
    "multiplier | agency | housing | 3.00 | 2.5 | 4.0",
    "multiplier | agency | gp      | 2.00 | 1.5 | 2.8",
    "multiplier | agency | courts  | 9.00 |     |    ",
    "demand_prevented_elsewhere | from>to | gp>gp      | 30 | 20 | 40",
    "demand_prevented_elsewhere | from>to | gp>housing | 12 |  8 | 18",
    "demand_prevented_elsewhere | from>to | courts>gp  |  5 |    |   ",
)


def test_what_follows_stands_by_the_alphabet_with_intervals_and_those_without_are_named() -> None:
    follows = drawn(*ROWS)[0]
    assert isinstance(follows, Chart)
    assert follows.headline == "One first asking becomes between 1.5 and 4 pieces of work across all agencies"
    assert "Dots with intervals, agencies by the alphabet: GP 2 (1.5 to 2.8); Housing 3 (2.5 to 4)" in follows.wide
    assert follows.basis[0] == "Too little work arrives at Courts for an interval; their dots are in the table."
    assert follows.table.rows == (("Courts", "9", "", ""), ("GP", "2", "1.5", "2.8"), ("Housing", "3", "2.5", "4"))


def test_where_nothing_follows_one_asking_stays_one() -> None:
    follows = drawn("multiplier | agency | housing | 1.00 | 1.0 | 1.01")[0]
    assert isinstance(follows, Chart)
    assert follows.headline == "One first asking becomes 1 piece of work across all agencies"


def test_what_would_not_arrive_is_ranges_with_what_they_assume_and_no_pair_without_a_range() -> None:
    would = drawn(*ROWS)[1]
    assert isinstance(would, Chart)
    assert would.table.rows == (("GP", "GP", "20 to 40"), ("GP", "Housing", "8 to 18"))
    assert "A projection, not a promise" in would.subtitle
    assert any("not proof of cause" in line for line in would.basis)
    assert "12" not in would.wide.split("aria-label")[1].split('"')[1]  # the middle is drawn nowhere
    assert would.wide.count("stroke-dasharray") == 2


def test_an_upper_end_that_cannot_be_told_is_said_in_words() -> None:
    follows = drawn("multiplier | agency | gp | 3 | 2 | ")[0]
    assert isinstance(follows, Chart)
    assert "3 (from 2, no upper end)" in follows.wide


def test_demand_that_reproduces_itself_is_refused_in_one_sentence() -> None:
    (refusal,) = drawn("multiplier | agency | | | | ", note="Refused: demand reproduces itself.")
    assert isinstance(refusal, Refusal)
    assert "What follows from one asking cannot be said from these data" in refusal.headline
    assert "demand reproduces itself" in refusal.because


def test_nothing_is_drawn_where_nothing_was_computed() -> None:
    assert drawn() == []
