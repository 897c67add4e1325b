"""A locality to ask "what if" of: its people, its agencies with their hours, and how they work."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from personshaped.locality.designs import ASSESS_REFER, Design
from personshaped.locality.lives import Lives, calendar, live
from personshaped.locality.place import AGENCIES, AGENCY_NAMES, CRISIS_AGENCIES, PLACING_AGENCIES, door_share
from personshaped.locality.scenarios import SCENARIOS
from personshaped.locality.whatif.happening import happen
from personshaped.locality.whatif.state import AGENCY, NEED, WAY, Table

BURN_IN = 3
"""Years simulated before the window, so that it opens on a place in full swing."""


@dataclass(frozen=True)
class Agencies:
    """Who is asked: agencies, alphabetical, and the share of askings each has, a row for each kind of need."""

    names: tuple[str, ...]
    doors: npt.NDArray[np.float64]
    pounds: npt.NDArray[np.float64]  # an hour's value at each agency
    crisis: tuple[str, ...] = ()
    placing: tuple[str, ...] = ()


INVENTED = Agencies(
    AGENCY_NAMES, door_share(), np.array([one.pounds for one in AGENCIES]), CRISIS_AGENCIES, PLACING_AGENCIES
)
"""The agencies of the synthetic locality."""


@dataclass(frozen=True)
class Model:
    """A locality and its way of working. `hours` are each agency's hours a year; None is without limit."""

    people: int
    design: Design = ASSESS_REFER
    agencies: Agencies = INVENTED
    needs_per_head_year: float = 0.06
    p_other_error: float = 0.03
    pace: float = 1.0  # worked minutes of every row, against those of spec 6.2
    hours: tuple[float, ...] | None = None

    @property
    def minutes_a_day(self) -> npt.NDArray[np.float64]:
        """Each agency's worked minutes, spread evenly over the days of the year."""
        unlimited = np.full(len(self.agencies.names), np.inf)
        return unlimited if self.hours is None else np.array(self.hours) * 60 / 365.25

    def way(self) -> dict[str, float]:
        """The way of working, a value for each field of WAY."""
        return {**asdict(self.design), "p_other_error": self.p_other_error, "pace": self.pace}


@dataclass(frozen=True)
class Outcome:
    """What one run came to in its window: sums by agency (rows of COUNTED), and what became of every need."""

    years: int
    agencies: Table  # of AGENCY
    opened: npt.NDArray[np.float64]  # days from the start of the window, before it negative
    at_once: npt.NDArray[np.bool_]
    helped_after: npt.NDArray[np.float64]  # days from opening, infinite for never
    met_after: npt.NDArray[np.float64]
    said: npt.NDArray[np.bool_]
    left_over: npt.NDArray[np.float64]  # days of work waiting at each agency at the end
    pounds: npt.NDArray[np.float64]  # an hour's value at each agency
    events: int

    def total(self, what: str) -> float:
        """The sum over agencies of one of COUNTED."""
        return float(self.agencies[what].sum())

    def cost_a_year(self) -> float:
        """The value of the hours worked, and of placements, in a year of the window."""
        hours = float((self.agencies["minutes"] / 60 * self.pounds).sum())
        return (hours + self.total("placed_pounds")) / self.years


def lives(model: Model, years: int, seed: int) -> Lives:
    """Who lives there and what they come to need over burn-in and window: the same for every way of working."""
    scenario = replace(SCENARIOS["assess_refer"], needs_per_head_year=model.needs_per_head_year)
    return live(scenario, model.people, calendar(years, BURN_IN).days, np.random.default_rng([seed, 0]))


def run(now: Model, changed: Model, people: Lives, years: int, seed: int) -> Outcome:
    """One run: worked as `now` through the burn-in, as `changed` from the first day of the window.

    The same arguments give the same outcome.
    """
    when = calendar(years, BURN_IN)
    since = float(when.day(when.window_start))
    needs = needs_of(people, when.days, len(now.agencies.doors))
    agencies = np.zeros(len(now.agencies.names), AGENCY)
    agencies["crisis"] = np.isin(now.agencies.names, now.agencies.crisis)
    agencies["placing"] = np.isin(now.agencies.names, now.agencies.placing)
    agencies["minutes_a_day"], agencies["minutes_a_day_changed"] = now.minutes_a_day, changed.minutes_a_day
    events = happen(needs, agencies, np.ascontiguousarray(now.agencies.doors), ways(now, changed), since, seed)
    return Outcome(
        years=years,
        agencies=agencies,
        opened=needs["opened"] - since,
        at_once=needs["at_once"],
        helped_after=needs["helped_at"] - needs["opened"],
        met_after=needs["met_at"] - needs["opened"],
        said=needs["said"],
        left_over=np.maximum(agencies["free_at"] - when.days, 0),
        pounds=now.agencies.pounds,
        events=events,
    )


def ways(now: Model, changed: Model) -> Table:
    """Both ways of working as records of WAY."""
    both = np.zeros(2, WAY)
    for row, model in enumerate((now, changed)):
        for name in WAY.names or ():
            both[name][row] = model.way()[name]
    return both


def needs_of(people: Lives, days: int, issues: int) -> Table:
    """Every need before anything has happened, records of NEED in order of opening."""
    order = np.argsort(people.need_opened, kind="stable")
    needs = np.zeros(len(order), NEED)
    needs["opened"] = people.need_opened[order]
    needs["ends"] = np.minimum(people.left[people.need_person], days)[order]
    needs["issue"] = people.need_issue[order] % issues
    needs["severity"] = people.need_severity[order]
    needs["came_from"] = -1
    needs["helped_at"] = needs["met_at"] = np.inf
    return needs
