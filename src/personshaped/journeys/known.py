"""M020, M021: whether the person was already known when they asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.journeys.needs import previous
from personshaped.journeys.rows import BLANK, Flags, Ints, Rows
from personshaped.settings import Settings


@dataclass(frozen=True)
class Known:
    """For each asked-about row: an earlier row, strictly before and in another contact, within look_back."""

    system: Flags
    agency: Flags
    unlinked: Flags
    ever: Flags


def known(rows: Rows, where: Flags, settings: Settings) -> Known:
    """Which rows of `where` have an earlier row of the person: anywhere, at the agency, by its own reference."""
    anywhere = previous(rows, np.zeros(rows.n, np.int64))
    contact = np.where(rows.contact >= 0, rows.contact, BLANK)
    wanted = where & rows.live

    def earlier(before: Ints, look_back: int) -> Flags:
        found = np.zeros(rows.n, bool)
        _earlier(found, rows.time, rows.day, contact, before, wanted, look_back)
        return found

    return Known(
        system=earlier(anywhere, settings.look_back),
        agency=earlier(previous(rows, rows.agency.codes), settings.look_back),
        unlinked=earlier(previous(rows, rows.ref), settings.look_back),
        ever=earlier(anywhere, np.iinfo(np.int64).max),
    )


@compiled
def _earlier(found: Flags, time: Ints, day: Ints, contact: Ints, before: Ints, wanted: Flags, look_back: int) -> None:
    for i in range(len(found)):
        if not wanted[i]:
            continue
        j = before[i]
        while j >= 0 and day[i] - day[j] <= look_back:
            if time[j] < time[i] and (contact[j] < 0 or contact[j] != contact[i]):
                found[i] = True
                break
            j = before[j]
