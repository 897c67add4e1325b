"""Erasure that lasts: whoever was erased is listed, as a hash, and erased again after a restore."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from personshaped.study.duties import ARCHIVES, ERASED, ERASED_BESIDE
from personshaped.team.cases.models import History
from personshaped.team.experiments.models import Case
from personshaped.team.people.models import Person
from personshaped.team.visits.models import Recording


def erase(person: Person) -> None:
    """Their row and all that hangs on it, the recordings of their visits, and their id in the register of cases.

    Listed first: a crash erases again.
    """
    _list(person.address)
    files, home = [Path(one.path) for one in _recordings(person)], person.household
    with transaction.atomic():
        _leave_the_register(person)
        person.delete()
        if home is not None and not home.people.exists():
            home.delete()
        transaction.on_commit(partial(_remove, files))


def erase_history(history: History) -> None:
    """A history from case files, whole. Listed first too."""
    _list(history.address)
    history.delete()


def erase_again() -> int:
    """Erases whoever is on the list and back in the database; returns how many. Run at every start."""
    known = _listed()
    if not known:
        return 0
    people = [one for one in Person.objects.all() if _hash(one.address) in known]
    histories = [one for one in History.objects.all() if _hash(one.address) in known]
    for person in people:
        erase(person)
    for history in histories:
        erase_history(history)
    return len(people) + len(histories)


def _leave_the_register(person: Person) -> None:
    """Their id in the study goes from every case; that there was a case, and how it was chosen, stays."""
    if not person.study_person:
        return
    for case in Case.objects.filter(study_people__contains=person.study_person):
        ids = [one.strip() for one in case.study_people.split(";")]
        case.study_people = ";".join(one for one in ids if one != person.study_person)
        case.save(update_fields=["study_people"])


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _recordings(person: Person) -> models.QuerySet[Recording]:
    return Recording.objects.filter(visit__person=person)


def _path() -> Path:
    return Path(settings.KEEP) / "erased.txt"


def _hash(address: str) -> str:
    return hmac.new(settings.AUDIT_KEY, address.encode(), hashlib.sha256).hexdigest()


def _listed() -> set[str]:
    return set(_path().read_text(encoding="ascii").split()) if _path().exists() else set()


def _list(address: str) -> None:
    if _hash(address) in _listed():
        return
    with os.fdopen(os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
        file.write(_hash(address) + "\n")
        file.flush()
        os.fsync(file.fileno())
    _tell_archives()


def _tell_archives() -> None:
    """Lays the list beside every archive of the study's folder that is known: `restore` reads it there."""
    known = Path(settings.STUDY) / ".private" / ARCHIVES if settings.STUDY else None
    if known is None or not known.exists() or _path().resolve() != (Path(settings.STUDY) / ERASED).resolve():
        return
    for archive in known.read_text(encoding="utf-8").splitlines():
        if Path(archive).exists():
            shutil.copyfile(_path(), archive + ERASED_BESIDE)
