"""What people's codes say among the figures of a study: honest shares in place of a bare count (N8)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import estimates, suggestions
from personshaped.demand.coding import queue as drawing
from personshaped.demand.coding.queue import Queue
from personshaped.figures import Figure
from personshaped.study.spoken import hold


def heard(folder: Path, findings: Path, con: duckdb.DuckDBPyConnection) -> list[Figure]:
    """The honest shares of a study that people have coded from the queue; nothing where they have not."""
    decisions = folder / "decisions"
    if not any(one.drawn == drawing.Drawn.RANDOM.value for one in kept.read(decisions)):
        return []
    held = hold(findings, decisions, con)
    answers = kept.read(decisions, held.demands.place)
    made = suggestions.features(held.words, held.history, agencies=held.agencies)
    return estimates.shares(
        held.population, Queue(held.demands, answers, drawing.read(decisions, held.demands.place)), made
    )


def beside(figures: Sequence[Figure], heard: Sequence[Figure]) -> list[Figure]:
    """The figures of a study with the honest shares in place of a bare count of hand codes (N8).

    What the queue chose to ask about is no picture of all demands; a share counted from it would mislead. A headline
    stays where people have coded all that the rules can tell apart, and no others: nobody chose among those.
    """
    replaced = {one.key: one for one in heard}
    names = {one.name for one in heard}
    told = {one.key[:-1]: one.denominator or 0 for one in figures if one.basis == "rule"}
    headlines = {one.key[:-1]: one for one in reversed(figures)}
    made = []
    for one in figures:
        place = one.key[:-1]
        counted = one.name in names and one.basis == "hand"
        all_coded = headlines[place] is one and 0 < (one.denominator or 0) <= told.get(place, 0)
        if one.key in replaced or not counted or all_coded:
            made.append(replaced.pop(one.key, one))
    for one in replaced.values():
        after = max((i for i, other in enumerate(made) if other.name == one.name), default=len(made) - 1)
        made.insert(after + 1, one)
    return made
