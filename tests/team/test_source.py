"""The circle closes: what the team records is exported, studied, and counted like any agency's."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from personshaped.errors import UsageError
from personshaped.study import study
from personshaped.study.line import readable_folder
from personshaped.tables import CANONICAL
from personshaped.team.accounts.models import User
from personshaped.team.people import actions
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pull
from personshaped.team.site import source
from personshaped.team.site.ground import actions as ground
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


def test_the_thermostat_reads_how_things_are(recorded: Person, sam: User, tmp_path: Path) -> None:
    # given the family with fewer hours and managing better, as a worker says, and Nan with fewer and managing worse
    nan = actions.begin_story(by=sam, called="Nan", matters="To see the boy.")
    for person, voice, managing in ((recorded, "worker", (4, 7)), (nan, "person", (6, 5))):
        for day, hours, independence in zip((date(2024, 1, 8), date(2024, 3, 8)), (10, 6), managing, strict=True):
            for measure, value, said_by in (
                ("hours_delivered", hours, "worker"),
                ("independence", independence, voice),
            ):
                ground.observe(by=sam, person=person, measure=measure, value=Decimal(value), said_by=said_by, words="",
                               on=day)  # fmt: skip
    # when what the team recorded is exported and studied
    write_source(tmp_path / "out")
    found = study(tmp_path / "out")
    # then each voice is counted apart
    said = {one["group"]: one["value"] for one in rows(found.figures) if one["name"] == "thermostat" and one["group"]}
    counted = {group: float(value) for group, value in said.items() if value and float(value)}
    assert counted == {"worker>fewer_hours_more_independent": 1, "person>fewer_hours_less_independent": 1}


def test_a_folder_with_something_in_it_is_left_alone(sam: User, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_source(tmp_path)


def test_every_column_is_read_as_it_was_written(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that begin like a formula, or with an apostrophe of their own, in every column of text of every table."""
    settings.STUDY = None
    made = {table: [line(table, number) for number in range(len(LIKE_FORMULAS))] for table in source.TABLES}
    monkeypatch.setattr(source, "TABLES", {table: made[table].copy for table in made})
    write_source(tmp_path / "out")
    toml = tmp_path / "out" / "study.toml"
    toml.write_text(toml.read_text().replace("personal_data = true", "personal_data = false"))
    different = []
    with readable_folder(tmp_path / "out", tmp_path / "findings") as opened:
        for table, rows_written in made.items():
            names = texts_of(table)
            asked = ", ".join(f'"{name}"' for name in names)
            read = opened.con.execute(f"SELECT {asked} FROM {table}").fetchall()
            want = [tuple(row[name] for name in names) for row in rows_written]
            different += [
                (table, name, one, other)
                for pair in zip(sorted(read, key=str), sorted(want, key=str), strict=True)
                for name, one, other in zip(names, *pair, strict=True)
                if one != other
            ]
    assert not different, "\n".join(map(str, different))


LIKE_FORMULAS = ("- and then", "=not a sum", "+ more", "@home", "'- hers", "''= twice", "'plain'", "-5", "'-5")


def texts_of(table: str) -> list[str]:
    """The columns of free text, without people's names, which no export writes and which are taken out of words."""
    names = ("name", "forename", "surname", "other_names") if table == "people" else ()
    return [one.name for one in CANONICAL[table].columns if one.type == "str" and one.name not in names]


def line(table: str, number: int) -> dict[str, str]:
    """A row with another of the texts in each column of text, and an example in the others that are needed."""
    row = {one.name: one.example for one in CANONICAL[table].columns if one.name in CANONICAL[table].required}
    ugly = {
        name: LIKE_FORMULAS[(number + at) % len(LIKE_FORMULAS)] for at, name in enumerate(texts_of(table))
    }  # fmt: skip
    return row | ugly
