"""One person's story as it may leave (Stat 11): with consent that somebody recorded, or so that nobody is known by it.

A timeline tells who it is about even without a name: children taken away, an arrest, a place. Without consent all dates
move by one offset and stand as months, agencies are called by their kind, what was spent and whose area it was is left
out. Words stand in either only where they were ticked. That somebody who was there knows it again cannot be prevented:
whoever publishes reads it first.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import duckdb

from personshaped.disclosure import ticked
from personshaped.disclosure.ticked import Ticked
from personshaped.errors import InputError, UsageError
from personshaped.linkage.pseudonyms import SEPARATOR
from personshaped.records import by_hand
from personshaped.sql import literal

CONSENTS = "consents.csv"
COLUMNS = ("person_id", "may", "agreed_on", "recorded_by")
PUBLISH = "publish story"
"""What is agreed to, in the column `may`; a later line of the same person takes its place."""
KINDS = (
    ("hous|tenan|landlord|homeless", "housing"),
    ("polic|probation|prison|court|justice|legal", "police or justice"),
    ("hospital|acute|emergency|ambulance|a&e", "hospital"),
    ("gp|surger|doctor|pharmac|nurs|primary_care", "primary care"),
    ("mental|psych|camhs|iapt", "mental health"),
    ("alcohol|drug|substance|addict", "addiction help"),
    ("child|school|educat|youth|early_help|famil", "children and schools"),
    ("social|care", "social care"),
    ("benefit|job|dwp|work|employ|welfare", "benefits and work"),
    ("advice|debt|citizen|charit|volunt", "advice or a charity"),
    ("fire|rescue", "fire service"),
    ("contact|council|revenue|tax", "council"),
)
"""What an agency's name tells of its kind: the first that fits; any other is `another service`."""
LEAST_DAYS, MOST_DAYS = 120, 540
"""All dates of a story move by so many days, either way."""


def consented(decisions: Path, person_of: Callable[[str], str]) -> frozenset[str]:
    """The person_id of everybody whose story may be published as it is.

    `person_of` gives the person_id of whoever is named, by it or by agency:person_ref: a consent that was recorded in
    one way can be taken back in the other. Raises InputError naming the row of a consent without its day, that nobody
    recorded, that names nobody, or somebody who is not there.
    """
    path = decisions / CONSENTS
    if not path.is_file():
        return frozenset()
    latest: dict[str, str] = {}
    for number, row in enumerate(by_hand.read(path, f"decisions/{CONSENTS}").rows(), start=2):
        person, may, on, by = ((row.get(name) or "").strip() for name in COLUMNS)
        if may and not (on and by):
            raise InputError(
                "a consent without its day, or that nobody recorded", file=f"decisions/{CONSENTS}", row=number,
                expected=", ".join(COLUMNS),
            )  # fmt: skip
        if not person:
            if may:
                raise InputError(
                    "a consent of nobody", file=f"decisions/{CONSENTS}", row=number, column="person_id",
                    expected="a person_id, or agency:person_ref",
                )  # fmt: skip
            continue
        try:
            latest[person_of(person)] = may
        except UsageError as error:
            raise InputError(str(error), file=f"decisions/{CONSENTS}", row=number, column="person_id") from None
    return frozenset(person for person, may in latest.items() if may == PUBLISH)


def offset(key: bytes, person_id: str) -> int:
    """By how many days this person's story moves: the same each time, as two offsets would narrow both down.

    It is written down nowhere, and only the study's `key` makes it.
    """
    drawn = int.from_bytes(hmac.new(key, f"story{SEPARATOR}{person_id}".encode(), hashlib.sha256).digest())
    days = LEAST_DAYS + drawn // 2 % (MOST_DAYS - LEAST_DAYS + 1)
    return days if drawn % 2 else -days


def write(
    tables: Path, into: Path, person_id: str, words: Mapping[str, Ticked], issues: Collection[str], moved: int | None
) -> bool:
    """Writes the tables that a story's page is drawn from; returns whether that person has any row.

    `moved` is the offset in days of a story without consent; None for one with. Of the needs only those `issues` are
    named that are published anyway.
    """
    con = duckdb.connect()
    ticked.as_table(con, words)
    con.execute("CREATE TABLE published (issue VARCHAR)")
    if issues:
        con.executemany("INSERT INTO published VALUES (?)", [(one,) for one in issues])
    into.mkdir(parents=True, exist_ok=True)
    source = {name: literal(tables / f"{name}.parquet") for name in ("interactions", "demands", "needs", "persons")}
    cost = ", NULL AS cost" if moved else ""
    select = {
        "interactions": f"""
            SELECT t.* REPLACE (ticked.said AS words, 'story' AS person_id {"," + _hidden(moved) if moved else ""})
            FROM {source["interactions"]} t LEFT JOIN ticked USING (interaction_id)""",
        "demands": f"""
            SELECT interaction_id, 'story' AS person_id, demand_type, failure_kind FROM {source["demands"]} t""",
        "needs": f"SELECT 'story' AS person_id, need_id, opened_at, end_reason FROM {source['needs']} t",
        "persons": f"SELECT * REPLACE ('story' AS person_id {cost}) FROM {source['persons']} t",
    }  # fmt: skip
    for name, one in select.items():
        mine = f"{one} WHERE t.person_id = {literal(person_id)}"
        con.execute(f"COPY ({mine}) TO {literal(into / f'{name}.parquet')} (FORMAT parquet)")
    rows = con.execute(f"SELECT count(*) FROM {literal(into / 'interactions.parquet')}").fetchone() or (0,)
    con.close()
    return bool(rows[0])


def _hidden(moved: int) -> str:
    """What takes the place of the columns that would tell who it is."""
    blank = (
        "service",
        "channel",
        "front_door",
        "area",
        "reason",
        "price",
        "cost",
        "minutes",
        "staff_role",
        "started_before",
    )
    return f"""
        date_trunc('month', t.started_at + INTERVAL ({moved}) DAY) AS started_at,
        CASE WHEN t.date_precision IN ('year', 'order') THEN t.date_precision ELSE 'month' END AS date_precision,
        {_kind("t.agency")} AS agency, {_kind("t.referred_to")} AS referred_to,
        CASE WHEN t.issue IN (FROM published) THEN t.issue END AS issue,
        {", ".join(f"NULL AS {name}" for name in blank)}"""


def _kind(column: str) -> str:
    cases = " ".join(
        f"WHEN regexp_matches(lower({column}), '{pattern}') THEN {literal(kind)}" for pattern, kind in KINDS
    )
    return f"CASE WHEN {column} IS NULL THEN NULL {cases} ELSE 'another service' END"
