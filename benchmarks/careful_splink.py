"""A careful Splink model made by hand, as an analyst would from Splink's own comparison library: the one to equal."""

from __future__ import annotations

import logging

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95
_BLOCKS = (
    block_on("born"),
    block_on("first", "surname"),
    block_on("surname", "year(born)"),
    block_on("first", "year(born)"),
    block_on("substr(surname, 1, 3)", "substr(first, 1, 3)"),
    block_on("address"),
    block_on("postcode", "substr(surname, 1, 1)"),
    block_on("email"),
)


def careful_model(con: duckdb.DuckDBPyConnection) -> str:
    """Leaves the model's clusters at THRESHOLD in the table `careful`, shaped as `identities`, and names it."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    con.execute(
        """
        CREATE OR REPLACE TABLE prepared AS
        SELECT agency, ref_key, row_number() OVER (ORDER BY agency, ref_key) AS unique_id,
               lower(split_part(forename, ' ', 1)) AS first,
               lower(nullif(split_part(forename, ' ', 2), ''))[1] AS middle,
               lower(surname) AS surname, born, strftime(born, '%Y-%m-%d') AS born_text, lower(postcode) AS postcode,
               lower(address) AS address, lower(sex) AS sex, lower(email) AS email
        FROM people
        """
    )
    filled = con.execute(
        "SELECT "
        + ", ".join(f"count(DISTINCT {name}) > 1" for name in ("middle", "postcode", "address", "sex", "email"))
        + " FROM prepared"
    ).fetchall()[0]
    middle, postcode, address, sex, email = filled
    comparisons = [
        cl.NameComparison("first").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("born_text", input_is_string=True),
        *([cl.ExactMatch("middle")] if middle else []),
        *([cl.LevenshteinAtThresholds("postcode", [1])] if postcode else []),
        *([cl.JaroWinklerAtThresholds("address", [0.95, 0.88])] if address else []),
        *([cl.ExactMatch("sex")] if sex else []),
        *([cl.EmailComparison("email")] if email else []),
    ]
    api = DuckDBAPI(con)
    linker = Linker(
        api.register("prepared"),
        SettingsCreator(
            link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=list(_used(con))
        ),
        log_level=None,
    )
    linker.training.estimate_probability_two_random_records_match([block_on("first", "surname", "born")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("born"), block_on("first", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=THRESHOLD
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE careful AS
        SELECT agency, ref_key, CAST(cluster_id AS VARCHAR) AS person_id
        FROM {clusters.physical_name} JOIN prepared USING (unique_id, agency, ref_key)
        """
    )
    return "careful"


def _used(con: duckdb.DuckDBPyConnection) -> list[object]:
    """The blocking rules whose columns hold more than one value."""
    constant = {
        name
        for name in ("postcode", "address", "email")
        if con.execute(f"SELECT count(DISTINCT {name}) <= 1 FROM prepared").fetchall()[0][0]
    }
    by_column = dict.fromkeys(range(5)) | {5: "address", 6: "postcode", 7: "email"}
    return [rule for number, rule in enumerate(_BLOCKS) if by_column.get(number) not in constant]
