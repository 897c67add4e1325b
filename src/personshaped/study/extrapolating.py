"""How far it might reach: what places saved, from `area_facts.csv`, carried to a country with everything left open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path

import numpy as np

from personshaped.errors import InputError, Refused
from personshaped.learning.extrapolate import STANDARD, Place, Reach, reach
from personshaped.learning.published import reference
from personshaped.statistics.extrapolation import Assumption, raked

_NEEDED = ("area", "period", "measure", "value", "source")
_PEOPLE, _SAVING, _ERROR, _HOURS, _MARGINAL = "population", "saving", "saving_error", "hours_freed", "saving_marginal"
_A = {_SAVING: "a saving", _HOURS: "hours freed", _MARGINAL: "a saving at marginal rates"}
_AMOUNTS = (_PEOPLE, _SAVING, _ERROR, _HOURS, _MARGINAL)
Facts = dict[tuple[str, str, str], tuple[str, float]]
"""(area, measure, stratum): the latest period and its value."""


def extrapolate(folder: Path, country: str | None = None, claim: float = 16e9, seed: int = 1) -> Reach:
    """Reads `area_facts.csv` and, where there is one, `assumptions.csv`, and carries the savings to the country.

    The country is the one area that has a population and no saving, unless it is named; of several, the one that has
    the places' groups and more people than all of them together. Of an area in England whose people the file does not
    give, the latest estimate of the Office for National Statistics is taken, and said. Raises InputError naming
    the row, Refused where no place has both a saving and people.
    """
    facts = _facts(folder / "area_facts.csv")
    saved = {area for area, measure, _ in facts if measure == _SAVING}
    if not saved:
        raise Refused("no place has a saving: add rows with the measure saving (£ a year) to area_facts.csv")
    facts, taken = _with_known_populations(facts, {*saved, *([country] if country else [])})
    chosen = country or _only_country(facts, saved)
    living = _of(facts, chosen, _PEOPLE)
    if not living:
        raise Refused(f"no population of {chosen}: add it to area_facts.csv")
    places = [_place(facts, area) for area in sorted(saved - {chosen})]
    known = {stratum for one in places for stratum in one.savings}
    strata = _strata(living, places, known)
    traits = {measure: value for (area, measure, stratum), (_, value) in facts.items()
              if area == chosen and not stratum and measure not in _AMOUNTS}  # fmt: skip
    lacking = sorted(known - set(strata)) if set(strata) != {""} else []
    if lacking:
        said = ", ".join(one or "what is given for no group" for one in lacking)
        taken += (f"left out, for {chosen} has no such group: {said}",)
    return reach(chosen, strata, places, _assumptions(folder / "assumptions.csv"), traits, claim, seed, taken,
                 *([_place(facts, one.name, measure) for one in places if _of(facts, one.name, measure)]
                   for measure in (_HOURS, _MARGINAL)))  # fmt: skip


def _with_known_populations(facts: Facts, areas: set[str]) -> tuple[Facts, tuple[str, ...]]:
    """The facts with the people of those areas that the file has none for, and a sentence for each that was taken."""
    lacking = {area for area in areas if not _of(facts, area, _PEOPLE)}
    found: Facts = {}
    for row in reference("populations"):
        key = (row["area"], _PEOPLE, "")
        if row["area"] in lacking and (key not in found or row["period"] > found[key][0]):
            found[key] = (row["period"], float(row["value"]))
    taken = tuple(f"people of {area}: {value:,.0f}, Office for National Statistics, {period}"
                  for (area, _, _), (period, value) in sorted(found.items()))  # fmt: skip
    return {**facts, **found}, taken


def _facts(path: Path) -> Facts:
    if not path.exists():
        raise InputError("no such file", file=str(path), expected="a table of facts about areas")
    found: Facts = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise InputError(f"no column {', '.join(missing)}", file=path.name, expected=", ".join(_NEEDED))
        for number, row in enumerate(rows, start=2):  # the heading is row 1, as in `check`
            key = ((row["area"] or "").strip(), (row["measure"] or "").strip(), (row.get("stratum") or "").strip())
            period, value = (row["period"] or "").strip(), _number(row["value"], path.name, number)
            if key not in found or period >= found[key][0]:
                found[key] = (period, value)
    return found


def _number(text: str | None, file: str, row: int, column: str = "value") -> float:
    try:
        value = float((text or "").replace(",", "").replace("£", ""))
        if not isfinite(value):
            raise ValueError
        return value
    except ValueError:
        raise InputError(f'"{text}" is not a number', file=file, row=row, column=column, expected="e.g. 1200") from None


def _only_country(facts: Facts, saved: set[str]) -> str:
    others = sorted({area for area, measure, _ in facts if measure == _PEOPLE} - saved)
    if len(others) > 1:
        others = _large_enough(facts, saved, others) or others
    if len(others) != 1:
        said = f"{len(others)} areas have a population and no saving ({', '.join(others[:5])})" if others else (
            "no area has a population without a saving")  # fmt: skip
        raise InputError(said, file="area_facts.csv", expected="one, or --country with its name")
    return others[0]


def _large_enough(facts: Facts, saved: set[str], others: list[str]) -> list[str]:
    """Those with groups where the places have groups, and more people than all places together."""
    grouped = any(stratum for area, measure, stratum in facts if area in saved and measure == _SAVING)
    least = sum(sum(_of(facts, area, _PEOPLE).values()) for area in saved)
    return [
        area for area in others
        if (not grouped or "" not in _of(facts, area, _PEOPLE)) and sum(_of(facts, area, _PEOPLE).values()) > least
    ]  # fmt: skip


def _of(facts: Facts, area: str, measure: str) -> dict[str, float]:
    """By stratum; the whole ('') only where there are no strata."""
    found = {stratum: value for (where, what, stratum), (_, value) in facts.items() if (where, what) == (area, measure)}
    return {stratum: value for stratum, value in found.items() if stratum} or found


def _place(facts: Facts, area: str, measure: str = _SAVING) -> Place:
    savings, people = _of(facts, area, measure), _of(facts, area, _PEOPLE)
    if set(savings) == {""} and people:
        people = {"": sum(people.values())}
    lacking = [stratum or "the whole" for stratum in savings if not people.get(stratum)]
    if lacking:
        raise Refused(f"{area} has {_A[measure]} and no population for {', '.join(lacking)}: add it to area_facts.csv")
    error = facts.get((area, _ERROR, ""))
    total = sum(people[stratum] for stratum in savings)
    traits = {measure: value for (where, measure, stratum), (_, value) in facts.items()
              if where == area and not stratum and measure not in _AMOUNTS}  # fmt: skip
    return Place(area, savings, people, error[1] / total if error else None, traits)


def _strata(living: Mapping[str, float], places: Iterable[Place], known: set[str]) -> dict[str, float]:
    """The country's people by the places' strata: as given, raked where only two margins are known, else as one."""
    if known == {""} or set(living) == {""}:
        return {"": sum(living.values())}
    if known & set(living):
        return dict(living)
    across, down = _margins(living)
    start = np.zeros((len(across), len(down)))
    for one in places:
        for stratum, people in one.people.items():
            parts = set(stratum.split(";"))
            for i, row in enumerate(across):
                for j, column in enumerate(down):
                    start[i, j] += people if {row, column} == parts else 0
    try:
        table = raked(start, [living[row] for row in across], [living[column] for column in down])
    except ValueError as error:
        raise Refused(f"the country's margins cannot be matched to the places' groups: {error}") from None
    return {f"{row};{column}": float(table[i, j]) for i, row in enumerate(across) for j, column in enumerate(down)
            if table[i, j] > 0}  # fmt: skip


def _margins(living: Mapping[str, float]) -> tuple[list[str], list[str]]:
    keys: dict[str, list[str]] = {}
    for stratum in living:
        keys.setdefault(stratum.split("=")[0], []).append(stratum)
    if len(keys) != 2:
        raise Refused("the country's strata are not those of the places, nor two margins of them, e.g. age=… and imd=…")
    across, down = keys.values()
    return across, down


def _assumptions(path: Path) -> tuple[Assumption, ...]:
    """The standard ranges, each replaced by the study's own line of the same name; further lines are added."""
    held = {one.name: one for one in STANDARD}
    if not path.exists():
        return STANDARD
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            name = (row.get("name") or "").strip()
            if not name:
                raise InputError("no name", file=path.name, row=number, expected="name,low,high,says")
            low, high = (_number(row.get(end), path.name, number, end) for end in ("low", "high"))
            says = (row.get("says") or "").strip() or (held[name].says if name in held else name)
            held[name] = Assumption(name, low, high, says)
    return tuple(held.values())
