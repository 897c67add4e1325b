"""What comes out of `whatif`: ranges over many runs, never one number, never without what was assumed (N7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from personshaped.locality.whatif.model import Outcome

PROMISE = "A simulation of a place like this one, not a forecast: nothing here is promised."
LEAVES_OUT = (
    "The ranges are what chance does from run to run. How sure the study's figures are, and whether a place works as "
    "the model does, is not in them.",
    "It leaves out: people who had stopped asking and come back when help is to be had; the time and cost of changing; "
    "staff who come and go; agencies' hours moved to one another; needs that change as lives do; everything that "
    "the study could not see.",
    "An agency's hours are one pool, spread evenly over the year; all its workers can do all its work.",
    "The value of hours is the value of capacity, not cash: freed time is time. At marginal rates nothing is reckoned, "
    "for the model knows none.",
)
_YEAR = 365.0


@dataclass(frozen=True)
class Range:
    """Over the runs: the 10th, 50th and 90th percentile."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Range:
        low, middle, high = (float(one) for one in np.percentile(np.array(values), (10, 50, 90)))
        return cls(low, middle, high)

    def as_json(self) -> dict[str, float | None]:
        """The same as plain values, None where it is not known."""
        return {name: None if value != value else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Projected:
    """One figure, worked as now and as changed, and the difference within each run, with what was assumed.

    Raises ValueError without assumptions: no projected figure stands alone.
    """

    name: str
    says: str
    unit: str
    now: Range
    changed: Range
    difference: Range
    assumptions: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.assumptions:
            raise ValueError(f"{self.name}: a projected figure carries its assumptions")

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        sides = {side: getattr(self, side).as_json() for side in ("now", "changed", "difference")}
        return {"name": self.name, "says": self.says, "unit": self.unit, **sides, "assumptions": self.assumptions}

    def written(self) -> list[str]:
        """A line of a table: what it says, then now, changed and difference, each a middle and its range."""
        sides = ((self.now, ""), (self.changed, ""), (self.difference, "+"))
        return [self.says, *(_written(side, self.unit, sign) for side, sign in sides)]


def _written(side: Range, unit: str, sign: str) -> str:
    if side.middle != side.middle:
        return "not known"
    low, middle, high = (_number(one, unit, sign) for one in (side.low, side.middle, side.high))
    return f"{middle}{' points' if unit == 'share' and sign else ''} ({low} to {high})"


def _number(value: float, unit: str, sign: str) -> str:
    if unit == "share":
        return f"{100 * value:+.1f}" if sign else f"{100 * value:.1f}%"
    if unit == "£":
        return f"{'-' if value < 0 else sign}£{abs(value):,.0f}"
    return f"{value:{sign},.1f}" if abs(value) < 20 else f"{value:{sign},.0f}"


@dataclass(frozen=True)
class Shown:
    """One figure of a run: how it is counted and in which unit."""

    name: str
    says: str
    unit: str
    of: Callable[[Outcome], float]


def _follow_up(run: Outcome) -> Any:
    """Needs that opened in the window a year or more before its end."""
    return (run.opened >= 0) & (run.opened <= run.years * 365.25 - _YEAR)


def _opened(run: Outcome) -> Any:
    return run.opened >= 0


def _days_to_help(run: Outcome) -> float:
    days = run.helped_after[_follow_up(run)]
    return float(np.median(days[days <= _YEAR])) if (days <= _YEAR).any() else float("nan")


SHOWN: tuple[Shown, ...] = (
    Shown("demands", "times people ask in a year", "a year", lambda run: run.total("demands") / run.years),
    Shown(
        "failure_demand_share", "of it failure demand", "share",
        lambda run: run.total("failures") / max(run.total("demands"), 1),
    ),
    Shown(
        "fcr_needs", "of needs met at the first contact", "share",
        lambda run: float(run.at_once[_opened(run)].mean()) if _opened(run).any() else float("nan"),
    ),
    Shown(
        "met_within_a_year", "of needs truly met within a year", "share",
        lambda run: float((run.met_after[_follow_up(run)] <= _YEAR).mean()) if _follow_up(run).any() else float("nan"),
    ),
    Shown("days_to_help", "days from first asking to the first help, for half of those helped", "days", _days_to_help),
    Shown(
        "days_queued", "days that a piece of work waits for someone to have time", "days",
        lambda run: run.total("queued") / max(run.total("pieces"), 1),
    ),
    Shown(
        "referrals", "times someone is passed on in a year", "a year", lambda run: run.total("referrals") / run.years
    ),
    Shown("hours", "hours worked in a year", "hours", lambda run: run.total("minutes") / 60 / run.years),
    Shown("cost", "value of those hours in a year: capacity, not cash", "£", Outcome.cost_a_year),
)  # fmt: skip
"""What the command shows, in the order of Check: demand, capability, flow, then what it takes."""
