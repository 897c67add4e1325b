"""Listening 12: what the machine guesses from, on whatever texts there are; it counts nothing and refuses nothing."""

from __future__ import annotations

import numpy as np
import pytest

from personshaped.demand.coding.cues import NAMES, cues
from personshaped.demand.coding.embedding import WIDTH
from personshaped.demand.coding.suggestions import cross_fitted, features, guesses

GOOD = "thank you, the nurse was kind and came quickly"
BAD = "still waiting, nobody rang back and the letter was lost"


def counted(text: str) -> dict[str, float]:
    """How many of each list's words, in thirds of "many"."""
    return dict(zip(NAMES, (3 * cues([text])[0, : len(NAMES)]).round().tolist(), strict=True))


def test_words_of_something_done_or_not_are_counted_by_list() -> None:
    assert counted(BAD) == {"no": 1, "again": 2, "wrong": 1, "well": 0, "should": 0}
    assert counted(GOOD) == {"no": 0, "again": 0, "wrong": 0, "well": 3, "should": 0}
    assert counted("They don\u2019t ring, they won't write, I can't wait") == {
        "no": 3, "again": 1, "wrong": 0, "well": 0, "should": 0,
    }  # fmt: skip


def test_three_words_of_a_list_are_many_and_a_long_text_has_fewer_for_its_length() -> None:
    short, long = cues(["late late late late", "late late late late" + " word" * 36])
    again = NAMES.index("again")
    assert (short[again], long[again]) == (1, 1)
    assert short[len(NAMES) + again] == 1
    assert long[len(NAMES) + again] == pytest.approx(3 * 4 / 40)


def guessed(texts: list[str], coded: list[int], answers: list[str]) -> tuple[list[str], np.ndarray]:
    made = features(texts, np.zeros((len(texts), 4)))
    return guesses(made, np.array(coded), answers, np.arange(len(texts)))


def test_a_text_like_those_coded_failure_is_guessed_so() -> None:
    texts = [GOOD, BAD] * 20 + ["the driver was kind, thank you", "nobody came, still waiting for the letter"]
    classes, chance = guessed(texts, list(range(40)), ["value", "failure"] * 20)
    assert classes == ["failure", "value"]
    assert chance.sum(axis=1) == pytest.approx(np.ones(len(texts)))
    assert chance[40, 0] < 0.5 < chance[41, 0]


STRANGE = {
    "empty": ["", " ", "\n", "."] * 10,
    "one letter": ["a", "b", "c", "d"] * 10,
    "all the same": ["my card has not come"] * 40,
    "signs alone": ["\U0001f621", "\U0001f44d\U0001f44d", "??", "\u2026"] * 10,
    "Welsh": ["dwi dal heb glywed dim", "diolch am eich help", "mae'r boeler wedi torri eto", "ble mae'r llythyr"] * 10,
    "long letters": ["I wrote and nobody answered. " * 600, "Thank you for the visit. " * 600] * 20,
    "no blanks": ["\u6211\u9700\u8981\u5e2e\u52a9", "\u8c22\u8c22\u4f60\u4eec"] * 20,
    "words of a megabyte": ["x" * 1_000_000, "y" * 1_000_000] * 2,
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("texts", STRANGE.values(), ids=STRANGE)
def test_any_texts_get_probabilities_and_no_error(texts: list[str]) -> None:
    answers = ["value" if i % 2 else "failure" for i in range(len(texts))]
    classes, chance = guessed(texts, list(range(len(texts))), answers)
    assert classes == ["failure", "value"]
    assert np.isfinite(chance).all()
    assert chance.sum(axis=1) == pytest.approx(np.ones(len(texts)))


def test_one_answer_alone_is_likely_and_never_certain() -> None:
    classes, chance = guessed([GOOD] * 30, list(range(10)), ["value"] * 10)
    assert classes == ["value"]
    assert chance[:, 0] == pytest.approx(np.full(30, 11 / 12))


def test_cross_fitted_chances_come_from_other_persons_and_are_never_certain() -> None:
    texts = [GOOD, BAD] * 30
    made = features(texts, np.zeros((60, 4)))
    coded = np.arange(20)
    chance = cross_fitted(made, np.arange(60) // 2, coded, np.array([0.0, 1.0] * 10))
    assert ((chance >= 0.001) & (chance <= 0.999)).all()
    assert (chance[1::2] > chance[::2]).all()


def meaning_by_kind(kinds: np.ndarray) -> np.ndarray:
    """What a sentence model might say: texts of one kind mean the same, those of two have nothing in common."""
    made = np.zeros((len(kinds), 4 * WIDTH), np.float32)
    made[np.arange(len(kinds)), kinds] = made[np.arange(len(kinds)), WIDTH + kinds] = 0.5**0.5
    return made


def test_what_was_answered_of_texts_that_mean_the_same_is_part_of_a_guess() -> None:
    kinds = np.repeat([0, 1], 8)
    texts = [f"{letter * 5} {letter}" for letter in "abcdefghijklmnop"]  # no word in common
    made = features(texts, np.zeros((16, 4)), lambda _: meaning_by_kind(kinds))
    assert made.beside is not None
    for place, beside in enumerate(made.beside):
        assert place not in beside
        assert {kinds[one] for one in beside} == {kinds[place]}
    coded = np.array([one for one in range(16) if one not in (0, 8)])
    classes, chance = guesses(
        made, coded, ["failure" if kinds[one] == 0 else "value" for one in coded], np.array([0, 8])
    )
    assert classes == ["failure", "value"]
    assert chance.sum(axis=1) == pytest.approx(np.ones(2))
    assert chance[0, 0] > 0.7  # all ten beside it were answered failure: two fifths are theirs
    assert chance[1, 0] < 0.3


def test_few_texts_have_nothing_beside_them() -> None:
    made = features(["one", "two", "three"], np.zeros((3, 4)), lambda _: meaning_by_kind(np.array([0, 1, 0])))
    assert made.beside is None
    assert guesses(made, np.array([0, 1]), ["failure", "value"], np.array([2]))[1].shape == (1, 2)
