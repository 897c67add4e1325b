"""One at a time: a file that only one process, and one thread of it, holds at once."""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[io.FileIO]:
    """The file at `path`, made (0600) where there is none, open to read and append, for whoever waits for it next.

    It is let go when it is closed, by a crash too.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
