"""Notes and filled sheets as lines: what stands in them is kept, what does not stays blank."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice

from personshaped.cells import as_written
from personshaped.errors import InputError
from personshaped.records import workbooks
from personshaped.records.draft_template import HEADINGS, SHEET
from personshaped.tables import CANONICAL
from personshaped.team.cases.models import Line

Cells = dict[str, object]
LARGEST = 5_000_000
"""Bytes of a sheet; a person's history is a few hundred kilobytes."""
MOST_ROWS = 5_000
"""Rows of a workbook that are read; more than one history holds, and a page says so."""
_DATE = r"\d{4}(?:-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2})?)?)?"
WHEN = re.compile(rf"^{_DATE}(?:/{_DATE})?$")
_LEADING = re.compile(rf"^({_DATE}(?:/{_DATE})?)(?=[\s:,;.–-]|$)[\s:,;.–-]*")
_AGENCY = re.compile(r"[^\W\d][\w' -]{1,60}")
_MARK = re.compile(r"[\w' -]{0,80}")
_TOLD_BY_WORD = ("outcome", "reason", "initiated_by")
_AFTER_WORD = {"to": "referred_to", "about": "issue"}
_LARGEST = {"minutes": 9_999_999, "cost": 9_999_999_999, "documents": 100_001}
_LONGEST_CELL = 100_000
_LONGEST_NEED = 40
_SENTENCE = re.compile(
    r"""(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[DMS][rst]\.)(?<!\bMrs\.)(?!(?<=\bNo\.)\s+\d)(['"’”)]*)\s+(?=['"‘“(]?[A-Z0-9])"""
)
FIELDS = tuple(one.name for one in Line._meta.get_fields() if one.name in CANONICAL["interactions"].names)


class NotASheet(Exception):
    """The file is neither an Excel sheet nor CSV with headings that are known."""


def from_notes(text: str) -> list[Cells]:
    """One line for each paragraph, or for each line where no line is blank; a table with headings is read as one.

    `2009-06 housing, demand: I can't get up the stairs` gives when, agency, what happened and words; each is optional.
    After what happened may follow, between commas, the need, what came of it, why not, who began it, `crisis`,
    `to` an agency, `about` something: `2012 police, refer, R1, to social services: sent on`.
    """
    text = text.replace("\r\n", "\n").strip()
    if "\t" in text.split("\n", 1)[0]:
        try:
            return _table(csv.reader(io.StringIO(text), delimiter="\t"))
        except csv.Error:
            raise NotASheet from None
    parts = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.split("\n")
    return [_note(" ".join(part.split())) for part in parts if part.strip()]


def from_prose(text: str) -> list[Cells]:
    """One line for each sentence; a date at its beginning says when, and nothing else is read out of it."""
    sentences = _SENTENCE.sub(r"\1\n", " ".join(text.split())).split("\n")
    dated = map(_dated, filter(None, sentences))
    return [cells | {"words": words} for cells, words in dated]


def _dated(text: str) -> tuple[Cells, str]:
    """When, where the text begins with it; and the text behind it."""
    when = _LEADING.match(text)
    return ({"started_at": when[1].replace("T", " ")}, text[when.end() :]) if when else ({}, text)


def _note(text: str) -> Cells:
    cells, text = _dated(text)
    before, _, after = text.partition(": ")
    agency, *marks = (part.strip() for part in before.split(","))
    if after and _AGENCY.fullmatch(agency) and all(map(_MARK.fullmatch, marks)):
        cells["agency"] = agency
        astray = _marked(cells, [one for one in marks if one])
        text = " ".join([after, *(f"[{one}]" for one in astray)])
    return cells | {"words": text}


def _marked(cells: Cells, marks: Sequence[str]) -> list[str]:
    """Puts each mark where its word belongs; returns those that nothing here knows, which stay with the words."""
    if not marks or marks[0].lower() not in CANONICAL["interactions"]["activity"].values:
        return list(marks)
    cells["activity"] = marks[0].lower()
    astray = []
    for mark in marks[1:]:
        word = mark.lower().replace(" ", "_")
        column = next((one for one in _TOLD_BY_WORD if word in CANONICAL["interactions"][one].values), "")
        first, _, rest = mark.partition(" ")
        if column and column not in cells:
            cells[column] = word
        elif word == "crisis":
            cells["crisis"] = "yes"
        elif rest and _AFTER_WORD.get(first, "need_id") not in ("need_id", *cells):
            cells[_AFTER_WORD[first]] = rest.strip()
        elif not rest and len(mark) <= _LONGEST_NEED and "need_id" not in cells:
            cells["need_id"] = mark
        else:
            astray.append(mark)
    return astray


def from_sheet(content: bytes, name: str) -> list[Cells]:
    """The lines of a filled sheet of `personshaped template`, or of CSV with the same or canonical headings."""
    if len(content) > LARGEST:
        raise NotASheet
    if not name.lower().endswith(".xlsx"):
        try:
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig").replace("\0", "")))
            return _table([as_written(cell) for cell in row] for row in rows)
        except (UnicodeDecodeError, csv.Error):
            raise NotASheet from None
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        try:
            sheet = SHEET if SHEET in workbooks.sheet_names(file.name, name) else ""
            return _table([row for _, row in islice(workbooks.rows(file.name, sheet, name), MOST_ROWS)])
        except InputError:
            raise NotASheet from None


def _table(rows: Iterable[Sequence[str]]) -> list[Cells]:
    lines = [row for row in rows if any(cell.strip() for cell in row)]
    if any(len(cell) > _LONGEST_CELL for row in lines for cell in row):
        raise NotASheet
    known = {one.lower(): one for one in FIELDS} | {heading.lower(): name for heading, name in HEADINGS.items()}
    heads = [known.get(cell.strip().lower(), "") for cell in lines[0]] if lines else []
    if not any(one in heads for one in ("started_at", "words", "activity")):
        raise NotASheet
    return [_cells(dict(zip(heads, row, strict=False))) for row in lines[1:]]


def _cells(row: Mapping[str, str]) -> Cells:
    """The cells that a line keeps; a number that is none, or a word too long, goes to the words and is not lost."""
    cells: Cells = {}
    astray = []
    for name in FIELDS:
        text = row.get(name, "").strip()
        longest = Line._meta.get_field(name).max_length  # type: ignore[union-attr]
        if not text or name == "seq":
            continue
        if name in _LARGEST:
            number = _number(name, text)
            if number is None:
                astray.append(f"{name}: {text}")
            else:
                cells[name] = number
        elif longest and len(text) > longest:
            astray.append(f"{name}: {text}")
        else:
            cells[name] = text
    if astray:
        cells["words"] = " ".join([str(cells.get("words", "")), *(f"[{one}]" for one in astray)]).strip()
    return cells


def _number(name: str, text: str) -> Decimal | int | None:
    """The number, where it is one that its column holds: none below nought, without end, or too long."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < _LARGEST[name]:
        return None
    return int(number) if name == "documents" else round(number, 2)
