"""R2: value or failure demand. A hand code always wins; the rules go most specific first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys.cycles import Cycles
from personshaped.journeys.demands import Kinds
from personshaped.journeys.needs import Needs
from personshaped.journeys.rows import ACTIVITY, BLANK, OUTCOME, Flags, Ints, Rows, day_number, fixed
from personshaped.journeys.words import MISTAKE, REWORK, agency_names, folded, same_body
from personshaped.settings import Settings

# which rule decided; the order of these names is the order of the codes below
RULES = (
    "hand", "R2e", "R2d", "R2a", "R2b", "first", "expected_repeat", "met_before", "unsure", "burn_in", "no_identity",
)  # fmt: skip
HAND, R2E, R2D, R2A, R2B, FIRST, EXPECTED, MET_BEFORE, UNSURE, BURN_IN, NO_IDENTITY = range(len(RULES))
TYPES = ("value", "failure", "unclassifiable")
VALUE, FAILURE, UNCLASSIFIABLE = range(3)
KINDS = ("representation", "progress_chase", "rework", "other_agency_error", "other", "unknown")
_HAND_TYPES = ("value", "failure", "unsure")
_HAND_KINDS = ("representation", "progress_chase", "rework", "other_agency_error", "other", "wrong_door")
_KIND_OF_RULE = {R2E: 3, R2D: 2, R2A: 1, R2B: 0}
_PASSED_ON = [OUTCOME[name] for name in ("screened_out", "signposted", "referred")]


@dataclass(frozen=True)
class Classified:
    """One entry per demand of `where`: headline type, kind (-1 none) and rule, and the same by the rules alone."""

    type: Ints
    kind: Ints
    rule: Ints
    hand: Flags
    rule_type: Ints
    rule_kind: Ints
    wrong_door: Flags


def classify(
    rows: Rows,
    where: Ints,
    counted: Flags,
    kinds: Kinds,
    needs: Needs,
    cycles: Cycles,
    starts: dict[str, date],
    settings: Settings,
) -> Classified:
    """Classify the counted demands at rows `where` (R2); `counted` marks them in all of history.

    `starts` is the day each agency's extract starts.
    """
    need_of = needs.of_row[where]
    later = np.append(needs.instance, 1)[need_of] > 1
    owner = owners(rows, needs.of_row)
    last = _last_marked(owner, counted)[where]
    near = (need_of >= 0) | (rows.day[where] - rows.day[last] <= settings.look_back)
    asked_before = (last >= 0) & near
    first = ~asked_before & (need_of >= 0)
    words = folded(rows.table["words"].take(pa.array(where)).combine_chunks())
    mistake = _blames_another(rows, where, words, starts) | (_caused_elsewhere(rows, where) & (first | (need_of < 0)))
    rework = asked_before & (_matches(words, REWORK) | _after_letter(rows, where, kinds, owner))
    chasing = cycles.chasing[where] & ~first
    again = asked_before & (need_of >= 0)
    expected = again & rows.expected[where]
    rule = np.select(
        [mistake, rework, expected, chasing, again, first & later, first],
        [R2E, R2D, EXPECTED, R2A, R2B, MET_BEFORE, FIRST],
        NO_IDENTITY,
    )
    rule[~_visible(rows, where, starts, settings)] = BURN_IN
    rule[~rows.live[where]] = NO_IDENTITY
    rule_type = np.select(
        [np.isin(rule, [R2E, R2D, R2A, R2B]), np.isin(rule, [FIRST, EXPECTED, MET_BEFORE])],
        [FAILURE, VALUE],
        UNCLASSIFIABLE,
    )
    kind_of = np.full(len(RULES), BLANK)
    for name, kind in _KIND_OF_RULE.items():
        kind_of[name] = kind
    return _with_hand_codes(
        rows, where, rule, rule_type, kind_of[rule], _wrong_door(rows, where, owner) & (rule == R2B)
    )


def _with_hand_codes(
    rows: Rows, where: Ints, rule: Ints, rule_type: Ints, rule_kind: Ints, wrong_door: Flags
) -> Classified:
    table = rows.table.select(["demand_type", "failure_kind", "coded_by"]).take(pa.array(where))
    by_rule = pc.fill_null(pc.starts_with(table["coded_by"], "rule:"), False).to_numpy()
    said = np.where(by_rule, BLANK, fixed(table["demand_type"], _HAND_TYPES))
    said_kind = np.where(said == FAILURE, fixed(table["failure_kind"], _HAND_KINDS), BLANK)
    hand = said >= 0
    door = said_kind == _HAND_KINDS.index("wrong_door")
    said_kind = np.where(door, KINDS.index("representation"), said_kind)
    unknown = KINDS.index("unknown")
    filled = np.where(said_kind >= 0, said_kind, np.where(rule_kind >= 0, rule_kind, unknown))
    kind = np.where(hand, np.where(said == FAILURE, filled, BLANK), rule_kind)
    return Classified(
        type=np.where(hand, said, rule_type), kind=kind,
        rule=np.where(hand, np.where(said == UNCLASSIFIABLE, UNSURE, HAND), rule), hand=hand,
        rule_type=rule_type, rule_kind=rule_kind,
        wrong_door=np.where(hand, door | (wrong_door & (kind == KINDS.index("representation"))), wrong_door),
    )  # fmt: skip


def owners(rows: Rows, need: Ints) -> Ints:
    """The story a row belongs to: its need, else (person × agency) as for cycles without needs."""
    people = int(rows.person.max(initial=0)) + 1
    top = int(need.max(initial=BLANK)) + 1
    return np.where(need >= 0, need, top + rows.agency.codes * people + rows.person)


def _visible(rows: Rows, where: Ints, starts: dict[str, date], settings: Settings) -> Flags:
    """The burn-in: the agency's extract reaches back at least `look_back` days before the demand."""
    if settings.history_complete:
        return np.ones(len(where), bool)
    start = np.array([day_number(starts[name]) if name in starts else 10**9 for name in rows.agency.labels])
    return rows.day[where] >= start[rows.agency.codes[where]] + settings.look_back


