"""People's records made comparable: one row per reference and variant, folded the same way whatever the agency.

Everything is SQL in the study's own connection, so that nothing in the clear is written anywhere. The forms are no
country's: letters and digits of any script, dates, and whole cells; only the NHS and NI numbers have their own checks.
"""

from __future__ import annotations

import duckdb

from personshaped.linkage.nicknames import nickname_sql
from personshaped.sql import literal
from personshaped.tables import CANONICAL

TITLES = ("mr", "mrs", "ms", "miss", "mx", "master", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "rev")
NOT_A_NAME = ("unknown", "not known", "notknown", "unk", "unnamed", "anonymous", "no name", "none given", "not given")
NOT_A_BIRTH_DATE = ("0001-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "9999-12-31")
"""What systems write where no birth date is known."""

STREET_WORDS = {
    "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close", "ct": "court",
    "dr": "drive", "pl": "place", "cres": "crescent", "gdns": "gardens", "sq": "square", "tce": "terrace",
    "terr": "terrace", "gr": "grove", "pde": "parade", "hwy": "highway", "blvd": "boulevard", "apt": "flat",
    "apartment": "flat", "unit": "flat",
}  # fmt: skip
"""Short forms of words in addresses, written out before two addresses are compared."""

IDENTITY_COLUMNS = (
    *("name", "forename", "surname", "other_names", "born", "sex"),
    *("address", "uprn", "postcode", "phone", "email"),
    *("nhs_number", "ni_number", "other_ids"),
)
"""Columns of `people` that say who somebody is; without any of them nobody can be linked."""


def has_relation(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the connection holds a table or view of this name."""
    # A bound parameter would import pandas, a second that a study has no use for.
    return con.execute(f"FROM information_schema.tables WHERE table_name = {literal(name)}").fetchone() is not None


def clean(con: duckdb.DuckDBPyConnection) -> None:
    """Leaves `link_records` (one row per variant) and `link_numbers` (one row per reference and number) in `con`.

    Needs `link_refs(node, agency, ref_key)` and `people` with `ref_key`.
    """
    _cells(con)
    _variants(con)
    con.execute(f"CREATE OR REPLACE TABLE link_records AS {_RECORDS}")
    con.execute(f"CREATE OR REPLACE TABLE link_numbers AS {_NUMBERS}")
    con.execute("DROP TABLE link_variants; DROP TABLE link_people")


def fold(text: str) -> str:
    """SQL: lower case, accents off, letters and digits of any script with single blanks between; NULL if nothing."""
    plain = f"strip_accents(lower({text}))"
    for letter, letters in (("ß", "ss"), ("ø", "o"), ("ł", "l"), ("æ", "ae"), ("ı", "i")):
        plain = f"replace({plain}, '{letter}', '{letters}')"
    joined = rf"regexp_replace({plain}, '[''’`.]', '', 'g')"
    return rf"nullif(trim(regexp_replace({joined}, '[^\p{{L}}\p{{N}}]+', ' ', 'g')), '')"


def fold_address(text: str) -> str:
    """SQL: the same, with the usual short forms of street words written out."""
    told = f"' ' || {fold(text)} || ' '"
    for short, full in STREET_WORDS.items():
        told = f"replace({told}, ' {short} ', ' {full} ')"
    return f"nullif(trim({told}), '')"


def compact(text: str) -> str:
    """SQL: the same without blanks, for what is written with and without them."""
    return f"replace({fold(text)}, ' ', '')"


def sound(name: str) -> str:
    """SQL: how a folded name sounds: its first letter and up to three classes of consonants (after Soundex)."""
    told = f"translate(substr({name}, 2), 'bfpvcgjkqsxzdtlmnraeiouyhw', '111122222222334556')"
    for digit in "123456":
        told = f"regexp_replace({told}, '{digit}+', '{digit}', 'g')"
    return f"substr({name}, 1, 1) || substr({told}, 1, 3)"


def _cells(con: duckdb.DuckDBPyConnection) -> None:
    """`link_people`: the cells of `people` that identify, with the number of their reference.

    Müller is Mueller to one agency and Muller to another: who has such a letter stands there under both spellings.
    """
    if has_relation(con, "people"):
        cells = ", ".join(f"people.{name}" for name in ("household_id", *IDENTITY_COLUMNS))
        people = f"SELECT refs.node, {cells} FROM people JOIN link_refs AS refs USING (agency, ref_key)"
    else:
        blank = ", ".join(
            f"NULL::{CANONICAL['people'][name].sql} AS {name}" for name in ("household_id", *IDENTITY_COLUMNS)
        )
        people = f"SELECT 0::BIGINT AS node, {blank} WHERE false"
    con.execute(f"CREATE OR REPLACE TABLE link_people AS {people}")
    spelt = ", ".join(f"{_spelt(name)} AS {name}" for name in _NAMES)
    marked = f"regexp_matches(nfc_normalize(concat_ws(' ', {', '.join(_NAMES)})), '[{_MARKED}]')"
    con.execute(f"INSERT INTO link_people SELECT * REPLACE ({spelt}) FROM link_people WHERE {marked}")


_NAMES = ("name", "forename", "surname", "other_names")
_MARKED = "äöüåøÄÖÜÅØ"
_SPELT = ("ae", "oe", "ue", "aa", "oe") * 2


def _spelt(name: str) -> str:
    """SQL: a name with the letters of two spellings written out, as German and Nordic registers do."""
    told = f"nfc_normalize({name})"
    for letter, letters in zip(_MARKED, _SPELT, strict=True):
        told = f"replace({told}, '{letter}', '{letters}')"
    return told


def _name_parts(name: str) -> tuple[str, str]:
    """SQL for forenames and surname of a whole name: 'Ellery, Ros' is turned round, titles go."""
    titles = "|".join(TITLES)
    unhyphened = f"replace({name}, '-', '')"  # a double surname is one word of a whole name
    folded = rf"nullif(regexp_replace({fold(unhyphened)}, '^(({titles}) )+', ''), '')"
    before, after = fold(f"split_part({name}, ',', 1)"), fold(f"nullif(substr({name}, strpos({name}, ',') + 1), '')")
    comma = f"contains({name}, ',') AND {after} IS NOT NULL"
    after = rf"nullif(regexp_replace({after}, '^(({titles}) )+', ''), '')"
    but_last = f"regexp_replace({folded}, ' [^ ]+$', '')"
    first = f"CASE WHEN {comma} THEN {after} WHEN contains({folded}, ' ') THEN {but_last} ELSE {folded} END"
    last = f"CASE WHEN {comma} THEN {before} WHEN contains({folded}, ' ') THEN regexp_extract({folded}, '[^ ]+$') END"
    return first, last


def _variants(con: duckdb.DuckDBPyConnection) -> None:
    """`link_variants`: a row for the name as recorded, and for each alias; an alias of one word may be either name."""
    first, last = _name_parts("name")
    alias_first, alias_last = _name_parts("alias")
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_variants AS
        WITH split AS (
            SELECT *,
                   CASE WHEN forename IS NULL AND surname IS NULL THEN {first} ELSE {fold("forename")} END AS first,
                   CASE WHEN forename IS NULL AND surname IS NULL THEN {last} ELSE {fold("surname")} END AS last
            FROM link_people
        ),
        aliases AS (
            SELECT split.*, unnest(string_split(other_names, ';')) AS alias FROM split WHERE other_names IS NOT NULL
        ),
        read AS (SELECT *, {alias_first} AS alias_first, {alias_last} AS alias_last FROM aliases)
        SELECT * FROM split
        UNION ALL BY NAME
        SELECT * EXCLUDE (alias, alias_first, alias_last)
               REPLACE (alias_first AS first, coalesce(alias_last, last) AS last)
        FROM read WHERE alias_first IS NOT NULL
        UNION ALL BY NAME
        SELECT * EXCLUDE (alias, alias_first, alias_last) REPLACE (alias_first AS last)
        FROM read WHERE alias_first IS NOT NULL AND alias_last IS NULL
        """
    )


def _known(name: str) -> str:
    return f"CASE WHEN {name} NOT IN {NOT_A_NAME} THEN {name} END"


def _whole(number: str) -> str:
    """SQL: a number without the `.0` that it has where a table was written by way of decimal numbers."""
    return rf"regexp_replace({number}, '^(\+?[0-9]{{5,}})\.0+$', '\1')"


_WOMEN = (
    "f", "female", "woman", "girl", "mrs", "ms", "miss", "mme", "madame", "mlle", "femme", "fille", "feminin", "w",
    "weiblich", "frau", "v", "vrouw", "mujer", "femenino", "hembra", "benyw", "merch",
)  # fmt: skip
_MEN = (
    "m", "male", "man", "boy", "mr", "monsieur", "homme", "garcon", "masculin", "mannlich", "maennlich", "herr",
    "hombre", "masculino", "varon", "gwryw",
)  # fmt: skip


def _sex(folded: str) -> str:
    """SQL: `f` or `m` of the words for them, else the first letter; `h` as `_letters` says what it is."""
    return (
        f"CASE WHEN {folded} = 'm' AND m_is_woman THEN 'f' WHEN {folded} IN {_WOMEN} THEN 'f'"
        f" WHEN {folded} IN {_MEN} OR ({folded} = 'h' AND h_is_man) THEN 'm' WHEN {folded} <> 'h' THEN {folded}[1] END"
    )


def _letters(sex: str) -> str:
    """SQL: what `h` and `m` are to an agency, by the other words of its column.

    Beside an `m` and no `f` (mujer) `h` is hombre; beside no `m` it is homme or hombre; of all three nobody can say.
    """
    return f"""
        SELECT agency, bool_or({sex} = 'h') AND NOT (bool_or({sex} = 'm') AND bool_or({sex} = 'f')) AS h_is_man,
               bool_or({sex} = 'h') AND bool_or({sex} = 'm') AND NOT bool_or({sex} = 'f') AS m_is_woman
        FROM link_variants JOIN link_refs USING (node) WHERE {sex} IS NOT NULL GROUP BY agency"""


_DIGITS = rf"regexp_replace(regexp_replace({_whole('phone')}, '\(0\)', ''), '[^0-9]', '', 'g')"
_FORMS = f"""
WITH letters AS ({_letters(fold("sex"))}),
known AS (
    SELECT *, {_known("first")} AS first_known, {_known("last")} AS last_known,
           {fold_address("address")} AS place, {_DIGITS} AS digits,
           CASE WHEN CAST(born AS VARCHAR) NOT IN {NOT_A_BIRTH_DATE} THEN strftime(born, '%Y%m%d') END AS birth
    FROM link_variants JOIN (SELECT node, agency FROM link_refs) USING (node)
         LEFT JOIN letters USING (agency)
),
parts AS (
    SELECT *, split_part(first_known, ' ', 1) AS forename_1, replace(last_known, ' ', '') AS surname_1,
           nullif(regexp_extract(place, '(^| )(\\p{{N}}+[\\p{{L}}]?)( |$)', 2), '') AS house_1
    FROM known
)
SELECT DISTINCT
       node,
       forename_1 AS forename,
       forename_1[1] AS initial,
       list_distinct([forename_1[1]] || [full_name[1] FOR full_name IN {nickname_sql("forename_1")}]) AS initials,
       {nickname_sql("forename_1")} AS familiar,
       nullif(split_part(first_known, ' ', 2)[1], '') AS middle,
       surname_1 AS surname,
       string_split(last_known, ' ') AS surname_parts,
       {sound("surname_1")} AS surname_sound,
       {sound("forename_1")} AS forename_sound,
       birth AS born, birth[:4] AS born_year, birth[5:6] AS born_month, birth[7:8] AS born_day,
       array_to_string(list_sort(string_split(birth, '')), '') AS born_digits,
       {compact("postcode")} AS postcode,
       house_1 AS house,
       list_sort(list_distinct(string_split(place, ' '))) AS address_words,
       nullif(regexp_replace(place, '[ \\p{{N}}]', '', 'g'), '') AS street,
       replace(place, ' ', '') AS address,
       nullif(ltrim({compact(_whole("uprn"))}, '0'), '') AS uprn,
       {fold("household_id")} AS household,
       {_sex(fold("sex"))} AS sex,
       CASE WHEN length(digits) >= 7 THEN right(digits, 9) END AS phone,
       CASE WHEN contains(email, '@') THEN lower(trim(email)) END AS email
FROM parts
"""
_ORDER = "node, forename, middle, surname, surname_parts, born, postcode, address, uprn, household, sex, phone, email"
_RECORDS = f"SELECT row_number() OVER (ORDER BY {_ORDER}) AS uid, * FROM ({_FORMS})"

_NHS = f"regexp_replace({_whole('nhs_number')}, '[^0-9]', '', 'g')"
_CHECK = " + ".join(f"{10 - place} * CAST(nhs[{place + 1}] AS INTEGER)" for place in range(9))
_NUMBERS = rf"""
WITH cells AS (
    SELECT DISTINCT node, {_NHS} AS nhs, upper(regexp_replace(ni_number, '[^A-Za-z0-9]', '', 'g')) AS ni, other_ids
    FROM link_people
),
ten AS (SELECT node, nhs FROM cells WHERE length(nhs) = 10 AND nhs <> repeat(nhs[1], 10))
SELECT DISTINCT node, 'NHS number' AS scheme, nhs AS number
FROM ten WHERE (11 - ({_CHECK}) % 11) % 11 = CAST(nhs[10] AS INTEGER)
UNION
SELECT node, 'National Insurance number', ni[:8]
FROM cells WHERE regexp_full_match(ni, '[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{{6}}[A-D]?')
              AND ni[:2] NOT IN ('BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ')
UNION
SELECT node, lower(trim(split_part(one, ':', 1))),
       upper(regexp_replace(substr(one, strpos(one, ':') + 1), '[^\p{{L}}\p{{N}}]', '', 'g'))
FROM (SELECT node, unnest(string_split(other_ids, ';')) AS one FROM cells WHERE other_ids IS NOT NULL)
WHERE contains(one, ':') AND regexp_matches(substr(one, strpos(one, ':') + 1), '[\p{{L}}\p{{N}}]')
"""
