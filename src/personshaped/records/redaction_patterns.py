"""What points at a person by its form: e-mail addresses, numbers, postcodes, birth dates, references, addresses.

Written for RE2, so without looking ahead or behind: what has to stand before is matched and kept. A street with its
number goes, a street alone stays: ADR 0300.
"""

from __future__ import annotations

from dataclasses import dataclass

from personshaped.records.redaction_words import MARK, any_of
from personshaped.sql import literal


@dataclass(frozen=True)
class Rule:
    """What `what` matches becomes the placeholder `kind`, where `before` stands before it and `after` after it."""

    kind: str
    what: str
    before: str = ""
    after: str = ""

    def applied(self, words_sql: str) -> str:
        """A DuckDB expression: `words_sql` after the rule."""
        pattern = f"({self.before}){self.what}({self.after})"
        return rf"regexp_replace({words_sql}, {literal(pattern)}, '\1{self.kind}\2', 'g')"


_GAP = r"[ .-]{0,2}"
_LINK = r" {0,2}(?:(?:is|was)\b|[:=#-])? {0,2}"
_NUMBER_OF = r"(?: (?:no|num|number|nos|nr|ref|reference|id|code)\b\.?)"

_AFTER_NOUGHT = (  # parted as numbers are, or a mobile however it is parted; not "01-02-2024 12"
    rf"\d{{4}}\)?{_GAP}(?:\d{_GAP}){{4,5}}|\d{{3}}\)?{_GAP}(?:\d{_GAP}){{5,6}}|\d\d\)?{_GAP}(?:\d{_GAP}){{6,7}}"
    rf"|{_GAP}7{_GAP}(?:\d{_GAP}){{8}}|[1-3](?:{_GAP}\d{{3}}){{2}}{_GAP}\d\d"
)
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
POSTCODE = rf"(?:GIR ?0AA|[A-Z]{{1,2}}\d[A-Z\d]?[ .,-]{{0,2}}{_INWARD})"
"""A whole one of the United Kingdom, in capitals or in small letters."""
_NI = rf"[A-Z]{_GAP}[A-Z](?:{_GAP}\d){{6}}"
# Letters of a real one: "it came to 125000 a year" is none.
_NI_SMALL = r"[A-CEGHJ-PQRSTW-Z][A-CEGHJ-NPQRSTW-Z](?: ?\d\d[ .-]\d\d[ .-]\d\d[ .-]?| ?\d{6})[A-D]\b"

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:{_DAY}(?: of)?[ ./,-]{{1,2}}(?:\d{{1,2}}|{_MONTH})(?:[ ./,'’-]{{1,2}}(?:19|20)?\d\d)?"
    rf"|(?:19|20)\d\d[ ./-]\d{{1,2}}[ ./-]\d{{1,2}}|{_MONTH} {_DAY}(?:,? (?:19|20)\d\d)?|\d{{8}}|\d{{6}})\b"
)
_DAY_MONTH = r"(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])"
_ANY_DATE = rf"(?:{_DAY_MONTH}(?:[/.-](?:\d{{4}}|\d\d))?|(?:19|20)\d\d[/.-]\d\d?(?:[/.-]\d\d?)?)(?:[^\d/-]|$)"
_BORN = (
    r"\b(?:d[./-]? ?o[./-]? ?b\b\.?|(?:date|day) of birth|birth ?-?date|birthday|born|\bb\.)"
    r"(?: (?:is|was|on|the|given|as|recorded|per))*[ :;,.(-]{0,3}"
)

_YEAR = rf"(?:{_MONTH},? )?(?:of )?(?:19|20)\d\d\b"
_BORN_IN = r"\b(?:born (?:in|during)|year of birth(?: is| was|:)?) "
_LONG_AGO = (  # a day so old is hardly anything else
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-]19\d\d|(?:[0-2]?\d|3[01])[./-](?:0?\d|1[0-2])[./-][3-9]\d)\b"
    rf"|\b(?i:{_DAY}(?: of)? {_MONTH},? 19\d\d)\b"
)

