"""Small tables that people keep or fill in, as whatever program saved them last.

A spreadsheet saves CSV in the encoding of its country and with semicolons where the comma is in use, or as UTF-16 with
tabs. All are read; nothing is guessed about what a cell means.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
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


def append(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    *,
    ours: str = "",
    whole: Callable[[Mapping[str, str | None]], bool] = lambda row: True,
) -> None:
    """Adds rows under the headings the file has, with those of `columns` it lacks; forced to disk when this returns.

    A file that a spreadsheet saved in a way of its own is first written anew in UTF-8 with commas, every cell as it
    stands. A last line that a crash cut short (not `whole`, or without an end) stays as it is, alone. `ours` as in
    `read`. Whoever calls sees to it that no other process writes at once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists() or path.stat().st_size == 0
    heads = columns if new else _headed(path, columns, ours, whole)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if new:
        writer.writerow(heads)
    elif not _ended(path):
        text.write('"\n' if _within_quotes(path) else "\n")
    writer.writerows([row.get(name, "") for name in heads] for row in rows)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())


def _headed(
    path: Path, columns: Sequence[str], ours: str, whole: Callable[[Mapping[str, str | None]], bool]
) -> Sequence[str]:
    """The headings of the file, with those it lacked added to its head."""
    table = read(path, f"{path.parent.name}/{path.name}", ours=ours)
    headings = [*table.head, *(name for name in columns if name not in table.head)]
    if not table.plain or headings != table.head:
        _write_anew(path, headings, table, whole)
    return headings


def _write_anew(
    path: Path, headings: Sequence[str], table: ByHand, whole: Callable[[Mapping[str, str | None]], bool]
) -> None:
    """Writes every line the file held; one that a crash cut stays as short as it was, for nobody was told it is kept.
    Cells beyond the heading, of a comma that nobody quoted, stay beyond it."""
    half = path.with_name(f".{path.name}.half")
    with os.fdopen(
        os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
    ) as new:
        writer = csv.writer(new, lineterminator="\n")
        writer.writerow(headings)
        for line in table.lines:
            headed = len(table.head)
            cells = [""] * (len(headings) - min(len(line), headed))
            writer.writerow([*line[:headed], *cells, *line[headed:]] if whole(table.row(line)) else line)
        new.flush()
        os.fsync(new.fileno())
    half.replace(path)


def _ended(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _within_quotes(path: Path) -> bool:
    """Whether the last cell is quoted and was never closed, so that it would take in whatever follows."""
    text = path.read_text(encoding="utf-8-sig")
    without, more = (sum(1 for _ in csv.reader(StringIO(text + end, newline=""))) for end in ("\n", "\n-"))
    return without == more


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
