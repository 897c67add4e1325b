"""How often the intervals of honest shares hold the truth, with seeds of your own: `honest_shares.py SEED [SEED ...]`.

The simulated codings are those of `tests/spec/test_listening_4_shares.py`, each place 500 times for each seed: whether
the 95% interval holds the share of all demands, how far the value is off on average, and how many answers drawn at
random one answer is worth (their variance against ours).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from personshaped.statistics.designed import share  # noqa: E402
from spec.test_listening_4_shares import REPEATS, Place, coded  # noqa: E402

PLACES = {
    "common": Place(demands=3000, coded=200, clear=4, common=0.6),
    "rare": Place(demands=3000, coded=200, clear=4, common=0.1),
    "very rare, 300 codes": Place(demands=3000, coded=300, clear=4, common=0.03),
    "a small place": Place(demands=500, coded=200, clear=4, common=0.6),
    "100 codes": Place(demands=3000, coded=100, clear=4, common=0.5),
    "words say little": Place(demands=3000, coded=200, clear=1, common=0.4),
    "old codes from another mix": Place(demands=3000, coded=200, clear=3, common=0.6, old=0.2),
    "rare now, common in old codes": Place(demands=3000, coded=200, clear=3, common=0.1, old=0.6),
}


def main() -> None:
    for seed in map(int, sys.argv[1:]):
        for name, place in PLACES.items():
            random = np.random.default_rng(seed)
            held, off, by_chance = 0, [], []
            for _ in range(REPEATS):
                sample, truth = coded(random, place)
                found = share(sample)
                assert found is not None
                held += found.low <= truth <= found.high
                off.append(found.value - truth)
                yes, told = round(truth * place.demands), int(sample.told.sum())
                by_chance.append(random.hypergeometric(yes, place.demands - yes, told) / told - truth)
            print(f"{seed} {name}: holds {held / REPEATS:.1%}, off by {np.mean(off):+.4f},"
                  f" worth {np.var(by_chance) / np.var(off):.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
