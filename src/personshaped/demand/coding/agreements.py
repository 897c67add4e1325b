"""How far people agree about the same demands: the table first, then the coefficients, then the words to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.statistics.agreement import NOT_CODED, Agreement, Codes, agreement, confusion

TALK = 0.6
"""Below it the definitions are agreed again by going through the words together; nothing is corrected (Stat 14)."""


@dataclass(frozen=True)
class Between:
    """Two people's answers side by side: `table[a][b]` is how often the first said a and the second b."""

    first: str
    second: str
    table: Codes
    answers: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table, a row for each answer of the first."""
        return list(zip(self.answers, self.table.tolist(), strict=True))


@dataclass(frozen=True)
class Question:
    """Agreement on one question (demand_type, failure_kind or issue) over all who coded the same demands."""

    asked: str
    answers: tuple[str, ...]
    coders: tuple[str, ...]
    found: Agreement
    between: tuple[Between, ...]

    @property
    def asked_words(self) -> str:
        """The question in words."""
        return {"demand_type": "First time, or again?", "failure_kind": "Which kind of asking again?"}.get(
            self.asked, "What is it about?"
        )

    @property
    def coefficients(self) -> str:
        """Raw agreement and the coefficients, with the interval of alpha."""
        found = self.found
        names = (("they agree on", found.raw), ("kappa", found.kappa), ("alpha", found.alpha), ("AC1", found.ac1))
        between = f" (alpha from {found.low:.2f} to {found.high:.2f})" if found.low is not None else ""
        return ", ".join(f"{name} {value:.2f}" for name, value in names if value is not None) + between

    @property
    def says(self) -> str:
        """What to do about it, in a sentence."""
        if self.found.items < 10:
            return f"{self.found.items} demands were coded by two people: too few to say how far they agree."
        measure = self.found.ac1 if self.found.alpha is None else self.found.alpha
        if measure is None or measure < TALK:
            return "Agree the definitions again by going through the words together."
        return "People mostly mean the same by these words."


@dataclass(frozen=True)
class Disagreement:
    """One demand that people answered differently, to be talked about."""

    interaction_id: str
    asked: str
    said: tuple[tuple[str, str], ...]


QUESTIONS = ("demand_type", "failure_kind", "issue")


def questions(answers: Sequence[Code], seed: int = 1) -> list[Question]:
    """Agreement on each question that at least two people answered for the same demand."""
    return [one for asked in QUESTIONS for one in [_question(answers, asked, seed)] if one is not None]


def _question(answers: Sequence[Code], asked: str, seed: int) -> Question | None:
    given = _given(answers, asked)
    coders = tuple(sorted({who for said in given.values() for who in said}))
    words = tuple(sorted({word for said in given.values() for word in said.values()}))
    if len(coders) < 2:
        return None
    codes = np.full((len(given), len(coders)), NOT_CODED)
    for row, said in enumerate(given.values()):
        for who, word in said.items():
            codes[row, coders.index(who)] = words.index(word)
    pairs = tuple(
        Between(coders[a], coders[b], confusion(codes[:, a], codes[:, b], len(words)), words)
        for a, b in combinations(range(len(coders)), 2)
    )
    shown = tuple(one for one in pairs if one.table.sum())
    return Question(asked, words, coders, agreement(codes, len(words), seed), shown)


def _given(answers: Sequence[Code], asked: str) -> dict[str, dict[str, str]]:
    """For each demand that two or more people answered, what each said."""
    said: dict[str, dict[str, str]] = {}
    for (who, demand), code in kept.by_coder(answers).items():
        if who and getattr(code, asked):
            said.setdefault(demand, {})[who] = getattr(code, asked)
    return {demand: each for demand, each in said.items() if len(each) > 1}


def disagreements(answers: Sequence[Code]) -> list[Disagreement]:
    """Every demand answered differently, by question, in order of the demands' ids."""
    return [
        Disagreement(demand, asked, tuple(sorted(said.items())))
        for asked in QUESTIONS
        for demand, said in sorted(_given(answers, asked).items())
        if len(set(said.values())) > 1
    ]
