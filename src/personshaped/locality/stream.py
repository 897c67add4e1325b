"""What truly happens to every need, all needs side by side, one try at a time (spec 6.1, items 2 to 5).

A *try* is one agency's work on one need: asked or referred in, then screened, assessed, packaged or passed on. Each
turn of the loop in `happen` takes all needs still alive through one try; what fails comes back in a later turn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from personshaped.locality import mechanism
from personshaped.locality.events import KIND, ORIGIN, OUTCOME, REASON, Log, Rows
from personshaped.locality.lives import Calendar, Floats, Lives
from personshaped.locality.mechanism import GAP
from personshaped.locality.place import AGENCY_NAMES, AREAS, PLACING_AGENCIES
from personshaped.locality.scenarios import Scenario
from personshaped.locality.tries import (
    AT_CRISIS_DOOR,
    Flags,
    Town,
    Tries,
    choose,
    first_tries,
    joined,
    picked,
    rows_of,
)

_PLACING = np.isin(AGENCY_NAMES, PLACING_AGENCIES)


def happen(scenario: Scenario, lives: Lives, when: Calendar, rng: np.random.Generator) -> Rows:
    """Every event of every need until the window ends or the person leaves, in order of need and time.

    A try is worked in the way that is in force when and where it begins.
    """
    town = Town(scenario, lives, rng, Log(rng), scenario.design)
    ends = np.minimum(lives.left[lives.need_person], when.days)
    tries = first_tries(town)
    while len(tries):
        town.cycles += len(tries)
        tries = joined(*(_try(worked, part) for worked, part in _in_force(town, tries, when)))
        tries = tries.where(tries.time < ends[tries.need])
        tries = replace(tries, cycle=town.cycles + np.arange(len(tries)))
    rows = town.log.all()
    return rows[rows["time"] < ends[rows["need"]]]


def _in_force(town: Town, tries: Tries, when: Calendar) -> list[tuple[Town, Tries]]:
    """The tries by the way in which they are worked: the last turn that holds for them, else the scenario's own."""
    which = np.zeros(len(tries), dtype=np.int64)
    for number, turn in enumerate(town.scenario.turns, start=1):
        holds = tries.time >= when.day_of_month(turn.month)
        if turn.agency:
            holds &= tries.agency == AGENCY_NAMES.index(turn.agency)
        if turn.area:
            holds &= town.lives.area[town.lives.need_person[tries.need]] == AREAS.index(turn.area)
        which[holds] = number
    designs = [town.scenario.design, *(turn.design for turn in town.scenario.turns)]
    return [
        (replace(town, design=designs[number], worked=number), tries.where(which == number))
        for number in np.unique(which).tolist()
    ]


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
    inside = joined(inside, rest.where(~screened))
    passed_on, kept = _assess(town, inside)
    onward, lost = _refer(town, passed_on)
    failed += [lost, _package(town, kept)]
    return joined(onward, _ask_again(town, joined(*failed)))


def _begin(town: Town, tries: Tries) -> None:
    """The asking itself, or the referral arriving: a demand row by another agency, which is not a demand."""
    rows = rows_of(town, "demand", tries, tries.time)
    asked = ~tries.referred
    who = town.rng.choice(3, len(tries), p=[0.80, 0.15, 0.05])
    spoken = np.array([ORIGIN["person"], ORIGIN["family"], ORIGIN["third_party"]])
    rows["origin"] = np.where(asked, spoken[who], ORIGIN["other_agency"])
    mistaken = town.chance(tries, np.where(tries.tried == 0, town.scenario.p_other_error, 0.01))
    reworked = (tries.tried > 0) & town.chance(tries, 0.12)
    kind = np.where(tries.tried == 0, KIND["first"], np.where(reworked, KIND["rework"], KIND["again"]))
    rows["kind"] = np.where(asked, np.where(mistaken, KIND["mistake"], kind), -1)
    rows["after"] = tries.came_from
    at_crisis_door = AT_CRISIS_DOOR[tries.agency]
    rows["crisis"] = asked & at_crisis_door & town.chance(tries, np.clip(0.08 + 0.12 * tries.severity, 0, 0.8))
    town.log.add(rows)


