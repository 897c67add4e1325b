"""How many of 500 repeats the 95% intervals of shares, means, times, corrections and trends hold the truth.

    python benchmarks/covering.py [REPEATS [SEED [ONLY]]]

Places of 30, 200 and 2,000 people whose needs differ from person to person: some ask once, some again and again, so
that rows of one person resemble one another. `intervals.py` does the same for old against new and for extrapolation.
ONLY is a part of a heading, to run those headings alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import numpy as np

from personshaped.figures import PersonSums
from personshaped.flow.propagation import Profile, spreading
from personshaped.statistics.clustered import mean, mean_of_counts, share, share_of_amount, total
from personshaped.statistics.completeness import two_sources
from personshaped.statistics.ends_by_person import limits, widened
from personshaped.statistics.incidence import CENSORED, incidence, survival
from personshaped.statistics.misclassified import Audit, corrected
from personshaped.statistics.propagation import FEWEST
from personshaped.statistics.restricted import restricted_mean
from personshaped.statistics.trend import difference_of_changes, yearly_change
from personshaped.statistics.wilson import wilson

Random = np.random.Generator
Array = np.ndarray
Held = list[bool | None]
"""Whether each of several intervals held what is true; None where none was given."""
Once = Callable[[Random], Held]
PEOPLE = (30, 200, 2000)


def holds(limits: tuple[float | None, float | None], true: float) -> bool | None:
    low, high = limits
    return None if low is None or high is None else low <= true <= high


def sums(x: Array, n: Array) -> PersonSums:
    return PersonSums(
        x.sum(), n.sum(), (x * x).sum(), (x * n).sum(), (n * n).sum(), int((n > 0).sum()), np.abs(x).max()
    )


# --- shares and means ----------------------------------------------------------------------------------------


def plain_share(n: int, part: float, random: Random) -> Held:
    return [holds(wilson(random.binomial(n, part), n), part)]


def of_persons(n: int, part: float, random: Random) -> Held:
    """Rows of persons who differ in how often they ask, and in how often the answer is yes."""
    rows = random.geometric(0.25, n).astype(float)
    x = random.binomial(rows.astype(int), random.beta(part * 3, (1 - part) * 3, n)).astype(float)
    return [holds(share(sums(x, rows)), part)]


def asked(n: int, random: Random) -> tuple[Array, Array]:
    """Needs of each person, and demands: the first for each need, and as many more as that person's luck brings."""
    needs = 1.0 + random.poisson(random.gamma(0.6, 1.0, n))
    return needs, needs + random.poisson(4 * needs * random.gamma(2, 0.5, n))


def failures(n: int, random: Random) -> Held:
    """Failure demand: all but the first for each need. Four of five demands on the mean."""
    needs, demands = asked(n, random)
    return [holds(share(sums(demands - needs, demands)), 0.8)]


def a_need(n: int, random: Random) -> Held:
    """Demands a need (5), and pounds a need: lognormal, one in forty with a placement (£2,000 on the mean)."""
    needs, demands = asked(n, random)
    cost = 25 * demands * random.lognormal(-0.5, 1.0, n) / 0.125
    return [holds(mean(sums(demands, needs)), 5), holds(mean(sums(cost, needs)), 1000)]


def dear(n: int, random: Random) -> Held:
    """The same where one person in forty costs twenty times as much; and of the intervals that do not say that few
    people carry them."""
    needs, demands = asked(n, random)
    cost = 25 * demands * random.lognormal(-0.5, 1.0, n) / 0.125 * np.where(random.random(n) < 1 / 40, 20, 1)
    found = sums(cost, needs)
    held = holds(mean(found), 1000 * (1 + 19 / 40))
    return [held, None if found.caution else held]


def none_at_all(n: int, random: Random) -> Held:
    """A count that two of n people have on the mean, one each; none of them is seen in one sample of seven."""
    return [holds(mean_of_counts(sums(random.binomial(1, 2 / n, n).astype(float), np.ones(n))), 2 / n)]


