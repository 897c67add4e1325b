"""Figures as they may be published (Stat 11): what few people make is withheld, what is shown is rounded.

Each figure is first judged alone. Then what could be worked out from its neighbours is withheld as well: where one
count of a row or a column alone is missing, the total gives it away, so the next smallest goes too; and a count that is
withheld in one place is withheld wherever it stands. Everything shown is made from rounded counts, shares and limits
too, so that nothing exact is left to reckon with.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from personshaped.disclosure.profile import Profile
from personshaped.figures import AS_PEOPLE_CODED, Figure, Measure, Query, Sum

FEW = "few people stand behind it"
NEIGHBOUR = "with the totals it would tell of few people"
DOMINATED = "one or two people make most of it, or it is not known whether they do"
CHANGED = "few people have changed since what was published before, and it was not shown then, or measured otherwise"
STOOD = "it was withheld before, and what few people did since would tell of them"
NOBODY_KNOWN = "it is not known who stands behind it"
ONE_PERSON = "it is one person's"
LINKED_OTHERWISE = "linked another way the same figure differs by a few people"
UNSAID = "It cannot be said from these data."
"""In place of a reason that is all counts."""
WITHHELD = "Withheld, as it might tell of few people."
"""All that is said in public, whatever the reason: which of two counts is the small one is worth knowing."""

UNTICKED = "the name of a need is somebody's words, and nobody ticked them"
Place = tuple[str, str, str]
"""By what, which group, which period."""
EVERYBODY = "everybody"
"""By what, of figures behind all of which the same people stand."""

_LINKED_OTHERWISE = ("link_threshold", "link_draws")
_TOLD = frozenset(
    {"", "activity", "agency", "area", "channel", "class", "days", "design", "ended", "outcome", "part", "q",
     "staff_grade", "team", "type", "visit", "what"}
)  # fmt: skip
"""Breakdowns whose groups everyone knows: a group that is withheld is named. Of others its very name would tell."""
_NOBODYS = ("things", "kinds")
"""What figures tell of that is nobody's: agencies, services, doors, charts, kinds of issue."""
_STEPS = (0.01, 0.02, 0.05, 0.1)
"""Shares of amounts and limits are shown in the first of these that is as wide as counts are rounded."""
_SAID = re.compile(r"looking back \d+ days|[Uu]p to \d+ days|95%")
"""Numbers in notes that are settings, not counts."""


@dataclass(frozen=True)
class Known:
    """What is known of who stands behind figures, by name and place: ten contacts of one person are one person's.

    `measures` are what figures were declared as, by their names; `checked` names the amounts of which it is known who
    makes most, `dominated` the places in which one or two people do; `crowds` says how many people stand behind a
    figure.
    """

    measures: Mapping[str, Measure] = field(default_factory=dict)
    checked: Collection[str] = ()
    dominated: Collection[tuple[str, Place]] = ()
    crowds: Mapping[tuple[str, Place], int] = field(default_factory=dict)

    def tells_of(self, one: Figure) -> str:
        """What its measure is declared to tell of; of people where it has none."""
        measure = self.measures.get(one.name)
        return measure.tells_of if measure else "people"

    def is_amount(self, one: Figure) -> bool:
        """Whether one person may make most of it."""
        measure = self.measures.get(one.name)
        return "£" in one.unit or (measure is not None and measure.is_amount)

    def has_own_query(self, one: Figure) -> bool:
        """Whether nothing can be taken for granted of whom it counts."""
        measure = self.measures.get(one.name)
        return measure is not None and isinstance(measure.kind, Query)

    def behind(self, place: tuple[str, Place], unknown: int) -> int:
        """How many people stand behind a figure; `unknown` where nothing says so."""
        name, (_, group, period) = place
        others = ((name, ("", group, period)), (name, (EVERYBODY, "", "")))
        return next((self.crowds[one] for one in (place, *others) if one in self.crowds), unknown)


