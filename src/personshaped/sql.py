"""Pieces of SQL: values, which never enter a query as a piece of it, and what is counted and added by a condition."""

from __future__ import annotations

from pathlib import Path


def literal(value: str | Path | list[str]) -> str:
    """A value as SQL, the path of a file too: folders are called `o'brien`. A list in brackets, for IN."""
    if isinstance(value, list):
        return f"({', '.join(map(literal, value)) or 'NULL'})"
    return "'" + str(value).replace("'", "''") + "'"


# --- counting and adding ---------------------------------------------------------------------------------------

_NOT_WHOLE = ("minutes", "price", "cost", "spent", "years")


def is_whole(column: str) -> bool:
    """Whether a column holds whole numbers."""
    return not any(part in column for part in _NOT_WHOLE)


def money(column: str) -> str:
    """Minutes and pounds are added as decimals, so that no total depends on the order of the rows."""
    return column if is_whole(column) else f"CAST({column} AS DECIMAL(18, 4))"


def counted(condition: str) -> str:
    """SQL that counts the rows for which a condition holds."""
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def filtered(condition: str) -> str:
    """The FILTER of an aggregate: the rows for which a condition holds."""
    return "" if condition == "true" else f" FILTER (WHERE {condition})"


def total(what: str, of: str) -> str:
    """SQL that adds up a column where a condition holds; `1` counts the rows."""
    return counted(of) if what == "1" else f"sum({money(what)}){filtered(of)}"


def distinct(what: str, of: str, blanks: str) -> str:
    """SQL that counts different values, blanks as one each if so declared."""
    known = f"count(DISTINCT {what}){filtered(of)}"
    return known if blanks == "none" else f"{known} + {counted(both(of, what + ' IS NULL'))}"


def spread_part(suffix: str, what: str, of: str) -> str:
    """SQL for one figure of a spread; quantiles by linear interpolation."""
    kept = f"FILTER (WHERE {both(of, what + ' IS NOT NULL')})"
    if suffix == "_max":
        return f"max({what}) {kept}"
    if suffix.startswith("_share_"):
        least = suffix.split("_")[2]
        return f"count(*) FILTER (WHERE {both(of, f'{what} >= {least}')}) / count(*) {kept}"
    place = {"_median": 0.5, "_p10": 0.1, "_p90": 0.9}[suffix]
    return f"quantile_cont({what}, {place}) {kept}"


def both(one: str, other: str) -> str:
    """Two conditions as one, without idle `true`s."""
    kept = [part for part in (one, other) if part != "true"]
    return " AND ".join(f"({part})" if " OR " in part else part for part in kept) or "true"


def taken_apart(column: str) -> str:
    """The different entries of a `;` list, one row each."""
    return f"unnest(list_distinct(string_split({column}, ';')))"
