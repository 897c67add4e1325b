"""R1.2: what one agency sends and what the other records of it are one referral; some are lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.journeys.cycles import Cycles
from personshaped.journeys.demands import Kinds
from personshaped.journeys.rows import ACTIVITY, BLANK, Flags, Ints, Rows
from personshaped.settings import Settings


@dataclass(frozen=True)
class Referrals:
    """`received_at[i]` is the row that records referral row i (-1 lost); `of_referral` the reverse.

    `receives` marks every row that may record one: a row by another agency, or a cycle's first row that is no
    person-side demand.
    """

    sent: Flags
    received_at: Ints
    of_referral: Ints
    receives: Flags


def referrals(rows: Rows, kinds: Kinds, cycles: Cycles, settings: Settings) -> Referrals:
    """Each refer row with the earliest free row that records it there, within `handover` days, earliest first."""
    sent = (rows.activity == ACTIVITY["refer"]) & rows.live
    begins = np.zeros(rows.n, bool)
    begins[cycles.first_row] = True
    receives = rows.live & (kinds.referral_in | (begins & ~kinds.demand))
    place = {name: code for code, name in enumerate(rows.agency.labels)}
    unseen = len(place)
    sent_to = np.array([*(place.get(name, unseen) for name in rows.referred_to.labels), BLANK])
    received_at, of_referral = np.full(rows.n, -1, np.int64), np.full(rows.n, -1, np.int64)
    _match(
        received_at,
        of_referral,
        rows.person,
        rows.day,
        rows.agency.codes,
        sent,
        sent_to[rows.referred_to.codes],
        receives,
        settings.handover,
    )
    return Referrals(sent, received_at, of_referral, receives)


@compiled
def _match(
    received_at: Ints,
    of_referral: Ints,
    person: Ints,
    day: Ints,
    agency: Ints,
    sent: Flags,
    sent_to: Ints,
    receives: Flags,
    handover: int,
) -> None:
    n = len(person)
    for i in range(n):
        if not sent[i]:
            continue
        for j in range(i + 1, n):
            if person[j] != person[i] or day[j] - day[i] > handover:
                break
            there = agency[j] == sent_to[i] or (sent_to[i] == -1 and agency[j] != agency[i])
            if receives[j] and of_referral[j] < 0 and there:
                received_at[i] = j
                of_referral[j] = i
                break
