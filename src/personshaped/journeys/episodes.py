"""R4: episodes of involvement, with one agency and with the whole system; exits and re-entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.journeys.cycles import OPEN, STALE, Cycles, R
from personshaped.journeys.rows import BLANK, OUTCOME, Flags, Ints, Rows, day_number
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
    starts = np.ones(len(person), bool)
    _runs(starts, person, agency, first, last, rows.day, ended, np.isin(ended, _BREAKING), settings.stale)
    run = np.cumsum(starts) - 1
    n = int(run[-1]) + 1 if len(run) else 0
    furthest = np.full(n, BLANK, np.int64)
    np.maximum.at(furthest, run, last)
    state = np.full(n, RECORDED)
    at_end = last == furthest[run]
    state[run[at_end & (ended == STALE)]] = WENT_STALE
    state[run[ended == OPEN]] = STILL_OPEN
    return person[starts], agency[starts], first[starts], furthest, state


@compiled
def _runs(
    starts: Flags,
    person: Ints,
    agency: Ints,
    first: Ints,
    last: Ints,
    day: Ints,
    ended: Ints,
    breaking: Flags,
    stale: int,
) -> None:
    """Which cycles begin a run: no cycle of the run before is still open, and the last to end closed it or is long ago.

    `ended` is below 0 for cycles without a recorded end: those hold the run until they are stale.
    """
    recorded = -1  # the cycle of this run that ended last, as recorded
    held = -1  # the latest row of a cycle without a recorded end
    running = -1  # the latest row of any cycle
    for k in range(len(starts)):
        if k > 0 and person[k] == person[k - 1] and agency[k] == agency[k - 1]:
            today = day[first[k]]
            open_now = running > first[k] or (held >= 0 and today - day[held] <= stale)
            joined = recorded >= 0 and not breaking[recorded] and today - day[last[recorded]] <= stale
            starts[k] = not open_now and not joined
        if starts[k]:
            recorded, held, running = -1, -1, -1
        if ended[k] < 0:
            held = max(held, last[k])
        elif recorded < 0 or last[k] > last[recorded]:
            recorded = k
        running = max(running, last[k])


class _Inside(NamedTuple):
    """Why the person is in: cycles not yet over (with their last row), and referrals that hold them.

    `sizes` holds how many of each there are now.
    """

    cycle: Any
    last: Any
    held_day: Any
    held_to: Any
    held_from: Any
    sizes: Any


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
    first, last, ended = (np.empty(rows.n, np.int64) for _ in range(3))
    space = [np.empty(rows.n, np.int64) for _ in range(5)]
    inside = _Inside(space[0], space[1], space[2], space[3], space[4], np.zeros(2, np.int64))
    n = _follow(facts, inside, first, last, ended, day_number(settings.window_end))
    first, last, kind = first[:n], last[:n], ended[:n]
    return rows.person[first], np.full(len(first), BLANK, np.int64), first, last, kind


@compiled
def _follow(facts: _Facts, inside: _Inside, first: Ints, last: Ints, ended: Ints, cut: int) -> int:
    """Fill `first`, `last` and `ended` of each system episode; returns how many there are."""
    n = len(facts.person)
    episodes = 0
    for i in range(n):
        if i == 0 or facts.person[i] != facts.person[i - 1]:
            inside.sizes[:] = 0
        if facts.live[i]:
            _let_go(facts, inside, i)
            was_in = inside.sizes[0] > 0 or inside.sizes[1] > 0
            _arrive(facts, inside, i)
            if facts.enters[i]:
                if not was_in:
                    first[episodes] = i
                    episodes += 1
                last[episodes - 1] = i
                _enter(facts, inside, i)
                over = facts.cycle_last[facts.cycle[i]] == i and facts.cycle_ended[facts.cycle[i]] >= 0
                ended[episodes - 1] = RECORDED if over and inside.sizes[0] == 0 else WENT_STALE
        if (i == n - 1 or facts.person[i + 1] != facts.person[i]) and _still_in(facts, inside, cut):
            ended[episodes - 1] = STILL_OPEN
    return episodes


@compiled
def _let_go(facts: _Facts, inside: _Inside, i: int) -> None:
    """Before row i: cycles that went stale and holds that ran out no longer keep the person in."""
    kept = 0
    for k in range(inside.sizes[0]):
        if facts.day[i] - facts.day[inside.last[k]] <= facts.stale:
            inside.cycle[kept], inside.last[kept] = inside.cycle[k], inside.last[k]
            kept += 1
    inside.sizes[0] = kept
    kept = 0
    for k in range(inside.sizes[1]):
        if facts.day[i] - inside.held_day[k] <= facts.handover:
            _keep(inside, kept, k)
            kept += 1
    inside.sizes[1] = kept


@compiled
def _arrive(facts: _Facts, inside: _Inside, i: int) -> None:
    """The first row where the person was sent ends the hold (blank: at any other agency)."""
    kept = 0
    for k in range(inside.sizes[1]):
        there = inside.held_to[k] == facts.agency[i]
        anywhere = inside.held_to[k] == BLANK and inside.held_from[k] != facts.agency[i]
        if not there and not anywhere:
            _keep(inside, kept, k)
            kept += 1
    inside.sizes[1] = kept


@compiled
def _keep(inside: _Inside, to: int, k: int) -> None:
    inside.held_day[to] = inside.held_day[k]
    inside.held_to[to] = inside.held_to[k]
    inside.held_from[to] = inside.held_from[k]


@compiled
def _enter(facts: _Facts, inside: _Inside, i: int) -> None:
    """Row i opens, continues or ends its cycle; a referral begins a hold."""
    c = facts.cycle[i]
    at = BLANK
    for k in range(inside.sizes[0]):
        if inside.cycle[k] == c:
            at = k
    if facts.cycle_last[c] == i and facts.cycle_ended[c] >= 0:
        if at >= 0:
            end = inside.sizes[0] - 1
            inside.cycle[at], inside.last[at] = inside.cycle[end], inside.last[end]
            inside.sizes[0] = end
    elif at >= 0:
        inside.last[at] = i
    else:
        inside.cycle[inside.sizes[0]], inside.last[inside.sizes[0]] = c, i
        inside.sizes[0] += 1
    if facts.is_refer[i]:
        k = inside.sizes[1]
        inside.held_day[k], inside.held_to[k], inside.held_from[k] = (
            facts.day[i],
            facts.sent_to[i],
            facts.agency[i],
        )
        inside.sizes[1] += 1


@compiled
def _still_in(facts: _Facts, inside: _Inside, cut: int) -> bool:
    """Whether something still keeps the person in at the cut."""
    for k in range(inside.sizes[0]):
        if cut - facts.day[inside.last[k]] <= facts.stale:
            return True
    for k in range(inside.sizes[1]):
        if cut - inside.held_day[k] <= facts.handover:
            return True
    return False
