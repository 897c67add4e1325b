"""How many of 500 repeats the 95% intervals of Stat 4 and Stat 7 hold the truth.

    python benchmarks/intervals.py [REPEATS [SEED]]

Old against new: seven, twelve and twenty cases whose differences are even, normal or skewed. Places: five to twenty
with errors of their own, differing by more, as much or less than those; eight to twenty in groups mixed otherwise than
in the country.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from personshaped.learning.old_new import Pair, old_new
from personshaped.statistics.extrapolation import pooled
from personshaped.statistics.multilevel import Cell, multilevel

Random = np.random.Generator
GROUPS = {"imd=1-2": (0.40, 0.65, 210.0), "imd=3": (0.20, 0.20, 130.0), "imd=4-5": (0.40, 0.15, 60.0)}
CROSSED = {f"{imd};{age}": (a * b, 100 + x + y) for imd, a, x in (("imd=1", 0.3, 80), ("imd=2", 0.7, -40))
           for age, b, y in (("age=0-64", 0.8, -10), ("age=65+", 0.2, 60))}  # fmt: skip


def cases(n: int, draw: Callable[[Random, int], np.ndarray], middle: float, mean: float, random: Random) -> list[bool]:
    """Whether Hodges–Lehmann (of the middle) and bootstrap-t (of the mean) hold what is true."""
    d = draw(random, n)
    found = old_new("cost", "£", [Pair(str(at), 1e6 + one, 1e6) for at, one in enumerate(d.tolist())], 1, 999)
    assert found.shift.low is not None
    assert found.shift.high is not None
    assert found.bootstrap_t is not None
    return [found.shift.low <= middle <= found.shift.high, found.bootstrap_t.low <= mean <= found.bootstrap_t.high]


def places(n: int, between: float, random: Random) -> list[bool]:
    """Whether the pooled interval holds the mean, and the interval for one place more the next place."""
    errors = random.uniform(5, 20, n)
    found = pooled(100 + random.normal(0, between, n) + random.normal(0, errors), errors)
    assert found is not None
    return [found.low <= 100 <= found.high, found.next_low <= 100 + random.normal(0, between) <= found.next_high]


def grouped(n: int, random: Random) -> list[bool]:
    cells = []
    for place in range(n):
        here = random.normal(0, 15)
        cells += [Cell(f"p{place}", name, saved + here + random.normal(0, 10)) for name, (_, _, saved) in
                  GROUPS.items()]  # fmt: skip
    found = multilevel(cells, {name: share for name, (share, _, _) in GROUPS.items()})
    assert found is not None
    return [found.low <= sum(share * saved for share, _, saved in GROUPS.values()) <= found.high]


def crossed(n: int, random: Random) -> list[bool]:
    cells = []
    for place in range(n):
        here = random.normal(0, 15)
        cells += [Cell(f"p{place}", name, saved + here + random.normal(0, 25)) for name, (_, saved) in CROSSED.items()
                  if random.random() < 0.7]  # fmt: skip
    found = multilevel(cells, {name: share for name, (share, _) in CROSSED.items()})
    return [found.low <= sum(share * saved for share, saved in CROSSED.values()) <= found.high] if found else []


def told(name: str, says: tuple[str, ...], once: Callable[[Random], list[bool]], repeats: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    held = [found for found in (once(random) for _ in range(repeats)) if found]
    shares = ", ".join(f"{one} {share:.1%}" for one, share in zip(says, np.mean(held, axis=0), strict=True))
    print(f"{name}: {shares}", flush=True)


def main(repeats: int, seed: int) -> None:
    shapes = {
        "normal": (lambda random, n: random.normal(300, 400, n), 300.0, 300.0),
        "even": (lambda random, n: random.uniform(-500, 1100, n), 300.0, 300.0),
        "skewed": (lambda random, n: random.gamma(2, 200, n) - 100, float("nan"), 300.0),
    }
    for n in (7, 12, 20):
        for shape, (draw, middle, mean) in shapes.items():
            says = ("Hodges–Lehmann", "bootstrap-t")
            if shape == "skewed":  # the pseudo-median of this distribution, by simulation
                two = np.random.default_rng(0).gamma(2, 200, (400_000, 2)).mean(axis=1) - 100
                middle = float(np.median(two))
            told(f"{n} cases, {shape}", says,
                 lambda random, n=n, draw=draw, middle=middle, mean=mean: cases(n, draw, middle, mean, random),
                 repeats, seed)  # fmt: skip
    for n in (5, 8, 12, 20):
        for between in (5.0, 15.0, 40.0):
            told(f"{n} places that differ by {between:g}", ("mean", "one place more"),
                 lambda random, n=n, between=between: places(n, between, random), repeats, seed)  # fmt: skip
    for n in (8, 12, 20):
        told(f"{n} places, three groups", ("the country's mix",), lambda random, n=n: grouped(n, random), repeats, seed)
        told(f"{n} places, two by two groups, some not seen", ("the country's mix",),
             lambda random, n=n: crossed(n, random), repeats, seed)  # fmt: skip


if __name__ == "__main__":
    count, start = (*(int(one) for one in sys.argv[1:]), *(500, 1)[len(sys.argv) - 1 :])
    main(count, start)
