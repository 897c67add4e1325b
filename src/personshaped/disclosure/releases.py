"""What was published before, so that the difference of two releases tells of nobody (Stat 11).

Each release leaves a folder of its own in the closed folder `.private/published/`: the exact figures under what it
showed, what it showed, and the rows it was made of as keyed hashes; and a line in `log.csv`. They are what the next is
held against; without the study's key they name nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
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
BEGIN_ANEW = (
    f"to begin anew: move .private/{FOLDER} away; what went out before is then held against nothing, so let a month or"
    " more of everybody's new records lie between"
)
COLUMNS = ("at", "by", "into", "least", "round_to", "figures", "withheld", "words", "sha256")
Key = tuple[str, str, str, str, str, int]
EXACT, SHOWN, ROWS, MEASURED = "exact.parquet", "figures.parquet", "rows.parquet", "measured.txt"
_EXACT = pa.schema(
    [*((name, pa.string()) for name in ("name", "by", "group", "period", "basis")), ("which", pa.int64()),
     ("number", pa.float64())]
)  # fmt: skip
_N, _VALUE = 2, 3
"""Where figures that are no counts keep on how many they rest, and what they say."""


@dataclass(frozen=True)
class Earlier:
    """A release before: its figures as they stood in it, and the exact numbers of those that it showed anew.

    `measured` says with which settings, by which version. What stood in it as it had been published before is in none
    of the exact numbers: it told nothing of its own.
    """

    folder: Path
    figures: tuple[Figure, ...]
    exact: Mapping[Key, float]
    measured: str = ""

    @cached_property
    def shown(self) -> Mapping[tuple[str, str, str, str, str], Figure]:
        """Those with a value, by their key."""
        return {one.key: one for one in self.figures if one.value is not None}

    @property
    def rows(self) -> Path:
        """The rows that it was made of, and whose they are, as keyed hashes."""
        return self.folder / ROWS


def earlier(private: Path) -> list[Earlier]:
    """Every release before that showed anything anew, the oldest first. Raises InputError where one is not there as it
    was kept."""
    kept, log = _folders(private), private / FOLDER / LOG
    noted = len(by_hand.read(log, LOG).rows()) if log.is_file() else 0
    if noted > len(kept):
        raise InputError(
            f"notes {noted} releases, of which {len(kept)} are kept: nothing can be held against the others",
            file=f".private/{FOLDER}/{LOG}",
            expected=f"every release as it was kept, from a backup, or {BEGIN_ANEW}",
        )  # fmt: skip
    return [one for one in map(_read, kept) if one.exact]


def _folders(private: Path) -> list[Path]:
    return sorted(path for path in (private / FOLDER).glob("[0-9]*") if path.is_dir())


def hashed(key: bytes, *parts: str) -> str:
    """A keyed hash, by which what is recorded is known again without being told."""
    return hmac.new(key, SEPARATOR.join(("release", *parts)).encode(), hashlib.sha256).hexdigest()[:24]


def differs(one: Figure, release: Earlier, few: bool, profile: Profile) -> bool:
    """Whether beside that release a figure would tell of few people.

    It does where a count is a few apart, and, where `few` did what differs, whatever it differs by. So it is of a mean,
    a time or an amount: where nobody knows who did it, what rests on about as many as before tells of few.
    """
    numbers = numbers_of(one)
    apart = {
        which: abs(number - release.exact[key])
        for which, number in numbers.items()
        if (key := (*one.key, which)) in release.exact
    }
    if _VALUE in numbers:
        return bool(apart.get(_VALUE)) and few
    return any(map(profile.is_few, apart.values())) or (few and any(apart.values()))


def numbers_of(one: Figure) -> dict[int, float]:
    """What a release keeps of a figure: its counts; of one that has none its value and on how many it rests."""
    if one.value is None or (counts := counts_of(one)):
        return {} if one.value is None else dict(enumerate(counts))
    return {_VALUE: one.value} | ({} if one.n is None else {_N: float(one.n)})


def is_in(one: Figure, release: Earlier) -> bool:
    """Whether that release showed the figure anew, and exactly so."""
    return all(release.exact.get((*one.key, which)) == number for which, number in numbers_of(one).items())


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


def keep(private: Path, exact: Sequence[Figure], kept: Mapping[str, bytes], line: dict[str, object]) -> None:
    """Notes a release: the exact numbers of what it showed anew, other files by name, and a line of when, by whom, and
    what went out."""
    private.mkdir(mode=0o700, exist_ok=True)
    folder = private / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    numbers = [(*one.key, *number) for one in exact for number in numbers_of(one).items()]
    table = pa.Table.from_pylist([dict(zip(_EXACT.names, row, strict=True)) for row in numbers], schema=_EXACT)
    part = folder / "part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    pq.write_table(table, part / EXACT)
    for name, content in kept.items():
        (part / name).write_bytes(content)
    for path in part.iterdir():
        path.chmod(0o600)
    part.rename(folder / f"{max((int(one.name) for one in _folders(private)), default=0) + 1:04d}")
    by_hand.append(folder / LOG, COLUMNS, [line])
    os.chmod(folder / LOG, 0o600)


def line(at: datetime, by: str, into: Path, profile: Profile, **counts: object) -> dict[str, object]:
    """The line of a release in the log; `into` by its name only."""
    return {
        "at": at.isoformat(timespec="seconds"), "by": by, "into": into.name, "least": profile.least,
        "round_to": profile.round_to,
    } | counts  # fmt: skip


def _read(folder: Path) -> Earlier:
    for name in (EXACT, SHOWN, ROWS, MEASURED):
        if not (folder / name).is_file():
            raise InputError(
                "is not there, so that nothing can be held against that release", file=str(folder / name),
                expected="the file as it was kept, from a backup",
            )  # fmt: skip
    exact, figures = (pq.ParquetFile(folder / name).read().to_pylist() for name in (EXACT, SHOWN))
    names = [one.name for one in fields(Figure)]
    return Earlier(
        folder,
        tuple(Figure(*(one[name] for name in names)) for one in figures),
        {tuple(one[name] for name in _EXACT.names[:-1]): one["number"] for one in exact},
        (folder / MEASURED).read_text(encoding="utf-8"),
    )
