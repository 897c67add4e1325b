"""What a scenario writes beside the agencies' files: tables of another kind, and the figures they were made to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import numpy as np

from personshaped.locality.accounts import rent
from personshaped.locality.care import care_at_home
from personshaped.locality.elsewhere import twelve_localities
from personshaped.locality.providers import providers
from personshaped.locality.scenarios import Beside
from personshaped.locality.written import Written


class Writer(Protocol):
    """Writes the tables of a window; `people` are those of the town of whom some agency has a record."""

    def __call__(self, start: date, end: date, people: Sequence[int], rng: np.random.Generator) -> Written: ...


WRITERS: dict[Beside, Writer] = {
    Beside.RENT: rent,
    Beside.CARE: care_at_home,
    Beside.SURVEY: providers,
    Beside.LOCALITIES: twelve_localities,
}
