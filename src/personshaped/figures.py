"""What a figure is, and how a measure declares the figures it gives.

A `Figure` is one row of `findings/figures.csv`. A `Measure` is one declaration: from which derived table, what is
counted, out of what, by what. `query` turns it into the one readable SQL statement that is its definition; anyone
can run it over `findings/tables/*.parquet`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Template
from typing import Any

from personshaped.sql import both, counted, distinct, filtered, is_whole, spread_part, taken_apart, total

NOT_A_GOAL = "A condition to study, not a goal."
"""Printed with every figure of a measure marked [M!] (N10)."""
FEW_CARRY = 30
"""Below so many people who carry an amount the interval of its mean is likely too narrow, and says so (0340)."""
CODED_BY = "count(*) FILTER (WHERE basis <> 'hand') AS by_rule, count(*) FILTER (WHERE basis = 'hand') AS by_hand"
"""What a query of the basis `coded` gives besides: how many of its demands rules told apart, and how many people."""
AS_PEOPLE_CODED = re.compile(r"(?:[\d,]+ of [\d,]+|some) as people coded them")
"""What the note of a figure by rule says where people's codes stand in it before the rules' (R2: a hand code wins)."""


def as_people_coded(by_hand: int, all_: int) -> str:
    """`121 of 364 as people coded them`, as `AS_PEOPLE_CODED` finds it."""
    return f"{by_hand:,} of {all_:,} as people coded them"


@dataclass(frozen=True)
class Figure:
    """One figure with what it was made of; `value` is None where it is refused, and `note` says why.

    Shares are fractions 0–1 with the unit `share`. The key is (name, by, group, period, basis).
    """

    name: str
    measure: str
    by: str
    group: str
    period: str
    value: float | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    basis: str = "derived"
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return (self.name, self.by, self.group, self.period, self.basis)

    @property
    def spread_part(self) -> str:
        """Which further figure of a `Spread` it is, as its name ends (`_median`, `_max`); blank for any other."""
        part = _SPREAD_PART.search(self.name)
        return part[0] if part else ""

    @property
    def partly_by_hand(self) -> str:
        """Of a figure by rule `121 of 364 as people coded them`, as its note says; blank where none is."""
        found = AS_PEOPLE_CODED.search(self.note) if self.basis == "rule" else None
        return found[0] if found else ""


_SPREAD_PART = re.compile(r"(_median|_p10|_p90|_max|_share_\d+_or_more)$")


MET_THE_DEAR = 3000
"""Of fewer people than this a mean of pounds says that the dearest may not be among them (0410, 0502)."""


def dear_ones(persons: int) -> str:
    """What to say beside an interval of pounds that so few people make; blank where there are enough."""
    if persons >= MET_THE_DEAR:
        return ""
    return (
        f"From {persons:,} people. A few people may cost far more than the rest: if none of them is here, this and its"
        " limits are too low. Where one in forty costs twenty times as much, limits hold in 84 to 93 of 100, not 95."
    )


@dataclass(frozen=True)
class PersonSums:
    """Sums over persons i of x_i (what is counted) and n_i (out of what): all that a clustered interval needs.

    `most` is the largest |x_i|, for the interval of a mean; 0 where it is not known, as for shares.
    """

    x: float
    n: float
    xx: float
    xn: float
    nn: float
    persons: int
    most: float = 0.0

    @property
    def carrying(self) -> float:
        """How many persons carry x: as many as there would be if all of them carried the same (Kish), 0 for none."""
        return self.x**2 / self.xx if self.xx > 0 else 0.0

    @property
    def alike(self) -> bool:
        """Whether all persons have the same ratio x/n: how persons differ cannot be told from them (0410)."""
        squares = self.xx - 2 * self.x / self.n * self.xn + (self.x / self.n) ** 2 * self.nn
        return squares <= 1e-12 * max(self.xx, (self.x / self.n) ** 2 * self.nn)

    @property
    def caution(self) -> str:
        """What to say beside an interval where few persons carry x; blank where there are enough, or none at all."""
        if not 0 < self.carrying < FEW_CARRY:
            return ""
        return f"Carried by some {self.carrying:.0f} people: the interval may be too narrow."


Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Intervals:
    """The 95% intervals of shares of rows and of minutes or pounds, and of means, whose rows cluster by person."""

    share: Callable[[PersonSums], Interval]
    share_of_amount: Callable[[PersonSums], Interval]
    mean: Callable[[PersonSums], Interval]
    mean_of_counts: Callable[[PersonSums], Interval]


# --- by what -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class By:
    """A breakdown: `name` as printed, `column` the SQL that gives the group, `period` is blank, `month`, `quarter`
    or `year`.

    Groups of fewer than `fewest_workers` workers, and those whose number is not known, are not shown (N4).
    """

    name: str = ""
    column: str = ""
    period: str = ""
    fewest_workers: int = 0

    def columns(self, time: str) -> list[str]:
        """The SELECT expressions of group and period."""
        group = self.column or "''"
        period = {
            "": "''",
            "year": f"year({time})",
            "month": f"strftime({time}, '%Y-%m')",
            "quarter": f"strftime({time}, '%Y') || '-Q' || quarter({time})",
        }[self.period]
        return [f'{group} AS "group"', f"{period} AS period"]


TEAM = "agency || ' ' || service"
"""A team is a service within its agency."""
WHOLE = By()
MONTH = By(period="month")
QUARTER = By(period="quarter")
YEAR = By(period="year")


def by(column: str) -> By:
    """Broken down by one column of the table."""
    return By(column, column)


# --- what is counted -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """Rows for which `when` holds, out of the rows for which `of` holds."""

    when: str
    of: str = "true"


@dataclass(frozen=True)
class Split:
    """Rows of each group out of the rows of all groups together; `of` says which rows take part.

    `each` names a `;` list that is taken apart: a row then stands in every group it lists, and is one row below.
    """

    of: str = "true"
    each: str = ""


@dataclass(frozen=True)
class Count:
    """Rows for which `of` holds."""

    of: str = "true"


@dataclass(frozen=True)
class Distinct:
    """Different values of `what`; blanks are added as one each where `blanks` is `each`, else left out."""

    what: str
    of: str = "true"
    blanks: str = "none"


@dataclass(frozen=True)
class Sum:
    """The total of `what` over the rows for which `of` holds."""

    what: str
    of: str = "true"


@dataclass(frozen=True)
class Ratio:
    """The total of `top` where `when` holds, out of the total of `bottom` where `of` holds; `1` counts rows."""

    top: str
    bottom: str
    when: str = "true"
    of: str = "true"


@dataclass(frozen=True)
class Spread:
    """Mean of `what` with its spread: each suffix gives a further figure (`_median`, `_p10`, `_p90`, `_max`).

    All are divided by `per`, e.g. 365.25 to give years of a column of days.
    """

    what: str
    of: str = "true"
    suffixes: tuple[str, ...] = ("_median", "_p10", "_p90", "_max")
    per: float = 1


@dataclass(frozen=True)
class Query:
    """A SELECT of its own, with any of the columns group, period, value, numerator, denominator, low, high, n, note.

    `reckon` turns its rows into such rows where more than SQL is needed (survival curves). What several figures rest
    on `once` makes of the rows, once; `reckon` is then given that in place of the rows.

    `behind` is a SELECT of person_id, with group and period where they matter: who stands behind each figure, so that
    it is known whether it may be published (Stat 11). A query whose rows count `persons` needs none.
    """

    select: str
    reckon: Callable[[Any, Context], list[dict[str, Any]]] | None = None
    once: Callable[[list[dict[str, Any]]], Any] | None = None
    behind: str = ""


ALL_WHO_ASKED = "SELECT person_id FROM demands"
"""Who stands behind what is reckoned from all demands together."""

Kind = Share | Split | Count | Distinct | Sum | Ratio | Spread | Query


@dataclass(frozen=True)
class Context:
    """What a measure may know besides its rows: thresholds by name, and what the data hold."""

    settings: Any
    have: DataAvailability


# --- what data there are -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DataAvailability:
    """What is recorded anywhere: `interactions.minutes` (a column not blank throughout), `wanted` (a table with rows).

    `population` and `households` are totals over areas, from `area_facts`, latest period each, without the regions
    or the country `around` them. `staff_total` counts the different workers of the window, `staff_by` the same by
    breakdown (`staff_grade`, `team`) and group (N4).
    """

    recorded: frozenset[str]
    population: float | None = None
    households: float | None = None
    around: frozenset[str] = frozenset()
    staff_total: int | None = None
    staff_by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def missing(self, needs: Sequence[str]) -> list[str]:
        """Which of the needed data are missing, in words; `a|b` is satisfied by either.

        `activity=do` needs a row of that activity anywhere in the records, `outcome=nfa` one of that outcome.
        """
        lacking = []
        for need in needs:
            choices = need.split("|")
            if not any(choice in self.recorded for choice in choices):
                lacking.append(" or ".join(dict.fromkeys(_words(choice, choices) for choice in choices)))
        return lacking


def _words(fact: str, choices: Sequence[str]) -> str:
    """What is missing; of several activities or outcomes that would do, all in one."""
    if fact in _FACTS:
        return _FACTS[fact]
    code, is_code, _ = fact.partition("=")
    if is_code:
        values = [value for other, _, value in (one.partition("=") for one in choices) if other == code and value]
        return f"any row of the {code} {' or '.join(values)}"
    table, _, column = fact.partition(".")
    return f"{column} in {table}" if column else f"the table {table}"


_FACTS = {
    "population": "a population (area_facts, measure population)",
    "households": "the number of households (area_facts, measure households)",
    "met": "whether the need was met, in the person's word (need_met, outcome need_met, or the table needs)",
    "classifiable": "demands that can be told value from failure",
    "cost": "costs (cost, or unit_costs)",
    "staff": "staff_id, or people_present",
    "linked": "people who are known at more than one agency",
}


# --- the declaration -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """One measure: `name` is what its figures are called, `answers` the ids of the specification it answers.

    `table` is a derived table, or a SELECT in brackets; `where` keeps some of its rows. `needs` lists the data
    without which it is refused, `wants` those whose absence is noted (`linked`). `basis` is that of its figures,
    `coded` standing for hand where every row is coded by hand, else rule; `also` gives further rows of another basis.
    `never_a_goal` marks what the specification writes [M!].

    `tells_of` says by which rule it is published (Stat 11): `people`, and what they did; `amounts`, of which one person
    may make most (figures in £, and declared sums of pounds or minutes, are that without saying so); `the most`, what
    those few make who make most; `things` that are nobody's (agencies, doors, charts); `kinds` of such things, found
    among as many needs as `n` says.
    """

    name: str
    answers: tuple[str, ...]
    kind: Kind
    unit: str
    source: str
    says: str
    does_not_say: str
    table: str = ""
    where: str = ""
    by: tuple[By, ...] = (WHOLE,)
    chart: str = "table"
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    basis: str = "derived"
    also: tuple[tuple[str, Kind], ...] = ()
    interval: str = "clustered"
    never_a_goal: bool = False
    time: str = "started_at"
    note: str = ""
    tells_of: str = "people"

    @property
    def ids(self) -> str:
        return ";".join(self.answers)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name its figures carry."""
        if isinstance(self.kind, Spread):
            return (self.name, *(self.name + suffix for suffix in self.kind.suffixes))
        return (self.name,)

    @property
    def is_amount(self) -> bool:
        """Whether one person may make most of it."""
        return self.tells_of == "amounts" or bool(self.amounts)

    @property
    def amounts(self) -> tuple[tuple[str, str], ...]:
        """The pounds or minutes that it adds up by a declared sum: the column, and of which rows; none for a query."""
        match self.kind:
            case Sum(what, of):
                parts: tuple[tuple[str, str], ...] = ((what, of),)
            case Ratio(top, bottom, when, of):
                parts = ((top, when), (bottom, of))
            case _:
                parts = ()
        return tuple((what, of) for what, of in parts if what != "1" and not is_whole(what))

    def query(self, breakdown: By | None = None) -> str:
        """The definition as SQL over `findings/tables`, for one breakdown (the first declared, if not said)."""
        chosen = breakdown or self.by[0]
        if isinstance(self.kind, Query):
            return self.kind.select.strip()
        if isinstance(self.kind, Split):
            return _split_query(self, self.kind, chosen)
        head = [one for one in chosen.columns(self.time) if not one.startswith("''")]
        body = ",\n       ".join([*head, *_values(self.kind)])
        grouped = "\nGROUP BY ALL\nORDER BY ALL" if head else ""
        return f"SELECT {body}\nFROM {self.table}{self._filter(chosen)}{grouped}"

    def _filter(self, chosen: By) -> str:
        conditions = [self.where] if self.where else []
        if chosen.column:
            conditions.append(f"{chosen.column} IS NOT NULL")
        if chosen.period:
            conditions.append(f"{self.time} IS NOT NULL")
        return f"\nWHERE {' AND '.join(conditions)}" if conditions else ""


