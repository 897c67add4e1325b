"""The synthetic locality, 5: another way of working, simulated in a place like the one studied."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from personshaped import cli
from personshaped.errors import InputError, Refused, UsageError
from personshaped.locality.designs import ASSESS_REFER, LOCAL_BY_DEFAULT, Design
from personshaped.locality.events import ACTIVITY, KIND, OUTCOME
from personshaped.locality.lives import calendar, live
from personshaped.locality.scenarios import SCENARIOS
from personshaped.locality.stream import happen
from personshaped.locality.whatif import Changes, Fit, Projected, changed, fit, side_by_side
from personshaped.locality.whatif.fitting import MOMENTS
from personshaped.locality.whatif.model import BURN_IN, Model, Outcome, lives, run
from personshaped.locality.whatif.projected import Range
from personshaped.study.whatif import whatif

YEARS = 3
STUDY = {
    ("value_demands", "", ""): 2160.0,
    ("failure_demands", "", ""): 6480.0,
    ("failure_demand_share", "", ""): 0.75,
    ("fcr_needs", "", ""): 0.05,
    ("screened_out_share_screens", "", ""): 0.60,
    ("referrals_out", "", ""): 2160.0,
    ("approval_rate", "", ""): 0.90,
    ("needs_met_bound_low", "", ""): 0.30,
    ("activities", "activity", "do"): 10_800.0,
    ("activities", "activity", "record"): 43_200.0,
    ("minutes", "", ""): 1_944_000.0,
    ("failure_kind_share", "failure_kind", "progress_chase"): 0.10,
    ("approval_delay", "", ""): 8.0,
    ("cost", "", ""): 1_296_000.0,
    ("demands_by_agency", "agency", "gp"): 5000.0,
    ("demands_by_agency", "agency", "housing"): 3640.0,
}
PEOPLE = 12_000


def one_run(model: Model, seed: int = 1, years: int = YEARS) -> Outcome:
    return run(model, model, lives(model, years, seed), years, seed)


@cache
def fitted() -> Fit:
    return fit(STUDY, PEOPLE, YEARS)


@pytest.mark.parametrize("design", [SCENARIOS["assess_refer"].design, LOCAL_BY_DEFAULT], ids=["old", "new"])
def test_with_hours_without_limit_it_is_the_mechanism_of_the_synthetic_locality(design: Design) -> None:
    def side_by_side_stream(seed: int) -> list[float]:
        """Askings, failure demand, referrals, things done and needs met for each need, all needs side by side."""
        when = calendar(YEARS, BURN_IN)
        rng = np.random.default_rng(seed)
        scenario = replace(SCENARIOS["assess_refer"], design=design)
        rows = happen(scenario, live(scenario, 6000, when.days, rng), when, rng)
        rows = rows[rows["time"] >= when.day(when.window_start)]
        needs = (rows["kind"] == KIND["first"]).sum()
        found = [rows["kind"] >= 0, rows["kind"] > 0, rows["activity"] == ACTIVITY["refer"], rows["truly_met"]]
        done = (rows["activity"] == ACTIVITY["do"]) & (rows["outcome"] != OUTCOME["placement"])
        return [float(one.sum() / needs) for one in (*found, done)]

    def event_by_event(seed: int) -> list[float]:
        seen = one_run(Model(people=6000, design=design), seed)
        needs = seen.total("demands") - seen.total("failures")
        met = np.isfinite(seen.met_after) & (seen.opened + seen.met_after >= 0)
        sums = [seen.total(name) for name in ("demands", "failures", "referrals", "visits")]
        return [one / needs for one in (*sums[:3], float(met.sum()), sums[3])]

    ours = np.mean([event_by_event(seed) for seed in range(4)], axis=0)
    theirs = np.mean([side_by_side_stream(seed) for seed in range(4)], axis=0)
    assert ours == pytest.approx(theirs, rel=0.08, abs=0.01)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    model = Model(people=2000)
    assert one_run(model, 5).total("minutes") == one_run(model, 5).total("minutes")
    assert one_run(model, 5).total("minutes") != one_run(model, 6).total("minutes")


def test_where_agencies_have_fewer_hours_people_wait_longer_and_chase_more() -> None:
    free = Model(people=6000)
    worked = one_run(free).agencies["minutes"] / 60 / YEARS
    plenty, short = (one_run(replace(free, hours=tuple((worked * share).tolist()))) for share in (1.5, 0.8))
    assert short.total("queued") / short.total("pieces") > 10 * plenty.total("queued") / plenty.total("pieces")
    assert short.total("chases") > 1.5 * plenty.total("chases")
    assert short.total("minutes") / 60 / YEARS < 1.05 * sum(worked)
    assert (short.left_over > 20).sum() > (plenty.left_over > 20).sum() == 0


def test_every_parameter_is_moved_until_its_figure_agrees_with_the_study() -> None:
    assert {one.name for one in fitted().fitted} >= {"failure_demand_share", "fcr_needs", "referrals for each need"}
    assert [one.name for one in fitted().fitted if not one.near] == []
    share = next(one for one in fitted().fitted if one.name == "failure_demand_share")
    assert share.simulation == pytest.approx(share.study, abs=0.01)


def test_the_hours_of_each_agency_follow_the_work_that_the_study_saw() -> None:
    """1,944,000 minutes in three years are 10,800 hours a year, and 15% to spare."""
    assert sum(fitted().model.hours or ()) == pytest.approx(10_800 * 1.15, rel=0.06)
    assert fitted().model.agencies.names == ("gp", "housing")
    assert float(fitted().model.agencies.pounds[0]) == 40.0  # 1,296,000 pounds over 32,400 hours
    assert any("15% more hours" in one for one in fitted().assumptions)


def test_a_figure_that_cannot_be_met_is_shown_as_not_near() -> None:
    asked_little = fit(STUDY | {("failure_demand_share", "", ""): 0.999}, PEOPLE, YEARS)
    assert "failure_demand_share" in [one.name for one in asked_little.fitted if not one.near]


def test_without_its_figures_the_model_is_refused_and_they_are_named() -> None:
    without = {key: value for key, value in STUDY.items() if key[0] not in ("approval_rate", "minutes")}
    with pytest.raises(Refused, match=r"the study has no approval_rate, minutes$"):
        fit(without, PEOPLE, YEARS)
    with pytest.raises(Refused, match="a head and year: give --people as many as live in the place"):
        fit(STUDY, 50, YEARS)


def test_a_figure_that_something_can_stand_in_for_is_said_to_be_missing() -> None:
    without = {key: value for key, value in STUDY.items() if key[0] not in ("failure_kind_share", "approval_delay")}
    assumed = " ".join(fit(without, PEOPLE, YEARS).assumptions)
    assert "as in the synthetic locality: how often people ask what is happening while they wait" in assumed
    assert "Waits are those of the synthetic locality" in assumed


def test_what_the_fit_takes_from_no_study_is_said() -> None:
    assumed = " ".join(fitted().assumptions)
    # grave needs, delays, ends and who is asked are the design's own: nothing of STUDY moved them
    own = ("escalate", "delay_median", "delay_sigma", "asks_if_met", "screen_relief")
    assert all(getattr(fitted().model.design, name) == getattr(ASSESS_REFER, name) for name in own)
    assert "how grave needs are and become after each failure" in assumed
    assert "of needs met 85% are asked about" in assumed
    # no agency of a fitted place takes people in: a placement would cost £8,000 and more
    assert fitted().model.agencies.placing == fitted().model.agencies.crisis == ()
    assert "placements are in that mean, and none is simulated" in assumed
    assert "placements" not in projected()["cost"].says


def test_hours_of_a_study_without_costs_are_worth_nobody_knows_what(tmp_path: Path) -> None:
    without = {key: value for key, value in STUDY.items() if key[0] != "cost"}
    found = whatif(findings(tmp_path / "study", without), None, Changes(refer=0.1), years=1, runs=5, threads=1)
    cost = next(one for one in found.figures if one.name == "cost")
    assert cost.written()[1:] == ["not known"] * 3
    assert "The study has no costs, so what hours are worth is not known." in cost.assumptions
    assert cost.as_json()["changed"] == {"low": None, "middle": None, "high": None}


def test_changes_are_said_in_the_terms_of_a_study() -> None:
    new = changed(fitted(), Changes(resolve_first=0.3, approve=0.98, visits=4.0, wait=2.0, capacity=("gp=+10%",)))
    old = fitted().model
    assert (new.design.p_resolve_first, new.design.visits, new.design.wait) == (0.3, 3.0, 4.0)
    assert new.design.p_refuse == pytest.approx(0.02)
    assert new.hours is not None
    assert old.hours is not None
    assert new.hours == pytest.approx((1.1 * old.hours[0], old.hours[1]))
    assert changed(fitted(), Changes(capacity=("all=900",))).hours == (900.0, 900.0)


@pytest.mark.parametrize("share", [0.2, 0.4])
def test_a_screening_rate_is_that_of_everyone_screened(share: float) -> None:
    seen = one_run(replace(changed(fitted(), Changes(screen_out=share)), people=6000, hours=None))
    assert seen.total("screened_out") / seen.total("screens") == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (Changes(), "nothing to change"),
        (Changes(refer=1.2), "--refer 1.2: not a share"),
        (Changes(visits=0.5), "--visits 0.5: expected 1 or more"),
        (Changes(wait=float("inf")), "--wait inf: expected more than 0 days"),
        (Changes(capacity=("police=+10%",)), "agencies: all, gp, housing"),
        (Changes(capacity=("gp=lots",)), "--capacity gp=lots: expected a change such as"),
        (Changes(capacity=("gp=-100%",)), "--capacity gp=-100%: expected a change such as"),
    ],
)
def test_a_change_that_cannot_be_is_told_in_one_line(changes: Changes, says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("+", r"\+")):
        changed(fitted(), changes)


@cache
def projected() -> dict[str, Projected]:
    now = replace(fitted().model, people=4000, hours=None)
    new = replace(now, design=changed(fitted(), Changes(resolve_first=0.4, screen_out=0.2)).design)
    return {one.name: one for one in side_by_side(now, new, fitted().assumptions, years=2, runs=5, threads=1)}


def test_old_and_new_stand_side_by_side_each_with_its_range() -> None:
    for one in projected().values():
        for side in (one.now, one.changed, one.difference):
            assert side.low <= side.middle <= side.high
    assert projected()["failure_demand_share"].difference.high < 0
    assert projected()["fcr_needs"].changed.middle == pytest.approx(0.4, abs=0.05)
    assert projected()["demands"].now.high > projected()["demands"].now.low


def test_no_figure_comes_without_what_was_assumed() -> None:
    for one in projected().values():
        assert one.assumptions[0].endswith("not a forecast: nothing here is promised.")
        assert any("It leaves out" in said for said in one.assumptions)
    nothing = Range(0, 0, 0)
    with pytest.raises(ValueError, match="demands: a projected figure carries its assumptions"):
        Projected("demands", "", "a year", nothing, nothing, nothing, ())


def findings(folder: Path, figures: dict[tuple[str, str, str], float], population: str = "12000") -> Path:
    """A finished study with these figures."""
    (folder / "findings").mkdir(parents=True)
    with (folder / "findings" / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "by", "group", "period", "value", "denominator"])
        writer.writerows([*key, "", value, ""] for key, value in figures.items())
        writer.writerow(["demands", "", "", "2023-01", 9, ""])
        writer.writerow(["front_doors_per_10000", "", "", "", 100, population])
    settings = {"window_start": "2021-01-01", "window_end": "2024-01-01"}
    (folder / "findings" / "run.json").write_text(json.dumps({"settings": settings}), encoding="utf-8")
    return folder


def test_the_command_says_what_changes_how_near_the_model_came_and_both_sides(tmp_path: Path) -> None:
    folder = findings(tmp_path / "study", STUDY)
    told = CliRunner().invoke(
        cli.app, ["whatif", str(folder), "--resolve-first", "0.4", "--runs", "5", "--years", "2", "--threads", "1"]
    )
    assert told.exit_code == 0
    said = " ".join(told.output.split())
    assert "not a forecast: nothing here is promised" in said
    assert "needs sorted out at the first contact: 40%" in said
    assert "failure demand, of all demand 75" in said
    assert "how many ask again after a failure" in said
    assert not [one.name for one in MOMENTS if "_" in one.name and one.name in said]
    assert not [one.parameter for one in MOMENTS if "_" in one.parameter and one.parameter in said]
    assert "worked as now changed difference" in said
    assert "capacity, not cash" in said


def test_the_command_prints_json(tmp_path: Path) -> None:
    folder = findings(tmp_path / "study", STUDY)
    arguments = ["whatif", str(folder), "--refer", "0.1", "--runs", "5", "--years", "1", "--threads", "1", "--json"]
    told: dict[str, Any] = json.loads(CliRunner().invoke(cli.app, arguments).stdout)
    assert told["people"] == PEOPLE
    assert told["changes"] == ["passed on after someone has been let in: 10%"]
    assert all({"now", "changed", "difference", "assumptions"} <= set(one) for one in told["figures"])
    assert {one["name"] for one in told["fit"]} >= {"fcr_needs", "minutes for each need"}


def test_without_a_finished_study_or_a_population_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished study"):
        whatif(tmp_path, None, Changes(refer=0.1))
    folder = findings(tmp_path / "study", STUDY, population="")
    with pytest.raises(Refused, match="needs the population"):
        whatif(folder, None, Changes(refer=0.1))
