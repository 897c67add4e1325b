"""What the cells of a column look like: dates, numbers, numbers of people, words of a list, free text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from personshaped.records.draft_words import says_nothing, yes_or_no

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SIGN = r"(?:[ \xa0\u202f]?[£$€][ \xa0\u202f]?)?"
_GAP = r" '’\xa0\u202f"  # between thousands, where neither comma nor full stop stands there
_PATTERNS: dict[str, str] = {
    "date": rf"(?i)\d{{4}}[-/]\d\d?[-/]\d\d?(?:[T ].*)?|\d\d?[-/.]\d\d?[-/.]\d{{2,4}}(?: .*)?"
    rf"|\d\d?[ -]{_MONTH}[ -]\d{{2,4}}.*"
    rf"|{_MONTH} \d\d?,? \d{{4}}.*|\d{{4}}-\d\d|(?:19|20)\d\d[01]\d[0-3]\d(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?",
    "number": rf"[-+]?{_SIGN}(?:\d{{1,3}}(?:[,{_GAP}]?\d{{3}})*(?:\.\d+)?|\d{{1,3}}(?:[.{_GAP}]?\d{{3}})*(?:,\d+)?"
    rf"|\d+(?:[.,]\d+)?){_SIGN}",
    "clock": r"(?i)[012]?\d[:.h][0-5]\d(?:[:.][0-5]\d)?(?: ?(?:[ap]m|uhr|uur|h))?",
    "plain_clock": r"(?:[01]?\d|2[0-4])?[0-5]?\d",
    "whole": r"\d+",
    "serial": r"[1-6]\d{4}(?:\.\d+)?",  # a day as workbooks count them, from 1927 to 2091
    "money": r"[-+]?[£$€] ?[\d,]+(?:\.\d\d)?|[-+]?\d+\.\d\d|[\d., \xa0\u202f]+[,.]\d\d ?[£$€]",
    "postcode": r"(?i)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "phone": r"\(?0[\d ()-]{9,14}|\+\d[\d ()-]{8,15}",
    "ni_number": r"(?i)[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]",
    "ten_digits": r"\d{3}[ -]?\d{3}[ -]?\d{4}",
    "coded": r"(?=.*\d)[\w/.-]{3,20}",
    "house": r"\d+[A-Za-z]?,? [^\W\d_]{2,}.*",
    "turned_name": r"[^\W\d_][^,;\d]*, ?[^\W\d_][^,;\d]*",
    "letters": r"[^\W\d_]+(?:[ '’.-][^\W\d_]+)*\.?",
}
_COMPILED: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)|^(?:19|20)\d\d(?=[01]\d[0-3]\d$)")
_FEW = 60  # a list has no more words
_LONG = 30  # characters; what is longer may be what somebody said
SAFE = 5
"""A word that fewer lines share is not shown: it may be a person's."""


@dataclass(frozen=True)
class Shape:
    """What a column's cells look like. Shares are 0–1 of the filled cells; `words` are (word, lines), most first."""

    lines: int
    filled: int
    distinct: int
    shares: dict[str, float]
    length: float
    blanks: float
    words: tuple[tuple[str, int], ...]
    first: str
    last: str
    missing: tuple[str, ...] = ()
    """Cells that say that nothing is known (`N/A`, `Unknown`), as they are written; they count as blank."""
    names: frozenset[str] = field(default=frozenset())
    """Those of `words` that may be somebody's name: never to be shown."""
    own: bool = False
    """Whether each person has one and the same word on all their lines: it may be their name."""
    years: int = 0
    """From the earliest to the latest year of its dates, where they have four digits."""

    def share(self, kind: str) -> float:
        """The share of cells of a kind of `_PATTERNS`, or `nhs_number` (ten digits with a right check digit)."""
        return self.shares.get(kind, 0.0)

    @property
    def is_list(self) -> bool:
        """Few words, each on many lines."""
        few = self.distinct <= 3 and self.distinct < self.filled
        return 0 < self.distinct <= _FEW and (few or self.distinct * 3 <= self.filled)

    @property
    def is_text(self) -> bool:
        """People's sentences: several words a cell, hardly any twice."""
        return self.blanks >= 2 and self.distinct > 0.2 * self.filled and self.share("date") < 0.5

    @property
    def is_key(self) -> bool:
        """One to a line."""
        return self.filled == self.lines and self.distinct == self.lines and self.lines > 0

    @property
    def is_reference(self) -> bool:
        """Like a number or code of something: short, in one piece, not a date, an amount or one of a few words."""
        return self.length <= 40 and self.blanks < 1 and self.share("date") < 0.5 and self.share("money") < 0.5


def shape_of(cells: Sequence[str]) -> Shape:
    """The shape of one column's cells (blank ones are empty texts)."""
    missing = {cell for cell in set(cells) if cell and says_nothing(cell)}
    filled = [cell for cell in cells if cell and cell not in missing]
    counts = Counter(filled)
    total = max(len(filled), 1)
    shares = {name: _share(counts, total, one.fullmatch) for name, one in _COMPILED.items()}
    shares["yes_no"] = _share(counts, total, yes_or_no)
    shares["nhs_number"] = _share(counts, total, is_nhs_number) if shares["ten_digits"] else 0.0
    return Shape(
        lines=len(cells),
        filled=len(filled),
        distinct=len(counts),
        shares=shares,
        length=sum(map(len, filled)) / total,
        blanks=sum(cell.count(" ") for cell in filled) / total,
        words=tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_FEW]),
        first=min(filled, default=""),
        last=max(filled, default=""),
        missing=tuple(sorted(missing)),
        years=_span(counts),
    )


def _span(counts: Counter[str]) -> int:
    found = [int(one) for cell in counts for one in _YEAR.findall(cell)[:1]]
    return max(found) - min(found) if len(found) > 0.9 * len(counts) and found else 0


def _share(counts: Counter[str], total: int, fits: Callable[[str], object]) -> float:
    return sum(count for cell, count in counts.items() if fits(cell)) / total


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the check digit of the others (modulus 11); ten times the same digit is none."""
    digits = [int(one) for one in text if one.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1 or not _COMPILED["ten_digits"].fullmatch(text):
        return False
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return digits[9] == (0 if check == 11 else check)


def pattern_of(cell: str) -> str:
    """The cell without what it says: letters as A or a, digits as 9."""
    shown = "".join(
        "9" if one.isdigit() else "A" if one.isupper() else "a" if one.isalpha() else one for one in cell[:30]
    )
    return shown + ("…" if len(cell) > 30 else "")


def shown(shape: Shape, *, words: bool) -> tuple[str, ...]:
    """Up to four sample values that name nobody: words of a list that several lines share, else shapes.

    `words` is False for columns that say who somebody is.
    """
    if not shape.filled:
        return ()
    if shape.share("date") > 0.8 and words:
        return (f"{shape.first} to {shape.last}",) if shape.share("date") == 1 and shape.first[:4].isdigit() else (
            tuple(cell for cell, _ in shape.words[:2])
        )  # fmt: skip
    common = [one for one, count in shape.words if count >= SAFE and len(one) <= _LONG and one not in shape.names]
    if words and shape.is_list and shape.share("coded") < 0.5 and common:
        return tuple(common[:4])
    if shape.is_text:
        return (f"text of about {shape.blanks + 1:.0f} words",)
    return tuple(dict.fromkeys(pattern_of(cell) for cell, _ in shape.words))[:3]
