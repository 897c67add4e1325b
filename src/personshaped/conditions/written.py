"""What people wrote down about why it goes like this: conditions with the thinking behind them, and two voices.

Steps 5 and 6 of Check. Nothing here is worked out: a condition is somebody's finding, and says whose.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Condition:
    """One system condition as last written: `what_happens` are names of figures, `evidence` ids of interactions."""

    condition_id: str
    what_happens: tuple[str, ...]
    condition: str
    kind: str
    whose: str
    law_or_policy: str
    thinking: str
    evidence: tuple[str, ...]
    by: str
    on: str


@dataclass(frozen=True)
class Voice:
    """What somebody said it is like: `whose` is need_help or work_here, `said_by` a role."""

    whose: str
    words: str
    said_by: str
    on: str
    source: str


@dataclass(frozen=True)
class Method:
    """A change of method that somebody recorded: what the work is done by from then on."""

    at: str
    text: str
    agency: str


# A later line with the same id replaces the earlier one; the place of the first stays.
_WRITTEN = r"""
WITH lines AS (
    SELECT *, TRY_CAST(regexp_extract(source, ':(\d+)$', 1) AS INTEGER) AS line FROM conditions),
latest AS (
    SELECT *, min(line) OVER (PARTITION BY condition_id) AS place FROM lines
    QUALIFY row_number() OVER (PARTITION BY condition_id ORDER BY line DESC NULLS LAST, "on" DESC, source DESC) = 1)
SELECT condition_id, coalesce(what_happens, ''), condition, coalesce(kind, ''), coalesce(whose, ''),
       coalesce(law_or_policy, ''), coalesce(thinking, ''), coalesce(evidence, ''), "by", "on"::VARCHAR
FROM latest WHERE withdrawn IS DISTINCT FROM true
ORDER BY place, condition_id"""


def conditions(con: duckdb.DuckDBPyConnection) -> tuple[Condition, ...]:
    """Every condition that stands, in the order they were first written."""
    return tuple(
        Condition(name, _listed(happens), text, kind, whose, law, thinking, _listed(evidence), by, on)
        for name, happens, text, kind, whose, law, thinking, evidence, by, on in con.execute(_WRITTEN).fetchall()
    )


def voices(con: duckdb.DuckDBPyConnection) -> tuple[tuple[Voice, ...], int]:
    """The voices that may be shown, by date, and how many may not (no consent)."""
    rows = con.execute(
        """SELECT whose, words, coalesce(said_by, ''), coalesce("on"::VARCHAR, ''), coalesce(source, ''), consent
        FROM voices ORDER BY "on" NULLS LAST, source, words"""
    ).fetchall()
    return tuple(Voice(*row[:5]) for row in rows if row[5]), sum(not row[5] for row in rows)


def methods(con: duckdb.DuckDBPyConnection) -> tuple[Method, ...]:
    """Changes of method for everybody, not one person's start in a new way, by date."""
    rows = con.execute(
        """SELECT "at"::VARCHAR, text, coalesce(agency, '') FROM changes
        WHERE kind = 'method' AND person_id IS NULL ORDER BY ALL"""
    ).fetchall()
    return tuple(Method(*row) for row in rows)


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in cell.split(";") if one.strip()))
