"""How well the suggestions guess, and how fast: `python benchmarks/listening.py DATA [--embed]`.

DATA holds `banking77/{train,test}.csv` (PolyAI, CC BY 4.0) and `nhs_patient_feedback/neas.csv` (pxtextmining, MIT).
Neither was coded as value or failure demand; what is taken as failure demand is written below. Prints, for 300 codes
drawn at random, and drawn half where the machine is unsure: F1 of failure demand, and from four fifths of all codes
(cross-validated), all that codes can bring; then the same where it is rare.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from personshaped.demand.coding import embedding
from personshaped.demand.coding.suggestions import Features, features, guesses, likely
from personshaped.statistics.designed import probabilities
from personshaped.study.guessing import SUREST

FAILURE_INTENTS = {
    "Refund_not_showing_up", "balance_not_updated_after_bank_transfer",
    "balance_not_updated_after_cheque_or_cash_deposit", "beneficiary_not_allowed", "card_arrival", "card_not_working",
    "card_payment_fee_charged", "card_payment_not_recognised", "card_payment_wrong_exchange_rate", "card_swallowed",
    "cash_withdrawal_charge", "cash_withdrawal_not_recognised", "contactless_not_working", "declined_card_payment",
    "declined_cash_withdrawal", "declined_transfer", "direct_debit_payment_not_recognised",
    "extra_charge_on_statement", "failed_transfer", "pending_card_payment", "pending_cash_withdrawal",
    "pending_top_up", "pending_transfer", "pin_blocked", "reverted_card_payment?", "top_up_failed", "top_up_reverted",
    "transaction_charged_twice", "transfer_fee_charged", "transfer_not_received_by_recipient",
    "unable_to_verify_identity", "virtual_card_not_working", "why_verify_identity", "wrong_amount_of_cash_received",
    "wrong_exchange_rate_for_cash_withdrawal",
}  # fmt: skip
"""Of 77 intents those of someone chasing, contesting, or asking because something did not work."""
FAILURE_TOPICS = (
    "Timeliness of care", "Contacting services", "Being kept informed, clarity & consistency of information",
    "Organisation & efficiency", "Appointment arrangements", "Transport to/ from services",
    "Negative experience & dissatisfaction", "Diagnosis & triage", "Referals & continuity of care", "Patient records",
)  # fmt: skip
"""Of the topics that people coded, those of something not done, or not done right. They say what it is about, not which
way: "on time" and "two hours late" are both timeliness. The way is in the coders' own rating of the comment."""
POSITIVE, MIXED, NEGATIVE = ("1", "2"), ("3",), ("4", "5")
"""Their rating, from very positive (1) to very negative (5); mixed comments are 3, as the data's description says."""
CODES, REPEATS = 300, 8
Read = tuple[list[str], np.ndarray, list[str]]
"""Texts, which are failure demand, and whom each was said to: 111, an ambulance, patient transport; one bank."""


def banking(data: Path) -> Read:
    rows = [row for part in ("train", "test") for row in csv.DictReader((data / "banking77" / f"{part}.csv").open())]
    return [row["text"] for row in rows], np.array([row["category"] in FAILURE_INTENTS for row in rows]), []


def comments(data: Path) -> list[dict[str, str]]:
    """What people wrote, each text once; "Did not answer" (1,198 rows) and one or two words are no words to code."""
    path = data / "nhs_patient_feedback" / "neas.csv"
    rows = [row for row in csv.DictReader(path.open(encoding="utf-8-sig")) if row["Labelling not possible"] != "1"]
    once = {" ".join(row["FFT answer"].casefold().split()): row for row in reversed(rows)}
    return [row for text, row in once.items() if len(text.split()) > 2]


def ambulance(data: Path) -> Read:
    """Comments rated one way: negative is failure demand, positive value; mixed ones a person would call unsure."""
    rows = [row for row in comments(data) if row["Comment sentiment"] in (*POSITIVE, *NEGATIVE)]
    failed = np.array([row["Comment sentiment"] in NEGATIVE for row in rows])
    return [row["FFT answer"] for row in rows], failed, [row["Service type 1"] for row in rows]


def every_comment(data: Path) -> Read:
    """Every comment: failure demand where it has a topic of failure and is not rated positive; all others are value."""
    rows = comments(data)
    failed = [
        any(row[topic] == "1" for topic in FAILURE_TOPICS) and row["Comment sentiment"] in (*MIXED, *NEGATIVE)
        for row in rows
    ]
    return [row["FFT answer"] for row in rows], np.array(failed), [row["Service type 1"] for row in rows]


def any_complaint(data: Path) -> Read:
    """Every comment, by the rating alone: negative and mixed ones are failure demand, all others value."""
    rows = comments(data)
    failed = np.array([row["Comment sentiment"] in (*MIXED, *NEGATIVE) for row in rows])
    return [row["FFT answer"] for row in rows], failed, [row["Service type 1"] for row in rows]


