"""How much is held back from what is published: one choice for a whole export (Stat 11)."""

from __future__ import annotations

from dataclasses import dataclass

from personshaped.errors import UsageError

FEWEST_LEAST = 3
"""A smaller least count would show single people and pairs."""


@dataclass(frozen=True)
class Profile:
    """`least` is the smallest count that is shown, `round_to` what counts are rounded to, totals too.

    A share of fewer than `least_below` is not shown, nor one that is none or all of fewer than `alone`. An amount is
    not shown where one person makes more than `one` of it, or two make more than `two` (dominance).
    """

    least: int = 8
    round_to: int = 5
    least_below: int = 10
    alone: int = 20
    one: float = 0.5
    two: float = 0.85

    def __post_init__(self) -> None:
        if self.least < FEWEST_LEAST:
            raise UsageError(f"--least {self.least}: expected {FEWEST_LEAST} or more")
        if not 1 <= self.round_to <= self.least:
            raise UsageError(f"--round-to {self.round_to}: expected 1 to {self.least}, the least count that is shown")

    def rounded(self, count: float) -> float:
        """The count as it is shown, to the nearest `round_to`, halves upwards."""
        return float((count + self.round_to / 2) // self.round_to * self.round_to)

    def is_few(self, count: float) -> bool:
        """Whether so many are too few to be shown, and not none."""
        return 0 < count < self.least

    @property
    def says(self) -> str:
        """The rules in one paragraph, as printed on what is published."""
        rounding = f", other counts are rounded to {self.round_to}" if self.round_to > 1 else ""
        return (
            f"Counts of 1 to {self.least - 1} are withheld{rounding}, and shares and averages are made of those. Where "
            "a total would give away what is withheld, a further count is withheld. An amount that one or two people "
            "make most of is withheld. Where a figure differs from an earlier version only by what fewer than "
            f"{self.least} people did, it stands as it was published then. Words stand here where a person has read "
            "and ticked them."
        )


DEFAULT = Profile()
