"""Records: how agencies really write: clocks, months in other languages, a file a month, several tables in one file."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest
from small_folders import PUBLISHED, read_again, read_folder, write

from personshaped.errors import InputError

WHEN = """
    [[source]]
    path = "{0}"
    [[source.interactions]]
    agency = {{ const = "council" }}
    person_ref = "Ref"
    started_at = "When"
"""


@pytest.mark.parametrize(
    ("written", "read", "precision"),
    [
        ("21/04/2023 24:00", "2023-04-22 00:00:00", "minute"),  # midnight is the end of its day
        ("31.12.2022 24.00", "2023-01-01 00:00:00", "minute"),
        ("2023-04-30 24:00", "2023-05-01 00:00:00", "minute"),
        ("1/2/23 9.05", "2023-02-01 09:05:00", "minute"),
        ("30-11-2022 2213", "2022-11-30 22:13:00", "minute"),
        ("01/05/2023 3:04 pm", "2023-05-01 15:04:00", "minute"),
        ("21-04-2023 09:15:33.25", "2023-04-21 09:15:33", "minute"),
        ("05-Mar-24", "2024-03-05 00:00:00", "day"),
        ("5 mrt 2024", "2024-03-05 00:00:00", "day"),
        ("12 mei 2023 14.35", "2023-05-12 14:35:00", "minute"),
        ("3. Dezember 2022", "2022-12-03 00:00:00", "day"),
        ("1 août 2021", "2021-08-01 00:00:00", "day"),
        ("7 juillet 2021", "2021-07-07 00:00:00", "day"),
        ("5 Sept. 2023", "2023-09-05 00:00:00", "day"),
        ("14/03/2022 9h05", "2022-03-14 09:05:00", "minute"),
        ("44634.5", "2022-03-14 12:00:00", "minute"),  # a day as workbooks count them, and half of the next
        ("44634.1875000001", "2022-03-14 04:30:00", "minute"),
        ("5 Marketing 2023", "", ""),  # no month: a name must end where the word ends
        ("5 Mayor 2023", "", ""),
        ("1/2/2023 25:00", "", ""),  # no time: the row is set aside
    ],
)
def test_times_as_agencies_write_them(tmp_path: Path, written: str, read: str, precision: str) -> None:
    found = read_folder(tmp_path, {"log.csv": f"Ref,When\n1,{written}\n2,2020-01-02 08:15"}, WHEN.format("log.csv"))
    assert found.rows("started_at, date_precision", order="started_at DESC")[:-1] == (
        [f"{read} | {precision}"] if read else []
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("£1,250.50", "1250.5"), ("1.250,50 €", "1250.5"), ("1 250,50", "1250.5"), ("1\u202f250,50\u202f€", "1250.5"),
        ("1'250.50", "1250.5"), ("$1,250", "1250.0"), ("12,5", "12.5"), ("€ 1.250", "1250.0"),
        ("1.000.250", "1000250.0"), ("kr. 100", "100.0"), ("€0.125", "0.125"), ("€ 1250.125", "1250.125"),
        ("12 34", ""), ("about 12", ""),  # no number: the cell is left blank, and said
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(tmp_path: Path, written: str, number: str) -> None:
    found = read_folder(
        tmp_path, {"log.csv": f'Ref,When,Cost\n1,2020-01-02,"{written}"'}, WHEN.format("log.csv") + 'cost = "Cost"'
    )
    assert found.rows("cost") == [number]
    assert any("cost: 1 cell" in one for one in found.records.report.warnings) == (not number)


def test_a_birth_year_of_two_digits_has_been(tmp_path: Path) -> None:
    found = read_folder(
        tmp_path,
        {"log.csv": "Ref,When,Born\n1,2020-01-02,14/03/38\n2,2020-01-02,14.03.98\n3,2020-01-02,14/03/2099"},
        WHEN.format("log.csv") + '[[source.people]]\nagency = { const = "gp" }\nperson_ref = "Ref"\nborn = "Born"',
    )
    births = found.con.execute("SELECT born::VARCHAR FROM people ORDER BY person_ref").fetchall()
    assert births == [("1938-03-14",), ("1998-03-14",), ("2099-03-14",)]  # four digits are what was meant


def test_a_birth_year_of_two_digits_is_before_the_end_of_the_window_on_whatever_day_it_is_read(tmp_path: Path) -> None:
    found = read_folder(
        tmp_path,
        {"log.csv": "Ref,When,Born\n1,2020-01-02,14/03/20\n2,2020-01-02,14/03/23"},
        '[study]\nwindow = ["2020-01-01", "2022-01-01"]\n' + WHEN.format("log.csv")
        + '[[source.people]]\nagency = { const = "gp" }\nperson_ref = "Ref"\nborn = "Born"',
    )  # fmt: skip
    births = found.con.execute("SELECT born::VARCHAR FROM people ORDER BY person_ref").fetchall()
    assert births == [("2020-03-14",), ("1923-03-14",)]


def test_cells_that_say_nothing_are_blank_where_the_source_says_so(tmp_path: Path) -> None:
    """A reference that is called like one of them is a reference."""
    source = WHEN.format("log.csv").replace("[[source.int", 'missing = ["N/A", "None"]\n    [[source.int')
    log = "Ref,When,About,Min\nN/A,2020-01-02,Damp,5\n2,2020-01-03,None,N/A\n3,2020-01-04, n/a ,6"
    found = read_folder(tmp_path, {"log.csv": log}, source + 'issue = "About"\nminutes = "Min"')
    assert found.rows("person_ref, issue, minutes", order="started_at") == [
        "N/A | Damp | 5.0",
        "2 |  |",
        "3 | n/a | 6.0",
    ]


# --- one file a month -----------------------------------------------------------------------------------------------


def test_a_star_stands_for_every_file_of_a_folder(tmp_path: Path) -> None:
    months = {f"calls/2023-{month}.csv": f"Ref,When\n{month},2023-{month}-05" for month in ("01", "02", "10")}
    read = read_folder(
        tmp_path, {**months, "calls/old/2022-01.csv": "Ref\n9", "calls/notes.txt": "-"}, WHEN.format("calls/2023-*.csv")
    )
    assert read.rows("source, person_ref", order="source") == [
        "calls/2023-01.csv:2 | 01",
        "calls/2023-02.csv:2 | 02",
        "calls/2023-10.csv:2 | 10",
    ]


def test_a_star_stands_for_members_of_an_archive(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/Jan 23.csv", "Ref,When\na,2023-01-05")
        archive.writestr("in/Feb 23.csv", "Ref,When\nb,2023-02-05")
        archive.writestr("in/Read me.txt", "nothing")
    read = read_folder(tmp_path, {"repairs (all).zip": packed.getvalue()}, WHEN.format("repairs (all).zip/in/*.csv"))
    assert read.rows("person_ref", order="person_ref") == ["a", "b"]


def test_a_star_that_stands_for_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\[\[source\]\] calls/2024-\*\.csv: no such file; expected a path where"):
        read_folder(tmp_path, {"calls/2023-01.csv": "Ref,When\n1,2023-01-05"}, WHEN.format("calls/2024-*.csv"))


# --- several tables in one file -------------------------------------------------------------------------------------


def test_a_look_up_may_be_another_table_of_a_database(tmp_path: Path) -> None:
    made = write(
        tmp_path / "study",
        {},
        """
        [[source]]
        path = "housing.db"
        table = "contacts"
        lookup = [ { on = "tenancy", file = "housing.db", table = "tenancies" } ]
        [[source.interactions]]
        agency = { const = "housing" }
        person_ref = "tenant"
        started_at = "at"
        """,
    )
    con = sqlite3.connect(made / "housing.db")
    con.executescript(
        "CREATE TABLE contacts(tenancy, at); INSERT INTO contacts VALUES (7, '2023-01-05');"
        "CREATE TABLE tenancies(tenancy, tenant); INSERT INTO tenancies VALUES (7, 'T1');"
    )
    con.close()
    assert read_again(made, tmp_path / "work").rows("person_ref") == ["T1"]


@pytest.mark.parametrize("said", ['sheet = "Calls"', 'table = "calls"'])
def test_a_sheet_of_a_file_without_sheets_is_refused(tmp_path: Path, said: str) -> None:
    toml = WHEN.format("log.csv").replace('path = "log.csv"', f'path = "log.csv"\n{said}')
    with pytest.raises(InputError, match=r"log\.csv: has no sheet or table '[Cc]alls'; expected none said: workbooks"):
        read_folder(tmp_path, {"log.csv": "Ref,When\n1,2023-01-05"}, toml)


# --- apostrophes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("guarded", "read"), [("false", "'- not me | =x"), ("true", "- not me | =x")])
def test_only_apostrophes_that_we_wrote_are_taken_off(tmp_path: Path, guarded: str, read: str) -> None:
    made = write(
        tmp_path / "study",
        {"interactions.csv": "person_ref,agency,started_at,words,issue\n1,gp,2023-01-05,'- not me,=x"},
    )
    (made / "study.toml").write_text(f"[study]\nguarded = {guarded}\n{PUBLISHED}")
    assert read_again(made, tmp_path / "work").rows("words, issue") == [read]
