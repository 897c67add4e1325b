"""How far it might reach: the report's simple sum, and what it leaves open (M102, M104; Stat 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from personshaped.errors import InputError, Refused
from personshaped.learning.projection import Projection
from personshaped.learning.published import ENGLAND_2001
from personshaped.statistics.extrapolation import (
    Assumption,
    Floats,
    Pooled,
    Stratified,
    Swing,
    effective_share,
    pooled,
    post_stratified,
    standardised_difference,
    together,
    tornado,
)
from personshaped.statistics.multilevel import Cell, Multilevel, multilevel

CHOSE = "The places chose themselves; no interval guards against that."
_DRAWS = 10_000


def simple(savings: float, people: float, country: float) -> float:
    """S_E = (Σ savings ÷ Σ people) · people of the country, as the report of 2014 reckoned. Not for showing alone."""
    return savings / people * country


# --- places --------------------------------------------------------------------------------------------------

GLOSSED = {"imd": "index of multiple deprivation"}


@dataclass(frozen=True)
class Place:
    """One place's saving a year and people, whole or by stratum; `error` is the standard error of £ a head."""

    name: str
    savings: Mapping[str, float]
    people: Mapping[str, float]
    error: float | None = None
    traits: Mapping[str, float] | None = None

    @property
    def saving(self) -> float:
        return sum(self.savings.values())

    @property
    def population(self) -> float:
        return sum(self.people[stratum] for stratum in self.savings)

    @property
    def per_head(self) -> float:
        return self.saving / self.population


@dataclass(frozen=True)
class Balance:
    """How unlike the country the places are in one respect; `marked` above 0.25 standard deviations."""

    respect: str
    places: float
    country: float
    difference: float | None

    @property
    def marked(self) -> bool:
        return self.difference is not None and abs(self.difference) > 0.25


STANDARD: tuple[Assumption, ...] = (
    Assumption("retained", 0.3, 1.0, "what stays when the pioneers leave"),
    Assumption("marginal", 0.2, 1.0, "cost that can really be freed"),
    Assumption("coverage", 0.5, 1.0, "services elsewhere that are alike"),
    Assumption("lag", 0.5, 1.0, "what has come by the year in question"),
    Assumption("cost_of_change", 0.8, 1.0, "left after the cost of changing"),
    Assumption("surfacing", 0.6, 1.0, "left when people who gave up ask again"),
    Assumption("double_counting", 0.8, 1.0, "left when no agency counts it twice"),
    Assumption("price_year", 1.0, 1.0, "prices as recorded"),
    Assumption("overheads", 1.0, 1.0, "overheads left out, as in the report"),
)
"""Ranges to argue about. They are ours, wide on purpose, and a study may set its own."""


@dataclass(frozen=True)
class Reach:
    """Everything `extrapolate` shows, ranges first; the simple sum only beside them, as the report reckoned it.

    Stat 6's order: `hours` freed, then `marginal`, the saving at marginal rates, then `range`, at average rates. The
    first two are None where no place gives them. Of the draws that `range` rests on half lie in `half`, nineteen in
    twenty in `nearly_all`.
    """

    country: str
    people: float
    places: tuple[Place, ...]
    hours: Projection | None
    marginal: Projection | None
    simple_sum: Projection
    range: Projection
    pooled: Pooled | None
    why_not_pooled: str
    strata: Stratified | None
    multilevel: Multilevel | None
    balance: tuple[Balance, ...]
    effective: float | None
    swings: tuple[Swing, ...]
    claim_per_head: float
    claim_share: float
    assumptions: tuple[Assumption, ...]
    seed: int
    taken: tuple[str, ...] = ()
    half: tuple[float, float] = (0.0, 0.0)
    nearly_all: tuple[float, float] = (0.0, 0.0)

    @property
    def heads(self) -> tuple[float, float]:
        """The least and the most saved a head in any place."""
        each = [one.per_head for one in self.places]
        return min(each), max(each)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "country": self.country, "people": self.people,
            "hours": self.hours.as_json() if self.hours else None,
            "marginal": self.marginal.as_json() if self.marginal else None, "range": self.range.as_json(),
            "half_of_draws": self.half, "nineteen_in_twenty": self.nearly_all,
            "simple_sum": self.simple_sum.as_json(),
            "places": [{"name": one.name, "people": one.population, "per_head": one.per_head} for one in self.places],
            "pooled_per_head": vars(self.pooled) if self.pooled else None, "why_not_pooled": self.why_not_pooled,
            "strata": vars(self.strata) if self.strata else None,
            "multilevel_per_head": vars(self.multilevel) if self.multilevel else None,
            "balance": [{**vars(one), "marked": one.marked} for one in self.balance],
            "effective_share": self.effective,
            "tornado": [{**vars(one.assumption), "amount_low": one.low, "amount_high": one.high}
                        for one in self.swings],
            "claim_per_head": self.claim_per_head, "claim_reached_in_share_of_draws": self.claim_share,
            "promise": "none: a projection carries its range and its assumptions", "seed": self.seed,
        }  # fmt: skip


