"""Which stages of a run are finished, so that a stopped run can go on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stages:
    """Finished stages with the rows each wrote; what they leave on the way is in `folder`, beside the list of them.

    They hold only for the same inputs and settings: another fingerprint is another folder.
    """

    folder: Path

    @classmethod
    def open(cls, work: Path, fingerprint: str) -> Stages:
        """The stages of a run with this fingerprint."""
        folder = work / fingerprint[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @property
    def _list(self) -> Path:
        return self.folder / "stages.json"

    def _finished(self) -> dict[str, dict[str, int]]:
        return dict(json.loads(self._list.read_text(encoding="utf-8"))) if self._list.exists() else {}

    def done(self, stage: str) -> dict[str, int] | None:
        """Rows written by a finished stage; None if it is not finished."""
        return self._finished().get(stage)

    def finish(self, stage: str, written: dict[str, int]) -> None:
        """Record a stage as finished; a crash while writing leaves it unfinished, never half."""
        fresh = self._list.with_suffix(".new")
        fresh.write_text(json.dumps(self._finished() | {stage: written}, sort_keys=True), encoding="utf-8")
        fresh.replace(self._list)
