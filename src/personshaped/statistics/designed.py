"""Honest shares from a designed sample: people coded some demands, a machine guessed at all of them.

The machine's guess only narrows the interval; the estimate is right on average whatever it guesses, because each
guess is set right by what people said of items drawn with known probability. Two streams are drawn: one at random
(prediction-powered inference: Angelopoulos et al. 2023, with the weight of PPI++; a regression estimator in the
sense of Cochran 1977, 7) and one where the machine is unsure (each item weighted by the inverse of its probability:
Horvitz & Thompson 1952; Zrnic & Candès 2024). The two are put together by the precision that the guesses promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personshaped.statistics.wilson import Z95, wilson

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
FEWEST = 10
"""Fewer items drawn at random carry no estimate."""


@dataclass(frozen=True)
class Round:
    """One round of the unsure stream: which items could have been drawn, which were, and each one's probability."""

    open: Mask
    items: Places
    probability: Numbers


@dataclass(frozen=True)
class Sample:
    """What people said of a population of N items.

    `answered`: someone coded the item. `told`: and could tell (the rest are "unsure"). `yes`: 1, 0; anything where
    not told. `guess`: the machine's probability of a yes, for all N, from codes of other persons only (cross-fitted).
    `random`: the items drawn at random, as places in the population. `person` numbers the persons.
    """

    answered: Mask
    told: Mask
    yes: Numbers
    guess: Numbers
    person: Places
    random: Places
    rounds: tuple[Round, ...] = ()

    def within(self, part: Mask) -> Sample:
        """The same sample of a part of the population: a draw from the whole is a draw from each part."""
        place = np.cumsum(part) - 1
        return Sample(
            self.answered[part], self.told[part], self.yes[part], self.guess[part], self.person[part],
            place[self.random[part[self.random]]],
            tuple(
                Round(one.open[part], place[one.items[kept]], one.probability[kept])
                for one in self.rounds
                for kept in [part[one.items]]
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A share with its 95% interval; `n` items coded, `worth` how many coded at random would tell as much."""

    value: float
    low: float
    high: float
    n: int
    worth: float


def share(sample: Sample) -> Estimate | None:
    """The share of yes among the items that can be told; None from fewer than ten items drawn at random."""
    if len(sample.random) < FEWEST or not sample.told[sample.random].any():
        return None
    told = np.where(sample.answered, sample.told, 0.0)
    able = float(told[sample.random].mean())
    top = _mean(sample, told * np.where(sample.told, sample.yes, 0.0), sample.guess * able)
    bottom = _mean(sample, told, np.full(len(told), able))
    value = min(1.0, max(0.0, top.value / bottom.value))
    left = told * (np.where(sample.told, sample.yes, 0.0) - value)
    spread = _mean(sample, left, (sample.guess - value) * able).variance / bottom.value**2
    n = int(sample.answered.sum())
    inside = min(1 - 0.5 / n, max(0.5 / n, value))
    worth = inside * (1 - inside) / spread if spread > 0 else float(len(sample.told))
    low, high = wilson(value * worth, worth)
    return Estimate(value, low, high, n, worth)


def plain(sample: Sample) -> Estimate | None:
    """The same from the random stream alone, without the machine: Wilson 1927, for so many of so many in all."""
    told = sample.told[sample.random]
    n = int(told.sum())
    if n == 0:
        return None
    yes = float(sample.yes[sample.random][told].sum())
    seen = len(sample.random) / len(sample.told)
    worth = n / (1 - seen) if seen < 1 else 1e9
    low, high = wilson(yes / n * worth, worth)
    return Estimate(yes / n, low, high, n, worth)


# --- means of one quantity over the population ------------------------------------------------------------------


@dataclass(frozen=True)
class _Mean:
    value: float
    variance: float


def _mean(sample: Sample, seen: Numbers, guessed: Numbers) -> _Mean:
    """Both streams together; weights come from the guesses alone, so that luck does not choose between them."""
    at_random = _at_random(sample, seen, guessed)
    rounds = [one for one in sample.rounds if len(one.items)]
    if not rounds:
        return at_random
    doubt = np.sqrt(np.clip(sample.guess * (1 - sample.guess), 1e-4, None))
    drawn = sum(len(one.items) for one in rounds)
    promised = float((doubt**2).mean()) / len(sample.random), float(doubt.mean()) ** 2 / drawn
    left = 1 - float(sample.answered.mean())
    unsure = _unsure(sample.person, rounds, seen, guessed, promised[1] * left * _scale(seen, sample))
    weight = promised[1] / (promised[0] + promised[1])
    value = weight * at_random.value + (1 - weight) * unsure.value
    return _Mean(value, weight**2 * at_random.variance + (1 - weight) ** 2 * unsure.variance)


def _scale(seen: Numbers, sample: Sample) -> float:
    """The quantity's own variance against that of a yes: 1 for the share itself, less for what hardly varies."""
    own = float(np.var(seen[sample.random]))
    yes = float(np.var(sample.yes[sample.random][sample.told[sample.random]]))
    return min(1.0, own / yes) if yes > 0 else 1.0


def _at_random(sample: Sample, seen: Numbers, guessed: Numbers) -> _Mean:
    y, f = seen[sample.random], guessed[sample.random]
    varies = float(np.var(f, ddof=1))
    tuned = min(1.0, max(0.0, float(np.cov(y, f)[0, 1]) / varies)) if varies > 1e-12 else 0.0
    value = float(y.mean() + tuned * (guessed.mean() - f.mean()))
    rest = y - tuned * f
    sums = _by_person(sample.person[sample.random], rest - rest.mean())
    n, persons = len(y), len(sums)
    between = float((sums**2).sum()) * persons / max(1, persons - 1) / n**2
    return _Mean(value, between * (1 - n / len(seen)))


def _unsure(person: Places, rounds: Sequence[Round], seen: Numbers, guessed: Numbers, promised: float) -> _Mean:
    """The mean of the rounds' estimates; its variance is never taken as less than the guesses promise."""
    value = variance = 0.0
    for one in rounds:
        rest = (seen[one.items] - guessed[one.items]) / one.probability
        known = np.where(one.open, guessed, seen)
        value += float(known.mean() + rest.sum() / len(seen))
        sums = _by_person(person[one.items], rest * np.sqrt(1 - one.probability))
        variance += float((sums**2).sum()) / len(seen) ** 2
    return _Mean(value / len(rounds), max(variance / len(rounds) ** 2, promised))


def _by_person(person: Places, values: Numbers) -> Numbers:
    sums: Numbers = np.bincount(np.unique(person, return_inverse=True)[1], weights=values).astype(np.float64)
    return sums


# --- drawing ----------------------------------------------------------------------------------------------------


def probabilities(guess: Numbers, open: Mask, expected: float, floor: float = 0.1) -> Numbers:
    """Each item's chance to be drawn where the machine is unsure, `expected` in all: in step with √(p(1 − p)).

    Nothing that can still be drawn has a chance below that of a doubt of `floor`: no weight grows without bound.
    """
    doubt = np.where(open, np.maximum(np.sqrt(guess * (1 - guess)), floor), 0.0)
    chance = np.zeros(len(guess))
    for _ in range(20):  # what would pass 1 is certain; the rest share what is left
        certain = chance >= 1
        left = expected - certain.sum()
        total = doubt[~certain].sum()
        if left <= 0 or total <= 0:
            break
        chance = np.where(certain, 1.0, doubt * left / total)
        if (chance <= 1).all():
            break
    return np.minimum(chance, 1.0)


def how_many(share: float, within: float, effect: float = 1.0) -> int:
    """How many to draw at random so that a share is known ± `within`: 80% ± 5 points needs 246 (Stat 14)."""
    if not 0 < share < 1 or within <= 0 or effect < 1:
        raise ValueError(f"a share of {share} within {within} at a design effect of {effect} is not a plan")
    return round(effect * round(share * (1 - share) * (Z95 / within) ** 2))
