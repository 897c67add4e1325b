"""R5 and the need identity of R2: which need each row belongs to, and where each need is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from personshaped.journeys.compiled import compiled
from personshaped.journeys.rows import BLANK, OUTCOME, US_PER_DAY, Flags, Ints, Rows, coded, day_number
from personshaped.settings import Settings

NEVER = np.iinfo(np.int64).max
_MET_REASON = "met"


@dataclass(frozen=True)
class RecordedNeeds:
    """The user's `needs` table, looked up by (person, need_id): one entry per distinct such pair of the rows."""

    line: Ints  # row of the recorded table, or -1
    ends_at: Ints  # first moment at which the recorded end holds (a day-only end holds from the next midnight)
    end_day: Ints
    end_is_met: Flags
    table: pa.Table | None


@dataclass(frozen=True)
class Needs:
    """`of_row`: the need instance of each row (-1 none). The rest: one entry per instance, in order of appearance.

    `met_row` is the row whose word met it (-1), `met_day` the day, also for a recorded end; `recorded_end` says
    that the end is the recorded table's. `withdrawn` counts how often "met" was followed by asking again.
    """

    of_row: Ints
    person: Ints
    recorded: Ints
    instance: Ints
    met_row: Ints
    met_day: Ints
    recorded_end: Flags
    withdrawn: Ints
    key: Ints
    recorded_needs: RecordedNeeds

    @property
    def n(self) -> int:
        return len(self.person)


def recorded_keys(rows: Rows, recorded: pa.Table | None, persons: list[str], cut: int) -> tuple[Ints, RecordedNeeds]:
    """A key per row for its (person, recorded need_id), -1 without one, and the recorded needs by that key."""
    width = len(rows.recorded_need.labels) + 1
    pair = np.where(rows.recorded_need.codes >= 0, rows.person * width + rows.recorded_need.codes, BLANK)
    distinct, key = np.unique(pair, return_inverse=True)
    has_blank = int(len(distinct) > 0 and distinct[0] == BLANK)
    key = key.astype(np.int64) - has_blank
    distinct = distinct[has_blank:]
    n = len(distinct)
    line = np.full(n, BLANK, np.int64)
    ends_at, end_day, is_met = np.full(n, NEVER), np.zeros(n, np.int64), np.zeros(n, bool)
    if recorded is not None and recorded.num_rows and n:
        person_code = {label: code for code, label in enumerate(persons)}
        need_code = {label: code for code, label in enumerate(rows.recorded_need.labels)}
        place = {int(value): at for at, value in enumerate(distinct)}
        ended = recorded["ended_at"].cast(pa.int64()).to_pylist()
        for at, (who, need, reason) in enumerate(
            zip(*(recorded[name].to_pylist() for name in ("person_id", "need_id", "end_reason")), strict=True)
        ):
            if who not in person_code or need not in need_code:
                continue
            found = place.get(person_code[who] * width + need_code[need])
            if found is None:
                continue
            line[found] = at
            if ended[at] is not None and reason is not None and ended[at] // US_PER_DAY < cut:
                midnight = ended[at] % US_PER_DAY == 0
                ends_at[found] = ended[at] + (US_PER_DAY if midnight else 0)
                end_day[found] = ended[at] // US_PER_DAY
                is_met[found] = reason == _MET_REASON
    return key, RecordedNeeds(line, ends_at, end_day, is_met, recorded)


def follow_needs(rows: Rows, demand: Flags, recorded: pa.Table | None, settings: Settings) -> Needs:
    """Walk every person's rows once and say which need instance each belongs to (R2 identity, R5)."""
    persons = coded(rows.table["person_id"]).labels
    key, known = recorded_keys(rows, recorded, persons, day_number(settings.window_end))
    facts = _Facts(
        person=rows.person, time=rows.time, day=rows.day, live=rows.live, demand=demand,
        says_met=(rows.need_met == 1) | (rows.outcome == OUTCOME["need_met"]), service=rows.service.codes, key=key,
        issue_starts=rows.issue_starts, issue_codes=rows.issue_codes,
        same_contact=previous(rows, np.where(rows.contact >= 0, rows.contact, BLANK)),
        same_agency=previous(rows, rows.agency.codes),
        ends_at=known.ends_at, end_day=known.end_day, end_is_met=known.end_is_met,
        look_back=settings.look_back, reopen=settings.reopen,
    )  # fmt: skip
    state = _fresh(rows.n, len(known.line), len(rows.issue_codes))
    n = _follow(facts, state)
    recorded_code = np.full(len(known.line) + 1, BLANK, np.int64)
    recorded_code[key[key >= 0]] = rows.recorded_need.codes[key >= 0]
    return Needs(
        of_row=state.of_row, person=rows.person[state.first_row[:n]], recorded=recorded_code[state.key[:n]],
        instance=state.instance[:n], met_row=state.met_row[:n],
        met_day=np.where(state.met[:n], state.met_day[:n], NEVER), recorded_end=_recorded_ends(state, known, n),
        withdrawn=state.withdrawn[:n], key=state.key[:n], recorded_needs=known,
    )  # fmt: skip


