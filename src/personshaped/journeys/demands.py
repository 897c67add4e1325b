"""R1: which rows are demands, which are referrals in, which are activities, and which are echoes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from personshaped.journeys.rows import ACTIVITY, OTHER_AGENCY, PERSON_SIDE_CODES, Flags, Ints, Rows, coded
from personshaped.journeys.words import echo_key


@dataclass(frozen=True)
class Kinds:
    """One entry per row; a row may be both a referral in and an activity (R1.2: an assessment begun by another)."""

    demand: Flags
    referral_in: Flags
    activity: Flags
    echo: Flags


def kinds(rows: Rows) -> Kinds:
    """Kinds of every row by R1."""
    asks = rows.activity == ACTIVITY["demand"]
    blank = rows.activity < 0
    person_side = np.isin(rows.initiated, PERSON_SIDE_CODES)
    by_other = rows.initiated == OTHER_AGENCY
    demand = (asks & (person_side | (rows.initiated < 0))) | (blank & person_side)
    return Kinds(
        demand=demand,
        referral_in=by_other,
        activity=~demand & ~(asks & by_other),
        echo=_echoes(rows, demand),
    )


def _echoes(rows: Rows, demand: Flags) -> Flags:
    """Later demands with the same words on the same day at the same agency, for the same need_id and issues."""
    echo = np.zeros(rows.n, bool)
    where = np.flatnonzero(demand & rows.live & rows.fine)
    if not len(where):
        return echo
    words = coded(echo_key(rows.table["words"].take(pa.array(where)).combine_chunks())).codes
    where, words = where[words >= 0], words[words >= 0]
    keys = np.stack(
        [
            rows.person[where], rows.agency.codes[where], rows.day[where], words,
            rows.recorded_need.codes[where], _issue_sets(rows)[where],
        ]
    )  # fmt: skip
    order = np.lexsort(keys[::-1])
    same = (keys[:, order][:, 1:] == keys[:, order][:, :-1]).all(axis=0)
    echo[where[order[1:][same]]] = True
    return echo


def _issue_sets(rows: Rows) -> Ints:
    """Issue lists that hold the same issues get the same code, whatever their order in the cell."""
    sets: dict[tuple[str, ...], int] = {}
    codes = [
        sets.setdefault(tuple(sorted({part.strip() for part in cell.split(";") if part.strip()})), len(sets))
        for cell in rows.issue_text.labels
    ]
    return np.array([*codes, -1])[rows.issue_text.codes]


def shared(rows: Rows, demand: Flags, need: Ints) -> Flags:
    """Demands that are the second row of one contact, on one day, for one need, at another agency (section 11)."""
    second = np.zeros(rows.n, bool)
    where = np.flatnonzero(demand & rows.live & rows.fine & (rows.contact >= 0) & (need >= 0))
    if len(where) < 2:
        return second
    keys = np.stack([rows.contact[where], rows.day[where], need[where]])
    order = np.lexsort((where, *keys[::-1]))
    same = (keys[:, order][:, 1:] == keys[:, order][:, :-1]).all(axis=0)
    first = where[order[0]]
    for at, joined in zip(where[order[1:]], same, strict=True):
        if not joined:
            first = at
        elif rows.agency.codes[at] != rows.agency.codes[first]:
            second[at] = True
    return second
