"""A coder's session over the study's findings. What takes long to read is kept for all, until the findings change."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from personshaped.demand.coding import suggestions
from personshaped.demand.coding.suggestions import Features
from personshaped.engine.local import open_connection
from personshaped.study import listening
from personshaped.study.listening import Listening
from personshaped.study.spoken import Held, hold
from personshaped.team.accounts.findings import findings_folder


@lru_cache(maxsize=1)
def _read(folder: Path, written: float) -> tuple[Held, Features]:
    findings = folder / "findings"
    held = hold(findings, folder / "decisions", open_connection(findings / ".look"))
    return held, suggestions.features(held.words, held.history)


def open_for(coder: str) -> Listening:
    """This person's session. Raises InputError where the study is not finished, or holds no words."""
    folder = findings_folder().parent
    held, features = _read(folder, (folder / "findings" / "run.json").stat().st_mtime)
    return listening.reopen(folder, coder, replace(held, con=held.con.cursor()), features)
