"""Evaluates the declared measures over the derived tables, several of one table and breakdown in one scan.

Every row is first added up by person, then persons are added up: shares and means get their clustered intervals
from the same scan that counts them. All sums are of whole numbers or decimals, so that no figure depends on the
number of threads or the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from personshaped.engine.refusals import refusal
from personshaped.figures import (
    NOT_A_GOAL,
    By,
    Context,
    Count,
    DataAvailability,
    Distinct,
    Figure,
    Intervals,
    Kind,
    Measure,
    PersonSums,
    Query,
    Ratio,
    Share,
    Split,
    Spread,
    Sum,
    both,
    counted,
    distinct,
    filled,
    is_whole,
    spread_part,
    taken_apart,
    total,
)
from personshaped.settings import Settings

Row = dict[str, Any]
FEW = 5
"""Shares of fewer are never printed as a percentage: the note says `2 of 4` (spec section 2)."""


def measure(
    con: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    settings: Settings,
    have: DataAvailability,
    intervals: Intervals,
) -> list[Figure]:
    """Every figure of the measures, in the order of their declaration, groups in alphabetical order.

    `con` holds the derived tables under their names (`tables.DERIVED`), recorded ones beside them. A measure that
    the data cannot support gives one figure with an empty value and a note that names what is missing.
    """
    context = Context(settings, have)
    allowed = [one for one in measures if not have.missing(one.needs)]
    rows = _evaluate(con, [task for one in allowed for task in _tasks(one)], context)
    figures: list[Figure] = []
    for one in measures:
        missing = have.missing(one.needs)
        made = [] if missing else _figures(one, rows, context, intervals)
        figures += refusal(one, made, missing)
    return figures


# --- what to run ---------------------------------------------------------------------------------------------


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


def _tasks(one: Measure) -> list[Task]:
    kinds = [(one.basis, one.kind), *one.also]
    return [Task(one, kind, breakdown, basis) for breakdown in one.by for basis, kind in kinds]


def _evaluate(con: duckdb.DuckDBPyConnection, tasks: Iterable[Task], context: Context) -> dict[Task, list[Row]]:
    scans: dict[tuple[str, str, str, By], list[Task]] = {}
    answers: dict[Task, list[Row]] = {}
    for task in tasks:
        if isinstance(task.kind, Query | Split):
            answers[task] = _alone(con, task, context)
        else:
            scans.setdefault(task.scan, []).append(task)
    for together in scans.values():
        answers.update(_one_scan(con, together, context))
    return answers


def _rows(con: duckdb.DuckDBPyConnection, sql: str, context: Context) -> list[Row]:
    cursor = con.execute(filled(sql, context))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _alone(con: duckdb.DuckDBPyConnection, task: Task, context: Context) -> list[Row]:
    if isinstance(task.kind, Query):
        rows = _rows(con, task.kind.select, context)
        return task.kind.reckon(rows, context) if task.kind.reckon else rows
    assert isinstance(task.kind, Split)
    return _rows(con, _split(task, task.kind), context)


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
    by_rule = "count(*) FILTER (WHERE basis <> 'hand')" if task.basis == "coded" else "0"
    return f"""
        WITH kept AS (SELECT * FROM {task.measure.table} WHERE {kept}),
        whole AS (SELECT person_id, count(*) AS n, {by_rule} AS by_rule FROM kept GROUP BY ALL),
        total AS (SELECT sum(n) AS n, sum(n * n) AS nn, count(*) AS persons, sum(by_rule) AS by_rule FROM whole),
        part AS (
            SELECT "group", person_id, count(*) AS x
            FROM (SELECT {group} AS "group", person_id FROM kept) GROUP BY ALL)
        SELECT "group", '' AS period, sum(x) AS x, any_value(total.n) AS n, sum(x * x) AS xx, sum(x * whole.n) AS xn,
               any_value(total.nn) AS nn, any_value(total.persons) AS persons, any_value(total.by_rule) AS by_rule
        FROM part JOIN whole USING (person_id) CROSS JOIN total
        GROUP BY ALL ORDER BY ALL"""


# --- several in one scan -------------------------------------------------------------------------------------


def _one_scan(con: duckdb.DuckDBPyConnection, tasks: list[Task], context: Context) -> dict[Task, list[Row]]:
    """By way of persons what needs an interval, straight what does not."""
    through, straight = [], []
    for at, task in enumerate(tasks):
        kind = task.folded.kind
        by_person = _through_persons(at, kind)
        through += [(*by_person, _by_rule(task))] if by_person else []
        straight += _straight(at, kind) + ([] if by_person else [f"{_by_rule(task)} AS by_rule_{at}"])
    found: dict[tuple[str, str], Row] = {}
    first, where = tasks[0], _where(tasks[0])
    head = ", ".join(first.breakdown.columns(first.measure.time))
    if through:
        inner = ", ".join(f"{sums}, {by_rule} AS h{at}" for at, sums, _, by_rule in through)
        outer = ", ".join(f"{sums}, sum(h{at}) AS by_rule_{at}" for at, _, sums, _ in through)
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
    return (
        at,
        f"{x} AS x{at}, {n} AS n{at}",
        f"{_scaled('x', a, at)} AS x_{at}, {_scaled('n', b, at)} AS n_{at}, {_product('x', 'x', a * a, at)} AS xx_{at}, "
        f"{_product('x', 'n', a * b, at)} AS xn_{at}, {_product('n', 'n', b * b, at)} AS nn_{at}, "
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
    """Rows that take part but are not coded by hand."""
    kind = task.folded.kind
    if task.basis != "coded" or isinstance(kind, Query | Split):
        return "0"
    return counted(both(kind.of, _NOT_BY_HAND))


_NOT_BY_HAND = "basis <> 'hand'"


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


# --- rows become figures -------------------------------------------------------------------------------------


def _figures(one: Measure, rows: Mapping[Task, list[Row]], context: Context, intervals: Intervals) -> list[Figure]:
    made: dict[tuple[str, str, str, str, str], Figure] = {}
    for task in _tasks(one):
        first = task.basis == one.basis
        for row in rows[task]:
            for figure in _of_row(task, row, context, intervals):
                if figure.key in made or (not first and not figure.denominator):
                    continue
                if figure.value is None and (figure.group or figure.period):
                    continue
                made[figure.key] = figure
    return list(made.values())


def _of_row(task: Task, row: Row, context: Context, intervals: Intervals) -> list[Figure]:
    one = task.measure
    basis = task.basis
    if basis == "coded":
        basis = "rule" if row.get("by_rule") else "hand"
    blank = Figure(
        name=one.name, measure=one.ids, by=task.breakdown.name, group=str(row.get("group") or ""),
        period=str(row.get("period") or ""), value=None, unit=one.unit, basis=basis,
        note=_note(one, basis, context),
    )  # fmt: skip
    match task.kind:
        case Count() | Distinct():
            value = _float(row.get("v"))
            return [replace(blank, value=value, n=int(value or 0))] if value or not blank.group else []
        case Sum():
            return [replace(blank, value=_float(row.get("v")), n=int(row.get("n") or 0))]
        case Share() | Split() | Ratio():
            return [_out_of(blank, one, task.kind, row, intervals)]
        case Spread(_, _, suffixes):
            return _spread(blank, row, suffixes, intervals)
        case Query():
            return [_as_given(blank, one, row, intervals)]


def _note(one: Measure, basis: str, context: Context) -> str:
    parts = [one.note] if one.note else []
    if one.basis == "coded" and basis == "rule":
        parts.append(f"by rule, looking back {context.settings.look_back} days")
    parts += [f"without {missing}: true figures differ" for missing in context.have.missing(one.wants)]
    if one.never_a_goal:
        parts.append(NOT_A_GOAL)
    return ". ".join(part.rstrip(".") for part in parts) + ("." if parts else "")


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _sums(row: Row) -> PersonSums:
    return PersonSums(
        float(row["x"]), float(row["n"]), float(row["xx"]), float(row["xn"]), float(row["nn"]), int(row["persons"])
    )


def _out_of(blank: Figure, one: Measure, kind: Kind, row: Row, intervals: Intervals) -> Figure:
    sums = _sums({**row, **{name: row[name] or 0 for name in ("x", "n", "xx", "xn", "nn")}})
    if sums.n == 0:
        return replace(blank, numerator=sums.x, denominator=0.0, n=0)
    bounded = one.unit == "share" and (not isinstance(kind, Ratio) or sums.x <= sums.n)
    low, high = (intervals.share if bounded and not isinstance(kind, Ratio) else intervals.mean)(sums)
    if one.unit == "share" and isinstance(kind, Ratio):
        low, high = _between(low), _between(high)
    if one.interval == "three_in_n" and sums.x == 0:
        low, high = 0.0, min(1.0, 3 / sums.n)
    note = blank.note
    if one.unit == "share" and sums.n < FEW and not isinstance(kind, Ratio):
        note = f"{int(sums.x)} of {int(sums.n)}. {note}".strip()
    rests_on = sums.persons if isinstance(kind, Ratio) else int(sums.n)
    return replace(
        blank, value=sums.x / sums.n, numerator=sums.x, denominator=sums.n, low=low, high=high, n=rests_on, note=note
    )


def _between(limit: float | None) -> float | None:
    return None if limit is None else min(1.0, max(0.0, limit))


def _spread(blank: Figure, row: Row, suffixes: tuple[str, ...], intervals: Intervals) -> list[Figure]:
    if not row["n"]:
        return [replace(blank, n=0)]
    sums = _sums(row)
    low, high = intervals.mean(sums)
    count = int(sums.n)
    figures = [replace(blank, value=sums.x / sums.n, numerator=sums.x, denominator=sums.n, low=low, high=high, n=count)]
    for suffix in suffixes:
        unit = "share" if suffix.startswith("_share_") else blank.unit
        value = _float(row[f"part{suffix}"])
        part = replace(blank, name=blank.name + suffix, value=value, unit=unit, n=count)
        if unit == "share" and value is not None:
            part = replace(part, numerator=float(round(value * count)), denominator=float(count))
        figures.append(part)
    return figures


def _as_given(blank: Figure, one: Measure, row: Row, intervals: Intervals) -> Figure:
    value, top, bottom = (_float(row.get(name)) for name in ("value", "numerator", "denominator"))
    low, high = _float(row.get("low")), _float(row.get("high"))
    if row.get("persons") is not None and low is None and row.get("x") is not None and row["n"]:
        sums = _sums(row)
        value, top, bottom = sums.x / sums.n, sums.x, sums.n
        low, high = intervals.share(sums) if one.unit == "share" else intervals.mean(sums)
    note = " ".join(part for part in (str(row.get("note") or ""), blank.note) if part)
    if one.unit == "share" and bottom is not None and 0 < bottom < FEW and top is not None:
        note = f"{top:g} of {bottom:g}. {note}".strip()
    n = row.get("n")
    return replace(
        blank, by=str(row.get("by") or blank.by), value=value, numerator=top, denominator=bottom, low=low, high=high,
        n=int(n) if n is not None else (int(bottom) if bottom is not None else None), note=note,
        basis=str(row.get("basis") or blank.basis),
    )  # fmt: skip
