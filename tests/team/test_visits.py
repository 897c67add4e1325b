"""Visits: one box, drafts, words kept as words, two people writing at once, sound and video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person, Said
from personshaped.team.visits import actions
from personshaped.team.visits.models import Recording

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]


def test_words_in_quotes_are_told_from_apostrophes() -> None:
    text = 'She doesn’t sleep. ‘I’m living day to day.’ He said “leave it” and "not now".'
    assert actions.quoted(text) == ["I’m living day to day.", "leave it", "not now"]


def test_a_visit_keeps_their_words_and_ends_the_draft(sam: User, family: Person, signed_in: SignedIn) -> None:
    page, where = signed_in(sam), f"{family.get_absolute_url()}visit/"
    page.post(where, {"text": "She was painting", "draft": "1"})
    assert "She was painting" in page.get(family.get_absolute_url()).content.decode()
    assert not family.visits.exists()
    page.post(where, {"text": "She was painting. ‘It’s for the boy.’"})
    assert family.visits.get().kept_by == sam
    assert not family.drafts.exists()
    assert Said.objects.filter(person=family, words="It’s for the boy.").exists()


def test_typing_keeps_a_draft_that_only_its_writer_sees(sam: User, family: Person, signed_in: SignedIn) -> None:
    answer = signed_in(sam).post(f"{family.get_absolute_url()}visit/draft/", {"text": "half a thought"})
    assert answer.content.decode() == "Kept as you type."
    assert family.drafts.get().kept_by == sam


def test_two_writing_one_visit_both_texts_are_shown(sam: User, family: Person, signed_in: SignedIn) -> None:
    visit = actions.add_visit(by=sam, person=family, text="First.")
    page, where = signed_in(sam), f"{family.get_absolute_url()}visit/{visit.pk}/"
    page.post(where, {"text": "Sam’s version.", "version": 1})
    told = page.post(where, {"text": "Asha’s version.", "version": 1}).content.decode()
    assert "Someone else wrote here too" in told
    assert "Sam’s version." in told
    assert "Asha’s version." in told
    visit.refresh_from_db()
    assert visit.text == "Sam’s version."


def test_a_misquotation_put_right_in_a_visit_is_put_right_in_their_words(sam: User, family: Person) -> None:
    visit = actions.add_visit(by=sam, person=family, text="‘I want to mvoe.’")
    actions.change_visit(by=sam, visit=visit, version=1, text="‘I want to move.’", on=visit.on, who="")
    assert next(iter(family.said.values_list("words", flat=True))) == "I want to move."
    assert not family.said.filter(words="I want to mvoe.").exists()


def test_the_same_words_pressed_twice_are_one_visit(sam: User, family: Person, signed_in: SignedIn) -> None:
    for _ in range(2):
        signed_in(sam).post(f"{family.get_absolute_url()}visit/", {"text": "‘It’s for the boy.’"})
    assert family.visits.count() == 1
    assert family.said.filter(words="It’s for the boy.").count() == 1


@pytest.mark.parametrize(("head", "kept"), [(b"OggS" + bytes(40), 1), (b"<html><script>" + bytes(40), 0)])
def test_only_sound_and_video_is_kept(
    sam: User, family: Person, signed_in: SignedIn, settings: Any, tmp_path: Path, head: bytes, kept: int
) -> None:
    settings.KEEP = tmp_path
    visit = actions.add_visit(by=sam, person=family, text="We talked.")
    given = SimpleUploadedFile("talk.ogg", head, content_type="audio/ogg")
    signed_in(sam).post(f"{family.get_absolute_url()}visit/{visit.pk}/recording/", {"file": given})
    assert visit.recordings.count() == kept


def test_a_recording_is_played_only_to_those_who_are_with_them_and_leaves_a_line(
    sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    settings.KEEP = tmp_path
    visit = actions.add_visit(by=sam, person=family, text="We talked.")
    given = SimpleUploadedFile("talk.ogg", b"OggS sound")
    made = actions.attach(by=sam, visit=visit, given=given, kind="audio/ogg")
    where = f"{family.get_absolute_url()}recording/{made.pk}/"
    played = signed_in(sam).get(where)
    assert (b"".join(played.streaming_content), played["Content-Type"]) == (b"OggS sound", "audio/ogg")  # type: ignore[arg-type]
    assert Entry.objects.filter(verb="played a recording", person=family.address).count() == 1
    assert signed_in(colleague("Asha")).get(where).status_code == 403


def test_a_recording_taken_away_is_gone_with_its_file(
    sam: User, family: Person, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KEEP = tmp_path
    visit = actions.add_visit(by=sam, person=family, text="We talked.")
    made = actions.attach(by=sam, visit=visit, given=SimpleUploadedFile("a", b"OggS"), kind="audio/ogg")
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_recording(by=sam, recording=made)
    assert not Recording.objects.exists()
    assert not list((tmp_path / "recordings").iterdir())


def test_the_sheet_asks_what_matters_and_names_nobody(sam: User, family: Person, signed_in: SignedIn) -> None:
    told = signed_in(sam).get(f"{family.get_absolute_url()}visit/sheet/").content.decode()
    assert "What matters to you?" in told
    assert "Lime Street" not in told
