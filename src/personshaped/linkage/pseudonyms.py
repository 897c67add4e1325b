"""Keyed hashing of agencies' references (Stat 11): the same person-reference never leaves in the clear."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from personshaped.errors import UsageError

SEPARATOR = "\x1f"
"""Stands between agency and reference in what is hashed: no agency's name can run over into a reference."""

KEY_VARIABLE = "PERSONSHAPED_KEY"
_BLOCK = 64  # bytes of a SHA-256 block, to which HMAC pads its key (RFC 2104)


class ReferenceKeys(Protocol):
    """How a reference becomes `ref_key`: `Pseudonyms` for personal data, `AsGiven` for all other."""

    def sql(self, agency: str, reference: str) -> str:
        """A DuckDB expression of type VARCHAR over two SQL expressions; NULL where the reference is."""

    def of(self, agency: str, reference: str) -> str:
        """The same for one reference in Python."""


@dataclass(frozen=True)
class AsGiven:
    """For data that are declared not personal: the reference is its own key."""

    def sql(self, agency: str, reference: str) -> str:
        return f"CAST({reference} AS VARCHAR)"

    def of(self, agency: str, reference: str) -> str:
        return reference


@dataclass(frozen=True)
class Pseudonyms:
    """HMAC-SHA-256 (RFC 2104) of agency, unit separator and reference, as 64 hexadecimal digits."""

    key: bytes = field(repr=False)

    def of(self, agency: str, reference: str) -> str:
        return hmac.new(self.key, f"{agency}{SEPARATOR}{reference}".encode(), hashlib.sha256).hexdigest()

    def sql(self, agency: str, reference: str) -> str:
        """The expression holds the key: never log the query it goes into, nor keep it as a view that is saved."""
        inner, outer = _padded(self.key, 0x36), _padded(self.key, 0x5C)
        message = f"encode(CAST({agency} AS VARCHAR) || chr(31) || CAST({reference} AS VARCHAR))"
        return f"sha256({_blob(outer)} || unhex(sha256({_blob(inner)} || {message})))"


def load_key(private: Path) -> bytes:
    """The study's key: the environment's `PERSONSHAPED_KEY`, else `.private/key`, made on first use.

    The folder is made with mode 0700 and the file with 0600; a key file that others can read is refused.
    """
    given = os.environ.get(KEY_VARIABLE, "")
    if given:
        return given.encode()
    path = private / "key"
    if not path.exists():
        _make_key(path)
    return read_key(path)


def read_key(path: Path) -> bytes:
    """The key in a file. Raises UsageError where others can read it, or it is empty."""
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path.name}: others can read the key; expected mode 0600 (chmod 600 .private/key)")
    key = path.read_bytes().strip()
    if not key:
        raise UsageError(f"{path.name}: the key file is empty; expected the key this study was first read with")
    return key


def make_private(folder: Path) -> Path:
    """The folder `.private`, made with mode 0700 (and set back to it)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _make_key(path: Path) -> None:
    make_private(path.parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another run was first: its key counts
        return
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())


def _padded(key: bytes, pad: int) -> bytes:
    short = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    return bytes(byte ^ pad for byte in short.ljust(_BLOCK, b"\0"))


def _blob(data: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in data) + "'::BLOB"
