"""The same walk as Spark tasks, one for each bucket, on storage that every worker sees.

Each task reads its bucket, walks it, writes its derived Parquet and returns row counts; nothing else passes through
the driver. The buckets are made as on one machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from personshaped.engine.clustering import Clustered
from personshaped.engine.gathering import Task, Walk, walk_bucket
from personshaped.errors import UsageError
from personshaped.settings import Settings


def walk_all_on_spark(
    clustered: Clustered,
    walk: Walk,
    tables: tuple[str, ...],
    settings: Settings,
    out: Path,
    progress: Callable[[int, int], None],
) -> dict[str, int]:
    """As `gathering.walk_all`; the Spark master is the one that the environment configures, else this machine.

    Raises UsageError where PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "--engine spark needs PySpark; expected `pip install personshaped[spark]` and Java 17"
        ) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for table in tables:
        (out / table).mkdir(parents=True, exist_ok=True)
    tasks = [
        Task(walk, bucket, out, tables, clustered.starts, clustered.recorded_needs, settings)
        for bucket in clustered.buckets
    ]
    session = SparkSession.builder.appName("personshaped").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    written = dict.fromkeys(tables, 0)
    try:
        counts = session.sparkContext.parallelize(tasks, max(1, len(tasks))).map(walk_bucket)
        for done, one in enumerate(counts.toLocalIterator(prefetchPartitions=True), start=1):
            for table, rows in one.items():
                written[table] += rows
            progress(done, len(tasks))
    finally:
        session.stop()
    return written
