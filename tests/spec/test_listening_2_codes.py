"""Listening 2: every answer is kept at once, can be taken back, and survives a crash."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import duckdb
import pytest

from personshaped.demand.coding import codes
from personshaped.demand.coding.codes import Code
from personshaped.errors import InputError
from personshaped.records import decisions


def said(demand: str, demand_type: str, coder: str = "tm", at: str = "1", withdrawn: str = "") -> Code:
    return Code(demand, demand_type, coded_by=coder, at=at, withdrawn=withdrawn)


def test_the_latest_answer_stands_and_a_withdrawn_one_gives_way_to_the_one_before(tmp_path: Path) -> None:
    lines = [said("1", "value", at="1"), said("1", "failure", at="2"), said("1", "", at="3", withdrawn="yes")]
    codes.append(tmp_path, lines[:2])
    assert codes.latest(codes.read(tmp_path))["1"].demand_type == "failure"
    codes.append(tmp_path, lines[2:])
    assert codes.latest(codes.read(tmp_path))["1"].demand_type == "value"


def test_one_person_cannot_take_back_anothers_answer(tmp_path: Path) -> None:
    codes.append(tmp_path, [said("1", "failure", "tm"), said("1", "", "jb", "2", "yes")])
    assert codes.latest(codes.read(tmp_path))["1"].coded_by == "tm"


def test_each_person_has_one_answer_for_a_demand(tmp_path: Path) -> None:
    codes.append(tmp_path, [said("1", "failure", "tm"), said("1", "value", "jb", "2"), said("1", "unsure", "jb", "3")])
    standing = codes.by_coder(codes.read(tmp_path))
    assert {key: one.demand_type for key, one in standing.items()} == {("tm", "1"): "failure", ("jb", "1"): "unsure"}


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    codes.append(tmp_path, [said("1", "failure")])
    with (tmp_path / "codes.csv").open("a") as file:
        file.write("2,val")
    codes.append(tmp_path, [said("3", "value")])
    assert set(codes.latest(codes.read(tmp_path))) == {"1", "3"}


def test_a_file_that_a_person_began_keeps_its_lines_and_gains_our_columns(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("interaction_id,demand_type,remark\n7,failure,call back\n")
    codes.append(tmp_path, [said("8", "value")])
    lines = (tmp_path / "codes.csv").read_text().splitlines()
    assert lines[0].startswith("interaction_id,demand_type,remark,failure_kind")
    assert lines[1].startswith("7,failure,call back,")
    assert set(codes.latest(codes.read(tmp_path))) == {"7", "8"}


BEFORE = [
    Code("1", "failure", "rework", "Tŷ Bach", "i1", "tm", "2026-11-01", "2026-11-01T09:00", "random", "1"),
    Code("2", "value", issue="café", coded_by="tm", coded_on="2026-11-01", at="2026-11-01T09:01", drawn="unsure"),
    Code("3", "unsure", coded_by="zoë", coded_on="2026-11-01", at="2026-11-01T09:02"),
]


def saved(tmp_path: Path, cut: str, encoding: str, without_blank_ends: bool = False) -> list[Code]:
    """What was kept, opened in a spreadsheet and saved as it saves."""
    codes.append(tmp_path, BEFORE)
    path = tmp_path / "codes.csv"
    lines = [cut.join(line.split(",")) for line in path.read_text(encoding="utf-8").splitlines()]
    if without_blank_ends:
        lines = [lines[0], *(line.rstrip(cut) for line in lines[1:])]
    text = "\r\n".join(lines) + "\r\n"
    path.write_bytes(text.replace("ŷ", "y").encode(encoding) if encoding == "cp1252" else text.encode(encoding))
    return codes.read(tmp_path)


@pytest.mark.parametrize(
    ("cut", "encoding"),
    [(",", "utf-8-sig"), (";", "utf-8-sig"), (";", "cp1252"), (",", "cp1252"), ("\t", "utf-16"), (";", "utf-16-le")],
)
def test_codes_are_read_as_a_spreadsheet_saved_them_and_gain_answers(tmp_path: Path, cut: str, encoding: str) -> None:
    known = saved(tmp_path, cut, encoding)
    assert [(one.interaction_id, one.demand_type, one.issue, one.coded_by) for one in known] == [
        ("1", "failure", "i1", "tm"), ("2", "value", "café", "tm"), ("3", "unsure", "", "zoë"),
    ]  # fmt: skip
    codes.append(tmp_path, [Code("4", "value", coded_by="tm", at="2026-11-02T09:00")])
    assert codes.read(tmp_path) == [*known, Code("4", "value", coded_by="tm", at="2026-11-02T09:00")]


def test_blanks_that_a_spreadsheet_left_out_at_a_lines_end_cut_nothing_short(tmp_path: Path) -> None:
    assert saved(tmp_path, ",", "utf-8-sig", without_blank_ends=True) == BEFORE


def test_a_line_cut_within_a_letter_spoils_no_other(tmp_path: Path) -> None:
    codes.append(tmp_path, BEFORE)
    path = tmp_path / "codes.csv"
    path.write_bytes(path.read_bytes() + "4,failure,rework,Tŷ".encode()[:-1])
    codes.append(tmp_path, [said("5", "value")])
    assert [one.interaction_id for one in codes.read(tmp_path)] == ["1", "2", "3", "5"]


def test_what_a_crash_cut_is_no_answer_and_takes_in_none_that_follows(tmp_path: Path) -> None:
    codes.append(tmp_path, BEFORE)
    path = tmp_path / "codes.csv"
    whole = path.read_bytes()
    line = '4,failure,rework,"Tŷ Bach, Môn",i1,zoë,2026-11-01,2026-11-01T09:00,'.encode()
    for end in range(1, len(line)):
        path.write_bytes(whole + line[:end])
        assert codes.read(tmp_path) == BEFORE, line[:end]
        codes.append(tmp_path, [Code("5", "value")])
        assert codes.read(tmp_path) == [*BEFORE, Code("5", "value")], line[:end]
        codes.append(tmp_path, [Code("6", "value")])
        assert codes.read(tmp_path) == [*BEFORE, Code("5", "value"), Code("6", "value")], line[:end]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_what_a_crash_cut_stays_as_short_when_a_saved_file_is_written_anew(tmp_path: Path, encoding: str) -> None:
    known = saved(tmp_path, ";", encoding)
    path = tmp_path / "codes.csv"
    path.write_bytes(path.read_bytes() + b"4;fail\r\n")
    assert codes.read(tmp_path) == known
    codes.append(tmp_path, [Code("5", "value")])
    assert codes.read(tmp_path) == [*known, Code("5", "value")]
    assert "4,fail" in path.read_text(encoding="utf-8").splitlines()


def test_a_comma_that_nobody_quoted_shifts_no_cell_when_a_file_gains_columns(tmp_path: Path) -> None:
    # given: a file with few columns, one note of which holds a comma
    path = tmp_path / "codes.csv"
    path.write_text("interaction_id,demand_type,coded_by,note\n1,failure,tm,said so, twice\n")
    # when it is written anew with the columns it lacks
    codes.append(tmp_path, [Code("5", "value")])
    # then nothing of the note became an answer, and what stood beyond the heading still does
    assert codes.read(tmp_path) == [Code("1", "failure", coded_by="tm", drawn=""), Code("5", "value")]
    assert path.read_text(encoding="utf-8").splitlines()[1].endswith(", twice")


@pytest.mark.parametrize("end", ["\n", ""])
def test_letters_at_the_end_of_short_lines_lose_no_line(tmp_path: Path, end: str) -> None:
    path = tmp_path / "decisions" / "codes.csv"
    path.parent.mkdir()
    lines = ["interaction_id,demand_type,coded_by,note", "1,failure,tm,", "2,failure,Zoë", "3,value,Zoë"]
    path.write_bytes(("\n".join(lines) + end).encode("cp1252"))
    known = [("1", "failure", "tm"), ("2", "failure", "Zoë"), ("3", "value", "Zoë")]
    assert [(one.interaction_id, one.demand_type, one.coded_by) for one in codes.read(path.parent)] == known
    with duckdb.connect() as con:
        decisions.load_codes(con, tmp_path)
        laid = con.execute("SELECT interaction_id, demand_type, coded_by FROM codes ORDER BY 1").fetchall()
    assert laid == known
    codes.append(path.parent, [said("4", "value")])
    assert [(one.interaction_id, one.demand_type, one.coded_by) for one in codes.read(path.parent)] == [
        *known, ("4", "value", "tm"),
    ]  # fmt: skip


def test_what_is_no_table_is_one_line_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_bytes(b"PK\x03\x04 a workbook, not CSV\n\x00\x01,\n")
    with pytest.raises(InputError, match=r"decisions/codes\.csv.*expected") as error:
        codes.read(tmp_path)
    assert "\n" not in str(error.value)


def test_codes_saved_by_a_spreadsheet_are_laid_over_the_records_alike(tmp_path: Path) -> None:
    saved(tmp_path / "decisions", ";", "cp1252")
    with duckdb.connect() as con:
        assert decisions.load_codes(con, tmp_path)
        assert con.execute("SELECT interaction_id, demand_type, issue FROM codes ORDER BY 1").fetchall() == [
            ("1", "failure", "i1"), ("2", "value", "café"), ("3", "unsure", None),
        ]  # fmt: skip


def test_ids_that_lost_their_noughts_to_a_spreadsheet_are_those_they_can_only_be(tmp_path: Path) -> None:
    codes.append(tmp_path, [said("12", "value"), said("5", "value", at="2"), said("0012", "", at="3", withdrawn="yes")])
    read = codes.read(tmp_path, {"0012": 0, "005": 1, "05": 2})
    assert [one.interaction_id for one in read] == ["0012", "5", "0012"]
    assert codes.latest(read).keys() == {"5"}  # the answer to 0012 was taken back


def _answers(folder: Path, coder: str) -> None:
    for at in range(40):
        codes.append(folder, [said(str(at), "value", coder, at=str(at))])


def test_people_who_answer_at_once_lose_no_answer(tmp_path: Path) -> None:
    (tmp_path / codes.FILE).write_bytes("interaction_id;coded_by;demand_type\r\ncaf\xe9;tm;value\r\n".encode("cp1252"))
    at_once = [multiprocessing.get_context("spawn").Process(target=_answers, args=(tmp_path, one)) for one in "abc"]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    kept = codes.by_coder(codes.read(tmp_path))
    assert kept.keys() == {("tm", "caf\xe9")} | {(who, str(at)) for who in "abc" for at in range(40)}