@dataclass(frozen=True)
class Published:
    """The figures that may leave; `withheld` counts by reason, groups that are not even named among them; `fresh` are
    the exact ones of what is shown, without those that stand as they did before."""

    figures: tuple[Figure, ...]
    withheld: Mapping[str, int]
    fresh: tuple[Figure, ...]


def published(
    figures: Sequence[Figure],
    profile: Profile,
    stands: Mapping[int, Figure | None] | None = None,
    known: Known | None = None,
    unticked: Collection[str] = (),
) -> Published:
    """The figures as they may be shown.

    `stands` are those that differ from an earlier release by what few people did, by their places in `figures`, as that
    release showed them: they stand as they were, so that neither the difference nor that there is one is told; None
    where that would be another measure. `known` tells what the rows say of who stands behind figures, `unticked` are
    needs whose name is somebody's words that nobody ticked.
    """
    known, stands = known or Known(), stands or {}
    why = {at: CHANGED for at, earlier in stands.items() if earlier is None}
    why |= {at: said for at, one in enumerate(figures) if (said := _alone(one, profile, known))}
    _spread(figures, why, known)
    _whole_series(figures, why)
    _spread(figures, why, known)
    why |= {at: UNTICKED for at, one in enumerate(figures) if at not in why and _names(one) & set(unticked)}
    kept: list[Figure] = []
    for at, one in enumerate(figures):
        if at not in why:
            kept.append(stands.get(at) or _shown(one, profile, known))
        elif one.by in _TOLD:
            kept.append(_bare(one))
    fresh = tuple(one for at, one in enumerate(figures) if at not in why and at not in stands)
    return Published((*kept, *_gone(figures, why, kept)), dict(Counter(why.values())), fresh)


def as_they_stood(figures: Sequence[Figure], unticked: Collection[str] = ()) -> Published:
    """Figures of an earlier release once more, but for needs whose name is no longer ticked."""
    left = tuple(one for one in figures if not _names(one) & set(unticked))
    return Published(left, {STOOD: sum(one.value is None for one in left)}, ())


# --- each alone ----------------------------------------------------------------------------------------------


def _names(one: Figure) -> set[str]:
    """The needs that its group names."""
    parts = zip(one.by.split(">"), one.group.split(">"), strict=False)
    return {group for by, group in parts if by == "issue"}


def is_count(figure: Figure) -> bool:
    """Whether its value counts people, or what they did."""
    return figure.unit == "count" and figure.denominator is None and not figure.spread_part


def counts_of(figure: Figure) -> tuple[float, ...]:
    """The counts that it tells: its own, or what is counted and the rest of those it is counted out of."""
    if figure.value is None:
        return ()
    if is_count(figure):
        return (figure.value,)
    top, bottom = figure.numerator, figure.denominator
    if figure.unit == "share" and top is not None and bottom is not None and _whole(top) and _whole(bottom):
        return (top, bottom - top)
    return ()


def _alone(one: Figure, profile: Profile, known: Known) -> str | None:
    if one.value is None:
        return None
    tells_of = known.tells_of(one)
    if tells_of in _NOBODYS:
        return FEW if tells_of == "kinds" and (one.n or 0) < profile.least_below else None
    if one.by in _LINKED_OTHERWISE:
        return LINKED_OTHERWISE
    if one.spread_part == "_max":
        return ONE_PERSON
    place = (one.name, (one.by, one.group, one.period))
    if (one.n is not None and profile.is_few(one.n)) or profile.is_few(known.behind(place, profile.least)):
        return FEW
    if known.has_own_query(one) and known.behind(place, 0) == 0 and one.value:
        return NOBODY_KNOWN
    if known.is_amount(one) and (one.name not in known.checked or place in known.dominated):
        return DOMINATED
    if told := counts_of(one):
        return FEW if any(map(profile.is_few, told)) or _is_small_share(one, profile) else None
    return None if _enough(one, profile, tells_of) else FEW