def of_minutes(n: int, part: float, random: Random) -> Held:
    """Of all minutes, how many are of a kind: persons differ in how much is done for them, and in its part of it."""
    rows = random.geometric(0.25, n)
    minutes = np.array([random.gamma(4, 10, many).sum() for many in rows])
    of_kind = minutes * random.beta(part * 3, (1 - part) * 3, n)
    return [holds(share_of_amount(sums(of_kind, minutes)), part)]


def nobody_new(n: int, part: float, random: Random) -> Held:
    """The upper end of 3 in n where none was seen; else by person (M021)."""
    asked_ = 1.0 + random.poisson(1, n)
    new = random.binomial(asked_.astype(int), part).astype(float)
    return [part <= min(1.0, 3 / asked_.sum()) if new.sum() == 0 else holds(share(sums(new, asked_)), part)]


def of_a_year(n: int, random: Random) -> Held:
    """Totals of a time in which people come by chance: how often they ask, and pounds; n of them on the mean."""
    needs, demands = asked(max(1, random.poisson(n)), random)
    cost = demands * random.lognormal(-0.5, 1.0, len(demands))
    of_need = 1.6 * 5 * n  # 1 + 0.6 needs of five demands each
    return [holds(total(sums(one, needs)), of_need) for one in (demands, cost)]


def shares_and_means() -> Iterator[tuple[str, tuple[str, ...], Once]]:
    for n, part in product(PEOPLE, (0.5, 0.2, 0.05, 0.01)):
        yield f"share {part:.0%} of {n}, one row a person", ("Wilson",), lambda r, n=n, p=part: plain_share(n, p, r)
    for n, part in product(PEOPLE, (0.5, 0.2, 0.05, 0.01)):
        yield f"share {part:.0%}, {n} persons with rows", ("by person",), lambda r, n=n, p=part: of_persons(n, p, r)
    for n in PEOPLE:
        yield f"failure share 80%, {n} persons", ("by person",), lambda r, n=n: failures(n, r)
    for n, part in product(PEOPLE, (0.5, 0.25, 0.05)):
        yield f"share of minutes {part:.0%}, {n} persons", ("by person",), lambda r, n=n, p=part: of_minutes(n, p, r)
    for n, part in product((30, 200), (0.01, 0.002)):
        yield f"none or few new {part:.1%}, {n} persons", ("3 in n",), lambda r, n=n, p=part: nobody_new(n, p, r)
    for n in PEOPLE:
        yield f"totals of {n} persons", ("demands", "pounds"), lambda r, n=n: of_a_year(n, r)
    for n in PEOPLE:
        yield f"means of {n} persons", ("demands a need", "pounds a need"), lambda r, n=n: a_need(n, r)
    for n in (30, 100, 200, 400, 1000):
        yield f"a few dear of {n} persons", ("pounds a need", "without a word"), lambda r, n=n: dear(n, r)
    for n in (30, 200):
        yield f"two of {n} persons have one", ("mean",), lambda r, n=n: none_at_all(n, r)


# --- times ---------------------------------------------------------------------------------------------------

MET, OTHERS, AT_ONCE = 0.5, 0.2, 0.1
"""Of needs not met at once half are met and a fifth end otherwise, if followed for ever; one in ten is met at once."""
ENDS_AFTER = 120.0


