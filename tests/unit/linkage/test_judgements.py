from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from personshaped.errors import InputError
from personshaped.linkage.judgements import Judgement, Reference, append, read

A, B, C = Reference("gp", "NA"), Reference("housing", "0"), Reference("police", "H;1, x")
SAME = Judgement.of(B, A, "same", by="person", when=date(2024, 5, 1), who="tm", evidence='he said "yes"')


def test_what_people_decide_is_appended_and_the_latest_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "decisions" / "links.csv"
    append(path, [SAME, Judgement.of(A, C, "different", by="person", who="tm")])
    assert read(path) == (SAME, Judgement.of(A, C, "different", by="person", who="tm"))
    later = Judgement.of(A, B, "unsure", by="person", when=date(2024, 6, 1), who="kl")
    append(path, [later])
    assert read(path) == (later, Judgement.of(A, C, "different", by="person", who="tm"))
    assert path.read_text().count("\n") == 4


def test_a_file_that_a_spreadsheet_saved_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    head = "agency_a;ref_a;agency_b;ref_b;judgement;by;when;evidence;our own column"
    path.write_bytes(f"{head}\r\ngp;7;housing;8;same;tm;2024-05-01;M\xfcller, both;kept".encode("cp1252"))
    append(path, [SAME])
    seven = Judgement.of(
        Reference("gp", "7"), Reference("housing", "8"), "same", by="person", when=date(2024, 5, 1), who="tm",
        evidence="M\xfcller, both",
    )  # fmt: skip
    assert read(path) == (seven, SAME)
    assert path.read_text(encoding="utf-8").splitlines()[1].endswith(",kept")


def test_a_last_line_without_an_end_stays_a_line(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    head = "agency_a,ref_a,agency_b,ref_b,judgement,by,when,evidence"
    path.write_text(f"{head}\ngp,7,housing,8,different,tm,2024-05-01,two brothers")
    append(path, [SAME])
    assert [one.verdict for one in read(path)] == ["different", "same"]


def test_a_pair_has_one_spelling() -> None:
    assert (SAME.a, SAME.b) == (A, B)


def test_no_file_is_no_judgement(tmp_path: Path) -> None:
    assert read(tmp_path / "links.csv") == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gp,1,housing,2,perhaps,tm,,", r"links.csv, row 2, judgement: 'perhaps' is not a judgement; expected same or"),
        ("gp,1,gp,1,same,tm,,", "links.csv, row 2: a judgement needs two records"),
        ("gp,1,gp,,same,tm,,", "links.csv, row 2: a judgement needs two records"),
        ("gp,1,gp,2,same,tm,May,", "links.csv, row 2, when: 'May' is not a date"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "links.csv"
    path.write_text(f"agency_a,ref_a,agency_b,ref_b,judgement,by,when,evidence\n{line}\n")
    with pytest.raises(InputError, match=said):
        read(path)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no column agency_a, ref_a"):
        read(path)
