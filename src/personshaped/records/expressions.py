"""SQL of a mapping: one expression over the line, made of kinds and functions that are listed here.

Mappings are passed from place to place. Paths in them stand in plain sight; SQL could hide a file, another table or the
database's own state. What is not listed is refused: a function that DuckDB adds tomorrow is not open today.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

import duckdb

from personshaped.errors import InputError

_EXPECTED = "one expression over the columns of the line, without SELECT and *"
_LISTED = "functions of texts, numbers, times and lists; others before OVER (…)"
_KINDS = {
    "CONSTANT", "COLUMN_REF", "FUNCTION", "OPERATOR", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "COLLATE",
    "WINDOW", "LAMBDA",
}  # fmt: skip
_SIGNS = "|| + - * / // % ** ^ ~~ !~~ ~~* !~~* ~~~ -> ->> like_escape not_like_escape ilike_escape not_ilike_escape"
_OF_TEXTS = """
    lower upper lcase ucase trim ltrim rtrim left right substr substring length len strlen char_length replace overlay
    translate concat concat_ws contains prefix suffix starts_with ends_with instr strpos position split_part
    string_split str_split string_to_array lpad rpad reverse ascii chr strip_accents nfc_normalize
    regexp_matches regexp_full_match regexp_extract regexp_extract_all regexp_replace regexp_split_to_array nullif
"""
_OF_NUMBERS = "abs round floor ceil ceiling trunc sign mod divide greatest least sqrt pow power ln log exp"
_OF_TIMES = """
    strptime try_strptime strftime date_trunc datetrunc date_part datepart date_diff datediff date_sub datesub date_add
    make_date make_time make_timestamp to_timestamp epoch epoch_ms year month day hour minute second quarter week isodow
    dayofweek dayofyear weekofyear dayname monthname last_day to_years to_months to_weeks to_days to_hours to_minutes
    to_seconds timezone
"""
_OF_LISTS = """
    list_value struct_pack row map list_contains list_has array_contains list_position list_extract array_extract
    element_at struct_extract list_distinct list_sort list_reverse list_concat list_slice array_length array_to_string
    list_filter list_transform list_apply filter apply json_extract json_extract_string json_value json_array_length
"""
_OF_OTHER_LINES = "row_number rank dense_rank ntile count count_star sum avg"
FUNCTIONS = frozenset(" ".join((_SIGNS, _OF_TEXTS, _OF_NUMBERS, _OF_TIMES, _OF_LISTS)).split())
"""Every function a mapping may call; each answers the same for the same line."""
WINDOWS = frozenset(_OF_OTHER_LINES.split())
"""What may stand before `OVER (…)`: it counts and adds up other lines of the same file, and brings no cell of theirs:
that may be somebody's who is to be forgotten."""
_LONGEST = 1_000
"""Letters to which `lpad` and `rpad` may fill up."""
_VALUES = {
    "current_catalog", "current_database", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "localtime", "localtimestamp", "session_user", "user",
}  # fmt: skip
_BESIDE = ("where_clause", "group_expressions", "having", "qualify", "sample", "modifiers")


def expression(sql: str, where: str) -> str:
    """The same SQL. Raises InputError where it is not one expression, or is made of more than is listed here."""
    statements = _parsed(sql, where)
    if not _is_one(statements):
        raise InputError(f"{where} asks more than this line", file="study.toml", expected=_EXPECTED)
    for part in _parts(statements[0]["node"]["select_list"]):
        said = _not_listed(part)
        if said:
            listed = WINDOWS if part.get("class") == "WINDOW" else FUNCTIONS
            near = get_close_matches(said.removesuffix("()"), sorted(listed), n=1, cutoff=0.8)
            perhaps = f" (perhaps you mean {near[0]}())" if near and said.endswith("()") else ""
            raise InputError(f"{where}: {said} is not for mappings{perhaps}", file="study.toml", expected=_LISTED)
    return sql


def told_by_the_database(sql: str, columns: Collection[str]) -> str:
    """The first word of an expression that DuckDB itself would answer (`current_date`), as no column has its name."""
    named = {column.lower() for column in columns}
    for part in _parts(_parsed(sql, "")[0]["node"]["select_list"]):
        for name in part.get("column_names", ())[:1] if part.get("class") == "COLUMN_REF" else ():
            if name.lower() in _VALUES - named:
                return str(name)
    return ""


def _parsed(sql: str, where: str) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        (text,) = con.execute("SELECT json_serialize_sql(?)", [f"SELECT ({sql}\n)"]).fetchone() or ("{}",)
    parsed = json.loads(text)
    if parsed.get("error"):
        raise InputError(f"{where}: {parsed['error_message'].splitlines()[0]}", file="study.toml", expected=_EXPECTED)
    return list(parsed["statements"])


def _is_one(statements: list[dict[str, Any]]) -> bool:
    node = statements[0].get("node", {})
    alone = len(statements) == 1 and len(node.get("select_list", ())) == 1 and not any(map(node.get, _BESIDE))
    return alone and node["from_table"]["type"] == "EMPTY"


def _parts(node: object) -> Iterator[dict[str, Any]]:
    """Every part of the tree."""
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _parts(one)


def _not_listed(part: dict[str, Any]) -> str:
    """What is not listed of a part; blank where it may stand."""
    kind = part.get("class")
    if kind is not None and kind not in _KINDS:
        return str(kind).lower().replace("_", " ")
    if "function_name" in part:
        name = str(part["function_name"]).lower()
        if name not in (WINDOWS if kind == "WINDOW" else FUNCTIONS) or part.get("catalog"):
            return f"{name}()"
        if name in ("lpad", "rpad") and not _is_short(part["children"][1:2]):
            return f"{name}() to more than {_LONGEST:,} letters, or as many as a column says,"
    if kind == "LAMBDA" and any(one.get("class") == "LAMBDA" for one in _parts(part.get("expr"))):
        return "a function of a list inside another"  # each level takes as many times longer as the list is long
    return ""


def _is_short(length: list[dict[str, Any]]) -> bool:
    value = length[0].get("value", {}).get("value") if length and length[0].get("class") == "CONSTANT" else None
    return isinstance(value, int) and value <= _LONGEST
