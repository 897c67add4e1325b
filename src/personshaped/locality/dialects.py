"""How each agency keeps its records, read from dialects.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Dialect:
    """One agency's way of writing things down. Shares are of the rows that truly happened."""

    name: str
    words: dict[str, dict[str, str]]  # canonical column -> canonical word -> the agency's word
    path: str
    columns: dict[str, str]  # canonical column -> the agency's heading
    time: str  # strftime; "typed" for real timestamps in Parquet, "excel" for those of a spreadsheet
    ref: str
    delimiter: str = ","
    encoding: str = "utf-8"
    clients: str = ""
    nhs_numbers: bool = False
    starts_late: bool = False
    completeness: float = 0.98
    closes_kept: float = 0.88
    words_kept: float = 0.95
    months_only: float = 0.0
    late_days: float = 0.0

    @property
    def day_only(self) -> bool:
        """Whether it writes down the day and not the hour."""
        return "%" in self.time and "%H" not in self.time


@cache
def dialects() -> tuple[Dialect, ...]:
    """Every agency's dialect, alphabetical by agency."""
    text = files("personshaped.locality").joinpath("dialects.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return tuple(Dialect(**{**one, "words": data["words"][one["words"]]}) for one in data["agency"])


WHOLE_NAMES: tuple[str, ...] = ("advice", "courts", "police", "school")
"""Agencies that write a name in one column, as `Rosalind Ellery`."""
