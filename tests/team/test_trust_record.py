"""The trail can be read and checked; a person's record can be handed over and erased, and stays erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.people import actions
from personshaped.team.people.models import Person, With
from personshaped.team.people.record import NOT_FINISHED
from personshaped.team.site.erasing import erase_again
from personshaped.team.visits import actions as visiting

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


@pytest.fixture
def gita(colleague: Callable[..., User], settings: Any, tmp_path: Path) -> User:
    settings.KEEP = tmp_path
    return colleague("Gita", "guardian")


def test_the_trail_is_for_whoever_answers_for_the_data(
    gita: User, sam: User, family: Person, signed_in: SignedIn
) -> None:
    page = signed_in(gita).get("/trail/?verify=yes").content.decode()
    assert "began their story" in page
    assert family.called not in page
    assert signed_in(sam).get("/trail/").status_code == 403


def test_what_is_handed_over_is_all_of_theirs_and_nobody_elses(
    gita: User, sam: User, family: Person, signed_in: SignedIn
) -> None:
    actions.hear_need(by=sam, person=family, words="Canary of theirs")
    other = actions.begin_story(by=sam, called="Someone else", matters="Canary of another")
    answer = signed_in(gita).get(f"{family.get_absolute_url()}hand-over-record/")
    text = answer.content.decode()
    assert "Canary of theirs" in text
    assert "Canary of another" not in text
    assert other.address not in text
    assert json.loads(text)["looks"]
    before = Entry.objects.count()
    assert signed_in(sam).get(f"{family.get_absolute_url()}hand-over-record/").status_code == 403
    assert Entry.objects.count() == before  # the trail says nothing that did not happen


def test_a_draft_is_its_writers_and_stands_in_what_is_handed_over(
    gita: User, sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    """What is still being written is held about them too; but no colleague reads over another's shoulder (380)."""
    asha = colleague("Asha")
    With.objects.create(person=family, colleague=asha)
    visiting.keep_draft(by=sam, person=family, text="Canary not finished")
    for where in ("record/", "record.json"):
        told = signed_in(asha).get(family.get_absolute_url() + where).content.decode()
        assert "Canary not finished" not in told
        assert NOT_FINISHED in told
        for one in (sam, gita):
            assert "Canary not finished" in signed_in(one).get(family.get_absolute_url() + where).content.decode()
    assert (
        "Canary not finished" in signed_in(gita).get(f"{family.get_absolute_url()}hand-over-record/").content.decode()
    )


def test_who_answers_for_the_data_hears_what_was_recorded_and_hands_it_over(
    gita: User, sam: User, family: Person, signed_in: SignedIn
) -> None:
    visit = visiting.add_visit(by=sam, person=family, text="We talked.")
    made = visiting.attach(by=sam, visit=visit, given=SimpleUploadedFile("a", b"OggS sound"), kind="audio/ogg")
    played = f"{family.get_absolute_url()}recording/{made.pk}/"
    page = signed_in(gita).get(f"{family.get_absolute_url()}record/").content.decode()
    assert f'<audio controls preload="none" src="{played}"' in page
    assert f'<a href="{played}" download>' in page
    assert signed_in(gita).get(played).status_code == 200


def test_erased_stays_erased_after_a_restore_and_the_trail_stays_whole(
    gita: User,
    sam: User,
    family: Person,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    backup = serializers.serialize("json", [family, *With.objects.filter(person=family)])
    address, where = family.address, f"{family.get_absolute_url()}erase/"
    assert signed_in(sam).post(where, {"sure": "yes"}).status_code == 403
    signed_in(gita).post(where, {})
    assert Person.objects.filter(address=address).exists()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(gita).post(where, {"sure": "yes"})
    assert not Person.objects.filter(address=address).exists()
    assert Entry.objects.filter(person=address, verb="erased their record").count() == 1
    assert trail.verify() is None
    for one in serializers.deserialize("json", backup):
        one.save()
    assert Person.objects.filter(address=address).exists()
    assert erase_again() == 1
    assert not Person.objects.filter(address=address).exists()


def test_who_answers_for_the_data_finds_a_record_and_writes_in_no_story(
    gita: User, sam: User, family: Person, signed_in: SignedIn
) -> None:
    browser = signed_in(gita)
    assert family.called not in browser.get("/").content.decode()
    found = browser.post("/", {"q": "The famly on Lime Street"}).content.decode()
    assert Entry.objects.filter(who=gita, verb="looked for a record by name", what="1 found").count() == 1
    assert "Nobody is called anything like that" not in browser.post("/", {"q": ""}).content.decode()
    where = f"{family.get_absolute_url()}record/"
    assert f'href="{where}"' in found
    page = browser.get(where).content.decode()
    assert f'action="{family.get_absolute_url()}erase/"' in page
    assert f'href="{family.get_absolute_url()}hand-over-record/"' in page
    assert "erase/" not in signed_in(sam).get(where).content.decode()
    for written in ("need/", "visit/", "matters/", "around/", "ask/"):
        assert browser.post(f"{family.get_absolute_url()}{written}", {"words": "X"}).status_code in (403, 404)
    assert not family.needs.exists()
    assert not family.visits.exists()


def test_only_whoever_is_with_them_all_the_way_hands_over_and_else_nothing_is_in_the_trail(
    colleague: Callable[..., User], sam: User, family: Person, signed_in: SignedIn
) -> None:
    asha = colleague("Asha")
    With.objects.create(person=family, colleague=asha, how=With.ASKED_IN)
    before = Entry.objects.count()
    assert signed_in(asha).get(f"{family.get_absolute_url()}hand-over/").status_code == 403
    assert Entry.objects.count() == before
    assert signed_in(sam).get(f"{family.get_absolute_url()}hand-over/").status_code == 200


def test_a_long_list_of_looks_is_folded_newest_first_and_its_file_is_whole(
    colleague: Callable[..., User], family: Person, sam: User, signed_in: Callable[[User], Client]
) -> None:
    browser, at = signed_in(sam), family.get_absolute_url()
    for _ in range(30):
        browser.get(at)
    page = browser.get(f"{at}record/").content.decode()
    looks = page[page.index("Who looked at this") :]
    assert looks.count("opened their story") == 30
    assert "more<span" in looks
    assert looks.index("opened their whole record") < looks.index("<details") < looks.rindex("began their story")
    held = json.loads(browser.get(f"{at}record.json").content)
    assert len(held["Who looked at this, and who wrote"]) == Entry.objects.filter(person=family.address).count()
