"""Whose words come next: half at random, half where the machine is unsure, a fifth twice and blind.

The random half follows permanent random numbers made from each demand's id: everyone who codes, on any machine, takes
the same order, and a demand that arrives late takes its place in it. The unsure half is drawn in rounds
(`decisions/draws.csv`), each demand with its own chance, recorded before anyone sees it; so is the chance that those
next in the random half had in that round, as a demand counts by its chance to be drawn either way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import Enum
from pathlib import Path

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.errors import InputError
from personshaped.records import by_hand
from personshaped.records.decisions import read_table, without_noughts
from personshaped.statistics.designed import Mask, Numbers, Places, Round, probabilities

FILE = "draws.csv"
ROUND = 10
"""How many demands a round of the unsure half draws, on average, beside as many at random."""
LISTED = 2 * ROUND
"""Of so many that come next in the random half a round records the chance too."""
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
    """One line of `draws.csv`: in which round, at which place, with which probability out of how many.

    `drawn` is unsure; or random for a demand that comes next in the random half, with the chance that it had.
    """

    round: int
    place: int
    interaction_id: str
    probability: float
    open: int
    drawn_at: str
    drawn: str = Drawn.UNSURE.value


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
        """Both halves as they were drawn. First those at random before any round; then, round by round, what was open,
        what either half drew, and the chance of that.

        The random half's part in a round is what lies in its order between how far it had come by this round and by
        the next. Of a round left part-way the part that was coded counts, with the chance of that.
        """
        first, order = kept.first(self.answers), self.demands.order
        when = np.array([first.get(one, "~") for one in self.demands.ids])
        position = np.empty(len(order), dtype=np.int64)
        position[order] = np.arange(len(order))
        given = kept.latest(self.answers)
        numbers = sorted({one.round for one in self.draws})
        starts = [min(one.drawn_at for one in self.draws if one.round == number_) for number_ in numbers]
        reached = [0, *(self._reached(position, at) for at in starts)]
        whole = len(self.at_random())
        found: list[Round] = []
        for i, number_ in enumerate([0, *numbers]):
            if reached[i] > whole:
                break  # the random half has a gap: what lies behind it waits
            until = min([whole, *reached[i + 1 :]])
            open_ = position >= reached[i]
            if i:
                open_ &= when >= starts[i - 1]
            ahead = order[reached[i] : until]
            found += self._round(number_, given, open_, ahead[open_[ahead]], position)
        return tuple(found)

    def _reached(self, position: Places, at: str) -> int:
        """How far the random half had been asked at a moment."""
        asked = (
            position[self.demands.place[one.interaction_id]]
            for one in self.answers
            if one.drawn == Drawn.RANDOM.value and one.at < at and one.interaction_id in self.demands.place
        )
        return int(max(asked, default=-1)) + 1

    def _round(
        self, number_: int, given: Mapping[str, Code], open_: Mask, ahead: Places, position: Places
    ) -> Iterator[Round]:
        """One round; what the random half asked beyond those whose chance was recorded is a draw of its own."""
        place = self.demands.place
        here = [one for one in self.draws if one.round == number_ and one.interaction_id in place]
        drawn = [one for one in here if one.drawn == Drawn.UNSURE.value]
        coded = [one for one in drawn if one.interaction_id in given and open_[place[one.interaction_id]]]
        unsure = np.array([place[one.interaction_id] for one in coded], dtype=np.int64)
        listed = {place[one.interaction_id]: one.probability for one in here if one.drawn == Drawn.RANDOM.value}
        ahead = ahead[~np.isin(ahead, unsure)]
        end = max((int(position[one]) for one in listed), default=-1) if number_ else len(position)
        beside, beyond = ahead[position[ahead] <= end], ahead[position[ahead] > end]
        chance = [one.probability for one in coded] + [listed.get(one, 0.0) for one in beside.tolist()]
        part = len(coded) / len(drawn) if drawn else 1.0
        if len(unsure) or len(beside):
            yield Round.of(open_, unsure, beside, np.array(chance) * part)
        if len(beyond):
            left = open_.copy()
            left[unsure] = left[beside] = False
            yield Round.of(left, beyond[:0], beyond, np.zeros(len(beyond)))

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
        unsure = sum(1 for one in self._unsure() if one.interaction_id in given)
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
        drawn = sorted((one for one in self._unsure() if one.round == last), key=lambda one: one.place)
        return [
            one.interaction_id
            for one in drawn
            if one.interaction_id in self.demands.place and one.interaction_id not in given
        ]

    def _unsure(self) -> list[Draw]:
        return [one for one in self.draws if one.drawn == Drawn.UNSURE.value]

    def _all_answered(self, given: Mapping[str, Code]) -> bool:
        return len(given) >= len(self.demands.ids)

    def draw(self, guess: Numbers) -> list[Draw]:
        """A new round of the unsure half; `guess` is the machine's probability of failure demand for each demand."""
        open_ = ~self.answered()
        chance = probabilities(guess, open_, ROUND, ROUND)
        round_ = max((one.round for one in self.draws), default=0)
        drawn: list[int] = []
        while not drawn and open_.any():  # a round may draw none: the next has other dice
            round_ += 1
            dice = [number(f"round {round_}", one) for one in self.demands.ids]
            drawn = [i for i in np.nonzero(open_)[0].tolist() if dice[i] < chance[i]]
        drawn.sort(key=lambda i: number(f"place {round_}", self.demands.ids[i]))
        order, at = self.demands.order, kept.now()
        comes_next = [i for i in order[open_[order]].tolist() if i not in drawn][:LISTED]
        return [
            Draw(round_, place, self.demands.ids[i], float(chance[i]), int(open_.sum()), at, half.value)
            for half, places in ((Drawn.UNSURE, drawn), (Drawn.RANDOM, comes_next))
            for place, i in enumerate(places, start=1)
        ]


def append(decisions: Path, draws: Sequence[Draw]) -> None:
    """Records a round before anyone sees it."""
    by_hand.append(decisions / FILE, [one.name for one in fields(Draw)], [asdict(one) for one in draws])


def read(decisions: Path, demands: Collection[str] = ()) -> list[Draw]:
    """Every draw so far. Raises InputError where the file was spoilt: its probabilities carry the shares.

    What a spreadsheet makes of it is read: decimal commas, and ids without their noughts as in `codes.csv`.
    """
    path = decisions / FILE
    if not path.is_file():
        return []
    rows = read_table(path).rows()
    lost = any(one.isdecimal() and one not in demands for one in ((row.get("interaction_id") or "") for row in rows))
    found, whole = [], without_noughts(demands) if lost else {}
    for line, row in enumerate(rows, start=2):
        try:
            one = row["interaction_id"] or ""
            found.append(
                Draw(
                    int(row["round"] or ""), int(row["place"] or ""), whole.get(one, one),
                    float((row["probability"] or "").replace(",", ".")), int(row["open"] or ""), row["drawn_at"] or "",
                    row.get("drawn") or Drawn.UNSURE.value,
                )
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise InputError(
                "is not a draw", file=f"decisions/{FILE}", row=line, expected="the file as `listen` wrote it"
            ) from None
    return found
