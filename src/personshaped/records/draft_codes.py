"""Tables that say what the codes of another mean: two or three columns, one line a code."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from personshaped.records.draft_samples import Sample
from personshaped.records.draft_words import lexicon, spelt, words_of

_MOST_CODES, _MOST_COLUMNS = 200, 4
_TOLD = 0.95  # share of the codes in use that the table tells
_GENERAL = {"id", "code", "key", "pk", "value", "no", "nr"}


def with_codes(found: Sequence[Sample]) -> list[Sample]:
    """The samples, each with the words of its codes; the tables of codes with what they explain.

    Numbers of people and of those who work there are left as they are: what a table says of them is who they are.
    """
    codes: dict[int, dict[str, Mapping[str, str]]] = {}
    explained: dict[int, list[str]] = {}
    for at, table in enumerate(found):
        for key, word in _columns(table):
            meanings = dict(zip(table.cells(key), table.cells(word), strict=True))
            for other, sample in enumerate(found):
                for column in _coded(sample, table, key, meanings) if other != at else ():
                    codes.setdefault(other, {}).setdefault(column, meanings)
                    explained.setdefault(at, []).append(column)
    return [
        replace(one, codes=codes.get(at, {}), explains=tuple(dict.fromkeys(explained.get(at, ()))))
        for at, one in enumerate(found)
    ]


def _columns(table: Sample) -> list[tuple[str, str]]:
    """The column of codes and that of words, where the table is one of codes; at most one pair."""
    if not (table.whole and 2 <= len(table.rows) <= _MOST_CODES and 2 <= len(table.columns) <= _MOST_COLUMNS):
        return []
    unique = [one for one in table.columns if len({*table.cells(one)} - {""}) == len(table.rows)]
    keys = [one for one in unique if all(len(cell) <= 12 and " " not in cell for cell in table.cells(one))]
    words = [one for one in table.columns if one not in keys[:1] and _in_words(table.cells(one))]
    longest = max(words, key=lambda one: sum(map(len, table.cells(one))), default="")
    if not keys or not longest or any(map(_of_people, table.columns)):
        return []
    return [(keys[0], longest)]


def _in_words(cells: Collection[str]) -> bool:
    return all(any(one.isalpha() for one in cell) for cell in cells if cell) and len({*cells} - {""}) > 1


def _of_people(column: str) -> bool:
    """Whether a number is a person's, or a worker's."""
    said = {*words_of(column), *spelt(column)}
    return bool(said & {*lexicon()["persons"], *lexicon()["workers"], "badge", "collar", "clinician", "practitioner"})


def _coded(sample: Sample, table: Sample, key: str, meanings: Mapping[str, str]) -> list[str]:
    """The columns of a sample whose codes the table tells: by the same heading, or by the table's name."""
    if len(sample.rows) <= len(table.rows) or sample.path.rpartition("/")[0] != table.path.rpartition("/")[0]:
        return []
    named = {_singular(one) for one in words_of(table.table or table.sheet or table.path.rpartition("/")[2])}
    found = []
    for column in sample.columns:
        general = set(words_of(key)) <= _GENERAL
        alike = general and {_singular(one) for one in words_of(column)} & named - _GENERAL
        if not _of_people(column) and (column.casefold() == key.casefold() or alike):
            used = [cell for cell in sample.cells(column) if cell]
            if used and sum(cell in meanings for cell in used) >= _TOLD * len(used):
                found.append(column)
    return found


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
