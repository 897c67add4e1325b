"""Which amounts one or two people make most of, asked of the rows that each is added up from (Stat 11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import Place
from personshaped.figures import By, Context, Measure, Ratio, Sum, both, filled


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
                    dominated |= {(one.name, (breakdown.name, str(group), str(period))) for group, period in places}
        except duckdb.Error:  # its rows carry no person
            continue
        checked.add(one.name)
    return Dominance(frozenset(dominated), frozenset(checked))


def _sums(one: Measure) -> list[tuple[str, str]]:
    match one.kind:
        case Sum(what, of):
            return [(what, of)]
        case Ratio(top, bottom, when, of):
            return [(what, condition) for what, condition in ((top, when), (bottom, of)) if what != "1"]
    return []


def _most(one: Measure, breakdown: By, what: str, of: str, profile: Profile) -> str:
    """The places in which the largest person, or the two largest, make too much of the amount."""
    where = both(one.where or "true", of)
    if breakdown.column:
        where = both(where, f"{breakdown.column} IS NOT NULL")
    if breakdown.period:
        where = both(where, f"{one.time} IS NOT NULL")
    head = ", ".join(breakdown.columns(one.time))
    return f"""
        WITH persons AS (
            SELECT {head}, person_id, sum({what}) AS amount FROM {one.table} WHERE {where} GROUP BY ALL),
        largest AS (
            SELECT "group", period, sum(amount) AS whole, max(amount, 2) AS most FROM persons
            WHERE amount > 0 GROUP BY ALL)
        SELECT coalesce("group", ''), coalesce(CAST(period AS VARCHAR), '') FROM largest
        WHERE most[1] > {profile.one} * whole OR list_sum(most) > {profile.two} * whole"""
