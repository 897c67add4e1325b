"""Who stands behind a figure, asked of the rows it is made of (Stat 11): how many people, and whether two make most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import EVERYBODY, Place
from personshaped.figures import By, Context, Count, Distinct, Measure, Query, Ratio, Share, Split, Spread, Sum, filled
from personshaped.sql import both


@dataclass(frozen=True)
class Dominance:
    """The names of amounts of which it is known who makes most, and the places in which one or two people do."""

    checked: frozenset[str] = frozenset()
    dominated: frozenset[tuple[str, Place]] = frozenset()


def dominance(
    con: duckdb.DuckDBPyConnection, measures: Iterable[Measure], context: Context, profile: Profile
) -> Dominance:
    """Of each measure that adds up an amount by a declared sum. One with a query of its own is not checked.

    `con` holds the derived tables under their names. Of a share of amounts both parts are looked at.
    """
    checked, dominated = set(), set[tuple[str, Place]]()
    for one in measures:
        asked = [(by, _most(one, by, what, of, profile)) for by in one.by for what, of in one.amounts]
        places = _places(con, asked, context)
        if asked and places is not None:
            checked.add(one.name)
            dominated |= {(one.name, place) for place, _ in places}
    return Dominance(frozenset(checked), frozenset(dominated))


def crowds(
    con: duckdb.DuckDBPyConnection, measures: Iterable[Measure], context: Context
) -> dict[tuple[str, Place], int]:
    """How many people stand behind a figure, by figure and place; of a share behind the smaller of its two sides.

    Ten contacts of one person are ten, and one person. A measure with a query of its own says whom it counts
    (`Query.behind`, or rows that count `persons`); of one that does not nobody is known to stand behind its figures.
    """
    found: dict[tuple[str, Place], int] = {}
    for one in measures:
        if isinstance(one.kind, Query):
            found |= _asked(con, one, one.kind, context)
            continue
        conditions = _conditions(one)
        asked = [(by, _people(one, by, conditions)) for by in one.by] if conditions else []
        for place, people in _places(con, asked, context) or ():
            found[one.name, place] = min(people, found.get((one.name, place), people))
    return found


def _places(
    con: duckdb.DuckDBPyConnection, asked: Iterable[tuple[By, str]], context: Context
) -> list[tuple[Place, int]] | None:
    """Group, period and number of each row found, as a place and the number; None where the rows carry no person."""
    try:
        return [
            ((by.name, str(group), _written(period)), int(people))
            for by, sql in asked
            for group, period, people in con.execute(filled(sql, context)).fetchall()
        ]
    except duckdb.BinderException:
        return None


def _asked(
    con: duckdb.DuckDBPyConnection, one: Measure, query: Query, context: Context
) -> dict[tuple[str, Place], int]:
    """The people behind the figures of a query of its own, by what they are broken down left out."""
    if query.behind:
        asked = con.sql(filled(query.behind, context))
        by = [name for name in ("group", "period") if name in asked.columns]
        columns = ", ".join(f'coalesce(CAST("{name}" AS VARCHAR), \'\') AS "{name}"' for name in by)
        counted = asked.aggregate(f"{columns}{', ' if by else ''}count(DISTINCT person_id) AS persons")
    else:
        counted = con.sql(filled(query.select, context))
        by = [name for name in ("group", "period") if name in counted.columns]
        if dict(zip(counted.columns, map(str, counted.types), strict=True)).get("persons") not in _COUNTS:
            return {}
    found = {}
    for row in counted.project(", ".join([*(f'"{name}"' for name in by), "persons"])).fetchall():
        at = dict(zip(by, row, strict=False))
        place = (str(at.get("group") or ""), str(at.get("period") or ""))
        found[one.name, ("", *place) if by else (EVERYBODY, "", "")] = int(row[-1] or 0)
    return found


_COUNTS = ("BIGINT", "INTEGER", "HUGEINT")


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


def _most(one: Measure, breakdown: By, what: str, of: str, profile: Profile) -> str:
    """The places in which the largest person, or the two largest, make too much of the amount, and how many make it."""
    head, where = _head(one, breakdown, both(one.where or "true", of))
    return f"""
        WITH persons AS (
            SELECT {head}, person_id, sum({what}) AS amount FROM {one.table} WHERE {where} GROUP BY ALL),
        largest AS (
            SELECT "group", period, sum(amount) AS whole, max(amount, 2) AS most, count(*) AS people FROM persons
            WHERE amount > 0 GROUP BY ALL)
        SELECT coalesce(CAST("group" AS VARCHAR), ''), period, people FROM largest
        WHERE most[1] > {profile.one} * whole OR list_sum(most) > {profile.two} * whole"""


def _head(one: Measure, breakdown: By, where: str) -> tuple[str, str]:
    """The expressions of group and period, and the condition that both are known."""
    if breakdown.column:
        where = both(where, f"{breakdown.column} IS NOT NULL")
    if breakdown.period:
        where = both(where, f"{one.time} IS NOT NULL")
    return ", ".join(breakdown.columns(one.time)), where
