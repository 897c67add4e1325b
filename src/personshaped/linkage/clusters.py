"""Clusters are a pure function of the judgements: who is one person at a threshold (Stat 13).

Records are numbered 0 … n-1. Joins are made from the surest to the least sure, leaving out each that would put two
records judged different into one cluster: the weakest link between those two is cut, and no other. Clusters of more
than `LARGEST` records are then broken at their weakest link until none is larger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LARGEST = 12
"""Records in a cluster before it is broken at its weakest link (Stat 13)."""

PERSON, GIVEN, NUMBER, RULE, MODEL = 0, 1, 2, 3, 4
"""What a judgement rests on, the surest first: a person's decision, a recorded person_id, an identifying number, a
rule on names and dates, the model. The first three hold whatever the threshold and the size of the cluster."""


@dataclass(frozen=True)
class Pairs:
    """Judgements on pairs of records as columns of equal length; `basis` is one of the numbers above."""

    a: Ints
    b: Ints
    score: Floats
    basis: Ints

    @staticmethod
    def none() -> Pairs:
        empty = np.empty(0, np.int64)
        return Pairs(empty, empty, np.empty(0, np.float64), empty)

    def __len__(self) -> int:
        return len(self.a)

    def take(self, which: npt.NDArray[np.bool_] | Ints) -> Pairs:
        """The judgements at these places."""
        return Pairs(self.a[which], self.b[which], self.score[which], self.basis[which])


def cluster(records: int, same: Pairs, different: Pairs, threshold: float) -> Ints:
    """The cluster of each record, named by its smallest member; shape (records,).

    `same` are joins: those by rule and model count where their score is at least `threshold`, the others always.
    `different` are pairs of records that never share a cluster.
    """
    used = same.take(in_force(same, threshold))
    label = components(records, used.a, used.b)
    doubtful = np.bincount(label, minlength=records) > LARGEST
    apart = label[different.a] == label[different.b]
    doubtful[label[different.a[apart]]] = True
    inside = doubtful[label[used.a]]
    if inside.any():
        kept = _surest_joins(used.take(inside), different.take(apart))
        sure = used.take(~inside)
        label = components(records, np.append(sure.a, kept.a), np.append(sure.b, kept.b))
    return smallest_member(label)


def in_force(same: Pairs, threshold: float) -> npt.NDArray[np.bool_]:
    """Which joins count at a threshold: those by rule and model from their score on, the others always."""
    return (same.basis <= NUMBER) | (same.score >= threshold)


def smallest_member(label: Ints) -> Ints:
    """The same clusters, each named by the smallest record in it."""
    smallest = np.full(int(label.max(initial=-1)) + 1, len(label), np.int64)
    np.minimum.at(smallest, label, np.arange(len(label)))
    return smallest[label]


def components(records: int, a: Ints, b: Ints) -> Ints:
    """A number for each record, the same for those that the pairs hold together; shape (records,)."""
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(records, records))
    label: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def _surest_joins(joins: Pairs, different: Pairs) -> Pairs:
    """The joins that stay: a tree of the surest, cut where records differ and where a cluster is too large."""
    order = np.lexsort((joins.b, joins.a, joins.basis, -joins.score, joins.basis > NUMBER, joins.basis > PERSON))
    forest = _Forest(different)
    for place in order.tolist():
        forest.join(int(joins.a[place]), int(joins.b[place]), place)
    kept = forest.kept(may_break=joins.basis > NUMBER)
    return joins.take(np.asarray(kept, np.int64))


class _Forest:
    """Clusters while they grow: each join is a node above the two it joins, so that the last made is the weakest."""

    def __init__(self, different: Pairs) -> None:
        self._above: dict[int, int] = {}  # record or join -> the join above it, shortened on the way
        self._enemies: dict[int, set[int]] = {}  # top -> records that must stay out
        self._size: dict[int, int] = {}
        self._joins: list[tuple[int, int, int, int]] = []  # join, place, the two below
        for a, b in zip(different.a.tolist(), different.b.tolist(), strict=True):
            self._enemies.setdefault(a, set()).add(b)
            self._enemies.setdefault(b, set()).add(a)

    def join(self, a: int, b: int, place: int) -> None:
        one, other = self._top(a), self._top(b)
        if one == other or self._apart(one, other):
            return
        node = -1 - len(self._joins)  # joins count down from -1, records up from 0
        self._above[one] = self._above[other] = node
        self._size[node] = self._size.get(one, 1) + self._size.get(other, 1)
        small, large = sorted((self._enemies.pop(one, set()), self._enemies.pop(other, set())), key=len)
        if large:
            self._enemies[node] = large | small if small else large
        self._joins.append((node, place, one, other))

    def kept(self, may_break: npt.NDArray[np.bool_]) -> list[int]:
        """Places of the joins left when clusters larger than LARGEST lose their weakest, from the top down."""
        whole: set[int] = set()  # joins below one that was kept stay as well
        places = []
        for node, place, one, other in reversed(self._joins):
            if node in whole or self._size[node] <= LARGEST or not may_break[place]:
                whole.update((one, other))
                places.append(place)
        return places

    def _top(self, record: int) -> int:
        top = record
        while (above := self._above.get(top)) is not None:
            top = above
        while record != top:
            self._above[record], record = top, self._above[record]
        return top

    def _apart(self, one: int, other: int) -> bool:
        ours, theirs = self._enemies.get(one, set()), self._enemies.get(other, set())
        if len(ours) <= len(theirs):
            return any(self._top(enemy) == other for enemy in ours)
        return any(self._top(enemy) == one for enemy in theirs)
