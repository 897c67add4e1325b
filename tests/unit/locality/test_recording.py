"""What the recording layer does to the truth, found again in what it wrote (spec 6.1.6 and 6.2)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from personshaped.locality.canonical import Simulated, as_canonical, moments, simulate
from personshaped.locality.dialects import dialects
from personshaped.locality.events import ACTIVITY
from personshaped.locality.persons import Persons, persons
from personshaped.locality.place import AGENCIES, AGENCY_NAMES
from personshaped.locality.recording import Book, keep_books, published
from personshaped.locality.voices import phrases
from personshaped.tables import CANONICAL


@cache
def recorded() -> tuple[Simulated, Persons, list[Book]]:
    town = simulate("assess_refer", 4000, 3, 1)
    rng = np.random.default_rng(7)
    who = persons(town.lives, town.calendar, rng)
    return town, who, keep_books(town, who, dialects(), rng)


def test_every_agency_keeps_a_book() -> None:
    _, _, books = recorded()
    assert [book.dialect.name for book in books] == list(AGENCY_NAMES) == sorted(AGENCY_NAMES)
    assert all(book.rows.num_rows for book in books)


def test_birth_dates_and_names_are_wrong_as_often_as_the_parameters_say() -> None:
    town, who, books = recorded()
    entries = [entry for book in books for entry in book.entries]
    assert np.mean([entry.born == "" for entry in entries]) == pytest.approx(town.scenario.missing_born, abs=0.012)
    surname_wrong = np.mean([entry.surname != who.surname[entry.person] for entry in entries])
    assert surname_wrong == pytest.approx(town.scenario.typo / 3, abs=0.01)


def test_some_people_have_two_references_at_an_agency() -> None:
    _, _, books = recorded()
    refs = sum(len(book.ref_person) for book in books)
    people = sum(len(set(book.ref_person.values())) for book in books)
    assert 0.02 < refs / people - 1 < 0.055  # four in a hundred are given one; who comes once shows only one


def test_one_agency_hands_over_nothing_from_before_its_start() -> None:
    town, _, books = recorded()
    (late,) = (book for book in books if book.dialect.starts_late)
    first = town.rows["time"][late.row].min()
    assert first >= town.calendar.day(town.calendar.window_start) + 250


def test_closings_are_written_down_less_often_than_the_rest() -> None:
    town, _, books = recorded()
    (courts,) = (book for book in books if book.dialect.name == "courts")
    happened = np.flatnonzero(published(town) & (town.rows["agency"] == AGENCY_NAMES.index("courts")))
    closing = (town.rows["activity"] == ACTIVITY["close"]) & (town.rows["met"] < 0)
    kept = np.isin(happened, courts.row)
    assert kept[closing[happened]].mean() == pytest.approx(0.7 * 0.98, abs=0.1)
    assert kept[~closing[happened]].mean() == pytest.approx(0.98, abs=0.02)


def test_the_hospital_logs_some_of_what_the_police_are_called_to() -> None:
    town, _, books = recorded()
    (hospital,) = (book for book in books if book.dialect.name == "hospital")
    twice = town.rows["agency"][hospital.row] == AGENCY_NAMES.index("police")
    by = np.array(hospital.rows["initiated_by"].to_pylist())
    assert twice.sum() > 3
    assert set(by[twice]) == {"other_agency"}


def test_rows_of_a_need_never_overtake_one_another() -> None:
    town, _, _ = recorded()
    order = np.lexsort((town.rows["time"], town.rows["need"]))
    started = moments(town)[order].astype(np.int64)
    same = town.rows["need"][order][1:] == town.rows["need"][order][:-1]
    assert (np.diff(started)[same] >= 0).all()


def test_canonical_rows_have_the_declared_columns_and_say_that_they_are_synthetic() -> None:
    table = as_canonical(recorded()[0])
    assert table.schema == CANONICAL["interactions"].schema
    assert set(table["source"].to_pylist()) == {"synthetic"}
    assert table["interaction_id"].null_count == 0


def test_nobody_is_helped_before_they_come_or_after_they_leave() -> None:
    town, _, _ = recorded()
    assert (town.rows["time"] >= town.lives.came[town.person]).all()
    assert (town.rows["time"] < town.lives.left[town.person]).all()


def test_fourteen_agencies_with_a_hundred_and_thirty_doors() -> None:
    assert len(AGENCIES) == 14
    assert sum(agency.doors for agency in AGENCIES) == 130


def test_no_template_is_written_twice() -> None:
    lines = [line for issue in phrases()["issue"].values() for line in issue["first"]]
    lines += [line for frame in phrases()["frame"].values() for line in frame]
    assert len(lines) == len(set(lines))
