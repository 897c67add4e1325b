"""Which canonical column a column of an agency's file is: by its heading, and by what its cells look like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from personshaped.records.draft_samples import Sample
from personshaped.records.draft_shapes import Shape, shape_of

SURE, LIKELY = 0.9, 0.65
_LEAST = 0.42
_TIMES = ("started_at", "ended_at", "recorded_at", "born")
_NUMBERS = ("minutes", "cost", "documents", "people_present", "seq")
_YES_NO = ("need_met", "crisis", "value_work")
_LISTS = ("activity", "outcome", "reason", "initiated_by", "channel")
_PLACES = ("agency", "service", "front_door", "staff_role", "staff_grade", "area", "referred_to", "issue")
_BY_SHAPE = {"nhs_number": 0.8, "ni_number": 0.8, "email": 0.8, "postcode": 0.75, "phone": 0.6}


@dataclass(frozen=True)
class Guess:
    """One column and what it seems to be; `target` is empty where it cannot be told. `score` is 0–1."""

    column: str
    table: str
    target: str
    score: float
    shape: Shape

    @property
    def how_sure(self) -> str:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "a guess"


@cache
def lexicon() -> Mapping[str, Any]:
    """`draft_lexicon.toml`: names of columns, words of lists, what a column unlocks."""
    text = files("personshaped.records").joinpath("draft_lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words_of(heading: str) -> tuple[str, ...]:
    """A heading as small words without accents: `PersonalID`, `personal_id` and `Personal ID` are (personal, id)."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(one))
    cut = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", plain)
    return tuple(re.findall(r"[^\W_]+", cut.lower()))


def guesses(sample: Sample, headings: Mapping[str, str], apart: Collection[str]) -> list[Guess]:
    """One guess a column, in the file's order; no canonical column is given twice.

    `headings` has what a column's heading comes to where it is not the heading itself (`Contact 1 date` is a contact
    date); nothing is guessed of the columns `apart`.
    """
    shapes = {column: shape_of(sample.cells(column)) for column in sample.columns}
    offers = [
        (score, column, table, target)
        for column, shape in shapes.items()
        if column not in apart
        for (table, target), score in _scores(headings.get(column, column), shape).items()
        if score >= _LEAST
    ]
    offers.sort(key=lambda one: (-one[0], sample.columns.index(one[1])))
    taken: dict[str, tuple[float, str, str]] = {}
    given: set[str] = set()
    for score, column, table, target in offers:
        if column not in taken and target not in given:
            taken[column] = (score, table, target)
            given.add(target)
    found = [Guess(column, *_named(taken.get(column)), shape) for column, shape in shapes.items()]
    return [_beside(one, given) for one in found]


def _beside(guess: Guess, given: Collection[str]) -> Guess:
    """The guess with the other columns in view: a name beside a forename is the surname; a reason without one word
    that says why somebody was not helped is why they came."""
    if guess.target == "name" and "forename" in given and "surname" not in given:
        return replace(guess, target="surname", score=min(guess.score, 0.8))
    bare = guess.target == "reason" and set(words_of(guess.column)) <= set(lexicon()["bare_reason"])
    if bare and "issue" not in given and not any(word_means("reason", word) for word, _ in guess.shape.words):
        return replace(guess, target="issue", score=0.55)
    return guess


def _named(taken: tuple[float, str, str] | None) -> tuple[str, str, float]:
    return ("", "", 0.0) if taken is None else (taken[1], taken[2], min(taken[0], 1.0))


_BY_WORDS = ("activity", "outcome", "initiated_by", "channel")
_SPELT_OUT = 0.95  # what a heading is worth once its short forms are spelt out
_MANY_NAMES = 5  # so many different cells like `ELLERY, Ros`, and they are names
_SENTENCE = 3.5  # so many blanks a cell, and they are no words of a list
_ONE_WORD = 0.5  # what a column with one word throughout is worth, unless its heading says it all


