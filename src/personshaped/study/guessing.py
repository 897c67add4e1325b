"""What the machine guesses while people code: which demands it is unsure of, and what to suggest about one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import estimates, suggestions
from personshaped.demand.coding import queue as drawing
from personshaped.demand.coding.agreements import Question
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.estimates import Worth
from personshaped.demand.coding.queue import Queue
from personshaped.demand.coding.suggestions import Features, Guess
from personshaped.records.codebook import Codebook
from personshaped.statistics.designed import Numbers, Places
from personshaped.study.agreed import how_far
from personshaped.study.spoken import Held

LEARN_EVERY = 10
"""The machine learns anew after so many answers."""
SUREST = 0.005
"""No guess is surer than this; so where failure demand is rare, what looks a little like it is drawn more often."""


@dataclass(frozen=True)
class Suggested:
    """The machine's guesses with their probabilities, and coded demands whose words are like these."""

    issues: tuple[tuple[str, float], ...]
    failure: float | None
    says_failure: bool
    kinds: tuple[tuple[str, float], ...]
    alike: tuple[tuple[str, str], ...]
    alike_ids: tuple[str, ...]

    @property
    def failure_words(self) -> str:
        """What the machine would say, with its chance."""
        if self.failure is None:
            return "not known"
        chance = f"{self.failure:.0%} likely"
        return f"asking again, {chance}" if self.says_failure else f"first time; asking again is {chance}"


@dataclass(frozen=True)
class Learnt:
    """What the machine knows from some answers: how likely failure demand is, of every demand; needs and kinds."""

    told: int
    doubt: Numbers
    says_failure: NDArray[np.bool_]
    issues: tuple[list[str], Guess]
    kinds: tuple[list[str], Guess]


def learn(held: Held, features: Features, answers: Sequence[Code]) -> Learnt:
    """Learns from the answers in force."""
    latest = kept.latest(answers)
    told = {key: one.demand_type for key, one in latest.items() if one.demand_type in estimates.TELLS}
    coded, said = _learning(held, told)
    if len(coded):
        classes, chance = suggestions.guesses(features, coded, said, np.arange(len(features)))
        last = chance[:, -1]
        failure = 1 - last if classes == ["value"] else chance[:, classes.index(estimates.FAILS)]
    else:
        failure = np.full(len(features), 0.5)
    doubt = np.clip(failure, SUREST, 1 - SUREST)
    issues, kinds = (
        suggestions.learn(features, *_learning(held, {key: getattr(one, name) for key, one in latest.items()}))
        for name in ("issue", "failure_kind")
    )
    return Learnt(len(told), doubt, suggestions.likely(doubt), issues, kinds)


def _learning(held: Held, said: dict[str, str]) -> tuple[Places, list[str]]:
    place = held.demands.place
    known = {place[key]: word for key, word in said.items() if key in place and word}
    return np.array(sorted(known), dtype=np.int64), [known[i] for i in sorted(known)]


class Guesses(ABC):
    """The machine beside a session; it learns anew as answers come."""

    def __init__(self, held: Held) -> None:
        self.held = held

    @property
    @abstractmethod
    def features(self) -> Features | None:
        """What the machine knows of each demand; None while it still reads."""

    @abstractmethod
    def learnt(self, answers: Sequence[Code]) -> Learnt | None:
        """What is known from these answers, or from some of them; None while nothing is."""

    @abstractmethod
    def agreement(self, answers: Sequence[Code], book: Codebook) -> tuple[Question, ...] | None:
        """How far people agree, from these answers or from a few less; None while nothing is."""

    @property
    def fault(self) -> str:
        """What could not be reckoned, and what to do about it, in one line; blank where nothing failed."""
        return ""

    @abstractmethod
    def so_far(self, queue: Queue) -> Worth | None:
        """How far coding has come and what it shows, from these answers or from a few less; None while nothing is."""

    def doubt(self, answers: Sequence[Code]) -> Numbers | None:
        """The probability of failure demand for every demand; None while nothing is learnt yet."""
        learnt = self.learnt(answers)
        return learnt.doubt if learnt else None

    def about(self, place: int, answers: Sequence[Code]) -> Suggested | None:
        """What to suggest about the demand at `place`; None while too few answers were given to learn from."""
        latest = kept.latest(answers)
        learnt = self.learnt(answers) if len(latest) >= drawing.FEWEST else None
        features = self.features
        if learnt is None or features is None:
            return None
        coded, _ = _learning(self.held, {key: one.demand_type for key, one in latest.items()})
        near = suggestions.alike(features.words, coded, place)
        ids = self.held.demands.ids
        return Suggested(
            _ranked(learnt.issues, place)[:3],
            float(learnt.doubt[place]),
            bool(learnt.says_failure[place]),
            _ranked(learnt.kinds, place)[:2],
            tuple((self.held.words[one], latest[ids[one]].demand_type) for one in near),
            tuple(ids[one] for one in near),
        )


class GuessesAtOnce(Guesses):
    """The machine that whoever asks waits for."""

    def __init__(self, held: Held, features: Features) -> None:
        super().__init__(held)
        self._features = features
        self._learnt: Learnt | None = None

    @property
    def features(self) -> Features:
        """What the machine knows of each demand."""
        return self._features

    def learnt(self, answers: Sequence[Code]) -> Learnt:
        """What is known from these answers, or from all but the latest LEARN_EVERY of them."""
        if self._learnt is None or told(answers) >= self._learnt.told + LEARN_EVERY:
            self._learnt = learn(self.held, self.features, answers)
        return self._learnt

    def agreement(self, answers: Sequence[Code], book: Codebook) -> tuple[Question, ...]:
        """How far people agree."""
        return how_far(answers, book)

    def so_far(self, queue: Queue) -> Worth:
        """How far coding has come, and what it shows."""
        return estimates.so_far(self.held.population, queue, self.features)


def told(answers: Sequence[Code]) -> int:
    """How many demands somebody said of whether they are failure demand."""
    return sum(1 for one in kept.latest(answers).values() if one.demand_type in estimates.TELLS)


def _ranked(learnt: tuple[list[str], Guess], place: int) -> tuple[tuple[str, float], ...]:
    classes, guess = learnt
    if not classes:
        return ()
    chance = guess(np.array([place]))[0].tolist()
    return tuple(sorted(zip(classes, chance, strict=True), key=lambda one: (-one[1], one[0])))
