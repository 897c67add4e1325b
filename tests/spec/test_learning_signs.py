"""Chapter: honest reporting (Stat 8), early signs (Stat 9) and peers (Stat 10): questions to ask, never a ranking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from personshaped.disclosure.profile import Profile
from personshaped.disclosure.withholding import WITHHELD, published
from personshaped.figures import Context, filled
from personshaped.learning.four_sentences import Sentence, Series, beside
from personshaped.learning.honest import _PANEL, NOT_AFRESH, _recurring, is_silent, reporting
from personshaped.learning.measures import MEASURES
from personshaped.learning.peers import Helped, Peer, came_back, peers, to_ask, who_can_help
from personshaped.learning.signals import Lasting, Signs, _found, signs
from personshaped.learning.watched import SERIES, charted
from personshaped.settings import Settings
from personshaped.statistics.alarms import (
    _weighted_flagged,
    coincidences,
    counts_flagged_by_chance,
    discovered,
    flagged_by_chance,
    shares_flagged_by_chance,
)
from personshaped.statistics.alike import resemblance
from personshaped.statistics.completeness import two_sources
from personshaped.statistics.peers import assign, nearest, scaled
from personshaped.statistics.steps import RAREST, largest_step, step_by_chance
from personshaped.statistics.varying import laney_p
from personshaped.statistics.xmr import xmr
from spec.measured import Measured, measured

ANY = Context(Settings(date(2022, 1, 1), date(2025, 1, 1)), frozenset())
PERIODS = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]


def reported(true: float, completeness: float, seed: int) -> Sentence:
    """Thirty-six months of a hundred events; from month 18 on as many times more true, or more fully recorded."""
    random = np.random.default_rng(seed)
    later = np.arange(36) >= 18
    events = random.poisson(100 * np.where(later, true, 1))
    own = random.binomial(events, np.where(later, completeness, 0.6))
    found = beside(PERIODS, own.tolist(), events.tolist())
    assert found is not None
    return found.sentence


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


def test_a_step_of_a_fifth_is_found_and_none_where_nothing_changed() -> None:
    """By thirds alone it was found in 20 of these 40 places (docs/decisions/0412)."""
    worse = [reported(1.2, 0.6, seed) for seed in range(40)]
    assert worse.count(Sentence.MORE) >= 32
    assert Sentence.FULLER not in worse
    nothing = [reported(1, 0.6, seed) for seed in range(40)]
    assert Sentence.MORE not in nothing


def test_own_counts_need_only_agree_where_the_independent_ones_have_moved() -> None:
    # half as many in the own log: so large a step is seen in two of a hundred stable charts, the other's in none
    one = np.random.default_rng(5)
    independent = one.poisson(np.where(np.arange(36) >= 18, 60, 45))
    own = one.binomial(independent, 0.5)
    found = beside(PERIODS, own.tolist(), independent.tolist())
    assert found is not None
    both = [each.chart.values for each in (found.own, found.independent)]
    chances = [step_by_chance(largest_step(each)[1], 36, 1, resemblance(each)) for each in both]
    assert 0.01 < chances[0] <= 0.05
    assert chances[1] < 0.01
    assert found.sentence is Sentence.MORE
    assert replace(found, own=Series(xmr(own[::-1]))).sentence is Sentence.CANNOT_TELL


def test_people_who_ask_month_after_month_are_no_worsening() -> None:
    """Each asks some months of a year and a half, as many people every month: levels vary, and nothing gets worse."""
    said: dict[bool, list[Sentence]] = {True: [], False: []}
    for seed in range(150):
        random = np.random.default_rng(seed)
        begins = random.integers(-17, 36, 400)
        at = np.arange(36)
        there = (at >= begins[:, None]) & (at < begins[:, None] + 18)
        each = random.poisson(random.gamma(0.5, 1.2, 400)[:, None] * there)
        own = random.binomial(each, 0.8)
        again = [float(np.diag(own.T @ own, apart).mean()) for apart in range(36)]
        for known in (True, False):
            found = beside(PERIODS, own.sum(axis=0).tolist(), each.sum(axis=0).tolist(), again if known else [])
            assert found is not None
            said[known].append(found.sentence)
    assert said[True].count(Sentence.MORE) <= 3
    assert said[False].count(Sentence.MORE) >= 15


def test_who_is_in_several_months_is_counted_from_the_demands() -> None:
    """Two people at the GP ask in two months and in four; a third only elsewhere; counted apart for a year."""
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    asked = ["P1 | gp | 2024-01-05", "P1 | gp | 2024-01-09", "P1 | gp | 2024-03-05", "P3 | police | 2024-03-05",
             *(f"P2 | gp | {month}-07" for month in months[2:6])]  # fmt: skip
    facts = "area | period | measure | value | agency | source | independent\n" + "\n".join(
        f"Hill | {month} | demands | 9 | gp | counted | yes" for month in months
    )
    lines = "who | at | when | did | issue\n" + "\n".join(f"{one} | demand | roof" for one in asked)
    year = Settings(date(2024, 1, 1), date(2025, 1, 1))
    town = measured(lines, measures=(), beside={"area_facts": facts}, window_start=year.window_start,
                    window_end=year.window_end)  # fmt: skip
    panel = filled(_PANEL, Context(year, town.have))
    found = town.con.execute(f"SELECT agency, again FROM ({panel}) GROUP BY ALL").fetchall()
    # P1: 2² + 1² with itself, 2 · 1 two months apart; P2: one each of four months
    counted = [(months, asked) for months, asked, _ in dict(found)["gp"]]
    assert counted == [(0, 4 + 1 + 4), (1, 3), (2, 2 + 2), (3, 1)]
    assert dict(found)["police"] is None


def test_how_often_people_recur_is_the_mean_over_pairs_of_months() -> None:
    # 24 pairs of a month with itself, 23 of neighbours, 22 two apart, of which nothing is counted
    months: list[dict[str, Any]] = [{"again": [[0, 48, 12], [1, 23, 46]]}] * 24
    assert _recurring(months, "demands")[:3] == [2, 1, 0]
    assert _recurring(months, "failure")[:3] == [0.5, 2, 0]
    assert _recurring([{"again": None}] * 2, "demands") == [0, 0]


def test_rare_events_are_alike_by_quarter_and_a_quarter_that_is_missing_is_time_passed() -> None:
    """Two a month. In one month 4 with itself, 1 a month apart, 1/2 two months apart."""
    again = [4, 1, 0.5, *[0.0] * 45]
    four_years = [f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(48)]
    found = beside(four_years, [2.0] * 48, [2.0] * 48, again)
    assert found is not None
    # a quarter with itself 3 · 4 + 4 · 1 + 2 · 1/2 = 17, its six events among it; with the next 1 · 1 + 2 · 1/2 = 2
    assert found.own.alike[0][:3] == pytest.approx((1, 2 / 17, 0))
    known = [at for at in range(48) if at != 7]
    gap = beside([four_years[at] for at in known], [2.0] * 47, [2.0] * 47, again)
    assert gap is not None
    assert gap.periods[1:3] == ("2021-Q2", "2021-Q4")
    assert gap.own.alike[0][1] == pytest.approx(2 / 17)
    assert gap.own.alike[1][2] == 0


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


def test_rare_and_short_series_are_not_charted_and_it_is_said_how_many() -> None:
    few = [row("housing", "crises", [1.0] * 36), row("gp", "demands", [50.0] * 11), row("gp", "crises", [0.0] * 36)]
    assert signs(few).charts == 0
    found = signs([*few, row("gp", "all rows", [9.0] * 36), row("police", "demands", stepped(18, 2))])
    # what never happened is not missed
    assert (found.charts, found.unseen) == (1, 2)
    (told,) = _found(found, ANY)
    assert "2 further series are too rare (5 a month are needed) or too short to chart" in told["note"]


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


@pytest.mark.parametrize(("share", "below"), [(0.4, (4, 14)), (0.95, (4, 9)), (0.3, (30, 33))])
def test_charts_of_shares_flag_as_often_as_those_of_drawn_months(share: float, below: tuple[int, int]) -> None:
    """Few below the line: fewer signs than of normal points, and near the end of the scale more; drawn one by one."""
    random = np.random.default_rng(6)
    of = random.integers(*below, 33).astype(float)
    shown, expected = [], []
    for _ in range(400):
        met = random.binomial(of.astype(int), share)
        chart = charted(row("gp", "share of needs met", met.tolist()) | {"of": of.tolist(), "periods": PERIODS[:33]})
        if chart is None:
            continue
        shown.append(chart.signals.any.any())
        if len(expected) < 20:
            expected.append(shares_flagged_by_chance(chart.centre, chart.moving_range, of, seed=1))
    assert np.mean(expected) == pytest.approx(np.mean(shown), abs=0.06)


def test_many_p_charts_at_once_are_flagged_as_each_alone() -> None:
    random = np.random.default_rng(7)
    below = random.integers(3, 20, 24).astype(float)
    events = random.binomial(below.astype(int), random.beta(4, 4, (200, 24))).astype(float)
    alone = [laney_p(one, below).signals.any.any() for one in events]
    assert 20 < sum(alone) < 180
    assert _weighted_flagged(events, below).tolist() == alone


def test_the_largest_step_of_a_chart() -> None:
    # seven points of mean 3/7, then seven two higher; within either 12/7 in squares, so the variance is 24/7 / 12 = 2/7
    # and the error of the difference √(2/7 · 2/7) = 2/7: t is 2 / (2/7)
    up = [0.0, 1, 0, 1, 0, 1, 0, 2, 3, 2, 3, 2, 3, 2]
    assert largest_step(up) == (7, pytest.approx(7))
    assert largest_step([*up[:7], 0.5, 0.5, *up[7:]])[0] == 9
    assert largest_step([0.0] * 7 + [2.0] * 7) == (7, np.inf)
    assert largest_step([0.0] * 13) == (0, 0.0)
    assert largest_step([5.0] * 36) == (0, 0.0)


def test_how_rare_a_step_is_where_nothing_changes() -> None:
    """Of a thousand stable charts about one in twenty is called as rare as that."""
    random = np.random.default_rng(4)
    chances = []
    for _ in range(1000):
        drawn = charted(row("gp", "demands", random.normal(100, 10, 36).tolist()))
        assert drawn is not None
        chances.append(step_by_chance(largest_step(drawn.away)[1], 36, seed=1))
    assert np.mean(np.array(chances) <= 0.05) == pytest.approx(0.05, abs=0.02)
    assert step_by_chance(5, 36, seed=1, alike=0.5) > step_by_chance(5, 36, seed=1)
    assert step_by_chance(np.inf, 36, seed=1) == RAREST
    assert step_by_chance(99, 13, seed=1) == 1


def test_beyond_the_draws_a_step_is_rarer_still() -> None:
    """Of fourteen points there is one place to part them: Student's t of twelve degrees of freedom says how rare."""
    chances = [step_by_chance(step, 14, seed=1) for step in (3.0, 5.0, 7.0, 9.0, 11.0)]
    exact = [2 * float(student.sf(step, 12)) for step in (3.0, 5.0, 7.0, 9.0, 11.0)]
    assert chances[0] == pytest.approx(exact[0], rel=0.2)
    # never said to be rarer than it is, and at most five times as frequent: 7 is 1 in 70,000, of which no draw can tell
    assert all(right < said < 5 * right for said, right in zip(chances[1:4], exact[1:4], strict=True))
    assert chances[4] == RAREST > exact[4]


