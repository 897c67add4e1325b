"""Loops compiled by numba, kept beside the code once compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The same function, compiled on first use; arguments are arrays, numbers and named tuples of arrays.

    References to arrays are not counted (`_nrt`): whoever calls holds them all, and to count them at each step took
    fifty times as long as the steps. So a loop makes no array (it would not compile); it is given one to fill.
    """
    return cast(Loop, numba.njit(cache=True, _nrt=False)(loop))
