"""SQL of a mapping: one expression over the line, which asks nothing else.

Mappings are passed from place to place. Paths in them stand in plain sight; SQL could hide a file, another table or the
query that it becomes a part of, which holds the key of the pseudonyms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from personshaped.errors import InputError

_EXPECTED = "one expression over the columns of the line, without SELECT and *"
_ASKING = {"SUBQUERY", "STAR", "PARAMETER"}
_OF_THE_DATABASE = {"current_setting", "getvariable", "version", "user", "session_user", "unnest"}
_BEGINNINGS = ("current_", "pg_", "inet_", "has_", "uuid", "read_", "query")
_BESIDE = ("where_clause", "group_expressions", "having", "qualify", "sample", "modifiers")


def expression(sql: str, where: str) -> str:
    """The same SQL. Raises InputError where it is not one expression, or asks a table, a file or the database."""
    with duckdb.connect() as con:
        (text,) = con.execute("SELECT json_serialize_sql(?)", [f"SELECT ({sql}\n)"]).fetchone() or ("{}",)
    parsed = json.loads(text)
    if parsed.get("error"):
        raise InputError(f"{where}: {parsed['error_message'].splitlines()[0]}", file="study.toml", expected=_EXPECTED)
    if not _is_one(parsed["statements"]):
        raise InputError(f"{where} asks more than this line", file="study.toml", expected=_EXPECTED)
    return sql


def _is_one(statements: list[dict[str, Any]]) -> bool:
    node = statements[0].get("node", {})
    alone = len(statements) == 1 and len(node.get("select_list", ())) == 1 and not any(map(node.get, _BESIDE))
    return alone and node["from_table"]["type"] == "EMPTY" and not any(map(_asks, _parts(node["select_list"])))


def _parts(node: object) -> Iterator[dict[str, Any]]:
    """Every part of the tree."""
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _parts(one)


def _asks(part: dict[str, Any]) -> bool:
    """Whether a part looks beyond the line, or answers differently from one run to the next."""
    name = str(part.get("function_name", "")).lower()
    of_the_database = name in _OF_THE_DATABASE | _changing() or name.startswith(_BEGINNINGS)
    return part.get("class") in _ASKING or of_the_database


@cache
def _changing() -> frozenset[str]:
    """Functions of DuckDB that need not answer the same for the same line: the clock, chance, the query itself."""
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT function_name FROM duckdb_functions() WHERE function_type = 'scalar' AND stability <> 'CONSISTENT'"
        ).fetchall()
    return frozenset(name for (name,) in found)
