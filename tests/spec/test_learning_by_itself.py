"""How much would have come by itself (Stat 4): routes (a) to (d), each against another way to reckon it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats

from personshaped.errors import InputError, Refused
from personshaped.learning.old_new import Compared, Pair, by_itself, old_new
from personshaped.learning.old_new_words import by_itself_says, page
from personshaped.statistics.worst_times import ancova, difference_in_differences, usual
from personshaped.study.comparing import compare, compared

RANDOM = np.random.default_rng(4)
OLD, OTHER_OLD = RANDOM.gamma(4, 300, 9), RANDOM.gamma(4, 250, 12)
NEW, OTHER_NEW = OLD * 0.6 + RANDOM.normal(0, 80, 9), OTHER_OLD * 0.9 + RANDOM.normal(0, 80, 12)


def test_route_a_difference_in_differences_is_welchs() -> None:
    found = difference_in_differences(OLD, NEW, OTHER_OLD, OTHER_NEW)
    again = stats.ttest_ind(NEW - OLD, OTHER_NEW - OTHER_OLD, equal_var=False).confidence_interval()
    assert (found.low, found.high) == (pytest.approx(again.low), pytest.approx(again.high))


def test_route_a_ancova_is_what_is_left_of_new_and_group_once_old_is_taken_out() -> None:
    found = ancova(OLD, NEW, OTHER_OLD, OTHER_NEW)
    assert found is not None
    old, new = np.concatenate((OLD, OTHER_OLD)), np.concatenate((NEW, OTHER_NEW))
    group = np.repeat([1.0, 0.0], [9, 12])
    left = [one - np.polyval(np.polyfit(old, one, 1), old) for one in (new, group)]  # Frisch & Waugh
    assert found.estimate == pytest.approx(left[0] @ left[1] / (left[1] @ left[1]))


def test_route_b_is_the_line_through_the_usual_and_its_test_is_that_of_new_less_expected() -> None:
    first = RANDOM.gamma(2, 400, 300)
    second = 0.5 * first + RANDOM.gamma(2, 200, 300)
    others = list(zip(first.tolist(), second.tolist(), strict=True))
    pairs = [Pair(str(at), old, new) for at, (old, new) in enumerate(zip(OLD.tolist(), NEW.tolist(), strict=True))]
    found = by_itself(pairs, [], others)
    mean, rho = np.mean([first, second]), stats.pearsonr(first, second).statistic
    expected = mean + rho * (OLD - mean)
    assert found.expected == pytest.approx(expected.mean())
    assert found.beyond_expected == pytest.approx((NEW - expected).mean())
    assert found.beyond_shift is not None  # 300 others are more than 30 for each of nine
    walsh = np.sort([(a + b) / 2 for at, a in enumerate(NEW - expected) for b in (NEW - expected)[at:]])
    assert found.beyond_shift.estimate == pytest.approx(np.median(walsh))
    assert (found.beyond_shift.low, found.beyond_shift.high) == pytest.approx((walsh[5], walsh[-6]))
    assert by_itself(pairs, [], others[:269]).beyond_shift is None
    signs = ((np.arange(2**9)[:, None] >> np.arange(9)) & 1) * 2 - 1
    means = signs @ (NEW - expected)
    assert found.beyond_flip is not None
    assert (found.beyond_flip.hits, found.beyond_flip.of) == ((abs(means) >= abs(means[-1]) - 1e-6).sum(), 512)


def test_cases_at_their_worst_that_fall_back_are_found_by_the_pairs_and_explained_by_the_panel() -> None:
    """In 300 places seven people are chosen by their worst year and nothing is done: both tests agree in few."""
    random = np.random.default_rng(11)
    pairs_say, both_say = 0, 0
    for _ in range(300):
        level = random.normal(100, 15, 250)
        old, new = level + random.normal(0, 20, 250), level + random.normal(0, 20, 250)
        worst = np.argsort(-old)[:7]
        others = [(old[at], new[at]) for at in range(250) if at not in set(worst.tolist())]
        pairs = [Pair(str(at), float(old[at]), float(new[at])) for at in worst]
        flip, by = old_new("cost", "£", pairs).flip, by_itself(pairs, [], others)
        assert flip is not None
        assert by.beyond_flip is not None
        assert by.beyond_expected is not None
        pairs_say += flip.p <= 0.05
        both_say += flip.p <= 0.05 and by.beyond_flip.p <= 0.05 and by.beyond_expected < 0
    assert pairs_say > 200
    assert both_say <= 25  # one in twenty, and room for chance and for ρ being itself estimated


# --- (d) the day of starting was drawn -----------------------------------------------------------------------

FIRST = date(2024, 1, 1)


def week(of: int) -> date:
    return FIRST + timedelta(weeks=of)


def study(starts: Sequence[int], drawn_from: int, drawn_to: int, asked_after: int) -> Compared:
    return compared(laid(starts, drawn_from, drawn_to, asked_after), None, None, None, None, seed=1)


def laid(starts: Sequence[int], drawn_from: int, drawn_to: int, asked_after: int) -> duckdb.DuckDBPyConnection:
    """Cases that asked three times a week until they were taken on, and after that so often; all over 30 weeks."""
    con = duckdb.connect(":memory:")
    con.execute("CREATE TABLE interactions (person_id TEXT, agency TEXT, started_at TIMESTAMP, price DOUBLE,"
                " counts_as_demand BOOL, design TEXT, minutes DOUBLE, ended_at TIMESTAMP,"
                " price_basis TEXT)")  # fmt: skip
    con.execute("CREATE TABLE unit_costs (agency TEXT, service TEXT, staff_role TEXT, activity TEXT, year INT,"
                " unit TEXT, cost DOUBLE, basis TEXT)")  # fmt: skip
    con.execute("CREATE TABLE needs (person_id TEXT, end_reason TEXT, ended_at TIMESTAMP)")
    con.execute("CREATE TABLE cases (case_id TEXT, person_ids TEXT, selected_by TEXT, eligible_n INT, declined BOOL,"
                " old_from DATE, old_to DATE, new_from DATE, new_to DATE, start_from DATE, start_to DATE)")  # fmt: skip
    for number, start in enumerate(starts):
        con.execute("INSERT INTO cases VALUES (?, ?, 'random', 40, false, ?, ?, ?, ?, ?, ?)",
                    [f"c{number}", f"P{number}", FIRST, week(start) - timedelta(days=1), week(start),
                     week(30) - timedelta(days=1), week(drawn_from), week(drawn_to)])  # fmt: skip
        rows = [[f"P{number}", week(at)] for at in range(30) for _ in range(3 if at < start else asked_after)]
        con.executemany("INSERT INTO interactions VALUES (?, 'gp', ?, NULL, true, 'old', NULL, NULL, NULL)", rows)
    return con


def test_of_all_sets_of_days_that_might_have_been_drawn_the_true_one_shows_most() -> None:
    found = study(starts=(12, 14, 15), drawn_from=12, drawn_to=15, asked_after=1).by_itself["demands"].starts
    assert found is not None
    # four weeks for each of three cases; two a week fewer from the day they were taken on
    assert (found.change, found.hits, found.of) == (-2, 1, 64)
    text = " ".join(" ".join(page(study((12, 14, 15), 12, 15, 1))).split())
    assert "1 of 64 sets of days would show a change as far from nothing" in text
    assert "it can never be fewer than 1 of 64" in text


def test_where_nothing_changes_every_set_of_days_shows_the_same() -> None:
    found = study(starts=(12, 14, 15), drawn_from=12, drawn_to=15, asked_after=3).by_itself["demands"].starts
    assert found is not None
    assert (found.change, found.hits) == (0, 64)


def test_of_all_draws_that_might_have_been_made_the_true_one_shows_most() -> None:
    # two drawn of five: they ask 4 and 6 times less, the others as before
    pairs = [Pair("1", 10, 6), Pair("2", 9, 3)]
    left_out = [Pair("3", 8, 8), Pair("4", 7, 8), Pair("5", 9, 8)]
    found = by_itself(pairs, [], [], left_out=left_out).drawn
    assert found is not None
    assert (found.difference, found.hits, found.of, found.left_out) == (-5, 1, 10, 3)
    assert by_itself(pairs, [], []).drawn is None


def test_those_the_draw_left_out_are_no_cases_and_none_who_declined() -> None:
    con = laid(starts=(15, 15), drawn_from=12, drawn_to=18, asked_after=1)
    con.execute("ALTER TABLE cases ADD COLUMN drawn BOOL")
    con.execute("UPDATE cases SET drawn = case_id <> 'c1', start_from = NULL")
    found = compared(con, None, None, None, None, seed=1)
    assert (found.heading, found.declined) == ("1 of 40 drawn at random", 0)
    drawn = found.by_itself["demands"].drawn
    assert drawn is not None
    assert (drawn.difference, drawn.hits, drawn.of) == (0, 2, 2)
    assert "Beside 1 who could have been chosen and were not drawn" in " ".join(" ".join(page(found)).split())


def test_a_case_that_cannot_be_compared_is_left_out_and_named() -> None:
    con = laid(starts=(15, 15, 15, 15), drawn_from=12, drawn_to=18, asked_after=1)
    con.execute("UPDATE cases SET old_to = old_from - 1 WHERE case_id = 'c0'")
    con.execute("UPDATE cases SET old_to = new_from WHERE case_id = 'c1'")
    con.execute("UPDATE cases SET person_ids = 'nobody' WHERE case_id = 'c2'")
    con.execute("UPDATE interactions SET price = 5 WHERE person_id = 'P3' AND started_at < '2024-02-01'")
    found = compared(con, None, None, None, None, seed=1)
    assert [one.case_id for one in found.measures[0].pairs] == ["c3"]
    assert found.notes[0] == (
        "Left out: c0 (its old window ends before it begins), c1 (its windows overlap),"
        " c2 (nobody of it is in the records)."
    )
    # weeks 0 to 4 are priced: 15 of 45 rows before, none of 15 after
    assert "Cost leaves out 45 of 60 rows of these cases, which have no price (gp)." in found.notes
    con = laid(starts=(15,), drawn_from=12, drawn_to=18, asked_after=1)
    con.execute("UPDATE cases SET old_to = old_from - 1")
    with pytest.raises(Refused, match="no case can be compared: c0"):
        compared(con, None, None, None, None, seed=1)


def test_what_is_usual_is_for_cost_and_lies_below_what_cases_had_or_the_page_says_so() -> None:
    pairs = [Pair(str(at), 10.0 + at, 5.0) for at in range(7)]
    assert list(by_itself_says(by_itself(pairs, [], [], given=40))) == [
        "What is usual (40) is no less than the cases had in the old time: there was nothing to fall back to."
    ]
    con = laid(starts=(15,), drawn_from=12, drawn_to=18, asked_after=1)
    con.execute("UPDATE interactions SET price = 1")
    con.execute("UPDATE cases SET new_to = new_to + 400")
    found = compared(con, None, None, None, 40, seed=1)
    assert "--usual is about cost, and cost is not compared: it was not used." in found.notes


def test_an_interval_is_not_made_of_a_handful_of_resamples(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1 resamples are too few for an interval; expected --bootstrap 200 or more"):
        compare(tmp_path, None, None, None, seed=1, resamples=1)


def test_a_bootstrap_that_was_asked_for_and_cannot_be_says_so() -> None:
    con = laid(starts=(12, 14, 15), drawn_from=12, drawn_to=15, asked_after=1)
    said = "--bootstrap gives no interval of fewer than 6 cases, or where all are alike."
    assert said in compared(con, None, None, None, None, seed=1, resamples=500).notes
    con.execute("DROP TABLE temp.work")
    assert said not in compared(con, None, None, None, None, seed=1).notes


def test_a_start_outside_the_days_that_could_be_drawn_is_not_tested() -> None:
    assert study(starts=(20,), drawn_from=12, drawn_to=15, asked_after=1).by_itself["demands"].starts is None


def test_cases_without_such_days_have_no_such_test_and_no_bootstrap_unless_asked() -> None:
    pairs = [Pair(str(at), 10.0 + at, 5.0) for at in range(7)]
    assert by_itself(pairs, [], []).starts is None
    assert old_new("cost", "£", pairs).bootstrap_t is None
    asked = old_new("cost", "£", pairs, resamples=500).bootstrap_t
    assert asked is not None
    assert asked.is_what.startswith("studentised bootstrap (bootstrap-t)")
    assert asked.low < 8 < asked.high
    assert usual([1.0] * 40, [1.0] * 40) is None
