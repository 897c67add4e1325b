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
        """The lines that are not blank, each by its headings."""
        return [self.row(line) for line in self.lines if any(map(str.strip, line))]

    def row(self, line: list[str]) -> dict[str, str | None]:
        """A line by its headings; None where it is too short, as one is that a crash cut."""
        return dict(zip(self.head, [*line, *[None] * (len(self.head) - len(line))], strict=False))


def read(path: Path, name: str, *, ours: str = "") -> ByHand:
    """The table in `path`, called `name` in messages. Raises InputError where it cannot be read.

    `ours` is a column that only a file we append to has: a crash may have cut the last line of such a file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=name) from None
    if not data.strip(b"\xef\xbb\xbf \r\n"):
        return ByHand([], [], plain=True)
    text, utf8 = _decoded(data, name, ours)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(
            f"cannot be read: {error}", file=name, expected='CSV, as "Save as, CSV UTF-8" of a spreadsheet makes it'
        ) from None
    return ByHand([one.strip() for one in lines[0]], lines[1:], utf8 and delimiter == ",")


def _decoded(data: bytes, name: str, ours: str) -> tuple[str, bool]:
    """The text, and whether it is UTF-8 as it lies. Nothing is left out; half a letter that a crash left is U+FFFD."""
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError as error:
        if _is_cut(data, error, ours):
            return data.decode("utf-8-sig", errors="replace"), False
    encoding = find_encoding(BytesIO(data), name)
    return data.decode(encoding).removeprefix("\ufeff"), False


def _is_cut(data: bytes, error: UnicodeDecodeError, ours: str) -> bool:
    """Whether a crash cut our own last line within a letter: all before is UTF-8, and cells are missing behind it."""
    head, last = data.split(b"\n", 1)[0], data.rsplit(b"\n", 1)[-1]
    return (
        bool(ours)
        and ours.encode() in head
        and (error.reason, error.end) == ("unexpected end of data", len(error.object))
        and last.count(b",") < head.count(b",")
    )
