"""The trail writes itself, and whoever owns the database cannot quietly change it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test import Client

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person
from personshaped.team.site import views

pytestmark = [pytest.mark.team, pytest.mark.django_db]


def owner_runs(sql: str) -> None:
    """What the owner of the database can do: take the triggers away first, then anything."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        else:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}")
        cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER ALL")


@pytest.fixture
def four_lines(
    sam: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> list[int]:
    with django_capture_on_commit_callbacks(execute=True):
        return [trail.record(by=sam, verb="looked", person=f"p{i}").pk for i in range(4)]


def test_an_untouched_trail_is_whole(four_lines: list[int]) -> None:
    assert trail.verify() is None


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses(four_lines: list[int], verb: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(verb)


def test_an_edited_line_is_found(four_lines: list[int]) -> None:
    owner_runs(f"UPDATE audit_entry SET person = 'p9' WHERE id = {four_lines[1]}")
    fault = trail.verify()
    assert fault is not None
    assert fault.line == 2


def test_a_dropped_line_is_found(four_lines: list[int]) -> None:
    owner_runs(f"DELETE FROM audit_entry WHERE id = {four_lines[1]}")
    fault = trail.verify()
    assert fault is not None
    assert fault.line == 2


def test_lines_that_changed_places_are_found(four_lines: list[int]) -> None:
    first, second = four_lines[:2]
    owner_runs(f"UPDATE audit_entry SET id = -1 WHERE id = {first}")
    owner_runs(f"UPDATE audit_entry SET id = {first} WHERE id = {second}")
    owner_runs(f"UPDATE audit_entry SET id = {second} WHERE id = -1")
    fault = trail.verify()
    assert fault is not None
    assert fault.line == 1


def test_lines_cut_off_the_end_are_found_by_the_head_outside_the_database(four_lines: list[int]) -> None:
    owner_runs(f"DELETE FROM audit_entry WHERE id >= {four_lines[2]}")
    fault = trail.verify()
    assert fault is not None
    assert "head kept outside" in fault.what


def test_a_trail_emptied_whole_is_found(four_lines: list[int]) -> None:
    owner_runs("DELETE FROM audit_entry")
    fault = trail.verify()
    assert fault is not None
    assert "knows 4 lines" in fault.what


def test_postgresql_refuses_to_truncate(four_lines: list[int]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry")


def test_a_head_taken_away_is_found(four_lines: list[int], settings: Any) -> None:
    Path(settings.AUDIT_HEAD).unlink()
    fault = trail.verify()
    assert fault is not None
    assert "gone" in fault.what


def test_a_stop_between_a_line_and_its_head_is_no_fault(four_lines: list[int], sam: User) -> None:
    """The line was committed, the machine stopped: the head knows four lines of five, and the fifth follows."""
    trail.record(by=sam, verb="looked")
    assert trail.verify() is None


def test_a_line_added_after_the_head_without_the_key_is_found(four_lines: list[int], sam: User) -> None:
    owner_runs(
        "INSERT INTO audit_entry (at, who_id, verb, person, what, chain)"
        f" SELECT at, who_id, verb, person, what, chain FROM audit_entry WHERE id = {four_lines[3]}"
    )
    fault = trail.verify()
    assert fault is not None
    assert fault.line == 5


def test_opening_a_story_writes_exactly_one_line(
    sam: User, family: Person, signed_in: Callable[[User], Client]
) -> None:
    before = Entry.objects.count()
    answer = signed_in(sam).get(family.get_absolute_url())
    assert answer.status_code == 200
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("id").person == family.address


def test_where_the_look_cannot_be_recorded_nothing_is_shown(
    sam: User, family: Person, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(trail, "record", broken)
    client = signed_in(sam)
    client.raise_request_exception = False
    answer = client.get(family.get_absolute_url())
    assert answer.status_code == 500
    assert b"Lime Street" not in answer.content


def test_a_look_stays_in_the_trail_where_the_page_then_fails(
    sam: User, family: Person, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a page may have been made, and read, before it fails (decision 320)."""

    def broken(*_: object) -> None:
        raise RuntimeError("no story today")

    monkeypatch.setattr(views, "story_of", broken)
    client = signed_in(sam)
    client.raise_request_exception = False
    before = Entry.objects.count()
    assert client.get(family.get_absolute_url()).status_code == 500
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("id").verb == "opened their story"


def test_a_long_account_of_what_was_done_is_cut_and_still_follows(
    sam: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        trail.record(by=sam, verb="looked", what="x" * 500)
    assert Entry.objects.get().what == "x" * 200
    assert trail.verify() is None


def test_a_verb_too_long_for_its_column_is_refused_on_every_database(sam: User) -> None:
    with pytest.raises(ValidationError):
        trail.record(by=sam, verb="x" * 41)
    assert not Entry.objects.exists()