def ended(n: int, alike: bool, random: Random) -> tuple[Array, Array, Array]:
    """Days, ends and persons of needs: met at once, met later, ended otherwise; `alike` where one person has three."""
    of = np.repeat(np.arange(-(-n // 3)), 3)[:n] if alike else np.arange(n)
    luck = random.random(of.max() + 1)[of] if alike else random.random(n)
    mixed = np.where(random.random(n) < 0.7, luck, random.random(n)) if alike else luck
    days = np.floor(random.exponential(ENDS_AFTER, n)) + 1
    end = np.select([mixed < AT_ONCE, mixed < AT_ONCE + MET, mixed < AT_ONCE + MET + OTHERS], ["once", "met", "gone"],
                    "never")  # fmt: skip
    days = np.where(end == "once", 0, np.where(end == "never", 1e6, days))
    return days, np.where(end == "once", "met", end), of


def true_met(by: float) -> float:
    return AT_ONCE + MET * (1 - np.exp(-by / ENDS_AFTER))


def incidences(n: int, alike: bool, random: Random) -> Held:
    days, end, of = ended(n, alike, random)
    cut = np.floor(random.uniform(30, 500, n))
    seen = days <= cut
    rows = np.minimum(days, cut), np.where(seen, end, CENSORED).tolist()
    curve, persons = incidence(*rows), of[:, None].tolist()
    return [holds(limits(curve, *rows, persons, "met", by), true_met(by)) for by in (0, 28, 90, 365)]


def late(n: int, random: Random) -> Held:
    """Only needs still open when the records begin are seen, each from that day of its own on."""
    days, end, _ = ended(4 * n, False, random)
    begins = np.floor(random.uniform(0, 60, 4 * n))
    begins = np.where(random.random(4 * n) < 0.5, -1.0, begins)
    seen = np.flatnonzero(days > begins)[:n]
    cut = np.floor(begins[seen] + random.uniform(31, 500, len(seen)))
    short = np.minimum(days[seen], cut)
    ends = np.where(days[seen] <= cut, end[seen], CENSORED).tolist()
    curve = incidence(short, ends, entry=begins[seen])
    return [holds(curve.limits("met", by), true_met(by)) for by in (28, 90, 365)]


def middles(n: int, alike: bool, random: Random) -> Held:
    """The median of exponential times, and the mean of them up to a year."""
    of = np.repeat(np.arange(-(-n // 3)), 3)[:n] if alike else np.arange(n)
    part = random.random(of.max() + 1)[of]
    part = np.where(random.random(n) < 0.7, part, random.random(n)) if alike else part
    days, cut = -ENDS_AFTER * np.log(part), random.uniform(30, 800, n)
    time, seen = np.minimum(days, cut), days <= cut
    found = widened(survival(time, seen), time, seen.tolist(), of[:, None].tolist()).median_limits
    made: Held = [holds(found, ENDS_AFTER * np.log(2))]
    if time.max() < 365:
        return [*made, None]
    about = restricted_mean(time, seen, of, 365).estimate
    return [*made, holds((about.low, about.high), ENDS_AFTER * (1 - np.exp(-365 / ENDS_AFTER)))]


def care(n: int, random: Random) -> Held:
    """Months of care (M086): a fifth of the people die or move away, others are still cared for at the cut."""
    ends, leaves, cut = (random.exponential(mean, n) for mean in (5.0, 20.0, 1e9))
    cut = random.uniform(3, 24, n)
    lasted = np.minimum(np.minimum(ends, leaves), cut)
    event = np.where(lasted == ends, "ended", np.where(lasted == leaves, "died", CENSORED))
    curve, persons = incidence(lasted, event.tolist()), [[one] for one in range(n)]
    by_six = 0.8 * (1 - np.exp(-6 / 4))  # ends at 1/5 a month, of 1/5 + 1/20
    return [
        holds(survival(lasted, event == "ended").median_limits, 5 * np.log(2)),
        holds(limits(curve, lasted, event.tolist(), persons, "ended", 6), by_six),
    ]


def times() -> Iterator[tuple[str, tuple[str, ...], Once]]:
    says = ("met at once", "by 28 days", "by 90", "by 365")
    for n, alike in product(PEOPLE, (False, True)):
        whose = "three of a person" if alike else "one a person"
        yield f"met, {n} needs, {whose}", says, lambda r, n=n, a=alike: incidences(n, a, r)
    for n in PEOPLE:
        yield f"met, {n} needs, half seen late", says[1:], lambda r, n=n: late(n, r)
    for n in (15, 30, 200):
        yield f"care of {n} people", ("median", "ended by six months"), lambda r, n=n: care(n, r)
    for n, alike in product(PEOPLE, (False, True)):
        whose = "three of a person" if alike else "one a person"
        yield f"days, {n} needs, {whose}", ("median", "mean up to a year"), lambda r, n=n, a=alike: middles(n, a, r)


# --- corrections ---------------------------------------------------------------------------------------------


def audit(each: int, part: float, sees: float, spares: float, random: Random) -> Held:
    """5,000 demands coded by a rule; as many of either answer coded by people."""
    true = random.random(5000) < part
    says = np.where(true, random.random(5000) < sees, random.random(5000) > spares)
    chosen = np.concatenate([random.permutation(np.flatnonzero(says == one))[:each] for one in (True, False)])
    stratum = says[chosen].astype(int)
    weight = np.array([(~says).sum(), says.sum()])[stratum] / np.bincount(stratum)[stratum]
    found = corrected(float(says.mean()), Audit(says[chosen], true[chosen], stratum, weight), 1)
    return [None if found is None else found.low <= true.mean() <= found.high]


def caught(events: int, own: float, other: float, random: Random) -> Held:
    one, two = random.random(events) < own, random.random(events) < other
    found = two_sources(int(one.sum()), int(two.sum()), int((one & two).sum()))
    return [holds((found.low, found.high), events)]


def corrections() -> Iterator[tuple[str, tuple[str, ...], Once]]:
    for each, part, (sees, spares) in product((50, 100), (0.8, 0.5, 0.1), ((0.9, 0.85), (0.8, 0.95))):
        yield (f"corrected, {each} of either, true {part:.0%}, Se {sees}, Sp {spares}", ("Rogan–Gladen",),
               lambda r, e=each, p=part, a=sees, b=spares: audit(e, p, a, b, r))  # fmt: skip
    for events, (own, other) in product((20, 100, 1000), ((0.8, 0.6), (0.5, 0.3), (0.95, 0.9))):
        yield (f"two sources, {events} events, {own:.0%} and {other:.0%} caught", ("Chapman",),
               lambda r, n=events, a=own, b=other: caught(n, a, b, r))  # fmt: skip


# --- trends and propagation ----------------------------------------------------------------------------------


def monthly(level: float, months: int, growth: float, shape: float, random: Random) -> Array:
    at = np.arange(months)
    season = 1 + 0.1 * np.cos(2 * np.pi * at / 12)
    return random.poisson(level * (1 + growth) ** (at / 12) * season * random.gamma(shape, 1 / shape, months))


def slopes(level: float, months: int, shape: float, random: Random) -> Held:
    """A yearly change of 3%, and that two series which change alike do not differ."""
    first, second = (monthly(one, months, 0.03, shape, random) for one in (level, 4 * level))
    found, gap = yearly_change(first), difference_of_changes(second, first)
    return [found.low <= 0.03 <= found.high, gap.low <= 0 <= gap.high]


def at_the_edge(level: float, months: int, random: Random) -> Held:
    """Not called stable within ±2% where it grows by just 2% a year (95% or more are wanted)."""
    return [not yearly_change(monthly(level, months, 0.02, 1e9, random)).in_words(0.02).startswith("stable")]


PASSING = np.array([[0.2, 0.3, 0.0], [0.0, 0.3, 0.25], [0.3, 0.0, 0.1]])
ENTERING = np.array([0.5, 0.3, 0.2])
AGENCIES = ("advice", "gp", "housing")


def lives(n: int, random: Random) -> list[Profile]:
    """What each of n persons brings: each piece of work brings others, more of them for some persons than for others.

    Someone's luck stands at 1 on the mean, so that G is right on the mean of all pieces of work.
    """
    made: list[Profile] = []
    for _ in range(n):
        cells: dict[tuple[str, str], int] = {}
        waiting = [("", int(random.choice(3, p=ENTERING))) for _ in range(1 + random.poisson(0.7))]
        while waiting:
            source, at = waiting.pop()
            key = (source, AGENCIES[at])
            cells[key] = cells.get(key, 0) + 1
            follows = random.poisson(PASSING[at])
            waiting += [(AGENCIES[at], int(b)) for b in np.repeat(np.arange(3), follows)]
        made.append((tuple((*key, count) for key, count in sorted(cells.items())), 1))
    return made


@cache
def truth() -> tuple[Array, float]:
    follows = np.linalg.inv(np.eye(3) - PASSING.T)
    return follows.sum(axis=0), float(np.abs(np.linalg.eigvals(PASSING)).max())


def spread_out(n: int, random: Random) -> Held:
    """Over 1,000 resamples of persons: the multiplier of each of three agencies, the spectral radius, and what would
    not arrive if one resolved what reaches it: at the others together of each, and at one of them."""
    found = spreading(lives(n, random), seed=1)
    multiplier, radius = truth()
    if len(found.place) < 3:
        return [None] * (2 * len(AGENCIES) + 2)
    fall = of_people() * n
    ends = zip(*found.range.multiplier, multiplier, strict=True)
    elsewhere = zip(*found.range.elsewhere, fall.sum(axis=1) - np.diagonal(fall), strict=True)
    low, high = found.range.prevented
    return [
        *(low <= true <= high for low, high, true in ends),
        found.range.radius[0] <= radius <= found.range.radius[1],
        *(low <= true <= high for low, high, true in elsewhere),
        low[1, 2] <= fall[1, 2] <= high[1, 2],
    ]


@cache
def of_people() -> Array:
    """By how much less arrives at b for each person, if a resolves all that reaches it: worked anew without a's row."""
    entering = 1.7 * ENTERING
    whole = np.linalg.inv(np.eye(3) - PASSING.T) @ entering
    made = []
    for a in range(3):
        without = PASSING.copy()
        without[a] = 0
        made.append(whole - np.linalg.inv(np.eye(3) - without.T) @ entering)
    return np.array(made)


def series() -> Iterator[tuple[str, tuple[str, ...], Once]]:
    for level, months, shape in product((10, 100), (24, 36, 72), (8, 1e9)):
        varies = "more than Poisson" if shape < 1e9 else "Poisson"
        yield (f"yearly change, {level} a month, {months} months, {varies}", ("change", "difference"),
               lambda r, a=level, m=months, s=shape: slopes(a, m, s, r))  # fmt: skip
    for level, months in ((100, 72), (1000, 36), (1000, 72)):
        yield (f"growing by 2%, {level} a month, {months} months", ("not called stable",),
               lambda r, a=level, m=months: at_the_edge(a, m, r))  # fmt: skip
    for n in (30, 60, 100, 400, 2000):
        yield (f"propagation, {n} persons, {FEWEST} pieces or more each",
               (*AGENCIES, "radius", *(f"beyond {one}" for one in AGENCIES), "gp to housing"),
               lambda r, n=n: spread_out(n, r))  # fmt: skip


def told(name: str, says: tuple[str, ...], once: Once, repeats: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    found = [once(random) for _ in range(repeats)]
    parts = []
    for one, held in zip(says, zip(*found, strict=True), strict=True):
        given = [each for each in held if each is not None]
        some = f" (given in {len(given)})" if len(given) < repeats else ""
        parts.append(f"{one} {np.mean(given):.1%}{some}" if given else f"{one}: none given")
    print(f"{name}: {', '.join(parts)}", flush=True)


def main(repeats: int, seed: int, only: str = "") -> None:
    for part in (shares_and_means, times, corrections, series):
        for name, says, once in part():
            if only in name:
                told(name, says, once, repeats, seed)


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:3], *("500", "1")[len(sys.argv[1:3]) :])), *sys.argv[3:4])
