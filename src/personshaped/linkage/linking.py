"""From agencies' records to persons: one call that leaves `identities` and `links` behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from personshaped.errors import UsageError
from personshaped.linkage import cleaning, drawing, households, judgements, naming, rules
from personshaped.linkage.clusters import GIVEN, MODEL, NUMBER, PERSON, RULE
from personshaped.linkage.judging import Bench, load_decisions
from personshaped.linkage.references import Present, number_references
from personshaped.linkage.store import IdentityStore
from personshaped.settings import Settings

SPREAD = (0.5, 0.8, 0.95, 0.99)
"""Thresholds at which measures that turn on linkage are computed again (Stat 13)."""


@dataclass(frozen=True)
class Linked:
    """What linkage did: counts for the report, its method in words, and where each threshold's identities are."""

    threshold: float
    references: int  # records of a person at an agency
    persons: int
    across_agencies: int  # persons with records at more than one agency
    judged: Mapping[tuple[str, str, str], int]  # (by, judgement, evidence where a rule's) -> pairs in `links`
    method: str  # page 9, in one sentence
    model_note: str  # what the model used, or why there is none
    decisions_unused: int  # people's judgements on records that are not in the data
    drawn: float | None  # share of people in `identities_drawn`; None where no link is uncertain
    _tables: Mapping[float, str] = field(repr=False)

    def identities_at(self, threshold: float) -> str:
        """The name of the table with the identities at one of the thresholds of SPREAD, shaped as `identities`."""
        try:
            return self._tables[threshold]
        except KeyError:
            known = ", ".join(map(str, sorted(self._tables)))
            raise UsageError(f"no identities at threshold {threshold}; expected one of {known}") from None


def link(con: duckdb.DuckDBPyConnection, settings: Settings, decisions: Path, private: Path | None) -> Linked:
    """Judges which records are one person and leaves the tables `identities` and `links` in `con`.

    Reads `interactions` and `people` of `con`, whichever are there, and people's judgements in
    `decisions/links.csv`. With `private` (personal data) the identity rows and the registry of made ids are kept
    there, encrypted; without it, an id lasts only as long as its cluster's smallest reference does.
    """
    present = number_references(con)
    unused = load_decisions(con, judgements.read(decisions / "links.csv"))
    store = IdentityStore.open(private) if private and present.identity_columns else None
    naming.load_registry(con, store)
    note = _propose(con, present)
    household = rules.same_household(rules.replaced_forenames(con))
    bench = Bench.open(con, present.references, household, rules.generations_apart(con))
    tables = _identities(con, bench, settings.link_threshold)
    drawn = drawing.draw(con, bench.clusters(min(SPREAD)), bench.same(), bench.apart())
    _links(con, settings.link_threshold)
    if store:
        naming.save_registry(con, store)
        store.write("people", con.execute("SELECT * FROM people ORDER BY agency, ref_key").to_arrow_reader())
    linked = _report(con, settings.link_threshold, present, note, unused, drawn, tables)
    _drop_working_tables(con)
    return linked


def _propose(con: duckdb.DuckDBPyConnection, present: Present) -> str:
    """What numbers, rules and the model say of pairs; returns what the model found."""
    cleaning.clean(con)
    households.derive(con)
    if not present.identity_columns:
        return "no model: no record says who somebody is"
    rules.join_by_number(con)
    rules.join_by_rule(con)
    from personshaped.linkage import model  # Splink takes a second to import; data that come linked need none

    return model.join_by_model(con)


def _identities(con: duckdb.DuckDBPyConnection, bench: Bench, threshold: float) -> dict[float, str]:
    """The table of identities for each threshold; thresholds that give the same clusters share one."""
    chosen = bench.clusters(threshold)
    tables = {threshold: "identities"}
    others = sorted(set(SPREAD) - {threshold})
    for number, other in enumerate(others):
        label = bench.clusters(other)
        if (label == chosen).all():
            tables[other] = "identities"
            continue
        tables[other] = f"identities_{number + 1}"
        naming.name_clusters(con, label, tables[other])
    naming.name_clusters(con, chosen, "identities")
    return tables


def _links(con: duckdb.DuckDBPyConnection, threshold: float) -> None:
    """`links`: every judgement in force; a rule or model below the threshold leaves a pair unsure."""
    by = " ".join(
        f"WHEN {basis} THEN '{word}'"
        for basis, word in ((PERSON, "person"), (GIVEN, "given"), (NUMBER, "rule"), (RULE, "rule"), (MODEL, "model"))
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE links AS
        WITH judged AS (
            SELECT a, b, CASE WHEN basis <= {NUMBER} OR score >= {threshold} THEN 'same' ELSE 'unsure' END AS judgement,
                   CASE WHEN basis = {MODEL} THEN score END AS score, evidence, CASE basis {by} END AS author
            FROM link_same
            UNION ALL SELECT a, b, 'different', NULL, evidence, author FROM link_apart
            UNION ALL SELECT a, b, 'unsure', NULL, coalesce(nullif(evidence, ''), 'decided by a person'), 'person'
                      FROM link_decided WHERE verdict = 'unsure'
        )
        SELECT one.agency AS agency_a, one.ref_key AS ref_a, other.agency AS agency_b, other.ref_key AS ref_b,
               judgement, score, judged.evidence, author AS "by",
               CASE WHEN author = 'person' THEN decided."when" END::DATE AS "when"
        FROM judged JOIN link_refs AS one ON one.node = a JOIN link_refs AS other ON other.node = b
        LEFT JOIN link_decided AS decided USING (a, b)
        ORDER BY agency_a, ref_a, agency_b, ref_b, author, judgement
        """
    )


def _report(
    con: duckdb.DuckDBPyConnection,
    threshold: float,
    present: Present,
    note: str,
    unused: int,
    drawn: float | None,
    tables: Mapping[float, str],
) -> Linked:
    judged = {
        (by, judgement, evidence): count
        for by, judgement, evidence, count in con.execute(
            "SELECT \"by\", judgement, CASE WHEN \"by\" = 'rule' THEN evidence ELSE '' END AS kind, count(*)"
            " FROM links GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    }
    persons, across = con.execute(
        "SELECT count(*), count(*) FILTER (agencies > 1)"
        " FROM (SELECT count(DISTINCT agency) AS agencies FROM identities GROUP BY person_id)"
    ).fetchone() or (0, 0)
    return Linked(
        threshold=threshold,
        references=present.references,
        persons=persons,
        across_agencies=across,
        judged=judged,
        method=_method({by for by, judgement, _ in judged if judgement == "same"}, across, threshold),
        model_note=note,
        decisions_unused=unused,
        drawn=drawn,
        _tables=tables,
    )


_METHODS = (
    ("given", "by hand-given ids"),
    ("person", "by people's decisions"),
    ("rule", "by rules on numbers, names and birth dates"),
    ("model", "by a probabilistic model (Splink) at {threshold:g}"),
)


def _method(authors: set[str], across: int, threshold: float) -> str:
    if not across:
        return "counted within agencies; true figures are higher"
    used = [words.format(threshold=threshold) for author, words in _METHODS if author in authors]
    return f"linked {', '.join(used)}"


def _drop_working_tables(con: duckdb.DuckDBPyConnection) -> None:
    names = con.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'link\\_%' ESCAPE '\\'")
    for (name,) in names.fetchall():
        con.execute(f"DROP TABLE {name}")
