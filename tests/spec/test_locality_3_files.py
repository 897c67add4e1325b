"""The synthetic locality, 3: agencies' own files, each in its own way, and the mapping that reads them."""

from __future__ import annotations

import csv
import io
import sqlite3
import tomllib
import zipfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from personshaped.errors import UsageError
from personshaped.locality import SCENARIOS, write_demo

Line = dict[str, Any]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locality") / "town"
    write_demo(folder, "assess_refer", 600, 2, 4)
    return folder


def study(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))


def lines(folder: Path, source: dict[str, Any]) -> list[Line]:
    """The lines of one source as study.toml says they are written."""
    head, _, member = source["path"].partition(".zip/")
    path = folder / (f"{head}.zip" if member else source["path"])
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".sqlite":
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM incidents")]
        connection.close()
        return found
    if path.suffix == ".xlsx":
        head_row, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(head_row, row, strict=True)) for row in rows]
    raw = zipfile.ZipFile(path).read(member) if member else path.read_bytes()
    text = io.StringIO(raw.decode(source.get("encoding", "utf-8")))
    return list(csv.DictReader(text, delimiter=source.get("delimiter", ",")))


@cache
def all_lines(folder: Path) -> tuple[tuple[dict[str, Any], list[Line]], ...]:
    return tuple((source, lines(folder, source)) for source in study(folder)["source"])


def test_it_says_everywhere_that_it_is_synthetic(town: Path) -> None:
    said = study(town)
    assert "synthetic" in said["study"]["name"]
    assert said["lawful"] == {"personal_data": False}
    assert "personal_data = false # synthetic" in (town / "study.toml").read_text(encoding="utf-8")
    for source, rows in all_lines(town):
        assert {row["data_origin"] for row in rows} == {"synthetic"}, source["path"]
    for path in town.glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            assert {row["source"] for row in csv.DictReader(file)} == {"synthetic"}, path.name
    for path in town.with_name("town.truth").glob("*.parquet"):
        assert set(pq.read_table(path)["source"].to_pylist()) == {"synthetic"}, path.name


def test_every_kind_of_file_is_there(town: Path) -> None:
    sources = study(town)["source"]
    assert {Path(source["path"]).suffix for source in sources} == {".csv", ".tsv", ".xlsx", ".parquet", ".sqlite"}
    assert {source.get("encoding", "utf-8") for source in sources} == {"utf-8", "utf-8-sig", "cp1252"}
    assert {source.get("delimiter", ",") for source in sources} == {",", ";", "|", "\t"}
    formats = {source["interactions"][0]["started_at"]["format"]
               for source in sources
               if "interactions" in source and isinstance(source["interactions"][0]["started_at"], dict)}  # fmt: skip
    assert len(formats) >= 7


def test_every_heading_of_the_mapping_is_in_the_file_and_every_word_is_mapped(town: Path) -> None:
    for source, rows in all_lines(town):
        for mapped in (*source.get("interactions", ()), *source.get("people", ())):
            for name, told in mapped.items():
                if isinstance(told, dict) and "const" in told:
                    continue
                heading = told["column"] if isinstance(told, dict) else told
                values = {row[heading] for row in rows if row[heading] not in (None, "")}
                if isinstance(told, dict) and "values" in told:
                    assert values <= set(told["values"]), (source["path"], name)
                elif isinstance(told, dict):
                    assert all(datetime.strptime(value, told["format"]) for value in values)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder, seed in zip(folders, (5, 5, 6), strict=True):
        write_demo(folder, "assess_refer", 60, 1, seed)
    one, two, three = (
        {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        for folder in folders
    )
    assert one == two
    assert one != three


def test_every_recorded_row_is_in_the_truth_once(town: Path) -> None:
    ids = []
    for source, rows in all_lines(town):
        for mapped in source.get("interactions", ()):
            ids += [row[mapped["interaction_id"]] for row in rows]
    truth = pq.read_table(town.with_name("town.truth") / "interactions.parquet")["interaction_id"].to_pylist()
    assert sorted(ids) == sorted(truth)
    assert len(set(ids)) == len(ids)


def test_numbers_and_postcodes_are_nobodys(town: Path) -> None:
    for source, rows in all_lines(town):
        for mapped in source.get("people", ()):
            for row in rows:
                assert row[mapped["postcode"]] in ("", None) or row[mapped["postcode"]].startswith("ZQ")
                number = row[mapped["nhs_number"]] if "nhs_number" in mapped else None
                if number:
                    check = (
                        11
                        - sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False)) % 11
                    )
                    assert number.startswith("999")
                    assert check % 11 == int(number[9])


def test_history_before_the_window_is_handed_over_only_by_default(town: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "start", "extract_start", 300, 1, 2)
    assert min(_true_times(town)) < datetime(2023, 1, 1)  # window from 2023
    assert datetime(2021, 10, 1) <= min(_true_times(town)) < datetime(2021, 12, 1)  # a look-back and a quarter before
    assert min(_true_times(tmp_path / "start")) >= datetime(2024, 1, 1)


def _true_times(folder: Path) -> list[datetime]:
    return pq.read_table(folder.with_name(f"{folder.name}.truth") / "interactions.parquet")["started_at"].to_pylist()


def test_unlinked_hands_over_no_names(tmp_path: Path) -> None:
    write_demo(tmp_path / "unlinked", "unlinked", 200, 1, 2)
    assert not any("people" in source for source in study(tmp_path / "unlinked")["source"])
    assert not (tmp_path / "unlinked" / "people.csv").exists()
    assert not (tmp_path / "unlinked" / "hospital" / "patient_index.csv").exists()


def test_what_cannot_be_is_refused_in_one_line(tmp_path: Path, town: Path) -> None:
    with pytest.raises(UsageError, match='no scenario "utopia"; there are assess_refer, half_way'):
        write_demo(tmp_path / "a", "utopia", 100, 1, 1)
    with pytest.raises(UsageError, match="20 people or more and 1 to 20 years"):
        write_demo(tmp_path / "a", "assess_refer", 5, 1, 1)
    with pytest.raises(UsageError, match="is not empty"):
        write_demo(town, "assess_refer", 100, 1, 1)


def test_a_scenario_that_looks_good_is_called_no_prediction() -> None:
    for name in ("half_way", "local_by_default"):
        assert "not a prediction" in SCENARIOS[name].says


def test_the_example_town_is_what_the_demo_writes(tmp_path: Path) -> None:
    """Text files only: spreadsheets, Parquet and databases carry the versions of their writers."""
    example = Path(__file__).parents[2] / "examples" / "town"
    write_demo(tmp_path / "town", "assess_refer", 900, 3, 2)
    for path in sorted((tmp_path / "town").rglob("*")):
        if path.suffix in (".csv", ".tsv", ".toml", ".txt"):
            name = path.relative_to(tmp_path / "town")
            assert (example / name).read_bytes() == path.read_bytes(), f"{name}: write the example anew"
