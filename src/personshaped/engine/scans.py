"""Declared measures → SQL → rows: several of one table and breakdown in one scan.

Every row is first added up by person, then persons are added up: shares and means get their clustered intervals
from the same scan that counts them. All sums are of whole numbers, so that no figure depends on the number of
threads or the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from personshaped.figures import (
    By,
    Context,
    Count,
    Distinct,
    Kind,
    Measure,
    Query,
    Ratio,
    Share,
    Split,
    Spread,
    Sum,
    filled,
)
from personshaped.sql import both, counted, distinct, is_whole, spread_part, taken_apart, total

Row = dict[str, Any]
Made = dict[tuple[str, Any], Any]
"""What several figures rest on, by the SELECT and the function (`Query.once`) that made it."""


@dataclass(frozen=True)
class Task:
    """One kind of count for one breakdown of one measure."""

    measure: Measure
    kind: Kind
    breakdown: By
    basis: str

    @property
    def scan(self) -> tuple[str, str, str, By]:
        """Tasks that agree in this are answered by one scan."""
        return (self.measure.table, _common(self.measure.where), self.measure.time, self.breakdown)

    @property
    def folded(self) -> Task:
        """The same with what its `where` asks beyond the scan's own put into its conditions."""
        extra = _beyond(self.measure.where)
        return self if extra == "true" else replace(self, kind=_narrowed(self.kind, extra))


_WINDOW = "in_window"


def _common(where: str) -> str:
    """What many measures of one table ask alike stays the scan's own condition."""
    return _WINDOW if where.split(" AND ")[0] == _WINDOW else ""


def _beyond(where: str) -> str:
    return where.removeprefix(_WINDOW).removeprefix(" AND ") or "true"


def _narrowed(kind: Kind, extra: str) -> Kind:
    if isinstance(kind, Ratio):
        return replace(kind, when=both(extra, kind.when), of=both(extra, kind.of))
    assert not isinstance(kind, Query | Split)
    return replace(kind, of=both(extra, kind.of))


def tasks_of(one: Measure) -> list[Task]:
    """What a measure asks for: each breakdown, by the basis of its headline first; a query gives all of its own."""
    kinds = [(one.basis, one.kind), *one.also]
    if isinstance(one.kind, Query):
        return [Task(one, kind, one.by[0], basis) for basis, kind in kinds]
    return [Task(one, kind, breakdown, basis) for breakdown in one.by for basis, kind in kinds]


def evaluate(
    con: duckdb.DuckDBPyConnection, tasks: Iterable[Task], context: Context, made: Made | None = None
) -> dict[Task, list[Row]]:
    """The rows of every task. What queries rest on `once` is left in `made`."""
    made = {} if made is None else made
    scans: dict[tuple[str, str, str, By], list[Task]] = {}
    answers: dict[Task, list[Row]] = {}
    read: dict[str, list[Row]] = {}  # several figures may rest on one SELECT
    for task in tasks:
        if isinstance(task.kind, Query):
            select, once = task.kind.select, task.kind.once
            if select not in read:
                read[select] = _rows(con, select, context)
            if once and (select, once) not in made:
                made[select, once] = once(read[select])
            rows = made[select, once] if once else read[select]
            answers[task] = task.kind.reckon(rows, context) if task.kind.reckon else rows
        elif isinstance(task.kind, Split):
            answers[task] = _rows(con, _split(task, task.kind), context)
        else:
            scans.setdefault(task.scan, []).append(task)
    for together in scans.values():
        answers.update(_one_scan(con, together, context))
    return answers


def _rows(con: duckdb.DuckDBPyConnection, sql: str, context: Context) -> list[Row]:
    cursor = con.execute(filled(sql, context))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _where(task: Task) -> str:
    """The condition of a scan: what its tasks share, and that the group and the time are known."""
    conditions = task.scan[1] or "true"
    if task.breakdown.column:
        conditions = both(conditions, f"{task.breakdown.column} IS NOT NULL")
    if task.breakdown.period:
        conditions = both(conditions, f"{task.measure.time} IS NOT NULL")
    return conditions


