"""How alike names are, forgiving spelling: for finding who is known already, and for searching."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from personshaped.linkage.cleaning import TITLES, fold

_ALIKE = f"""
WITH others AS (SELECT unnest($others) AS other, generate_subscripts($others, 1) AS place),
parts AS (SELECT place, unnest(string_split({fold("other")}, ' ')) AS part FROM others),
asked AS (SELECT unnest(string_split({fold("$name")}, ' ')) AS word),
best AS (SELECT place, word, max(jaro_winkler_similarity(word, part)) AS best FROM parts, asked GROUP BY ALL)
SELECT place - 1, avg(best) FROM best GROUP BY place
"""

EACH = 0.81
"""How alike forename and surname must each be to count as theirs; an initial (0.8 of three letters) is not."""

_TURNED = r"regexp_replace(name, '^([^,]+),(.+)$', '\2 \1')"  # Ellery, Ros: as it is said
_UNTITLED = f"regexp_replace({fold(_TURNED)}, '^(({'|'.join(TITLES)}) )+', '')"
_WORDS = f"SELECT place, string_split({_UNTITLED}, ' ') AS words FROM names"


def _both(first: str, last: str) -> str:
    """SQL: how alike two names are, forename with `first` and surname with `last`; 0 where either is another's."""
    one = f"jaro_winkler_similarity(told.words[1], other.words[{first}])"
    two = f"jaro_winkler_similarity(told.words[-1], other.words[{last}])"
    return f"CASE WHEN least({one}, {two}) >= {EACH} THEN ({one} + {two}) / 2 ELSE 0 END"


_WHOLE = f"""
WITH names AS (SELECT unnest($names) AS name, generate_subscripts($names, 1) AS place), parts AS ({_WORDS}),
told AS (SELECT words, [word[1] FOR word IN words[2:-2]] AS middle FROM parts WHERE place = 1),
other AS (SELECT place, words, [word[1] FOR word IN words[2:-2]] AS middle FROM parts WHERE place > 1)
SELECT other.place - 2, greatest({_both("1", "-1")}, {_both("-1", "1")}) FROM told, other
WHERE least(len(told.words), len(other.words)) > 1
      AND (least(len(told.middle), len(other.middle)) = 0 OR list_has_any(told.middle, other.middle))
"""


def words_of(name: str) -> list[str]:
    """The words of a name, folded, its titles off."""
    with duckdb.connect(":memory:") as con:
        found = con.execute(f"WITH names AS (SELECT $name AS name, 1 AS place) {_WORDS}", {"name": name}).fetchone()
    return list(found[1] or ()) if found else []


def alike_whole(name: str, others: Sequence[str]) -> list[float]:
    """For each other name, from 0 to 1: how alike forename and surname are, the mean of both; 0 unless each is theirs.

    Either name may stand first. Middle names may be missing; where both have some, one begins with the same letter.
    """
    scores = [0.0] * len(others)
    if not name.strip() or not others:
        return scores
    with duckdb.connect(":memory:") as con:
        for place, score in con.execute(_WHOLE, {"names": [name, *others]}).fetchall():
            scores[place] = float(score)
    return scores


def alike(name: str, others: Sequence[str]) -> list[float]:
    """For each other name, from 0 to 1: the mean over the words of `name` of its likest word there (Winkler 1990)."""
    scores = [0.0] * len(others)
    if not name.strip() or not others:
        return scores
    with duckdb.connect(":memory:") as con:
        for place, score in con.execute(_ALIKE, {"name": name, "others": list(others)}).fetchall():
            scores[place] = float(score or 0)
    return scores
