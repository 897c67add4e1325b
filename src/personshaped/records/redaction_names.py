"""Names that no table knows, found by what people write before and after them, and by a list of common ones.

"Mrs Hargreaves", "my name is tariq hussain", "spoke to Denise", "my son Callum", "Thanks, Veronica"; and Agnieszka
wherever she stands. Words that are no names (agencies, days, kinship) are marked first, since RE2 cannot look ahead:
a marked word is not matched as a name, and ends a run of names. ADR 0301.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

NAME = "[name]"

_HERE = files("personshaped.records")
_COMMON = _HERE.joinpath("common_names.txt").read_text(encoding="utf-8").split()
_NO_NAMES = _HERE.joinpath("not_names.txt").read_text(encoding="utf-8").split()
_MARK = "\ue000"  # of the private use area: stands in no text that means anything

# Ranges, not \pL: RE2 then goes five times as fast. Capitals with accents of all kinds are taken as both cases.
_UPPER = r"[A-ZÀ-ÞĀ-ſ\x{386}-\x{3AB}\x{400}-\x{42F}]"
_LOWER = r"[a-zß-ſ\x{3AC}-\x{3CE}\x{430}-\x{45F}]"
_LETTER = r"[A-Za-zÀ-\x{1FFF}]"
_CAPITAL = rf"{_UPPER}['’]?{_LETTER}*{_LOWER}{_LETTER}*(?:-{_LETTER}+)*"  # Siân, O'Brien-Marsh, McDonald; not DWP
_LOUD = rf"{_UPPER}{{2,}}(?:['’-]{_UPPER}{{2,}})*"
_ANY = rf"{_LETTER}{{2,}}(?:-{_LETTER}+)*"
_CAPITALS = rf"{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
_UNMARKED = rf"(?:^|[^{_MARK}])"
_INITIALS = r"(?:[A-Z]\.? ){0,2}"
_LIST = "|".join(sorted((one for one in _COMMON if one.isascii() and len(one) > 3), key=len, reverse=True))
_SHORT_LIST = "|".join(
    form for one in _COMMON if one.isascii() and len(one) <= 3 for form in (one.title(), one.upper())
)
_ACCENTED = "|".join(one for one in _COMMON if not one.isascii())

_TITLES = "mr|mrs|mx|dr|cllr|councillor|pc|pcso|sgt|prof|rev"
_TITLES_CAPITAL = (
    "Miss|Ms|Doctor|Nurse|Sister|Sir|Lady|Lord|Professor|Reverend|Father|Pastor|Imam|Rabbi|Judge|Sergeant|Inspector"
    "|Constable|DC|DS|DI|WPC|Insp|Fr|Auntie|Aunty|Aunt|Uncle|Nan|Nana|Grandma|Granny|Grandad|MISS|MS|NURSE"
)
_KIN = (
    "son|sons|daughter|daughters|husband|wife|partner|mum|mam|mom|mother|dad|father|brother|sister|aunt|auntie|uncle|nan|gran"
    "|grandson"
    "|granddaughter|grandmother|grandfather|niece|nephew|cousin|friend|neighbour|carer|landlord|landlady|worker|midwife|visitor|ex"
    "|boyfriend|girlfriend|baby|child|boy|boys|girl|girls|lad|kid|tenant|manager|officer|teacher|advisor|adviser|nurse"
    "|keyworker|stepson|stepdaughter|stepdad|stepmum|twin|twins|lady|man|woman|fella|client|patient|caller|therapist"
    "|counsellor|solicitor|coordinator|consultant|colleague|mate|fiance|fiancé|fiancée|in-law"
)
_TOLD = (
    "spoke|spoken|speak|speaking|talk|talked|talking|tell|told|ask|asked|asking|ring|rang|phone|phoned|text|texted"
    "|contact|contacted|contacting|see|saw|seen|met|meet|email|emailed|e-mailed|e-mail|message|messaged|chased|chase"
    "|visit|visited|called|named|thank|thanked|remind|promised|advised|by"
)
_CLOSING = (
    "thanks|thank you|many thanks|regards|kind regards|best wishes|yours|yours sincerely|yours faithfully|sincerely"
    "|faithfully|cheers|diolch|cofion|signed|dear|hi|hello|hiya|annwyl|cc|fao|attn"
)
_DOING = (
    "rang|phoned|attended|presented|reports|reported|states|stated|emailed|texted|dob|DOB|popped in|came in|called in"
)

_PLACES = (
    "Street|Road|Lane|Avenue|Park|Hall|House|Centre|Center|Hospital|School|Primary|Academy|College|University|Surgery|Clinic"
    "|Ward|Unit|Court|Close|Church|Mosque|Temple|Trust|Foundation|Hospice|Library|Estate|Square|Terrace|Drive|Crescent"
    "|Gardens|Place|Way|Hub|Day|Building|Bridge|Station|Market|Act|Law|Clause|Fund|Cross|Lewis|Curie"
    "|Medical|Infirmary|A&E|hospital|surgery|clinic|school|ward|street|road|estate|centre"
)
_SAINTS = "St|St\\.|Saint|King|Queen|Prince|Princess|San|Santa"

_BEFORE_NAMES = r"(?i:(?:de|da|dos|del|di|du|la|le|van|von|der|den|ter|bin|ibn|al|el|ap|ab|ferch) )"  # van der Berg
_WHO = rf"{_INITIALS}{_BEFORE_NAMES}{{0,2}}{_CAPITALS}|{_LOUD}(?: {_LOUD}){{0,2}}|{_BEFORE_NAMES}{{0,2}}{_ANY}"
_WHOLE = rf"{_INITIALS}{_BEFORE_NAMES}{{0,2}}{_CAPITALS}|{_LOUD}(?: {_LOUD}){{0,2}}|{_ANY}(?: {_ANY})?"


@dataclass(frozen=True)
class Find:
    """A name, where `before` and `gap` stand before it and `after` after it."""

    before: str
    name: str
    after: str = ""
    gap: str = " "

    @property
    def pattern(self) -> str:
        """For RE2: what stands before and after are its two groups; a blank in those may have a mark behind it."""
        before, after = (words.replace(" ", f" {_MARK}?") for words in (self.before, self.after))
        return f"((?:{before}){self.gap})(?:{self.name})({after})"


FINDS: tuple[Find, ...] = (
    Find(rf"(?i:\b(?:{_TITLES})\b\.?)", _WHO),
    Find(rf"(?i:\b(?:{_TITLES})\.)", _CAPITALS, gap=""),  # Mr.Smith
    Find(rf"(?i:\b(?:{_TITLES})\b\.?)|\b(?:{_TITLES_CAPITAL})\b\.?", rf"{_INITIALS}{_MARK}?{_CAPITALS}"),  # Mr Green
    Find(rf"\b(?:{_TITLES_CAPITAL})\b\.?", _LOUD),
    Find(r"(?i:\b(?:sur|fore|first |last )?name(?:(?: |)['’]?s| is| was)?:?)", _WHOLE),
    Find(r"(?i:\b(?:this is|it['’]?s|its))", rf"{_CAPITALS}|{_ANY}", r" (?:speaking|calling)\b"),
    Find(r"(?i:\b(?:this is|it['’]?s|its))", _CAPITALS, r" (?:here|again)\b"),
    Find(r"(?i:\b(?:this is|it['’]?s|i am|i['’]?m))", rf"{_CAPITAL}(?: {_CAPITAL}){{1,2}}"),
    Find(rf"(?i:\b(?:{_KIN})\b,?(?: (?:is )?(?:called|named))?)", _CAPITALS, gap=r"[,:]? \(?"),
    Find(rf"(?i:\b(?:{_TOLD})\b(?: (?:to|with|for|by|on|from))?,?)", _CAPITALS),
    Find(rf"(?i:\b(?:{_CLOSING})\b[,.!:]?)", rf"{_INITIALS}{_CAPITALS}", gap=r"\s{1,3}"),
    Find(_UNMARKED, rf"\b{_CAPITAL} {_CAPITAL}", rf",? (?:{_DOING})\b", gap=""),
    Find(_UNMARKED, rf"\b{_CAPITALS}", rf"(?:,| is| was) (?:my|his|her|our|their) (?:{_KIN})\b", gap=""),
    Find(_UNMARKED, rf"(?:(?i:\b(?:{_LIST})\b|{_ACCENTED})|\b(?:{_SHORT_LIST})\b)(?: {_CAPITAL}){{0,2}}", gap=""),
)


def without(words_sql: str) -> str:
    """A DuckDB expression: `words_sql` with names that are found by what stands around them as one placeholder."""
    expression = _replaced(words_sql, rf"(?i)\b({'|'.join(_NO_NAMES)})\b", rf"{_MARK}\1")
    expression = _replaced(expression, rf"({_CAPITAL}(?:['’]s)? {_MARK}?(?:{_PLACES})\b)", rf"{_MARK}\1")
    expression = _replaced(expression, rf"\b((?:{_SAINTS}) )({_CAPITAL})", rf"\1{_MARK}\2")
    for one in FINDS:
        expression = _replaced(expression, one.pattern, rf"\1{NAME}\2")
    expression = _replaced(expression, r"\[name\](?:[ -]\[name\])+", NAME)
    expression = f"replace({expression}, '{_MARK}', '')"
    return f"CASE WHEN {perhaps(words_sql)} THEN {expression} ELSE {words_sql} END"


def perhaps(words_sql: str) -> str:
    """Whether there is any name to find, marks aside: one look instead of a dozen, and a second for the long list."""
    *around, listed = (f"(?:(?:{one.before}){one.gap}(?:{one.name}){one.after})" for one in FINDS)
    return " OR ".join(f"regexp_matches({words_sql}, {_quoted(one)})" for one in ("|".join(around), listed))


def _replaced(words_sql: str, pattern: str, by: str) -> str:
    return f"regexp_replace({words_sql}, {_quoted(pattern)}, '{by}', 'g')"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
