"""The study's figures that bear on a condition, as they stand, each with its note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from personshaped.errors import PersonshapedError
from personshaped.picture.book import FigureBook, read_figures
from personshaped.study.headlines import number, printed
from personshaped.study.measuring import MEASURES
from personshaped.team.accounts.findings import findings_folder_if_any


@dataclass(frozen=True)
class Evidence:
    """One figure beside a condition: its value as people read it, what it says, its range and its note."""

    name: str
    value: str
    says: str
    between: str
    note: str


def evidence(names: Sequence[str]) -> list[Evidence]:
    """The named figures of the study; one that the study does not hold says so."""
    book = _book()
    says = _says()
    found = []
    for name in names:
        figure = book.get(name) if book else None
        if figure is None or figure.value is None:
            note = figure.note if figure else "The study has not worked this out."
            found.append(Evidence(name, "", says.get(name, name.replace("_", " ")), "", note))
            continue
        between = ""
        if figure.low is not None and figure.high is not None:
            between = f"{number(figure.low, figure.unit)} to {number(figure.high, figure.unit)}"
        found.append(Evidence(name, printed(figure), says.get(name, ""), between, figure.note))
    return found


def choices() -> list[tuple[str, str]]:
    """Every figure of the study that has one value for the whole, by what it says; none before a study."""
    book = _book()
    if book is None:
        return []
    says = _says()
    names = dict.fromkeys(
        one.name for one in book.figures if not one.by and not one.group and not one.period and one.value is not None
    )
    return sorted(((name, says[name]) for name in names if name in says), key=lambda one: one[1])


@lru_cache(maxsize=1)
def _says() -> dict[str, str]:
    return {name: one.says for one in MEASURES for name in one.names}


def _book() -> FigureBook | None:
    folder = findings_folder_if_any()
    path = folder / "figures.parquet" if folder else None
    return _read(path, path.stat().st_mtime_ns) if path and path.exists() else None


@lru_cache(maxsize=2)
def _read(path: Path, written: int) -> FigureBook | None:
    try:
        return read_figures(path)
    except PersonshapedError:
        return None
