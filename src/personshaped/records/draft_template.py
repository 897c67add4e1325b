"""`personshaped template`: a sheet to build one person's history from case files by hand, and its mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from personshaped.errors import InputError
from personshaped.records.folder import TOML
from personshaped.tables import CANONICAL

SHEET = "History"
_ROWS = 2000  # lines that get drop-down lists and are kept as text


@dataclass(frozen=True)
class _Column:
    heading: str
    canonical: str
    width: int
    guidance: str


_COLUMNS = (
    _Column("Person", "person_ref", 14, "A name only you understand, the same on every line: P1. Not a real name."),
    _Column("When", "started_at", 16, "As exactly as the file says and no more: 2009, 2009-06, 2009-06-04, "
            "2009-06-04 14:30, or 1996/2012 for a span."),
    _Column("Order", "seq", 8, "Only where the date is missing or two lines share it: 1, 2, 3 …"),
    _Column("Agency", "agency", 18, "Whose file it is from, or who did it: housing, gp, police …"),
    _Column("Service", "service", 18, "The team or service in it."),
    _Column("Front door", "front_door", 18, "Where the person came in: a number, a form, a desk."),
    _Column("Who began it", "initiated_by", 14, "person, or somebody for them (family, third_party); another agency's "
            "referral is other_agency; the agency itself is own_agency."),
    _Column("What happened", "activity", 14, "One kind a line. demand: somebody asks. pull: expertise is brought in, "
            "the owner stays. refer: the person is passed on. These two are never the same."),
    _Column("Words", "words", 60, "What the person said, as it was said. For what an agency did, its note."),
    _Column("About", "issue", 20, "What it is about to the person, in your words; several with ; between."),
    _Column("What came of it", "outcome", 16, "Only what the file says."),
    _Column("Why not helped", "reason", 16, "Where they were turned away."),
    _Column("Passed on to", "referred_to", 18, "The agency or front door."),
    _Column("Person says it is met", "need_met", 12, "Only if the person said so. Closed is not met."),
    _Column("Crisis", "crisis", 8, "999, A&E, arrest, a child removed, eviction …"),
    _Column("Did it help", "value_work", 10, "Did this do what matters to the person? Blank if you cannot tell."),
    _Column("People there", "people_present", 8, "How many workers."),
    _Column("Minutes", "minutes", 10, "Worked time of all of them together."),
    _Column("Cost", "cost", 10, "£ in the prices of that year, if known."),
    _Column("Documents", "documents", 10, "How many were written."),
    _Column("Inferred", "inferred", 10, "yes where you read between the lines."),
)  # fmt: skip
HEADINGS = {column.heading: column.canonical for column in _COLUMNS}
"""What each heading of the sheet is in `interactions`."""

_EXAMPLE = (
    ("P1", "2024-01-03", "", "housing", "repairs", "call centre", "person", "demand", "I can't get up my stairs",
     "stairs", "", "", "", "", "", "", "1", "10", "", "", ""),
    ("P1", "2024-01-03", "", "housing", "repairs", "", "own_agency", "refer", "Not a repair. Sent to social care.",
     "stairs", "referred", "not_for_us", "adult_social_care", "", "", "no", "1", "5", "", "1", ""),
    ("P1", "2024-02", "", "adult_social_care", "occupational therapy", "", "own_agency", "assess",
     "Assessed for equipment. Waiting list.", "stairs", "awaiting", "", "", "", "", "", "1", "90", "", "2", ""),
    ("P1", "2024-03-11", "", "adult_social_care", "", "contact centre", "person", "demand",
     "You came weeks ago. Is anything going to happen?", "stairs", "", "", "", "", "", "", "1", "10", "", "", ""),
)  # fmt: skip

_GUIDE = (
    "One line for each thing that happened to or for one person: every contact, every visit, every letter, every form.",
    "Begin with the person's first request you can find in any file, and go on through all agencies' files in order.",
    "Write what the file says. Where it does not say, leave the cell blank: blank is not known, never no and never 0.",
    "Keep the person's own words; they are the evidence.",
    "Write lines on the sheet History only. The sheet Example shows how; it is made up and is not read.",
    "A need is met when the person says so. An agency's closing is a line of its own, never the end of the need.",
    "The person stands under a name of your own (P1). Keep who P1 is somewhere else.",
    "Save, fill in [lawful] in study.toml beside this file, then run `personshaped check` and `personshaped study`.",
)


def template(path: Path) -> Path:
    """Writes the sheet to `path` (`.xlsx`; in a folder: `history.xlsx`), and a `study.toml` beside it if there is none.

    Raises InputError rather than overwrite anything.
    """
    target = path if path.suffix.lower() == ".xlsx" else path / "history.xlsx"
    if target.exists():
        raise InputError("is there already", file=target.name, expected="another name, so that no work is lost")
    target.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    _fill(book.active, SHEET, ())
    _fill(book.create_sheet(), "Example", _EXAMPLE)
    _guidance(book.create_sheet("Guidance"))
    _lists(book.create_sheet("Lists"), book[SHEET])
    book.save(target)
    study = target.parent / TOML
    if not study.exists():
        study.write_text(_study(target.name), encoding="utf-8")
    return target


def _fill(sheet: Any, title: str, rows: Sequence[Sequence[str]]) -> None:
    """Headings, then rows, every cell text: a year stays a year, and nothing is a formula."""
    sheet.title = title
    sheet.append([column.heading for column in _COLUMNS])
    for row in rows:
        sheet.append([cell or None for cell in row])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(_COLUMNS, start=1):
        head = sheet.cell(1, place)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8E4DA")
        letter = sheet.column_dimensions[head.column_letter]
        letter.width, letter.number_format = column.width, "@"
        for line in range(2, len(rows) + 2):
            sheet.cell(line, place).number_format = "@"


def _guidance(sheet: Any) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    for line in _GUIDE:
        sheet.append([None, line])
    sheet.append([])
    sheet.append(["Column", "What to write"])
    for column in _COLUMNS:
        sheet.append([column.heading, column.guidance])
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _lists(sheet: Any, history: Any) -> None:
    """The words of each list, and drop-downs on the history that offer them."""
    place = 0
    for at, column in enumerate(_COLUMNS, start=1):
        declared = CANONICAL["interactions"][column.canonical]
        words = ("yes", "no") if declared.type == "yesno" else declared.values
        if not words:
            continue
        place += 1
        for line, word in enumerate((column.heading, *words), start=1):
            sheet.cell(line, place, word)
        letter = sheet.cell(1, place).column_letter
        offer = DataValidation("list", formula1=f"=Lists!${letter}$2:${letter}${len(words) + 1}", allow_blank=True)
        offer.error = f"One of: {', '.join(words)}"
        history.add_data_validation(offer)
        target = history.cell(1, at).column_letter
        offer.add(f"{target}2:{target}{_ROWS}")


def _study(file: str) -> str:
    lines = [
        "[study]",
        'name = "One person\'s history"',
        'purpose = ""                    # in the person\'s own terms; printed on the first page',
        'what_met_means = "the person says so"',
        "history_complete = true         # put together from the files' beginning; false if it is not",
        "",
        "[lawful]",
        "personal_data = true",
        "# A study of personal data runs only with these four filled in; until then the data can be checked.",
        'purpose = ""                    # e.g. "service improvement study"',
        'lawful_basis = ""               # e.g. "public task"',
        'dpia = ""                       # the reference of the data protection impact assessment',
        'keep_until = ""                 # the day by which the data are deleted, without quotation marks: 2027-06-30',
        "",
        "[[source]]",
        f"path = {tomlkit.item(file).as_string()}",
        f'sheet = "{SHEET}"',
        "[[source.interactions]]",
        *(f'{column.canonical} = "{column.heading}"' for column in _COLUMNS),
    ]
    return "\n".join(lines) + "\n"
