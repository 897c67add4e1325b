"""Which words of an agency's lists may be somebody's name: what `init` writes and shows holds none of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import replace

import duckdb

from personshaped.records.draft_guesses import Guess
from personshaped.records.draft_person import one_each
from personshaped.records.draft_samples import Sample
from personshaped.records.draft_words import word_means, words_of
from personshaped.records.redaction import NAME_COLUMNS, redacted, seen
from personshaped.records.redaction_names import may_name
from personshaped.sql import literal

_SOME = 0.1  # share of cells in letters, below which a column holds no names
_WHOM = re.compile(
    r"(?i)\b(?:(?:passed|handed|given|allocated|assigned|transferred|referred|forwarded|sent|left)(?: on| back| over)?"
    r" (?:to|with)|ask(?:ed)?|(?:\b([^\W\d_]{2,}) )?vs?\.?) ([^\W\d_]{2,})"
)
"""Behind these stands who somebody turned to, and on both sides of "v" who went to law."""
_OWN = 0.9  # share of lines with the usual word of their person, from which a column says who somebody is


def without_names(found: Sequence[tuple[Sample, list[Guess]]]) -> list[tuple[Sample, list[Guess]]]:
    """The guesses, each shape with those of its words that may be names, and whether it says who somebody is.

    A word is taken for a name where a column of names has it, in any of the files, or where the rules that take names
    out of people's words find one. A column that nothing told says who somebody is where each person has a word of
    their own.
    """
    known = {part for sample, its in found for cell in _of_names(sample, its) for part in words_of(cell)}
    every = {word for _, its in found for guess in its for word in _doubtful(guess)}
    named = may_be_names(sorted(every)) | {word for word in every if {*words_of(word)} <= known or _says_whom(word)}
    return [(sample, [_marked(one, sample, its, named) for one in its]) for sample, its in found]


def _of_names(sample: Sample, its: Iterable[Guess]) -> Iterable[str]:
    for one in its:
        if one.target in NAME_COLUMNS and one.column:
            yield from sample.cells(one.column)


def _doubtful(guess: Guess) -> list[str]:
    """The words of a list that mean nothing to us, or say whom somebody turned to: "Passed to Pickering"."""
    if guess.shape.share("letters") + guess.shape.share("turned_name") < _SOME:
        return []
    return [
        word
        for word, _ in guess.shape.words
        if words_of(word) and (_says_whom(word) or not word_means(guess.target, word))
    ]


def _says_whom(word: str) -> bool:
    """Whether a list's word has what may be a name where a person is expected; "ASB" among small letters is none."""
    spoken = word.title() if word.isupper() or word.islower() else word
    return any(one and not one.isupper() and may_name(one) for pair in _WHOM.findall(spoken) for one in pair)


def _marked(guess: Guess, sample: Sample, its: Iterable[Guess], named: Collection[str]) -> Guess:
    found = frozenset(word for word in _doubtful(guess) if word in named)
    return replace(guess, shape=replace(guess.shape, names=found, own=not guess.target and _is_own(guess, sample, its)))


def _is_own(guess: Guess, sample: Sample, its: Iterable[Guess]) -> bool:
    """Whether a column nobody understood says the same of a person on each of their lines, or that cannot be seen."""
    who = next((one.column for one in its if one.target == "person_ref" and one.column), "")
    if not who or who == guess.column or len({*sample.cells(who)}) == len(sample.rows):
        return True
    return one_each(sample.cells(who), sample.cells(guess.column)) >= _OWN


def may_be_names(words: Sequence[str]) -> set[str]:
    """Those in which the rules for people's words find a name or a number of somebody's."""
    if not words:
        return set()
    listed = ", ".join(f"({literal(one)})" for one in words)
    with closing(duckdb.connect()) as con:
        return {
            word
            for (word,) in con.execute(
                "SELECT said FROM"
                f" ({redacted(f'SELECT said, said AS words FROM (VALUES {listed}) AS t(said)')})"
                f" WHERE words <> {seen('said')}"
            ).fetchall()
        }
