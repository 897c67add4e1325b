"""How soon early signs ask about an agency that begins to fail, and how often about one that does not (Stat 9).

    python benchmarks/early_signs.py [SEEDS [FROM [PEOPLE]]]

`failing_agency` (from month 18 housing meets half as many needs) beside its twin `half_way`, in which nothing changes.
The true stream is walked, without linking. The list is drawn up anew at the end of every month from 18 on, from what
was known by then; a line is new where a chart signals at a point from month 18 on.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from personshaped.figures import Context, DataAvailability, filled
from personshaped.journeys import walk
from personshaped.learning.signals import Signal, signs
from personshaped.learning.watched import SERIES
from personshaped.locality.canonical import as_canonical, moments
from personshaped.locality.place import AGENCY_NAMES
from personshaped.locality.recording import published
from personshaped.locality.scenarios import TURNS_AT
from personshaped.settings import Settings
from spec.towns import town

FAILS = "housing"
FOLLOWED = {
    "share of needs met within 90 days": 3, "share of needs nobody asked about within 90 days": 3,
    "share of needs still open after 180 days": 6, "share of referrals sent here that are recorded here": 2,
}  # fmt: skip
"""Months that have to pass until such a month is known."""
Row = dict[str, Any]


def rows_of(scenario: str, people: int, seed: int) -> list[Row]:
    """The monthly series of every agency, as the study would have them with every person known."""
    of = town(scenario, people, 3, seed)
    rows = as_canonical(of).filter(pa.array(published(of)))
    for name, blank in (("household_id", pa.string()), ("price", pa.float64()), ("price_basis", pa.string())):
        rows = rows.append_column(name, pa.nulls(rows.num_rows, blank))
    rows = rows.append_column("ref_key", rows["person_ref"]).append_column("started_before", rows["started_at"])
    begins = {
        agency: min(moments(of)[published(of) & (of.rows["agency"] == number)]).astype("datetime64[D]").item()
        for number, agency in enumerate(AGENCY_NAMES)
    }
    window = Settings(window_start=of.calendar.window_start, window_end=of.calendar.window_end)
    found = walk(rows, None, begins, window)
    town.cache_clear()
    con = duckdb.connect(":memory:")
    for name in ("interactions", "demands", "needs", "referrals"):
        con.register(name, getattr(found, name))
    con.execute("CREATE TABLE area_facts (agency TEXT, measure TEXT, period TEXT, value DOUBLE, stratum TEXT)")
    con.execute('CREATE TABLE changes ("at" DATE, kind TEXT, text TEXT, agency TEXT, person_id TEXT)')
    cursor = con.execute(filled(SERIES, Context(window, DataAvailability(frozenset()))))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def known_by(rows: Iterable[Row], month: int, periods: Sequence[str]) -> list[Row]:
    """The series as they stood at the end of a month."""
    made = []
    for row in rows:
        last = month - FOLLOWED.get(row["what"], 0)
        kept = sum(period < periods[last] for period in row["periods"]) if last < len(periods) else len(periods)
        cut = {name: row[name][:kept] for name in ("counts", "of", "periods") if row[name] is not None}
        made.append({**row, **cut})
    return made


def new_lines(signals: Sequence[Signal], periods: Sequence[str]) -> list[Signal]:
    return [one for one in signals if one.until >= periods[TURNS_AT]]


Delays = dict[str, int | None]


def measured(scenario: str, people: int, seed: int) -> tuple[Delays, Delays, dict[str, int], float, float]:
    """Months until each agency is asked about, and until a chart of it is lasting among all (Benjamini–Hochberg).

    Then by which charts housing was; the part of charts flagged, and by chance.
    """
    rows = rows_of(scenario, people, seed)
    periods = sorted({period for row in rows for period in row["periods"]})
    first: Delays = dict.fromkeys(AGENCY_NAMES)
    stood: Delays = dict.fromkeys(AGENCY_NAMES)
    by: dict[str, int] = {}
    for month in range(TURNS_AT + 1, len(periods) + 1):
        found = signs(known_by(rows, month, periods))
        for one in new_lines(found.signals, periods):
            first[one.agency] = first[one.agency] or month - TURNS_AT
            if one.agency == FAILS:
                by.setdefault(one.chart, month - TURNS_AT)
        for mark in found.lasting:
            stood[mark.agency] = stood[mark.agency] or month - TURNS_AT
    return first, stood, by, found.flagged / found.charts, found.by_chance / found.charts


def told(scenario: str, people: int, seeds: range) -> None:
    delays: dict[str, list[int | None]] = {}
    charts = Counter[str]()
    flagged, chance = [], []
    for seed in seeds:
        first, stood, by, share, expected = measured(scenario, people, seed)
        for said, found in (("asked about", first), ("lasting among all", stood)):
            for agency, month in found.items():
                whose = FAILS if agency == FAILS else "every other agency"
                delays.setdefault(f"{whose}: {said}", []).append(month)
        charts.update(by.keys())
        flagged.append(share)
        chance.append(expected)
    print(f"{scenario}, {people:,} people, seeds {seeds.start} to {seeds.stop - 1}", flush=True)
    for name, months in delays.items():
        shares = ", ".join(
            f"{sum(one is not None and one <= by for one in months)} by month {by}" for by in (3, 6, 12, 18)
        )
        known = [one for one in months if one is not None]
        print(f"  {name}, of {len(months)}: {shares}; middle delay {np.median(known) if known else '-'}")
    print(f"  charts of housing: {dict(sorted(charts.items()))}")
    print(f"  charts with a signal {np.mean(flagged):.0%}, by chance {np.mean(chance):.0%}", flush=True)


if __name__ == "__main__":
    count, start, living = (*(int(one) for one in sys.argv[1:]), *(12, 1, 20_000)[len(sys.argv) - 1 :])
    for one in ("half_way", "failing_agency"):
        told(one, living, range(start, start + count))
