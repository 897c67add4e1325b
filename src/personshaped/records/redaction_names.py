"""Names that no table knows, found by what people write before and after them, and by a list of common ones.

"Mrs Hargreaves", "my name is tariq hussain", "spoke to Denise", "my son Callum", "Thanks, Veronica"; and Agnieszka
wherever she stands. Words that are no names (agencies, days, kinship) are marked first, since RE2 cannot look ahead:
a marked word is not matched as a name, and ends a run of names. ADR 0301.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from personshaped.records.redaction_words import MARK, any_of
from personshaped.sql import literal

NAME = "[name]"

_HERE = files("personshaped.records")
_COMMON = _HERE.joinpath("common_names.txt").read_text(encoding="utf-8").split()
_NEVER, _NO_SURNAME, _DID_THEMSELVES = any_of("never_names"), any_of("of_no_surname"), any_of("did_themselves")
_SURGERY = any_of("of_a_surgery")
_NO_NAMES = sorted(
    {*_HERE.joinpath("not_names.txt").read_text(encoding="utf-8").split()}
    | {*"|".join((_NEVER, _NO_SURNAME, _DID_THEMSELVES, _SURGERY)).split("|")}
)

# Ranges, not \pL: RE2 then goes five times as fast. Capitals with accents of all kinds are taken as both cases.
_UPPER = r"[A-ZÀ-ÞĀ-ſ\x{386}-\x{3AB}\x{400}-\x{42F}]"
_LOWER = r"[a-zß-ſ\x{3AC}-\x{3CE}\x{430}-\x{45F}]"
_LETTER = r"[A-Za-zÀ-\x{1FFF}]"
_CAPITAL = rf"{_UPPER}['’]?{_LETTER}*{_LOWER}{_LETTER}*(?:-{_LETTER}+)*"  # Siân, O'Brien-Marsh, McDonald; not DWP
_LOUD = rf"{_UPPER}{{2,}}(?:['’-]{_UPPER}{{2,}})*"
_ANY = rf"{_LETTER}{{2,}}(?:-{_LETTER}+)*"
_UNMARKED = rf"(?:^|[^{MARK}])"
_INITIALS = r"(?:[A-Z]\.? ){0,2}"
_LIST = "|".join(sorted((one for one in _COMMON if one.isascii() and len(one) > 3), key=len, reverse=True))
_SHORT_LIST = "|".join(
    form for one in _COMMON if one.isascii() and len(one) <= 3 for form in (one.title(), one.upper())
)
_ACCENTED = "|".join(one for one in _COMMON if not one.isascii())
_TITLES = any_of("titles")
_TITLES_CAPITAL = any_of("titles_capital")
_KIN = any_of("kin")
_SURNAMES = rf"{MARK}?(?i:{any_of('surnames_too')})\b"
_DONE = any_of("surnames_that_are_done")
_SURNAMES_DONE = rf"{MARK}?(?i:{_DONE})\b"
_WORDS_TOO = f"{any_of('surnames_too')}|{any_of('surnames_with_capital')}"
_AS_SURNAMES = f"{_WORDS_TOO.title()}|{_DONE.title()}|{_WORDS_TOO.upper()}"
_FURTHER = rf"(?:{_CAPITAL}|{MARK}?(?:{_AS_SURNAMES})(?:-{_LETTER}+)*\b)"  # marked too, if it may be a surname
_DONE_CAPITAL = rf"{MARK}?(?:{_DONE.title()})(?:-{_LETTER}+)*\b"
_FURTHER_LOUD = rf"(?:{_LOUD}|{MARK}?(?:{_WORDS_TOO.upper()}|{_DONE.upper()})(?:-{_LETTER}+)*\b)"
_CAPITALS = rf"{_CAPITAL}(?: {_FURTHER}){{0,2}}"
_LOUDS = rf"{_LOUD}(?: {_FURTHER_LOUD}){{0,2}}"
_CAPITALS_TOO = rf"{MARK}{{0,2}}{_CAPITALS}"
_LOUDS_TOO = rf"{MARK}{{0,2}}{_LOUDS}"


_CAPITAL_BARE = rf"{_UPPER}{_LOWER}+"
_FORENAMES_TOO = f"{any_of('forenames_too').title()}|{any_of('forenames_too').upper()}"
_DOING_LOUD = f"{any_of('doing')}|called|visited|asked|said|says|wants|refused|arrived".upper()
_FORENAME = (
    rf"(?:(?i:\b(?:{_LIST})\b(?:-{_LETTER}{{2,}})?|{_ACCENTED})|\b(?:{_SHORT_LIST})\b"
    rf"|\b{_CAPITAL_BARE}-(?:{any_of('second_halves')})\b)"
)
_NO_CAPITAL_NEXT = rf"$|[^{_LETTER[1:-1]} ]| {MARK}*[^{_UPPER[1:-1]}{MARK}]"
_PERSON_DID = any_of("did_in_capitals").upper().replace(" ", f" {MARK}*")
_SURNAME_ALL_THE_SAME = (
    rf"(?:{MARK}{_CAPITAL}({_NO_CAPITAL_NEXT})|{MARK}{_LOUD}( {MARK}*(?:{_PERSON_DID})\b)"
    rf"|{MARK}{_UPPER}{{2,}}S( {MARK}*(?:HAS|IS|WAS)\b))"
)
"""A word that is no name, where a forename stands before it and the writing says that it is one: it alone of its
neighbours has a capital ("Carol Letters rang"), or in capitals does what only people do ("CAROL LETTERS RANG")."""

_BORN = r"(?:,| -|)? \(?(?:(?:(?i:b|born|d\.?o\.?b)\.?|aged? \d+,?):? ?)?"
_POINTED_AT = rf"{_BORN}\[{MARK}{{0,2}}(?:date of birth|NHS number|NI number)\]"
"""What stands behind a name and points at a person itself."""

_AGE = r"(?:1[01]\d|[1-9]\d?)"
_PEOPLE_ARE = rf"(?:(?:is|was|been) (?:(?:an?|very|so|still|now) )?)?(?:{any_of('people_are')})"
_OF_AGE = (
    rf",? \(?(?:(?i:aged?) {_AGE}\b|{_AGE}(?: |-|)(?i:y/?o|yrs?(?: |-)old|years?(?: |-)old|years of age)\b"
    r"|[1-9]\d(?: |)(?i:yrs)\b)"
    rf"|,? \(?{_AGE}(?:[,;]|\),?) (?:{any_of('people_do')}|{_PEOPLE_ARE})\b"
)
"""An age behind a name, as such or with what people do or are: "Carol Letters aged 45", "Carol Letters, 45, rang"."""

_AT = rf",? \[{MARK}{{0,2}}(?:address|phone|date of birth|NHS number)\]"

_BEFORE_NAMES = r"(?i:(?:de|da|dos|del|di|du|la|le|van|von|der|den|ter|bin|ibn|al|el|ap|ab|ferch) )"  # van der Berg
_FIRST = rf"{_INITIALS}{_BEFORE_NAMES}{{0,2}}{_UPPER}"
_WHO = rf"{_INITIALS}{_BEFORE_NAMES}{{0,2}}{_CAPITALS}|{_LOUDS}|{_BEFORE_NAMES}{{0,2}}{_ANY}"
_WHOLE = rf"{_INITIALS}{_BEFORE_NAMES}{{0,2}}{_CAPITALS_TOO}|{_LOUDS_TOO}|{_ANY}(?: (?:{_ANY}|{_SURNAMES}))?"


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
        before, after = (words.replace(" ", f" {MARK}*") for words in (self.before, self.after))
        return f"((?:{before}){self.gap})(?:{self.name})({after})"

    @property
    def beginning(self) -> str:
        """What stands before, and the first letter of the name: wherever the rule finds a name, there is this."""
        small = self.name in (_SURNAMES, _SURNAMES_DONE) or _ANY in self.name
        return f"(?:{self.before}){self.gap}{_LETTER if small else _FIRST}"


FINDS: tuple[Find, ...] = (
    Find(rf"(?i:\b(?:{_TITLES})\b\.?)(?: \[reference\])?", _WHO),
    Find(rf"(?i:\b(?:{_TITLES})\.)", _CAPITALS_TOO, gap=""),  # Mr.Smith, Mr.Read
    Find(rf"(?i:\b(?:{_TITLES})\b\.?)|\b(?:{_TITLES_CAPITAL})\b\.?", rf"{_INITIALS}{_CAPITALS_TOO}"),  # Mr Green
    Find(r"(?i:\b(?:mr|mrs|ms|mx)\b\.?)", rf"{_INITIALS}{_LOUDS_TOO}"),
    Find(
        rf"(?i:\b(?:{_TITLES})\b\.?)|\b(?:{_TITLES_CAPITAL})\b\.?", rf"{_INITIALS}{_FURTHER_LOUD}(?: {_FURTHER_LOUD})?"
    ),
    Find(r"(?i:\b(?:mr|mrs|miss|ms|mx)\b\.?)", _SURNAMES),
    Find(r"(?i:\b(?:mr|mrs|ms|mx)\b\.?)", _SURNAMES_DONE),  # "mr read says", but "I miss reading"
    Find(r"(?i:\b(?:sur|fore|first |last )?name(?:(?: |)['’]?s| is)?:?)", _WHOLE),
    Find(r"(?i:\b(?:sur|fore|first |last )?name was)", rf"{_INITIALS}{_CAPITALS}|{_LOUD}"),
    Find(r"(?i:\b(?:this is|it['’]?s|its))", rf"{_CAPITALS}|{_ANY}", r" (?:speaking|calling)\b"),
    Find(r"(?i:\b(?:this is|it['’]?s|its))", _CAPITALS, r" (?:here|again)\b"),
    Find(r"(?i:\b(?:this is|it['’]?s|i am|i['’]?m))", rf"{_CAPITAL}(?: {_CAPITAL}){{1,2}}"),
    Find(
        rf"(?i:\b(?:{_KIN})\b,?(?: (?:is )?(?:called|named))?)|\b(?:{any_of('roles')})\b", _CAPITALS, gap=r"[,:]? \(?"
    ),
    Find(rf"\b(?:{_KIN})\b|(?i:\bsp(?:oke|oken|eak|eaking) (?:to|with)\b)", _DONE_CAPITAL),  # nurse Read
    Find(rf"(?i:\b(?:{any_of('told')})\b(?: (?:to|with|for|by|on|from))?,?)", _CAPITALS),
    Find(rf"(?i:\b(?:{any_of('closing')})\b[,.!:]?)", rf"{_INITIALS}{_CAPITALS}", gap=r"\s{1,3}"),
    Find(_UNMARKED, rf"\b{_CAPITAL} (?:{_FURTHER}|{MARK}{_CAPITAL})", rf",? (?:{any_of('doing')})\b", gap=""),
    Find(_UNMARKED, rf"\b{_LOUD} {MARK}?(?:{_DONE.upper()})", rf",? (?:{_DOING_LOUD})\b", gap=""),  # DENISE COPE RANG
    Find(_UNMARKED, rf"\b{_CAPITAL} {_CAPITAL}", rf"{_POINTED_AT}|,? (?:{any_of('doing_too')})\b", gap=""),
    Find(_UNMARKED, rf"\b(?:{_FORENAMES_TOO})(?: {_FURTHER}| {MARK}?{_LOUD})?", rf" (?i:{any_of('did')})\b", gap=""),
    Find(_UNMARKED, rf"\b(?:{_FORENAMES_TOO}) (?:{_FURTHER}|{_LOUD}|{MARK}{_CAPITAL})", _AT, gap=""),
    Find("", rf"\b(?:{_FORENAMES_TOO}) (?:{_FURTHER}|{_LOUD}|{MARK}{_CAPITAL})", _OF_AGE, gap=""),  # Pat Day, 88, rang
    Find(_UNMARKED, rf"\b{_CAPITALS}", rf"(?:,| is| was) (?:my|his|her|our|their) (?:{_KIN})\b", gap=""),
    Find(r"\bSP(?:OKE|OKEN|EAK|EAKING|K) (?:TO|WITH|W/)", rf"{_LOUD}(?: {_FURTHER_LOUD})?"),
    Find(
        _UNMARKED,
        rf"{_FORENAME}(?:(?: {_FURTHER}){{1,2}}| {_SURNAMES}| {_LOUD}\b|)",
        gap="",
    ),
)
_FULL_NAMES = (
    (_UNMARKED, _FORENAME),
    (
        rf"(?i:\b(?:{_KIN}|(?:{any_of('told')})(?: {MARK}*(?:to|with|for|by|on|from))?|{any_of('closing')}"
        rf"|name(?: {MARK}*is)?:?),? )",
        rf"\b(?:{_FORENAMES_TOO}|{_CAPITAL})",
    ),
)
"""What `_SURNAME_ALL_THE_SAME` stands behind; FINDS looks for each of these forenames too, so `perhaps` need not."""
_ALONGSIDE = (
    Find(r"\[name\],? (?:and|&)", rf"{_CAPITAL} (?:{_CAPITAL}|\[name\])"),
    Find(r"\[name\],? (?:and|&)", _CAPITAL, r"(?: [a-z]|[.,;:!?)]|$)"),
)
"""Who is named in one breath with somebody: "met Ros and Kit Okeh"."""


def without(words_sql: str) -> str:
    """A DuckDB expression: `words_sql` with names that are found by what stands around them as one placeholder."""
    return f"CASE WHEN {perhaps(words_sql)} THEN {_by_all_rules(words_sql)} ELSE {words_sql} END"


def _by_all_rules(words_sql: str) -> str:
    expression = _replaced(_marked(words_sql), r"(?i)\b((?:the|my|a|our|this|his|her|their|new) pc\b)", rf"\1{MARK}")
    for before, forename in _FULL_NAMES:
        whole = rf"({before})(?:{forename} {_SURNAME_ALL_THE_SAME})"
        expression = _replaced(expression, whole, rf"\1{NAME}\2\3\4")
    expression = _replaced(expression, rf"^{_FORENAME} {MARK}{_LOUD}$", NAME)  # a cell that says nothing else
    for one in (*FINDS, *_ALONGSIDE):
        expression = _replaced(expression, one.pattern, rf"\1{NAME}\2")
    return _unmarked(_replaced(expression, r"\[name\](?:[ -]\[name\])+", NAME))


def may_name(word: str) -> bool:
    """Whether a single word may be somebody's name where nobody but a person is expected."""
    return word.lower() not in _NO_NAMES or word.lower() in _DONE.split("|")


