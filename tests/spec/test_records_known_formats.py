"""Records: the mappings for known formats, on the real files where those are at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spec.study_folders import Reading, reading

MAPPINGS = Path(__file__).parent.parent.parent / "examples" / "mappings"


def mapped(name: str, data: Path, tmp_path: Path) -> Reading:
    """The mapping with its file put beside it."""
    folder = tmp_path / name
    shutil.copytree(MAPPINGS / name, folder)
    (folder / data.name).symlink_to(data)
    return reading(folder, tmp_path / "work")


def kinds(found: Reading) -> dict[str, int]:
    return dict(found.con.execute("SELECT activity, count(*) FROM interactions GROUP BY 1 ORDER BY 1").fetchall())


def test_every_application_is_one_demand(shared: Path, tmp_path: Path) -> None:
    found = mapped("receipt", shared / "data" / "event_logs" / "receipt.csv", tmp_path)
    assert found.records.report.used == 8577
    assert kinds(found)["demand"] == 1434
    assert "other" not in kinds(found)


def test_coming_and_coming_back_to_the_emergency_room(shared: Path, tmp_path: Path) -> None:
    found = mapped("sepsis", shared / "data" / "event_logs" / "sepsis.csv", tmp_path)
    assert found.records.report.rows_in == 15214
    assert kinds(found)["demand"] == 1344  # 1,050 registrations and 294 returns
    people = found.con.execute("SELECT count(DISTINCT ref_key), count(*) FILTER (ref_key = 'NA') > 0 FROM interactions")
    assert people.fetchone() == (1050, True)  # one patient's id is NA


def test_the_first_event_of_a_ticket_is_a_demand_that_is_inferred(shared: Path, tmp_path: Path) -> None:
    found = mapped("helpdesk", shared / "data" / "event_logs" / "Helpdesk.xes.gz", tmp_path)
    assert kinds(found)["demand"] == 4580
    inferred = found.con.execute("SELECT count(*) FROM interactions WHERE activity = 'demand' AND inferred").fetchone()
    assert inferred == (4580,)


def test_nobody_asks_for_a_fine(shared: Path, tmp_path: Path) -> None:
    found = mapped("roadtraffic", shared / "data" / "event_logs" / "roadtraffic100traces.xes", tmp_path)
    assert kinds(found) == {"demand": 1, "enforce": 193, "letter": 79, "other": 58, "record": 58, "refer": 1}


def test_look_ups_reach_from_a_service_to_its_project(shared: Path, tmp_path: Path) -> None:
    found = mapped("hmis", shared / "data" / "journeys" / "hmis_fy2019" / "sample_hmis_export.zip", tmp_path)
    assert kinds(found) == {"assess": 15949, "close": 5965, "demand": 6390, "do": 11085}
    assert found.con.execute(
        "SELECT count(DISTINCT service), count(service) - count(*) FROM interactions"
    ).fetchone() == (8, 0)
    assert found.con.execute("SELECT count(*) FROM people WHERE forename IS NOT NULL").fetchone() == (4034,)


@pytest.mark.parametrize("name", sorted(path.name for path in MAPPINGS.iterdir() if path.is_dir()))
def test_no_data_are_kept_beside_a_mapping(name: str) -> None:
    assert [path.name for path in (MAPPINGS / name).iterdir()] == ["study.toml"]
