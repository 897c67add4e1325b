"""Who lives in the locality and what they come to need: places, tenancies, households, needs (spec 6.1, item 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from personshaped.locality.place import AREAS, ISSUES
from personshaped.locality.scenarios import Scenario

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WINDOW_END = date(2025, 1, 1)
YEAR = 365.25


@dataclass(frozen=True)
class Calendar:
    """The days of a simulation: day 0 is `start`, the window is [`window_start`, `window_end`)."""

    start: date
    window_start: date
    window_end: date

    @property
    def days(self) -> int:
        return (self.window_end - self.start).days

    def day(self, when: date) -> int:
        """Days from the start of the simulation to `when`."""
        return (when - self.start).days

    def day_of_month(self, month: int) -> int:
        """The day on which a month of the window begins, counted from 0; negative ones lie before it."""
        first = self.window_start.year * 12 + self.window_start.month - 1 + month
        return self.day(date(max(first // 12, 1), first % 12 + 1, 1))


@dataclass(frozen=True)
class Lives:
    """People and their needs. Arrays of one length for people, one for needs; times are days from the start."""

    household: Ints
    area: Ints  # index into AREAS
    came: Floats
    left: Floats
    died: npt.NDArray[np.bool_]  # how they left: died, else moved away
    born: Ints  # days before the start of the simulation
    need_person: Ints
    need_issue: Ints  # index into ISSUES
    need_second: Ints  # a second issue mixed into it, -1 for none
    need_opened: Floats
    need_severity: Floats


def calendar(years: int, burn_in_years: int) -> Calendar:
    """The window of `years` whole years up to WINDOW_END, and the burn-in before it."""
    return Calendar(
        start=WINDOW_END.replace(year=WINDOW_END.year - years - burn_in_years),
        window_start=WINDOW_END.replace(year=WINDOW_END.year - years),
        window_end=WINDOW_END,
    )


def live(scenario: Scenario, people: int, days: int, rng: np.random.Generator) -> Lives:
    """`people` places, always lived in; when someone leaves, another moves in. Needs arrive at a constant rate."""
    place, came, left = _tenancies(people, scenario.turnover, days, rng)
    count = len(place)
    households = max(1, int(people / 2.3))
    household_of_place = rng.integers(0, households, people)
    area_of_household = rng.integers(0, len(AREAS), households)
    first = np.concatenate([[True], place[1:] != place[:-1]])
    # Whoever moves in later brings a household of their own: the first tenants share, the rest stand alone.
    household = np.where(first, household_of_place[place], households + np.arange(count))
    area = area_of_household[household_of_place[place]]
    rate = rng.gamma(scenario.gamma_shape, scenario.needs_per_head_year / scenario.gamma_shape, count)
    needs = rng.poisson(rate * (left - came) / YEAR)
    person = np.repeat(np.arange(count), needs)
    opened = came[person] + rng.random(len(person)) * (left - came)[person]
    opened = _season(opened, came[person], left[person], rng)
    order = np.lexsort((opened, person))
    person, opened = person[order], opened[order]
    issue = rng.choice(len(ISSUES), len(person), p=[one.share for one in ISSUES])
    second = np.where(rng.random(len(person)) < 0.12, rng.integers(0, len(ISSUES), len(person)), -1)
    return Lives(
        household=household,
        area=area,
        came=came,
        left=left,
        died=rng.random(count) < 0.1,
        born=(YEAR * (rng.beta(1.6, 1.9, count) * 88 + 1)).astype(np.int64),
        need_person=person,
        need_issue=issue,
        need_second=np.where(second == issue, -1, second),
        need_opened=opened,
        need_severity=rng.exponential(1.3, len(person)),
    )


def _tenancies(people: int, turnover: float, days: int, rng: np.random.Generator) -> tuple[Ints, Floats, Floats]:
    """Place, moving in and moving out of everyone who lives in a place at some time, in order of place and time."""
    moves = rng.poisson(turnover * days / YEAR, people)
    place = np.repeat(np.arange(people), moves + 1)
    mover = np.repeat(np.arange(people), moves)
    dates = rng.random(len(mover)) * days
    later = np.ones(len(place), dtype=bool)
    later[np.concatenate([[0], np.cumsum(moves + 1)[:-1]])] = False
    came = np.zeros(len(place))
    came[later] = dates[np.lexsort((dates, mover))]
    left = np.full(len(place), float(days))
    left[:-1] = np.where(place[1:] == place[:-1], came[1:], days)
    return place, came, left


def _season(opened: Floats, came: Floats, left: Floats, rng: np.random.Generator) -> Floats:
    """A small season: at the height of winter 5 per cent more needs than the mean, as many fewer in summer.

    A need of summer is put to the opposite season of its own year: no year lends to the next.
    """
    day = opened % YEAR
    turned = np.where(day < YEAR / 2, YEAR / 2, 3 * YEAR / 2) - 2 * day + opened
    summer = np.clip(-np.cos(2 * np.pi * opened / YEAR), 0, 1)
    moved = (rng.random(len(opened)) < 0.05 * summer) & (came <= turned) & (turned < left)
    return np.where(moved, turned, opened)


def moment(start: date, day: int) -> date:
    """The date `day` days after `start`."""
    return start + timedelta(days=int(day))
