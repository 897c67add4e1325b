"""Pairs of records to review: which come first, what stands in each, and what a person's word would change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.compute as pc

from personshaped.disclosure import looks
from personshaped.errors import InputError, PersonshapedError
from personshaped.linkage import judgements, pseudonyms
from personshaped.linkage.cleaning import IDENTITY_COLUMNS
from personshaped.linkage.clusters import GIVEN, MODEL, PERSON, RULE, Pairs, cluster
from personshaped.linkage.judgements import Judgement, Reference, Verdict
from personshaped.linkage.store import IdentityStore
from personshaped.picture.rows import PAIR
from personshaped.records import open_folder
from personshaped.sql import literal
from personshaped.study.writing import PEOPLE

FILE = "decisions/links.csv"
MOST = 500
"""Pairs that wait at once: unsure ones first, those nearest the threshold before others."""
_TAKEN_BACK = "[taken back]"
"""The note of a line that takes a judgement back. Earlier versions wrote it bare; nobody's own note is either."""
_READ_AS_TAKEN_BACK = (_TAKEN_BACK, "taken back")
_BASIS = {"person": PERSON, "given": GIVEN, "rule": RULE, "model": MODEL}
_SELECT = f"""SELECT {PAIR} AS pair, agency_a, ref_a, agency_b, ref_b, judgement, score, evidence, "by",
    one.person_id AS person_a, other.person_id AS person_b
    FROM links JOIN identities AS one ON one.agency = agency_a AND one.ref_key = ref_a
    JOIN identities AS other ON other.agency = agency_b AND other.ref_key = ref_b"""


@dataclass(frozen=True)
class Pair:
    """Two records and what was judged of them; `name` is short and tells nothing of who it is."""

    name: str
    a: Reference
    b: Reference
    verdict: str
    score: float | None
    evidence: tuple[str, ...]
    by: str
    person_a: str
    person_b: str


@dataclass(frozen=True)
class Side:
    """One record of a pair; `known` is empty where the identity store cannot be opened."""

    agency: str
    known: Mapping[str, str]


@dataclass(frozen=True)
class Effect:
    """Who is one person before and after: each person as the agencies of their records, alphabetical."""

    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]

    @property
    def changes(self) -> bool:
        return self.before != self.after


def version(folder: Path) -> float:
    """Changes with every study or link. Raises InputError where no links were made yet."""
    path = folder / "findings" / "tables" / "links.parquet"
    if not path.exists():
        raise InputError("No records were compared yet", expected="a finished study")
    return path.stat().st_mtime


@lru_cache(maxsize=2)
def waiting(folder: Path, of: float, threshold: float) -> tuple[Pair, ...]:
    """Pairs that no person has judged in the study `of` this version, at most MOST."""
    return _pairs(
        folder,
        f"""WHERE "by" = 'model' AND judgement <> 'different'
        ORDER BY judgement <> 'unsure', abs(score - {threshold}), agency_a, ref_a, agency_b, ref_b LIMIT {MOST}""",
    )


def named(folder: Path, name: str) -> Pair | None:
    """The pair of that name, as the study left it."""
    return next(iter(_pairs(folder, f"WHERE {PAIR} = {literal(name)} LIMIT 1")), None)


def in_force(folder: Path) -> dict[tuple[Reference, Reference], Judgement]:
    """People's judgements by pair, the latest of each."""
    return {(one.a, one.b): one for one in judgements.read(folder / FILE)}


def name_of(a: Reference, b: Reference) -> str:
    """The short name of a pair, as PAIR makes it."""
    text = "\x1f".join((a.agency, a.ref_key, b.agency, b.ref_key))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def judge(folder: Path, pair: Pair, verdict: Verdict, who: str, why: str) -> None:
    """Appends one line to `decisions/links.csv`; the next study counts anew with it."""
    if why in _READ_AS_TAKEN_BACK:
        why = f"‘{why}’"  # somebody's words, not our mark
    one = Judgement.of(pair.a, pair.b, verdict, by="person", evidence=why, when=date.today(), who=who)
    judgements.append(folder / FILE, [one])


def take_back(folder: Path, one: Judgement, who: str) -> None:
    """Appends that the pair is unsure again: nothing is erased, and the latest line counts."""
    taken = replace(one, verdict="unsure", who=who, when=date.today(), evidence=_TAKEN_BACK)
    judgements.append(folder / FILE, [taken])


def is_taken_back(one: Judgement) -> bool:
    """Whether nobody's word stands on the pair any more, so that it waits again."""
    return one.verdict == "unsure" and one.evidence in _READ_AS_TAKEN_BACK


def look(folder: Path, pair: Pair, who: str) -> tuple[Side, Side]:
    """The two records as their agencies hold them. The look is recorded first; if that fails, nothing is shown."""
    opened = open_folder(folder)
    if opened.lawful.personal_data:
        key = pseudonyms.load_key(folder / ".private")
        for person_id in sorted({pair.person_a, pair.person_b}):
            looks.record(folder / ".private", key, who=who, person_id=person_id, what="pair")
        found = _sealed(folder, key, (pair.a, pair.b))
    else:
        found = _plain(folder, (pair.a, pair.b))
    return tuple(Side(one.agency, found.get(one, {})) for one in (pair.a, pair.b))  # type: ignore[return-value]