def _overhead(town: Town, tries: Tries, start: Floats, end: Floats, share: float) -> None:
    """Recording and control between two moments of a try: `share` of what the design spends on a whole one."""
    design = town.design
    mean = share * design.overhead * (1 + design.overhead_by_severity * town.gravity(tries))
    again = np.repeat(np.arange(len(tries)), town.rng.poisson(mean))
    spread = start[again] + GAP + town.rng.random(len(again)) * np.maximum(end - start - 2 * GAP, 0)[again]
    kinds = ("record", "report", "review", "meeting", "letter")
    chosen = town.rng.choice(5, len(again), p=[0.60, 0.20, 0.09, 0.07, 0.04])
    for number, activity in enumerate(kinds):
        mask = chosen == number
        town.log.add(rows_of(town, activity, picked(tries, again[mask]), spread[mask]))


def _chases(town: Town, tries: Tries, start: Floats, end: Floats) -> None:
    """What is happening with it? Asked of the same agency while it works or waits."""
    again = np.repeat(np.arange(len(tries)), town.rng.poisson(town.design.chase_rate * (end - start)))
    chasing = picked(tries, again)
    rows = rows_of(town, "demand", chasing, start[again] + town.rng.random(len(again)) * (end - start)[again])
    rows["origin"], rows["kind"], rows["after"] = ORIGIN["person"], KIND["chase"], chasing.agency
    rows["minutes"] *= mechanism.CHASE_MINUTES
    town.log.add(rows)


def _screen_out(town: Town, tries: Tries) -> Tries:
    """Turned away at the door; sometimes the file is closed afterwards."""
    end = (
        tries.time
        + 5 * GAP
        + np.clip(town.rng.exponential(mechanism.SCREEN_MEAN, len(tries)), 0, mechanism.SCREEN_MOST)
    )
    _overhead(town, tries, tries.time, end, share=mechanism.DOOR_SHARE_OUT)
    rows = rows_of(town, "screen", tries, end)
    rows["outcome"] = OUTCOME["screened_out"]
    why = town.rng.choice(5, len(tries), p=[0.29, 0.17, 0.40, 0.10, 0.04])
    names = ("below_threshold", "ineligible", "not_for_us", "no_capacity", "wrong_area")
    rows["reason"] = np.array([REASON[name] for name in names])[why]
    told = np.isin(rows["reason"], (REASON["not_for_us"], REASON["wrong_area"]))
    town.log.add(rows)
    filed = tries.where(town.chance(tries, 0.3))
    closing = rows_of(town, "close", filed, end[np.isin(tries.cycle, filed.cycle)] + 2 * GAP)
    closing["outcome"] = OUTCOME["screened_out"]
    town.log.add(closing)
    return replace(tries, time=end + 3 * GAP, elsewhere=told)


def _screen_in(town: Town, tries: Tries) -> Tries:
    """Let in, and then the wait for an assessment begins."""
    screened = (
        tries.time
        + 5 * GAP
        + np.clip(town.rng.exponential(mechanism.SCREEN_MEAN, len(tries)), 0, mechanism.SCREEN_MOST)
    )
    rows = rows_of(town, "screen", tries, screened)
    rows["outcome"] = OUTCOME["screened_in"]
    town.log.add(rows)
    _overhead(town, tries, tries.time, screened, share=mechanism.DOOR_SHARE_IN)
    assessed = screened + town.wait(tries, town.design.wait / 2)
    _chases(town, tries, screened, assessed)
    return replace(tries, time=assessed)


def _assess(town: Town, tries: Tries) -> tuple[Tries, Tries]:
    """Assessed, where the design screens; else someone goes to see. Returns those passed on and those kept."""
    start = tries.time + np.where(tries.referred, town.wait(tries, town.design.wait / 2), 2 * GAP)
    town.log.add(rows_of(town, "assess" if town.design.p_screen_out > 0 else "visit", tries, start))
    refer = (tries.hops < town.design.max_hops) & town.chance(tries, town.design.p_refer)
    decided = start + 4 * GAP + town.wait(tries, town.design.wait / 2)
    _overhead(town, tries, start, decided, share=mechanism.ASSESS_SHARE)
    _chases(town, tries, start, decided)
    tries = replace(tries, time=decided)
    return tries.where(refer), tries.where(~refer)


