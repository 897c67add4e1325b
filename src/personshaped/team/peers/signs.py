"""Early signs of one agency, for that agency's own people first (spec Stat 9): a list of questions, never a number.

The list is made from the study's finished tables by `learning.signals`; of it only one agency's lines ever leave here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
from django.conf import settings

from personshaped.engine.local import open_connection
from personshaped.errors import PersonshapedError
from personshaped.figures import Context, DataAvailability
from personshaped.learning.signals import Signal, early_signs
from personshaped.picture import words
from personshaped.picture.inputs import Method, load
from personshaped.settings import Settings
from personshaped.study.measuring import DERIVED, show_tables
from personshaped.tables import CANONICAL
from personshaped.team.accounts.findings import findings_folder_if_any

RULES = {
    "outside": "one month outside the natural range",
    "shift": "a run of months on one side of the mean",
    "trend": "months that keep moving one way",
    "two of three": "two of three months near a limit",
}


def signs_of(agency: str) -> tuple[Signal, ...] | None:
    """The lines of one agency, oldest first; None where there is no finished study to ask."""
    findings = findings_folder_if_any()
    if findings is None:
        return None
    every = _signs(findings, (findings / "run.json").stat().st_mtime_ns)
    return tuple(one for one in every if one.agency == agency) if every is not None else None


def question(sign: Signal) -> str:
    """The line as a question: what changed on which chart, when, and by which rule."""
    when = words.month(sign.since)
    until = "" if sign.until == sign.since else f" to {words.month(sign.until)}"
    return f"{sign.chart.capitalize()}, {when}{until}: {RULES.get(sign.rule, sign.rule)}. What happened here?"


@lru_cache(maxsize=2)
def _signs(findings: Path, written: int) -> tuple[Signal, ...] | None:
    try:
        study = load(findings)
    except PersonshapedError:
        return None
    start, end = (_day(study.run.settings.get(name)) for name in ("window_start", "window_end"))
    con = open_connection(settings.KEEP / "looking")
    try:
        _lay_methods(con, study.charts.methods)
        show_tables(con, {name: str(study.tables / f"{name}.parquet") for name in DERIVED}, frozenset({"changes"}))
        context = Context(Settings(window_start=start, window_end=end), DataAvailability(frozenset()))
        return early_signs(con, context).signals
    except duckdb.Error:
        return None
    finally:
        con.close()


def _lay_methods(con: duckdb.DuckDBPyConnection, methods: Sequence[Method]) -> None:
    """The changes of method that the study knows: beside a signal they are named, and just after them none is."""
    columns = ", ".join(f'"{column.name}" {column.sql}' for column in CANONICAL["changes"].columns)
    con.execute(f"CREATE TABLE changes ({columns})")
    for one in methods:
        con.execute(
            """INSERT INTO changes ("at", kind, text, agency) VALUES (CAST(? AS DATE), 'method', ?, nullif(?, ''))""",
            [one.at, one.text, one.agency],
        )


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)[:10]) if written else None
