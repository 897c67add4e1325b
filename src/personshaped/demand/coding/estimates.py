"""What people's codes show of all demands: shares with intervals that come from the design, never a classifier's count.

The basis of these figures is `hand` (specification, section 11: machine suggestions and N8): the machine's guesses
only narrow the interval, and each note names the sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.queue import Queue
from personshaped.demand.coding.suggestions import Features, cross_fitted
from personshaped.figures import Figure
from personshaped.statistics.designed import FEWEST, Estimate, Mask, Places, Round, Sample, plain, share
from personshaped.statistics.wilson import wilson

FAILS = "failure"
TELLS = ("value", "failure")


@dataclass(frozen=True)
class Population:
    """All demands that can be coded, one entry each: persons as numbers, and what a share is broken down by.

    `already` holds how many demands of the window came coded by hand with the records, and how many of them as
    failure: they are known and added to what the sample says. `silent` counts demands without words.
    """

    person: Places
    agency: Sequence[str]
    month: Sequence[str]
    already: tuple[int, int] = (0, 0)
    silent: int = 0


@dataclass(frozen=True)
class _Heard:
    """What people answered, an entry for each demand (blank where nobody did), how both halves were drawn, and what the
    machine reads."""

    answers: Sequence[Code | None]
    types: np.ndarray
    random: Places
    rounds: tuple[Round, ...]
    person: Places
    texts: Features

    @classmethod
    def of(cls, population: Population, queue: Queue, texts: Features) -> _Heard:
        given = kept.latest(queue.answers)
        answers = [given.get(one) for one in queue.demands.ids]
        types = np.array([one.demand_type if one else "" for one in answers])
        return cls(answers, types, queue.at_random(), queue.rounds(), population.person, texts)

    def sample(self, told: Mask, yes: Mask) -> Sample:
        """The sample of one question: who could tell, and who said yes."""
        coded = np.nonzero(told)[0]
        guess = cross_fitted(self.texts, self.person, coded, yes[coded].astype(np.float64))
        return Sample(
            self.types != "", told, yes.astype(np.float64), guess, self.person, self.random, self.rounds
        )  # fmt: skip


def shares(population: Population, queue: Queue, texts: Features) -> list[Figure]:
    """`failure_demand_share` whole, by agency, month, need; `failure_kind_share`; `issue_share`: what can be said."""
    heard = _Heard.of(population, queue, texts)
    sample = heard.sample(np.isin(heard.types, TELLS), heard.types == FAILS)
    whole = _figure(sample, "failure_demand_share", "M012;M013")
    if whole is None:
        return []
    made = [_with_known(whole, population, len(queue.demands.ids))]
    for by, groups in (("agency", population.agency), ("month", population.month)):
        for group, part in _parts(groups):
            found = _figure(sample.within(part), "failure_demand_share", "M012;M013")
            if found is not None:
                made.append(replace(found, by="" if by == "month" else by, group="" if by == "month" else group,
                                    period=group if by == "month" else ""))  # fmt: skip
    return [*made, *_kinds(heard), *_issues(heard)]


def _parts(groups: Sequence[str]) -> Iterator[tuple[str, Mask]]:
    held = np.array(groups)
    for group in sorted(set(groups)):
        if group:
            yield group, held == group


def _kinds(heard: _Heard) -> Iterator[Figure]:
    """Of failure demand, how much of each kind: told where a person said that it is failure demand, and which."""
    kinds = np.array([one.failure_kind if one and one.demand_type == FAILS else "" for one in heard.answers])
    for kind in sorted(set(kinds) - {""}):
        sample = heard.sample(kinds != "", kinds == kind)
        found = _figure(sample, "failure_kind_share", "M015", "{told:,} of them were given a kind of failure demand.")
        if found is not None:
            yield replace(found, by="failure_kind", group=kind)


def _issues(heard: _Heard) -> Iterator[Figure]:
    """Of demands whose need was said, how many were about each, and how many of those were failure demand."""
    said = [frozenset(filter(None, one.issue.split(";"))) if one else frozenset() for one in heard.answers]
    told = np.array([bool(one) for one in said])
    for issue in sorted(set().union(*said)):
        about = np.array([issue in one for one in said])
        found = _figure(heard.sample(told, about), "issue_share", "M003", "{told:,} of them were given a need.")
        if found is not None:
            yield replace(found, by="issue", group=issue)
        of_it = about & np.isin(heard.types, TELLS)
        if of_it[heard.random].sum() < FEWEST:
            continue
        sample = heard.sample(of_it, about & (heard.types == FAILS))
        found = _figure(sample, "failure_demand_share", "M012;M013", "{told:,} of them are about it.")
        if found is not None:
            yield replace(found, by="issue", group=issue)


def _figure(sample: Sample, name: str, measure: str, says: str = "Unsure of {unsure:,}.") -> Figure | None:
    found = share(sample)
    if found is None:
        return None
    note = f"{_rests_on(sample)} " + says.format(
        told=int(sample.told.sum()), unsure=int((sample.answered & ~sample.told).sum())
    )
    return Figure(
        name, measure, "", "", "", found.value, "share", low=found.low, high=found.high, n=found.n, basis="hand",
        note=note,
    )  # fmt: skip


def _rests_on(sample: Sample) -> str:
    of = f"{len(sample.told):,}"
    if sample.answered.all():
        return f"All {of} demands that have words, as people coded them."
    beside = plain(sample)
    alone = f" Of those drawn at random alone: {_said(beside)}." if beside else ""
    coded = f"{int(sample.answered.sum()):,} of {of} demands coded by people"
    return f"From a sample: {coded}, {len(sample.random):,} of them drawn at random.{alone}"


def _said(one: Estimate) -> str:
    return f"{one.value:.0%} (from {one.low:.0%} to {one.high:.0%})"


def _with_known(figure: Figure, population: Population, n: int) -> Figure:
    """Together with the demands that came coded by hand: those are known, and the interval shrinks with them."""
    known, failed = population.already
    if not known or figure.value is None or figure.low is None or figure.high is None:
        return figure
    value, low, high = ((one * n + failed) / (n + known) for one in (figure.value, figure.low, figure.high))
    return replace(
        figure, value=value, low=low, high=high,
        note=f"{figure.note} {known:,} more came coded by hand with the records and are counted as they are.",
    )  # fmt: skip


@dataclass(frozen=True)
class Worth:
    """How far coding has come: answers, the share so far, and how many random answers they are worth."""

    coded: int
    of: int
    at_random: int
    share: Estimate | None
    plain: tuple[float, float] | None

    @property
    def says(self) -> str:
        """The share with its interval, in words; blank where there is none yet."""
        return _said(self.share) if self.share else ""


def so_far(population: Population, queue: Queue, texts: Features) -> Worth:
    """What to tell the person who codes; the share is left out below ten demands drawn at random."""
    heard = _Heard.of(population, queue, texts)
    told: Mask = np.isin(heard.types, TELLS)
    seen = told[heard.random]
    interval = wilson(float((heard.types[heard.random] == FAILS).sum()), float(seen.sum())) if seen.sum() else None
    enough = told.any() and len(heard.random) >= FEWEST
    found = share(heard.sample(told, heard.types == FAILS)) if enough else None
    coded = int((heard.types != "").sum())
    return Worth(coded, len(heard.types), len(heard.random), found, interval)
