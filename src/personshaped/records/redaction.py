"""Takes out of people's words what names them, as a first pass (Stat 11); who publishes words still ticks each.

Numbers and addresses go by pattern, names by what `people` knows. The patterns err on the side of taking out: ten
digits are an NHS number even where the check digit is wrong, because a mistyped number still points at one person.
RE2 matches in time linear in the text, so a cell of ten megabytes is only long, never slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import duckdb

from personshaped.records import presidio, redaction_names, redaction_patterns
from personshaped.sql import literal

NAME = redaction_names.NAME
KINDS: tuple[str, ...] = tuple(dict.fromkeys((*redaction_patterns.KINDS, NAME, *presidio.KINDS.values())))
NAME_COLUMNS = ("name", "forename", "surname", "other_names")

MANY_NAMES = 1000
"""Up to so many different names, every name is taken out of everybody's words; above, those of the row's own person
and household: one expression of a million names would be slow, and would empty the words (Will, May, Rose, Price)."""

_PLACEHOLDER_WORDS = ("name", "phone", "postcode", "mail", "number", "nhs", "ni")
_ORDINARY = frozenset(files("personshaped.records").joinpath("ordinary_words.txt").read_text(encoding="utf-8").split())
"""Words of English that are names too (will, may, rose): names only where they are written with a capital."""
_SHORT = 2  # letters: as short a name (Li, Jo) is one only with a capital, and a single letter is none
_UNSPACED = r"\p{Han}{2,}|[\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\pM]{3,}"
"""Scripts without blanks between words: a name in them is taken out wherever it stands."""


_BLANKS = r"\t\x{a0}\x{2000}-\x{200a}\x{202f}\x{3000}"
_NO_WIDTH = r"[\x{ad}\x{200b}-\x{200d}\x{2060}\x{feff}]"
_ODD = rf"[ {_BLANKS}]{{2}}|[{_BLANKS}]|{_NO_WIDTH}"
_BESIDE = rf"[ {_BLANKS}A-Za-z0-9À-\x{{52f}}]"
"""Beside these a mark without width says nothing; between signs (a family of three) and in Persian it does."""


def seen(words_sql: str) -> str:
    """A DuckDB expression: words without marks that nobody sees; between "Denise" and "Okeh" one parts two words."""
    parted = rf"regexp_replace({words_sql}, '(\p{{Ll}}){_NO_WIDTH}+(\p{{Lu}})', '\1 \2', 'g')"
    before = rf"regexp_replace({parted}, '({_BESIDE}){_NO_WIDTH}+', '\1', 'g')"
    return rf"regexp_replace({before}, '{_NO_WIDTH}+({_BESIDE})', '\1', 'g')"


def redacted(select: str) -> str:
    """A SELECT of all columns of `select`, its `words` with what the rules of both kinds find as placeholders.

    All rules go by one blank, where people write two, or one that does not break; words of which nothing
    was taken out keep theirs. One query around another: in one expression each of the fifty rules for names would hold
    all those for numbers, and a database takes an eighth of a second to read that.
    """
    is_odd = f"SELECT *, regexp_matches(words, '{_ODD}') AS redaction_odd FROM ({select})"
    as_seen = f"""SELECT * REPLACE (CASE WHEN redaction_odd THEN {seen("words")} ELSE words END AS words)
        FROM ({is_odd})"""
    one_blank = f"""SELECT * REPLACE (
            CASE WHEN redaction_odd THEN regexp_replace(words, '[ {_BLANKS}]+', ' ', 'g') ELSE words END AS words),
        CASE WHEN redaction_odd THEN words END AS redaction_seen FROM ({as_seen})"""
    without_numbers = f"SELECT * REPLACE ({redaction_patterns.without('words')} AS words) FROM ({one_blank})"
    without_names = f"SELECT * REPLACE ({redaction_names.without('words')} AS words) FROM ({without_numbers})"
    return f"""SELECT * EXCLUDE (redaction_odd, redaction_seen) REPLACE (
            CASE WHEN redaction_odd AND words = regexp_replace(redaction_seen, '[ {_BLANKS}]+', ' ', 'g')
                 THEN redaction_seen ELSE words END AS words)
        FROM ({without_names})"""


def redact_names(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """A SELECT of all columns of `relation` (with `agency`, `ref_key` and `words`), its words without known names.

    Reads the names of `people` in `con`, and leaves the table `redaction_names` of (agency, ref_key, names, unspaced)
    there where the select needs it. Which names go in which spelling: ADR 0070.
    """
    if not _has_people(con):
        return f"SELECT * FROM {relation}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE redaction_people AS {_NAMES_OF_PEOPLE}")
    found = con.execute("SELECT DISTINCT name, unspaced FROM redaction_people ORDER BY length(name) DESC, name")
    distinct = found.fetchall()
    if not distinct:
        return f"SELECT * FROM {relation}"
    if len(distinct) <= MANY_NAMES:
        spaced = [name for name, unspaced in distinct if not unspaced]
        without = _without("words", spaced, [name for name, unspaced in distinct if unspaced])
        return _without_others(f"SELECT * REPLACE ({without} AS words) FROM {relation}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE redaction_names AS {_NAMES_NEARBY}")
    return _without_others(f"""
        SELECT rows_.* REPLACE (
            CASE WHEN len(list_filter(near.names || near.unspaced, one -> contains(lower(rows_.words), one))) > 0
                 THEN {_WITHOUT_NEARBY} ELSE rows_.words END AS words)
        FROM {relation} AS rows_
        LEFT JOIN redaction_names AS near ON near.agency = rows_.agency AND near.ref_key = rows_.ref_key""")


def _without_others(select: str) -> str:
    return f"SELECT * REPLACE ({redaction_names.without_others('words')} AS words) FROM ({select})"


def counted(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, int]:
    """How many placeholders stand in `words` of `relation`, by kind without brackets; kinds with none are left out."""
    marks = "|".join(kind.replace("[", r"\[").replace("]", r"\]") for kind in KINDS)
    found = con.execute(
        f"""SELECT kind, count(*) FROM (SELECT unnest(regexp_extract_all(words, '{marks}')) AS kind FROM {relation})
        GROUP BY ALL"""
    ).fetchall()
    counts = dict(found)
    return {kind.strip("[]"): counts[kind] for kind in KINDS if kind in counts}


def _has_people(con: duckdb.DuckDBPyConnection) -> bool:
    found = con.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'people' LIMIT 1").fetchone()
    return found is not None


def _without(words: str, names: Sequence[str], unspaced: Sequence[str]) -> str:
    """Any of the names, or several in a row, between what is neither letter nor digit, becomes one placeholder.

    RE2's own word boundary knows ASCII only (Zoë would escape), and its matches may not share the blank between a
    forename and a surname; so a run of names is one match.
    """
    if unspaced:
        words = f"regexp_replace({words}, {literal('|'.join(unspaced))}, '{NAME}', 'g')"
    if not names:
        return words
    capital = [form for name in names if _needs_capital(name) for form in (name.title(), name.upper())]
    in_any_case = [name for name in names if not _needs_capital(name)]
    any_of = "|".join([*([f"(?i:{'|'.join(in_any_case)})"] if in_any_case else []), *capital])
    one = rf"\[name\]|(?:\pL['’])?(?:{any_of})(?:-(?i:{'|'.join(names)}))*"  # O'Brien, Ellery-Marsh
    between = r"[^\pL\pM\pN]"
    pattern = rf"(^|{between})(?:{one})(?:{between}{{1,3}}(?:{one}))*($|{between})"
    return rf"regexp_replace({words}, {literal(pattern)}, '\1{NAME}\2', 'g')"


def _needs_capital(name: str) -> bool:
    return len(name) <= _SHORT or name in _ORDINARY


_NAMES_OF_PEOPLE = f"""
    WITH whole AS (
        SELECT agency, ref_key, household_id, lower(concat_ws(' ', {", ".join(NAME_COLUMNS)})) AS said,
               concat_ws(' ', name, other_names, concat(surname, forename), concat(forename, surname)) AS joined
        FROM people),
    parts AS (
        SELECT agency, ref_key, household_id, unnest(regexp_extract_all(said, '[\\pL\\pM]{{{_SHORT},}}')) AS name,
               false AS unspaced
        FROM whole
        UNION
        SELECT agency, ref_key, household_id, unnest(regexp_extract_all(joined, '{_UNSPACED}')), true FROM whole)
    SELECT * FROM parts
    WHERE name NOT IN {_PLACEHOLDER_WORDS} AND (unspaced OR NOT regexp_matches(name, '{_UNSPACED}'))"""

# Own names, and those of the household, for each (agency, ref_key).
_NAMES_NEARBY = """
    WITH near AS (
        SELECT agency, ref_key, name, unspaced FROM redaction_people
        UNION
        SELECT own.agency, own.ref_key, other.name, other.unspaced
        FROM (SELECT DISTINCT agency, ref_key, household_id FROM redaction_people) AS own
        JOIN (SELECT DISTINCT household_id, name, unspaced FROM redaction_people) AS other USING (household_id))
    SELECT agency, ref_key, coalesce(list(name ORDER BY name) FILTER (NOT unspaced), []) AS names,
           coalesce(list(name ORDER BY length(name) DESC, name) FILTER (unspaced), []) AS unspaced
    FROM near GROUP BY ALL"""

# Word by word: an expression for each person would have to be compiled for each row (a millisecond each).
_CAREFUL = f"length(part) <= {_SHORT} OR list_contains([{', '.join(map(literal, sorted(_ORDINARY)))}], lower(part))"
_WITHOUT_NEARBY = rf"""regexp_replace(array_to_string(list_transform(
    regexp_extract_all(list_reduce([rows_.words] || near.unspaced, (words, one) -> replace(words, one, '{NAME}')),
                       '[\pL\pM\pN]+|[^\pL\pM\pN]+'),
    part -> CASE WHEN list_contains(near.names, lower(part)) AND (part <> lower(part) OR NOT ({_CAREFUL}))
                 THEN '{NAME}' ELSE part END), ''),
    '\[name\](?:[^\pL\pM\pN\[]{{1,3}}\[name\])+', '{NAME}', 'g')"""