def _split(task: Task, kind: Split) -> str:
    """x_i of a group from its rows, n_i from all rows of the person, so that the interval is that of x out of n."""
    column = kind.each or task.breakdown.column
    kept = both(kind.of, both(task.measure.where or "true", f"{column} IS NOT NULL"))
    group = taken_apart(kind.each) if kind.each else task.breakdown.column
    by_rule, by_hand = (counted(one) if task.basis == "coded" else "0" for one in (_NOT_BY_HAND, _BY_HAND))
    return f"""
        WITH kept AS (SELECT * FROM {task.measure.table} WHERE {kept}),
        whole AS (
            SELECT person_id, count(*) AS n, {by_rule} AS by_rule, {by_hand} AS by_hand FROM kept GROUP BY ALL),
        total AS (
            SELECT sum(n) AS n, sum(n * n) AS nn, count(*) AS persons, sum(by_rule) AS by_rule, sum(by_hand) AS by_hand
            FROM whole),
        part AS (
            SELECT "group", person_id, count(*) AS x
            FROM (SELECT {group} AS "group", person_id FROM kept) GROUP BY ALL)
        SELECT "group", '' AS period, sum(x) AS x, any_value(total.n) AS n, sum(x * x) AS xx, sum(x * whole.n) AS xn,
               any_value(total.nn) AS nn, any_value(total.persons) AS persons, any_value(total.by_rule) AS by_rule,
               any_value(total.by_hand) AS by_hand
        FROM part JOIN whole USING (person_id) CROSS JOIN total
        GROUP BY ALL ORDER BY ALL"""


# --- several in one scan -------------------------------------------------------------------------------------


def _one_scan(con: duckdb.DuckDBPyConnection, tasks: list[Task], context: Context) -> dict[Task, list[Row]]:
    """By way of persons what needs an interval, straight what does not."""
    through, straight = [], []
    for at, task in enumerate(tasks):
        kind = task.folded.kind
        by_person = _through_persons(at, kind)
        coded = {"by_rule": _by_rule(task), "by_hand": _by_hand(task)}
        through += [(*by_person, coded)] if by_person else []
        straight += _straight(at, kind) + ([] if by_person else [f"{sql} AS {by}_{at}" for by, sql in coded.items()])
    found: dict[tuple[str, str], Row] = {}
    first, where = tasks[0], _where(tasks[0])
    head = ", ".join(first.breakdown.columns(first.measure.time))
    if through:
        inner = ", ".join(
            ", ".join([sums, *(f"{sql} AS {by}{at}" for by, sql in coded.items())]) for at, sums, _, coded in through
        )
        outer = ", ".join(
            ", ".join([sums, *(f"sum({by}{at}) AS {by}_{at}" for by in coded)]) for at, _, sums, coded in through
        )
        sql = f"""
            WITH persons AS (
                SELECT {head}, person_id, {inner} FROM {first.measure.table} WHERE {where} GROUP BY ALL)
            SELECT "group", period, {outer} FROM persons GROUP BY ALL"""
        _collect(found, _rows(con, sql, context))
    if straight:
        sql = f"SELECT {head}, {', '.join(straight)} FROM {first.measure.table} WHERE {where} GROUP BY ALL"
        _collect(found, _rows(con, sql, context))
    places = sorted(found)
    return {task: [_own(found[place], place, at) for place in places] for at, task in enumerate(tasks)}


def _collect(found: dict[tuple[str, str], Row], rows: list[Row]) -> None:
    for row in rows:
        period = row["period"]
        period = f"{period:04d}" if isinstance(period, int) else period
        found.setdefault((str(row["group"]), period), {}).update(row)


def _own(row: Row, place: tuple[str, str], at: int) -> Row:
    mark = f"_{at}"
    values = {name[: -len(mark)]: value for name, value in row.items() if name.endswith(mark)}
    return {**values, "group": place[0], "period": place[1]}


