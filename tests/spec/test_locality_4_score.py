"""The synthetic locality, 4: how near a study came to the truth, worked by hand on a handful of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from personshaped.errors import InputError
from personshaped.locality import Score, score
from spec.small_tables import table

RECORDS = """
agency  | person_ref | person_id
housing | H1         | P1
police  | X1         | P1
gp      | G1         | P1
housing | H2         | P2
police  | X2         | P2
housing | H3         | P3
"""
# Ann's three records make three true pairs, Bob's two make one. Found: H1 with X1, and X2 wrongly with H3.
IDENTITIES = """
agency  | ref_key | person_id
housing | H1      | a
police  | X1      | a
gp      | G1      | b
housing | H2      | c
police  | X2      | d
housing | H3      | d
"""
TRUE_ASKINGS = """
interaction_id | demand_type | failure_kind
1              | value       |
2              | failure     | representation
3              | failure     | progress_chase
4              | failure     | rework
5              | value       |
6              |             |
"""
FOUND_ASKINGS = """
interaction_id | rule_type      | rule_kind
1              | value          |
2              | failure        | representation
3              | failure        | representation
4              | value          |
5              | unclassifiable |
"""
FOUND_FIGURES = """
name                 | by | group | period | value | n  | note
failure_demand_share |    |       |        | 0.5   | 4  |
failure_demand_share |    |       | 2024   | 0.7   | 2  |
top_share_cost       | q  | 1%    |        | 0.4   | 10 |
known_share_system   |    |       |        |       | 0  | no history
"""
TRUE_FIGURES = """name,by,group,value,source
failure_demand_share,,,0.6,synthetic
top_share_cost,q,1%,0.5,synthetic
known_share_system,,,0.86,synthetic
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    findings, truth = tmp_path / "findings", tmp_path / "truth"
    (findings / "tables").mkdir(parents=True)
    truth.mkdir()
    write(truth / "records.parquet", RECORDS)
    write(truth / "interactions.parquet", TRUE_ASKINGS)
    write(findings / "tables" / "identities.parquet", IDENTITIES)
    write(findings / "tables" / "demands.parquet", FOUND_ASKINGS)
    write(findings / "figures.parquet", FOUND_FIGURES, numbers=("value", "n"))
    (truth / "figures.csv").write_text(TRUE_FIGURES, encoding="utf-8")
    return findings, truth


def write(path: Path, text: str, numbers: tuple[str, ...] = ()) -> None:
    rows: list[dict[str, Any]] = table(text)
    columns = {
        name: pa.array(
            [float(row[name]) if name in numbers and row[name] else row[name] for row in rows],
            pa.float64() if name in numbers else pa.string(),
        )
        for name in rows[0]
    }
    pq.write_table(pa.table(columns), path)


def named(scores: list[Score], about: str, name: str) -> Score:
    return next(one for one in scores if (one.about, one.name) == (about, name))


def test_linkage_over_pairs_of_records(folders: tuple[Path, Path]) -> None:
    scores = score(*folders)
    assert named(scores, "linkage", "precision").found == 1 / 2  # two pairs joined, one of them true
    assert named(scores, "linkage", "recall").found == 1 / 4  # four true pairs
    assert named(scores, "linkage", "F1").found == pytest.approx(1 / 3)
    persons = named(scores, "linkage", "persons")
    assert (persons.found, persons.true) == (4, 3)


def test_coding_over_the_askings_that_could_be_classified(folders: tuple[Path, Path]) -> None:
    scores = score(*folders)
    assert named(scores, "coding", "sensitivity").found == pytest.approx(2 / 3)  # 2 and 3 of 2, 3, 4
    assert named(scores, "coding", "specificity").found == 1.0  # asking 1; asking 5 is set aside
    assert named(scores, "coding", "kind agrees").found == 1 / 2
    share = named(scores, "coding", "failure share of the same askings")
    assert (share.found, share.true, share.n) == (1 / 2, 3 / 4, 4)
    assert share.note == "4 of 5 askings could be classified"


def test_figures_beside_the_truth_with_the_reason_for_a_refusal(folders: tuple[Path, Path]) -> None:
    scores = score(*folders)
    share = named(scores, "figures", "failure_demand_share")
    assert (share.found, share.true, share.n) == (0.5, 0.6, 4)
    assert named(scores, "figures", "top_share_cost 1%").found == 0.4
    refused = named(scores, "figures", "known_share_system")
    assert (refused.found, refused.true, refused.note) == (None, 0.86, "no history")


def test_a_missing_file_is_named(folders: tuple[Path, Path]) -> None:
    findings, truth = folders
    (truth / "records.parquet").unlink()
    with pytest.raises(InputError, match=r"records\.parquet: is missing"):
        score(findings, truth)


def test_the_truth_of_another_locality_is_noticed(folders: tuple[Path, Path]) -> None:
    findings, truth = folders
    write(truth / "records.parquet", "agency | person_ref | person_id\nhousing | ZZ | P9\n")
    with pytest.raises(InputError, match="no record of the truth is in the findings"):
        score(findings, truth)
