"""Early signs, to offer peer help early (Stat 9, M111, M112): a list, agencies in alphabetical order, no score.

Every line is a question – "something changed here: what?" – shown first to the agency itself. Lines are never added
up by agency, weighted or coloured (N2).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np

from personshaped.figures import By, Context, Measure, Query, by, filled
from personshaped.learning.honest import is_silent
from personshaped.learning.watched import ALL_ROWS, RARE_BELOW, SERIES, WORDS, Watched, charted
from personshaped.statistics.alarms import (
    FALSE_PART,
    coincidences,
    counts_flagged_by_chance,
    discovered,
    shares_flagged_by_chance,
)
from personshaped.statistics.alike import middle_leaning
from personshaped.statistics.steps import RAREST, largest_step, step_by_chance
from personshaped.statistics.xmr import FEWEST_FULL, Floats

Row = dict[str, Any]
NEAR = 3
"""Months within which a change is named beside a signal, and within which two signals are called together."""
SETTLING = 6
"""Points after a change of method in which no signal is named (M109)."""
FEWEST_OF_A_KIND = 5
"""Charts of one kind, one an agency, from which on it is told how alike their neighbouring points are."""
JOINED = 0.1
"""Agencies are joined where more than this share of what one handles arrives at the other afterwards (R8)."""
SEED = 1
RULES = ("outside", "shift", "trend", "two of three")


@dataclass(frozen=True)
class Signal:
    """One line of the list: which chart of which agency, by which rule, from which month to which.

    `words` are what people said there in its first month; `near` the changes written down within three months.
    """

    agency: str
    chart: str
    rule: str
    since: str
    until: str
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lasting:
    """A chart whose level from the month `since` on differs from before by more than chance among all charts."""

    agency: str
    chart: str
    since: str


@dataclass(frozen=True)
class Signs:
    """The list, agencies in alphabetical order, oldest first within each; and what chance alone would show.

    Before it stand the `silent`: agencies from which fewer rows arrive than did, or none (Stat 8).
    `charts` were looked at, `flagged` of them show any signal, `by_chance` would of stable charts like these; those of
    the flagged that stand out among all are `lasting` (`discovered` says what of them may be chance).
    `linked` are pairs joined by R8 whose signals begin within three months of each other: respond together.
    `together` counts them, `together_by_chance` holds that count for every shift of one series in time. `unseen` counts
    series too rare or too short for a chart: whatever changes in those is not in the list.
    """

    silent: tuple[str, ...]
    signals: tuple[Signal, ...]
    charts: int
    flagged: int
    by_chance: float
    lasting: tuple[Lasting, ...]
    linked: tuple[tuple[str, str], ...]
    together: int
    together_by_chance: tuple[float, ...]
    joined: int
    unseen: int = 0


def settling(periods: Sequence[str], methods: Iterable[date]) -> frozenset[str]:
    """The first six points after each change of method (M109): marked "settling", and no signal is named there."""
    months = [_month(period) for period in periods]
    apart = min((after - before for before, after in itertools.pairwise(months)), default=1)
    changed = [on.year * 12 + on.month - 1 for on in methods]
    return frozenset(
        period for period, month in zip(periods, months, strict=True)
        if any(0 <= month - at < SETTLING * apart for at in changed)
    )  # fmt: skip


def runs(chart: Watched, rule: str) -> list[tuple[int, int]]:
    """First and last point of each unbroken run of points that a rule flags."""
    flags = [rule in chart.signals.names(at) for at in range(len(chart.values))]
    edges = [at for at in range(len(flags) + 1) if (at < len(flags) and flags[at]) != (at > 0 and flags[at - 1])]
    return [(first, after - 1) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def signs(rows: Iterable[Row], words: Mapping[tuple[str, str], Sequence[str]] | None = None) -> Signs:
    """From one row for each agency and series, with monthly counts, what is passed on, and `changes`."""
    held = list(rows)
    drawn = [(row, chart) for row in held if (chart := charted(row)) is not None]
    alike = _alike([(row["what"], chart) for row, chart in drawn])
    named = [_signals(row, chart, words or {}) for row, chart in drawn]
    found = [one for ours in named for one in ours]
    found.sort(key=lambda one: (one.agency, one.since, one.chart, one.rule))
    pairs, linked, together, shifted = _linked(held, found)
    silent = tuple(sorted(row["agency"] for row in held if row["what"] == ALL_ROWS and is_silent(row["counts"])))
    by_chance = sum(_by_chance(chart, near) for (_, chart), near in zip(drawn, alike, strict=True))
    lasting = _lasting(drawn, alike, [bool(ours) for ours in named])
    flagged = sum(map(bool, named))
    unseen = sum(row["what"] != ALL_ROWS and any(row["counts"]) for row in held) - len(drawn)
    return Signs(
        silent, tuple(found), len(drawn), flagged, by_chance, lasting, linked, together, shifted, pairs, unseen
    )


def _alike(charts: Sequence[tuple[str, Watched]]) -> list[float]:
    """How much neighbouring points of each chart are alike: as in the middle chart of its kind over all agencies.

    The same people ask again month after month, so neighbours resemble one another, in counts more than in shares; a
    median is not moved by the few charts in which something did change. Kinds of few charts take that of all.
    """
    kinds: dict[str, list[Floats]] = {}
    for what, chart in charts:
        kinds.setdefault(what, []).append(chart.away)
    every = middle_leaning([one for some in kinds.values() for one in some])
    middle = {what: middle_leaning(some) if len(some) >= FEWEST_OF_A_KIND else every for what, some in kinds.items()}
    return [middle[what] for what, _ in charts]


def _lasting(
    drawn: Sequence[tuple[Row, Watched]], alike: Sequence[float], named: Sequence[bool]
) -> tuple[Lasting, ...]:
    """Charts with a signal whose level changed by more than chance when all charts are looked at together.

    A chart without a signal is kept among those looked at, as one in which nothing is seen: so none is named that is
    not in the list.
    """
    steps = [largest_step(chart.away) for _, chart in drawn]
    chances = [
        step_by_chance(step, len(chart.away), SEED, max(near, 0.0)) if signal else 1.0
        for (_, chart), (_, step), near, signal in zip(drawn, steps, alike, named, strict=True)
    ]
    found = [
        Lasting(row["agency"], row["what"], chart.periods[at])
        for (row, chart), (at, _), stands in zip(drawn, steps, discovered(chances), strict=True)
        if stands
    ]
    return tuple(sorted(found, key=lambda one: (one.agency, one.since, one.chart)))


def _by_chance(chart: Watched, alike: float) -> float:
    """How likely such a chart shows a signal if nothing changed."""
    if chart.below is None:
        return counts_flagged_by_chance(chart.centre, chart.moving_range, len(chart.values), SEED, alike)
    return shares_flagged_by_chance(chart.centre, chart.moving_range, chart.below, SEED, alike)


def _signals(row: Row, chart: Watched, words: Mapping[tuple[str, str], Sequence[str]]) -> list[Signal]:
    agency, periods = row["agency"], chart.periods
    changes = [one for one in (row["changes"] or ()) if one[3] in ("", agency)]
    quiet = settling(periods, [date.fromisoformat(one[0][:10]) for one in changes if one[1] == "method"])
    found = []
    for rule in RULES:
        for first, last in runs(chart, rule):
            named = [at for at in range(first, last + 1) if periods[at] not in quiet]
            if named:
                since, until = periods[named[0]], periods[named[-1]]
                said = tuple(words.get((agency, since), ()))
                found.append(Signal(agency, row["what"], rule, since, until, said, _near(since, changes)))
    return found


def _near(since: str, changes: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(f"{one[0][:10]}: {one[2]}" for one in changes if abs(_month(one[0]) - _month(since)) <= NEAR)


def _month(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _linked(
    rows: Sequence[Row], found: Sequence[Signal]
) -> tuple[int, tuple[tuple[str, str], ...], int, tuple[float, ...]]:
    """Joined pairs; those with signals near each other; how many; and how many at every shift in time."""
    if not rows:
        return 0, (), 0, ()
    periods = sorted({period for row in rows for period in row["periods"]})
    agencies = sorted({row["agency"] for row in rows})
    place = {name: at for at, name in enumerate(agencies)}
    joined = _joined(rows[0]["passed"] or (), place)
    begins = [sorted({periods.index(one.since) for one in found if one.agency == name}) for name in agencies]
    together, shifted = coincidences(joined, begins, len(periods), NEAR)
    linked = tuple(
        (agencies[a], agencies[b])
        for a, b in joined
        if any(abs(one - other) <= NEAR for one in begins[a] for other in begins[b])
    )
    return len(joined), linked, together, tuple(shifted.tolist())


def _joined(passed: Iterable[Sequence[str]], place: Mapping[str, int]) -> list[tuple[int, int]]:
    """Pairs of different agencies with G[a, b] > 0.1 either way."""
    flows = np.zeros((len(place), len(place)))
    arriving = np.zeros(len(place))
    for source, at, n in passed:
        if at in place:
            arriving[place[at]] += float(n)
            if source in place:
                flows[place[source], place[at]] += float(n)
    share = flows / np.maximum(arriving, 1)[:, None]
    strong = np.maximum(share, share.T) > JOINED
    return [(a, b) for a, b in itertools.combinations(range(len(place)), 2) if strong[a, b]]


def early_signs(con: duckdb.DuckDBPyConnection, context: Context) -> Signs:
    """The list with people's words, for the page that the agency itself sees first."""
    cursor = con.execute(filled(SERIES, context))
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    said = {(agency, period): words for agency, period, words in con.execute(WORDS).fetchall()}
    return signs(rows, said)


