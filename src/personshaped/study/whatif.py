"""What if this locality worked another way: the locality's model fitted to a finished study's figures, then changed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from personshaped.errors import InputError, Refused
from personshaped.locality.whatif import Changes, Figures, Fit, Projected, changed, fit, side_by_side

_PEOPLE = "front_doors_per_10000"  # its denominator is the population


@dataclass(frozen=True)
class WhatIf:
    """What changes, how near the model came to the study, and every figure on both sides."""

    changes: Changes
    fit: Fit
    people: int
    years: int
    runs: int
    figures: tuple[Projected, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "changes": self.changes.lines(),
            "people": self.people,
            "years": self.years,
            "runs": self.runs,
            "fit": [one.as_json() for one in self.fit.fitted],
            "figures": [one.as_json() for one in self.figures],
        }


def whatif(
    folder: Path,
    out: Path | None,
    changes: Changes,
    people: int | None = None,
    years: int = 5,
    runs: int = 20,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> WhatIf:
    """Fits the model to the findings in `folder` and runs it as now and as changed.

    Raises InputError without a finished study, Refused where it has not the figures (naming them), UsageError for
    changes that cannot be.
    """
    findings = out or folder / "findings"
    figures, population = _figures(findings)
    living = people or population
    if not living:
        raise Refused("the model needs the population: add it to area_facts.csv and study again, or give --people")
    progress("fitting", 0, 1)
    fitted = fit(figures, living, _years(findings), seed)
    progress("fitting", 1, 1)
    new = changed(fitted, changes)
    shown = side_by_side(fitted.model, new, fitted.assumptions, years, runs, seed, threads, progress)
    return WhatIf(changes, fitted, living, years, runs, shown)


def _figures(findings: Path) -> tuple[Figures, int | None]:
    """The headline of every figure of the whole window, and the population."""
    path = findings / "figures.csv"
    if not path.exists():
        raise InputError("no finished study", file=str(findings), expected="`personshaped study` first")
    values: dict[tuple[str, str, str], float] = {}
    population: int | None = None
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["period"] or not row["value"]:
                continue
            values.setdefault((row["name"], row["by"], row["group"]), float(row["value"]))
            if row["name"] == _PEOPLE and row["denominator"]:
                population = round(float(row["denominator"]))
    return values, population


def _years(findings: Path) -> float:
    settings = json.loads((findings / "run.json").read_text(encoding="utf-8"))["settings"]
    days = date.fromisoformat(settings["window_end"]) - date.fromisoformat(settings["window_start"])
    return days.days / 365.25
