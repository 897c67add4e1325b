"""How much of what happens is written down, from two sources (Chapman 1951; Seber 1982; Hook & Regal 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from personshaped.statistics.wilson import Z95


@dataclass(frozen=True)
class Capture:
    """`total` is Chapman's estimate of all events with its standard error; `completeness` the own log's share, m/n₂.

    `low` and `high` are its 95% limits: no fewer than were seen, and log-normal in those neither saw (Sadinle 2009).
    All assume that the two sources write down independently of one another, and that links are right.
    """

    total: float
    error: float
    completeness: float | None
    low: float
    high: float


def two_sources(own: int, other: int, both: int) -> Capture:
    """From events in the own log, in another's, and in both. Raises ValueError where both exceed either."""
    if not 0 <= both <= min(own, other):
        raise ValueError(f"{both} in both sources cannot be more than {own} or {other}")
    total = (own + 1) * (other + 1) / (both + 1) - 1
    spread = (own + 1) * (other + 1) * (own - both) * (other - both) / ((both + 1) ** 2 * (both + 2))
    low, high = _limits(own, other, both)
    return Capture(total, spread**0.5, both / other if other else None, low, high)


def _limits(own: int, other: int, both: int) -> tuple[float, float]:
    """Half an event in every cell, and the unseen times or through exp(1.96 standard errors of their log)."""
    alone, elsewhere, twice = own - both + 0.5, other - both + 0.5, both + 0.5
    unseen = alone * elsewhere / twice
    times = exp(Z95 * sqrt(1 / alone + 1 / elsewhere + 1 / twice + twice / (alone * elsewhere)))
    seen = own + other - both
    return max(float(seen), seen - 0.5 + unseen / times), seen - 0.5 + unseen * times
