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
from personshaped.team.people.models import Person
from personshaped.team.visits.models import Recording


def erase(person: Person) -> None:
    """Their row, all that hangs on it, and the recordings of their visits. Listed first: a crash erases again."""
    _list(person.address)
    files = [Path(one.path) for one in _recordings(person)]
    with transaction.atomic():
        person.delete()
        transaction.on_commit(partial(_remove, files))


def erase_again() -> int:
    """Erases whoever is on the list and back in the database; returns how many. Run at every start."""
    known = _listed()
    if not known:
        return 0
    back = [one for one in Person.objects.all() if _hash(one.address) in known]
    for one in back:
        erase(one)
    return len(back)


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