# --- figures -------------------------------------------------------------------------------------------------


_TOO_SHORT = f"Refused: no agency has a series of {FEWEST_FULL} months with {RARE_BELOW} or more a month."


def _found(one: Signs, context: Context) -> list[Row]:
    if not one.charts:
        return [{"value": None, "note": _TOO_SHORT}]
    note = (
        f"{one.flagged} of {one.charts} charts show a signal; of as many charts in which nothing changes about"
        f" {one.by_chance:.0f} would (neighbouring months as alike as here). {len(one.lasting)} are lasting: the level"
        " changed by more than chance among all the charts. Over many such studies at most one in twenty of those named"
        " so is there by chance, on average (Benjamini–Hochberg)."
    )
    if one.unseen:
        note += (
            f" {one.unseen} further series are too rare ({RARE_BELOW} a month are needed) or too short to chart, or a"
            " share that is always none or all: what changes in those is not seen."
        )
    if one.charts * RAREST > FALSE_PART:
        note += " Among so many charts no change is called lasting where it is the only one."
    return [{"value": one.flagged, "numerator": one.flagged, "denominator": one.charts, "n": one.charts, "note": note}]


def _together(one: Signs, context: Context) -> list[Row]:
    if not one.charts or not one.together_by_chance:
        return [{"value": None, "note": _TOO_SHORT}]
    low, high = np.quantile(one.together_by_chance, [0.025, 0.975])
    note = (
        f"Of {one.joined} pairs of agencies joined by what one passes to the other. With one series of each pair"
        f" shifted in time: {np.mean(one.together_by_chance):.1f} on average, mostly from {low:.0f} to {high:.0f}."
    )
    return [{"value": one.together, "n": one.joined, "note": note}]


