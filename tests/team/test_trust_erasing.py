"""What is held about a person is handed over whole, and erased whole; what is past its day is not shown any more."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

import personshaped.team
from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.blockages import actions as blocking
from personshaped.team.cases import actions as building
from personshaped.team.cases.models import History, Line
from personshaped.team.experiments import actions as trying
from personshaped.team.people import actions
from personshaped.team.people.models import Household, Person
from personshaped.team.people.record import FIELDS, IN_MY_WORDS, LOOKS, record_of
from personshaped.team.pull import actions as pulling
from personshaped.team.site import retention
from personshaped.team.site.erasing import erase_again
from personshaped.team.site.ground import actions as ground
from personshaped.team.site.ground.models import Ground
from personshaped.team.visits import actions as visiting
from team.lived_in import lived_in
from team.test_picture_inside import make_personal
from team.test_trust_matrix import addresses, filled

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


def noon(year: int, month: int, day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the clock of the trail, and of everything that is kept."""
    moment = datetime(year, month, day, 12, tzinfo=UTC)
    monkeypatch.setattr(trail, "datetime", SimpleNamespace(now=lambda _: moment))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_stories_past_their_day_are_laid_before_whoever_answers_for_the_data_and_go_by_their_word(
    sam: User,
    colleague: Callable[..., User],
    signed_in: SignedIn,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    settings.KEEP = tmp_path
    gita = colleague("Gita", "guardian")
    # given three stories; in two of them something was written last year, a next step and who is around them
    noon(2020, 2, 29, monkeypatch)
    ada, jan, eve = (actions.begin_story(by=sam, called=one, matters="My door") for one in ("Ada", "Jan", "Eve"))
    noon(2025, 3, 1, monkeypatch)
    about = {"version": jan.version, "next_step": "Visit on Monday"}
    signed_in(sam).post(f"{jan.get_absolute_url()}about/", about)
    signed_in(sam).post(f"{eve.get_absolute_url()}around/", {"called": "Gran"})
    jan.refresh_from_db()
    assert (jan.next_step, eve.around.get().called) == ("Visit on Monday", "Gran")
    # and that a story is kept for two years after something was last written in it
    assert "Nobody has said yet" in signed_in(gita).get("/how-long/").content.decode()
    signed_in(gita).post("/how-long/", {"years": "2"})
    assert Ground.objects.get().keep_years == 2
    # when somebody looks at the third, and the page is opened twice
    noon(2026, 3, 1, monkeypatch)
    signed_in(sam).get(ada.get_absolute_url())
    browser = signed_in(gita)
    browser.get("/how-long/")
    page = browser.get("/how-long/").content.decode()
    # then that one stands there, each look recorded, and the others do not; nothing has gone by itself
    assert "Ada" in page
    assert "last written on 29 February 2020" in page
    assert "Jan" not in page
    assert "Eve" not in page
    assert Entry.objects.filter(verb="saw that it is past its day", person=ada.address).count() == 2
    # and only what is ticked and past its day goes; the others' day comes later
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/how-long/erase/", {"story": [ada.address, jan.address, eve.address]})
    assert [one.called for one in Person.objects.all()] == ["Eve", "Jan"]
    assert Entry.objects.filter(verb="erased their record", what="past its day").count() == 1
    noon(2027, 3, 2, monkeypatch)
    assert signed_in(gita).get("/how-long/").content.decode().count("last written on 1 March 2025") == 2
    # and whoever does not answer for the data has no say in it
    for verb in ("get", "post"):
        assert getattr(signed_in(sam), verb)("/how-long/").status_code == 403


def hanging() -> set[type[models.Model]]:
    """Every kind of thing that hangs on a person, at any depth, or that a person stands in."""
    found: set[type[models.Model]] = {Person, *(one.related_model for one in Person._meta.related_objects)}
    for _ in range(5):
        found |= {
            model
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in found
            and field.remote_field.on_delete is models.CASCADE
        }  # fmt: skip
    return {one for one in found if not one._meta.auto_created}


def writing() -> dict[str, str]:
    """Every action on something that hangs on a person: its name, and the module it stands in."""
    kinds = {one.__name__ for one in hanging()}
    found = {}
    for module in pkgutil.walk_packages(personshaped.team.__path__, "personshaped.team."):
        if module.name.endswith(".actions"):
            for name, one in vars(importlib.import_module(module.name)).items():
                told = getattr(one, "__annotations__", {})
                own = isinstance(one, FunctionType) and one.__module__ == module.name and "by" in told
                if own and not name.startswith("_") and kinds & set(re.findall(r"\w+", " ".join(told.values()))):
                    assert name not in found
                    found[name] = module.name
    return found


OF_THE_SYSTEM = {"gather"}
"""Says what in the system makes it so, and whose it was is not known to whoever says it."""


def test_whatever_is_written_about_somebody_puts_their_day_off(
    colleague: Callable[..., User], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No action and no kind of thing can be forgotten: those that there are, are looked for."""
    # given a story in which one of each thing was written in 2020
    noon(2020, 2, 29, monkeypatch)
    there = lived_in(colleague, tmp_path / "keep", settings)
    Ground.objects.update(keep_years=2)
    person, sam, asha, len_, priya = (there[one] for one in ("person", "m", "s", "x", "e"))
    other = actions.begin_story(by=sam, called="Other", matters="My door")
    actions.live_together(by=sam, person=person, other=other)
    asked = pulling.ask_in(by=sam, person=person, whom=len_, words="Debt?")
    need, visit = person.needs.get(), person.visits.get()
    handover, blockage = person.handovers.get(), person.blockages.get()
    came = person.asks.exclude(accepted_at=None).get()
    sound = SimpleUploadedFile("b.ogg", b"OggS sound")
    level = trying.name_level(by=sam, words="Early and small", means="", place=1)
    about: dict[str, Any] = {"by": sam, "person": person}
    acts: dict[str, Callable[[], Any]] = {
        "begin_story": lambda: None,  # looked at below: it is about somebody new
        "change": lambda: actions.change(**about, kept=person, version=person.version, what="about them", area="x"),
        "hear_need": lambda: actions.hear_need(**about, words="Warmth"),
        "ask_whether_sorted": lambda: actions.ask_whether_sorted(by=sam, need=need, said="yes"),
        "change_matters": lambda: actions.change_matters(**about, version=person.version, words="A door"),
        "add_around": lambda: actions.add_around(**about, called="Al", is_to_them=""),
        "keep_correction": lambda: actions.keep_correction(**about, as_written="", as_they_say="No"),
        "live_together": lambda: actions.live_together(by=sam, person=other, other=person),
        "live_apart": lambda: actions.live_apart(by=sam, person=person),
        "add_visit": lambda: visiting.add_visit(**about, text="Tea"),
        "change_visit": lambda: visiting.change_visit(
            by=sam, visit=visit, version=visit.version, text="Cake", on=visit.on, who=""
        ),
        "keep_draft": lambda: visiting.keep_draft(**about, text="Not fin"),
        "attach": lambda: visiting.attach(by=sam, visit=visit, given=sound, kind="audio/ogg"),
        "remove_recording": lambda: visiting.remove_recording(by=sam, recording=visit.recordings.get()),
        "ask_in": lambda: pulling.ask_in(**about, whom=priya, words=""),
        "accept": lambda: pulling.accept(by=len_, ask=asked),
        "decline": lambda: pulling.decline(by=len_, ask=asked),
        "bring": lambda: pulling.bring(by=priya, ask=came, words="A form"),
        "leave": lambda: pulling.leave(by=priya, person=person),
        "ask_to_take_over": lambda: pulling.ask_to_take_over(**about, whom=asha, story=""),
        "accept_handover": lambda: pulling.accept_handover(by=asha, handover=handover),
        "decline_handover": lambda: pulling.decline_handover(by=asha, handover=handover),
        "say": lambda: blocking.say(**about, words="A rule"),
        "say_more": lambda: blocking.say_more(by=sam, blockage=blockage, instead="We paid"),
        "agree": lambda: blocking.agree(by=sam, blockage=blockage, told="No", agreed="yes", shown="No"),
        "choose_case": lambda: trying.choose_case(by=sam, people=[person], chosen="random"),
        "wrote_up": lambda: trying.wrote_up(by=sam, case=trying.choose_case(by=sam, people=[person])),
        "stand": lambda: trying.stand(by=sam, need=need, level=level),
        "observe": lambda: ground.observe(
            **about, measure="independence", value=Decimal(3), said_by="person", words="", on=date(2019, 1, 1)
        ),
    }
    assert set(acts) == set(writing()) - OF_THE_SYSTEM
    noon(2026, 3, 1, monkeypatch)
    assert {one.person for one in retention.past_their_day(date(2026, 3, 1))} == {person, other}
    # when any of them is written in, then the story is not past its day any more
    written_in: set[Any] = set()
    watch: Callable[..., None] = lambda sender, **_: written_in.add(sender)  # noqa: E731
    stood_in: Callable[..., None] = lambda model, instance, **_: written_in.update({model, type(instance)})  # noqa: E731
    models.signals.post_save.connect(watch)
    models.signals.m2m_changed.connect(stood_in)
    try:
        for name, act in acts.items():
            with transaction.atomic():
                act()
                past = {one.person for one in retention.past_their_day(date(2026, 3, 1))}
                transaction.set_rollback(True)
            assert (person in past) == (name == "begin_story"), name
            person.refresh_from_db()
            visit.refresh_from_db()
        new = actions.begin_story(by=sam, called="New", matters="My door")
    finally:
        models.signals.post_save.disconnect(watch)
        models.signals.m2m_changed.disconnect(stood_in)
    assert new not in {one.person for one in retention.past_their_day(date(2026, 3, 1))}
    # and there is no kind of thing about a person that none of them writes
    assert {one.__name__ for one in hanging() - written_in} == set()


def test_no_look_puts_their_day_off(
    colleague: Callable[..., User], settings: Any, tmp_path: Path, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon(2020, 2, 29, monkeypatch)
    there = lived_in(colleague, tmp_path / "keep", settings) | {"figure": "x", "chart": "x"}
    Ground.objects.update(keep_years=2)
    before = Entry.objects.filter(person=there["address"]).count()
    noon(2026, 3, 1, monkeypatch)
    # when everybody who may look opens every page about them
    browsers = [signed_in(there[who]) for who in "meg"]
    for name, route, one in addresses():
        if hasattr(one.callback, "person_page"):
            for browser in browsers:
                browser.get(filled(name, route, there))
    browsers[-1].get("/how-long/")
    # then every look is in the trail, and the day is the one of the last words
    looks = Entry.objects.filter(person=there["address"])[before:]
    assert len({one.verb for one in looks}) > 12
    assert [one.last for one in retention.past_their_day(date(2026, 3, 1))] == [date(2020, 2, 29)]
    # and a page that writes a line of its own says with its verb that it is a look, or erases
    for file in Path(personshaped.team.__file__).parent.rglob("*.py"):
        if file.name != "actions.py":
            told = re.findall(r'trail\.record\([^)]*verb="([^"]+)", person=', file.read_text(encoding="utf-8"))
            assert set(told) <= {"erased their record", "erased a history"}, file


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
