"""Whose a line is: which column is the person's reference, in this file or another, or what stands for one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from personshaped.records.draft_guesses import SURE, Guess
from personshaped.records.draft_samples import Sample
from personshaped.records.draft_words import lexicon, words_of
from personshaped.records.mapping import quoted_name
from personshaped.records.sources import Lookup

Guessed = Sequence[tuple[Sample, list[Guess]]]
NAMED = ("name", "forename", "surname", "born")
_NUMBERED = ("nhs_number", "ni_number")
_ALL_LINES = 0.95  # a number that so many lines have can stand for the person
_ONE_EACH, _FEW_EACH = 0.9, 0.7  # share of lines: one person a code; hardly more than one code a person


def person_of(
    its: list[Guess], everything: Guessed, sample: Sample, lookup: list[Lookup], notes: list[str]
) -> Guess | None:
    """The column that says who a line is about, with a note where nothing but its cells told it; None where none does.

    A heading tells it, else the names beside it: a code that comes again with the same name and birth, and hardly
    another with them, is that person's.
    """
    told = next((one for one in its if one.target == "person_ref"), None)
    if told is not None and told.score >= SURE:
        return told
    beside = _by_names(its, sample)
    if beside is not None:
        if told is None or beside.column != told.column:
            notes.append(f'"{beside.column}" comes again with the same names, so it is taken for the person; check')
        return beside
    if elsewhere := looked_up(sample, everything, "person_ref", lookup, notes):
        return elsewhere
    if told is not None and not (told.shape.is_key and _come_again(_who(its, sample))):
        return told
    return _shared(its, everything, sample, notes) or _at_last(its, sample, notes)


def _by_names(its: list[Guess], sample: Sample) -> Guess | None:
    who = _who(its, sample)
    if not _come_again(who):
        return None  # it cannot be told
    for one in _codes(its):
        loose = one.target in ("", "contact_id", "interaction_id", "person_ref", "seq")
        if loose and one.shape.filled > _ALL_LINES * one.shape.lines and not one.shape.is_key:
            codes = sample.cells(one.column)
            if one_each(codes, who) >= _ONE_EACH and one_each(who, codes) >= _FEW_EACH:
                return replace(one, table="interactions", target="person_ref", score=0.7)
    return None


def _come_again(who: Sequence[str]) -> bool:
    """Whether people do: then a number of each line's own is nobody's."""
    named = [one for one in who if one]
    return 5 <= len(set(named)) <= _ONE_EACH * len(named)


def _who(its: list[Guess], sample: Sample) -> list[str]:
    """Names and birth of each line as one text; blank where the line has none, or the file no full name."""
    columns = {one.target: one.column for one in its if one.target in NAMED and one.column}
    if not ("name" in columns or {"forename", "surname"} <= columns.keys()):
        return []
    cells = [sample.cells(columns[target]) for target in NAMED if target in columns]
    return [" ".join(one).casefold().strip() for one in zip(*cells, strict=True)]


def one_each(keys: Sequence[str], values: Sequence[str]) -> float:
    """The share of lines whose value is the usual one of their key, among keys that come again; 0 where none does."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for key, value in zip(keys, values, strict=True):
        if key and value:
            found[key][value] += 1
    again = [one for one in found.values() if one.total() > 1]
    return sum(max(one.values()) for one in again) / sum(one.total() for one in again) if again else 0.0


def _shared(its: list[Guess], everything: Guessed, sample: Sample, notes: list[str]) -> Guess | None:
    """The reference whose heading does not say so: a file about people has the same column, as its key."""
    others = [theirs for other, theirs in everything if other is not sample]
    keys = {
        guess.column.lower()
        for theirs in others
        if any(one.target in NAMED for one in theirs) and not any(one.target == "person_ref" for one in theirs)
        for guess in theirs
        if guess.shape.is_key and guess.shape.is_reference
    }
    named = any(guess.target in NAMED for guess in its)
    elsewhere = {guess.column.lower() for theirs in others for guess in theirs} if named else set()
    for one in _codes(its):
        if one.column.lower() in (elsewhere if one.shape.is_key else keys):
            notes.append(f'"{one.column}" is the key of a file about people, so it is taken for the person; check')
            return replace(one, table="interactions", target="person_ref", score=0.55)
    return None


