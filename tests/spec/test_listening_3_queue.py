"""Listening 3: whose words come next, and with which probability."""

from __future__ import annotations

import numpy as np
import pytest

from personshaped.demand.coding import queue
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.queue import Demands, Drawn, Queue

IDS = [f"d{i}" for i in range(300)]
DEMANDS = Demands.of(IDS)


def coded_by(
    coder: str, most: int, before: tuple[list[Code], list[queue.Draw]] = ([], [])
) -> tuple[list[Code], list[queue.Draw]]:
    """The answers and draws after one person coded so many demands, every one as failure."""
    answers, draws = list(before[0]), list(before[1])
    for i in range(most):
        asked = Queue(DEMANDS, answers, draws).next(coder)
        if asked is None:
            draws += Queue(DEMANDS, answers, draws).draw(np.full(len(IDS), 0.5))
            asked = Queue(DEMANDS, answers, draws).next(coder)
        assert asked is not None
        answers.append(Code(IDS[asked.place], "failure", coded_by=coder, at=f"{i:04}", drawn=asked.drawn.value))
    return answers, draws


def test_everyone_takes_the_random_half_in_the_same_order_wherever_they_sit() -> None:
    assert [IDS[i] for i in DEMANDS.order] == [IDS[::-1][i] for i in Demands.of(IDS[::-1]).order]


def test_a_demand_that_arrives_late_takes_its_place_and_moves_no_other() -> None:
    later = Demands.of([*IDS, "new"])
    assert [i for i in later.order if i != 300] == DEMANDS.order.tolist()


def test_the_first_twenty_are_drawn_at_random_then_half_and_half() -> None:
    answers, _ = coded_by("tm", 60)
    assert [one.drawn for one in answers[:20]] == ["random"] * 20
    drawn = [one.drawn for one in answers]
    assert 20 <= drawn.count("unsure") <= 30


def test_the_random_half_ends_where_a_demand_still_waits() -> None:
    first = [IDS[i] for i in DEMANDS.order[:4]]
    answers = [Code(one, "value", coded_by="tm", at="1") for one in (first[0], first[1], first[3])]
    assert [IDS[i] for i in Queue(DEMANDS, answers, []).at_random()] == first[:2]


def test_each_draw_records_its_chance_before_anyone_answers() -> None:
    guess = np.where(np.arange(300) < 30, 0.5, 0.999)
    draws = Queue(DEMANDS, [], []).draw(guess)
    unsure = [one.probability for one in draws if IDS.index(one.interaction_id) < 30]
    sure = [one.probability for one in draws if IDS.index(one.interaction_id) >= 30]
    # √(½ · ½) = 0.5 against the least doubt of 0.1: five times the chance, and 10 drawn on average
    assert unsure[0] / sure[0] == pytest.approx(5)
    assert 30 * unsure[0] + 270 * sure[0] == pytest.approx(10)


def test_a_round_left_part_way_counts_with_the_chance_of_that_part() -> None:
    draws = [queue.Draw(1, place, IDS[place], 0.1, 300, "0000") for place in range(4)]
    answers = [Code(IDS[0], "value", coded_by="tm", at="1")]
    (one,) = Queue(DEMANDS, answers, draws).rounds()
    assert one.probability.tolist() == [pytest.approx(0.025)]
    assert one.open.all()


def test_what_was_coded_before_a_round_could_not_be_drawn_in_it() -> None:
    draws = [queue.Draw(1, 1, IDS[5], 0.1, 299, "2")]
    answers = [Code(IDS[0], "value", coded_by="tm", at="1"), Code(IDS[5], "value", coded_by="tm", at="3")]
    (one,) = Queue(DEMANDS, answers, draws).rounds()
    assert np.nonzero(~one.open)[0].tolist() == [0]


def test_a_fifth_is_coded_by_two_people_and_the_second_sees_no_suggestion() -> None:
    before = coded_by("tm", 100)
    twice = [one for one in before[0] if one.interaction_id in DEMANDS.twice]
    assert 10 <= len(twice) <= 32
    both, _ = coded_by("jb", 50, before)
    double = [one for one in both if one.coded_by == "jb" and one.drawn == "double"]
    assert len(double) == 10
    assert {one.interaction_id for one in double} <= {one.interaction_id for one in twice}
    assert queue.Asked(0, Drawn.DOUBLE).hidden
    assert queue.Asked(0, Drawn.RANDOM).hidden
    assert not queue.Asked(0, Drawn.UNSURE).hidden


def test_when_all_is_coded_nothing_is_asked() -> None:
    few = Demands.of(IDS[:25])
    answers = [Code(one, "value", coded_by="tm", at="1") for one in few.ids]
    assert Queue(few, answers, []).next("tm") is None


def test_what_lies_before_another_stays_in_its_place_and_draws_no_round() -> None:
    answers, draws = coded_by("tm", 24)
    if not draws or all(one.interaction_id in {code.interaction_id for code in answers} for one in draws):
        draws = draws + Queue(DEMANDS, answers, draws).draw(np.full(len(IDS), 0.5))
    now = Queue(DEMANDS, answers, draws)
    mine = now.next("tm")
    assert mine is not None
    waiting = frozenset(one.interaction_id for one in draws) | {IDS[mine.place]}
    asked = now.next("al", others=waiting)
    assert asked is not None
    assert IDS[asked.place] not in waiting
    everything = frozenset(IDS)
    last = now.next("al", others=everything)
    assert last is not None
    assert last == now.next("al")
