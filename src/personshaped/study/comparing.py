"""Old against new over finished findings: every case's cost, demands and trend in its two windows."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from personshaped.engine.local import open_connection
from personshaped.errors import InputError, Refused
from personshaped.learning.old_new import (
    Chosen,
    Compared,
    Lacking,
    Pair,
    by_itself,
    heading,
    old_new,
)
from personshaped.linkage import pseudonyms
from personshaped.records import open_folder, read
from personshaped.statistics.pairs import FEWEST_TESTED
from personshaped.study.measuring import DERIVED, show_tables
from personshaped.study.starting import drawn_starts
from personshaped.study.worked import make_work, unknown_of

Case = dict[str, Any]
_MONTH = 365.25 / 12
FEWEST_RESAMPLES = 200
_COUNTED = {
    "demands": "sum(counts_as_demand::INT)", "hours": "sum(hours)", "cost_marginal": "sum(marginal)",
    "cost": "sum(price)",
}  # fmt: skip
"""What is counted of `work`, in the order of Stat 6: hours freed, then cost at marginal rates, then at average ones."""
_UNITS = {"demands": "demands", "hours": "hours", "cost_marginal": "£", "cost": "£",
          "cost_slope": "£ a month, each month"}  # fmt: skip


def compare(
    folder: Path, out: Path | None, prices_of: int | None, usual: float | None, seed: int, resamples: int = 0
) -> Compared:
    """Reads the table `cases` and the finished study of `folder`.

    Raises InputError without a finished study or with too few resamples, Refused without cases. Costs of different
    years are compared only in the prices of one (the study's `price_year`, or `prices_of`, by HM Treasury's deflators).
    """
    if 0 < resamples < FEWEST_RESAMPLES:
        expected = f"--bootstrap {FEWEST_RESAMPLES} or more"
        raise InputError(f"{resamples} resamples are too few for an interval", expected=expected)
    findings = out or folder / "findings"
    if not (findings / "run.json").exists():
        raise InputError("no finished study", file=str(findings), expected=f"`personshaped study {folder}` first")
    opened = open_folder(folder)
    work = findings / ".look"
    try:
        con = open_connection(work)
        keys = pseudonyms.Pseudonyms(pseudonyms.load_key(folder / ".private")) if opened.lawful.personal_data else (
            pseudonyms.AsGiven())  # fmt: skip
        records = read(opened, con, work, keys.sql)
        tables = (*DERIVED, "identities")
        show_tables(con, {one: str(findings / "tables" / f"{one}.parquet") for one in tables}, records.tables)
        return compared(
            con, prices_of, records.settings.price_year, records.settings.window_end, usual, seed, resamples
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[Case]:
    cursor = con.execute(sql, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def compared(
    con: duckdb.DuckDBPyConnection, prices_of: int | None, price_year: int | None, cut: date | None,
    usual: float | None, seed: int, resamples: int = 0,
) -> Compared:  # fmt: skip
    """The same over the derived tables of a connection. Raises Refused without cases."""
    cases = _rows(
        con, "SELECT * REPLACE (list_transform(string_split(person_ids, ';'), x -> trim(x)) AS person_ids)"
        " FROM cases ORDER BY case_id",
    )  # fmt: skip
    left_out = [one for one in cases if one.get("drawn") is False]
    cases = [one for one in cases if one.get("drawn") is not False]
    taken = [one for one in cases if not one["declined"]]
    if not taken:
        raise Refused("no case: add the table cases (who, how chosen, which windows)")
    make_work(con, prices_of, price_year)
    unsound = {one["case_id"]: why for one in (*cases, *left_out) if (why := _unsound(con, one))}
    cases, left_out, taken = (
        [one for one in some if one["case_id"] not in unsound] for some in (cases, left_out, taken)
    )
    if not taken:
        raise Refused(f"no case can be compared: {_why(unsound)}")
    finished = [one for one in taken if cut is None or one["new_to"] < cut]
    notes = [f"Left out: {_why(unsound)}."] if unsound else []
    notes += _notes(con, taken, finished, cut, prices_of or price_year)
    unlike = _of_unlike_prices(con, finished) if prices_of is None and price_year is None else ""
    notes += [unlike] if unlike else []
    lacking, left = _lacking(con, finished, bool(unlike))
    names = [name for name in _UNITS if name not in lacking]
    if usual is not None and "cost" not in names:
        notes.append("--usual is about cost, and cost is not compared: it was not used.")
    notes += left
    measures, itself = [], {}
    others = _others(con, finished, cases)
    for name in names if finished else ():
        pairs, declined, not_drawn = ([_pair(con, one, name) for one in some] for some in (
            finished, [one for one in cases if one["declined"]], left_out))  # fmt: skip
        measures.append(old_new(name, _UNITS[name], pairs, seed, resamples))
        if name != "cost_slope":
            starts = drawn_starts(con, finished, _COUNTED[name], seed)
            itself[name] = by_itself(
                pairs, declined, others[name], usual if name == "cost" else None, starts, not_drawn
            )
    if resamples and any(one.bootstrap_t is None for one in measures):
        notes.append(f"--bootstrap gives no interval of fewer than {FEWEST_TESTED} cases, or where all are alike.")
    chosen = [Chosen(one["case_id"], one["selected_by"], one["eligible_n"], bool(one["declined"])) for one in cases]
    running = {one["case_id"]: _running(con, one) for one in finished} if "cost" in names else {}
    eligible = max((one["eligible_n"] for one in cases if one["eligible_n"]), default=None)
    return Compared(heading(chosen), eligible, len(cases) - len(taken), _left(con, taken), tuple(measures), itself,
                    running, tuple(notes), tuple(Lacking(*one) for one in lacking.items() if one[1]),
                    len(cases))  # fmt: skip


def _unsound(con: duckdb.DuckDBPyConnection, case: Case) -> str:
    """Why a case cannot be compared; blank if it can."""
    for side in ("old", "new"):
        if case[f"{side}_to"] < case[f"{side}_from"]:
            return f"its {side} window ends before it begins"
    if case["old_from"] <= case["new_to"] and case["new_from"] <= case["old_to"]:
        return "its windows overlap"
    seen = con.execute("SELECT 1 FROM work WHERE list_contains(?, person_id) LIMIT 1", [case["person_ids"]]).fetchone()
    return "" if seen else "nobody of it is in the records"


def _why(unsound: Mapping[str, str]) -> str:
    return ", ".join(f"{case} ({why})" for case, why in unsound.items())


def _of_unlike_prices(con: duckdb.DuckDBPyConnection, finished: Sequence[Case]) -> str:
    """That cost is not compared, where there is any and the windows are of several years."""
    priced = con.execute("SELECT 1 FROM work WHERE price IS NOT NULL OR marginal IS NOT NULL LIMIT 1").fetchone()
    ends = ("old_from", "old_to", "new_from", "new_to")
    years = {one[end].year for one in finished for end in ends}
    if not priced or len(years) <= 1:
        return ""
    return (
        f"Cost is not compared: prices of {min(years)} to {max(years)} are not the same prices. Give "
        f"--prices-of {max(years)}, or set price_year."
    )


class _Seen(NamedTuple):
    """A column of `work`, and what is said where rows do not have it, or none of them has."""

    column: str
    leaves: str
    which: str
    none: str


_SEEN = {
    "hours": _Seen("hours", "Hours leave", "which have no minutes", "none of their rows says how many minutes it took"),
    "cost_marginal": _Seen("marginal", "Cost at marginal rates leaves", "which no marginal rate fits",
                           "unit_costs gives no marginal rate that fits their rows (basis = marginal)"),
    "cost": _Seen("price", "Cost leaves", "which have no price", "none of their rows has a price"),
}  # fmt: skip


def _lacking(
    con: duckdb.DuckDBPyConnection, finished: Sequence[Case], unlike: bool
) -> tuple[dict[str, str], list[str]]:
    """What cannot be compared, and why (blank where a note says so); of what can be, what it leaves out of the rows.

    `unlike` says that prices of different years stand side by side.
    """
    spans = [(one["person_ids"], one["old_from"], one["old_to"], one["new_from"], one["new_to"]) for one in finished]
    lacking: dict[str, str] = {}
    notes: list[str] = []
    for name, seen in _SEEN.items() if finished else ():
        if unlike and name != "hours":
            lacking[name] = ""
            continue
        rows, unknown, where = unknown_of(con, seen.column, spans)
        if rows == unknown:
            lacking[name] = seen.none
        elif unknown:
            notes.append(f"{seen.leaves} out {unknown:,} of {rows:,} rows of these cases, {seen.which}"
                         f" ({', '.join(where)}).")  # fmt: skip
    if "cost" in lacking:
        lacking["cost_slope"] = ""
    return lacking, notes


def _days(case: Case, side: str) -> int:
    return (case[f"{side}_to"] - case[f"{side}_from"]).days + 1


def _pair(con: duckdb.DuckDBPyConnection, case: Case, name: str) -> Pair:
    """Old and new; unequal windows are brought to the length of the old one."""
    old, new = (_value(con, case, side, name) for side in ("old", "new"))
    scale = _days(case, "old") / _days(case, "new") if name != "cost_slope" else 1
    return Pair(case["case_id"], old, new * scale)


def _value(con: duckdb.DuckDBPyConnection, case: Case, side: str, name: str) -> float:
    what = _COUNTED.get(name)
    span = [case["person_ids"], case[f"{side}_from"], case[f"{side}_to"]]
    where = "FROM work WHERE list_contains(?, person_id) AND day BETWEEN ? AND ?"
    if what is not None:
        return float((con.execute(f"SELECT coalesce({what}, 0) {where}", span).fetchone() or (0,))[0])
    months = max(1, round(_days(case, side) / _MONTH))
    sums = dict(con.execute(
        f"SELECT least(floor((day - ?) / {_MONTH}), {months - 1}) AS month, sum(price) {where} GROUP BY 1",
        [case[f"{side}_from"], *span]).fetchall())  # fmt: skip
    return _slope([float(sums.get(month) or 0) for month in range(months)])


def _slope(values: Sequence[float]) -> float:
    middle = (len(values) - 1) / 2
    spread = sum((at - middle) ** 2 for at in range(len(values)))
    return sum((at - middle) * value for at, value in enumerate(values)) / spread if spread else 0.0


def _others(
    con: duckdb.DuckDBPyConnection, finished: Sequence[Case], cases: Sequence[Case]
) -> Mapping[str, list[tuple[float, float]]]:
    """Everybody who is no case, in the windows of the first case: those with a row in either."""
    if not finished:
        return {name: [] for name in _COUNTED}
    first = finished[0]
    ours = sorted({person for one in cases for person in one["person_ids"]})
    span = [first["old_from"], first["old_to"], first["new_from"], first["new_to"]]
    sums = ", ".join(f"coalesce({what} FILTER (WHERE {side}), 0)" for side in "on" for what in _COUNTED.values())
    rows = con.execute(
        f"""SELECT {sums}
        FROM (SELECT *, day BETWEEN ? AND ? AS o, day BETWEEN ? AND ? AS n FROM work) WHERE (o OR n)
            AND NOT list_contains(?, person_id) GROUP BY person_id ORDER BY person_id""",
        [*span, ours],
    ).fetchall()
    scale = _days(first, "old") / _days(first, "new")
    return {name: [(float(row[at]), float(row[at + len(_COUNTED)]) * scale) for row in rows]
            for at, name in enumerate(_COUNTED)}  # fmt: skip


def _running(con: duckdb.DuckDBPyConnection, case: Case) -> tuple[tuple[int, float, float], ...]:
    """(day of the window, cumulative £ old, cumulative £ new) at every thirtieth day, and at the end."""
    length = max(_days(case, "old"), _days(case, "new"))
    sides = [
        con.execute("SELECT day - ?, sum(price) FROM work WHERE list_contains(?, person_id) AND day BETWEEN ? AND ?"
                    " AND price IS NOT NULL GROUP BY 1",
                    [case[f"{side}_from"], case["person_ids"], case[f"{side}_from"], case[f"{side}_to"]]).fetchall()
        for side in ("old", "new")
    ]  # fmt: skip
    days = sorted({*range(0, length, 30), length - 1})
    return tuple((at, *(float(sum(cost for day, cost in side if day <= at)) for side in sides)) for at in days)


def _left(con: duckdb.DuckDBPyConnection, taken: Sequence[Case]) -> int:
    """Cases of which someone died or moved away between the beginning of the old window and the end of the new."""
    return sum(
        bool(con.execute("SELECT 1 FROM needs WHERE list_contains(?, person_id)"
                         " AND end_reason IN ('died', 'moved_away')"
                         " AND ended_at BETWEEN ? AND ? LIMIT 1",
                         [one["person_ids"], one["old_from"], one["new_to"]]).fetchone()) for one in taken
    )  # fmt: skip


def _notes(
    con: duckdb.DuckDBPyConnection, taken: Sequence[Case], finished: Sequence[Case], cut: date | None, year: int | None
) -> list[str]:
    said = []
    if len(finished) < len(taken):
        said.append(
            f"{len(taken) - len(finished)} cases are left out: their new window ends after the records ({cut})."
        )
    unequal = [one["case_id"] for one in finished if abs(_days(one, "old") - _days(one, "new")) > 1]
    if unequal:
        said.append(f"Unequal windows: {', '.join(unequal)}; new values are brought to the length of the old window.")
    if year is not None:
        said.append(f"All costs are in the prices of {year}.")
    rows = (con.execute("SELECT count(*) FROM work WHERE design = 'new'").fetchone() or (0,))[0]
    said.append(f"The new team's own work is in the figures ({rows:,} rows say design new)." if rows else
                "No row says design new: whether the new team's own work is counted cannot be told.")  # fmt: skip
    return said
