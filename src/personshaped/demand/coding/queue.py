"""Whose words come next: half at random, half where the machine is unsure, a fifth twice and blind.

The random half follows permanent random numbers made from each demand's id: everyone who codes, on any machine, takes
the same order, and a demand that arrives late takes its place in it. The unsure half is drawn in rounds
(`decisions/draws.csv`), each demand with its own chance, recorded before anyone sees it.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.errors import InputError
from personshaped.records import by_hand
from personshaped.statistics.designed import Mask, Numbers, Places, Round, probabilities

FILE = "draws.csv"
ROUND = 10
"""How many demands a round of the unsure half draws, on average."""
DOUBLE = 5
"""One demand in so many is coded by two people, neither seeing the other's answer."""
FEWEST = 20
"""Fewer answers teach the machine nothing about what it is unsure of; until then all are drawn at random."""


class Drawn(Enum):
    """Why a demand is asked about."""

    RANDOM = "random"
    UNSURE = "unsure"
    DOUBLE = "double"
    AGAIN = kept.AGAIN


@dataclass(frozen=True)
class Draw:
    """One line of `draws.csv`: in which round, at which place, with which probability out of how many."""

    round: int
    place: int
    interaction_id: str
    probability: float
    open: int
    drawn_at: str


@dataclass(frozen=True)
class Asked:
    """The next demand to code, as a place in the population. The suggestion is hidden where it would sway."""

    place: int
    drawn: Drawn

    @property
    def hidden(self) -> bool:
        """Whether the machine's suggestion stays hidden: everywhere but on the unsure half."""
        return self.drawn is not Drawn.UNSURE


def number(purpose: str, interaction_id: str) -> float:
    """A permanent random number in [0, 1) for one purpose and one demand."""
    made = hashlib.blake2b(f"{purpose}\x1f{interaction_id}".encode(), digest_size=8).digest()
    return int.from_bytes(made, "big") / 2**64


@dataclass(frozen=True)
class Demands:
    """The demands of a study that can be coded: their ids, each one's place, and the order of the random half."""

    ids: Sequence[str]
    place: Mapping[str, int]
    order: Places
    twice: frozenset[str]

    @classmethod
    def of(cls, ids: Sequence[str]) -> Demands:
        """From interaction ids, in any order."""
        order = np.argsort(np.array([number("random", one) for one in ids]), kind="stable")
        twice = frozenset(one for one in ids if number("double", one) < 1 / DOUBLE)
        return cls(ids, {one: i for i, one in enumerate(ids)}, order, twice)