def concerned(folder: Path, pair: Pair) -> tuple[int, int]:
    """Interactions and demands of the person or the two persons that hold the pair."""
    path = folder / "findings" / "tables" / "persons.parquet"
    sql = f"SELECT sum(interactions), sum(demands) FROM {literal(path)} WHERE person_id IN {_both(pair)}"
    found = _tables(folder).execute(sql).fetchone()
    return (int(found[0] or 0), int(found[1] or 0)) if found else (0, 0)


def effect(folder: Path, pair: Pair, verdict: Verdict) -> Effect:
    """What the judgement would do to these persons, by the same clustering as the study's, over their records alone."""
    con = _tables(folder)
    both = _both(pair)
    found = con.execute(f"SELECT agency, ref_key FROM identities WHERE person_id IN {both} ORDER BY ALL").fetchall()
    refs = [Reference(*row) for row in found]
    machine = con.execute(f"SELECT * FROM ({_SELECT}) WHERE person_a IN {both} AND person_b IN {both}").fetchall()
    decided = {key: one.verdict for key, one in in_force(folder).items()}
    before = _persons(refs, machine, decided)
    return Effect(before, _persons(refs, machine, {**decided, (pair.a, pair.b): verdict}))


def _both(pair: Pair) -> str:
    """The two persons as SQL, written in: binding them makes DuckDB import pandas."""
    return literal([pair.person_a, pair.person_b])


def _persons(
    refs: Sequence[Reference],
    machine: Iterable[tuple[object, ...]],
    decided: Mapping[tuple[Reference, Reference], str],
) -> tuple[tuple[str, ...], ...]:
    """Clusters of these records: people's words first, then what the study had judged the same or apart."""
    place = {one: at for at, one in enumerate(refs)}
    judged = [
        (place[a], place[b], verdict, 1.0, PERSON) for (a, b), verdict in decided.items() if a in place and b in place
    ]
    for row in machine:
        a, b = Reference(str(row[1]), str(row[2])), Reference(str(row[3]), str(row[4]))
        if tuple(sorted((a, b))) not in decided:
            score = float(row[6]) if isinstance(row[6], float) else 1.0
            judged.append((place[a], place[b], str(row[5]), score, _BASIS[str(row[8])]))
    label = cluster(len(refs), _columns(judged, "same"), _columns(judged, "different"), 0.0)
    groups: dict[int, list[str]] = {}
    for one, at in zip(refs, label.tolist(), strict=True):
        groups.setdefault(at, []).append(one.agency)
    return tuple(sorted(tuple(sorted(one)) for one in groups.values()))


def _columns(judged: Sequence[tuple[int, int, str, float, int]], verdict: str) -> Pairs:
    rows = [one for one in judged if one[2] == verdict]
    return Pairs(
        np.array([one[0] for one in rows], np.int64),
        np.array([one[1] for one in rows], np.int64),
        np.array([one[3] for one in rows], np.float64),
        np.array([one[4] for one in rows], np.int64),
    )


def _tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """The study's links and identities, for one question."""
    return _opened(folder, version(folder)).cursor()


@lru_cache(maxsize=1)
def _opened(folder: Path, of: float) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    for name in ("links", "identities"):
        con.execute(
            f"CREATE VIEW {name} AS SELECT * FROM {literal(folder / 'findings' / 'tables' / f'{name}.parquet')}"
        )
    return con


def _pairs(folder: Path, rest: str) -> tuple[Pair, ...]:
    rows = _tables(folder).execute(f"{_SELECT} {rest}").fetchall()
    return tuple(
        Pair(name, Reference(agency_a, ref_a), Reference(agency_b, ref_b), verdict, score,
             tuple(part.strip() for part in (evidence or "").split(";") if part.strip()), by, person_a, person_b)
        for name, agency_a, ref_a, agency_b, ref_b, verdict, score, evidence, by, person_a, person_b in rows
    )  # fmt: skip


# --- who they are --------------------------------------------------------------------------------------------


def _sealed(folder: Path, key: bytes, wanted: Sequence[Reference]) -> dict[Reference, dict[str, str]]:
    """The rows of these references in the encrypted store; none where it cannot be opened with this key."""
    found: dict[Reference, dict[str, str]] = {}
    try:
        for batch in IdentityStore(folder / ".private", key).read("people") or ():
            keys = pc.is_in(batch["ref_key"], pc.cast([one.ref_key for one in wanted], "string"))
            for row in batch.filter(keys).to_pylist():
                found[Reference(row["agency"], row["ref_key"])] = _said(row)
    except PersonshapedError:
        return {}
    return found


def _plain(folder: Path, wanted: Sequence[Reference]) -> dict[Reference, dict[str, str]]:
    """The rows of these references as the study wrote them, of people who are not real."""
    path = folder / "findings" / "tables" / PEOPLE
    if not path.exists():
        return {}
    keys = literal([one.ref_key for one in wanted])
    rows = _tables(folder).execute(f"FROM {literal(path)} WHERE ref_key IN {keys}").to_arrow_table()
    return {Reference(row["agency"], row["ref_key"]): _said(row) for row in rows.to_pylist()}


def _said(row: Mapping[str, object]) -> dict[str, str]:
    shown = ("person_ref", *IDENTITY_COLUMNS)
    return {name: str(row[name]) for name in shown if row.get(name) not in (None, "")}
