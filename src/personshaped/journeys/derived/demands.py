"""`demands`: one row per counted person-side demand of the window."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from personshaped.journeys.classify import FAILURE, KINDS, RULES, TYPES, UNCLASSIFIABLE
from personshaped.journeys.rows import OUTCOME, Flags, Ints
from personshaped.journeys.story import Story, first_row, position, take, words
from personshaped.tables import DERIVED

_AS_RECORDED = (
    "interaction_id", "contact_id", "person_id", "household_id", "agency", "service", "front_door", "channel",
    "area", "design", "issue", "started_at", "date_precision", "price", "minutes",
)  # fmt: skip


def demands(story: Story) -> pa.Table:
    """One row per demand (DERIVED["demands"])."""
    at, said = story.asks, story.classified
    failed = said.type == FAILURE
    need = story.needs.of_row[at]
    opening = first_row(story.needs.of_row, story.needs.n, story.counted)
    cycle = story.cycles.of_row[at]
    ends = np.append(story.cycles.ended, -9)[cycle]
    begun_by = np.append(story.cycles.first_row, -1)[cycle]
    made = {name: take(story.rows.table[name], at) for name in _AS_RECORDED} | {
        "caused_by": story.rows.caused_by.text(story.rows.caused_by.codes[at]),
        "position": pa.array(position(story.rows.person)[at]),
        "need_id": take(story.need_ids, need),
        "cycle_id": take(story.cycle_ids, cycle),
        "demand_type": words(TYPES, said.type),
        "failure_kind": words(KINDS, np.where(failed, said.kind, -1)),
        "wrong_door": pa.array(said.wrong_door & failed),
        "rule": words(RULES, said.rule),
        "basis": words(("rule", "hand"), said.hand.astype(np.int64)),
        "rule_type": words(TYPES, said.rule_type),
        "rule_kind": words(KINDS, said.rule_kind),
        "after_agency": _after(story, story.holders.last, failed),
        "after_first": _after(story, story.holders.first, failed),
        "after_root": _after(story, story.holders.root, failed),
        "known_system": pa.array(story.known.system[at]),
        "known_agency": pa.array(story.known.agency[at]),
        "known_unlinked": pa.array(story.known.unlinked[at]),
        "known_ever": pa.array(story.known.ever[at]),
        "classifiable": pa.array(said.type != UNCLASSIFIABLE),
        "first_of_need": pa.array((need >= 0) & (np.append(opening, -1)[need] == at)),
        "outcome_signposted": pa.array(np.isin(ends, [OUTCOME["advice_only"], OUTCOME["signposted"]])),
        "prolongs_cycle": pa.array((cycle >= 0) & (begun_by != at)),
    }
    schema = DERIVED["demands"].schema
    return pa.table([made[name].cast(schema.field(name).type) for name in schema.names], schema=schema)


def _after(story: Story, holder: Ints, failed: Flags) -> pa.Array:
    """The agency's name, `unseen` where no holder is visible; blank for demand that is not failure."""
    names = [*story.holders.names, "unseen"]
    codes = holder[story.asks]
    return words(names, np.where(failed, np.where(codes >= 0, codes, len(names) - 1), -1))
