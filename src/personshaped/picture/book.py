"""The figures of a study, looked up by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from personshaped.errors import InputError
from personshaped.figures import Figure
from personshaped.tables import DERIVED


@dataclass(frozen=True)
class FigureBook:
    """All figures of a study in the order they were written. The headline of a key is its first row."""

    figures: Sequence[Figure]
    _places: dict[tuple[str, str], list[Figure]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for figure in self.figures:
            self._places.setdefault((figure.name, figure.by), []).append(figure)

    def get(self, name: str, by: str = "", group: str = "", period: str = "") -> Figure | None:
        """The headline of one key, or None where no such row was written. Its value may still be refused (None)."""
        return next(
            (one for one in self._places.get((name, by), ()) if one.group == group and one.period == period), None
        )

    def known(self, name: str, by: str = "", group: str = "") -> Figure | None:
        """The same, only where it has a value."""
        figure = self.get(name, by, group)
        return figure if figure is not None and figure.value is not None else None

    def by(self, name: str, by: str) -> list[Figure]:
        """One headline per group of the whole window, as written (groups alphabetical), refused ones left out."""
        seen: dict[str, Figure] = {}
        for one in self._places.get((name, by), ()):
            if not one.period and one.group and one.value is not None:
                seen.setdefault(one.group, one)
        return list(seen.values())

    def periods(self, name: str) -> list[Figure]:
        """One headline per period, in order of time, refused ones left out."""
        seen: dict[str, Figure] = {}
        for one in self._places.get((name, ""), ()):
            if one.period and one.value is not None:
                seen.setdefault(one.period, one)
        return [seen[period] for period in sorted(seen)]

    def others(self, headline: Figure) -> list[Figure]:
        """Further rows of the same key that rest on another basis (by rule, corrected)."""
        return [
            one
            for one in self._places.get((headline.name, headline.by), ())
            if (one.group, one.period) == (headline.group, headline.period) and one.basis != headline.basis
        ]

    def refused(self) -> list[Figure]:
        """Figures without a value, one for each name and note."""
        seen: dict[tuple[str, str], Figure] = {}
        for one in self.figures:
            if one.value is None:
                seen.setdefault((one.name, one.note), one)
        return list(seen.values())


def read_figures(path: Path) -> FigureBook:
    """The figures of `figures.parquet`. Raises InputError where it is missing."""
    if not path.exists():
        raise InputError("is not there", file=path.name, expected="the findings folder of a finished study")
    names = DERIVED["figures"].names
    rows = pq.ParquetFile(path).read().to_pylist()  # read_table would import pandas
    blank = ("name", "measure", "by", "group", "period", "unit", "basis", "note")
    filled: list[dict[str, Any]] = [
        {key: (row.get(key) or "") if key in blank else row.get(key) for key in names} for row in rows
    ]
    return FigureBook(tuple(Figure(**row) for row in filled))
