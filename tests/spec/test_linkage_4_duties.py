"""Linkage, chapter 4: the duties of whoever holds the data: access, forgetting, an end, a record nobody can touch."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from personshaped.disclosure import looks
from personshaped.errors import InputError, UsageError
from personshaped.linkage.pseudonyms import Pseudonyms, load_key
from personshaped.linkage.store import IdentityStore
from personshaped.study import check, link, study
from personshaped.study.duties import forget, subject_access
from personshaped.study.keeping import audit, backup, purge, restore
from personshaped.study.looking import pair
from spec.study_folders import folder as write_folder

TOML = """
[study]
name = "Ashbrook"
window = ["2024-01-01", "2024-03-01"]
[lawful]
purpose = "service improvement study"
lawful_basis = "public task"
dpia = "DPIA-1"
keep_until = 2099-01-01
"""
PEOPLE = """
person_ref | agency  | forename | surname  | born       | address          | postcode | phone       | nhs_number
H-1        | housing | Zebedee  | Quillfin | 1961-04-02 | 3 Canary Wharfe  | ZE1 1AA  | 07700900111 | 9434765919
G-1        | gp      | Zebedee  | Quillfin | 1961-04-02 | 3 Canary Wharfe  | ZE1 1AA  | 07700900111 | 9434765919
H-2        | housing | Ottoline | Brackmar | 1988-11-30 | 9 Finch Passage  | OT2 2BB  | 07700900222 | 9434765870
G-2        | gp      | Ottoline | Brackmar | 1988-11-30 | 9 Finch Passage  | OT2 2BB  | 07700900222 | 9434765870
"""
INTERACTIONS = """
interaction_id | person_ref | agency  | started_at       | activity | initiated_by | words
i1             | H-1        | housing | 2024-01-03T09:00 | demand   | person       | Zebedee Quillfin has no heat
i2             | G-1        | gp      | 2024-01-09T09:00 | demand   | person       | cold, chest bad, call 07700900111
i3             | H-1        | housing | 2024-01-20T09:00 | demand   | person       | =still no boiler
i4             | H-2        | housing | 2024-01-04T09:00 | demand   | person       | damp in the hall
i5             | G-2        | gp      | 2024-01-30T09:00 | demand   | person       | Ottoline Brackmar wheezes
"""
LINKS = """
agency_a | ref_a | agency_b | ref_b | judgement | by | when       | evidence
housing  | H-1   | housing  | H-2   | different | tm | 2024-05-01 | neighbours
housing  | H-2   | gp       | G-2   | same      | tm | 2024-05-01 |
"""
CODES = """
interaction_id | demand_type | coded_by
i3             | failure     | tm
i5             | value       | tm
"""
HIS = ("Zebedee", "Quillfin", "1961-04-02", "Canary Wharfe", "ZE1 1AA", "07700900111", "9434765919")
HERS = ("Ottoline", "Brackmar", "1988-11-30", "Finch Passage", "OT2 2BB", "07700900222", "9434765870")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_folder(
        tmp_path / "town", study_toml=TOML, people_csv=PEOPLE, interactions_csv=INTERACTIONS,
        decisions__links_csv=LINKS, decisions__codes_csv=CODES,
    )  # fmt: skip


def _text(place: Path) -> str:
    return "\n".join(one.read_text(encoding="utf-8") for one in sorted(place.glob("*")))


def _cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_subject_access_holds_everything_of_one_person_and_nothing_of_another(town: Path, tmp_path: Path) -> None:
    study(town)
    out = tmp_path / "access"
    told = subject_access(town, "housing:H-1", out)
    assert told["interactions rows"] == 3
    assert told["people rows"] == 2
    text = _text(out)
    for canary in HIS:
        assert canary in text, canary
    for canary in (*HERS, "H-2", "G-2", "damp in the hall", "i4", "i5"):
        assert canary not in text, canary
    said = {row["words"] for row in _cells(out / "interactions.csv")}
    assert "'=still no boiler" in said  # a spreadsheet reads text, not a formula
    assert [row["cell"] for row in _cells(out / "decisions.csv") if row["column"] == "evidence"] == ["neighbours"]
    assert {row["judgement"] for row in _cells(out / "links.csv")} == {"same", "different"}
    assert [row["what"] for row in _cells(out / "looks.csv")] == ["subject access"]
    assert out.stat().st_mode & 0o077 == 0
    assert all(one.stat().st_mode & 0o077 == 0 for one in out.glob("*.csv"))
    with pytest.raises(UsageError, match="not empty"):
        subject_access(town, "housing:H-2", out)


def test_who_is_forgotten_is_in_nothing_we_keep_and_comes_back_with_no_reading(town: Path) -> None:
    study(town)
    told = forget(town, "gp:G-1")
    assert told["records at"] == "gp, housing"
    assert told["delete at the source"] == [
        "interactions.csv, row 2", "interactions.csv, row 3", "interactions.csv, row 4",
        "people.csv, row 2", "people.csv, row 3",
    ]  # fmt: skip
    assert not (town / "findings").exists()
    assert [row["interaction_id"] for row in _cells(town / "decisions" / "codes.csv")] == ["i5"]
    assert [row["ref_b"] for row in _cells(town / "decisions" / "links.csv")] == ["G-2"]
    keys = Pseudonyms(load_key(town / ".private"))
    gone = {keys.of("gp", "G-1"), keys.of("housing", "H-1")}
    for name in ("people", "registry"):
        rows = IdentityStore.open(town / ".private").read(name)
        assert rows is not None
        assert gone.isdisjoint(rows.read_all()["ref_key"].to_pylist())
    listed = _cells(town / "decisions" / "forgotten.csv")
    assert gone < {row["record"] for row in listed}
    assert not any(canary in str(listed) for canary in (*HIS, "H-1", "G-1"))

    study(town)
    run = json.loads((town / "findings" / "run.json").read_text())
    assert run["linking"]["persons"] == 1
    report = check(town)
    assert report.rows_in == report.used + report.set_aside + sum(one.passed_over for one in report.files)
    with pytest.raises(UsageError, match="nobody here"):
        forget(town, "gp:G-1")


def test_a_recorded_person_id_is_forgotten_wherever_it_stands(tmp_path: Path) -> None:
    town = write_folder(
        tmp_path / "town", study_toml=TOML,
        interactions_csv="""
        interaction_id | person_ref | person_id | agency  | started_at | activity | initiated_by
        i1             | H-1        | P1        | housing | 2024-01-03 | demand   | person
        i2             | H-2        | P2        | housing | 2024-01-03 | demand   | person
        """,
        needs_csv="""
        need_id | person_id | opened_at
        N1      | P1        | 2024-01-03
        N2      | P2        | 2024-01-03
        """,
    )  # fmt: skip
    told = forget(town, "P1")
    assert told["delete at the source"] == ["interactions.csv, row 2", "needs.csv, row 2"]


def test_data_that_are_not_personal_hold_nobody(town: Path) -> None:
    (town / "study.toml").write_text("[lawful]\npersonal_data = false\n")
    with pytest.raises(UsageError, match="declared not personal"):
        forget(town, "housing:H-1")


def test_data_past_their_day_are_purged(town: Path) -> None:
    study(town)
    with pytest.raises(UsageError, match="has not passed"):
        purge(town, date(2099, 1, 1))
    told = purge(town, date(2099, 1, 2))
    assert not (town / "findings").exists()
    assert not (town / ".private").exists()
    assert [Path(one).name for one in told["delete yourself"]] == [
        "codes.csv", "links.csv", "interactions.csv", "people.csv",
    ]  # fmt: skip
    assert (town / "people.csv").exists()


# --- the record of looks -------------------------------------------------------------------------------------


@pytest.fixture
def looked(tmp_path: Path) -> Path:
    private = tmp_path / ".private"
    key = load_key(private)
    for number in range(4):
        looks.record(private, key, who="tm", person_id=f"P{number}", what="story")
    return private


def _edit(private: Path, change: str) -> None:
    path = private / looks.FILE
    lines = path.read_text().splitlines(keepends=True)
    if change == "edited":
        lines[1] = lines[1].replace("P1", "P9")
    elif change == "dropped":
        del lines[1]
    elif change == "reordered":
        lines[1], lines[2] = lines[2], lines[1]
    elif change == "truncated":
        del lines[2:]
    elif change == "emptied":
        lines = []
    path.write_text("".join(lines))


@pytest.mark.parametrize("change", ["edited", "dropped", "reordered", "truncated", "emptied"])
def test_a_record_of_looks_that_was_touched_is_found(looked: Path, change: str) -> None:
    assert audit(looked.parent)["looks"] == 4
    _edit(looked, change)
    with pytest.raises(InputError, match=r"looks\.jsonl"):
        audit(looked.parent)


def test_a_head_noted_elsewhere_finds_an_older_record_put_back_whole(looked: Path, tmp_path: Path) -> None:
    shutil.copytree(looked, tmp_path / "older")
    looks.record(looked, load_key(looked), who="tm", person_id="P4", what="story")
    head = audit(looked.parent)["head"]
    for name in (looks.FILE, looks.HEAD):
        shutil.copy(tmp_path / "older" / name, looked / name)
    assert audit(looked.parent)["looks"] == 4
    with pytest.raises(InputError, match="holds 4 looks, where there were 5"):
        audit(looked.parent, head)


def test_a_head_that_is_missing_or_forged_is_found(looked: Path) -> None:
    text = (looked / looks.HEAD).read_text()
    (looked / looks.HEAD).write_text(text.replace("4:", "3:", 1))
    with pytest.raises(InputError, match="was changed"):
        audit(looked.parent)
    (looked / looks.HEAD).unlink()
    with pytest.raises(InputError, match="is missing"):
        audit(looked.parent)


def test_a_line_that_a_crash_cut_short_was_never_a_look(looked: Path) -> None:
    with (looked / looks.FILE).open("a") as file:
        file.write('{"at": "2024')
    looks.record(looked, load_key(looked), who="tm", person_id="P5", what="story")
    assert audit(looked.parent)["looks"] == 5


# --- one archive ---------------------------------------------------------------------------------------------


def test_a_backup_comes_back_whole_and_tells_nothing_without_its_key(town: Path, tmp_path: Path) -> None:
    study(town)
    subject_access(town, "housing:H-1", tmp_path / "access")
    archive = tmp_path / "town.sealed"
    told = backup(town, archive)
    raw = archive.read_bytes()
    assert not any(canary.encode() in raw for canary in (*HIS, *HERS, "interactions.csv"))
    with pytest.raises(UsageError, match="key is needed"):
        restore(archive, tmp_path / "back")
    (tmp_path / "other").write_text("another key")
    (tmp_path / "other").chmod(0o600)
    with pytest.raises(UsageError, match="cannot be opened with this key"):
        restore(archive, tmp_path / "back", tmp_path / "other")
    back = restore(archive, tmp_path / "back", town / ".private" / "key")
    assert (back["files"], back["looks"]) == (told["files"], told["looks"])
    assert (tmp_path / "back" / "findings" / "figures.csv").read_bytes() == (
        town / "findings" / "figures.csv"
    ).read_bytes()
    with pytest.raises(UsageError, match="not empty"):
        restore(archive, tmp_path / "back", town / ".private" / "key")


def test_what_was_forgotten_stays_forgotten_after_an_older_backup_comes_back(town: Path, tmp_path: Path) -> None:
    study(town)
    archive = tmp_path / "town.sealed"
    backup(town, archive)
    assert forget(town, "housing:H-1")["archives not found"] == []
    back = tmp_path / "back"
    restore(archive, back, town / ".private" / "key")
    assert not (back / "findings").exists()
    assert [row["interaction_id"] for row in _cells(back / "decisions" / "codes.csv")] == ["i5"]
    rows = IdentityStore.open(back / ".private").read("people")
    assert rows is not None
    assert set(rows.read_all()["forename"].to_pylist()) == {"Ottoline"}
    study(back)
    assert json.loads((back / "findings" / "run.json").read_text())["linking"]["persons"] == 1


# --- canaries ------------------------------------------------------------------------------------------------


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "personshaped", *map(str, arguments)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip


def test_names_stand_in_no_output_log_temporary_file_or_page(town: Path, tmp_path: Path) -> None:
    """Every file that a command makes or leaves, and all it prints; the sources themselves are the agencies'."""
    sources = {town / "people.csv", town / "interactions.csv"}
    said = ""
    for command in (
        ("check", town), ("link", town), ("study", town, "--keep-refs"), ("story", town, "housing:H-1"),
        ("figure", town, "demands", "--rows"), ("study", town, "--out", tmp_path / "again"), ("audit", "verify", town),
    ):  # fmt: skip
        done = _run(*command)
        assert done.returncode == 0, (command, done.stderr)
        said += done.stdout + done.stderr
    for place in (town, tmp_path / "again"):
        for path in place.rglob("*"):
            if path.is_file() and path not in sources:
                held = path.read_bytes() + path.name.encode()
                found = [one for one in (*HIS, *HERS) if one.encode() in held or one.upper().encode() in held]
                assert not found, (path, found)
    assert not [one for one in (*HIS, *HERS) if one in said]


