"""The picture, chapter 7: how asking spreads (R8). What was counted has dots; what has not happened, ranges only."""

from __future__ import annotations

from pathlib import Path

from personshaped.figures import Figure
from personshaped.picture.book import FigureBook
from personshaped.picture.drawn import Chart, Part, Refusal
from personshaped.picture.inputs import Charts, Findings, Run, Study
from personshaped.picture.pages.happens import whom
from personshaped.picture.pages.spreading import spreading
from spec.measured import worked_example

NOTE = "Assumes that what an agency passes on scales with what it handles."


def drawn(*rows: str, note: str = NOTE) -> list[Part]:
    """Page 3's parts for rows `name | by | group | value | low | high`."""
    return spreading(findings(*rows, note=note))


def findings(*rows: str, note: str = NOTE) -> Findings:
    figures = []
    for row in rows:
        name, by, group, *numbers = (cell.strip() for cell in row.split("|"))
        value, low, high = (float(cell) if cell else None for cell in numbers)
        unit = "count" if name.startswith("work") else "ratio"
        figures.append(Figure(name, "M106", by, group, "", value, unit, low=low, high=high, n=40, note=note))
    study = Study("Ashbrook", "Help me", "the person says so", synthetic=True, lawful={})
    return Findings(Path(), Run("", "", study, {}, {}, {}, {}, {}), FigureBook(tuple(figures)), Charts())


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
    assert [row[:4] for row in follows.table.rows] == [
        ("Courts", "9", "", ""), ("GP", "2", "1.5", "2.8"), ("Housing", "3", "2.5", "4"),
    ]  # fmt: skip


def test_beside_what_follows_stand_the_work_that_arrived_and_how_nearly_asking_brings_forth_itself() -> None:
    arrived = (
        "work_arriving      | agency | gp |   64 | | ",
        "work_from_outside  | agency | gp |   32 | | ",
        "spectral_radius    |        |    | 0.40 | 0.30 | 0.52",
    )
    follows = drawn(*ROWS, *arrived)[0]
    assert isinstance(follows, Chart)
    assert follows.table.head[-2:] == ("Work that arrived there", "Of it from outside")
    assert [row[-2:] for row in follows.table.rows] == [("", ""), ("64", "32"), ("", "")]
    assert any("(spectral radius, 0 to 1): 0.4 (0.3 to 0.52)" in line for line in follows.basis)


def test_agencies_with_little_work_are_drawn_together_after_all_others() -> None:
    pooled = (
        "multiplier | pooled | other | 1.50 | 1.2 | 1.9",
        "demand_prevented_elsewhere | pooled from>to | other>gp    | 7 | 4 | 11",
        "demand_prevented_elsewhere | pooled from>to | gp>other    | 3 | 1 |  5",
    )
    follows, would = drawn(*ROWS, *pooled)
    assert isinstance(follows, Chart)
    assert isinstance(would, Chart)
    assert "Housing 3 (2.5 to 4); Others, together 1.5 (1.2 to 1.9)" in follows.wide
    assert "for an interval; they are drawn together; their dots" in follows.basis[0]
    assert would.table.rows[-1] == ("Others, together", "GP", "4 to 11")
    assert ("GP", "Others, together", "1 to 5") in would.table.rows


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


def test_who_passes_to_whom_says_how_far_it_matters_what_after_means() -> None:
    """The worked example four times over: three of five by the last holder, four by the body that a person named."""
    town = worked_example()
    names = ("", "_first", "_shared", "_root")
    rows = [
        f"failure_demand_after{name} | from>to | {pair} | {4 * (times or 0)} | | "
        for name in names for pair, times in town.groups(f"failure_demand_after{name}", "from>to").items()
    ]  # fmt: skip
    part = whom(findings(*rows))
    assert isinstance(part, Chart)
    [said] = [line for line in part.basis if "other readings" in line]
    assert "60% by the last agency, " in said
    assert "80% by the body that a person named" in said
    assert part.table.head == (
        "After contact at", "Asking again at", "Demands", "After first asking at", "Shared among all who held it",
        "After the body named",
    )  # fmt: skip
    table = {row[:2]: row[2:] for row in part.table.rows}
    assert table["Benefits", "Advice"] == ("4", "4", "4", "8")
    assert table["Advice", "Advice"][::3] == ("4", "")