def test_one_lasting_change_among_a_thousand_charts_is_named() -> None:
    flat = [30.0, 33.0, 27.0] * 12
    still = [row(f"gp {at:04}", "demands", flat) for at in range(999)]
    # (a third of the months each at 30, 33, 27, then the same thirty higher)
    found = signs([row("housing", "demands", flat[:18] + [one + 30 for one in flat[18:]]), *still])
    assert found.lasting == (Lasting("housing", "demands", "2023-07"),)


def test_where_one_change_alone_cannot_be_named_the_note_says_so() -> None:
    few = Signs((), (), 50_000, 1, 1.0, (), (), 0, (), 0)
    # a chance of one in a million among 50,000 charts is one in twenty; among more it is not rare enough
    (told,), (silent,) = _found(replace(few, charts=50_001), ANY), _found(few, ANY)
    assert told["note"].endswith("Among so many charts no change is called lasting where it is the only one.")
    assert "only one" not in silent["note"]


def test_the_cleanest_step_is_lasting() -> None:
    """Twelve months of ten, twelve of thirty: the one range is screened out, the spread is 0, and the step is plain."""
    for last in (30.0, 31.0):
        found = signs([row("housing", "demands", [10.0] * 12 + [30.0] * 11 + [last]) | {"periods": PERIODS[:24]}])
        assert {one.rule for one in found.signals} >= {"outside", "shift"}
        assert found.lasting == (Lasting("housing", "demands", "2023-01"),)