def _is_small_share(one: Figure, profile: Profile) -> bool:
    if one.unit != "share" or one.denominator is None:
        return False
    of_all = one.numerator in (0, one.denominator)
    return one.denominator < (profile.alone if of_all and one.by else profile.least_below)


def _enough(one: Figure, profile: Profile, tells_of: str) -> bool:
    """Whether a mean, a time or a share of amounts rests on people enough; what says how many is `n`.

    A mean of few times is none: 0.17 of some 25 are four.
    """
    if one.numerator is not None and _whole(one.numerator) and profile.is_few(one.numerator):
        return False
    people = one.n if one.n is not None else one.denominator
    if people is None:
        return False
    if tells_of == "the most":  # of the few people who make it
        part = float(one.group.rstrip("%")) / 100 if one.by == "q" else one.value or 0.0
        return people * part >= profile.least_below
    if one.spread_part in ("_p10", "_p90") or (one.spread_part and one.unit == "share"):
        return people >= 10 * profile.least
    if one.unit == "share" and one.numerator is None:  # a point of a curve: so many of n
        events = (one.value or 0.0) * people
        return not (profile.is_few(round(events)) or profile.is_few(round(people - events)))
    return people >= 2 * profile.least if one.spread_part else people >= profile.least_below


def _whole(number: float) -> bool:
    return float(number).is_integer()


# --- what neighbours would tell ------------------------------------------------------------------------------


def _spread(figures: Sequence[Figure], why: dict[int, str], known: Known) -> None:
    """Withholds what would give away what is withheld, until nothing more would."""
    lines = _lines(figures, known)
    while True:
        before = len(why)
        hidden: dict[Place, set[float]] = {}
        for at in why:
            one = figures[at]
            hidden.setdefault((one.by, one.group, one.period), set()).update(n for n in counts_of(one) if n > 0)
        for at, one in enumerate(figures):
            if at not in why and hidden.get((one.by, one.group, one.period), set()).intersection(counts_of(one)):
                why[at] = NEIGHBOUR
        for line in lines:
            if sum(at in why for at in line) == 1:
                shown = {at: much for at in line if at not in why and (much := _added_up(figures[at], known))}
                if shown:
                    why[min(shown, key=lambda at: shown[at])] = NEIGHBOUR
        if len(why) == before:
            return


def _whole_series(figures: Sequence[Figure], why: dict[int, str]) -> None:
    """Of a series in which a month is withheld no month is shown: its quarters, drawn in their place, would tell it."""
    months: dict[tuple[str, ...], list[int]] = {}
    for at, one in enumerate(figures):
        if len(one.period) == len("2024-01") and one.value is not None:
            months.setdefault((one.name, one.basis, one.by, one.group), []).append(at)
    for series in months.values():
        if any(at in why for at in series):
            why |= {at: NEIGHBOUR for at in series if at not in why}


def _added_up(one: Figure, known: Known) -> float:
    """What of it goes into a total: a count, or an amount; 0 of what is in none."""
    measure = known.measures.get(one.name)
    if measure is not None and isinstance(measure.kind, Sum):
        return one.value or 0.0
    return next(iter(counts_of(one)), 0.0)


def _lines(figures: Sequence[Figure], known: Known) -> list[list[int]]:
    """Counts and amounts that a total stands beside: a breakdown's groups, its periods, and either side of a pair."""
    found: dict[tuple[str, ...], list[int]] = {}
    for at, one in enumerate(figures):
        if not _added_up(one, known) or not (one.group or one.period):
            continue
        key = (one.name, one.basis, one.by)
        if one.period:
            found.setdefault((*key, "periods", one.group), []).append(at)
        parts = one.group.split(">") if ">" in one.by else [one.group]
        for side in range(len(parts)) if one.group else ():
            others = ">".join(part for place, part in enumerate(parts) if place != side)
            found.setdefault((*key, "groups", str(side), others, one.period), []).append(at)
    return [line for line in found.values() if len(line) > 1]


# --- as shown ------------------------------------------------------------------------------------------------


