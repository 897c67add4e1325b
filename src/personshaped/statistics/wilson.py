"""Intervals of a share of independent rows (Wilson 1927)."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

Z95 = float(ndtri(0.975))


def wilson(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The 95% interval of `successes` out of `n`, as two fractions.

    `n` may be an effective number and need not be whole. Raises ValueError where there is nothing to divide by, or
    more successes than trials.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high