def _values(kind: Kind) -> list[str]:
    match kind:
        case Share(when, of):
            return [
                f"{counted(both(of, when))} AS numerator",
                f"{counted(of)} AS denominator",
                "numerator / nullif(denominator, 0) AS value",
            ]
        case Count(of):
            return [f"{counted(of)} AS value"]
        case Distinct(what, of, blanks):
            return [f"{distinct(what, of, blanks)} AS value"]
        case Sum(what, of):
            return [f"{total(what, of)} AS value"]
        case Ratio(top, bottom, when, of):
            return [
                f"{total(top, when)} AS numerator",
                f"{total(bottom, of)} AS denominator",
                "numerator / nullif(denominator, 0) AS value",
            ]
        case Spread(what, of, suffixes, per):
            unit = f" / {per}" if per != 1 else ""
            mean = f"avg({what}){filtered(of)}{unit} AS value"
            return [mean, *(f"{spread_part(part, what, of)}{unit} AS value{part}" for part in suffixes)]
    raise TypeError(f"no readable query for {kind!r}")


def _split_query(measure: Measure, kind: Split, chosen: By) -> str:
    group = taken_apart(kind.each) if kind.each else chosen.column
    known = both(kind.of, f"{kind.each or chosen.column} IS NOT NULL")
    where = both(known, measure.where or "true")
    return (
        f"SELECT \"group\", '' AS period, count(*) AS numerator, any_value(whole) AS denominator,\n"
        f"       numerator / denominator AS value\n"
        f'FROM (SELECT {group} AS "group" FROM {measure.table} WHERE {where}),\n'
        f"     (SELECT count(*) AS whole FROM {measure.table} WHERE {where})\n"
        f"GROUP BY ALL\nORDER BY ALL"
    )


def _date(day: date | None) -> str:
    """A date as SQL; NULL where no row has a date and so no window is known."""
    return f"DATE '{day}'" if day else "CAST(NULL AS DATE)"


def filled(sql: str, context: Context) -> str:
    """A query with `$start`, `$end` (the cut), `$population` and the like as the study has them."""
    settings = context.settings
    return Template(sql).safe_substitute(
        start=_date(settings.window_start),
        end=_date(settings.window_end),
        horizon=str(settings.horizon),
        stale=str(settings.stale),
        handover=str(settings.handover),
        look_back=str(settings.look_back),
        population=_number(context.have.population),
        households=_number(context.have.households),
    )


def _number(value: float | None) -> str:
    return "NULL" if value is None else repr(value)
