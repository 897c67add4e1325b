"""The circle closes: what the team records is exported, studied, and counted like any agency's."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from personshaped.errors import UsageError
from personshaped.study import study
from personshaped.team.accounts.models import User
from personshaped.team.people import actions
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pull
from personshaped.team.site.source import write_source
from personshaped.team.visits import actions as visits

pytestmark = [pytest.mark.team, pytest.mark.django_db]
Colleague = Callable[..., User]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def recorded(sam: User, family: Person, colleague: Colleague, settings: Any, tmp_path: Path) -> Person:
    """3 January: a visit, and two needs; 5 January: asked, not yet; 10 January: one is sorted, they say."""
    settings.STUDY = tmp_path / "invented"
    settings.STUDY.mkdir()
    (settings.STUDY / "study.toml").write_text("[lawful]\npersonal_data = false\n")
    priya = colleague("Priya", "expert", "benefits")
    visits.add_visit(by=sam, person=family, text="We talked about the rent.", on=date(2024, 1, 3))
    rent = actions.hear_need(by=sam, person=family, words="Sort out our rent", on=date(2024, 1, 3))
    actions.hear_need(by=sam, person=family, words="We want to move away", on=date(2024, 1, 3))
    actions.ask_whether_sorted(by=sam, need=rent, said="not_yet", on=date(2024, 1, 5))
    ask = pull.ask_in(by=sam, person=family, whom=priya, words="What can they claim?", need=rent)
    pull.accept(by=priya, ask=ask)
    actions.ask_whether_sorted(by=sam, need=rent, said="yes", words="It is paid now", on=date(2024, 1, 10))
    return family


def test_the_rows_by_hand(recorded: Person, tmp_path: Path) -> None:
    write_source(tmp_path / "out")
    made = rows(tmp_path / "out" / "interactions.csv")
    kinds = sorted((one["activity"], one["initiated_by"], one["need_met"]) for one in made)
    assert kinds == [
        ("demand", "person", ""),
        ("demand", "person", ""),
        ("pull", "own_agency", ""),
        ("review", "own_agency", "no"),
        ("review", "own_agency", "yes"),
        ("visit", "own_agency", ""),
    ]
    assert {(one["agency"], one["design"]) for one in made} == {("locality team", "new")}
    ended = {(one["words"], one["ended_at"], one["end_reason"]) for one in rows(tmp_path / "out" / "needs.csv")}
    assert ended == {("Sort out our rent", "2024-01-10", "met"), ("We want to move away", "", "")}


def test_no_name_leaves(recorded: Person, tmp_path: Path) -> None:
    write_source(tmp_path / "out")
    everything = "".join(one.read_text() for one in (tmp_path / "out").iterdir())
    for name in (recorded.called, "Sam", "Priya"):
        assert name not in everything


def test_the_study_counts_it_as_worked_by_hand(recorded: Person, tmp_path: Path) -> None:
    """Two demands, two needs, one met after seven days, six rows of which one is a pull."""
    write_source(tmp_path / "out")
    found = study(tmp_path / "out")
    figures: dict[str, str] = {}
    for one in rows(found.figures):
        if not one["by"] and not one["period"]:
            figures.setdefault(one["name"], one["value"])
    assert float(figures["demands"]) == 2
    ended = duckdb.execute(
        f"SELECT duration, end_reason FROM '{found.findings}/tables/needs.parquet' ORDER BY end_reason NULLS LAST"
    ).fetchall()
    assert [reason for _, reason in ended] == ["met", None]
    assert ended[0][0] == 7


def test_a_folder_with_something_in_it_is_left_alone(sam: User, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_source(tmp_path)
