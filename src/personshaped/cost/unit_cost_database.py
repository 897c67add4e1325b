"""The layout of the Greater Manchester and Cabinet Office unit cost database, and its updated costs derived again.

The database itself is not part of this project; a user who has it reads it from here. Its sheets have no header:
category, detail, code, description, agency, second agency, unit, cost, year (`2010/11`), updated cost in whole £,
source, confidence, comment, and where they have it a link.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from personshaped.errors import InputError

_COLUMNS = 13
_PENNY, _POUND = Decimal("0.01"), Decimal(1)
_UNITS = (("hour", "hour"), ("week", "week"), ("day", "day"))


@dataclass(frozen=True)
class Entry:
    """One cost as printed; `updated` is the sheet's own figure in the prices of its base year, None where blank."""

    code: str
    description: str
    agency: str
    unit: str
    cost: Decimal
    year: int
    updated: Decimal | None
    source: str

    def real(self, growth: Mapping[int, Decimal], base: int, to: Decimal = _PENNY) -> Decimal:
        """The cost in prices of the financial year that begins in `base`, rounded once, to the penny unless said.

        `growth` is the percentage by which prices rose from the year before. Raises InputError for a year it lacks.
        """
        value = self.cost
        for year in range(min(self.year, base) + 1, max(self.year, base) + 1):
            if year not in growth:
                raise InputError(f"no growth of prices for {year}", expected="a percentage for each year")
            step = 1 + growth[year] / 100
            value = value * step if self.year < base else value / step
        return value.quantize(to, ROUND_HALF_UP)


def entries(path: Path) -> list[Entry]:
    """The entries of one sheet saved as CSV. Raises InputError naming the row and what is wrong in it."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return [_entry(row, path.name, number) for number, row in enumerate(csv.reader(file), start=1) if any(row)]


def _entry(row: Sequence[str], file: str, number: int) -> Entry:
    if len(row) < _COLUMNS:
        raise InputError(f"{len(row)} columns", file=file, row=number, expected="at least 13, without a header")
    code, description, agency, second, unit, cost, year, updated, source = (cell.strip() for cell in row[2:11])
    paid = _pounds(cost)
    if paid is None:
        raise InputError(f'"{cost}" is not a cost', file=file, row=number, column="8", expected="e.g. £1,832")
    began = re.fullmatch(r"(\d{4})/\d{2}", year)
    if began is None:
        raise InputError(
            f'"{year}" is not a financial year', file=file, row=number, column="9", expected="e.g. 2010/11"
        )
    by = agency if second in ("", "-") else f"{agency}: {second}"
    text = " ".join(description.split())
    return Entry(code, text, by, unit, paid, int(began[1]), _pounds(updated), " ".join(source.split()))


def _pounds(text: str) -> Decimal | None:
    plain = re.sub(r"[£,\s]", "", text)
    return Decimal(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def growth_in_dump(path: Path) -> dict[int, Decimal]:
    """The yearly growth of prices in the database's own SQL dump (table `gdp`), in per cent. Raises InputError."""
    text = path.read_text(encoding="utf-8", errors="replace")
    block = re.search(r"INSERT INTO `gdp`[^;]*;", text)
    if block is None:
        raise InputError("no table gdp", file=path.name, expected="the database's SQL dump")
    return {int(year): Decimal(rise) for year, rise in re.findall(r"\(\d+, (\d{4}), (-?[\d.]+)\)", block[0])}


@dataclass(frozen=True)
class Differs:
    """An entry whose printed update is not what its own cost, year and the growth of prices give."""

    entry: Entry
    derived: Decimal


def differing(some: Iterable[Entry], growth: Mapping[int, Decimal], base: int) -> list[Differs]:
    """Every updated cost derived again and rounded to the pound as printed; those that differ."""
    found = []
    for one in some:
        if one.updated is not None and one.real(growth, base, _POUND) != one.updated:
            found.append(Differs(one, one.real(growth, base)))
    return found


def unit_cost_rows(some: Iterable[Entry]) -> list[dict[str, str]]:
    """Rows for `unit_costs.csv`, at the cost and year printed, each with its code and source.

    An hour, day or week is priced as such, a cost per person and year is left out (no row of a record is a year), and
    everything else is one item. The `agency` is blank: whoever uses a price says whose work it prices.
    """
    rows = []
    for one in some:
        unit = _unit(one.unit)
        if unit is None or one.cost == 0:
            continue
        said = f"{one.code}: {one.description}; {one.agency}; {one.unit}; {one.source}"
        rows.append({"agency": "", "service": one.code, "staff_role": "", "activity": "", "year": str(one.year),
                     "unit": unit, "cost": str(one.cost.quantize(_PENNY, ROUND_HALF_UP)), "basis": "average",
                     "source": said})  # fmt: skip
    return rows


def _unit(printed: str) -> str | None:
    words = printed.lower()
    if re.search(r"year|annum|lifetime|month", words):
        return None
    return next((unit for word, unit in _UNITS if re.search(rf"\b{word}\b", words)), "item")


def write_unit_costs(some: Iterable[Entry], path: Path) -> int:
    """Writes `unit_costs.csv` and returns how many rows; a code stands under `service` until someone maps it."""
    rows = unit_cost_rows(some)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(rows[0]) if rows else ("service", "year", "unit", "cost", "source"))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
