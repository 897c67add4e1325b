"""Old against new over finished findings: every case's cost, demands and trend in its two windows."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped.cost import prices
from personshaped.engine.local import open_connection
from personshaped.errors import InputError, Refused
from personshaped.learning.old_new import ByItself, Chosen, Compared, OldNew, Pair, by_itself, heading, old_new
from personshaped.linkage import pseudonyms
from personshaped.records import open_folder, read
from personshaped.study.measuring import DERIVED, show_tables
from personshaped.study.starting import drawn_starts

Case = dict[str, Any]
_MONTH = 365.25 / 12
FEWEST_RESAMPLES = 200
_NAMES = (("cost", "£"), ("demands", "demands"), ("cost_slope", "£ a month, each month"))


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
    _work(con, prices_of)
    unsound = {one["case_id"]: why for one in (*cases, *left_out) if (why := _unsound(con, one))}
    cases, left_out, taken = (
        [one for one in some if one["case_id"] not in unsound] for some in (cases, left_out, taken)
    )
    if not taken:
        raise Refused(f"no case can be compared: {_why(unsound)}")
    finished = [one for one in taken if cut is None or one["new_to"] < cut]
    notes = [f"Left out: {_why(unsound)}."] if unsound else []
    notes += _notes(con, taken, finished, cut, prices_of or price_year)
    priced = bool(con.execute("SELECT 1 FROM work WHERE price IS NOT NULL LIMIT 1").fetchone())
    years = {
        day.year for one in finished for side in ("old", "new") for day in (one[f"{side}_from"], one[f"{side}_to"])
    }
    costed = priced and (len(years) <= 1 or prices_of is not None or price_year is not None)
    if priced and not costed:
        notes.append(f"Cost is not compared: prices of {min(years)} to {max(years)} are not the same prices. Give "
                     f"--prices-of {max(years)}, or set price_year.")  # fmt: skip
    if usual is not None and not costed:
        notes.append("--usual is about cost, and cost is not compared: it was not used.")
    notes += _unpriced(con, finished) if costed else []
    names = [one for one in _NAMES if costed or one[0] == "demands"]
    measures: list[OldNew] = []
    itself: dict[str, ByItself] = {}
    others = _others(con, finished, cases)
    for name, unit in names if finished else ():
        pairs = [_pair(con, one, name) for one in finished]
        measures.append(old_new(name, unit, pairs, seed, resamples))
        if name != "cost_slope":
            declined = [_pair(con, one, name) for one in cases if one["declined"]]
            itself[name] = by_itself(pairs, declined, others[name], usual if name == "cost" else None,
                                     drawn_starts(con, finished, name, seed),
                                     [_pair(con, one, name) for one in left_out])  # fmt: skip
    chosen = [Chosen(one["case_id"], one["selected_by"], one["eligible_n"], bool(one["declined"])) for one in cases]
    running = {one["case_id"]: _running(con, one) for one in finished} if costed else {}
    eligible = max((one["eligible_n"] for one in cases if one["eligible_n"]), default=None)
    return Compared(heading(chosen), eligible, len(cases) - len(taken), _left(con, taken), tuple(measures), itself,
                    running, tuple(notes))  # fmt: skip


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


def _unpriced(con: duckdb.DuckDBPyConnection, finished: Sequence[Case]) -> list[str]:
    """What of these cases' rows has no price, and at which agencies."""
    rows = unpriced = 0
    where: set[str] = set()
    for one in finished:
        counted = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE price IS NULL), list(DISTINCT agency) FILTER (WHERE price IS NULL)"
            " FROM work WHERE list_contains(?, person_id) AND (day BETWEEN ? AND ? OR day BETWEEN ? AND ?)",
            [one["person_ids"], one["old_from"], one["old_to"], one["new_from"], one["new_to"]],
        ).fetchone()
        assert counted is not None
        rows, unpriced = rows + counted[0], unpriced + counted[1]
        where |= set(counted[2] or ())
    if not unpriced:
        return []
    return [f"Cost leaves out {unpriced:,} of {rows:,} rows of these cases, which have no price"
            f" ({', '.join(sorted(where))})."]  # fmt: skip


def _work(con: duckdb.DuckDBPyConnection, prices_of: int | None) -> None:
    """Leaves `work`: every dated row with its price, in the prices of one year where that is asked for."""
    con.execute("CREATE TEMP TABLE factors (in_year INT, factor DOUBLE)")
    if prices_of is not None:
        con.executemany("INSERT INTO factors VALUES (?, ?)", list(prices.factors(prices_of).items()))
    con.execute(
        """CREATE TEMP TABLE work AS
        SELECT person_id, agency, CAST(started_at AS DATE) AS day, price * coalesce(factor, 1) AS price,
               counts_as_demand, design
        FROM interactions LEFT JOIN factors ON in_year = year(started_at) WHERE started_at IS NOT NULL"""
    )


def _days(case: Case, side: str) -> int:
    return (case[f"{side}_to"] - case[f"{side}_from"]).days + 1


def _pair(con: duckdb.DuckDBPyConnection, case: Case, name: str) -> Pair:
    """Old and new; unequal windows are brought to the length of the old one."""
    old, new = (_value(con, case, side, name) for side in ("old", "new"))
    scale = _days(case, "old") / _days(case, "new") if name != "cost_slope" else 1
    return Pair(case["case_id"], old, new * scale)


def _value(con: duckdb.DuckDBPyConnection, case: Case, side: str, name: str) -> float:
    what = {"cost": "sum(price)", "demands": "count(*) FILTER (WHERE counts_as_demand)"}.get(name)
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
        return {"cost": [], "demands": []}
    first = finished[0]
    ours = sorted({person for one in cases for person in one["person_ids"]})
    span = [first["old_from"], first["old_to"], first["new_from"], first["new_to"]]
    rows = con.execute(
        """SELECT coalesce(sum(price) FILTER (WHERE o), 0), coalesce(sum(price) FILTER (WHERE n), 0),
            count(*) FILTER (WHERE o AND counts_as_demand), count(*) FILTER (WHERE n AND counts_as_demand)
        FROM (SELECT *, day BETWEEN ? AND ? AS o, day BETWEEN ? AND ? AS n FROM work) WHERE (o OR n)
            AND NOT list_contains(?, person_id) GROUP BY person_id ORDER BY person_id""",
        [*span, ours],
    ).fetchall()
    scale = _days(first, "old") / _days(first, "new")
    return {"cost": [(float(row[0]), float(row[1]) * scale) for row in rows],
            "demands": [(float(row[2]), float(row[3]) * scale) for row in rows]}  # fmt: skip


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
