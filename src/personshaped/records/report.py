"""The data report: what came in, what was used, what was set aside and why, what these data can and cannot show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from personshaped.records.measurable import Measurable

__all__ = ["DataReport", "FileReport", "Measurable", "Pricing", "SetAside", "Warning"]

_SHOWN = 10  # examples and warnings of a kind that the terminal shows; all are in the JSON and the CSV


@dataclass(frozen=True)
class FileReport:
    """One input file: `rows_in` are its rows, `used` and `set_aside` what became of them."""

    file: str
    tables: tuple[str, ...]
    rows_in: int
    used: int
    set_aside: int
    encoding: str = ""
    delimiter: str = ""
    note: str = ""


@dataclass(frozen=True)
class SetAside:
    """One row that could not be used: `row` is its line in the file (the heading is line 1), `column` the culprit."""

    file: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Warning:
    """Something to look at that stops nothing; `count` is how often it was found."""

    kind: str
    text: str
    count: int = 1


@dataclass(frozen=True)
class Pricing:
    """How rows got their price; `minutes_covered` is the share 0–1 of minutes in rows with one, None without minutes."""

    minutes_covered: float | None = None
    own: int = 0
    unit: int = 0
    none: int = 0
    other_year: int = 0  # rows priced by a unit cost of another year than their own, not uprated

    def line(self) -> str:
        """In words: `£ covers 83% of minutes: …`."""
        rows = f"{self.own:,} rows with a cost of their own, {self.unit:,} by unit costs, {self.none:,} without a price"
        if self.other_year:
            rows += f"; {self.other_year:,} at the unit cost of another year, not uprated"
        return rows if self.minutes_covered is None else f"£ covers {self.minutes_covered:.0%} of minutes: {rows}"


@dataclass(frozen=True)
class DataReport:
    """What became of every row; `reasons` counts rows set aside by reason, `examples` are the first 100 of them.

    `usable` is False where no interaction remains. `filled` is the share 0–1 by `table.column`. `staff_total` counts
    distinct workers in the window (None where none is recorded), `staff_by_grade` the same by grade; `redacted`
    counts what was taken out of words, by kind.
    """

    rows_in: int
    used: int
    set_aside: int
    usable: bool
    files: tuple[FileReport, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[SetAside, ...] = ()
    warnings: tuple[Warning, ...] = ()
    duplicates: int = 0
    filled: Mapping[str, float] = field(default_factory=dict)
    staff_total: int | None = None
    staff_by_grade: Mapping[str, int] = field(default_factory=dict)
    redacted: Mapping[str, int] = field(default_factory=dict)
    pricing: Pricing = field(default_factory=Pricing)
    measurable: tuple[Measurable, ...] = ()

    def lines(self) -> list[str]:
        """The report in plain English, a line each: what `personshaped check` prints."""
        return [*self._first(), *self._files(), *self._set_aside(), *self._warnings(), *self._made(), *self._can()]

    def as_json(self) -> dict[str, Any]:
        """As plain values, keys in the order of the fields, mappings sorted."""
        plain = asdict(self)
        for key in ("reasons", "filled", "staff_by_grade", "redacted"):
            plain[key] = dict(sorted(plain[key].items()))
        plain["filled"] = {key: round(share, 4) for key, share in plain["filled"].items()}
        return plain

    def _first(self) -> Iterator[str]:
        files = f"{len(self.files):,} file{'s' if len(self.files) != 1 else ''}"
        gone = "none was set aside" if not self.set_aside else f"{self.set_aside:,} set aside"
        yield f"{self.rows_in:,} rows in {files}: {self.used:,} used, {gone}."
        if not self.usable:
            yield "No interaction remains: nothing can be studied from these files."

    def _files(self) -> Iterator[str]:
        for one in self.files:
            written = ", ".join(part for part in (one.encoding, _named(one.delimiter), one.note) if part)
            tables = ", ".join(one.tables) or "nothing"
            yield f"  {one.file} → {tables}: {one.rows_in:,} rows, {one.used:,} used, {one.set_aside:,} set aside" + (
                f" ({written})" if written else ""
            )

    def _set_aside(self) -> Iterator[str]:
        if not self.reasons:
            return
        yield ""
        yield "Set aside, and why:"
        for reason, rows in sorted(self.reasons.items(), key=lambda one: (-one[1], one[0])):
            yield f"  {rows:,} × {reason}"
        for one in self.examples[:_SHOWN]:
            yield (
                "  e.g. "
                + ", ".join(part for part in (one.file, f"row {one.row}", one.column) if part)
                + (f": {one.reason}")
            )

    def _warnings(self) -> Iterator[str]:
        if not self.warnings:
            return
        yield ""
        yield "Worth a look; nothing was changed for it:"
        shown: dict[str, int] = {}
        for one in self.warnings:
            shown[one.kind] = shown.get(one.kind, 0) + 1
            if shown[one.kind] <= _SHOWN:
                yield f"  {one.text}"
        for kind, count in shown.items():
            if count > _SHOWN:
                yield f"  … and {count - _SHOWN:,} more of this kind: {kind}"

    def _made(self) -> Iterator[str]:
        said = []
        if self.duplicates:
            said.append(f"{self.duplicates:,} exact duplicates counted once")
        if self.redacted:
            taken = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.redacted.items()) if count)
            said.append(f"taken out of words: {taken or 'nothing'}")
        if self.pricing.own or self.pricing.unit:
            said.append(self.pricing.line())
        if self.staff_total is not None:
            said.append(f"{self.staff_total:,} workers in the window, only ever counted")
        if said:
            yield ""
            yield from (f"{one[0].upper()}{one[1:]}." for one in said)

    def _can(self) -> Iterator[str]:
        for present, heading in ((True, "These data can show:"), (False, "They cannot show:")):
            steps = [step for step in self.measurable if step.present is present]
            if not steps:
                continue
            yield ""
            yield heading
            for step in steps:
                names = ", ".join(step.get)
                if present:
                    yield f"  from {step.have}: {names or step.do_not_get}"
                else:
                    yield f"  {step.do_not_get}" + (f" ({names})" if names else "") + f"; needs {step.have}"


def _named(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, delimiter)
