"""Every bucket walked, and the pieces gathered into one Parquet file for each derived table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from pkgutil import resolve_name
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
    """One bucket to walk, with all a process (or a Spark task) needs to do it alone.

    `walk` is named (`module:function`), and imported only where it runs: loading its compiled loops takes a second.
    """

    walk: str
    bucket: Path
    out: Path
    tables: tuple[str, ...]
    starts: dict[str, date]
    recorded_needs: Path | None
    settings: Settings


def tasks_of(clustered: Clustered, walk: str, tables: tuple[str, ...], settings: Settings, out: Path) -> list[Task]:
    """A task for each bucket, which writes into `out/<table>/`."""
    for table in (*tables, _FINISHED):
        (out / table).mkdir(parents=True, exist_ok=True)
    return [
        Task(walk, bucket, out, tables, clustered.starts, clustered.recorded_needs, settings)
        for bucket in clustered.buckets
    ]


def walk_bucket(task: Task) -> None:
    """Read one bucket, walk it, write its derived tables as Arrow files.

    A bucket that a stopped run had walked to the end is not walked again.
    """
    name = f"{int(task.bucket.name.split('=')[1]):06d}"
    finished = task.out / _FINISHED / name
    if finished.exists():
        return
    recorded = pq.read_table(task.recorded_needs) if task.recorded_needs else None
    walk: Walk = resolve_name(task.walk)
    for part, rows in _parts(pq.ParquetDataset(task.bucket, partitioning=None).read()):
        walked = walk(rows, recorded, task.starts, task.settings)
        for table in task.tables:
            data: pa.Table = getattr(walked, table)
            piece = task.out / table / f"{name}-{part:06d}.arrow"
            with pa.ipc.new_file(str(piece), data.schema, options=_PIECES) as file:
                file.write_table(data)
    finished.touch()


def _parts(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The rows of a bucket, as many at once as its `part` says."""
    number = rows["part"].to_numpy()
    rows = rows.drop_columns(["part"])
    last = int(number.max(initial=0))
    for part in range(last + 1):
        yield part, rows.filter(pa.array(number == part)) if last else rows


def walk_all(tasks: Sequence[Task], processes: int, progress: Callable[[int, int], None]) -> None:
    """Walk every bucket; `progress` hears (buckets done, buckets in all)."""
    for done, _ in enumerate(in_processes(walk_bucket, tasks, processes), start=1):
        progress(done, len(tasks))


def gather(walked: Path, tables: tuple[str, ...], into: Path) -> dict[str, int]:
    """One Parquet file for each table, a row group for each part of each bucket in order; returns the rows of each.

    The pieces are Arrow files because they are written and read once: as Parquet they would be encoded twice.
    """
    into.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        written = [pool.submit(_gather_one, walked / table, into / f"{table}.parquet") for table in tables]
        return {table: one.result() for table, one in zip(tables, written, strict=True)}


def _gather_one(pieces: Path, into: Path) -> int:
    rows = 0
    fresh = into.with_suffix(".new")
    writer: pq.ParquetWriter | None = None
    for piece in sorted(pieces.iterdir()):
        with pa.memory_map(str(piece)) as source:
            data = pa.ipc.open_file(source).read_all()
            writer = writer or pq.ParquetWriter(
                str(fresh),
                data.schema,
                compression="snappy",
                use_dictionary=_repeating(pieces.name, data.schema),
                write_statistics=False,
            )  # persons are spread by hash: the least and most of a row group would rule nothing out
            writer.write_table(data, row_group_size=max(data.num_rows, 1))
            rows += data.num_rows
    if writer:
        writer.close()
        fresh.replace(into)
    return rows


def _repeating(table: str, schema: pa.Schema) -> list[str]:
    """The columns whose values repeat: not times, nor the table's own id."""
    own = _OWN_IDS.get(table)
    return [one.name for one in schema if one.name != own and not pa.types.is_timestamp(one.type)]


_OWN_IDS = {
    "interactions": "interaction_id",
    "demands": "interaction_id",
    "needs": "need_id",
    "cycles": "cycle_id",
    "episodes": "episode_id",
    "persons": "person_id",
}
"""What no two rows of a table share; a referral has none."""


_FINISHED = "finished"
_PIECES = pa.ipc.IpcWriteOptions(compression="lz4")