_REFERRED = rf"\b(?:{any_of('referred')})"
_UNIQUE = r"\bunique (?:pupil|property|learner|customer|tax)(?: ref| reference)?"
_REF = r"\b(?:ref|reference)\b\.?"
_PARTED = (  # letters before figures, or figures parted by strokes
    r"(?:[A-Z]{1,6}[/-]?|(?-i:[A-Z]{1,6}) )\d[A-Z0-9]*(?:(?:[/-][A-Z0-9]+)+|[A-Z0-9]{2,})"
    r"|[A-Z]{1,6}/[A-Z0-9]*\d[A-Z0-9/-]*|\d[A-Z0-9]*(?:[/-](?:[A-Z0-9]*\d[A-Z0-9]*|[A-Z]{1,4}\b))+"
    r"|\d+[A-Z]+\d[A-Z0-9]*|\d{2,4}(?: \d{2,4}){1,4}"
)
_LONG = rf"(?:{_PARTED}|\d{{5,}}[A-Z]?)\b"  # not a year, seldom an amount
_SHORT = rf"(?:{_PARTED}|\d{{3,}}[A-Z]?)\b"
_BARE = (  # in capitals, wherever they stand: "ZN10448216", "WEB-559210", "SC242/26/00871", "21/221873K"
    r"[A-Z]{1,6}[/-]?\d{5,}(?:[A-Z]\d*)?|[A-Z]{1,6}\d*[/-]\d{2,}[/-][A-Z]{0,3}\d{3,}[A-Z]?"
    r"|\d\d/\d{5,}(?:[A-Z]|/[A-Z]{1,4})"  # and, parted, "7100 3382 91", if it is no row of years
    r"|(?:[03-9]\d{3}|1[0-8]\d\d) \d{4} \d{2,3}"
)

_OLD_PLATE = r"[A-Z]\d{1,3} ?[A-Z]{3}|[A-Z]{3} ?\d{1,3}[A-Z]|[A-Z]{3} ?\d{1,4}"
_STREETS = any_of("streets")
_SMALL = any_of("streets_small")
_STREET = rf"(?:(?:{_STREETS}|{_STREETS.upper()}|{_SMALL}|close|drive)\b|(?:St|ST)(?:[.,;]|$))"
_WELSH = any_of("streets_welsh")
_FLAT = r"(?i:\b(?:flat|apartment|apt|room|unit|plot)\.? ?(?:no\.? ?)?\d{1,4}(?:[a-z]|/\d)?,? {0,2})"
_HOUSE = r"(?:(?i:no\.? ?)?\d{1,4} ?[A-Za-z]?(?:[-/]\d{1,3}[A-Za-z]?)?,? {1,2})"
_DOOR = rf"(?:{_FLAT}{_HOUSE}?|{_HOUSE})"
_CAPITAL = r"\p{Lu}[\pL\pM'’.-]*"
_ONE = r"(?:[a-z]{3,}[a-rt-z]|[a-z]+['’]s|queens|kings|st)"  # "10 houses on our road" is no address
_FURTHER_STREET = rf"(?:, (?:{_CAPITAL} ){{1,2}}(?:{_STREETS})\b)?"
_HOME_IS = rf"(?i:\b(?:{any_of('home_is')})) "
_OF = r"(?:(?:y|yr|du|des?|la|le|of) (?:la )?)"  # "Rue du Pont"
_NAMED_HOUSE = rf"(?:The )?(?:{_CAPITAL} ){{0,2}}{_CAPITAL}, (?:{_CAPITAL} ){{1,2}}(?:{_STREETS})\b"
_NO_AMOUNT = r"(?:^|[^]£$€\pL\pN.:/-])"

