"""R8, propagation: what follows from one demand across all agencies, and what would not arrive elsewhere (M106)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from personshaped.figures import ALL_WHO_ASKED, By, Context, Measure, Query, by
from personshaped.flow.passing import work_arriving
from personshaped.statistics.propagation import (
    FEWEST,
    REPEATS,
    REPRODUCES,
    Propagation,
    Range,
    propagation,
    resampled,
    work_of,
)

Row = dict[str, Any]
Cell = tuple[str, str, int]
"""After contact with which agency, at which agency, how often; the first is blank for what comes from outside."""
Profile = tuple[tuple[Cell, ...], int]
"""The cells of one person (of one block of persons where there are many), and how many have exactly these."""
OTHER, POOLED, POOLED_PAIRS = "other", "pooled", "pooled from>to"
"""Agencies of little work taken as one, and by what such a figure is broken down: no agency's own figure looks so."""
SEED = 1

ASSUMES = (
    "Assumes that what an agency passes on scales with what it handles. An association along needs, not proof of cause"
)
FEWEST_PEOPLE = 10
"""Drawing fewer people anew says nothing of others; the same for means."""
MANY, BLOCKS = 10_000, 5_000
"""Of more persons than this, whole persons are drawn in so many blocks (by hash): the same limits, at the same cost
for any number of persons."""
_BY_PERSON = f"""
WITH arrivals AS (
    SELECT person_id, agency, after_agency AS source FROM demands WHERE demand_type IN ('value', 'failure')
    UNION ALL
    SELECT person_id, to_agency, from_agency FROM referrals WHERE in_window AND received_at IS NOT NULL),
many AS (SELECT count(*) > {MANY} AS many FROM persons),
cells AS (
    SELECT CASE WHEN many THEN 'block ' || hash(person_id) % {BLOCKS} ELSE person_id END AS drawn,
           CASE WHEN source IN (SELECT agency FROM arrivals) THEN source ELSE '' END AS source, agency, count(*) AS n
    FROM arrivals CROSS JOIN many GROUP BY ALL),
profiles AS (SELECT drawn, list_sort(list([source, agency, CAST(n AS VARCHAR)])) AS cells FROM cells GROUP BY ALL)
SELECT cells, count(*) AS persons
FROM profiles
GROUP BY ALL
ORDER BY ALL"""


@dataclass(frozen=True)
class Spreading:
    """Propagation over the agencies (alphabetical), and the limits; those of agencies with little work are pooled.

    `persons` were drawn anew for the limits; `persons_at` says how many of them have work at each agency (where blocks
    of persons are drawn, how many blocks), `persons_at_others` how many at any of those pooled. `place` says where an
    agency stands in `range`; those pooled as `other` come last there, and have no limits of their own.
    """

    agencies: tuple[str, ...]
    found: Propagation
    place: Mapping[str, int]
    range: Range
    persons: int
    persons_at: np.ndarray
    persons_at_others: int

    @property
    def others(self) -> tuple[str, ...]:
        """The agencies pooled as `other`; none where no agency has enough work to stand beside them."""
        return tuple(name for name in self.agencies if name not in self.place) if self.place else ()


def spreading(profiles: Sequence[Profile], seed: int = SEED, repeats: int = REPEATS) -> Spreading:
    """From what was counted of each person."""
    agencies = tuple(sorted({at for cells, _ in profiles for _, at, _ in cells}))
    persons = np.array([times for _, times in profiles], np.float64)
    whole = _matrix(profiles, agencies)
    found = propagation(*_counted(persons @ whole, len(agencies)))
    large = [name for name, work in zip(agencies, found.arriving, strict=True) if work >= FEWEST]
    pooled = {name: at for at, name in enumerate(large)}
    joined = np.array([pooled.get(name, len(large)) for name in agencies])
    groups = len(set(joined.tolist()))
    limits = resampled(whole @ _joining(joined, groups), persons, groups, seed, repeats)
    work = work_of(whole, len(agencies))
    small = (joined == len(large)).astype(float)
    return Spreading(agencies, found, pooled, limits, int(persons.sum()), work.sign().T @ persons,
                     int(np.sign(work @ small) @ persons))  # fmt: skip


def pooled(spread: Spreading) -> tuple[tuple[str, ...], Propagation]:
    """The same with every agency of little work under one name, `other`, which comes last."""
    flows = spread.found.passing * spread.found.arriving[:, None]
    names = (*spread.place, OTHER) if len(spread.place) < len(spread.agencies) else tuple(spread.place)
    into = np.zeros((len(names), len(spread.agencies)))
    for at, name in enumerate(spread.agencies):
        into[spread.place.get(name, len(names) - 1), at] = 1
    return names, propagation(into @ flows @ into.T, into @ spread.found.outside)


