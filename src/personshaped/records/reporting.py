"""Counting what was read: rows in, used and set aside of every file, and the figures of the data report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from personshaped.figures import TEAM
from personshaped.records import redaction
from personshaped.records.checking import Duplicates
from personshaped.records.counting import tally
from personshaped.records.finishing import UNPRICED
from personshaped.records.formats import Plain
from personshaped.records.lines import MOST_EXAMPLES
from personshaped.records.measurable import measurable
from personshaped.records.report import DUPLICATE, DataReport, FileReport, SetAside
from personshaped.records.staging import Part
from personshaped.settings import Settings
from personshaped.tables import CANONICAL


@dataclass(frozen=True)
class Counted:
    """What was counted of every part: rows, cells filled in rows that are not set aside, and the span of days."""

    rows: Mapping[int, int]
    kept: Mapping[int, int]
    filled: Mapping[str, float]
    tables: Mapping[str, tuple[int, ...]]
    unread: Mapping[int, int]
    first_day: date | None
    last_day: date | None
    day_only: tuple[int, ...]
    split: bool

    @property
    def has_ids(self) -> bool:
        return self.filled.get("interactions.interaction_id", 0) > 0

    @property
    def blank(self) -> frozenset[str]:
        """The columns of `interactions` without a cell, and which reading fills from nowhere else."""
        made = {column.name for column in CANONICAL["interactions"].columns if column.needed == "made"}
        made |= {"activity", "contact_id"} if self.split else set()
        names = set(CANONICAL["interactions"].names) - made
        return frozenset(name for name in names if not self.filled.get(f"interactions.{name}"))

    def rows_in(self, table: str) -> int:
        return sum(self.rows[number] + self.unread[number] for number in self.tables.get(table, ()))


def count(con: duckdb.DuckDBPyConnection, parts: Mapping[str, Sequence[Part]]) -> Counted:
    """Counts every part of every table."""
    rows: dict[int, int] = {}
    kept: dict[int, int] = {}
    cells: dict[str, int] = {}
    day_only: list[int] = []
    days: list[date] = []
    split = False
    for table, its in parts.items():
        for part in its:
            found = part.tally or tally(con, part.relation, part.columns, table == "interactions")
            rows[part.number], kept[part.number] = found.rows, found.kept
            for name, filled in found.filled.items():
                cells[f"{table}.{name}"] = cells.get(f"{table}.{name}", 0) + filled
                split = split or (name == "steps" and filled > 0)
            days += found.days
            day_only += [part.number] if found.day_only else []
    totals = {table: sum(kept[part.number] for part in its) for table, its in parts.items()}
    shares = {name: filled / max(totals[name.split(".")[0]], 1) for name, filled in cells.items()}
    return Counted(
        rows, kept, {name: share for name, share in shares.items() if name.split(".")[1] not in ("steps", "range_end")},
        {table: tuple(part.number for part in its) for table, its in parts.items()},
        {part.number: len(part.unread) for its in parts.values() for part in its},
        min(days, default=None), max(days, default=None), tuple(day_only), split,
    )  # fmt: skip


def files(
    con: duckdb.DuckDBPyConnection,
    parts: Mapping[str, Sequence[Part]],
    plains: Mapping[int, Plain],
    counted: Counted,
    duplicates: Mapping[str, Duplicates],
) -> tuple[FileReport, ...]:
    """A report for each part; rows in = used + set aside."""
    found = []
    for table, its in parts.items():
        for part in its:
            plain = plains[part.number]
            reasons, examples = _set_aside(con, part)
            doubled = _dropped(con, part) if duplicates[table].dropped else 0
            if doubled:
                reasons[DUPLICATE] = doubled
            found.append(
                FileReport(
                    part.file, table, plain.format, plain.written.encoding,
                    plain.written.delimiter if plain.format == "csv" else "",
                    counted.rows[part.number] + len(part.unread), counted.kept[part.number] - doubled,
                    reasons, examples, part.passed_over, dict(part.forms), part.unused, plain.written.heading_row,
                )
            )  # fmt: skip
    return tuple(found)


def _dropped(con: duckdb.DuckDBPyConnection, part: Part) -> int:
    row = con.execute(
        f"SELECT count(*) FROM dropped_{part.table} WHERE n >= {part.base} AND n < {part.base} + 10000000000"
    ).fetchone()
    return row[0] if row else 0


def _set_aside(con: duckdb.DuckDBPyConnection, part: Part) -> tuple[dict[str, int], tuple[SetAside, ...]]:
    """Reasons with their counts (what stood in the cell left out), and the first rows."""
    if part.clean:
        return {}, ()
    reasons: dict[str, int] = {}
    for reason, rows in con.execute(
        f"""SELECT regexp_replace(regexp_replace(replace(bad, '|', ': '), '^: ', ''),
                                  '(: )?".*" |: -?[0-9.,£]+$', ' ') AS reason,
                   count(*) FROM {part.relation} WHERE bad IS NOT NULL GROUP BY 1 ORDER BY 1"""
    ).fetchall():
        said = " ".join(reason.split())
        reasons[said] = reasons.get(said, 0) + rows
    for one in part.unread:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    examples = [SetAside(one.row, "", one.reason) for one in part.unread[:MOST_EXAMPLES]]
    for row, bad in con.execute(
        f"SELECT {part.row_sql()}, bad FROM {part.relation} WHERE bad IS NOT NULL ORDER BY n LIMIT {MOST_EXAMPLES}"
    ).fetchall():
        column, reason = bad.split("|", 1)
        examples.append(SetAside(row, column, reason))
    return reasons, tuple(sorted(examples, key=lambda one: one.row)[:MOST_EXAMPLES])


@dataclass(frozen=True)
class Staff:
    """How many workers there were; never who (N4)."""

    total: int | None
    by_grade: dict[str, int]
    by_team: dict[str, int]
    by_month: dict[str, int]


def report(
    con: duckdb.DuckDBPyConnection,
    files: tuple[FileReport, ...],
    counted: Counted,
    duplicates: int,
    warnings: tuple[str, ...],
    settings: Settings,
    tables: frozenset[str],
    personal: bool,
) -> DataReport:
    """The data report over the finished relations."""
    staff = _staff(con, counted, settings)
    priced = _priced(con)
    facts = {"price": priced.rows > 0, "population": _has_population(con, tables)}
    held = tables | priced.said | {name for name, there in facts.items() if there}
    return DataReport(
        files=files,
        duplicates=duplicates,
        warnings=(*warnings, *_names_in_the_clear(files, counted, personal)),
        filled=counted.filled,
        removed_from_words={},
        staff_total=staff.total,
        staff_by_grade=staff.by_grade,
        staff_by_team=staff.by_team,
        staff_by_month=staff.by_month,
        measurable=measurable(counted.filled, held),
        priced_minutes=priced.share_of_minutes,
        priced_rows=priced.rows,
        agencies=priced.agencies,
        first_day=counted.first_day.isoformat() if counted.first_day else "",
        last_day=counted.last_day.isoformat() if counted.last_day else "",
    )


def with_removed(con: duckdb.DuckDBPyConnection, found: DataReport, words_in: str = "interactions") -> DataReport:
    """The report with what was taken out of words counted, in any relation that holds all `words` as they were kept.

    By itself, because words are made where they are asked for, and a study makes them once: when it puts each person's
    rows together.
    """
    if not found.filled.get("interactions.words"):
        return found
    return replace(found, removed_from_words=redaction.counted(con, words_in))


def _has_population(con: duckdb.DuckDBPyConnection, tables: frozenset[str]) -> bool:
    if "area_facts" not in tables:
        return False
    return con.execute("FROM area_facts WHERE measure = 'population' LIMIT 1").fetchone() is not None


def _names_in_the_clear(files: Sequence[FileReport], counted: Counted, personal: bool) -> list[str]:
    """Agencies' own files stay theirs: which of them hold names."""
    named = any(counted.filled.get(f"people.{name}", 0) > 0 for name in ("name", "forename", "surname"))
    holders = sorted({one.file for one in files if one.table == "people"}) if personal and named else []
    return (
        [f"names stand in the clear in {', '.join(holders)}: keep these files as safe as the agency does"]
        if holders
        else []
    )


