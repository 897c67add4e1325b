"""SQL of a mapping: one expression over the line, which reads nothing else.

Mappings are passed from place to place; without this rule one could read any file of the machine it runs on.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb

from personshaped.errors import InputError


def expression(sql: str, where: str) -> str:
    """The same SQL. Raises InputError where it is not one expression, or asks a table or a file."""
    with duckdb.connect() as con:
        (text,) = con.execute("SELECT json_serialize_sql(?)", [f"SELECT ({sql}\n)"]).fetchone() or ("{}",)
    parsed = json.loads(text)
    if parsed.get("error"):
        raise InputError(f"{where}: {parsed['error_message'].splitlines()[0]}", file="study.toml", expected=_EXPECTED)
    if not _is_one(parsed["statements"]):
        raise InputError(f"{where} asks more than this line", file="study.toml", expected=_EXPECTED)
    return sql


_EXPECTED = "one expression over the columns of the line, without SELECT"


def _is_one(statements: list[dict[str, Any]]) -> bool:
    node = statements[0]["node"]
    alone = len(statements) == 1 and len(node.get("select_list", ())) == 1
    return alone and node["from_table"]["type"] == "EMPTY" and not _asks(node["select_list"])


def _asks(node: object) -> bool:
    """Whether a question within a question stands anywhere in the tree."""
    if isinstance(node, dict):
        return node.get("class") == "SUBQUERY" or any(map(_asks, node.values()))
    return isinstance(node, list) and any(map(_asks, node))
