"""Files inside files: members of zip archives and gzip, within limits of size and ratio, so that a bomb is refused."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from personshaped.errors import InputError

BLOCK = 1 << 20
MOST_BYTES = 16 << 30
"""A member that unpacks to more is refused."""
MOST_RATIO = 200
"""Unpacked to packed bytes; tables of text reach 10 to 50, bombs a thousand."""
_ALWAYS_FINE = 10 << 20  # bytes: below this a high ratio does no harm
_DIRECTORY = 100_000  # members of an archive
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What is raised for a damaged archive; RuntimeError for a way of packing that is not known, or a password."""


class Scratch:
    """Working files that hold agencies' lines in the clear: without a name in any folder wherever the system allows,
    so that nothing stays behind however the run ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[BinaryIO] = []
        self._named: list[Path] = []

    def new(self) -> tuple[BinaryIO, str]:
        """An empty file open for writing and reading, and the path by which others in this process can open it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder)
        file = os.fdopen(handle, "w+b")
        self._open.append(file)
        nameless = f"/proc/self/fd/{file.fileno()}"
        if os.path.exists(nameless):
            os.unlink(name)
            return file, nameless
        self._named.append(Path(name))
        return file, name

    def clear(self) -> None:
        """Closes and removes them all."""
        for file in self._open:
            file.close()
        for path in self._named:
            path.unlink(missing_ok=True)
        self._open, self._named = [], []


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """A `Scratch` that is cleared at the end, whatever happens."""
    files = Scratch(folder)
    try:
        yield files
    finally:
        files.clear()


def members(archive: Path, name: str) -> list[str]:
    """The names of an archive's files. Raises InputError where it is none."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return sorted(one for one in opened.namelist() if not one.endswith("/"))
    except zipfile.BadZipFile:
        raise InputError("is not a zip archive", file=name, expected="a zip archive") from None


def unzip(archive: Path, member: str, name: str, files: Scratch) -> tuple[BinaryIO, str, str]:
    """A member unpacked: open file, path, and its full name. Raises InputError for a bomb or no such member."""
    try:
        with zipfile.ZipFile(archive) as opened:
            info = _find(opened, member, name)
            if info.flag_bits & 1:
                raise InputError("is locked with a password", file=name, expected="an archive without one")
            _within(info.file_size, info.compress_size, name)
            out, path = files.new()
            with opened.open(info) as packed:
                _copy(packed, out, info.compress_size, name)  # type: ignore[arg-type]
            return out, path, info.filename
    except UNREADABLE as error:
        raise InputError(f"cannot be unpacked: {error}", file=name, expected="a sound zip archive") from None


def _find(opened: zipfile.ZipFile, member: str, name: str) -> zipfile.ZipInfo:
    infos = {info.filename: info for info in opened.infolist() if not info.is_dir()}
    if len(infos) > _DIRECTORY:
        raise InputError(f"holds {len(infos)} files", file=name, expected=f"at most {_DIRECTORY}")
    if member in infos:
        return infos[member]
    inside = [one for one in infos if one.endswith("/" + member)]
    if len(inside) == 1:
        return infos[inside[0]]
    near = get_close_matches(member, infos, n=1, cutoff=0.3) or sorted(infos)[:1]
    raise InputError("no such member in the archive", file=name, expected=near[0] if near else "an archive with files")


def gunzip(packed: BinaryIO, name: str, files: Scratch) -> tuple[BinaryIO, str]:
    """A gzip file unpacked. Raises InputError for a bomb or a broken file."""
    packed.seek(0, os.SEEK_END)
    size = packed.tell()
    packed.seek(0)
    out, path = files.new()
    try:
        with gzip.GzipFile(fileobj=packed) as opened:
            _copy(opened, out, size, name)  # type: ignore[arg-type]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"cannot be unpacked: {error}", file=name, expected="a sound gzip file") from None
    return out, path


def _copy(source: BinaryIO, out: BinaryIO, packed: int, name: str) -> None:
    written = 0
    while block := source.read(BLOCK):
        written += len(block)
        _within(written, packed, name)
        out.write(block)
    out.flush()
    out.seek(0)


def _within(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MOST_BYTES:
        raise InputError(f"unpacks to more than {MOST_BYTES >> 30} GB", file=name, expected="a smaller file")
    if unpacked > _ALWAYS_FINE and unpacked > MOST_RATIO * max(packed, 1):
        raise InputError(
            f"unpacks to more than {MOST_RATIO} times its size: refused as a possible bomb",
            file=name,
            expected="the file itself, not packed",
        )


def check_workbook(path: Path | str, name: str) -> None:
    """Raises InputError for a workbook that is not one, is a bomb, or declares XML entities."""
    try:
        with zipfile.ZipFile(path) as opened:
            infos = opened.infolist()
            if not any(info.filename == "xl/workbook.xml" for info in infos):
                raise InputError("is not an Excel workbook", file=name, expected=".xlsx")
            for info in infos:
                _within(info.file_size, info.compress_size, name)
                if info.filename.endswith("sharedStrings.xml") and info.file_size > 256 << 20:
                    raise InputError("holds too much text for a workbook", file=name, expected="CSV")
                if info.filename.endswith((".xml", ".rels")):
                    with opened.open(info) as xml:
                        refuse_entities(xml.read(4096), name)
    except UNREADABLE as error:
        raise InputError(f"cannot be opened: {error}", file=name, expected="an .xlsx workbook") from None


def refuse_entities(head: bytes, name: str) -> None:
    """Raises InputError where XML declares a document type: nothing that agencies export needs one."""
    if b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in head.upper():
        raise InputError("declares XML entities: refused", file=name, expected="XML without a document type")
