"""Canonical rows of whole persons as arrays, in the person's order (spec section 3, Order).

Everything the rules look at becomes an integer: categories are codes, times are microseconds, days are calendar
days since 1970. -1 stands for blank throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.settings import Settings
from personshaped.tables import ACTIVITIES, CANONICAL, INITIATORS, OUTCOMES, PERSON_SIDE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLANK = -1
US_PER_DAY = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()
_RANK = {
    "demand": 0, "screen": 1, "assess": 2, "do": 3, "visit": 3, "pull": 3, "approve": 4, "record": 5,
    "refer": 6, "close": 7,
}  # fmt: skip
_LAST_RANK = 8
COARSE = ("month", "year", "range")
"""Precisions too coarse for a duration or an echo; `estimated` days count as days."""

ACTIVITY = {name: code for code, name in enumerate(ACTIVITIES)}
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}


@dataclass(frozen=True)
class Coded:
    """A column of categories: `codes` per row (-1 = blank) into `labels`."""

    codes: Ints
    labels: list[str]

    def code(self, label: str) -> int:
        return self.labels.index(label) if label in self.labels else BLANK

    def text(self, codes: Ints) -> pa.Array:
        """The labels of some codes as Arrow text; blank codes are null."""
        return pa.array(self.labels, pa.string()).take(pa.array(codes, mask=codes < 0))


@dataclass(frozen=True)
class Rows:
    """One bucket of interactions: every array has one entry per row, in order.

    `dated` is false for rows of which only the order is known, `seen` for rows at or after the cut: neither
    enters a need, cycle or episode. `fine` is true where the day is known.
    """

    table: pa.Table
    n: int
    person: Ints
    time: Ints
    day: Ints
    dated: Flags
    seen: Flags
    fine: Flags
    in_window: Flags
    agency: Coded
    ref: Ints
    service: Coded
    contact: Ints
    recorded_need: Coded
    issue_starts: Ints
    issue_codes: Ints
    issues: list[str]
    issue_text: Coded
    activity: Ints
    initiated: Ints
    outcome: Ints
    reason: Coded
    referred_to: Coded
    caused_by: Coded
    need_met: Ints
    crisis: Flags
    staff: Ints
    expected: Flags
    minutes: npt.NDArray[np.float64]
    price: npt.NDArray[np.float64]

    @property
    def live(self) -> Flags:
        """Rows that the rules may use: dated and before the cut."""
        return self.dated & self.seen


def coded(column: pa.ChunkedArray | pa.Array) -> Coded:
    """Dictionary-encode a text column; -1 where blank."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    codes = array.indices.fill_null(BLANK).to_numpy(zero_copy_only=False).astype(np.int64)
    return Coded(codes, array.dictionary.to_pylist())


def fixed(column: pa.ChunkedArray, values: tuple[str, ...]) -> Ints:
    """Codes by position in a fixed list of words; -1 where blank or unlisted."""
    found = pc.index_in(column, value_set=pa.array(values, pa.string()))
    return _numpy(found.fill_null(BLANK)).astype(np.int64)


def _numpy(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.generic]:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    result: npt.NDArray[np.generic] = array.to_numpy(zero_copy_only=False)
    return result


def yesno(column: pa.ChunkedArray) -> Ints:
    """1 yes, 0 no, -1 blank."""
    return _numpy(column.cast(pa.int8()).fill_null(BLANK)).astype(np.int64)


def numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Numbers with NaN where blank."""
    return _numpy(column.cast(pa.float64())).astype(np.float64)


def in_order(table: pa.Table) -> pa.Table:
    """The rows by (person, started_at, seq where given, rank of activity, interaction_id as text).

    What somebody asked is a demand, whether or not the agency wrote down an activity (R1). Undated rows follow the
    dated ones, by seq (section 11: they stand by seq in timelines).
    """
    person = coded(table["person_id"])
    by_text = np.argsort(np.array(person.labels, dtype=object), kind="stable")
    place = np.empty(len(by_text), np.int64)
    place[by_text] = np.arange(len(by_text))
    who = place[person.codes]
    never = np.iinfo(np.int64).max
    time = _numpy(table["started_at"].cast(pa.int64()).fill_null(never)).astype(np.int64)
    seq = _numpy(table["seq"].fill_null(never)).astype(np.int64)
    ranks = np.array([_RANK.get(name, _LAST_RANK) for name in ACTIVITIES] + [_LAST_RANK])
    activity = fixed(table["activity"], ACTIVITIES)
    asked = (activity == BLANK) & (fixed(table["initiated_by"], PERSON_SIDE) != BLANK)
    rank = np.where(asked, _RANK["demand"], ranks[activity])
    order = np.lexsort((rank, seq, time, who))
    order = _ties_by_id(order, (who, time, seq, rank), table["interaction_id"])
    if np.array_equal(order, np.arange(len(order))):
        return table
    return table.take(pa.array(order))


def _ties_by_id(order: Ints, keys: tuple[Ints, ...], ids: pa.ChunkedArray) -> Ints:
    same = np.ones(max(len(order) - 1, 0), bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if not same.any():
        return order
    tied = np.zeros(len(order), bool)
    tied[1:] |= same
    tied[:-1] |= same
    group = np.concatenate(([0], np.cumsum(~same)))
    where = np.flatnonzero(tied)
    texts = ids.take(pa.array(order[where]))
    keyed = pa.table({"group": group[where], "id": texts})
    order = order.copy()
    order[where] = order[where][_numpy(pc.sort_indices(keyed, [("group", "ascending"), ("id", "ascending")]))]
    return order


def _issues(table: pa.Table) -> tuple[Ints, Ints, list[str], Coded]:
    """Issue lists as starts and codes (one entry past the end), each distinct text split once."""
    text = coded(table["issue"])
    labels: dict[str, int] = {}
    lists = []
    for cell in text.labels:
        parts = sorted({part.strip() for part in cell.split(";") if part.strip()})
        lists.append([labels.setdefault(part, len(labels)) for part in parts])
    sizes = np.array([len(one) for one in lists] + [0], np.int64)
    starts = np.concatenate(([0], np.cumsum(sizes[text.codes])))
    flat = np.array([code for one in lists for code in one] or [0], np.int64)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    per_row = sizes[text.codes]
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], per_row)
    codes = flat[np.repeat(offsets[text.codes], per_row) + within] if starts[-1] else np.zeros(0, np.int64)
    return starts.astype(np.int64), codes.astype(np.int64), list(labels), text


def _expected(issues: Coded, service: Coded, settings: Settings) -> Flags:
    """Rows all of whose issues, or whose service, are listed as expected to repeat (R2)."""
    listed = set(settings.expected_repeat)
    by_issue = [
        bool(parts) and parts <= listed
        for parts in ({p.strip() for p in cell.split(";") if p.strip()} for cell in issues.labels)
    ]
    by_service = [label in listed for label in service.labels]
    return np.array([*by_issue, False])[issues.codes] | np.array([*by_service, False])[service.codes]


def encode(table: pa.Table, settings: Settings) -> Rows:
    """Arrow interactions of whole persons → ordered arrays.

    `table` has the canonical columns with `person_id` filled, and `household_id`, `ref_key`, `started_before`,
    `price`, `price_basis`; a canonical column that is missing is blank. `settings` has its window resolved.
    """
    table = in_order(_completed(table))
    n = table.num_rows
    dated = ~_numpy(table["started_at"].is_null()).astype(bool)
    time = _numpy(table["started_at"].cast(pa.int64()).fill_null(0)).astype(np.int64)
    day = np.floor_divide(time, US_PER_DAY)
    start, cut = (day_number(d) for d in (settings.window_start, settings.window_end))
    agency, service = coded(table["agency"]), coded(table["service"])
    ref = coded(table["ref_key"])
    starts, codes, labels, issue_text = _issues(table)
    coarse = _numpy(pc.is_in(table["date_precision"], value_set=pa.array(COARSE))).astype(bool)
    seen = ~dated | (day < cut)
    return Rows(
        table=table, n=n, person=coded(table["person_id"]).codes, time=time, day=day, dated=dated, seen=seen,
        fine=dated & ~coarse,
        in_window=np.where(dated, (day >= start) & (day < cut), not settings.window_declared),
        agency=agency, ref=agency.codes * (len(ref.labels) + 1) + ref.codes, service=service,
        contact=coded(table["contact_id"]).codes, recorded_need=coded(table["need_id"]),
        issue_starts=starts, issue_codes=codes, issues=labels, issue_text=issue_text,
        activity=fixed(table["activity"], ACTIVITIES), initiated=fixed(table["initiated_by"], INITIATORS),
        outcome=fixed(table["outcome"], OUTCOMES), reason=coded(table["reason"]),
        referred_to=coded(table["referred_to"]), caused_by=_by_hand(table, "caused_by"),
        need_met=yesno(table["need_met"]), crisis=yesno(table["crisis"]) == 1,
        staff=coded(table["staff_id"]).codes, expected=_expected(issue_text, service, settings),
        minutes=numbers(table["minutes"]), price=numbers(table["price"]),
    )  # fmt: skip


def _completed(table: pa.Table) -> pa.Table:
    for column in CANONICAL["interactions"].schema:
        if column.name not in table.schema.names:
            table = table.append_column(column, pa.nulls(table.num_rows, column.type))
    return table


def _by_hand(table: pa.Table, name: str) -> Coded:
    """A coded column, blank where a rule wrote the code: only people's codes count as such (section 11)."""
    by_rule = pc.fill_null(pc.starts_with(table["coded_by"], "rule:"), False)
    return coded(pc.if_else(by_rule, pa.scalar(None, pa.string()), table[name]))


def day_number(day: date | None) -> int:
    """Days since 1970 of a calendar date; 0 where there is none, which is where no row has a date."""
    return day.toordinal() - _EPOCH if day else 0


PERSON_SIDE_CODES = np.array([INITIATORS.index(name) for name in PERSON_SIDE])
OTHER_AGENCY = INITIATORS.index("other_agency")
