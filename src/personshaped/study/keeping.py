"""What whoever holds the data owes the data: one archive that comes back, an end, and a record that nobody touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

from personshaped.disclosure import looks
from personshaped.errors import UsageError
from personshaped.linkage import pseudonyms
from personshaped.linkage.store import opened_file, sealed_file
from personshaped.records import forgotten, open_folder
from personshaped.study.duties import ARCHIVES, BESIDE, ERASED, ERASED_BESIDE, forget_again

_KEY = ".private/key"
_ON_THE_WAY = (".work", ".look")


def audit(folder: Path, noted: str | None = None) -> dict[str, Any]:
    """Verify the record of looks of a study. Raises InputError naming what was changed, dropped or cut off."""
    private = folder / ".private"
    if not (private / looks.FILE).exists() and not (private / looks.HEAD).exists() and noted is None:
        return {"looks": 0, "head": str(looks.Head(0, "0" * 64))}
    head = looks.verify(private, pseudonyms.load_key(private), looks.Head.of(noted) if noted else None)
    return {"looks": head.looks, "head": str(head)}


def purge(folder: Path, today: date, out: Path | None = None) -> dict[str, Any]:
    """Delete findings and `.private/` of a study whose `keep_until` has passed; name the files that are not ours.

    Raises UsageError where the day has not come or none is said.
    """
    study = open_folder(folder)
    until = study.lawful.keep_until
    if until is None:
        raise UsageError(f"{folder}: [lawful] says no keep_until; expected a day that has passed")
    if until >= today:
        raise UsageError(f"{folder}: [lawful] keep_until = {until} has not passed; nothing was deleted")
    gone = [one for one in (out or folder / "findings", folder / ".private") if one.exists()]
    for one in gone:
        shutil.rmtree(one)
    left = [one for one in study.files() if one.name != study.toml_name]
    return {
        "kept until": str(until),
        "deleted": [str(one) for one in gone],
        "delete yourself": [str(one) for one in left],
    }


def backup(folder: Path, archive: Path) -> dict[str, Any]:
    """Write the whole folder but its key into one archive, encrypted with the study's key.

    The folder remembers the archive, so that `forget` can lay the list of those forgotten later beside it.
    """
    open_folder(folder)
    if archive.exists():
        raise UsageError(f"{archive}: is there already; expected a new file")
    private = folder / ".private"
    key = pseudonyms.load_key(private)
    files = [one for one in _files(folder) if one.parent.resolve() / one.name != archive.resolve()]
    with sealed_file(archive, key) as sealed, tarfile.open(fileobj=cast(Any, sealed), mode="w|") as tar:
        for one in files:
            name = one.relative_to(folder).as_posix()
            if one.parent == private / "team" and one.suffix == ".sqlite3":
                with _standing_still(one) as copy:
                    tar.add(copy, name, recursive=False)
            else:
                tar.add(one, name, recursive=False)
    with (private / ARCHIVES).open("a", encoding="utf-8") as known:
        known.write(f"{archive.resolve()}\n")
    return {"files": len(files), "archive": str(archive), "looks": audit(folder)["head"]}


def restore(
    archive: Path, folder: Path, key_file: Path | None = None, forgotten_list: Path | None = None
) -> dict[str, Any]:
    """Bring an archive back into an empty place; whoever was forgotten since is erased from it again.

    They stand in the list that `forget` laid beside the archive, and in `forgotten_list`. The key is the
    environment's, else that of `key_file`. Raises UsageError where the place is not empty or the key another.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: not empty; expected an empty place to restore into")
    for one in (archive, key_file, forgotten_list):
        if one is not None and not one.is_file():
            raise UsageError(f"{one}: no such file")
    lists = [archive.with_name(archive.name + BESIDE), *([forgotten_list] if forgotten_list else [])]
    since = {record for one in lists for record in forgotten.read(one)}
    key = _key(key_file)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    try:
        with opened_file(archive, key) as plain, tarfile.open(fileobj=cast(Any, plain), mode="r|") as tar:
            tar.extractall(part, filter="data")
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    private = pseudonyms.make_private(folder / ".private")
    _erased_since(folder, archive)
    if key_file is not None:
        shutil.copyfile(key_file, private / "key")
        (private / "key").chmod(0o600)
    since -= set(forgotten.read(folder / "decisions" / forgotten.FILE))
    if since:
        forget_again(folder, since, folder / "findings")
    return {"files": len(_files(folder)), "folder": str(folder), "forgotten since": len(since),
            "looks": audit(folder)["head"]}  # fmt: skip


@contextmanager
def _standing_still(database: Path) -> Iterator[Path]:
    """A copy of the application's database as it was at one moment, though others write to it meanwhile."""
    with tempfile.TemporaryDirectory(dir=database.parent, prefix="copy-") as place:
        copy = Path(place) / database.name
        source, target = sqlite3.connect(database), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        yield copy


def _erased_since(folder: Path, archive: Path) -> None:
    """Adds whom the team's application erased since the archive was made: its next start erases them again."""
    beside = archive.with_name(archive.name + ERASED_BESIDE)
    if not beside.is_file():
        return
    path = folder / ERASED
    known = path.read_text(encoding="ascii").split() if path.exists() else []
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text("".join(f"{one}\n" for one in dict.fromkeys([*known, *beside.read_text("ascii").split()])), "ascii")
    path.chmod(0o600)


def _key(key_file: Path | None) -> bytes:
    if key_file is not None:
        return pseudonyms.read_key(key_file)
    given = os.environ.get(pseudonyms.KEY_VARIABLE, "")
    if not given:
        raise UsageError(
            f"the key is needed; expected --key FILE (the study's .private/key), or {pseudonyms.KEY_VARIABLE}"
        )
    return given.encode()


def _files(folder: Path) -> list[Path]:
    """Every file of a folder but its key and what a run leaves on the way."""
    return [
        one
        for one in sorted(folder.rglob("*"))
        if one.is_file()
        and one.relative_to(folder).as_posix() != _KEY
        and not set(one.relative_to(folder).parts) & set(_ON_THE_WAY)
        and not one.name.endswith((".sqlite3-wal", ".sqlite3-shm"))
    ]
