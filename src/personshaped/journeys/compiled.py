"""Loops compiled by numba, kept beside the code once compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The same function, compiled on first use; arguments are arrays, numbers and named tuples of arrays."""
    return cast(Loop, numba.njit(cache=True)(loop))
