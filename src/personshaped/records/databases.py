"""Tables of SQLite files and PostgreSQL servers, as rows of text with their headings first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from personshaped.errors import InputError


def sqlite(path: str, table: str, name: str) -> Iterator[Sequence[Any]]:
    """A table of a SQLite file (the only one if none is named), opened to read only. Raises InputError."""
    con = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    try:
        tables = [
            row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1")
        ]
        if not table and len(tables) == 1:
            table = tables[0]
        if table not in tables:
            raise InputError(f"no table {table!r}", file=name, expected=f"{name}/{tables[0] if tables else 'table'}")
        quoted = table.replace('"', '""')
        found = con.execute(f'SELECT * FROM "{quoted}"')
        yield [column[0] for column in found.description]
        yield from found
    except sqlite3.Error as error:
        raise InputError(f"cannot be read: {error}", file=name, expected="a SQLite file") from None
    finally:
        con.close()


def postgresql(url: str, table: str, name: str) -> Iterator[Sequence[Any]]:
    """A table or view on a server (`schema.table`), a few thousand rows at a time. Raises InputError."""
    try:
        import psycopg
        from psycopg import sql
    except ImportError:
        raise InputError("PostgreSQL is not installed", file=name, expected="personshaped[postgresql]") from None
    if not table:
        raise InputError("does not say which table", file=name, expected='table = "schema.table" in its [[source]]')
    try:
        with psycopg.connect(url) as con, con.cursor(name="records") as cursor:
            cursor.itersize = 5000
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table.split("."))))
            first = cursor.fetchone()
            yield [column.name for column in cursor.description or ()]
            if first is not None:
                yield first
            yield from cursor
    except psycopg.Error as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read: {said}", file=name, expected="a reachable server and a table") from None
