"""Where the application keeps its own things and its keys."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def keeping_place() -> Path:
    """The folder for database, keys and recordings: PERSONSHAPED_KEEP, else `.private/team` of the study."""
    study = os.environ.get("PERSONSHAPED_STUDY")
    place = Path(os.environ.get("PERSONSHAPED_KEEP") or Path(study or ".") / ".private" / "team")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place.resolve()


def kept_key(keep: Path, purpose: str) -> bytes:
    """A secret of 32 bytes for one purpose: from the environment, else made once and kept with mode 0600."""
    given = os.environ.get(f"PERSONSHAPED_{purpose.upper()}_KEY")
    if given:
        return given.encode()
    path = keep / f"{purpose}.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