def test_of_many_findings_those_stand_that_false_discovery_control_leaves() -> None:
    # five findings, 5%: the limits in order are 0.01, 0.02, 0.03, 0.04, 0.05; the third is the last below its own
    assert discovered([0.9, 0.012, 0.001, 0.045, 0.029]).tolist() == [False, True, True, False, True]
    assert discovered([0.9, 0.5]).tolist() == [False, False]
    assert discovered([]).tolist() == []


def test_a_change_of_level_is_marked_with_its_month_and_one_sign_is_not() -> None:
    quiet = [row("gp", f"chart {at}", [float(one) for one in np.random.default_rng(at).poisson(30, 36)])
             for at in range(20)]  # fmt: skip
    found = signs([row("housing", "demands", stepped(18, 2)), *quiet])
    assert found.lasting == (Lasting("housing", "demands", "2023-07"),)
    assert found.flagged > 1


def test_what_is_marked_is_always_in_the_list() -> None:
    """While a new method settles no sign is named: a chart that shows nothing else is not marked either."""
    method = [["2024-07-01", "method", "a team starts", "housing"]]
    flat = [30.0, 33.0, 27.0] * 10
    found = signs([row("housing", "demands", [*flat, 45.0, 46.0, 45.0, 46.0, 45.0, 46.0], method)])
    assert (found.signals, found.lasting) == ((), ())
    assert signs([row("housing", "demands", [*flat, 45.0, 46.0, 45.0, 46.0, 45.0, 46.0])]).signals


