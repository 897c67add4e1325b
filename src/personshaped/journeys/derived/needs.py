"""`needs`: one row per need instance opened in the window or still open in it (R5, R6, R7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys.classify import FAILURE
from personshaped.journeys.cycles import A, D, R, S
from personshaped.journeys.needs import NEVER
from personshaped.journeys.rows import (
    ACTIVITY,
    OUTCOME,
    PERSON_SIDE_CODES,
    US_PER_DAY,
    Flags,
    Ints,
    day_number,
)
from personshaped.journeys.story import (
    Story,
    count,
    distinct,
    first_row,
    last_row,
    moment,
    optional,
    take,
    total,
    words,
)  # fmt: skip
from personshaped.tables import CANONICAL, DERIVED

REASONS = CANONICAL["needs"]["end_reason"].values
_MET = REASONS.index("met")
_FROM_RECORD = ("kind", "fit", "condition_now", "level")


@dataclass(frozen=True)
class Ends:
    """How each need stands at the cut; `reason` -1 while open, days and times only where `reason` is not."""

    reason: Ints
    day: Ints
    time: Ints
    row: Ints
    fine: Flags
    asked: Flags

    @property
    def met(self) -> Flags:
        return self.reason == _MET


def needs(story: Story) -> pa.Table:
    """Need instances (DERIVED["needs"])."""
    rows, found = story.rows, story.needs
    n, of_row = found.n, found.of_row
    first = first_row(of_row, n, rows.live)
    opening = first_row(of_row, n, story.counted)
    opened = np.where(opening >= 0, opening, first)
    ends = _ends(story)
    merged = ends.reason == REASONS.index("merged")
    cohort = (opening >= 0) & rows.in_window[opened] & ~merged
    open_now = ends.reason < 0
    made = {
        "need_id": story.need_ids,
        "recorded_id": words(rows.recorded_need.labels, found.recorded),
        "person_id": take(rows.table["person_id"], first),
        "household_id": take(rows.table["household_id"], first),
        "issue": _all_issues(story),
        "issue_presented": take(rows.table["issue"], first),
        "service": take(rows.table["service"], first),
        "area": take(rows.table["area"], opened),
        "design": take(rows.table["design"], opened),
        "opening_agency": take(rows.table["agency"], opened),
        "opened_at": take(rows.table["started_at"], opened),
        "opened_before": take(rows.table["started_before"], opened),
        "asked_for": pa.array(opening >= 0),
        "in_cohort": pa.array(cohort),
        "ended_at": moment(ends.time, ~open_now),
        "end_reason": words(REASONS, ends.reason),
        "met_withdrawn": pa.array(found.withdrawn),
        "asked": pa.array(ends.asked),
        "never_asked": pa.array(open_now & ~ends.asked),
        "open_at_cut": pa.array(open_now),
        **_recorded(story),
        **_clock(story, ends, opened),
        **_counts(story),
        **_first_contact(story, ends, opened, cohort),
        **_crisis(story, ends, opening),
        **_screened_in(story, opened),
        **_closing(story, ends),
        **_afterwards(story, ends, opened),
    }
    schema = DERIVED["needs"].schema
    table = pa.table([made[name].cast(schema.field(name).type) for name in schema.names], schema=schema)
    start = day_number(story.settings.window_start)
    return table.filter(pa.array(rows.in_window[opened] | open_now | (rows.live[opened] & (ends.day >= start))))


def _ends(story: Story) -> Ends:
    rows, found = story.rows, story.needs
    known = found.recorded_needs
    key = np.where(found.recorded_end, found.key, -1)
    by_record = found.recorded_end
    met = found.met_day < NEVER
    reason = np.where(met, _MET, -1)
    time = np.where(found.met_row >= 0, rows.time[found.met_row], 0)
    day = np.where(met, np.where(met, found.met_day, 0), 0)
    fine = np.where(found.met_row >= 0, rows.fine[found.met_row], True)
    if known.table is not None and by_record.any():
        line = known.line[key]
        said = pc.index_in(known.table["end_reason"], value_set=pa.array(REASONS)).fill_null(-1)
        at = known.table["ended_at"].cast(pa.int64()).fill_null(0).to_numpy()
        reason = np.where(by_record, said.to_numpy()[line], reason)
        time = np.where(by_record, at[line], time)
        day = np.where(by_record, at[line] // US_PER_DAY, day)
    word = (rows.need_met >= 0) | (rows.outcome == OUTCOME["need_met"])
    asked = count(found.of_row, found.n, word & rows.live) > 0
    return Ends(reason, day, time, found.met_row, fine, asked | _asked_on_record(story))


def _asked_on_record(story: Story) -> Flags:
    known, key = story.needs.recorded_needs, story.needs.key
    if known.table is None or not len(known.line):
        return np.zeros(story.needs.n, bool)
    cut = day_number(story.settings.window_end) * US_PER_DAY
    asked_at = known.table["met_asked_at"].cast(pa.int64()).fill_null(cut).to_numpy()
    said = asked_at[known.line[key]]
    first = story.rows.time[first_row(story.needs.of_row, story.needs.n, story.rows.live)]
    of_this = (story.needs.instance == 1) | (said >= first)
    return (key >= 0) & (known.line[key] >= 0) & (said < cut) & of_this


def _recorded(story: Story) -> dict[str, pa.Array]:
    """Hand codes that only the recorded table carries."""
    known, key = story.needs.recorded_needs, story.needs.key
    n = story.needs.n
    if known.table is None or not len(known.line):
        return {name: pa.nulls(n, pa.string()) for name in _FROM_RECORD}
    line = np.where(key >= 0, known.line[key], -1)
    return {name: take(known.table[name], line) for name in _FROM_RECORD}


def _all_issues(story: Story) -> pa.Array:
    rows, of_row = story.rows, story.needs.of_row
    need = np.repeat(of_row, np.diff(rows.issue_starts))
    keep = need >= 0
    width = len(rows.issues) + 1
    place = np.argsort(np.argsort(np.array([*rows.issues], dtype=object), kind="stable"))
    pairs = np.unique(need[keep] * width + place[rows.issue_codes[keep]]) if keep.any() else np.zeros(0, np.int64)
    ordered = sorted(rows.issues)
    starts = np.searchsorted(pairs // width, np.arange(story.needs.n + 1)).astype(np.int32)
    names = pa.array(ordered, pa.string()).take(pa.array(pairs % width))
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(starts), names), ";")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _clock(story: Story, ends: Ends, opened: Ints) -> dict[str, pa.Array]:
    """Stat 3: days from opening to the end, or to where the need is censored."""
    rows, of_row = story.rows, story.needs.of_row
    side = story.kinds.demand | np.isin(rows.initiated, PERSON_SIDE_CODES)
    heard = last_row(of_row, story.needs.n, side & rows.live & rows.fine)
    cut = day_number(story.settings.window_end)
    open_now = ends.reason < 0
    until = np.where(open_now, np.where(ends.asked, cut, np.where(heard >= 0, rows.day[heard], 0)), ends.day)
    known = rows.fine[opened] & np.where(open_now, ends.asked | (heard >= 0), ends.fine)
    known &= until >= rows.day[opened]  # an end recorded before the first row stands, but has no duration
    events = (*REASONS, "censored")
    return {
        "duration": optional(until - rows.day[opened], known),
        "event": words(events, np.where(known, np.where(open_now, len(REASONS), ends.reason), -1)),
    }


def _counts(story: Story) -> dict[str, pa.Array]:
    rows, of_row, n = story.rows, story.needs.of_row, story.needs.n
    inside = story.live_in_window
    letter = np.where(story.kinds.echo, -1, story.cycles.letter)
    failure = np.zeros(rows.n, bool)
    failure[story.asks[story.classified.type == FAILURE]] = True
    begun = story.cycles.first_row
    cycles = np.bincount(of_row[begun][(of_row[begun] >= 0) & rows.in_window[begun] & story.cycles.counts], minlength=n)
    without_contact = count(of_row, n, inside & (rows.contact < 0))
    gives = (letter == D) & inside & (rows.service.codes >= 0)
    what = rows.agency.codes * (len(rows.service.labels) + 1) + rows.service.codes
    return {
        "demands": pa.array(count(of_row, n, story.counted & inside)),
        "failure_demands": pa.array(count(of_row, n, failure)),
        "interactions": pa.array(count(of_row, n, inside)),
        "contacts": pa.array(distinct(of_row, n, rows.contact, inside) + without_contact),
        "cycles": pa.array(cycles),
        "agencies": pa.array(distinct(of_row, n, rows.agency.codes, inside)),
        "referrals": pa.array(count(of_row, n, inside & (letter == R))),
        "referral_chain": pa.array(_chains(story)),
        "screens": pa.array(count(of_row, n, inside & (letter == S))),
        "assessments": pa.array(count(of_row, n, inside & (letter == A))),
        "identical_services": pa.array(count(of_row, n, gives) - distinct(of_row, n, what, gives)),
        "minutes": total(of_row, n, rows.minutes, inside),
        "cost": total(of_row, n, rows.price, inside),
        "staff": pa.array(distinct(of_row, n, rows.staff, inside)),
    }


def _chains(story: Story) -> Ints:
    """M055: the longest run of refer rows of the need without a do or visit between."""
    of_row, letter = story.needs.of_row, story.cycles.letter
    where = np.flatnonzero((of_row >= 0) & story.live_in_window)
    where = where[np.lexsort((where, of_row[where]))]
    need, dos = of_row[where], np.cumsum(letter[where] == D)
    refers = letter[where] == R
    longest = np.zeros(story.needs.n, np.int64)
    if refers.any():
        runs, sizes = np.unique(np.stack([need[refers], dos[refers]]), axis=1, return_counts=True)
        np.maximum.at(longest, runs[0], sizes)
    return longest


def _first_contact(story: Story, ends: Ends, opened: Ints, cohort: Flags) -> dict[str, pa.Array]:
    """R6: met, one demand, no R, one agency, no S or A screened out, and said within `settle` days."""
    rows, of_row, n = story.rows, story.needs.of_row, story.needs.n
    letter = story.cycles.letter
    out = np.isin(letter, [S, A]) & (rows.outcome == OUTCOME["screened_out"])
    simple = (
        (count(of_row, n, story.counted) == 1)
        & (count(of_row, n, (letter == R)) == 0)
        & (distinct(of_row, n, rows.agency.codes, rows.live) == 1)
        & (count(of_row, n, out) == 0)
    )
    days = ends.day - rows.day[opened]
    soon = ends.met & ends.fine & rows.fine[opened] & (days >= 0) & (days <= story.settings.settle)
    cut = day_number(story.settings.window_end)
    return {
        "first_contact": pa.array(simple & soon),
        "first_contact_eligible": pa.array(cohort & (cut - rows.day[opened] >= story.settings.settle)),
        "first_contact_possible": pa.array(simple & (soon | ((ends.reason < 0) & ~ends.asked))),
    }


def _crisis(story: Story, ends: Ends, opening: Ints) -> dict[str, pa.Array]:
    """R7: a crisis row of the need after its opening demand, while it is unmet."""
    rows, of_row, n = story.rows, story.needs.of_row, story.needs.n
    after = np.arange(rows.n) > np.append(np.where(opening >= 0, opening, rows.n), rows.n)[of_row]
    until = np.append(np.where(ends.met, (ends.day + 1) * US_PER_DAY - 1, NEVER), 0)[of_row]
    word = np.append(np.where(ends.met & (ends.row >= 0), ends.row, rows.n), 0)[of_row]
    unmet = np.where(word < rows.n, np.arange(rows.n) <= word, rows.time <= until)
    crisis = first_row(of_row, n, rows.crisis & after & rows.live & unmet)
    known = (crisis >= 0) & rows.fine[crisis] & rows.fine[opening]
    return {
        "crisis_after_asking": pa.array(crisis >= 0),
        "crisis_days": optional(rows.day[crisis] - rows.day[opening], known),
    }


def _screened_in(story: Story, opened: Ints) -> dict[str, pa.Array]:
    """M042 (at the agency that held the need at its opening) and M061 (cycles before the first screened_in)."""
    rows, of_row, n = story.rows, story.needs.of_row, story.needs.n
    agency = np.append(rows.agency.codes[opened], -2)[of_row]
    inside = (rows.outcome == OUTCOME["screened_in"]) | (story.cycles.letter == D)
    after = np.arange(rows.n) >= np.append(opened, rows.n)[of_row]
    first_in = first_row(of_row, n, inside & after & rows.live & (rows.agency.codes == agency))
    screened = first_row(of_row, n, (rows.outcome == OUTCOME["screened_in"]) & rows.live)
    known = (first_in >= 0) & rows.fine[first_in] & rows.fine[opened]
    cycles = story.cycles
    need_of = of_row[cycles.first_row]
    over = (cycles.last_row < np.append(screened, -1)[need_of]) & cycles.counts
    return {
        "screened_in_days": optional(rows.day[first_in] - rows.day[opened], known),
        "screened_in_at": take(rows.table["started_at"], first_in),
        "cycles_before_screened_in": optional(count(need_of, n, over), screened >= 0),
    }


def _closing(story: Story, ends: Ends) -> dict[str, pa.Array]:
    """M054: an agency's closing is an event in the story, never its end."""
    rows, of_row, n = story.rows, story.needs.of_row, story.needs.n
    closed = first_row(of_row, n, (rows.activity == ACTIVITY["close"]) & rows.live)
    by_word = ends.row >= 0
    before = np.where(by_word, closed < ends.row, rows.day[closed] < ends.day)
    return {
        "closed": pa.array(closed >= 0),
        "closed_unmet": pa.array((closed >= 0) & (~ends.met | before)),
    }


def _afterwards(story: Story, ends: Ends, opened: Ints) -> dict[str, pa.Array]:
    """M048: taken on by another way of working than the old one; then 180 days without failure demand."""
    rows = story.rows
    design = take(rows.table["design"], opened)
    new = pc.fill_null(pc.not_equal(design, "old"), False)
    failure = story.asks[story.classified.type == FAILURE]
    span = int(rows.day.max(initial=0)) + 400
    moments = np.sort(rows.person[failure] * span + rows.day[failure])
    base = rows.person[opened] * span
    start, end = base + ends.day, base + ends.day + 180
    loud = np.searchsorted(moments, end, "right") > np.searchsorted(moments, start, "right")
    followed = ends.met & (day_number(story.settings.window_end) - ends.day > 180)
    return {"taken_on_new": new, "quiet_180": pa.array(~loud, mask=~followed)}
