"""How many of 500 repeats the 95% intervals of weighted survey shares hold the truth.

    python benchmarks/weighted_answers.py [REPEATS [SEED]]

A place of two groups, one asked more often than its part: whoever answers is weighted back to it. What people answer
may hang on their group, so that weights and answers go together: Kish's number alone knows nothing of that.
"""

from __future__ import annotations

import sys
from itertools import product

import numpy as np

from personshaped.conditions.survey import effective
from personshaped.statistics.wilson import wilson

Random = np.random.Generator


def once(n: int, times: float, yes: tuple[float, float], rare: float, random: Random) -> tuple[bool, bool]:
    """Whether one survey's interval holds the true share, and by Kish's number alone.

    The second group is `rare` of the place and weighs `times` as much, for the first is so many times likelier asked.
    """
    parts = np.array([1 - rare, rare])
    asked = parts * np.array([times, 1.0])
    asked /= asked.sum()
    group = random.choice(2, n, p=asked)
    weight = (parts / asked)[group]
    answer = random.random(n) < np.array(yes)[group]
    true, total, squares = float(parts @ np.array(yes)), weight.sum(), (weight**2).sum()
    share = float(weight[answer].sum() / total)

    def holds(number: float) -> bool:
        low, high = wilson(share * number, number)
        return low <= true <= high

    near = np.round(np.log2(weight))
    classes = [((near == one).sum(), answer[near == one].sum(), (weight[near == one] ** 2).sum())
               for one in np.unique(near)]  # fmt: skip
    number = effective(share, total, (weight[answer] ** 2).sum(), squares, classes)
    return holds(number), holds(total**2 / squares)


def main(repeats: int, seed: int) -> None:
    answers = ((0.8, 0.8), (0.9, 0.7), (0.7, 0.9), (0.3, 0.05), (0.05, 0.3))
    for n, times, rare, yes in product((30, 96, 400), (1.0, 3.0, 8.0), (0.5, 0.1), answers):
        random = np.random.default_rng(seed)
        held, kish = np.mean([once(n, times, yes, rare, random) for _ in range(repeats)], axis=0)
        print(f"{n} answers, a group of {rare:.0%} weighing {times:g} times as much, yes {yes[0]:.0%} and {yes[1]:.0%}:"
              f" {held:.1%} (Kish alone {kish:.1%})", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:3], *("500", "1")[len(sys.argv[1:3]) :])))
