"""What the naive measures share: counting rows by group, sums as (person, x, n), quantiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from generative.naive_intervals import Limits, Pair, count_limits, mean_limits, share_limits, share_of_amount_limits
from generative.naive_measures import quantile
from generative.naive_rules import Row

Key = tuple[str, str, str, str]
Answer = tuple[float, float | None, float | None, float | None, float | None]
Figures = dict[Key, Answer]
Test = Callable[[Row], Any]


def number(name: str, value: float, by: str = "", group: str = "", period: str = "") -> Figures:
    """A figure that is no quotient and has no interval."""
    return {(name, by, group, period): (float(value), None, None, None, None)}


def quotient(
    name: str,
    pairs: list[Pair],
    limits: Callable[[list[Pair]], Limits],
    by: str = "",
    group: str = "",
    period: str = "",
) -> Figures:
    """Σx ÷ Σn with its interval; nothing where there is nothing to divide by."""
    top, bottom = sum(x for _, x, _ in pairs), sum(n for _, _, n in pairs)
    if not bottom:
        return {}
    return {(name, by, group, period): (top / bottom, top, bottom, *limits(pairs))}


def share(name: str, rows: Iterable[Row], when: Test, by: str = "", group: str = "", period: str = "") -> Figures:
    """Of the rows, those for which `when` holds."""
    pairs = [(row["person_id"], float(bool(when(row))), 1.0) for row in rows]
    return quotient(name, pairs, share_limits, by, group, period)


def mean(name: str, pairs: list[Pair], by: str = "", group: str = "", period: str = "") -> Figures:
    """Σx ÷ Σn of numbers that are no share of rows."""
    limits = mean_limits if name in NOT_WHOLE or name.startswith("assessment_cost") else count_limits
    return quotient(name, pairs, limits, by, group, period)


NOT_WHOLE = {"approval_delay", "approval_minutes_per_refusal", "history_span", "hours_per_value_hour", "time_to_close"}
"""Means of days, minutes and pounds; the others are of whole numbers."""


def amount_share(name: str, rows: Iterable[Row], column: str, when: Test, by: str = "", group: str = "") -> Figures:
    """Of the sum of a column (minutes, pounds), that of the rows for which `when` holds."""
    known = [row for row in rows if row[column] is not None]
    pairs = [(row["person_id"], row[column] if when(row) else 0.0, row[column]) for row in known]
    return quotient(name, pairs, share_of_amount_limits, by, group)


def spread(name: str, values: list[tuple[str, float]], suffixes: Iterable[str]) -> Figures:
    """Mean with interval, and the quantiles and the most."""
    if not values:
        return {}
    found = mean(name, [(person, value, 1.0) for person, value in values])
    plain = [value for _, value in values]
    for suffix in suffixes:
        if suffix == "_max":
            found |= number(name + suffix, max(plain))
        elif suffix == "_share_12_or_more":
            found |= number(name + suffix, sum(one >= 12 for one in plain) / len(plain))
        else:
            found |= number(name + suffix, quantile(plain, {"_median": 0.5, "_p10": 0.1, "_p90": 0.9}[suffix]))
    return found


def groups(rows: Iterable[Row], of: Callable[[Row], str | None]) -> dict[str, list[Row]]:
    """Rows by a known group."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        at = of(row)
        if at is not None:
            found.setdefault(at, []).append(row)
    return found


def column(name: str) -> Callable[[Row], Any]:
    """The value of one column."""
    return lambda row: row[name]


def month(row: Row, name: str = "started_at") -> str | None:
    """The month of a row, `2024-05`."""
    return f"{row[name]:%Y-%m}" if row[name] else None


def year(row: Row) -> str | None:
    """The year of a row."""
    return f"{row['started_at'].year:04d}" if row["started_at"] else None


def months_of_window(settings: dict[str, Any]) -> int:
    """Months that the window touches."""
    start, end = settings["window_start"], settings["window_end"]
    last = end.year * 12 + end.month - (1 if end.day == 1 else 0)
    return int(last - (start.year * 12 + start.month) + 1)
