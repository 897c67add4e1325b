"""What colleagues do with visits, each with its audit line in the same transaction."""

from __future__ import annotations

import re
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from personshaped.team.accounts.models import User
from personshaped.team.audit import trail
from personshaped.team.people.actions import change
from personshaped.team.people.models import Person, Said
from personshaped.team.visits import sound
from personshaped.team.visits.models import Draft, Recording, Visit

_QUOTED = re.compile(r"(?<!\w)‘(.+?)’(?!\w)|“(.+?)”|\"(.+?)\"", re.DOTALL)


def quoted(text: str) -> list[str]:
    """The words in quotation marks, in their order: what somebody said. An apostrophe inside a word ends nothing."""
    found = (next(filter(None, match.groups())).strip() for match in _QUOTED.finditer(text))
    return list(dict.fromkeys(words for words in found if words))


@transaction.atomic
def add_visit(*, by: User, person: Person, text: str, on: date | None = None, who: str = "") -> Visit:
    """Adds a visit to their story. Words in quotes are kept as they were said, and the draft goes.

    The same words of one colleague on one day are one visit, however often the button was pressed.
    """
    day = on or date.today()
    if twice := Visit.objects.filter(person=person, kept_by=by, on=day, text=text.strip()).first():
        Draft.objects.filter(person=person, kept_by=by).delete()
        return twice
    visit = Visit.objects.create(person=person, text=text.strip(), on=day, who_was_there=who.strip(), kept_by=by)
    for words in quoted(text):
        Said.objects.create(person=person, words=words, on=day, kept_by=by)
    Draft.objects.filter(person=person, kept_by=by).delete()
    trail.record(by=by, verb="added a visit", person=person.address, what=f"visit {visit.pk}")
    return visit


@transaction.atomic
def change_visit(*, by: User, visit: Visit, version: int, text: str, on: date, who: str) -> Visit:
    """Changes a visit, unless someone else did meanwhile (TwoWroteAtOnce). Words put right in it are put right too."""
    before, day = set(quoted(visit.text)), visit.on
    changed = change(
        by=by, kept=visit, version=version, person=visit.person, what="a visit",
        text=text.strip(), on=on, who_was_there=who.strip(),
    )  # fmt: skip
    after = quoted(changed.text)
    said = Said.objects.filter(person=visit.person, on=day, kept_by=visit.kept_by)
    said.filter(words__in=before - set(after)).delete()
    said.filter(words__in=after).update(on=on)
    for words in after:
        if words not in before:
            Said.objects.create(person=visit.person, words=words, on=on, kept_by=visit.kept_by)
    return changed


@transaction.atomic
def keep_draft(*, by: User, person: Person, text: str) -> None:
    """Keeps what is being written; an empty box keeps nothing."""
    if text.strip():
        Draft.objects.update_or_create(person=person, kept_by=by, defaults={"text": text})
    else:
        Draft.objects.filter(person=person, kept_by=by).delete()


@transaction.atomic
def attach(*, by: User, visit: Visit, given: UploadedFile, kind: str) -> Recording:
    """Keeps sound or video of a visit; `kind` is what `sound.kind_of` told."""
    recording = Recording.objects.create(visit=visit, kind=kind, size=given.size, kept_by=by)
    trail.record(by=by, verb="kept a recording", person=visit.person.address, what=f"visit {visit.pk}")
    sound.write(recording, given)
    return recording


@transaction.atomic
def remove_recording(*, by: User, recording: Recording) -> None:
    """Takes a recording away, file and all; the trail keeps that it was there."""
    person, path = recording.visit.person, recording.path
    recording.delete()
    trail.record(by=by, verb="removed a recording", person=person.address)
    transaction.on_commit(lambda: sound.remove(path))
