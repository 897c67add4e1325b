"""Records: the same extract delivered twice changes nothing but the count of duplicates (a law of section 5.3)."""

from __future__ import annotations

from pathlib import Path

from small_folders import read_folder

CALLS = """
Ref,When,Said
1,2024-01-03,damp again
1,2024-02-03,damp again
2,2024-01-05,
"""
ONE = """
[[source]]
path = "{0}"
[[source.interactions]]
agency = {{ const = "housing" }}
person_ref = "Ref"
started_at = "When"
words = "Said"
"""


def test_an_extract_delivered_twice_changes_nothing_but_the_count_of_duplicates(tmp_path: Path) -> None:
    once = read_folder(tmp_path / "once", {"calls.csv": CALLS}, ONE.format("calls.csv"))
    twice = read_folder(
        tmp_path / "twice",
        {"calls.csv": CALLS, "calls again.csv": CALLS},
        ONE.format("calls.csv") + ONE.format("calls again.csv"),
    )
    said = "person_ref, started_at, words"
    assert once.rows(said, order="ALL") == twice.rows(said, order="ALL")
    assert (once.records.report.duplicates, twice.records.report.duplicates) == (0, 3)
