"""The encrypted identity store in `.private/`: who the references are, and the registry that keeps ids stable.

A file is a stream of Arrow record batches, encrypted chunk by chunk with AES-256-GCM before anything is written, so
that no plaintext ever reaches the disk and three million rows need no more memory than one chunk. Each chunk's nonce
carries its number and whether it is the last: a chunk that is changed, moved, lost or cut off is found on reading.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from personshaped.errors import UsageError
from personshaped.linkage.pseudonyms import load_key, make_private

_MAGIC = b"personshaped identities 1\n"
_SALT = 16
_PREFIX = 7  # random bytes of a nonce; four more count chunks, one marks the last
_CHUNK = 1 << 20


@dataclass(frozen=True)
class IdentityStore:
    """The files `people` (identity rows) and `registry` (reference -> made person_id) of one study."""

    folder: Path
    key: bytes = field(repr=False)

    @staticmethod
    def open(private: Path) -> IdentityStore:
        """The store of a study's `.private` folder; its key is the study's (environment or key file)."""
        key = load_key(private)
        return IdentityStore(make_private(private), key)

    def write(self, name: str, rows: pa.RecordBatchReader) -> None:
        """Replaces the file `name` by these rows; a crash leaves the old one whole."""
        with (
            sealed_file(self.folder / f"{name}.sealed", self.key) as sealed,
            pa.ipc.new_stream(pa.PythonFile(sealed, mode="w"), rows.schema) as stream,
        ):
            for batch in rows:
                stream.write_batch(batch)

    def read(self, name: str) -> pa.RecordBatchReader | None:
        """The rows of the file `name`, batch by batch; None where there is none.

        Raises UsageError where the key is not the one it was written with, or the file was changed.
        """
        path = self.folder / f"{name}.sealed"
        if not path.exists():
            return None
        return pa.ipc.open_stream(pa.PythonFile(opened_file(path, self.key), mode="r"))

    def erase(self, ref_keys: Collection[str]) -> None:
        """Rewrites every file without the rows of these references."""
        gone = pa.array(sorted(ref_keys), pa.string())
        for path in sorted(self.folder.glob("*.sealed")):
            rows = self.read(path.stem)
            if rows is not None and "ref_key" in rows.schema.names:
                kept = (batch.filter(pc.invert(pc.is_in(batch["ref_key"], gone))) for batch in rows)
                self.write(path.stem, pa.RecordBatchReader.from_batches(rows.schema, kept))


@contextmanager
def sealed_file(path: Path, key: bytes) -> Iterator[io.RawIOBase]:
    """A file to write plain bytes to that holds only sealed ones; it takes the place of `path` when it is whole."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        sealed = _Sealed(file, key)
        yield sealed
        sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def opened_file(path: Path, key: bytes) -> io.RawIOBase:
    """The plain bytes of a sealed file, chunk by chunk. Raises UsageError for another key, or a changed file."""
    return _Opened(path, key)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"personshaped identity store").derive(key))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class _Sealed(io.RawIOBase):
    """A file to write plain bytes to: only whole encrypted chunks go on to the file below."""

    def __init__(self, file: io.BufferedWriter, key: bytes) -> None:
        salt, self._prefix = secrets.token_bytes(_SALT), secrets.token_bytes(_PREFIX)
        self._file, self._cipher = file, _cipher(key, salt)
        self._number, self._waiting = 0, bytearray()
        file.write(_MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        plain = memoryview(data)  # type: ignore[arg-type]
        self._waiting += plain
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return plain.nbytes

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._number, last), chunk, None)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1


class _Opened(io.RawIOBase):
    """The same file to read plain bytes from."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._name = path.name
        self._file = path.open("rb")
        if self._file.read(len(_MAGIC)) != _MAGIC:
            raise UsageError(f"{self._name}: not sealed by this version of personshaped")
        self._cipher = _cipher(key, self._file.read(_SALT))
        self._prefix = self._file.read(_PREFIX)
        self._chunks, self._ready, self._at = self._open_chunks(), b"", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, wanted = [], size if size >= 0 else 1 << 62
        while wanted:
            if self._at == len(self._ready):
                self._ready, self._at = next(self._chunks, b""), 0
                if not self._ready:
                    break
            part = self._ready[self._at : self._at + wanted]
            self._at, wanted = self._at + len(part), wanted - len(part)
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _open_chunks(self) -> Iterator[bytes]:
        number, last = 0, False
        while not last:
            (size,) = struct.unpack(">I", self._file.read(4).rjust(4, b"\0"))
            chunk = self._file.read(size)
            following = self._file.peek(1)
            last = not following
            try:
                yield self._cipher.decrypt(_nonce(self._prefix, number, last), chunk, None)
            except InvalidTag:
                raise UsageError(
                    f"{self._name}: cannot be opened with this key, or was changed;"
                    " expected the key it was written with"
                ) from None
            number += 1
