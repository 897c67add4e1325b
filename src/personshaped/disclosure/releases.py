"""What was published before, so that the difference of two releases tells of nobody (Stat 11).

Each release leaves its exact figures in the closed folder `.private/published/`, who it was of as keyed hashes, and a
line in `log.csv` there. They are what a second release is held against; without the study's key they name nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import counts_of
from personshaped.errors import InputError
from personshaped.figures import Figure
from personshaped.linkage.pseudonyms import SEPARATOR
from personshaped.records import by_hand

FOLDER = "published"
LOG = "log.csv"
COLUMNS = ("at", "by", "into", "least", "round_to", "figures", "withheld", "words", "sha256")
Key = tuple[str, str, str, str, str, int]
People = Mapping[str, str]
"""Who, and what is recorded of them, both as keyed hashes."""
_N, _VALUE = 2, 3
"""Where figures that are no counts keep on how many they rest, and what they say."""


@dataclass(frozen=True)
class Earlier:
    """A release before: its exact figures, by figure and which number of it, and who it was of."""

    figures: Mapping[Key, float]
    people: People


def earlier(private: Path) -> list[Earlier]:
    """Every release before, the oldest first. Raises InputError where it is no longer known who one was of."""
    folder = private / FOLDER
    return [_read(path) for path in sorted(folder.glob("[0-9]*.parquet"))] if folder.is_dir() else []


def hashed(rows: Iterable[tuple[str, str]], key: bytes) -> People:
    """Of person ids and what is recorded of each: keyed hashes of both."""

    def one(*parts: str) -> str:
        return hmac.new(key, SEPARATOR.join(("release", *parts)).encode(), hashlib.sha256).hexdigest()[:32]

    return {one(person): one(person, recorded) for person, recorded in rows}


def changed(figures: Sequence[Figure], before: Sequence[Earlier], profile: Profile, people: People) -> set[int]:
    """The places of figures that differ from a release before by few, as where one month or one person was added.

    Where few `people` are gone since, as where one was forgotten, or few are recorded otherwise, by whatever they
    differ: it is what those few did. So it is of a mean, a time or an amount that rests on about as many as before.
    """
    told_of_few = [(release, _few_differ(release.people, people, profile)) for release in before]
    return {
        at
        for at, one in enumerate(figures)
        if any(_tells(_numbers(one), one, release, few, profile) for release, few in told_of_few)
    }


def _tells(numbers: Mapping[int, float], one: Figure, release: Earlier, few: bool, profile: Profile) -> bool:
    apart = {
        which: abs(number - release.figures[key])
        for which, number in numbers.items()
        if (key := (*one.key, which)) in release.figures
    }
    if _VALUE in numbers:
        return bool(apart.get(_VALUE)) and (few or apart.get(_N, 0) < profile.least)
    return any(map(profile.is_few, apart.values())) or (few and any(apart.values()))


def _few_differ(before: People, now: People, profile: Profile) -> bool:
    """Whether few people are gone, or all that differs is of few people: one forgotten and one joined are two."""
    gone = before.keys() - now.keys()
    others = sum(before.get(who) != what for who, what in now.items())
    return profile.is_few(len(gone)) or profile.is_few(len(gone) + others)


def _numbers(one: Figure) -> dict[int, float]:
    """What a release keeps of a figure: its counts; of one that has none its value and on how many it rests."""
    if one.value is None or (counts := counts_of(one)):
        return {} if one.value is None else dict(enumerate(counts))
    return {_VALUE: one.value} | ({} if one.n is None else {_N: float(one.n)})


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


def keep(private: Path, figures: Sequence[Figure], people: People, line: dict[str, object]) -> None:
    """Notes a release: its exact figures, who it was of, and a line of when, by whom, and what went out."""
    folder = private / FOLDER
    private.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    columns = list(zip(*((*one.key, *number) for one in figures for number in _numbers(one).items()), strict=True))
    names = ("name", "by", "group", "period", "basis", "which", "count")
    types = (*[pa.string()] * 5, pa.int64(), pa.float64())
    table = pa.table(
        {name: pa.array(list(cells), kind) for name, cells, kind in zip(names, columns, types, strict=True)}
    )
    number = len(list(folder.glob("[0-9]*.parquet"))) + 1
    who = pa.table({"who": list(people), "what": list(people.values())})
    for name, one in ((f"people-{number:04d}", who), (f"{number:04d}", table)):
        path = folder / f"{name}.parquet"
        pq.write_table(one, path)
        path.chmod(0o600)
    by_hand.append(folder / LOG, COLUMNS, [line])
    os.chmod(folder / LOG, 0o600)


def line(at: datetime, by: str, into: Path, profile: Profile, **counts: object) -> dict[str, object]:
    """The line of a release in the log; `into` by its name only."""
    return {
        "at": at.isoformat(timespec="seconds"), "by": by, "into": into.name, "least": profile.least,
        "round_to": profile.round_to,
    } | counts  # fmt: skip


def _read(path: Path) -> Earlier:
    people = path.with_name(f"people-{path.name}")
    if not people.is_file():
        raise InputError(
            "is not there, so that nothing can be held against that release", file=str(people),
            expected="the file as it was kept, from a backup",
        )  # fmt: skip
    rows, who = (pq.ParquetFile(one).read().to_pylist() for one in (path, people))
    figures = {
        (one["name"], one["by"], one["group"], one["period"], one["basis"], one["which"]): one["count"] for one in rows
    }
    return Earlier(figures, {one["who"]: one["what"] for one in who})
