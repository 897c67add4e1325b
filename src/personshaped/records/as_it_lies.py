"""A canonical Parquet file of interactions with nothing to mend is shown where it lies, never written again."""

from __future__ import annotations

import duckdb

from personshaped.records import redaction
from personshaped.records.counting import aggregates, told
from personshaped.records.dates import FIRST_YEAR, LAST_YEAR
from personshaped.records.formats import Plain
from personshaped.records.mapping import is_one_of, quoted_name
from personshaped.records.staging import PER_PART, Part, Stage
from personshaped.sql import literal
from personshaped.tables import CANONICAL, Column

_TABLE = CANONICAL["interactions"]
_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT")
_TYPES = {
    "str": ("VARCHAR",),
    "enum": ("VARCHAR",),
    "time": ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"),
    "date": ("DATE",),
    "int": _WHOLE,
    "num": ("DOUBLE", "FLOAT", *_WHOLE),
    "yesno": ("BOOLEAN",),
}


def as_it_lies(to: Stage, number: int, plain: Plain) -> Part | None:
    """The part as a view of the file, or None where anything in it has to be mended, set aside or made.

    One scan sees whether every cell is as canonical tables have it, and counts them; another that interaction_id is
    unique.
    """
    if not plain.in_place or to.forgetting:
        return None
    path = literal(plain.path)
    types = {name: kind for name, kind, *_ in to.con.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()}
    columns = [column for column in _TABLE.columns if column.name in types]
    slow = (to.personal and to.people_known) or to.redaction.presidio  # once, not each time the view is read
    if not _fits(types, columns) or (slow and "words" in types):
        return None
    held = sorted({column.name for column in columns} | {"date_precision"})
    checks, counts = _checks(columns), aggregates(held, timed=True)
    given = "date_precision" in types
    fine = (
        "* REPLACE (coalesce(date_precision, 'minute') AS date_precision)" if given else "*, 'minute' AS date_precision"
    )
    asked = f"SELECT {', '.join(checks + counts)} FROM (SELECT {fine} FROM read_parquet({path}))"
    seen = to.con.execute(asked).fetchone() or (False,)
    if not all(one is not False for one in seen[: len(checks)]) or not _unique(to.con, path):
        return None
    rows, *_ = found = seen[len(checks) :]
    unused = tuple(name for name in types if name.lower() not in _TABLE.names)
    return Part(
        "interactions", number, plain.name, _view(to, number, plain, columns), frozenset(held),
        _view(to, number, plain, columns, words=False), unused=unused, clean=True, tally=told(held, rows, found),
    )  # fmt: skip


def _fits(types: dict[str, str], columns: list[Column]) -> bool:
    """Whether every column has its type, is named in small letters, and those needed are there."""
    needed = {"interaction_id", *_TABLE.required}
    lower = [name.lower() for name in types]
    return (
        needed <= types.keys()
        and len(lower) == len(set(lower))
        and not any(name.lower() in _TABLE.names and name not in _TABLE.names for name in types)
        and all(types[column.name] in _TYPES.get(column.type, ()) for column in columns)
    )


def _checks(columns: list[Column]) -> list[str]:
    """Aggregates that are false where a column has a cell to mend; NULL where it is blank throughout."""
    found = ["count(interaction_id) = count(*)"]
    for column in columns:
        x = quoted_name(column.name)
        if column.type == "enum":
            found.append(f"bool_and({is_one_of(x, column.values)})")
        elif column.type == "str":
            # '!' is the first character above the blank: what comes before it begins with white space, or is empty
            found += [f"min({x}) >= '!'", f"min(reverse({x})) >= '!'", f"NOT bool_or(contains({x}, chr(0)))"]
            found += [f"NOT bool_or({at}({x}, chr(160)))" for at in ("starts_with", "ends_with")]  # no-break space
        elif column.type in ("time", "date"):
            found.append(f"bool_and(year({x}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR})")
        elif column.type == "num":
            found.append(f"bool_and(isfinite({x}::DOUBLE))")
        if column.name in _TABLE.required:
            found.append(f"count({x}) = count(*)")
    names = {column.name for column in columns}
    if "cost" in names:
        found.append("bool_and(cost >= 0)")
    if "issue" in names:
        odd = " OR ".join(f"contains(issue, '{one}')" for one in (" ;", "; ", ";;"))
        found.append(f"NOT bool_or({odd} OR starts_with(issue, ';') OR ends_with(issue, ';'))")
    return found


def _unique(con: duckdb.DuckDBPyConnection, path: str) -> bool:
    twice = f"SELECT 1 FROM read_parquet({path}) GROUP BY hash(interaction_id) HAVING count(*) > 1 LIMIT 1"
    return con.execute(twice).fetchone() is None


def _view(to: Stage, number: int, plain: Plain, columns: list[Column], words: bool = True) -> str:
    """SQL for the rows: what staging would have written, made while it is read."""
    shown = {
        column.name: f"CAST({quoted_name(column.name)} AS {column.sql})"
        for column in columns if words or column.name != "words"
    }  # fmt: skip
    given = "date_precision, " if "date_precision" in shown else ""
    shown["date_precision"] = f"coalesce({given}'minute')"
    path = f"read_parquet({literal(plain.path)}, file_row_number = true)"
    key = to.reference("agency", "person_ref")
    if to.personal:
        shown["person_ref"] = "NULL::VARCHAR"
        keys = f"reference_keys_{number}"  # one keyed hash a reference, not one a row
        to.con.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {keys} AS SELECT agency, person_ref, {key} AS ref_key"
            f" FROM (SELECT DISTINCT agency, person_ref FROM {path})"
        )
        path, key = f"{path} JOIN {keys} USING (agency, person_ref)", f"{keys}.ref_key"
    listed = ", ".join(f"{sql} AS {quoted_name(name)}" for name, sql in shown.items())
    hashed = ", ".join(quoted_name(column.name) for column in columns if column.name != "source")
    select = (
        f"SELECT {number * PER_PART} + file_row_number + 1 AS n, {listed}, {key} AS ref_key,"
        f" NULL::VARCHAR AS bad, NULL::VARCHAR AS blanked, hash({hashed}) AS row_hash FROM {path}"
    )
    if "words" in shown:
        select = redaction.redacted(select)
        select = redaction.redact_names(to.con, f"({select})") if to.people_known else select
    return f"({select})"
