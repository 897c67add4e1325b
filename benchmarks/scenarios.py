"""How often the scenarios' findings are found where they are, and where they are not, over many seeds.

    python benchmarks/scenarios.py [SEEDS [FROM]]

Stat 2 on threshold_drift and no_drift (15,000 people, six years), Stat 8 on one agency counted apart (40,000 people),
Stat 5 on switch (20,000), Stat 4 on seven cases (2,000), R2 on extract_start and unlinked (6,000), and the tables of
rent, buurtzorg, survey and localities. The true stream is analysed, with what the agency wrote down
where a scenario is about that; linking and coding are left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from personshaped.locality.accounts import rent
from personshaped.locality.canonical import Simulated, simulate
from personshaped.locality.care import care_at_home
from personshaped.locality.elsewhere import COUNTRY, COUNTRY_PEOPLE, TRUE_SAVING, twelve_localities
from personshaped.locality.events import KIND
from personshaped.locality.place import AREAS
from personshaped.locality.providers import providers
from personshaped.locality.recording import is_demand
from personshaped.locality.written import Written
from personshaped.statistics.extrapolation import post_stratified
from personshaped.statistics.multilevel import Cell, multilevel
from personshaped.statistics.trend import difference_of_changes, yearly_change
from spec.towns import (
    beyond_others,
    coded,
    coded_unlinked,
    monthly,
    panel,
    reported,
    seven,
    together_by_person,
    town,
    two_years,
)

Writer = Callable[..., Written]


def stable_or_not(seeds: range) -> None:
    for scenario in ("threshold_drift", "no_drift"):
        said: Counter[str] = Counter()
        for seed in seeds:
            of = simulate(scenario, 15_000, 6, seed)
            first = is_demand(of) & (of.rows["kind"] == KIND["first"])
            series = {"needs": first, "failure demand": is_demand(of) & ~first, "all demand": is_demand(of)}
            for name, rows in series.items():
                change = yearly_change(monthly(of, rows), None, together_by_person(of, rows))
                said[f"{name} {change.in_words(0.02)}"] += 1
            slope = difference_of_changes(monthly(of, is_demand(of) & ~first), monthly(of, first))
            said["failure demand faster than needs" if slope.low > 0 else "no difference shown"] += 1
        print(f"Stat 2, {scenario}: {dict(sorted(said.items()))} of {len(seeds)}", flush=True)


def begun_late(seeds: range) -> None:
    """extract_start and unlinked: what each rule makes of a place in which nothing changes."""
    for scenario in ("extract_start", "unlinked"):
        naive, looked_back, changing, alone = [], [], 0, []
        for seed in seeds:
            of, found = town(scenario, 6000, 3, seed), coded(scenario, 6000, 3, seed)
            naive.append(first_seen(of))
            everywhere = np.ones(len(found.month), dtype=bool)
            share = found.share(everywhere & (found.month >= 14), 36)[14:]
            looked_back.append((share[:11].mean(), share[11:].mean()))
            changing += abs(share[:11].mean() - share[11:].mean()) > 0.05
            if scenario == "unlinked":
                apart = coded_unlinked(scenario, 6000, 3, seed)
                alone.append(apart.failure[apart.coded].mean())
            for one in (town, coded, coded_unlinked):
                one.cache_clear()
        print(f"R2, {scenario}: called new when first seen {ends(naive)}; looking back a year {ends(looked_back)}, more"
              f" than 5 points apart in {changing} of {len(seeds)}"
              + (f"; unlinked {min(alone):.2f} to {max(alone):.2f}" if alone else ""), flush=True)  # fmt: skip


def first_seen(of: Simulated) -> tuple[float, float]:
    """Failure share of the first three months and of the last year where a need is new when it is first seen."""
    seen = np.flatnonzero(is_demand(of) & (of.rows["time"] >= of.calendar.day(of.calendar.window_start)))
    new = np.zeros(len(of.rows), dtype=bool)
    new[seen[np.unique(of.rows["need"][seen], return_index=True)[1]]] = True
    share = 1 - monthly(of, new) / monthly(of, is_demand(of))
    return share[:3].mean(), share[-12:].mean()


def ends(shares: list[tuple[float, float]]) -> str:
    before, after = np.mean(shares, axis=0)
    return f"{before:.2f} and then {after:.2f}"


def honest_or_worse(seeds: range) -> None:
    for scenario in ("assess_refer", "honest", "worse", "silent"):
        said: Counter[str] = Counter()
        for seed in seeds:
            found = panel(scenario, 40_000, seed, "childrens_services")
            said[found.sentence.value + (" (records fell)" if found.ratio.shifted < 0 else "")] += 1
            for one in (town, reported, panel):
                one.cache_clear()
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
        pairs_say, both_say = Counter[str](), Counter[str]()
        for seed in seeds:
            of = simulate(scenario, 2000, 3, seed)
            for name, (old, new) in two_years(of).items():
                by_pairs, beyond = seven(of, name, old, new)
                pairs_say[name] += by_pairs
                both_say[name] += by_pairs and beyond
        print(f"Stat 4, {scenario}: pairs at 5% {dict(pairs_say)}, and beyond what was expected {dict(both_say)} of "
              f"{len(seeds)}", flush=True)  # fmt: skip


def other_tables(seeds: range) -> None:
    """rent, buurtzorg and survey: how far what was made is from what it says; localities: how near each sum comes."""
    window, people = (date(2022, 1, 1), date(2025, 1, 1)), range(400)
    enforced, used, counts, by = [], [], Counter[tuple[int, ...]](), Counter[str]()
    for seed in seeds:

        def made(writer: Writer, seed: int = seed) -> Written:
            return writer(*window, people, np.random.default_rng(seed))

        kinds: dict[str, set[str]] = {}
        for one in made(rent).tables["accounts"].to_pylist():
            kinds.setdefault(one["account_id"], set()).add(one["kind"])
        enforced.append(sum(bool(had & {"notice", "enforcement", "court"}) for had in kinds.values()) / len(kinds))
        used.append(made(care_at_home).truths["hours_used_share", "", ""])
        told = Counter(one["question"] for one in made(providers).tables["responses"].to_pylist()
                       if one["answer"] == "yes")  # fmt: skip
        counts[tuple(sorted(told.values()))] += 1
        by.update(carried_over(made(twelve_localities).tables["area_facts"].to_pylist()))
    print(f"M078, rent: enforced {min(enforced):.3f} to {max(enforced):.3f}; M085, buurtzorg: hours used"
          f" {min(used):.3f} to {max(used):.3f}; M094, survey: yes {dict(counts)}")  # fmt: skip
    print(f"Stat 7, localities: {dict(by)} of {len(seeds)}", flush=True)


def carried_over(rows: list[dict[str, Any]]) -> list[str]:
    """Which sums of the savings of twelve places come near the country's true one."""
    places = sorted({one["area"] for one in rows} - {COUNTRY})
    facts = {(one["area"], one["measure"], one["stratum"]): one["value"] for one in rows}
    strata = sorted({one["stratum"] for one in rows if one["stratum"]})

    def total(measure: str, stratum: str, areas: Iterable[str]) -> float:
        return sum(facts.get((area, measure, stratum), 0.0) for area in areas)

    country = {one: total("population", one, [COUNTRY]) for one in strata}
    simple = sum(total("saving", one, places) for one in strata) / sum(
        total("population", one, places) for one in strata
    )
    observed = {one: (total("saving", one, places), total("population", one, places)) for one in strata}
    stratified = post_stratified(observed, country).observed
    cells = [Cell(area, one, facts[area, "saving", one] / facts[area, "population", one])
             for area in places for one in strata if (area, "saving", one) in facts]  # fmt: skip
    mixed = multilevel(cells, {one: people / sum(country.values()) for one, people in country.items()})
    per_head = TRUE_SAVING / COUNTRY_PEOPLE
    said = ["simple more than 15% too much"] if simple > 1.15 * per_head else []
    said += ["by stratum within 10%"] if abs(stratified / TRUE_SAVING - 1) < 0.1 else []
    return said + (["multilevel interval holds it"] if mixed and mixed.low <= per_head <= mixed.high else [])


if __name__ == "__main__":
    seeds, first = (*(int(one) for one in sys.argv[1:]), *(40, 1)[len(sys.argv) - 1 :])
    chosen = range(first, first + seeds)
    stable_or_not(chosen)
    begun_late(chosen)
    honest_or_worse(chosen)
    changed_there(chosen)
    other_tables(chosen)
    seven_cases(chosen)
