"""Scenarios of the synthetic locality as monthly series: what happened, what the rules find, what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys import walk
from personshaped.learning.four_sentences import Beside, beside
from personshaped.learning.old_new import Pair, by_itself, old_new
from personshaped.locality.canonical import Simulated, as_canonical, moments, simulate
from personshaped.locality.dialects import dialects
from personshaped.locality.events import KIND
from personshaped.locality.place import AGENCIES, AGENCY_NAMES, AREAS
from personshaped.locality.recording import is_demand, published, written_down
from personshaped.settings import Settings
from personshaped.statistics.interrupted import Interruption, controlled
from personshaped.statistics.xmr import xmr

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@cache
def town(scenario: str, people: int, years: int, seed: int) -> Simulated:
    return simulate(scenario, people, years, seed)


def monthly(of: Simulated, rows: Flags) -> Counts:
    """How many of the true rows there are in each month of the window."""
    months = (of.calendar.window_end.year - of.calendar.window_start.year) * 12
    edges = [of.calendar.day_of_month(month) for month in range(months + 1)]
    return np.histogram(of.rows["time"][rows], edges)[0]


def failure_demands(of: Simulated, areas: tuple[str, ...]) -> Counts:
    """Failure demands of each month from people who live in these areas."""
    here = np.isin(of.lives.area[of.person], [AREAS.index(area) for area in areas])
    return monthly(of, is_demand(of) & here & (of.rows["kind"] != KIND["first"]))


def asked_together(of: Simulated, areas: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """For two months the sum over persons of these areas of the failure demands of each in the one times the other."""
    here = np.isin(of.lives.area[of.person], [AREAS.index(area) for area in areas])
    return together_by_person(of, is_demand(of) & here & (of.rows["kind"] != KIND["first"]))


def together_by_person(of: Simulated, rows: Flags) -> npt.NDArray[np.float64]:
    """For two months the sum over persons of how many of these rows each has in the one times those in the other."""
    months = (of.calendar.window_end.year - of.calendar.window_start.year) * 12
    edges = [of.calendar.day_of_month(month) for month in range(months + 1)]
    month = np.searchsorted(edges, of.rows["time"][rows], side="right") - 1
    inside = (month >= 0) & (month < months)
    asked = np.zeros((len(of.lives.came), months))
    np.add.at(asked, (of.person[rows][inside], month[inside]), 1)
    asked = asked[asked.any(axis=1)]
    return asked.T @ asked


def beyond_others(of: Simulated, area: str, beside: tuple[str, ...]) -> Interruption:
    """What changed in month 18 in one area beyond what changed in others (Stat 5)."""
    together = asked_together(of, (area,)), asked_together(of, beside)
    return controlled(failure_demands(of, (area,)), failure_demands(of, beside), 18, seed=1, together=together)


@dataclass(frozen=True)
class Coded:
    """Demands of the window by rule (R2), an entry for each: month counted from 0, agency, area, failure or not."""

    month: Counts
    agency: npt.NDArray[np.str_]
    area: npt.NDArray[np.str_]
    failure: Flags
    coded: Flags

    def share(self, where: Flags, months: int) -> npt.NDArray[np.float64]:
        """Failure share of each month, of the demands that could be coded."""
        counted = where & self.coded
        of = np.bincount(self.month[counted], minlength=months)
        return np.bincount(self.month[counted & self.failure], minlength=months) / np.maximum(of, 1)


@cache
def coded(scenario: str, people: int, years: int, seed: int) -> Coded:
    """What the walk makes of the rows that the scenario publishes, every person known."""
    of = town(scenario, people, years, seed)
    return _coded(of, as_canonical(of).filter(pa.array(published(of))))


@cache
def coded_unlinked(scenario: str, people: int, years: int, seed: int) -> Coded:
    """The same where only each agency's own reference is known: one person at two agencies is two."""
    of = town(scenario, people, years, seed)
    rows = as_canonical(of).filter(pa.array(published(of)))
    alone = pc.binary_join_element_wise(rows["agency"], rows["person_id"], ":")
    rows = rows.set_column(rows.schema.get_field_index("person_id"), "person_id", alone)
    return _coded(of, rows.sort_by([("person_id", "ascending"), ("started_at", "ascending")]))


