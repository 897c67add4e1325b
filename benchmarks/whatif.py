"""`whatif` beside the same model in SimPy, and a locality of 250,000 people over five years.

    python benchmarks/whatif.py [PEOPLE]

1. Both simulations of the same needs with the same hours, in turn, several seeds: seconds (the simulation only; making
   the people is left out on both sides), and whether both give the same results within noise.
2. 20 runs of old beside new (40 simulations) of 250,000 people over five years on all processors.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from statistics import mean, median, stdev

import numpy as np
from whatif_simpy import Town, total

from personshaped.locality.lives import Lives, calendar
from personshaped.locality.whatif.happening import happen
from personshaped.locality.whatif.model import BURN_IN, Model, lives, needs_of, run, ways
from personshaped.locality.whatif.runs import side_by_side
from personshaped.locality.whatif.state import AGENCY

YEARS, SEEDS = 3, range(1, 6)
COMPARED = ("demands", "failures", "screened_out", "referrals", "visits", "minutes", "pieces")


def with_hours(people: int) -> Model:
    """The synthetic locality with 15% more hours than its work takes."""
    free = Model(people=people)
    seen = run(free, free, lives(free, YEARS, 99), YEARS, 99)
    return replace(free, hours=tuple((seen.agencies["minutes"] / 60 / YEARS * 1.15).tolist()))


def agencies_of(model: Model) -> np.ndarray:
    """The model's agencies before anything has happened."""
    agencies = np.zeros(len(model.agencies.names), AGENCY)
    agencies["crisis"] = np.isin(model.agencies.names, model.agencies.crisis)
    agencies["placing"] = np.isin(model.agencies.names, model.agencies.placing)
    agencies["minutes_a_day"] = agencies["minutes_a_day_changed"] = model.minutes_a_day
    return agencies


def ours(model: Model, people: Lives, seed: int) -> tuple[float, dict[str, float], int]:
    """Seconds, sums and events of one run of ours."""
    when = calendar(YEARS, BURN_IN)
    needs, agencies = needs_of(people, when.days, len(model.agencies.doors)), agencies_of(model)
    started = time.perf_counter()
    since = float(when.day(when.window_start))
    events = happen(needs, agencies, model.agencies.doors, ways(model, model), since, seed)
    seconds = time.perf_counter() - started
    sums = {name: float(agencies[name].sum()) for name in COMPARED}
    return seconds, sums | {"met": float(np.isfinite(needs["met_at"]).sum())}, events


def theirs(model: Model, people: Lives, seed: int) -> tuple[float, dict[str, float]]:
    """Seconds and sums of one run of SimPy's."""
    when = calendar(YEARS, BURN_IN)
    needs = needs_of(people, when.days, len(model.agencies.doors))
    started = time.perf_counter()
    town = Town(model.way(), model.agencies.doors, agencies_of(model), float(when.day(when.window_start)), seed)
    town.run(needs, when.days)
    seconds = time.perf_counter() - started
    return seconds, {name: total(town, name) for name in COMPARED} | {"met": float(len(town.met))}


def beside_simpy(people: int) -> None:
    model = with_hours(people)
    ours(model, lives(model, YEARS, 0), 0)
    mine, other, ratios, events = [], [], [], 0
    for seed in SEEDS:
        same = lives(model, YEARS, seed)
        seconds, sums, events = ours(model, same, seed)
        slow, theirs_sums = theirs(model, same, seed)
        ratios.append(slow / seconds)
        mine.append(sums)
        other.append(theirs_sums)
        print(f"seed {seed}: ours {seconds:.3f} s, SimPy {slow:.1f} s: {slow / seconds:.0f} times", flush=True)
    print(f"{people:,} people, {YEARS} years, {events:,} events: {median(ratios):.0f} times SimPy's speed (median)")
    print("the same needs in both, difference of the sums for each seed (mean, and its standard error):")
    for name in mine[0]:
        gaps = [a[name] / b[name] - 1 for a, b in zip(mine, other, strict=True)]
        print(f"  {name:14} {mean(gaps):+.2%} ({stdev(gaps) / len(gaps) ** 0.5:.2%})")


def a_quarter_of_a_million() -> None:
    model = with_hours(250_000)
    changed = replace(model, design=replace(model.design, p_resolve_first=0.3, p_screen_out=0.3, p_refer=0.2))
    started = time.perf_counter()
    same = lives(model, 5, 1)
    events = run(model, model, same, 5, 1).events
    one = time.perf_counter() - started
    print(f"250,000 people, 5 years: one run with its people {one:.1f} s, {events:,} events")
    started = time.perf_counter()
    side_by_side(model, changed, ("benchmark",), years=5, runs=20)
    print(f"20 runs, old beside new (40 simulations): {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    beside_simpy(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
    if len(sys.argv) < 3:
        a_quarter_of_a_million()
