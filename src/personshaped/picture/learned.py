"""What pages 7 and 8 are drawn from, as part of `charts.json`: what changed, and how far it might reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from personshaped.learning.projection import Projection

Data = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """A row of `changes`: something that somebody wrote down, with its day."""

    at: str
    kind: str
    text: str
    agency: str = ""


@dataclass(frozen=True)
class Times:
    """As many times as without the change, with its limits; always drawn together."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Interrupted:
    """One interrupted series (M105). `fitted` and `extended` are the line found, and the old line had it gone on.

    `level` is what changed at once; `controlled` the same beyond a comparison area. `placebo` is (dates of the old
    period that show as much, dates tried). Where `refused` says why there is none, nothing else is filled.
    """

    title: str
    on: str
    outcome: str
    months: tuple[str, ...]
    observed: tuple[float, ...]
    fitted: tuple[float, ...] = ()
    extended: tuple[float, ...] = ()
    level: Times | None = None
    slope: Times | None = None
    at_12: Times | None = None
    with_gap: Times | None = None
    controlled: Times | None = None
    falsification: Times | None = None
    placebo: tuple[int, int] | None = None
    without: tuple[tuple[str, float], ...] = ()
    recording_changed: bool = False
    assumptions: tuple[str, ...] = ()
    refused: str = ""
    agency: str = ""
    area: str = ""


@dataclass(frozen=True)
class Reporting:
    """Whether more goes wrong at an agency or more is written down: its sentence, and (looked at, says) under it."""

    agency: str
    sentence: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pair:
    """One case, old window and new one."""

    case_id: str
    old: float
    new: float


@dataclass(frozen=True)
class Compared:
    """One measure of old against new: every pair, and the shift of the middle case with its limits where known.

    `spread` says in sentences how far apart the differences lie and how many times old new is; `tested` and `by_itself`
    how sure one can be, and how much would have come by itself.
    """

    name: str
    unit: str
    pairs: tuple[Pair, ...]
    lower: int
    shift: Times | None = None
    tested: str = ""
    by_itself: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()


@dataclass(frozen=True)
class OldNew:
    """Old against new; `heading` says how the cases were chosen, `running` the cumulative cost of each by day.

    `who` says how many could have been chosen, declined, died or moved away; `lacking` are measures that cannot be
    compared, and why.
    """

    heading: str
    measures: tuple[Compared, ...]
    notes: tuple[str, ...] = ()
    running: tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...] = ()
    who: str = ""
    lacking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sign:
    """One early sign: which chart of which agency, from when on; `near` what was written down around then."""

    agency: str
    chart: str
    rule: str
    since: str
    until: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signs:
    """Early signs, agencies alphabetical; `by_chance` of so many charts would show one where nothing changes.

    `lasting` are agency, chart and the month from which on its level differs from before by more than chance among all.
    `linked` are pairs that pass work to one another and in which something changed within three months; as many as
    `by_shifting` (from, to) would be found with one series of each pair shifted in time. `unseen` series are too rare
    or too short to chart.
    """

    silent: tuple[str, ...]
    signals: tuple[Sign, ...]
    charts: int
    flagged: int
    by_chance: float
    linked: tuple[tuple[str, str], ...] = ()
    joined: int = 0
    by_shifting: tuple[float, float] | None = None
    lasting: tuple[tuple[str, str, str], ...] = ()
    unseen: int = 0


@dataclass(frozen=True)
class Swing:
    """What the amount would be with one assumption at either end."""

    says: str
    least: float
    most: float
    low: float
    high: float


@dataclass(frozen=True)
class Place:
    """One place that was studied."""

    name: str
    people: float
    per_head: float


@dataclass(frozen=True)
class Unlike:
    """One respect in which the places and the country were compared; `marked` where they are far apart."""

    respect: str
    places: float
    country: float
    marked: bool


@dataclass(frozen=True)
class Reach:
    """How far it might reach. `unseen` are groups that live in the country and were never observed;
    `regression` is what places and groups together lead to, before the assumptions, of the groups observed;
    `claim` a published amount, and in sentences what would have to be true for it. `draws`, `mean` and `counts_as` say
    how the draws lie, what the places have in the middle, and what weighting leaves of the people observed."""

    country: str
    people: float
    places: tuple[Place, ...]
    range: Projection
    simple_sum: Projection
    swings: tuple[Swing, ...]
    unseen: tuple[str, ...] = ()
    unseen_share: float = 0.0
    regression: Projection | None = None
    claim: tuple[str, tuple[str, ...]] = ("", ())
    hours: Projection | None = None
    marginal: Projection | None = None
    unlike: tuple[Unlike, ...] = ()
    draws: str = ""
    mean: str = ""
    counts_as: str = ""


@dataclass(frozen=True)
class Learned:
    """Everything of pages 7 and 8. `reach_refused` says in words why nothing is projected."""

    changes: tuple[Recorded, ...] = ()
    interrupted: tuple[Interrupted, ...] = ()
    reporting: tuple[Reporting, ...] = ()
    old_new: OldNew | None = None
    signs: Signs | None = None
    reach: Reach | None = None
    reach_refused: str = ""


def learned(data: Data) -> Learned:
    """From the plain values of `charts.json`. Raises ValueError where a projection lacks its ends or assumptions."""
    old_new, signs, reach = data.get("old_new"), data.get("signs"), data.get("reach")
    return Learned(
        changes=tuple(Recorded(**one) for one in data.get("changes", ())),
        interrupted=tuple(_interrupted(one) for one in data.get("interrupted", ())),
        reporting=tuple(Reporting(**_frozen(one)) for one in data.get("reporting", ())),
        old_new=_old_new(old_new) if old_new else None,
        signs=Signs(**_frozen(signs) | {"signals": tuple(Sign(**_frozen(one)) for one in signs["signals"])})
        if signs else None,
        reach=_reach(reach) if reach else None,
        reach_refused=data.get("reach_refused", ""),
    )  # fmt: skip


def _interrupted(data: Data) -> Interrupted:
    times = ("level", "slope", "at_12", "with_gap", "controlled", "falsification")
    return Interrupted(**_frozen(data) | {name: Times(**data[name]) if data.get(name) else None for name in times})


def _old_new(data: Data) -> OldNew:
    measures = tuple(
        Compared(one["name"], one["unit"], tuple(Pair(**pair) for pair in one["pairs"]), one["lower"],
                 Times(**one["shift"]) if one.get("shift") else None, one.get("tested", ""),
                 tuple(one.get("by_itself", ())), tuple(one.get("spread", ())))
        for one in data["measures"]
    )  # fmt: skip
    return OldNew(**_frozen(data) | {"measures": measures})


def _reach(data: Data) -> Reach:
    parts = {
        "places": tuple(Place(**one) for one in data["places"]),
        "swings": tuple(Swing(**one) for one in data["swings"]),
        "unlike": tuple(Unlike(**one) for one in data.get("unlike", ())),
        **{name: Projection(**_frozen(data[name])) if data.get(name) else None
           for name in ("range", "simple_sum", "regression", "hours", "marginal")},
    }  # fmt: skip
    return Reach(**_frozen(data) | parts)


def _frozen(data: Data) -> Data:
    return {key: _tuple(value) for key, value in data.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value