@dataclass(frozen=True)
class Queue:
    """Some demands, and what was answered and drawn so far."""

    demands: Demands
    answers: Sequence[Code]
    draws: Sequence[Draw]

    def at_random(self) -> Places:
        """The random half so far: from the front of its order as far as every demand has an answer in force."""
        answered = self.answered()
        order = self.demands.order
        waiting = np.nonzero(~answered[order])[0]
        return order[: waiting[0]] if len(waiting) else order

    def answered(self) -> Mask:
        """Which demands anyone answered."""
        given = kept.latest(self.answers)
        return np.array([one in given for one in self.demands.ids], dtype=bool)

    def rounds(self) -> tuple[Round, ...]:
        """The unsure half: of a round left part-way, the part that was coded, and the chance of that."""
        place = self.demands.place
        given = kept.latest(self.answers)
        first = _first_answers(self.answers)
        found = []
        for number_ in sorted({one.round for one in self.draws}):
            drawn = [one for one in self.draws if one.round == number_ and one.interaction_id in place]
            coded = [one for one in drawn if one.interaction_id in given]
            if not coded:
                continue
            at = drawn[0].drawn_at
            open_ = np.array([first.get(one, "~") >= at for one in self.demands.ids], dtype=bool)
            chance = np.array([one.probability for one in coded]) * len(coded) / len(drawn)
            found.append(Round(open_, np.array([place[one.interaction_id] for one in coded]), chance))
        return tuple(found)

    def next(
        self,
        coder: str,
        passed: frozenset[str] = frozenset(),
        others: frozenset[str] = frozenset(),
        rounds: bool = True,
    ) -> Asked | None:
        """What this person is asked next, leaving out what they passed over; None where a new round must be drawn.

        Every fifth is one that another person coded; else the half that has fewer answers. What lies before `others`
        is left to them while there is anything else; it stays in its place, and no round is drawn for it. Without
        `rounds` (the machine has not learnt yet) the random half goes on: it is the front of its order at any length.
        """
        if others and (asked := self._next(coder, passed, others, rounds)):
            return asked
        return self._next(coder, passed, frozenset(), rounds)

    def _next(self, coder: str, passed: frozenset[str], others: frozenset[str], rounds: bool) -> Asked | None:
        mine = {one for who, one in kept.by_coder(self.answers) if who == coder}
        given = kept.latest(self.answers)
        place = self.demands.place
        second = self._to_code_twice(coder, mine, passed | others)
        if second and len(mine) % DOUBLE == DOUBLE - 1:
            return Asked(place[second[0]], Drawn.DOUBLE)
        left = [one for one in self._left_of_round(given) if one not in passed]
        unsure = sum(1 for one in self.draws if one.interaction_id in given)
        turn = len(given) >= FEWEST and unsure <= len(given) - unsure
        if rounds and turn and not left and not self._all_answered(given):
            return None
        free = [one for one in left if one not in others]
        if turn and free:
            return Asked(place[free[0]], Drawn.UNSURE)
        for i in self.demands.order.tolist():
            if self.demands.ids[i] not in given and self.demands.ids[i] not in passed | others:
                return Asked(i, Drawn.RANDOM)
        return Asked(place[second[0]], Drawn.DOUBLE) if second else None

    def _to_code_twice(self, coder: str, mine: set[str], passed: frozenset[str]) -> list[str]:
        """Demands marked for two people that exactly one other person has coded."""
        coders: dict[str, set[str]] = {}
        for who, one in kept.by_coder(self.answers):
            coders.setdefault(one, set()).add(who)
        return [
            one
            for one, others in coders.items()
            if one in self.demands.twice and one not in mine | passed and len(others - {coder}) == 1
        ]

    def _left_of_round(self, given: Mapping[str, Code]) -> list[str]:
        last = max((one.round for one in self.draws), default=0)
        drawn = sorted((one for one in self.draws if one.round == last), key=lambda one: one.place)
        return [
            one.interaction_id
            for one in drawn
            if one.interaction_id in self.demands.place and one.interaction_id not in given
        ]

    def _all_answered(self, given: Mapping[str, Code]) -> bool:
        return len(given) >= len(self.demands.ids)

    def draw(self, guess: Numbers) -> list[Draw]:
        """A new round of the unsure half; `guess` is the machine's probability of failure demand for each demand."""
        open_ = ~self.answered()
        chance = probabilities(guess, open_, min(ROUND, int(open_.sum())))
        round_ = max((one.round for one in self.draws), default=0)
        drawn: list[int] = []
        while not drawn and open_.any():  # a round may draw none: the next has other dice
            round_ += 1
            dice = [number(f"round {round_}", one) for one in self.demands.ids]
            drawn = [i for i in np.nonzero(open_)[0].tolist() if dice[i] < chance[i]]
        drawn.sort(key=lambda i: number(f"place {round_}", self.demands.ids[i]))
        at = kept.now()
        return [
            Draw(round_, place, self.demands.ids[i], float(chance[i]), int(open_.sum()), at)
            for place, i in enumerate(drawn, start=1)
        ]


def _first_answers(answers: Sequence[Code]) -> dict[str, str]:
    first: dict[str, str] = {}
    for code in kept.by_coder(answers).values():
        if code.demand_type:
            first[code.interaction_id] = min(code.at, first.get(code.interaction_id, code.at))
    return first


def append(decisions: Path, draws: Sequence[Draw]) -> None:
    """Records a round before anyone sees it."""
    path = decisions / FILE
    decisions.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow([one.name for one in fields(Draw)])
        writer.writerows([getattr(one, column.name) for column in fields(Draw)] for one in draws)
        file.flush()
        os.fsync(file.fileno())


def read(decisions: Path) -> list[Draw]:
    """Every draw so far. Raises InputError where the file was spoilt: its probabilities carry the shares."""
    path = decisions / FILE
    if not path.is_file():
        return []
    found = []
    for line, row in enumerate(by_hand.read(path, f"decisions/{FILE}").rows(), start=2):
        try:
            found.append(
                Draw(
                    int(row["round"] or ""), int(row["place"] or ""), row["interaction_id"] or "",
                    float(row["probability"] or ""), int(row["open"] or ""), row["drawn_at"] or "",
                )
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise InputError(
                "is not a draw", file=f"decisions/{FILE}", row=line, expected="the file as `listen` wrote it"
            ) from None
    return found
