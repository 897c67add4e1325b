"""Records: the sheet for building one person's history from case files by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from personshaped.errors import InputError
from personshaped.records.draft_template import SHEET, template
from personshaped.tables import CANONICAL
from spec.study_folders import reading


def test_what_is_written_by_hand_is_read_back(tmp_path: Path) -> None:
    sheet = template(tmp_path / "p1")
    assert sheet == tmp_path / "p1" / "history.xlsx"
    book = load_workbook(sheet)
    headings = [cell.value for cell in book[SHEET][1]]
    lines = [
        {"Person": "P1", "When": "2009", "Agency": "housing", "What happened": "demand", "Words": "It is damp"},
        {"Person": "P1", "When": "2009-06", "Agency": "gp", "What happened": "assess", "Minutes": "20"},
        {"Person": "P1", "Order": "3", "Agency": "gp", "What happened": "refer", "Passed on to": "housing"},
        {"Person": "P1", "When": "2009-06-04", "Agency": "gp", "Person says it is met": "no", "Inferred": "yes"},
    ]
    for line in lines:
        book[SHEET].append([line.get(heading) for heading in headings])
    book.save(sheet)
    found = reading(sheet.parent, tmp_path / "work")
    rows = found.con.execute(
        "SELECT strftime(started_at, '%Y-%m-%d'), date_precision, agency, activity, words, minutes, referred_to,"
        " need_met, inferred FROM interactions ORDER BY source"
    ).fetchall()
    assert rows == [
        ("2009-01-01", "year", "housing", "demand", "It is damp", None, None, None, None),
        ("2009-06-01", "month", "gp", "assess", None, 20.0, None, None, None),
        (None, "order", "gp", "refer", None, None, "housing", None, None),
        ("2009-06-04", "day", "gp", None, None, None, None, False, True),
    ]
    assert found.records.report.set_aside == 0


def test_lists_offer_the_words_that_are_read(tmp_path: Path) -> None:
    book = load_workbook(template(tmp_path / "sheet.xlsx"))
    offered = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Lists"].columns}
    assert tuple(offered["What happened"]) == CANONICAL["interactions"]["activity"].values
    assert offered["Crisis"] == ["yes", "no"]
    drop_downs = {str(one.sqref): one.formula1 for one in book[SHEET].data_validations.dataValidation}
    assert drop_downs["H2:H2000"] == "=Lists!$B$2:$B$17"


def test_no_cell_is_a_formula_and_the_example_is_not_read(tmp_path: Path) -> None:
    sheet = template(tmp_path)
    book = load_workbook(sheet)
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or str(cell.value or " ")[0] in "=+-@"]
    assert book["Example"].max_row == 5
    assert book[SHEET].max_row == 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("[lawful]\npersonal_data = false\n", encoding="utf-8")
    template(tmp_path)
    assert (tmp_path / "study.toml").read_text(encoding="utf-8") == "[lawful]\npersonal_data = false\n"
    with pytest.raises(InputError, match="is there already"):
        template(tmp_path)
