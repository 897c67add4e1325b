"""What the machine guesses about a demand, and which coded demands are like it. It orders and helps; it counts nothing.

Three separate questions: what is it about, is it failure demand, and if so of which kind. Text as characters and words
(TF-IDF), as what it is about among all texts, coded or not (latent semantic analysis: Deerwester et al. 1990), and as
words that say whether something was done (`cues`), with what happened before beside it. A guess is the mean of two
logistic regressions: one on all of this, one on how near a text is to those that were coded (a radial kernel). Every
guess is a probability, and nothing is downloaded.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from personshaped.demand.coding.cues import cues
from personshaped.statistics.designed import Numbers, Places

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

HISTORY = ("asked before about it", "days since anything happened", "agencies so far", "something is under way")
"""What stands beside the text: numbers about what came before the demand."""
FOLDS = 5
_STRENGTH = 10.0
_ABOUT = 50  # dimensions of what texts are about
_ENOUGH = 20_000  # texts, to find those dimensions in
_HELD = 500  # coded texts, at the most, to which likeness goes
_BLOCK = 20_000
_LONGEST = 2000  # characters: a letter pasted whole says what it asks for at its start


@dataclass(frozen=True)
class Features:
    """Texts and histories of all demands as one sparse matrix, rows in the order given; `near` is what likeness goes
    by: what a text is about, and its cues."""

    matrix: csr_matrix
    words: csr_matrix
    near: Numbers

    def __len__(self) -> int:
        return int(self.matrix.shape[0])


def features(
    texts: Sequence[str], history: Numbers, embed: Callable[[Sequence[str]], NDArray[np.float32]] | None = None
) -> Features:
    """Features of `texts` and `history` (n × 4, as `HISTORY`); `embed` adds a sentence model's numbers."""
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
    near = np.hstack([_about(said), cues(cut)])
    parts = [said, csr_matrix(near), csr_matrix(scaled / np.maximum(scaled.max(axis=0, initial=0), 1.0))]
    if embed is not None:
        meant = embed(cut)
        parts.append(csr_matrix(meant * 2.0))
        near = np.hstack([near, meant])
    return Features(hstack(parts).tocsr().astype(np.float32), words.tocsr(), near)


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
    by_all = _learnt(made.matrix[coded], answers)
    likeness = _likeness(made.near, coded)
    by_likeness = _learnt(likeness(coded), answers)

    def guess(asked: Places) -> Numbers:
        parts = np.array_split(asked, max(1, len(asked) // _BLOCK))
        near = np.vstack([by_likeness.predict_proba(likeness(one)) for one in parts])
        return np.asarray((by_all.predict_proba(made.matrix[asked]) + near) / 2)

    return classes, guess


def guesses(made: Features, coded: Places, answers: Sequence[str], asked: Places) -> tuple[list[str], Numbers]:
    """For each row of `asked` the probability of each answer seen so far, as `learn` gives them."""
    classes, guess = learn(made, coded, answers)
    return classes, guess(asked)


def _learnt(rows: csr_matrix | Numbers, answers: Sequence[str]) -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_STRENGTH, max_iter=400)
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
