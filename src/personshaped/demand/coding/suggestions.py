"""What the machine guesses about a demand, and which coded demands are like it. It orders and helps; it counts nothing.

Three separate questions: what is it about, is it failure demand, and if so of which kind. Text as characters and words
(TF-IDF), as what it is about among all texts, coded or not (latent semantic analysis: Deerwester et al. 1990), and as
words that say whether something was done (`cues`), with whom it was said to and what happened before beside it.

A guess is the mean of two models: a logistic regression on all of this, and one that goes by likeness to the texts that
were coded (a radial kernel), a support vector machine with its scores made probabilities (Platt 1999), or a regression
too where an answer is still rare or there are more than two. Every guess is a probability, and nothing is downloaded.
Where a sentence model is at hand, two fifths of a guess are what is said or guessed of the texts that mean nearly the
same, coded or not (label propagation: Zhu & Ghahramani 2002, one step).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from personshaped.demand.coding.cues import cues
from personshaped.demand.coding.embedding import WIDTH
from personshaped.statistics.designed import Numbers, Places

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

HISTORY = ("asked before about it", "days since anything happened", "agencies so far", "something is under way")
"""What stands beside the text: numbers about what came before the demand."""
FOLDS = 5
_STRENGTH, _STRENGTH_OF_MEANING, _STRENGTH_OF_MACHINE = 10.0, 100.0, 3.0
_OFTEN = 10  # of each answer, for the machine to set its probabilities by
_AGENCIES, _TO_WHOM = 20, 0.6  # how many agencies have a column, and how much it weighs
_ABOUT = 50  # dimensions of what texts are about
_ENOUGH = 20_000  # texts, to find those dimensions in
_HELD = 500  # coded texts, at the most, to which likeness goes
_BLOCK = 20_000
_BESIDE = 5  # texts that mean nearly the same, of each kind of nearness
_LOOKED = 10_000  # texts, to find those among
_OF_OTHERS = 0.4  # of a guess, what is said of them
_LONGEST = 2000  # characters: a letter pasted whole says what it asks for at its start


@dataclass(frozen=True)
class Features:
    """Texts and histories of all demands as one sparse matrix, rows in the order given; `near` is what likeness goes
    by: what a text is about, and its cues. `beside`, with a sentence model, holds the places of texts that mean nearly
    the same, a row each."""

    matrix: csr_matrix
    words: csr_matrix
    near: Numbers
    beside: Places | None = None

    def __len__(self) -> int:
        return int(self.matrix.shape[0])


def features(
    texts: Sequence[str],
    history: Numbers,
    embed: Callable[[Sequence[str]], NDArray[np.float32]] | None = None,
    agencies: Sequence[str] = (),
) -> Features:
    """Features of `texts`, `history` (n × 4, as `HISTORY`) and whom each was said to, where `agencies` tells.

    `embed` adds a sentence model's numbers.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    cut = [text[:_LONGEST] for text in texts]
    rare = 1 if len(cut) < 2000 else 2
    try:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=rare, max_features=50_000).fit_transform(
            cut
        )
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=rare + 1, max_features=50_000
        ).fit_transform(cut)
    except ValueError:  # no text has a word
        words = letters = csr_matrix((len(cut), 1))
    scaled = np.log1p(np.clip(history, 0, None))
    said = hstack([words, letters]).tocsr()
    to_whom = _each(agencies, len(cut))
    near = np.hstack([_about(said), cues(cut), to_whom])
    parts = [said, csr_matrix(near), csr_matrix(scaled / np.maximum(scaled.max(axis=0, initial=0), 1.0))]
    beside = None
    if embed is not None:
        meant = embed(cut)
        parts.append(csr_matrix(meant * 2.0))
        near = np.hstack([near, meant])
        beside = _beside(meant)
    return Features(hstack(parts).tocsr().astype(np.float32), words.tocsr(), near, beside)