def reach(
    country: str,
    living: Mapping[str, float],
    places: Sequence[Place],
    assumptions: Sequence[Assumption] = STANDARD,
    traits: Mapping[str, float] | None = None,
    claim: float = 16e9,
    seed: int = 1,
    taken: tuple[str, ...] = (),
    hours: Sequence[Place] = (),
    marginal: Sequence[Place] = (),
) -> Reach:
    """Carries what places saved to a country of `living` people by stratum ('' for all in one).

    `hours` and `marginal` are those places whose hours freed, and saving at marginal rates, are known. `taken` says
    what was taken from elsewhere, or left out; it stands with the assumptions.

    Raises Refused without a place that has a saving and people, InputError for an assumption that is no range.
    """
    _check(places, assumptions)
    people = sum(living.values())
    saving, base = sum(one.saving for one in places), sum(one.population for one in places)
    together_by_mean = pooled([one.per_head for one in places], _errors(places))
    strata = _strata(places, living)
    starts = _starts(places, living, strata, seed)
    drawn = together(starts, assumptions, seed)
    per_head = claim / ENGLAND_2001
    heads = [one.per_head for one in places]
    return Reach(
        country, people, tuple(places),
        _carried("extrapolated_hours", hours, living, assumptions, seed, len(places)),
        _carried("extrapolated_saving_marginal", marginal, living, assumptions, seed, len(places)),
        Projection("extrapolated_saving_simple", "simple sum, as in the report", "£ a year", min(heads) * people,
                   max(heads) * people, (f"all places together: £{simple(saving, base, 1):,.2f} a head",
                                         "low and high: everywhere as in the place with the least, the most")),
        _eight_in_ten("extrapolated_saving", drawn, (*_said(assumptions, strata), *taken)),
        together_by_mean, _why_not(places), strata, multilevel(_cells(places), living),
        _balance(places, living, traits or {}), _effective(places, living),
        tuple(tornado(float(np.median(starts)), assumptions)), per_head,
        float((drawn >= per_head * people).mean()), tuple(assumptions), seed, taken,
        _between(drawn, 25, 75), _between(drawn, 2.5, 97.5),
    )  # fmt: skip


def _between(drawn: Floats, least: float, most: float) -> tuple[float, float]:
    low, high = (float(one) for one in np.percentile(drawn, (least, most)))
    return low, high


def _eight_in_ten(name: str, drawn: Floats, said: tuple[str, ...]) -> Projection:
    low, high = _between(drawn, 10, 90)
    unit = "hours a year" if name == "extrapolated_hours" else "£ a year"
    return Projection(name, "eight draws in ten", unit, low, high, said, "10th to 90th percentile")


_NOT_OF = {"extrapolated_hours": {"marginal", "price_year", "overheads"}, "extrapolated_saving_marginal": {"marginal"}}
"""Assumptions that hours, and amounts at marginal rates, do not need: they are about the money at average rates."""


def _carried(
    name: str,
    places: Sequence[Place],
    living: Mapping[str, float],
    assumptions: Sequence[Assumption],
    seed: int,
    of: int,
) -> Projection | None:
    """Hours, or amounts at marginal rates, carried like the savings: by group where each place gives the groups."""
    if not places:
        return None
    if not all(set(one.savings) <= set(living) for one in places):
        living = {"": sum(living.values())}
        places = [Place(one.name, {"": one.saving}, {"": sum(one.people.values())}) for one in places]
    strata = _strata(places, living)
    used = [one for one in assumptions if one.name not in _NOT_OF[name]]
    given = f"given by {len(places)} of {of} places"
    return _eight_in_ten(name, together(_starts(places, living, strata, seed), used, seed),
                         (given, *_said(used, strata)))  # fmt: skip


def _check(places: Sequence[Place], assumptions: Sequence[Assumption]) -> None:
    if not places or any(one.population <= 0 for one in places):
        raise Refused("no place has both a saving and a population: add them to area_facts.csv")
    for one in assumptions:
        if not 0 <= one.low <= one.high:
            raise InputError(f"{one.low:g} to {one.high:g} is not a range", file="assumptions", column=one.name,
                             expected="a low and a high end of 0 or more")  # fmt: skip