def test_a_share_of_few_has_wider_limits_than_one_of_many() -> None:
    """A month with ten demands may lie where a month with a thousand may not: the limits are those of a p′ chart."""
    random = np.random.default_rng(5)
    below = np.where(np.arange(36) % 3 == 0, 10, 400)
    asked = random.binomial(below, 0.5)
    asked[6] = 1  # of ten: rare, but nothing much
    found = charted(row("gp", "share of needs met within 90 days", asked.tolist()) | {"of": below.tolist()})
    assert found is not None
    assert not found.signals.outside.any()
    asked[7] = 100  # of four hundred, a quarter where half is usual
    found = charted(row("gp", "share of needs met within 90 days", asked.tolist()) | {"of": below.tolist()})
    assert found is not None
    assert np.flatnonzero(found.signals.outside).tolist() == [7]


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
    assert resemblance([10] * 12 + [30] * 12) == 0


def test_a_share_is_charted_by_month_or_by_quarter_or_not_at_all() -> None:
    def shown(met: float, opened: list[float]) -> tuple[tuple[str, ...], list[float]] | None:
        found = charted(row("gp", "share of needs met within 90 days", [met] * 36) | {"of": opened})
        return (found.periods[:2], sorted(set(found.values.tolist()))) if found else None

    assert shown(3, [6] * 36) == (("2022-01", "2022-02"), [0.5])
    assert shown(1, [2] * 36) == (("2022-01", "2022-04"), [0.5])
    assert shown(1, [1] * 36) is None
    assert shown(1, [40, *[0] * 35]) is None
    assert shown(0, [6] * 36) is None
    assert shown(6, [6] * 36) is None


