"""The data report: what came in, what is used, what was set aside and why, and what these data can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from personshaped.records.measurable import Measurable

DUPLICATE = "exact duplicate of another row"


@dataclass(frozen=True)
class SetAside:
    """One row that is not used."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class FileReport:
    """One file as one table: `rows_in` = `used` + `set_aside`, always.

    `passed_over` are lines that the mapping's `when` leaves to other blocks: no rows of this table. `reasons` counts
    every row set aside, `examples` names the first of them.
    """

    file: str
    table: str
    format: str
    encoding: str
    delimiter: str
    rows_in: int
    used: int
    reasons: Mapping[str, int]
    examples: tuple[SetAside, ...]
    passed_over: int = 0
    times: Mapping[str, str] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()
    heading_row: int = 1

    @property
    def set_aside(self) -> int:
        return sum(self.reasons.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file, "table": self.table, "format": self.format, "encoding": self.encoding,
            "delimiter": self.delimiter, "rows_in": self.rows_in, "used": self.used, "set_aside": self.set_aside,
            "reasons": dict(self.reasons), "examples": [vars(one) for one in self.examples],
            "passed_over": self.passed_over, "times": dict(self.times), "unused_columns": list(self.unused_columns),
            "heading_row": self.heading_row,
        }  # fmt: skip

    def lines(self) -> list[str]:
        """Plain English."""
        written = ", ".join(
            part
            for part in (
                self.format,
                self.encoding,
                f"cells between {_DELIMITERS[self.delimiter]}" if self.delimiter in _DELIMITERS else "",
                f"headings in row {self.heading_row}" if self.heading_row > 1 else "",
            )
            if part
        )
        said = [
            f"{self.file} → {self.table} ({written}): {_n(self.rows_in, 'row')} in,"
            f" {self.used:,} used, {self.set_aside:,} set aside"
        ]
        said += [f"  {count:,} set aside: {reason}" for reason, count in self.reasons.items()]
        for one in self.examples[:5]:
            place = f", {one.column}" if one.column else ""
            said.append(f"    {self.file}, row {one.row}{place}: {one.reason}")
        if self.passed_over:
            said.append(f"  {_n(self.passed_over, 'line')} passed over by `when`: not rows of {self.table}")
        said += [f"  times in {column}: {form}" for column, form in self.times.items()]
        if self.unused_columns:
            said.append(f"  columns that no table has, not read: {', '.join(self.unused_columns)}")
        return said


_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class DataReport:
    """Everything page 9 and `check` say of the data.

    `filled` is the share of used rows in which a column is not blank, by `table.column`. `staff_total` and
    `staff_by_grade`, `staff_by_team` are distinct workers in the window (M031, M044, M062): no table holds who they
    are. `staff_by_month` counts those of each agency by month (`gp>2024-03`, Stat 8) and is written nowhere.
    `measurable` is the ladder of spec 1.4. `priced_minutes` is the share of minutes that £ covers.
    `to_paste` are lines for `study.toml`, ready to be put there.
    """

    files: tuple[FileReport, ...]
    duplicates: int
    warnings: tuple[str, ...]
    filled: Mapping[str, float]
    removed_from_words: Mapping[str, int]
    staff_total: int | None
    staff_by_grade: Mapping[str, int]
    staff_by_team: Mapping[str, int]
    staff_by_month: Mapping[str, int]
    measurable: tuple[Measurable, ...]
    priced_minutes: float | None
    priced_rows: int
    agencies: tuple[str, ...]
    first_day: str
    last_day: str
    to_paste: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        return sum(one.rows_in for one in self.files)

    @property
    def used(self) -> int:
        return sum(one.used for one in self.files)

    @property
    def set_aside(self) -> int:
        return sum(one.set_aside for one in self.files)

    @property
    def usable(self) -> bool:
        """Whether any interaction remains."""
        return any(one.used for one in self.files if one.table == "interactions")

    @property
    def reasons(self) -> dict[str, int]:
        """Rows set aside by reason, over all files."""
        found: dict[str, int] = {}
        for one in self.files:
            for reason, count in one.reasons.items():
                found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items()))

    def as_json(self) -> dict[str, Any]:
        """As plain values, for `run.json` and `--json`; the same data give the same text."""
        return {
            "rows_in": self.rows_in, "used": self.used, "set_aside": self.set_aside, "duplicates": self.duplicates,
            "reasons": self.reasons, "files": [one.as_json() for one in self.files], "warnings": list(self.warnings),
            "agencies": list(self.agencies), "first_day": self.first_day, "last_day": self.last_day,
            "filled": {name: round(share, 6) for name, share in sorted(self.filled.items())},
            "removed_from_words": dict(self.removed_from_words), "staff_total": self.staff_total,
            "staff_by_grade": dict(self.staff_by_grade), "staff_by_team": dict(self.staff_by_team),
            "priced_minutes": self.priced_minutes,
            "priced_rows": self.priced_rows, "measurable": [asdict(one) for one in self.measurable],
        }  # fmt: skip

    def lines(self) -> list[str]:
        """Plain-English lines, in the order in which one would ask."""
        said = [f"{_n(self.rows_in, 'row')} in, {self.used:,} used, {self.set_aside:,} set aside."]
        if self.first_day:
            said.append(
                f"Interactions from {self.first_day} to {self.last_day}"
                f" at {_n(len(self.agencies), 'agency')}: {listed(self.agencies, 40)}."
            )
        for one in self.files:
            said += one.lines()
        if self.removed_from_words:
            removed = ", ".join(f"{count:,} × {kind}" for kind, count in self.removed_from_words.items())
            said.append(f"Taken out of people's words: {removed}.")
        if self.priced_rows:
            covers = f"; £ covers {self.priced_minutes:.0%} of minutes" if self.priced_minutes is not None else ""
            said.append(f"{_n(self.priced_rows, 'row')} priced{covers}.")
        said += [f"Look at this: {one}" for one in self.warnings]
        if self.to_paste:
            said.append("To give issues common words, put these in study.toml in place of each source's line"
                        " `issue = …`, with your plain words on the right:")  # fmt: skip
            said += [f"  {one}" for one in self.to_paste]
        said += [f"You have {step.have}: {', '.join(step.get) or 'yes'}" for step in self.measurable if step.present]
        lacking = [step for step in self.measurable if not step.present]
        said += [f"Without {step.have} you do not get {step.do_not_get}" for step in lacking]
        return said


def listed(words: Sequence[str], most: int) -> str:
    """Words between commas; where there are more than `most`, how many more."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more:,} more" if more > 0 else "")


def _n(count: int, one: str) -> str:
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{count:,} {one if count == 1 else many}"
