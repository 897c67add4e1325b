"""Listening 1: the code book grows from words, and nothing coded before is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.errors import InputError, UsageError
from personshaped.records import codebook
from personshaped.records.codebook import Codebook

REPAIRS = "I need help to get my home repaired"
DAMP = "I need someone to sort out the damp"


def book() -> Codebook:
    return Codebook().add(REPAIRS, "tm").add(DAMP, "tm")


def test_a_need_is_named_in_the_persons_words_and_gets_a_code() -> None:
    assert [one.code for one in book().issues] == ["get_my_home_repaired", "sort_out_the_damp"]
    assert book().version == 2


def test_a_merged_need_keeps_what_was_coded_before() -> None:
    merged = book().merge("sort_out_the_damp", "get_my_home_repaired", "jb")
    assert merged.current("sort_out_the_damp") == "get_my_home_repaired"
    assert [one.code for one in merged.in_use] == ["get_my_home_repaired"]
    assert merged.changes[-1].what == "merged sort_out_the_damp into get_my_home_repaired"


def test_a_split_need_waits_for_people_to_look_again() -> None:
    parted = (
        book()
        .add("I need help with my roof", "tm", "roof")
        .split("get_my_home_repaired", ("roof", "sort_out_the_damp"), "jb")
    )
    assert parted.current("get_my_home_repaired") == "get_my_home_repaired"
    assert parted.to_look_at_again("get_my_home_repaired") == ("roof", "sort_out_the_damp")
    assert "get_my_home_repaired" not in [one.code for one in parted.in_use]


def test_a_code_that_the_book_does_not_know_means_itself() -> None:
    assert book().current("council_tax") == "council_tax"


def test_what_cannot_be_is_refused_in_one_line() -> None:
    with pytest.raises(UsageError, match="is in the code book already"):
        book().add(REPAIRS, "tm")
    with pytest.raises(UsageError, match="no need 'roof' in the code book"):
        book().merge("roof", "sort_out_the_damp", "tm")
    with pytest.raises(UsageError, match="that one is merged into it"):
        book().merge("sort_out_the_damp", "get_my_home_repaired", "tm").merge(
            "get_my_home_repaired", "sort_out_the_damp", "tm"
        )
    with pytest.raises(UsageError, match="split into two needs or more"):
        book().split("sort_out_the_damp", ("get_my_home_repaired",), "tm")


def test_the_book_is_a_file_that_people_can_read_and_comes_back_the_same(tmp_path: Path) -> None:
    merged = book().merge("sort_out_the_damp", "get_my_home_repaired", "jb")
    codebook.save(merged, tmp_path)
    assert codebook.load(tmp_path) == merged
    assert f'words = "{REPAIRS}"' in (tmp_path / "codebook.toml").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[issue]]\nwords = 'x'", "an entry lacks 'code'"),
        ("[[issue]", "cannot be read"),
        ("[[issue]]\ncode='a'\nmerged_into='b'", "a points to b, which is not in it"),
        ("[[issue]]\ncode='a'\n[[issue]]\ncode='a'", "a stands in it twice"),
    ],
)
def test_a_spoilt_book_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "codebook.toml").write_text(text)
    with pytest.raises(InputError, match=says):
        codebook.load(tmp_path)
