"""Which canonical column a column of an agency's file is: by its heading, and by what its cells look like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from personshaped.records.draft_samples import Sample
from personshaped.records.draft_shapes import Shape, shape_of
from personshaped.records.draft_words import fit, in_parts, lexicon, of_case, phrases, spelt, word_means, words_of

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
    """One column and what it seems to be; `target` is empty where it cannot be told. `score` is 0–1.

    `sql` is an expression over several columns where no one column says it; `column` is then empty. `codes` has the
    word of each code, where another table of the agency's tells it: `shape` is then of the words.
    """

    column: str
    table: str
    target: str
    score: float
    shape: Shape
    sql: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def how_sure(self) -> str:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "a guess"


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
    found = [
        Guess(column, *_named(taken.get(column)), shape, codes=sample.codes.get(column, {}))
        for column, shape in shapes.items()
    ]
    return [_beside(one, given) for one in found]


def _beside(guess: Guess, given: Collection[str]) -> Guess:
    """The guess with the other columns in view: a name beside a forename is the surname; a reason without one word
    that says why somebody was not helped is why they came."""
    if guess.target in ("name", "other_names") and "forename" in given and not {"surname"} & {*given}:
        alone = guess.target == "name" or "name" not in given
        return replace(guess, target="surname", score=min(guess.score, 0.8)) if alone else guess
    if "issue" in given or set(words_of(guess.column)) & {*lexicon()["not_helped"], *lexicon()["workers"]}:
        return guess
    if guess.target == "reason" and not any(word_means("reason", word) for word, _ in guess.shape.words):
        return replace(guess, target="issue", score=0.55)
    described = (
        guess.shape.is_list
        and guess.shape.share("letters") > 0.5
        and bool(set(spelt(guess.column)) & {*lexicon()["describes"]})
    )
    if not guess.target and described and guess.shape.distinct > 2:
        return replace(guess, table="interactions", target="issue", score=0.5)
    return guess


def _says_words(heading: tuple[str, ...]) -> bool:
    """Whether a heading is of what somebody wrote: notes, a description, comments."""
    return any(fit(heading, phrase) for phrase in phrases()["interactions"]["words"])


def _named(taken: tuple[float, str, str] | None) -> tuple[str, str, float]:
    return ("", "", 0.0) if taken is None else (taken[1], taken[2], min(taken[0], 1.0))


_BY_WORDS = ("activity", "outcome", "initiated_by", "channel")
_SPELT_OUT = 0.95  # what a heading is worth once its short forms are spelt out
_MANY_NAMES = 5  # so many different cells like `ELLERY, Ros`, and they are names
_SENTENCE = 3.5  # so many blanks a cell, and they are no words of a list
_CASE = 0.85  # what a case's number is worth as a person's
_LIFETIMES = 50  # so many years between the first and the last date, and they are births
_SHORT_LIST = 25  # so few different cells, each on many lines, are a list however long they are
_STRANGE = 0.6  # what a heading is worth of an outcome of which no word is known
_ONE_WORD = 0.5  # what a column with one word throughout is worth, unless its heading says it all


def _scores(column: str, shape: Shape) -> dict[tuple[str, str], float]:
    if not shape.filled:
        return {}
    column = column if column == "case:concept:name" else column.removeprefix("case:")
    parts = dict.fromkeys((column, *in_parts(column)))
    heading, long = words_of(column), spelt(column)
    scores: dict[tuple[str, str], float] = {}
    for table, targets in phrases().items():
        for target, said in targets.items():
            name = max(_fit(one, phrase) for one in parts for phrase in said)
            if target == "person_ref":
                at_home = set(words_of(column)) & set(lexicon()["places"])
                name = 0.0 if at_home else max(name, *(_CASE * of_case(words_of(one)) for one in parts))
            if name:
                same = shape.distinct == 1 and shape.lines >= 5 and name < 1 and target not in _YES_NO
                coded = target in _LISTS and name < 1 and shape.share("whole") > 0.9
                scores[table, target] = name * _fits(target, shape) * (_ONE_WORD if same or coded else 1)
    for kind, score in _BY_SHAPE.items():
        if shape.share(kind) >= 0.85:
            scores["people", kind] = max(score, scores.get(("people", kind), 0.0))
    if shape.is_list and shape.share("date") < 0.5 and shape.blanks < _SENTENCE and not _says_words(long):
        _score_by_words(scores, shape)
    _score_dates(scores, long, shape)
    if shape.distinct >= _MANY_NAMES and (shape.share("turned_name") >= 0.85 or _full_names(shape)):
        named = set(heading) & set(lexicon()["may_name"])
        whole = " ".join(heading) in lexicon()["persons"]
        if shape.share("turned_name") >= 0.85 or named or whole:
            likely = 0.95 if whole else 0.6 if named else 0.45
            scores["people", "name"] = max(likely, scores.get(("people", "name"), 0.0))
            scores.pop(("interactions", "person_ref"), None)
    if shape.is_text and shape.blanks >= 4 and shape.distinct > 0.5 * shape.filled:
        scores.setdefault(("interactions", "words"), 0.5)
    return scores


def _fit(heading: str, phrase: tuple[str, ...]) -> float:
    return max(fit(words_of(heading), phrase), _SPELT_OUT * fit(spelt(heading), phrase))


def _full_names(shape: Shape) -> bool:
    return shape.share("letters") >= 0.85 and 0.8 <= shape.blanks < 2.5 and not shape.is_text and shape.distinct > 20


def _score_by_words(scores: dict[tuple[str, str], float], shape: Shape) -> None:
    """Lists by what their words mean, which may gainsay their heading: a type of phone and visit is a channel."""
    known = {target: _known(target, shape) for target in _BY_WORDS}
    for target in _BY_WORDS:
        others = max(share for other, share in known.items() if other != target)
        by_heading = scores.get(("interactions", target), 0.0) * (0.5 if not known[target] and others >= 0.8 else 1)
        if target == "outcome" and not known[target] and shape.distinct > 1:
            by_heading *= _STRANGE  # another column may have words that we know
        scores["interactions", target] = max(0.65 * _understood(target, shape), by_heading)


def _score_dates(scores: dict[tuple[str, str], float], heading: tuple[str, ...], shape: Shape) -> None:
    """Dates by how their heading ends, and by the years in them: dates over half a century are births."""
    if shape.share("date") < 0.95:
        return
    said = [word for word in heading if word not in lexicon()["date_words"]]
    last = said and said[-1] in lexicon()["ends"]
    if last and not set(heading) & set(lexicon()["births"]):
        scores.pop(("interactions", "started_at"), None)
        scores["interactions", "ended_at"] = max(0.6, scores.get(("interactions", "ended_at"), 0.0))
    scores.setdefault(("interactions", "started_at"), 0.0 if last else 0.45)
    lifetimes = shape.years >= _LIFETIMES and shape.distinct > 10
    if lifetimes:
        scores["people", "born"] = max(0.6, scores.get(("people", "born"), 0.0))
    if lifetimes or set(heading) & {*lexicon()["not_a_start"], *lexicon()["births"]}:
        scores.pop(("interactions", "started_at"), None)


def _known(target: str, shape: Shape) -> float:
    """The share of lines whose word means something in this list."""
    return sum(count for word, count in shape.words if word_means(target, word)) / max(shape.filled, 1)


def _understood(target: str, shape: Shape) -> float:
    """The share of lines whose word means something in this list; 0 where all mean the same."""
    meanings = {word: word_means(target, word) for word, _ in shape.words}
    if len({meaning for meaning in meanings.values() if meaning}) < 2:
        return 0.0
    return sum(count for word, count in shape.words if meanings[word]) / shape.filled


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
    if target in _LISTS and shape.is_key and shape.lines >= 10:
        return 0.0
    if target in _LISTS and shape.blanks >= _SENTENCE and not (shape.is_list and shape.distinct <= _SHORT_LIST):
        return 0.2
    if target in _LISTS:
        return 1.0 if shape.is_list else 0.9 if shape.distinct <= _SHORT_LIST else 0.7 if not shape.is_text else 0.2
    if target in ("agency", "service", "front_door") and shape.share("house") > 0.5:
        return 0.0  # people's addresses
    if target == "agency" and shape.filled < 0.9 * shape.lines:
        return 0.0  # every line is some agency's
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
