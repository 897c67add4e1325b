"""The record of looks: every look at a person's story adds one line, each bound to the one before it.

A line holds when, who, whose story and what was seen, and an HMAC-SHA-256 over them and the line before, keyed with
the study's key: a line that is changed, dropped or moved breaks the chain from there on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from personshaped.errors import InputError

FILE = "looks.jsonl"
_START = "0" * 64


@dataclass(frozen=True)
class Look:
    """One recorded look."""

    at: str
    who: str
    person_id: str
    what: str
    chain: str


def record(private: Path, key: bytes, *, who: str, person_id: str, what: str) -> Look:
    """Append one look and force it to disk; raises InputError where that cannot be done, and then nothing is shown."""
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        before = _last(private / FILE)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        look = Look(at, who, person_id, what, _bound(key, before, at, who, person_id, what))
        with os.fdopen(os.open(private / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(json.dumps(vars(look), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(
            f"the look could not be recorded ({error.strerror}), so nothing is shown", file=str(private / FILE)
        ) from error
    return look


def verify(private: Path, key: bytes) -> int:
    """The number of looks, all whole. Raises InputError naming the first line that was changed, dropped or moved."""
    before = _START
    looks = _read(private / FILE)
    for number, look in enumerate(looks, start=1):
        bound = _bound(key, before, look.at, look.who, look.person_id, look.what)
        if not hmac.compare_digest(bound, look.chain):
            raise InputError("does not follow from the line before it", file=FILE, row=number)
        before = look.chain
    return len(looks)


def _bound(key: bytes, before: str, *parts: str) -> str:
    return hmac.new(key, "\x1f".join((before, *parts)).encode(), hashlib.sha256).hexdigest()


def _read(path: Path) -> list[Look]:
    if not path.exists():
        return []
    return [Look(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _last(path: Path) -> str:
    looks = _read(path)
    return looks[-1].chain if looks else _START
