"""The one walk: each person's rows in order → demands, needs, cycles, episodes, referrals (rules R1–R8).

Pure: Arrow tables in, Arrow tables out; no file, no engine, no state. Read top to bottom, it is the specification:
which rows are demands (R1), which need each row belongs to (R5), the cycles (R3), value or failure (R2), after
whom (R8), episodes (R4), referrals (R1.2); then one table of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys.classify import classify, owners
from personshaped.journeys.cycles import Cycles, follow_cycles
from personshaped.journeys.demands import kinds, shared
from personshaped.journeys.derived.cycles import cycles as cycles_table
from personshaped.journeys.derived.demands import demands as demands_table
from personshaped.journeys.derived.episodes import episodes as episodes_table
from personshaped.journeys.derived.interactions import interactions as interactions_table
from personshaped.journeys.derived.needs import needs as needs_table
from personshaped.journeys.derived.persons import persons as persons_table
from personshaped.journeys.derived.referrals import referrals as referrals_table
from personshaped.journeys.episodes import episodes
from personshaped.journeys.holders import holders
from personshaped.journeys.known import known
from personshaped.journeys.needs import Needs, follow_needs
from personshaped.journeys.referrals import referrals
from personshaped.journeys.rows import Ints, Rows, encode
from personshaped.journeys.story import Story, take, words
from personshaped.settings import Settings


@dataclass(frozen=True)
class Walked:
    """The derived tables of one bucket, each with the columns of `tables.DERIVED`."""

    interactions: pa.Table
    persons: pa.Table
    demands: pa.Table
    needs: pa.Table
    cycles: pa.Table
    episodes: pa.Table
    referrals: pa.Table


def walk(
    rows: pa.Table, recorded_needs: pa.Table | None, extract_starts: dict[str, date], settings: Settings
) -> Walked:
    """Walk the rows of whole persons.

    `rows`: canonical interactions with `person_id` filled, and `household_id`, `ref_key`, `started_before`, `price`,
    `price_basis`; in any order. `recorded_needs`: the canonical `needs` table, or None. `extract_starts`: the day
    of each agency's earliest row in all the data (R2, burn-in). `settings`: with its window resolved.
    """
    story = follow(encode(rows, settings), recorded_needs, extract_starts, settings)
    needs, cycles, met = needs_table(story), cycles_table(story), episodes_table(story)
    return Walked(
        interactions=interactions_table(story),
        persons=persons_table(story, needs, cycles, met),
        demands=demands_table(story),
        needs=needs,
        cycles=cycles,
        episodes=met,
        referrals=referrals_table(story),
    )


def follow(rows: Rows, recorded: pa.Table | None, starts: dict[str, date], settings: Settings) -> Story:
    """Apply the rules in turn; each takes what the ones before it found."""
    kind = kinds(rows)
    asks = kind.demand & ~kind.echo
    needs = follow_needs(rows, asks, recorded, settings)
    counted = asks & rows.seen & ~shared(rows, asks, needs.of_row)
    cycles = follow_cycles(rows, kind, needs.of_row, settings)
    where = np.flatnonzero(counted & rows.in_window)
    owner = owners(rows, needs.of_row)
    return Story(
        rows=rows,
        settings=settings,
        kinds=kind,
        counted=counted,
        needs=needs,
        need_ids=_need_ids(rows, needs),
        cycles=cycles,
        cycle_ids=_cycle_ids(rows, needs, cycles),
        asks=where,
        classified=classify(rows, where, counted & rows.live, kind, needs, cycles, starts, settings),
        known=known(rows, counted & rows.in_window, settings),
        holders=holders(rows, where, owner, cycles),
        referrals=referrals(rows, kind, cycles, settings),
        episodes=episodes(rows, cycles, settings),
    )


def _need_ids(rows: Rows, needs: Needs) -> pa.Array:
    """The recorded id (`#2` and on for later instances), else `person_id/n1` and on, in order of opening."""
    if not needs.n:
        return pa.array([], pa.string())
    first = np.full(needs.n, -1, np.int64)
    held = np.flatnonzero(needs.of_row >= 0)[::-1]
    first[needs.of_row[held]] = held
    derived = needs.recorded < 0
    number = np.cumsum(derived)
    begins = np.concatenate(([True], needs.person[1:] != needs.person[:-1]))
    base: Ints = (number - derived)[begins][np.cumsum(begins) - 1]
    made = pc.binary_join_element_wise(
        take(rows.table["person_id"], first), pa.array(number - base).cast(pa.string()), "/n"
    )
    given = words(rows.recorded_need.labels, needs.recorded)
    later = pc.binary_join_element_wise(given, pa.array(needs.instance).cast(pa.string()), "#")
    return pc.if_else(pa.array(derived), made, pc.if_else(pa.array(needs.instance > 1), later, given))


def _cycle_ids(rows: Rows, needs: Needs, cycles: Cycles) -> pa.Array:
    """`need_id|agency|k`, or `person_id|agency|k` where no need is known; k counts from 1."""
    if not cycles.n:
        return pa.array([], pa.string())
    first = cycles.first_row
    owner = pc.coalesce(take(_need_ids(rows, needs), needs.of_row[first]), take(rows.table["person_id"], first))
    return pc.binary_join_element_wise(
        owner, take(rows.table["agency"], first), _rank_within(cycles.key).cast(pa.string()), "|"
    )


def _rank_within(key: Ints) -> pa.Array:
    order = np.lexsort((np.arange(len(key)), key))
    begins = np.concatenate(([True], key[order][1:] != key[order][:-1]))
    start = np.maximum.accumulate(np.where(begins, np.arange(len(key)), 0))
    rank = np.empty(len(key), np.int64)
    rank[order] = np.arange(len(key)) - start + 1
    return pa.array(rank)
