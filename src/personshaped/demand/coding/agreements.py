"""How far people agree about the same demands: the table first, then the coefficients, then the words to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.statistics.agreement import FEWEST, NOT_CODED, Agreement, Codes, agreement, confusion

TALK = 0.6
"""Below it the definitions are agreed again by going through the words together; nothing is corrected (Stat 14)."""
QUESTIONS = ("demand_type", "failure_kind", "issue")


@dataclass(frozen=True)
class Between:
    """Two people's answers side by side: `table[a][b]` is how often the first said a and the second b."""

    first: str
    second: str
    answers: tuple[str, ...]
    table: Codes

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table, a row for each answer of the first."""
        return list(zip(self.answers, self.table.tolist(), strict=True))

    @property
    def apart(self) -> list[tuple[str, str, int]]:
        """What the first said, what the second said, how often: only where they differ, the commonest first."""
        found = [
            (self.answers[a], self.answers[b], int(self.table[a, b])) for a, b in np.argwhere(self.table) if a != b
        ]
        return sorted(found, key=lambda one: (-one[2], one[:2]))


@dataclass(frozen=True)
class Question:
    """Agreement on one question (demand_type, failure_kind or issue) over all who coded the same demands."""

    asked: str
    answers: tuple[str, ...]
    coders: tuple[str, ...]
    found: Agreement
    between: tuple[Between, ...]

    @property
    def alike(self) -> str:
        """How often they say the same, with the interval."""
        one = self.found
        if one.raw is None or one.low is None or one.high is None:
            return ""
        said = f"{one.alike:,} of {one.items:,}" if one.items == one.pairs else f"{one.alike:,} of {one.pairs:,} pairs"
        return f"The same answer: {said} ({one.raw:.0%}; from {one.low:.0%} to {one.high:.0%})."

    @property
    def coefficients(self) -> str:
        """Agreement beyond chance, each coefficient with its interval; or why none is given."""
        found = self.found
        if found.items < FEWEST:
            return f"Too few to say how far beyond chance: {found.items} of the {FEWEST} it takes."
        named = (("kappa", found.kappa), ("alpha", found.alpha), ("AC1", found.ac1))
        said = [f"{name} {one.value:.2f} (from {one.low:.2f} to {one.high:.2f})"
                for name, one in named if one is not None and one.low is not None]  # fmt: skip
        if not said:
            return "Nearly all was answered alike: no interval can be told, so no coefficient is given."
        return f"Beyond chance (0 is chance, 1 always): {', '.join(said)}."

    @property
    def says(self) -> str:
        """What to do about it, in a sentence; blank where there are too few to say."""
        measure = self.found.ac1 if self.found.alpha is None else self.found.alpha
        if self.found.items < FEWEST or measure is None:
            return ""
        if measure.value < TALK:
            return "Agree the definitions again by going through the words together."
        if measure.low is None:
            return "You said nearly always the same. Look whether each answer was called for often enough to tell."
        if measure.low < TALK:
            return "You may mean the same by these words; it could also be less. Go on coding the same demands."
        return "You mostly mean the same by these words."


@dataclass(frozen=True)
class Disagreement:
    """One demand that people answered differently: for each such question, who said what."""

    interaction_id: str
    said: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def questions(answers: Sequence[Code], seed: int = 1, fewest: int = FEWEST) -> list[Question]:
    """Agreement on each question that at least two people answered for the same demand.

    Of fewer demands than `fewest` no coefficient is given.
    """
    return [one for asked in QUESTIONS for one in [_question(answers, asked, seed, fewest)] if one is not None]


def _question(answers: Sequence[Code], asked: str, seed: int, fewest: int) -> Question | None:
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
        Between(coders[a], coders[b], words, confusion(codes[:, a], codes[:, b], len(words)))
        for a, b in combinations(range(len(coders)), 2)
    )
    shown = tuple(one for one in pairs if one.table.sum())
    return Question(asked, words, coders, agreement(codes, len(words), seed, fewest=fewest), shown)


def _given(answers: Sequence[Code], asked: str) -> dict[str, dict[str, str]]:
    """For each demand that two or more people answered, what each said."""
    said: dict[str, dict[str, str]] = {}
    for (who, demand), code in kept.by_coder(answers).items():
        if who and getattr(code, asked):
            said.setdefault(demand, {})[who] = getattr(code, asked)
    return {demand: each for demand, each in said.items() if len(each) > 1}


def disagreements(answers: Sequence[Code]) -> list[Disagreement]:
    """Every demand answered differently, in order of the demands' ids; each once, with all it was answered on."""
    found: dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for asked in QUESTIONS:
        for demand, said in _given(answers, asked).items():
            if len(set(said.values())) > 1:
                found.setdefault(demand, []).append((asked, tuple(sorted(said.items()))))
    return [Disagreement(demand, tuple(said)) for demand, said in sorted(found.items())]
