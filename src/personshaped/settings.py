"""One frozen settings object: every threshold of the rules, with the default of the specification (section 9)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The thresholds that every rule takes, and every output prints. Days are differences of calendar dates.

    `window_start` is included, `window_end` (the cut) is not. Both are None until a study has seen its rows;
    without a declared window it runs from the day of the first row to the day after the last.
    """

    window_start: date | None = None
    window_end: date | None = None
    window_declared: bool = False
    history_complete: bool = False
    look_back: int = 365  # R2: how far back "first" looks; also the burn-in of each agency's extract
    stale: int = 90  # R3: a cycle without a row for longer is over
    handover: int = 60  # R2, R4: how long a referral keeps the person in
    reopen: int = 90  # R5: asking again within this of "met" re-opens the need
    settle: int = 28  # R6: "met" must be said within this of the opening
    horizon: int = 365  # M040: follow-up after an assessment
    expected_repeat: tuple[str, ...] = ()  # issues or services whose repeats are as planned (R2)
    link_threshold: float = 0.95  # Stat 13: records at or above it are joined
    stable_within: float = 0.02  # Stat 2: a yearly change shown to lie inside ± this share is called stable
    price_year: int | None = None  # Stat 6: uprate costs to this year's prices; None = as recorded

    def as_json(self) -> dict[str, Any]:
        """The settings in force as plain values, for `run.json` and page 9."""
        return {
            key: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }
