"""The same figures under other thresholds: of linkage (Stat 13), and of how far back we look (R2).

Each is the whole walk again over rows linked otherwise, or with another memory; so only the measures that turn on
it are computed, and on large data for a sample of whole persons.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from personshaped.demand.memory import shorter_memory
from personshaped.engine.clustering import Clustered, cluster, cluster_draws, rows_in
from personshaped.engine.gathering import Task, gather, tasks_of, walk_all
from personshaped.figures import Figure
from personshaped.linkage.drawing import DRAWS, TABLE
from personshaped.linkage.linking import SPREAD, Linked
from personshaped.picture.inputs import Tried
from personshaped.records import Records
from personshaped.settings import Settings
from personshaped.statistics.clustered import INTERVALS
from personshaped.study.following import SAMPLED, WALK
from personshaped.study.measuring import DERIVED, measure_again, measure_draws, sums_of_memory

Tell = Callable[[str, int, int], None]
LOOK_BACKS = (30, 60, 90, 180, 365, 730)
TURN_ON_LINKING = (
    "failure_demand_share", "known_share_system", "fcr_needs", "fcr_demands", "cycles_per_need", "needs_met_share",
)  # fmt: skip
TURN_ON_DRAWS = (
    "failure_demand_share", "known_share_system", "fcr_needs", "fcr_demands", "cycles_per_need", "cycles_per_person",
    "time_to_need_met",
)  # fmt: skip
_ASKED = ("demands",)
_LOOK_BACKS = "look_backs"


@dataclass(frozen=True)
class Again:
    """Further figures (by `link_threshold` or `look_back`), and the same for the picture."""

    figures: tuple[Figure, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class _Bench:
    con: duckdb.DuckDBPyConnection
    records: Records
    settings: Settings
    work: Path
    processes: int
    share: float

    def walked(self, clustered: Clustered, settings: Settings) -> Path:
        """The tables of another walk, in a folder of their own: DuckDB remembers what stood in a file of one name."""
        shutil.rmtree(self.work / "again", ignore_errors=True)
        (self.work / "again").mkdir()
        out = Path(tempfile.mkdtemp(dir=self.work / "again"))
        walk_all(tasks_of(clustered, WALK, DERIVED, settings, out), self.processes, lambda done, total: None)
        gather(out, DERIVED, out / "tables")
        return out / "tables"


def again(
    con: duckdb.DuckDBPyConnection,
    records: Records,
    linked: Linked,
    settings: Settings,
    work: Path,
    processes: int,
    tell: Tell,
    share: float,
) -> Again:
    """The spread over linkage thresholds where any of them joins other records, and over the `look_backs` walked.

    `share` of the people are studied; where that is more than SAMPLED rows, a share of them is tried.
    """
    bench = _Bench(con, records, settings, work, processes, min(share, SAMPLED / max(rows_in(con), 1)))
    figures = [*_over_thresholds(bench, linked, tell), *_over_look_backs(bench)]
    return Again((*figures, *_over_draws(bench, linked, tell)), tuple(_tried(figure) for figure in figures))


def _over_thresholds(bench: _Bench, linked: Linked, tell: Tell) -> list[Figure]:
    if len({linked.identities_at(threshold) for threshold in SPREAD}) < 2:
        return []
    found = []
    for done, threshold in enumerate(SPREAD):
        tell("trying other linkage thresholds", done, len(SPREAD))
        clustered = cluster(bench.con, bench.work, linked.identities_at(threshold), bench.share)
        tables = bench.walked(clustered, bench.settings)
        figures = measure_again(bench.con, bench.records, tables, bench.settings, TURN_ON_LINKING)
        found += [_under(figure, "link_threshold", f"{threshold:g}", bench.share) for figure in figures]
        shutil.rmtree(bench.work / "buckets")
    tell("trying other linkage thresholds", len(SPREAD), len(SPREAD))
    return found


def _over_draws(bench: _Bench, linked: Linked, tell: Tell) -> list[Figure]:
    """For each measure one figure by `link_draws`: the median over the draws, from the 2.5th to the 97.5th in 100.

    Links are drawn apart from each other, so among many people their chances even out: what a sample of the people
    varies by is narrowed to what all of them would (the root of its share).
    """
    if linked.drawn is None:
        return []
    tell("drawing links by their probability", 0, 1)
    tables = bench.walked(cluster_draws(bench.con, bench.work, TABLE), bench.settings)
    figures = measure_draws(bench.con, bench.records, tables, bench.settings, TURN_ON_DRAWS, TABLE)
    shutil.rmtree(bench.work / "buckets")
    found = []
    for name in dict.fromkeys(figure.name for figure in figures):
        its = [figure for figure in figures if figure.name == name]
        values = np.array([figure.value for figure in its])
        low, middle, high = np.quantile(values, (0.025, 0.5, 0.975))
        narrow = linked.drawn**0.5
        said = (
            f"Over {len(its)} draws of the links by their probability; low and high are what linking alone may change."
        )
        one = replace(
            its[0], value=float(middle), numerator=None, denominator=None, n=round(np.median([one.n for one in its])),
            low=float(middle - (middle - low) * narrow), high=float(middle + (high - middle) * narrow), note=said,
        )  # fmt: skip
        found.append(_under(one, "link_draws", str(DRAWS), linked.drawn))
    tell("drawing links by their probability", 1, 1)
    return found


def look_backs(sample: Clustered, settings: Settings, work: Path) -> list[Task]:
    """The walks of a sample of the persons with a longer and a shorter memory."""
    if settings.history_complete:
        return []
    return [
        task
        for days in LOOK_BACKS
        for task in tasks_of(sample, WALK, _ASKED, replace(settings, look_back=days), work / _LOOK_BACKS / str(days))
    ]


def _over_look_backs(bench: _Bench) -> list[Figure]:
    if bench.settings.history_complete:
        return []
    found, out = {}, bench.work / _LOOK_BACKS
    for days in LOOK_BACKS:
        gather(out / str(days), _ASKED, out / str(days))
        found[days] = sums_of_memory(bench.con, out / str(days) / "demands.parquet")
    figures = shorter_memory(found, bench.settings.look_back, INTERVALS)
    return [_under(figure, figure.by, figure.group, bench.share) for figure in figures]


def _under(figure: Figure, by: str, group: str, share: float) -> Figure:
    sampled = f"A sample of {share:.0%} of the people." if share < 1 else ""
    return replace(figure, by=by, group=group, note=" ".join(part for part in (figure.note, sampled) if part))


def _tried(figure: Figure) -> Tried:
    at = f"{figure.group} days" if figure.by == "look_back" else figure.group
    name = figure.name.removesuffix("_by_look_back")
    return Tried(figure.by, at, name, figure.value)