def _through_persons(at: int, kind: Kind) -> tuple[int, str, str] | None:
    """SQL of a person's two sums, and of the sums of those over persons; None for a kind without an interval."""
    match kind:
        case Share(when, of):
            x, n, parts = counted(both(of, when)), counted(of), (1, 1)
        case Ratio(top, bottom, when, of):
            x, n, parts = _added(top, when), _added(bottom, of), (_parts(top), _parts(bottom))
        case Spread(what, of):
            x, n, parts = _added(what, of), f"count({what}) FILTER (WHERE {of})", (_parts(what), 1)
        case _:
            return None
    a, b = parts
    most = "" if isinstance(kind, Share) else f"max(abs(x{at})) / {a} AS most_{at}, "
    return (
        at,
        f"{x} AS x{at}, {n} AS n{at}",
        f"{_scaled('x', a, at)} AS x_{at}, {_scaled('n', b, at)} AS n_{at}, "
        f"{_product('x', 'x', a * a, at)} AS xx_{at}, "
        f"{_product('x', 'n', a * b, at)} AS xn_{at}, {_product('n', 'n', b * b, at)} AS nn_{at}, {most}"
        f"count(*) FILTER (WHERE n{at} <> 0) AS persons_{at}",
    )


def _straight(at: int, kind: Kind) -> list[str]:
    match kind:
        case Distinct(what, of, blanks):
            return [f"{distinct(what, of, blanks)} AS v_{at}"]
        case Spread(what, of, suffixes):
            return [f"{spread_part(suffix, what, of)} AS part{suffix}_{at}" for suffix in suffixes]
        case Count(of):
            return [f"{counted(of)} AS v_{at}"]
        case Sum(what, of):
            found = f"count({what}) FILTER (WHERE {of})"
            added = f"{_added(what, of)} / {_parts(what)}"
            return [f"CASE WHEN {found} > 0 THEN {added} END AS v_{at}", f"{found} AS n_{at}"]
    return []


def _by_rule(task: Task) -> str:
    """Rows that take part but are not coded by hand. Where none takes part: whether not all was coded by hand, for
    none was found by whoever looked (N8)."""
    kind = task.folded.kind
    if task.basis != "coded" or isinstance(kind, Query | Split):
        return "0"
    found = counted(both(kind.of, _NOT_BY_HAND))
    if not isinstance(kind, Count):
        return found
    return f"CASE WHEN {counted(kind.of)} > 0 THEN {found} ELSE {_NOT_ALL_BY_HAND} END"


def _by_hand(task: Task) -> str:
    """Rows that take part as people coded them."""
    kind = task.folded.kind
    return "0" if task.basis != "coded" or isinstance(kind, Query | Split) else counted(both(kind.of, _BY_HAND))


_BY_HAND = "basis = 'hand'"
_NOT_BY_HAND = "basis <> 'hand'"
_NOT_ALL_BY_HAND = "CAST(NOT coalesce(bool_and(basis = 'hand'), false) AS INTEGER)"


_PARTS = 10_000
"""Minutes and pounds are added as whole ten-thousandths: exact in a DOUBLE, in any order, and fast."""


def _parts(column: str) -> int:
    return 1 if is_whole(column) else _PARTS


def _added(column: str, condition: str) -> str:
    if is_whole(column):
        return f"CAST(coalesce({total(column, condition)}, 0) AS BIGINT)"
    return f"coalesce(sum(round(({column}) * {_PARTS})) FILTER (WHERE {condition}), 0)"


def _scaled(name: str, parts: int, at: int) -> str:
    return f"sum({name}{at})" + (f" / {parts}" if parts > 1 else "")


def _product(one: str, other: str, parts: int, at: int) -> str:
    if parts == 1:
        return f"sum({one}{at} * {other}{at})"
    return f"sum(CAST({one}{at} * {other}{at} AS HUGEINT)) / {parts}"
