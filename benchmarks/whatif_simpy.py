"""The model of `personshaped whatif` written for SimPy: one process a need, one resource an agency's hours.

For benchmarks/whatif.py only. The mechanism, its numbers and its order are those of locality/whatif/happening.py.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from personshaped.locality import mechanism as m
from personshaped.locality.events import MINUTES
from personshaped.locality.whatif.happening import CONTROL_MIX
from personshaped.locality.whatif.state import COUNTED

_CONTROL_MINUTES = sum(share * MINUTES[name] for name, share in CONTROL_MIX.items())
Process = Generator[simpy.Event, Any, Any]


class Town:
    """Agencies with their hours, and what is added up."""

    def __init__(self, way: dict[str, float], doors: Any, agencies: Any, window_start: float, seed: int) -> None:
        self.env = simpy.Environment()
        self.way, self.doors = way, doors.tolist()
        self.names = range(len(agencies))
        self.crisis, self.placing = agencies["crisis"].tolist(), agencies["placing"].tolist()
        self.per_day = agencies["minutes_a_day"].tolist()
        self.hours = [simpy.Resource(self.env, capacity=1) for _ in self.names]
        self.sums = [dict.fromkeys(COUNTED, 0.0) for _ in self.names]
        self.since, self.random = window_start, random.Random(seed)
        self.met: list[float] = []
        self.helped: dict[int, float] = {}

    def count(self, what: str, agency: int, number: float = 1) -> None:
        if self.env.now >= self.since:
            self.sums[agency][what] += number

    def minutes(self, mean: float) -> float:
        return self.random.gammavariate(4.0, mean / 4)

    def poisson(self, mean: float) -> int:
        limit, product, number = math.exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            number += 1
        return number

    def wait(self) -> float:
        return min(max(self.random.expovariate(2 / self.way["wait"]), m.GAP * 4), m.LONGEST_WAIT)

    def work(self, agency: int, minutes: float, chasing: Need | None = None) -> Process:
        """Waits for the agency's hours, then for the work to be done; whoever waited has been chasing."""
        asked = self.env.now
        with self.hours[agency].request() as turn:
            yield turn
            minutes += chasing.chases() if chasing else 0.0
            self.count("queued", agency, self.env.now - asked)
            self.count("minutes", agency, minutes)
            self.count("pieces", agency)
            yield self.env.timeout(minutes / self.per_day[agency])

    def run(self, needs: Any, until: float) -> None:
        for number, need in enumerate(needs.tolist()):
            record = dict(zip(needs.dtype.names, need, strict=True))
            self.env.process(Need(self, number, record).live())
        self.env.run(until=until)


