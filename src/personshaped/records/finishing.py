"""Parts into the relations that other rooms read: split, decided, priced; nothing large is held in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import duckdb

from personshaped.records.checking import Duplicates
from personshaped.records.decisions import CODES
from personshaped.records.mapping import is_one_of, quoted_name
from personshaped.records.staging import Part
from personshaped.sql import literal
from personshaped.tables import CANONICAL

_INTERACTIONS = CANONICAL["interactions"]
_FIRST = ("minutes", "documents", "cost")
_LAST = ("outcome", "reason", "referred_to", "need_met")
UNPRICED = "interactions_decided"
"""The view of `interactions` without words and prices, for what asks for neither: a price costs a join for every row,
and words the reading of all rules of redaction for every query."""


@dataclass(frozen=True)
class Whole:
    """What is known of the interactions once all parts are down, and changes how they are shown."""

    duplicates: Duplicates
    unknown: Collection[str]  # enum columns with words that the list does not have
    day_only: Collection[int]  # parts in which every time is 00:00
    split: bool  # some activity is a list
    coded: bool  # people have coded some


def decided(parts: Sequence[Part], whole: Whole) -> str:
    """A SELECT of every canonical column, typed, with `ref_key` and `range_end`, and people's codes laid over."""
    pieces = []
    for part in parts:
        pieces.append(_piece(part, whole))
        if whole.split and "steps" in part.columns:
            pieces.append(_split_piece(part, whole))
    rows = " UNION ALL ".join(pieces)
    if not whole.coded:
        return rows
    laid = ", ".join(f"coalesce(codes.{name}, i.{name}) AS {name}" for name in CODES)
    return f"SELECT i.* REPLACE ({laid}) FROM ({rows}) AS i LEFT JOIN codes ON codes.interaction_id = i.interaction_id"


def show_unpriced(con: duckdb.DuckDBPyConnection, parts: Sequence[Part], whole: Whole) -> None:
    """Leaves the view `UNPRICED`."""
    wordless = [
        replace(part, relation=part.wordless or part.relation, columns=part.columns - {"words"}) for part in parts
    ]
    con.execute(f"CREATE OR REPLACE VIEW {UNPRICED} AS {decided(wordless, whole)}")


def _piece(part: Part, whole: Whole) -> str:
    columns = ", ".join(f"{_shown(part, name, whole)} AS {quoted_name(name)}" for name in _INTERACTIONS.names)
    where = ["bad IS NULL"]
    if whole.split and "steps" in part.columns:
        where.append("steps IS NULL")
    return f"SELECT {columns}, {_extra(part)} FROM {_rows(part, whole)} WHERE {' AND '.join(where)}"


def _extra(part: Part) -> str:
    return f"ref_key, {'range_end' if 'range_end' in part.columns else 'NULL::TIMESTAMP'} AS range_end"


def _rows(part: Part, whole: Whole) -> str:
    relation = part.relation
    if whole.duplicates.dropped:
        relation = f"(SELECT * FROM {relation} ANTI JOIN dropped_interactions USING (n))"
    if whole.duplicates.renamed:
        relation = f"(SELECT * FROM {relation} LEFT JOIN renamed_interactions USING (n))"
    return relation


def _id(part: Part, whole: Whole) -> str:
    block = f" || '/{part.block}'" if part.block > 1 else ""
    made = f"{literal(part.file + ':')} || {part.row_sql()}{block}"
    given = "interaction_id" if "interaction_id" in part.columns else "NULL"
    if whole.duplicates.renamed:
        given = f"new_id, {given}"
    return f"coalesce({given}, {made})"


def _shown(part: Part, name: str, whole: Whole) -> str:
    """One canonical column of a part."""
    column = _INTERACTIONS[name]
    if name == "interaction_id":
        return _id(part, whole)
    if name == "source":
        given = "source, " if name in part.columns else ""
        return f"coalesce({given}{literal(part.file + ':')} || {part.row_sql()})"
    if name not in part.columns:
        return f"NULL::{column.sql}"
    if name == "started_at":  # section 11: rows known to the month or year stand at the start of it
        periods = " ".join(f"WHEN '{one}' THEN date_trunc('{one}', started_at)" for one in ("month", "year"))
        return f"CASE date_precision {periods} ELSE started_at END"
    if name == "date_precision" and part.number in whole.day_only:
        return _listed("CASE date_precision WHEN 'minute' THEN 'day' ELSE date_precision END", name, whole)
    return _listed(quoted_name(name), name, whole)


def _listed(sql: str, name: str, whole: Whole) -> str:
    """A word that the list does not have is `other` where the list has that, else blank."""
    if name not in whole.unknown:
        return sql
    values = _INTERACTIONS[name].values
    other = f"WHEN ({sql}) IS NOT NULL THEN 'other' " if "other" in values else ""
    return f"CASE WHEN {is_one_of(f'({sql})', values)} THEN {sql} {other}END"


