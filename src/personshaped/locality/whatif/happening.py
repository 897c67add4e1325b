"""The event loop of `whatif`: the mechanism of spec 6.1 one event after another, with agencies whose hours are finite.

The same mechanism as `stream.happen`, which takes all needs side by side and therefore cannot let one need wait for
another. Here every need has at most one event to come; the earliest of all happens next. An agency's hours are one
pool, first come first served: work that finds it busy waits, and people who wait chase. With hours without limit both
ways of running the mechanism agree, and a test says so.
"""

from __future__ import annotations

import numpy as np

from personshaped.journeys.compiled import compiled
from personshaped.locality import mechanism as m
from personshaped.locality.events import MINUTES
from personshaped.locality.whatif.heap import Ints, rise, sink
from personshaped.locality.whatif.state import Floats, Record, Table

NEVER = np.inf
ASK, ASSESS, DECIDE, VISIT = 0, 1, 2, 3

_DEMAND, _SCREEN, _ASSESS, _SEE = (float(MINUTES[name]) for name in ("demand", "screen", "assess", "visit"))
_REFER, _APPROVE, _PULL, _CLOSE = (float(MINUTES[name]) for name in ("refer", "approve", "pull", "close"))
CONTROL_MIX = {"record": 0.60, "report": 0.20, "review": 0.09, "meeting": 0.07, "letter": 0.04}
_CONTROL_MINUTES = sum(share * MINUTES[name] for name, share in CONTROL_MIX.items())


@compiled
def _chance(probability: float) -> bool:
    return np.random.random() < probability


@compiled
def _minutes(mean: float) -> float:
    """Gamma(4, mean / 4)."""
    pair = (1.0 - np.random.random()) * (1.0 - np.random.random())
    return -0.25 * mean * np.log(pair * (1.0 - np.random.random()) * (1.0 - np.random.random()))


@compiled
def _number(mean: float) -> int:
    """Poisson, from one random number where the mean is small: four times as quick as NumPy's."""
    if mean > 30.0:
        return int(np.random.poisson(mean))
    left = np.random.random()
    chance = np.exp(-mean)
    number = 0
    while left > chance and number < 200:
        left -= chance
        number += 1
        chance *= mean / number
    return number


@compiled
def _wait(mean: float) -> float:
    return min(max(np.random.exponential(mean), m.GAP * 4), m.LONGEST_WAIT)


@compiled
def _gravity(need: Record) -> float:
    return min(need["severity"], m.GRAVEST)


@compiled
def _work(agency: Record, time: float, minutes: float, inside: float) -> float:
    """When a piece of work that comes in at `time` is done: after everything that came in before it."""
    start = max(time, agency["free_at"])
    finish = start + minutes / (agency["minutes_a_day_changed"] if inside > 0 else agency["minutes_a_day"])
    agency["free_at"] = finish
    agency["minutes"] += inside * minutes
    agency["queued"] += inside * (start - time)
    agency["pieces"] += inside
    return finish


@compiled
def _choose(need: Record, agencies: Table, doors: Floats) -> int:
    """The agency gone to: by what the need is, crisis doors more often as it grows severe, never the one left."""
    share = doors[need["issue"]]
    leaving = need["came_from"]
    more = m.CRISIS_PULL * need["severity"]
    total = 0.0
    for agency in range(len(share)):
        if agency != leaving:
            total += share[agency] * (1.0 + more * agencies[agency]["crisis"])
    left = np.random.random() * total
    last = leaving
    for agency in range(len(share)):
        if agency != leaving:
            last = agency
            left -= share[agency] * (1.0 + more * agencies[agency]["crisis"])
            if left < 0.0:
                break
    return last


@compiled
def _control(need: Record, agency: Record, way: Record, share: float, inside: float) -> float:
    """Minutes of recording and control: `share` of what the way of working spends on a whole try."""
    rows = _number(share * way["overhead"] * (1.0 + way["overhead_by_severity"] * _gravity(need)))
    agency["control"] += inside * rows
    return rows * _CONTROL_MINUTES


@compiled
def _chases(need: Record, agency: Record, way: Record, time: float, inside: float) -> float:
    """Minutes of answering "what is happening with it?" over the wait that ends when the agency gets to it."""
    waited = max(time, agency["free_at"]) - need["since"]
    rows = _number(way["chase_rate"] * max(waited, 0.0))
    agency["demands"] += inside * rows
    agency["failures"] += inside * rows
    agency["chases"] += inside * rows
    return rows * _DEMAND * m.CHASE_MINUTES