class Need:
    """One need from its opening to its end."""

    def __init__(self, town: Town, number: int, record: dict[str, Any]) -> None:
        self.town, self.number, self.env, self.way = town, number, town.env, town.way
        self.opened, self.ends, self.issue = record["opened"], record["ends"], record["issue"]
        self.severity, self.agency, self.left = record["severity"], 0, -1
        self.tried, self.hops, self.since = 0, 0, 0.0
        self.at_once = False

    @property
    def gravity(self) -> float:
        return min(self.severity, m.GRAVEST)

    def live(self) -> Process:
        """Tries until it is met, given up, or the person has left."""
        yield self.env.timeout(self.opened)
        self.agency = self.choose()
        while True:
            failed = yield from self.ask()
            if failed is None:
                return
            delay = self.again(failed == "elsewhere")
            if delay is None or self.env.now + delay >= self.ends:
                return
            yield self.env.timeout(delay)

    def choose(self) -> int:
        town, share = self.town, self.town.doors[self.issue]
        more = m.CRISIS_PULL * self.severity
        weights = [0.0 if a == self.left else share[a] * (1.0 + more * town.crisis[a]) for a in town.names]
        return int(town.random.choices(town.names, weights)[0])

    def pause(self, days: float) -> Process:
        """Time passes; says whether the person is still there."""
        if self.env.now + days >= self.ends:
            return False
        yield self.env.timeout(days)
        return True

    def control(self, share: float) -> float:
        rows = self.town.poisson(share * self.way["overhead"] * (1 + self.way["overhead_by_severity"] * self.gravity))
        self.town.count("control", self.agency, rows)
        return rows * _CONTROL_MINUTES

    def chases(self) -> float:
        rows = self.town.poisson(self.way["chase_rate"] * max(self.env.now - self.since, 0.0))
        for what in ("demands", "failures", "chases"):
            self.town.count(what, self.agency, rows)
        return rows * MINUTES["demand"] * m.CHASE_MINUTES

    def again(self, elsewhere: bool) -> float | None:
        chance, way = self.town.random, self.way
        if chance.random() >= (m.TRIES_NEXT_DOOR if elsewhere else way["p_represent"]):
            return None
        if elsewhere:
            delay = chance.expovariate(1 / m.NEXT_DOOR_DELAY)
        else:
            delay = chance.lognormvariate(math.log(way["delay_median"]), way["delay_sigma"])
        self.severity += chance.expovariate(1 / way["escalate"])
        self.tried += 1
        self.hops, self.left = 0, self.agency
        if elsewhere or chance.random() >= m.SAME_AGENCY:
            self.agency = self.choose()
        return 1.0 + delay

    def ask(self) -> Process:
        """One asking and all that follows; None once it is over, else how it failed."""
        town, way, chance = self.town, self.way, self.town.random.random
        town.count("demands", self.agency)
        if self.tried or chance() < way["p_other_error"]:
            town.count("failures", self.agency)
        minutes = town.minutes(MINUTES["demand"])
        if self.tried == 0 and chance() < way["p_resolve_first"]:
            self.at_once = True
            yield from town.work(self.agency, minutes)
            gap = (m.AT_ONCE_LEAST + chance() * m.AT_ONCE_SPREAD) / (1.0 + way["visits"] * 2.2)
            return (yield from self.package(2 * m.GAP, gap))
        if way["p_screen_out"] > 0:
            out = chance() < way["p_screen_out"] - way["screen_relief"] * self.gravity
            minutes += town.minutes(MINUTES["screen"]) + self.control(m.DOOR_SHARE_OUT if out else m.DOOR_SHARE_IN)
            town.count("screens", self.agency)
            town.count("screened_out", self.agency, out)
            yield from town.work(self.agency, minutes)
            screened = 5 * m.GAP + min(town.random.expovariate(1 / m.SCREEN_MEAN), m.SCREEN_MOST)
            if out:
                yield self.env.timeout(screened + 3 * m.GAP)
                return "elsewhere" if chance() < m.TOLD_ELSEWHERE else "failed"
            self.since = self.env.now + screened
            if not (yield from self.pause(screened + town.wait())):
                return None
        else:
            yield from town.work(self.agency, minutes)
            self.since = self.env.now + 2 * m.GAP
            if not (yield from self.pause(2 * m.GAP)):
                return None
        return (yield from self.inside())

    def inside(self) -> Process:
        """Assessed, passed on as often as it happens, and given a package."""
        town, way, chance, referred = self.town, self.way, self.town.random.random, False
        while True:
            minutes = town.minutes(MINUTES["assess" if way["p_screen_out"] > 0 else "visit"])
            minutes += town.minutes(MINUTES["demand"]) if referred else 0.0
            minutes += self.control(m.ASSESS_SHARE)
            town.count("assessments", self.agency)
            yield from town.work(self.agency, minutes, self)
            self.since = self.env.now
            if not (yield from self.pause(4 * m.GAP + town.wait())):
                return None
            if self.hops >= way["max_hops"] or chance() >= way["p_refer"]:
                break
            town.count("referrals", self.agency)
            yield from town.work(self.agency, town.minutes(MINUTES["refer"]), self)
            if chance() < m.LOST:
                return "failed"
            self.left = self.agency
            self.agency, referred = self.choose(), True
            self.hops += 1
            arrives = 1.0 + min(town.random.expovariate(1 / m.ARRIVAL_MEAN), m.ARRIVAL_MOST)
            if not (yield from self.pause(arrives + town.wait())):
                return None
            self.since = self.env.now
        refused = way["p_screen_out"] > 0 and chance() < way["p_refuse"]
        minutes = 0.0
        if way["p_screen_out"] > 0:
            minutes += town.minutes(MINUTES["approve"])
            town.count("approvals", self.agency)
            town.count("refused", self.agency, refused)
        yield from town.work(self.agency, minutes, self)
        if refused:
            return "failed"
        self.since = self.env.now
        return (yield from self.package(town.wait(), way["visit_gap"]))

    def package(self, days: float, gap: float) -> Process:
        """The visits at which something is done."""
        town, way, chance = self.town, self.way, self.town.random.random
        visits = 1 + town.poisson(way["visits"] + way["visits_by_severity"] * self.gravity)
        begun = 0.0
        for nth in range(visits):
            if not (yield from self.pause(days)):
                return None
            minutes = town.minutes(way["do_minutes"])
            minutes += town.minutes(MINUTES["pull"]) if chance() < way["p_pull"] else 0.0
            if nth == 0:
                minutes += self.control(m.DO_SHARE if way["p_screen_out"] > 0 else 1.0)
                self.place()
            if nth == visits - 1:
                minutes += town.minutes(MINUTES["close"])
            yield from town.work(self.agency, minutes, self if nth == 0 and not self.at_once else None)
            town.count("visits", self.agency)
            if nth == 0:
                begun = self.env.now
                town.helped.setdefault(self.number, begun)
            planned = begun + (nth + 1 - 0.1 - 0.8 * chance()) * gap
            days = max(planned - self.env.now, m.GAP)
        understood = self.tried > 0 or way["p_screen_out"] > 0
        if self.at_once or (understood and chance() < way["p_met_if_in"]):
            town.met.append(self.env.now)
            return None
        return "failed"

    def place(self) -> None:
        town, way = self.town, self.way
        grave = town.placing[self.agency] and self.severity >= way["placement_severity"]
        if grave and town.random.random() < way["p_placement"]:
            for _ in range(1 + town.poisson(m.MORE_STAYS)):
                pounds = town.random.lognormvariate(math.log(way["placement_median"]), way["placement_sigma"])
                town.count("placed_pounds", self.agency, pounds)


def total(town: Town, what: str) -> float:
    """The sum over agencies of one of COUNTED."""
    return float(np.sum([sums[what] for sums in town.sums]))
