"""Records, third chapter: bad input loses nothing and says so; a file at fault stops everything in one clear line."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_folders import Read, lines, read_again, read_folder, write

from personshaped.errors import InputError
from personshaped.figures import Figure
from personshaped.records import archives
from personshaped.study.line import check, study
from personshaped.study.writing import write_figures

HEAD = "person_ref,agency,started_at,words\n"


def _interactions(tmp_path: Path, content: str | bytes, threads: int = 1) -> Read:
    files = {"interactions.csv": content.encode() if isinstance(content, str) else content}
    return read_again(write(tmp_path / "study", files), tmp_path / "work", threads)


def _said(read: Read) -> list[str]:
    return [f"{one.row} | {one.column} | {one.reason}" for one in read.file("interactions.csv").examples]


# Rows that cannot be used are set aside, each with its row, column and reason. The headings are row 1.


def test_ragged_rows(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + "a,gp,2024-01-01,x\nb,gp\nc,gp,2024-01-03,x,y\nd,gp,2024-01-04,x\n")
    assert read.rows("person_ref, source", order="1") == ["a | interactions.csv:2", "d | interactions.csv:5"]
    assert _said(read) == ["3 |  | ragged: fewer cells than headings", "4 |  | ragged: more cells than headings"]
    assert (read.records.report.rows_in, read.records.report.used, read.records.report.set_aside) == (4, 2, 2)


def test_a_nul_character(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + "a,gp,2024-01-01,x\nb,gp,2024-01-02,x\0y\nc,gp,2024-01-03,x\n")
    assert read.rows("person_ref", order="1") == ["a", "c"]
    assert _said(read) == ["3 |  | a NUL character in a cell"]


def test_a_cell_over_ten_megabytes(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + f"a,gp,2024-01-01,{'x' * (11 << 20)}\nb,gp,2024-01-02,{'y' * (3 << 20)}\n")
    assert read.rows("person_ref, length(words)", order="1") == [f"b | {3 << 20}"]
    assert _said(read) == ["2 |  | a cell over 10 MB"]


def test_a_quotation_mark_that_is_not_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + 'a,gp,2024-01-01,"x\nb,gp,2024-01-02,x\nc,gp,2024-01-03,"x\ny"\n')
    assert read.rows("person_ref", order="1") == ["b", "c"]
    assert _said(read) == ["2 |  | a quotation mark that is not closed"]


def test_quotation_marks_and_lines_inside_a_cell(tmp_path: Path) -> None:
    read = _interactions(
        tmp_path, HEAD + 'a,gp,2024-01-01,"he said ""no"",\r\nthen left"\r\nb,gp,2024-01-02,5\' 6" tall\r\n'
    )
    assert read.rows("words", order="person_ref") == ['he said "no",\r\nthen left', "5' 6\" tall"]


@pytest.mark.parametrize(
    "written", ["2023-02-29", "2023-06-31", "31 June", "0001-01-01", "9999-12-31", "2024-13-01", "soon", "2012/1996"]
)
def test_impossible_times(tmp_path: Path, written: str) -> None:
    read = _interactions(tmp_path, HEAD + f"a,gp,{written},x\nb,gp,2024-02-29,x\n")
    assert read.rows("person_ref, started_at::DATE", order="1") == ["b | 2024-02-29"]
    assert _said(read) == [f'2 | started_at | "{written}" is not a possible time']


def test_blank_where_a_value_is_needed(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + ",gp,2024-01-01,x\nb, ,2024-01-02,x\nc,gp,,x\nd,gp,2024-01-04,x\n")
    assert read.rows("person_ref", order="1") == ["d"]
    assert _said(read) == ["2 | person_ref | blank", "3 | agency | blank", "4 | started_at | blank, and no seq"]


def test_a_negative_cost(tmp_path: Path) -> None:
    read = _interactions(
        tmp_path,
        "person_ref,agency,started_at,cost\n"
        'a,gp,2024-01-01,-5\nb,gp,2024-01-02,£12 34.50\nc,gp,2024-01-03,"£1,234.50"\n',
    )
    assert read.rows("person_ref, cost", order="1") == ["b |", "c | 1234.5"]
    assert _said(read) == ["2 | cost | a negative cost: -5"]
    assert any("cost: 1 cell" in one for one in read.records.report.warnings)


def test_a_cell_at_fault_that_may_be_a_name_is_not_shown_of_personal_data(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "study", {"interactions.csv": HEAD + "a,gp,31 June,x\nb,gp,Mrs Quibble,x\nc,gp,2024-01-01,x\n"}
    )
    (folder / "study.toml").write_text(lines(PERSONAL), encoding="utf-8")
    read = read_again(folder, tmp_path / "work")
    assert _said(read) == [
        '2 | started_at | "31 June" is not a possible time',
        '3 | started_at | "…" is not a possible time',
    ]


# Cells are trimmed and otherwise verbatim


def test_ids_that_look_like_nothing(tmp_path: Path) -> None:
    read = _interactions(
        tmp_path,
        HEAD + "NA,gp,2024-01-01,x\n null ,gp,2024-01-02,\u00a0x \n0,gp,2024-01-03,None\n007,gp,2024-01-04,-\n",
    )
    assert read.rows("person_ref, words", order="started_at") == ["NA | x", "null | x", "0 | None", "007 | -"]


def test_the_case_called_na_of_a_real_log(shared: Path, tmp_path: Path) -> None:
    read = read_folder(
        tmp_path,
        {"sepsis.csv": (shared / "data" / "event_logs" / "sepsis.csv").read_bytes()},
        """
        [[source]]
        path = "sepsis.csv"
        [[source.interactions]]
        person_ref = "Case ID"
        agency = { const = "hospital" }
        started_at = "Complete Timestamp"
        service = "Activity"
        """,
    )
    assert read.rows("count(*) > 0", "(FROM interactions WHERE person_ref = 'NA')", "1") == ["yes"]
    report = read.records.report
    assert report.rows_in == report.used + report.set_aside == 15214


# Exact duplicates


def test_rows_equal_in_every_column_are_one(tmp_path: Path) -> None:
    read = _interactions(tmp_path, HEAD + "a,gp,2024-01-01,x\na,gp, 2024-01-01,x\na,gp,2024-01-01,y\n")
    assert read.rows("words, source", order="1") == ["x | interactions.csv:2", "y | interactions.csv:4"]
    report = read.records.report
    assert (report.rows_in, report.used, report.duplicates) == (3, 2, 1)
    assert report.reasons == {"exact duplicate of another row": 1}


def test_different_rows_with_one_id_are_both_kept(tmp_path: Path) -> None:
    read = _interactions(
        tmp_path,
        "interaction_id,person_ref,agency,started_at\n1,a,gp,2024-01-01\n1,b,gp,2024-01-02\n2,c,gp,2024-01-03\n",
    )
    assert read.rows("count(*), count(DISTINCT interaction_id)", order="1") == ["3 | 3"]
    assert any("share an interaction_id" in one for one in read.records.report.warnings)


def test_every_row_of_a_large_file_keeps_its_place(tmp_path: Path) -> None:
    """Read by two threads, 30,000 rows and more at a time, a row is still known by its line."""
    rows = "".join(f"p{at},gp,2024-01-01T10:00,demand,row {at}\n" for at in range(2, 150_002))
    read = _interactions(tmp_path, "person_ref,agency,started_at,activity,words\n" + rows, threads=2)
    assert read.rows("count(*)", "(FROM interactions WHERE source = 'interactions.csv:' || person_ref[2:])", "1") == [
        "150000"
    ]


# Words that no list has


def test_unknown_words_become_other_or_blank_and_are_listed(tmp_path: Path) -> None:
    read = _interactions(
        tmp_path,
        "person_ref,agency,started_at,activity,initiated_by,crisis\n"
        "a,gp,2024-01-01,Demand,person,Y\n"
        "b,gp,2024-01-02,council tax call,someone,0\n"
        "c,gp,2024-01-03,assess,own agency,perhaps\n",
    )
    assert read.rows("activity, initiated_by, crisis", order="person_ref") == [
        "demand | person | yes",
        "other |  | no",
        "assess | own_agency |",
    ]
    said = "; ".join(read.records.report.warnings)
    assert "council_tax_call (1)" in said
    assert "someone (1)" in said


# Files at fault


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "interactions.csv: is empty"),
        (b" \n \n", "interactions.csv: is empty"),
        (b"person_ref,agency\na,gp\n", "interactions.csv: no column started_at"),
        (b"agency,started_at\ngp,2024-01-01\n", "interactions.csv: no column person_ref"),
        ("person_ref,agency,started_at\na,gp,2024".encode("utf-16")[:-1], "interactions.csv: cannot be decoded"),
    ],
)
def test_a_file_at_fault_stops_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError) as error:
        _interactions(tmp_path, content)
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_lines_may_end_as_on_old_machines(tmp_path: Path) -> None:
    read = _interactions(tmp_path, "person_ref,agency,started_at,activity\ra,gp,2024-01-01,do\rb,gp,2024-01-02,do\r")
    assert read.rows("person_ref, started_at::DATE", order="person_ref") == ["a | 2024-01-01", "b | 2024-01-02"]


def test_ragged_rows_do_not_become_the_headings(tmp_path: Path) -> None:
    """A quotation mark that is never closed makes one row of ten cells out of two lines."""
    read = _interactions(tmp_path, HEAD + 'a,gp,2024-01-01,hm\nb,b,1,2,"q\n"q,b,b,"q\nc,"q,c,c\n')
    report = read.records.report
    assert report.rows_in == report.used + report.set_aside
    assert report.used == 1


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        check(tmp_path / "mistyped")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="no such folder"):
        check(tmp_path / "file")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_an_encoding_that_is_not_the_one_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"calls\.csv: is not written in utf-8"):
        read_folder(
            tmp_path,
            {"calls.csv": "ref,at\nJosé,2024-01-01\n".encode("cp1252")},
            _source("calls.csv", 'encoding = "utf-8"'),
        )


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"interactions.parquet: cannot be read"):
        read_folder(tmp_path, {"interactions.parquet": b"PAR1 but not really"})


def test_no_interaction_remains(tmp_path: Path) -> None:
    report = _interactions(tmp_path, HEAD + "a,gp,soon,x\n").records.report
    assert not report.usable
    assert (report.rows_in, report.used, report.set_aside) == (1, 0, 1)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    text = HEAD + "".join(f"a{i},gp,2024-01-01,Café £5 – naïve “quote”\n" for i in range(20))
    read = _interactions(tmp_path, text.encode(encoding))
    assert read.rows("DISTINCT words", order="1") == ["Café £5 – naïve “quote”"]
    assert read.file("interactions.csv").encoding == encoding


def _source(path: str, more: str = "") -> str:
    return f"""
        [[source]]
        path = "{path}"
        {more}
        [[source.interactions]]
        person_ref = "ref"
        agency = {{ const = "gp" }}
        started_at = "at"
    """


# Bombs

_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><log>&b;</log>'


def _zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _workbook(sheet: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["zip", "gz", "xlsx", "xlsx entities", "xes", "xes.gz"])
def test_bombs_are_refused(tmp_path: Path, kind: str) -> None:
    zeros = b"0" * (archives.MOST_RATIO << 17)
    path, content = {
        "zip": ("calls.zip", _zipped("calls.csv", zeros)),
        "gz": ("calls.csv.gz", gzip.compress(zeros)),
        "xlsx": ("calls.xlsx", _workbook(zeros)),
        "xlsx entities": ("calls.xlsx", _workbook(_ENTITIES)),
        "xes": ("calls.xes", _ENTITIES),
        "xes.gz": ("calls.xes.gz", gzip.compress(_ENTITIES)),
    }[kind]
    with pytest.raises(InputError, match="refused"):
        read_folder(tmp_path, {path: content}, _source(f"{path}/calls.csv" if kind == "zip" else path))


@pytest.mark.parametrize("what", ["way of packing", "password"])
@pytest.mark.parametrize("path", ["calls.zip", "calls.xlsx"])
def test_an_archive_that_cannot_be_opened_is_one_line(tmp_path: Path, path: str, what: str) -> None:
    content = bytearray(_zipped("calls.csv", b"a,b\n1,2\n") if path == "calls.zip" else _workbook(b"<worksheet/>"))
    for mark, flags, method in ((b"PK\3\4", 6, 8), (b"PK\1\2", 8, 10)):  # of each member, and in the directory
        at = content.find(mark)
        while at >= 0:
            content[at + (flags if what == "password" else method)] = 1 if what == "password" else 99
            at = content.find(mark, at + 1)
    with pytest.raises(InputError) as told:
        read_folder(tmp_path, {path: bytes(content)}, _source(f"{path}/calls.csv" if path == "calls.zip" else path))
    assert len(str(told.value).splitlines()) == 1


# The law: rows in = used + set aside

_cell = st.sampled_from(
    [
        "a",
        " b ",
        "NA",
        "",
        '"q"',
        '"c,d"',
        '"open',
        "x\0y",
        "2024-01-01",
        "2023-02-29",
        "é",
        "1996/2012",
        '"two\nlines"',
    ]
)
_line = (
    st.lists(_cell, min_size=1, max_size=5).map(",".join)
    | st.just("a,gp,2024-01-01,x")
    | st.just("b,gp,2024-01-02T10:00,y")
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_line, min_size=1, max_size=12))
def test_rows_in_are_rows_used_and_rows_set_aside(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    read = _interactions(tmp_path_factory.mktemp("law"), HEAD + "a,gp,2020-01-01,first\n" + "\n".join(rows) + "\n")
    report = read.records.report
    assert report.rows_in == report.used + report.set_aside
    assert report.set_aside == sum(report.reasons.values())
    assert read.rows("count(*)", order="1") == [str(report.used)]
    assert len({one.row for one in read.file("interactions.csv").examples}) == len(
        read.file("interactions.csv").examples
    )


# People

PEOPLE = lines(
    """
    agency,person_ref,forename,surname,born
    gp,Canary Quibble-1,Canary,Quibble,1961-04-02
    """
)
PERSONAL = """
    [lawful]
    purpose = "a test"
    lawful_basis = "public task"
    dpia = "T-1"
    keep_until = 2999-01-01
