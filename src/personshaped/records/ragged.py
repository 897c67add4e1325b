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
_UNCLOSED = "a quotation mark that is not closed"


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
    with open(path, encoding=written.encoding, newline="") as file:
        for place, cells, fault in _records(_Lines(iter(file)), written, name):
            if not fault and (not cells or (len(cells) == 1 < len(written.columns) and not cells[0].strip())):
                continue  # a blank line
            if place <= written.heading_row:
                continue
            if reason := fault or _fault(cells, len(written.columns)):
                unread.append(Unread(place, reason))
            else:
                yield place, cells


def _records(lines: _Lines, written: Written, name: str) -> Iterator[tuple[int, list[str], str]]:
    """Place, cells and what is wrong with the quotation marks or the size of each record."""
    reader = csv.reader(lines, delimiter=written.delimiter, strict=True)
    place = unclosed = 0
    while True:
        lines.taken = []
        error = ""
        try:
            cells = next(reader, None)
        except csv.Error as raised:
            cells, error = [], str(raised)
        if cells is None:
            return
        place += 1
        if len(lines.taken) > 1 and (error or len(cells) != len(written.columns)):
            unclosed += 1
            if unclosed > _MOST_UNCLOSED:
                raise InputError("more than a thousand quotation marks are not closed", file=name, row=place,
                                 expected='quotation marks in pairs, "" for one inside a cell')  # fmt: skip
            lines.give_back_all_but_first()
            error = _UNCLOSED
        elif "field limit" in error:
            error = f"a cell over {LARGEST_CELL >> 20} MB"
        elif "end of data" in error:
            error = _UNCLOSED
        elif error:  # a mark in the middle of a cell: as it reads
            cells, error = next(csv.reader(lines.taken, delimiter=written.delimiter), []), ""
            reader = csv.reader(lines, delimiter=written.delimiter, strict=True)
        if error:
            reader = csv.reader(lines, delimiter=written.delimiter, strict=True)
        yield place, cells, error


def _fault(cells: list[str], width: int) -> str:
    if len(cells) != width:
        return f"ragged: {'more' if len(cells) > width else 'fewer'} cells than headings"
    return "a NUL character in a cell" if any("\0" in cell for cell in cells) else ""