def _at_last(its: list[Guess], sample: Sample, notes: list[str]) -> Guess | None:
    """A number of the person's own, else names with a birth; where nobody is named, a code that comes again."""
    by_target = {
        one.target: one for one in its if one.column and not set(words_of(one.column)) & set(lexicon()["workers"])
    }
    for target in _NUMBERED:
        best = by_target.get(target)
        if best and best.shape.filled > _ALL_LINES * best.shape.lines:
            return _stands(best, notes)
    if {"name", "surname"} & by_target.keys() and "born" in by_target:
        parts = [by_target[target] for target in NAMED if target in by_target]
        return _together(parts, notes)
    who = _who(its, sample)
    for one in _codes(its):
        again = 1 < one.shape.distinct < 0.9 * one.shape.filled and one.shape.filled > 0.9 * one.shape.lines
        others = bool(who) and one_each(sample.cells(one.column), who) < _ONE_EACH
        if again and one.target in ("", "contact_id") and not others:
            notes.append(
                f'"{one.column}" looks like a reference that comes again, so it is taken for the person; check'
            )
            return replace(one, table="interactions", target="person_ref", score=0.5)
    for target in (*_NUMBERED, "email", "name"):
        best = by_target.get(target)
        if best and best.shape.filled > 0.5 * best.shape.lines:
            return _stands(best, notes)
    if {"forename", "surname"} <= by_target.keys():
        return _together([by_target["forename"], by_target["surname"]], notes)
    return None


def _stands(best: Guess, notes: list[str]) -> Guess:
    notes.append(f'no reference of its own: "{best.column}" stands for the person')
    return replace(best, table="interactions", target="person_ref", score=0.5)


def _together(parts: Sequence[Guess], notes: list[str]) -> Guess:
    """Several columns that together stand for a reference; it is hashed like any other."""
    said = ", ".join(f'"{one.column}"' for one in parts)
    notes.append(f"no reference of its own: {said} together stand for the person; one spelt in two ways is two records")
    sql = "upper(concat_ws(' ', " + ", ".join(f"trim({quoted_name(one.column)})" for one in parts) + "))"
    return Guess("", "interactions", "person_ref", 0.5, parts[0].shape, sql=sql)


def _codes(its: list[Guess]) -> list[Guess]:
    """Columns of codes that are not about those who work there, nor about homes."""
    apart = {*lexicon()["workers"], *lexicon()["places"]}
    return [
        one
        for one in its
        if one.shape.is_reference and one.shape.share("coded") > 0.5 and not set(words_of(one.column)) & apart
    ]


def looked_up(sample: Sample, everything: Guessed, meant: str, lookup: list[Lookup], notes: list[str]) -> Guess | None:
    """What is meant, from another table of the same file, archive or folder, by a column that is a key there."""
    for other, theirs in everything:
        if other is sample or not _beside(other, sample):
            continue
        wanted = next((one for one in theirs if one.target == meant and one.column not in sample.columns), None)
        wanted = wanted or (_whose(theirs, other) if meant == "person_ref" else None)
        if wanted is None or wanted.column in sample.columns or not wanted.column:
            continue
        for key in theirs:
            if key.shape.is_key and key.shape.is_reference and key.column in sample.columns and key is not wanted:
                joined = Lookup(key.column, other.path, other.sheet or None, other.table or None)
                if joined not in lookup:
                    lookup.append(joined)
                notes.append(f'{meant} comes from {other.name}, "{wanted.column}", by "{key.column}"')
                return Guess(wanted.column, "interactions", meant, 0.6, wanted.shape)
    return None


def _whose(theirs: list[Guess], other: Sample) -> Guess | None:
    """The reference of another table that only the names beside it tell."""
    return _by_names(theirs, other)


def _beside(other: Sample, sample: Sample) -> bool:
    """Whether the other lies in the same file, folder or archive."""
    return other.path.rpartition("/")[0] == sample.path.rpartition("/")[0]
