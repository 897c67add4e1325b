"""What is read once for each study and kept; where reading failed, that is kept too (decision 525)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from personshaped.errors import InputError, PersonshapedError

LOG = logging.getLogger(__name__)
Asked = ParamSpec("Asked")
Result = TypeVar("Result")


def once(most: int) -> Callable[[Callable[Asked, Result]], Callable[Asked, Result]]:
    """Keeps the results of the `most` last things that were asked for.

    What failed is not tried again until something else is asked for, such as the next study: it would fail again, and
    take as long. Raises InputError in its place. What our own errors say is asked each time, for it may be put right.
    """

    def around(read: Callable[Asked, Result]) -> Callable[Asked, Result]:
        def tried(*asked: Asked.args, **named: Asked.kwargs) -> tuple[Result, None] | tuple[None, str]:
            try:
                return read(*asked, **named), None
            except PersonshapedError:
                raise
            except Exception as error:  # of any kind
                LOG.exception("what pages read of the study could not be read")
                return None, why(error)  # the error itself would hold the stack, and people's words in it

        kept = lru_cache(most)(tried)

        @wraps(read)
        def made(*asked: Asked.args, **named: Asked.kwargs) -> Result:
            result, failed = kept(*asked, **named)  # type: ignore[arg-type]
            if failed is not None:
                raise InputError(f"The machine could not read this: {failed}. It is tried again with the next study.")
            return result  # type: ignore[return-value]

        return made

    return around


def why(error: Exception) -> str:
    """Our own words where the error has any; another's may hold a person's, and stay in no page."""
    if isinstance(error, PersonshapedError):
        return str(error).rstrip(".")
    if isinstance(error, MemoryError):
        return "there was not enough memory; ask whoever runs the server for more"
    return "ask whoever runs the server to look in its log"
