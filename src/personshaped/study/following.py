"""Each person's rows put together, walked and gathered into the derived tables; what is finished is not done again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb

from personshaped.engine.clustering import Clustered, cluster, clustered, keep_sample, kept_sample
from personshaped.engine.gathering import Task, gather, tasks_of, walk_all
from personshaped.engine.stages import Stages
from personshaped.settings import Settings
from personshaped.study.measuring import DERIVED

WALK = "personshaped.journeys:walk"
WARM = "personshaped.journeys.ready"
SAMPLED = 30_000
"""Rows of whole persons that are kept, to be walked again with other settings."""

Walker = Callable[[list[Task], Callable[[int, int], None]], None]


def follow(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    tables: Path,
    stages: Stages,
    share: float,
    walker: Walker,
    tell: Callable[[str, int, int], None],
    blank: Collection[str] = (),
    beside: Callable[[Clustered], list[Task]] = lambda sample: [],
) -> dict[str, int]:
    """Cluster, walk, gather into `tables`; returns the rows of each. A stopped run goes on after its last bucket.

    `share` of the persons are followed. `walker` walks the tasks, on this machine or on others. `blank` are columns of
    `interactions` without a cell. `beside` gives other walks, of a sample of the persons, that are done in one go with
    these.
    """
    if (done := stages.done("followed")) is not None:
        return done
    tell("putting each person's rows together", 0, 1)
    work = stages.folder
    if stages.done("clustered") is None:
        found = cluster(con, work, "identities", share, blank)
        keep_sample(con, found, work, SAMPLED, share)
        stages.finish("clustered", {"buckets": len(found.buckets)})
    else:
        found = clustered(con, work)
    tell("putting each person's rows together", 1, 1)
    tasks = tasks_of(found, WALK, DERIVED, settings, work / "walked")
    tasks += beside(kept_sample(con, work))
    walker(tasks, lambda done, total: tell("following each person's demands", done, total))
    tell("gathering", 0, 1)
    written = gather(work / "walked", DERIVED, tables)
    tell("gathering", 1, 1)
    stages.finish("followed", written)
    shutil.rmtree(work / "walked")
    return written


def on_processes(processes: int) -> Walker:
    """Walks on this machine."""
    return lambda tasks, progress: walk_all(tasks, processes, progress)


def on_spark(tasks: list[Task], progress: Callable[[int, int], None]) -> None:
    """Walks where Spark is configured to run."""
    from personshaped.engine.spark import walk_all_on_spark

    walk_all_on_spark(tasks, progress)
