"""`referrals`: each referral once, sent and received (R1.2)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from personshaped.journeys.story import Story, take
from personshaped.tables import DERIVED


def referrals(story: Story) -> pa.Table:
    """Every refer row with its receipt, then every row by another agency that answers no refer row."""
    rows, found = story.rows, story.referrals
    sent = np.flatnonzero(found.sent)
    unseen = np.flatnonzero(story.kinds.referral_in & rows.live & (found.of_referral < 0))
    out = np.concatenate((sent, np.full(len(unseen), -1)))
    received = np.concatenate((found.received_at[sent], unseen))
    at = np.where(out >= 0, out, received)
    to_agency = take(rows.table["agency"], received)
    named = take(rows.table["referred_to"], out)
    source = take(rows.table["agency"], out)
    blamed = rows.caused_by.text(np.where(out >= 0, -1, rows.caused_by.codes[received]))
    made = {
        "person_id": take(rows.table["person_id"], at),
        "need_id": take(story.need_ids, story.needs.of_row[at]),
        "from_agency": pa.compute.coalesce(source, blamed),
        "to_agency": pa.compute.coalesce(to_agency, named),
        "sent_at": take(rows.table["started_at"], out),
        "received_at": take(rows.table["started_at"], received),
        "sent_id": take(rows.table["interaction_id"], out),
        "received_id": take(rows.table["interaction_id"], received),
        "in_window": pa.array(rows.in_window[at]),
    }
    return pa.table([made[name] for name in DERIVED["referrals"].names], schema=DERIVED["referrals"].schema)
