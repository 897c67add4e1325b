"""Hours freed, then cost at marginal rates, then at average ones, the value of capacity and not cash (Stat 6)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from personshaped.cli import app
from personshaped.cost.prices import deflators
from personshaped.errors import InputError
from personshaped.learning.extrapolate import STANDARD, Place, reach
from personshaped.learning.extrapolate_words import page
from personshaped.picture.drawn import Refusal
from personshaped.picture.inputs import load
from personshaped.picture.pages.changed import changed
from personshaped.statistics.extrapolation import Assumption
from personshaped.study import Options, study
from personshaped.study.extrapolating import extrapolate
from spec.small_folders import read_folder, write

ROWS = """
interaction_id,person_ref,agency,activity,started_at,minutes,cost
1,P1,housing,demand,2023-01-10,,
2,P1,housing,visit,2023-01-11,60,
3,P1,gp,assess,2023-02-01,30,
4,P1,police,enforce,2023-03-01,60,70
5,P1,housing,visit,2023-05-01,30,
6,P2,gp,assess,2023-05-01,30,
"""
CASES = """
case_id,person_ids,selected_by,old_from,old_to,new_from,new_to
c1,P1,typical,2023-01-01,2023-03-31,2023-04-01,2023-06-29
"""
PEOPLE = """
agency,person_ref,person_id
housing,P1,P1
gp,P1,P1
police,P1,P1
gp,P2,P2
"""
AVERAGE = """
agency,year,unit,cost,basis,source
housing,2023,hour,40,average,made up
gp,2023,contact,90,average,made up
"""
MARGINAL = """
housing,2023,hour,10,marginal,made up
gp,2023,contact,5,marginal,made up
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "study"


def studied(folder: Path, unit_costs: str, toml: str = "", **others: str) -> Path:
    files = {"interactions.csv": ROWS, "cases.csv": CASES, "people.csv": PEOPLE, "unit_costs.csv": unit_costs} | others
    write(folder, files, f'[study]\nwindow = ["2023-01-01", "2023-07-01"]\n{toml}')
    study(folder, Options(threads=1))
    return folder


def compare(folder: Path, *also: str) -> str:
    result = CliRunner().invoke(app, ["compare", str(folder), *also])
    assert result.exit_code == 0, result.output
    return result.output


def old_and_new(folder: Path, *also: str) -> dict[str, tuple[float, float]]:
    """By measure, in the order shown, the one case's old and new."""
    found: dict[str, Any] = json.loads(compare(folder, "--json", *also))
    return {one["name"]: (one["pairs"][0]["old"], one["pairs"][0]["new"]) for one in found["measures"]}


def test_hours_then_marginal_then_average(folder: Path) -> None:
    found = old_and_new(studied(folder, AVERAGE.strip() + MARGINAL))
    # old: a visit of an hour, half an hour's assessment, an hour of police; new: half an hour's visit
    # marginal: £10 × 1 + £5, the police have no marginal rate; then £10 × ½
    # average: £40 × 1 + £90 + £70 of its own; then £40 × ½
    assert list(found) == ["demands", "hours", "cost_marginal", "cost", "cost_slope"]
    assert (found["hours"], found["cost_marginal"], found["cost"]) == ((2.5, 0.5), (15, 5), (200, 20))
    text = " ".join(compare(folder).split())
    heads = ["hours worked: 1 of 1 lower", "cost at marginal rates, £ (what one more or fewer adds or spares)",
             "cost at average rates, £ (the value of capacity, not cash)"]  # fmt: skip
    assert [text.index(one) for one in heads] == sorted(text.index(one) for one in heads)
    assert "Hours leave out 1 of 5 rows of these cases, which have no minutes (housing)." in text
    assert (
        "Cost at marginal rates leaves out 2 of 5 rows of these cases, which no marginal rate fits (housing, police)."
        in text
    )


def test_where_no_marginal_rate_is_given_a_line_says_so_between_hours_and_average(folder: Path) -> None:
    found = studied(folder, AVERAGE)
    assert list(old_and_new(found)) == ["demands", "hours", "cost", "cost_slope"]
    said = "cost at marginal rates: not known, as unit_costs gives no marginal rate that fits their rows"
    text = " ".join(compare(found).split())
    assert text.index("hours worked: 1 of 1") < text.index(said) < text.index("cost at average rates, £")
    assert json.loads(compare(found, "--json"))["lacking"] == [
        {"name": "cost_marginal", "why": "unit_costs gives no marginal rate that fits their rows (basis = marginal)"}
    ]


def test_where_no_minutes_are_given_hours_are_not_nought(folder: Path) -> None:
    rows = ROWS.replace(",60,", ",,").replace(",30,", ",,")
    found = studied(folder, AVERAGE, **{"interactions.csv": rows})
    assert "hours" not in old_and_new(found)
    said = "hours worked: not known, as none of their rows says how many minutes it took"
    assert said in " ".join(compare(found).split())


def test_a_rate_of_another_year_is_brought_from_its_own_year(folder: Path) -> None:
    costs = (AVERAGE.strip() + MARGINAL).replace("2023", "2019")
    found = old_and_new(studied(folder, costs), "--prices-of", "2023")
    index = deflators()[2023] / deflators()[2019]
    assert found["cost_marginal"] == (pytest.approx(15 * index), pytest.approx(5 * index))
    # the £70 that the police say it cost are of 2023, the year of the row
    assert found["cost"] == (pytest.approx(130 * index + 70), pytest.approx(20 * index))


