"""What the log says of an error: where it happened and of which kind; never its words, which may hold a person's."""

from __future__ import annotations

import logging
import traceback
from typing import Any


class WithoutWords(logging.Formatter):
    """A database's message tells the whole row that failed; of it the log keeps the kind and the place alone."""

    def formatException(self, ei: Any) -> str:
        """The kind of error and the lines of code that led there."""
        kind, _, where = ei
        if kind is None:
            return ""
        return "".join(traceback.format_tb(where)) + f"{kind.__module__}.{kind.__qualname__} (its words are left out)"