def _staff(con: duckdb.DuckDBPyConnection, counted: Counted, settings: Settings) -> Staff:
    """Distinct workers in the window: of all, by grade, by team (M031, M044, M062), of each agency by month (Stat 8).

    The total is None where none is recorded."""
    if not counted.filled.get("interactions.staff_id"):
        return Staff(None, {}, {}, {})
    where = ""
    if settings.window_start and settings.window_end:
        where = f"WHERE started_at >= DATE '{settings.window_start}' AND started_at < DATE '{settings.window_end}'"
        where += "" if settings.window_declared else " OR started_at IS NULL"

    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE workers_seen AS
            SELECT DISTINCT agency, service, staff_grade, staff_id, strftime(started_at, '%Y-%m') AS month
            FROM (FROM {UNPRICED} {where}) WHERE staff_id IS NOT NULL"""
    )

    def workers(of: str) -> dict[str, int]:
        return dict(
            con.execute(
                f"""SELECT {of}, count(DISTINCT (agency, staff_id)) FROM workers_seen
                    WHERE ({of}) IS NOT NULL GROUP BY 1 ORDER BY 1"""
            ).fetchall()
        )

    found = Staff(workers("'all'").get("all", 0), workers("staff_grade"), workers(TEAM),
                  workers("agency || '>' || month"))  # fmt: skip
    con.execute("DROP TABLE workers_seen")
    return found


@dataclass(frozen=True)
class Priced:
    """The agencies, the rows with a price, and the share of all minutes that these hold (Stat 6; None where no minutes
    are recorded); and which activities and outcomes any row says (`activity=do`, `outcome=need_met`)."""

    agencies: tuple[str, ...]
    rows: int
    share_of_minutes: float | None
    said: frozenset[str]


def _priced(con: duckdb.DuckDBPyConnection) -> Priced:
    whole = "round(minutes * 10000)"  # whole numbers add up to the same in any order
    found = con.execute(
        f"""SELECT agency, count(price), coalesce(sum({whole}) FILTER (price IS NOT NULL), 0),
                  coalesce(sum({whole}), 0)
        FROM interactions GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    agencies, rows, covered, minutes = zip(*found, strict=True) if found else ((), (), (), ())
    pairs = con.execute("SELECT DISTINCT activity, outcome FROM interactions").fetchall()
    said = {f"activity={one}" for one, _ in pairs if one} | {f"outcome={one}" for _, one in pairs if one}
    return Priced(agencies, sum(rows), sum(covered) / sum(minutes) if sum(minutes) else None, frozenset(said))
