"""The study's findings, for every app that shows them: until the day by which its data were to be deleted."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from personshaped.errors import InputError

KEEPS = "Whoever looks after this service"


def findings_folder() -> Path:
    """The folder of the finished study. Raises InputError where there is none, or its day has passed."""
    folder: Path | None = settings.STUDY / "findings" if settings.STUDY else None
    if folder is None or not (folder / "run.json").exists():
        raise InputError(f"There is no finished study here yet. {KEEPS} makes one with `personshaped study FOLDER`.")
    until = _keep_until(folder / "run.json", (folder / "run.json").stat().st_mtime_ns)
    if until and until < date.today():
        gone = f"The study's data were to be deleted by {until}."
        raise InputError(f"{gone} {KEEPS} deletes them with `personshaped purge FOLDER`.")
    return folder


def findings_folder_if_any() -> Path | None:
    """The same, and None where they cannot be shown."""
    try:
        return findings_folder()
    except InputError:
        return None


@lru_cache(maxsize=4)
def _keep_until(run: Path, written: int) -> date | None:
    lawful = json.loads(run.read_text(encoding="utf-8")).get("study", {}).get("lawful") or {}
    until = lawful.get("keep_until") if lawful.get("personal_data") else None
    return date.fromisoformat(until) if until else None
