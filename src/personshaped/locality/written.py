"""Tables written beside the agencies' files, with what is true of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

Figure = tuple[str, str, str]
"""The (name, by, group) under which a study gives a figure."""


@dataclass(frozen=True)
class Written:
    """Canonical tables by name, the figures that are true of them, and who in the town they are about."""

    tables: Mapping[str, pa.Table]
    truths: Mapping[Figure, float]
    people: Mapping[int, str] = field(default_factory=dict)  # person of the town -> the id that the tables give them
