"""The record of looks: every look at a person's story adds one line, each bound to the one before it.

A line holds when, who, whose story and what was seen, and an HMAC-SHA-256 over them and the line before, keyed with
the study's key: a line that is changed, dropped or moved breaks the chain from there on. How long the record was and
what its last line held is kept in a file beside it, so that lines cut off at the end are missed as well.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from personshaped.errors import InputError
from personshaped.locks import held

FILE = "looks.jsonl"
HEAD = "looks.head"
_START = "0" * 64


@dataclass(frozen=True)
class Look:
    """One recorded look."""

    at: str
    who: str
    person_id: str
    what: str
    chain: str


@dataclass(frozen=True)
class Head:
    """How many looks there are, and what the last is bound by; written `41:9f2c…` to be noted elsewhere."""

    looks: int
    chain: str

    def __str__(self) -> str:
        return f"{self.looks}:{self.chain}"

    @staticmethod
    def of(text: str) -> Head:
        """The head as it was noted. Raises InputError where the text is none."""
        looks, _, chain = text.strip().partition(":")
        if not looks.isdecimal() or len(chain) != len(_START):
            raise InputError(f"{text.strip()[:20]!r} is no head of a record of looks", expected="e.g. 41:9f2c…")
        return Head(int(looks), chain)


def record(private: Path, key: bytes, *, who: str, person_id: str, what: str) -> Look:
    """Append one look and force it to disk; raises InputError where that cannot be done, and then nothing is shown."""
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        with held(private / FILE) as file:  # each line needs the one before it
            lines = _whole_lines(file)
            before = _parsed(lines[-1], len(lines)).chain if lines else _START
            at = datetime.now(UTC).isoformat(timespec="seconds")
            look = Look(at, who, person_id, what, _bound(key, before, at, who, person_id, what))
            file.write((json.dumps(vars(look), ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
            _write_head(private / HEAD, key, Head(len(lines) + 1, look.chain))
    except OSError as error:
        raise InputError(
            f"the look could not be recorded ({error.strerror}), so nothing is shown", file=str(private / FILE)
        ) from error
    return look


def read(private: Path) -> list[Look]:
    """Every look, the oldest first. Raises InputError naming a line that cannot be read."""
    path = private / FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [_parsed(line, number) for number, line in enumerate(lines, start=1)]


def verify(private: Path, key: bytes, noted: Head | None = None) -> Head:
    """The head of the record, all of it whole.

    Raises InputError naming the first line that was changed, dropped or moved, or how many are missing at the end:
    by the head kept beside the record, and by one `noted` elsewhere, which also finds both files put back together.
    """
    chains = [_START]
    for number, look in enumerate(read(private), start=1):
        bound = _bound(key, chains[-1], look.at, look.who, look.person_id, look.what)
        if not hmac.compare_digest(bound, look.chain):
            raise InputError("does not follow from the line before it", file=FILE, row=number)
        chains.append(look.chain)
    kept = _read_head(private / HEAD, key)
    if kept is None and len(chains) > 1:
        raise InputError(f"is missing, so lines cut off the end of {FILE} could not be seen", file=HEAD)
    for head in (kept, noted):
        if head is None:
            continue
        if head.looks >= len(chains):
            raise InputError(f"holds {len(chains) - 1} looks, where there were {head.looks}", file=FILE)
        if not hmac.compare_digest(chains[head.looks], head.chain):
            raise InputError("is not the line that the head was noted at", file=FILE, row=head.looks)
    return Head(len(chains) - 1, chains[-1])


def _bound(key: bytes, before: str, *parts: str) -> str:
    return hmac.new(key, "\x1f".join((before, *parts)).encode(), hashlib.sha256).hexdigest()


def _whole_lines(file: io.FileIO) -> list[bytes]:
    """The lines so far; one that a crash cut short was never acknowledged, and goes."""
    text = file.readall()
    whole = text.rfind(b"\n") + 1
    if whole < len(text):
        file.truncate(whole)
    return text[:whole].splitlines()


def _parsed(line: bytes, number: int) -> Look:
    try:
        return Look(**json.loads(line))
    except (ValueError, TypeError):
        raise InputError("is no record of a look", file=FILE, row=number) from None


def _write_head(path: Path, key: bytes, head: Head) -> None:
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{head} {_bound(key, str(head), 'head')}\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read_head(path: Path, key: bytes) -> Head | None:
    if not path.exists():
        return None
    text, _, seal = path.read_text(encoding="utf-8").strip().partition(" ")
    head = Head.of(text)
    if not hmac.compare_digest(_bound(key, str(head), "head"), seal):
        raise InputError("was changed", file=HEAD)
    return head
