"""Imported by the process that workers are forked from: one small walk, so that the loops are loaded once for all."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from personshaped.journeys.walk import walk
from personshaped.settings import Settings
from personshaped.tables import CANONICAL, DERIVED

_SCHEMA = pa.unify_schemas([CANONICAL["interactions"].schema, DERIVED["interactions"].schema])
_ROWS = [
    {
        "interaction_id": activity, "person_id": "A", "ref_key": "A", "agency": "housing", "contact_id": activity,
        "activity": activity, "started_at": datetime(2024, 1, day), "issue": "roof", "words": "The roof leaks.",
        "initiated_by": "person", "date_precision": "minute",
    }
    for day, activity in enumerate(("demand", "refer", "do"), start=1)
]  # fmt: skip

walk(pa.Table.from_pylist(_ROWS, _SCHEMA), None, {}, Settings(date(2024, 1, 1), date(2025, 1, 1), window_declared=True))