def _recorded_ends(state: _State, known: RecordedNeeds, n: int) -> Flags:
    """Needs that stand as their record says; a recorded "met" that asking again withdrew no longer does."""
    is_met = np.append(known.end_is_met, False)[state.key[:n]]
    return state.end_holds[:n] & (~is_met | (state.met[:n] & (state.met_row[:n] < 0)))


def previous(rows: Rows, code: Ints) -> Ints:
    """For each live row the person's live row before it with the same code; -1 where none, or the code is blank."""
    before = np.full(rows.n, BLANK, np.int64)
    where = np.flatnonzero(rows.live & (code >= 0))
    order = where[np.lexsort((where, code[where], rows.person[where]))]
    same = (rows.person[order][1:] == rows.person[order][:-1]) & (code[order][1:] == code[order][:-1])
    before[order[1:][same]] = order[:-1][same]
    return before


class _Facts(NamedTuple):
    """What the rows and the recorded needs say; never changed."""

    person: Any
    time: Any
    day: Any
    live: Any
    demand: Any
    says_met: Any
    service: Any
    key: Any
    issue_starts: Any
    issue_codes: Any
    same_contact: Any
    same_agency: Any
    ends_at: Any
    end_day: Any
    end_is_met: Any
    look_back: int
    reopen: int


class _State(NamedTuple):
    """What is known of each need so far (one entry per instance), and the issues and services each holds."""

    of_row: Any
    first_row: Any
    first_demand: Any
    key: Any
    instance: Any
    last_row: Any
    met: Any
    met_row: Any
    met_day: Any
    withdrawn: Any
    takes_end: Any  # the recorded end of its need_id is this instance's
    end_holds: Any  # and has come
    current: Any  # latest instance of each recorded need
    first_issue: Any  # heads of linked lists in node_value, node_next
    first_service: Any
    node_value: Any
    node_next: Any
    nodes: Any


def _fresh(rows: int, keys: int, issues: int) -> _State:
    def blank(size: int = rows) -> Ints:
        return np.full(size, BLANK, np.int64)

    return _State(
        of_row=blank(), first_row=blank(), first_demand=blank(), key=blank(), instance=np.ones(rows, np.int64),
        last_row=blank(),
        met=np.zeros(rows, bool), met_row=blank(), met_day=blank(), withdrawn=np.zeros(rows, np.int64),
        takes_end=np.zeros(rows, bool), end_holds=np.zeros(rows, bool), current=blank(keys + 1),
        first_issue=blank(), first_service=blank(), node_value=blank(issues + rows + 1),
        node_next=blank(issues + rows + 1), nodes=np.zeros(1, np.int64),
    )  # fmt: skip


@compiled
def _follow(facts: _Facts, state: _State) -> int:
    needs = 0
    persons_first = 0
    for i in range(len(facts.person)):
        if i == 0 or facts.person[i] != facts.person[i - 1]:
            persons_first = needs
        if not facts.live[i]:
            continue
        asked = facts.issue_starts[i + 1] > facts.issue_starts[i] or facts.service[i] >= 0
        if facts.key[i] >= 0:
            m = _recorded(facts, state, i)
        elif asked:
            m = _like(facts, state, i, persons_first, needs)
        else:
            m = -1 if facts.demand[i] else _beside(facts, state, i)
        if m < 0 and (asked or facts.key[i] >= 0):
            m = needs
            needs += 1
            _begin(facts, state, i, m)
        if m >= 0:
            _join(facts, state, i, m)
    for m in range(needs):
        _settle(facts, state, m, NEVER - 1)
    return needs


@compiled
def _settle(facts: _Facts, state: _State, m: int, now: int) -> None:
    """Let a recorded end hold once its moment has come."""
    k = state.key[m]
    if state.takes_end[m] and not state.end_holds[m] and facts.ends_at[k] <= now:
        state.end_holds[m] = True
        if facts.end_is_met[k]:
            state.met[m] = True
            state.met_row[m] = -1
            state.met_day[m] = facts.end_day[k]


