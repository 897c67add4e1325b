"""`episodes`: runs of involvement, with the system and with each agency (R4)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys.episodes import STILL_OPEN
from personshaped.journeys.story import Story, take, words
from personshaped.tables import DERIVED


def episodes(story: Story) -> pa.Table:
    """Episodes that begin in the window (DERIVED["episodes"])."""
    found, rows = story.episodes, story.rows
    person = take(rows.table["person_id"], found.first_row)
    agency = words(rows.agency.labels, found.agency)
    order = np.lexsort((found.first_row, found.agency, found.person))
    same = (np.diff(found.person[order]) == 0) & (np.diff(found.agency[order]) == 0)
    begins = np.concatenate(([True], ~same)) if len(order) else same
    start = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    run = np.empty(len(order), np.int64)
    run[order] = np.arange(len(order)) - start
    ids = pc.binary_join_element_wise(person, pc.fill_null(agency, "system"), pa.array(run + 1).cast(pa.string()), "|")
    made = {
        "episode_id": ids,
        "person_id": person,
        "kind": words(("system", "agency"), (found.agency >= 0).astype(np.int64)),
        "agency": agency,
        "started_at": take(rows.table["started_at"], found.first_row),
        "ended_at": take(rows.table["started_at"], np.where(found.ended == STILL_OPEN, -1, found.last_row)),
        "ended": words(("recorded", "stale", "open"), found.ended),
    }
    table = pa.table([made[name] for name in DERIVED["episodes"].names], schema=DERIVED["episodes"].schema)
    return table.filter(pa.array(rows.in_window[found.first_row]))
