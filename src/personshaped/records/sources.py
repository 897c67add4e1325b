"""The `[[source]]` blocks of `study.toml`: which file, and what each of its lines becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from personshaped.errors import InputError
from personshaped.tables import CANONICAL

_KEYS = ("path", "encoding", "delimiter", "query", "lookup")
_TOML = "study.toml"


@dataclass(frozen=True)
class Mapped:
    """Where one canonical column comes from: one of a column, a constant, or SQL over the line."""

    column: str = ""
    const: str | None = None
    sql: str = ""
    format: str = ""
    values: Mapping[str, str] | None = None
    otherwise: str | None = None


@dataclass(frozen=True)
class Block:
    """One `[[source.<table>]]`: a row of `table` for each line where `when` (a column, or SQL) holds."""

    table: str
    columns: Mapping[str, Mapped]
    when: Mapped | None = None


@dataclass(frozen=True)
class Lookup:
    """A file joined to each line: `on` is the line's column, `key` the file's (the same name if not said)."""

    on: str
    key: str
    file: str


@dataclass(frozen=True)
class Source:
    """One of an agency's own files and its mapping."""

    path: str
    encoding: str
    delimiter: str
    query: str
    lookups: tuple[Lookup, ...]
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(block.table for block in self.blocks)

    @property
    def file_names(self) -> list[str]:
        """The paths named, as written; none for a database server."""
        return [name for name in (self.path, *(one.file for one in self.lookups)) if "://" not in name]


def parse_source(given: Any, number: int) -> Source:
    """One `[[source]]` table. Raises InputError naming the key and the nearest right one."""
    where = f"[[source]] {number}"
    if not isinstance(given, Mapping) or not isinstance(given.get("path"), str):
        raise InputError(f"{where} names no path", file=_TOML, expected='path = "police/2023.csv"')
    where = f"[[source]] {given['path']}"
    for key in given:
        if key not in (*_KEYS, *CANONICAL):
            _unknown(key, (*_KEYS, *CANONICAL), where)
    blocks = tuple(
        _block(table, one, f"{where}, {table}") for table in CANONICAL if table in given for one in _list(given[table])
    )
    if not blocks:
        raise InputError(f"{where} says nothing of what its lines become", file=_TOML,
                         expected="a [[source.interactions]] or another table")  # fmt: skip
    return Source(
        path=given["path"],
        encoding=str(given.get("encoding", "")),
        delimiter=str(given.get("delimiter", "")),
        query=str(given.get("query", "")),
        lookups=tuple(_lookup(one, where) for one in _list(given.get("lookup", []))),
        blocks=blocks,
    )


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _unknown(key: str, names: tuple[str, ...], where: str) -> None:
    near = get_close_matches(key, names, n=1, cutoff=0.5)
    raise InputError(f"{where}, {key}: no such key", file=_TOML, expected=near[0] if near else ", ".join(names[:12]))


def _lookup(given: Any, where: str) -> Lookup:
    if not isinstance(given, Mapping) or not {"on", "file"} <= set(given) <= {"on", "key", "file"}:
        raise InputError(f"{where}, lookup: {given!r}", file=_TOML, expected='{ on = "ProjectID", file = "Project.csv" }')
    return Lookup(str(given["on"]), str(given.get("key", given["on"])), str(given["file"]))


def _block(table: str, given: Any, where: str) -> Block:
    if not isinstance(given, Mapping):
        raise InputError(f"{where}: {given!r}", file=_TOML, expected=f"[[source.{table}]] with a line for each column")
    names = CANONICAL[table].names
    columns: dict[str, Mapped] = {}
    for key, value in given.items():
        if key == "when":
            continue
        if key not in names:
            _unknown(key, ("when", *names), where)
        columns[key] = _mapped(value, f"{where}, {key}")
    when = _mapped(given["when"], f"{where}, when") if "when" in given else None
    return Block(table, columns, when)


def _mapped(given: Any, where: str) -> Mapped:
    if isinstance(given, str):
        return Mapped(column=given)
    names = ("column", "const", "sql", "format", "values", "else")
    if not isinstance(given, Mapping):
        raise InputError(f"{where}: {given!r}", file=_TOML, expected='"Column", { const = "…" } or { column = "…" }')
    for key in given:
        if key not in names:
            _unknown(key, names, where)
    if len({"column", "const", "sql"} & set(given)) != 1:
        raise InputError(f"{where}: {dict(given)!r}", file=_TOML, expected="one of column, const, sql")
    values = given.get("values")
    if values is not None and not isinstance(values, Mapping):
        raise InputError(f"{where}: values = {values!r}", file=_TOML, expected='values = { VA = "assess" }')
    return Mapped(
        column=str(given.get("column", "")),
        const=_text(given["const"]) if "const" in given else None,
        sql=str(given.get("sql", "")),
        format=str(given.get("format", "")),
        values={str(key): _text(value) for key, value in values.items()} if values is not None else None,
        otherwise=_text(given["else"]) if "else" in given else None,
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
