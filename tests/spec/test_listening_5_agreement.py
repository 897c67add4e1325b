"""Listening 5: how far people agree, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from personshaped.demand.coding import agreements
from personshaped.demand.coding.codes import Code
from personshaped.statistics.agreement import (
    NOT_CODED,
    agreement,
    cohen_kappa,
    confusion,
    gwet_ac1,
    krippendorff_alpha,
)

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


def test_the_interval_holds_alpha_and_needs_ten_demands() -> None:
    found = agreement(np.tile(TEN, (5, 1)), 2, seed=1)
    assert found.low is not None
    assert found.high is not None
    assert found.alpha is not None
    assert found.low < found.alpha < found.high
    assert agreement(TEN[:9], 2, seed=1).low is None


def said(coder: str, demand: str, word: str) -> Code:
    return Code(demand, word, coded_by=coder, at="1")


def test_disagreements_are_listed_to_be_talked_about() -> None:
    answers = [said("tm", "1", "value"), said("jb", "1", "failure"), said("tm", "2", "value"), said("jb", "2", "value")]
    (one,) = agreements.disagreements(answers)
    assert (one.interaction_id, one.said) == ("1", (("jb", "failure"), ("tm", "value")))


def test_poor_agreement_asks_people_to_talk_and_corrects_nothing() -> None:
    answers = [
        said(who, str(i), word)
        for i in range(20)
        for who, word in (("tm", "value"), ("jb", "value" if i % 2 else "failure"))
    ]
    (found,) = agreements.questions(answers)
    assert found.says == "Agree the definitions again by going through the words together."