def series_of(found: Measured, window: Settings) -> list[dict[str, Any]]:
    cursor = found.con.execute(filled(SERIES, Context(window, found.have)))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, one, strict=True)) for one in cursor.fetchall()]


def test_everything_the_specification_lists_is_charted() -> None:
    """Failure share and kinds, open needs and their age, time, crises, never asked, completeness, complaints, staff."""
    lines = ["who | at | when | did | need_met | crisis | words | referred_to | by | issue"]
    for number, month in enumerate(f"{2021 + m // 12}-{m % 12 + 1:02d}" for m in range(60)):
        for n in range(6):
            who = f"P{number}x{n}"
            crisis, by = "yes" if n < 2 else "", "other_agency" if n < 3 else ""
            lines += [f"{who} | housing | {month}-02 | demand | | {crisis} | I want to complain | | | roof",
                      f"{who} | housing | {month}-09 | demand | | | still no answer | | | roof",
                      f"{who} | gp | {month}-10 | refer | | | | housing | | roof",
                      f"{who} | housing | {month}-12 | assess | | | | | {by} | roof"]  # fmt: skip
            lines += [f"{who} | housing | {month}-20 | do | yes | | | | | roof"] if n < 3 else []
    found = measured("\n".join(lines), measures=MEASURES, window_start=date(2021, 1, 1), window_end=date(2026, 1, 1),
                     beside={"area_facts": "area | agency | measure | period | value | source\n" + "\n".join(
                         f"Town | housing | sickness | {2022 + m // 12}-{m % 12 + 1:02d} | {20 + m % 3} | HR"
                         for m in range(36))})  # fmt: skip
    window = Settings(window_start=date(2021, 1, 1), window_end=date(2026, 1, 1))
    rows = {row["what"]: row for row in series_of(found, window) if row["agency"] == "housing"}
    assert set(rows) >= {
        "share of demands that are failure demand", "failure demands: representation", "needs opened", "needs ended",
        "share of needs still open after 180 days", "share of needs met within 90 days",
        "share of demands that are a crisis", "share of needs nobody asked about within 90 days",
        "share of referrals sent here that are recorded here", "demands that speak of a complaint or an appeal",
        "sickness",
    }  # fmt: skip

    def last(what: str) -> tuple[str, float, float | None]:
        one = rows[what]
        return one["periods"][-1], one["counts"][-1], one["of"][-1] if one["of"] else None

    # six people a month ask twice; three are helped and say so, two of the six first askings are crises
    assert last("share of demands that are failure demand") == ("2025-12", 6, 12)
    assert last("share of demands that are a crisis") == ("2025-12", 2, 12)
    assert last("crises") == ("2025-12", 2, None)
    assert last("demands that speak of a complaint or an appeal") == ("2025-12", 6, None)
    assert last("needs ended") == ("2025-12", 3, None)
    assert last("share of needs nobody asked about within 90 days") == ("2025-09", 3, 6)
    assert last("share of needs still open after 180 days") == ("2025-06", 3, 6)
    assert last("share of referrals sent here that are recorded here")[0] == "2025-10"


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
                gp      | Leeds  | 2024-03-01 | board
                police  | Leeds  | 2019-03-01 | visit
                advice  | Leeds  |            | visit
            """
        },
    )
    # ties of the police are older, that of the GP is of another kind: none, which is not the same as not known
    assert found.groups("peer_ties", "agency") == {"advice": 0, "gp": 0, "housing": 1, "police": 0}
    assert found.of("peer_ties", "advice").note.startswith("1 without a day not counted.")
    # everything else of this room is refused in words that name what is missing
    lacking = {one.name: one.note for one in found.figures if one.value is None}
    for name in ("demand_change_after_design", "post_change_dip", "peers", "peers_who_came_back", "reporting_effect",
                 "signals", "signal_coincidence"):  # fmt: skip
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
    chart = charted({"what": "demands", "counts": [9.0] * 10 + [1.0] * 10, "periods": PERIODS[:20]})
    assert chart is not None
    assert came_back(chart, 0) == 10
    assert came_back(chart, 19) is None


UP, BACK = [20.0] * 18 + [60.0] * 18, [60.0] * 18 + [20.0] * 18


def place(area: str, population: int, failures: list[float] | None, methods: Any = None) -> dict[str, Any]:
    """A place with 100 demands a month, of which so many are failure demands."""
    return {"area": area, "what": "share", "counts": failures, "of": [100.0] * 36 if failures else None,
            "periods": PERIODS, "facts": [["population", str(population)]], "methods": methods}  # fmt: skip


def test_a_place_asks_a_peer_that_had_the_same_and_came_back() -> None:
    # Dale: 18 months at 20%, then 60%. Hill the other way round; in Ford it never changed, Moor tells of itself alone
    four = [place("Dale", 10, UP), place("Ford", 12, [30.0] * 36), place("Hill", 11, BACK), place("Moor", 40, None)]
    helped = Helped("Hill", date(2022, 1, 1), date(2023, 7, 1))
    assert to_ask(four) == {"Dale": (date(2023, 7, 1), helped)}
    # the one nearest to Dale by context is Hill; were that Ford, nobody could be asked
    assert to_ask(four, k=1) == {"Dale": (date(2023, 7, 1), helped)}
    with pytest.raises(ValueError, match="had the sign before one like it"):
        to_ask([four[0], place("Ford", 11, [30.0] * 36), place("Hill", 14, BACK), four[3]], k=1)
    # in the six months in which a new method settles nobody has a sign
    settled = [place("Dale", 10, UP, [["2023-07-01", "Dale"], ["2022-01-01", "Hill"]]), *four[1:]]
    assert to_ask(settled) == {"Dale": (date(2024, 1, 1), helped)}


def test_a_place_where_it_rose_again_asks_and_is_not_asked() -> None:
    # Hill came back in October 2022 and has been up again since July 2024: it asks, as Dale does
    again = [60.0] * 9 + [20.0] * 21 + [60.0] * 6
    dale, ford, moor = place("Dale", 10, UP), place("Ford", 12, BACK), place("Moor", 40, [30.0] * 36)
    found = to_ask([dale, ford, place("Hill", 11, again), moor])
    assert {asks: one.place for asks, (_, one) in found.items()} == {"Dale": "Ford", "Hill": "Ford"}
    assert found["Hill"][0] == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([place("Hill", 11, BACK)], "three places or more"),
        ([place("Hill", 11, None), place("Moor", 12, None)], "no place in which more was asked again"),
        ([place("Hill", 11, UP), place("Moor", 12, UP)], "no place in which more was asked again"),
    ],
)
def test_where_nobody_can_be_asked_it_says_why(others: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        to_ask([place("Dale", 10, UP), *others])


def test_where_nobody_needs_to_ask_it_says_why() -> None:
    for failures, why in ((BACK, "no place shows a sign"), (None, "no place has 12 months")):
        with pytest.raises(ValueError, match=why):
            to_ask([place(name, at, failures) for at, name in enumerate(("Dale", "Hill", "Moor"))])
    # Hill came back, but had its sign later than Dale: it cannot have been through it before
    later = [20.0] * 20 + [60.0] * 8 + [20.0] * 8
    with pytest.raises(ValueError, match="had the sign before one like it"):
        to_ask([place("Dale", 10, UP), place("Hill", 11, later), place("Moor", 12, None)])


def test_nobody_is_asked_by_more_than_two() -> None:
    # five ask, two came back: four of them are told whom, two each, and the one who came back last first
    five = [place(f"Dale {n}", 10 + n, UP) for n in range(5)]
    last = [60.0] * 24 + [20.0] * 12
    found = to_ask([*five, place("Hill", 20, BACK), place("Moor", 21, last)])
    asked = [one.place for _, one in found.values()]
    assert sorted(asked) == ["Hill", "Hill", "Moor", "Moor"]
    assert {one.place for _, one in to_ask([five[0], place("Hill", 20, BACK), place("Moor", 21, last)]).values()} == \
        {"Moor"}  # fmt: skip


def test_who_has_been_there_is_found_in_the_rows_of_a_study() -> None:
    """Five ask first each month, and as many ask again as the month is up or not: 5 of 10, or 1 of 6."""
    lines, months = ["who | at | when | did | demand_type | area"], [f"{period}-05" for period in PERIODS]
    for area, up in (("Dale", range(18, 36)), ("Hill", range(18)), ("Moor", range(0))):
        for at, day in enumerate(months):
            codes = ["value"] * 5 + ["failure"] * (5 if at in up else 1)
            lines += [f"{area}{at}{n} | gp | {day} | demand | {code} | {area}" for n, code in enumerate(codes)]
    facts = """
        area | period | measure    | value
        Dale | 2024   | population | 10
        Hill | 2024   | population | 11
        Moor | 2024   | population | 40
    """
    town = measured("\n".join(lines), measures=MEASURES, beside={"area_facts": facts},
                    window_start=date(2022, 1, 1), window_end=date(2025, 1, 1))  # fmt: skip
    assert town.groups("peers_who_came_back", "area>peer") == {"Dale>Hill": 18}
    one = town.of("peers_who_came_back", "Dale>Hill")
    # the first month is left out, for a study may begin within it
    assert one.note == ("A sign in Dale from about July 2023. Hill had the same from about February 2022, and it"
                        " lastingly came back from about July 2023: ask what they did.")  # fmt: skip
    # whom to ask rests on what few people asked: it does not leave the house
    [left] = published([one], Profile()).figures
    assert (left.value, left.group, left.note) == (None, "", WITHHELD)


def test_what_coding_again_found_stands_among_the_evidence() -> None:
    town = measured("who | at | when | did | issue\nP1 | gp | 2024-01-05 | demand | roof", measures=(),
                    window_start=date(2024, 1, 1), window_end=date(2025, 1, 1))  # fmt: skip
    context = Context(Settings(date(2024, 1, 1), date(2025, 1, 1)), town.have)
    found = "12 demands were answered again by who had answered them, blind to date: 12 alike."
    for said, stands in ((found, found), ("", NOT_AFRESH)):
        [panel] = reporting(town.con, context, said)
        assert [piece.says for piece in panel.evidence if piece.looked_at == "coded afresh"] == [stands]


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [(6, 12, "Lastingly higher than it was."), (12, 6, "Lastingly lower than it was."), (6, 6, "No lasting change."),
     (2, 4, None), (12, 1, None), (0, 12, None)],
)  # fmt: skip
def test_how_many_write_down_is_a_trace_where_they_are_five_or_more_in_every_month(
    first: int, then: int, says: str | None
) -> None:
    """Stat 8: a count of different staff by month stands among what was looked at, never how many or who (N4)."""
    days = [f"{year}-{month:02d}-03" for year in (2022, 2023) for month in range(1, 13)]
    town = measured("who | at | when | did | issue\n" + "\n".join(f"P{n} | gp | {day} | demand | roof" for n, day in
                    enumerate(days)), measures=(), window_start=date(2022, 1, 1),
                    window_end=date(2024, 1, 1))  # fmt: skip
    staff = {f"gp>{day[:7]}": (first if at < 12 else then) + at % 2 for at, day in enumerate(days)}
    have = replace(town.have, staff_by={"agency>month": staff})
    [panel] = reporting(town.con, Context(Settings(date(2022, 1, 1), date(2024, 1, 1)), have))
    found = [piece.says for piece in panel.evidence if piece.looked_at == "different staff who write down"]
    assert found == ([] if says is None else [says])
