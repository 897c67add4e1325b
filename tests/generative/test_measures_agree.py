"""Figures of the study against the same figures in plain loops, on rolled logs."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from generative.generator import Log, rolled
from generative.log import as_table, needs_table, plain
from generative.naive_measures import Key, figures
from generative.naive_tables import derive
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import Figure
from personshaped.journeys import walk
from personshaped.statistics.clustered import INTERVALS
from spec.measured import DERIVED, REGISTER, filled

TOLERANCE = 1e-9


def studied(log: Log) -> dict[Key, Figure]:
    """The study's figures of a log; of two with one key the headline, which comes first."""
    rows, needs = as_table(log.rows), needs_table(log.needs) if log.needs else None
    walked = walk(rows, needs, log.starts, log.settings)
    con = duckdb.connect()
    for name in DERIVED:
        con.register(f"arrow_{name}", getattr(walked, name))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    have = available(con, filled(rows, needs), None)
    found: dict[Key, Figure] = {}
    for one in measure(con, REGISTER, log.settings, have, INTERVALS):
        found.setdefault((one.name, one.by, one.group, one.period), one)
    con.close()
    return found


def differences(log: Log) -> list[tuple[Any, ...]]:
    """(key, naive answer, the study's) for each figure that both have and that differs."""
    theirs = studied(log)
    ours = figures(derive(log.rows, log.needs, log.starts, plain(log.settings)), plain(log.settings))
    found: list[tuple[Any, ...]] = []
    for key, (value, top, bottom) in ours.items():
        other = theirs.get(key)
        if other is None or other.value is None:
            continue
        if not close(value, other.value) or (top is not None and (not close(top, other.numerator) or not close(bottom, other.denominator))):
            found.append((key, (value, top, bottom), (other.value, other.numerator, other.denominator)))
    return found


def close(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= TOLERANCE * max(1, abs(one))


@pytest.mark.parametrize("seed", range(12))
def test_figures_agree(seed: int) -> None:
    assert differences(rolled(seed)) == []
