"""Sound and video: told by what a file holds, never by its name; kept beside the database."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from personshaped.team.visits.models import Recording

MOST = 100 * 1024 * 1024
"""Bytes one recording may have: an hour of speech, some minutes of video."""


def kind_of(head: bytes) -> str:
    """The media type of a file that begins so; blank where it is neither sound nor video that a browser plays."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "video/mp4"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    return ""


def write(recording: Recording, given: UploadedFile) -> None:
    """Writes the file for its owner's eyes alone."""
    path = Path(recording.path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as out:
        path.chmod(0o600)
        for piece in given.chunks():
            out.write(piece)


def remove(path: str) -> None:
    """Removes the file of a recording that is no more."""
    Path(path).unlink(missing_ok=True)
