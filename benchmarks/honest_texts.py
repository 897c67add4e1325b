"""How often intervals of honest shares hold on texts that others coded, and what an answer is worth there.

`python benchmarks/honest_texts.py DATA REPEATS SEED`; DATA as for `listening.py`. Up to 3,000 texts of each set are all
demands of a place; 300 are coded as the queue draws them, half at random and half where the machine is unsure. Prints
how often the 95% interval holds the share of all, how far off the value is on average, and how many answers drawn at
random one answer is worth.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from listening import CODES, ambulance, banking, every_comment, rare

from personshaped.demand.coding.suggestions import Features, cross_fitted, features, guesses
from personshaped.statistics.designed import Round, Sample, probabilities, share
from personshaped.study.guessing import SUREST

MOST = 3000


def coded(made: Features, yes: np.ndarray, random: np.random.Generator) -> Sample:
    """One coding: ten at random, then a round of about ten where the machine is unsure, and so on."""
    n = len(yes)
    order, answered, rounds = random.permutation(n), np.zeros(n, bool), []
    chance, drawn = np.zeros(n), np.zeros(0, np.int64)
    while True:
        open_ = ~answered
        answered[drawn] = True
        beside = order[~answered[order]][:10]
        answered[beside] = True
        rounds.append(Round.of(open_, drawn, beside, chance[np.concatenate([drawn, beside])]))
        if answered.sum() >= CODES:
            break
        chance = probabilities(doubted(made, yes, np.nonzero(answered)[0]), ~answered, 10, 10)
        drawn = np.nonzero(random.random(n) < chance)[0]
    at_random = order[: int(np.argmin(answered[order]))]
    everyone, known = np.arange(n), np.nonzero(answered)[0]
    guess = cross_fitted(made, everyone, known, yes[known].astype(np.float64))
    return Sample(answered, answered, yes.astype(np.float64), guess, everyone, at_random, tuple(rounds))


def doubted(made: Features, yes: np.ndarray, known: np.ndarray) -> np.ndarray:
    if len(known) < 20 or yes[known].all() or not yes[known].any():
        return np.full(len(yes), 0.5)
    said = ["failure" if one else "value" for one in yes[known]]
    return np.clip(guesses(made, known, said, np.arange(len(yes)))[1][:, 0], SUREST, 1 - SUREST)


def main() -> None:
    data, repeats, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for name, read in (("banking77", banking), ("ambulance comments", ambulance), ("mixed ones too", every_comment)):
        texts, every, agencies = read(data)
        for share_of in (None, 0.1):
            places = np.arange(len(texts)) if share_of is None else rare(every, share_of)
            places = np.sort(np.random.default_rng(5).permutation(places)[:MOST])
            yes, random = every[places], np.random.default_rng(seed)
            to_whom = [agencies[i] for i in places] if agencies else []
            made = features([texts[i] for i in places], np.zeros((len(places), 4)), agencies=to_whom)
            held, off, told = 0, [], 0
            for _ in range(repeats):
                sample = coded(made, yes, random)
                found = share(sample)
                assert found is not None
                held += found.low <= yes.mean() <= found.high
                off.append(found.value - yes.mean())
                told = found.n
            by_chance = yes.mean() * (1 - yes.mean()) / told * (1 - told / len(yes))
            print(f"{name}, {len(yes):,} texts, failure demand {yes.mean():.0%}: holds {held / repeats:.1%},"
                  f" off by {np.mean(off):+.4f}, worth {by_chance / np.var(off):.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
