"""Which of a line's dates came first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import duckdb
import pyarrow as pa

from personshaped.records.dates import decide, define_macros, shape_query, time_sql
from personshaped.records.draft_samples import Sample

_MOSTLY = 0.97
_FILLED = 0.9


def first_of(sample: Sample, columns: Sequence[str]) -> str:
    """The column whose date is filled on nearly every line and hardly ever after another's; blank where none is."""
    times = _times(sample, columns)
    for column in columns:
        mine = times[column]
        filled = sum(one is not None for one in mine)
        later = sum(
            any(times[other][at] is not None and times[other][at] < one for other in columns)  # type: ignore[operator]
            for at, one in enumerate(mine)
            if one is not None
        )
        if filled >= _FILLED * len(mine) and later <= (1 - _MOSTLY) * filled:
            return column
    return ""


def _times(sample: Sample, columns: Sequence[str]) -> dict[str, list[datetime | None]]:
    """The days of each column's cells, read as a study reads them."""
    found: dict[str, list[datetime | None]] = {}
    with closing(duckdb.connect()) as con:
        for macro in define_macros(personal=True):
            con.execute(macro)
        for column in columns:
            con.register("cells", pa.table({"t": [cell or None for cell in sample.cells(column)]}))
            form = decide(*(con.execute(shape_query("t", "cells")).fetchone() or (0, 0, 0, None, None, 0, 0)))
            day = f"date_trunc('day', {time_sql('t', form)})"
            found[column] = [one for (one,) in con.execute(f"SELECT {day} FROM cells").fetchall()]
            con.unregister("cells")
    return found
