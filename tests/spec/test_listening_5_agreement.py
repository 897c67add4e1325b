"""Listening 5: how far people agree, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from personshaped.demand.coding import agreements
from personshaped.demand.coding.codes import Code
from personshaped.records.codebook import Codebook
from personshaped.statistics.agreement import (
    NOT_CODED,
    agreement,
    cohen_kappa,
    confusion,
    gwet_ac1,
    krippendorff_alpha,
)
from personshaped.study.agreed import as_meant_today, in_words

# Ten demands, two people: both say value 6 times, both failure 2, the first value and the second failure 1, and 1 the
# other way. Agreement 8 of 10; chance 0.7·0.7 + 0.3·0.3 = 0.58; kappa (0.8 − 0.58)/0.42.
TEN = np.array([[0, 0]] * 6 + [[1, 1]] * 2 + [[0, 1], [1, 0]])


def test_the_table_comes_first() -> None:
    assert confusion(TEN[:, 0], TEN[:, 1], 2).tolist() == [[6, 1], [1, 2]]


def test_cohens_kappa() -> None:
    assert cohen_kappa(confusion(TEN[:, 0], TEN[:, 1], 2)) == pytest.approx(0.22 / 0.42)


def test_krippendorffs_alpha() -> None:
    # coincidences: 20 values, 14 zeros and 6 ones; observed disagreement 4/20, expected 2·14·6/(20·19)
    assert krippendorff_alpha(TEN, 2) == pytest.approx(1 - (4 / 20) / (2 * 14 * 6 / (20 * 19)))


def test_gwets_ac1_holds_up_where_one_code_is_rare() -> None:
    # chance 2·0.7·0.3 = 0.42; (0.8 − 0.42)/0.58
    assert gwet_ac1(TEN, 2) == pytest.approx(0.38 / 0.58)
    rare = np.array([[0, 0]] * 98 + [[0, 1], [1, 0]])
    alpha, ac1 = krippendorff_alpha(rare, 2), gwet_ac1(rare, 2)
    assert alpha is not None
    assert ac1 is not None
    assert alpha < 0 < 0.95 < ac1


def test_alpha_of_the_published_example_with_gaps_and_four_coders() -> None:
    # Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: 0.743
    shown = """
        1 1 . 1
        2 2 3 2
        3 3 3 3
        3 3 3 3
        2 2 2 2
        1 2 3 4
        4 4 4 4
        1 1 2 1
        2 2 2 2
        . 5 5 5
        . . 1 1
        . . 3 ."""
    codes = np.array(
        [[NOT_CODED if c == "." else int(c) - 1 for c in line.split()] for line in shown.strip().splitlines()]
    )
    assert krippendorff_alpha(codes, 5) == pytest.approx(0.743, abs=0.0005)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40))
def test_kappa_is_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    codes = np.array(pairs)
    ours = cohen_kappa(confusion(codes[:, 0], codes[:, 1], 3))
    if ours is not None:
        assert ours == pytest.approx(cohen_kappa_score(codes[:, 0], codes[:, 1], labels=[0, 1, 2]))


@given(st.lists(st.integers(0, 2), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
def test_perfect_agreement_is_one_and_order_does_not_matter(values: list[int], seed: int) -> None:
    codes = np.array([[one, one] for one in values])
    found = krippendorff_alpha(codes, 3)
    assert found is None if len(set(values)) == 1 else found == pytest.approx(1)
    mixed = np.random.default_rng(seed).permutation(codes)
    assert krippendorff_alpha(mixed, 3) == found


def test_each_coefficient_has_an_interval_and_needs_twenty_demands() -> None:
    found = agreement(np.tile(TEN, (5, 1)), 2, seed=1)
    for one in (found.kappa, found.alpha, found.ac1):
        assert one is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.value < one.high
    few = agreement(np.tile(TEN, (2, 1))[:19], 2, seed=1)
    assert (few.kappa, few.alpha, few.ac1) == (None, None, None)


def test_how_often_they_say_the_same_has_wilsons_interval() -> None:
    found = agreement(TEN, 2, seed=1)
    assert (found.items, found.pairs, found.alike, found.raw) == (10, 10, 8, 0.8)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=0.0001)  # Wilson 1927, 8 of 10
    always = agreement(np.zeros((10, 2), dtype=np.int64), 2, seed=1)
    assert (always.raw, always.high) == (1.0, 1.0)
    assert always.low == pytest.approx(0.7225, abs=0.0001)


def test_of_three_who_code_each_pair_counts() -> None:
    found = agreement(np.array([[0, 0, 1], [1, 1, NOT_CODED], [1, NOT_CODED, NOT_CODED]]), 2, seed=1)
    assert (found.items, found.pairs, found.alike) == (2, 4, 2)


def said(coder: str, demand: str, word: str) -> Code:
    return Code(demand, word, coded_by=coder, at="1")


def test_a_demand_answered_differently_is_listed_once_with_all_it_was_answered_on() -> None:
    answers = [
        replace(said("tm", "1", "value"), issue="home"), replace(said("jb", "1", "failure"), issue="debt"),
        said("tm", "2", "value"), said("jb", "2", "value"),
    ]  # fmt: skip
    (one,) = agreements.disagreements(answers)
    assert one.interaction_id == "1"
    assert one.said == (
        ("demand_type", (("jb", "failure"), ("tm", "value"))),
        ("issue", (("jb", "debt"), ("tm", "home"))),
    )


def two_say(items: int, differ: int) -> list[Code]:
    """`items` demands of which every second is failure demand to tm; jb says otherwise of the first `differ`."""
    types = ["failure", "value"]
    return [
        one
        for i in range(items)
        for one in (said("tm", str(i), types[i % 2]), said("jb", str(i), types[(i + (i < differ)) % 2]))
    ]


def test_poor_agreement_asks_people_to_talk_and_corrects_nothing() -> None:
    (found,) = agreements.questions(two_say(20, 10))
    assert found.says == "Agree the definitions again by going through the words together."


def test_good_agreement_is_said_only_where_its_interval_says_so() -> None:
    (surely,) = agreements.questions(two_say(60, 3))
    assert surely.says == "You mostly mean the same by these words."
    assert surely.alike == "The same answer: 57 of 60 (95%; from 86% to 98%)."
    (perhaps,) = agreements.questions(two_say(20, 3))
    assert perhaps.says.startswith("You may mean the same by these words; it could also be less.")


def test_of_eight_demands_no_coefficient_is_given() -> None:
    (found,) = agreements.questions(two_say(8, 2))
    assert found.alike == "The same answer: 6 of 8 (75%; from 41% to 93%)."
    assert found.coefficients == "Too few to say how far beyond chance: 8 of the 20 it takes."
    assert found.says == ""


def test_what_differs_is_counted_the_commonest_first() -> None:
    (found,) = agreements.questions(two_say(20, 3))
    assert found.between[0].rows == [("failure", [8, 1]), ("value", [2, 9])]
    assert found.between[0].apart == [("value", "failure", 2), ("failure", "value", 1)]


BOOK = Codebook().add("I need a home", "tm", "home").add("I need a house", "tm", "house").merge("house", "home", "tm")


def test_two_codes_for_one_need_are_no_quarrel() -> None:
    answers = [replace(said("tm", "1", "value"), issue="house"), replace(said("jb", "1", "value"), issue="home")]
    assert agreements.disagreements(as_meant_today(answers, BOOK)) == []


def test_answers_stand_in_words() -> None:
    assert in_words("demand_type", "failure", BOOK) == "asking again"
    assert in_words("failure_kind", "wrong_door", BOOK) == "sent from another door"
    assert in_words("issue", "home;not_in_the_book", BOOK) == "I need a home; not_in_the_book"


def test_where_all_is_alike_no_coefficient_stands_without_its_interval() -> None:
    """Given forty demands answered alike, one of them failure demand, agreement on failure demand cannot be told."""
    types = ["failure"] + ["value"] * 39
    answers = [said(who, str(i), one) for i, one in enumerate(types) for who in ("tm", "jb")]
    (found,) = agreements.questions(answers)
    assert found.coefficients.startswith("Nearly all was answered alike")
    assert "mostly mean the same" not in found.says
