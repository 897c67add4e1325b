"""Where the third-party files lie: fonts that the picture embeds, and what the browser is served."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def vendored() -> Path:
    """The folder `vendor`: inside an installed package, or at the top of a checkout. Its README lists every file."""
    package = Path(str(files("personshaped")))
    inside = package / "vendor"
    return inside if inside.is_dir() else package.parents[1] / "vendor"
