"""One row for each thing that truly happened: the record type that the simulation fills and the rest reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from personshaped.tables import ACTIVITIES, CANONICAL, INITIATORS, OUTCOMES

Rows = npt.NDArray[np.void]
"""A structured array of EVENT."""

REASONS: tuple[str, ...] = CANONICAL["interactions"]["reason"].values
KINDS: tuple[str, ...] = ("first", "again", "chase", "mistake", "rework")
"""What an asking truly is: the first for its need, or one of four kinds of failure demand ('mistake' may be first)."""

EVENT = np.dtype(
    [
        ("need", np.int32),
        ("agency", np.int16),
        ("time", np.float64),  # days from the start of the simulation
        ("cycle", np.int32),  # one try of one agency at one need
        ("activity", np.int8),
        ("origin", np.int8),  # index into INITIATORS
        ("outcome", np.int8),
        ("reason", np.int8),
        ("referred_to", np.int16),
        ("kind", np.int8),  # index into KINDS, demands only
        ("after", np.int16),  # agency after whose work a failure demand comes
        ("met", np.int8),  # the person's word: 1 yes, 0 no, -1 not asked
        ("truly_met", np.bool_),
        ("crisis", np.bool_),
        ("minutes", np.float32),
        ("cost", np.float32),
        ("worked", np.int8),  # the way of working: 0 the scenario's own, else its turn of that number
    ]
)

ACTIVITY = {name: np.int8(place) for place, name in enumerate(ACTIVITIES)}
OUTCOME = {name: np.int8(place) for place, name in enumerate(OUTCOMES)}
REASON = {name: np.int8(place) for place, name in enumerate(REASONS)}
ORIGIN = {name: np.int8(place) for place, name in enumerate(INITIATORS)}
KIND = {name: np.int8(place) for place, name in enumerate(KINDS)}

MINUTES = {
    "demand": 8, "screen": 20, "assess": 70, "do": 50, "visit": 60, "refer": 18, "approve": 15, "record": 12,
    "report": 15, "review": 35, "meeting": 40, "pull": 45, "letter": 10, "close": 6,
}  # fmt: skip
"""Mean worked minutes of a row of each kind (spec 6.2); each row is drawn from Gamma(4, mean / 4)."""


@dataclass
class Log:
    """What has happened so far; `add` keeps rows, `all` gives them as one array."""

    rng: np.random.Generator
    parts: list[Rows] = field(default_factory=list)

    def blank(self, activity: str, need: npt.NDArray[np.int32], agency: npt.NDArray[np.int16]) -> Rows:
        """Rows of one kind, begun by the agency itself, with minutes drawn and everything else unsaid."""
        rows = np.zeros(len(need), EVENT)
        rows["need"], rows["agency"] = need, agency
        rows["activity"] = ACTIVITY[activity]
        rows["origin"] = ORIGIN["own_agency"]
        for name in ("outcome", "reason", "referred_to", "kind", "after", "met"):
            rows[name] = -1
        rows["cost"] = np.nan
        rows["minutes"] = self.rng.gamma(4.0, 0.25, len(need)) * MINUTES[activity]
        return rows

    def add(self, rows: Rows) -> None:
        self.parts.append(rows)

    def all(self) -> Rows:
        """Every row added, in order of need and time."""
        rows = np.concatenate(self.parts) if self.parts else np.zeros(0, EVENT)
        return rows[np.lexsort((rows["time"], rows["need"]))]