@compiled
def _fail(need: Record, agencies: Table, doors: Floats, way: Record, time: float, elsewhere: bool) -> float:
    """After a failure things grow worse; most ask again, later, here or elsewhere, and the rest give up."""
    if not _chance(m.TRIES_NEXT_DOOR if elsewhere else way["p_represent"]):
        return NEVER
    if elsewhere:
        delay = np.random.exponential(m.NEXT_DOOR_DELAY)
    else:
        delay = way["delay_median"] * np.exp(way["delay_sigma"] * np.random.standard_normal())
    need["severity"] += np.random.exponential(way["escalate"])
    need["tried"] += 1
    need["hops"] = 0
    need["referred"] = False
    need["came_from"] = need["agency"]
    if elsewhere or not _chance(m.SAME_AGENCY):
        need["agency"] = _choose(need, agencies, doors)
    need["stage"] = ASK
    return time + 1.0 + delay


@compiled
def _package(need: Record, way: Record, time: float, gap: float) -> float:
    """The visits at which something is done begin at `time`."""
    need["visits"] = 1 + _number(way["visits"] + way["visits_by_severity"] * _gravity(need))
    need["nth"] = 0
    need["gap"] = gap
    need["stage"] = VISIT
    return time


@compiled
def _ask(need: Record, agencies: Table, doors: Floats, way: Record, time: float, inside: float) -> float:
    """Someone asks; it is sorted out at once, turned away, or let in to wait."""
    agency = agencies[need["agency"]]
    first = need["tried"] == 0
    agency["demands"] += inside
    if not first or _chance(way["p_other_error"]):
        agency["failures"] += inside
    minutes = _minutes(_DEMAND)
    need["at_once"] = first and _chance(way["p_resolve_first"])
    if need["at_once"] or way["p_screen_out"] <= 0.0:
        done = _work(agency, time, minutes * way["pace"], inside) + 2 * m.GAP
        need["since"] = done
        need["stage"] = ASSESS
        if need["at_once"]:
            gap = (m.AT_ONCE_LEAST + np.random.random() * m.AT_ONCE_SPREAD) / (1.0 + way["visits"] * 2.2)
            return _package(need, way, done, gap)
        return done
    out = _chance(way["p_screen_out"] - way["screen_relief"] * _gravity(need))
    minutes += _minutes(_SCREEN)
    minutes += _control(need, agency, way, m.DOOR_SHARE_OUT if out else m.DOOR_SHARE_IN, inside)
    done = _work(agency, time, minutes * way["pace"], inside)
    screened = done + 5 * m.GAP + min(np.random.exponential(m.SCREEN_MEAN), m.SCREEN_MOST)
    agency["screens"] += inside
    if out:
        agency["screened_out"] += inside
        return _fail(need, agencies, doors, way, screened + 3 * m.GAP, _chance(m.TOLD_ELSEWHERE))
    need["since"] = screened
    need["stage"] = ASSESS
    return screened + _wait(way["wait"] / 2)


@compiled
def _assess(need: Record, agencies: Table, way: Record, time: float, inside: float) -> float:
    """Assessed, where the way of working screens; else someone goes to see."""
    agency = agencies[need["agency"]]
    minutes = _minutes(_ASSESS if way["p_screen_out"] > 0.0 else _SEE)
    if need["referred"]:
        minutes += _minutes(_DEMAND)
    minutes += _chases(need, agency, way, time, inside)
    minutes += _control(need, agency, way, m.ASSESS_SHARE, inside)
    agency["assessments"] += inside
    done = _work(agency, time, minutes * way["pace"], inside)
    need["since"] = done
    need["stage"] = DECIDE
    return done + 4 * m.GAP + _wait(way["wait"] / 2)


@compiled
def _decide(need: Record, agencies: Table, doors: Floats, way: Record, time: float, inside: float) -> float:
    """Passed on, or a package is approved or refused."""
    agency = agencies[need["agency"]]
    minutes = _chases(need, agency, way, time, inside)
    if need["hops"] < way["max_hops"] and _chance(way["p_refer"]):
        done = _work(agency, time, (minutes + _minutes(_REFER)) * way["pace"], inside)
        agency["referrals"] += inside
        return _refer(need, agencies, doors, way, done)
    refused = False
    if way["p_screen_out"] > 0.0:
        minutes += _minutes(_APPROVE)
        refused = _chance(way["p_refuse"])
        agency["approvals"] += inside
        agency["refused"] += inside * refused
    done = _work(agency, time, minutes * way["pace"], inside)
    if refused:
        return _fail(need, agencies, doors, way, done + 4 * m.GAP, False)
    need["since"] = done
    return _package(need, way, done + _wait(way["wait"] / 2), way["visit_gap"])


@compiled
def _refer(need: Record, agencies: Table, doors: Floats, way: Record, time: float) -> float:
    """Passed on: taken up by another agency, or by nobody."""
    if _chance(m.LOST):
        return _fail(need, agencies, doors, way, time, False)
    need["came_from"] = need["agency"]
    need["agency"] = _choose(need, agencies, doors)
    need["referred"] = True
    need["hops"] += 1
    need["stage"] = ASSESS
    arrives = time + 1.0 + min(np.random.exponential(m.ARRIVAL_MEAN), m.ARRIVAL_MOST)
    need["since"] = arrives + _wait(way["wait"] / 2)
    return need["since"]


