"""Tables of SQLite files and PostgreSQL servers, as rows of text with their headings first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from personshaped.errors import InputError

_ADDRESS = "postgresql://user@server/database"
_TIMES = ("date", "time", "timetz", "timestamp", "timestamptz", "interval")


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
    """A table or view on a server (`schema.table`), a few thousand rows at a time, without changing anything there.

    Times stand as the server writes them in ISO form, in the database's own time zone. Raises InputError, which never
    holds the password.
    """
    try:
        import psycopg
        from psycopg import sql
        from psycopg.types.string import TextLoader
    except ImportError:
        raise InputError("PostgreSQL is not installed", file=name, expected="personshaped[postgresql]") from None
    if not table:
        raise InputError("does not say which table", file=name, expected='table = "schema.table" in its [[source]]')
    try:
        psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:  # its words would hold a part of the address, which may be the password
        raise InputError("its address cannot be read", file=name, expected=_ADDRESS) from None
    try:
        with psycopg.connect(url) as con, con.cursor(name="records") as cursor:
            con.read_only = True
            con.execute("SET datestyle TO 'ISO'")
            for kind in _TIMES:  # as text: Python knows no year 10000 and no infinity
                cursor.adapters.register_loader(kind, TextLoader)
            cursor.itersize = 5000
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table.split("."))))
            first = cursor.fetchone()
            yield [column.name for column in cursor.description or ()]
            if first is not None:
                yield _cells(first)
            for row in cursor:
                yield _cells(row)
    except psycopg.Error as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read: {said}", file=name, expected="a reachable server and a table") from None


def _cells(row: Sequence[Any]) -> list[Any]:
    """Lists as the tables have them, between semicolons."""
    return [";".join(map(str, cell)) if isinstance(cell, list) else cell for cell in row]
