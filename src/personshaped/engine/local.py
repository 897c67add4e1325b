"""The connection that a run works in, and the pool of processes that walks its buckets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.abc import MetaPathFinder
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import TypeVar

import duckdb
import duckdb_extension_httpfs

from personshaped.sql import literal

Task = TypeVar("Task")
Result = TypeVar("Result")
_ROWS_HELD = 200_000
"""So many rows a thread keeps before it writes them into the buckets; with the database's own 524,288 ten million
rows no longer fit in a gigabyte, and spill."""


def threads_here() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_connection(work: Path, threads: int | None = None, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB database for one run; what does not fit goes, encrypted, to files in `work`.

    `memory` is the most the database may hold, e.g. `1GB`. Nothing is fetched from any network.
    """
    work.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        ":memory:",
        config={
            "threads": threads or threads_here(),
            "memory_limit": memory,
            "temp_directory": str(work / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "partitioned_write_flush_threshold": _ROWS_HELD,
        },
    )
    con.execute(f"LOAD {literal(_cryptography())}")
    con.execute("SET temp_file_encryption = true")
    con.execute("SET disabled_filesystems = 'HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem'")
    con.execute("SET enable_progress_bar = false")
    return con


class _NoPandas(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in workers", name=name)


def _without_pandas() -> None:
    """Arrow looks for pandas whenever it takes a NumPy array; the import would cost each worker a second."""
    sys.meta_path.insert(0, _NoPandas())


def _cryptography() -> Path:
    """DuckDB's own module can read what is encrypted but not write it; this extension, from its wheel, can."""
    folder = Path(duckdb_extension_httpfs.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    return folder / "httpfs.duckdb_extension"


def warm_up(module: str) -> None:
    """Begin the server that workers are forked from, with `module` imported, while other work goes on; and with the
    program that is running, which each worker would import again."""
    get_context("forkserver").set_forkserver_preload(["__main__", module])
    forkserver.ensure_running()


def in_processes(function: Callable[[Task], Result], tasks: Sequence[Task], processes: int) -> Iterator[Result]:
    """Results of `function` over `tasks`, as they come; in this process where one is enough."""
    if processes <= 1 or len(tasks) <= 1:
        yield from map(function, tasks)
        return
    workers = min(processes, len(tasks))
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver"), initializer=_without_pandas) as pool:
        for done in as_completed([pool.submit(function, task) for task in tasks]):
            yield done.result()
