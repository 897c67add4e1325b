"""What headings and words of agencies' lists mean: the lexicon of `init`, and how a heading is compared with it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lexicon() -> Mapping[str, Any]:
    """`draft_lexicon.toml`: names of columns, words of lists, what a column unlocks."""
    text = files("personshaped.records").joinpath("draft_lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words_of(heading: str) -> tuple[str, ...]:
    """A heading as small words without accents: `PersonalID`, `personal_id` and `Personal ID` are (personal, id)."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(one))
    plain = re.sub(r"\b(?:[cdjlmnst]|qu)['’](?=\w)", "", plain, flags=re.IGNORECASE)  # l'acte, d'appel
    plain = re.sub(r"(?<=\w)['’](?=\w)", "", plain)
    cut = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", plain)
    return tuple(re.findall(r"[^\W_]+", cut.casefold()))


def in_parts(text: str) -> tuple[str, ...]:
    """What is said in two languages (`Dyddiad / Date`), each alone; else the text, without a remark in brackets."""
    parts = [one.strip() for one in re.split(r"\s*[/|]\s*", re.sub(r"\s*\([^)]*\)\s*$", "", text)) if one.strip()]
    return tuple(parts) or (text,)


def says_nothing(cell: str) -> bool:
    """Whether a cell stands for a blank: `N/A`, `Unknown`, `-`, in each language that it is written in."""
    return cell.casefold() in _missing() or all(one.casefold() in _missing() for one in in_parts(cell))


@cache
def _missing() -> frozenset[str]:
    return frozenset(lexicon()["missing"])


def yes_or_no(cell: str) -> str:
    """`yes`, `no`, or '' for anything else; as one says it in the languages around, or in two of them at once."""
    said = {meaning for one in in_parts(cell) for meaning in ("yes", "no") if one.casefold() in lexicon()[meaning]}
    return said.pop() if len(said) == 1 else ""


def spelt(column: str) -> tuple[str, ...]:
    """The words of a heading, short forms spelt out."""
    return tuple(word for short in words_of(column) for word in _long(short).split())


def _long(short: str) -> str:
    """What a short form stands for: as listed, or as the one known word without its vowels (`gndr`, `fmly`)."""
    return str(lexicon()["short"].get(short) or (_without_vowels().get(short) if len(short) > 2 else "") or short)


@cache
def _without_vowels() -> dict[str, str]:
    words = {word for targets in phrases().values() for its in targets.values() for phrase in its for word in phrase}
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[0] + re.sub("[aeiou]", "", word[1:]), []).append(word)
    return {short: one[0] for short, one in found.items() if len(one) == 1 and short not in words}


@cache
def phrases() -> dict[str, dict[str, tuple[tuple[str, ...], ...]]]:
    persons, ids = lexicon()["persons"], lexicon()["ids"]
    numbers = [phrase for one in persons for number in ids for phrase in (f"{one} {number}", f"{number} {one}")]
    more = {"person_ref": [*persons, *numbers]}
    return {
        table: {
            target: tuple(
                tuple(phrase.split()) for phrase in (target.replace("_", " "), *phrases, *more.get(target, ()))
            )
            for target, phrases in targets.items()
        }
        for table, targets in lexicon()["names"].items()
    }


def of_case(heading: tuple[str, ...]) -> float:
    """How well a heading says that it is a case's number, which may stand for a person for want of better."""
    return max(fit(heading, tuple(phrase.split())) for phrase in lexicon()["cases"])


def fit(heading: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """1 where the heading is the phrase, less where the phrase is a part of it, 0 where it is none."""
    if heading == phrase or "".join(heading) == "".join(phrase):
        return 1.0
    alone = len(phrase) == 1 and phrase[0] in {*lexicon()["alone"], *lexicon()["persons"]}
    if len(phrase) >= len(heading) or alone:
        return 0.0
    places = range(len(heading) - len(phrase) + 1)
    if not any(heading[at : at + len(phrase)] == phrase for at in places):
        return 0.0
    return 0.5 + 0.4 * len(phrase) / len(heading)


def word_means(column: str, word: str) -> str:
    """The canonical word for an agency's word in a list (`Customer contact` in activity: `demand`); '' if none fits."""
    tokens = " ".join(words_of(word))
    padded = f" {tokens} "
    lists = lexicon()["values"].get(column, {})
    for canonical in lists:
        if tokens == canonical.replace("_", " "):
            return str(canonical)
    for canonical, phrases in lists.items():
        if any(_says(phrase, padded) for phrase in phrases):
            return str(canonical)
    return ""


def _says(phrase: str, padded: str) -> bool:
    """Whether the words, with a blank before and after, hold the phrase: `refer-` begins a word, `=in` is all of it."""
    if phrase.startswith("="):
        return padded == f" {phrase[1:]} "
    return (f" {phrase[:-1]}" if phrase.endswith("-") else f" {phrase} ") in padded
