"""The seeds' stories (section 5.4): what their rows give, and what they cannot give."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from personshaped.study import study

EXAMPLES = Path(__file__).parents[2] / "examples" / "stories"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("stories")
    found = {}
    for story in sorted(EXAMPLES.iterdir()):
        shutil.copytree(story, root / story.name, ignore=shutil.ignore_patterns("findings"))
        found[story.name] = study(root / story.name).findings
    return found


def _table(findings: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(findings / "tables" / f"{name}.parquet").to_pylist()
    return rows


def _figures(findings: Path) -> dict[tuple[str, str, str, str], Any]:
    rows = pq.read_table(findings / "figures.parquet").to_pylist()
    return {(row["name"], row["by"], row["group"], row["period"]): row["value"] for row in reversed(rows)}


def test_child_a_has_21_cycles_17_of_them_explicit(told: dict[str, Path]) -> None:
    cycles = [row for row in _table(told["child_a"], "cycles") if row["counts"]]
    assert len(cycles) == 21
    assert sum(not row["implicit"] for row in cycles) == 17
    assert Counter(row["ended"] for row in cycles) == {"referred": 8, "stale": 9, "nfa": 4}
    figures = pq.read_table(told["child_a"] / "figures.parquet").to_pylist()
    (share,) = (row for row in figures if row["name"] == "assess_refer_share")
    assert (share["numerator"], share["denominator"]) == (5, 21)
    implicit = [row for row in cycles if row["implicit"]]
    assert [row["started_at"].year for row in implicit] == [1997] * 4


def test_child_a_rows_and_demands(told: dict[str, Path]) -> None:
    rows = _table(told["child_a"], "interactions")
    demands = _table(told["child_a"], "demands")
    assert (len(rows), len(demands)) == (82, 47)
    years = Counter(row["started_at"].year for row in rows if row["kind"] == "demand")
    assert years == {
        1997: 4,
        1998: 1,
        2001: 1,
        2002: 1,
        2004: 1,
        2005: 6,
        2006: 2,
        2007: 1,
        2008: 3,
        2009: 8,
        2011: 1,
        2012: 18,
    }
    assert sum(row["kind"] == "referral_in" and row["activity"] == "demand" for row in rows) == 1  # from school, 2009
    assert min(row["started_at"].year for row in rows if row["crisis"]) == 1999


def test_agencies_around_child_a_grew(told: dict[str, Path]) -> None:
    figures = _figures(told["child_a"])
    cumulative = {
        period: value
        for (name, _, _, period), value in figures.items()
        if name == "agencies_by_year_cumulative_with_referred_to"
    }
    assert {year: cumulative[year] for year in ("1997", "1998", "1999", "2005", "2012")} == {
        "1997": 1, "1998": 3, "1999": 4, "2005": 13, "2012": 20,
    }  # fmt: skip


def test_jake_has_17_cycles_and_nobody_ever_asked(told: dict[str, Path]) -> None:
    cycles = [row for row in _table(told["jake"], "cycles") if row["counts"]]
    assert (len(cycles), sum(not row["implicit"] for row in cycles)) == (17, 11)
    assert Counter(row["ended"] for row in cycles) == {
        "advice_only": 8, "nfa": 3, "referred": 3, "stale": 2, "signposted": 1,
    }  # fmt: skip
    assert all(row["never_asked"] for row in _table(told["jake"], "needs"))
    figures = _figures(told["jake"])
    assert (figures["demands", "", "", ""], figures["referrals_in", "", "", ""]) == (14, 4)


def test_ruth_wanted_20760_of_help_and_her_cycles_cannot_be_told(told: dict[str, Path]) -> None:
    figures = _figures(told["ruth"])
    assert figures["cost_wanted", "", "", ""] == 20_760
    assert figures["cost_wanted_low", "", "", ""] == 15_760
    assert figures["interactions", "", "", ""] == 29


def test_the_family_was_understood_in_three_visits(told: dict[str, Path]) -> None:
    rows = _table(told["family_visits"], "interactions")
    assert sum(row["activity"] == "visit" for row in rows) == 3
    assert _table(told["family_visits"], "cycles") == []  # only the order of the rows is known
