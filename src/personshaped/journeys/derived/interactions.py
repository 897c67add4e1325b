"""`interactions`: every row as it came, with what the rules say of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from personshaped.journeys.cycles import LETTERS
from personshaped.journeys.story import Story, position, take, words
from personshaped.tables import DERIVED

_KINDS = ("demand", "referral_in", "activity")


def interactions(story: Story) -> pa.Table:
    """One row per interaction, in the person's order (DERIVED["interactions"])."""
    rows, kinds = story.rows, story.kinds
    kind = np.select([kinds.demand, kinds.referral_in], [0, 1], 2)
    made = {
        "recorded_need_id": rows.table["need_id"],
        "need_id": take(story.need_ids, story.needs.of_row),
        "position": pa.array(position(rows.person)),
        "in_window": pa.array(story.live_in_window),
        "kind": words(_KINDS, kind),
        "counts_as_demand": pa.array(story.counted),
        "is_activity": pa.array(kinds.activity),
        "echo": pa.array(kinds.echo),
        "cycle_id": take(story.cycle_ids, story.cycles.of_row),
        "letter": words(list(LETTERS), np.where(story.cycles.of_row >= 0, story.cycles.letter, -1)),
    }
    schema = DERIVED["interactions"].schema
    columns = [made[name] if name in made else rows.table[name] for name in schema.names]
    return pa.table([_as(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)


def _as(column: pa.Array | pa.ChunkedArray, type_: pa.DataType) -> pa.Array | pa.ChunkedArray:
    return column if column.type == type_ else column.cast(type_)