def _bare(one: Figure) -> Figure:
    return replace(one, value=None, numerator=None, denominator=None, low=None, high=None, n=None, note=WITHHELD)


def _gone(figures: Sequence[Figure], why: Mapping[int, str], kept: Sequence[Figure]) -> list[Figure]:
    """Of names of which nothing is left one figure without a group, that says so where a table would stand."""
    left = {one.name for one in kept}
    gone = {figures[at].name: figures[at] for at in sorted(why, reverse=True) if figures[at].name not in left}
    return [replace(_bare(one), by="", group="", period="") for one in reversed(gone.values())]


def _shown(one: Figure, profile: Profile, known: Known) -> Figure:
    tells_of = known.tells_of(one)
    note, people = _without_counts(one.note), None if one.n is None else int(profile.rounded(one.n))
    if one.value is None:  # refused, which says nothing of what it would have been made of
        return replace(_bare(one), note=note or (UNSAID if one.note else ""))
    if tells_of in _NOBODYS:
        return replace(one, n=people if tells_of == "kinds" else one.n, note=note or (UNSAID if one.note else ""))
    if is_count(one):
        low, high = (None if end is None else profile.rounded(end) for end in (one.low, one.high))
        return replace(
            one, value=profile.rounded(one.value), numerator=None, low=low, high=high, n=people, note=note
        )  # fmt: skip
    if counts_of(one) and one.denominator and known.is_amount(one):  # minutes: two of their figures, as of all amounts
        low, high = _outwards(one.low, one.high, _STEPS[0])
        return replace(
            one, value=_nearest(one.value, _STEPS[0]), numerator=_two_figures(one.numerator or 0.0),
            denominator=_two_figures(one.denominator), low=low, high=high, n=people, note=note,
        )  # fmt: skip
    if counts_of(one) and one.denominator:
        top, bottom = profile.rounded(one.numerator or 0), profile.rounded(one.denominator)
        low, high = _outwards(one.low, one.high, _step(bottom, profile))
        return replace(
            one, value=min(top / bottom, 1.0), numerator=min(top, bottom), denominator=bottom, low=low, high=high,
            n=people, note=note,
        )  # fmt: skip
    if one.unit == "share":
        step = _step(one.n or 0, profile)
        low, high = _outwards(one.low, one.high, step)
        return replace(
            one, value=_nearest(one.value, step), numerator=None, denominator=None, low=low, high=high, n=people,
            note=note,
        )  # fmt: skip
    return replace(
        one, value=_two_figures(one.value), numerator=None, denominator=None,
        low=None if one.low is None else _two_figures(one.low, down=True),
        high=None if one.high is None else _two_figures(one.high, up=True), n=people, note=note,
    )  # fmt: skip


def _step(people: float, profile: Profile) -> float:
    """In how wide steps a share of so many is shown, so that a step tells no more than the rounding of counts."""
    return next((step for step in _STEPS if step * people >= profile.round_to), _STEPS[-1])


def _nearest(value: float, step: float) -> float:
    return round(round(value / step) * step, 4)


def _outwards(low: float | None, high: float | None, step: float) -> tuple[float | None, float | None]:
    """Limits of a share moved apart to the next step, so that they hold what the exact ones hold."""
    least = None if low is None else max(round(math.floor(low / step + 1e-9) * step, 4), 0.0)
    most = None if high is None else min(round(math.ceil(high / step - 1e-9) * step, 4), 1.0)
    return least, most


def _two_figures(value: float, *, down: bool = False, up: bool = False) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    steps = value / step
    whole = math.floor(steps + 1e-9) if down else math.ceil(steps - 1e-9) if up else round(steps)
    return float(f"{whole * step:.12g}")


def _without_counts(note: str) -> str:
    """Its sentences without those that hold numbers, which may be counts."""
    note = AS_PEOPLE_CODED.sub("some as people coded them", note)
    kept = [one for one in re.split(r"(?<=[.?!]) ", note) if not re.search(r"\d", _SAID.sub("", one))]
    return " ".join(kept)