def _errors(places: Sequence[Place]) -> list[float]:
    """The standard errors as given; where any place has none, all count alike."""
    given = [one.error for one in places if one.error]
    if len(given) == len(places):
        return given
    return [1e-6 * max(abs(one.per_head) for one in places) or 1e-6] * len(places)


def _why_not(places: Sequence[Place]) -> str:
    if len(places) < 5:
        return f"{len(places)} places: too few for an interval, so here are the places and their range."
    return ""


def _strata(places: Sequence[Place], living: Mapping[str, float]) -> Stratified | None:
    if set(living) == {""}:
        return None
    return post_stratified(_by_stratum(places), living)


def _by_stratum(places: Sequence[Place]) -> dict[str, tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = {}
    for one in places:
        for stratum, saving in one.savings.items():
            before = sums.get(stratum, (0.0, 0.0))
            sums[stratum] = (before[0] + saving, before[1] + one.people[stratum])
    return sums


def _starts(places: Sequence[Place], living: Mapping[str, float], strata: Stratified | None, seed: int) -> Floats:
    """The sum before assumptions, drawn by taking places again and again (the place is what is drawn, never a row)."""
    rng = np.random.default_rng([seed, 1])  # not the numbers that draw the assumptions: the two would go together
    drawn = rng.integers(0, len(places), (_DRAWS, len(places)))
    people = sum(living.values())
    if strata is None:
        saving, base = np.array([one.saving for one in places]), np.array([one.population for one in places])
        return saving[drawn].sum(axis=1) / base[drawn].sum(axis=1) * people
    sums = np.zeros(_DRAWS)
    most = np.zeros(_DRAWS)
    for stratum, there in living.items():
        saving = np.array([one.savings.get(stratum, 0.0) for one in places])
        base = np.array([one.people.get(stratum, 0.0) if stratum in one.savings else 0.0 for one in places])
        if base.sum() == 0:
            continue
        below = base[drawn].sum(axis=1)
        head = np.divide(saving[drawn].sum(axis=1), below, out=np.full(_DRAWS, saving.sum() / base.sum()),
                         where=below > 0)  # fmt: skip
        sums += head * there
        most = np.maximum(most, head)
    return sums + rng.uniform(0, 1, _DRAWS) * most * people * strata.unseen_share


def group_says(code: str) -> str:
    """A group or respect as words: `age=65+;imd=1` is "age 65+, index of multiple deprivation 1"."""
    parts = (part.replace("=", " ").replace("_", " ").split() for part in code.split(";"))
    return ", ".join(" ".join(GLOSSED.get(word, word) for word in part) for part in parts)


def _said(assumptions: Sequence[Assumption], strata: Stratified | None) -> tuple[str, ...]:
    said = [f"{one.says}: {one.low:.0%} to {one.high:.0%}" for one in assumptions]
    if strata and strata.unseen:
        groups = "; ".join(map(group_says, strata.unseen))
        said.append(f"groups never observed ({groups}): from nothing to the most observed")
    return (*said, CHOSE)


def _balance(places: Sequence[Place], living: Mapping[str, float], traits: Mapping[str, float]) -> tuple[Balance, ...]:
    people, found = sum(living.values()), []
    for stratum in living if set(living) != {""} else ():
        shares = [one.people.get(stratum, 0.0) / sum(one.people.values()) for one in places]
        country = living[stratum] / people
        found.append(Balance(stratum, float(np.mean(shares)), country, standardised_difference(shares, country)))
    for trait, country in traits.items():
        values = [one.traits[trait] for one in places if one.traits and trait in one.traits]
        if values:
            found.append(Balance(trait, float(np.mean(values)), country, standardised_difference(values, country)))
    return tuple(found)


def _cells(places: Sequence[Place]) -> list[Cell]:
    """What each place saved for each head of each group; none where there are no groups."""
    return [
        Cell(one.name, stratum, saving / one.people[stratum])
        for one in places for stratum, saving in one.savings.items() if stratum and one.people.get(stratum)
    ]  # fmt: skip


def _effective(places: Sequence[Place], living: Mapping[str, float]) -> float | None:
    """Kish's share over the people observed, each weighted to the country's strata."""
    if set(living) == {""}:
        return None
    by = {stratum: people for stratum, (_, people) in _by_stratum(places).items() if people and stratum in living}
    weights = np.array([living[stratum] / people for stratum, people in by.items()])
    people = np.array(list(by.values()))
    if len(set(by)) == 1:
        return effective_share([1.0])
    return float((weights @ people) ** 2 / (people.sum() * (weights**2 @ people)))