RULES: tuple[Rule, ...] = (
    Rule("[e-mail]", r"[\pL\pN._%+-]+ ?@ ?[\pL\pN-]+(?:\.[\pL\pN-]+)+"),
    Rule("[e-mail]", r"(?i)\b[\pL\pN._%+-]+ \(?at\)? [\pL\pN-]+(?: \(?dot\)? [\pL\pN-]+)+"),
    Rule("[e-mail]", r"\b[\pL\pN._%+-]+(?: AT | ?[\[(](?i:at)[\])] ?)[\pL\pN-]+(?:\.[\pL\pN-]+)+"),
    Rule("[NI number]", rf"\b{_NI}{_GAP}[A-D]\b"),
    Rule("[NI number]", rf"(?i)\b{_NI_SMALL}"),
    Rule("[NI number]", rf"(?i){_NI}(?:{_GAP}[A-D]\b)?",
         rf"(?i)\b(?:ni|nino|national insurance|insurance){_NUMBER_OF}?{_LINK}"),
    Rule("[postcode]", rf"(?i)\b{POSTCODE}\b"),
    Rule("[postcode]", rf"(?i)\b(?:{any_of('postcode_areas')})[ -]\d[A-Z\d]?[ -]{{0,2}}{_INWARD}\b"),
    Rule("[phone]", rf"(?:(?:\+|\b00){_GAP}\d{{1,3}}{_GAP}(?:\(0\){_GAP})?(?:\d{_GAP}){{7,11}}\d)\b"),
    Rule("[phone]", rf"\(?\b0(?:{_AFTER_NOUGHT})\d\b"),
    Rule("[phone]", r"\d(?:[ -]?\d){4,10}\b",
         rf"(?i)\b(?:tel|telephone|phone|mobile|mob|landline|ext|extension){_NUMBER_OF}?\.?{_LINK}"),
    Rule("[NHS number]", rf"\b\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}\b"),
    Rule("[NHS number]", rf"\d(?:{_GAP}\d){{8,9}}\b", rf"(?i)\bnhs{_NUMBER_OF}?{_LINK}"),
    Rule("[date of birth]", rf"(?i){_DATE}", rf"(?i){_BORN}"),
    Rule("[date of birth]", rf"(?i){_YEAR}", rf"(?i){_BORN_IN}"),
    Rule("[date of birth]", _LONG_AGO, after=r"[^\d/-]|$"),
    Rule(
        "[reference]",
        rf"(?i)(?:{_SHORT})",
        rf"(?i)(?:{_REFERRED}s?{_NUMBER_OF}|{_UNIQUE}|{_REF}){_NUMBER_OF}*{_LINK}",
    ),
    Rule(MARK, "", r"\b", _ANY_DATE),  # "repair 12/03/2024 not done": a day is no reference
    Rule("[reference]", rf"(?i)(?:{_LONG})", rf"(?i){_REFERRED}{_LINK}"),
    Rule("", MARK),
    Rule("[reference]", rf"\b(?:\d{{11,13}}|\d{{16}}|[A-Z]\d{{11}}[A-Z\d]|{_BARE})\b"),
    Rule("[reference]", r"\d{2,6}", r"\b(?:W?PC|PCSO|D[CSI]|PS|Sgt|SGT) ", r" [A-Z]"),  # a collar number
    Rule("[vehicle]", r"[A-Z]{2}\d\d ?[A-Z]{3}\b", rf"(?i)\b(?:{any_of('vehicles')})s?{_LINK}"),
    Rule("[vehicle]", rf"(?-i:{_OLD_PLATE})\b", rf"(?i)\b(?:{any_of('vehicles')})s?{_LINK}"),
    Rule("[vehicle]", r"\b[A-Y]{2}\d\d[A-Z]{3}\b"),
    Rule("[vehicle]", r"\b[A-Y]{2}\d\d [A-Z]{3}", after=r"[ ,;]+[a-z(]|[.,;:)]|$"),
    Rule("[address]", rf"{_DOOR}(?:{_CAPITAL} ){{1,3}}{_STREET}{_FURTHER_STREET}", _NO_AMOUNT),
    Rule("[address]", rf"{_DOOR}(?:{_CAPITAL} ){{1,2}}(?:St|Cl|Ct|Dr)\b", _NO_AMOUNT, r" [a-z(]|[.,;:)]|$"),
    Rule("[address]", rf"{_FLAT}(?:The|THE) {_CAPITAL}", _NO_AMOUNT),
    Rule("[address]", rf"{_FLAT}?{_HOUSE}(?:{_WELSH}) (?:(?:y|yr|yn|a|ap|{_CAPITAL}) ){{0,2}}{_CAPITAL}", _NO_AMOUNT),
    Rule("[address]", rf"(?:{_DOOR}{_CAPITAL}(?: {_OF}?{_CAPITAL})?|{_NAMED_HOUSE})", _HOME_IS),
    Rule("[address]", rf"{_FLAT}?\d{{1,3}}[a-z]?,? (?:{_ONE} ){{1,2}}(?:{_SMALL})\b", _NO_AMOUNT),
    Rule("[address]", rf"{_FLAT}?\d{{1,3}}[a-z],? (?:{_ONE} ){{1,2}}st\b", _NO_AMOUNT),
    Rule("[address]", rf"{_FLAT}?\d{{1,3}},? (?:{_ONE} ){{1,2}}st(?:[.,;:)]|$)", _NO_AMOUNT),
)  # fmt: skip
"""In this order: what comes first is taken out first. No placeholder is matched by any rule (idempotent)."""
KINDS = tuple(dict.fromkeys(one.kind for one in RULES if one.kind.startswith("[")))

_PERHAPS = rf"(?i)[@0-9]|dot|GIR|\bAT\b[\])]? ?[\pL\pN-]+\.[a-z]|(?-i:{_HOME_IS}[A-Z])"
"""Words without this hold none of the above: one look instead of twenty."""


def without(words_sql: str) -> str:
    """A DuckDB expression: `words_sql` with e-mail addresses, numbers and addresses replaced by placeholders."""
    return f"CASE WHEN {perhaps(words_sql)} THEN {_by_all_rules(words_sql)} ELSE {words_sql} END"


def _by_all_rules(words_sql: str) -> str:
    for rule in RULES:
        words_sql = rule.applied(words_sql)
    return words_sql


def perhaps(words_sql: str) -> str:
    """Whether there is anything to find at all: one look instead of twenty."""
    return f"regexp_matches({words_sql}, {literal(_PERHAPS)})"