"""


def test_with_personal_data_nothing_on_disk_holds_a_name_or_a_reference(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "study",
        {"people.csv": PEOPLE, "interactions.csv": HEAD + "Canary Quibble-1,gp,2024-01-01,I am Canary Quibble\n"},
    )
    (folder / "study.toml").write_text(lines(PERSONAL), encoding="utf-8")
    read = read_again(folder, tmp_path / "work")
    assert read.rows("person_ref, words, length(ref_key)", order="1") == ["| I am [name] | 64"]
    assert read.rows("forename, person_ref", "people", "1") == ["Canary | Canary Quibble-1"]
    for path in (tmp_path / "work").rglob("*"):
        if path.is_file():
            assert b"Quibble" not in path.read_bytes(), path.name


def test_what_stands_in_a_cell_is_not_said_where_a_mapping_cannot_turn_it(tmp_path: Path) -> None:
    toml = """
        [[source]]
        path = "calls.csv"
        [[source.interactions]]
        person_ref = "Case"
        agency = { const = "gp" }
        started_at = "When"
        minutes = { sql = "CAST(Notes AS INTEGER)" }
    """
    with pytest.raises(InputError, match=r"calls\.csv: cannot be read: Conversion Error: Could not convert") as said:
        read_folder(tmp_path, {"calls.csv": "Case,When,Notes\n1,2024-01-03,Tariq O'Neill 943 476 5919\n"}, toml)
    assert not any(word in str(said.value) for word in ("Tariq", "Neill", "476"))


def test_a_cell_of_megabytes_ends_no_study(tmp_path: Path) -> None:
    rows = "".join(
        f"H-{at % 9},housing,2024-01-{at + 1:02},demand,{'damp' if at else '湿' * 700_000}\n" for at in range(20)
    )
    files = {"interactions.csv": f"person_ref,agency,started_at,activity,issue\n{rows}".encode()}
    done = study(write(tmp_path / "study", files))
    long = pq.read_table(done.findings / "figures.parquet").to_pylist()
    assert max(len(row["group"]) for row in long) >= 700_000


def test_the_figures_as_csv_hold_no_formula(tmp_path: Path) -> None:
    write_figures(duckdb.connect(), tmp_path, [Figure("demands", "M003", "agency", "=1+1", "2024", 2.0, "count")])
    assert '"\'=1+1"' in (tmp_path / "figures.csv").read_text(encoding="utf-8")
    assert pq.read_table(tmp_path / "figures.parquet")["group"].to_pylist() == ["=1+1"]