@compiled
def _long_met(facts: _Facts, state: _State, i: int, m: int) -> bool:
    """Met more than `reopen` days before row i."""
    _settle(facts, state, m, facts.time[i])
    return state.met[m] and facts.day[i] - state.met_day[m] > facts.reopen


@compiled
def _recorded(facts: _Facts, state: _State, i: int) -> int:
    """A hand-linked need has no look-back limit; asked for again long after "met", it begins anew (-1)."""
    m = state.current[facts.key[i]]
    if m >= 0 and facts.demand[i] and _long_met(facts, state, i, m):
        return -1
    return m


@compiled
def _like(facts: _Facts, state: _State, i: int, first: int, needs: int) -> int:
    """The person's need with an issue in common (without issues: the service): latest last row, then oldest."""
    start, end = facts.issue_starts[i], facts.issue_starts[i + 1]
    best = -1
    for m in range(first, needs):
        if end > start:
            if not _shares(state.first_issue[m], state, facts.issue_codes, start, end):
                continue
        elif not _holds(state.first_service[m], state, facts.service[i]):
            continue
        if facts.day[i] - facts.day[state.last_row[m]] > facts.look_back or _long_met(facts, state, i, m):
            continue
        if state.key[m] >= 0 and state.current[state.key[m]] != m:
            continue
        if best < 0 or facts.time[state.last_row[m]] > facts.time[state.last_row[best]]:
            best = m
    return best


@compiled
def _beside(facts: _Facts, state: _State, i: int) -> int:
    """A row that says nothing of its need: that of the same contact, else of the last row at that agency."""
    j = facts.same_contact[i]
    while j >= 0:
        if state.of_row[j] >= 0:
            return state.of_row[j]
        j = facts.same_contact[j]
    j = facts.same_agency[i]
    if j >= 0 and facts.day[i] - facts.day[j] <= facts.look_back:
        m = state.of_row[j]
        if m >= 0 and not _long_met(facts, state, i, m):
            return m
    return -1


@compiled
def _begin(facts: _Facts, state: _State, i: int, m: int) -> None:
    k = facts.key[i]
    state.first_row[m] = i
    state.key[m] = k
    if k < 0:
        return
    before = state.current[k]
    if before >= 0:
        state.instance[m] = state.instance[before] + 1
    elif facts.ends_at[k] < NEVER:
        state.takes_end[m] = True
    state.current[k] = m


@compiled
def _join(facts: _Facts, state: _State, i: int, m: int) -> None:
    _settle(facts, state, m, facts.time[i])
    state.of_row[i] = m
    state.last_row[m] = i
    if facts.demand[i] and state.first_demand[m] < 0:
        state.first_demand[m] = i
    if facts.demand[i] and state.met[m] and not _ended_before_it_began(facts, state, m):  # asked again within `reopen`
        state.met[m] = False
        state.withdrawn[m] += 1
    for q in range(facts.issue_starts[i], facts.issue_starts[i + 1]):
        if not _holds(state.first_issue[m], state, facts.issue_codes[q]):
            state.first_issue[m] = _add(state, facts.issue_codes[q], state.first_issue[m])
    if facts.service[i] >= 0 and not _holds(state.first_service[m], state, facts.service[i]):
        state.first_service[m] = _add(state, facts.service[i], state.first_service[m])
    # a recorded end stands over the rows: until it has come, and for good if it is another end than "met"
    k = state.key[m]
    held = state.takes_end[m] and (not state.end_holds[m] or not facts.end_is_met[k])
    if facts.says_met[i] and not state.met[m] and not held:
        state.met[m] = True
        state.met_row[m] = i
        state.met_day[m] = facts.day[i]


@compiled
def _ended_before_it_began(facts: _Facts, state: _State, m: int) -> bool:
    """The recorded end stands before the first demand for the need: nothing withdraws it."""
    return state.takes_end[m] and facts.ends_at[state.key[m]] <= facts.time[state.first_demand[m]]


@compiled
def _add(state: _State, value: int, head: int) -> int:
    node = state.nodes[0]
    state.nodes[0] += 1
    state.node_value[node] = value
    state.node_next[node] = head
    return node


@compiled
def _holds(node: int, state: _State, value: int) -> bool:
    while node >= 0:
        if state.node_value[node] == value:
            return True
        node = state.node_next[node]
    return False


@compiled
def _shares(node: int, state: _State, codes: Ints, start: Any, end: Any) -> bool:
    for q in range(start, end):
        if _holds(node, state, codes[q]):
            return True
    return False