def _coded(of: Simulated, rows: pa.Table) -> Coded:
    count = rows.num_rows
    rows = rows.append_column("household_id", pa.nulls(count, pa.string()))
    rows = rows.append_column("ref_key", rows["person_ref"]).append_column("started_before", rows["started_at"])
    rows = rows.append_column("price", pa.nulls(count, pa.float64()))
    rows = rows.append_column("price_basis", pa.nulls(count, pa.string()))
    begins = {
        agency: min(moments(of)[published(of) & (of.rows["agency"] == number)]).astype("datetime64[D]").item()
        for number, agency in enumerate(AGENCY_NAMES)
    }
    window = (of.calendar.window_start, of.calendar.window_end)
    found = walk(rows, None, begins, Settings(window_start=window[0], window_end=window[1])).demands
    when = found["started_at"].to_numpy().astype("datetime64[M]").astype(int)
    area = dict(zip(rows["person_id"].to_pylist(), rows["area"].to_pylist(), strict=True))
    kinds = np.array(found["demand_type"].to_pylist(), dtype=object)
    return Coded(
        month=when - int(np.datetime64(window[0], "M").astype(int)),
        agency=np.array(found["agency"].to_pylist()),
        area=np.array([area[one] for one in found["person_id"].to_pylist()]),
        failure=kinds == "failure",
        coded=np.isin(kinds, ("value", "failure")),
    )


@cache
def reported(scenario: str, people: int, seed: int, agency: str) -> tuple[Counts, Counts]:
    """Askings in each of 36 months at one agency: as it wrote them down, and as somebody independent counted them."""
    of, kept, here = _written_and_true(scenario, people, seed, agency)
    return monthly(of, kept), monthly(of, here)


@cache
def panel(scenario: str, people: int, seed: int, agency: str) -> Beside:
    """The same two series beside each other, with how often the same people are in several months of the first."""
    of, kept, _ = _written_and_true(scenario, people, seed, agency)
    by_person = together_by_person(of, kept)
    again = [float(np.diag(by_person, apart).mean()) for apart in range(len(by_person))]
    months = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    own, independent = reported(scenario, people, seed, agency)
    found = beside(months, own.tolist(), independent.tolist(), again)
    assert found is not None
    return found


def _written_and_true(scenario: str, people: int, seed: int, agency: str) -> tuple[Simulated, Flags, Flags]:
    of = town(scenario, people, 3, seed)
    dialect = next(one for one in dialects() if one.name == agency)
    here = np.flatnonzero(is_demand(of) & (of.rows["agency"] == AGENCY_NAMES.index(agency)))
    kept = written_down(of, dialect, here, np.random.default_rng([seed, 2]))
    return of, _only(of, here[kept]), _only(of, here)


def _only(of: Simulated, rows: Counts) -> Flags:
    chosen = np.zeros(len(of.rows), dtype=bool)
    chosen[rows] = True
    return chosen


def shifts(series: npt.ArrayLike) -> bool:
    """Whether a chart of individual values shows seven months or more on one side of its mean (Stat 1)."""
    return bool(xmr(series).signals.shift.any())


def two_years(of: Simulated) -> dict[str, tuple[Floats, Floats]]:
    """What everybody cost and how often each asked, in the years before and after the cases were taken on."""
    assert of.cases
    pounds = np.array([one.pounds for one in AGENCIES])[of.rows["agency"]]
    cost = np.where(np.isnan(of.rows["cost"]), of.rows["minutes"] / 60 * pounds, of.rows["cost"])
    on, time = of.calendar.day(of.cases.on), of.rows["time"]
    years = [(time >= since) & (time < since + 365) for since in (on - 365, on)]

    def by_person(weight: Floats, year: Flags) -> Floats:
        return np.bincount(of.person[year], weight[year], len(of.lives.came))

    asked = is_demand(of).astype(float)
    return {
        name: (by_person(weight, years[0]), by_person(weight, years[1]))
        for name, weight in (("cost", cost), ("times asked", asked))
    }


def seven(of: Simulated, name: str, old: Floats, new: Floats) -> tuple[bool, bool]:
    """Whether the cases show a difference at 5% by the pairs alone, and beyond what was to be expected (Stat 4)."""
    assert of.cases
    cases = np.isin(np.arange(len(old)), of.cases.people)
    others = list(zip(old[~cases & (old + new > 0)], new[~cases & (old + new > 0)], strict=True))
    pairs = [Pair("", *pair) for pair in zip(old[cases].tolist(), new[cases].tolist(), strict=True)]
    flip, by = old_new(name, "", pairs).flip, by_itself(pairs, [], others)
    beyond = by.beyond_flip is not None and by.beyond_flip.p <= 0.05 and (by.beyond_expected or 0) < 0
    return flip is not None and flip.p <= 0.05, beyond
