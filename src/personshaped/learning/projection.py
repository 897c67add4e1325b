"""A figure about what has not happened: never one number, never without what was assumed (N7)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

PROMISE = "A projection, not a promise: nobody can know it before it is tried."


@dataclass(frozen=True)
class Projection:
    """A range with what was assumed; `says` is a phrase, `range_is` what the range is, blank where that is plain.

    Raises ValueError without both ends in order, or without assumptions: nothing projected is shown otherwise, also
    when it is read back from a file.
    """

    name: str
    says: str
    unit: str
    low: float
    high: float
    assumptions: tuple[str, ...]
    range_is: str = ""

    def __post_init__(self) -> None:
        ends = (self.low, self.high)
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in ends) or self.low > self.high:
            raise ValueError(f"{self.name}: a projected figure carries a low and a high end")
        if not any(one.strip() for one in self.assumptions):
            raise ValueError(f"{self.name}: a projected figure carries its assumptions")

    def written(self) -> str:
        """The range in words; there is no way to write it as one number."""
        if self.unit.startswith("£"):
            return f"{money(self.low)} to {money(self.high)}"
        return f"{_plain(self.low)} to {_plain(self.high)} {self.unit}"

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {**vars(self), "assumptions": list(self.assumptions)}


def _plain(amount: float) -> str:
    """Four figures that count: 61,240,000, 12.5."""
    return f"{float(f'{amount:.4g}'):,.0f}" if abs(amount) >= 1000 else f"{amount:.4g}"


_SIZES = ((1e9, "bn"), (1e6, "m"))


def money(amount: float) -> str:
    """Pounds as people say them: £1.25bn, £340m, £27,000, £4.50."""
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    for unit, word in _SIZES:
        if size >= unit:
            return f"{sign}£{float(f'{size / unit:.3g}'):,g}{word}"
    return f"{sign}£{size:,.0f}" if size >= 100 or size == round(size) else f"{sign}£{size:,.2f}"
