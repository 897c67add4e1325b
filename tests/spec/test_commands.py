"""The commands as a user meets them: what they print, and their exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from personshaped.study import study
from spec.study_folders import PUBLISHED, folder

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "personshaped", *map(str, arguments)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ | environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def studied(golden: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "study"
    shutil.copytree(golden, folder)
    done = run("study", folder)
    assert done.returncode == 0, done.stderr
    assert "5 of 8" in done.stdout
    assert "picture.html" in done.stdout
    return folder


def test_findings_are_closed_to_others(studied: Path) -> None:
    assert (studied / "findings").stat().st_mode & 0o077 == 0


def test_the_same_inputs_give_the_same_bytes(studied: Path, tmp_path: Path) -> None:
    done = run("study", studied, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for name in ("run.json", "figures.csv", "charts.json", "picture.html", "tables/demands.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (studied / "findings" / name).read_bytes(), name


def test_figure_by_name_and_by_id_with_its_query_and_rows(studied: Path) -> None:
    by_name = run("figure", studied, "failure_demand_share", "--by", "agency")
    assert by_name.returncode == 0, by_name.stderr
    assert "3 of 4" in by_name.stdout
    assert "SELECT" in by_name.stdout
    by_id = json.loads(run("figure", studied, "M012", "--rows", "--json").stdout)
    assert by_id["figures"][0]["value"] == 0.625
    assert "Mum can't cope at home" in {row["words"] for row in by_id["rows"]}


def test_figure_for_some_people(studied: Path) -> None:
    one = json.loads(run("figure", studied, "demands", "--people", "P1", "--json").stdout)
    whole = [figure for figure in one["figures"] if not figure["period"]]
    assert whole[0]["value"] == 4
    by_reference = json.loads(run("figure", studied, "demands", "--people", "housing:H-001", "--json").stdout)
    assert by_reference["figures"] == one["figures"]


def test_an_unknown_figure_names_the_nearest(studied: Path) -> None:
    done = run("figure", studied, "failure_demand_sharee")
    assert done.returncode == 2
    assert "failure_demand_share" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_findings_of_an_earlier_version_are_told_as_such(studied: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(studied, folder)
    demands = folder / "findings" / "tables" / "demands.parquet"
    pq.write_table(pq.read_table(demands).drop_columns(["position"]), demands)
    done = run("figure", folder, "failure_demand_after_shared")
    assert done.returncode == 1
    assert "these findings were made by an earlier version" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_story_is_a_page(studied: Path) -> None:
    done = json.loads(run("story", studied, "P1", "--json").stdout)
    page = Path(done["story"]).read_text(encoding="utf-8")
    assert "I can&#39;t get up the stairs to the bath" in page or "I can't get up the stairs to the bath" in page
    assert "P1" not in Path(done["story"]).name


def test_nobody_by_that_name_is_wrong_use(studied: Path) -> None:
    done = run("story", studied, "nobody")
    assert done.returncode == 2
    assert "person_id" in done.stderr


def test_measures_lists_definitions_and_prints_one_whole() -> None:
    listed = run("measures")
    assert listed.returncode == 0
    assert "failure_demand_share" in listed.stdout
    one = json.loads(run("measures", "M012", "--json").stdout)
    assert one[0]["query"].startswith("SELECT")


def test_a_folder_without_study_toml_is_checked_but_not_studied(golden: Path, tmp_path: Path) -> None:
    shutil.copy(golden / "interactions.csv", tmp_path)
    checked = run("check", tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "20" in checked.stdout
    refused = run("study", tmp_path)
    assert refused.returncode == 1
    assert "[lawful]" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "findings" / "figures.csv").exists()


def test_personal_data_need_their_lawful_lines_and_then_leave_no_reference(golden: Path, tmp_path: Path) -> None:
    shutil.copytree(golden, tmp_path / "study")
    toml = tmp_path / "study" / "study.toml"
    lawful = 'purpose = "a test"\nlawful_basis = "public task"\ndpia = "D-1"\nkeep_until = 2999-01-01\n'
    text = toml.read_text(encoding="utf-8").replace("personal_data = false", "personal_data = true")
    toml.write_text(text, encoding="utf-8")
    assert run("study", tmp_path / "study").returncode == 1
    toml.write_text(text + lawful, encoding="utf-8")
    done = run("study", tmp_path / "study", PERSONSHAPED_KEY="a key of the test's own")
    assert done.returncode == 0, done.stderr
    assert "5 of 8" in done.stdout
    written = b"".join(path.read_bytes() for path in (tmp_path / "study" / "findings").rglob("*") if path.is_file())
    for canary in (b"H-001", b"S-77", b"Ellery", b"Okafor"):
        assert canary not in written


def test_a_bad_file_gives_one_line_and_leaves_nothing_half_written(golden: Path, tmp_path: Path) -> None:
    shutil.copytree(golden, tmp_path / "study")
    (tmp_path / "study" / "interactions.csv").write_text("interaction_id,when\n1,2024-01-01\n", encoding="utf-8")
    done = run("study", tmp_path / "study")
    assert done.returncode == 1
    assert "interactions.csv" in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("personshaped:")]
    assert len(errors) == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "study" / "findings" / "figures.csv").exists()


def test_wrong_use_exits_with_2() -> None:
    assert run("study").returncode == 2
    assert run("demo", "x", "--scenario", "nowhere").returncode == 2


def test_a_share_that_is_no_share(golden: Path) -> None:
    done = run("study", golden, "--sample", "lots")
    assert done.returncode == 2
    assert "5%" in done.stderr


def test_headings_alone_are_nobody_to_follow(golden: Path, tmp_path: Path) -> None:
    shutil.copytree(golden, tmp_path / "study")
    file = tmp_path / "study" / "interactions.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = run("study", tmp_path / "study")
    assert done.returncode == 1
    assert "nobody is left to follow: no row of the files is used" in done.stderr
    assert "IndexError" not in done.stderr


def test_areas_that_are_not_added_are_named(tmp_path: Path) -> None:
    """Given a country beside the area that rows are of, the study says whose people it left out."""
    rows = """
    person_ref | agency  | started_at | activity | area
    H-1        | housing | 2024-01-03 | demand   | Tunstall
    """
    facts = """
    area     | period | measure    | value    | source
    Tunstall | 2024   | population | 21000    | made up
    England  | 2024   | population | 57000000 | made up
    """
    made = folder(tmp_path / "study", study_toml=PUBLISHED, interactions_csv=rows, area_facts_csv=facts)
    told = study(made).notices
    assert "Taken as around or beside the areas studied, so that their people are not added: England." in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line_that_says_how_to_go_on() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "personshaped", "measures", "--json"], stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == (
        "personshaped: stopped, as the disk is full; free some of it and run this again (a study goes on with "
        "`--resume` from the last finished stage)\n"
    )
