"""Listening 2: every answer is kept at once, can be taken back, and survives a crash."""

from __future__ import annotations

from pathlib import Path

from personshaped.demand.coding import codes
from personshaped.demand.coding.codes import Code


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
