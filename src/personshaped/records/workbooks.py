"""Sheets of Excel workbooks as rows of text. Read as a stream: a sheet of a million rows is never held whole."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from personshaped.errors import InputError
from personshaped.records.archives import UNREADABLE, check_workbook
from personshaped.records.markup import parser_of, pieces, plain_tag

_KIND = "an .xlsx workbook"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of Excel's own formats that show a date or a time of day."""
_WITH_CLOCK = frozenset((18, 19, 20, 21, 22, 32, 33, 45, 46, 47))
_WIDEST_GAP = 1000  # cells: a stray one far to the right makes its row ragged, not the reading slow
_MOST_STRINGS = 256 << 20  # characters of a workbook's shared texts


@dataclass(frozen=True)
class Book:
    """What stands around the sheets: their names and where they lie, the texts cells share, and which styles show a
    date (`clock`: with the time of day). Days are counted from `epoch`."""

    sheets: dict[str, str]
    texts: list[str]
    dates: dict[str, bool]
    epoch: dt.datetime


def sheet_names(path: str, name: str) -> list[str]:
    """The sheets in order. Raises InputError for what is no workbook, or a bomb."""
    check_workbook(path, name)
    with _opened(path, name) as archive:
        return list(_sheets(archive, name)[0])


def rows(path: str, sheet: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the named sheet (the first if none is) that are not blank, each with its number in the sheet.

    Cells read as they do in Excel: dates in ISO form, whole numbers without a point. Raises InputError.
    """
    check_workbook(path, name)
    with _opened(path, name) as archive:
        book = _book(archive, name)
        if sheet and sheet not in book.sheets:
            raise InputError(f"no sheet {sheet!r}", file=name, expected=f"one of {', '.join(book.sheets)}")
        where = book.sheets[sheet] if sheet else next(iter(book.sheets.values()), "")
        yield from _rows(archive, where, book, name)


def _opened(path: str, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"cannot be opened: {error}", file=name, expected=_KIND) from None


def _read(
    archive: zipfile.ZipFile,
    member: str,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """One part of the workbook through handlers; a part that is not there is empty. Tags come without namespace."""
    if member not in archive.namelist():
        return
    parser = parser_of(name)
    parser.StartElementHandler = lambda tag, given: start(plain_tag(tag) if ":" in tag else tag, given)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(plain_tag(tag) if ":" in tag else tag)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with archive.open(member) as file:
            yield from pieces(parser, file, name, _KIND)
    except UNREADABLE as error:
        raise InputError(f"cannot be opened: {error}", file=name, expected=_KIND) from None


def _all(read: Iterator[None]) -> None:
    for _ in read:
        pass


def _sheets(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, str], bool]:
    """Where each sheet lies, and whether days are counted from 1904."""
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}
    from_1904 = False

    def workbook(tag: str, given: dict[str, str]) -> None:
        nonlocal from_1904
        if tag == "sheet":
            number = next((value for key, value in given.items() if plain_tag(key) == "id"), "")
            named.append((given.get("name", ""), number))
        elif tag == "workbookPr":
            from_1904 = given.get("date1904", "0") in ("1", "true")

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            targets[given.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", given.get("Target", ""))).lstrip(
                "/"
            )

    _all(_read(archive, "xl/workbook.xml", name, workbook))
    _all(_read(archive, "xl/_rels/workbook.xml.rels", name, relation))
    found = {title: targets[number] for title, number in named if number in targets}
    if not found:
        raise InputError("holds no sheet", file=name, expected=_KIND)
    return found, from_1904


def _book(archive: zipfile.ZipFile, name: str) -> Book:
    sheets, from_1904 = _sheets(archive, name)
    epoch = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)
    return Book(sheets, _texts(archive, name), _date_styles(archive, name), epoch)


def _texts(archive: zipfile.ZipFile, name: str) -> list[str]:
    found: list[str] = []
    parts: list[str] = []
    length = 0
    listening = spoken = False  # how Japanese is spoken stands beside it, and is no part of the cell

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal listening, spoken
        if tag == "si":
            parts.clear()
        spoken = spoken or tag == "rPh"
        listening = tag == "t" and not spoken

    def text(piece: str) -> None:
        nonlocal length
        if listening:
            parts.append(piece)
            length += len(piece)
            if length > _MOST_STRINGS:
                raise InputError("holds too much text for a workbook", file=name, expected="CSV")

    def end(tag: str) -> None:
        nonlocal listening, spoken
        if tag == "si":
            found.append("".join(parts))
        listening, spoken = False, spoken and tag != "rPh"

    _all(_read(archive, "xl/sharedStrings.xml", name, start, end, text))
    return found


def _date_styles(archive: zipfile.ZipFile, name: str) -> dict[str, bool]:
    """By a cell's style: whether its date is shown with the time of day; other styles are left out."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(given.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    _all(_read(archive, "xl/styles.xml", name, start, end))
    found = {}
    for place, number in enumerate(styles):
        # colours and conditions stand in brackets, words in quotation marks: neither is a date's letter
        code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", formats.get(number, "")).lower()
        if number in formats and re.search("[dmyhs]", code) and "general" not in code:
            found[str(place)] = "h" in code
        elif number not in formats and number.isdigit() and int(number) in _DATES:
            found[str(place)] = int(number) in _WITH_CLOCK
    return found


def _rows(archive: zipfile.ZipFile, member: str, book: Book, name: str) -> Iterator[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    cells: list[str] = []
    parts: list[str] = []
    kind = style = ""
    place = column = 0
    listening = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal kind, style, place, column, listening, cells
        if tag == "c":
            kind, style = given.get("t", "n"), given.get("s", "")
            column = _column(given["r"]) if "r" in given else len(cells)
            parts.clear()
        elif tag in ("v", "t"):
            listening = True
        elif tag == "row":
            place = int(given.get("r", place + 1))
            cells = []

    def end(tag: str) -> None:
        nonlocal listening
        if tag in ("v", "t"):
            listening = False
        elif tag == "c":
            if parts:
                if column > len(cells):
                    cells.extend([""] * min(column - len(cells), _WIDEST_GAP))
                cells.append(_cell("".join(parts), kind, style, book))
        elif tag == "row" and any(cells):
            found.append((place, cells))

    def text(piece: str) -> None:
        if listening:
            parts.append(piece)

    for _ in _read(archive, member, name, start, end, text):
        yield from found
        found.clear()


@cache
def _letters(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1


def _column(reference: str) -> int:
    """`AB12` stands in column 27, counted from 0."""
    return min(_letters(reference.rstrip("0123456789")), 16_383)


def _cell(text: str, kind: str, style: str, book: Book) -> str:
    if kind == "s":
        return book.texts[int(text)]
    if kind == "b":
        return "yes" if text == "1" else "no"
    if kind != "n":
        return text
    if style in book.dates:
        return _moment(float(text), book.dates[style], book.epoch)
    if text.isdigit():
        return text
    return f"{float(text):.15g}"


def _moment(days: float, clock: bool, epoch: dt.datetime) -> str:
    """A number of days as a date, with its time where there is one or the cell shows it; below one day only a time."""
    if not 0 <= days < 2_958_466:  # after 9999
        return f"{days:.15g}"
    # Excel takes 1900 for a leap year: up to 28 February its days are one behind
    early = 1 if 1 <= days < 60 and epoch.year == 1899 else 0
    moment = epoch + dt.timedelta(days=int(days) + early, seconds=round((days - int(days)) * 86_400))
    if days < 1:
        return f"{moment:%H:%M:%S}"
    return moment.isoformat() if clock or moment.time() != dt.time() else f"{moment:%Y-%m-%d}"
