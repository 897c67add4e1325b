"""`persons`: one row per person."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from personshaped.journeys.classify import FAILURE
from personshaped.journeys.story import Story, count, distinct, first_row, last_row, take, total
from personshaped.tables import DERIVED


def persons(story: Story, needs: pa.Table, cycles: pa.Table, episodes: pa.Table) -> pa.Table:
    """Everyone with a row in the window (DERIVED["persons"]); counts are of the window."""
    rows = story.rows
    who = rows.person
    n = int(who.max(initial=-1)) + 1
    inside = story.live_in_window
    anyone = first_row(who, n, np.ones(rows.n, bool))
    ids = take(rows.table["person_id"], anyone)
    failure = np.zeros(rows.n, bool)
    failure[story.asks[story.classified.type == FAILURE]] = True
    asks = story.counted & inside
    has_area = rows.table["area"].is_valid().to_numpy()
    own_contact = count(who, n, inside & (rows.contact < 0))
    made = {
        "person_id": ids,
        "household_id": take(rows.table["household_id"], anyone),
        "area": take(rows.table["area"], last_row(who, n, has_area)),
        "first_seen": take(rows.table["started_at"], first_row(who, n, inside & rows.dated)),
        "last_seen": take(rows.table["started_at"], last_row(who, n, inside & rows.dated)),
        "history_from": take(rows.table["started_at"], first_row(who, n, rows.live)),
        "interactions": pa.array(count(who, n, inside)),
        "contacts": pa.array(distinct(who, n, rows.contact, inside) + own_contact),
        "demands": pa.array(count(who, n, asks)),
        "failure_demands": pa.array(count(who, n, failure)),
        "needs": _per_person(needs.filter(needs["in_cohort"]), ids),
        "cycles": _per_person(cycles.filter(cycles["counts"]), ids),
        "episodes": _per_person(episodes.filter(pa.compute.equal(episodes["kind"], "system")), ids),
        "agencies": pa.array(distinct(who, n, rows.agency.codes, inside)),
        "demand_agencies": pa.array(distinct(who, n, rows.agency.codes, asks)),
        "minutes": total(who, n, rows.minutes, inside),
        "cost": total(who, n, rows.price, inside),
        "staff": pa.array(distinct(who, n, rows.staff, inside)),
    }
    table = pa.table([made[name] for name in DERIVED["persons"].names], schema=DERIVED["persons"].schema)
    return table.filter(pa.array(count(who, n, inside) > 0))


def _per_person(table: pa.Table, ids: pa.Array) -> pa.Array:
    at = pa.compute.index_in(table["person_id"], value_set=ids).to_numpy()
    return pa.array(np.bincount(at.astype(np.int64), minlength=len(ids)).astype(np.int64))
