"""Chapter 14: the register: every measure is declared once, printed as one query, and explained."""

from __future__ import annotations

import csv
import re
from dataclasses import fields
from datetime import date

import duckdb
import pytest

from personshaped.engine.measuring import measure
from personshaped.figures import Context, Figure, Measure, Query, filled
from personshaped.settings import Settings
from personshaped.statistics.clustered import INTERVALS
from personshaped.tables import DERIVED as TABLES
from spec.measured import DERIVED, REGISTER, Measured, worked_example

_NUMBERS = (*range(1, 73), 74, 75, *range(77, 89), *range(90, 100), 113, 114)
M_IDS = [f"M{number:03d}" for number in _NUMBERS]
LATER = {"demand_prevented_elsewhere", "multiplier", "equivalents", "spectral_radius"}
"""Names of the list that rooms above give: propagation (R8) and the ten equivalents (M107)."""


def test_every_id_of_the_specification_is_answered() -> None:
    answered = {one for measure in REGISTER for one in measure.answers}
    assert [one for one in M_IDS if one not in answered] == []
    assert all(re.fullmatch(r"M\d{3}|R8", one) for one in answered)


def test_no_figure_is_declared_twice() -> None:
    declared = [(name, by.name, bool(by.period)) for measure in REGISTER for name in measure.names for by in measure.by]
    assert sorted(declared) == sorted(set(declared))


def test_every_declaration_says_what_it_says_and_what_it_does_not() -> None:
    for one in REGISTER:
        assert one.says.endswith("."), one.name
        assert one.does_not_say.endswith("."), one.name
        assert re.fullmatch(r"[a-z0-9_]+", one.name)
        assert one.source
        assert one.unit in {
            "count", "share", "days", "years", "minutes", "£", "ratio", "doors", "people",
            "months", "per person-year", "points", "£ a year",
        }  # fmt: skip


def test_the_conditions_marked_so_are_never_goals() -> None:
    marked = {measure.name for measure in REGISTER if measure.never_a_goal}
    assert marked == {
        "screened_out_share", "screened_out_share_screens", "closed_at_initial_assessment_share",
        "cycles_before_screened_in",
    }  # fmt: skip


def test_no_definition_looks_at_workers() -> None:
    for one in REGISTER:
        assert all("staff_id" not in one.query(by) for by in one.by)


def test_the_list_of_names_is_covered(shared: object) -> None:
    given = {(one, by.name if not by.period else "(period)") for m in REGISTER for one in m.names for by in m.by}
    given |= {(name, "") for measure in REGISTER for name in measure.names}  # the row of a refusal
    with open(f"{shared}/spec/figure_names.csv", encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["name"] not in LATER]
    assert [row for row in listed if (row["name"], row["by"]) not in given] == []
    units = {(name, "share" if "_share_12" in name else m.unit) for m in REGISTER for name in m.names}
    assert [row for row in listed if row["unit"] and (row["name"], row["unit"]) not in units] == []


def test_a_figure_has_the_columns_of_its_table() -> None:
    assert tuple(field.name for field in fields(Figure)) == TABLES["figures"].names


SETTINGS = Settings(window_start=date(2024, 1, 1), window_end=date(2024, 4, 1), history_complete=True)


@pytest.fixture(scope="module")
def town() -> Measured:
    return worked_example()


@pytest.mark.parametrize("measure", REGISTER, ids=lambda one: one.name)
def test_the_printed_query_gives_the_figures(measure: Measure, town: Measured) -> None:
    """Anyone can run the definition in a plain DuckDB; it gives what the study wrote."""
    if isinstance(measure.kind, Query) and measure.kind.reckon:
        return  # a survival curve or a trend is a function of the rows of its query
    context = Context(SETTINGS, town.have)
    if context.have.missing(measure.needs):
        assert None in _values(town, measure)
        return
    for by in measure.by:
        cursor = town.con.execute(filled(measure.query(by), context))
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            value = row["value"] if "value" in row else row["x"] / row["n"]
            if value is None:
                continue
            period = row.get("period") or ""
            period = f"{period:04d}" if isinstance(period, int) else period
            try:
                figure = town.of(measure.name, str(row.get("group") or ""), period, by.name)
            except KeyError:
                assert value == 0  # groups in which nothing was counted are not written
                continue
            assert figure.value == pytest.approx(float(value)), (measure.name, by)


def _values(town: Measured, measure: Measure) -> list[float | None]:
    return [one.value for one in town.figures if one.name == measure.name and one.measure == measure.ids]


def test_figures_do_not_depend_on_the_order_of_rows_or_the_number_of_threads(town: Measured) -> None:
    shuffled = duckdb.connect(config={"threads": 3})
    for name in DERIVED:
        shuffled.register(f"arrow_{name}", town.con.execute(f"FROM {name} ORDER BY hash(columns(*))").to_arrow_table())
        shuffled.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    for name in ("people", "front_doors", "area_facts", "wanted"):
        shuffled.register(f"arrow_{name}", town.con.execute(f"FROM {name}").to_arrow_table())
        shuffled.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    again = measure(shuffled, REGISTER, SETTINGS, town.have, INTERVALS)
    assert again == list(town.figures)


def test_what_shows_a_spread_says_why_it_has_no_interval() -> None:
    figures = worked_example().figures
    spread = [
        one for one in figures if one.name.endswith(("_median", "_p10", "_p90", "_max")) and one.value is not None
    ]
    assert spread
    assert all(one.low is None and one.note.startswith("No interval:") for one in spread)
