"""A worked example for each measure: what it comes to in a small study that ships, with what was divided by what."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from personshaped.figures import Figure, Measure
from personshaped.locality import write_demo
from personshaped.study import Options, study
from personshaped.study.headlines import number, printed

ROOT = Path(__file__).parents[1]
STUDIES = (
    ("twenty rows of four people", "tests/golden"),
    ("the services", "examples/services"),
    ("the cases", "examples/cases"),
    ("the redesign", "examples/redesign"),
    ("Ruth", "examples/stories/ruth"),
    ("the family of three visits", "examples/stories/family_visits"),
    ("Child A", "examples/stories/child_a"),
    ("the town", "examples/town"),
    ("the neighbours", "examples/neighbours"),
)
"""In this order: the first that can show a measure does."""
MADE = (("switch", 4000), ("honest", 8000))
"""What takes years of months is worked in places made for it (`personshaped demo --scenario`), of so many people."""
GROUPS = 3
"""Of a measure that has only groups, so many are shown."""


@dataclass(frozen=True)
class Worked:
    """Where a measure was worked (`name` in Markdown), and its figures."""

    measure: str
    name: str
    figures: tuple[Figure, ...]

    def written(self) -> str:
        """In a line of the page."""
        return f"In {self.name}: {'; '.join(_said(one, self.measure) for one in self.figures)}."


def worked(measures: Iterable[Measure]) -> dict[str, Worked]:
    """By the name of the measure; none for one that no study which ships can show."""
    names = {name: one.name for one in measures for name in one.names}
    found: dict[str, Worked] = {}
    for title, figures_there in _studied():
        by_measure: dict[str, list[Figure]] = {}
        for figure in figures_there:
            if figure.name in names and figure.value is not None:
                by_measure.setdefault(names[figure.name], []).append(figure)
        for name, figures in by_measure.items():
            found.setdefault(name, Worked(name, title, tuple(_chosen(figures))))
    return found


def _studied() -> Iterator[tuple[str, Iterator[Figure]]]:
    for title, folder in STUDIES:
        yield f"[{title}](../../{folder})", _figures(ROOT / folder)
    for scenario, people in MADE:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "place"
            write_demo(folder, scenario, people, years=3, seed=1)
            title = f"the made-up place of `personshaped demo place --scenario {scenario} --people {people}`"
            yield title, _figures(folder)


def _figures(folder: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "study"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("findings", ".private"))
        study(copy, Options(threads=1))
        table = duckdb.sql(f"FROM '{copy / 'findings' / 'figures.parquet'}'")
        for row in table.fetchall():
            given: dict[str, Any] = dict(zip(table.columns, row, strict=True))
            blank = {name: given[name] or "" for name in ("by", "group", "period", "note", "basis")}
            yield Figure(**(given | blank))


def _chosen(figures: list[Figure]) -> list[Figure]:
    """The whole of the window where there is one, else the first groups."""
    headlines = list({(one.name, one.by, one.group, one.period): one for one in reversed(figures)}.values())[::-1]
    whole = [one for one in headlines if not one.group and not one.period and not one.by]
    return (whole or [one for one in headlines if one.name == headlines[0].name])[:GROUPS]


def _said(one: Figure, measure: str) -> str:
    label = " ".join(part for part in (one.group.replace("|", "/"), one.period) if part)
    spread = one.name.removeprefix(measure).strip("_").replace("_", " ")
    spread = {"p10": "one in ten at or below", "p90": "one in ten at or above", "max": "at most"}.get(spread, spread)
    parts = [f"`{label}` " if label else "", f"{spread} " if spread else "", printed(one)]
    beside = []
    if one.numerator is not None and one.denominator and " of " not in parts[-1]:
        word = "of" if one.unit == "share" else "÷"
        beside.append(f"{one.numerator:,.6g} {word} {one.denominator:,.6g}")
    if one.low is not None and one.high is not None:
        beside.append(f"from {number(one.low, one.unit)} to {number(one.high, one.unit)}")
    return "".join(parts) + (f" ({', '.join(beside)})" if beside else "")
