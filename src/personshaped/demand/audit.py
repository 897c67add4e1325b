"""R2, the audit that makes rules usable: a stratified sample coded by two people, and what it says of the rules.

`decisions/audit.csv` records what was drawn and with which probability, before anyone sees it; the answers come into
`decisions/codes.csv` like any other, marked `audit`. Three numbers then stand together: coded by people, by rule, and
corrected (N8).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding.agreements import TALK, questions
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.estimates import FAILS, TELLS
from personshaped.errors import InputError
from personshaped.figures import Figure
from personshaped.records import by_hand
from personshaped.statistics.misclassified import Audit, Corrected, Rate, corrected

FILE = "audit.csv"
EACH = 50
"""At least so many of each: of what the rules call failure demand, and of what they call value demand."""
DRAWN = "audit"
SEED = 1


@dataclass(frozen=True)
class AuditDraw:
    """One line of `audit.csv`: a demand, what the rules said of it, and its chance of being drawn out of how many."""

    interaction_id: str
    rule_type: str
    probability: float
    of: int
    drawn_at: str


def draw(rule_types: Mapping[str, str], each: int, seed: int) -> list[AuditDraw]:
    """A sample of `each` from either answer of the rules, all where there are fewer; in random order, mixed."""
    random = np.random.default_rng(seed)
    at = kept.now()
    drawn: list[AuditDraw] = []
    for said in TELLS:
        there = sorted(one for one, answer in rule_types.items() if answer == said)
        n = min(each, len(there))
        chosen = random.permutation(len(there))[:n]
        drawn += [AuditDraw(there[i], said, n / len(there), len(there), at) for i in chosen]
    return [drawn[i] for i in random.permutation(len(drawn))]


def write(decisions: Path, drawn: Sequence[AuditDraw]) -> None:
    """Records a sample before anyone sees it."""
    decisions.mkdir(parents=True, exist_ok=True)
    path = decisions / FILE
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([one.name for one in fields(AuditDraw)])
        writer.writerows([getattr(one, column.name) for column in fields(AuditDraw)] for one in drawn)
        file.flush()
        os.fsync(file.fileno())


def read(decisions: Path) -> list[AuditDraw]:
    """The sample, in the order drawn; empty where none was. Raises InputError naming the row that was spoilt."""
    path = decisions / FILE
    if not path.is_file():
        return []
    found = []
    for line, row in enumerate(by_hand.read(path, f"decisions/{FILE}").rows(), start=2):
        try:
            found.append(
                AuditDraw(
                    row["interaction_id"] or "", row["rule_type"] or "", float(row["probability"] or ""),
                    int(row["of"] or ""), row["drawn_at"] or "",
                )
            )  # fmt: skip
        except (KeyError, ValueError):
            raise InputError("is not a draw of the audit", file=f"decisions/{FILE}", row=line) from None
    return found


# --- what the answers say ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Audited:
    """How far two people agreed, and how well the rules do; `refused` says in words why nothing is corrected.

    `by_rule` is what is corrected: how many demands the rules alone call failure, of how many they tell apart. The
    figure beside it takes people's answers first.
    """

    by_rule: tuple[int, int]
    coded: int
    drawn: int
    disagreed: int
    agreement: float | None
    sensitivity: Rate | None
    specificity: Rate | None
    corrected: Corrected | None
    refused: str = ""


def audited(drawn: Sequence[AuditDraw], answers: Sequence[Code], rules: Mapping[str, str], seed: int = SEED) -> Audited:
    """From the sample, everybody's answers, and what the rules say today of each demand.

    An item is true as all who coded it agree; where they do not, it is left out and counted. What was drawn and not
    coded is taken to be like what was coded of its stratum.
    """
    given = _answers(drawn, answers)
    agreed = {one: types.pop() for one, types in given.items() if len(types) == 1}
    told = [one for one in drawn if agreed.get(one.interaction_id) in TELLS and rules.get(one.interaction_id) in TELLS]
    audit = _audit(told, agreed, rules)
    kappa = _agreement(drawn, answers)
    disagreed = sum(1 for types in given.values() if len(types) > 1)
    by_rule = sum(one == FAILS for one in rules.values()), sum(one in TELLS for one in rules.values())
    found = Audited(
        by_rule, len(given), len(drawn), disagreed, kappa, audit.sensitivity, audit.specificity,
        corrected(by_rule[0] / by_rule[1], audit, seed) if told else None,
    )  # fmt: skip
    why = _why_not(drawn, given, answers, found)
    return replace(found, corrected=None, refused=why) if why else found


def _answers(drawn: Sequence[AuditDraw], answers: Sequence[Code]) -> dict[str, set[str]]:
    sample = {one.interaction_id for one in drawn}
    given: dict[str, set[str]] = {}
    for (_, demand), code in kept.by_coder(answers).items():
        if demand in sample and code.drawn == DRAWN and code.demand_type:
            given.setdefault(demand, set()).add(code.demand_type)
    return given


def _audit(told: Sequence[AuditDraw], agreed: Mapping[str, str], rules: Mapping[str, str]) -> Audit:
    stratum = np.array([TELLS.index(one.rule_type) for one in told], np.int64)
    coded = np.bincount(stratum, minlength=len(TELLS))
    return Audit(
        says=np.array([rules[one.interaction_id] == FAILS for one in told], bool),
        true=np.array([agreed[one.interaction_id] == FAILS for one in told], bool),
        stratum=stratum,
        weight=np.array([one.of / coded[at] for one, at in zip(told, stratum, strict=True)], np.float64),
    )


def _agreement(drawn: Sequence[AuditDraw], answers: Sequence[Code]) -> float | None:
    """Cohen's κ of two coders, Krippendorff's α of more, however few they coded twice; None where it is not defined."""
    sample = {one.interaction_id for one in drawn}
    ours = [one for one in answers if one.interaction_id in sample and (one.drawn == DRAWN or one.withdrawn)]
    for one in questions(ours, fewest=1):
        if one.asked == "demand_type":
            measure = one.found.alpha if one.found.kappa is None else one.found.kappa
            return None if measure is None else measure.value
    return None


def _why_not(
    drawn: Sequence[AuditDraw], given: Mapping[str, set[str]], answers: Sequence[Code], found: Audited
) -> str:  # fmt: skip
    for said in TELLS:
        ours = [one for one in drawn if one.rule_type == said]
        coded = sum(1 for one in ours if one.interaction_id in given)
        least = min(EACH, len(ours))
        if coded < least or not ours:
            return (
                f"Refused: {coded} of the {len(ours)} demands drawn from rule-{said} are coded; {least or EACH} needed."
            )
    if found.agreement is None:
        answered = [one for _, one in kept.by_coder(answers) if one in given]
        if len(answered) == len(given):
            return (
                "Refused: no demand of the audit is coded by two people; two are needed, each without seeing the"
                " other's answers."
            )
    elif found.agreement < TALK:
        return (
            f"Refused: the coders agree too little (κ = {found.agreement:.2f}). Agree the definitions again by going"
            " through the words together."
        )
    if found.corrected is None:
        return "Refused: sensitivity and specificity together are 1.2 or less; the rules tell too little apart."
    return ""


NONE = "No demand that can be told apart is coded by hand."
NAME, IDS = "failure_demand_share", "M012;M013"
NOT_DRAWN = (
    "No audit yet: `personshaped audit draw` makes a sample for two people to code; until then nothing is corrected"
)


_BLANK = Figure(NAME, IDS, "", "", "", None, "share")
_REFUSED = replace(_BLANK, basis="hand", n=0, note=NONE)


def figures(found: Audited | None) -> list[Figure]:
    """The corrected share, with what it rests on; an empty value that says why where it is refused."""
    share = replace(_BLANK, basis="corrected", note=f"{NOT_DRAWN}.")
    if found is None:
        return [share]
    made = [_corrected(share, found)]
    for name, rate in (("rule_sensitivity", found.sensitivity), ("rule_specificity", found.specificity)):
        if rate is not None:
            made.append(
                Figure(name, "R2", "", "", "", rate.value, "share", low=rate.low, high=rate.high, n=rate.n,
                       basis="hand", note=_sample(found))
            )  # fmt: skip
    if found.agreement is not None:
        made.append(
            Figure("coder_agreement", "R2", "", "", "", found.agreement, "ratio", n=found.coded, basis="hand",
                   note=f"Cohen's κ of two coders (Krippendorff's α of more). {_sample(found)}")
        )  # fmt: skip
    return made


def _corrected(share: Figure, found: Audited) -> Figure:
    if found.corrected is None or found.sensitivity is None or found.specificity is None:
        return replace(share, n=found.coded, note=f"{found.refused} {_sample(found)}")
    note = (
        f"What the rules alone say ({found.by_rule[0]:,} of {found.by_rule[1]:,}), corrected by an audit"
        f" (Rogan–Gladen): of failure demand the rules find"
        f" {found.sensitivity.value:.0%} ({found.sensitivity.low:.0%}–{found.sensitivity.high:.0%}), of value demand"
        f" they leave alone {found.specificity.value:.0%} ({found.specificity.low:.0%}–{found.specificity.high:.0%})."
        f" {_sample(found)} Demands without words are taken to be like those with them."
    )
    one = found.corrected
    return replace(share, value=one.value, low=one.low, high=one.high, n=found.coded, note=note)


def _sample(found: Audited) -> str:
    return f"{found.coded} of {found.drawn} drawn are coded; {found.disagreed} on which people differ are left out."


def beside(figures_: Sequence[Figure], audit: Sequence[Figure], drawn: bool) -> list[Figure]:
    """The figures with the three numbers together; the hand row says where its demands were chosen for an audit."""
    whole = [
        i for i, one in enumerate(figures_) if one.name == NAME and not (one.by or one.group or one.period)
    ]  # fmt: skip
    if not whole or all(figures_[i].value is None for i in whole):
        return list(figures_)
    made = [_not_a_picture(one) if drawn and i in whole else one for i, one in enumerate(figures_)]
    by_hand = [] if any(figures_[i].basis == "hand" for i in whole) else [_REFUSED]
    return [*made[: whole[-1] + 1], *by_hand, *audit, *made[whole[-1] + 1 :]]


def _not_a_picture(one: Figure) -> Figure:
    if one.basis != "hand" or "sample" in one.note:
        return one
    chosen = "Half of the audit was drawn from what the rules call failure demand: no picture of all; see corrected."
    return replace(one, note=f"{one.note} {chosen}".strip())
