"""Who stands behind a figure, asked of the rows it is made of (Stat 11): how many people, and whether two make most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import Place
from personshaped.figures import By, Context, Count, Distinct, Measure, Ratio, Share, Split, Spread, Sum, both, filled


@dataclass(frozen=True)
class Dominance:
    """Amounts, by figure and place, that may not be shown, and the names of the figures of which that is known."""

    dominated: frozenset[tuple[str, Place]]
    checked: frozenset[str]


def dominance(
    con: duckdb.DuckDBPyConnection, measures: Iterable[Measure], context: Context, profile: Profile
) -> Dominance:
    """Of each measure that adds up an amount by a declared sum. One with a query of its own is not checked.

    `con` holds the derived tables under their names. Of a share of amounts both parts are looked at.
    """
    dominated: set[tuple[str, Place]] = set()
    checked: set[str] = set()
    for one in measures:
        sums = _sums(one)
        if not sums:
            continue
        try:
            for breakdown in one.by:
                for what, of in sums:
                    places = con.execute(filled(_most(one, breakdown, what, of, profile), context)).fetchall()
                    dominated |= {
                        (one.name, (breakdown.name, str(group), _written(period))) for group, period in places
                    }
        except duckdb.BinderException:  # its rows carry no person
            continue
        checked.add(one.name)
    return Dominance(frozenset(dominated), frozenset(checked))


def crowds(
    con: duckdb.DuckDBPyConnection, measures: Iterable[Measure], context: Context
) -> dict[tuple[str, Place], int]:
    """How many people stand behind a figure, by figure and place; of a share behind the smaller of its two sides.

    Ten contacts of one person are ten, and one person. A measure with a query of its own is not in it.
    """
    found: dict[tuple[str, Place], int] = {}
    for one in measures:
        conditions = _conditions(one)
        try:
            for breakdown in one.by if conditions else ():
                sql = filled(_people(one, breakdown, conditions), context)
                for group, period, people in con.execute(sql).fetchall():
                    key = (one.name, (breakdown.name, str(group), _written(period)))
                    found[key] = min(people, found.get(key, people))
        except duckdb.BinderException:  # its rows carry no person
            continue
    return found


def _conditions(one: Measure) -> list[str]:
    """What is true of the rows that a figure counts, and of those that a share leaves."""
    match one.kind:
        case Share(when, of):
            return [both(of, when), both(of, f"NOT coalesce({when}, false)")]
        case Ratio(top, bottom, when, of):
            return [both(of, when), of] if bottom == "1" else [both(of, when)] if top == "1" else []
        case Count(of) | Split(of) | Distinct(_, of) | Sum(_, of):
            return [of]
        case Spread(what, of):
            return [both(of, f"{what} IS NOT NULL")]
    return []


def _people(one: Measure, breakdown: By, conditions: list[str]) -> str:
    head, where = _head(one, breakdown, one.where or "true")
    if isinstance(one.kind, Split) and one.kind.each:
        head = f"unnest(list_distinct(string_split({one.kind.each}, ';'))) AS \"group\", '' AS period"
    counted = ", ".join(f"CASE WHEN {condition} THEN person_id END AS of_{i}" for i, condition in enumerate(conditions))
    each = ", ".join(f"nullif(count(DISTINCT of_{i}), 0)" for i in range(len(conditions)))
    return f"""
        WITH rows AS (SELECT {head}, {counted} FROM {one.table} WHERE {where})
        SELECT coalesce(CAST("group" AS VARCHAR), ''), period, least({each}, 1000000000) AS people FROM rows
        GROUP BY ALL HAVING people < 1000000000"""


def _written(period: object) -> str:
    """A period as figures have it: 2024-01, or a year of four places."""
    return f"{period:04d}" if isinstance(period, int) else str(period or "")


def _sums(one: Measure) -> list[tuple[str, str]]:
    match one.kind:
        case Sum(what, of):
            return [(what, of)]
        case Ratio(top, bottom, when, of):
            return [(what, condition) for what, condition in ((top, when), (bottom, of)) if what != "1"]
    return []


def _most(one: Measure, breakdown: By, what: str, of: str, profile: Profile) -> str:
    """The places in which the largest person, or the two largest, make too much of the amount."""
    head, where = _head(one, breakdown, both(one.where or "true", of))
    return f"""
        WITH persons AS (
            SELECT {head}, person_id, sum({what}) AS amount FROM {one.table} WHERE {where} GROUP BY ALL),
        largest AS (
            SELECT "group", period, sum(amount) AS whole, max(amount, 2) AS most FROM persons
            WHERE amount > 0 GROUP BY ALL)
        SELECT coalesce(CAST("group" AS VARCHAR), ''), period FROM largest
        WHERE most[1] > {profile.one} * whole OR list_sum(most) > {profile.two} * whole"""


def _head(one: Measure, breakdown: By, where: str) -> tuple[str, str]:
    """The expressions of group and period, and the condition that both are known."""
    if breakdown.column:
        where = both(where, f"{breakdown.column} IS NOT NULL")
    if breakdown.period:
        where = both(where, f"{one.time} IS NOT NULL")
    return ", ".join(breakdown.columns(one.time)), where