def without_others(words_sql: str) -> str:
    """The same of names in one breath with a name that is a placeholder already; `words_sql` is best a column."""
    expression = f"replace({_marked(words_sql)}, '[{MARK}name]', '{NAME}')"
    for one in _ALONGSIDE:
        expression = _replaced(expression, one.pattern, rf"\1{NAME}\2")
    beside = rf"\[name\],? (?:and|&) {_UPPER}"
    return f"CASE WHEN regexp_matches({words_sql}, {literal(beside)}) THEN {_unmarked(expression)} ELSE {words_sql} END"


def _marked(words_sql: str) -> str:
    """Words that are no names, places named after people, and saints, each behind a mark: one where a title or a
    forename makes it a surname, two where only a title does, three where nothing does."""
    did = f"{_DID_THEMSELVES}|{_DID_THEMSELVES.upper()}"
    expression = _replaced(words_sql, rf"(?i)\b({'|'.join(_NO_NAMES)})\b", rf"{MARK}\1")
    expression = _replaced(expression, rf"(?i)({MARK}(?:{_NO_SURNAME})\b)", rf"{MARK}\1")
    expression = _replaced(expression, rf"({MARK}(?:(?i:{_NEVER})|{did})\b)", rf"{MARK}{MARK}\1")
    for before, what in (
        (r"dr\b\.? ?", f"{_SURGERY}|{any_of('of_a_doctor')}|{_DID_THEMSELVES}"),
        ("nurse ", f"{_SURGERY}|{_DID_THEMSELVES}"),
        (rf"(?-i:miss) |(?:i|not|to|never|['’]t) {MARK}*miss ", any_of("of_what_is_missed")),  # "Miss Call" is a title
        ("name: ?", _DID_THEMSELVES),
    ):
        expression = _replaced(expression, rf"(?i)\b({before})({MARK}*(?:{what})\b)", rf"\1{MARK}{MARK}\2")
    expression = _replaced(expression, rf"({_LETTER}['’-]?){MARK}+", r"\1")  # Okeh-Young
    places, saints = any_of("places"), any_of("saints")
    expression = _replaced(expression, rf"({_CAPITAL}(?:['’]s)? {MARK}*(?:{places})\b)", rf"{MARK}\1")
    return _replaced(expression, rf"\b((?:{saints}) )({_CAPITAL})", rf"\1{MARK}\2")


