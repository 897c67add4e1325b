"""Deterministic judgements (Stat 13): what may be joined without a model, and what must never be.

Each rule is a named condition on two records `l` and `r` of `link_records`; its evidence is told in words without
names. A rule never rests on household, issue, behaviour or words.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from personshaped.linkage.clusters import LARGEST, NUMBER, RULE

SIMILAR_NAME = 0.92
"""Jaro–Winkler similarity from which two names count as one (Stat 13)."""
DIFFERENT_NAME = 0.8
"""… and below which two forenames are different names."""

FORENAMES_KNOWN = "l.forename IS NOT NULL AND r.forename IS NOT NULL"
SAME_FORENAME = (
    "(l.forename = r.forename OR list_has_any(l.familiar, r.familiar)"
    " OR (least(length(l.forename), length(r.forename)) = 1 AND list_has_any(l.initials, r.initials))"
    f" OR jaro_winkler_similarity(l.forename, r.forename) >= {SIMILAR_NAME})"
)
SAME_SURNAME = (
    "(l.surname = r.surname OR list_has_any(l.surname_parts, r.surname_parts)"
    f" OR jaro_winkler_similarity(l.surname, r.surname) >= {SIMILAR_NAME})"
)
OTHER_SEX = "coalesce(least(l.sex, r.sex) = 'f' AND greatest(l.sex, r.sex) = 'm', false)"
FORENAMES_DIFFER = (
    f"({FORENAMES_KNOWN} AND NOT {SAME_FORENAME}"
    f" AND jaro_winkler_similarity(l.forename, r.forename) < {DIFFERENT_NAME}"
    " AND NOT starts_with(l.forename, r.forename) AND NOT starts_with(r.forename, l.forename)"
    " AND NOT coalesce(l.initial = r.middle AND r.initial = l.middle, false)"
    " AND l.forename <> coalesce(r.surname, '') AND r.forename <> coalesce(l.surname, ''))"
)
"""Different names, not spellings, short forms or initials of one, nor forename and surname or two forenames changed
round."""
FORENAMES_OF_TWINS = (
    f"({FORENAMES_DIFFER} OR ({OTHER_SEX} AND l.forename <> r.forename AND NOT list_has_any(l.familiar, r.familiar)"
    " AND least(length(l.forename), length(r.forename)) > 1))"
)
"""Among children of one birth Daniel and Danielle, a boy and a girl, are two though the names are alike."""
NEAR_BIRTH_DATE = (
    "(hamming(l.born, r.born) <= 1 OR (hamming(l.born, r.born) = 2 AND l.born_digits = r.born_digits)"
    " OR (l.born[:4] = r.born[:4] AND l.born[5:6] = r.born[7:8] AND l.born[7:8] = r.born[5:6]))"
)
"""One slip of the keyboard, or day and month changed round."""
BIRTH_DATES_DIFFER = f"(l.born <> r.born AND NOT {NEAR_BIRTH_DATE})"
GENERATION, RANDOM_BIRTHS = 15, 0.2
"""Years between two births from which two people of one name are parent and child rather than one, and how many nearer
births for each such show that these data replace births (ADR 0352)."""
YEARS_APART = "abs(l.born_year::INTEGER - r.born_year::INTEGER)"
NO_SLIP = (
    "coalesce(l.born[5:8] <> r.born[5:8] AND '0101' NOT IN (l.born[5:8], r.born[5:8])"
    f" AND NOT {NEAR_BIRTH_DATE}, false)"
)
"""Neither a slip nor another year with the same day and month; a first of January may stand for any day."""
NAME_SIMILAR = (
    "greatest(jaro_winkler_similarity(l.forename || ' ' || l.surname, r.forename || ' ' || r.surname),"
    f" jaro_winkler_similarity(l.forename || ' ' || l.surname, r.surname || ' ' || r.forename)) >= {SIMILAR_NAME}"
)
RECORDED_HOUSEHOLD = "(l.household = r.household OR l.uprn = r.uprn)"
SAME_ADDRESS = "(l.house = r.house AND (l.postcode = r.postcode OR l.address = r.address))"
LARGEST_BLOCK = 1000
"""Records that share what a rule asks for, beyond which it identifies nobody and the rule is left out for them."""
REPLACED, ENOUGH = 0.05, 30
"""Share of records with quite other forenames, and pairs to see it in, from which these data replace forenames."""


def replaced_forenames(con: duckdb.DuckDBPyConnection) -> float | None:
    """Of pairs with one surname, birth date and postcode but other house numbers, the share whose forenames differ.

    Twins who live together have one house number, so twins, however many, do not raise it (ADR 0012). None where fewer
    than ENOUGH pairs can tell.
    """
    pairs, differ = con.execute(
        f"""
        WITH shared AS (
            SELECT surname, born, postcode FROM link_records WHERE house IS NOT NULL GROUP BY ALL
            HAVING count(DISTINCT node) BETWEEN 2 AND {LARGEST_BLOCK}
        ),
        records AS (SELECT * FROM link_records SEMI JOIN shared USING (surname, born, postcode))
        SELECT count(*), count(*) FILTER ({FORENAMES_DIFFER})
        FROM records AS l JOIN records AS r USING (surname, born, postcode)
        WHERE l.node < r.node AND l.house <> r.house AND {FORENAMES_KNOWN}
        """.replace("l.surname", "surname").replace("r.surname", "surname")
    ).fetchone() or (0, 0)
    return differ / pairs if pairs >= ENOUGH else None


def generations_apart(con: duckdb.DuckDBPyConnection) -> str:
    """SQL: the birth dates of two records are parent's and child's, unless these data are seen to replace births.

    People of one name and postcode whose births are apart, but by less than a generation, are one person whose birth
    was written down wrong: parent and child are never so near. Where such are a fifth of those a generation apart or
    more, births are replaced at random and tell nothing of generations (ADR 0352).
    """
    near, far = con.execute(
        f"""
        WITH shared AS (
            SELECT forename, surname, postcode FROM link_records WHERE born IS NOT NULL GROUP BY ALL
            HAVING count(DISTINCT node) BETWEEN 2 AND {LARGEST_BLOCK}
        ),
        records AS (SELECT * FROM link_records SEMI JOIN shared USING (forename, surname, postcode))
        SELECT count(*) FILTER ({YEARS_APART} < {GENERATION}), count(*) FILTER ({YEARS_APART} >= {GENERATION})
        FROM records AS l JOIN records AS r
            ON l.forename = r.forename AND l.surname = r.surname AND l.postcode = r.postcode AND l.node < r.node
        WHERE {NO_SLIP}
        """
    ).fetchone() or (0, 0)
    return "false" if near and near >= RANDOM_BIRTHS * far else f"({YEARS_APART} >= {GENERATION} AND {NO_SLIP})"


def same_household(replaced: float | None) -> str:
    """SQL: two records of one household, for the veto on twins.

    The recorded household and the property's number always count; the same address does, unless these data are seen
    to replace forenames (`replaced`, None where they cannot tell).
    """
    if replaced is not None and replaced >= REPLACED:
        return RECORDED_HOUSEHOLD
    return f"({RECORDED_HOUSEHOLD} OR {SAME_ADDRESS})"


@dataclass(frozen=True)
class Rule:
    """Two records that agree on the column `on` and meet `condition` are judged the same with this score."""

    name: str
    on: tuple[str, ...]
    condition: str
    score: float
    evidence: str


NUMBER_RULE = Rule(
    "same number",
    (),
    f"NOT ({FORENAMES_DIFFER} AND coalesce(l.surname <> r.surname, true) AND coalesce({BIRTH_DATES_DIFFER}, true))",
    1.0,
    "the same",
)
"""Joined on `link_numbers`; a number that two clearly different people give is not evidence that they are one."""

RULES = (
    Rule(
        "surname, birth date and postcode",
        ("surname", "born", "postcode"),
        f"coalesce(NOT {FORENAMES_DIFFER}, true)",
        0.98,
        "surname, birth date and postcode the same",
    ),
    Rule(
        "surname, birth date and similar name",
        ("surname", "born"),
        f"{NAME_SIMILAR} AND {SAME_FORENAME}",
        0.96,
        "surname and birth date the same, name similar",
    ),
    Rule(
        "birth date, postcode and similar name",
        ("born", "postcode"),
        f"{NAME_SIMILAR} AND coalesce(NOT {FORENAMES_DIFFER}, true)",
        0.96,
        "birth date and postcode the same, name similar",
    ),
    Rule(
        "surname, postcode and similar name",
        ("surname", "postcode"),
        f"{NAME_SIMILAR} AND {SAME_FORENAME} AND coalesce({NEAR_BIRTH_DATE}, true)",
        0.95,
        "surname and postcode the same, name similar",
    ),
)


def join_by_number(con: duckdb.DuckDBPyConnection) -> None:
    """Leaves `link_by_number(a, b, score, basis, evidence)`: references with one identifying number in common.

    A number held by more than `LARGEST` references with different birth dates or surnames is nobody's own.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_by_number AS
        WITH held AS (
            SELECT scheme, number FROM link_numbers JOIN link_records USING (node) GROUP BY ALL
            HAVING count(DISTINCT node) > 1
               AND (count(DISTINCT node) <= {LARGEST} OR count(DISTINCT born) <= 2 OR count(DISTINCT surname) <= 2)
               AND count(DISTINCT node) <= {LARGEST_BLOCK}
        ),
        holders AS (SELECT * FROM link_numbers SEMI JOIN held USING (scheme, number))
        SELECT one.node AS a, other.node AS b, {NUMBER_RULE.score} AS score, {NUMBER} AS basis,
               string_agg(DISTINCT one.scheme, ', ' ORDER BY one.scheme) || ' {NUMBER_RULE.evidence}' AS evidence
        FROM holders AS one
        JOIN holders AS other ON one.scheme = other.scheme AND one.number = other.number AND one.node < other.node
        JOIN link_records AS l ON l.node = one.node
        JOIN link_records AS r ON r.node = other.node
        WHERE coalesce({NUMBER_RULE.condition}, true)
        GROUP BY one.node, other.node
        """
    )


def join_by_rule(con: duckdb.DuckDBPyConnection) -> None:
    """Leaves `link_by_rule(a, b, score, basis, evidence)`: for each pair of references its surest rule."""
    con.execute(
        "CREATE OR REPLACE TABLE link_by_rule (a BIGINT, b BIGINT, score DOUBLE, basis BIGINT, evidence VARCHAR)"
    )
    for rule in RULES:
        columns = ", ".join(rule.on)
        known = " AND ".join(f"{column} IS NOT NULL" for column in rule.on)
        con.execute(
            f"""
            INSERT INTO link_by_rule
            WITH shared AS (
                SELECT {columns} FROM link_records WHERE {known} GROUP BY ALL
                HAVING count(DISTINCT node) BETWEEN 2 AND {LARGEST_BLOCK}
            ),
            records AS (SELECT * FROM link_records SEMI JOIN shared USING ({columns}))
            SELECT DISTINCT l.node, r.node, {rule.score}, {RULE}, '{rule.evidence}'
            FROM records AS l
            JOIN records AS r ON {" AND ".join(f"l.{one} = r.{one}" for one in rule.on)} AND l.node < r.node
            WHERE {rule.condition}
            """
        )
    con.execute(
        """
        CREATE OR REPLACE TABLE link_by_rule AS
        SELECT a, b, max(score) AS score, any_value(basis) AS basis, arg_max(evidence, (score, evidence)) AS evidence
        FROM link_by_rule GROUP BY a, b
        """
    )


VETOES = {
    "given": "both records carry a recorded person_id, and the two differ",
    "numbers": "the {scheme} of the two conflict",
    "twins": "same household, surname and birth date, but different forenames",
    "generations": "birth dates a generation apart, and no number in common",
}
"""Why two records are never joined, in the words of their evidence."""


def veto(con: duckdb.DuckDBPyConnection, household: str, births: str) -> None:
    """Leaves `link_vetoes(a, b, evidence)` for the pairs of `link_suspects(a, b)`, both numbers of references.

    `household` is a condition from `same_household`, `births` one from `generations_apart`.
    References that a recorded person_id or a person's judgement has joined (`link_refs.anchor`) are one here: what
    any of them holds, all hold.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_vetoes AS
        WITH suspects AS (
            SELECT s.a, s.b, one.anchor AS anchor_a, other.anchor AS anchor_b,
                   one.given AS given_a, other.given AS given_b
            FROM link_suspects AS s
            JOIN link_refs AS one ON one.node = s.a JOIN link_refs AS other ON other.node = s.b
            WHERE one.anchor <> other.anchor
        ),
        numbers AS (
            SELECT anchor, scheme, list(DISTINCT number) AS held FROM link_numbers JOIN link_refs USING (node)
            WHERE scheme IN ('NHS number', 'National Insurance number') GROUP BY ALL
        ),
        conflicts AS (
            SELECT a, b, replace('{VETOES["numbers"]}', '{{scheme}}', one.scheme) AS evidence
            FROM suspects
            JOIN numbers AS one ON one.anchor = anchor_a
            JOIN numbers AS other ON other.anchor = anchor_b AND other.scheme = one.scheme
            WHERE NOT list_has_any(one.held, other.held)
        ),
        twins AS (
            SELECT a, b, '{VETOES["twins"]}' AS evidence
            FROM suspects
            JOIN link_records AS l ON l.node = a JOIN link_records AS r ON r.node = b
            GROUP BY a, b
            HAVING bool_or({SAME_SURNAME} AND l.born = r.born AND {household} AND {FORENAMES_OF_TWINS})
               AND NOT bool_or(coalesce({SAME_FORENAME} AND NOT {FORENAMES_OF_TWINS}, false))
        ),
        shared AS (
            SELECT a, b FROM suspects JOIN link_numbers AS one ON one.node = a
            JOIN link_numbers AS other ON other.node = b AND other.scheme = one.scheme AND other.number = one.number
        ),
        generations AS (
            SELECT a, b, '{VETOES["generations"]}' AS evidence
            FROM (FROM suspects ANTI JOIN shared USING (a, b))
            JOIN link_records AS l ON l.node = a JOIN link_records AS r ON r.node = b
            GROUP BY a, b
            HAVING bool_and(coalesce({births}, false))
        )
        SELECT a, b, '{VETOES["given"]}' AS evidence FROM suspects WHERE given_a <> given_b
        UNION ALL SELECT a, b, min(evidence) FROM conflicts GROUP BY a, b
        UNION ALL SELECT a, b, evidence FROM twins
        UNION ALL SELECT a, b, evidence FROM generations
        """
    )
