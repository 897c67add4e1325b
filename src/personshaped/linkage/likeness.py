"""How alike names are, forgiving spelling: for finding who is known already, and for searching."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from personshaped.linkage.cleaning import fold

_ALIKE = f"""
WITH others AS (SELECT unnest($others) AS other, generate_subscripts($others, 1) AS place),
parts AS (SELECT place, unnest(string_split({fold("other")}, ' ')) AS part FROM others),
asked AS (SELECT unnest(string_split({fold("$name")}, ' ')) AS word),
best AS (SELECT place, word, max(jaro_winkler_similarity(word, part)) AS best FROM parts, asked GROUP BY ALL)
SELECT place - 1, avg(best) FROM best GROUP BY place
"""


def alike(name: str, others: Sequence[str]) -> list[float]:
    """For each other name, from 0 to 1: the mean over the words of `name` of its likest word there (Winkler 1990)."""
    scores = [0.0] * len(others)
    if not name.strip() or not others:
        return scores
    with duckdb.connect(":memory:") as con:
        for place, score in con.execute(_ALIKE, {"name": name, "others": list(others)}).fetchall():
            scores[place] = float(score or 0)
    return scores
