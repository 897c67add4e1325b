"""One `[[source.<table>]]` block as SQL: from the lines of a file and its look-ups to cells of canonical columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from personshaped.cells import as_written_sql
from personshaped.errors import InputError
from personshaped.records.dates import ISO, TimeForm, said
from personshaped.records.sources import REFERENCES, Block
from personshaped.records.sources import Cell as Mapped
from personshaped.sql import literal
from personshaped.tables import CANONICAL


@dataclass(frozen=True)
class Cell:
    """A canonical column before it is typed: SQL over a line, its DuckDB type, and how a time in it is written."""

    sql: str
    type: str = "VARCHAR"
    form: TimeForm | None = None


@dataclass(frozen=True)
class Line:
    """What a mapping may use: the columns of a file and its look-ups with their DuckDB types."""

    file: str
    types: Mapping[str, str]
    odd_spaces: bool

    def cell(self, column: str, where: str) -> Cell:
        """A column by name, trimmed, blank as NULL. Raises InputError naming the nearest column."""
        if column not in self.types:
            lower = {name.lower(): name for name in self.types}
            near = lower.get(column.lower()) or next(iter(get_close_matches(column, self.types, n=1, cutoff=0.5)), None)
            raise InputError(f"no column {column!r}", file=self.file, column=where,
                             expected=near or ", ".join(list(self.types)[:12]))  # fmt: skip
        kind = self.types[column]
        quoted = quoted_name(column)
        return Cell(trimmed(quoted, self.odd_spaces)) if kind == "VARCHAR" else Cell(quoted, kind)


def quoted_name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def is_one_of(sql: str, words: Sequence[str]) -> str:
    """Whether a text is one of some words, NULL where it is NULL. A list, because DuckDB makes a join of a long `IN`:
    that is ten times slower, and loses the order of rows."""
    return f"list_contains([{', '.join(map(literal, words))}], {sql})"


def trimmed(sql: str, odd_spaces: bool) -> str:
    """Text without blanks at both ends; nothing left is NULL. Other white space only where the file holds any."""
    if not odd_spaces:
        return f"nullif(trim({sql}), '')"
    blanks = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)"
    return f"nullif(trim({sql}, {blanks}), '')"


def own_names(line: Line, table: str, guarded: bool) -> dict[str, Cell]:
    """A canonical file: columns by their own names (capitals do not matter); `guarded` cells as they were before
    `cells.as_text`."""
    lower = {column.lower(): column for column in line.types}
    found = {name: line.cell(lower[name], name) for name in CANONICAL[table].names if name in lower}
    return {name: replace(one, sql=as_written_sql(one.sql)) for name, one in found.items()} if guarded else found


def block_cells(line: Line, block: Block) -> dict[str, Cell]:
    """The cells that a block maps."""
    return {name: _cell(line, mapped, name, block.missing) for name, mapped in block.columns.items()}


def when_sql(line: Line, block: Block) -> str:
    """The condition on a line, as `when` says; never NULL."""
    when = block.when
    if when is None:
        return "true"
    if when.sql:
        return f"coalesce(({when.sql}\n)::BOOLEAN, false)"
    cell = line.cell(when.column, "when").sql
    if not when.words:
        said = f" AND NOT {is_one_of(f'CAST(({cell}) AS VARCHAR)', block.missing)}" if block.missing else ""
        return f"({cell}) IS NOT NULL{said}"
    return f"coalesce({is_one_of(f'CAST(({cell}) AS VARCHAR)', when.words)}, false)"


def _cell(line: Line, mapped: Mapped, where: str, missing: Sequence[str]) -> Cell:
    form = said(mapped.format) if mapped.format else None
    if mapped.const is not None:
        text = mapped.const.strip()
        return Cell(f"{literal(text)}::VARCHAR" if text else "NULL::VARCHAR", form=form)
    if mapped.sql is not None:
        cell = Cell(trimmed(f"CAST(({mapped.sql}\n) AS VARCHAR)", True), form=form)
    else:
        cell = replace(line.cell(mapped.column or "", where), form=form)
        if missing and cell.type == "VARCHAR" and where not in REFERENCES:
            cell = replace(cell, sql=f"CASE WHEN {is_one_of(cell.sql, missing)} THEN NULL ELSE {cell.sql} END")
    if not mapped.values and mapped.otherwise is None:
        return cell
    text = cell.sql if cell.type == "VARCHAR" else f"CAST({cell.sql} AS VARCHAR)"
    cases = " ".join(
        f"WHEN {literal(key.strip())} THEN {literal(value.strip())}" for key, value in mapped.values.items()
    )
    other = text if mapped.otherwise is None else f"CASE WHEN ({text}) IS NOT NULL THEN {literal(mapped.otherwise)} END"
    return Cell(f"nullif({f'CASE ({text}) {cases} ELSE {other} END' if cases else other}, '')", form=form)


def form_of(cell: Cell, found: TimeForm | None) -> TimeForm:
    """How the cell's times are read: as said, else as found over the column, else ISO."""
    return cell.form or found or ISO
