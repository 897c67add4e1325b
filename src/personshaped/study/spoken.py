"""What can be coded: the demands of finished findings that carry words, and what had happened before each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import estimates
from personshaped.demand.coding.estimates import Population
from personshaped.demand.coding.queue import Demands
from personshaped.errors import InputError
from personshaped.picture import words
from personshaped.sql import literal

_BEFORE = 8  # lines of history shown
_PAPERWORK = frozenset({"record", "report", "review", "approve", "meeting"})

_DEMANDS = """
SELECT d.interaction_id, d.person_id, d.agency, coalesce(strftime(d.started_at, '%Y-%m'), '') AS month, w.words,
       d.basis = 'hand' AS by_hand, d.demand_type
FROM {demands} AS d JOIN {interactions} AS w USING (interaction_id)
ORDER BY d.interaction_id"""

_HISTORY = """
WITH walked AS (
    SELECT interaction_id,
           count(*) FILTER (WHERE counts_as_demand) OVER need AS asked_before,
           date_diff('day', lag(started_at) OVER person, started_at) AS days_since,
           count(*) OVER need AS rows_before
    FROM {interactions}
    WINDOW person AS (PARTITION BY person_id ORDER BY position),
           need AS (PARTITION BY person_id, need_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
SELECT d.interaction_id, coalesce(w.asked_before, 0), coalesce(w.days_since, 400), coalesce(w.rows_before, 0),
       CASE WHEN d.prolongs_cycle THEN 1 ELSE 0 END
FROM {demands} AS d JOIN walked AS w USING (interaction_id)
ORDER BY d.interaction_id"""


_PERSON = """
FROM {interactions}
SELECT interaction_id, coalesce(strftime(started_at, '%-d %B %Y'), 'no date'), agency, activity, outcome, words
WHERE person_id = {person}
ORDER BY position"""


@dataclass(frozen=True)
class Held:
    """The demands of finished findings that can be coded."""

    demands: Demands
    words: Sequence[str]
    persons: Sequence[str]
    agencies: Sequence[str]
    population: Population
    con: duckdb.DuckDBPyConnection
    tables: Path

    @cached_property
    def history(self) -> np.ndarray:
        """n × 4, as `suggestions.HISTORY`; it takes longer to read than all else, and only the machine goes by it."""
        rows = self.con.execute(_HISTORY.format(**_named(self.tables))).fetchall()
        return np.array([row[1:] for row in rows if row[0] in self.demands.place], dtype=np.float64)

    def before(self, place: int) -> tuple[tuple[str, ...], str]:
        """What had happened to that person before, in a few lines, oldest first; and the day of the demand itself."""
        rows = self._up_to(place)
        return tuple(_folded(rows[:-1])[-_BEFORE:]), rows[-1][1]

    def before_undated(self, place: int) -> tuple[str, ...]:
        """The same lines, blind to date."""
        return tuple(_folded([(row[0], "", *row[2:]) for row in self._up_to(place)[:-1]])[-_BEFORE:])

    def _up_to(self, place: int) -> list[tuple[Any, ...]]:
        """The person's rows up to this demand, which is the last of them."""
        rows = self.con.execute(
            _PERSON.format(
                interactions=literal(self.tables / "interactions.parquet"), person=literal(self.persons[place])
            )
        ).fetchall()
        return rows[: 1 + next(i for i, row in enumerate(rows) if row[0] == self.demands.ids[place])]


def _folded(rows: list[tuple[Any, ...]]) -> list[str]:
    """A line for each row; the agency's own paperwork in a row is one line."""
    lines: list[str] = []
    for (when, agency, paper), group in groupby(rows, key=lambda row: (row[1], row[2], row[3] in _PAPERWORK)):
        several = list(group)
        where = ", ".join(filter(None, (when, words.agency(agency))))
        if paper:
            lines.append(f"{where}: written up" + (f", {len(several)} times" if len(several) > 1 else ""))
            continue
        for _, _, _, activity, outcome, said in several:
            done = words.ACTIVITY.get(activity, activity)
            came = f", {words.OUTCOME.get(outcome, outcome)}" if outcome else ""
            lines.append(f"{where}: {done}{came}" + (f" ‘{said}’" if said else ""))
    return lines


def hold(findings: Path, decisions: Path, con: duckdb.DuckDBPyConnection) -> Held:
    """Reads the demands with words. Raises InputError where no study is finished, or nobody's words were recorded."""
    tables = findings / "tables"
    if not (tables / "demands.parquet").is_file():
        raise InputError("no finished study", file=str(findings), expected="`personshaped study` first")
    rows = con.execute(_DEMANDS.format(**_named(tables))).fetchall()
    ours = {one.interaction_id for one in kept.read(decisions, {row[0] for row in rows})}
    given = [row for row in rows if row[5] and row[0] not in ours]  # coded by hand with the records
    open_ = [row for row in rows if not (row[5] and row[0] not in ours)]
    spoken = [row for row in open_ if row[4]]
    if not spoken:
        raise InputError("no demand carries the person's words", file="interactions, words",
                         expected="a source with what people said, or a tally at the front door")  # fmt: skip
    numbers = {person: i for i, person in enumerate(sorted({row[1] for row in spoken}))}
    told = [row for row in given if row[6] in estimates.TELLS]
    population = Population(
        person=np.array([numbers[row[1]] for row in spoken]),
        agency=[row[2] for row in spoken],
        month=[row[3] for row in spoken],
        already=(len(told), sum(1 for row in told if row[6] == estimates.FAILS)),
        silent=len(open_) - len(spoken),
    )
    return Held(
        Demands.of([row[0] for row in spoken]), [row[4] for row in spoken], [row[1] for row in spoken],
        population.agency, population, con, tables,
    )  # fmt: skip


def _named(tables: Path) -> dict[str, str]:
    return {one: literal(tables / f"{one}.parquet") for one in ("interactions", "demands")}