def _matches(words: pa.Array, pattern: str) -> Flags:
    found: Flags = pc.fill_null(pc.match_substring_regex(words, pattern), False).to_numpy(zero_copy_only=False)
    return found


def _blames_another(rows: Rows, where: Ints, words: pa.Array, starts: dict[str, date]) -> Flags:
    """Words of a mistake that name another agency (R2e)."""
    found = np.zeros(len(where), bool)
    names = agency_names(starts)  # of all the data: no bucket knows more than another
    for at in np.flatnonzero(_matches(words, MISTAKE)):
        own = rows.agency.labels[rows.agency.codes[where[at]]]
        text = words[int(at)].as_py()
        found[at] = any(not same_body(name, own) and pattern.search(text) for name, pattern in names.items())
    return found


def _caused_elsewhere(rows: Rows, where: Ints) -> Flags:
    place = {name: code for code, name in enumerate(rows.agency.labels)}
    caused = np.array([*(place.get(name, len(place)) for name in rows.caused_by.labels), BLANK])
    by = caused[rows.caused_by.codes[where]]
    return (by >= 0) & (by != rows.agency.codes[where])


def _after_letter(rows: Rows, where: Ints, kinds: Kinds, owner: Ints) -> Flags:
    """The last non-demand row of the story is a letter by the agency asked (R2d)."""
    other = rows.live & ~kinds.demand
    last = _last_marked(owner, other)[where]
    letter = (last >= 0) & (rows.activity[last] == ACTIVITY["letter"])
    return letter & (rows.agency.codes[last] == rows.agency.codes[where])


def _last_marked(owner: Ints, marked: Flags) -> Ints:
    """For each row, the latest earlier marked row of its story; -1 where none."""
    n = len(owner)
    order = np.lexsort((np.arange(n), owner))
    at = np.where(marked[order], np.arange(n), BLANK)
    latest = np.maximum.accumulate(np.concatenate(([BLANK], at)))[:-1] if n else at
    begins = np.concatenate(([True], owner[order][1:] != owner[order][:-1])) if n else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(begins, np.arange(n), 0)) if n else at
    result = np.full(n, BLANK, np.int64)
    result[order] = np.where(latest >= start, order[latest], BLANK)
    return result


def _wrong_door(rows: Rows, where: Ints, owner: Ints) -> Flags:
    """R2c: the row before it on the need passed the person on, for not_for_us or wrong_area, or to this agency."""
    before = _last_marked(owner, rows.live)[where]
    passed = np.isin(rows.outcome[before], _PASSED_ON) | (rows.activity[before] == ACTIVITY["refer"])
    not_here = np.isin(rows.reason.codes[before], [rows.reason.code("not_for_us"), rows.reason.code("wrong_area")])
    not_here &= rows.reason.codes[before] >= 0
    place = {name: code for code, name in enumerate(rows.agency.labels)}
    sent = np.array([*(place.get(name, BLANK - 1) for name in rows.referred_to.labels), BLANK - 1])
    here = sent[rows.referred_to.codes[before]] == rows.agency.codes[where]
    return (before >= 0) & ((passed & not_here) | here)