def _matrix(profiles: Sequence[Profile], agencies: Sequence[str]) -> csr_array:
    """Profiles × (k·k flows, then k from outside)."""
    k = len(agencies)
    place = {(source, at): k * i + j for i, source in enumerate((*agencies, "")) for j, at in enumerate(agencies)}
    rows = np.repeat(np.arange(len(profiles)), [len(cells) for cells, _ in profiles])
    columns = [place[source, at] for cells, _ in profiles for source, at, _ in cells]
    counts = np.array([n for cells, _ in profiles for _, _, n in cells], np.float64)
    return csr_array((counts, (rows, columns)), shape=(len(profiles), k * k + k))


def _joining(joined: np.ndarray, groups: int) -> csr_array:
    """What a matrix of that kind is multiplied by, for one with the agencies of a group as one."""
    sources = np.append(joined, groups)  # from outside comes last in both
    columns = (groups * sources[:, None] + joined[None, :]).ravel()
    return csr_array((np.ones(len(columns)), (np.arange(len(columns)), columns)),
                     shape=(len(columns), groups * groups + groups))  # fmt: skip


def _counted(total: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    return total[: k * k].reshape(k, k), total[k * k :]


def _studied(rows: list[Row]) -> Spreading | None:
    """What the figures rest on: one resampling."""
    listed = [(tuple((source, at, int(n)) for source, at, n in row["cells"]), int(row["persons"])) for row in rows]
    return spreading(listed) if listed else None


def _refused(found: Propagation) -> list[Row]:
    note = (
        f"Refused: demand reproduces itself. The spectral radius is {found.radius:.2f}; from {REPRODUCES} on, what"
        " follows from one demand has no end that these data could tell."
    )
    return [{"value": None, "note": note}]


def _multiplier(spread: Spreading | None, context: Context) -> list[Row]:
    if spread is None or spread.found.reproduces:
        return _refused(spread.found) if spread else []
    values = spread.found.multiplier
    made = [
        _row(spread, name, float(values[at]), spread.range.multiplier, at) for at, name in enumerate(spread.agencies)
    ]
    if spread.others and not (together := pooled(spread)[1]).reproduces:
        made.append(_of_others(spread, POOLED, OTHER, float(together.multiplier[-1]), spread.range.multiplier, (-1,)))
    return made


def _prevented(spread: Spreading | None, context: Context) -> list[Row]:
    """By agency the fall at all others together; then, from>to, the fall at each agency."""
    if spread is None or spread.found.reproduces:
        return _refused(spread.found) if spread else []
    fall = spread.found.prevented
    elsewhere = fall.sum(axis=1) - np.diagonal(fall)
    made = [
        _row(spread, name, float(elsewhere[at]), spread.range.elsewhere, at) for at, name in enumerate(spread.agencies)
    ]
    for a, b in zip(*np.nonzero(fall > 1e-12), strict=True):
        made.append(_between(spread, spread.agencies[a], spread.agencies[b], float(fall[a, b]), int(a)))
    return [*made, *_prevented_with_others(spread)]


def _prevented_with_others(spread: Spreading) -> list[Row]:
    """The same of the agencies pooled as one: what would not arrive elsewhere if they resolved it, and what there."""
    if not spread.others or (made := pooled(spread))[1].reproduces:
        return []
    names, found = made
    fall, last = found.prevented, len(names) - 1
    elsewhere = float(fall[last].sum() - fall[last, last])
    rows = [_of_others(spread, POOLED, OTHER, elsewhere, spread.range.elsewhere, (last,))]
    for a, b in zip(*np.nonzero(fall > 1e-12), strict=True):
        if last in (a, b):
            pair, limits = f"{names[a]}>{names[b]}", spread.range.prevented
            rows.append(_of_others(spread, POOLED_PAIRS, pair, float(fall[a, b]), limits, (a, b), names[min(a, b)]))
    return sorted(rows, key=lambda row: (row["by"], row["group"]))


def _of_others(
    spread: Spreading, by_: str, group: str, value: float, limits: tuple[np.ndarray, np.ndarray], at: tuple[int, ...],
    beside: str = OTHER,
) -> Row:  # fmt: skip
    """A figure of the agencies pooled as one, alone or `beside` a large one, at this place of the limits."""
    arrived = sum(int(spread.found.arriving[spread.agencies.index(name)]) for name in spread.others)
    row: Row = {"by": by_, "group": group, "value": value, "n": arrived}
    together = f"Together: {', '.join(spread.others)}, each with fewer than {FEWEST} pieces of work."
    there = spread.persons_at[spread.agencies.index(beside)] if beside in spread.place else spread.persons
    if min(spread.persons, there, spread.persons_at_others) < FEWEST_PEOPLE:
        return row | {"note": f"{together} No interval: fewer than {FEWEST_PEOPLE} people had work there."}
    ends = _limited(float(limits[0][at]), float(limits[1][at]))
    return row | ends | {"note": " ".join(filter(None, (together, ends.get("note"))))}


def _row(spread: Spreading, name: str, value: float, limits: tuple[np.ndarray, np.ndarray], at: int) -> Row:
    row = {"group": name, "value": value, "n": int(spread.found.arriving[at])}
    if few := _few(spread, at, name):
        return row | {"note": few}
    place = spread.place[name]
    return row | _limited(float(limits[0][place]), float(limits[1][place]))


def _between(spread: Spreading, a: str, b: str, value: float, at: int) -> Row:
    row = {"by": "from>to", "group": f"{a}>{b}", "value": value, "n": int(spread.found.arriving[at])}
    if few := _few(spread, at, a, b):
        return row | {"note": few}
    low, high = (float(limit[spread.place[a], spread.place[b]]) for limit in spread.range.prevented)
    return row | _limited(low, high)


def _few(spread: Spreading, at: int, *names: str) -> str:
    """Why a figure of these agencies, counted at the one `at`, has no interval; blank if it has one."""
    if spread.persons < FEWEST_PEOPLE:
        return f"No interval: fewer than {FEWEST_PEOPLE} people."
    if any(name not in spread.place for name in names):
        return (
            f"No interval: {int(spread.found.arriving[at])} arrived here; agencies with fewer than {FEWEST} (this"
            " one, or the one where it falls) are pooled in intervals."
        )
    if any(spread.persons_at[spread.agencies.index(name)] < FEWEST_PEOPLE for name in names):
        return f"No interval: fewer than {FEWEST_PEOPLE} people had work here, or where it falls."
    return ""


def _limited(low: float, high: float) -> Row:
    if np.isinf(high):
        return {"low": low, "note": "No upper limit: in some resamples of people demand reproduces itself."}
    return {"low": low, "high": high}


def _radius(spread: Spreading | None, context: Context) -> list[Row]:
    if spread is None:
        return []
    row: Row = {"value": spread.found.radius, "n": int(spread.found.arriving.sum())}
    if few := _few(spread, 0):
        row["note"] = few
    elif len(spread.place) == len(spread.agencies):
        row |= {"low": spread.range.radius[0], "high": spread.range.radius[1]}
    else:
        row["note"] = f"No interval: some agencies have fewer than {FEWEST} pieces of work."
    if spread.found.reproduces:
        row["note"] = " ".join(part for part in (row.get("note", ""), "Demand reproduces itself.") if part)
    return [row]


_BEHIND = """
SELECT agency AS "group", person_id FROM demands
UNION ALL
SELECT after_agency || '>' || agency, person_id FROM demands"""
"""Of a pair those who asked at one after the other: what passes between two by way of others is not published."""
multiplier = replace(
    work_arriving, name="multiplier", answers=("M106",), unit="ratio", by=(by("agency"),),
    kind=Query(_BY_PERSON, _multiplier, _studied, _BEHIND), chart="network", source="S1 II; R8", note=ASSUMES,
    says="Pieces of work at all agencies together for one value demand that arrives at an agency.",
    does_not_say="How much of it could be prevented, or that the agency at which it begins could prevent it.",
)  # fmt: skip
demand_prevented_elsewhere = replace(
    multiplier, name="demand_prevented_elsewhere", unit="count", kind=Query(_BY_PERSON, _prevented, _studied, _BEHIND),
    chart="matrix",
    says="If an agency resolved all that reaches it, how much less work would arrive at the others; and at each.",
    does_not_say="A saving, a promise or a goal: whether it happens shows only where a way of working is changed.",
)  # fmt: skip
spectral_radius = replace(
    multiplier, name="spectral_radius", by=(By(),), chart="table",
    kind=Query(_BY_PERSON, _radius, _studied, ALL_WHO_ASKED), answers=("R8",), source="R8",
    says="How nearly demand reproduces itself: 0 where nothing is passed on, 1 where every demand brings another.",
    does_not_say="Where: see the multiplier and the matrix of what arrives after what.",
)  # fmt: skip

PROPAGATION_MEASURES: tuple[Measure, ...] = (multiplier, demand_prevented_elsewhere, spectral_radius)
