"""Values in SQL: what was chosen or found enters a query as a value, never as a piece of it."""

from __future__ import annotations

from pathlib import Path


def literal(value: str | Path | list[str]) -> str:
    """A value as SQL, the path of a file too: folders are called `o'brien`. A list in brackets, for IN."""
    if isinstance(value, list):
        return f"({', '.join(map(literal, value)) or 'NULL'})"
    return "'" + str(value).replace("'", "''") + "'"
