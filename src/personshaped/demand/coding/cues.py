"""Words that say whether something was done or not, counted: what 300 codes are too few to teach about each of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np

from personshaped.statistics.designed import Numbers

_LISTS = tomllib.loads(files("personshaped.demand.coding").joinpath("cues.toml").read_text(encoding="utf-8"))
NAMES = tuple(_LISTS)
_WHOLE = [frozenset(one for one in words.split() if not one.endswith("*")) for words in _LISTS.values()]
_BEGUN = [tuple(one[:-1] for one in words.split() if one.endswith("*")) for words in _LISTS.values()]
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MANY = 3


def cues(texts: Sequence[str]) -> Numbers:
    """For each text and each list how many of its words there are (three are many), and per word of it; 0 to 1."""
    known: dict[str, tuple[int, ...]] = {}
    counts = np.zeros((len(texts), len(NAMES)))
    lengths = np.ones((len(texts), 1))
    for i, text in enumerate(texts):
        words = _WORD.findall(text.casefold())
        lengths[i] = max(1, len(words))
        for word in words:
            lists = known.get(word)
            if lists is None:
                lists = known[word] = _lists_of(word)
            for one in lists:
                counts[i, one] += 1
    return np.hstack([np.minimum(counts, _MANY) / _MANY, np.minimum(1.0, _MANY * counts / lengths)])


def _lists_of(word: str) -> tuple[int, ...]:
    plain = word.replace("’", "'")
    if plain.endswith("n't"):
        return (NAMES.index("no"),)
    bare = plain.split("'")[0]
    return tuple(
        i
        for i, (whole, begun) in enumerate(zip(_WHOLE, _BEGUN, strict=True))
        if bare in whole or (bool(begun) and bare.startswith(begun))
    )
