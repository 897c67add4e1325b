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
from personshaped.errors import InputError
from personshaped.figures import Figure
from personshaped.records import by_hand

FOLDER = "published"
LOG = "log.csv"
COLUMNS = ("at", "by", "into", "least", "round_to", "figures", "withheld", "words", "sha256")
Key = tuple[str, str, str, str, str, int]
PEOPLE: Key = ("people", "", "", "", "", 0)
"""Of how many people the release was."""


def earlier(private: Path) -> list[dict[Key, float]]:
    """The exact counts of each release before, by figure and which count of it."""
    folder = private / FOLDER
    return [_read(path) for path in sorted(folder.glob("*.parquet"))] if folder.is_dir() else []


def changed(
    figures: Sequence[Figure], before: Sequence[dict[Key, float]], profile: Profile, people: float | None = None
) -> set[int]:
    """The places of figures that differ from a release before by few, as where one month or one person was added.

    Where few `people` are gone since, as where one was forgotten, by whatever they differ: it is what those few did.
    """
    gone = [profile.is_few(release.get(PEOPLE, 0) - people) if people is not None else False for release in before]
    return {
        at
        for at, one in enumerate(figures)
        for which, count in enumerate(counts_of(one))
        if any(
            profile.is_few(apart) or (few_are_gone and apart)
            for release, few_are_gone in zip(before, gone, strict=True)
            if (key := (*one.key, which)) in release
            for apart in [abs(count - release[key])]
        )
    }  # fmt: skip


def check_profile(private: Path, profile: Profile) -> None:
    """Raises InputError where a release before was rounded otherwise: two roundings of one count tell it."""
    path = private / FOLDER / LOG
    if not path.is_file():
        return
    for number, row in enumerate(by_hand.read(path, LOG).rows(), start=2):
        before, now = (row.get("least"), row.get("round_to")), (str(profile.least), str(profile.round_to))
        if before != now:
            raise InputError(
                f"went out with --least {before[0]} --round-to {before[1]}, and two roundings of a count tell it",
                file=f".private/{FOLDER}/{LOG}", row=number, expected="the same for every release",
            )  # fmt: skip


def keep(private: Path, figures: Sequence[Figure], people: int, line: dict[str, object]) -> None:
    """Notes a release: its exact counts, of how many people, and a line of when, by whom, and what went out."""
    folder = private / FOLDER
    private.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    counts = [(*one.key, which, count) for one in figures for which, count in enumerate(counts_of(one))]
    columns = list(zip((*PEOPLE, float(people)), *counts, strict=True))
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
