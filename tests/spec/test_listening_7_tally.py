"""Listening 7: a week of counting at the front door."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from personshaped.demand.coding import tally
from personshaped.demand.coding.tally import Door, Sitting, Tallied
from personshaped.errors import InputError, UsageError
from personshaped.locality import write_demo
from personshaped.study import study, tallying

DESK = Door("desk", 9, 17, (0, 1, 2, 3, 4), an_hour=10)
MONDAY = date(2027, 1, 11)


def test_hours_are_drawn_systematically_and_each_has_the_same_chance() -> None:
    # 40 open hours hear 400 demands; 80% ± 5 points needs 246: 25 hours, one in 40/25
    drawn = drawn_from([DESK], most=100)
    assert len(drawn.sittings) == 25
    assert {one.chance for one in drawn.sittings} == {25 / 40}
    assert {one.on.weekday() for one in drawn.sittings} == {0, 1, 2, 3, 4}
    assert drawn.wanted == 246
    assert drawn.expected == 250


def drawn_from(doors: list[Door], most: int, wanted_within: float = 0.05, seed: int = 1) -> tally.Plan:
    drawn = tally.plan(doors, [MONDAY], 0.8, wanted_within, effect=1, most=most, seed=seed)
    assert drawn is not None
    return drawn


def test_the_table_of_sample_sizes_in_the_guide() -> None:
    """n = p(1 − p)(1.96 ÷ within)², and twice that where demands of one day are alike (Stat 14)."""
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "listen.md"
    rows = re.findall(r"^\| (\d\d)%.*?\| (.*) \|$", guide.read_text(encoding="utf-8"), re.M)
    assert [share for share, _ in rows] == ["50", "70", "80", "90"]
    for share, cells in rows:
        for within, cell in zip((0.1, 0.05, 0.03), cells.split(" | "), strict=True):
            alone = round(int(share) / 100 * (1 - int(share) / 100) * (1.959964 / within) ** 2)
            assert cell.replace(",", "") == f"{alone}; {2 * alone}"
    assert "246; 492" in rows[2][1]


def test_no_more_hours_than_can_be_sat() -> None:
    assert len(drawn_from([DESK], most=8).sittings) == 8


def test_busier_doors_are_drawn_more_often_by_the_root_of_what_they_hear() -> None:
    # 9 and 1 an hour, 40 hours each: chances as 3 to 1, 16 hours in all
    doors = [Door("desk", 9, 17, (0, 1, 2, 3, 4), 9), Door("hatch", 9, 17, (0, 1, 2, 3, 4), 1)]
    drawn = drawn_from(doors, most=16)
    assert {(one.door, round(one.chance, 6)) for one in drawn.sittings} == {("desk", 0.3), ("hatch", 0.1)}
    assert sum(one.door == "desk" for one in drawn.sittings) == 12
    assert drawn.expected == 12 * 9 + 4


def test_the_share_is_right_on_average_whichever_doors_are_drawn() -> None:
    # desk: 9 an hour, 6 of them failure; hatch: 1 an hour, none: (40·6) / (40·10)
    doors = [Door("desk", 9, 17, (0, 1, 2, 3, 4), 9), Door("hatch", 9, 17, (0, 1, 2, 3, 4), 1)]
    asked = failed = 0.0
    for seed in range(200):
        for one in drawn_from(doors, most=16, seed=seed).sittings:
            asked += (9 if one.door == "desk" else 1) / one.chance
            failed += (6 if one.door == "desk" else 0) / one.chance
    assert failed / asked == pytest.approx(0.6, abs=0.005)


def counted(day: int, demands: int, failure: int, chance: float = 0.5) -> Tallied:
    return Tallied(Sitting("desk", date(2027, 1, day), 9, chance), demands, failure)


def test_the_share_weighs_each_hour_by_its_chance() -> None:
    # one hour in two heard 10 with 8; one hour in four heard 10 with 2: (2·8 + 4·2) / (2·10 + 4·10)
    found = tally.share([counted(11, 10, 8, 0.5), counted(12, 10, 2, 0.25)])
    assert found is not None
    assert found.value == pytest.approx(24 / 60)
    assert (found.low, found.n, found.days) == (None, 20, 2)


def test_the_interval_takes_days_as_clusters() -> None:
    # three days of 10 with 8, 6 and 7: share 0.7; residuals 1, −1, 0; variance 2 · (3/2) / 30²
    found = tally.share([counted(11, 10, 8, 1), counted(12, 10, 6, 1), counted(13, 10, 7, 1)])
    assert found is not None
    assert found.low is not None
    # worth 0.7 · 0.3 / (3 / 900) = 63 demands; Wilson with Student's t of two days, 4.302653
    assert found.low == pytest.approx(0.431513, abs=1e-5)


def test_days_that_are_all_alike_leave_an_interval() -> None:
    found = tally.share([counted(day, 10, 10, 1) for day in (11, 12, 13, 14)])
    assert found is not None
    assert (found.value, found.high) == (1, 1)
    # Wilson of 40 of 40 with Student's t of four days, 3.182446: 1 / (1 + 10.128 / 40)
    assert found.low == pytest.approx(0.797967, abs=1e-5)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tally") / "town"
    write_demo(folder, "assess_refer", 300, 3, 4, lambda *_: None)
    study(folder)
    return folder


def test_a_study_plans_its_week_prints_sheets_and_reads_what_was_counted(town: Path) -> None:
    planned = tallying.plan(town, None, ["2027-01-13"], (9, 17), 0.5, 0.1, 12, 1)
    sheets = planned.sheets.read_text()
    assert sheets.count("<section>") == 12
    assert len(re.findall(r": (?:Mon|Tues|Wednes|Thurs|Fri)day 1[1-5] January 2027, \d+:00 to", sheets)) == 12
    with pytest.raises(InputError, match="no hour has been filled in"):
        tallying.counted(town)
    rows = list(csv.DictReader(planned.lines.open()))
    for row in rows[:6]:
        row.update(value="2", failure="6")
    with planned.lines.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert tallying.counted(town).value == pytest.approx(0.75)


def test_a_town_too_small_for_a_share_is_told_so_and_what_to_do(town: Path) -> None:
    # 300 people ask 77 doors twice a week: a dozen hours hear next to nothing of them
    said = tallying.plan(town, None, ["2027-02-08"], (9, 17), 0.5, 0.05, 12, 1).as_json()
    assert said["demands they should hear"] == "fewer than 1"
    assert "too few to tell a share: write down the words" in said["note"]
    assert "--an-hour" in said["note"]


def test_a_week_planned_again_replaces_its_lines_and_never_a_count(town: Path) -> None:
    def rows() -> list[dict[str, str]]:
        return list(csv.DictReader((town / "decisions" / "tally.csv").open()))

    tallying.plan(town, None, ["2027-04-05"], (9, 17), 0.5, 0.05, 12, 1)
    others = [row for row in rows() if not row["on"].startswith("2027-04")]
    tallying.plan(town, None, ["2027-04-07"], (9, 17), 0.5, 0.05, 10, 2)
    again = rows()
    assert len(again) == len(others) + 10
    assert again[: len(others)] == others
    again[-1]["value"] = "3"
    with (town / "decisions" / "tally.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, tallying.COLUMNS)
        writer.writeheader()
        writer.writerows(again)
    with pytest.raises(InputError, match="holds a count of a week that is planned again"):
        tallying.plan(town, None, ["2027-04-05"], (9, 17), 0.5, 0.05, 12, 1)
    assert rows() == again


def test_who_counted_a_day_plans_by_what_they_heard(town: Path) -> None:
    # 8 an hour: 12 hours hear 96 of 768; ± 1.96 · √(2 · 0.25 / 96) is 14 points; 96 hours would hear enough
    said = tallying.plan(town, None, ["2027-03-08"], (9, 17), 0.5, 0.05, 12, 1, an_hour=8).as_json()
    assert said["demands they should hear"] == "96"
    assert said["note"].startswith("Fewer than wanted: sit about 96 hours (--most 96)")


def test_where_more_hours_of_these_weeks_would_do_it_says_how_many() -> None:
    drawn = tally.plan([DESK], [MONDAY], 0.8, 0.05, effect=1, most=10, seed=1)
    assert drawn is not None
    note = tallying.Planned(drawn, Path("sheets"), Path("lines"), 0.05, 0.8).enough
    assert note.startswith("Fewer than wanted: sit about 25 hours (--most 25)")


@pytest.mark.parametrize(("cut", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig")])
def test_counts_are_read_as_a_spreadsheet_saved_them(tmp_path: Path, cut: str, encoding: str) -> None:
    lines = [
        tallying.COLUMNS, ("caf\xe9", "13/01/2027", "9", "0,5" if cut == ";" else "0.5", "2", "8", "", "tm"),
        ("caf\xe9", "2027-01-14", "9", "0.25", " 8", "2", "", "tm"),
    ]  # fmt: skip
    (tmp_path / "decisions").mkdir()
    text = "\r\n".join(cut.join(line) for line in lines)
    (tmp_path / "decisions" / "tally.csv").write_bytes(text.encode(encoding))
    assert tallying.counted(tmp_path).value == pytest.approx(24 / 60)


def test_what_is_no_plan_is_refused(town: Path) -> None:
    with pytest.raises(UsageError, match="--week soon: not a date"):
        tallying.plan(town, None, ["soon"], (9, 17), 0.5, 0.1, 12, 1)
    with pytest.raises(UsageError, match="not hours of a day"):
        tallying.plan(town, None, ["2027-01-13"], (17, 9), 0.5, 0.1, 12, 1)
