"""One frozen settings object: every threshold of the rules, with the default of the specification (section 9)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


def _meant(default: Any, meaning: str) -> Any:
    """A setting with what it means to those who set it; `docs/reference/settings.md` is made from these."""
    return field(default=default, metadata={"meaning": meaning})


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
    look_back: int = _meant(
        365,
        "How far back a demand is compared with earlier ones about the same thing. Each agency's first so many days"
        " are memory only and are not counted (R2)",
    )
    stale: int = _meant(90, "A round of assess, do, refer in which nothing happens for longer than this is over (R3)")
    handover: int = _meant(
        60,
        "How long after a referral the person still counts as inside the system: turning up at the next door within it"
        " is no new entry (R2, R4)",
    )
    reopen: int = _meant(
        90,
        "Asking again within so many days of saying that the need is met opens the same need again, not a new one (R5)",
    )
    settle: int = _meant(
        28, "A need is settled at the first contact only if the person says so within so many days of its opening (R6)"
    )
    horizon: int = _meant(365, "How long after an assessment a service that follows from it is looked for (M040)")
    expected_repeat: tuple[str, ...] = _meant(
        (), "Issues or services where coming again is as planned, so that it is no failure demand (R2)"
    )
    link_threshold: float = _meant(
        0.95,
        "How likely, from 0 to 1, two records must be one person for them to be joined; higher joins fewer (Stat 13)",
    )
    stable_within: float = _meant(
        0.02, "A yearly change that is shown to lie inside plus or minus this share is called stable (Stat 2)"
    )
    price_year: int | None = _meant(
        None,
        "Costs of all years are shown in the prices of this one, by `gdp_deflator` in `area_facts`; else they stay"
        " as recorded (Stat 6)",
    )

    def as_json(self) -> dict[str, Any]:
        """The settings in force as plain values, for `run.json` and page 9."""
        return {
            key: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }
