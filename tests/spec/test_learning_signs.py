"""Chapter: honest reporting (Stat 8), early signs (Stat 9) and peers (Stat 10): questions to ask, never a ranking."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from personshaped.learning.honest import Sentence, is_silent, own_and_independent, sentence_of
from personshaped.learning.measures import MEASURES
from personshaped.learning.peers import Helped, Peer, came_back, peers, who_can_help
from personshaped.learning.signals import signs
from personshaped.learning.watched import charted
from personshaped.statistics.alarms import coincidences, counts_flagged_by_chance, flagged_by_chance, resemblance
from personshaped.statistics.completeness import two_sources
from personshaped.statistics.peers import assign, nearest, scaled
from personshaped.statistics.xmr import xmr
from spec.measured import measured

PERIODS = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]


def reported(true: float, completeness: float, seed: int) -> Sentence:
    """Thirty-six months of a hundred events; from month 18 on as many times more true, or more fully recorded."""
    random = np.random.default_rng(seed)
    later = np.arange(36) >= 18
    events = random.poisson(100 * np.where(later, true, 1))
    own = random.binomial(events, np.where(later, completeness, 0.6))
    found = own_and_independent(PERIODS, own.tolist(), events.tolist())
    assert found is not None
    return sentence_of(*found[1:])


def test_one_of_four_sentences() -> None:
    assert reported(true=1, completeness=0.95, seed=1) is Sentence.FULLER
    assert reported(true=1.5, completeness=0.6, seed=1) is Sentence.MORE
    assert reported(true=1.5, completeness=0.95, seed=1) is Sentence.BOTH
    assert reported(true=1, completeness=0.6, seed=1) is Sentence.CANNOT_TELL


def test_the_sentence_is_right_or_says_that_it_cannot_tell() -> None:
    fuller = [reported(1, 0.95, seed) for seed in range(40)]
    assert fuller.count(Sentence.FULLER) >= 30
    assert Sentence.MORE not in fuller
    nothing = [reported(1, 0.6, seed) for seed in range(40)]
    assert nothing.count(Sentence.CANNOT_TELL) >= 34


def test_chapman() -> None:
    # 61 * 51 / 41 - 1
    found = two_sources(60, 50, 40)
    assert found.total == pytest.approx(74.878049)
    assert found.completeness == 0.8
    # 70 seen; unseen 20.5 · 10.5 / 40.5 = 5.315, times and through exp(1.96 · 0.5974) = 3.224, half an event less
    assert (found.low, found.high) == pytest.approx((71.148, 86.638), abs=0.002)
    assert two_sources(10, 10, 10).low == 10
    with pytest.raises(ValueError, match="cannot be more"):
        two_sources(3, 4, 5)


def test_an_agency_that_falls_silent() -> None:
    steady = np.random.default_rng(1).poisson(50, 36).tolist()
    assert not is_silent(steady)
    assert is_silent(steady[:24] + [0] * 12)
    assert is_silent([*steady[:34], 0, 0])


def row(agency: str, what: str, counts: list[float], changes: list[list[str]] | None = None) -> dict[str, Any]:
    passed = [["advice", "housing", "20"], ["", "advice", "100"], ["", "housing", "80"]]
    return {"agency": agency, "what": what, "counts": counts, "periods": PERIODS, "passed": passed,
            "changes": changes or []}  # fmt: skip


def stepped(at: int, seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    return [float(one) for one in random.poisson(np.where(np.arange(36) >= at, 60, 30))]


def test_the_list_is_by_agency_and_oldest_first_and_knows_chance() -> None:
    told = [["2023-06-15", "policy", "a new threshold", "housing"]]
    found = signs(
        [row("housing", "failure demands", stepped(18, 2), told), row("advice", "failure demands", stepped(18, 1))],
        {("housing", "2023-07"): ["I was told to wait"]},
    )
    assert [one.agency for one in found.signals] == sorted(one.agency for one in found.signals)
    of_housing = [one.since for one in found.signals if one.agency == "housing"]
    assert of_housing == sorted(of_housing)
    later = [one for one in found.signals if one.agency == "housing" and one.since == "2023-07"]
    assert later[0].near == ("2023-06-15: a new threshold",)
    assert later[0].words == ("I was told to wait",)
    assert (found.charts, found.flagged) == (2, 2)
    assert 0 < found.by_chance < 1.5
    # advice passes a fifth of its work to housing: joined, and both changed in the same month
    assert found.linked == (("advice", "housing"),)
    assert found.together == found.joined == 1


def test_no_signal_is_named_while_a_new_method_settles() -> None:
    method = [["2023-07-01", "method", "a team starts", "housing"]]
    named = signs([row("housing", "demands", stepped(18, 2), method)]).signals
    assert all(not "2023-07" <= one.since <= "2023-12" for one in named)
    assert any(one.since == "2024-01" for one in named)


def test_rare_and_short_series_are_not_charted() -> None:
    assert signs([row("housing", "crises", [1.0] * 36), row("gp", "demands", [50.0] * 11)]).charts == 0


def test_stable_charts_flag_as_often_as_the_table_says() -> None:
    # one chart of 24 points in five
    assert 0.1 < flagged_by_chance(50, 8, 24, seed=1, repeats=200) < 0.3


def test_charts_whose_neighbours_are_alike_flag_more_often_by_chance() -> None:
    assert flagged_by_chance(50, 8, 36, 1, alike=0.5, repeats=200) > flagged_by_chance(50, 8, 36, 1, repeats=200) + 0.2


def test_charts_of_small_counts_flag_more_often_than_normal_ones() -> None:
    random = np.random.default_rng(2)
    seen = np.mean([xmr(random.poisson(6, 35), bounds=(0, None)).signals.any.any() for _ in range(300)])
    expected = counts_flagged_by_chance(6, 1.128 * 6**0.5, 35, seed=1, repeats=300)
    assert expected == pytest.approx(seen, abs=0.08)
    assert expected > flagged_by_chance(6, 1.128 * 6**0.5, 35, seed=1, repeats=300)


def test_how_alike_neighbours_are_is_not_moved_by_one_step() -> None:
    random = np.random.default_rng(3)
    noise = random.normal(50, 5, 400)
    leaning = np.zeros(400)
    for at in range(1, 400):
        leaning[at] = 0.6 * leaning[at - 1] + random.normal()
    assert resemblance(noise) < 0.15
    assert resemblance(noise + 40 * (np.arange(400) > 200)) < 0.15
    assert 0.45 < resemblance(leaning) < 0.75
    assert resemblance([5.0] * 20) == 0


def test_a_share_is_charted_by_month_or_by_quarter_or_not_at_all() -> None:
    def shown(met: float, opened: list[float]) -> tuple[tuple[str, ...], list[float]] | None:
        found = charted(row("gp", "share of needs met within 90 days", [met] * 36) | {"of": opened})
        return (found[0][:2], sorted(set(found[1].values.tolist()))) if found else None

    assert shown(3, [6] * 36) == (("2022-01", "2022-02"), [0.5])
    assert shown(1, [2] * 36) == (("2022-01", "2022-04"), [0.5])
    assert shown(1, [1] * 36) is None
    assert shown(1, [40, *[0] * 35]) is None


def test_rows_of_any_kind_are_listened_to_for_silence_alone() -> None:
    found = signs([row("housing", "all rows", [*stepped(18, 2)[:34], 0, 0])])
    assert (found.charts, found.silent) == (0, ("housing",))


def test_a_series_begins_with_the_records_of_its_agency() -> None:
    months = [f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(48)]
    asked = [f"P{n}{at} | {at} | {month}-0{n + 1} | demand | yes" for month in months for n in range(6)
             for at in ("gp", "housing") if at == "gp" or month >= "2022-06"]  # fmt: skip
    found = measured("who | at | when | did | met\n" + "\n".join(asked), measures=MEASURES,
                     window_start=date(2021, 1, 1), window_end=date(2025, 1, 1))  # fmt: skip
    signals = next(one for one in found.figures if one.name == "signals")
    # six a month at either from its own first month on: no chart shows anything, months before it are no noughts
    assert (signals.value, signals.denominator) == (0, 2)


def test_coincidence_against_chance() -> None:
    # 0 and 1 begin together at 10; shifted by 4 or more they do not meet
    found, chance = coincidences([(0, 1)], [[10], [10]], points=36, near=3)
    assert found == 1
    assert chance.sum() == 0


def test_ties_with_peers_of_two_years() -> None:
    found = measured(
        """
        who | at      | when       | did
        P1  | housing | 2024-05-03 | demand
        """,
        measures=MEASURES,
        beside={
            "ties": """
                agency  | peer   | at         | kind
                housing | Stoke  | 2024-02-01 | visit
                housing | Stoke  | 2024-03-01 | review
                housing | Leeds  | 2024-03-01 | board
                housing | Bolton | 2020-01-01 | visit
            """
        },
    )
    assert found.groups("peer_ties", "agency") == {"housing": 1}
    # everything else of this room is refused in words that name what is missing
    lacking = {one.name: one.note for one in found.figures if one.value is None}
    for name in ("demand_change_after_design", "post_change_dip", "peers", "reporting_effect", "signals",
                 "signal_coincidence"):  # fmt: skip
        assert lacking[name].startswith(("Not in the data", "Refused", "Cannot tell"))


# --- peers ---------------------------------------------------------------------------------------------------


def test_features_are_scaled_by_median_and_mad_and_kept_within_three() -> None:
    # median 3, MAD 1: (1 - 3) / 1.4826, and 100 at most 3
    z = scaled(np.array([[1.0], [2.0], [3.0], [4.0], [100.0]]))[:, 0]
    assert z.tolist() == pytest.approx([-1.34898, -0.67449, 0, 0.67449, 3], abs=1e-5)


def test_nearest_by_context_is_not_symmetric() -> None:
    # one feature: 0, 1, 2.5, 10; the nearest of 10 is 2.5, but not the other way round
    found = nearest(np.array([[0.0], [1.0], [2.5], [10.0]]), ["deprivation"], k=1)
    assert [one.places for one in found] == [(1,), (0,), (1,), (2,)]


def test_peers_by_area_facts_never_by_performance() -> None:
    facts = {"population": (10, 11, 30, 31), "deprivation": (1, 5, 1, 5), "failure_share": (0.1, 0.9, 0.9, 0.1)}
    rows = [
        {"area": area, "measure": measure, "value": value}
        for measure, values in facts.items()
        for area, value in zip("ABCD", values, strict=True)
    ]
    found = peers(rows, k=3)
    assert {peer.alike_in for near in found.values() for peer in near} <= {"population", "deprivation"}
    with pytest.raises(ValueError, match="known for every place"):
        peers([one for one in rows if one["measure"] == "failure_share"])


def test_who_can_help_had_it_before_came_back_and_is_asked_twice_at_most() -> None:
    near = {place: (Peer("Stoke", 1, 1, "population", "age"), Peer("Leeds", 2, 1, "population", "age"))
            for place in ("A", "B", "C")}  # fmt: skip
    asking = {place: date(2024, 6, 1) for place in near}
    recent, older = (Helped("Stoke", date(2023, 1, 1), date(2024, 1, 1)),
                     Helped("Leeds", date(2022, 1, 1), date(2022, 9, 1)))  # fmt: skip
    found = who_can_help(asking, near, [older, recent])
    assert sorted(one.place for one in found.values()) == ["Leeds", "Stoke", "Stoke"]
    assert who_can_help({"A": date(2022, 12, 1)}, near, [recent]) == {}


def test_an_assignment_leaves_out_who_nobody_can_help() -> None:
    assert assign(np.array([[np.inf], [1.0]])) == [(1, 0)]


def test_a_lasting_shift_back() -> None:
    # ten high, ten low: from the high side back for seven and more at point 10
    chart = xmr([9.0] * 10 + [1.0] * 10)
    assert came_back(chart, 0) == 10
    assert came_back(chart, 19) is None
