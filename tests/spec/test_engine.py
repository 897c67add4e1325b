"""Where work runs: the same rows, gathered by person, walked once, whatever the engine."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from personshaped.engine import clustering
from personshaped.engine.clustering import cluster
from personshaped.engine.gathering import gather, tasks_of, walk_all
from personshaped.engine.local import in_processes, open_connection
from personshaped.engine.stages import Stages
from personshaped.errors import InputError, UsageError
from personshaped.settings import Settings
from personshaped.study import Options, study
from personshaped.tables import CANONICAL
from spec.small_tables import interactions

TABLES = ("interactions", "persons", "demands", "needs", "cycles", "episodes", "referrals")
WALK = "personshaped.journeys:walk"
SETTINGS = Settings(date(2024, 1, 1), date(2025, 1, 1), window_declared=True, history_complete=True)
ROWS = """
    id | who | at      | when       | did    | issue
    1  | A   | housing | 2024-01-01 | demand | roof
    2  | B   | gp      | 2024-01-02 | demand | ear
    3  | A   | housing | 2024-01-03 | assess | roof
    4  | A   | housing | 2024-02-01 | demand | roof
    5  | B   | gp      | 2024-03-01 | demand | ear
    """


def _connection(work: Path, rows: pa.Table) -> duckdb.DuckDBPyConnection:
    con = open_connection(work, threads=1)
    con.register("given", rows)
    con.execute("CREATE TABLE interactions AS SELECT * EXCLUDE (household_id) FROM given")
    con.execute(
        "CREATE TABLE identities AS SELECT DISTINCT agency, ref_key, person_id, 'H' AS household_id, 'Town' AS area"
        " FROM interactions"
    )
    return con


def _walked(tmp_path: Path, rows: pa.Table, blank: tuple[str, ...] = ()) -> dict[str, pa.Table]:
    con = _connection(tmp_path, rows)
    tasks = tasks_of(cluster(con, tmp_path, blank=blank), WALK, TABLES, SETTINGS, tmp_path / "walked")
    walk_all(tasks, 1, lambda done, total: None)
    gather(tmp_path / "walked", TABLES, tmp_path / "tables")
    return {name: pq.read_table(tmp_path / "tables" / f"{name}.parquet") for name in TABLES}


def test_every_row_comes_out_once_with_its_person(tmp_path: Path) -> None:
    found = _walked(tmp_path, interactions(ROWS))
    assert sorted(found["interactions"]["interaction_id"].to_pylist()) == ["1", "2", "3", "4", "5"]
    assert set(found["interactions"]["area"].to_pylist()) == {"Town"}
    assert found["demands"].num_rows == 4


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    rows = interactions(ROWS)
    straight = _walked(tmp_path / "a", rows)
    shuffled = _walked(tmp_path / "b", rows.take(pa.array([4, 2, 0, 3, 1])))
    for name in TABLES:
        assert straight[name].equals(shuffled[name]), name


def test_columns_without_a_cell_are_left_out_on_the_way_and_stand_in_the_tables(tmp_path: Path) -> None:
    rows = interactions(ROWS)
    blank = tuple(name for name in CANONICAL["interactions"].names if rows[name].null_count == rows.num_rows)
    assert {"contact_id", "cost", "ended_at"} <= set(blank)
    lean, whole = _walked(tmp_path / "lean", rows, blank), _walked(tmp_path / "whole", rows)
    kept = {name for piece in (tmp_path / "lean/buckets").rglob("*.parquet") for name in pq.read_schema(piece).names}
    assert not kept & set(blank) - {"area"}  # the area of the person stands in for it
    for name in TABLES:
        assert lean[name].equals(whole[name]), name


def test_a_sample_keeps_whole_persons(tmp_path: Path) -> None:
    text = "id | who | at | when | did\n" + "\n".join(
        f"{i} | P{i % 200} | gp | 2024-01-{1 + i % 28:02} | demand" for i in range(1000)
    )
    con = _connection(tmp_path, interactions(text))
    found = cluster(con, tmp_path, share=0.3)
    rows = pa.concat_tables(pq.ParquetDataset(bucket, partitioning=None).read() for bucket in found.buckets)
    kept = rows["person_id"].value_counts()
    assert 30 < len(kept) < 90
    assert set(kept.field("counts").to_pylist()) == {5}


def test_what_is_kept_to_be_walked_again_is_a_share_of_the_sample(tmp_path: Path) -> None:
    text = "id | who | at | when | did\n" + "\n".join(f"{i} | P{i} | gp | 2024-01-02 | demand" for i in range(4000))
    con = _connection(tmp_path, interactions(text))
    # given: half of the people in the sample, of which half are to be kept
    sample = cluster(con, tmp_path, share=0.5)
    assert len(sample.buckets) == 1
    clustering.keep_sample(con, sample, tmp_path, 1000, 0.5)
    # then a quarter of all are
    (kept,) = clustering.kept_sample(con, tmp_path).buckets
    assert 900 < pq.read_table(kept).num_rows < 1100


def test_large_buckets_are_walked_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "id | who | at | when | did\n" + "\n".join(
        f"{i} | P{i % 200} | gp | 2024-{1 + i % 12:02}-{1 + i % 28:02} | {'demand' if i % 3 else 'assess'}"
        for i in range(2000)
    )
    rows = interactions(text)
    whole = _walked(tmp_path / "whole", rows)
    monkeypatch.setattr(clustering, "ROWS_PER_WALK", 150)
    monkeypatch.setattr(clustering, "FEW_BUCKETS", 4)
    parts = _walked(tmp_path / "parts", rows)
    assert len(list((tmp_path / "parts").rglob("*.arrow"))) == 4 * 4 * len(TABLES)  # 14 walks, as 4 buckets of 4 parts
    for name in TABLES:
        keys = [(field.name, "ascending") for field in whole[name].schema if not pa.types.is_nested(field.type)]
        assert parts[name].sort_by(keys).equals(whole[name].sort_by(keys)), name


def test_the_start_of_an_extract_is_its_earliest_row(tmp_path: Path) -> None:
    found = cluster(_connection(tmp_path, interactions(ROWS)), tmp_path)
    assert found.starts == {"gp": date(2024, 1, 2), "housing": date(2024, 1, 1)}


def test_processes_give_what_one_process_gives() -> None:
    assert sorted(in_processes(abs, [-1, -2, -3], 2)) == sorted(in_processes(abs, [-1, -2, -3], 1)) == [1, 2, 3]


def test_what_does_not_fit_spills_encrypted(tmp_path: Path) -> None:
    con = open_connection(tmp_path, threads=1, memory="60MB")
    con.execute("SET preserve_insertion_order = false")
    con.execute("CREATE TABLE big AS SELECT 'canary-' || i AS words, hash(i) AS h FROM range(3_000_000) t(i)")
    spilled = list((tmp_path / "spill").iterdir())
    assert spilled
    assert not any(b"canary-" in path.read_bytes() for path in spilled)
    assert con.execute("SELECT count(DISTINCT words) FROM big WHERE h % 100 = 0").fetchone() is not None


def test_nothing_is_read_from_a_network(tmp_path: Path) -> None:
    con = open_connection(tmp_path)
    with pytest.raises(duckdb.PermissionException, match="disabled by configuration"):
        con.execute("SELECT * FROM read_csv('http://127.0.0.1:9/rows.csv')")


def test_finished_stages_hold_only_for_the_same_inputs(tmp_path: Path) -> None:
    Stages.open(tmp_path, "one").finish("followed", {"demands": 4})
    assert Stages.open(tmp_path, "one").done("followed") == {"demands": 4}
    assert Stages.open(tmp_path, "another").done("followed") is None
    assert Stages.open(tmp_path, "one").done("measured") is None


@pytest.mark.skipif(not shutil.which("java"), reason="needs Java 17 for Spark")
def test_spark_walks_the_same_buckets(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="needs the extra [spark]")
    from personshaped.engine.spark import walk_all_on_spark

    con = _connection(tmp_path, interactions(ROWS))
    found = cluster(con, tmp_path)
    first = tasks_of(found, WALK, TABLES, SETTINGS, tmp_path / "here")
    second = tasks_of(found, WALK, TABLES, SETTINGS, tmp_path / "there")
    walk_all(first, 1, lambda done, total: None)
    walk_all_on_spark(second, lambda done, total: None)
    for name in TABLES:
        for place in ("here", "there"):
            assert any((tmp_path / place / name).iterdir())
    here = gather(tmp_path / "here", TABLES, tmp_path / "here" / "tables")
    there = gather(tmp_path / "there", TABLES, tmp_path / "there" / "tables")
    assert here == there
    assert here["interactions"] == 5
    for name in TABLES:
        first, second = (pq.read_table(tmp_path / place / "tables" / f"{name}.parquet") for place in ("here", "there"))
        assert first.equals(second), name


@pytest.mark.skipif(not shutil.which("java"), reason="needs Java 17 for Spark")
def test_a_study_on_spark_ends_with_the_same_findings(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="needs the extra [spark]")
    made = {}
    for engine in ("local", "spark"):
        folder = shutil.copytree(Path(__file__).parents[1] / "golden", tmp_path / engine)
        findings = study(folder, Options(engine=engine)).findings
        made[engine] = {path.name: path.read_bytes() for path in (findings / "tables").iterdir()}
        made[engine]["figures"] = (findings / "figures.csv").read_bytes()
    assert made["spark"].keys() == made["local"].keys()
    assert [name for name in made["local"] if made["spark"][name] != made["local"][name]] == []


def test_the_own_id_of_a_table_is_written_plainly_and_what_repeats_by_its_number(tmp_path: Path) -> None:
    rows = ROWS + "    6  | A   | gp      | 2024-03-02 | refer  | roof\n"
    _walked(tmp_path, interactions(rows))

    def numbered(table: str, column: str) -> bool:
        group = pq.read_metadata(tmp_path / "tables" / f"{table}.parquet").row_group(0)
        (found,) = (at for at in range(group.num_columns) if group.column(at).path_in_schema == column)
        return "RLE_DICTIONARY" in group.column(found).encodings

    own = {"interactions": "interaction_id", "demands": "interaction_id", "needs": "need_id", "cycles": "cycle_id",
           "episodes": "episode_id", "persons": "person_id"}  # fmt: skip
    assert not any(numbered(table, column) for table, column in own.items())
    assert all(numbered(table, "person_id") for table in TABLES if table != "persons")


def test_nobody_to_follow_is_said_in_one_line(tmp_path: Path) -> None:
    rows = interactions(ROWS)
    with pytest.raises(InputError, match=r"^nobody is left to follow: no row of the files is used; expected"):
        cluster(_connection(tmp_path / "none", rows.slice(0, 0)), tmp_path / "none")
    with pytest.raises(UsageError, match=r"^--sample 1e-06: of so few people nobody is left .* a larger share"):
        cluster(_connection(tmp_path / "few", rows), tmp_path / "few", share=1e-6)
