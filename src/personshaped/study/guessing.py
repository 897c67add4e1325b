"""What the machine guesses while people code: which demands it is unsure of, and what to suggest about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import estimates, suggestions
from personshaped.demand.coding import queue as drawing
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.suggestions import Features
from personshaped.statistics.designed import Numbers, Places
from personshaped.study.spoken import Held

LEARN_EVERY = 10
"""The machine learns anew after so many answers."""


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


@dataclass
class Guesses:
    """The machine beside one session; it learns anew as answers come."""

    held: Held
    features: Features
    _failure: Numbers = field(default_factory=lambda: np.zeros(0))
    _learnt_at: int = -1

    def doubt(self, answers: Sequence[Code]) -> Numbers:
        """The probability of failure demand for every demand, learnt anew when there are enough new answers."""
        told = {key: one for key, one in kept.latest(answers).items() if one.demand_type in estimates.TELLS}
        if self._learnt_at < 0 or len(told) >= self._learnt_at + LEARN_EVERY:
            coded, said = self._learning({key: one.demand_type for key, one in told.items()})
            everything = np.arange(len(self.features))
            if len(coded):
                classes, chance = suggestions.guesses(self.features, coded, said, everything)
                last = chance[:, -1]
                self._failure = 1 - last if classes == ["value"] else chance[:, classes.index(estimates.FAILS)]
            else:
                self._failure = np.full(len(self.features), 0.5)
            self._learnt_at = len(told)
        return np.clip(self._failure, 0.02, 0.98)

    def about(self, place: int, answers: Sequence[Code]) -> Suggested | None:
        """What to suggest about the demand at `place`; None while too few answers were given to learn from."""
        latest = kept.latest(answers)
        if len(latest) < drawing.FEWEST:
            return None
        issues = self._guessed({key: one.issue for key, one in latest.items()}, place)
        kinds = self._guessed({key: one.failure_kind for key, one in latest.items()}, place)
        coded, _ = self._learning({key: one.demand_type for key, one in latest.items()})
        near = suggestions.alike(self.features.words, coded, place)
        ids = self.held.demands.ids
        examples = tuple((self.held.words[one], latest[ids[one]].demand_type) for one in near)
        doubt = self.doubt(answers)
        says_failure = bool(suggestions.likely(doubt)[place])
        return Suggested(
            issues[:3], float(doubt[place]), says_failure, kinds[:2], examples, tuple(ids[one] for one in near)
        )

    def _learning(self, said: dict[str, str]) -> tuple[Places, list[str]]:
        place = self.held.demands.place
        known = {place[key]: word for key, word in said.items() if key in place and word}
        return np.array(sorted(known), dtype=np.int64), [known[i] for i in sorted(known)]

    def _guessed(self, said: dict[str, str], place: int) -> tuple[tuple[str, float], ...]:
        coded, answers = self._learning(said)
        if not len(coded):
            return ()
        classes, chance = suggestions.guesses(self.features, coded, answers, np.array([place]))
        ranked = sorted(zip(classes, chance[0].tolist(), strict=True), key=lambda one: (-one[1], one[0]))
        return tuple(ranked)
