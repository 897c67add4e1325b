"""The lists of words that stand around what points at a person (`redaction_words.toml`), as patterns for RE2."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_LISTS = tomllib.loads(files("personshaped.records").joinpath("redaction_words.toml").read_text(encoding="utf-8"))
MARK = "\ue000"
"""Stands before a word that looks like what is sought and is none. Of the private use area: in no text."""


def any_of(name: str) -> str:
    """The words of one list, as alternatives."""
    words = [" ".join(one.split()) for one in _LISTS[name].split(",")]
    return "|".join(words).replace(".", r"\.")
