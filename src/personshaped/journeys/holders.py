"""R8, attribution: after contact with which agency a failure demand arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.journeys.cycles import Cycles
from personshaped.journeys.rows import BLANK, OUTCOME, Ints, Rows

UNSEEN = -1
_MET = OUTCOME["need_met"]


@dataclass(frozen=True)
class Holders:
    """For each row of the need's story, the agency code: last holder, first holder, root; -1 = unseen.

    Hand codes come first: `last` and `first` are the row's own `caused_by` agency where it has one (a code of
    `names`, since bodies outside the data can be named too).
    """

    last: Ints
    first: Ints
    root: Ints
    names: list[str]


def holders(rows: Rows, demand: Ints, owner: Ints, cycles: Cycles) -> Holders:
    """Attribution of the rows listed in `demand`; `owner` groups each row with its need, or person × agency.

    *Last holder*: the agency of the latest earlier row on the need whose cycle did not end met before the demand,
    pending cycles included. *First*: of the need's first row. *Root*: the first caused_by met walking back.
    """
    names = list(rows.agency.labels)
    place = {name: code for code, name in enumerate(names)}
    for name in rows.caused_by.labels:
        if name not in place:
            place[name] = len(names)
            names.append(name)
    caused = np.array([*(place[name] for name in rows.caused_by.labels), BLANK])[rows.caused_by.codes]
    before = _before(rows, owner)
    met_at = np.full(cycles.n + 1, np.iinfo(np.int64).max)
    met_at[:-1][cycles.ended == _MET] = cycles.last_row[cycles.ended == _MET]
    last, first, root = (np.full(len(demand), -1, np.int64) for _ in range(3))
    _walk_back(last, first, root, demand, before, rows.agency.codes, cycles.of_row, met_at, caused)
    own = caused[demand]
    full = [np.full(rows.n, UNSEEN, np.int64) for _ in range(3)]
    for out, found in zip(full, (np.where(own >= 0, own, last), np.where(own >= 0, own, first)), strict=False):
        out[demand] = found
    full[2][demand] = np.where(root >= 0, root, np.where(own >= 0, own, last))
    return Holders(full[0], full[1], full[2], names)


def _before(rows: Rows, owner: Ints) -> Ints:
    before = np.full(rows.n, BLANK, np.int64)
    where = np.flatnonzero(rows.live & (owner >= 0))
    order = where[np.lexsort((where, owner[where]))]
    same = owner[order][1:] == owner[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    return before


@compiled
def _walk_back(
    last: Ints,
    first: Ints,
    root: Ints,
    demand: Ints,
    before: Ints,
    agency: Ints,
    cycle: Ints,
    met_at: Ints,
    caused: Ints,
) -> None:
    for k in range(len(demand)):
        i = demand[k]
        j = before[i]
        while j >= 0:
            c = cycle[j]
            if last[k] < 0 and not (c >= 0 and met_at[c] < i):
                last[k] = agency[j]
            if root[k] < 0 and caused[j] >= 0:
                root[k] = caused[j]
            first[k] = agency[j]
            j = before[j]
