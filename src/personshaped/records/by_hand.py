"""Small tables that people keep or fill in, as whatever program saved them last.

A spreadsheet saves CSV in the encoding of its country and with semicolons where the comma is in use, or as UTF-16 with
tabs. All are read; nothing is guessed about what a cell means.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from personshaped.errors import InputError
from personshaped.records.sniffing import find_encoding


@dataclass(frozen=True)
class ByHand:
    """A table's heading and lines as text. `plain` is one in UTF-8 with commas, to which lines may be appended."""

    head: list[str]
    lines: list[list[str]]
    plain: bool

    def rows(self) -> list[dict[str, str | None]]:
        """A line each by its headings; None where a line is too short, as one is that a crash cut."""
        return [
            dict(zip(self.head, [*line, *[None] * (len(self.head) - len(line))], strict=False))
            for line in self.lines
            if any(map(str.strip, line))
        ]


def read(path: Path, name: str) -> ByHand:
    """The table in `path`, called `name` in messages. Raises InputError where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=name) from None
    if not data.strip(b"\xef\xbb\xbf \r\n"):
        return ByHand([], [], plain=True)
    text, utf8 = _decoded(data, name)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(
            f"cannot be read: {error}", file=name, expected='CSV, as "Save as, CSV UTF-8" of a spreadsheet makes it'
        ) from None
    return ByHand([one.strip() for one in lines[0]], lines[1:], utf8 and delimiter == ",")


def _decoded(data: bytes, name: str) -> tuple[str, bool]:
    """The text, and whether it is UTF-8. A line that a crash cut within a letter is left out."""
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        lines = data.split(b"\n")
        broken = [line for line in lines if not _is_utf8(line)]
        if all(line.count(b",") < lines[0].count(b",") for line in broken):
            return b"\n".join(line for line in lines if line not in broken).decode("utf-8-sig"), True
        encoding = find_encoding(BytesIO(data), name)
        return data.decode(encoding).removeprefix("\ufeff"), False


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