def test_prices_of_the_study_are_not_brought_from_the_year_of_the_row_again(folder: Path) -> None:
    facts = "area,period,measure,value,source\nUK,2023,gdp_deflator,100,made up\nUK,2024,gdp_deflator,110,made up\n"
    found = studied(folder, AVERAGE.strip() + MARGINAL, "[settings]\nprice_year = 2024", **{"area_facts.csv": facts})
    in_2024 = {name: (pytest.approx(old), pytest.approx(new)) for name, (old, new) in (
        ("cost_marginal", (16.5, 5.5)), ("cost", (220, 22)))}  # fmt: skip
    assert old_and_new(found) | in_2024 == old_and_new(found)
    again = deflators()[2023] / deflators()[2024]
    asked = old_and_new(found, "--prices-of", "2023")
    assert asked["cost_marginal"] == (pytest.approx(16.5 * again), pytest.approx(5.5 * again))
    assert asked["cost"] == (pytest.approx(220 * again), pytest.approx(22 * again))


def test_two_marginal_rates_that_fit_equally_well_are_refused_when_read(folder: Path) -> None:
    costs = f"{AVERAGE.strip()}{MARGINAL}gp,2023,contact,6,marginal,made up"
    said = "£5.00 per contact and £6.00 per contact of 2023 fit agency gp equally well"
    with pytest.raises(InputError, match=said):
        read_folder(folder, {"interactions.csv": ROWS, "unit_costs.csv": costs})


def test_page_seven_shows_the_same_order(folder: Path) -> None:
    parts = changed(load(studied(folder, AVERAGE.strip() + MARGINAL) / "findings"))
    shown = [one.id for one in parts if one.id.startswith("f-pairs")]
    assert shown == ["f-pairs-demands", "f-pairs-hours", "f-pairs-cost-marginal", "f-pairs-cost", "f-pairs-cost-slope"]


def test_page_seven_says_that_no_marginal_rate_was_given(folder: Path) -> None:
    parts = changed(load(studied(folder, AVERAGE) / "findings"))
    (said,) = [one for one in parts if one.id == "f-pairs-cost-marginal"]
    assert isinstance(said, Refusal)
    assert "no marginal rate" in said.because


# --- carried to a country ------------------------------------------------------------------------------------

FIXED = (Assumption("marginal", 0.5, 0.5, "cost that can really be freed"), Assumption("lag", 0.8, 0.8, "come by then"))
FACTS = """
area,period,measure,stratum,value,source
A,2024,population,imd=1,6,made up
A,2024,population,imd=2,4,made up
A,2024,saving,imd=1,60,made up
A,2024,saving,imd=2,40,made up
A,2024,hours_freed,,50,made up
B,2024,population,imd=1,5,made up
B,2024,population,imd=2,5,made up
B,2024,saving,imd=1,50,made up
B,2024,saving,imd=2,50,made up
N,2024,population,imd=1,600,made up
N,2024,population,imd=2,400,made up
"""


def test_hours_and_marginal_rates_are_carried_without_what_is_about_average_rates() -> None:
    whole = {"": 10.0}
    found = reach("N", {"": 1000.0}, [Place("A", {"": 100.0}, whole)], FIXED, hours=[Place("A", {"": 50.0}, whole)],
                  marginal=[Place("A", {"": 20.0}, whole)])  # fmt: skip
    assert found.hours is not None
    assert found.marginal is not None
    # 5 hours, £2 and £10 a head, 1,000 people, four fifths come by then; half of it at average rates is marginal
    assert (found.hours.low, found.hours.high) == (pytest.approx(4000), pytest.approx(4000))
    assert found.marginal.low == pytest.approx(1600)
    assert found.range.low == pytest.approx(4000)
    assert found.hours.written() == "4,000 to 4,000 hours a year"
    assert found.hours.assumptions[:2] == ("given by 1 of 1 places", "come by then: 80% to 80%")


def test_hours_of_the_whole_place_are_carried_by_the_head_where_savings_are_by_group(tmp_path: Path) -> None:
    (tmp_path / "area_facts.csv").write_text(FACTS.strip() + "\n", encoding="utf-8")
    (tmp_path / "assumptions.csv").write_text(
        "name,low,high,says\n" + "".join(f"{one.name},1,1,\n" for one in STANDARD), encoding="utf-8"
    )
    found = extrapolate(tmp_path)
    assert found.hours is not None
    assert (found.hours.low, found.hours.high) == (5000, 5000)  # 50 ÷ 10 × 1,000
    assert found.hours.assumptions[0] == "given by 1 of 2 places"
    assert found.marginal is None
    said = page(found)
    first = said.index("N, 1,000 people")
    assert said[first + 1 : first + 4] == [
        "  hours freed: 5,000 to 5,000 hours a year",
        "  at marginal rates: not given (area_facts, measure saving_marginal, £ a year)",
        "  at average rates: £10,000 to £10,000 a year, the value of capacity, not cash",
    ]
    assert found.as_json()["marginal"] is None
    assert found.as_json()["hours"]["unit"] == "hours a year"
