"""Listening 3: whose words come next, and with which probability."""

from __future__ import annotations

from pathlib import Path

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
    guess = np.where(np.arange(300) < 100, 0.5, np.where(np.arange(300) < 200, 0.1, 0.01))
    draws = Queue(DEMANDS, [], []).draw(guess)
    chance = {
        part: {one.probability for one in draws if IDS.index(one.interaction_id) // 100 == part} for part in range(3)
    }
    (half,), (tenth,), (hundredth,) = chance.values()
    # 10 drawn beside 10 at random (1 in 30 each): 1 in 12 and 1 in 60, as both ways together are in step with
    # (½ · ½)^¾ = 0.354 and (0.1 · 0.9)^¾ = 0.164; for (0.01 · 0.99)^¾ = 0.031 the random half is more than enough
    assert hundredth == 0
    assert (half + 1 / 30) / (tenth + 1 / 30) == pytest.approx((0.25 / 0.09) ** 0.75)
    assert 100 * half + 100 * tenth == pytest.approx(10)


def test_a_round_records_the_chance_of_what_comes_next_at_random_too() -> None:
    draws = Queue(DEMANDS, [], []).draw(np.full(300, 0.5))
    listed = [one for one in draws if one.drawn == "random"]
    assert [one.interaction_id for one in listed] == [IDS[i] for i in DEMANDS.order[:20]]
    assert [one.place for one in listed] == list(range(1, 21))
    assert {round(one.probability, 9) for one in draws} == {round(10 / 300, 9)}


def coded_at(moment: str, *demands: str, drawn: str = "random") -> list[Code]:
    return [Code(one, "value", coded_by="tm", at=moment, drawn=drawn) for one in demands]


FRONT = [IDS[i] for i in DEMANDS.order[:12]]
BEHIND = [IDS[i] for i in DEMANDS.order[-4:]]


def test_a_demand_counts_by_its_chance_to_be_drawn_either_way() -> None:
    draws = [queue.Draw(1, 1, BEHIND[0], 0.2, 296, "2"), queue.Draw(1, 1, FRONT[4], 0.1, 296, "2", "random"),
             queue.Draw(1, 2, FRONT[5], 0.0, 296, "2", "random")]  # fmt: skip
    answers = [*coded_at("1", *FRONT[:4]), *coded_at("3", *FRONT[4:6]), *coded_at("3", BEHIND[0], drawn="unsure")]
    before, one = Queue(DEMANDS, answers, draws).rounds()
    assert before.items.tolist() == [DEMANDS.place[it] for it in FRONT[:4]]
    assert before.probability.tolist() == [4 / 300] * 4
    assert one.items.tolist() == [DEMANDS.place[it] for it in (BEHIND[0], FRONT[4], FRONT[5])]
    alike = 2 / 295  # two at random of the 296 that were open, less the one drawn where unsure
    assert one.probability == pytest.approx([0.2 + 0.8 * alike, 0.1 + 0.9 * alike, alike])
    assert one.open.sum() == 296
    assert one.rate == 3 / 296


def test_at_random_beyond_what_a_round_recorded_is_a_draw_of_its_own() -> None:
    draws = [queue.Draw(1, 1, BEHIND[0], 0.2, 296, "2"), queue.Draw(1, 1, FRONT[4], 0.1, 296, "2", "random")]
    answers = [*coded_at("1", *FRONT[:4]), *coded_at("3", *FRONT[4:9]), *coded_at("3", BEHIND[0], drawn="unsure")]
    _, one, beyond = Queue(DEMANDS, answers, draws).rounds()
    assert (len(one.items), len(beyond.items)) == (2, 4)
    assert beyond.probability.tolist() == [4 / 294] * 4
    assert beyond.open.sum() == 294


def test_a_round_left_part_way_counts_with_the_chance_of_that_part() -> None:
    draws = [queue.Draw(1, place, one, 0.1, 300, "0000") for place, one in enumerate(BEHIND)]
    answers = coded_at("1", BEHIND[0])
    (one,) = Queue(DEMANDS, answers, draws).rounds()
    assert one.probability.tolist() == [pytest.approx(0.025)]
    assert one.open.all()


def test_what_was_coded_before_a_round_could_not_be_drawn_in_it() -> None:
    draws = [queue.Draw(1, 1, BEHIND[1], 0.1, 299, "2")]
    answers = [*coded_at("1", BEHIND[0], drawn="chosen"), *coded_at("3", BEHIND[1], drawn="unsure")]
    (one,) = Queue(DEMANDS, answers, draws).rounds()
    assert np.nonzero(~one.open)[0].tolist() == [DEMANDS.place[BEHIND[0]]]
    changed = [*answers, *coded_at("4", BEHIND[0], drawn="chosen")]  # it was coded all the time
    assert Queue(DEMANDS, changed, draws).rounds()[0].open.tolist() == one.open.tolist()


def test_while_one_at_random_waits_what_lies_behind_it_waits_too() -> None:
    draws = [queue.Draw(1, 1, BEHIND[0], 0.2, 296, "2"), queue.Draw(1, 1, FRONT[4], 0.1, 296, "2", "random")]
    later = [*coded_at("3", FRONT[4]), *coded_at("3", BEHIND[0], drawn="unsure")]
    gap = [*coded_at("1", FRONT[0], FRONT[1], FRONT[3]), *later]  # the third was passed over
    (before,) = Queue(DEMANDS, gap, draws).rounds()
    assert before.items.tolist() == [DEMANDS.place[it] for it in FRONT[:2]]
    filled = Queue(DEMANDS, [*gap, *coded_at("5", FRONT[2])], draws).rounds()
    assert filled[0].items.tolist() == [DEMANDS.place[it] for it in FRONT[:4]]
    assert [DEMANDS.ids[it] for it in filled[1].items] == [BEHIND[0], FRONT[4]]


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


def test_draws_that_a_spreadsheet_saved_are_read_and_go_on(tmp_path: Path) -> None:
    """Semicolons and decimal commas, noughts gone from the ids, and no column `drawn`: as before it was there."""
    (tmp_path / queue.FILE).write_text(
        "round;place;interaction_id;probability;open;drawn_at\n1;1;17;0,25;40;2026-11-30T09:00:00+00:00\n",
        encoding="utf-8",
    )
    first = queue.Draw(1, 1, "0017", 0.25, 40, "2026-11-30T09:00:00+00:00", "unsure")
    assert queue.read(tmp_path, ["0017", "0170"]) == [first]
    second = queue.Draw(2, 1, "0170", 0.5, 39, "2026-11-30T10:00:00+00:00", "random")
    queue.append(tmp_path, [second])
    assert queue.read(tmp_path, ["0017", "0170"]) == [first, second]


def test_an_id_that_two_demands_may_have_had_stays_as_it_is(tmp_path: Path) -> None:
    queue.append(tmp_path, [queue.Draw(1, 1, "17", 0.25, 40, "1")])
    assert queue.read(tmp_path, ["017", "0017"])[0].interaction_id == "17"
    assert queue.read(tmp_path, ["17", "0017"])[0].interaction_id == "17"
