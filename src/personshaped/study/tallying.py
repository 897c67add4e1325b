"""A tally week for a study: which hours to sit at which front door, sheets to print, and what was counted."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from personshaped.demand.coding import tally
from personshaped.demand.coding.tally import Door, Plan, Sitting, Tallied, TallyShare
from personshaped.engine.local import open_connection
from personshaped.errors import InputError, UsageError
from personshaped.picture.tally_sheets import tally_sheets
from personshaped.records import by_hand
from personshaped.sql import literal
from personshaped.statistics.wilson import Z95

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
    """The plan, where its sheets and its empty lines went, and how well which share is to be known."""

    plan: Plan
    sheets: Path
    lines: Path

    within: float
    share: float

    @property
    def enough(self) -> str:
        """Whether these hours should hear as many demands as are wanted; where not, what would."""
        plan = self.plan
        if plan.expected >= plan.wanted * 0.9:
            return "These hours should hear enough."
        hours = ceil(plan.wanted * len(plan.sittings) / plan.expected)
        if hours <= plan.open_hours:
            return f"Fewer than wanted: sit about {hours:,} hours (--most {hours}), or ask for less (--within)."
        reached = 100 * Z95 * (tally.EFFECT * self.share * (1 - self.share) / plan.expected) ** 0.5
        tells = (
            f"tell the share to about ± {reached:.0f} points"
            if plan.expected >= FEWEST
            else "are too few to tell a share: write down the words"
        )
        return (
            f"Fewer than wanted: these weeks have {plan.open_hours:,} open hours in all, and those drawn {tells}. A"
            " desk hears more than its records show: count one ordinary day, and plan again with --an-hour. The share"
            " of what is recorded is told sooner by `personshaped listen`."
        )

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "hours to sit": len(self.plan.sittings),
            "demands they should hear": _rounded(self.plan.expected),
            "demands wanted": self.plan.wanted,
            "busiest door": f"{self.plan.busiest.name}, {_rounded(self.plan.busiest.an_hour)} an hour",
            "note": self.enough,
            "sheets": str(self.sheets),
            "fill in afterwards": str(self.lines),
        }


FEWEST = 30
"""Demands heard, below which a tally tells no share worth the name."""


def _rounded(number: float) -> str:
    """A whole number, and never 0 for what is only seldom."""
    return f"{number:,.0f}" if number >= 1 else "fewer than 1"


def plan(
    folder: Path,
    out: Path | None,
    weeks: list[str],
    hours: tuple[int, int],
    share: float,
    within: float,
    most: int,
    seed: int,
    an_hour: float | None = None,
) -> Planned:
    """Draws the hours and writes sheets to print and lines to fill in (`decisions/tally.csv`).

    Lines of an earlier plan for these weeks are replaced. Raises InputError where one of them holds a count: then the
    new hours would have other chances than the old.
    A door's demands an hour come from the study, unless all doors are said to hear `an_hour`; a door that no demand
    used is not drawn, and can be added by hand.
    """
    opens, closes = hours
    if not 0 <= opens < closes <= 24:
        raise UsageError(f"--opens {opens} --closes {closes}: not hours of a day; expected e.g. --opens 9 --closes 17")
    mondays = [_monday(week) for week in weeks]
    doors = _doors(out or folder / "findings", opens, closes)
    if an_hour is not None:
        doors = [replace(one, an_hour=an_hour) for one in doors]
    drawn = tally.plan(doors, mondays, share, within, effect=tally.EFFECT, most=most, seed=seed)
    if drawn is None:
        raise InputError("no dated demand to plan from", file=str(folder), expected="a study with demands")
    decisions = folder / "decisions"
    decisions.mkdir(exist_ok=True)
    lines = decisions / FILE
    _write(lines, _of_other_weeks(lines, mondays), drawn.sittings)
    sheets = folder / "tally-sheets.html"
    sheets.write_text(tally_sheets(folder.name, drawn.sittings), encoding="utf-8")
    return Planned(drawn, sheets, lines, within, share)


def counted(folder: Path) -> TallyShare:
    """The share of failure demand that the filled-in lines show. Raises InputError where none are filled in."""
    path = folder / "decisions" / FILE
    if not path.is_file():
        raise InputError("no tally was planned", file=f"decisions/{FILE}", expected="`personshaped tally` first")
    found = tally.share(
        [
            one
            for one in map(_line, enumerate(by_hand.read(path, f"decisions/{FILE}").rows(), start=2))
            if one is not None
        ]
    )
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


def _of_other_weeks(path: Path, mondays: Sequence[date]) -> list[list[str]]:
    """The lines of the file, its head first, without those of the weeks that are planned now."""
    if not path.exists():
        return [list(COLUMNS)]
    table = by_hand.read(path, f"decisions/{FILE}")
    others: list[list[str]] = [table.head or list(COLUMNS)]
    for number, line in enumerate(table.lines, start=2):
        row = table.row(line)
        if not (row.get("on") or "").strip() or _monday_of(row["on"] or "", number) not in mondays:
            others.append(line)
        elif any((row.get(name) or "").strip() for name in ("value", "failure", "unsure")):
            raise InputError(
                "holds a count of a week that is planned again",
                file=f"decisions/{FILE}",
                row=number,
                expected="another week, or a file without that line",
            )
    return others


def _monday_of(written: str, number: int) -> date:
    try:
        day = _day(written.strip())
    except ValueError:
        raise InputError(
            f"{written!r} is no day", file=f"decisions/{FILE}", row=number, expected="2027-01-11"
        ) from None
    return day - timedelta(days=day.weekday())


def _write(path: Path, others: list[list[str]], sittings: tuple[Sitting, ...]) -> None:
    head = others[0]
    half = path.with_name(f".{path.name}.half")
    with half.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(others)
        for one in sittings:
            cells = {"door": one.door, "on": one.on, "hour": one.hour, "chance": f"{one.chance:.6f}"}
            writer.writerow([cells.get(name, "") for name in head])
    half.replace(path)


def _line(numbered: tuple[int, dict[str, str | None]]) -> Tallied | None:
    number, row = numbered
    if not (row.get("value") or row.get("failure")):
        return None
    cells = {name: (cell or "").strip() for name, cell in row.items()}
    try:
        chance = float(cells["chance"].replace(",", "."))  # a spreadsheet's own comma
        sitting = Sitting(cells["door"], _day(cells["on"]), int(cells["hour"]), chance)
        value, failure = int(cells["value"] or 0), int(cells["failure"] or 0)
    except (KeyError, ValueError) as error:
        raise InputError(
            f"cannot be read: {error}",
            file=f"decisions/{FILE}",
            row=number,
            expected="whole numbers in value and failure",
        ) from None
    return Tallied(sitting, value + failure, failure)


def _day(written: str) -> date:
    """A day as we wrote it, or as a British spreadsheet turns it: 13/01/2027."""
    return date.fromisoformat("-".join(reversed(written.split("/"))) if "/" in written else written)
