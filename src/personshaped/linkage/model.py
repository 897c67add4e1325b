"""The probabilistic model (Fellegi–Sunter, by Splink 5): how likely two records are one person (Stat 13)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException

from personshaped.linkage.blocking import block
from personshaped.linkage.clusters import MODEL
from personshaped.linkage.comparisons import BORN, COMPARISONS, EMAIL, FORENAME, SURNAME, Comparison

FEWEST = 200
"""Records below which nothing can be learnt of how records vary: the rules stand alone."""
FILLED = 0.02
"""Share of records that must hold a column for the model to compare it."""
FEWEST_PAIRS = 30
"""Groups of records that a training rule must find to be worth learning from."""
SEED = 13
_RANDOM_PAIRS, _LIKELY_PAIRS = 2e6, 5e5  # to learn u and m from
_PROBED = 0.05  # of the records, to see how many pairs a training rule gives
_PAIRS_AT_ONCE = 3_000_000
_FURTHEST = 100  # no chance is learnt to be so many times less than the one given
_ROUNDS = 20  # to settle the share of true pairs
_LOWEST_WEIGHT = -5.0  # pairs scored below it (bits) count as none

_TRAINING = (
    (("born",), "l.born = r.born"),
    (("forename", "surname"), "l.forename = r.forename AND l.surname = r.surname"),
    (("postcode", "initial"), "l.postcode = r.postcode AND l.initial = r.initial"),
    (("email",), "l.email = r.email"),
)
"""Pairs to learn from, enriched in true ones; each leaves its own columns to the others."""


def join_by_model(con: duckdb.DuckDBPyConnection) -> str:
    """Leaves `link_by_model(a, b, score, basis, evidence)`; returns what was compared, or why there is no model."""
    con.execute("DROP TABLE IF EXISTS link_by_model")
    references = _number(con, "SELECT count(DISTINCT node) FROM link_records")
    if references < FEWEST:
        return f"rules alone: {references} records are too few to train a model (from {FEWEST})"
    used = _usable(con)
    if FORENAME not in used or SURNAME not in used or len(used) < 3:
        return "rules alone: a model needs names and two more columns that are filled and vary"
    if not block(con):
        return "rules alone: no two records are alike enough to compare"
    with _one_thread(con):
        api = DuckDBAPI(con)
        linker = _trained(con, api, used)
    _score(con, api, linker, used)
    _by_reference(con, used)
    linker.table_management.delete_tables_created_by_splink_from_db()
    return f"compared {', '.join(one.name.replace('_', ' ') for one in used)}"


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0] or 0) if row else 0


def _usable(con: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """The comparisons whose column is filled in enough records and holds more than one value."""
    usable = []
    for comparison in COMPARISONS:
        filled, values = con.execute(
            f"SELECT count({comparison.columns[0]}) / count(*), approx_count_distinct({comparison.columns[0]})"
            " FROM link_records"
        ).fetchone() or (0.0, 0)
        if filled >= FILLED and values > 1:
            usable.append(comparison)
    return usable


@contextlib.contextmanager
def _one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Sums in one order, so that the same records train the same model; Splink's remarks on training are not shown."""
    threads, log = _number(con, "SELECT current_setting('threads')"), logging.getLogger("splink")
    level = log.level
    con.execute("SET threads = 1")
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")
        log.setLevel(level)


