"""Cells of the CSV files that people open in a spreadsheet: none of them is a formula to it."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""How a cell begins that a spreadsheet may take for a formula, or skips to find one behind."""
_NUMBER = re.compile(r"[-+]?£?\d[\d,]*(\.\d+)?%?")


def as_text(cell: str) -> str:
    """The cell, with an apostrophe before it where it would be a formula; a number stays one, a negative one too."""
    return f"'{cell}" if cell.startswith(FORMULA) and not _NUMBER.fullmatch(cell) else cell


def as_written(cell: str) -> str:
    """What stood in a cell before `as_text`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


AS_WRITTEN_SQL = r"regexp_replace({0}, '^''([=+\-@\t\r\n\x00])', '\1')"
"""The same of a column in DuckDB."""