def _refer(town: Town, tries: Tries) -> tuple[Tries, Tries]:
    """Passed on: a refer row here, then a try there. Returns those received and those that nobody takes up."""
    target = choose(town, replace(tries, came_from=tries.agency))
    rows = rows_of(town, "refer", tries, tries.time)
    rows["outcome"], rows["referred_to"] = OUTCOME["referred"], target
    town.log.add(rows)
    lost = town.chance(tries, mechanism.LOST)
    arrives = (
        tries.time + 1.0 + np.clip(town.rng.exponential(mechanism.ARRIVAL_MEAN, len(tries)), 0, mechanism.ARRIVAL_MOST)
    )
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
        rows = rows_of(town, "approve", tries, tries.time)
        rows["outcome"] = np.where(refused, OUTCOME["refused"], OUTCOME["approved"])
        town.log.add(rows)
    turned_down = tries.where(refused)
    closing = rows_of(town, "close", turned_down, turned_down.time + 3 * GAP)
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
    return joined(replace(turned_down, time=turned_down.time + 4 * GAP), unmet)


def _do(town: Town, tries: Tries, start: Floats, gap: Floats) -> Floats:
    """The visits at which something is done, `gap` days apart, one of them a placement when it has come to that;
    returns when the last was."""
    design = town.design
    visits = 1 + town.rng.poisson(design.visits + design.visits_by_severity * town.gravity(tries))
    again = np.repeat(np.arange(len(tries)), visits)
    nth = np.arange(len(again)) - np.repeat(np.cumsum(visits) - visits, visits)
    jitter = (0.1 + 0.8 * town.rng.random(len(again))) * (nth > 0)
    rows = rows_of(town, "do", picked(tries, again), start[again] + (nth - jitter) * gap[again])
    rows["minutes"] *= design.do_minutes / 50.0
    town.log.add(rows)
    grave = (tries.severity >= design.placement_severity) & _PLACING[tries.agency]
    placed = grave & town.chance(tries, design.p_placement)
    stays = np.repeat(np.flatnonzero(placed), 1 + town.rng.poisson(mechanism.MORE_STAYS, int(placed.sum())))
    where = picked(tries, stays)
    row = rows_of(town, "do", where, start[stays] + 2 * GAP)
    row["outcome"] = OUTCOME["placement"]
    row["cost"] = town.rng.lognormal(np.log(design.placement_median), design.placement_sigma, len(where))
    town.log.add(row)
    pulled = again[town.rng.random(len(again)) < design.p_pull]
    town.log.add(rows_of(town, "pull", picked(tries, pulled), start[pulled] + GAP))
    end = start + (visits - 1) * gap + 4 * GAP
    _overhead(town, tries, start - GAP, end, share=mechanism.DO_SHARE if design.p_screen_out > 0 else 1.0)
    return end


def _close(town: Town, tries: Tries, time: Floats, met: Flags) -> None:
    """The case is closed; the need is met only if the person says so, and often nobody asks."""
    asked = town.chance(tries, np.where(met, town.design.asks_if_met, mechanism.ASKED_IF_NOT))
    rows = rows_of(town, "close", tries, time)
    rows["truly_met"] = met
    rows["met"] = np.where(asked, met, -1)
    plain = np.where(town.chance(tries, 0.3), OUTCOME["nfa"], OUTCOME["closed"])
    rows["outcome"] = np.where(asked & met, OUTCOME["need_met"], plain)
    town.log.add(rows)


def _resolve(town: Town, tries: Tries) -> None:
    """Simply sorted out by whoever was asked; the person says so within four weeks."""
    start = tries.time + 2 * GAP
    span = mechanism.AT_ONCE_LEAST + town.rng.random(len(tries)) * mechanism.AT_ONCE_SPREAD
    end = _do(town, tries, start, span / (1 + town.design.visits * 2.2))
    _close(town, tries, end, np.ones(len(tries), dtype=bool))


def _ask_again(town: Town, failed: Tries) -> Tries:
    """After a failure things grow worse; most ask again, later, here or elsewhere, and the rest give up.
    Whoever was told that it was the wrong door tries another within days."""
    design = town.design
    back = failed.where(town.chance(failed, np.where(failed.elsewhere, mechanism.TRIES_NEXT_DOOR, design.p_represent)))
    delay = town.rng.lognormal(np.log(design.delay_median), design.delay_sigma, len(back))
    delay = np.where(back.elsewhere, town.rng.exponential(mechanism.NEXT_DOOR_DELAY, len(back)), delay)
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
    stays = ~back.elsewhere & town.chance(back, mechanism.SAME_AGENCY)
    agency = np.where(stays, back.agency, choose(town, back))
    return replace(back, agency=agency, elsewhere=np.zeros(len(back), dtype=bool))