def _trained(con: duckdb.DuckDBPyConnection, api: DuckDBAPI, used: list[Comparison]) -> Linker:
    """The model with its weights learnt: u from random pairs, m by expectation–maximisation."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        comparisons=[one.for_splink() for one in used],
        blocking_rules_to_generate_predictions=[block_on("uid")],
        probability_two_random_records_match=_prior(con),
        retain_matching_columns=True,  # brings the levels, for the evidence
        additional_columns_to_retain=["node"],
    )
    linker = Linker(api.register("link_records"), settings, log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=SEED)
    for columns, rule in _TRAINING:
        known = " AND ".join(f"{one} IS NOT NULL" for one in columns)
        repeated = (
            f"SELECT 1 FROM link_records WHERE {known} GROUP BY {', '.join(columns)} HAVING count(DISTINCT node) > 1"
        )
        if _number(con, f"SELECT count(*) FROM ({repeated})") >= FEWEST_PAIRS:
            _learn(linker, f"{rule} AND l.node <> r.node")
    _bound(linker, used)
    return linker


def _learn(linker: Linker, rule: str) -> None:
    """From the pairs of one rule; nothing where there are none, or so few that a chance runs to nought: then other
    rules teach, and the model is as it was."""
    before = linker._settings_obj.core_model_settings.copy()
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=_LIKELY_PAIRS, record_sample_proportion=_PROBED
        )
    except (EMTrainingException, ValueError):
        linker._settings_obj.core_model_settings = before


def _bound(linker: Linker, used: list[Comparison]) -> None:
    """Few pairs may show no single one of a level, and chances learnt from them alone would rule it out for ever. And
    names changed round say no more than the same names: where a register writes them so, or where many people share
    few names, they are no rarity (ADR 440)."""
    given = {one.name: one for one in used}
    for comparison in linker._settings_obj.comparisons:
        ours, levels = given[comparison.output_column_name], comparison._comparison_levels_excluding_null
        for level, (m, u) in zip(levels, ours.chances(), strict=True):
            if level.m_probability is not None:
                level.m_probability = max(level.m_probability, m / _FURTHEST)
            if level.u_probability is not None:
                level.u_probability = max(level.u_probability, u / _FURTHEST)
        by_chance = levels[0].u_probability
        for level, one in zip(levels, ours.levels, strict=False):
            if one.at_most_the_same and by_chance:
                level.u_probability = max(level.u_probability, one.m * by_chance / ours.levels[0].m)


def _prior(con: duckdb.DuckDBPyConnection) -> float:
    """A first guess at how many of all pairs are one person: those the rules join, and a quarter more."""
    records = _number(con, "SELECT count(*) FROM link_records")
    joined = _number(con, "SELECT count(*) FROM (SELECT a, b FROM link_by_rule UNION SELECT a, b FROM link_by_number)")
    return max(1.25 * joined, 1.0) / (records * (records - 1) / 2)


def _score(con: duckdb.DuckDBPyConnection, api: DuckDBAPI, linker: Linker, used: list[Comparison]) -> None:
    """Scores the candidates: leaves `link_scored(a, b, weight, gamma_…)`, the two references, bits, and levels.

    Splink brings everything that two records hold beside each pair, so some pairs are scored at a time.
    """
    gammas = [f"gamma_{one.name}" for one in used]
    con.execute(
        "CREATE OR REPLACE TABLE link_scored (a BIGINT, b BIGINT, weight DOUBLE, "
        + ", ".join(f"{one} TINYINT" for one in gammas) + ")"
    )  # fmt: skip
    pairs = _number(con, "SELECT count(*) FROM link_candidates")
    for first in range(0, pairs, _PAIRS_AT_ONCE):
        part = f"link_candidates_{first}"
        con.execute(
            f"CREATE OR REPLACE TABLE {part} AS"
            " SELECT one AS join_key_l, other AS join_key_r, '0' AS match_key FROM link_candidates"
            f" WHERE rowid BETWEEN {first} AND {first + _PAIRS_AT_ONCE - 1}"
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register(part))
        scored = linker.inference.predict(threshold_match_weight=_LOWEST_WEIGHT, warning_mode="never")
        con.execute(
            "INSERT INTO link_scored SELECT least(node_l, node_r), greatest(node_l, node_r), match_weight,"
            f" {', '.join(gammas)} FROM {scored.physical_name}"
        )
        scored.drop_table_from_database_and_remove_from_cache()
        con.execute(f"DROP TABLE {part}")
    con.execute("DROP TABLE link_candidates")


def _by_reference(con: duckdb.DuckDBPyConnection, used: list[Comparison]) -> None:
    """`link_by_model`: for each pair of references its best variants' probability and evidence.

    Nobody is joined on household alone: the birth date, the e-mail, or the forename with nothing against it in the
    surname must be alike besides.
    """
    shift = _shift(con)
    names = {one.name for one in used}
    enough = [
        (BORN, 3, "true"),
        (EMAIL, 0, "true"),
        (FORENAME, 3, f"({SURNAME.at_least(3)} OR {SURNAME.unknown_sql()})"),
    ]
    personal = [f"({one.at_least(level)} AND {besides})" for one, level, besides in enough if one.name in names]
    evidence = ", ".join(one.evidence_sql() for one in used)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_by_model AS
        WITH scored AS (
            SELECT a, b, weight + {shift} AS weight, concat_ws('; ', {evidence}) AS evidence FROM link_scored
            WHERE weight + {shift} >= 0 AND ({" OR ".join(personal)})
        )
        SELECT a, b, 1 / (1 + pow(2, -max(weight))) AS score, {MODEL} AS basis,
               arg_max(evidence, (weight, evidence)) AS evidence
        FROM scored GROUP BY a, b
        """
    )


def _shift(con: duckdb.DuckDBPyConnection) -> float:
    """What to add to every weight (bits) so that as many pairs are expected to be one person as the scores add up to.

    The share of true pairs is learnt from the candidates' own scores, as in expectation–maximisation, rather than
    from the first guess.
    """
    weights = con.execute("SELECT weight FROM link_scored").fetchnumpy()["weight"]
    first, records = _prior(con), _number(con, "SELECT count(*) FROM link_records")
    pairs, shift = records * (records - 1) / 2, 0.0
    for _ in range(_ROUNDS):
        share = max(float(np.sum(1 / (1 + np.exp2(-weights - shift)))), 1.0) / pairs
        shift, before = float(np.log2(share / (1 - share)) - np.log2(first / (1 - first))), shift
        if abs(shift - before) < 0.001:
            break
    return shift
