"""How often the scenarios' findings are found where they are, and where they are not, over many seeds.

    python benchmarks/scenarios.py [SEEDS [FROM]]

Stat 2 on threshold_drift and no_drift (15,000 people, six years), Stat 8 on one agency counted apart (40,000 people),
Stat 5 on switch (20,000), Stat 4 on seven cases (2,000). The true stream is analysed, with what the agency wrote down
where a scenario is about that; linking and coding are left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from personshaped.learning.honest import own_and_independent, sentence_of, shifted
from personshaped.locality.canonical import simulate
from personshaped.locality.events import KIND
from personshaped.locality.place import AREAS
from personshaped.locality.recording import is_demand
from personshaped.statistics.pairs import sign_flip
from personshaped.statistics.trend import difference_of_changes, yearly_change
from spec.towns import beyond_others, monthly, reported, town, yearly_cost


def stable_or_not(seeds: range) -> None:
    for scenario in ("threshold_drift", "no_drift"):
        said: Counter[str] = Counter()
        for seed in seeds:
            of = simulate(scenario, 15_000, 6, seed)
            first = monthly(of, is_demand(of) & (of.rows["kind"] == KIND["first"]))
            every = monthly(of, is_demand(of))
            said["needs " + yearly_change(first).in_words(0.02)] += 1
            slope = difference_of_changes(every - first, first)
            said["failure demand faster than needs" if slope.low > 0 else "no difference shown"] += 1
        print(f"Stat 2, {scenario}: {dict(said)} of {len(seeds)}", flush=True)


def honest_or_worse(seeds: range) -> None:
    months = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    for scenario in ("assess_refer", "honest", "worse", "silent"):
        said: Counter[str] = Counter()
        for seed in seeds:
            own, independent = reported(scenario, 40_000, seed, "childrens_services")
            charts = own_and_independent(months, own.tolist(), independent.tolist())
            assert charts is not None
            said[sentence_of(*charts[1:]).value + (" (records fell)" if shifted(charts[3]) < 0 else "")] += 1
            town.cache_clear()
        print(f"Stat 8, {scenario}: {dict(said)} of {len(seeds)}", flush=True)


def changed_there(seeds: range) -> None:
    said: Counter[str] = Counter()
    for seed in seeds:
        of = town("switch", 20_000, 3, seed)
        for area in AREAS:
            beside = tuple(one for one in AREAS[1:] if one != area)
            level = beyond_others(of, area, beside).at_12
            where = "Ashbrook" if area == "Ashbrook" else "elsewhere"
            said[f"{where}: {'found' if level and not level.low <= 1 <= level.high else 'nothing'}"] += 1
        town.cache_clear()
    print(f"Stat 5, switch, twelve months on: {dict(said)}", flush=True)


def seven_cases(seeds: range) -> None:
    for scenario in ("seven_cases", "seven_cases_null", "seven_cases_random", "seven_cases_random_null"):
        found, ratios = 0, []
        for seed in seeds:
            _, old, new = yearly_cost(simulate(scenario, 2000, 3, seed))
            change = np.log((new + 1) / (old + 1))
            tested = sign_flip(change)
            found += tested is not None and tested.p <= 0.05
            ratios.append(float(np.exp(change.mean())))
        print(
            f"Stat 4, {scenario}: {found} of {len(seeds)} at 5%, new over old {np.median(ratios):.2f} (median)",
            flush=True,
        )


if __name__ == "__main__":
    seeds, first = (*(int(one) for one in sys.argv[1:]), *(40, 1)[len(sys.argv) - 1 :])
    chosen = range(first, first + seeds)
    stable_or_not(chosen)
    honest_or_worse(chosen)
    changed_there(chosen)
    seven_cases(chosen)