def f1(yes: np.ndarray, said: np.ndarray) -> float:
    both = float((yes & said).sum())
    return 2 * both / max(1.0, float(yes.sum() + said.sum()))


def tried(made: Features, yes: np.ndarray, draw: Callable[[np.random.Generator], np.ndarray]) -> list[float]:
    found = []
    for seed in range(REPEATS):
        coded = draw(np.random.default_rng(seed))
        rest = np.setdiff1d(np.arange(len(yes)), coded)
        answers = ["failure" if one else "value" for one in yes[coded]]
        classes, chance = guesses(made, coded, answers, rest)
        said = likely(chance[:, classes.index("failure")]) if "failure" in classes else np.zeros(len(rest), bool)
        found.append(f1(yes[rest], said))
    return found


def cross_validated(made: Features, yes: np.ndarray) -> float:
    fold = np.random.default_rng(1).permutation(len(yes)) % 5
    chance = np.zeros(len(yes))
    for one in range(5):
        coded, rest = np.nonzero(fold != one)[0], np.nonzero(fold == one)[0]
        chance[rest] = guesses(made, coded, ["failure" if it else "value" for it in yes[coded]], rest)[1][:, 0]
    return f1(yes, likely(chance))


def at_random(n: int, codes: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda random: random.permutation(n)[:codes]


def half_unsure(made: Features, yes: np.ndarray, codes: int) -> Callable[[np.random.Generator], np.ndarray]:
    """As the queue draws: half at random, half in step with the doubt, in rounds of twenty."""

    def draw(random: np.random.Generator) -> np.ndarray:
        coded = random.permutation(len(yes))[:20]
        while len(coded) < codes:
            answers = ["failure" if one else "value" for one in yes[coded]]
            classes, chance = guesses(made, coded, answers, np.arange(len(yes)))
            guess = chance[:, classes.index("failure")] if "failure" in classes else np.full(len(yes), SUREST)
            open_ = np.ones(len(yes), bool)
            open_[coded] = False
            chances = probabilities(np.clip(guess, SUREST, 1 - SUREST), open_, 10, 10)
            unsure = np.nonzero(random.random(len(yes)) < chances)[0]
            other = random.permutation(np.setdiff1d(np.nonzero(open_)[0], unsure))[:10]
            coded = np.concatenate([coded, unsure, other])
        return coded[:codes]

    return draw


def rare(yes: np.ndarray, share: float) -> np.ndarray:
    """Places of a mix in which failure demand is as rare as `share`."""
    random = np.random.default_rng(1)
    value, failure = np.nonzero(~yes)[0], np.nonzero(yes)[0]
    keep = random.permutation(failure)[: round(len(value) * share / (1 - share))]
    return np.sort(np.concatenate([value, keep]))


def says(name: str, found: Sequence[float]) -> None:
    print(f"{name:58} F1 {np.mean(found):.3f} (from {min(found):.3f} to {max(found):.3f})", flush=True)


def main() -> None:
    data, by_meaning = Path(sys.argv[1]), "--embed" in sys.argv
    embed = (lambda texts: embedding.meaning(texts, Path("embeddings.npz"))) if by_meaning else None
    for name, read in (
        ("banking77", banking),
        ("ambulance comments", ambulance),
        ("ambulance comments, mixed ones failure", any_complaint),
        ("ambulance comments, mixed ones by topic", every_comment),
    ):
        texts, yes, agencies = read(data)
        made = features(texts, np.zeros((len(texts), 4)), embed, agencies)
        print(f"{name}: {len(texts):,} texts, failure demand {yes.mean():.0%}")
        says(f"  {CODES} codes at random", tried(made, yes, at_random(len(yes), CODES)))
        says(f"  {CODES} half where unsure", tried(made, yes, half_unsure(made, yes, CODES)))
        says("  four fifths of all codes", [cross_validated(made, yes)])
        few = rare(yes, 0.05)
        to_whom = [agencies[i] for i in few] if agencies else []
        part, rarely = features([texts[i] for i in few], np.zeros((len(few), 4)), embed, to_whom), yes[few]
        says(f"  failure 5%: {CODES} at random", tried(part, rarely, at_random(len(few), CODES)))
        says(f"  failure 5%: {CODES} half where unsure", tried(part, rarely, half_unsure(part, rarely, CODES)))
    texts = [f"{text} {i}" for i, text in enumerate((banking(data)[0] * 8)[:100_000])]
    began = time.process_time()
    made = features(texts, np.zeros((len(texts), 4)))
    coded = np.arange(CODES)
    guesses(made, coded, ["failure" if i % 2 else "value" for i in coded], np.arange(len(texts)))
    print(f"100,000 texts read and guessed, default: {time.process_time() - began:.0f} CPU seconds")


if __name__ == "__main__":
    main()
