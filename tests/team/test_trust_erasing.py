"""What is held about a person is handed over whole, and erased whole; what is past its day is not shown any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import models
from django.test import Client
from django.utils import timezone

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.cases import actions as building
from personshaped.team.cases.models import History, Line
from personshaped.team.experiments import actions as trying
from personshaped.team.people import actions
from personshaped.team.people.models import Household, Person
from personshaped.team.people.record import FIELDS, IN_MY_WORDS, LOOKS, record_of
from personshaped.team.site import retention
from personshaped.team.site.erasing import erase_again
from personshaped.team.site.ground.models import Ground
from personshaped.team.visits import actions as visiting
from personshaped.team.visits.models import Visit
from team.lived_in import lived_in
from team.test_picture_inside import make_personal

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
OnCommit = Callable[..., AbstractContextManager[object]]
OTHERS = ("bookcase", "Hornbeam")
"""Canaries: of the person, and of somebody else."""


def theirs(person: Person) -> Iterator[models.Model]:
    """Everything that hangs on a person, found by the database's own ties and not by the application's list."""
    waiting: list[models.Model] = [person]
    while waiting:
        one = waiting.pop()
        yield one
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                ties = isinstance(field, models.ForeignKey) and field.related_model is type(one)
                if ties and field.remote_field.on_delete is models.CASCADE:
                    waiting += list(model._default_manager.filter(**{field.name: one}))


def planted(person: Person) -> list[str]:
    """A word of its own in every field that holds words."""
    words = []
    for at, one in enumerate([*theirs(person)]):
        for field in one._meta.concrete_fields:
            free = isinstance(field, models.TextField) or (isinstance(field, models.CharField) and not field.choices)
            if free and not field.unique and not field.primary_key and field.name not in ("kind",):
                words.append(f"{OTHERS[0]}{at}{field.name}"[: field.max_length or 60])
                type(one)._default_manager.filter(pk=one.pk).update(**{field.name: words[-1]})
    return words


def written(model: type[models.Model]) -> str:
    """Every row of a table, as text."""
    return serializers.serialize("json", model._default_manager.all())


def test_the_record_holds_every_word_that_hangs_on_them_and_nobody_elses(
    colleague: Callable[..., User], settings: Any, tmp_path: Path, signed_in: SignedIn
) -> None:
    # given a story with one of each thing that is kept, a word planted in every box of it, and somebody else's story
    there = lived_in(colleague, tmp_path / "keep", settings)
    person, sam, gita = there["person"], there["m"], there["g"]
    visiting.keep_draft(by=sam, person=person, text="not finished")
    other = actions.begin_story(by=sam, called=OTHERS[1], matters=f"{OTHERS[1]}'s own door")
    actions.live_together(by=sam, person=person, other=other)
    trying.choose_case(by=sam, people=[person, other], study_people="somebody-else", chosen="random")
    words = planted(person)
    assert len(words) > 25
    # when whoever answers for the data hands the record over
    held = signed_in(gita).get(f"/story/{person.address}/hand-over-record/").content.decode()
    # then every planted word is in it, how they were chosen for old against new, and who looked; of others nothing
    assert [word for word in words if word not in held] == []
    assert "experiments.case" in held
    assert [one["what"] for one in json.loads(held)["looks"]][-1] == "took their record, to hand to them"
    for of_others in (OTHERS[1], other.address, "somebody-else"):
        assert of_others not in held
    # and the page that is read with them holds the same words but those of drafts that others have not finished
    page = json.dumps(record_of(Person.objects.get(pk=person.pk), gita), ensure_ascii=False)
    assert [word for word in words if word not in page and not word.endswith(("said_by", "file"))] == []
    assert "Chosen to set old against new" in page
    assert of_others not in page


def test_each_thing_in_their_record_is_called_as_one_would_call_it(
    colleague: Callable[..., User], settings: Any, tmp_path: Path
) -> None:
    there = lived_in(colleague, tmp_path / "keep", settings)
    trying.choose_case(by=there["m"], people=[there["person"]], chosen="random")

    def names(part: Any) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(names, part))
        return set(part) | set().union(*(names(one) for one in part.values() if isinstance(one, list)))

    record = record_of(there["person"], there["g"])
    record.pop(LOOKS)
    things = {name for name in names(record) if name[:1].isupper()} - {*FIELDS.values(), IN_MY_WORDS}
    assert things == {
        "What they said", "Around them", "What they need", "Has it been sorted?", "Who is with them",
        "Visits and conversations", "Sound and video", "Who was asked in", "Handed over", "What got in the way",
        "Chosen to set old against new",
    }  # fmt: skip


def test_erased_means_that_no_table_and_no_file_holds_a_word_of_theirs(
    colleague: Callable[..., User],
    settings: Any,
    tmp_path: Path,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    # given a story with a word planted in every box, in one household with another, in the register of cases
    there = lived_in(colleague, tmp_path / "keep", settings)
    person, sam, gita = there["person"], there["m"], there["g"]
    visiting.keep_draft(by=sam, person=person, text="not finished")
    other = actions.begin_story(by=sam, called=OTHERS[1], matters="My own door")
    actions.live_together(by=sam, person=person, other=other)
    planted(person)
    Person.objects.filter(pk=person.pk).update(study_person="bookcase-1")
    case = trying.choose_case(by=sam, people=[], study_people="A-1; bookcase-1;B-2", chosen="random")
    assert [*(tmp_path / "keep" / "recordings").iterdir()]
    assert any(OTHERS[0] in written(model) for model in apps.get_models())
    # when whoever answers for the data erases it
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(gita).post(f"/story/{person.address}/erase/", {"sure": "yes"})
    # then no table holds a word of it, and no recording is left; the trail keeps its lines, and the others' story stays
    assert [model.__name__ for model in apps.get_models() if OTHERS[0] in written(model)] == []
    assert not [*(tmp_path / "keep" / "recordings").iterdir()]
    assert Entry.objects.filter(person=person.address).exists()
    assert trail.verify() is None
    assert Person.objects.get().called == OTHERS[1]
    case.refresh_from_db()
    assert case.study_people == "A-1;B-2"
    # and a household that nobody is left in goes too
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(gita).post(f"/story/{other.address}/erase/", {"sure": "yes"})
    assert not Household.objects.exists()


def test_a_history_from_case_files_goes_by_the_word_of_whoever_built_it_and_stays_gone(
    sam: User, colleague: Callable[..., User], signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    # given a history that Sam built
    settings.KEEP = tmp_path
    history = building.begin(by=sam, called="P1")
    building.add_lines(by=sam, history=history, lines=[{"words": "Asked", "started_at": "2009"}])
    backup = serializers.serialize("json", [history, *history.lines.all()])
    where = f"/histories/{history.address}/erase/"
    # when others try, or Sam does not say that they are sure
    assert signed_in(colleague("Asha")).post(where, {"sure": "yes"}).status_code == 403
    signed_in(sam).post(where, {})
    # then it stays; and when Sam is sure, it goes, also when a backup comes back
    assert History.objects.exists()
    signed_in(sam).post(where, {"sure": "yes"})
    assert not Line.objects.exists()
    for one in serializers.deserialize("json", backup):
        one.save()
    assert erase_again() == 1
    assert not History.objects.exists()
    assert Entry.objects.filter(person=history.address, verb="erased a history", who=sam).count() == 1


def test_stories_past_their_day_are_laid_before_whoever_answers_for_the_data_and_go_by_their_word(
    sam: User,
    colleague: Callable[..., User],
    family: Person,
    signed_in: SignedIn,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    settings.KEEP = tmp_path
    gita = colleague("Gita", "guardian")
    # given two stories, one of them written in last year; and that a story is kept for two years after its last words
    jan = actions.begin_story(by=sam, called="Jan", matters="My own door")
    for one in (family, jan):
        Person.objects.filter(pk=one.pk).update(begun_at=datetime(2020, 2, 29, tzinfo=timezone.get_current_timezone()))
        one.said.all().delete()
    Visit.objects.create(person=jan, text="We talked", on=date(2025, 3, 1), kept_by=sam)
    browser = signed_in(gita)
    assert "Nobody has said yet" in browser.get("/how-long/").content.decode()
    browser.post("/how-long/", {"years": "2"})
    assert Ground.objects.get().keep_years == 2
    # when the day has come, two years after the last words in one of them
    monkeypatch.setattr(retention.timezone, "localdate", lambda *given: given[0].date() if given else date(2026, 3, 1))
    page = browser.get("/how-long/").content.decode()
    # then that one stands there, the look recorded, and the other does not; nothing has gone by itself
    assert family.called in page
    assert "Jan" not in page
    assert Entry.objects.filter(verb="saw that it is past its day", person=family.address).count() == 1
    # and only what is ticked and past its day goes; the other's day comes later
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/how-long/erase/", {"story": [family.address, jan.address]})
    assert [one.called for one in Person.objects.all()] == ["Jan"]
    assert Entry.objects.filter(verb="erased their record", what="past its day").count() == 1
    monkeypatch.setattr(retention.timezone, "localdate", lambda *given: given[0].date() if given else date(2027, 3, 2))
    assert "Jan" in browser.get("/how-long/").content.decode()
    # and whoever does not answer for the data has no say in it
    for verb in ("get", "post"):
        assert getattr(signed_in(sam), verb)("/how-long/").status_code == 403


def test_how_long_is_counted_from_everything_that_can_be_written_about_somebody() -> None:
    """A new kind of thing about a person cannot be forgotten: each that has a day is named, or its parent is."""
    hang = {
        model
        for model in apps.get_models()
        if any(
            isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
            and field.related_model in {Person, *(one for one, _, _ in retention.WRITTEN)}
            for field in model._meta.concrete_fields
        )
    }  # fmt: skip
    named = {model for model, _, _ in retention.WRITTEN}
    assert {one.__name__ for one in hang - named} == {"With", "Around", "Recording"}  # not written in a story by day


@pytest.mark.parametrize("page", ["/picture/", "/picture/figures/", "/listening/", "/links/", "/trying/measures/"])
def test_past_its_day_nothing_of_the_studys_data_is_shown(
    page: str, town: Path, sam: User, family: Person, signed_in: SignedIn
) -> None:
    """Shift the clock: the day by which agencies' records were to be deleted was yesterday."""
    make_personal(town)
    run = town / "findings" / "run.json"
    told = json.loads(run.read_text())
    told["study"]["lawful"] = {"personal_data": True, "keep_until": "2001-01-01"}
    run.write_text(json.dumps(told))
    Person.objects.filter(pk=family.pk).update(study_person="anybody")
    answer = signed_in(sam).get(page).content.decode()
    assert "were to be deleted by 2001-01-01" in answer or page == "/trying/measures/"
    assert "<svg viewBox" not in answer.partition("<main")[2].replace("ps-logo", "")
    assert signed_in(sam).get(family.get_absolute_url()).status_code == 200
    assert "were to be deleted" in signed_in(sam).get(f"{family.get_absolute_url()}records/").content.decode()
