"""R4: episodes of involvement, with one agency and with the whole system; exits and re-entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np

from personshaped.journeys.cycles import OPEN, STALE, Cycles, R
from personshaped.journeys.rows import BLANK, OUTCOME, Ints, Rows, day_number
from personshaped.settings import Settings

RECORDED, WENT_STALE, STILL_OPEN = range(3)
_BREAKING = [OUTCOME[name] for name in ("screened_out", "nfa", "closed", "need_met")]


@dataclass(frozen=True)
class Episodes:
    """One entry per episode: `agency` is -1 for the system; `last_row` its last row; `ended` RECORDED, WENT_STALE
    or STILL_OPEN."""

    person: Ints
    agency: Ints
    first_row: Ints
    last_row: Ints
    ended: Ints


def episodes(rows: Rows, cycles: Cycles, settings: Settings) -> Episodes:
    """System episodes of every person, then their agency episodes, each in order of beginning."""
    system = _system_episodes(rows, cycles, settings)
    agency = _agency_episodes(rows, cycles, settings)
    return Episodes(*(np.concatenate(pair) for pair in zip(system, agency, strict=True)))


def _agency_episodes(rows: Rows, cycles: Cycles, settings: Settings) -> tuple[Ints, ...]:
    """Runs of cycles at one agency: the next starts within `stale` of the last end, which was no closing end."""
    order = np.lexsort((cycles.first_row, rows.agency.codes[cycles.first_row], rows.person[cycles.first_row]))
    first, last, ended = cycles.first_row[order], cycles.last_row[order], cycles.ended[order]
    person, agency = rows.person[first], rows.agency.codes[first]
    starts = _runs(person, agency, rows.day[first], rows.day[last], np.isin(ended, _BREAKING), settings.stale)
    run = np.cumsum(starts) - 1
    n = int(run[-1]) + 1 if len(run) else 0
    furthest = np.full(n, BLANK, np.int64)
    np.maximum.at(furthest, run, last)
    state = np.full(n, RECORDED)
    at_end = last == furthest[run]
    state[run[at_end & (ended == STALE)]] = WENT_STALE
    state[run[ended == OPEN]] = STILL_OPEN
    return person[starts], agency[starts], first[starts], furthest, state


@numba.njit(cache=True)
def _runs(person, agency, start, end, breaking, stale):  # type: ignore[no-untyped-def]  # pragma: no cover
    n = len(person)
    starts = np.ones(n, np.bool_)
    for k in range(1, n):
        if person[k] == person[k - 1] and agency[k] == agency[k - 1]:
            starts[k] = breaking[k - 1] or start[k] - end[k - 1] > stale
    return starts


class _Facts(NamedTuple):
    person: Any
    day: Any
    agency: Any
    cycle: Any
    enters: Any  # rows that belong to a cycle and are no late close
    is_refer: Any
    sent_to: Any  # agency code, -1 = any other
    cycle_last: Any
    cycle_ended: Any
    live: Any
    stale: int
    handover: int


def _system_episodes(rows: Rows, cycles: Cycles, settings: Settings) -> tuple[Ints, ...]:
    place = {name: code for code, name in enumerate(rows.agency.labels)}
    unseen = len(place)  # referred to an agency that has no rows: nothing there can end the hold
    sent_to = np.array([*(place.get(name, unseen) for name in rows.referred_to.labels), -1])[rows.referred_to.codes]
    facts = _Facts(
        rows.person, rows.day, rows.agency.codes, cycles.of_row,
        (cycles.of_row >= 0) & ~cycles.late, cycles.letter == R, sent_to, cycles.last_row, cycles.ended, rows.live,
        settings.stale, settings.handover,
    )  # fmt: skip
    first, last, kind = _follow(facts, day_number(settings.window_end))
    return rows.person[first], np.full(len(first), BLANK, np.int64), first, last, kind


@numba.njit(cache=True)
def _follow(facts, cut):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    n = len(facts.person)
    first = np.empty(n, np.int64)
    last = np.empty(n, np.int64)
    ended = np.zeros(n, np.int64)
    episodes = 0
    # while in: the cycles not yet ended (their last row so far), and the referrals that hold the person in
    open_cycle = np.empty(n, np.int64)
    open_last = np.empty(n, np.int64)
    held_day = np.empty(n, np.int64)
    held_to = np.empty(n, np.int64)
    held_from = np.empty(n, np.int64)
    opens = 0
    holds = 0
    for i in range(n):
        if i == 0 or facts.person[i] != facts.person[i - 1]:
            if episodes > 0 and i > 0:
                ended[episodes - 1] = _state(facts, open_last, opens, held_day, holds, cut, ended[episodes - 1])
            opens = 0
            holds = 0
        if not facts.live[i]:
            continue
        # those that went stale, and holds that ran out, before this row
        kept = 0
        for k in range(opens):
            if facts.day[i] - facts.day[open_last[k]] <= facts.stale:
                open_cycle[kept] = open_cycle[k]
                open_last[kept] = open_last[k]
                kept += 1
        opens = kept
        kept = 0
        for k in range(holds):
            if facts.day[i] - held_day[k] <= facts.handover:
                held_day[kept], held_to[kept], held_from[kept] = held_day[k], held_to[k], held_from[k]
                kept += 1
        holds = kept
        inside = opens > 0 or holds > 0
        # the first row where they were sent ends the hold
        kept = 0
        for k in range(holds):
            arrived = held_to[k] == facts.agency[i] or (held_to[k] == -1 and held_from[k] != facts.agency[i])
            if not arrived:
                held_day[kept], held_to[kept], held_from[kept] = held_day[k], held_to[k], held_from[k]
                kept += 1
        holds = kept
        if not facts.enters[i]:
            continue
        if not inside:
            first[episodes] = i
            ended[episodes] = 0
            episodes += 1
        last[episodes - 1] = i
        c = facts.cycle[i]
        at = -1
        for k in range(opens):
            if open_cycle[k] == c:
                at = k
        over = facts.cycle_last[c] == i and facts.cycle_ended[c] >= 0
        if over:
            if at >= 0:
                opens -= 1
                open_cycle[at], open_last[at] = open_cycle[opens], open_last[opens]
        elif at >= 0:
            open_last[at] = i
        else:
            open_cycle[opens], open_last[opens] = c, i
            opens += 1
        if facts.is_refer[i]:
            held_day[holds], held_to[holds], held_from[holds] = facts.day[i], facts.sent_to[i], facts.agency[i]
            holds += 1
    if episodes > 0:
        ended[episodes - 1] = _state(facts, open_last, opens, held_day, holds, cut, ended[episodes - 1])
    for e in range(episodes - 1):
        if facts.person[first[e]] == facts.person[first[e + 1]]:
            over = facts.cycle_last[facts.cycle[last[e]]] == last[e] and facts.cycle_ended[facts.cycle[last[e]]] >= 0
            ended[e] = 0 if over else 1
    return first[:episodes], last[:episodes], ended[:episodes]


@numba.njit(cache=True)
def _state(facts, open_last, opens, held_day, holds, cut, before):  # type: ignore[no-untyped-def]  # pragma: no cover
    """How a person's last episode stands at the cut."""
    for k in range(opens):
        if cut - facts.day[open_last[k]] <= facts.stale:
            return 2
    for k in range(holds):
        if cut - held_day[k] <= facts.handover:
            return 2
    return 1 if opens > 0 else before
