"""Files that are one log in pieces, a month or a year each: they become one source, with a `*` in its path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from personshaped.records.archives import members
from personshaped.records.dates import MONTHS, month_words
from personshaped.records.draft_samples import LINES, Sample

_MONTHS = "|".join(map(month_words, MONTHS))
_PERIOD = re.compile(rf"(?i)(?:[\d\s._-]|(?:{_MONTHS})(?![^\W\d_])|q[1-4]|fy|to|part|teil|deel|week|wk|kw|m|p)*")


def together(found: Sequence[Sample], into: Path) -> list[Sample]:
    """The samples, with those of one log put together: the same columns, in one place, names that differ in a period.

    The path with its star stands for just these files, or they stay apart.
    """
    groups: dict[tuple[object, ...], list[Sample]] = {}
    for one in found:
        place = one.path.rpartition("/")[0]
        key = (place, Path(one.path).suffix, one.columns, one.sheet, one.table, one.heading_row)
        groups.setdefault(key, []).append(one)
    made = []
    for its in groups.values():
        path = _starred([one.path for one in its], into) if len(its) > 1 else ""
        made += [_one(its, path)] if path else its
    return made


def _starred(paths: Sequence[str], into: Path) -> str:
    """The path that stands for these and no other file; blank where there is none."""
    names = [path.rpartition("/")[2] for path in paths]
    before = re.sub(r"[^\W_]+$", "", _begun_alike(names))
    after = _begun_alike([name[::-1] for name in names])[::-1]
    after = re.sub(r"^[^\W_]+(?=[\W_])", "", after)
    middles = [name[len(before) : len(name) - len(after)] for name in names]
    if len(set(paths)) < len(paths) or not all(_PERIOD.fullmatch(one) for one in middles):
        return ""
    place = paths[0][: len(paths[0]) - len(names[0])]
    there = [name for name in _beside(place, into) if name.startswith(before) and name.endswith(after)]
    longest = len(before) + len(after)
    return f"{place}{before}*{after}" if {*names} == {one for one in there if len(one) >= longest} else ""


def _begun_alike(names: Sequence[str]) -> str:
    """The letters with which all begin."""
    least, most = min(names), max(names)
    return least[
        : next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))
    ]


def _beside(place: str, into: Path) -> list[str]:
    """The names of the files at a place, as study.toml names it."""
    head, archived, inside = place.partition(".zip/")
    if not archived:
        return [one.name for one in (into / place).iterdir() if one.is_file()]
    listed = members(into / f"{head}.zip", f"{head}.zip")
    return [one[len(inside) :] for one in listed if one.startswith(inside) and "/" not in one[len(inside) :]]


def _one(its: Sequence[Sample], path: str) -> Sample:
    """One sample of them all: the first lines of each."""
    each = max(LINES // len(its), 1)
    rows = tuple(row for one in its for row in one.rows[:each])
    whole = all(one.whole and len(one.rows) <= each for one in its)
    encoding, delimiter = ({getattr(one, name) for one in its} for name in ("encoding", "delimiter"))
    return replace(
        its[0],
        path=path,
        rows=rows,
        whole=whole,
        encoding=encoding.pop() if len(encoding) == 1 else "",
        delimiter=delimiter.pop() if len(delimiter) == 1 else "",
    )