def test_references_are_kept_where_there_are_no_records_of_people(town: Path) -> None:
    (town / "people.csv").unlink()
    done = _run("study", town, "--keep-refs")
    assert done.returncode == 0, done.stderr


def test_another_key_gives_other_ids(town: Path) -> None:
    one, other = Pseudonyms(b"one key"), Pseudonyms(b"another")
    assert one.of("housing", "H-1") != other.of("housing", "H-1")
    study(town)
    before = (town / "findings" / "tables" / "identities.parquet").read_bytes()
    shutil.rmtree(town / ".private")
    study(town)
    assert (town / "findings" / "tables" / "identities.parquet").read_bytes() != before


def test_a_pair_of_the_page_is_looked_up_and_the_look_recorded(town: Path) -> None:
    link(town)
    page = (town / "findings" / "links.html").read_text()
    names = re.findall(r">\s*([0-9a-f]{8})\s*<", page)
    assert len(names) == 3
    assert "agency_a,ref_a,agency_b,ref_b,judgement,by,when,evidence" in page
    assert "Ashbrook" in page
    seen = [pair(town, None, one) for one in names]
    assert {one["first record"] for one in seen} <= {"gp: G-1", "gp: G-2", "housing: H-1", "housing: H-2"}
    assert all(re.match("(gp,G-|housing,H-)", one["for instance"]) for one in seen)
    assert audit(town)["looks"] >= 3
    with pytest.raises(UsageError, match="no pair"):
        pair(town, None, "00000000")
    shutil.rmtree(town / ".private")
    (town / ".private").write_text("a file where the folder should be")
    with pytest.raises((InputError, OSError)):
        pair(town, None, names[0])
