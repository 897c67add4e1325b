"""The naive rules on the seeds' stories (section 5.4), without the production code."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from generative.log import Row, extract_starts, interaction, plain, read_csv
from generative.naive_tables import derive
from personshaped.settings import Settings


def story(stories: Path, name: str) -> dict[str, list[Row]]:
    rows = [interaction(row) for row in read_csv(stories / f"{name}.csv")]
    days = [row["started_at"].date() for row in rows]
    settings = Settings(window_start=min(days), window_end=max(days) + timedelta(1), history_complete=True)
    return derive(rows, [], extract_starts(rows), plain(settings))


@pytest.fixture(scope="module")
def child_a(stories: Path) -> dict[str, list[Row]]:
    return story(stories, "child_a")


@pytest.fixture(scope="module")
def jake(stories: Path) -> dict[str, list[Row]]:
    return story(stories, "jake")


def summary(derived: dict[str, list[Row]]) -> tuple[int, int, dict[str, int], int]:
    counted = [row for row in derived["cycles"] if row["counts"]]
    explicit = sum(not row["implicit"] for row in counted)
    away = ("referred", "screened_out", "nfa", "advice_only", "signposted", "recorded_only", "closed")
    assessed_on = sum(
        bool(set(row["sequence"]) & set("SA") or row["implicit"])
        and not set(row["sequence"]) & set("DP")
        and row["ended"] in away
        for row in counted
    )
    return len(counted), explicit, dict(Counter(row["ended"] for row in counted)), assessed_on


def test_child_a_cycles(child_a: dict[str, list[Row]]) -> None:
    assert summary(child_a) == (21, 17, {"nfa": 4, "referred": 8, "stale": 9}, 5)


def test_jake_cycles(jake: dict[str, list[Row]]) -> None:
    ends = {"advice_only": 8, "nfa": 3, "referred": 3, "stale": 2, "signposted": 1}
    assert summary(jake) == (17, 11, ends, 10)


def test_four_implicit_cycles_in_1997(child_a: dict[str, list[Row]]) -> None:
    implicit = [row["started_at"].year for row in child_a["cycles"] if row["implicit"]]
    assert implicit == [1997] * 4


def test_child_a_demands_by_year(child_a: dict[str, list[Row]]) -> None:
    assert Counter(row["started_at"].year for row in child_a["demands"]) == {
        1997: 4, 1998: 1, 2001: 1, 2002: 1, 2004: 1, 2005: 6, 2006: 2, 2007: 1, 2008: 3, 2009: 8, 2011: 1, 2012: 18,
    }  # fmt: skip


def test_jake_was_never_asked(jake: dict[str, list[Row]]) -> None:
    assert [(row["demands"], row["never_asked"]) for row in jake["needs"]] == [(14, True)]
