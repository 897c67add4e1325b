"""Stat 3's call-backs, Stat 9 and Stat 10 in plain loops, from the specification's text; nothing of the study is used.

Readings that its text leaves open stand with each function.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from math import cos, inf, pi, sin, sqrt
from typing import Any

import numpy as np
import statsmodels.api as sm

Row = dict[str, Any]


def middle(values: list[float]) -> float:
    """The median."""
    inside = sorted(values)
    half = len(inside) // 2
    return inside[half] if len(inside) % 2 else (inside[half - 1] + inside[half]) / 2


# --- Stat 10: peers ------------------------------------------------------------------------------------------

CONTEXT = ("population", "age", "deprivation", "density", "tenure", "ethnicity", "funding_per_head")


def alike(one: list[float], other: list[float]) -> float:
    """Pearson's correlation; 0 where either never varies."""
    n = len(one)
    a, b = [x - sum(one) / n for x in one], [x - sum(other) / n for x in other]
    size = sqrt(sum(x * x for x in a) * sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / size if size else 0.0


def scaled(values: list[float]) -> list[float] | None:
    """z = (x − median)/(1.4826·MAD), winsorised at ±3; None where all places are the same.

    Where more than half of them are, MAD is 0 and says nothing of the rest: the standard deviation stands for it.
    """
    centre, mean = middle(values), sum(values) / len(values)
    off = [x - centre for x in values]
    spread = 1.4826 * middle([abs(x) for x in off]) or sqrt(sum((x - mean) ** 2 for x in values) / len(values))
    return [max(-3.0, min(3.0, x / spread)) for x in off] if spread else None


def context_of(facts: list[Row]) -> tuple[list[str], dict[str, list[float]]]:
    """Places by name and what is known of every one of them, each as last told; strata are no place's whole."""
    told: dict[tuple[str, str], tuple[str, float]] = {}
    for row in facts:
        key = (row["area"], row["measure"])
        if row["measure"] in CONTEXT and not row["stratum"] and (key not in told or row["period"] > told[key][0]):
            told[key] = (row["period"], row["value"])
    places = sorted({area for area, _ in told})
    known = {one: [told[place, one][1] for place in places] for one in sorted(CONTEXT)
             if all((place, one) in told for place in places)}  # fmt: skip
    return places, known


def peers(facts: list[Row], k: int = 15) -> dict[tuple[str, str], float]:
    """The k nearest of each place, with how far; nothing for fewer than three places.

    Of two features that go together (|ρ| > 0.9) the first by name stays.
    """
    places, known = context_of(facts)
    if len(places) < 3:
        return {}
    kept: dict[str, list[float]] = {}
    for name, values in known.items():
        z = scaled(values)
        if z is not None and all(abs(alike(z, other)) <= 0.9 for other in kept.values()):
            kept[name] = z
    if not kept:
        return {}
    found = {}
    for i, place in enumerate(places):
        away = []
        for j, other in enumerate(places):
            if i != j:
                squares = [(z[i] - z[j]) ** 2 for z in kept.values()]
                away.append((sqrt(sum(squares) / len(squares)), other))
        for distance, other in sorted(away)[:k]:
            found[place, other] = distance
    return found


# --- Stat 3: met, learnt by calling back -----------------------------------------------------------------------

End = tuple[float, int]
Span = tuple[End, End]
"""Between which ends a need was met: (day, 0) is the day itself, (day, 1) what comes after it; infinite: never yet."""


def turnbull(spans: list[Span], rounds: int = 20_000) -> dict[Span, float]:
    """Turnbull's estimate by self-consistency: where the mass may lie, and how much of it lies there."""
    lefts, rights = sorted({a for a, _ in spans}), sorted({b for _, b in spans})
    # the mass lies in intervals that begin with a left end and end with a right end, with no other end between
    pieces = []
    for a in lefts:
        for b in rights:
            if a <= b and not any(a < x <= b for x in lefts if x != a) and not any(a <= y < b for y in rights):
                pieces.append((a, b))
    mass = dict.fromkeys(pieces, 1 / len(pieces))
    for _ in range(rounds):
        then = dict.fromkeys(pieces, 0.0)
        for a, b in spans:
            inside = [one for one in pieces if a <= one[0] and one[1] <= b]
            total = sum(mass[one] for one in inside)
            for one in inside:
                then[one] += mass[one] / total / len(spans)
        moved = max(abs(then[one] - mass[one]) for one in pieces)
        mass = then
        if moved < 1e-12:
            break
    return mass


def curve_of(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Days and the part still unmet after each: an equal pair is a day itself, else met after one and by the other."""
    told: list[Span] = [((a, 0 if a == b else 1), (b, 0)) for a, b in spans]
    left, found = 1.0, []
    for (_, (day, _)), part in sorted(turnbull(told).items(), key=lambda one: one[0][1]):
        left -= part
        if day != inf:
            found.append((day, left))
    return found


def called_back(needs: list[Row], interactions: list[Row]) -> tuple[list[tuple[float, float]], int]:
    """Of each need how late it was known to be unmet and by when it was met; and how many were learnt by calling.

    A call-back is a row of writing up or talking over (record, report, review, meeting, other) that tells "met" at the
    moment of the end; "not yet" is what asked again before, or said that it was not met.
    """
    spans, learnt = [], 0
    for need in needs:
        if not need["in_cohort"] or need["duration"] is None or need["duration"] < 0:
            continue
        days = float(need["duration"])
        if need["event"] != "met":
            spans.append((days, inf))
            continue
        key = (need["person_id"], need["need_id"])
        own = [row for row in interactions if (row["person_id"], row["need_id"]) == key and row["started_at"]]
        call = any(
            row["started_at"] == need["ended_at"] and (row["need_met"] or row["outcome"] == "need_met")
            and row["kind"] == "activity"
            and row["activity"] in (None, "record", "report", "review", "meeting", "other")
            for row in own
        )  # fmt: skip
        unmet = [
            (row["started_at"].date() - need["opened_at"].date()).days for row in own
            if row["started_at"] < need["ended_at"] and (row["counts_as_demand"] or row["need_met"] is False)
            and row["date_precision"] not in ("month", "year", "range")
        ]  # fmt: skip
        if not call or not unmet:
            spans.append((days, days))
            continue
        learnt += 1
        last = float(max(unmet))
        middle_of = (last + days) / 2
        spans.append((middle_of, middle_of) if days - last < 14 else (last, days))
    return spans, learnt


# --- Stat 1 and Stat 9: what is charted of each agency, and what its chart flags --------------------------------


def months_between(first: datetime, end: date) -> list[tuple[int, int]]:
    """Whole months from the first day of `first`'s month on, before `end`."""
    found, year, month = [], first.year, first.month
    while (year + month // 12, month % 12 + 1) <= (end.year, end.month):
        found.append((year, month))
        year, month = year + month // 12, month % 12 + 1
    return found


def whole_month_from(at: datetime) -> tuple[int, int]:
    """The first month that is whole from `at` on."""
    if at.day == 1:
        return at.year, at.month
    return at.year + at.month // 12, at.month % 12 + 1


def month_of(at: datetime | date) -> tuple[int, int]:
    return at.year, at.month


def limits(values: list[float]) -> tuple[float, list[float]]:
    """Mean, and how far each limit is from it: 2.66 times the mean moving range, the largest screened out once."""
    mean = sum(values) / len(values)
    return mean, [2.66 * screened([abs(b - a) for a, b in pairwise(values)])] * len(values)


def screened(ranges: list[float]) -> float:
    whole = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < 3.267 * whole]
    return sum(kept) / len(kept) if kept else whole


def varying(values: list[float], below: list[float]) -> tuple[float, list[float]]:
    """Laney's p′: p̄ and 3 σᵢ σ_z."""
    centre = sum(values) / sum(below)
    sigma = [sqrt(centre * (1 - centre) / n) for n in below]
    z = [(x / n - centre) / s for x, n, s in zip(values, below, sigma, strict=True)]
    spread = screened([abs(b - a) for a, b in pairwise(z)]) / 1.128
    return centre, [3 * one * spread for one in sigma]


def flagged(values: list[float], mean: float, away: list[float]) -> dict[str, set[int]]:
    """Points that each of the four rules flags."""
    n = len(values)
    off = [x - mean for x in values]
    side = [(one > 0) - (one < 0) for one in off]
    steps = [(b > a) - (b < a) for a, b in pairwise(values)]
    near = [away[at] * 2 / 3 < abs(off[at]) <= away[at] for at in range(n)]
    found: dict[str, set[int]] = {"outside": {at for at in range(n) if abs(off[at]) > away[at]}}
    found["shift"], found["trend"], found["two of three"] = set(), set(), set()
    for at in range(n - 6):
        seven = range(at, at + 7)
        if side[at] and all(side[one] == side[at] for one in seven):
            found["shift"] |= set(seven)
        if steps[at] and all(steps[one] == steps[at] for one in range(at, at + 6)):
            found["trend"] |= set(seven)
    for at in range(n - 2):
        three = range(at, at + 3)
        if side[at] and all(side[one] == side[at] for one in three) and sum(near[one] for one in three) >= 2:
            found["two of three"] |= {one for one in three if near[one]}
    return found


SHARES_WAIT = {"met 90": 90, "unasked 90": 90, "open 180": 180}
Series = tuple[list[tuple[int, int]], list[float], list[float] | None]


class Town:
    """What the walk derived, read month by month and agency by agency."""

    def __init__(self, tables: dict[str, list[Row]], start: date, end: date, handover: int) -> None:
        self.tables, self.end, self.handover = tables, end, handover
        told = [row["started_at"] for row in tables["demands"]
                if row["demand_type"] in ("value", "failure") and row["started_at"]]  # fmt: skip
        first = (min(told).year + min(told).month // 12, min(told).month % 12 + 1)
        first = max(first, whole_month_from(datetime(start.year, start.month, start.day)))
        self.months = months_between(datetime(*first, 1), end)
        self.counts: dict[tuple[str, str], dict[tuple[int, int], list[float]]] = {}
        self._count()

    def one(self, agency: str, what: str, at: datetime | None, yes: bool = True, of: bool = False) -> None:
        """One more event, or one more of which it is told whether."""
        if agency and at:
            months = self.counts.setdefault((agency, what), {})
            x = months.setdefault(month_of(at), [0.0, 0.0])
            x[0] += yes
            x[1] += of

    def _count(self) -> None:
        for row in self.tables["demands"]:
            agency, at, failure = row["agency"], row["started_at"], row["demand_type"] == "failure"
            self.one(agency, "demands", at)
            if failure:
                self.one(agency, "failure demands", at)
                if row["failure_kind"]:
                    self.one(agency, "failure: " + row["failure_kind"], at)
                if row["after_agency"] and row["after_agency"] != agency:
                    self.one(row["after_agency"], "failure elsewhere", at)
            if row["demand_type"] in ("value", "failure"):
                self.one(agency, "share failure", at, failure, True)
        asked = [row for row in self.tables["interactions"] if row["in_window"] and row["counts_as_demand"]]
        in_crisis = {row["agency"] for row in asked if row["crisis"] and row["started_at"]}
        for row in asked:
            if row["agency"] in in_crisis:
                self.one(row["agency"], "share crisis", row["started_at"], bool(row["crisis"]), True)
            said = f"{row['issue'] or ''} {row['words'] or ''}".lower().replace(";", " ")
            if any(word.startswith(("complain", "appeal")) for word in said.split()):
                self.one(row["agency"], "complaints", row["started_at"])
        for row in self.tables["interactions"]:
            if row["in_window"] and row["crisis"]:
                self.one(row["agency"], "crises", row["started_at"])
        self._needs()
        for row in self.tables["referrals"]:
            if row["in_window"] and row["sent_at"] and row["to_agency"]:
                self.one(row["to_agency"], "share recorded", row["sent_at"], row["received_at"] is not None, True)

    def _needs(self) -> None:
        said: dict[tuple[str, str], list[datetime]] = {}
        for row in self.tables["interactions"]:
            tells = row["need_met"] is not None or row["outcome"] == "need_met"
            if tells and row["started_at"] and row["need_id"]:
                said.setdefault((row["person_id"], row["need_id"]), []).append(row["started_at"])
        for row in self.tables["needs"]:
            agency, opened = row["opening_agency"], row["opened_at"]
            if row["asked_for"] and row["ended_at"] and row["end_reason"] != "merged":
                self.one(agency, "needs ended", row["ended_at"])
            if not row["in_cohort"] or not opened:
                continue
            self.one(agency, "needs opened", opened)
            if row["duration"] is None:
                continue
            ended = [row["event"] != "censored" and row["duration"] <= days for days in (90, 180)]
            told = said.get((row["person_id"], row["need_id"]), [])
            asked = any((one.date() - opened.date()).days <= 90 for one in told)
            self.one(agency, "met 90", opened, row["event"] == "met" and row["duration"] <= 90, True)
            self.one(agency, "unasked 90", opened, not ended[0] and not asked, True)
            self.one(agency, "open 180", opened, not ended[1], True)

    def series(self) -> dict[tuple[str, str], Series]:
        """Every month from the first whole one of the agency; months wait until what began in them is followed."""
        begins: dict[str, datetime] = {}
        for row in self.tables["interactions"]:
            if row["started_at"]:
                begins[row["agency"]] = min(begins.get(row["agency"], row["started_at"]), row["started_at"])
        found: dict[tuple[str, str], Series] = {}
        for (agency, what), by in self.counts.items():
            if agency not in begins:
                continue
            waits = SHARES_WAIT.get(what, self.handover if what == "share recorded" else 0)
            months = [one for one in self.months if one >= whole_month_from(begins[agency])
                      and self.first_after(one) + timedelta(days=waits) <= self.end]  # fmt: skip
            x = [by.get(one, [0.0, 0.0])[0] for one in months]
            n = [by.get(one, [0.0, 0.0])[1] for one in months]
            shared = any(pair[1] for pair in by.values())
            found[agency, what] = (months, x, n if shared else None)
        return found

    @staticmethod
    def first_after(month: tuple[int, int]) -> date:
        year, number = month
        return date(year + number // 12, number % 12 + 1, 1)

    def joined(self) -> set[tuple[str, str]]:
        """Pairs of agencies, either of which receives more than a tenth of what the other handles."""
        flow: dict[tuple[str, str], int] = {}
        arrives: dict[str, int] = {}
        came = [(row["after_agency"], row["agency"]) for row in self.tables["demands"]
                if row["demand_type"] in ("value", "failure")]  # fmt: skip
        came += [(row["from_agency"], row["to_agency"]) for row in self.tables["referrals"]
                 if row["in_window"] and row["received_at"]]  # fmt: skip
        for source, at in came:
            flow[source or "", at] = flow.get((source or "", at), 0) + 1
            arrives[at] = arrives.get(at, 0) + 1
        return {
            (min(a, b), max(a, b)) for (a, b), n in flow.items() if a in arrives and a != b and n / arrives[a] > 0.1
        }


def quarters(of: Series) -> Series:
    """Whole quarters, each at its first month."""
    months, x, n = of
    assert n
    found: Series = ([], [], [])
    for at, (year, month) in enumerate(months):
        if month % 3 == 1 and (year, month + 2) in months:
            found[0].append((year, month))
            found[1].append(sum(x[at : at + 3]))
            found[2].append(sum(n[at : at + 3]))  # type: ignore[union-attr]
    return found


def chart_of(of: Series) -> tuple[list[tuple[int, int]], dict[str, set[int]]] | None:
    """Flags of a series' chart; None where it is too short or rare, or a share of none or all."""
    months, x, n = of
    if n is None:
        if len(x) < 12 or sum(x) / len(x) < 5:
            return None
        return months, flagged(x, *limits(x))
    if n and (0 in n or sum(n) / len(n) < 5):
        months, x, n = quarters(of)
    if not n or len(n) < 12 or sum(n) / len(n) < 5 or 0 in n or sum(x) in (0, sum(n)):
        return None
    mean = sum(n) / len(n)
    if all(abs(one - mean) <= mean / 4 for one in n):
        shares = [a / b for a, b in zip(x, n, strict=True)]
        return months, flagged(shares, *limits(shares))
    shares = [a / b for a, b in zip(x, n, strict=True)]
    return months, flagged(shares, *varying(x, n))


def signs(town: Town, methods: list[tuple[date, str]]) -> tuple[int, int, int, int]:
    """Charts; those with a sign; joined pairs; those of them whose signs begin within three months of each other.

    In the six points from a change of method on nothing is named.
    """
    charts, shows, begins = 0, 0, {agency: set() for agency, _ in town.series()}  # type: ignore[var-annotated]
    for (agency, _), series in town.series().items():
        drawn = chart_of(series)
        if drawn is None:
            continue
        charts += 1
        months, flags = drawn
        quiet = set()
        for on, at in methods:
            if at in ("", agency):
                quiet |= set([one for one in months if one >= month_of(on)][:6])
        named = set()
        for points in flags.values():
            run: list[int] = []
            for point in [*sorted(points), inf]:
                if run and point != run[-1] + 1:
                    loud = [one for one in run if months[one] not in quiet]
                    named |= {months[loud[0]]} if loud else set()
                    run = []
                run.append(point)  # type: ignore[arg-type]
        shows += bool(named)
        begins[agency] |= {year * 12 + month for year, month in named}
    joined = town.joined()
    together = sum(any(abs(one - other) <= 3 for one in begins.get(a, ()) for other in begins.get(b, ()))
                   for a, b in joined)  # fmt: skip
    return charts, shows, len(joined), together


# --- Stat 5: an interrupted series -------------------------------------------------------------------------------

Found = dict[str, tuple[float, float]]
"""Of level, slope a year, at 6 and at 12 months: the logarithm, and its standard error."""


def columns_of(months: int, at: int) -> list[list[float]]:
    """1, t, X, (t − T₀)X in years, and two pairs of seasons from 24 months on."""
    lines = []
    for t in range(months):
        after = float(t >= at)
        line = [1.0, t / 12, after, (t - at) / 12 * after]
        for pair in (1, 2) if months >= 24 else ():
            line += [sin(2 * pi * pair * t / 12), cos(2 * pi * pair * t / 12)]
        lines.append(line)
    return lines


def interrupted(
    here: dict[str, list[int]], elsewhere: dict[str, list[int]] | None, months: int, at: int
) -> tuple[Found, int]:
    """What changed from month `at` on, and the degrees of freedom. `here` and `elsewhere` hold each person's months.

    With a comparison area, beyond what changed there: every term once for both, and once more for the area itself.
    Persons are what is drawn (0171); the error is never smaller than the model's own.
    """
    one = columns_of(months, at)
    sides = [here] if elsewhere is None else [here, elsewhere]
    design, y, askers = [], [], []
    for number, side in enumerate(sides):
        for t in range(months):
            nothing = [0.0] * len(one[t])
            design.append(one[t] if elsewhere is None else one[t] + (nothing if number else one[t]))
            y.append(float(sum(asked[t] for asked in side.values())))
        askers += [[0] * (number * months) + asked + [0] * ((len(sides) - 1 - number) * months)
                   for asked in side.values()]  # fmt: skip
    x, counts = np.array(design), np.array(y)
    slopes, dispersion = likeliest(x, counts)
    mean = np.exp(x @ slopes)
    bread = np.linalg.inv(sum(np.outer(row, row) * m * (1 + dispersion * n) / (1 + dispersion * m) ** 2
                              for row, m, n in zip(x, mean, counts, strict=True)))  # fmt: skip
    meat = np.zeros_like(bread)
    for asked in askers:
        moved = sum(row * n / (1 + dispersion * m) for row, m, n in zip(x, mean, asked, strict=True))
        meat += np.outer(moved, moved)
    covariance = bread @ meat @ bread
    own = bread * len(counts) / (len(counts) - len(slopes))
    wider = np.sqrt(np.maximum(1, np.diagonal(own) / np.diagonal(covariance)))
    covariance = covariance * np.outer(wider, wider)
    first = 0 if elsewhere is None else len(one[0])
    found: Found = {}
    for name, level, slope in (("level", 1, 0.0), ("slope a year", 0, 1.0), ("at 6 months", 1, 0.5),
                               ("at 12 months", 1, 1.0)):  # fmt: skip
        if name[:2] == "at" and at + 12 * slope >= months:
            continue
        way = np.zeros(len(slopes))
        way[first + 2], way[first + 3] = level, slope
        found[name] = (float(way @ slopes), float(np.sqrt(way @ covariance @ way)))
    return found, len(counts) - len(slopes)


def likeliest(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """NB2 slopes and dispersion as statsmodels finds them; Poisson where the counts vary no more than their means."""
    poisson = sm.GLM(y, x, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
    if ((y - poisson.mu) ** 2 - y).sum() <= 0:
        return poisson.params, 0.0
    found = sm.NegativeBinomial(y, x).fit(
        start_params=[*poisson.params, 0.05], method="bfgs", gtol=1e-6, maxiter=1000, disp=False
    )
    return found.params[:-1], max(0.0, float(found.params[-1]))
