"""Which stages of a run are finished, so that a stopped run can go on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stages:
    """Finished stages with the rows each wrote, kept in the work folder.

    They hold only for the same inputs and settings: another fingerprint starts afresh.
    """

    path: Path
    fingerprint: str

    @classmethod
    def open(cls, work: Path, fingerprint: str) -> Stages:
        """The stages of a run with this fingerprint."""
        return cls(work / "stages.json", fingerprint)

    def _kept(self) -> dict[str, dict[str, int]]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return dict(kept["stages"]) if kept.get("fingerprint") == self.fingerprint else {}

    def done(self, stage: str) -> dict[str, int] | None:
        """Rows written by a finished stage; None if it is not finished."""
        return self._kept().get(stage)

    def finish(self, stage: str, written: dict[str, int]) -> None:
        """Record a stage as finished; a crash while writing leaves it unfinished, never half."""
        kept = {"fingerprint": self.fingerprint, "stages": self._kept() | {stage: written}}
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(kept, sort_keys=True), encoding="utf-8")
        fresh.replace(self.path)
