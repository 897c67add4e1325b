"""Clusters at several thresholds: what a veto takes away in between is not forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from personshaped.linkage.clusters import MODEL, Pairs
from personshaped.linkage.judging import Bench


def pairs(*rows: tuple[int, int, float]) -> Pairs:
    a, b, score = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.empty(0),) * 3
    return Pairs(a.astype(np.int64), b.astype(np.int64), score.astype(np.float64), np.full(len(rows), MODEL))


@dataclass(frozen=True)
class Vetoed(Bench):
    """Records 0 and 1 are judged one at 0.99, and so are 1 and 2, which a veto then keeps apart; 3 and 4 at 0.6."""

    vetoes: list[tuple[int, int, float]] = field(default_factory=list)

    def same(self, where: str = "true") -> Pairs:
        joins = [(0, 1, 0.99), (1, 2, 0.99), (3, 4, 0.6)]
        return pairs(*(one for one in joins if one[:2] not in [veto[:2] for veto in self.vetoes]))

    def apart(self, where: str = "true") -> Pairs:
        return pairs(*self.vetoes)

    def _try_within(self, label: np.ndarray) -> int:
        if self.vetoes:
            return 0
        self.vetoes.append((1, 2, 1.0))
        return 1


def test_as_many_joins_after_a_veto_are_not_the_same_joins() -> None:
    bench = Vetoed(None, 5, "", "")  # type: ignore[arg-type]
    assert bench.clusters(0.95).tolist() == [0, 0, 2, 3, 4]  # two joins in force, one of them vetoed
    assert bench.clusters(0.5).tolist() == [0, 0, 2, 3, 3]  # two joins in force again, and others
    assert bench.clusters(0.5) is bench.clusters(0.55)
