"""Old against new, a few cases, each paired with itself (M076; Stat 4), and how much would have come by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from personshaped.errors import Refused
from personshaped.statistics import worst_times
from personshaped.statistics.pairs import (
    Bootstrapped,
    RatioOfMeans,
    Shift,
    SignFlip,
    bootstrap_t,
    geometric_ratio,
    hodges_lehmann,
    sign_flip,
)
from personshaped.statistics.worst_times import Drawn, Effect, Starts, Usual

_CHOSEN = {"random": "drawn at random", "typical": "chosen as typical", "crisis": "taken on in crisis",
           "volunteer": "who came forward", "all": "taken on, everyone who could be"}  # fmt: skip
OTHERS = 30
"""Others for each case, below which what is usual is too much the cases' own lack for an interval (decision 0508)."""


@dataclass(frozen=True)
class Chosen:
    """How one case came to be a case (the table `cases`)."""

    case_id: str
    selected_by: str
    eligible_n: int | None = None
    declined: bool = False


@dataclass(frozen=True)
class Pair:
    """One case: the old window's value and the new one's, both for windows of equal length."""

    case_id: str
    old: float
    new: float

    @property
    def difference(self) -> float:
        return self.old - self.new


@dataclass(frozen=True)
class OldNew:
    """What one measure shows over all cases; differences are old − new. The tests need six cases."""

    name: str
    unit: str
    pairs: tuple[Pair, ...]
    lower: int
    mean: float
    shift: Shift
    ratio: RatioOfMeans | None
    flip: SignFlip | None
    bootstrap_t: Bootstrapped | None

    @property
    def differences(self) -> tuple[float, ...]:
        return tuple(one.difference for one in self.pairs)

    @property
    def median(self) -> float:
        """The middle difference; `shift` is the middle of all means of two."""
        return float(np.median(self.differences))


@dataclass(frozen=True)
class ByItself:
    """How much of the difference could be regression to the mean, by whichever routes the data allow.

    `beyond_expected` is the mean of new less expected, what falling back to the usual does not explain; `beyond_shift`
    its Hodges–Lehmann estimate and interval (None where others are fewer than `OTHERS` a case), `beyond_flip` its
    sign-flip test. `starts` is the test over the days of starting that might have been drawn, `drawn` that over who
    might have been (d).
    """

    did: Effect | None
    ancova: Effect | None
    compared: int
    usual: Usual | None
    expected: float | None
    beyond_expected: float | None
    beyond_flip: SignFlip | None
    break_even: float | None
    mean_used: float | None
    others: tuple[float, float, int] | None
    starts: Starts | None = None
    drawn: Drawn | None = None
    beyond_shift: Shift | None = None


@dataclass(frozen=True)
class Lacking:
    """A measure that cannot be compared, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Compared:
    """Everything `compare` shows: page 7 draws `measures[..].pairs` and `running`, the cumulative cost of each case.

    Stat 6's order: hours freed, then cost at marginal rates, then at average ones; what of these cannot be compared is
    in `lacking`. `asked` counts those taken on and those who declined.
    """

    heading: str
    eligible: int | None
    declined: int
    left: int
    measures: tuple[OldNew, ...]
    by_itself: Mapping[str, ByItself]
    running: Mapping[str, tuple[tuple[int, float, float], ...]]
    notes: tuple[str, ...]
    lacking: tuple[Lacking, ...] = ()
    asked: int = 0

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def heading(cases: Sequence[Chosen]) -> str:
    """How the cases were chosen: "7 of 41 drawn at random", "7 chosen as typical", "4 …, 3 …" where mixed."""
    taken = [one for one in cases if not one.declined]
    parts = []
    for way, words in _CHOSEN.items():
        some = [one for one in taken if one.selected_by == way]
        if not some:
            continue
        eligible = max((one.eligible_n for one in some if one.eligible_n), default=None)
        of = f" of {eligible}" if way == "random" and eligible else ""
        parts.append(f"{len(some)}{of} {words}")
    return ", ".join(parts)


def old_new(name: str, unit: str, pairs: Sequence[Pair], seed: int = 1, resamples: int = 0) -> OldNew:
    """All estimates of Stat 4 for one measure; a bootstrap only where asked for. Raises Refused without a pair."""
    if not pairs:
        raise Refused(f"no case has {name} in both windows")
    old, new = [one.old for one in pairs], [one.new for one in pairs]
    d = [one.difference for one in pairs]
    ratio = geometric_ratio(old, new) if min(*old, *new) >= 0 else None
    return OldNew(name, unit, tuple(pairs), sum(one > 0 for one in d), sum(d) / len(d), hodges_lehmann(d), ratio,
                  sign_flip(d), bootstrap_t(d, seed, resamples))  # fmt: skip


def by_itself(
    pairs: Sequence[Pair],
    compared: Sequence[Pair],
    others: Sequence[tuple[float, float]],
    given: float | None = None,
    starts: Starts | None = None,
    left_out: Sequence[Pair] = (),
) -> ByItself:
    """(a) people asked and not taken on, (b) everyone else's two years, (c) the break-even correlation, (d) as given.

    `others` are old and new of everybody who is no case; `given` stands for what is usual where nobody else is known;
    `left_out` are those who could have been chosen and were not drawn.
    """
    old, new = [one.old for one in pairs], [one.new for one in pairs]
    sides = (old, new, [one.old for one in compared], [one.new for one in compared])
    first, second = [one for one, _ in others], [one for _, one in others]
    found = worst_times.usual(first, second) if others else None
    mean = given if given is not None else found.mean if found else (
        (sum(first) + sum(second)) / (2 * len(others)) if others else None)  # fmt: skip
    each = found.expected(old) if found else None
    expected = float(each.mean()) if each is not None else None
    return ByItself(
        worst_times.difference_in_differences(*sides) if compared else None,
        worst_times.ancova(*sides) if compared else None, len(compared), found, expected,
        sum(new) / len(new) - expected if expected is not None else None,
        sign_flip(np.asarray(new) - each) if each is not None else None,
        worst_times.break_even(old, new, mean) if mean is not None else None, mean,
        (sum(first) / len(others), sum(second) / len(others), len(others)) if others else None, starts,
        worst_times.drawn_or_not([-one.difference for one in pairs], [-one.difference for one in left_out]),
        hodges_lehmann(np.asarray(new) - each) if each is not None and len(others) >= OTHERS * len(pairs) else None,
    )  # fmt: skip
