"""Sheets of Excel workbooks as rows of text with their headings first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

from personshaped.errors import InputError
from personshaped.records.archives import check_workbook
from personshaped.records.sniffing import headings


def rows(path: str, sheet: str, name: str) -> Iterator[list[str]]:
    """The named sheet (the first if none is), from its first row that is not blank. Raises InputError."""
    check_workbook(path, name)
    try:
        with open(path, "rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield from _sheet(book, sheet, name)
    except (BadZipFile, KeyError, ValueError, SyntaxError, TypeError) as error:
        raise InputError(f"cannot be opened: {error}", file=name, expected="an .xlsx workbook") from None


def _sheet(book: Any, sheet: str, name: str) -> Iterator[list[str]]:
    if sheet and sheet not in book.sheetnames:
        raise InputError(f"no sheet {sheet!r}", file=name, expected=f"one of {', '.join(book.sheetnames)}")
    width = 0
    rows = book[sheet] if sheet else book.worksheets[0]
    rows.reset_dimensions()  # a sheet may say that it is a million rows by sixteen thousand columns
    for row in rows.iter_rows():
        cells = [_text(cell) for cell in row]
        if not width:
            if any(cells):
                while not cells[-1]:
                    cells.pop()
                width = len(cells)
                yield list(headings(cells))
            continue
        yield (cells + [""] * width)[:width] if not any(cells[width:]) else cells


def _text(cell: Any) -> str:
    """A cell as it reads: dates in ISO form, with a time only where the cell shows one; whole numbers without point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return (
            value.isoformat()
            if "h" in str(cell.number_format).lower() or value.time() != dt.time()
            else f"{value:%Y-%m-%d}"
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
