"""A tally week for a study: which hours to sit at which front door, sheets to print, and what was counted."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from personshaped.demand.coding import tally
from personshaped.demand.coding.tally import Door, Plan, Sitting, Tallied, TallyShare
from personshaped.engine.local import open_connection
from personshaped.errors import InputError, UsageError
from personshaped.picture.tally_sheets import tally_sheets
from personshaped.sql import literal

FILE = "tally.csv"
COLUMNS = ("door", "on", "hour", "chance", "value", "failure", "unsure", "counted_by")
WORKING_DAYS = (0, 1, 2, 3, 4)
_DOORS = """
SELECT coalesce(front_door, agency), count(*)
FROM read_parquet({demands})
WHERE started_at IS NOT NULL
GROUP BY ALL
ORDER BY ALL"""
_DAYS = """
SELECT greatest(1, date_diff('day', min(started_at), max(started_at)))
FROM read_parquet({demands})"""


@dataclass(frozen=True)
class Planned:
    """The plan, and where its sheets and its empty lines went."""

    plan: Plan
    sheets: Path
    lines: Path

    @property
    def enough(self) -> str:
        """Whether these hours should hear as many demands as are wanted."""
        if self.plan.expected >= self.plan.wanted * 0.9:
            return "These hours should hear enough."
        return "Fewer than wanted: name busier doors by hand, more weeks, or more hours (--most)."

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "hours to sit": len(self.plan.sittings),
            "demands they should hear": round(self.plan.expected),
            "demands wanted": self.plan.wanted,
            "note": self.enough,
            "sheets": str(self.sheets),
            "fill in afterwards": str(self.lines),
        }


def plan(
    folder: Path,
    out: Path | None,
    weeks: list[str],
    hours: tuple[int, int],
    share: float,
    within: float,
    most: int,
    seed: int,
) -> Planned:
    """Draws the hours and writes sheets to print and lines to fill in (`decisions/tally.csv`).

    A door's demands an hour come from the study; a door that no demand used is not drawn, and can be added by hand.
    """
    opens, closes = hours
    if not 0 <= opens < closes <= 24:
        raise UsageError(f"--opens {opens} --closes {closes}: not hours of a day; expected e.g. --opens 9 --closes 17")
    mondays = [_monday(week) for week in weeks]
    doors = _doors(out or folder / "findings", opens, closes)
    drawn = tally.plan(doors, mondays, share, within, effect=2, most=most, seed=seed)
    if not drawn.sittings:
        raise InputError("no dated demand to plan from", file=str(folder), expected="a study with demands")
    decisions = folder / "decisions"
    decisions.mkdir(exist_ok=True)
    lines = decisions / FILE
    _write(lines, drawn.sittings)
    sheets = folder / "tally-sheets.html"
    sheets.write_text(tally_sheets(folder.name, drawn.sittings), encoding="utf-8")
    return Planned(drawn, sheets, lines)


def counted(folder: Path) -> TallyShare:
    """The share of failure demand that the filled-in lines show. Raises InputError where none are filled in."""
    path = folder / "decisions" / FILE
    if not path.is_file():
        raise InputError("no tally was planned", file=f"decisions/{FILE}", expected="`personshaped tally` first")
    found = tally.share([one for one in map(_line, enumerate(_rows(path), start=2)) if one is not None])
    if found is None:
        raise InputError("no hour has been filled in", file=f"decisions/{FILE}", expected="counts in value and failure")
    return found


def _doors(findings: Path, opens: int, closes: int) -> list[Door]:
    demands = findings / "tables" / "demands.parquet"
    if not demands.is_file():
        raise InputError("no finished study", file=str(findings), expected="`personshaped study` first")
    con = open_connection(findings / ".look")
    rows = con.execute(_DOORS.format(demands=literal(demands))).fetchall()
    (days,) = con.execute(_DAYS.format(demands=literal(demands))).fetchone() or (1,)
    con.close()
    hours = days * len(WORKING_DAYS) / 7 * (closes - opens)
    return [Door(name, opens, closes, WORKING_DAYS, demands / hours) for name, demands in rows]


def _monday(week: str) -> date:
    try:
        day = date.fromisoformat(week)
    except ValueError:
        raise UsageError(f"--week {week}: not a date; expected e.g. 2027-01-11") from None
    return day - timedelta(days=day.weekday())


def _write(path: Path, sittings: tuple[Sitting, ...]) -> None:
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(COLUMNS)
        writer.writerows((one.door, one.on, one.hour, f"{one.chance:.6f}", "", "", "", "") for one in sittings)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _line(numbered: tuple[int, dict[str, str]]) -> Tallied | None:
    number, row = numbered
    if not (row.get("value") or row.get("failure")):
        return None
    try:
        sitting = Sitting(row["door"], date.fromisoformat(row["on"]), int(row["hour"]), float(row["chance"]))
        value, failure = int(row["value"] or 0), int(row["failure"] or 0)
    except (KeyError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", file=f"decisions/{FILE}", row=number) from None
    return Tallied(sitting, value + failure, failure)
