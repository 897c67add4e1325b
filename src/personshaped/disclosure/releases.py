"""What was published before, so that the difference of two releases tells of nobody (Stat 11).

Each release leaves its exact counts in the closed folder `.private/published/`, and a line in `log.csv` there. They
hold no person; they are what a second release is held against.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import counts_of
from personshaped.figures import Figure
from personshaped.records import by_hand

FOLDER = "published"
LOG = "log.csv"
COLUMNS = ("at", "by", "into", "least", "round_to", "figures", "withheld", "words", "sha256")
Key = tuple[str, str, str, str, str, int]


def earlier(private: Path) -> list[dict[Key, float]]:
    """The exact counts of each release before, by figure and which count of it."""
    folder = private / FOLDER
    return [_read(path) for path in sorted(folder.glob("*.parquet"))] if folder.is_dir() else []


def changed(figures: Sequence[Figure], before: Sequence[dict[Key, float]], profile: Profile) -> set[int]:
    """The places of figures that differ from a release before by few, as where one month or one person was added."""
    return {
        at
        for at, one in enumerate(figures)
        for which, count in enumerate(counts_of(one))
        if any(
            profile.is_few(abs(count - release[key]))
            for release in before
            if (key := (*one.key, which)) in release
        )
    }  # fmt: skip


def keep(private: Path, figures: Sequence[Figure], line: dict[str, object]) -> None:
    """Notes a release: its exact counts, and a line of when, by whom, and what went out."""
    folder = private / FOLDER
    private.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    counts = [(*one.key, which, count) for one in figures for which, count in enumerate(counts_of(one))]
    columns = list(zip(*counts, strict=True)) if counts else [()] * 7
    names = ("name", "by", "group", "period", "basis", "which", "count")
    types = (*[pa.string()] * 5, pa.int64(), pa.float64())
    table = pa.table(
        {name: pa.array(list(cells), kind) for name, cells, kind in zip(names, columns, types, strict=True)}
    )
    path = folder / f"{len(list(folder.glob('*.parquet'))) + 1:04d}.parquet"
    pq.write_table(table, path)
    path.chmod(0o600)
    by_hand.append(folder / LOG, COLUMNS, [line])
    os.chmod(folder / LOG, 0o600)


def line(at: datetime, by: str, into: Path, profile: Profile, **counts: object) -> dict[str, object]:
    """The line of a release in the log; `into` by its name only."""
    return {
        "at": at.isoformat(timespec="seconds"), "by": by, "into": into.name, "least": profile.least,
        "round_to": profile.round_to,
    } | counts  # fmt: skip


def _read(path: Path) -> dict[Key, float]:
    rows = pq.ParquetFile(path).read().to_pylist()
    return {
        (one["name"], one["by"], one["group"], one["period"], one["basis"], one["which"]): one["count"] for one in rows
    }
