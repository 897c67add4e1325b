"""What a line holds besides its first event: columns that come again by number, dates that are events of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from personshaped.records.draft_guesses import Guess
from personshaped.records.draft_samples import Sample
from personshaped.records.draft_shapes import shape_of
from personshaped.records.draft_words import lexicon, word_means, words_of

_KEPT = ("agency", "person_ref", "service", "area", "issue", "need_id")
"""What is true of every event of a line."""
_ENDS = "close"


@dataclass(frozen=True)
class Further:
    """One more row of `interactions` from the same line, where the column `when` is filled.

    `like_first` says that it is mapped as the first row of the line is. Else `activity` is what the heading of the date
    tells; where it is empty, only somebody who works there can say what happened.
    """

    when: str
    columns: Mapping[str, Guess]
    activity: str = ""
    like_first: bool = False

    @property
    def told(self) -> bool:
        """Whether the row stands in the draft; else only as lines to be taken up."""
        return self.like_first or bool(self.activity)


@dataclass(frozen=True)
class Numbered:
    """Columns that come again by number (`Contact 1 date`, `Contact 2 date`): those of the first stay as they are.

    `first` has the heading without its number for each column of the first; `again` has, for each later number, the
    column that stands for each column of the first.
    """

    first: Mapping[str, str]
    again: tuple[Mapping[str, str], ...]

    @property
    def later(self) -> frozenset[str]:
        """Columns of every number but the first."""
        return frozenset(column for one in self.again for column in one.values())


def numbered(sample: Sample) -> Numbered:
    """The columns that come again by number together with a date; none where no date does."""
    stems: dict[str, dict[int, str]] = {}
    for column in sample.columns:
        stem, number = _stem(column)
        if number is not None:
            stems.setdefault(stem, {})[number] = column
    runs = [its for its in stems.values() if len(its) > 1]
    times = next((its for its in runs if all(_all_dates(sample, column) for column in its.values())), None)
    if times is None:
        return Numbered({}, ())
    prefix = _before(times[min(times)])
    together = {
        stem: its
        for stem, its in stems.items()
        if len(its) > 1 and set(its) <= set(times) and min(its) == min(times) and _before(its[min(its)]) == prefix
    }
    lowest, *others = sorted(times)
    return Numbered(
        {its[lowest]: stem.replace("#", " ").strip() for stem, its in together.items()},
        tuple({its[lowest]: its[number] for its in together.values() if number in its} for number in others),
    )


def _stem(column: str) -> tuple[str, int | None]:
    """A heading with `#` for its only number, and the number."""
    found = re.findall(r"\d+", column)
    return (re.sub(r"\d+", "#", column), int(found[0])) if len(found) == 1 else (column, None)


def _all_dates(sample: Sample, column: str) -> bool:
    return may_happen(column) and shape_of(sample.cells(column)).share("date") >= 0.9


def _before(column: str) -> tuple[str, ...]:
    """The words before the number; headings that end in it share none."""
    before, _, after = _stem(column)[0].partition("#")
    return words_of(before) if after.strip(" _-.)") else ()


def come_again(interactions: Mapping[str, Guess], found: Numbered, its: Sequence[Guess]) -> list[Further]:
    """A row for each later number, mapped as the first is."""
    guesses = {one.column: one for one in its}
    rows = []
    for columns in found.again:
        mapped = {
            target: replace(guesses[other], table=guess.table, target=target, score=guess.score)
            if (other := columns.get(guess.column))
            else guess
            for target, guess in interactions.items()
            if guess.column in columns or target in _KEPT
        }
        started = mapped.get("started_at")
        if started is not None and started.column in found.later and started.shape.filled:
            rows.append(Further(started.column, mapped, like_first=True))
    return rows


def dates_apart(interactions: Mapping[str, Guess], its: Sequence[Guess]) -> tuple[dict[str, Guess], list[Further]]:
    """A line with several dates is a case: each date but the first is an event. Returns the columns that stay with
    the first event, and the others. A date of closing alone is how long the line took, and stays its end."""
    staying = dict(interactions)
    loose = [one for one in its if not one.target and one.shape.share("date") >= 0.9 and may_happen(one.column)]
    further = [_with_outcome(_event(one, interactions), its) for one in loose]
    told = {one.columns["outcome"].column for one in further if "outcome" in one.columns}
    staying = {name: guess for name, guess in staying.items() if guess.column not in told}
    ended = interactions.get("ended_at")
    if ended is not None and any(one.activity for one in further) and word_means("activity", ended.column) == _ENDS:
        del staying["ended_at"]
        outcome = interactions.get("outcome")
        of_the_end = outcome is not None and word_means("activity", outcome.column) == _ENDS
        further.append(_event(ended, interactions, ("outcome",) if of_the_end else ()))
        if of_the_end:
            del staying["outcome"]
    return staying, further


def _event(date: Guess, interactions: Mapping[str, Guess], also: Sequence[str] = ()) -> Further:
    columns = {name: one for name, one in interactions.items() if name in (*_KEPT, *also)}
    columns["started_at"] = replace(date, table="interactions", target="started_at", score=max(date.score, 0.5))
    return Further(date.column, columns, word_means("activity", date.column))


def _with_outcome(event: Further, its: Sequence[Guess]) -> Further:
    """With the column that says how it ended: `Assessment outcome` belongs to the `Assessment date`."""
    for one in its if event.activity else ():
        says = set(words_of(one.column)) & set(lexicon()["results"]) and one.shape.is_list
        if says and word_means("activity", one.column) == event.activity:
            outcome = replace(one, table="interactions", target="outcome", score=max(one.score, 0.65))
            return replace(event, columns={**event.columns, "outcome": outcome})
    return event


def may_happen(heading: str) -> bool:
    """Whether something may have happened on a date with this heading: no birth, no deadline, no change of a row."""
    return not set(words_of(heading)) & {*lexicon()["not_a_start"], *lexicon()["births"]}
