"""The same walk as Spark tasks, one for each bucket, on storage that every worker sees.

Each task reads its bucket, walks it and writes its derived tables; nothing passes through the driver. The buckets are
made as on one machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from personshaped.engine.gathering import Task, walk_bucket
from personshaped.errors import UsageError


def walk_all_on_spark(tasks: Sequence[Task], progress: Callable[[int, int], None]) -> None:
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
    session = SparkSession.builder.appName("personshaped").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        walked = session.sparkContext.parallelize(tasks, max(1, len(tasks))).map(walk_bucket)
        for done, _ in enumerate(walked.toLocalIterator(prefetchPartitions=True), start=1):
            progress(done, len(tasks))
    finally:
        session.stop()