def _scores(column: str, shape: Shape) -> dict[tuple[str, str], float]:
    if not shape.filled:
        return {}
    heading = words_of(column)
    spelt = tuple(word for short in heading for word in lexicon()["short"].get(short, short).split())
    scores: dict[tuple[str, str], float] = {}
    for table, targets in _phrases().items():
        for target, phrases in targets.items():
            name = max(
                (max(_fit(heading, phrase), _SPELT_OUT * _fit(spelt, phrase)) for phrase in phrases), default=0.0
            )
            if name:
                same = shape.distinct == 1 and shape.lines >= 5 and name < 1 and target not in _YES_NO
                coded = target in _LISTS and name < 1 and shape.share("whole") > 0.9
                scores[table, target] = name * _fits(target, shape) * (_ONE_WORD if same or coded else 1)
    for kind, score in _BY_SHAPE.items():
        if shape.share(kind) >= 0.85:
            scores["people", kind] = max(score, scores.get(("people", kind), 0.0))
    for target in _BY_WORDS if shape.is_list and shape.share("date") < 0.5 else ():
        by_words = 0.65 * _understood(target, shape)
        scores["interactions", target] = max(by_words, scores.get(("interactions", target), 0.0))
    if shape.share("date") >= 0.95:
        last = heading[-1:] and heading[-1] in lexicon()["ends"]
        scores.setdefault(("interactions", "ended_at" if last else "started_at"), 0.45)
    if set(heading) & {*lexicon()["not_a_start"], *lexicon()["births"]}:
        scores.pop(("interactions", "started_at"), None)
    if shape.share("turned_name") >= 0.85 and shape.distinct >= _MANY_NAMES:
        named = set(heading) & set(lexicon()["may_name"])
        scores["people", "name"] = max(0.6 if named else 0.45, scores.get(("people", "name"), 0.0))
    if shape.is_text and shape.blanks >= 4 and shape.distinct > 0.5 * shape.filled:
        scores.setdefault(("interactions", "words"), 0.5)
    return scores


def _understood(target: str, shape: Shape) -> float:
    """The share of lines whose word means something in this list; 0 where all mean the same."""
    meanings = {word: word_means(target, word) for word, _ in shape.words}
    if len({meaning for meaning in meanings.values() if meaning}) < 2:
        return 0.0
    return sum(count for word, count in shape.words if meanings[word]) / shape.filled


@cache
def _phrases() -> dict[str, dict[str, tuple[tuple[str, ...], ...]]]:
    return {
        table: {
            target: tuple(tuple(phrase.split()) for phrase in (target.replace("_", " "), *phrases))
            for target, phrases in targets.items()
        }
        for table, targets in lexicon()["names"].items()
    }


def _fit(heading: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """1 where the heading is the phrase, less where the phrase is a part of it, 0 where it is none."""
    if heading == phrase or "".join(heading) == "".join(phrase):
        return 1.0
    if len(phrase) >= len(heading) or (len(phrase) == 1 and phrase[0] in lexicon()["alone"]):
        return 0.0
    places = range(len(heading) - len(phrase) + 1)
    if not any(heading[at : at + len(phrase)] == phrase for at in places):
        return 0.0
    return 0.5 + 0.4 * len(phrase) / len(heading)


def _fits(target: str, shape: Shape) -> float:
    """How well cells of this shape could be the target: 0 not at all, 1 as they should."""
    date, number = shape.share("date"), shape.share("number")
    if target in _TIMES:
        return 1.0 if date >= 0.7 else 0.8 if shape.share("serial") >= 0.95 else 0.0
    if date >= 0.7:
        return 0.0
    if target in _NUMBERS:
        return 1.0 if number >= 0.8 else 0.0
    if target in _YES_NO:
        return 1.0 if shape.share("yes_no") >= 0.9 else 0.0
    if target in _LISTS and shape.blanks >= _SENTENCE:
        return 0.2
    if target in _LISTS:
        return 1.0 if shape.is_list else 0.9 if shape.distinct <= 25 else 0.7 if not shape.is_text else 0.2
    if target in _PLACES:
        return 0.4 if shape.distinct > max(30, 0.5 * shape.filled) else 1.0
    if target == "words":
        sentences = shape.blanks >= 3 or (shape.blanks >= 1 and not shape.is_list)
        return 1.05 if shape.is_text else 0.7 if sentences else 0.3
    if target == "interaction_id":
        return 1.0 if shape.is_key else 0.0
    return _fits_people(target, shape, number)


def _fits_people(target: str, shape: Shape, number: float) -> float:
    if target == "nhs_number":
        return 1.05 if shape.share("ten_digits") >= 0.8 else 0.3
    if target in ("postcode", "email", "ni_number", "phone"):
        return 1.05 if shape.share(target) >= 0.7 else 0.6
    if target in ("name", "forename", "surname", "other_names"):
        letters = max(shape.share("letters"), shape.share("turned_name"))
        return 1.0 if letters >= 0.6 and not (shape.lines > 20 and shape.distinct < 5) else 0.0
    if target == "sex":
        return 1.0 if shape.distinct <= 8 else 0.0
    if target == "uprn":
        return 1.0 if number >= 0.9 else 0.3
    if target == "address":
        return 1.0 if shape.blanks >= 0.8 else 0.4
    if target == "person_ref" and shape.is_key and shape.lines >= 10:
        return 0.8  # people come again
    if target in ("person_ref", "contact_id", "household_id", "need_id", "staff_id"):
        return 1.0 if shape.is_reference else 0.75 if shape.blanks < 3 else 0.0
    return 1.0


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
