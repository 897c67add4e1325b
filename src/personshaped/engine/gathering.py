"""Every bucket walked, and the pieces gathered into one Parquet file for each derived table."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.engine.clustering import Clustered
from personshaped.engine.local import in_processes
from personshaped.settings import Settings


class Walk(Protocol):
    """The one pure function of `journeys`: rows of whole persons → derived tables."""

    def __call__(
        self,
        rows: pa.Table,
        recorded_needs: pa.Table | None,
        extract_starts: dict[str, date],
        settings: Settings,
    ) -> object: ...


@dataclass(frozen=True)
class Task:
    """One bucket to walk, with all a process (or a Spark task) needs to do it alone."""

    walk: Walk
    bucket: Path
    out: Path
    tables: tuple[str, ...]
    starts: dict[str, date]
    recorded_needs: Path | None
    settings: Settings


def walk_bucket(task: Task) -> dict[str, int]:
    """Read one bucket, walk it, write its derived tables as Arrow files; returns rows written for each table."""
    rows = pq.ParquetDataset(task.bucket, partitioning=None).read()
    recorded = pq.read_table(task.recorded_needs) if task.recorded_needs else None
    walked = task.walk(rows, recorded, task.starts, task.settings)
    written = {}
    name = f"{int(task.bucket.name.split('=')[1]):06d}.arrow"
    for table in task.tables:
        data: pa.Table = getattr(walked, table)
        written[table] = data.num_rows
        with pa.ipc.new_file(str(task.out / table / name), data.schema, options=_PIECES) as file:
            file.write_table(data)
    return written


def walk_all(
    clustered: Clustered,
    walk: Walk,
    tables: tuple[str, ...],
    settings: Settings,
    out: Path,
    processes: int,
    progress: Callable[[int, int], None],
) -> dict[str, int]:
    """Walk every bucket into `out/<table>/`; `progress` hears (buckets done, buckets in all)."""
    for table in tables:
        (out / table).mkdir(parents=True, exist_ok=True)
    tasks = [
        Task(walk, bucket, out, tables, clustered.starts, clustered.recorded_needs, settings)
        for bucket in clustered.buckets
    ]
    written = dict.fromkeys(tables, 0)
    for done, counts in enumerate(in_processes(walk_bucket, tasks, processes), start=1):
        for table, rows in counts.items():
            written[table] += rows
        progress(done, len(tasks))
    return written


def gather(walked: Path, tables: tuple[str, ...], into: Path) -> None:
    """One Parquet file for each table, a row group for each bucket in order; the pieces are removed.

    The pieces are Arrow files because they are written and read once: as Parquet they would be encoded twice.
    """
    into.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(_gather_one, walked / table, into / f"{table}.parquet") for table in tables]:
            done.result()


def _gather_one(pieces: Path, into: Path) -> None:
    fresh = into.with_suffix(".new")
    writer: pq.ParquetWriter | None = None
    for piece in sorted(pieces.iterdir()):
        with pa.memory_map(str(piece)) as source:
            data = pa.ipc.open_file(source).read_all()
            writer = writer or pq.ParquetWriter(str(fresh), data.schema, compression="snappy")
            writer.write_table(data, row_group_size=max(data.num_rows, 1))
    if writer:
        writer.close()
        fresh.replace(into)
    shutil.rmtree(pieces)


_PIECES = pa.ipc.IpcWriteOptions(compression="lz4")
