"""Honest shares from a designed sample: people coded some demands, a machine guessed at all of them.

The machine's guess only narrows the interval; the estimate is right on average whatever it guesses, because each
guess is set right by what people said of items drawn with known probability. Items are drawn in rounds, half of a round
at random and half where the machine is unsure; each counts by the inverse of its probability to be drawn either way
(Horvitz & Thompson 1952; several frames as one: Kalton & Anderson 1986; drawn in step with doubt: Zrnic & Candès 2024).
Guesses help twice: set right by a logistic regression on what people said (Wu & Sitter 2001), and then as a regression
estimator with the weight that serves best (Cochran 1977, 7; prediction-powered inference: Angelopoulos et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from personshaped.statistics.clustered import student
from personshaped.statistics.wilson import Z95, wilson

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
FEWEST = 10
"""Fewer items drawn at random carry no estimate."""


@dataclass(frozen=True)
class Round:
    """One round of drawing: which items could have been drawn, which were, and each one's probability, either way.

    `rate` is what part of the open it drew, as far as its random half keeps up; without any a round carries nothing.
    """

    open: Mask
    items: Places
    probability: Numbers
    rate: float

    @classmethod
    def of(cls, open: Mask, unsure: Places, random: Places, chance: Numbers) -> Round:
        """A round that drew `unsure` each with its own chance, then `random` among what was left, each alike.

        `chance` holds for both, in this order, the chance to be drawn where the machine is unsure.
        """
        n, items = int(open.sum()), np.concatenate([unsure, random])
        alike = len(random) / max(1, n - len(unsure))
        return cls(open, items, chance + (1 - chance) * alike, min(2 * len(random), len(items)) / n)


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
    rounds: tuple[Round, ...]

    def within(self, part: Mask) -> Sample:
        """The same sample of a part of the population: a draw from the whole is a draw from each part."""
        place = np.cumsum(part) - 1
        return Sample(
            self.answered[part], self.told[part], self.yes[part], self.guess[part], self.person[part],
            place[self.random[part[self.random]]],
            tuple(
                Round(one.open[part], place[one.items[kept]], one.probability[kept], one.rate)
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
    """The share of yes among the items that can be told; None from fewer than ten items drawn at random.

    Of items that are all answered it is a count, and its limits are the share itself.
    """
    if len(sample.random) < FEWEST or not sample.told[sample.random].any():
        return None
    if sample.answered.all():
        counted = float(sample.yes[sample.told].mean())
        return Estimate(counted, counted, counted, len(sample.told), float(len(sample.told)))
    items, stands_for, luck = _weights(sample)
    told = sample.told[items].astype(np.float64)
    able = float((stands_for * told).sum())
    if able <= 0:
        return None
    yes = told * sample.yes[items]
    alone = float((stands_for * yes).sum()) / able
    guess = _set_right(sample.guess, items, stands_for * told, yes)
    among, left = float((stands_for * guess[items]).sum()), told * (yes - alone)
    helps = _slope(stands_for, guess[items] - among, left)
    value = min(1.0, max(0.0, alone + helps * (float(guess.mean()) - among) / able))
    promised = float((luck**2 * told * guess[items] * (1 - guess[items])).sum())
    seen, carried_by = _spread(sample.person[items], luck * (left - helps * (guess[items] - among)))
    spread = max(seen, promised) / able**2
    n = int(sample.answered.sum())
    inside = min(1 - 0.5 / n, max(0.5 / n, value))
    worth = inside * (1 - inside) / spread if spread > 0 else float(len(sample.told))
    low, high = wilson(value * worth, worth, student(max(2.0, carried_by - 1) if seen >= promised else n))
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


# --- what each item stands for, and what the guesses are worth -----------------------------------------------------


def _weights(sample: Sample) -> tuple[Places, Numbers, Numbers]:
    """The items that rounds drew; for each, what part of all it stands for, and how far the luck of its draw counts.

    A round is an estimate of its own: what was answered before it is known, and each item drawn stands for the inverse
    of its probability. Rounds are weighed by the precision that the guesses promise, so that luck does not choose.
    """
    doubt = sample.guess * (1 - sample.guess)
    precision = [one.rate / max(1 - one.rate, 1e-9) / max(float(doubt[one.open].sum()), 1e-9) for one in sample.rounds]
    weights = np.array(precision) / max(sum(precision), 1e-300)
    later = np.append(np.cumsum(weights[::-1])[::-1], 0.0)[1:]
    items = np.concatenate([one.items for one in sample.rounds])
    each = np.concatenate([one.probability for one in sample.rounds])
    drawn = [len(one.items) for one in sample.rounds]
    stands_for = np.repeat(weights, drawn) / each + np.repeat(later, drawn)
    whole = max(float(stands_for.sum()), 1e-300)
    return items, stands_for / whole, np.repeat(weights, drawn) * np.sqrt(1 - each) / each / whole


def _set_right(guess: Numbers, items: Places, weight: Numbers, yes: Numbers) -> Numbers:
    """All guesses, made to agree with what people said: their log odds by a line, held near what they were."""
    odds = np.log(guess / (1 - guess))
    x = np.column_stack([np.ones(len(items)), odds[items]])
    counts, held = weight / weight.mean(), np.array([0.01, 1.0])
    line = np.array([0.0, 1.0])
    for _ in range(25):
        p = _chance(x @ line)
        slope = x.T @ (counts * (yes - p)) - held * (line - np.array([0.0, 1.0]))
        step = np.linalg.solve(x.T @ (x * (counts * p * (1 - p))[:, None]) + np.diag(held), slope)
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return _chance(line[0] + line[1] * odds)


def _chance(odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _slope(weight: Numbers, x: Numbers, y: Numbers) -> float:
    """How far y goes with x, between not at all and one for one."""
    varies = float((weight * x**2).sum())
    return min(1.0, max(0.0, float((weight * x * y).sum()) / varies)) if varies > 1e-12 else 0.0


def _spread(person: Places, values: Numbers) -> tuple[float, float]:
    """The variance of a sum over persons, two numbers having been fitted; and how many persons carry it."""
    squares = np.bincount(np.unique(person, return_inverse=True)[1], weights=values) ** 2
    total, n = float(squares.sum()), len(values)
    return total * n / max(1, n - 2), total**2 / float((squares**2).sum()) if total > 0 else float(n)


# --- drawing ----------------------------------------------------------------------------------------------------

TEMPER = 0.75
"""½ serves the share best, 1 finds most of what is rare: between them each costs the other little."""


def probabilities(guess: Numbers, open: Mask, expected: float, at_random: float) -> Numbers:
    """Each open item's chance to be drawn where the machine is unsure, `expected` in all, beside so many at random.

    Both ways together are in step with (p(1 − p))^`TEMPER`: the unsure half makes up what the random half is short of,
    and leaves to that half what the machine is sure of. So no probability is below that of the random half.
    """
    n = int(open.sum())
    if n <= expected:
        return open.astype(np.float64)
    doubt, alike = (guess[open] * (1 - guess[open])) ** TEMPER, at_random / n

    def chance(by: float) -> Numbers:
        return np.clip(by * doubt - alike, 0.0, 1.0)

    by = brentq(lambda by: float(chance(by).sum()) - expected, 0.0, (1 + alike) / float(doubt.min()))
    found = np.zeros(len(guess))
    found[open] = chance(by)
    return found


def how_many(share: float, within: float, effect: float = 1.0) -> int:
    """How many to draw at random so that a share is known ± `within`: 80% ± 5 points needs 246 (Stat 14)."""
    if not 0 < share < 1 or within <= 0 or effect < 1:
        raise ValueError(f"a share of {share} within {within} at a design effect of {effect} is not a plan")
    return round(effect * round(share * (1 - share) * (Z95 / within) ** 2))