signals = Measure(
    name="signals", answers=("M111",), unit="count", by=(By(),), chart="table", source="S3; Stat 9",
    tells_of="things", kind=Query(SERIES, _found, signs),
    needs=("interactions.activity|interactions.initiated_by",), wants=("linked",),
    says="On how many charts of all agencies together something changed, beside how many would show that by chance.",
    does_not_say="What changed, or whether it is bad; never a number for one agency: the list is for asking.",
)  # fmt: skip
signal_coincidence = replace(
    signals, name="signal_coincidence", answers=("M112",), kind=Query(SERIES, _together, signs), chart="network",
    says="How many pairs of agencies that pass work to one another changed within three months of each other.",
    does_not_say="Which of the two began, or why: they are asked together.",
)  # fmt: skip
peer_ties = Measure(
    name="peer_ties", answers=("M110",), unit="count", by=(by("agency"),), chart="network", source="S3",
    needs=("ties",), basis="recorded",
    kind=Query("""
SELECT agency AS "group", count(DISTINCT peer) FILTER (WHERE counts) AS value, count(*) FILTER (WHERE counts) AS n,
       CASE WHEN count(*) FILTER (WHERE undated) > 0
            THEN count(*) FILTER (WHERE undated) || ' without a day not counted.' END AS note
FROM (SELECT *, "at" >= CAST($end AS DATE) - INTERVAL 24 MONTH AND of_these AS counts,
             "at" IS NULL AND of_these AS undated
      FROM (SELECT *, kind IN ('review', 'visit', 'exchange') AS of_these FROM ties
            WHERE peer <> agency)
      WHERE "at" IS NULL OR "at" < CAST($end AS DATE))
GROUP BY ALL
ORDER BY ALL"""),
    note="Shown to the agency itself first; 0 where ties are recorded, but no such tie in that time",
    says="With how many peers an agency had a review, a visit or an exchange in the last 24 months.",
    does_not_say="What was learned; see the words beside each tie.",
)  # fmt: skip

SIGNAL_MEASURES: tuple[Measure, ...] = (signals, signal_coincidence, peer_ties)
