"""How much of what happens is written down, from two sources (Chapman 1951; Seber 1982; Hook & Regal 1995)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Capture:
    """`total` is Chapman's estimate of all events with its standard error; `completeness` the own log's share, m/n₂.

    Both assume that the two sources write down independently of one another, and that links are right.
    """

    total: float
    error: float
    completeness: float | None


def two_sources(own: int, other: int, both: int) -> Capture:
    """From events in the own log, in another's, and in both. Raises ValueError where both exceed either."""
    if not 0 <= both <= min(own, other):
        raise ValueError(f"{both} in both sources cannot be more than {own} or {other}")
    total = (own + 1) * (other + 1) / (both + 1) - 1
    spread = (own + 1) * (other + 1) * (own - both) * (other - both) / ((both + 1) ** 2 * (both + 2))
    return Capture(total, spread**0.5, both / other if other else None)
