"""What truly happens to every need, all needs side by side, one try at a time (spec 6.1, items 2 to 5).

A *try* is one agency's work on one need: asked or referred in, then screened, assessed, packaged or passed on. Each
turn of the loop in `happen` takes all needs still alive through one try; what fails comes back in a later turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from personshaped.locality.events import KIND, ORIGIN, OUTCOME, REASON, Log, Rows
from personshaped.locality.lives import Floats, Ints, Lives
from personshaped.locality.place import AGENCY_NAMES, CRISIS_AGENCIES, PLACING_AGENCIES, door_share
from personshaped.locality.scenarios import Design, Scenario

Flags = npt.NDArray[np.bool_]
_CRISIS = np.isin(AGENCY_NAMES, CRISIS_AGENCIES)
_PLACING = np.isin(AGENCY_NAMES, PLACING_AGENCIES)
_GAP = 0.004  # days between rows of one sitting: about two minutes of an office day
_SAME_AGENCY = 0.40  # after a failure, back to the agency that failed
_GRAVEST = 3.0
_TRIES_NEXT_DOOR = 0.95
_MORE_STAYS = 0.25  # a placement is often renewed at once
_LOST = 0.08  # referrals that nobody takes up
_ASKED_IF_NOT = 0.15  # of cases closed unmet, someone asks the person whether it is sorted


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
    doors: Floats = field(default_factory=door_share)
    cycles: int = 0

    def gravity(self, tries: Tries) -> Floats:
        """Severity as agencies respond to it: beyond a point, worse makes no more difference."""
        return np.minimum(tries.severity, _GRAVEST)

    @property
    def design(self) -> Design:
        return self.scenario.design

    def chance(self, tries: Tries, probability: float | Floats) -> Flags:
        return self.rng.random(len(tries)) < probability

    def wait(self, tries: Tries, mean: float) -> Floats:
        """Days waited: exponential, never more than sixty (a wait is not yet silence), never nothing."""
        return np.clip(self.rng.exponential(mean, len(tries)), _GAP * 4, 60.0)


def happen(scenario: Scenario, lives: Lives, days: int, rng: np.random.Generator) -> Rows:
    """Every event of every need up to `days` or until the person leaves, in order of need and time."""
    town = Town(scenario, lives, rng, Log(rng))
    ends = np.minimum(lives.left[lives.need_person], days)
    tries = _first_tries(town)
    while len(tries):
        town.cycles += len(tries)
        tries = _try(town, tries)
        tries = tries.where(tries.time < ends[tries.need])
        tries = replace(tries, cycle=town.cycles + np.arange(len(tries)))
    rows = town.log.all()
    return rows[rows["time"] < ends[rows["need"]]]


def _first_tries(town: Town) -> Tries:
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
    return replace(tries, agency=_choose(town, tries))


def _choose(town: Town, tries: Tries) -> Ints:
    """The agency gone to: by what the need is, crisis doors more often as it grows severe."""
    share = town.doors[town.lives.need_issue[tries.need]].copy()
    share[:, _CRISIS] *= 1.0 + 0.35 * tries.severity[:, None]
    leaving = tries.came_from >= 0
    share[np.flatnonzero(leaving), tries.came_from[leaving]] = 0.0
    steps = np.cumsum(share, axis=1)
    return (town.rng.random(len(tries))[:, None] * steps[:, -1:] > steps).sum(axis=1)


def _try(town: Town, tries: Tries) -> Tries:
    """One try of all; returns the tries that follow from it."""
    _begin(town, tries)
    at_once = ~tries.referred & (tries.tried == 0) & town.chance(tries, town.design.p_resolve_first)
    _resolve(town, tries.where(at_once))
    rest = tries.where(~at_once)
    screened = ~rest.referred if town.design.p_screen_out > 0 else np.zeros(len(rest), dtype=bool)
    refused_at_door = screened & town.chance(
        rest, np.clip(town.design.p_screen_out - town.design.screen_relief * town.gravity(rest), 0, 1)
    )
    failed = [_screen_out(town, rest.where(refused_at_door))]
    inside = _screen_in(town, rest.where(screened & ~refused_at_door))
    inside = _joined(inside, rest.where(~screened))
    passed_on, kept = _assess(town, inside)
    onward, lost = _refer(town, passed_on)
    failed += [lost, _package(town, kept)]
    return _joined(onward, _ask_again(town, _joined(*failed)))


def _joined(*parts: Tries) -> Tries:
    return Tries(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})


def _rows(town: Town, activity: str, tries: Tries, time: Floats) -> Rows:
    rows = town.log.blank(activity, tries.need.astype(np.int32), tries.agency.astype(np.int16))
    rows["time"], rows["cycle"] = time, tries.cycle
    return rows


def _begin(town: Town, tries: Tries) -> None:
    """The asking itself, or the referral arriving: a demand row by another agency, which is not a demand."""
    rows = _rows(town, "demand", tries, tries.time)
    asked = ~tries.referred
    who = town.rng.choice(3, len(tries), p=[0.80, 0.15, 0.05])
    spoken = np.array([ORIGIN["person"], ORIGIN["family"], ORIGIN["third_party"]])
    rows["origin"] = np.where(asked, spoken[who], ORIGIN["other_agency"])
    mistaken = town.chance(tries, np.where(tries.tried == 0, town.scenario.p_other_error, 0.01))
    reworked = (tries.tried > 0) & town.chance(tries, 0.12)
    kind = np.where(tries.tried == 0, KIND["first"], np.where(reworked, KIND["rework"], KIND["again"]))
    rows["kind"] = np.where(asked, np.where(mistaken, KIND["mistake"], kind), -1)
    rows["after"] = tries.came_from
    at_crisis_door = _CRISIS[tries.agency]
    rows["crisis"] = asked & at_crisis_door & town.chance(tries, np.clip(0.08 + 0.12 * tries.severity, 0, 0.8))
    town.log.add(rows)


def _overhead(town: Town, tries: Tries, start: Floats, end: Floats, share: float) -> None:
    """Recording and control between two moments of a try: `share` of what the design spends on a whole one."""
    design = town.design
    mean = share * design.overhead * (1 + design.overhead_by_severity * town.gravity(tries))
    again = np.repeat(np.arange(len(tries)), town.rng.poisson(mean))
    spread = start[again] + _GAP + town.rng.random(len(again)) * np.maximum(end - start - 2 * _GAP, 0)[again]
    kinds = ("record", "report", "review", "meeting", "letter")
    chosen = town.rng.choice(5, len(again), p=[0.60, 0.20, 0.09, 0.07, 0.04])
    for number, activity in enumerate(kinds):
        mask = chosen == number
        town.log.add(_rows(town, activity, _picked(tries, again[mask]), spread[mask]))


def _picked(tries: Tries, places: Ints) -> Tries:
    return Tries(**{name: values[places] for name, values in vars(tries).items()})


def _chases(town: Town, tries: Tries, start: Floats, end: Floats) -> None:
    """What is happening with it? Asked of the same agency while it works or waits."""
    again = np.repeat(np.arange(len(tries)), town.rng.poisson(town.design.chase_rate * (end - start)))
    picked = _picked(tries, again)
    rows = _rows(town, "demand", picked, start[again] + town.rng.random(len(again)) * (end - start)[again])
    rows["origin"], rows["kind"], rows["after"] = ORIGIN["person"], KIND["chase"], picked.agency
    rows["minutes"] *= 0.6
    town.log.add(rows)


def _screen_out(town: Town, tries: Tries) -> Tries:
    """Turned away at the door; sometimes the file is closed afterwards."""
    end = tries.time + 5 * _GAP + np.clip(town.rng.exponential(2.0, len(tries)), 0, 20)
    _overhead(town, tries, tries.time, end, share=0.40)
    rows = _rows(town, "screen", tries, end)
    rows["outcome"] = OUTCOME["screened_out"]
    why = town.rng.choice(5, len(tries), p=[0.29, 0.17, 0.40, 0.10, 0.04])
    names = ("below_threshold", "ineligible", "not_for_us", "no_capacity", "wrong_area")
    rows["reason"] = np.array([REASON[name] for name in names])[why]
    told = np.isin(rows["reason"], (REASON["not_for_us"], REASON["wrong_area"]))
    town.log.add(rows)
    filed = tries.where(town.chance(tries, 0.3))
    closing = _rows(town, "close", filed, end[np.isin(tries.cycle, filed.cycle)] + 2 * _GAP)
    closing["outcome"] = OUTCOME["screened_out"]
    town.log.add(closing)
    return replace(tries, time=end + 3 * _GAP, elsewhere=told)


def _screen_in(town: Town, tries: Tries) -> Tries:
    """Let in, and then the wait for an assessment begins."""
    screened = tries.time + 5 * _GAP + np.clip(town.rng.exponential(2.0, len(tries)), 0, 20)
    rows = _rows(town, "screen", tries, screened)
    rows["outcome"] = OUTCOME["screened_in"]
    town.log.add(rows)
    _overhead(town, tries, tries.time, screened, share=0.15)
    assessed = screened + town.wait(tries, town.design.wait / 2)
    _chases(town, tries, screened, assessed)
    return replace(tries, time=assessed)


def _assess(town: Town, tries: Tries) -> tuple[Tries, Tries]:
    """Assessed, where the design screens; else someone goes to see. Returns those passed on and those kept."""
    start = tries.time + np.where(tries.referred, town.wait(tries, town.design.wait / 2), 2 * _GAP)
    town.log.add(_rows(town, "assess" if town.design.p_screen_out > 0 else "visit", tries, start))
    refer = (tries.hops < town.design.max_hops) & town.chance(tries, town.design.p_refer)
    decided = start + 4 * _GAP + town.wait(tries, town.design.wait / 2)
    _overhead(town, tries, start, decided, share=0.40)
    _chases(town, tries, start, decided)
    tries = replace(tries, time=decided)
    return tries.where(refer), tries.where(~refer)


def _refer(town: Town, tries: Tries) -> tuple[Tries, Tries]:
    """Passed on: a refer row here, then a try there. Returns those received and those that nobody takes up."""
    target = _choose(town, replace(tries, came_from=tries.agency))
    rows = _rows(town, "refer", tries, tries.time)
    rows["outcome"], rows["referred_to"] = OUTCOME["referred"], target
    town.log.add(rows)
    lost = town.chance(tries, _LOST)
    arrives = tries.time + 1.0 + np.clip(town.rng.exponential(8.0, len(tries)), 0, 50)
    onward = replace(
        tries,
        time=arrives,
        agency=target,
        came_from=tries.agency,
        referred=np.ones(len(tries), dtype=bool),
        hops=tries.hops + 1,
    )
    return onward.where(~lost), tries.where(lost)


def _package(town: Town, tries: Tries) -> Tries:
    """What the agency supplies, once approved. Returns those whose need it did not meet."""
    design = town.design
    refused = np.zeros(len(tries), dtype=bool)
    if design.p_screen_out > 0:
        refused = town.chance(tries, design.p_refuse)
        rows = _rows(town, "approve", tries, tries.time)
        rows["outcome"] = np.where(refused, OUTCOME["refused"], OUTCOME["approved"])
        town.log.add(rows)
    turned_down = tries.where(refused)
    closing = _rows(town, "close", turned_down, turned_down.time + 3 * _GAP)
    closing["outcome"] = OUTCOME["refused"]
    town.log.add(closing)
    given = tries.where(~refused)
    start = given.time + town.wait(given, design.wait / 2)
    _chases(town, given, given.time, start)
    end = _do(town, given, start, np.full(len(given), design.visit_gap))
    # Where nobody screens, the first try either resolves the need at once or has not understood it.
    first = (given.tried == 0) & (design.p_screen_out == 0)
    met = ~first & town.chance(given, design.p_met_if_in)
    _close(town, given, end, met)
    unmet = replace(given, time=end).where(~met)
    return _joined(replace(turned_down, time=turned_down.time + 4 * _GAP), unmet)


def _do(town: Town, tries: Tries, start: Floats, gap: Floats) -> Floats:
    """The visits at which something is done, `gap` days apart, one of them a placement when it has come to that;
    returns when the last was."""
    design = town.design
    visits = 1 + town.rng.poisson(design.visits + design.visits_by_severity * town.gravity(tries))
    again = np.repeat(np.arange(len(tries)), visits)
    nth = np.arange(len(again)) - np.repeat(np.cumsum(visits) - visits, visits)
    jitter = (0.1 + 0.8 * town.rng.random(len(again))) * (nth > 0)
    rows = _rows(town, "do", _picked(tries, again), start[again] + (nth - jitter) * gap[again])
    rows["minutes"] *= design.do_minutes / 50.0
    town.log.add(rows)
    grave = (tries.severity >= design.placement_severity) & _PLACING[tries.agency]
    placed = grave & town.chance(tries, design.p_placement)
    stays = np.repeat(np.flatnonzero(placed), 1 + town.rng.poisson(_MORE_STAYS, int(placed.sum())))
    where = _picked(tries, stays)
    row = _rows(town, "do", where, start[stays] + 2 * _GAP)
    row["outcome"] = OUTCOME["placement"]
    row["cost"] = town.rng.lognormal(np.log(design.placement_median), design.placement_sigma, len(where))
    town.log.add(row)
    pulled = again[town.rng.random(len(again)) < design.p_pull]
    town.log.add(_rows(town, "pull", _picked(tries, pulled), start[pulled] + _GAP))
    end = start + (visits - 1) * gap + 4 * _GAP
    _overhead(town, tries, start - _GAP, end, share=0.4 if design.p_screen_out > 0 else 1.0)
    return end


def _close(town: Town, tries: Tries, time: Floats, met: Flags) -> None:
    """The case is closed; the need is met only if the person says so, and often nobody asks."""
    asked = town.chance(tries, np.where(met, town.design.asks_if_met, _ASKED_IF_NOT))
    rows = _rows(town, "close", tries, time)
    rows["truly_met"] = met
    rows["met"] = np.where(asked, met, -1)
    plain = np.where(town.chance(tries, 0.3), OUTCOME["nfa"], OUTCOME["closed"])
    rows["outcome"] = np.where(asked & met, OUTCOME["need_met"], plain)
    town.log.add(rows)


def _resolve(town: Town, tries: Tries) -> None:
    """Simply sorted out by whoever was asked; the person says so within four weeks."""
    start = tries.time + 2 * _GAP
    span = 2.0 + town.rng.random(len(tries)) * 22.0
    end = _do(town, tries, start, span / (1 + town.design.visits * 2.2))
    _close(town, tries, end, np.ones(len(tries), dtype=bool))


def _ask_again(town: Town, failed: Tries) -> Tries:
    """After a failure things grow worse; most ask again, later, here or elsewhere, and the rest give up.
    Whoever was told that it was the wrong door tries another within days."""
    design = town.design
    back = failed.where(town.chance(failed, np.where(failed.elsewhere, _TRIES_NEXT_DOOR, design.p_represent)))
    delay = town.rng.lognormal(np.log(design.delay_median), design.delay_sigma, len(back))
    delay = np.where(back.elsewhere, town.rng.exponential(5.0, len(back)), delay)
    worse = back.severity + town.rng.exponential(design.escalate, len(back))
    back = replace(
        back,
        time=back.time + 1.0 + delay,
        severity=worse,
        came_from=back.agency,
        referred=np.zeros(len(back), dtype=bool),
        hops=np.zeros(len(back), dtype=np.int64),
        tried=back.tried + 1,
    )
    stays = ~back.elsewhere & town.chance(back, _SAME_AGENCY)
    agency = np.where(stays, back.agency, _choose(town, back))
    return replace(back, agency=agency, elsewhere=np.zeros(len(back), dtype=bool))
