"""What people decided, laid over what the sources say: `decisions/` wins, and within it the latest line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from personshaped.errors import InputError
from personshaped.records import by_hand, codebook
from personshaped.tables import CANONICAL

CODES = ("demand_type", "failure_kind", "caused_by", "issue", "need_id", "value_work", "coded_by", "coded_on")
"""The columns that a person may code in `decisions/codes.csv`, by interaction_id; a blank cell decides nothing."""


DRAWN = ("random", "unsure", "double", "audit", "again", "chosen")
"""Why a demand was asked about, as `decisions/codes.csv` says it."""


def acknowledged(row: Mapping[str, str | None]) -> bool:
    """Whether a line of codes was written whole. One that a crash cut was never acknowledged; a spreadsheet may leave
    out what is blank at a line's end, behind `drawn`."""
    return "withdrawn" not in row or row["withdrawn"] is not None or row.get("drawn") in DRAWN


def read_table(path: Path) -> by_hand.ByHand:
    """Every line of a table of decisions as it stands, those of codes that were not `acknowledged` too."""
    return by_hand.read(path, f"decisions/{path.name}", ours="withdrawn")


def _rows(path: Path, required: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    table = read_table(path)
    missing = [name for name in required if name not in table.head]
    if missing and (table.head or table.lines):
        raise InputError(f"no column {missing[0]}", file=f"decisions/{path.name}", expected=", ".join(required))
    return [
        {name: cell.strip() for name, cell in row.items() if name and isinstance(cell, str)}
        for row in table.rows()
        if acknowledged(row)
    ]


def _standing(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The lines that nobody took back: `withdrawn` takes back the same person's latest line about that demand.

    What was answered `again`, to see whether the words have moved, decides nothing.
    """
    standing: list[dict[str, str]] = []
    for row in (one for one in rows if one.get("drawn") != "again"):
        if row.get("withdrawn") != "yes":
            standing.append(row)
            continue
        said = (row["interaction_id"], row.get("coded_by"))
        for i in reversed(range(len(standing))):
            if (standing[i]["interaction_id"], standing[i].get("coded_by")) == said:
                del standing[i]
                break
    return standing


def without_noughts(ids: Iterable[str]) -> dict[str, str]:
    """Each id by itself, and by what a spreadsheet leaves of one in figures, if it leaves that of one only."""
    known = {one: one for one in ids}
    left: dict[str, list[str]] = {}
    for one in known:
        if one.isdecimal() and one.startswith("0"):
            left.setdefault(one.lstrip("0") or "0", []).append(one)
    return {short: whole[0] for short, whole in left.items() if len(whole) == 1} | known


def _with_noughts(con: duckdb.DuckDBPyConnection, rows: list[dict[str, str]], ids: str) -> list[dict[str, str]]:
    """The lines with the noughts that a spreadsheet took from an id, where one id only can be meant."""
    written = {row["interaction_id"] for row in rows if row["interaction_id"].isdecimal()}
    if not written:
        return rows
    con.register("codes_written", pa.table({"one": pa.array(sorted(written), pa.string())}))
    known = con.execute(
        f"""SELECT DISTINCT interaction_id FROM ({ids}) WHERE interaction_id IN (FROM codes_written)
            OR coalesce(nullif(ltrim(interaction_id, '0'), ''), '0') IN (FROM codes_written)"""
    ).fetchall()
    con.unregister("codes_written")
    whole = without_noughts(one for (one,) in known)
    return [row | {"interaction_id": whole.get(row["interaction_id"], row["interaction_id"])} for row in rows]


def warn_codes(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Says how many coded interactions the data do not hold: what was said of them counts for nothing."""
    count, first = con.execute(
        """SELECT count(*), min(interaction_id) FROM codes WHERE interaction_id NOT IN (
            SELECT interaction_id FROM interactions WHERE interaction_id IN (SELECT interaction_id FROM codes))"""
    ).fetchone() or (0, "")
    if not count:
        return []
    more = f" and {count - 1:,} more that are" if count > 1 else ", which is"
    return [f"decisions/codes.csv, interaction_id: {first}{more} no interaction of these data; not counted"]


def load_codes(con: duckdb.DuckDBPyConnection, folder: Path, ids: str = "") -> bool:
    """Leaves `codes`, one row per coded interaction; returns whether there is any. `ids` selects the interactions."""
    book = codebook.load(folder / "decisions")
    latest: dict[str, dict[str, str]] = {}
    rows = _rows(folder / "decisions" / "codes.csv", ("interaction_id",))
    for row in _standing(_with_noughts(con, rows, ids) if ids else rows):
        decided = {name: row[name] for name in CODES if row.get(name)}
        if issues := decided.get("issue"):
            decided["issue"] = ";".join(dict.fromkeys(book.current(one.strip()) for one in issues.split(";")))
        if row["interaction_id"]:
            latest[row["interaction_id"]] = latest.get(row["interaction_id"], {}) | decided
    if not latest:  # without an import of pandas, which Arrow tables and bound parameters bring
        columns = ", ".join(f"{name} {CANONICAL['interactions'][name].sql}" for name in ("interaction_id", *CODES))
        con.execute(f"CREATE OR REPLACE TEMP TABLE codes ({columns})")
        return False
    texts = pa.table(
        {"interaction_id": pa.array(list(latest), pa.string())}
        | {name: pa.array([one.get(name) for one in latest.values()], pa.string()) for name in CODES}
    )
    con.register("codes_text", texts)
    shown = ", ".join(
        f"{name} IN ('yes', 'y', 'true') AS {name}"
        if name == "value_work"
        else f"TRY_CAST({name} AS {CANONICAL['interactions'][name].sql}) AS {name}"
        for name in CODES
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE codes AS SELECT interaction_id, {shown} FROM codes_text")
    con.unregister("codes_text")
    for name in ("demand_type", "failure_kind"):
        allowed = CANONICAL["interactions"][name].values
        wrong = con.execute(
            f"SELECT {name} FROM codes WHERE {name} IS NOT NULL AND NOT list_contains($1, {name})", [list(allowed)]
        ).fetchone()
        if wrong:
            raise InputError(
                f'"{wrong[0]}" is no {name}', file="decisions/codes.csv", column=name, expected=" or ".join(allowed)
            )
    return True


def has_codes(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the codes that are loaded say anything."""
    return con.execute("SELECT 1 FROM codes LIMIT 1").fetchone() is not None


def lay_phases(con: duckdb.DuckDBPyConnection, folder: Path, present: bool) -> bool:
    """Adds the phases that people decided to the table `phases`; the latest line for a chart and day stands."""
    names = CANONICAL["phases"].names
    rows = _rows(folder / "decisions" / "phases.csv", ("chart", "from"))
    if not rows:
        return present
    latest = {(row["chart"], row["from"]): row for row in rows}
    listed = ", ".join(
        f'TRY_CAST(nullif("{name}", \'\') AS {CANONICAL["phases"][name].sql}) AS "{name}"' for name in names
    )
    con.register(
        "phases_text",
        pa.table({name: pa.array([one.get(name, "") for one in latest.values()], pa.string()) for name in names}),
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE phases_decided AS SELECT {listed} FROM phases_text")
    con.unregister("phases_text")
    kept = 'SELECT * FROM phases ANTI JOIN phases_decided USING (chart, "from") UNION ALL ' if present else ""
    con.execute(f"CREATE OR REPLACE TABLE phases AS {kept}SELECT * FROM phases_decided")
    return True


def warn_evidence(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Interactions that a condition names as its evidence and that are not in the data."""
    unseen = con.execute(
        """WITH named AS (
            SELECT condition_id, trim(unnest(string_split(evidence, ';'))) AS one, source FROM conditions)
        SELECT source, condition_id, one FROM named
        WHERE one <> '' AND one NOT IN (
            SELECT interaction_id FROM interactions WHERE interaction_id IN (SELECT one FROM named))
        ORDER BY ALL"""
    ).fetchall()
    return [
        f"{source}, evidence: condition {condition} names {one}, which is no interaction of these data"
        for source, condition, one in unseen
    ]
