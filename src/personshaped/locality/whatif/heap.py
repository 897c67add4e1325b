"""A binary heap of events, earliest first: two arrays, the times and whose events they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from personshaped.journeys.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def sink(times: Floats, whose: Ints, size: int, time: float, who: int) -> None:
    """Puts an event in place of the top of a heap of `size` and lets it sink to where it belongs."""
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[at], whose[at] = times[child], whose[child]
        at = child
        child = 2 * at + 1
    times[at], whose[at] = time, who


@compiled
def rise(times: Floats, whose: Ints, size: int, time: float, who: int) -> None:
    """Puts an event below a heap of `size` and lets it rise to where it belongs."""
    at = size
    while at > 0:
        parent = (at - 1) // 2
        if times[parent] <= time:
            break
        times[at], whose[at] = times[parent], whose[parent]
        at = parent
    times[at], whose[at] = time, who
