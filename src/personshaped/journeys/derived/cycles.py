"""`cycles`: one row per assess-do-refer cycle begun in the window (R3)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from personshaped.journeys.classify import FAILURE
from personshaped.journeys.cycles import LETTERS, OPEN, STALE, A, C, D, P, R, S, bit
from personshaped.journeys.rows import ACTIVITY, OUTCOME, Flags, Ints
from personshaped.journeys.story import (
    Story,
    count,
    distinct,
    first_row,
    last_row,
    optional,
    take,
    total,
    words,
)
from personshaped.tables import DERIVED, OUTCOMES

CLASSES = ("assess-refer", "assess-do-refer", "assess-do", "do", "assess-only", "refer-only", "other")
_ENDS = (*OUTCOMES, "stale", "open")
_ONLY = [OUTCOME[name] for name in ("screened_out", "nfa", "recorded_only", "closed")]
_NO_ACTION = [OUTCOME["recorded_only"], OUTCOME["nfa"], -1]


def cycles(story: Story) -> pa.Table:
    """Cycles that begin in the window (DERIVED["cycles"])."""
    found, rows = story.cycles, story.rows
    n, first = found.n, found.first_row
    in_cycle = np.where(found.late, -1, found.of_row)
    open_now, stale = found.ended == OPEN, found.ended == STALE
    ended_row = np.where(open_now, -1, found.last_row)
    work = found.of_row
    everywhere = np.ones(rows.n, bool)
    begun_by_failure = np.zeros(rows.n, bool)
    begun_by_failure[story.asks[story.classified.type == FAILURE]] = True
    began = np.select([story.kinds.demand[first], story.kinds.referral_in[first]], [0, 1], 2)
    made = {
        "cycle_id": story.cycle_ids,
        "person_id": take(rows.table["person_id"], first),
        "household_id": take(rows.table["household_id"], first),
        "need_id": take(story.need_ids, story.needs.of_row[first]),
        "agency": take(rows.table["agency"], first),
        "area": take(rows.table["area"], first),
        "design": take(rows.table["design"], first),
        "started_at": take(rows.table["started_at"], first),
        "ended_at": take(rows.table["started_at"], ended_row),
        "last_at": take(rows.table["started_at"], found.last_row),
        "sequence": _sequences(in_cycle, found.letter, n),
        "ended": words(_ENDS, np.where(open_now, len(OUTCOMES) + 1, np.where(stale, len(OUTCOMES), found.ended))),
        "class": words(CLASSES, _classes(story)),
        "implicit": pa.array(found.implicit),
        "counts": pa.array(found.counts),
        "began_with": words(("demand", "referral_in", "work"), began),
        "chases": pa.array(found.chases),
        "late_closes": pa.array(found.late_closes),
        "failure_begun": pa.array(begun_by_failure[first]),
        "rows": pa.array(count(work, n)),
        "minutes": total(work, n, rows.minutes, everywhere),
        "cost": total(work, n, rows.price, everywhere),
        "staff": pa.array(distinct(work, n, rows.staff, everywhere)),
        "interactions": _ids(story, work, n),
    } | _assessments(story, in_cycle, n)
    table = pa.table([made[name] for name in DERIVED["cycles"].names], schema=DERIVED["cycles"].schema)
    return table.filter(pa.array(rows.in_window[first]))


def _classes(story: Story) -> Ints:
    found = story.cycles
    assess = ((found.holds & bit(S, A)) > 0) | found.implicit
    do = (found.holds & bit(D, P)) > 0
    refer = (found.holds & bit(R)) > 0
    return np.select(
        [assess & do & refer, assess & do, assess & refer, do, refer, assess & np.isin(found.ended, _ONLY)],
        [1, 2, 0, 3, 5, 4],
        6,
    )


def _sequences(cycle: Ints, letter: Ints, n: int) -> pa.Array:
    """The letters of each cycle in order, one text a cycle (every cycle has at least one)."""
    rows = np.flatnonzero(cycle >= 0)
    rows = rows[np.lexsort((rows, cycle[rows]))]
    text = np.frombuffer(LETTERS.encode(), np.uint8)[letter[rows]]
    starts = np.concatenate(([0], np.cumsum(count(cycle, n)))).astype(np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(starts), pa.py_buffer(text))


def _ids(story: Story, cycle: Ints, n: int) -> pa.Array:
    rows = np.flatnonzero(cycle >= 0)
    rows = rows[np.lexsort((rows, cycle[rows]))]
    starts = np.concatenate(([0], np.cumsum(count(cycle, n)))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(starts), take(story.rows.table["interaction_id"], rows))


def _assessments(story: Story, cycle: Ints, n: int) -> dict[str, pa.Array]:
    """M037–M039 and M049–M050: what came of the assessments and decisions of each cycle."""
    rows, found = story.rows, story.cycles
    ended = found.ended != OPEN
    letter, outcome = found.letter, rows.outcome
    is_a = letter == A
    first_sa = first_row(cycle, n, is_a | (letter == S))
    first_a = first_row(cycle, n, is_a)
    no = np.isin(outcome, [OUTCOME["screened_out"], OUTCOME["nfa"]])
    out = first_sa >= 0
    screened = out & no[first_sa]
    received = (story.referrals.of_referral[found.first_row] >= 0) | story.kinds.referral_in[found.first_row]
    unknown = ~ended & ~screened & (~out | (outcome[first_sa] < 0))
    idle = (found.holds & bit(D, P, R)) == 0
    approve = rows.activity == ACTIVITY["approve"]
    with_approve = count(cycle, n, approve) > 0
    no_action = is_a & np.isin(outcome, _NO_ACTION)
    a_rows = count(cycle, n, is_a)
    decided = np.isin(outcome, [OUTCOME["approved"], OUTCOME["refused"]])
    decision = last_row(cycle, n, approve & decided)
    return {
        "referred_for_assessment": pa.array(received),
        "referral_screened_out": pa.array(screened, mask=unknown | ~received),
        "first_assessment_closed": pa.array(_closed_first(story, cycle, n, first_a), mask=(first_a < 0) | ~ended),
        "assessments": pa.array(a_rows),
        "assessments_no_action": pa.array(np.where(ended & idle & ~with_approve, count(cycle, n, no_action), 0)),
        "approval": words(("approved", "refused"), _decision(decision, outcome)),
        "approval_days": _approval_days(story, cycle, n, decision),
    }


def _decision(decision: Ints, outcome: Ints) -> Ints:
    return np.where(decision < 0, -1, (outcome[decision] == OUTCOME["refused"]).astype(np.int64))


def _closed_first(story: Story, cycle: Ints, n: int, first_a: Ints) -> Flags:
    """M038: after the first A a close, nfa or screened_out comes before any D, P or R."""
    rows, letter = story.rows, story.cycles.letter
    after = np.arange(rows.n) >= np.append(first_a, rows.n)[cycle]
    shut = (letter == C) | np.isin(rows.outcome, [OUTCOME["nfa"], OUTCOME["screened_out"]])
    shut &= ~np.isin(letter, [D, P, R])
    closes = first_row(cycle, n, after & shut)
    acts = first_row(cycle, n, after & np.isin(letter, [D, P, R]))
    return (first_a >= 0) & (closes >= 0) & ((acts < 0) | (closes < acts))


def _approval_days(story: Story, cycle: Ints, n: int, decision: Ints) -> pa.Array:
    """Calendar days from the S, A or D before the last decision of the cycle."""
    rows, letter = story.rows, story.cycles.letter
    earlier = np.arange(rows.n) < np.append(decision, 0)[cycle]
    basis = last_row(cycle, n, earlier & np.isin(letter, [S, A, D]))
    known = (decision >= 0) & (basis >= 0)
    known &= rows.fine[decision] & rows.fine[basis]
    return optional(rows.day[decision] - rows.day[basis], known)
