"""The state of the simulation: needs at the start of a try, and the town they happen in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from personshaped.locality.designs import Design
from personshaped.locality.events import Log, Rows
from personshaped.locality.lives import Floats, Ints, Lives
from personshaped.locality.mechanism import CRISIS_PULL, GAP, GRAVEST, LONGEST_WAIT
from personshaped.locality.place import AGENCY_NAMES, CRISIS_AGENCIES, door_share
from personshaped.locality.scenarios import Scenario

Flags = npt.NDArray[np.bool_]
AT_CRISIS_DOOR = np.isin(AGENCY_NAMES, CRISIS_AGENCIES)


@dataclass(frozen=True)
class Tries:
    """Needs at the start of a try; arrays of one length."""

    need: Ints
    time: Floats
    severity: Floats
    agency: Ints
    came_from: Ints  # the agency before, -1 for none
    referred: Flags  # passed on by it, rather than asked again
    elsewhere: Flags  # told at the last door that it was the wrong one
    hops: Ints
    cycle: Ints
    tried: Ints  # tries so far begun by asking

    def __len__(self) -> int:
        return len(self.need)

    def where(self, mask: Flags) -> Tries:
        """Those of them for which `mask` holds."""
        return Tries(**{name: values[mask] for name, values in vars(self).items()})


@dataclass
class Town:
    """Everything a try needs to know beside its own needs."""

    scenario: Scenario
    lives: Lives
    rng: np.random.Generator
    log: Log
    design: Design
    worked: int = 0  # which design that is: 0 the scenario's own, else its turn of that number
    doors: Floats = field(default_factory=door_share)
    cycles: int = 0

    def gravity(self, tries: Tries) -> Floats:
        """Severity as agencies respond to it: beyond a point, worse makes no more difference."""
        return np.minimum(tries.severity, GRAVEST)

    def chance(self, tries: Tries, probability: float | Floats) -> Flags:
        """For which of them something of that probability comes about."""
        return self.rng.random(len(tries)) < probability

    def wait(self, tries: Tries, mean: float) -> Floats:
        """Days waited: exponential, never more than sixty (a wait is not yet silence), never nothing."""
        return np.clip(self.rng.exponential(mean, len(tries)), GAP * 4, LONGEST_WAIT)


def first_tries(town: Town) -> Tries:
    """Every need at its first asking."""
    count = len(town.lives.need_person)
    nothing = np.zeros(count, dtype=np.int64)
    tries = Tries(
        need=np.arange(count),
        time=town.lives.need_opened,
        severity=town.lives.need_severity,
        agency=nothing,
        came_from=nothing - 1,
        referred=nothing > 0,
        elsewhere=nothing > 0,
        hops=nothing,
        cycle=np.arange(count),
        tried=nothing,
    )
    return replace(tries, agency=choose(town, tries))


def choose(town: Town, tries: Tries) -> Ints:
    """The agency gone to: by what the need is, crisis doors more often as it grows severe."""
    share = town.doors[town.lives.need_issue[tries.need]].copy()
    share[:, AT_CRISIS_DOOR] *= 1.0 + CRISIS_PULL * tries.severity[:, None]
    leaving = tries.came_from >= 0
    share[np.flatnonzero(leaving), tries.came_from[leaving]] = 0.0
    steps = np.cumsum(share, axis=1)
    return (town.rng.random(len(tries))[:, None] * steps[:, -1:] > steps).sum(axis=1)


def joined(*parts: Tries) -> Tries:
    """All of them as one."""
    return Tries(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})


def rows_of(town: Town, activity: str, tries: Tries, time: Floats) -> Rows:
    """One row of a kind for each try, at `time`; not yet in the log."""
    rows = town.log.blank(activity, tries.need.astype(np.int32), tries.agency.astype(np.int16))
    rows["time"], rows["cycle"], rows["worked"] = time, tries.cycle, town.worked
    return rows


def picked(tries: Tries, places: Ints) -> Tries:
    """Those at `places`, as often as they are named."""
    return Tries(**{name: values[places] for name, values in vars(tries).items()})
