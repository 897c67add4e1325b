"""Scenarios, 3: seven people taken on, and tables of another kind, each with its truth (Stat 4; spec 6.4)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from personshaped.locality import write_demo
from personshaped.locality.accounts import rent
from personshaped.locality.canonical import simulate
from personshaped.locality.care import care_at_home
from personshaped.locality.elsewhere import COUNTRY, COUNTRY_PEOPLE, LOCALITIES, TRUE_SAVING, twelve_localities
from personshaped.locality.providers import SURVEY, providers
from personshaped.locality.written import Written
from personshaped.statistics.extrapolation import post_stratified
from spec.towns import seven, two_years

START, END = date(2022, 1, 1), date(2025, 1, 1)
SEEDS = range(20)


@cache
def taken_on(scenario: str) -> tuple[float, float]:
    """Over places: how often seven cases show an effect on cost by both tests that `compare` asks for, and the median
    of new over old cost."""
    found, ratios = 0, []
    for seed in SEEDS:
        of = simulate(scenario, 2000, 3, seed)
        assert of.cases
        old, new = two_years(of)["cost"]
        found += all(seven(of, "cost", old, new))
        cases = np.array(of.cases.people)
        ratios.append(float(np.exp(np.log((new[cases] + 1) / (old[cases] + 1)).mean())))
    return found / len(SEEDS), median(ratios)


def test_an_effect_is_found_in_many_places_though_never_in_all_with_seven() -> None:
    assert taken_on("seven_cases_random")[0] > 0.25
    assert taken_on("seven_cases_random")[1] < 0.35


def test_where_there_is_no_effect_it_is_found_in_one_place_of_twenty_at_most() -> None:
    assert taken_on("seven_cases_random_null")[0] <= 0.05


def test_cases_taken_on_at_their_worst_cost_less_afterwards_by_themselves() -> None:
    """Regression to the mean: nothing was done in the null, and the second year still costs a good deal less."""
    assert taken_on("seven_cases_null")[1] < 0.75
    assert taken_on("seven_cases")[1] < 0.6 * taken_on("seven_cases_null")[1]


def test_cases_say_how_they_were_chosen_out_of_how_many_and_when() -> None:
    cases = simulate("seven_cases", 2000, 3, 1).cases
    assert cases is not None
    assert (len(cases.people), cases.taken.chosen, str(cases.on)) == (7, "crisis", "2023-07-01")
    assert cases.eligible > 7


def made(scenario: str) -> Written:
    writers = {"rent": rent, "buurtzorg": care_at_home, "survey": providers, "localities": twelve_localities}
    return writers[scenario](START, END, range(400), np.random.default_rng(1))


def test_of_three_thousand_rent_accounts_fourteen_per_cent_are_enforced() -> None:
    rows = made("rent").tables["accounts"].to_pylist()
    accounts = {one["account_id"] for one in rows}
    enforced = {one["account_id"] for one in rows if one["kind"] in ("notice", "enforcement", "court")}
    assert (len(accounts), len(enforced) / len(accounts)) == (3000, 0.14)
    assert len({one["reason_type"] for one in rows} - {None}) == 7
    held = {one["account_id"]: one["person_id"] for one in rows}
    assert sum(one is not None for one in held.values()) == 400
    running: Counter[str] = Counter()
    for one in rows:
        running[one["account_id"]] += round(100 * (one["amount"] or 0))
        assert running[one["account_id"]] == round(100 * one["balance_after"])


def test_forty_per_cent_of_hours_of_care_are_used_and_half_of_the_people_need_less_than_three_months() -> None:
    written = made("buurtzorg")
    rows = written.tables["observations"].to_pylist()
    hours = Counter[str]()
    for one in rows:
        hours[one["measure"]] += one["value"]
    assert hours["hours_delivered"] / hours["hours_entitled"] == pytest.approx(0.40, abs=0.03)
    used = written.truths["hours_used_share", "", ""]
    assert used == pytest.approx(hours["hours_delivered"] / hours["hours_entitled"])
    days = {one["person_id"]: 0 for one in rows}
    for one in rows:
        if one["measure"] == "hours_delivered":
            days[one["person_id"]] += (one["to"] - one["from"]).days + 1
    assert 45 < median(days.values()) < 91


def test_ninety_six_answer_the_survey_with_the_counts_of_the_seed() -> None:
    rows = made("survey").tables["responses"].to_pylist()
    answered = {one["respondent"] for one in rows if one["answer"]}
    assert (len(answered), len({one["respondent"] for one in rows})) == (96, 480)
    yes = Counter(one["question"] for one in rows if one["answer"] == "yes")
    assert sorted(yes.values()) == [25, 77, 78, 82]
    barriers = Counter(part for one in rows if one["question"] == "barriers" for part in one["answer"].split(";"))
    assert sorted(count for option, count in barriers.items() if option != "none of these") == [13, 16, 18, 35, 42, 51]
    assert (
        made("survey").truths["response_share", "survey>question>answer", f"{SURVEY}>quality suffered>yes"] == 78 / 96
    )


def test_forty_five_per_cent_of_contract_money_reaches_those_who_deliver() -> None:
    rows = made("survey").tables["money_flows"].to_pylist()
    paid = sum(one["amount"] for one in rows if one["tier"] == 0)
    assert sum(one["amount"] for one in rows if one["purpose"] == "delivery") / paid == pytest.approx(0.45)
    assert sum(one["amount"] for one in rows if one["tier"] == 1) == pytest.approx(paid)


def test_carried_over_simply_twelve_localities_promise_too_much_and_by_stratum_about_the_truth() -> None:
    rows = made("localities").tables["area_facts"].to_pylist()

    def total(measure: str, stratum: str | None = None, areas: Iterable[str] = ()) -> float:
        return sum(
            one["value"] for one in rows
            if one["measure"] == measure and one["area"] in areas and stratum in (None, one["stratum"])
        )  # fmt: skip

    places = {one["area"] for one in rows} - {COUNTRY}
    simple = COUNTRY_PEOPLE * total("saving", None, places) / total("population", None, places)
    strata = {one["stratum"] for one in rows}
    by_stratum = post_stratified(
        {one: (total("saving", one, places), total("population", one, places)) for one in strata},
        {one: total("population", one, [COUNTRY]) for one in strata},
    ).observed
    assert len(places) == LOCALITIES
    assert simple > 1.15 * TRUE_SAVING
    assert by_stratum == pytest.approx(TRUE_SAVING, rel=0.1)


@pytest.mark.parametrize(
    ("scenario", "table"),
    [("rent", "accounts"), ("buurtzorg", "observations"), ("survey", "responses"), ("seven_cases", "cases")],
)
def test_the_demo_writes_the_table_its_truth_and_the_label(tmp_path: Path, scenario: str, table: str) -> None:
    folder = tmp_path / scenario
    write_demo(folder, scenario, 300, 3, 1)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {one["source"] for one in rows} == {"synthetic"}
    assert (tmp_path / f"{scenario}.truth" / "turns.csv").exists()
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        linked = {one["person_id"] for one in csv.DictReader(file)}
    about = {name for one in rows for name in (one.get("person_id") or one.get("person_ids") or "").split(";") if name}
    assert about <= linked
