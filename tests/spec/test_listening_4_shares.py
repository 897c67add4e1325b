"""Listening 4: a share that a design carries holds, whatever the machine guesses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.queue import Demands, Draw, Queue
from personshaped.statistics.designed import (
    Round,
    Sample,
    how_many,
    plain,
    probabilities,
    share,
)

REPEATS = 500
REPEATS_OF_QUEUE = 120


@dataclass(frozen=True)
class Place:
    """A made-up place: how clear the words are, how common failure demand is, and whether old codes mislead."""

    demands: int
    coded: int
    clear: float
    common: float
    old: float | None = None


def learnt(x: np.ndarray, y: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """A logistic regression on one score, as the machine learns from the words."""
    w, score = np.zeros(2), np.c_[np.ones(len(x)), x]
    for _ in range(10):
        p = 1 / (1 + np.exp(-score @ w))
        curve = score.T @ (score * (p * (1 - p) + 1e-9)[:, None]) + np.diag([0.01, 1.0])
        w = w + np.linalg.solve(curve, score.T @ (y - p) - np.array([0.01, 1.0]) * w)
    return np.clip(1 / (1 + np.exp(-(w[0] + w[1] * asked))), 0.001, 0.999)


def demands(random: np.random.Generator, place: Place, n: int, common: float) -> tuple[np.ndarray, ...]:
    """Scores, whether each is failure demand, and persons whose demands are alike."""
    person = random.integers(0, max(2, n // 3), n)
    x = random.normal(0, 1, n)
    odds = np.log(common / (1 - common)) * 1.6 + place.clear * x + random.normal(0, 0.7, n)[person]
    return x, (random.random(n) < 1 / (1 + np.exp(-odds))).astype(float), person


def coded(random: np.random.Generator, place: Place) -> tuple[Sample, float]:
    """One coding of such a place, as the queue goes about it, and the true share; one in twenty is unsure."""
    n = place.demands
    x, y, person = demands(random, place, n, place.common)
    old_x, old_y = np.zeros(0), np.zeros(0)
    if place.old is not None:  # coded last year, when the mix was another
        old_x, old_y, _ = demands(random, place, 300, place.old)
    told = random.random(n) > 0.05
    order, answered, rounds = random.permutation(n), np.zeros(n, bool), []
    chance, drawn = np.zeros(n), np.zeros(0, np.int64)
    while True:
        open_ = ~answered
        answered[drawn] = True
        beside = order[~answered[order]][:10]
        answered[beside] = True
        rounds.append(Round.of(open_, drawn, beside, chance[np.concatenate([drawn, beside])]))
        if answered.sum() >= place.coded:
            break
        seen = np.nonzero(answered & told)[0]
        guess = learnt(np.r_[x[seen], old_x], np.r_[y[seen], old_y], x) if len(seen) >= 20 else np.full(n, 0.5)
        chance = probabilities(guess, ~answered, 10, 10)
        drawn = np.nonzero(random.random(n) < chance)[0]
    at_random = order[: int(np.argmin(answered[order]))]
    seen, guess = np.nonzero(answered & told)[0], np.zeros(n)
    for fold in range(5):
        others = seen[person[seen] % 5 != fold]
        here = person % 5 == fold
        guess[here] = learnt(np.r_[x[others], old_x], np.r_[y[others], old_y], x[here])
    sample = Sample(answered, answered & told, y, guess, person, at_random, tuple(rounds))
    return sample, float(y[told].mean())


@pytest.mark.parametrize(
    "place",
    [
        Place(demands=3000, coded=200, clear=4, common=0.6),
        Place(demands=3000, coded=200, clear=4, common=0.1),
        Place(demands=3000, coded=200, clear=3, common=0.6, old=0.2),
        Place(demands=500, coded=200, clear=4, common=0.6),
    ],
    ids=["common", "rare", "old codes from another mix", "a small place"],
)
def test_the_interval_covers_the_truth_as_often_as_it_says(place: Place) -> None:
    random = np.random.default_rng(20261123)
    within, off = 0, []
    for _ in range(REPEATS):
        sample, truth = coded(random, place)
        found = share(sample)
        assert found is not None
        within += found.low <= truth <= found.high
        off.append(found.value - truth)
    assert 0.93 <= within / REPEATS <= 0.98
    assert abs(np.mean(off)) < 0.005


def test_its_answers_are_worth_twice_as_many_drawn_at_random() -> None:
    random = np.random.default_rng(7)
    place = Place(demands=3000, coded=200, clear=4, common=0.6)
    off, by_chance = [], []
    for _ in range(REPEATS):
        sample, truth = coded(random, place)
        found = share(sample)
        assert found is not None
        off.append(found.value - truth)
        told = int(sample.told.sum())
        by_chance.append(random.hypergeometric(round(truth * 3000), round((1 - truth) * 3000), told) / told - truth)
    assert np.var(by_chance) / np.var(off) > 2


def test_a_count_of_what_the_machine_chose_would_mislead() -> None:
    random = np.random.default_rng(11)
    counts, designed = [], []
    for _ in range(100):
        sample, truth = coded(random, Place(demands=3000, coded=300, clear=4, common=0.05))
        chosen = np.concatenate([one.items for one in sample.rounds])
        counts.append(sample.yes[chosen][sample.told[chosen]].mean() - truth)
        found = share(sample)
        assert found is not None
        designed.append(found.value - truth)
    assert np.mean(counts) > 0.04
    assert abs(np.mean(designed)) < 0.005


def test_by_hand_without_any_guess_it_is_the_share_of_those_drawn_at_random() -> None:
    yes = np.array([1.0] * 6 + [0.0] * 6 + [0.0] * 88)
    answered = np.arange(100) < 12
    everyone, nobody = np.ones(100, bool), np.zeros(0, np.int64)
    rounds = (Round.of(everyone, nobody, np.arange(12), np.zeros(12)),)
    sample = Sample(answered, answered, yes, np.full(100, 0.5), np.arange(100), np.arange(12), rounds)
    found, beside = share(sample), plain(sample)
    assert found is not None
    assert beside is not None
    assert found.value == beside.value == 0.5
    # 12 of 100 were seen, so 12 answers count for 12 / (1 − 0.12)
    assert beside.worth == pytest.approx(12 / 0.88)
    assert found.worth == pytest.approx(10 / 0.88)  # its variance has n − 2, for the two numbers that were fitted


def test_of_demands_that_people_coded_all_it_is_the_count() -> None:
    yes, everyone = np.array([1.0] * 9 + [0.0] * 11), np.ones(20, bool)
    told = np.arange(20) != 19  # of one they were unsure
    rounds = (Round.of(everyone, np.arange(0), np.arange(20), np.zeros(20)),)
    found = share(Sample(everyone, told, yes, np.full(20, 0.5), np.arange(20), np.arange(20), rounds))
    assert found is not None
    assert found.low == found.value == found.high == pytest.approx(9 / 19)


def test_a_part_of_the_demands_is_a_sample_of_that_part() -> None:
    random = np.random.default_rng(5)
    place = Place(demands=3000, coded=300, clear=4, common=0.6)
    within = 0
    for _ in range(200):
        sample, _ = coded(random, place)
        part = np.arange(3000) % 3 == 0
        truth = sample.yes[part].mean()
        found = share(sample.within(part))
        assert found is not None
        within += found.low <= truth <= found.high
    assert 0.92 <= within / 200 <= 0.99


def test_fewer_than_ten_at_random_say_nothing() -> None:
    answered = np.arange(50) < 9
    sample = Sample(answered, answered, np.ones(50), np.full(50, 0.5), np.arange(50), np.arange(9), ())
    assert share(sample) is None


@pytest.mark.parametrize(("part", "within", "effect", "n"), [(0.8, 0.05, 1, 246), (0.8, 0.05, 2, 492)])
def test_how_many_to_draw(part: float, within: float, effect: float, n: int) -> None:
    assert how_many(part, within, effect) == n


def through_the_queue(random: np.random.Generator, seed: int) -> tuple[Sample, float]:
    """Two people code 70 of 240 demands as `listen` asks them; one leaves every ninth to the other, for later."""
    demands_ = Demands.of([f"{seed}-{i}" for i in range(240)])
    x = random.normal(0, 1, 240)
    yes = random.random(240) < 1 / (1 + np.exp(1 - 3 * x))
    answers: list[Code] = []
    draws: list[Draw] = []
    passed: dict[str, frozenset[str]] = {"tm": frozenset(), "jb": frozenset()}
    for at in range(70):
        coder = ("tm", "jb")[at % 3 == 0]
        asked = Queue(demands_, answers, draws).next(coder, passed[coder])
        if asked is None:
            coded_ = np.array([demands_.place[one] for one in kept.latest(answers)])
            guess = np.clip(learnt(x[coded_], yes[coded_].astype(float), x), 0.005, 0.995)
            draws += [replace(one, drawn_at=f"{at:03}") for one in Queue(demands_, answers, draws).draw(guess)]
            asked = Queue(demands_, answers, draws).next(coder, passed[coder])
        assert asked is not None
        if at % 9 == 8:
            passed[coder] |= {demands_.ids[asked.place]}
            continue
        said = "failure" if yes[asked.place] else "value"
        answers.append(Code(demands_.ids[asked.place], said, coded_by=coder, at=f"{at:03}+", drawn=asked.drawn.value))
    now = Queue(demands_, answers, draws)
    answered = now.answered()
    known, everyone = np.nonzero(answered)[0], np.arange(240)
    guess = np.zeros(240)
    for fold in range(5):
        others = known[known % 5 != fold]
        guess[everyone % 5 == fold] = learnt(x[others], yes[others].astype(float), x[everyone % 5 == fold])
    sample = Sample(answered, answered, yes.astype(float), guess, everyone, now.at_random(), now.rounds())
    return sample, float(yes.mean())


def test_as_the_queue_asks_the_share_is_right_on_average_and_its_interval_holds() -> None:
    random = np.random.default_rng(31)
    within, off = 0, []
    for seed in range(REPEATS_OF_QUEUE):
        sample, truth = through_the_queue(random, seed)
        found = share(sample)
        assert found is not None
        within += found.low <= truth <= found.high
        off.append(found.value - truth)
    assert abs(np.mean(off)) < 3 * np.std(off) / REPEATS_OF_QUEUE**0.5
    assert within / REPEATS_OF_QUEUE >= 0.9
