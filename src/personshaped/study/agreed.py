"""Where people who coded the same demands differ: counts in words, and what they differ about, to talk over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from personshaped.demand.coding import agreements
from personshaped.demand.coding import drift as moving
from personshaped.demand.coding.agreements import Between, Question
from personshaped.demand.coding.codes import Code
from personshaped.records.codebook import Codebook
from personshaped.study.spoken import Held

ASKED = {
    "demand_type": "First time, or again?",
    "failure_kind": "Which kind of asking again?",
    "issue": "What is it about?",
}
TYPES = {"value": "first time", "failure": "asking again", "unsure": "unsure"}
KINDS = {
    "representation": "asking again for the same thing",
    "progress_chase": "chasing what is under way",
    "rework": "sorting out forms, letters, mistakes here",
    "wrong_door": "sent from another door",
    "other_agency_error": "putting right another body's mistake",
    "other": "something else",
}
_BEFORE = 3  # lines of history beside words to talk over
_WIDE = 6  # answers that a table on a page still holds


@dataclass(frozen=True)
class Side:
    """Two people's answers to one question, in words: a table, or where it would not fit a page what differed."""

    first: str
    second: str
    answers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    apart: tuple[tuple[str, str, int], ...]

    @property
    def fits(self) -> bool:
        """Whether the table can be read; else what they differ in is listed."""
        return len(self.answers) <= _WIDE


@dataclass(frozen=True)
class Asked:
    """One question: what they answered side by side, then what it comes to."""

    question: str
    items: int
    sides: tuple[Side, ...]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Apart:
    """One demand answered differently: what had happened before, the words, and who said what to which question."""

    interaction_id: str
    agency: str
    when: str
    before: tuple[str, ...]
    words: str
    said: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Agreed:
    """How far people agree on each question, what they answered differently, and whether the words have moved.

    `questions` is None while that is being reckoned.
    """

    questions: tuple[Question, ...] | None
    book: Codebook
    apart: tuple[Apart, ...]
    drift: moving.Drift | None

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Each question in words."""
        return tuple(self._asked(one) for one in self.questions or ())

    def _asked(self, one: Question) -> Asked:
        sides = tuple(self._side(one.asked, two) for two in one.between)
        says = tuple(filter(None, (one.alike, one.coefficients, one.says)))
        return Asked(ASKED[one.asked], one.found.items, sides, says)

    def _side(self, asked: str, two: Between) -> Side:
        def said(answer: str) -> str:
            return in_words(asked, answer, self.book)

        rows = tuple((said(answer), tuple(row)) for answer, row in two.rows)
        apart = tuple((said(a), said(b), often) for a, b, often in two.apart)
        return Side(two.first, two.second, tuple(said(one) for one in two.answers), rows, apart)

    def as_json(self) -> dict[str, Any]:
        """For `--json`; answers stand as their codes."""
        return {
            "questions": [
                {"asked": one.asked, "answers": one.answers, "says": one.says, "raw": one.found.raw}
                | asdict(one.found)
                | {
                    "between": [
                        {"first": two.first, "second": two.second, "table": dict(two.rows)} for two in one.between
                    ]
                }
                for one in self.questions or ()
            ],
            "differ": [asdict(one) for one in self.apart],
            "drift": self.drift and {"says": self.drift.says} | asdict(self.drift),
        }


def in_words(asked: str, answer: str, book: Codebook) -> str:
    """An answer as people would say it; of several needs all, and a code that the book does not know as it stands."""
    if asked == "issue":
        needs = book.words
        return "; ".join(needs.get(code, code) for code in answer.split(";"))
    return (TYPES if asked == "demand_type" else KINDS).get(answer, answer)


def as_meant_today(answers: Sequence[Code], book: Codebook) -> list[Code]:
    """The answers with each need by the code it was merged into, in one order: two codes for one are no quarrel."""
    return [
        replace(one, issue=";".join(sorted({book.current(code) for code in one.issue.split(";") if code})))
        for one in answers
    ]


def how_far(answers: Sequence[Code], book: Codebook) -> tuple[Question, ...]:
    """How far people agree on each question, with the intervals: of thousands of demands this takes seconds."""
    return tuple(agreements.questions(as_meant_today(answers, book)))


def agreed(answers: Sequence[Code], book: Codebook, held: Held, questions: tuple[Question, ...] | None) -> Agreed:
    """How far people agree, and every demand they answered differently, with its words and what came before."""
    meant = as_meant_today(answers, book)
    differ = [one for one in agreements.disagreements(meant) if one.interaction_id in held.demands.place]
    apart = []
    for one in differ:
        place = held.demands.place[one.interaction_id]
        before, when = held.before(place)
        said = tuple(
            (ASKED[asked], tuple((who, in_words(asked, answer, book)) for who, answer in each))
            for asked, each in one.said
        )
        apart.append(Apart(one.interaction_id, held.agencies[place], when, before[-_BEFORE:], held.words[place], said))
    return Agreed(questions, book, tuple(apart), moving.drift(answers))
