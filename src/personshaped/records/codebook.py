"""The code book: what people need, in the person's terms, growing from words (`decisions/codebook.toml`).

A code that was merged into another keeps its earlier coding: whoever reads a code asks the book what it means today.
A code that was split keeps it too, until someone looks at those demands again: only people can tell which part each is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import tomlkit

from personshaped.errors import InputError, UsageError

FILE = "codebook.toml"
_HEAD = """What people need, in their terms. Merge or split with `personshaped listen`, or here by hand:
`merged_into = "code"` and `split_into = ["code", "code"]` keep what was coded before. Words may be changed freely."""


@dataclass(frozen=True)
class Issue:
    """One need people ask about: `code` as it stands in the data, `words` as a person would say it."""

    code: str
    words: str
    since: int = 1
    merged_into: str = ""
    split_into: tuple[str, ...] = ()

    @property
    def in_use(self) -> bool:
        return not self.merged_into and not self.split_into


@dataclass(frozen=True)
class Change:
    """What changed in one version of the book, by whom and when."""

    version: int
    on: str
    by: str
    what: str


@dataclass(frozen=True)
class Codebook:
    """One version of the code book; every change gives the next one."""

    issues: tuple[Issue, ...] = ()
    changes: tuple[Change, ...] = ()
    _by_code: dict[str, Issue] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_code.update({one.code: one for one in self.issues})

    @property
    def version(self) -> int:
        return self.changes[-1].version if self.changes else 0

    @property
    def in_use(self) -> tuple[Issue, ...]:
        """The issues that can be chosen, in alphabetical order of their words."""
        return tuple(sorted((one for one in self.issues if one.in_use), key=lambda one: one.words.casefold()))

    @property
    def words(self) -> dict[str, str]:
        """Every code with its words, also those that are no longer in use; the code itself where it has none."""
        return {one.code: one.words or one.code for one in self.issues}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def current(self, code: str) -> str:
        """What the code means today: the one it was merged into, else itself, whether or not the book knows it."""
        seen = {code}
        while (one := self._by_code.get(code)) is not None and one.merged_into:
            code = one.merged_into
            if code in seen:
                raise InputError(f"{code} is merged in a circle", file=f"decisions/{FILE}")
            seen.add(code)
        return code

    def to_look_at_again(self, code: str) -> tuple[str, ...]:
        """The codes a split one became, where earlier coding waits for a person; empty for all others."""
        one = self._by_code.get(self.current(code))
        return one.split_into if one else ()

    def add(self, words: str, by: str, code: str = "") -> Codebook:
        """With one more need; the code is made from the words unless given. Raises UsageError where it exists."""
        code = code or as_code(words)
        if not code or not words.strip():
            raise UsageError("a need wants words, such as: I need help to get my home repaired")
        if code in self:
            raise UsageError(f"{code} is in the code book already: {self._by_code[code].words}")
        return self._next((*self.issues, Issue(code, words.strip(), self.version + 1)), by, f"added {code}")

    def merge(self, code: str, into: str, by: str) -> Codebook:
        """With `code` meaning `into` from now on, and for everything coded before."""
        self.check(code)
        self.check(into)
        if self.current(into) == code:
            raise UsageError(f"{code} cannot be merged into {into}: that one is merged into it")
        issues = tuple(replace(one, merged_into=into) if one.code == code else one for one in self.issues)
        return self._next(issues, by, f"merged {code} into {into}")

    def split(self, code: str, into: Sequence[str], by: str) -> Codebook:
        """With `code` parted into others that are in the book; what was coded before keeps it until looked at again."""
        for one in (code, *into):
            self.check(one)
        if len(set(into) - {code}) < 2:
            raise UsageError(f"{code} is split into two needs or more; expected their codes")
        issues = tuple(replace(one, split_into=tuple(into)) if one.code == code else one for one in self.issues)
        return self._next(issues, by, f"split {code} into {', '.join(into)}")

    def check(self, code: str) -> None:
        """Raises UsageError where the book has no such need."""
        if code not in self:
            raise UsageError(f"no need {code!r} in the code book; expected one of {', '.join(sorted(self._by_code))}")

    def _next(self, issues: Iterable[Issue], by: str, what: str) -> Codebook:
        change = Change(self.version + 1, date.today().isoformat(), by, what)
        return Codebook(tuple(issues), (*self.changes, change))


def as_code(words: str) -> str:
    """ "I need help to get my home repaired" → `get_my_home_repaired`."""
    bare = re.sub(r"^\s*i (need|want)( (help|someone))?( (to|with))?\s+", "", words.casefold())
    return "_".join(re.findall(r"\w+", bare)[:6])


def load(decisions: Path) -> Codebook:
    """The book in the folder `decisions`; an empty one where there is none. Raises InputError naming what is wrong."""
    path = decisions / FILE
    if not path.is_file():
        return Codebook()
    shown = f"decisions/{FILE}"
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        issues = [
            Issue(
                str(one["code"]), str(one.get("words", one["code"])), int(one.get("since", 1)),
                str(one.get("merged_into", "")), tuple(str(code) for code in one.get("split_into", ())),
            )
            for one in held.get("issue", ())
        ]  # fmt: skip
        changes = [
            Change(int(one["version"]), str(one["on"]), str(one["by"]), str(one["what"]))
            for one in held.get("change", ())
        ]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=shown, expected="TOML in UTF-8") from None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"an entry lacks {error}", file=shown, expected="[[issue]] with code and words") from None
    codes = [one.code for one in issues]
    for one in issues:
        for other in filter(None, (one.merged_into, *one.split_into)):
            if other not in codes:
                raise InputError(f"{one.code} points to {other}, which is not in it", file=shown)
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise InputError(f"{twice} stands in it twice", file=shown, expected="each code once")
    return Codebook(tuple(issues), tuple(changes))


def save(book: Codebook, decisions: Path) -> None:
    """Writes the book whole, or not at all."""
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document["issue"] = _tables([_shown(one) for one in book.issues])
    document["change"] = _tables([dict(vars(one)) for one in book.changes])
    decisions.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=decisions, prefix=".", suffix=".half", delete=False, encoding="utf-8") as half:
        half.write(tomlkit.dumps(document))
    Path(half.name).replace(decisions / FILE)


def _shown(issue: Issue) -> dict[str, object]:
    blank = {"merged_into": "", "split_into": ()}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(issue).items()
        if value != blank.get(name)
    }


def _tables(rows: Sequence[dict[str, object]]) -> tomlkit.items.AoT:
    array = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for name, value in row.items():
            table[name] = value
        array.append(table)
    return array