def _beside(meant: NDArray[np.float32]) -> Places | None:
    """For each text those nearest in meaning: five by what is said, five by how (`embedding.meaning`).

    Of many texts a sample is looked through, so that the cost grows with their number only.
    """
    n = len(meant)
    if n <= _BESIDE:
        return None
    sample = np.sort(np.random.default_rng(0).permutation(n)[:_LOOKED])
    found = np.zeros((n, 2 * _BESIDE), dtype=np.int64)
    for at, part in enumerate((meant[:, :WIDTH], meant[:, WIDTH:])):
        for rows in np.array_split(np.arange(n), n // 1000 + 1):
            close = part[rows] @ part[sample].T
            close[rows[:, None] == sample] = -np.inf  # not the text itself
            best = np.argpartition(-close, _BESIDE - 1, axis=1)[:, :_BESIDE]
            found[rows, at * _BESIDE : (at + 1) * _BESIDE] = sample[best]
    return found


def _each(agencies: Sequence[str], n: int) -> Numbers:
    """A column for each of the agencies most is said to, if there are several."""
    often = [one for one, _ in Counter(agencies).most_common(_AGENCIES)]
    if len(often) < 2:
        return np.zeros((n, 0))
    return _TO_WHOM * (np.array(agencies)[:, None] == np.array(often)).astype(np.float64)


def _about(said: csr_matrix) -> Numbers:
    """Each text at length 1 in the dimensions in which texts differ most; found in a sample where there are many."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    dimensions = min(_ABOUT, *(size - 1 for size in said.shape))
    if dimensions < 2:
        return np.zeros((said.shape[0], 0))
    sample = np.random.default_rng(0).permutation(said.shape[0])[:_ENOUGH]
    with np.errstate(divide="ignore", invalid="ignore"):  # of texts all the same nothing differs
        found = TruncatedSVD(dimensions, random_state=0).fit(said[np.sort(sample)])
    return np.asarray(normalize(found.transform(said)))


Guess = Callable[[Places], Numbers]


def learn(made: Features, coded: Places, answers: Sequence[str]) -> tuple[list[str], Guess]:
    """The answers seen so far in alphabetical order, and what gives for rows the probability of each.

    Where only one answer was ever given, its probability is what one more of it would make it (n + 1 of n + 2).
    """
    classes = sorted(set(answers))
    if len(classes) < 2:
        n = len(answers)
        return classes, lambda asked: np.full((len(asked), len(classes)), (n + 1) / (n + 2))
    own = _own_guesses(made, coded, answers)
    beside = made.beside
    if beside is None:
        return classes, own
    of = dict(zip(coded.tolist(), answers, strict=True))

    def guess(asked: Places) -> Numbers:
        rows, place = np.unique(np.concatenate([asked, beside[asked].ravel()]), return_inverse=True)
        alone = own(rows)
        said = alone.copy()
        known = np.isin(rows, coded)
        said[known] = [[of[row] == one for one in classes] for row in rows[known].tolist()]
        here, there = place[: len(asked)], place[len(asked) :].reshape(len(asked), -1)
        return np.asarray((1 - _OF_OTHERS) * alone[here] + _OF_OTHERS * said[there].mean(axis=1))

    return classes, guess


def guesses(made: Features, coded: Places, answers: Sequence[str], asked: Places) -> tuple[list[str], Numbers]:
    """For each row of `asked` the probability of each answer seen so far, as `learn` gives them."""
    classes, guess = learn(made, coded, answers)
    return classes, guess(asked)


def _own_guesses(made: Features, coded: Places, answers: Sequence[str]) -> Callable[[Places], Numbers]:
    """What is guessed of each text by itself: the mean of both models."""
    by_all = _learnt(made.matrix[coded], answers)
    by_likeness = _learnt_by_likeness(made.near, coded, answers, made.beside is not None)

    def guess(asked: Places) -> Numbers:
        parts = np.array_split(asked, max(1, len(asked) // _BLOCK))
        near = np.vstack([by_likeness(one) for one in parts])
        return np.asarray((by_all.predict_proba(made.matrix[asked]) + near) / 2)

    return guess


def _learnt_by_likeness(
    near: Numbers, coded: Places, answers: Sequence[str], by_meaning: bool
) -> Callable[[Places], Numbers]:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    often = Counter(answers)
    if len(often) == 2 and min(often.values()) >= _OFTEN:
        machine = CalibratedClassifierCV(SVC(C=_STRENGTH_OF_MACHINE, gamma=1.0), ensemble=False, cv=FOLDS)
        machine.fit(near[coded], np.array(answers))
        return lambda places: np.asarray(machine.predict_proba(near[places]))
    likeness = _likeness(near, coded)
    model = _learnt(likeness(coded), answers, _STRENGTH_OF_MEANING if by_meaning else _STRENGTH)
    return lambda places: np.asarray(model.predict_proba(likeness(places)))


def _learnt(rows: csr_matrix | Numbers, answers: Sequence[str], strength: float = _STRENGTH) -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=400)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes")  # people name many needs before they repeat
        return model.fit(rows, np.array(answers))


def _likeness(near: Numbers, coded: Places) -> Callable[[Places], Numbers]:
    """Rows as coordinates in which the radial kernel to the coded rows is a plain product (Williams & Seeger 2001)."""
    held = near[np.random.default_rng(0).permutation(coded)[:_HELD]]

    def kernel(rows: Numbers) -> Numbers:
        apart = (rows**2).sum(axis=1)[:, None] + (held**2).sum(axis=1) - 2 * rows @ held.T
        return np.asarray(np.exp(-np.maximum(apart, 0.0)))

    sizes, axes = np.linalg.eigh(kernel(held))
    told = sizes > 1e-6
    turned = axes[:, told] / np.sqrt(sizes[told])
    return lambda places: kernel(near[places]) @ turned


def likely(chance: Numbers) -> NDArray[np.bool_]:
    """Which items to suggest a yes for: the cut that makes the expected F1 of the suggestions greatest.

    At one half nothing rare would ever be suggested; this cut follows how common a yes is (Lewis 1995).
    """
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(chance[order])
    expected = 2 * hits / (np.arange(1, len(chance) + 1) + chance.sum())
    said = np.zeros(len(chance), dtype=bool)
    said[order[: int(np.argmax(expected)) + 1]] = True
    return said


def cross_fitted(made: Features, person: Places, coded: Places, yes: Numbers) -> Numbers:
    """The probability of a yes for every row, each from the answers about other persons only, in five folds."""
    fold = person % FOLDS
    chances = np.full(len(made), (yes.sum() + 1) / (len(yes) + 2))
    for one in range(FOLDS):
        learnt = fold[coded] != one
        asked = np.nonzero(fold == one)[0]
        if not learnt.any() or not len(asked):
            continue
        said = ["yes" if value else "no" for value in yes[learnt]]
        classes, chance = guesses(made, coded[learnt], said, asked)
        column = chance[:, classes.index("yes")] if "yes" in classes else 1 - chance[:, 0]
        chances[asked] = np.clip(column, 0.001, 0.999)
    return chances


def alike(words: csr_matrix, coded: Places, asked: int, most: int = 3) -> list[int]:
    """The coded demands whose words are most like those of `asked`, nearest first; none that share no word."""
    near = np.asarray((words[coded] @ words[asked].T).todense()).ravel()
    best = [i for i in np.argsort(-near, kind="stable")[: most + 1] if near[i] > 0.05 and coded[i] != asked]
    return [int(coded[i]) for i in best[:most]]