def _split_piece(part: Part, whole: Whole) -> str:
    """Rows whose activity is a list, one row a step (section 11): minutes, documents and cost to the first; outcome,
    reason, referred_to and need_met to the last; the rest to all. The first keeps the id, the others add `.2`, `.3`."""
    made = _id(part, whole)
    columns = []
    for name in _INTERACTIONS.names:
        sql = _shown(part, name, whole)
        if name == "interaction_id":
            sql = f"CASE WHEN step = 1 THEN {made} ELSE {made} || '.' || step END"
        elif name == "contact_id":
            sql = f"coalesce({sql}, {made})"
        elif name == "activity":
            sql = _listed("nullif(kinds[step], '')", name, whole)
        elif name in _FIRST and name in part.columns:
            sql = f"CASE WHEN step = 1 THEN {sql} END"
        elif name in _LAST and name in part.columns:
            sql = f"CASE WHEN step = len(kinds) THEN {sql} END"
        columns.append(f"{sql} AS {quoted_name(name)}")
    lists = "list_filter(string_split(steps, ';'), lambda one: one <> '') AS kinds"
    rows = f"(SELECT *, {lists} FROM {_rows(part, whole)} WHERE bad IS NULL AND steps IS NOT NULL)"
    steps = f"(SELECT *, unnest(range(1, greatest(len(kinds), 1) + 1)) AS step FROM {rows})"
    return f"SELECT {', '.join(columns)}, {_extra(part)} FROM {steps}"


_BEFORE = """CASE date_precision WHEN 'minute' THEN started_at
    WHEN 'month' THEN date_trunc('month', started_at) + INTERVAL 1 MONTH
    WHEN 'year' THEN date_trunc('year', started_at) + INTERVAL 1 YEAR
    WHEN 'range' THEN coalesce(range_end, date_trunc('day', started_at) + INTERVAL 1 DAY)
    WHEN 'order' THEN NULL ELSE date_trunc('day', started_at) + INTERVAL 1 DAY END::TIMESTAMP"""


def show_priced(
    con: duckdb.DuckDBPyConnection, rows: str, keys: Sequence[str] | None, unit_sql: str, uprated: bool
) -> None:
    """Leaves the view `interactions`: canonical columns, ref_key, started_before, price, price_basis.

    `rows` is what `decided` gives. `keys` are those of `price_list`, None where there are no unit costs.
    """
    names = ", ".join(f"i.{quoted_name(name)}" for name in _INTERACTIONS.names)
    join, unit, year = "", "NULL", "year(i.started_at)"
    if keys is not None:
        on = "".join(f" AND price_list.{key} IS NOT DISTINCT FROM i.{key}" for key in keys)
        join = f" LEFT JOIN price_list ON price_list.of_year IS NOT DISTINCT FROM year(i.started_at){on}"
        unit = unit_sql
        year = "CASE WHEN i.cost IS NULL THEN price_year ELSE year(i.started_at) END"
    price = f"coalesce(i.cost, {unit})"
    if uprated:
        join += f" LEFT JOIN deflators ON in_year = {year}"
        price = f"{price} * coalesce(factor, 1)"
    con.execute(
        f"""CREATE OR REPLACE VIEW interactions AS
        SELECT {names}, i.ref_key, {_BEFORE} AS started_before, ({price})::DOUBLE AS price,
               CASE WHEN i.cost IS NOT NULL THEN 'own' WHEN ({unit}) IS NOT NULL THEN 'unit' END AS price_basis
        FROM ({rows}) AS i{join}"""
    )


def make_table(
    con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[Part], dropped: bool, unknown: Collection[str]
) -> None:
    """Leaves any other canonical table, with all its columns (and `ref_key` where it names people)."""
    keyed = any(_has_key(part) for part in parts)
    pieces = []
    for part in parts:
        columns = []
        for column in CANONICAL[table].columns:
            name = quoted_name(column.name)
            sql = f"{name}" if column.name in part.columns else "NULL"
            if column.name == "source" and table not in ("unit_costs", "area_facts"):
                sql = f"coalesce({sql}, {literal(part.file + ':')} || {part.row_sql()})"
            if column.name in unknown:
                other = "'other'" if "other" in column.values else "NULL"
                known = ", ".join(map(literal, column.values))
                sql = f"CASE WHEN {sql} IN ({known}) THEN {sql} WHEN {sql} IS NOT NULL THEN {other} END"
            columns.append(f"CAST({sql} AS {column.sql}) AS {name}")
        if keyed:
            columns.append("ref_key" if _has_key(part) else "NULL::VARCHAR AS ref_key")
        left = f" AND n NOT IN (SELECT n FROM dropped_{table})" if dropped else ""
        pieces.append(f"SELECT {', '.join(columns)} FROM {part.relation} WHERE bad IS NULL{left}")
    # what many lines say of one person is said once
    chosen = "SELECT DISTINCT *" if table == "people" else "SELECT *"
    con.execute(f"CREATE OR REPLACE TABLE {table} AS {chosen} FROM ({' UNION ALL '.join(pieces)})")


def drop_parts(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> None:
    """Parts of a table that is made are no longer needed."""
    for part in parts:
        con.execute(f"DROP TABLE IF EXISTS {part.relation}")


def _has_key(part: Part) -> bool:
    return part.table in ("people", "accounts") and "person_ref" in part.columns
