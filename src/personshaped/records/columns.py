"""Cells of text into columns of their declared types, as SQL; what does not fit is named, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from personshaped.records.dates import TimeForm, precision_sql, range_end_sql, time_sql
from personshaped.records.mapping import Cell, form_of, is_one_of, quoted_name
from personshaped.sql import literal
from personshaped.tables import Column, Table

NEVER_NEGATIVE = ("cost", "unit_cost")
_YES = ("yes", "y", "true", "t", "1")
_NO = ("no", "n", "false", "f", "0")
_STARTED = "started_at"


@dataclass(frozen=True)
class Typed:
    """The columns of one part of a table: name → SQL over its text; `faults` are conditions on a row with the column
    and reason to report; `blanks` conditions on a cell that could not be read and is left blank. Conditions speak of
    a cell's text by the column's name, and of its value by `value_name`."""

    columns: Mapping[str, str]
    faults: tuple[tuple[str, str, str], ...]
    blanks: tuple[tuple[str, str], ...]


def value_name(column: str) -> str:
    """What the typed value of a column is called while its text is still beside it."""
    return quoted_name(f"{column} value")


def typed(table: Table, cells: Mapping[str, Cell], forms: Mapping[str, TimeForm]) -> Typed:
    """The typed columns of the cells at hand. `forms` are the time forms found over whole columns."""
    columns: dict[str, str] = {}
    faults: list[tuple[str, str, str]] = []
    blanks: list[tuple[str, str]] = []
    for name, cell in cells.items():
        column = table[name]
        columns[name] = _column(column, cell, forms)
        x, value = quoted_name(name), value_name(name)
        refused = f"{x} IS NOT NULL AND {value} IS NULL"
        if column.type == "time":
            faults.append((refused, name, f"'\"' || shown({x}) || '\" is not a possible time'"))
        elif column.type in ("date", "num", "int", "yesno") and name not in table.required:
            blanks.append((refused, name))
        if name in NEVER_NEGATIVE:
            faults.append((f"{value} < 0", name, f"'a negative cost: ' || shown({x})"))
    for name in table.required:
        if name in columns and not (table.name == "interactions" and name == _STARTED):
            said = "'blank'" if table[name].type in ("str", "enum", "time") else (
                f"coalesce('\"' || shown({quoted_name(name)})"
                f" || '\" is not a {_KINDS[table[name].type]}', 'blank')"
            )  # fmt: skip
            faults.append((f"{value_name(name)} IS NULL", name, said))
    if table.name == "interactions":
        _interactions(cells, forms, columns, faults)
    return Typed(columns, tuple(faults), tuple(blanks))


_KINDS = {"date": "date", "int": "whole number", "num": "number", "yesno": "yes or no"}


def _interactions(
    cells: Mapping[str, Cell],
    forms: Mapping[str, TimeForm],
    columns: dict[str, str],
    faults: list[tuple[str, str, str]],
) -> None:
    """How finely each start is known, where a range ends, and that there is a time or an order."""
    started, ordered = _STARTED in cells, "seq" in cells
    if started:
        cell = cells[_STARTED]
        x = quoted_name(_STARTED)
        if cell.type == "VARCHAR":
            derived = precision_sql(x, form_of(cell, forms.get(_STARTED)))
            columns["range_end"] = range_end_sql(x)
        else:
            derived = f"CASE WHEN {x} IS NOT NULL THEN '{'day' if cell.type == 'DATE' else 'minute'}' END"
        derived = f"coalesce({derived}, 'order')"
    else:
        derived = "'order'"
    given = columns.get("date_precision")
    columns["date_precision"] = f"coalesce({given}, {derived})" if given else derived
    neither = [f"{quoted_name(name)} IS NULL" for name, there in ((_STARTED, started), ("seq", ordered)) if there]
    faults.append((" AND ".join(neither) or "true", _STARTED, "'blank, and no seq'"))
    if "activity" in columns:
        columns["steps"] = f"CASE WHEN contains(({columns['activity']}), ';') THEN ({columns['activity']}) END"


def _column(column: Column, cell: Cell, forms: Mapping[str, TimeForm]) -> str:
    x = quoted_name(column.name)
    if cell.type != "VARCHAR":
        return _native(column, cell.type, x)
    match column.type:
        case "time":
            return time_sql(x, form_of(cell, forms.get(column.name)))
        case "date":
            day = f"CAST({time_sql(x, form_of(cell, forms.get(column.name)))} AS DATE)"
            return f"birth_date({x}, {day})" if column.name == "born" else day
        case "int":
            return _number(x, "BIGINT")
        case "num":
            return _finite(_number(x, "DOUBLE"))
        case "yesno":
            yes, no = (is_one_of(f"lower({x})", words) for words in (_YES, _NO))
            return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
        case "enum":
            return _enum(column, x)
    if column.name == "issue":
        return (
            f"CASE WHEN contains({x}, ';') THEN trim(regexp_replace({x}, '\\s*;[\\s;]*', ';', 'g'), ';') ELSE {x} END"
        )
    return x


def _enum(column: Column, x: str) -> str:
    """Words of the list as they are; others in small letters with `_` for blanks, to be checked over the column."""
    list_ = ", '[\\s_]*;[\\s_]*', ';', 'g')" if column.name == "activity" else ", '', '')"
    small = f"lower(replace(replace({x}, ' ', '_'), '-', '_'))"
    return f"CASE WHEN {is_one_of(x, column.values)} THEN {x} ELSE regexp_replace({small}{list_} END"


_GAP = r"[ '’\x{A0}\x{202F}]"
_CURRENCY = rf"(?:{_GAP}*(?:[£€$]|GBP|EUR|USD|CHF|kr\.?){_GAP}*)?"
_NUMBER = rf"(?i)[-+]?{_CURRENCY}[-+]?(?:[\d.,]+|\d{{1,3}}(?:{_GAP}\d{{3}})+(?:[.,]\d+)?){_CURRENCY}"
"""A number with what people write about it: `£1,250.50`, `1.250,50 €`, `1 250,50`, `-$3`."""


def _number(x: str, type_: str) -> str:
    """A number as it is, else with its signs and gaps taken out."""
    return f"coalesce(TRY_CAST({x} AS {type_}), TRY_CAST({_plain_number(x)} AS {type_}))"


def _plain_number(x: str) -> str:
    """`£1,250.50` and `1.250,50 €` as `1250.50`: a comma before other than three digits at the end is a decimal one."""
    bare = f"regexp_replace({x}, '\\pL+\\.?|[^-+0-9.,]', '', 'g')"  # `kr.` with its dot
    decimal = (
        f"(regexp_matches({bare}, ',(\\d{{1,2}}|\\d{{4,}})$|\\.\\d{{3}}\\.\\d{{3}}')"
        f" OR (contains({x}, '€') AND regexp_matches({bare}, '^[-+]?[1-9]\\d{{0,2}}\\.\\d{{3}}$')))"
    )
    continental = f"replace(replace({bare}, '.', ''), ',', '.')"
    written = f"regexp_full_match({x}, {literal(_NUMBER)})"
    return f"CASE WHEN {written} THEN CASE WHEN {decimal} THEN {continental} ELSE replace({bare}, ',', '') END END"


def _finite(sql: str) -> str:
    return f"(CASE WHEN isfinite({sql}) THEN {sql} END)"


def _native(column: Column, type_: str, x: str) -> str:
    """A column of a Parquet file that has a type already."""
    match column.type:
        case "time":
            plain = x if type_ == "TIMESTAMP" else f"TRY_CAST({x} AS TIMESTAMP)"
            return f"possible_time({plain})"
        case "date":
            return f"CAST(possible_time(TRY_CAST({x} AS TIMESTAMP)) AS DATE)"
        case "num":
            return _finite(f"TRY_CAST({x} AS DOUBLE)")
        case "int" | "yesno":
            return f"TRY_CAST({x} AS {column.sql})"
    text = f"array_to_string({x}, ';')" if type_.endswith("[]") else f"CAST({x} AS VARCHAR)"
    return _enum(column, f"({text})") if column.type == "enum" else f"nullif(trim({text}), '')"