@compiled
def _visit(need: Record, agencies: Table, doors: Floats, way: Record, time: float, inside: float) -> float:
    """Something is done; after the last visit the case is closed, and the need is met or it is not."""
    agency = agencies[need["agency"]]
    minutes = _minutes(way["do_minutes"])
    if _chance(way["p_pull"]):
        minutes += _minutes(_PULL)
    if need["nth"] == 0:
        if not need["at_once"]:
            minutes += _chases(need, agency, way, time, inside)
        minutes += _control(need, agency, way, m.DO_SHARE if way["p_screen_out"] > 0.0 else 1.0, inside)
        agency["placed_pounds"] += inside * _placed(need, agency, way)
    need["nth"] += 1
    last = need["nth"] == need["visits"]
    if last:
        minutes += _minutes(_CLOSE)
    done = _work(agency, time, minutes * way["pace"], inside)
    agency["visits"] += inside
    if need["nth"] == 1:
        need["begun"] = done
        need["helped_at"] = min(need["helped_at"], done)
    if not last:
        planned = need["begun"] + (need["nth"] - 0.1 - 0.8 * np.random.random()) * need["gap"]
        return max(planned, done + m.GAP)
    # Where nobody screens, the first try either resolves the need at once or has not understood it.
    understood = need["tried"] > 0 or way["p_screen_out"] > 0.0
    if need["at_once"] or (understood and _chance(way["p_met_if_in"])):
        need["met_at"] = done + 4 * m.GAP
        need["said"] = _chance(way["asks_if_met"])
        return NEVER
    return _fail(need, agencies, doors, way, done + 4 * m.GAP, False)


@compiled
def _placed(need: Record, agency: Record, way: Record) -> float:
    """Pounds of a placement, when it has come to that: in care, on a ward, in a hostel."""
    pounds = 0.0
    if agency["placing"] and need["severity"] >= way["placement_severity"] and _chance(way["p_placement"]):
        for _ in range(1 + _number(m.MORE_STAYS)):
            pounds += way["placement_median"] * np.exp(way["placement_sigma"] * np.random.standard_normal())
    return pounds


@compiled
def _event(need: Record, agencies: Table, doors: Floats, ways: Table, time: float, inside: float) -> float:
    """Lets the need's next event happen at `time` and returns the time of the one after, NEVER for none."""
    stage = need["stage"]
    if stage == ASK or (stage == ASSESS and need["referred"]):
        need["changed"] = inside > 0.0  # a try is worked in the way in force when it began
    way = ways[1] if need["changed"] else ways[0]
    if stage == ASK:
        after = _ask(need, agencies, doors, way, time, inside)
    elif stage == ASSESS:
        after = _assess(need, agencies, way, time, inside)
    elif stage == DECIDE:
        after = _decide(need, agencies, doors, way, time, inside)
    else:
        after = _visit(need, agencies, doors, way, time, inside)
    return after if after < need["ends"] else NEVER


def happen(needs: Table, agencies: Table, doors: Floats, ways: Table, window_start: float, seed: int) -> int:
    """Lets everything happen to `needs`, which stand in order of opening; returns how many events there were.

    `ways` are two: the first until `window_start`, the second for every try that begins after it. `doors` says how
    often each agency is gone to (a column) with each kind of need (a row). Fills the sums of `agencies`, for the
    window only, and `helped_at`, `met_at`, `said` and `at_once` of the needs.
    """
    times, whose = np.empty(len(needs)), np.empty(len(needs), np.int64)
    return _happen(times, whose, needs, agencies, doors, ways, window_start, seed)


@compiled
def _happen(
    times: Floats,
    whose: Ints,
    needs: Table,
    agencies: Table,
    doors: Floats,
    ways: Table,
    window_start: float,
    seed: int,
) -> int:
    np.random.seed(seed)
    size, coming, events = 0, 0, 0
    while size > 0 or coming < len(needs):
        events += 1
        if coming < len(needs) and (size == 0 or needs[coming]["opened"] <= times[0]):
            need = needs[coming]
            need["agency"] = _choose(need, agencies, doors)
            time = need["opened"]
            after = _event(need, agencies, doors, ways, time, 1.0 if time >= window_start else 0.0)
            if after < NEVER:
                rise(times, whose, size, after, coming)
                size += 1
            coming += 1
            continue
        who, time = whose[0], times[0]
        after = _event(needs[who], agencies, doors, ways, time, 1.0 if time >= window_start else 0.0)
        if after == NEVER:
            size -= 1
            after, who = times[size], whose[size]
        sink(times, whose, size, after, who)
    return events