def _unmarked(expression: str) -> str:
    return f"replace({expression}, '{MARK}', '')"


def perhaps(words_sql: str) -> str:
    """Whether there is any name to find, marks aside. What the rules need around a name is looked for first, of many
    at once; then each rule that may apply, as all in one expression outgrow what RE2 keeps in memory (ten times as
    long). Short where it is the condition of a CASE: there DuckDB leaves out what an AND no longer needs."""
    beside, behind, anywhere = (
        [one for one in FINDS if one.before != _UNMARKED and not one.after],
        [one for one in FINDS if one.after],
        [one for one in FINDS if one.before == _UNMARKED and not one.after],
    )
    may_stand = _looked(words_sql, "|".join(one.beginning for one in beside))
    may_follow = _looked(words_sql, "|".join(one.after for one in behind))
    return (
        f"(({may_stand}) AND ({_any_found(words_sql, beside)}) OR ({may_follow}) AND ({_any_found(words_sql, behind)})"
        f" OR {_any_found(words_sql, anywhere)} OR contains({words_sql}, '{NAME}'))"
    )


def _any_found(words_sql: str, finds: Iterable[Find]) -> str:
    return " OR ".join(_looked(words_sql, f"(?:{one.before}){one.gap}(?:{one.name}){one.after}") for one in finds)


def _looked(words_sql: str, pattern: str) -> str:
    return f"regexp_matches({words_sql}, {literal(pattern)})"


def _replaced(words_sql: str, pattern: str, by: str) -> str:
    return f"regexp_replace({words_sql}, {literal(pattern)}, '{by}', 'g')"
