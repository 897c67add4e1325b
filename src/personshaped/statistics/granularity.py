"""Are printed percentages possible? (Stat 12; Brown & Heathers 2017, GRIM.)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal


def possible_n(percentages: Iterable[float | str], most: int = 1000, decimals: int = 0) -> list[int]:
    """Every n up to `most` for which each percentage is k/n rounded to `decimals`, half up or half to even."""
    printed = [Decimal(str(one)) for one in percentages]
    return [n for n in range(1, most + 1) if all(counts_of(one, n, decimals) for one in printed)]


def counts_of(percentage: float | str | Decimal, n: int, decimals: int = 0) -> Sequence[int]:
    """Every count k of n that would be printed as this percentage; empty where none would."""
    printed = Decimal(str(percentage))
    about = int(printed * n / 100)
    step = Decimal(1).scaleb(-decimals)
    width = int(step * n / 100) + 1
    near = range(max(0, about - width), min(n, about + width + 1) + 1)
    return [k for k in near if k <= n and any(
        (Decimal(100 * k) / n).quantize(step, rounding) == printed for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )]  # fmt: skip
