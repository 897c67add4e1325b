"""A CSV file read row by row: what cannot be cut into cells is told apart, with its place and the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from personshaped.errors import InputError
from personshaped.records.sniffing import Written

LARGEST_CELL = 10 << 20
"""Characters; a row with a larger cell is set aside."""
_MOST_UNCLOSED = 1000  # each may cost a look at LARGEST_CELL characters


@dataclass(frozen=True)
class Unread:
    """A row that could not be cut into cells; the heading line is row 1, blank lines count."""

    row: int
    reason: str


class _Lines:
    """The lines of a file, which can be taken back: an unclosed quotation mark swallows what is not its own."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._back: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._source)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> None:
        self._back += self.taken[:0:-1]
        self.taken = []


def careful_rows(path: str, name: str, written: Written, unread: list[Unread]) -> Iterator[tuple[int, list[str]]]:
    """Each row below the headings with its place; those that cannot be used are added to `unread`."""
    csv.field_size_limit(LARGEST_CELL)
    width = len(written.columns)
    with open(path, encoding=written.encoding, newline="") as file:
        lines = _Lines(iter(file))
        reader = csv.reader(lines, delimiter=written.delimiter)
        place, unclosed, headed = 0, 0, False
        while True:
            lines.taken = []
            try:
                cells = next(reader, None)
                too_large = False
            except csv.Error:
                cells, too_large = [], True
            if cells is None:
                return
            place += 1
            if not headed:
                headed = bool(cells)
                continue
            if len(lines.taken) > 1 and len(cells) != width:
                unclosed += 1
                if unclosed > _MOST_UNCLOSED:
                    raise InputError("more than a thousand quotation marks are not closed", file=name, row=place,
                                     expected='quotation marks in pairs, "" for one inside a cell')  # fmt: skip
                lines.give_back_all_but_first()
                reader = csv.reader(lines, delimiter=written.delimiter)
                unread.append(Unread(place, "a quotation mark that is not closed"))
            elif too_large:
                reader = csv.reader(lines, delimiter=written.delimiter)
                unread.append(Unread(place, f"a cell over {LARGEST_CELL >> 20} MB"))
            elif len(cells) > 1 or any(cell.strip() for cell in cells) or (width == 1 and cells):
                if reason := _fault(cells, width):
                    unread.append(Unread(place, reason))
                else:
                    yield place, cells


def _fault(cells: list[str], width: int) -> str:
    if len(cells) != width:
        return f"ragged: {'more' if len(cells) > width else 'fewer'} cells than headings"
    if any("\0" in cell for cell in cells):
        return "a NUL character in a cell"
    return ""
