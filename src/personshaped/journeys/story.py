"""Everything the rules found out about one bucket, before it is written as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from personshaped.journeys.classify import Classified
from personshaped.journeys.cycles import Cycles
from personshaped.journeys.demands import Kinds
from personshaped.journeys.episodes import Episodes
from personshaped.journeys.holders import Holders
from personshaped.journeys.known import Known
from personshaped.journeys.needs import Needs
from personshaped.journeys.referrals import Referrals
from personshaped.journeys.rows import Flags, Ints, Rows
from personshaped.settings import Settings


@dataclass(frozen=True)
class Story:
    """`asks` are the row numbers of the counted demands of the window; `classified` has one entry for each."""

    rows: Rows
    settings: Settings
    kinds: Kinds
    counted: Flags
    needs: Needs
    need_ids: pa.Array
    cycles: Cycles
    cycle_ids: pa.Array
    asks: Ints
    classified: Classified
    known: Known
    holders: Holders
    referrals: Referrals
    episodes: Episodes

    @property
    def live_in_window(self) -> Flags:
        """Rows that count in the window's totals."""
        return self.rows.in_window & self.rows.seen


def count(groups: Ints, size: int, where: Flags | None = None) -> Ints:
    """Rows per group; groups below 0 are left out."""
    keep = groups >= 0 if where is None else (groups >= 0) & where
    return np.bincount(groups[keep], minlength=size)[:size].astype(np.int64)


def total(groups: Ints, size: int, amounts: npt.NDArray[np.float64], where: Flags) -> pa.Array:
    """Sums per group, to a hundredth of a penny or minute; null where no amount is known."""
    keep = (groups >= 0) & where & ~np.isnan(amounts)
    sums = np.bincount(groups[keep], weights=amounts[keep], minlength=size)[:size]
    return pa.array(np.round(sums, 4), mask=count(groups, size, keep) == 0)


def distinct(groups: Ints, size: int, codes: Ints, where: Flags) -> Ints:
    """Distinct non-blank codes per group."""
    keep = (groups >= 0) & (codes >= 0) & where
    if not keep.any():
        return np.zeros(size, np.int64)
    width = int(codes.max()) + 1
    pairs = np.unique(groups[keep] * width + codes[keep])
    return np.bincount(pairs // width, minlength=size)[:size].astype(np.int64)


def position(person: Ints) -> Ints:
    """The place of each row within its person, from 1; `person` of rows in the person's order."""
    begins = np.concatenate((np.ones(min(len(person), 1), bool), person[1:] != person[:-1]))
    at = np.arange(len(person))
    return at - np.maximum.accumulate(np.where(begins, at, 0)) + 1


def first_row(groups: Ints, size: int, where: Flags) -> Ints:
    """The first row of each group among `where`; -1 where none."""
    result = np.full(size, -1, np.int64)
    rows = np.flatnonzero((groups >= 0) & where)[::-1]
    result[groups[rows]] = rows
    return result


def last_row(groups: Ints, size: int, where: Flags) -> Ints:
    """The last row of each group among `where`; -1 where none."""
    result = np.full(size, -1, np.int64)
    rows = np.flatnonzero((groups >= 0) & where)
    result[groups[rows]] = rows
    return result


def take(column: pa.ChunkedArray | pa.Array, rows: Ints) -> pa.Array:
    """Values of a column at some rows; null where the row number is -1."""
    picked = column.take(pa.array(rows, mask=rows < 0))
    return picked.combine_chunks() if isinstance(picked, pa.ChunkedArray) else picked


def words(labels: tuple[str, ...] | list[str], codes: Ints) -> pa.Array:
    """Labels of codes; null where the code is below 0."""
    return pa.array(list(labels), pa.string()).take(pa.array(codes, mask=codes < 0))


def optional(values: Ints, known: Flags) -> pa.Array:
    """Whole numbers, null where not known."""
    return pa.array(values.astype(np.int64), mask=~known)


def moment(microseconds: Ints, known: Flags) -> pa.Array:
    """Times, null where not known."""
    return pa.array(microseconds.astype(np.int64), mask=~known).cast(pa.timestamp("us"))
