"""Cells of the CSV files that people open in a spreadsheet: none of them is a formula to it."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""How a cell begins that a spreadsheet may take for a formula, or skips to find one behind."""
_NUMBER = re.compile(r"[-+]?£?\d[\d,]*(\.\d+)?%?")


_GUARDED = re.compile(r"'+[=+\-@\t\r\n\0]")


def as_text(cell: str) -> str:
    """The cell, with an apostrophe before it where it would be a formula; a number stays one, a negative one too.

    A cell that looks as if it had been given one gets another, so that `as_written` gives back what stood there.
    """
    formula = cell.startswith(FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if formula or _GUARDED.match(cell) else cell


def as_written(cell: str) -> str:
    """What stood in a cell before `as_text`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def as_written_sql(cell: str) -> str:
    """The same of a column in DuckDB."""
    pattern = r"'^''(''*[=+\-@\t\r\n\x00])', '\1'"
    return f"if(starts_with({cell}, ''''), regexp_replace({cell}, {pattern}), {cell})"
