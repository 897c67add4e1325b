"""Evaluates the declared measures: rows of the scans become figures with interval, basis and note (architecture, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from personshaped.engine.refusals import refusal
from personshaped.engine.scans import Made, Row, Task, evaluate, tasks_of
from personshaped.figures import (
    NOT_A_GOAL,
    Context,
    Count,
    DataAvailability,
    Distinct,
    Figure,
    Interval,
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
    as_people_coded,
    dear_ones,
)
from personshaped.settings import Settings
from personshaped.sql import is_whole

FEW = 5
"""Shares of fewer are never printed as a percentage: the note says `2 of 4` (spec section 2)."""
COUNTED = ("count", "doors")
"""Units whose means are of whole numbers."""
SPREAD = "No interval: it says how far apart what was seen lies."
"""Why the median, the tenths and the most of a spread carry none (spec section 4, rule a)."""


def measure(
    con: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    settings: Settings,
    have: DataAvailability,
    intervals: Intervals,
    made: Made | None = None,
) -> list[Figure]:
    """Every figure of the measures, in the order of their declaration, groups in alphabetical order.

    What several figures rest on is left in `made`, for what else is to rest on it.

    `con` holds the derived tables under their names (`tables.DERIVED`), recorded ones beside them. A measure that
    the data cannot support gives one figure with an empty value and a note that names what is missing.
    """
    context = Context(settings, have)
    allowed = [one for one in measures if not have.missing(one.needs)]
    rows = evaluate(con, [task for one in allowed for task in tasks_of(one)], context, made)
    figures: list[Figure] = []
    for one in measures:
        missing = have.missing(one.needs)
        found, untold = ([], []) if missing else _figures(one, rows, context, intervals)
        figures += refusal(one, found, missing, untold)
    return figures


# --- rows become figures -------------------------------------------------------------------------------------


def _figures(
    one: Measure, rows: Mapping[Task, list[Row]], context: Context, intervals: Intervals
) -> tuple[list[Figure], list[str]]:
    """The figures, and why groups have none where the measure says so."""
    made: dict[tuple[str, str, str, str, str], Figure] = {}
    untold: list[str] = []
    headlined: set[tuple[str, str, str]] = set()  # a further basis never stands where the headline has nothing to say
    for task in tasks_of(one):
        first = task.basis == one.basis
        workers = context.have.staff_by.get(task.breakdown.name, {})
        for row in rows[task]:
            if workers.get(str(row.get("group")), 0) < task.breakdown.fewest_workers:
                continue
            for figure in _of_row(task, row, context, intervals):
                whole = (figure.by, figure.group, figure.period)
                if figure.key in made or not (first or (figure.denominator and whole in headlined)):
                    continue
                if figure.value is None and (figure.group or figure.period):
                    untold += [f"{figure.group or figure.period}: {row['note']}"] if row.get("note") else []
                    continue
                made[figure.key] = figure
                headlined.add(whole)
    return list(made.values()), untold


def _of_row(task: Task, row: Row, context: Context, intervals: Intervals) -> list[Figure]:
    one = task.measure
    basis = task.basis
    if basis == "coded":
        basis = "rule" if row.get("by_rule") else "hand"
    blank = Figure(
        name=one.name, measure=one.ids, by=task.breakdown.name, group=str(row.get("group") or ""),
        period=str(row.get("period") or ""), value=None, unit=one.unit, basis=basis,
        note=_note(one, basis, row, context),
    )  # fmt: skip
    match task.kind:
        case Count() | Distinct():
            value = _float(row.get("v"))
            return [replace(blank, value=value, n=int(value or 0))] if value or not blank.group else []
        case Sum():
            return [replace(blank, value=_float(row.get("v")), n=int(row.get("n") or 0))]
        case Share() | Split() | Ratio():
            return [_out_of(blank, one, task.kind, row, intervals)]
        case Spread():
            return _spread(blank, row, task.kind, intervals)
        case Query():
            return [_as_given(blank, one, row, intervals)]


def _note(one: Measure, basis: str, row: Row, context: Context) -> str:
    parts = [one.note] if one.note else []
    if one.basis == "coded" and basis == "rule":
        by_hand, by_rule = int(row.get("by_hand") or 0), int(row.get("by_rule") or 0)
        coded = f"{as_people_coded(by_hand, by_hand + by_rule)}, " if by_hand else ""
        parts.append(f"by rule, {coded}looking back {context.settings.look_back} days")
    if context.have.missing(one.wants):
        parts.append("Counted within agencies: no records are linked across them")
    if one.never_a_goal:
        parts.append(NOT_A_GOAL)
    return ". ".join(part.rstrip(".") for part in parts) + ("." if parts else "")


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _sums(row: Row) -> PersonSums:
    """The sums of a row; all 0 where the scan met no person."""
    x, n, xx, xn, nn, most = (float(row.get(name) or 0) for name in ("x", "n", "xx", "xn", "nn", "most"))
    return PersonSums(x, n, xx, xn, nn, int(row.get("persons") or 0), most)


def _out_of(blank: Figure, one: Measure, kind: Kind, row: Row, intervals: Intervals) -> Figure:
    sums = _sums(row)
    if sums.n == 0:
        return replace(blank, numerator=sums.x, denominator=0.0, n=0)
    counted = one.unit == "share" and _counts_rows(kind) and sums.x <= sums.n
    low, high = intervals.share(sums) if counted else _of_mean(sums, one.unit, intervals)
    if one.interval == "three_in_n" and sums.x == 0:
        low, high = 0.0, min(1.0, 3 / sums.n)
    note = f"{int(sums.x)} of {int(sums.n)}. {blank.note}".strip() if counted and sums.n < FEW else blank.note
    note = note if counted else _said_of_persons(sums, low, one.unit, note)
    rests_on = sums.persons if isinstance(kind, Ratio) else int(sums.n)
    return replace(
        blank, value=sums.x / sums.n, numerator=sums.x, denominator=sums.n, low=low, high=high, n=rests_on, note=note
    )


def _counts_rows(kind: Kind) -> bool:
    """A share of rows, not of minutes or pounds."""
    return not isinstance(kind, Ratio) or (is_whole(kind.top) and is_whole(kind.bottom))


def _of_mean(sums: PersonSums, unit: str, intervals: Intervals) -> Interval:
    if unit == "share":
        return intervals.share_of_amount(sums)
    return (intervals.mean_of_counts if unit in COUNTED else intervals.mean)(sums)


def _spread(blank: Figure, row: Row, kind: Spread, intervals: Intervals) -> list[Figure]:
    if not row.get("n"):
        return [replace(blank, n=0)]
    days = _sums(row)
    per = kind.per
    sums = replace(days, x=days.x / per, xx=days.xx / per**2, xn=days.xn / per, most=days.most / per)
    low, high = _of_mean(sums, blank.unit, intervals)
    count = int(sums.n)
    mean = replace(blank, value=sums.x / sums.n, numerator=sums.x, denominator=sums.n, low=low, high=high, n=count)
    figures = [replace(mean, note=_said_of_persons(sums, low, blank.unit, blank.note))]
    for suffix in kind.suffixes:
        unit = "share" if suffix.startswith("_share_") else blank.unit
        value = _float(row[f"part{suffix}"])
        value = value / per if value is not None and per != 1 else value
        note = f"{SPREAD} {blank.note}".strip()
        part = replace(blank, name=blank.name + suffix, value=value, unit=unit, n=count, note=note)
        if suffix.startswith("_share_") and value is not None:
            part = replace(part, numerator=float(round(value * count)), denominator=float(count))
        figures.append(part)
    return figures


def _said_of_persons(sums: PersonSums, low: float | None, unit: str, note: str) -> str:
    """The note of a mean, with a word where it rests on a few people, or on people who are all alike."""
    said = [note, "" if low is None else sums.caution]
    if sums.alike and sums.persons > 1:
        alike = f"The same for all {sums.persons} people"
        if low is None:
            said.append(f"{alike}: no interval, for it would be made of how they differ.")
        elif unit in COUNTED:
            said.append(f"{alike}: the limits say how it would be if 3 of them had one more or one fewer.")
    elif unit.startswith("£") and low is not None:
        said.append(dear_ones(sums.persons))
    return " ".join(one for one in said if one)


def _as_given(blank: Figure, one: Measure, row: Row, intervals: Intervals) -> Figure:
    value, top, bottom = (_float(row.get(name)) for name in ("value", "numerator", "denominator"))
    low, high, given = _float(row.get("low")), _float(row.get("high")), str(row.get("note") or "")
    if row.get("persons") is not None and low is None and row.get("x") is not None and row["n"]:
        sums = _sums(row)
        value, top, bottom = sums.x / sums.n, sums.x, sums.n
        low, high = intervals.share(sums) if one.unit == "share" else _of_mean(sums, one.unit, intervals)
        given = given if one.unit == "share" else _said_of_persons(sums, low, one.unit, given)
    note = " ".join(part for part in (given, blank.note) if part)
    if one.unit == "share" and bottom is not None and 0 < bottom < FEW and top is not None:
        note = f"{top:g} of {bottom:g}. {note}".strip()
    n = row.get("n")
    return replace(
        blank, by=str(row.get("by") or blank.by), value=value, numerator=top, denominator=bottom, low=low, high=high,
        n=int(n) if n is not None else (int(bottom) if bottom is not None else None), note=note,
        basis=str(row.get("basis") or blank.basis),
    )  # fmt: skip
