"""R3: the assess-do-refer cycle, a small state machine for each (person, need, agency).

IDLE --Q,S,A,D,P,R,x--> OPEN   begins a cycle
OPEN --Q-->             OPEN   the same asking again; a chase (q) once it holds an S, A, D, P or R
OPEN --S,A,D,P,x-->     OPEN
OPEN --R-->             IDLE   ends "referred"
OPEN --C-->             IDLE   ends with the row's outcome, else "closed"
OPEN --ending outcome-> IDLE   screened_out, nfa, advice_only, signposted, recorded_only, need_met
OPEN --stale days-->    IDLE   ends "stale"; at the cut "stale" or "open"
IDLE --C-->             IDLE   a late close of the last cycle there
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.journeys.demands import Kinds
from personshaped.journeys.rows import ACTIVITY, BLANK, OUTCOME, Flags, Ints, Rows, day_number
from personshaped.settings import Settings

LETTERS = "QqSADPRxC"
Q, CHASE, S, A, D, P, R, X, C = range(9)
_LETTER_OF = {
    "demand": X, "screen": S, "assess": A, "do": D, "visit": D, "pull": P, "refer": R, "close": C,
}  # fmt: skip
ENDING = ("screened_out", "nfa", "advice_only", "signposted", "recorded_only", "need_met")
IMPLICIT = ("nfa", "screened_out", "advice_only", "signposted", "recorded_only")
"""A demand row with one of these outcomes holds an implicit assessment."""

# how a cycle ended: a code of OUTCOMES, or one of these
OPEN, STALE = -1, -2
REFERRED, CLOSED = OUTCOME["referred"], OUTCOME["closed"]


def bit(*letters: int) -> int:
    """A set of letters as bits."""
    return sum(1 << letter for letter in letters)


WORK = bit(S, A, D, P, R)
CHASED = bit(S, A, D, P, X)
"""R2a holds for cycles with one of these."""


@dataclass(frozen=True)
class Cycles:
    """`of_row` (late closes included), `letter` (-1 outside any cycle), `late` and `chasing` have an entry per row;
    the rest one per cycle, in order of beginning. `chasing` marks demands that R2a catches.

    `holds` is the set of letters as bits. `ended` is an outcome code, OPEN or STALE; `end_row` the row that ended
    it, or its last row. `last_row` leaves late closes aside.
    """

    of_row: Ints
    letter: Ints
    late: Flags
    chasing: Flags
    key: Ints
    first_row: Ints
    last_row: Ints
    holds: Ints
    ended: Ints
    implicit: Flags
    chases: Ints
    late_closes: Ints

    @property
    def n(self) -> int:
        return len(self.first_row)

    @property
    def counts(self) -> Flags:
        """It holds at least one of S, A, D, P, R, or an implicit assessment."""
        return ((self.holds & WORK) > 0) | self.implicit


def letters(rows: Rows, kinds: Kinds) -> Ints:
    """The letter of each row before the state is known (a chase is still Q); -1 for rows left out of cycles."""
    table = np.full(len(ACTIVITY) + 1, X)
    for name, code in _LETTER_OF.items():
        table[ACTIVITY[name]] = code
    letter: Ints = table[rows.activity]
    letter[kinds.demand] = Q
    letter[kinds.echo | ~rows.live] = BLANK
    return letter


def follow_cycles(rows: Rows, kinds: Kinds, need: Ints, settings: Settings) -> Cycles:
    """Run the machine over every row once. `need` is the need of each row (-1: the person × agency instead)."""
    letter = letters(rows, kinds)
    key = cycle_keys(rows, need)
    before = np.full(rows.n, BLANK, np.int64)
    where = np.flatnonzero(letter >= 0)
    order = where[np.lexsort((where, key[where]))]
    same = key[order][1:] == key[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    ending = np.isin(rows.outcome, [OUTCOME[name] for name in ENDING])
    says_no = np.isin(rows.outcome, [OUTCOME[name] for name in IMPLICIT])
    facts = _Facts(rows.day, letter, key, before, rows.outcome, ending, says_no, settings.stale)
    state = _fresh(rows.n)
    n = _follow(facts, state)
    cut = day_number(settings.window_end)
    open_now = state.ended[:n] == OPEN
    implicit = state.implicit[:n] & (state.holds[:n] & WORK == 0)
    over = cut - rows.day[state.last_row[:n]] > settings.stale
    return Cycles(
        of_row=state.of_row, letter=letter, late=state.late, chasing=state.chasing, key=key[state.first_row[:n]],
        first_row=state.first_row[:n], last_row=state.last_row[:n], holds=state.holds[:n],
        ended=np.where(open_now & over, STALE, state.ended[:n]), implicit=implicit,
        chases=state.chases[:n], late_closes=state.late_closes[:n],
    )  # fmt: skip


def cycle_keys(rows: Rows, need: Ints) -> Ints:
    """A number for each (need, agency), or (person, agency) where the need is not known."""
    width = len(rows.agency.labels) + 1
    people = int(rows.person.max(initial=0)) + 1
    owner = np.where(need >= 0, people + need, rows.person)
    return np.unique(owner * width + rows.agency.codes, return_inverse=True)[1].astype(np.int64)


class _Facts(NamedTuple):
    day: Any
    letter: Any
    key: Any
    before: Any  # the row before at the same key
    outcome: Any
    ending: Any
    says_no: Any
    stale: int


class _State(NamedTuple):
    of_row: Any
    late: Any
    chasing: Any
    first_row: Any
    last_row: Any
    holds: Any
    ended: Any
    over: Any
    implicit: Any
    chases: Any
    late_closes: Any


def _fresh(rows: int) -> _State:
    def blank() -> Ints:
        return np.full(rows, BLANK, np.int64)

    def no() -> Flags:
        return np.zeros(rows, bool)

    def zero() -> Ints:
        return np.zeros(rows, np.int64)

    return _State(blank(), no(), no(), blank(), blank(), zero(), blank(), no(), no(), zero(), zero())


@compiled
def _follow(facts: _Facts, state: _State) -> int:
    cycles = 0
    for i in range(len(facts.letter)):
        letter = facts.letter[i]
        if letter < 0:
            continue
        last = facts.before[i]
        c = state.of_row[last] if last >= 0 else -1  # the last cycle at this key; -1: none so far
        is_open = c >= 0 and not state.over[c]
        if is_open and facts.day[i] - facts.day[state.last_row[c]] > facts.stale:
            state.over[c] = True
            state.ended[c] = STALE
            is_open = False
        if letter == C and not is_open:
            if c >= 0:
                state.of_row[i] = c
                state.late_closes[c] += 1
                state.late[i] = True
            else:
                state.late[i] = True
            continue
        if not is_open:
            c = cycles
            cycles += 1
            state.first_row[c] = i
        elif letter == Q:
            state.chasing[i] = state.holds[c] & CHASED > 0
            if state.holds[c] & WORK > 0:
                facts.letter[i] = CHASE
                letter = CHASE
                state.chases[c] += 1
        _enter(facts, state, i, c, letter)
    return cycles


@compiled
def _enter(facts: _Facts, state: _State, i: int, c: int, letter: int) -> None:
    state.of_row[i] = c
    state.last_row[c] = i
    state.holds[c] |= 1 << letter
    if letter in (Q, CHASE) and facts.says_no[i]:
        state.implicit[c] = True
    if letter == R:
        state.over[c] = True
        state.ended[c] = REFERRED
    elif letter == C:
        state.over[c] = True
        state.ended[c] = facts.outcome[i] if facts.outcome[i] >= 0 else CLOSED
    elif facts.ending[i]:
        state.over[c] = True
        state.ended[c] = facts.outcome[i]
