"""Chapter: the audit that makes rules usable (R2): coded by people, by rule, and corrected; always all three."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from personshaped.demand import audit
from personshaped.demand.audit import AuditDraw, Audited
from personshaped.demand.coding.codes import Code
from personshaped.figures import Figure
from personshaped.statistics.misclassified import Audit, corrected, rogan_gladen

RULES = {f"f{i}": "failure" for i in range(700)} | {f"v{i}": "value" for i in range(300)}


def test_rogan_and_gladen() -> None:
    # (0.70 + 0.85 - 1) / (0.90 + 0.85 - 1)
    assert rogan_gladen(0.70, 0.90, 0.85) == pytest.approx(0.733333, abs=1e-6)
    with pytest.raises(ValueError, match="no better than chance"):
        rogan_gladen(0.5, 0.5, 0.5)


def test_the_sample_is_half_and_half_with_its_chances_recorded(tmp_path: Path) -> None:
    drawn = audit.draw(RULES, 50, seed=1)
    assert len({one.interaction_id for one in drawn}) == 100
    assert {(one.rule_type, one.of, round(one.probability, 4)) for one in drawn} == {
        ("failure", 700, 0.0714), ("value", 300, 0.1667),
    }  # fmt: skip
    assert [one.rule_type for one in drawn[:50]].count("failure") < 45  # mixed: the order does not give them away
    audit.write(tmp_path, drawn)
    assert audit.read(tmp_path) == drawn


def answers(drawn: list[AuditDraw], wrong_failure: int, wrong_value: int, differ: int = 0) -> list[Code]:
    """Two people who agree, but for `differ`; of each stratum the first few are not what the rules say."""
    given = []
    for said, wrong in (("failure", wrong_failure), ("value", wrong_value)):
        for at, one in enumerate(one for one in drawn if one.rule_type == said):
            other = "value" if said == "failure" else "failure"
            true = other if at < wrong else said
            second = true if at >= differ else ("value" if true == "failure" else "failure")
            given += [
                Code(one.interaction_id, demand_type=true, coded_by="tm", drawn="audit"),
                Code(one.interaction_id, demand_type=second, coded_by="rk", drawn="audit"),
            ]
    return given


def found(wrong_failure: int, wrong_value: int, differ: int = 0) -> Audited:
    drawn = audit.draw(RULES, 50, seed=1)
    return audit.audited(drawn, answers(drawn, wrong_failure, wrong_value, differ), RULES)


def test_the_correction_is_what_the_strata_say() -> None:
    # 5 of 50 rule-failure are value, 10 of 50 rule-value are failure:
    # true failure 700 * 0.9 + 300 * 0.2 = 690; Se 630/690; Sp 240/310; corrected 0.69
    one = found(5, 10)
    assert one.agreement == 1
    assert one.sensitivity is not None
    assert one.sensitivity.value == pytest.approx(630 / 690)
    assert one.specificity is not None
    assert one.specificity.value == pytest.approx(240 / 310)
    assert one.corrected is not None
    assert one.corrected.value == pytest.approx(0.69)
    assert one.corrected.low < 0.69 < one.corrected.high


def test_people_who_agree_too_little_correct_nothing() -> None:
    one = found(5, 10, differ=20)
    assert one.disagreed == 40
    assert one.corrected is None
    assert "Agree the definitions again" in one.refused


@pytest.mark.parametrize("twice", [9, 19])
def test_few_coded_twice_who_contradict_each_other_correct_nothing(twice: int) -> None:
    """Given too few coded twice to show a coefficient to people, the audit still hears that they disagree."""
    drawn = audit.draw(RULES, 50, seed=1)
    both = answers(drawn, 0, 0, differ=50)
    given = [one for place, one in enumerate(both) if place % 2 == 0 or place < 2 * twice]
    told = audit.audited(drawn, given, RULES)
    assert told.agreement is not None
    assert told.agreement <= 0
    assert told.corrected is None
    assert "the coders agree too little" in told.refused


def test_a_repeat_that_tells_nothing_apart_bears_any_share() -> None:
    """Of ten it names nine are true, of ten it does not name six: in some repeats the rule tells nothing apart."""
    says, true = np.repeat([True, False], 10), np.array([True] * 9 + [False] + [True] * 6 + [False] * 4)
    found = corrected(0.9, Audit(says, true, says.astype(int), np.where(says, 0.09, 0.01)), seed=1)
    assert found is not None
    # specificity 0.04 / (0.04 + 0.09), sensitivity 0.81 / (0.81 + 0.06)
    assert found.value == pytest.approx((0.9 + 0.307692 - 1) / (0.931034 + 0.307692 - 1), abs=1e-5)
    assert (found.low, found.high) == (0, 1)


def test_rules_that_tell_too_little_apart_are_not_corrected() -> None:
    # half of either answer is wrong: Se + Sp is 1
    one = found(25, 25)
    assert one.corrected is None
    assert "1.2 or less" in one.refused


def test_one_coder_is_not_enough_nor_half_a_sample() -> None:
    drawn = audit.draw(RULES, 50, seed=1)
    given = answers(drawn, 5, 10)
    assert "two are needed" in audit.audited(drawn, given[::2], RULES).refused
    halves = [one for place, one in enumerate(given) if place % 4 in (0, 3)]  # two people, each other demands
    assert "two are needed" in audit.audited(drawn, halves, RULES).refused
    assert "0 of the 50 demands drawn from rule-value" in audit.audited(drawn, given[:20], RULES).refused


def test_three_numbers_stand_together() -> None:
    rule = Figure("failure_demand_share", "M012;M013", "", "", "", 0.7, "share", basis="rule", n=1000)
    for_agency = replace(rule, by="agency", group="housing")
    made = audit.beside([rule, for_agency], audit.figures(found(5, 10)), drawn=True)
    assert [(one.name, one.basis) for one in made[:3]] == [
        ("failure_demand_share", "rule"), ("failure_demand_share", "hand"), ("failure_demand_share", "corrected"),
    ]  # fmt: skip
    assert made[1].note == "No demand that can be told apart is coded by hand."
    assert made[2].note.startswith("What the rules alone say (700 of 1,000), corrected")
    assert made[-1] == for_agency
    bare = audit.beside([rule], audit.figures(None), drawn=False)
    assert bare[2].value is None
    assert "personshaped audit draw" in bare[2].note


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    held = 0
    for seed in range(60):
        true = random.random(100) < np.where(np.arange(100) < 50, 0.9, 0.2)
        sample = Audit(
            np.arange(100) < 50, true, (np.arange(100) < 50).astype(np.int64), np.where(np.arange(100) < 50, 14.0, 6.0)
        )
        one = corrected(0.7, sample, seed, repeats=200)
        held += one is not None and one.low <= 0.69 <= one.high
    assert held >= 53


def test_the_interval_holds_where_an_audit_meets_few_mistakes() -> None:
    """One in ten is failure demand, and the rules are seldom wrong: fifty of either answer often show no mistake."""
    random, held = np.random.default_rng(5), 0
    for seed in range(300):
        true = random.random(3000) < 0.1
        says = np.where(true, random.random(3000) < 0.8, random.random(3000) > 0.95)
        chosen = np.concatenate([random.permutation(np.flatnonzero(says == one))[:50] for one in (True, False)])
        stratum = says[chosen].astype(int)
        weight = np.array([(~says).sum(), says.sum()])[stratum] / 50
        found = corrected(float(says.mean()), Audit(says[chosen], true[chosen], stratum, weight), seed, repeats=200)
        held += found is not None and found.low <= true.mean() <= found.high
    assert held / 300 >= 0.92
